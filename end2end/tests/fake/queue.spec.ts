// At most two installs run at once; the others see their places, live.

import { expect, test, withAndWithoutJavaScript } from "../../support/fake.ts";

withAndWithoutJavaScript(() => {
  test.describe("while the installs stand still", () => {
    test.use({ pace: 600_000 });

    test("two install, the others show their places in the queue", async ({ dashboard, platform, page }) => {
      await dashboard.open("/");
      for (const name of ["First", "Second", "Third"]) {
        await dashboard.create(name);
        await dashboard.open("/");
      }
      const fourth = await platform.create("Fourth");
      await dashboard.eventually(async (expect) => {
        for (const name of ["First", "Second"]) {
          await expect(dashboard.row(name)).toContainText("Provisioning");
          await expect(dashboard.row(name)).toContainText("1 of 6 · Setting up the namespace");
        }
        await expect(dashboard.row("Third")).toContainText("Queued");
        await expect(dashboard.row("Third")).toContainText("next in the queue");
        await expect(dashboard.row("Fourth")).toContainText("number 2 in the queue");
      });
      await dashboard.open(`/stores/${fourth.id}`);
      await expect(page.getByText("Number 2 in the queue. It starts when those before it are done.")).toBeVisible();
    });

    test("who leaves the queue makes room for those behind", async ({ dashboard, platform, page }) => {
      for (const name of ["First", "Second", "Third", "Fourth"]) await platform.create(name);
      const [fourth, third] = await platform.list();
      await dashboard.open(`/stores/${fourth!.id}`);
      await expect(page.getByText("Number 2 in the queue.")).toBeVisible();
      await platform.delete(third!.id);
      await dashboard.eventually((expect) => expect(page.getByText("Next in the queue.")).toBeVisible());
    });
  });
});

test.describe("while the installs run", () => {
  test.use({ pace: 250 });

  test("the places move up without a reload until all are ready", async ({ dashboard, platform, page }) => {
    await dashboard.open("/");
    await page.evaluate(() => Object.assign(window, { stillTheSamePage: true }));
    const names = ["First", "Second", "Third", "Fourth"];
    for (const name of names) await platform.create(name);
    await expect(dashboard.row("Fourth")).toContainText("number 2 in the queue");
    await expect(dashboard.row("Fourth")).toContainText(/next in the queue|of 6/);
    for (const name of names) await expect(dashboard.row(name)).toContainText("Ready");
    expect(await page.evaluate(() => "stillTheSamePage" in window)).toBe(true);
  });
});
