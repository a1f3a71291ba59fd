// The main job, as a new user does it: create three stores, buy from one, find the order, delete two.
// The tests build on each other: when one fails, those after it are skipped.

import { Dashboard } from "../../support/dashboard.ts";
import { expect, kubectl, measured, NO_CLUSTER, NO_SHOP, platformOf, SERVER, test } from "../../support/cluster.ts";
import { type Store } from "../../support/platform.ts";
import { takePicture } from "../../support/pictures.ts";
import { buy, CUSTOMER, openOrders, signIn, type Order } from "../../support/shop.ts";

test.describe.configure({ mode: "serial" });
test.skip(!SERVER, NO_CLUSTER);

/** An install with a busy machine around it. */
const READY_DEADLINE = 300_000;
const GONE_DEADLINE = 120_000;

let names = ["Corner shop", "Book nook", "Tea house"];
/** What was there before; it is none of these tests' business. */
let before: Store[] | undefined;
let slug = "book-nook";
let stores: Store[] = [];
let order: Order;
let secondOrder: Order;

test("three stores are created at once: two install, the third shows its place in the queue", async ({
  context,
  dashboard,
  platform,
}, info) => {
  before = await platform.list();
  const taken = before.map(({ name }) => name);
  if (names.some((name) => taken.includes(name)) || before.some((store) => store.slug === slug)) {
    const suffix = Date.now().toString(36);
    names = names.map((name) => `${name} ${suffix}`);
    slug = `${slug}-${suffix}`;
  }
  await dashboard.open("/");
  await expect(dashboard.page.getByRole("banner")).toContainText(/Cluster\s*Kubernetes v1\./);
  await expect(dashboard.page.getByText("Demo mode")).toHaveCount(0);
  const tabs = await Promise.all(names.map(async () => new Dashboard(await context.newPage(), true)));
  for (const [index, tab] of tabs.entries()) {
    await tab.open("/");
    await tab.nameField.fill(names[index]!);
  }
  // One of them is asked for with wishes of its own.
  const [, wishful] = tabs;
  await wishful!.showWishes();
  await wishful!.addressField.fill(slug);
  await wishful!.page.getByRole("radio", { name: /^Medium/ }).check();
  await wishful!.page.getByRole("radio", { name: /^Empty/ }).check();
  await Promise.all(tabs.map((tab) => tab.createButton.click()));
  const rows = names.map((name) => dashboard.row(name));
  await expect(async () => {
    const texts = await Promise.all(rows.map((row) => row.innerText({ timeout: 500 })));
    expect(texts.filter((text) => /Provisioning[\s\S]*[1-6] of 6 · /.test(text))).toHaveLength(2);
    expect(texts.filter((text) => /Queued[\s\S]*next in the queue/.test(text))).toHaveLength(1);
  }).toPass({ timeout: 20_000, intervals: [50] });
  await dashboard.page.bringToFront();
  // A picture tells more once the bars have begun; where the installs are too quick for that, it is taken all the same.
  const begun = dashboard.page.getByText(/^[2-6] of 6/);
  await begun
    .nth(1)
    .waitFor({ timeout: 3_000 })
    .catch(() => undefined);
  await takePicture(dashboard.page, "fleet", info, true);
});

test("all three become ready, each after its order check", async ({ dashboard, platform }) => {
  await dashboard.open("/");
  const known = (await platform.list()).filter((store) => names.includes(store.name));
  expect(known).toHaveLength(3);
  for (const store of known) await platform.becomes(store.id, "ready", READY_DEADLINE);
  stores = await Promise.all(names.map((name) => platform.get(known.find((store) => store.name === name)!.id)));
  for (const store of stores) {
    await expect(dashboard.row(store)).toContainText("Ready");
    const { steps, created_at, ready_at } = await platform.get(store.id);
    expect(steps.map(({ step }) => step)).toEqual([
      "namespace",
      "database",
      "wordpress",
      "woocommerce",
      "storefront",
      "checkout",
    ]);
    const first = Date.parse(steps[0]!.started_at);
    measured(`${store.name}: asked for -> ready`, Date.parse(ready_at!) - Date.parse(created_at));
    measured(`${store.name}: first step -> ready`, Date.parse(ready_at!) - first);
    for (const { step, started_at, finished_at } of steps) {
      measured(`${store.name}:   ${step}`, Date.parse(finished_at!) - Date.parse(started_at));
    }
  }
});

test("a store's page shows how it came to be, and opens the store", async ({ dashboard, page, context }, info) => {
  const store = stores[0]!;
  await dashboard.open(`/stores/${store.id}`);
  await expect(dashboard.step("Checkout")).toContainText("done");
  await takePicture(page, "store", info, true);
  await dashboard.card("Logs").getByRole("button", { name: "Database" }).click();
  await expect(dashboard.card("Logs").getByRole("log")).toContainText("ready for connections");
  await page.setViewportSize({ width: 390, height: 844 });
  await takePicture(page, "store-phone", info, true);
  await page.setViewportSize({ width: 1280, height: 800 });
  const opened = context.waitForEvent("page");
  await page.getByRole("link", { name: /^Open (shop|site)$/ }).click();
  const shop = await opened;
  await expect(shop).toHaveURL(`${store.url}/`);
  await expect(shop).toHaveTitle(new RegExp(store.name));
  if (store.edition === "shop") await expect(shop.getByRole("heading", { name: "Demo gift card" })).toBeVisible();
});

test("a store that was asked for empty, larger and at an address of its own is that", async ({ dashboard, page }) => {
  const store = stores[1]!;
  expect(new URL(store.url).hostname).toMatch(new RegExp(`^${slug}\\.`));
  const answer = await page.goto(store.url);
  expect(answer!.status()).toBe(200);
  await expect(page).toHaveTitle(new RegExp(store.name));
  await expect(page.getByText("Demo gift card")).toHaveCount(0);
  await dashboard.open(`/stores/${store.id}`);
  await expect(dashboard.card("Pods").getByRole("listitem").filter({ hasText: "database" })).toContainText(
    "of 768 MiB",
  );
});

test("a store's checkout is tested at the push of a button", async ({ dashboard, page }) => {
  for (const store of stores.slice(0, 2)) {
    test.skip(store.edition !== "shop", NO_SHOP);
    await dashboard.open(`/stores/${store.id}`);
    const begun = Date.now();
    await dashboard.card("Checkout").getByRole("button", { name: "Test checkout" }).click();
    await expect(page.getByRole("dialog", { name: "Notice" })).toContainText("The test went through.");
    measured(`${store.name}: test checkout pressed -> told`, Date.now() - begun);
    await expect(dashboard.card("Checkout")).toContainText(/Order #\d+ of .* placed, read back and removed/);
  }
});

test("a link that is good once signs the owner in without a password", async ({ dashboard, page }) => {
  await dashboard.open(`/stores/${stores[0]!.id}`);
  const opened = page.waitForEvent("popup");
  await dashboard.card("Sign in").getByRole("button", { name: "Sign in to the admin" }).click();
  const admin = await opened;
  await expect(admin).toHaveURL(/\/wp-admin\//);
  await expect(admin.getByRole("menuitem", { name: /Howdy, admin/ })).toBeVisible();
});

test("a person buys the demo product with cash on delivery", async ({ page }) => {
  test.skip(stores[0]!.edition !== "shop", NO_SHOP);
  order = await buy(page, stores[0]!.url, "ada@example.test");
});

test("the owner signs in with the credentials that the store's page shows", async ({ dashboard, context }) => {
  const admin = await readCredentials(dashboard, stores[0]!);
  const page = await context.newPage();
  await signIn(page, admin);
  await expect(page).toHaveURL(/\/wp-admin\//);
});

test("the owner sees that order in WooCommerce > Orders", async ({ dashboard, context }) => {
  test.skip(stores[0]!.edition !== "shop", NO_SHOP);
  const page = await context.newPage();
  await signIn(page, await readCredentials(dashboard, stores[0]!));
  await openOrders(page);
  const row = page.getByRole("row").filter({ hasText: `#${order.number} ${CUSTOMER}` });
  await expect(row).toContainText("Processing");
  await expect(row).toContainText("25.00");
  await row.getByRole("link", { name: `#${order.number} ${CUSTOMER}` }).click();
  await expect(page.getByText("Payment via Cash on delivery")).toBeVisible();
  await expect(page.getByRole("link", { name: order.email })).toBeVisible();
});

test("two stores are deleted, and kubectl shows nothing of them", async ({ context, platform }) => {
  const doomed = stores.slice(1);
  const all = await kubectl("get", "ns,pv", "-o", "json");
  for (const { id } of stores) expect(all).toContain(`store-${id}`);
  const tabs = await Promise.all(doomed.map(async () => new Dashboard(await context.newPage(), true)));
  for (const [index, tab] of tabs.entries()) {
    await tab.open(`/stores/${doomed[index]!.id}`);
    await tab.page.getByRole("link", { name: "Delete" }).click();
  }
  const begun = Date.now();
  await Promise.all(tabs.map((tab, index) => tab.confirmDeletion(doomed[index]!.name)));
  for (const [index, tab] of tabs.entries()) {
    const gone = tab.page.getByText("Deleted. Nothing of it is left in the cluster");
    await expect(gone).toBeVisible({ timeout: GONE_DEADLINE });
    measured(`${doomed[index]!.name}: deletion asked for -> nothing left`, Date.now() - begun);
    const receipt = tab.card("Deletion receipt");
    await expect(receipt).toContainText(/All \d+ objects seen gone, volumes included/);
    await receipt.getByText("Every object").click();
    await expect(receipt.getByRole("row", { name: /^PersistentVolume .* UTC$/ })).toHaveCount(2);
  }
  const left = await kubectl("get", "ns,pv", "-o", "json");
  for (const { id } of doomed) expect(left, `something of store-${id} is left`).not.toContain(`store-${id}`);
  expect(left).toContain(`store-${stores[0]!.id}`);
  const living = await platform.list();
  for (const { id } of doomed) expect(living.map((store) => store.id)).not.toContain(id);
});

test("the address of a deleted store says that it is not there", async ({ page }) => {
  const answer = await page.goto(stores[1]!.url);
  expect([404, 410]).toContain(answer!.status());
  await expect(page.getByRole("heading")).toBeVisible();
});

test("the third store still sells", async ({ page }) => {
  test.skip(stores[0]!.edition !== "shop", NO_SHOP);
  secondOrder = await buy(page, stores[0]!.url, "grace@example.test");
  expect(Number(secondOrder.number)).toBeGreaterThan(Number(order.number));
});

test("its orders are those two: nothing is left of the order check or of the image's making", async ({
  dashboard,
  context,
}) => {
  test.skip(stores[0]!.edition !== "shop", NO_SHOP);
  const page = await context.newPage();
  await signIn(page, await readCredentials(dashboard, stores[0]!));
  await openOrders(page);
  const rows = page.getByRole("row").filter({ hasText: /#\d+/ });
  await expect(rows).toHaveCount(2);
  await expect(rows).toContainText([`#${secondOrder.number}`, `#${order.number}`]);
  await expect(page.getByRole("link", { name: /^(Draft|Trash) \(/ })).toHaveCount(0);
});

// What the tests made is taken away, even when one of them failed.
test.afterAll(async ({ request }) => {
  if (!SERVER || !before) return;
  test.setTimeout(GONE_DEADLINE);
  const platform = platformOf(request);
  const left = (await platform.list()).filter(({ name }) => names.includes(name));
  for (const { id } of left) await platform.delete(id);
  for (const { id } of left) await platform.becomes(id, "deleted", GONE_DEADLINE);
});

async function readCredentials(dashboard: Dashboard, store: Store) {
  await dashboard.open(`/stores/${store.id}`);
  await dashboard.page.getByRole("button", { name: "Show credentials" }).click();
  const fact = (name: string) => dashboard.page.locator("dt").filter({ hasText: name }).locator("+ dd");
  const user = await fact("User").locator("code").innerText();
  const password = await fact("Password").locator("code").innerText();
  return { url: await fact("Sign in at").getByRole("link").innerText(), user, password };
}
