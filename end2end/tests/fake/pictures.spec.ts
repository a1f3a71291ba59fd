// A picture of every page, on a desk and on a phone, in light and dark: for people to look at, beside the results of the run.

import { readFile } from "node:fs/promises";

import { expect, test } from "../../support/fake.ts";
import { SCHEMES, takePicture } from "../../support/pictures.ts";

const SIZES = { desk: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

for (const [place, viewport] of Object.entries(SIZES)) {
  test(`every page has its picture, ${place}`, async ({ dashboard, page, platform }, info) => {
    await page.setViewportSize(viewport);
    const pictured: string[] = [];
    const picture = async (name: string, path: string) => {
      await dashboard.open(path);
      await takePicture(page, `${name}-${place}`, info);
      pictured.push(...SCHEMES.map((scheme) => `${name}-${place}-${scheme}.png`));
    };
    await picture("empty", "/");
    const ready = await platform.ready("Corner shop");
    const gone = await platform.ready("Old shop");
    await platform.delete(gone.id);
    await platform.becomes(gone.id, "deleted");
    const failed = await platform.create("Fail at database");
    await expect.poll(async () => (await platform.get(failed.id)).status).toBe("failed");
    await picture("fleet", "/");
    await picture("deleted-stores", "/?show=deleted");
    await picture("ready", `/stores/${ready.id}`);
    await picture("failed", `/stores/${failed.id}`);
    await picture("gone", `/stores/${gone.id}`);
    await picture("delete", `/stores/${ready.id}/delete`);
    await picture("delete-several", `/stores/delete?ids[]=${ready.id}&ids[]=${failed.id}`);
    await picture("credentials", `/stores/${ready.id}/credentials`);
    for (const file of pictured)
      expect((await readFile(info.outputPath(file))).byteLength, file).toBeGreaterThan(5_000);
  });
}
