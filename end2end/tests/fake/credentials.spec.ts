// Credentials are shown when somebody asks, and that somebody asked is kept.

import { expect, test, withAndWithoutJavaScript } from "../../support/fake.ts";

const PASSWORD = "not-a-password-the-cluster-is-fake";

withAndWithoutJavaScript(() => {
  test("the credentials of a ready store are shown on demand only", async ({ dashboard, page, platform }) => {
    const store = await platform.ready("Corner shop");
    await dashboard.open(`/stores/${store.id}`);
    expect(await page.content()).not.toContain(PASSWORD);
    await expect(dashboard.card("History")).not.toContainText("The credentials were shown");

    await page.getByRole("button", { name: "Show credentials" }).click();
    await expect(page.getByText(PASSWORD)).toBeVisible();
    await expect(page.getByRole("definition").filter({ hasText: "admin" }).first()).toBeVisible();
    await expect(page.getByRole("link", { name: store.admin_url })).toHaveAttribute("href", store.admin_url);

    await dashboard.open(`/stores/${store.id}`);
    await expect(dashboard.card("History").getByText("The credentials were shown")).toHaveCount(1);
    expect(await page.content()).not.toContain(PASSWORD);
  });
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the page with the credentials is not kept by the browser", async ({ platform, page }) => {
    const store = await platform.ready("Corner shop");
    const answer = await page.goto(`/stores/${store.id}/credentials`);
    expect(await answer!.headerValue("cache-control")).toContain("no-store");
  });
});

test("with JavaScript, what was shown can be hidden again", async ({ dashboard, page, platform }) => {
  const store = await platform.ready("Corner shop");
  await dashboard.open(`/stores/${store.id}`);
  await dashboard.settled();
  const show = page.getByRole("button", { name: "Show credentials" });
  await show.click();
  await expect(page.getByText(PASSWORD)).toBeVisible();
  await page.getByRole("button", { name: "Hide credentials" }).click();
  await expect(show).toBeFocused();
  expect(await page.content()).not.toContain(PASSWORD);
});

test("with JavaScript, the history tells at once that somebody asked", async ({ dashboard, page, platform }) => {
  const store = await platform.ready("Corner shop");
  await dashboard.open(`/stores/${store.id}`);
  await page.getByRole("button", { name: "Show credentials" }).click();
  await expect(dashboard.card("History").getByText("The credentials were shown")).toHaveCount(1);
  await expect(page.getByText(PASSWORD)).toBeVisible();
});

test("a password can be copied", async ({ dashboard, page, platform, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const store = await platform.ready("Corner shop");
  await dashboard.open(`/stores/${store.id}`);
  await page.getByRole("button", { name: "Show credentials" }).click();
  const copy = page.getByRole("button", { name: "Copy password" });
  await copy.click();
  await expect(copy).toHaveText("Copied");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(PASSWORD);
});

test.describe("while the install stands still", () => {
  test.use({ pace: 600_000 });

  test("there are no credentials, and asking for them says why", async ({ dashboard, page, platform }) => {
    const store = await platform.create("Corner shop");
    await dashboard.open(`/stores/${store.id}`);
    await expect(page.getByRole("button", { name: "Show credentials" })).toHaveCount(0);
    await dashboard.open(`/stores/${store.id}/credentials`);
    await expect(page.getByRole("alert").filter({ hasText: "There is nothing to sign in to" })).toBeVisible();
  });
});
