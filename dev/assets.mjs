// Lays out what the browser loads: dev/assets.mjs SITE JS WASM STYLE.css ASSETS-DIR PACKAGES-DIR OUTPUT-NAME [--plain]
//                                or: dev/assets.mjs --style-only STYLE.css OUT.css
//
// PACKAGES-DIR holds the package.json and node_modules of what JS imports by name.
//
// Writes SITE/pkg/NAME.<hash>.{js,wasm,css} with .br and .gz beside each, the assets into SITE, and SITE/hash.txt in the form
// that Leptos reads (`js: <hash>`). A name holds the hash of its content, so that browsers may keep a file for ever.
// Files of the build before this one stay for pages that are open in a browser; older ones go.
// --plain leaves out the compression, for quick development builds. Prints the sizes of the wasm as its last line.

import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [site, js, wasm, style, assets, packages, name, plain] = process.argv.slice(2);
const pkg = path.join(site, "pkg");
const COMPRESSIBLE = new Set([".css", ".html", ".ico", ".js", ".json", ".svg", ".txt", ".wasm", ".webmanifest"]);

const hashOf = (bytes) => createHash("sha256").update(bytes).digest("base64url").replace(/[-_]/g, "").slice(0, 12);

// The style sheet with its `@import "file.css";` lines replaced by the files, in their order.
function bundle(file, seen = []) {
  if (seen.includes(file)) throw new Error(`${file} imports itself`);
  return fs
    .readFileSync(file, "utf8")
    .replace(/^@import\s+(?:url\()?["']([^"']+)["']\)?\s*;[ \t]*$/gm, (_, target) =>
      bundle(path.resolve(path.dirname(file), target), [...seen, file]),
    );
}

// Comments and indentation only: anything cleverer needs a parser, and brotli finds the rest.
const shrink = (css) =>
  css
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^[ \t]+/gm, "")
    .replace(/\n{2,}/g, "\n")
    .trim() + "\n";

function writeIfChanged(file, bytes) {
  if (fs.existsSync(file) && fs.readFileSync(file).equals(bytes)) return;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  // Renamed into place: a server that runs must never serve half a file.
  fs.writeFileSync(`${file}.part`, bytes);
  fs.renameSync(`${file}.part`, file);
}

// Writes the file and its compressed forms, all in one go or not at all.
function publish(file, bytes) {
  const compress = !plain && COMPRESSIBLE.has(path.extname(file)) && bytes.length > 256;
  const forms = {
    ".br": () =>
      brotliCompressSync(bytes, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: 11,
          [constants.BROTLI_PARAM_LGWIN]: 24,
          [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        },
      }),
    ".gz": () => gzipSync(bytes, { level: 9 }),
  };
  const same = fs.existsSync(file) && fs.readFileSync(file).equals(bytes);
  for (const [ending, make] of Object.entries(forms)) {
    if (!compress) fs.rmSync(file + ending, { force: true });
    else if (!same || !fs.existsSync(file + ending)) writeIfChanged(file + ending, make());
  }
  if (!same) writeIfChanged(file, bytes);
}

function* filesIn(dir, below = "") {
  for (const entry of fs.readdirSync(path.join(dir, below), { withFileTypes: true })) {
    const relative = path.join(below, entry.name);
    if (entry.isDirectory()) yield* filesIn(dir, relative);
    else yield relative;
  }
}

// Packages that the front end's JavaScript imports by name get a name with a hash too, and are imported by that.
function entryOf(module) {
  const folder = path.join(packages, "node_modules", module);
  const { module: entry } = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
  return path.join(folder, entry);
}

function bind(text) {
  return text.replace(/^(import .* from\s+)(['"])([a-z@][^'"]*)\2/gm, (_, head, quote, module) => {
    const bytes = fs.readFileSync(entryOf(module));
    const file = `${module.replace(/\W/g, "-")}.${hashOf(bytes)}.js`;
    publish(path.join(pkg, file), bytes);
    return `${head}${quote}./${file}${quote}`;
  });
}

if (process.argv[2] === "--style-only") {
  const [sheet, out] = process.argv.slice(3);
  fs.writeFileSync(out, shrink(bundle(path.resolve(sheet))));
  process.exit();
}

const parts = {
  js: Buffer.from(bind(fs.readFileSync(js, "utf8"))),
  wasm: fs.readFileSync(wasm),
  css: Buffer.from(shrink(bundle(path.resolve(style)))),
};
const hashFile = path.join(site, "hash.txt");
const before = fs.existsSync(hashFile) ? fs.readFileSync(hashFile, "utf8") : "";
const keep = new Set([...before.matchAll(/^\w+: (\S+)$/gm)].map((match) => match[1]));

let lines = "";
let wasmFile = "";
for (const [kind, bytes] of Object.entries(parts)) {
  const hash = hashOf(bytes);
  const file = path.join(pkg, `${name}.${hash}.${kind}`);
  publish(file, bytes);
  keep.add(hash);
  lines += `${kind}: ${hash}\n`;
  if (kind === "wasm") wasmFile = file;
}
// Modules that the front end's JavaScript imports by path.
const snippets = path.join(path.dirname(js), "snippets");
if (fs.existsSync(snippets)) {
  for (const file of filesIn(snippets)) publish(path.join(pkg, "snippets", file), fs.readFileSync(path.join(snippets, file)));
}
if (fs.existsSync(assets)) {
  for (const file of filesIn(assets)) publish(path.join(site, file), fs.readFileSync(path.join(assets, file)));
}
// Last: the names become known only when the files are there.
writeIfChanged(hashFile, Buffer.from(lines));

const hashed = new RegExp(`^${name}\\.([A-Za-z0-9]+)\\.(js|wasm|css)(\\.br|\\.gz)?$`);
for (const file of fs.readdirSync(pkg)) {
  const match = file.match(hashed);
  if (match && !keep.has(match[1])) fs.rmSync(path.join(pkg, file));
}

const size = (file) => (fs.existsSync(file) ? fs.statSync(file).size : 0);
console.log(`wasm ${size(wasmFile)} bytes, brotli ${size(`${wasmFile}.br`)} bytes`);
