// The pages for everybody: with a keyboard, on a phone, with a screen reader, in the light and in the dark.

import AxeBuilder from "@axe-core/playwright";

import { tabTo } from "../../support/dashboard.ts";
import { expect, test } from "../../support/fake.ts";

/** As long as a name may be, and without a place to break it. */
const LONG = "W".repeat(60);

test("a store is created and deleted with the keyboard alone", async ({ dashboard, page }) => {
  await dashboard.open("/");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await tabTo(page, dashboard.nameField, 3);
  await page.keyboard.type("Corner shop");
  await page.keyboard.press("Enter");
  await expect(dashboard.heading).toHaveText("Corner shop");
  await expect(page.getByText("Open for business")).toBeVisible();

  await tabTo(page, page.getByRole("link", { name: "Delete" }));
  await page.keyboard.press("Enter");
  await expect(dashboard.heading).toHaveText("Delete Corner shop?");
  await tabTo(page, page.getByRole("textbox", { name: "Type Corner shop to delete it" }));
  await page.keyboard.type("Corner shop");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Deleted. Nothing of it is left in the cluster")).toBeVisible();
});

test("what has the focus can be seen", async ({ dashboard, page, platform }) => {
  const store = await platform.ready("Corner shop");
  await dashboard.open(`/stores/${store.id}`);
  for (const name of ["All stores", "Open shop", "Delete"]) {
    const link = page.getByRole("link", { name });
    await tabTo(page, link);
    expect(await link.evaluate((element) => getComputedStyle(element).outlineStyle), name).not.toBe("none");
  }
});

/** The rules of axe whose outcome depends on the colours. */
const ABOUT_COLOURS = ["color-contrast", "link-in-text-block"];

test.describe("with a pace that keeps an install going", () => {
  test.use({ pace: 120 });

  test("no page has a serious accessibility problem, light or dark", async ({ dashboard, page, platform, noise }) => {
    noise.expect(/status of 404/);
    test.slow(); // every page, with two looks at each
    const ready = await platform.ready("Corner shop");
    const gone = await platform.ready("Gone");
    await platform.delete(gone.id);
    const failed = await platform.create("Fail at checkout");
    await platform.becomes(failed.id, "failed");
    await platform.becomes(gone.id, "deleted");
    const degraded = await platform.create("Degrade");
    await platform.becomes(degraded.id, "degraded");
    const stuck = await platform.ready("Fail at delete");
    await platform.delete(stuck.id);
    await platform.becomes(stuck.id, "failed");
    const left = await platform.ready("Linger");
    await platform.delete(left.id);
    await platform.becomes(left.id, "deleted");
    const pages = ["/", `/stores/${ready.id}`, `/stores/${failed.id}`, `/stores/${gone.id}`];
    pages.push(`/stores/${ready.id}/delete`, `/stores/${ready.id}/credentials`, "/no-such-page");
    pages.push(`/stores/${degraded.id}`, `/stores/${stuck.id}`, `/stores/${failed.id}/failures`);
    pages.push("/strays", `/strays/${left.id}`, `/stores/${ready.id}/domain?domain=corner.example`);
    pages.push("/account", "/users", "/audit");
    const found: string[] = [];
    const axe = () => new AxeBuilder({ page }).options({ resultTypes: ["violations"] });
    const look = async (where: string, axe: AxeBuilder) => {
      const { violations } = await axe.analyze();
      for (const { id, impact, help, nodes } of violations) {
        if (impact !== "serious" && impact !== "critical") continue;
        found.push(
          `${where}: ${id}: ${help}: ${nodes.map((node) => `${node.target} ${node.failureSummary}`).join("; ")}`,
        );
      }
    };
    for (const path of pages) {
      // Colours change at once, so that none is seen half-way.
      await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
      await dashboard.open(path);
      await look(`${path} in light colours`, axe());
      await page.emulateMedia({ colorScheme: "dark" });
      await look(`${path} in dark colours`, axe().withRules(ABOUT_COLOURS));
    }
    expect(found).toEqual([]);
  });
});

test("every page can be used at a phone's width without scrolling sideways", async ({
  dashboard,
  page,
  platform,
  noise,
}) => {
  noise.expect(/status of 404/);
  await page.setViewportSize({ width: 390, height: 844 });
  const long = await platform.ready(LONG);
  const failed = await platform.create("Fail at checkout, and this name is long too, as some are");
  await platform.becomes(failed.id, "failed");
  const pages = ["/", `/stores/${long.id}`, `/stores/${failed.id}`, `/stores/${long.id}/delete`];
  pages.push(`/stores/${long.id}/credentials`, "/no-such-page", "/account", "/users", "/audit");
  pages.push(`/stores/${long.id}/domain?domain=a-rather-long-name.of-a-corner-shop.example`);
  for (const path of pages) {
    await dashboard.open(path);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width, path).toBeLessThanOrEqual(390);
    for (const box of await page.getByRole("checkbox", { name: /^Select (?!all)/ }).all()) {
      const [tick, name] = [
        (await box.boundingBox())!,
        (await box.locator("xpath=following-sibling::a").boundingBox())!,
      ];
      expect(tick.x + tick.width, `${path}: the box before the name`).toBeLessThanOrEqual(name.x);
    }
    for (const control of await page.getByRole("main").getByRole("button").or(page.getByRole("textbox")).all()) {
      if (!(await control.isVisible())) continue;
      const box = (await control.boundingBox())!;
      expect(box.x + box.width, `${path}: ${await control.getAttribute("class")}`).toBeLessThanOrEqual(390);
      expect(box.x, path).toBeGreaterThanOrEqual(0);
    }
  }
});

test.describe("signed out", () => {
  test.use({ signedIn: false });

  test("the sign-in and the welcome have no fault that can be found by itself", async ({ page, server }) => {
    const invitation = new URL(/http\S+\/welcome\?word=\w+/.exec(server.printed)![0]);
    for (const path of [`${invitation.pathname}${invitation.search}`, "/sign-in", "/sign-in?next=%2Fusers"]) {
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, help, nodes }) => `${path}: ${id}: ${help}: ${nodes.map((n) => n.target)}`)).toEqual(
        [],
      );
    }
  });
});
