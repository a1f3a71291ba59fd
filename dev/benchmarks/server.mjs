// A server of a measurement's own, with a database in a temporary folder, and what programs ask it.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const ROOT = path.resolve(import.meta.dirname, "../..");
const BINARY = process.env.URUMI_BINARY;

export const run = promisify(execFile);

/** What the local cluster is, as dev/ left it. */
export function localCluster(state) {
  const read = (name) => readFileSync(path.join(state, name), "utf8").trim();
  const kubeconfig = path.join(state, "kubeconfig");
  return {
    kubeconfig,
    image: read("store-image"),
    isNode: read("cluster-kind") === "node",
    access: read("cluster-kind") === "node" ? "direct" : "port-forward",
    chart: path.join(ROOT, "chart/store"),
    values: path.join(ROOT, "chart/store/values-local.yaml"),
    kubectl: async (...args) =>
      (
        await run("kubectl", ["--kubeconfig", kubeconfig, ...args], {
          maxBuffer: 1 << 26,
        })
      ).stdout,
  };
}

export class Server {
  /** Starts one on a real cluster, with more values for its stores' chart and more flags. */
  static async onCluster(cluster, { values = [], flags = [], data } = {}) {
    const files = [cluster.values, ...values].flatMap((file) => ["--chart-values", file]);
    const context = (await cluster.kubectl("config", "current-context")).trim();
    const where = ["--kubeconfig", cluster.kubeconfig, "--context", context, "--store-access", cluster.access];
    const what = ["--image", cluster.image, "--chart", cluster.chart, ...files];
    // Nothing of its own accord: what is measured is what was asked for.
    const quiet = ["--look-every", "86400", "--check-every", "86400", "--probe-every", "0"];
    return new Server(data).start([...where, ...what, ...quiet, ...flags]);
  }

  /** Starts one that only pretends. */
  static async pretending(flags = [], data) {
    const more = ["--fake-cluster", "--look-every", "86400", "--check-every", "86400", "--probe-every", "0"];
    return new Server(data).start([
      ...more,
      "--fake-pace-ms",
      "0",
      "--request-rate",
      "1000000000",
      "--change-rate",
      "1000000000",
      ...flags,
    ]);
  }

  constructor(data) {
    this.data = data ?? mkdtempSync(path.join(tmpdir(), "urumi-bench-"));
  }

  async start(flags) {
    const begun = performance.now();
    const args = [
      "serve",
      "--listen",
      "127.0.0.1:0",
      "--data-dir",
      this.data,
      "--site-dir",
      process.env.URUMI_SITE_DIR,
    ];
    process.once("exit", () => this.process.kill());
    this.process = spawn(BINARY, [...args, "--log-format", "json", ...flags], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let log = "";
    const address = await new Promise((resolve, reject) => {
      this.process.once("exit", (code) => reject(new Error(`the server ended with ${code}:\n${log}`)));
      this.process.stderr.setEncoding("utf8").on("data", (text) => {
        if (address_in(log) !== undefined) return;
        log += text;
        const found = address_in(log);
        if (found !== undefined) resolve(found);
      });
    });
    this.url = `http://${address}`;
    while (!(await fetch(`${this.url}/readyz`).catch(() => ({}))).ok) await sleep(2);
    this.startMs = performance.now() - begun;
    const { stdout } = await run(BINARY, ["token", "--data-dir", this.data]);
    this.headers = {
      authorization: `Bearer ${stdout.trim()}`,
      "content-type": "application/json",
    };
    return this;
  }

  /** Asks the API; anything but success is an error. */
  async ask(method, where, body) {
    const answer = await fetch(this.url + where, {
      method,
      headers: this.headers,
      body: body && JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${where}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** Waits until a store has a status, and answers with all that is known of it. */
  async becomes(id, status) {
    for (;;) {
      const store = await this.ask("GET", `/api/stores/${id}`);
      if (store.status === status) return store;
      if (["failed", "degraded"].includes(store.status))
        throw new Error(`${id} is ${store.status}: ${JSON.stringify(store.failure)}`);
      await sleep(50);
    }
  }

  /** An address that signs an administrator in, once. */
  async signInLink() {
    const { stdout } = await run(BINARY, ["sign-in-link", "--data-dir", this.data, "--url", this.url]);
    return stdout.trim();
  }

  /** Requests that it has sent to the cluster. */
  async clusterRequests() {
    const text = await (await fetch(`${this.url}/metrics`, { headers: this.headers })).text();
    return Number(/^urumi_cluster_requests_total (\d+)$/m.exec(text)[1]);
  }

  /** Resident memory, in bytes. */
  memory() {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${this.process.pid}/status`, "utf8"))[1]) * 1024;
  }

  async stop({ keep = false } = {}) {
    this.process.removeAllListeners("exit");
    const ended = once(this.process, "exit");
    this.process.kill();
    await ended;
    if (!keep) rmSync(this.data, { recursive: true, force: true });
  }
}

function address_in(log) {
  const line = log
    .split("\n")
    .slice(0, -1)
    .find((line) => line.includes('"listening"'));
  return line && JSON.parse(line).address;
}
