// Stores in trouble after they were open: degraded ones, deletions that are held up, and what is left in the cluster.

import { expect, test, withAndWithoutJavaScript } from "../../support/fake.ts";

withAndWithoutJavaScript(() => {
  test("a degraded store says what is wrong, stays open, and keeps what was seen", async ({
    dashboard,
    page,
    platform,
  }) => {
    const store = await platform.create("Degrade");
    await platform.becomes(store.id, "degraded");
    await dashboard.open(`/stores/${store.id}`);
    const box = dashboard.card("Something is wrong with it");
    await expect(box).toContainText("Crashes again and again");
    await expect(box).toContainText("The pretended database crashes again and again (3 times)");
    await expect(box.getByRole("button", { name: "Repair now" })).toBeEnabled();
    await expect(page.getByRole("link", { name: "Open shop" })).toBeVisible();

    await box.getByRole("link", { name: "Everything that was seen" }).click();
    await expect(dashboard.heading).toHaveText("Failures of Degrade");
    await expect(page.getByText("While it was open")).toBeVisible();
    await expect(page.getByText("requests.memory: 700Mi of 2Gi")).toBeVisible();
    await page.getByRole("link", { name: "Back to the store" }).click();
    await expect(dashboard.heading).toHaveText("Degrade");
  });

  test("a deletion that is held up names what holds it and offers what helps", async ({
    dashboard,
    page,
    platform,
  }) => {
    const store = await platform.ready("Fail at delete");
    await platform.delete(store.id);
    await platform.becomes(store.id, "failed");
    await dashboard.open(`/stores/${store.id}`);
    const box = dashboard.card("The deletion failed");
    await expect(box).toContainText("ConfigMap pretended is held by the finalizer pretended.example.com/hold");
    await expect(box).toContainText(
      "This takes the finalizer pretended.example.com/hold off, exactly from this object.",
    );
    await expect(box.getByRole("link", { name: "Delete again" })).toBeVisible();
    await box.getByRole("button", { name: "Release ConfigMap pretended and delete again" }).click();
    await dashboard.eventually((expect) => expect(dashboard.card("Deletion receipt")).toContainText("seen gone"));
    await expect(page.getByText("Asked for: Release ConfigMap pretended and delete again")).toBeVisible();
  });

  test("a volume that was to be kept is removed only when its name is typed", async ({ dashboard, page, platform }) => {
    const store = await platform.ready("Fail at volume");
    await platform.delete(store.id);
    await platform.becomes(store.id, "failed");
    await dashboard.open(`/stores/${store.id}`);
    const box = dashboard.card("The deletion failed");
    await expect(box).toContainText("The volume pretended has the reclaim policy Retain");
    await expect(box).toContainText("so that the cluster removes it with everything in it.");
    const button = box.getByRole("button", { name: "Remove the volume and delete again" });
    const typed = box.getByRole("textbox");
    await expect(typed).toHaveValue("");
    await typed.fill("another");
    if (await button.isEnabled()) {
      await button.click();
      await expect(page.getByText("Type the volume's name, as it stands above, to remove it.")).toBeVisible();
    }
    await platform.becomes(store.id, "failed");
    await typed.fill("pretended");
    await button.click();
    await dashboard.eventually((expect) => expect(dashboard.card("Deletion receipt")).toContainText("seen gone"));
  });

  test("every attempt is kept, the newest first and open", async ({ dashboard, page, platform }) => {
    const store = await platform.create("Fail at wordpress");
    await platform.becomes(store.id, "failed");
    await dashboard.open(`/stores/${store.id}`);
    await dashboard.card("Failed at the step WordPress").getByRole("button", { name: "Retry" }).click();
    await dashboard.eventually((expect) =>
      expect(page.getByRole("link", { name: "Everything that was seen, of 2 failures" })).toBeVisible(),
    );
    await page.getByRole("link", { name: "Everything that was seen, of 2 failures" }).click();
    const attempts = page.getByRole("heading", { level: 2 });
    await expect(attempts).toHaveCount(2);
    const pods = page.getByText("Pod pretended-database is Running");
    await expect(pods.first()).toBeVisible();
    await expect(pods.nth(1)).toBeHidden();
    await page.getByText("Pods", { exact: true }).nth(1).click();
    await expect(pods.nth(1)).toBeVisible();
  });

  test("what is left in the cluster is told, and removed when its name is typed", async ({
    dashboard,
    page,
    platform,
  }) => {
    await dashboard.open("/");
    await expect(page.getByText("in the cluster belong")).toHaveCount(0);
    await dashboard.open("/strays");
    await expect(page.getByText("Nothing: every namespace and volume belongs to a store.")).toBeVisible();

    const store = await platform.ready("Linger");
    await platform.delete(store.id);
    await platform.becomes(store.id, "deleted");
    await dashboard.open("/strays");
    const namespace = `store-${store.id}`;
    await expect(page.getByRole("heading", { level: 2, name: namespace })).toBeVisible();
    await expect(page.getByText("It belonged to the deleted store Linger.")).toBeVisible();
    await page.getByText("3 objects").click();
    await expect(page.getByRole("rowheader", { name: "pretended-files" })).toBeVisible();

    await dashboard.open("/");
    await page.getByRole("link", { name: "Look at what is left" }).click();
    await page.getByRole("link", { name: "Remove…" }).click();
    await expect(dashboard.heading).toHaveText(`Remove ${namespace}?`);
    const button = page.getByRole("button", { name: "Remove" });
    await page.getByRole("textbox").fill("store-other");
    if (await button.isEnabled()) {
      await button.click();
      await expect(page.getByText("Type the namespace, as it stands above, to remove it.")).toBeVisible();
    }
    await page.getByRole("textbox").fill(namespace);
    await button.click();
    await expect(dashboard.heading).toHaveText("Linger");
    const history = dashboard.card("History").getByRole("listitem");
    await dashboard.eventually((expect) =>
      expect(history.filter({ hasText: "Nothing is left (the cluster is fake)" })).toHaveCount(2),
    );
    await expect(history.filter({ hasText: "Found in the cluster without a store" })).toHaveCount(1);
    await dashboard.open("/strays");
    await expect(page.getByText("Nothing: every namespace and volume belongs to a store.")).toBeVisible();
  });
});
