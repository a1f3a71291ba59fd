// `test` for the pages: every test has its own server with a pretended cluster, and fails when server or console complain.

import { test as base, expect, request as requests } from "@playwright/test";

import { Dashboard } from "./dashboard.ts";
import { Noise } from "./noise.ts";
import { Platform } from "./platform.ts";
import { Server } from "./server.ts";

type Options = {
  /** Milliseconds that each step takes; a very large one keeps things as they are. */
  pace: number;
  /** Whether an administrator is signed in from the start. */
  signedIn: boolean;
  /** Settings of the server's environment. */
  settings: Record<string, string>;
};

type Fixtures = {
  server: Server;
  noise: Noise;
  platform: Platform;
  dashboard: Dashboard;
};

export const test = base.extend<Options & Fixtures>({
  pace: [60, { option: true }],
  signedIn: [true, { option: true }],
  settings: [{}, { option: true }],
  server: async ({ pace, settings }, use, info) => {
    const server = new Server(pace, settings);
    await server.start();
    await use(server);
    await server.dispose();
    if (info.status !== info.expectedStatus)
      await info.attach("server.log", { body: server.log, contentType: "text/plain" });
    expect(server.faults(), "faults in the server's log").toEqual([]);
  },
  storageState: async ({ server, signedIn }, use) => use(signedIn ? await stateAfter(await server.link()) : undefined),
  baseURL: async ({ server }, use) => use(server.url),
  noise: [
    async ({ context, server, javaScriptEnabled }, use) => {
      const noise = new Noise(context, server.url);
      // The hint to load the program early is of no use to a browser that may not run it.
      if (!javaScriptEnabled) noise.expect(/was preloaded using link preload but not used/);
      await use(noise);
      noise.check();
    },
    { auto: true },
  ],
  platform: async ({ server }, use) => {
    const request = await requests.newContext();
    await use(new Platform(request, server.url, await server.token()));
    await request.dispose();
  },
  dashboard: async ({ page, javaScriptEnabled }, use) => use(new Dashboard(page, javaScriptEnabled !== false)),
});

export { expect };

/** What a browser keeps after it has opened a link. */
export async function stateAfter(link: string) {
  const request = await requests.newContext();
  const answer = await request.get(link, { maxRedirects: 0 });
  expect(answer.status(), await answer.text()).toBe(303);
  const state = await request.storageState();
  await request.dispose();
  return state;
}

/** The same tests twice: what a page can do, it can do without JavaScript. */
export function withAndWithoutJavaScript(define: () => void) {
  for (const javaScriptEnabled of [true, false]) {
    test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
      test.use({ javaScriptEnabled });
      define();
    });
  }
}
