// The pages as a person uses them, with or without JavaScript.

import { expect, type Expect, type Locator, type Page } from "@playwright/test";

import type { Store } from "./platform.ts";

export class Dashboard {
  constructor(
    readonly page: Page,
    /** Without it nothing changes by itself: the person reloads. */
    readonly javaScript: boolean,
  ) {}

  /** Opens a page; with JavaScript, returns once it has taken over and changes arrive live. */
  async open(path: string) {
    await this.page.goto(path);
    await this.settled();
  }

  async settled() {
    if (this.javaScript) await expect(this.page.getByRole("banner").getByRole("status")).toHaveText("Live");
  }

  /** Holds once `check` does, for which a page without JavaScript is loaded again: there nothing changes by being waited for. */
  async eventually(check: (expect: Expect) => Promise<void>, timeout = 15_000) {
    if (this.javaScript) return expect(() => check(expect)).toPass({ timeout, intervals: [50, 100, 250] });
    await expect(async () => {
      await this.page.reload();
      await check(expect.configure({ timeout: 500 }));
    }).toPass({ timeout, intervals: [250] });
  }

  get nameField(): Locator {
    return this.page.getByRole("textbox", { name: "Name" });
  }

  get addressField(): Locator {
    return this.page.getByRole("textbox", { name: "Address" });
  }

  /** Shows what can be chosen besides the name. */
  async showWishes() {
    await this.page.getByText("Address, size and content").click();
  }

  get createButton(): Locator {
    return this.page.getByRole("button", { name: "Create store" });
  }

  /** Creates a store with the form and waits for its page, where that takes the person. */
  async create(name: string) {
    await this.nameField.fill(name);
    await this.createButton.click();
    await expect(this.heading).toHaveText(name);
    await expect(this.page).toHaveURL(/\/stores\/[a-z0-9]+$/);
  }

  get searchField(): Locator {
    return this.page.getByRole("searchbox", { name: "Search by name or address" });
  }

  /** Looks for stores; with JavaScript they are found without a button. */
  async search(text: string) {
    await this.searchField.fill(text);
    await this.sendLook();
  }

  /** Chooses the order of the list. */
  async order(label: string) {
    await this.page.getByRole("combobox", { name: "Order" }).selectOption({ label });
    await this.sendLook();
  }

  private async sendLook() {
    if (!this.javaScript) await this.page.getByRole("button", { name: "Search" }).click();
  }

  /** The rows of the list, without its head. */
  get rows(): Locator {
    return this.page.getByRole("table", { name: "Stores" }).getByRole("rowheader");
  }

  /** The names in the list, in its order. */
  async names(): Promise<string[]> {
    return this.rows.getByRole("link", { name: /^(?!.*localhost)/ }).allTextContents();
  }

  /** On the page that asks before a store is deleted: types its name and says yes. */
  async confirmDeletion(name: string) {
    await this.page.getByRole("textbox", { name: /^Type .* to delete/ }).fill(name);
    await this.page.getByRole("button", { name: /^Delete stores?$/ }).click();
  }

  get heading(): Locator {
    return this.page.getByRole("heading", { level: 1 });
  }

  /** A store's row in the list. */
  row(store: Pick<Store, "name"> | string): Locator {
    const name = typeof store === "string" ? store : store.name;
    const link = this.page.getByRole("link", { name, exact: true });
    return this.page.getByRole("table", { name: "Stores" }).getByRole("row").filter({ has: link });
  }

  /** The card with this heading. */
  card(name: string | RegExp): Locator {
    return this.page.getByRole("region", { name });
  }

  /** One of the six steps on a store's page. */
  step(name: string): Locator {
    return this.card("Steps").getByRole("listitem").filter({ hasText: name });
  }
}

/** Presses Tab until `target` has the focus, as a person without a mouse does. */
export async function tabTo(page: Page, target: Locator, most = 40) {
  for (let presses = 0; presses < most; presses++) {
    await page.keyboard.press("Tab");
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`${target} is not reached with ${most} presses of Tab`);
}
