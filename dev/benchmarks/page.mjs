// What a browser has to fetch, when it shows something, and when the page has taken over and changes arrive live.

import { createRequire } from "node:module";
import { get } from "node:http";
import path from "node:path";

import { Server } from "./server.mjs";
import { summary, table } from "./statistics.mjs";

const END2END = path.resolve(import.meta.dirname, "../../end2end");
/** As the tests have it. */
const CHROMIUM = process.env.URUMI_CHROMIUM ?? "/usr/bin/chromium";
const STORES = 100;

/** This machine, and something like a cheap phone far from an antenna: 4 times slower, 1.6 Mbit/s, 150 ms before each answer. */
const PLACES = {
  desktop: null,
  "slow phone": {
    rate: 4,
    latency: 150,
    bytesPerSecond: (1.6 * 1024 * 1024) / 8,
  },
};

export async function page(repetitions, say) {
  const { chromium } = createRequire(path.join(END2END, "package.json"))("@playwright/test");
  const server = await Server.pretending(["--max-parallel-installs", "16"]);
  const ids = [];
  for (let number = 1; number <= STORES; number++)
    ids.push(
      (
        await server.ask("POST", "/api/stores", {
          name: `Store number ${number}`,
        })
      ).id,
    );
  for (const id of ids) await server.becomes(id, "ready");
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu"],
  });
  const signedIn = await browser.newContext();
  const first = await signedIn.newPage();
  await first.goto(await server.signInLink(), { waitUntil: "load" });
  await first.waitForURL((url) => !url.pathname.startsWith("/enter"));
  const state = await signedIn.storageState();
  await signedIn.close();
  const cookie = state.cookies.map(({ name, value }) => `${name}=${value}`).join("; ");

  const pages = {
    [`first 50 of ${STORES}`]: "/",
    "one store": `/stores/${ids[0]}`,
  };
  const results = { sizes: await sizes(server.url, pages, cookie), loads: {} };
  const samples = {};
  for (let turn = 0; turn <= repetitions; turn++) {
    for (const [place, slowness] of Object.entries(PLACES)) {
      for (const [name, where] of Object.entries(pages)) {
        const context = await browser.newContext({
          storageState: state,
          viewport: slowness ? { width: 390, height: 844 } : { width: 1280, height: 800 },
        });
        const tab = await context.newPage();
        await slow(context, tab, slowness);
        for (const cache of ["nothing kept", "scripts kept"]) {
          const sample = await load(tab, server.url + where);
          if (turn > 0) (samples[`${name}, ${place}, ${cache}`] ??= []).push(sample);
        }
        await context.close();
      }
    }
    say(`turn ${turn || "to warm up"} of ${repetitions}`);
  }
  await browser.close();
  await server.stop();
  for (const [name, all] of Object.entries(samples)) {
    results.loads[name] = {
      painted: summary(all.map(({ painted }) => painted)),
      live: summary(all.map(({ live }) => live)),
    };
  }
  return results;
}

async function slow(context, tab, slowness) {
  // When the mark in the header says that changes arrive live: the page's program runs then.
  await tab.addInitScript(() => {
    const look = () => {
      if (window.liveAt === undefined && document.querySelector("header [role=status]")?.textContent.trim() === "Live")
        window.liveAt = performance.now();
    };
    new MutationObserver(look).observe(document, {
      subtree: true,
      childList: true,
      characterData: true,
    });
  });
  if (!slowness) return;
  const devtools = await context.newCDPSession(tab);
  await devtools.send("Emulation.setCPUThrottlingRate", {
    rate: slowness.rate,
  });
  await devtools.send("Network.enable");
  const { latency, bytesPerSecond } = slowness;
  await devtools.send("Network.emulateNetworkConditions", {
    offline: false,
    latency,
    downloadThroughput: bytesPerSecond,
    uploadThroughput: bytesPerSecond,
  });
}

/** Opens a page; in ms after that was asked for. */
async function load(tab, url) {
  await tab.goto(url, { waitUntil: "load" });
  await tab.waitForFunction(
    () => window.liveAt !== undefined && performance.getEntriesByName("first-contentful-paint").length > 0,
  );
  return tab.evaluate(() => ({
    painted: performance.getEntriesByName("first-contentful-paint")[0].startTime,
    live: window.liveAt,
  }));
}

/** Of the pages and of what they need, in bytes: as it is, and as it is sent. */
async function sizes(url, pages, cookie) {
  const found = {};
  const both = async (where) => ({
    plain: (await fetched(url + where, "identity", cookie)).length,
    sent: (await fetched(url + where, "br", cookie)).length,
  });
  for (const [name, where] of Object.entries(pages)) found[`HTML, ${name}`] = await both(where);
  const html = (await fetched(`${url}/`, "identity", cookie)).toString();
  // Those that the page names, and what its program asks for itself.
  const named = html.match(/\/pkg\/[\w.-]+/g);
  const program = (await fetched(url + named.find((name) => name.endsWith(".js")), "identity", cookie)).toString();
  const more = (program.match(/idiomorph\.[\w-]+\.js/g) ?? []).map((name) => `/pkg/${name}`);
  for (const asset of new Set([...named, ...more]))
    found[path.basename(asset).replace(/\.[\w-]{8,}\./, ".")] = await both(asset);
  return found;
}

function fetched(url, encoding, cookie) {
  return new Promise((resolve, reject) => {
    const asked = get(url, { headers: { "accept-encoding": encoding, cookie } }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part)).once("error", reject);
      const used = answer.headers["content-encoding"] ?? "identity";
      const isWrong = answer.statusCode !== 200 || used !== encoding;
      answer.once("end", () =>
        isWrong ? reject(new Error(`${url}: ${answer.statusCode}, ${used}`)) : resolve(Buffer.concat(parts)),
      );
    });
    asked.once("error", reject);
  });
}

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
const ms = (value) => `${value.toFixed(0)} ms`;

export function pageTables({ sizes, loads }) {
  return [
    table(
      "Sizes",
      ["", "plain", "sent (brotli)"],
      Object.entries(sizes).map(([name, { plain, sent }]) => [name, kilobytes(plain), kilobytes(sent)]),
    ),
    table(
      "From asking for a page until something is seen, and until changes arrive live",
      ["", "n", "seen p50", "p95", "live p50", "p95"],
      Object.entries(loads).map(([name, { painted, live }]) => [
        name,
        painted.n,
        ms(painted.median),
        ms(painted.p95),
        ms(live.median),
        ms(live.p95),
      ]),
    ),
  ];
}
