// Which browser, and how it is started: Debian's own, since no other can be had from the package registries.

/** The engine without the windows around it, as Playwright takes it by itself: the pages cost half of the processor time. */
export const CHROMIUM = process.env.URUMI_CHROMIUM ?? "/usr/bin/chromium-headless-shell";

/** Root in a container has no sandbox and no graphics; the rest keeps the browser from talking to the outside. */
export const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Names of examples lead to this machine.
  "--host-resolver-rules=MAP *.example 127.0.0.1",
];
