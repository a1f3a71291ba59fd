// `test` for the main job: a server that runs on a real cluster, named by URUMI_E2E_URL.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { test as base, expect, request as requests, type APIRequestContext } from "@playwright/test";

import { Dashboard } from "./dashboard.ts";
import { stateAfter } from "./fake.ts";
import { Noise } from "./noise.ts";
import { Platform } from "./platform.ts";

export const SERVER = process.env.URUMI_E2E_URL?.replace(/\/$/, "");

/** Signs the administrator in, once. */
const LINK = process.env.URUMI_E2E_LINK;

/** What a skipped test says. */
export const NO_CLUSTER = "URUMI_E2E_URL names no server on a real cluster";
export const NO_SHOP = "WordPress only, no shop: the store image was built without WooCommerce";

const HOME = homedir();
const CACHE = process.env.URUMI_CACHE ?? path.join(process.env.XDG_CACHE_HOME ?? path.join(HOME, ".cache"), "urumi");
const STATE =
  process.env.URUMI_STATE ?? path.join(process.env.XDG_STATE_HOME ?? path.join(HOME, ".local/state"), "urumi");

type WorkerFixtures = { session: Awaited<ReturnType<typeof stateAfter>> | undefined };

type Fixtures = {
  noise: Noise;
  platform: Platform;
  dashboard: Dashboard;
};

export const test = base.extend<Fixtures, WorkerFixtures>({
  // The link is good once, the session for every test.
  session: [async ({}, use) => use(LINK ? await stateAfter(atServer(LINK)) : undefined), { scope: "worker" }],
  storageState: async ({ session }, use) => use(session),
  baseURL: SERVER,
  noise: [
    async ({ context }, use) => {
      const noise = new Noise(context, SERVER ?? "");
      // Each pod gets a network interface on this very machine, at which Chromium drops its requests; the pages ask again.
      noise.expect(/ERR_NETWORK_CHANGED/);
      await use(noise);
      noise.check();
    },
    { auto: true },
  ],
  platform: async ({}, use) => {
    const request = await requests.newContext();
    await use(platformOf(request));
    await request.dispose();
  },
  dashboard: async ({ page }, use) => use(new Dashboard(page, true)),
});

export { expect };

/** The same link at the address that the tests use. */
function atServer(link: string): string {
  const { pathname, search } = new URL(link);
  return `${SERVER ?? ""}${pathname}${search}`;
}

/** The server's API, for an administrator. */
export function platformOf(request: APIRequestContext): Platform {
  return new Platform(request, SERVER ?? "", process.env.URUMI_E2E_TOKEN ?? "");
}

/** What kubectl prints, asked of the cluster that the server uses. */
export async function kubectl(...args: string[]): Promise<string> {
  const own = path.join(CACHE, "bin/kubectl");
  const kubeconfig = process.env.URUMI_E2E_KUBECONFIG ?? path.join(STATE, "kubeconfig");
  const all = ["--kubeconfig", kubeconfig, "--request-timeout=20s", ...args];
  const { stdout } = await promisify(execFile)(existsSync(own) ? own : "kubectl", all, { timeout: 30_000 });
  return stdout;
}

/** Prints a time that was measured, for whoever reads the log. */
export function measured(what: string, milliseconds: number) {
  console.log(`measured: ${what}: ${(milliseconds / 1000).toFixed(1)} s`);
}
