// Addresses at which nothing is.

import { expect, test, withAndWithoutJavaScript } from "../../support/fake.ts";

const MISSING = [
  { path: "/no-such-page", title: "There is no such page" },
  { path: "/stores/zzzz9999", title: "There is no such store" },
  { path: "/stores/zzzz9999/delete", title: "There is no such store" },
  { path: "/stores/zzzz9999/credentials", title: "There is no such store" },
  { path: "/stores/..%2f..%2fetc", title: "There is no such store" },
];

withAndWithoutJavaScript(() => {
  for (const { path, title } of MISSING) {
    test(`${path} answers 404 with a way back`, async ({ dashboard, page, noise }) => {
      // The browser itself notes that the document's status is 404.
      noise.expect(/status of 404/);
      const answer = await page.goto(path);
      expect(answer!.status()).toBe(404);
      await dashboard.settled();
      await expect(dashboard.heading).toHaveText(title);
      await expect(page).toHaveTitle(`${title} · Urumi`);
      await page.getByRole("link", { name: "To all stores" }).click();
      await expect(dashboard.heading).toHaveText("Stores");
    });
  }
});
