// How the browser tests run. `dev/test` runs them all; by hand, in this folder, after `npm ci`:
//
//   npx playwright test --project fake       the pages, each test on a server of its own with a pretended cluster
//   npx playwright test --project cluster    the main job, on a server that runs on a real cluster
//
// URUMI_BINARY, URUMI_SITE_DIR           what `fake` starts; default: what dev/build made, in CARGO_TARGET_DIR or ../target
// URUMI_E2E_URL                          the server that `cluster` uses, http://127.0.0.1:3000; without it those are skipped
// URUMI_E2E_KUBECONFIG                   the same cluster, for kubectl; default: that of dev/cluster
// URUMI_E2E_TOKEN, URUMI_E2E_LINK        a token of an administrator there and a link that signs them in; dev/server prints both
// URUMI_CHROMIUM                         the browser; default: Debian's
// URUMI_E2E_REPORT                       a file for the results as JSON
// URUMI_UPDATE_SCREENSHOTS=1             makes `cluster` renew the README's pictures in screenshots/

import { defineConfig, devices, type ReporterDescription } from "@playwright/test";

import { CHROMIUM, CHROMIUM_FLAGS } from "./support/chromium.ts";

const reporter: ReporterDescription[] = [["list"], ["./support/lines.ts"]];
if (process.env.URUMI_E2E_REPORT) reporter.push(["json", { outputFile: process.env.URUMI_E2E_REPORT }]);

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  forbidOnly: Boolean(process.env.CI),
  // A test that passes at the second try has found something: it is not tried twice.
  retries: 0,
  // More than there are cores: a page that waits for an install leaves them to the others.
  workers: 4,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter,
  use: {
    ...devices["Desktop Chrome"],
    channel: undefined,
    launchOptions: { executablePath: CHROMIUM, args: CHROMIUM_FLAGS },
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    timezoneId: "UTC",
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    // No screencast, which costs a third of the time: the document at each step tells more.
    trace: { mode: "retain-on-failure", screenshots: false, snapshots: true, sources: false },
    screenshot: "only-on-failure",
  },
  projects: [
    { name: "fake", testDir: "tests/fake", fullyParallel: true },
    // One after another: the stores share two cores with the browser.
    { name: "cluster", testDir: "tests/cluster", workers: 1, timeout: 600_000, expect: { timeout: 30_000 } },
  ],
});
