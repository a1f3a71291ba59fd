// The inside of a store: test orders, the way in, pods, and the receipt of a deletion.

import { expect, test, withAndWithoutJavaScript } from "../../support/fake.ts";

withAndWithoutJavaScript(() => {
  test("the checkout of a store can be tested at any time", async ({ dashboard, platform }) => {
    const store = await platform.ready("Tea");
    await dashboard.open(`/stores/${store.id}`);
    const card = dashboard.card("Checkout");
    await expect(card).toContainText("Tested when it was installed");
    await card.getByRole("button", { name: "Test checkout" }).click();
    await expect(card).toContainText("Order pretended: the cluster is fake");
    await expect(dashboard.card("History")).toContainText("Order pretended: the cluster is fake");
  });

  test("what was done is told until it is closed, and only once", async ({ dashboard, page, platform }) => {
    const store = await platform.ready("Tea");
    await dashboard.open(`/stores/${store.id}`);
    await dashboard.card("Checkout").getByRole("button", { name: "Test checkout" }).click();
    const notice = page.getByRole("dialog", { name: "Notice" });
    await expect(notice).toContainText("The test went through.");
    const close = notice.getByRole("button", { name: "Close" });
    const pressed = dashboard.card("Checkout").getByRole("button", { name: "Test checkout" });
    // Without JavaScript the notice has the focus, and with it a screen reader's voice; with it, what was pressed has it again.
    await expect(dashboard.javaScript ? pressed : close).toBeFocused();
    if (dashboard.javaScript) {
      await expect(page.getByRole("status").filter({ hasText: "The test went through." })).toHaveCount(1);
      // A change brings the page up to date; what is being read stays.
      await dashboard.settled();
      await platform.create("Coffee");
      await platform.check(store.id);
      await expect(dashboard.card("History").getByText("Order pretended")).toHaveCount(2);
      await expect(notice).toBeVisible();
    }
    await close.click();
    await expect(notice).toBeHidden();
    if (dashboard.javaScript) await expect(pressed).toBeFocused();
    await page.reload();
    await expect(dashboard.heading).toHaveText("Tea");
    await expect(notice).toHaveCount(0);
  });

  test("a link that is good once opens the admin in a tab of its own", async ({ dashboard, page, platform }) => {
    const store = await platform.ready("Tea");
    await dashboard.open(`/stores/${store.id}`);
    const opened = page.waitForEvent("popup");
    await dashboard.card("Sign in").getByRole("button", { name: "Sign in to the admin" }).click();
    const tab = await opened;
    await expect(tab).toHaveURL(`${store.url}/?pretended`);
    await dashboard.eventually((expect) =>
      expect(dashboard.card("History").getByText("A one-time sign-in link was made")).toHaveCount(1),
    );
  });

  test("pods are shown with restarts and what they use of what they may use", async ({ dashboard, platform }) => {
    const store = await platform.ready("Tea");
    await dashboard.open(`/stores/${store.id}`);
    const pod = dashboard.card("Pods").getByRole("listitem").filter({ hasText: "pretended-wordpress" });
    await expect(pod).toContainText("Running");
    await expect(pod).toContainText("1 restart, the last after OOMKilled (exit code 137)");
    await expect(pod.getByRole("meter", { name: "wordpress memory" })).toHaveText("310 MiB of 384 MiB");
    await expect(pod).toContainText("cron not measured yet");
    await expect(pod).toContainText("0.02 of 1 CPU");
  });

  test("a deletion shows what will go and keeps a receipt of what went", async ({ dashboard, page, platform }) => {
    const store = await platform.ready("Tea");
    await dashboard.open(`/stores/${store.id}/delete`);
    await page.getByText("In the cluster at this moment: 6 objects").click();
    const objects = page.getByRole("table");
    await expect(objects.getByRole("row")).toHaveCount(7);
    await expect(objects).toContainText(`store-${store.id}`);

    await dashboard.confirmDeletion("Tea");
    const receipt = dashboard.card("Deletion receipt");
    await dashboard.eventually((expect) => expect(receipt).toContainText("All 6 objects seen gone, volumes included"));
    await receipt.getByText("Every object").click();
    const volume = receipt.getByRole("row", { name: /^PersistentVolume pretended-data / });
    await expect(volume).toContainText(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/);
  });
});

test("a button that was pressed says so before the server answers", async ({ dashboard, page, platform }) => {
  const store = await platform.ready("Tea");
  await dashboard.open(`/stores/${store.id}`);
  let answer = () => {};
  const seen = new Promise<void>((resolve) => (answer = resolve));
  await page.route("**/rpc/test_checkout", async (route) => {
    await seen;
    await route.continue();
  });
  const button = dashboard.card("Checkout").getByRole("button", { name: "Test checkout" });
  const said = await button.evaluate(async (element: HTMLButtonElement) => {
    element.click();
    while (!element.form!.hasAttribute("aria-busy")) await new Promise(requestAnimationFrame);
    return getComputedStyle(element, "::after").content;
  });
  expect(said).toBe('"Placing an order…"');
  answer();
  await expect(page.getByRole("dialog", { name: "Notice" })).toBeVisible();
});

test("with JavaScript, pods are looked at again as long as the page is open", async ({ dashboard, page, platform }) => {
  const store = await platform.ready("Tea");
  await dashboard.open(`/stores/${store.id}`);
  await dashboard.settled();
  // Nothing happens that an event would tell.
  const again = await page.waitForRequest(
    (request) => request.url().endsWith(`/stores/${store.id}`) && request.headers()["x-urumi-by-itself"] === "refresh",
    { timeout: 10_000 },
  );
  expect((await again.response())!.status()).toBe(200);
});

withAndWithoutJavaScript(() => {
  test("what can be reached from inside of a store is tried and told", async ({ dashboard, platform }) => {
    await platform.ready("Neighbour");
    const store = await platform.ready("Leaky");
    await dashboard.open(`/stores/${store.id}`);
    const card = dashboard.card("Isolation");
    await card.getByRole("button", { name: "Test isolation" }).click();
    await expect(card).toContainText("does not enforce NetworkPolicies");
    await card.getByText("What was tried").click();
    await expect(card.getByRole("listitem").filter({ hasText: "another store's database: reached" })).toBeVisible();
    await expect(card.getByRole("listitem").filter({ hasText: "the API server: no answer" })).toBeVisible();
    await expect(dashboard.card("History")).toContainText("does not enforce NetworkPolicies");
  });
});
