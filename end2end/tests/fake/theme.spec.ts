// Light and dark: as the system is set, or as a person chose.

import { expect, test, withAndWithoutJavaScript } from "../../support/fake.ts";

const LIGHT = "rgb(247, 248, 250)";
const DARK = "rgb(13, 17, 23)";

withAndWithoutJavaScript(() => {
  test("the colours follow the system until a person chooses, and the choice is kept", async ({ dashboard, page }) => {
    const body = page.locator("body");
    await page.emulateMedia({ colorScheme: "dark" });
    await dashboard.open("/");
    await expect(body).toHaveCSS("background-color", DARK);
    await page.emulateMedia({ colorScheme: "light" });
    await expect(body).toHaveCSS("background-color", LIGHT);

    const colours = page.getByRole("group", { name: "Colours" });
    // With JavaScript the colours change before the choice is kept, which a page that is left meanwhile does not wait for.
    const kept = page.waitForResponse("**/rpc/choose_theme");
    await colours.getByRole("button", { name: "Dark" }).click();
    await kept;
    await expect(body).toHaveCSS("background-color", DARK);
    await expect(colours.getByRole("button", { name: "Dark" })).toHaveAttribute("aria-pressed", "true");
    await dashboard.open("/");
    await expect(body).toHaveCSS("background-color", DARK);

    await colours.getByRole("button", { name: "System" }).click();
    await expect(body).toHaveCSS("background-color", LIGHT);
  });
});
