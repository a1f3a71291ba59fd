// Deleting a store: the question, the way back, the tombstone.

import { expect, test, withAndWithoutJavaScript } from "../../support/fake.ts";

withAndWithoutJavaScript(() => {
  test("a store is deleted after a question and leaves a tombstone with its history", async ({
    dashboard,
    page,
    platform,
  }) => {
    const store = await platform.ready("Corner shop");
    await dashboard.open(`/stores/${store.id}`);
    await page.getByRole("link", { name: "Delete" }).click();
    await expect(dashboard.heading).toHaveText("Delete Corner shop?");
    await expect(page.getByRole("main")).toContainText(`store-${store.id}`);
    expect((await platform.get(store.id)).status).toBe("ready");

    await dashboard.confirmDeletion("Corner shop");
    await expect(dashboard.heading).toHaveText("Corner shop");
    await expect(page).toHaveURL(new RegExp(`/stores/${store.id}$`));
    await dashboard.eventually((expect) =>
      expect(page.getByText("Deleted. Nothing of it is left in the cluster")).toBeVisible(),
    );
    await expect(dashboard.card("History")).toContainText("Deletion was asked for");
    await expect(dashboard.card("History")).toContainText("Nothing is left");
    await expect(dashboard.card("Facts").getByText("Deleted", { exact: true })).toBeVisible();
    for (const name of ["Open shop", "Open admin", "Delete"]) {
      await expect(page.getByRole("link", { name })).toHaveCount(0);
    }
    await expect(dashboard.card("Sign in")).toHaveCount(0);

    await dashboard.open("/");
    await expect(dashboard.card("No stores yet")).toBeVisible();
  });

  test("a store is not deleted when something else than its name is typed", async ({
    dashboard,
    page,
    platform,
    javaScriptEnabled,
  }) => {
    const store = await platform.ready("Corner shop");
    await dashboard.open(`/stores/${store.id}/delete`);
    const button = page.getByRole("button", { name: "Delete store" });
    if (javaScriptEnabled !== false) {
      await expect(button).toBeDisabled();
      await page.getByRole("textbox").fill("corner");
      await expect(button).toBeDisabled();
    } else {
      await page.getByRole("textbox").fill("corner");
      await button.click();
      await expect(page.getByRole("alert")).toHaveText(/Type the store's name/);
    }
    expect((await platform.get(store.id)).status).toBe("ready");
    // Capitals do not matter: no two stores differ only in them.
    await dashboard.confirmDeletion("corner SHOP");
    await expect(dashboard.heading).toHaveText("Corner shop");
    await dashboard.eventually((expect) => expect(page.getByText("Nothing of it is left")).toBeVisible());
  });

  test("a protected store cannot be deleted until the protection is taken off", async ({
    dashboard,
    page,
    platform,
  }) => {
    const store = await platform.ready("Corner shop");
    await dashboard.open(`/stores/${store.id}`);
    const protect = page.getByRole("button", { name: "Protect against deletion" });
    await protect.click();
    const remove = page.getByRole("button", { name: "Remove the protection against deletion" });
    await expect(remove).toBeVisible();
    await expect(page.getByRole("link", { name: "Delete" })).toHaveCount(0);
    await dashboard.open("/");
    await expect(dashboard.row("Corner shop")).toContainText("Protected");
    // The question itself offers the way on.
    await dashboard.open(`/stores/${store.id}/delete`);
    await expect(page.getByText("It is protected against deletion.")).toBeVisible();
    await remove.click();
    await expect(page.getByRole("button", { name: "Delete store" })).toBeVisible();
    await dashboard.open(`/stores/${store.id}`);
    await expect(protect).toBeVisible();
    await expect(page.getByRole("link", { name: "Delete" })).toBeVisible();
  });

  test("the question can be answered with no", async ({ dashboard, page, platform }) => {
    const store = await platform.ready("Corner shop");
    await dashboard.open("/");
    await dashboard.row(store).getByRole("link", { name: "Delete Corner shop" }).click();
    await expect(dashboard.heading).toHaveText("Delete Corner shop?");
    await page.getByRole("link", { name: "Keep it" }).click();
    await expect(dashboard.heading).toHaveText("Corner shop");
    expect((await platform.get(store.id)).status).toBe("ready");
  });

  test("a tombstone cannot be deleted again", async ({ dashboard, page, platform }) => {
    const store = await platform.ready("Corner shop");
    await platform.delete(store.id);
    await platform.becomes(store.id, "deleted");
    await dashboard.open(`/stores/${store.id}/delete`);
    await expect(page.getByText("It is being deleted already, or it is gone.")).toBeVisible();
    await expect(page.getByRole("button", { name: "Delete store" })).toHaveCount(0);
  });

  test("a name is free again once its store was deleted", async ({ dashboard, platform }) => {
    const store = await platform.ready("Corner shop");
    await platform.delete(store.id);
    await platform.becomes(store.id, "deleted");
    await dashboard.open("/");
    await dashboard.create("Corner shop");
    expect((await platform.list()).map((other) => other.id)).not.toContain(store.id);
  });
});

test.describe("while an install runs", () => {
  test.use({ pace: 2_000 });

  test("its store can be deleted", async ({ dashboard, page, platform }) => {
    const store = await platform.create("Corner shop");
    await dashboard.open(`/stores/${store.id}`);
    await expect(page.getByRole("progressbar")).toBeVisible();
    await page.getByRole("link", { name: "Delete" }).click();
    await dashboard.confirmDeletion("Corner shop");
    await expect(page.getByText("Being deleted. Every object is watched until it is gone.")).toBeVisible();
    await expect(page.getByText("Deleted. Nothing of it is left in the cluster")).toBeVisible();
    await expect(page.getByRole("progressbar")).toHaveCount(0);
  });
});

test("with JavaScript, a wrong name is told, and Escape closes a notice", async ({ dashboard, page, platform }) => {
  const store = await platform.ready("Corner shop");
  await dashboard.open(`/stores/${store.id}/delete`);
  await dashboard.settled();
  const field = page.getByRole("textbox");
  await field.fill("Corner sho");
  await field.blur();
  await expect(page.getByText("That is something else.")).toBeVisible();
  await field.fill("Corner shop");
  await expect(page.getByText("That is something else.")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Delete store" })).toBeEnabled();

  await dashboard.open(`/stores/${store.id}`);
  await dashboard.settled();
  await page.getByRole("button", { name: "Protect against deletion" }).click();
  const notice = page.getByRole("dialog", { name: "Notice" });
  await expect(notice).toBeVisible();
  await dashboard.settled();
  await page.keyboard.press("Escape");
  await expect(notice).toBeHidden();
});

test("deleted stores can be found when there are no others", async ({ dashboard, page, platform }) => {
  const store = await platform.ready("Corner shop");
  await platform.delete(store.id);
  await platform.becomes(store.id, "deleted");
  await dashboard.open("/");
  await page.getByRole("link", { name: "Deleted stores" }).click();
  await expect(dashboard.row("Corner shop")).toContainText("Deleted");
  await expect(page.getByRole("columnheader", { name: "Deleted" })).toHaveCount(1);
  await expect(page.getByRole("checkbox", { name: /Select/ })).toHaveCount(0);
});
