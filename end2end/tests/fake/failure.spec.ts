// What a person sees of a store that failed, and the second try.

import { createHash } from "node:crypto";
import { expect, test, withAndWithoutJavaScript } from "../../support/fake.ts";

/** How a refusal comes back in the address: what the server function answered, in base64. */
const REFUSED = btoa(
  JSON.stringify({ code: "conflict", reason: "Only a failed store can be retried; this one is ready." }),
);

withAndWithoutJavaScript(() => {
  test("a failed store tells the step, the cause and what to do, and can be retried", async ({ dashboard, page }) => {
    await dashboard.open("/");
    await dashboard.create("Fail at checkout");
    const box = dashboard.card("Failed at the step Checkout");
    await dashboard.eventually((expect) => expect(box).toBeVisible());
    await expect(box).toContainText("The pretended cluster fails at checkout, as the store's name asks.");
    await expect(box).toContainText("What to do: Retry to see it fail again, or delete the store.");
    await box.getByText("What was seen").click();
    await expect(box.getByText("This cluster is fake: nothing ran.")).toBeVisible();
    await expect(dashboard.step("Storefront")).toContainText("done");
    await expect(dashboard.step("Checkout")).toContainText("failed");
    await expect(page.getByRole("link", { name: "Open shop" })).toHaveCount(0);

    const history = dashboard.card("History").getByRole("listitem");
    await expect(history.filter({ hasText: "Error:" })).toHaveCount(1);
    await box.getByRole("button", { name: "Retry" }).click();
    await dashboard.eventually(async (expect) => {
      await expect(history.filter({ hasText: "A retry was asked for" })).toHaveCount(1);
      await expect(history.filter({ hasText: "Error:" })).toHaveCount(2);
      await expect(box).toBeVisible();
    });
    await expect(page).toHaveURL(/\/stores\/[a-z0-9]+\??$/);
  });

  test("a failed store can be retried from the list", async ({ dashboard, platform, page }) => {
    const store = await platform.create("Fail at database");
    await platform.becomes(store.id, "failed");
    await dashboard.open("/");
    const row = dashboard.row(store);
    await expect(row).toContainText("Failed");
    await expect(row).toContainText("The pretended cluster fails at database, as the store's name asks.");
    await row.getByRole("button", { name: "Retry Fail at database" }).click();
    await expect(page.getByRole("dialog", { name: "Notice" })).toContainText("Queued again.");
    await dashboard.open(`/stores/${store.id}`);
    await expect(page.getByText("A retry was asked for")).toBeVisible();
  });
});

test("without JavaScript, a retry of a store that was deleted meanwhile says why it was refused", async ({
  browser,
  platform,
  server,
  storageState,
}) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: server.url, storageState });
  const page = await context.newPage();
  const store = await platform.create("Fail at storefront");
  await platform.becomes(store.id, "failed");
  await page.goto(`/stores/${store.id}`);
  await platform.delete(store.id);
  await platform.becomes(store.id, "deleted");
  await page.getByRole("button", { name: "Retry" }).click();
  await expect(page.getByRole("alert")).toContainText("Only a failed store can be retried; this one is deleted.");
  await context.close();
});

withAndWithoutJavaScript(() => {
  test("a refused retry is told once, however many stores have failed", async ({ dashboard, page, platform }) => {
    const stores = [];
    for (const name of ["Fail at storefront", "Fail at checkout"]) {
      const store = await platform.create(name);
      await platform.becomes(store.id, "failed");
      stores.push(store);
    }
    const address = `/?${new URLSearchParams({ __path: "/rpc/retry_store", __err: REFUSED })}`;
    const told = page.getByText("Only a failed store can be retried; this one is ready.");
    await page.goto(address);
    await expect(told, "nobody was refused here").toHaveCount(0);
    // As the answer to the form does.
    const value = createHash("sha256").update(REFUSED).digest("hex").slice(0, 32);
    await page.context().addCookies([{ name: "urumi-refusal", value, url: page.url() }]);
    await page.goto(address);
    await expect(told).toHaveCount(1);
    await expect(dashboard.rows).toHaveCount(2);
  });

  test("the history can be narrowed to problems", async ({ dashboard, page, platform }) => {
    const store = await platform.create("Fail at storefront");
    await platform.becomes(store.id, "failed");
    await dashboard.open(`/stores/${store.id}`);
    const entries = dashboard.card("History").getByRole("listitem");
    const all = await entries.count();
    expect(all).toBeGreaterThan(5);
    await page.getByRole("radio", { name: "Problems only" }).check();
    await expect(entries).toHaveCount(1);
    await expect(entries).toContainText("The pretended cluster fails at storefront");
    await page.getByRole("radio", { name: "All" }).check();
    await expect(entries).toHaveCount(all);

    const fine = await platform.ready("Fine");
    await dashboard.open(`/stores/${fine.id}`);
    await page.getByRole("radio", { name: "Problems only" }).check();
    await expect(dashboard.card("History").getByText("No problem so far.")).toBeVisible();
  });
});
