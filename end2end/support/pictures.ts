// Pictures of pages: kept with the results of the run, and renewed in screenshots/ when asked for.

import path from "node:path";

import type { Page, TestInfo } from "@playwright/test";

const RENEW = process.env.URUMI_UPDATE_SCREENSHOTS === "1";
const FOLDER = path.resolve(import.meta.dirname, "../screenshots");

export async function takePicture(page: Page, name: string, info: TestInfo) {
  const file = RENEW ? path.join(FOLDER, `${name}.png`) : info.outputPath(`${name}.png`);
  // Without the caret and with animations at their ends, two pictures of the same page are the same.
  await page.screenshot({ path: file, animations: "disabled", caret: "hide" });
  await info.attach(name, { path: file, contentType: "image/png" });
}
