// The two main pages as a screen reader has them: landmarks, headings, names, in their order.

import { expect, test } from "../../support/fake.ts";

test("the outline of the list without stores", async ({ dashboard, page }) => {
  await dashboard.open("/");
  await expect(page.locator("body")).toMatchAriaSnapshot(`
    - link "Skip to the content"
    - banner:
      - link "Urumi"
      - paragraph:
        - strong: "Demo mode: no cluster"
      - status: Live
      - navigation "Account":
        - link "Users"
        - link "Audit log"
        - link "admin"
        - button "Sign out"
    - main:
      - heading "Stores" [level=1]
      - region "Create a store":
        - heading "Create a store" [level=2]
        - textbox "Name"
        - button "Create store"
      - region "No stores yet":
        - heading "No stores yet" [level=2]
        - list:
          - listitem: It gets a namespace of its own in the cluster, with limits and a closed network.
          - listitem: Database and WordPress start, and the shop is installed with a demo product.
          - listitem: Urumi visits the shop, buys the product, and takes the order back.
          - listitem: /Only then the store is Ready/
    - contentinfo:
      - paragraph:
        - link "the same API"
  `);
});

test.describe("while the installs stand still", () => {
  test.use({ pace: 600_000 });

  test("the outline of the list with stores", async ({ dashboard, page, platform }) => {
    for (const name of ["First", "Second", "Third"]) await platform.create(name);
    await dashboard.open("/");
    await expect(page.getByRole("table")).toMatchAriaSnapshot(`
      - table "Stores":
        - rowgroup:
          - row "Store Status Created Actions":
            - columnheader "Store"
            - columnheader "Status"
            - columnheader "Created"
            - columnheader "Actions"
        - rowgroup:
          - row /^Select Third Third .* Queued next in the queue/:
            - rowheader:
              - checkbox "Select Third"
              - link "Third"
              - text: /store-[a-z0-9]+\\.localhost:\\d+/
            - cell "Queued next in the queue"
            - cell /ago|now/
            - cell:
              - link "Delete Third"
          - row /^Select Second Second .* Provisioning 1 of 6/:
            - rowheader:
              - checkbox "Select Second"
              - link "Second"
            - cell:
              - progressbar "Steps done"
            - cell /ago|now/
            - cell:
              - link "Delete Second"
          - row /^Select First First .* Provisioning 1 of 6/
    `);
  });
});

test("the outline of a store's page", async ({ dashboard, page, platform }) => {
  const store = await platform.ready("Corner shop");
  await dashboard.open(`/stores/${store.id}`);
  await expect(page.getByRole("main")).toMatchAriaSnapshot(`
    - main:
      - paragraph:
        - link "All stores"
      - heading "Corner shop" [level=1]
      - text: Ready
      - paragraph: "Open for business: a test order went through."
      - link "Open shop":
        - /url: ${store.url}
      - link "Open admin":
        - /url: ${store.admin_url}
      - link "Delete…":
        - /url: /stores/${store.id}/delete
      - region "Sign in":
        - button "Show credentials"
      - region "Facts":
        - term: Address
        - definition:
          - button "Copy address"
        - term: Namespace
        - definition:
          - button "Copy namespace"
        - term: Created
        - term: Ready
      - region /Steps/:
        - heading /Steps/ [level=2]
        - list:
          - listitem: /Namespace .* done/
          - listitem: /Database .* done/
          - listitem: /WordPress .* done/
          - listitem: /WooCommerce .* done/
          - listitem: /Storefront .* done/
          - listitem: /Checkout .* done/
      - region /History/:
        - heading /History/ [level=2]:
          - link "As a log":
            - /url: /api/stores/${store.id}/events?format=log
        - list:
          - listitem:
            - time
            - text: Store Corner shop was asked for
  `);
});
