// Everything that the dashboard's pages write to the console as a warning or an error, hydration trouble included.

import { expect, type BrowserContext } from "@playwright/test";

export class Noise {
  private readonly lines: string[] = [];
  private readonly expected: RegExp[] = [];

  /** Listens to every page of the context whose address begins with `base`; stores have consoles of their own. */
  constructor(context: BrowserContext, base: string) {
    const ours = (address: string | undefined) =>
      address === undefined || address.startsWith(base) || address === "about:blank";
    context.on("console", (message) => {
      if (!["error", "warning"].includes(message.type())) return;
      if (ours(message.page()?.url()))
        this.lines.push(`${message.type()}: ${message.text()} (${message.location().url})`);
    });
    context.on("weberror", (error) => {
      if (ours(error.page()?.url())) this.lines.push(`uncaught: ${error.error().stack ?? error.error().message}`);
    });
  }

  /** Says that such a line belongs to what the test does. */
  expect(...patterns: RegExp[]) {
    this.expected.push(...patterns);
  }

  check() {
    const surprising = this.lines.filter((line) => !this.expected.some((pattern) => pattern.test(line)));
    expect(surprising, "warnings and errors on the console").toEqual([]);
  }
}
