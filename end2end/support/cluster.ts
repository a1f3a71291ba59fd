// `test` for the main job: a server that runs on a real cluster, named by URUMI_E2E_URL.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { test as base, expect } from "@playwright/test";

import { Dashboard } from "./dashboard.ts";
import { Noise } from "./noise.ts";
import { Platform } from "./platform.ts";

export const SERVER = process.env.URUMI_E2E_URL?.replace(/\/$/, "");

/** What a skipped test says. */
export const NO_CLUSTER = "URUMI_E2E_URL names no server on a real cluster";
export const NO_SHOP = "WordPress only, no shop: the store image was built without WooCommerce";

const HOME = homedir();
const CACHE = process.env.URUMI_CACHE ?? path.join(process.env.XDG_CACHE_HOME ?? path.join(HOME, ".cache"), "urumi");
const STATE =
  process.env.URUMI_STATE ?? path.join(process.env.XDG_STATE_HOME ?? path.join(HOME, ".local/state"), "urumi");

type Fixtures = {
  noise: Noise;
  platform: Platform;
  dashboard: Dashboard;
};

export const test = base.extend<Fixtures>({
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
  platform: async ({ request }, use) => use(new Platform(request, SERVER ?? "")),
  dashboard: async ({ page }, use) => use(new Dashboard(page, true)),
});

export { expect };

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
