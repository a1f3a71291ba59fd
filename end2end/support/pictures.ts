// Pictures of pages in light and dark: kept with the results of the run, and renewed in screenshots/ when asked for.

import path from "node:path";

import type { Page, TestInfo } from "@playwright/test";

const RENEW = process.env.URUMI_UPDATE_SCREENSHOTS === "1";
const FOLDER = path.resolve(import.meta.dirname, "../screenshots");

export const SCHEMES = ["light", "dark"] as const;

/** Takes the page as it is, `name-light.png` and `name-dark.png`; `shown` are those that the README shows. */
export async function takePicture(page: Page, name: string, info: TestInfo, shown = false) {
  await page.evaluate(() => scrollTo(0, 0));
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    const file = `${name}-${colorScheme}.png`;
    const target = RENEW && shown ? path.join(FOLDER, file) : info.outputPath(file);
    // Without the caret and with animations at their ends, two pictures of the same page are the same.
    await page.screenshot({ path: target, animations: "disabled", caret: "hide" });
    await info.attach(file, { path: target, contentType: "image/png" });
  }
  await page.emulateMedia({ colorScheme: null });
}
