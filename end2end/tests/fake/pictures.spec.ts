// A picture of every page, on a desk and on a phone, in light and dark: for people to look at, beside the results of the run.

import { readFile } from "node:fs/promises";

import { expect, test } from "../../support/fake.ts";
import { SCHEMES, takePicture } from "../../support/pictures.ts";

const SIZES = { desk: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

/** Where a PNG file says how wide and high it is. */
const WIDTH_AT = 16;

for (const [place, viewport] of Object.entries(SIZES)) {
  test(`every page has its picture, ${place}`, async ({ dashboard, page, platform, noise }, info) => {
    await page.setViewportSize(viewport);
    const picture = async (name: string, path: string, heading: string) => {
      await dashboard.open(path);
      await expect(dashboard.heading).toHaveText(heading);
      await takePicture(page, `${name}-${place}`, info);
      const files = await Promise.all(
        SCHEMES.map((scheme) => readFile(info.outputPath(`${name}-${place}-${scheme}.png`))),
      );
      for (const file of files) expect(file.readUInt32BE(WIDTH_AT), name).toBe(viewport.width);
      expect(files[0]!.equals(files[1]!), `${name} is the same in light and dark`).toBe(false);
    };
    await picture("empty", "/", "Stores");
    const ready = await platform.ready("Corner shop");
    const gone = await platform.ready("Old shop");
    await platform.delete(gone.id);
    await platform.becomes(gone.id, "deleted");
    const failed = await platform.create("Fail at database");
    await platform.becomes(failed.id, "failed");
    await picture("fleet", "/", "Stores");
    await picture("deleted-stores", "/?show=deleted", "Stores");
    await picture("ready", `/stores/${ready.id}`, "Corner shop");
    await picture("failed", `/stores/${failed.id}`, "Fail at database");
    await picture("gone", `/stores/${gone.id}`, "Old shop");
    await picture("delete", `/stores/${ready.id}/delete`, "Delete Corner shop?");
    await picture("delete-several", `/stores/delete?ids[]=${ready.id}&ids[]=${failed.id}`, "Delete 2 stores?");
    await picture("credentials", `/stores/${ready.id}/credentials`, "Credentials");
    const degraded = await platform.create("Degrade");
    await platform.becomes(degraded.id, "degraded");
    await picture("degraded", `/stores/${degraded.id}`, "Degrade");
    const stuck = await platform.ready("Fail at delete");
    await platform.delete(stuck.id);
    await platform.becomes(stuck.id, "failed");
    await picture("stuck", `/stores/${stuck.id}`, "Fail at delete");
    await picture("failures", `/stores/${failed.id}/failures`, "Failures of Fail at database");
    const left = await platform.ready("Linger");
    await platform.delete(left.id);
    await platform.becomes(left.id, "deleted");
    await picture("strays", "/strays", "Left in the cluster");
    await picture("stray", `/strays/${left.id}`, `Remove store-${left.id}?`);
    await picture("fleet-with-strays", "/", "Stores");
    await picture("account", "/account", "admin");
    await picture("users", "/users", "Users");
    await picture("audit", "/audit", "Audit log");
    await picture("domain", `/stores/${ready.id}/domain?domain=corner.example`, "The address of Corner shop");
    await picture("sign-in", "/sign-in", "Sign in");
    noise.expect(/status of 404/);
    await picture("missing", "/no-such-page", "There is no such page");
  });
}
