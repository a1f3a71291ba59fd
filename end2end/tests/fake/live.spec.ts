// What happens shows on every open page by itself, also after the server was away.

import { expect, test } from "../../support/fake.ts";
import { Dashboard } from "../../support/dashboard.ts";

/** What a browser writes to its console while a server is away. */
const AWAY =
  /ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|status of 50\d/;

test.describe("an install that takes some seconds", () => {
  test.use({ pace: 800 });

  test("is followed by another tab without a reload", async ({ dashboard, context, page }) => {
    const other = new Dashboard(await context.newPage(), true);
    await dashboard.open("/");
    await other.open("/");
    await page.bringToFront();
    await dashboard.create("Corner shop");
    const row = other.row("Corner shop");
    await expect(row.getByRole("progressbar")).toBeVisible();
    await expect(row).toContainText(/[1-6] of 6 · /);
    await expect(row).toContainText("Ready");
    await expect(row.getByRole("progressbar")).toHaveCount(0);
    await expect(page.getByText("Open for business")).toBeVisible();

    await page.getByRole("link", { name: "Delete" }).click();
    await dashboard.confirmDeletion("Corner shop");
    await expect(row).toContainText("Deleting");
    await expect(row).toHaveCount(0);
    await expect(other.card("No stores yet")).toBeVisible();
  });

  test("is drawn step by step on the store's page, without a reload", async ({ dashboard, page }) => {
    await dashboard.open("/");
    await dashboard.create("Corner shop");
    await expect(page.getByText(/^Step [1-6] of 6: /)).toBeVisible();
    await expect(dashboard.card("Steps").getByRole("listitem").filter({ hasText: "running" })).toHaveCount(1);
    await expect(dashboard.step("Checkout")).toContainText(/done \d+\.\d s/);
    const history = dashboard.card("History").getByRole("listitem");
    const texts = await history.evaluateAll((items) => items.map((item) => item.lastElementChild?.textContent));
    expect(texts).toEqual([...new Set(texts)]);
    // Asked for, begun, the beginning and the end of six steps, ready.
    expect(texts.length).toBeGreaterThanOrEqual(15);
  });
});

test.describe("an install that stands still", () => {
  test.use({ pace: 600_000 });

  test("shows the step that runs and those that wait", async ({ dashboard, page, platform }) => {
    const store = await platform.create("Corner shop");
    await dashboard.open(`/stores/${store.id}`);
    await expect(dashboard.step("Namespace")).toContainText(/running \d+\.\d s/);
    for (const step of ["Database", "WordPress", "WooCommerce", "Storefront", "Checkout"]) {
      await expect(dashboard.step(step)).toContainText("waiting");
    }
    await expect(page.getByText("Step 1 of 6: setting up the namespace")).toBeVisible();
    await expect(page.getByRole("progressbar", { name: "Steps done" })).toHaveJSProperty("value", 0);
  });
});

test("a page keeps what a person was doing while changes arrive", async ({ dashboard, platform }) => {
  await dashboard.open("/");
  await dashboard.nameField.fill("Half a na");
  await platform.ready("Another");
  await expect(dashboard.row("Another")).toContainText("Ready");
  await expect(dashboard.nameField).toHaveValue("Half a na");
  await expect(dashboard.nameField).toBeFocused();
});

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  test.describe(`a server that is stopped with ${signal} and comes back`, () => {
    test.use({ pace: 1_500 });

    test("is noticed, and nothing that happened meanwhile is missed", async ({
      dashboard,
      page,
      platform,
      server,
      noise,
      context,
    }) => {
      noise.expect(AWAY);
      const other = new Dashboard(await context.newPage(), true);
      await other.open("/");
      await dashboard.open("/");
      await platform.create("Half-way");
      await expect(dashboard.row("Half-way")).toContainText(/[1-5] of 6/);
      await other.row("Half-way").getByRole("link", { name: "Half-way", exact: true }).click();
      await expect(other.heading).toHaveText("Half-way");

      await server.stop(signal);
      await expect(page.getByRole("banner").getByRole("status")).toHaveText("Reconnecting…");
      await expect(dashboard.row("Half-way")).toBeVisible();
      await server.start();
      // Before the page is back, as long as browsers wait until they try again.
      await platform.create("Meanwhile");

      await expect(page.getByRole("banner").getByRole("status")).toHaveText("Live", { timeout: 15_000 });
      await expect(dashboard.row("Meanwhile")).toContainText(/Queued|Provisioning/);
      await expect(dashboard.row("Half-way")).toContainText("Ready", { timeout: 20_000 });
      await expect(dashboard.row("Meanwhile")).toContainText("Ready", { timeout: 20_000 });
      await expect(other.page.getByText("Open for business")).toBeVisible();
      await expect(other.step("Checkout")).toContainText("done");
    });
  });
}

test("a page that nobody sees holds no connection, and is up to date once somebody does", async ({
  dashboard,
  page,
  platform,
}) => {
  const turn = (hidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    }, hidden);
  await dashboard.open("/");
  await expect(page.getByRole("banner").getByRole("status")).toHaveText("Live");
  const ended = page.waitForEvent("requestfailed", (request) => request.url().includes("/api/stream"));
  await turn(true);
  await ended;
  await platform.ready("Meanwhile");
  await expect(dashboard.rows).toHaveCount(0);
  await turn(false);
  await expect(dashboard.row("Meanwhile")).toContainText("Ready");
});

test("a form that is sent while the server is away says so and can be sent again", async ({
  dashboard,
  server,
  noise,
  page,
}) => {
  noise.expect(AWAY);
  await dashboard.open("/");
  await server.stop();
  await dashboard.nameField.fill("Corner shop");
  await dashboard.createButton.click();
  await expect(page.getByRole("alert").filter({ hasText: "The server could not be reached" })).toBeVisible();
  await expect(dashboard.createButton).toBeEnabled();
  await expect(dashboard.nameField).toHaveValue("Corner shop");
  await server.start();
  await dashboard.createButton.click();
  await expect(dashboard.heading).toHaveText("Corner shop");
  await expect(page.getByRole("banner").getByRole("status")).toHaveText("Live", { timeout: 15_000 });
});

test("a server with open pages stops at once when it is told to", async ({ dashboard, server, noise }) => {
  noise.expect(AWAY);
  await dashboard.open("/");
  const begun = Date.now();
  await server.stop();
  // It gives ten seconds to requests that do not end; an open stream must not use them up.
  expect(Date.now() - begun).toBeLessThan(8_000);
});
