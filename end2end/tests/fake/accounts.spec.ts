// Getting in and out, one's account, and the users.

import { expect, test, withAndWithoutJavaScript } from "../../support/fake.ts";
import type { Page } from "@playwright/test";

const PASSWORD = "correct horse battery staple";

/** Adds a user on the page, and takes the invitation from it. */
async function invite(page: Page, name: string, role: string): Promise<string> {
  await page.goto("/users");
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByRole("radio", { name: new RegExp(`^${role}`) }).check();
  await page.getByRole("button", { name: "Add and make a link" }).click();
  const card = page.getByRole("status").filter({ hasText: `The invitation of ${name}` });
  const link = await card.getByRole("code").innerText();
  expect(link).toContain("/welcome?word=");
  return new URL(link).pathname + new URL(link).search;
}

async function signIn(page: Page, name: string, password: string) {
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

withAndWithoutJavaScript(() => {
  test("somebody who is invited chooses a password, has a store, and comes back to it", async ({
    browser,
    dashboard,
    javaScriptEnabled,
    page,
    server,
  }) => {
    const link = await invite(page, "ada", "Member");
    // Shown once: it is not there any more when the page is loaded again.
    await page.goto("/users");
    await expect(page.getByText("The invitation of ada")).toHaveCount(0);

    const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled, storageState: undefined });
    const adas = await context.newPage();
    await adas.goto(link);
    await expect(adas.getByRole("heading", { level: 1 })).toHaveText("Welcome, ada");
    await adas.getByLabel("Password").fill(PASSWORD);
    await adas.getByRole("button", { name: "Begin" }).click();
    await expect(adas.getByRole("heading", { level: 1 })).toHaveText("Stores");
    await expect(adas.getByRole("link", { name: "Users" })).toHaveCount(0);
    await adas.getByRole("textbox", { name: "Name" }).fill("Ada's shop");
    await adas.getByRole("button", { name: "Create store" }).click();
    await expect(adas.getByRole("heading", { level: 1 })).toHaveText("Ada's shop");
    const address = adas.url();

    await adas.getByRole("button", { name: "Sign out" }).click();
    await expect(adas.getByRole("heading", { level: 1 })).toHaveText("Sign in");
    await adas.goto(address);
    await expect(adas.getByRole("heading", { level: 1 })).toHaveText("Sign in");
    await signIn(adas, "ada", "something else");
    const refused = adas.getByRole("alert").filter({ hasText: "That name and password do not belong together." });
    await expect(refused).toBeVisible();
    await expect(adas.getByRole("textbox", { name: "Name" })).toHaveValue("ada");
    await signIn(adas, "ada", PASSWORD);
    await expect(adas.getByRole("heading", { level: 1 })).toHaveText("Ada's shop");
    expect(adas.url()).toBe(address);
    await context.close();

    // The administrator sees whose it is.
    await dashboard.open("/");
    await expect(dashboard.row("Ada's shop")).toContainText("by ada");
  });

  test("a viewer sees everything and is offered nothing that would be refused", async ({
    browser,
    javaScriptEnabled,
    page,
    platform,
    server,
  }) => {
    const store = await platform.ready("Corner shop");
    const link = await invite(page, "vera", "Viewer");
    const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled, storageState: undefined });
    const veras = await context.newPage();
    await veras.goto(link);
    await veras.getByLabel("Password").fill(PASSWORD);
    await veras.getByRole("button", { name: "Begin" }).click();
    await expect(veras.getByRole("link", { name: "Corner shop", exact: true })).toBeVisible();
    await expect(veras.getByRole("button", { name: "Create store" })).toHaveCount(0);
    await expect(veras.getByRole("checkbox", { name: "Select Corner shop" })).toHaveCount(0);
    await veras.goto(`/stores/${store.id}`);
    await expect(veras.getByRole("link", { name: "Open shop" })).toBeVisible();
    for (const name of ["Protect", "Test checkout", "Show credentials", "Sign in to the admin"])
      await expect(veras.getByRole("button", { name })).toHaveCount(0);
    await expect(veras.getByRole("link", { name: "Delete…" })).toHaveCount(0);
    await veras.goto(`/stores/${store.id}/delete`);
    await expect(veras.getByText("You can see this store, and not delete it.")).toBeVisible();
    await veras.goto("/users");
    await expect(veras.getByText("A viewer cannot do that.")).toBeVisible();
    await context.close();
  });

  test("a token is shown once, works, and is revoked", async ({ page, request, server }) => {
    await page.goto("/account");
    await page.getByText("New token", { exact: true }).click();
    await page.getByLabel("What it is for").fill("backup script");
    await page.getByRole("button", { name: "Make the token" }).click();
    const card = page.getByRole("status").filter({ hasText: "backup script" });
    const secret = await card.getByRole("code").first().innerText();
    const headers = { authorization: `Bearer ${secret}` };
    expect((await request.get(`${server.url}/api/stores`, { headers })).status()).toBe(200);
    await page.goto("/account");
    await expect(page.getByText(secret)).toHaveCount(0);
    await expect(page.getByText(`…${secret.slice(-4)}`)).toBeVisible();
    await page.getByRole("button", { name: "Revoke backup script" }).click();
    await expect(page.getByRole("dialog", { name: "Notice" })).toContainText("The token is worth nothing any more.");
    expect((await request.get(`${server.url}/api/stores`, { headers })).status()).toBe(401);
  });

  test.describe("where members may have one store", () => {
    test.use({ settings: { URUMI_MEMBER_STORES: "1" } });

    test("a member who has as many stores as they may is told so, and keeps what was typed", async ({
      browser,
      javaScriptEnabled,
      page,
      server,
    }) => {
      const link = await invite(page, "ada", "Member");
      const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled, storageState: undefined });
      const adas = await context.newPage();
      await adas.goto(link);
      await adas.getByLabel("Password").fill(PASSWORD);
      await adas.getByRole("button", { name: "Begin" }).click();
      for (const name of ["First", "Second"]) {
        await adas.goto("/");
        await adas.getByRole("textbox", { name: "Name" }).fill(name);
        await adas.getByRole("button", { name: "Create store" }).click();
        if (name === "First") await expect(adas.getByRole("heading", { level: 1 })).toHaveText("First");
      }
      await expect(adas.getByText("You have 1 of the 1 store that you may have.").first()).toBeVisible();
      await expect(adas.getByRole("textbox", { name: "Name" })).toHaveValue("Second");
      await context.close();
    });
  });

  test("a refused change of a user says why", async ({ page }) => {
    await page.goto("/users");
    await page.getByRole("button", { name: "Disable: admin" }).click();
    await expect(page.getByText("This is the last administrator. Make somebody else one first.")).toBeVisible();
    await page.getByRole("textbox", { name: "Name" }).fill("two words");
    await page.getByRole("button", { name: "Add and make a link" }).click();
    await expect(page.getByText("A user's name holds only a to z")).toBeVisible();
  });

  test.describe("signed out", () => {
    test.use({ signedIn: false });

    test("the first start prints a link, and whoever opens it becomes the administrator", async ({ page, server }) => {
      await page.goto("/");
      await expect(page.getByText("There is no user yet. The server printed a link when it started")).toBeVisible();
      const { pathname, search } = new URL(/http\S+\/welcome\?word=\w+/.exec(server.printed)![0]);
      await page.goto(pathname + search);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Welcome to Urumi");
      await page.getByRole("textbox", { name: "Name" }).fill("ada");
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Begin" }).click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Stores");
      await page.getByRole("link", { name: "Audit log" }).click();
      const line = page.getByRole("main").getByRole("listitem");
      await expect(line).toHaveText(/^ada: Take up an invitation Done/);
      await page.goto(pathname + search);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("This link is gone");
    });

    test.describe("with an administrator from the environment", () => {
      test.use({ settings: { URUMI_ADMINISTRATOR: "boss", URUMI_ADMINISTRATOR_PASSWORD: PASSWORD } });

      test("nobody has to watch the first start", async ({ page, server }) => {
        expect(server.printed).toBe("");
        await page.goto("/users");
        await signIn(page, "boss", PASSWORD);
        await expect(page.getByRole("heading", { level: 1 })).toHaveText("Users");
        await expect(page.getByRole("main")).toContainText("boss");
        expect(server.log).not.toContain(PASSWORD);
      });
    });

    test("a link that was used already says so", async ({ page, server }) => {
      const link = await server.link();
      await page.goto(link);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Stores");
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.goto(link);
      await expect(page.getByText("That link was used already, or is too old.")).toBeVisible();
    });
  });
});

test("a page that is open when the session ends leads to the sign-in, and back", async ({
  context,
  noise,
  page,
  platform,
}) => {
  noise.expect(/status of 401/);
  const store = await platform.ready("Corner shop");
  await page.goto(`/stores/${store.id}`);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  const other = await context.newPage();
  await other.goto("/account");
  await other.getByRole("button", { name: "Sign out everywhere" }).click();
  await expect(other.getByRole("heading", { level: 1 })).toHaveText("Sign in");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in");
  expect(new URL(page.url()).searchParams.get("next")).toBe(`/stores/${store.id}`);
});
