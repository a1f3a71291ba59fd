// The logs of a store's pods, followed as they are written.

import { expect, test } from "../../support/fake.ts";

test.describe("with a line every now and then", () => {
  test.use({ pace: 300 });

  test("a log is followed, searched, paused and kept", async ({ dashboard, page, platform }) => {
    const store = await platform.ready("Corner shop");
    await dashboard.open(`/stores/${store.id}`);
    const card = dashboard.card("Logs");
    const log = card.getByRole("log");
    await expect(log).toBeHidden();
    await expect(card.getByRole("button", { name: "Pause" })).toBeHidden();

    await card.getByRole("button", { name: "Database" }).click();
    await expect(log).toContainText("pretended line 3 of database");
    await expect(card.getByRole("status")).toHaveText("Following the log.");
    await card.getByRole("searchbox", { name: "Find in the log" }).fill("LINE 2 OF");
    // What a log holds is text, whatever it is.
    await expect(log).toHaveText(
      "pretended line 2 of database: the cluster is fake, and <script>alert(1)</script> is text",
    );
    await expect(log.locator("script")).toHaveCount(0);
    await card.getByRole("searchbox").fill("");

    await card.getByRole("button", { name: "Pause" }).click();
    const lines = async () => (await log.textContent())!.trim().split("\n").length;
    await expect(card.getByRole("status")).toContainText("Paused");
    const paused = await lines();
    await page.waitForTimeout(1_000);
    expect(await lines()).toBe(paused);
    await card.getByRole("searchbox").fill("line 1 of");
    await expect(log).toHaveText("pretended line 1 of database: the cluster is fake");
    await expect(card.getByRole("status")).toContainText("Lines that contain it: 1.");
    await card.getByRole("searchbox").fill("nothing like it");
    await expect(card.getByRole("status")).toContainText("No line contains that.");
    await card.getByRole("searchbox").fill("");
    await card.getByRole("button", { name: "Resume" }).click();
    await expect.poll(lines).toBeGreaterThan(paused + 2);

    await card.getByRole("button", { name: "WordPress" }).click();
    await expect(log).toContainText("of wordpress");
    await expect(log).not.toContainText("of database");
    const downloading = page.waitForEvent("download");
    await card.getByRole("link", { name: "Download" }).click();
    expect((await downloading).suggestedFilename()).toBe(`store-${store.id}-wordpress.log`);
  });
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the logs are a link away", async ({ dashboard, page, platform }) => {
    const store = await platform.ready("Corner shop");
    await dashboard.open(`/stores/${store.id}`);
    await dashboard.card("Logs").getByRole("link", { name: "Bootstrap" }).click();
    await expect(page.getByText("no log of bootstrap: the cluster is fake")).toBeVisible();
  });
});
