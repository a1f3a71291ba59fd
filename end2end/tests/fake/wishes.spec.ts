// What can be chosen when a store is made: its address, its size, what is in it.

import { expect, test, withAndWithoutJavaScript } from "../../support/fake.ts";

const REFUSED = /status of 4\d\d .*\/rpc\/create_store/;

withAndWithoutJavaScript(() => {
  test("a store is made with an address, a size and no content", async ({ dashboard, page, platform }) => {
    await dashboard.open("/");
    await expect(dashboard.addressField).toBeHidden();
    await dashboard.showWishes();
    await expect(page.getByRole("radio", { name: /^Small/ })).toBeChecked();
    await expect(page.getByRole("radio", { name: /^Demo product/ })).toBeChecked();
    await dashboard.addressField.fill("tea-house");
    await page.getByRole("radio", { name: /^Large .*4 CPUs and 1\.5 GiB/ }).check();
    await page.getByRole("radio", { name: /^Empty/ }).check();
    await dashboard.create("Tea");

    const [store] = await platform.list();
    expect(store).toMatchObject({ slug: "tea-house", size: "large", content: "empty" });
    expect(new URL(store!.url).hostname).toBe("tea-house.localhost");
    const facts = dashboard.card("Facts");
    await expect(facts).toContainText(store!.url);
    await expect(facts).toContainText("Large");
    await expect(facts).toContainText("Empty");
  });

  test("an address that is taken is refused beside its field, and nothing that was chosen is lost", async ({
    dashboard,
    page,
    platform,
    noise,
  }) => {
    noise.expect(REFUSED);
    await platform.create("Tea", { slug: "tea-house" });
    await dashboard.open("/");
    await dashboard.showWishes();
    await dashboard.nameField.fill("More tea");
    await dashboard.addressField.fill("tea-house");
    await page.getByRole("radio", { name: /^Medium/ }).check();
    await dashboard.createButton.click();
    await expect(dashboard.addressField).toHaveAccessibleDescription(/The store Tea has this address already\./);
    await expect(dashboard.addressField).toHaveAttribute("aria-invalid", "true");
    await expect(dashboard.nameField).toHaveAttribute("aria-invalid", "false");
    await expect(dashboard.nameField).toHaveValue("More tea");
    await expect(dashboard.addressField).toHaveValue("tea-house");
    await expect(page.getByRole("radio", { name: /^Medium/ })).toBeChecked();
    expect(await platform.list()).toHaveLength(1);

    await dashboard.addressField.fill("more-tea");
    await dashboard.create("More tea");
    const stores = await platform.list();
    expect(stores.find((store) => store.name === "More tea")).toMatchObject({ slug: "more-tea", size: "medium" });
  });
});

withAndWithoutJavaScript(() => {
  test("two fields that are wrong are told at once", async ({ dashboard }) => {
    await dashboard.open("/");
    await dashboard.showWishes();
    await dashboard.nameField.fill("!!!");
    await dashboard.addressField.fill("Tea House");
    await dashboard.createButton.click();
    await expect(dashboard.nameField).toHaveAccessibleDescription(/at least one letter or digit/);
    await expect(dashboard.addressField).toHaveAccessibleDescription(/only lower-case letters, digits and hyphens/);
    await expect(dashboard.addressField).toHaveAttribute("aria-invalid", "true");
  });
});

test("a short address is only a beginning until its field is left", async ({ dashboard }) => {
  await dashboard.open("/");
  await dashboard.showWishes();
  await dashboard.addressField.pressSequentially("te");
  await expect(dashboard.addressField).toHaveAttribute("aria-invalid", "false");
  await dashboard.nameField.focus();
  await expect(dashboard.addressField).toHaveAccessibleDescription(/An address has at least 3 characters\./);
});

test("with JavaScript, a mistake in the address is told while it is being typed", async ({ dashboard }) => {
  await dashboard.open("/");
  await dashboard.showWishes();
  await dashboard.addressField.pressSequentially("Te");
  await expect(dashboard.addressField).toHaveAccessibleDescription(
    /holds only lower-case letters, digits and hyphens\./,
  );
  await dashboard.addressField.fill("tea");
  await expect(dashboard.addressField).toHaveAttribute("aria-invalid", "false");
});
