// Ten stores asked for at once, with limits of 1, 2 and 4 installs.

import { Server } from "./server.mjs";
import { seconds, summary, table } from "./statistics.mjs";

const STORES = 10;

export async function burst(cluster, say) {
  const results = {};
  for (const limit of [1, 2, 4]) {
    const server = await Server.onCluster(cluster, {
      flags: ["--max-parallel-installs", String(limit)],
    });
    const names = Array.from({ length: STORES }, (_, number) => `Burst ${number}`);
    const asked = await Promise.all(names.map((name) => server.ask("POST", "/api/stores", { name })));
    try {
      const ready = await Promise.all(asked.map(({ id }) => server.becomes(id, "ready")));
      const at = (text) => Date.parse(text);
      const first = Math.min(...ready.map((store) => at(store.created_at)));
      const last = Math.max(...ready.map((store) => at(store.ready_at)));
      results[limit] = {
        perMinute: (STORES * 60_000) / (last - first),
        waited: ready.map((store) => at(store.steps[0].started_at) - at(store.created_at)),
        ready: ready.map((store) => at(store.ready_at) - at(store.created_at)),
      };
      say(`${STORES} at once, ${limit} installs: the last ready after ${seconds(last - first)}`);
    } finally {
      await Promise.all(asked.map(({ id }) => server.ask("DELETE", `/api/stores/${id}`)));
      await Promise.all(asked.map(({ id }) => server.becomes(id, "deleted")));
      await server.stop();
    }
  }
  return results;
}

export function burstTables(results) {
  const rows = Object.entries(results).map(([limit, { perMinute, waited, ready }]) => {
    const [wait, all] = [summary(waited), summary(ready)];
    return [
      `${limit} at once`,
      perMinute.toFixed(1),
      seconds(wait.median),
      seconds(wait.max),
      seconds(all.median),
      seconds(all.max),
    ];
  });
  return [
    table(
      `${STORES} stores asked for at once`,
      ["installs", "stores/min", "waited p50", "most", "ready p50", "last"],
      rows,
    ),
  ];
}
