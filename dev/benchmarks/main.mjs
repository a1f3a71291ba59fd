// Runs the parts of dev/bench that were asked for; figures go to results.json in the output folder, tables there and to the screen.

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

import { burst, burstTables } from "./burst.mjs";
import { control, controlTables } from "./control.mjs";
import { density, densityTables } from "./density.mjs";
import { page, pageTables } from "./page.mjs";
import { plot } from "./plots.mjs";
import { provision, provisionTables } from "./provision.mjs";
import { localCluster } from "./server.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    repetitions: { type: "string" },
    out: { type: "string" },
    state: { type: "string" },
  },
});
const cluster = () => localCluster(values.state);
const say = (text) => console.log(`  ${text}`);
const PARTS = {
  provision: {
    run: () => provision(cluster(), Number(values.repetitions), say),
    tables: provisionTables,
  },
  burst: { run: () => burst(cluster(), say), tables: burstTables },
  density: { run: () => density(cluster(), say), tables: densityTables },
  control: { run: () => control(say), tables: controlTables },
  page: {
    run: () => page(Number(values.repetitions), say),
    tables: pageTables,
  },
};

const ON_CLUSTER = new Set(["provision", "burst", "density"]);

// What was started ends with this, also when somebody ends it.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

const tell = (command, ...args) =>
  execFileSync(command, args, {
    encoding: "utf8",
    cwd: import.meta.dirname,
  }).trim();
const results = {
  at: new Date().toISOString(),
  machine: {
    cpus: os.cpus().length,
    model: os.cpus()[0].model,
    memory: os.totalmem(),
    kernel: os.release(),
    load: os.loadavg(),
  },
  versions: {
    urumi: tell("git", "describe", "--always", "--dirty"),
    program: tell(process.env.URUMI_BINARY, "--version"),
    node: process.version,
    helm: tell("helm", "version", "--short"),
  },
  parts: {},
};
if (positionals.some((part) => ON_CLUSTER.has(part))) {
  results.versions.kubernetes = JSON.parse(await cluster().kubectl("version", "-o", "json")).serverVersion.gitVersion;
  results.versions.image = cluster().image;
}
const tables = [];
for (const part of positionals) {
  if (part === "density" && !cluster().isNode) {
    console.log("density: skipped, the cgroups are on this machine only with the local node\n");
    continue;
  }
  console.log(`${part}:`);
  const found = await PARTS[part].run();
  results.parts[part] = found;
  for (const text of PARTS[part].tables(found)) {
    tables.push(text);
    console.log(text);
  }
  console.log();
  // After each part: what was measured is not lost by what fails later.
  writeFileSync(path.join(values.out, "results.json"), JSON.stringify(results, null, 1));
  writeFileSync(path.join(values.out, "tables.txt"), `${tables.join("\n")}\n`);
  plot({ [part]: found }, values.out);
}
console.log(`All figures, tables and plots: ${values.out}`);
