// Summaries of samples, and how they are printed.

/** The value below which the part `p` of the samples lies, by the nearest rank: of fewer than 20 samples the 95th percentile is the largest. */
export function quantile(samples, p) {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)];
}

export function summary(samples) {
  return {
    n: samples.length,
    median: quantile(samples, 0.5),
    p95: quantile(samples, 0.95),
    max: Math.max(...samples),
  };
}

export const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;

/** Rows of texts under a heading, aligned; all columns but the first to the right. */
export function table(title, head, rows) {
  const all = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const line = (row) => row.map((cell, i) => (i ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join("  ");
  return [
    `\n${title}`,
    line(all[0]),
    widths.map((width) => "-".repeat(width)).join("  "),
    ...all.slice(1).map(line),
  ].join("\n");
}
