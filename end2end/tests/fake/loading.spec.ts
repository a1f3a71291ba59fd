// How pages arrive: nothing moves while they wake up, what can be kept is kept, and two tabs show the same.

import { expect, test } from "../../support/fake.ts";

declare global {
  interface Window {
    /** What moved by itself since the page was opened, as the browser tells it: how far, by its own measure, and the beginning of what did. */
    shifted: () => string[];
  }
}

type Source = { node: Node | null; previousRect: DOMRectReadOnly; currentRect: DOMRectReadOnly };

test.describe("where nothing happens meanwhile", () => {
  // What a look at the isolation finds makes its card longer, and that may be now.
  test.use({ settings: { URUMI_PROBE_EVERY: "0" } });

  test("nothing moves while a page wakes up", async ({ dashboard, page, platform }) => {
    const ready = await platform.ready("Tea");
    const failed = await platform.create("Fail at database");
    await platform.becomes(failed.id, "failed");
    await page.addInitScript(() => {
      const shifted: string[] = [];
      const count = (entries: PerformanceEntryList) => {
        for (const entry of entries as unknown as { value: number; sources: Source[] }[]) {
          const place = ({ x, y, width, height }: DOMRectReadOnly) => `${x},${y} ${width}x${height}`;
          const moved = entry.sources.map(({ node, previousRect, currentRect }) => {
            const text = (node as Element | null)?.outerHTML ?? node?.textContent;
            return `${place(previousRect)} -> ${place(currentRect)} ${text?.slice(0, 150)}`;
          });
          shifted.push(`${entry.value}: ${moved.join(" | ")}`);
        }
      };
      const observer = new PerformanceObserver((list) => count(list.getEntries()));
      observer.observe({ type: "layout-shift", buffered: true });
      window.shifted = () => {
        count(observer.takeRecords());
        return shifted;
      };
    });
    // Two frames later, what changed has been drawn and measured.
    const drawn = () =>
      page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    for (const path of ["/", `/stores/${ready.id}`, `/stores/${failed.id}`, `/stores/${ready.id}/delete`]) {
      await dashboard.open(path);
      await drawn();
      expect(await page.evaluate(() => window.shifted()), path).toEqual([]);
    }
    // The measure measures: something that pushes the page down is seen.
    await page.evaluate(() => {
      const block = document.createElement("div");
      block.style.height = "200px";
      document.body.prepend(block);
    });
    await expect.poll(() => page.evaluate(() => window.shifted())).not.toEqual([]);
  });
});

test("what a page needs has a name of its own, comes compressed and is kept; the page itself is not", async ({
  page,
  request,
  server,
}) => {
  const html = await (await request.get(server.url)).text();
  const assets = new Set(html.match(/\/pkg\/[\w.-]+/g));
  expect([...assets].map((asset) => asset.split(".").pop())).toEqual(expect.arrayContaining(["css", "js", "wasm"]));
  for (const asset of assets) {
    expect(asset).toMatch(/\.[\w-]{8,}\.(css|js|wasm)$/);
    const answer = await request.get(server.url + asset, { headers: { "accept-encoding": "br" } });
    expect(answer.headers(), asset).toMatchObject({
      "content-encoding": "br",
      "cache-control": "public, max-age=31536000, immutable",
    });
  }
  const opened = await page.goto("/");
  expect((await opened!.allHeaders())["cache-control"] ?? "").not.toMatch(/max-age=[1-9]/);
});

test("two tabs show the same: what is done in one is seen in the other", async ({ dashboard, page, context }) => {
  await dashboard.open("/");
  const other = await context.newPage();
  await other.goto("/");
  await expect(other.getByRole("banner").getByRole("status")).toHaveText("Live");

  await dashboard.create("Tea");
  const row = other.getByRole("row").filter({ hasText: "Tea" });
  await expect(row).toContainText("Ready");
  await expect(page.getByText("Open for business")).toBeVisible();

  await other.getByRole("link", { name: "Delete Tea" }).click();
  await other.getByRole("textbox", { name: /^Type .* to delete/ }).fill("Tea");
  await other.getByRole("button", { name: "Delete store" }).click();
  await expect(page.getByText("Deleted. Nothing of it is left in the cluster")).toBeVisible();
});
