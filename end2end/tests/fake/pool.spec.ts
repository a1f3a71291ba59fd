// Stores that are finished before anybody asks for one.

import { expect, test, withAndWithoutJavaScript } from "../../support/fake.ts";

test.use({ settings: { URUMI_SPARE_STORES: "1" } });

withAndWithoutJavaScript(() => {
  test("a store that waits is told of, is nobody's, and is the next one's at once", async ({
    dashboard,
    page,
    platform,
  }) => {
    await platform.poolIs({ ready: 1 });
    await dashboard.open("/");
    await expect(page.getByText("One store is ready beforehand")).toBeVisible();
    await expect(page.getByRole("heading", { name: "No stores yet" })).toBeVisible();

    await dashboard.create("Tea");
    await dashboard.eventually((expect) => expect(page.getByText("Open for business")).toBeVisible());
    await expect(page.getByText("beforehand").first()).toBeVisible();
    await expect(page.getByText(/^It was made beforehand, ready at /)).toBeVisible();

    // Somebody may come again.
    await platform.poolIs({ ready: 1 });
    await dashboard.open("/");
    await expect(dashboard.rows).toHaveCount(1);
    await expect(page.getByText("One store is ready beforehand")).toBeVisible();
  });

  test.describe("while one is made", () => {
    test.use({ pace: 1_500 });

    test("the line says so, and then that it is ready", async ({ dashboard, page }) => {
      await dashboard.open("/");
      await expect(page.getByText("A store is being made ready beforehand.")).toBeVisible();
      await dashboard.eventually(
        (expect) => expect(page.getByText("One store is ready beforehand")).toBeVisible(),
        20_000,
      );
    });
  });
});
