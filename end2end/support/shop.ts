// A store as its customers and its owner use it.

import { expect, type Locator, type Page } from "@playwright/test";

export type Order = { number: string; email: string };

/** A person who wants the demo product, without an account. */
export const CUSTOMER = "Ada Lovelace";
const COUNTRY = "United Kingdom (UK)";
const ADDRESS = {
  "First name": "Ada",
  "Last name": "Lovelace",
  Address: "12 St James's Square",
  City: "London",
  Postcode: "SW1Y 4JH",
};

/** Buys the product on the shop's front page with cash on delivery. */
export async function buy(page: Page, shop: string, email: string): Promise<Order> {
  await page.goto(shop);
  await page.getByRole("heading", { name: "Demo gift card" }).getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1, name: "Demo gift card" })).toBeVisible();
  await page.getByRole("button", { name: "Add to cart", exact: true }).first().click();
  const added = page.getByRole("alert").filter({ hasText: "has been added to your cart" });
  await added.getByRole("link", { name: "View cart" }).click();
  await expect(page.getByRole("table").getByRole("link", { name: "Demo gift card" }).first()).toBeVisible();
  await page.getByRole("link", { name: "Proceed to Checkout" }).click();
  await fillCheckout(page, email);
  await page.getByRole("button", { name: "Place Order" }).click();
  await expect(page.getByRole("heading", { name: "Order received" })).toBeVisible();
  const number = /order-received\/(\d+)/.exec(page.url())?.[1];
  expect(number, page.url()).toBeDefined();
  return { number: number!, email };
}

async function fillCheckout(page: Page, email: string) {
  await page.getByRole("textbox", { name: "Email address" }).fill(email);
  const address = page.getByRole("group", { name: "Billing address" });
  // First, because the other fields depend on it.
  await address.getByRole("combobox", { name: "Country/Region" }).selectOption(COUNTRY);
  for (const [label, value] of Object.entries(ADDRESS)) {
    await address.getByRole("textbox", { name: label, exact: true }).fill(value);
  }
  // The only way to pay, so there is nothing to choose.
  await expect(page.getByRole("group", { name: "Payment options" })).toContainText("Cash on delivery");
}

/** Signs in to the administration. */
export async function signIn(page: Page, admin: { url: string; user: string; password: string }) {
  await page.goto(admin.url);
  // WordPress gives it the focus by itself, a moment after the page is there: what is typed elsewhere before that ends up in it.
  const user = page.getByRole("textbox", { name: "Username or Email Address" });
  await expect(user).toBeFocused();
  await user.fill(admin.user);
  const password = page.getByRole("textbox", { name: "Password" });
  await password.fill(admin.password);
  await expect(password).toHaveValue(admin.password);
  await page.getByRole("button", { name: "Log In" }).click();
  await expect(menu(page).getByRole("link", { name: "Dashboard" })).toBeVisible();
}

/** Goes to WooCommerce > Orders by the menu. */
export async function openOrders(page: Page) {
  const woocommerce = page.getByRole("link", { name: "WooCommerce", exact: true });
  const group = menu(page).getByRole("listitem").filter({ has: woocommerce });
  const orders = group.getByRole("link", { name: /^Orders/ });
  // The menu opens by WordPress's script, which misses a pointer that was there before it: come again.
  await expect(async () => {
    await page.mouse.move(640, 0);
    await group.hover();
    await expect(orders).toBeInViewport({ timeout: 1_000 });
  }).toPass();
  await orders.click();
  await expect(page).toHaveTitle(/^Orders/);
}

/** The administration's menu. */
function menu(page: Page): Locator {
  return page.getByRole("navigation", { name: "Main menu" });
}
