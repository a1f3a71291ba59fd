// A store as its customers and its owner use it.

import { expect, type Page } from "@playwright/test";

export type Order = { number: string; email: string };

/** A person who wants the demo product, without an account. */
const CUSTOMER = {
  "First name": "Ada",
  "Last name": "Lovelace",
  Address: "12 St James's Square",
  City: "London",
};

/** Buys the product on the shop's front page with cash on delivery. */
export async function buy(page: Page, shop: string, email: string): Promise<Order> {
  await page.goto(shop);
  await page.getByRole("heading", { name: "Demo gift card" }).getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1, name: "Demo gift card" })).toBeVisible();
  await page.getByRole("button", { name: "Add to cart", exact: true }).first().click();
  await page.goto(`${shop}/cart/`);
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
  for (const [label, value] of Object.entries(CUSTOMER)) {
    await page.getByRole("textbox", { name: label, exact: true }).fill(value);
  }
  await page.getByRole("radio", { name: "Cash on delivery" }).check();
}

/** Signs in to the administration. */
export async function signIn(page: Page, admin: { url: string; user: string; password: string }) {
  await page.goto(admin.url);
  await page.getByRole("textbox", { name: "Username or Email Address" }).fill(admin.user);
  await page.getByRole("textbox", { name: "Password" }).fill(admin.password);
  await page.getByRole("button", { name: "Log In" }).click();
  await expect(page.getByRole("navigation", { name: "Main menu" })).toBeVisible();
}
