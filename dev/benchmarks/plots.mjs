// Plots of what was measured, drawn by gnuplot: SVG files beside the figures.

import { execFileSync } from "node:child_process";
import path from "node:path";

const STYLE = `set terminal svg size 800,500 font "sans-serif,13" background "white"
set grid
set colorsequence podo
set key outside right top
set style data linespoints
set pointsize 0.6
`;

/** Draws what the parts give something for. */
export function plot(parts, folder) {
  const draw = (name, settings, series) => {
    const blocks = series.map(
      ({ points }, index) => `$d${index} << END\n${points.map((point) => point.join("\t")).join("\n")}\nEND\n`,
    );
    const lines = series.map(
      ({ title, using = "1:2", style = "" }, index) => `$d${index} using ${using} ${style} title ${text(title)}`,
    );
    const script = `${STYLE}set output ${JSON.stringify(path.join(folder, name))}\n${settings}\n${blocks.join("")}plot ${lines.join(", \\\n")}\n`;
    execFileSync("gnuplot", ["-"], { input: script });
  };
  if (parts.control) control(parts.control, draw);
  if (parts.provision) provision(parts.provision, draw);
  if (parts.burst) burst(parts.burst, draw);
}

/** As a title: an underscore would lower what follows. */
const text = (value) => `"${value.replaceAll('"', "'").replaceAll("_", " ")}"`;
const axes = (x, y) => `set xlabel ${text(x)}\nset ylabel ${text(y)}`;

function control(results, draw) {
  const growing = (of) => results.map((result) => [result.stores, of(result)]);
  const names = Object.keys(results[0].reads);
  const logarithmic = "set logscale x 10\nset yrange [0:*]";
  for (const [file, which] of [
    ["reads-p50.svg", "p50"],
    ["reads-p99.svg", "p99"],
  ]) {
    const series = names.map((name) => ({
      title: name,
      points: growing(({ reads }) => reads[name][which]),
    }));
    draw(file, `set title "Asked one after the other, ${which}"\n${axes("stores", "ms")}\n${logarithmic}`, series);
  }
  const clients = Object.keys(results[0].fanOut).map(Number);
  const fans = results.map(({ stores, fanOut }) => ({
    title: `${stores} stores`,
    points: clients.map((count) => [count, fanOut[count].p99]),
  }));
  draw(
    "fan-out-p99.svg",
    `set title "From a commit to the last client, p99"\n${axes("clients", "ms")}\n${logarithmic}`,
    fans,
  );
  const memory = Object.keys(results[0].memory).map((name) => ({
    title: name,
    points: growing(({ memory }) => memory[name] / 2 ** 20),
  }));
  draw("memory.svg", `set title "Resident memory of the server"\n${axes("stores", "MiB")}\n${logarithmic}`, memory);
  draw("start.svg", `set title "Start until ready"\n${axes("stores", "ms")}\n${logarithmic}`, [
    { title: "start", points: growing(({ startMs }) => startMs) },
  ]);
  draw("creates.svg", `set title "Stores asked for"\n${axes("stores", "a second")}\n${logarithmic}`, [
    {
      title: "creates",
      points: growing(({ createsPerSecond }) => createsPerSecond),
    },
  ]);
}

/** Every sample, so that one sees how much they differ. */
function provision(samples, draw) {
  const variants = Object.keys(samples);
  const ticks = variants.map((name, index) => `${text(name.replace(", ", "\\n"))} ${index + 1}`).join(", ");
  const all = (of) =>
    variants.flatMap((name, index) =>
      samples[name].map((sample, turn) => [index + 1 + (turn / samples[name].length - 0.5) * 0.3, of(sample) / 1000]),
    );
  const settings = (title) =>
    `set title ${text(title)}\nset xtics (${ticks})\nset ylabel "s"\nset xrange [0.5:${variants.length + 0.5}]\nset yrange [0:*]\nset key off`;
  draw("ready.svg", settings("From asking for a store until it is Ready"), [
    {
      title: "ready",
      points: all(({ ready }) => ready),
      style: "with points pt 7",
    },
  ]);
  draw("gone.svg", settings("From asking for a deletion until nothing is left"), [
    {
      title: "gone",
      points: all(({ gone }) => gone),
      style: "with points pt 7",
    },
  ]);
}

function burst(results, draw) {
  const series = Object.entries(results).map(([limit, { ready }]) => ({
    title: `${limit} at once`,
    points: [...ready].sort((a, b) => a - b).map((ms, index) => [ms / 1000, index + 1]),
  }));
  draw(
    "burst.svg",
    `set title "Ten stores asked for at once: how many are Ready"\n${axes("s", "stores")}\nset xrange [0:*]\nset yrange [0:*]`,
    series,
  );
}
