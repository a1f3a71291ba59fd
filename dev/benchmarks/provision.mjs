// create -> Ready and delete -> gone: from the pool, with the prepared database, with a full bootstrap, and with `helm install` of the same
// chart with a full bootstrap, followed by the same order. They take turns.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { buy } from "./order.mjs";
import { run, Server } from "./server.mjs";
import { seconds, summary, table } from "./statistics.mjs";

const STEPS = ["namespace", "database", "wordpress", "woocommerce", "storefront", "checkout"];

/** One store through the platform. */
async function throughPlatform(server, name, settled = async () => {}) {
  const requests = [await server.clusterRequests()];
  const { id } = await server.ask("POST", "/api/stores", { name });
  const ready = await server.becomes(id, "ready");
  requests.push(await server.clusterRequests());
  await settled();
  requests.push(await server.clusterRequests());
  const sample = {
    ready: Date.parse(ready.ready_at) - Date.parse(ready.created_at),
    steps: {},
  };
  for (const { step, started_at, finished_at } of ready.steps)
    sample.steps[step] = Date.parse(finished_at) - Date.parse(started_at);
  const asked = Date.now();
  await server.ask("DELETE", `/api/stores/${id}`);
  sample.gone = Date.parse((await server.becomes(id, "deleted")).deleted_at) - asked;
  requests.push(await server.clusterRequests());
  sample.requests = {
    create: requests[1] - requests[0],
    delete: requests[3] - requests[2],
  };
  return sample;
}

/** One store from the pool, which is filled before and after, so that nothing else is measured beside that. */
async function fromPool(server, name) {
  const isFilled = async () => (await server.ask("GET", "/api/health")).pool.ready > 0;
  const filled = async () => {
    while (!(await isFilled())) await sleep(100);
  };
  await filled();
  return throughPlatform(server, name, filled);
}

/** One store by helm alone, as the README shows it. */
async function byHelm(cluster, name) {
  const namespace = `bench-${name}`;
  const url = `http://${namespace}.localhost:8080`;
  const helm = (...args) => run("helm", ["--kubeconfig", cluster.kubeconfig, "--namespace", namespace, ...args]);
  const settings = {
    "image.reference": cluster.image,
    "store.id": name,
    "store.url": url,
    "database.prepared": false,
  };
  const set = Object.entries(settings).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
  const begun = Date.now();
  const wait = ["--create-namespace", "--wait", "--wait-for-jobs", "--timeout", "300s"];
  await helm("install", "shop", cluster.chart, "-f", cluster.values, ...set, ...wait);
  const installed = Date.now();
  const get = async (...what) => JSON.parse(await cluster.kubectl("-n", namespace, "get", ...what, "-o", "json"));
  const secret = (await get("secret", "-l", "app.kubernetes.io/component=credentials")).items[0];
  const service = (await get("service", "-l", "app.kubernetes.io/component=wordpress")).items[0];
  const pods = (await get("pods", "-l", "app.kubernetes.io/component=bootstrap")).items;
  const told = pods.map((pod) => pod.status.containerStatuses?.[0].state.terminated?.message).find(Boolean);
  const token = Buffer.from(secret.data["platform-token"], "base64").toString();
  await buy(service.spec.clusterIP, url, token, JSON.parse(told).product.id);
  const sample = {
    ready: Date.now() - begun,
    steps: { "helm install": installed - begun, order: Date.now() - installed },
  };
  const asked = Date.now();
  await helm("uninstall", "shop", "--wait", "--timeout", "120s");
  await cluster.kubectl("delete", "namespace", namespace, "--timeout=120s");
  while ((await cluster.kubectl("get", "pv", "-o", "name")).includes(namespace)) await sleep(100);
  sample.gone = Date.now() - asked;
  return sample;
}

export async function provision(cluster, repetitions, say) {
  const folder = mkdtempSync(path.join(tmpdir(), "urumi-bench-values-"));
  const full = path.join(folder, "full.yaml");
  writeFileSync(full, "database: {prepared: false}\n");
  const servers = [
    await Server.onCluster(cluster),
    await Server.onCluster(cluster, { values: [full] }),
    await Server.onCluster(cluster, { flags: ["--spare-stores", "1"] }),
  ];
  const variants = {
    "platform, prepared database": (turn) => throughPlatform(servers[0], `Prepared ${turn}`),
    "platform, full bootstrap": (turn) => throughPlatform(servers[1], `Full ${turn}`),
    "helm install, full bootstrap": (turn) => byHelm(cluster, `turn${turn}`),
    "platform, from the pool": (turn) => fromPool(servers[2], `Pooled ${turn}`),
  };
  const samples = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
  try {
    // The first of each warms what is warm in a cluster that is in use, and does not count.
    for (let turn = 0; turn <= repetitions; turn++) {
      for (const [name, measure] of Object.entries(variants)) {
        const sample = await measure(turn);
        say(
          `${name}, ${turn || "to warm up"}: ready after ${seconds(sample.ready)}, gone after ${seconds(sample.gone)}`,
        );
        if (turn > 0) samples[name].push(sample);
      }
    }
  } finally {
    for (const server of servers) await server.stop({ keep: true });
    // The spare of the last turn is removed by a server that wants none.
    const last = await Server.onCluster(cluster, {
      data: servers[2].data,
      flags: ["--spare-stores", "0"],
    });
    const left = async () => {
      const { ready, filling, leaving } = (await last.ask("GET", "/api/health")).pool;
      return ready + filling + leaving;
    };
    while ((await left()) > 0) await sleep(200);
    await last.stop();
    for (const server of servers) rmSync(server.data, { recursive: true, force: true });
    rmSync(folder, { recursive: true });
  }
  return samples;
}

export function provisionTables(samples) {
  const names = Object.keys(samples);
  const of = (name, what) => summary(samples[name].map(what));
  const base = of(names[0], (sample) => sample.ready).median;
  const ready = names.map((name) => {
    const [up, gone] = [of(name, (sample) => sample.ready), of(name, (sample) => sample.gone)];
    return [
      name,
      up.n,
      seconds(up.median),
      seconds(up.p95),
      `${(up.median / base).toFixed(1)} x`,
      seconds(gone.median),
      seconds(gone.p95),
    ];
  });
  const steps = STEPS.map((step) => [
    step,
    ...names.slice(0, 2).flatMap((name) => {
      const { median, p95 } = of(name, (sample) => sample.steps[step]);
      return [seconds(median), seconds(p95)];
    }),
  ]);
  const counted = names
    .filter((name) => samples[name][0].requests)
    .map((name) => {
      const [create, gone] = [of(name, ({ requests }) => requests.create), of(name, ({ requests }) => requests.delete)];
      return [name, create.median, create.p95, gone.median, gone.p95];
    });
  return [
    table(
      "Create -> Ready (an order placed and read back), delete -> seen gone",
      ["", "n", "ready p50", "p95", "ratio", "gone p50", "p95"],
      ready,
    ),
    table("Steps", ["", "prepared p50", "p95", "full p50", "p95"], steps),
    table(
      "Requests to the cluster until a store is Ready, and until it is gone",
      ["", "create p50", "p95", "delete p50", "p95"],
      counted,
    ),
  ];
}
