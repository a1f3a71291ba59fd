// Finding stores among many: search, filter, order and pages, all of them in the page's address.

import { expect, test, withAndWithoutJavaScript } from "../../support/fake.ts";

test.describe("while the installs stand still", () => {
  // Names are asked for in this order, so that "newest first" is the reverse.
  test.use({ pace: 600_000 });

  withAndWithoutJavaScript(() => {
    test("a store is found by part of its name or the beginning of its id", async ({ dashboard, platform }) => {
      for (const name of ["Corner shop", "Tea house", "Book nook"]) await platform.create(name);
      const tea = (await platform.list()).find(({ name }) => name === "Tea house")!;
      await dashboard.open("/");
      await expect(dashboard.rows).toHaveCount(3);

      await dashboard.search("OO");
      await expect(dashboard.rows).toHaveCount(1);
      await expect(dashboard.row("Book nook")).toBeVisible();
      await expect(dashboard.page).toHaveURL(/[?&]q=OO/);

      await dashboard.search(tea.id.slice(0, 6));
      await expect(dashboard.rows).toHaveCount(1);
      await expect(dashboard.row("Tea house")).toBeVisible();

      await dashboard.search("100%");
      await expect(dashboard.page.getByText("No store matches.")).toBeVisible();
      await dashboard.page.getByRole("link", { name: "Show all stores" }).click();
      await expect(dashboard.rows).toHaveCount(3);
    });

    test("the numbers lead to the stores that they count", async ({ dashboard, page, platform }) => {
      for (const name of ["One", "Two", "Three"]) await platform.create(name);
      await dashboard.open("/");
      const which = page.getByRole("navigation", { name: "Which stores" });
      await dashboard.eventually((expect) => expect(which.getByRole("link", { name: "Working 2" })).toBeVisible());
      await expect(which.getByRole("link", { name: "All 3" })).toHaveAttribute("aria-current", "true");
      await which.getByRole("link", { name: "Queued 1" }).click();
      await expect(dashboard.rows).toHaveCount(1);
      await expect(dashboard.row("Three")).toContainText("next in the queue");
      await expect(which.getByRole("link", { name: "Queued 1" })).toHaveAttribute("aria-current", "true");
      await which.getByRole("link", { name: "Failed 0" }).click();
      await expect(page.getByText("No store matches.")).toBeVisible();
    });

    test("stores can be listed by name or the oldest first", async ({ dashboard, platform }) => {
      for (const name of ["banana", "Cherry", "apple"]) await platform.create(name);
      await dashboard.open("/");
      expect(await dashboard.names()).toEqual(["apple", "Cherry", "banana"]);
      await dashboard.order("By name");
      await expect.poll(() => dashboard.names()).toEqual(["apple", "banana", "Cherry"]);
      await dashboard.order("Oldest first");
      await expect.poll(() => dashboard.names()).toEqual(["banana", "Cherry", "apple"]);
    });

    test("many stores come in pages of fifty, forth and back", async ({ dashboard, page, platform }) => {
      for (let number = 1; number <= 101; number++) await platform.create(`Store ${number}`);
      await dashboard.open("/");
      await expect(dashboard.rows).toHaveCount(50);
      await expect(dashboard.row("Store 101")).toBeVisible();
      await expect(page.getByRole("link", { name: "Previous" })).toHaveCount(0);
      await page.getByRole("link", { name: "Next" }).click();
      await expect(dashboard.row("Store 51")).toBeVisible();
      await page.getByRole("link", { name: "Next" }).click();
      expect(await dashboard.names()).toEqual(["Store 1"]);
      await expect(page.getByRole("link", { name: "Next" })).toHaveCount(0);
      await page.getByRole("link", { name: "Previous" }).click();
      await expect(dashboard.row("Store 51")).toBeVisible();
      await page.getByRole("link", { name: "Previous" }).click();
      await expect(dashboard.row("Store 101")).toBeVisible();
      await expect(dashboard.rows).toHaveCount(50);

      // What a link led to may have gone meanwhile: the list begins anew.
      const newest = (await platform.list())[0]!;
      await dashboard.open(`/?before=${newest.id}`);
      await expect(dashboard.row("Store 101")).toBeVisible();
      await expect(dashboard.rows).toHaveCount(50);
    });
  });

  test("what is being looked for is found while it is typed, and changes arrive meanwhile", async ({
    dashboard,
    page,
    platform,
  }) => {
    await platform.create("Corner shop");
    await dashboard.open("/");
    await page.keyboard.press("/");
    await expect(dashboard.searchField).toBeFocused();
    await dashboard.searchField.pressSequentially("tea");
    await expect(page.getByText("No store matches.")).toBeVisible();
    await platform.create("Tea house");
    await expect(dashboard.row("Tea house")).toBeVisible();
    await expect(dashboard.searchField).toBeFocused();
    await expect(dashboard.searchField).toHaveValue("tea");
    await expect(dashboard.rows).toHaveCount(1);
    // Who does not see the list hears how many there are.
    const told = page.getByRole("heading", { name: "1 store matches" });
    await expect(told).toHaveAttribute("aria-live", "polite");
  });

  test("keys lead through the list and to the form", async ({ dashboard, page, platform }) => {
    for (const name of ["Tea house", "Corner shop"]) await platform.create(name);
    await dashboard.open("/");
    const link = (name: string) => page.getByRole("link", { name, exact: true });
    await page.keyboard.press("j");
    await expect(link("Corner shop")).toBeFocused();
    await page.keyboard.press("j");
    await expect(link("Tea house")).toBeFocused();
    await page.keyboard.press("j");
    await expect(link("Tea house")).toBeFocused();
    await page.keyboard.press("k");
    await expect(link("Corner shop")).toBeFocused();
    await page.keyboard.press("c");
    await expect(dashboard.nameField).toBeFocused();
    await page.keyboard.type("jack");
    await expect(dashboard.nameField).toHaveValue("jack");
    // From wherever the focus is in a row.
    await page.getByRole("checkbox", { name: "Select Corner shop" }).focus();
    await page.keyboard.press("j");
    await expect(link("Tea house")).toBeFocused();

    await page.getByRole("checkbox", { name: /^Keys/ }).uncheck();
    await page.reload();
    await dashboard.settled();
    await expect(page.getByRole("checkbox", { name: /^Keys/ })).not.toBeChecked();
    await page.keyboard.press("c");
    await expect(dashboard.nameField).not.toBeFocused();
  });
});

test("deleted stores can be looked up, with their history", async ({ dashboard, page, platform }) => {
  const store = await platform.ready("Corner shop");
  await platform.delete(store.id);
  await platform.becomes(store.id, "deleted");
  await platform.create("Another");
  await dashboard.open("/");
  await expect(dashboard.row("Corner shop")).toHaveCount(0);
  await page.getByRole("navigation", { name: "Which stores" }).getByRole("link", { name: "Deleted" }).click();
  await dashboard.row("Corner shop").getByRole("link", { name: "Corner shop", exact: true }).click();
  await expect(page.getByText("Deleted. Nothing of it is left in the cluster")).toBeVisible();
});

withAndWithoutJavaScript(() => {
  test("several stores are deleted at once, after a question that names them", async ({
    dashboard,
    page,
    platform,
  }) => {
    for (const name of ["One", "Two", "Three"]) await platform.ready(name);
    await dashboard.open("/");
    await expect(page.getByRole("button", { name: "Delete selected…" })).toBeHidden();
    await page.getByRole("checkbox", { name: "Select One" }).check();
    await page.getByRole("checkbox", { name: "Select Three" }).check();
    await page.getByRole("button", { name: "Delete selected…" }).click();
    await expect(dashboard.heading).toHaveText("Delete 2 stores?");
    await expect(page.getByRole("main").getByRole("listitem")).toHaveText([/Three/, /One/]);
    await dashboard.confirmDeletion("2");
    await expect(dashboard.heading).toHaveText("Stores");
    await dashboard.eventually((expect) => expect(dashboard.rows).toHaveCount(1));
    await expect(dashboard.row("Two")).toContainText("Ready");
  });

  test("several failed stores are tried again at once", async ({ dashboard, page, platform }) => {
    const failed = [];
    for (const name of ["Fail at database", "Fail at checkout"]) {
      const store = await platform.create(name);
      await platform.becomes(store.id, "failed");
      failed.push(store);
    }
    await platform.ready("Fine");
    await dashboard.open("/?q=a");
    for (const name of ["Fail at database", "Fail at checkout"]) {
      await page.getByRole("checkbox", { name: `Select ${name}` }).check();
    }
    await page.getByRole("button", { name: "Retry selected" }).click();
    await expect(dashboard.heading).toHaveText("Stores");
    for (const { id } of failed) {
      await expect
        .poll(async () => (await platform.events(id)).filter(({ kind }) => kind === "retry_requested").length)
        .toBe(1);
    }
  });
});

test("a bulk deletion says what it leaves out", async ({ dashboard, page, platform }) => {
  const [one, two] = [await platform.ready("One"), await platform.ready("Two")];
  await platform.delete(two.id);
  await platform.becomes(two.id, "deleted");
  const ids = [one.id, one.id, two.id, "bcdfghjk"].map((id) => `ids[]=${id}`).join("&");
  await dashboard.open(`/stores/delete?${ids}`);
  await expect(dashboard.heading).toHaveText("Delete 1 store?");
  await expect(page.getByText("Left out: Two (deleted), bcdfghjk (there is no such store).")).toBeVisible();
});

test("all stores on the page are selected with one box, and stay so while changes arrive", async ({
  dashboard,
  page,
  platform,
}) => {
  for (const name of ["One", "Two"]) await platform.ready(name);
  await dashboard.open("/");
  await page.getByRole("checkbox", { name: "Select all on this page" }).check();
  await expect(page.getByText("2 selected")).toBeVisible();
  await platform.create("Three");
  await expect(dashboard.row("Three")).toContainText("Ready");
  await expect(page.getByRole("checkbox", { name: "Select One" })).toBeChecked();
  await expect(page.getByRole("checkbox", { name: "Select Two" })).toBeChecked();
  await expect(page.getByRole("checkbox", { name: "Select Three" })).not.toBeChecked();
  await expect(page.getByRole("checkbox", { name: "Select all on this page" })).not.toBeChecked();
  await dashboard.search("one");
  await expect(page.getByText("1 selected")).toBeVisible();
});
