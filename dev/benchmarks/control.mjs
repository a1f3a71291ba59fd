// The control plane with pretended stores: what one asks for, creates, live updates, memory and start-up, and how each grows.

import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, get } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { run, Server } from "./server.mjs";
import { quantile, table } from "./statistics.mjs";

/** How many there are, in turn. Others for a quick look: URUMI_BENCH_STORES=10,100. */
const STORES = (process.env.URUMI_BENCH_STORES ?? "100,1000,10000").split(",").map(Number);
const EVENTS = 100;
const CLIENTS = [1, 100, 1_000];
const READS = 300;
const CHANGES = 100;
/** Requests at once while stores are created. */
const AT_ONCE = 16;

export async function control(say) {
  const results = [];
  for (const stores of STORES) {
    const data = mkdtempSync(path.join(tmpdir(), "urumi-bench-"));
    const result = { stores, events: EVENTS };
    result.createsPerSecond = await create(data, stores);
    say(`${stores} stores: created, ${result.createsPerSecond.toFixed(0)} a second`);
    await run("python3", [path.join(import.meta.dirname, "fill.py"), path.join(data, "urumi.db"), String(EVENTS)]);
    const server = await Server.pretending([], data);
    result.startMs = server.startMs;
    await sleep(2_000);
    result.memory = { idle: server.memory() };
    result.reads = await reads(server);
    result.memory.read = server.memory();
    result.fanOut = {};
    for (const clients of CLIENTS) {
      result.fanOut[clients] = await fanOut(server, clients);
      result.memory[`${clients} clients`] = result.fanOut[clients].memory;
      say(
        `${stores} stores, ${clients} clients: an event reaches the last after ${result.fanOut[clients].p99.toFixed(0)} ms (p99)`,
      );
    }
    await server.stop();
    rmSync(data, { recursive: true, force: true });
    results.push(result);
  }
  return results;
}

/** Creates stores through the API and waits until all are made; how many a second were taken. */
async function create(data, stores) {
  const server = await Server.pretending(["--max-parallel-installs", "16"], data);
  const begun = performance.now();
  let next = 0;
  const work = async () => {
    while (next < stores)
      await server.ask("POST", "/api/stores", {
        name: `Store number ${next++}`,
      });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const perSecond = (stores * 1_000) / (performance.now() - begun);
  for (;;) {
    const { queued, installing } = await server.ask("GET", "/api/health");
    if (queued + installing === 0) break;
    await sleep(200);
  }
  await server.stop({ keep: true });
  return perSecond;
}

/** What pages and programs ask for, one after the other over one connection. */
async function reads(server) {
  const [{ id }] = await server.ask("GET", "/api/stores?limit=1");
  const cookie = await signIn(server);
  const asked = {
    "list, API": `/api/stores?limit=50`,
    "list, oldest first": `/api/stores?limit=50&order=oldest`,
    "list, a search": `/api/stores?limit=50&q=number%2099`,
    "detail, API": `/api/stores/${id}`,
    "events, API": `/api/stores/${id}/events`,
    "list, page": "/",
    "store, page": `/stores/${id}`,
  };
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const results = {};
  for (const [name, where] of Object.entries(asked)) {
    const headers = where.startsWith("/api") ? server.headers : { cookie };
    const times = [];
    let bytes = 0;
    for (let turn = 0; turn < READS; turn++) {
      const begun = performance.now();
      bytes = await download(server.url + where, headers, agent);
      times.push(performance.now() - begun);
    }
    results[name] = {
      p50: quantile(times, 0.5),
      p99: quantile(times, 0.99),
      bytes,
    };
  }
  agent.destroy();
  return results;
}

async function signIn(server) {
  const answer = await fetch(await server.signInLink(), { redirect: "manual" });
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

function download(url, headers, agent) {
  return new Promise((resolve, reject) => {
    const asked = get(url, { headers, agent }, (answer) => {
      let bytes = 0;
      answer.on("data", (part) => (bytes += part.length)).once("error", reject);
      answer.once("end", () =>
        answer.statusCode === 200 ? resolve(bytes) : reject(new Error(`${url}: ${answer.statusCode}`)),
      );
    });
    asked.once("error", reject);
  });
}

/** From the commit of a change, which its event is dated with, until the last of so many clients has it. */
async function fanOut(server, clients) {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  const seen = new Map();
  const streams = await Promise.all(
    Array.from({ length: clients }, async () => {
      const [answer] = await once(get(`${server.url}/api/stream`, { headers: server.headers, agent }), "response");
      if (answer.statusCode !== 200) throw new Error(`the stream answered ${answer.statusCode}`);
      answer.setEncoding("utf8").on("data", (text) => {
        for (const [, id] of text.matchAll(/^id: ?(\d+)$/gm)) {
          const known = seen.get(id) ?? { count: 0 };
          seen.set(id, { count: known.count + 1, last: Date.now() });
        }
      });
      return answer;
    }),
  );
  await sleep(500);
  const [{ id }] = await server.ask("GET", "/api/stores?limit=1");
  const times = [];
  for (let turn = 0; turn < CHANGES; turn++) {
    await server.ask("PUT", `/api/stores/${id}/protection`, {
      protected: turn % 2 === 0,
    });
    const events = await server.ask("GET", `/api/stores/${id}/events?limit=1000`);
    const { id: event, at } = events.at(-1);
    const begun = performance.now();
    while ((seen.get(String(event))?.count ?? 0) < clients) {
      if (performance.now() - begun > 10_000)
        throw new Error(`${clients - (seen.get(String(event))?.count ?? 0)} clients never heard of event ${event}`);
      await sleep(5);
    }
    times.push(seen.get(String(event)).last - Date.parse(at));
  }
  const memory = server.memory();
  streams.forEach((stream) => stream.destroy());
  agent.destroy();
  await sleep(500);
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99), memory };
}

const mib = (bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
const ms = (value) => `${value.toFixed(1)} ms`;

export function controlTables(results) {
  const head = ["", ...results.map(({ stores }) => `${stores} stores`)];
  const row = (name, of) => [name, ...results.map(of)];
  const reads = Object.keys(results[0].reads).map((name) =>
    row(name, ({ reads: { [name]: read } }) => `${ms(read.p50)} / ${ms(read.p99)}, ${read.bytes} B`),
  );
  const fan = CLIENTS.map((clients) =>
    row(`${clients} clients`, ({ fanOut: { [clients]: fan } }) => `${ms(fan.p50)} / ${ms(fan.p99)}`),
  );
  const memory = Object.keys(results[0].memory).map((name) => row(name, (result) => mib(result.memory[name])));
  return [
    table("Asked one after the other: p50 / p99, size", head, reads),
    table("From a commit to the last client of the live stream: p50 / p99", head, fan),
    table("Resident memory of the server", head, memory),
    table("Else", head, [
      row("creates a second", ({ createsPerSecond }) => createsPerSecond.toFixed(0)),
      row("start until ready", ({ startMs }) => ms(startMs)),
    ]),
  ];
}
