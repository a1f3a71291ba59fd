// Signing in with another service, against a real issuer.

import type { Page } from "@playwright/test";

import { expect, test as base } from "../../support/fake.ts";
import { CLIENT, Issuer } from "../../support/issuer.ts";

const test = base.extend<{ issuer: Issuer; newcomers: string }>({
  newcomers: ["member", { option: true }],
  issuer: async ({}, use) => {
    const issuer = await Issuer.reserve();
    await use(issuer);
    await issuer.stop();
  },
  settings: async ({ issuer, newcomers }, use) =>
    use({
      URUMI_OIDC_ISSUER: issuer.url,
      URUMI_OIDC_CLIENT_ID: CLIENT.id,
      URUMI_OIDC_CLIENT_SECRET: CLIENT.secret,
      URUMI_OIDC_NAME: "Example ID",
      URUMI_OIDC_NEWCOMERS: newcomers,
    }),
});

/** Where the service sends people back to, whatever name the dashboard was opened by. */
const home = (url: string) => url.replace("127.0.0.1", "localhost");

/** On the issuer's own pages: names oneself and consents. */
async function identify(page: Page, name: string) {
  await page.getByPlaceholder("Enter any login").fill(name);
  await page.getByPlaceholder("and password").fill("any");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
}

async function start(issuer: Issuer, url: string) {
  await issuer.start(`${home(url)}/sign-in/oidc/callback`);
}

test.use({ signedIn: false });

test("somebody whom the service knows becomes a member, and is the same one the next time", async ({
  issuer,
  page,
  server,
}) => {
  await start(issuer, server.url);
  await server.link();
  await page.goto("/account");
  await page.getByRole("link", { name: "Sign in with Example ID" }).click();
  await identify(page, "ada");
  await expect(page).toHaveURL(`${home(server.url)}/account`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("ada.l");
  await expect(page.getByText("You can sign in with Example ID.")).toBeVisible();
  // Without a password there would be no other way in.
  await page.getByRole("button", { name: "Disconnect" }).click();
  await expect(page.getByText("Choose a password first.")).toBeVisible();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByRole("link", { name: "Sign in with Example ID" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Stores");
  await expect(page.getByRole("banner")).toContainText("ada.l");
  expect(server.log).not.toContain(CLIENT.secret);
});

test("what comes back without having begun here is not believed, and a service that is away says so", async ({
  issuer,
  page,
  server,
}) => {
  await server.link();
  const away = page.getByText("Example ID does not answer.");
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Sign in with Example ID" }).click();
  await expect(away).toBeVisible();
  await start(issuer, server.url);
  await page.goto(`${home(server.url)}/sign-in/oidc/callback?code=stolen&state=guessed`);
  await expect(page.getByText("That took too long, or began in another browser.")).toBeVisible();
  await page.getByRole("link", { name: "Sign in with Example ID" }).click();
  await page.getByRole("link", { name: "[ Cancel ]" }).click();
  await expect(page.getByText("Example ID did not let you in.")).toBeVisible();
});

test("a name that somebody has here is theirs, and they connect the service under it", async ({
  issuer,
  page,
  server,
}) => {
  await start(issuer, server.url);
  const link = new URL(await server.link("ada.l"));
  await page.goto(`${home(server.url)}/sign-in`);
  await page.getByRole("link", { name: "Sign in with Example ID" }).click();
  await identify(page, "ada");
  await expect(page.getByText("There is already a user of your name here.")).toBeVisible();

  await page.goto(`${home(server.url)}${link.pathname}${link.search}`);
  // Not because an address says so that somebody else may have written.
  await page.goto(`${home(server.url)}/sign-in/oidc?connect=yes`);
  await expect(page.getByText("That took too long, or began in another browser.")).toBeVisible();
  await page.goto(`${home(server.url)}/account`);
  await page.getByRole("link", { name: "Connect Example ID" }).click();
  await expect(page.getByText("You can sign in with Example ID.")).toBeVisible();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByRole("link", { name: "Sign in with Example ID" }).click();
  await expect(page.getByRole("banner")).toContainText("ada.l");
  await page.goto(`${home(server.url)}/audit`);
  await expect(page.getByRole("listitem").filter({ hasText: "Connect a sign-in service" })).toHaveCount(1);
});

test("whoever was disabled here is not let in, and before there is an administrator nobody is", async ({
  context,
  issuer,
  page,
  server,
}) => {
  await start(issuer, server.url);
  const signIn = async () => {
    await page.goto(`${home(server.url)}/sign-in`);
    await page.getByRole("link", { name: "Sign in with Example ID" }).click();
  };
  await signIn();
  await identify(page, "ada");
  await expect(page.getByText("There is no administrator yet")).toBeVisible();
  const link = new URL(await server.link());
  // The issuer knows her by now.
  await signIn();
  await expect(page.getByRole("banner")).toContainText("ada.l");

  const boss = await context.browser()!.newPage();
  await boss.goto(`${home(server.url)}${link.pathname}${link.search}`);
  await boss.goto(`${home(server.url)}/users`);
  await boss.getByRole("button", { name: "Disable: ada.l" }).click();
  await expect(boss.getByRole("button", { name: "Let in again: ada.l" })).toBeVisible();
  await boss.close();
  await signIn();
  await expect(page.getByText("An administrator has disabled your account.")).toBeVisible();
});

test.describe("where newcomers are refused", () => {
  test.use({ newcomers: "refused" });

  test("nobody is let in whom nobody has added", async ({ issuer, page, server }) => {
    await start(issuer, server.url);
    await server.link();
    await page.goto(`${home(server.url)}/sign-in`);
    await page.getByRole("link", { name: "Sign in with Example ID" }).click();
    await identify(page, "eve");
    await expect(page.getByText("but nobody has added you here.")).toBeVisible();
  });
});
