// A domain of the owner's: what is to be set, what is found, the move there and back.

import { expect, test as base, withAndWithoutJavaScript } from "../../support/fake.ts";
import { Zone } from "../../support/dns.ts";

const DOMAIN = "www.corner.example";

const test = base.extend<{ zone: Zone }>({
  zone: async ({}, use) => {
    const zone = await Zone.serve();
    await use(zone);
    zone.stop();
  },
  settings: async ({ zone }, use) => use({ URUMI_DNS_SERVER: zone.address }),
});

withAndWithoutJavaScript(() => {
  test("the page says what to set, and moves the shop once that is there", async ({
    dashboard,
    page,
    platform,
    zone,
  }) => {
    const store = await platform.ready("Tea");
    await dashboard.open(`/stores/${store.id}`);
    await dashboard.card("Facts").getByRole("link", { name: "Use a domain of your own" }).click();
    await expect(dashboard.heading).toHaveText("The address of Tea");
    const domain = page.getByRole("textbox", { name: "Domain" });
    await domain.fill(`https://${DOMAIN}/`);
    await page.getByRole("button", { name: "Look it up" }).click();
    await expect(page.getByRole("status").filter({ hasText: "leads nowhere yet" })).toBeVisible();
    const wanted = page.getByRole("group", { name: "Record to set" });
    await expect(wanted.getByRole("row").nth(1)).toContainText(`CNAME${DOMAIN}store-${store.id}.localhost`);
    await expect(page.getByRole("group", { name: "Records to set instead" })).toContainText(`store-${store.id}`);
    await expect(page.getByText("No records were found.")).toBeVisible();
    await expect(page.getByRole("button", { name: /Move the shop/ })).toHaveCount(0);

    zone.add(DOMAIN, "A", "192.0.2.7");
    await page.getByRole("button", { name: "Look again" }).click();
    await expect(page.getByRole("status").filter({ hasText: "leads to 192.0.2.7, which is not here" })).toBeVisible();
    await expect(page.getByRole("group", { name: "Records that were found" })).toContainText("192.0.2.7");

    const alias = "shop.corner.example";
    zone.add(alias, "CNAME", `store-${store.id}.localhost`);
    await domain.fill(alias);
    await page.getByRole("button", { name: "Look it up" }).click();
    await expect(page.getByRole("status").filter({ hasText: `${alias} leads to this store.` })).toBeVisible();
    await page.getByRole("button", { name: `Move the shop to ${alias}` }).click();
    await expect(dashboard.heading).toHaveText("Tea");
    await expect(page.getByRole("dialog", { name: "Notice" })).toContainText("The shop moves to its domain.");
    const facts = dashboard.card("Facts");
    await expect(facts).toContainText(`http://${alias}:`);
    await expect(facts).toContainText(store.url);
    await dashboard.eventually((expect) =>
      expect(dashboard.card("History").getByText(`The shop is at http://${alias}:`)).toHaveCount(1),
    );

    // Into the admin there, although browsers ask the page where its forms may lead.
    const opened = page.waitForEvent("popup");
    await dashboard.card("Sign in").getByRole("button", { name: "Sign in to the admin" }).click();
    await expect(await opened).toHaveURL(new RegExp(`^http://${alias}:\\d+/\\?pretended$`));
    await facts.getByRole("link", { name: "Change the domain" }).click();
    await expect(domain).toHaveValue(alias);
    await page.getByRole("button", { name: "Take the domain away" }).click();
    await expect(page.getByRole("dialog", { name: "Notice" })).toContainText("moves back to its first address");
    await expect(facts).not.toContainText(alias);
  });

  test("what is no domain is told beside the field, which keeps it", async ({ dashboard, page, platform }) => {
    const store = await platform.ready("Tea");
    await dashboard.open(`/stores/${store.id}/domain`);
    const domain = page.getByRole("textbox", { name: "Domain" });
    await domain.fill("tea.localhost");
    await page.getByRole("button", { name: "Look it up" }).click();
    await expect(domain).toHaveValue("tea.localhost");
    await expect(domain).toHaveAccessibleDescription(/Names below the stores' own domain/);
    await expect(domain).toHaveAttribute("aria-invalid", "true");
  });
});

test("an address that says a domain for somebody does not move anything", async ({
  dashboard,
  page,
  platform,
  zone,
}) => {
  const store = await platform.ready("Tea");
  zone.add(DOMAIN, "CNAME", `store-${store.id}.localhost`);
  await dashboard.open(`/stores/${store.id}/domain?domain=${DOMAIN}`);
  await expect(page.getByRole("button", { name: `Move the shop to ${DOMAIN}` })).toBeVisible();
  expect((await platform.get(store.id)).url).toBe(store.url);
});
