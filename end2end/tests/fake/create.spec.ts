// Creating a store with the form, and what the form refuses.

import { expect, test, withAndWithoutJavaScript } from "../../support/fake.ts";

/** A browser notes every answer that is not a success; a person's mistake is the person's (4xx), not the server's. */
const REFUSED = /status of 4\d\d .*\/rpc\/create_store/;

withAndWithoutJavaScript(() => {
  test("a store is created from the page and becomes ready", async ({ dashboard, page, platform }) => {
    await dashboard.open("/");
    await expect(dashboard.heading).toHaveText("Stores");
    await expect(dashboard.card("No stores yet")).toBeVisible();

    await dashboard.create("Corner shop");
    await dashboard.eventually((expect) =>
      expect(page.getByText("Open for business: a test order went through.")).toBeVisible(),
    );

    const [store] = await platform.list();
    expect(page.url()).toContain(`/stores/${store!.id}`);
    await expect(page.getByRole("link", { name: "Open shop" })).toHaveAttribute("href", store!.url);
    await expect(page.getByRole("link", { name: "Open admin" })).toHaveAttribute("href", store!.admin_url);
    for (const step of ["Namespace", "Database", "WordPress", "WooCommerce", "Storefront", "Checkout"]) {
      await expect(dashboard.step(step)).toContainText(/done \d+\.\d s/);
    }
    await expect(dashboard.card("History").getByText("Store Corner shop was asked for")).toBeVisible();

    await dashboard.open("/");
    const row = dashboard.row("Corner shop");
    await expect(row).toContainText("Ready");
    await expect(row.getByRole("link", { name: store!.url.replace("http://", "") })).toHaveAttribute(
      "href",
      store!.url,
    );
  });

  test("a name without a letter is refused beside the field", async ({ dashboard, page, platform, noise }) => {
    noise.expect(REFUSED);
    await dashboard.open("/");
    await dashboard.nameField.fill("!!!");
    await dashboard.createButton.click();
    await expect(dashboard.card("Create a store").getByRole("alert")).toHaveText(
      "A name needs at least one letter or digit.",
    );
    await expect(dashboard.nameField).toHaveAttribute("aria-invalid", "true");
    await expect(dashboard.nameField).toHaveAccessibleDescription(/A name needs at least one letter or digit\./);
    await expect(page).toHaveURL(/\/(\?.*)?$/);
    expect(await platform.list()).toEqual([]);
  });

  test("a name that is taken is refused beside the field, with what to do", async ({ dashboard, platform, noise }) => {
    noise.expect(REFUSED);
    await platform.create("Corner shop");
    await dashboard.open("/");
    await dashboard.nameField.fill("Corner shop");
    await dashboard.createButton.click();
    const alert = dashboard.card("Create a store").getByRole("alert");
    await expect(alert).toHaveText(/There is already a store called Corner shop .*Choose another name\./);
    await expect(dashboard.nameField).toHaveValue("Corner shop");
    await expect(dashboard.nameField).toHaveAttribute("aria-invalid", "true");
    expect(await platform.list()).toHaveLength(1);

    await dashboard.create("Corner shop 2");
    expect(await platform.list()).toHaveLength(2);
  });

  test("a name keeps its markup and letters as they were typed", async ({ dashboard, page, platform }) => {
    const name = `Čaj & <b>Káva</b> "1" 店`;
    await dashboard.open("/");
    await dashboard.create(name);
    expect((await platform.list())[0]!.name).toBe(name);
    await expect(page).toHaveTitle(`${name} · Urumi`);
    await dashboard.open("/");
    await expect(dashboard.row(name)).toBeVisible();
  });

  test("an empty field is not sent", async ({ dashboard, platform }) => {
    await dashboard.open("/");
    await dashboard.createButton.click();
    await expect(dashboard.nameField).toBeFocused();
    await expect(dashboard.nameField).toHaveJSProperty("validity.valueMissing", true);
    expect(await platform.list()).toEqual([]);
  });
});

test("with JavaScript, a mistake is told while the name is being typed", async ({ dashboard }) => {
  await dashboard.open("/");
  const alert = dashboard.card("Create a store").getByRole("alert");
  await dashboard.nameField.pressSequentially("??");
  await expect(alert).toHaveText("A name needs at least one letter or digit.");
  await dashboard.nameField.pressSequentially("a");
  await expect(alert).toHaveText("");
  await expect(dashboard.nameField).toHaveAttribute("aria-invalid", "false");
});

test("a double click makes one store", async ({ dashboard, platform }) => {
  await dashboard.open("/");
  await dashboard.nameField.fill("Corner shop");
  await dashboard.createButton.dblclick();
  await expect(dashboard.heading).toHaveText("Corner shop");
  expect(await platform.list()).toHaveLength(1);
});

test("the browser's back button leads from the new store to the list that holds it", async ({ dashboard, page }) => {
  await dashboard.open("/");
  await dashboard.create("Corner shop");
  await page.goBack();
  await expect(dashboard.heading).toHaveText("Stores");
  await expect(dashboard.row("Corner shop")).toBeVisible();
  await page.goForward();
  await expect(dashboard.heading).toHaveText("Corner shop");
});
