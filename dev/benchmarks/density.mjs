// What a store takes: memory and CPU of its containers, by their cgroups: at rest, without Urumi's own looks and test orders, and while visitors
// ask for pages, which here are documents without their pictures and scripts. On the local node only, whose cgroups are on this machine.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { get } from "node:http";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { Server } from "./server.mjs";
import { quantile, table } from "./statistics.mjs";

const STORES = 3;
/** Until what starts has ended, in ms. */
const SETTLE = 60_000;
/** How long use of CPU is measured, in ms. */
const WINDOW = 60_000;
/** At most so many pages of each store in a second. */
const RATE = 1;

const CGROUPS = "/sys/fs/cgroup";
/** The first version has a tree for each controller. */
const [MEMORY, CPU] = existsSync(path.join(CGROUPS, "memory")) ? ["memory", "cpuacct"] : ["", ""];
const isSecondVersion = MEMORY === "";

export async function density(cluster, say) {
  const server = await Server.onCluster(cluster);
  const asked = [];
  try {
    for (let number = 1; number <= STORES; number++)
      asked.push((await server.ask("POST", "/api/stores", { name: `Dense ${number}` })).id);
    const stores = await Promise.all(asked.map((id) => server.becomes(id, "ready")));
    say(`${STORES} stores; measured after a pause of ${SETTLE / 1000} s`);
    await sleep(SETTLE);
    const containers = [];
    for (const { id } of stores) containers.push(...(await containersOf(cluster, `store-${id}`)));
    const shops = await Promise.all(stores.map((store) => shopOf(cluster, store)));
    const idle = await measured(containers, () => sleep(WINDOW));
    say(`at rest: ${mib(sum(idle, resident))} a store`);
    const views = [];
    const loaded = await measured(containers, async () => void views.push(...(await visit(shops))));
    say(`visited: ${mib(sum(loaded, resident))} a store, ${quantile(views, 0.5).toFixed(0)} ms a page`);
    const rate = views.length / STORES / (WINDOW / 1000);
    const [p50, p95] = [quantile(views, 0.5), quantile(views, 0.95)];
    return { stores: STORES, idle, loaded, views: { n: views.length, rate, p50, p95 } };
  } finally {
    for (const id of asked) await server.ask("DELETE", `/api/stores/${id}`);
    for (const id of asked) await server.becomes(id, "deleted");
    await server.stop();
  }
}

/** The containers of a namespace with their cgroups. */
async function containersOf(cluster, namespace) {
  const { items } = JSON.parse(await cluster.kubectl("-n", namespace, "get", "pods", "-o", "json"));
  const running = items
    .flatMap((pod) => pod.status.containerStatuses ?? [])
    .filter((container) => container.state.running);
  return running.map(({ name, containerID }) => {
    const id = containerID.split("://")[1];
    return {
      name,
      memory: cgroup(path.join(CGROUPS, MEMORY), id),
      cpu: cgroup(path.join(CGROUPS, CPU), id),
    };
  });
}

function cgroup(root, id) {
  const found = readdirSync(root, {
    recursive: true,
    withFileTypes: true,
  }).find((entry) => entry.isDirectory() && entry.name.includes(id));
  if (!found) throw new Error(`no cgroup of container ${id} is below ${root}`);
  return path.join(found.parentPath, found.name);
}

/** Memory afterwards and CPU meanwhile, for each kind of container: means over the stores. */
async function measured(containers, meanwhile) {
  const begun = performance.now();
  const before = containers.map(({ cpu }) => cpuSeconds(cpu));
  await meanwhile();
  const took = (performance.now() - begun) / 1000;
  const kinds = {};
  containers.forEach(({ name, memory, cpu }, index) => {
    const { anonymous, shared, file } = memoryOf(memory);
    const kind = (kinds[name] ??= { anonymous: 0, shared: 0, file: 0, cpu: 0 });
    kind.anonymous += anonymous / STORES;
    kind.shared += shared / STORES;
    kind.file += file / STORES;
    kind.cpu += (cpuSeconds(cpu) - before[index]) / took / STORES;
  });
  return kinds;
}

/** In bytes: what processes hold, what they share (the compiled scripts), and what the kernel keeps of files and gives up when it must. */
function memoryOf(cgroup) {
  const stat = Object.fromEntries(
    readFileSync(path.join(cgroup, "memory.stat"), "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split(" "))
      .map(([key, value]) => [key, Number(value)]),
  );
  const [anonymous, shared, cache] = isSecondVersion
    ? [stat.anon, stat.shmem, stat.file]
    : [stat.total_rss, stat.total_shmem, stat.total_cache];
  return { anonymous, shared, file: cache - shared };
}

function cpuSeconds(cgroup) {
  if (!isSecondVersion) return Number(readFileSync(path.join(cgroup, "cpuacct.usage"), "utf8")) / 1e9;
  return Number(/usage_usec (\d+)/.exec(readFileSync(path.join(cgroup, "cpu.stat"), "utf8"))[1]) / 1e6;
}

/** How a visitor reaches a shop, past the platform, and pages of it. */
async function shopOf(cluster, { id, url }) {
  const services = await cluster.kubectl(
    "-n",
    `store-${id}`,
    "get",
    "service",
    "-l",
    "app.kubernetes.io/component=wordpress",
    "-o",
    "json",
  );
  const address = JSON.parse(services).items[0].spec.clusterIP;
  return { address, host: new URL(url).host, pages: ["/", "/shop/", "/cart/"] };
}

/** Asks every shop for pages, one after the other, for as long as is measured; how long each took in ms. */
async function visit(shops) {
  const times = [];
  const end = performance.now() + WINDOW;
  const visitors = shops.map(async ({ address, host, pages }) => {
    for (let turn = 0; performance.now() < end; turn++) {
      const begun = performance.now();
      await open(address, host, pages[turn % pages.length]);
      times.push(performance.now() - begun);
      await sleep(Math.max(0, 1000 / RATE - (performance.now() - begun)));
    }
  });
  await Promise.all(visitors);
  return times;
}

function open(address, host, where) {
  return new Promise((resolve, reject) => {
    const asked = get(
      {
        host: address,
        port: 8080,
        path: where,
        headers: {
          host,
          "x-forwarded-host": host,
          "x-forwarded-proto": "http",
        },
      },
      (answer) => {
        answer.resume().once("error", reject);
        answer.once("end", () =>
          answer.statusCode === 200 ? resolve() : reject(new Error(`${host}${where}: ${answer.statusCode}`)),
        );
      },
    );
    asked.once("error", reject);
  });
}

const mib = (bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
const sum = (kinds, of) => Object.values(kinds).reduce((all, kind) => all + of(kind), 0);
const resident = ({ anonymous, shared }) => anonymous + shared;

export function densityTables(results) {
  const tables = [];
  const { rate, p50, p95 } = results.views;
  const visited = `A store that is asked for ${rate.toFixed(2)} pages a second (${p50.toFixed(0)} ms each, p95 ${p95.toFixed(0)} ms)`;
  for (const [title, kinds] of [
    ["A store at rest", results.idle],
    [visited, results.loaded],
  ]) {
    const row = (name, { anonymous, shared, file, cpu }) => [
      name,
      mib(anonymous),
      mib(shared),
      mib(file),
      `${(cpu * 1000).toFixed(1)} m`,
    ];
    const all = Object.fromEntries(
      ["anonymous", "shared", "file", "cpu"].map((what) => [what, sum(kinds, (kind) => kind[what])]),
    );
    const head = ["container", "memory of processes", "shared memory", "files kept", "CPU"];
    tables.push(table(title, head, [...Object.entries(kinds).map(([name, kind]) => row(name, kind)), row("all", all)]));
    // The kernel's own and what runs the pods is in neither.
    const [held, used] = [resident(all), resident(all) + all.file].map((bytes) => (2 ** 30 / bytes).toFixed(1));
    tables.push(
      `Stores per GiB: ${held} by what their containers hold and share, ${used} with the files kept for them`,
    );
  }
  return tables;
}
