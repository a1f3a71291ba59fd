// A server of a test's own, with a pretended cluster and a database in a temporary folder.

import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const TARGET = process.env.CARGO_TARGET_DIR ?? path.resolve(import.meta.dirname, "../../target");
const BINARY = process.env.URUMI_BINARY ?? path.join(TARGET, "debug/urumi");
const SITE = process.env.URUMI_SITE_DIR ?? path.join(TARGET, "site");

const START_DEADLINE = 15_000;
/** Ten seconds are what the server itself gives to requests that do not end. */
const STOP_DEADLINE = 15_000;

/** One line of the server's log. */
type LogLine = { level: string; message?: string; address?: string };

export class Server {
  /** What it printed for whoever starts it. */
  printed = "";
  /** Everything that it wrote, over all its starts. */
  log = "";
  private process?: ChildProcess;
  private port = 0;
  private data = "";

  private madeToken = "";

  /**
   * @param pace milliseconds that each step takes in the pretended cluster
   * @param settings of its environment
   */
  constructor(
    private readonly pace: number,
    private readonly settings: Record<string, string> = {},
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts it, the second time at the same port with the same database. */
  async start() {
    for (const file of [BINARY, path.join(SITE, "hash.txt")]) {
      if (!existsSync(file)) throw new Error(`there is no ${file}: run dev/build`);
    }
    this.data ||= mkdtempSync(path.join(tmpdir(), "urumi-e2e-"));
    const flags = ["--listen", `127.0.0.1:${this.port}`, "--data-dir", this.data, "--site-dir", SITE];
    const fake = ["--fake-cluster", "--fake-pace-ms", String(this.pace), "--log-format", "json"];
    // Settings of the shell that runs the tests are not this server's.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("URUMI_")));
    this.process = spawn(BINARY, ["serve", ...flags, ...fake], {
      env: { ...env, ...this.settings },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.process.stdout?.setEncoding("utf8").on("data", (text: string) => (this.printed += text));
    this.port = await this.listening(this.process);
  }

  /** A link that signs somebody in, once; they are added as an administrator where there is no such user. */
  async link(name = "admin"): Promise<string> {
    return this.run("sign-in-link", "--url", this.url, "--administrator", name);
  }

  /** What shows the API that an administrator asks. */
  async token(): Promise<string> {
    this.madeToken ||= await this.run("token");
    return this.madeToken;
  }

  private async run(command: string, ...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(BINARY, [command, "--data-dir", this.data, ...args]);
    return stdout.trim();
  }

  /** Ends it: politely, or as a power cut would. */
  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM") {
    const child = this.process;
    this.process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    const late = setTimeout(() => {
      this.log += `the server did not stop within ${STOP_DEADLINE} ms\n`;
      child.kill("SIGKILL");
    }, STOP_DEADLINE);
    await ended;
    clearTimeout(late);
  }

  /** Ends it and forgets its database. */
  async dispose() {
    await this.stop();
    if (this.data) rmSync(this.data, { recursive: true, force: true });
  }

  /** Lines of the log that tell of a fault inside the server. */
  faults(): string[] {
    return this.log.split("\n").filter((line) => /"level":"ERROR"|panicked at|did not stop within/.test(line));
  }

  private listening(child: ChildProcess): Promise<number> {
    return new Promise((resolve, reject) => {
      const fail = (reason: string) => reject(new Error(`${reason}:\n${this.log}`));
      const late = setTimeout(() => fail(`the server does not listen after ${START_DEADLINE} ms`), START_DEADLINE);
      let rest = "";
      child.stderr?.setEncoding("utf8").on("data", (text: string) => {
        this.log += text;
        const lines = (rest + text).split("\n");
        rest = lines.pop() ?? "";
        const address = lines.map(listeningAddress).find((found) => found !== undefined);
        if (address === undefined) return;
        clearTimeout(late);
        resolve(Number(address.split(":").pop()));
      });
      child.once("error", (error) => fail(String(error)));
      child.once("exit", (code, signal) => {
        clearTimeout(late);
        fail(`the server ended with ${code ?? signal}`);
      });
    });
  }
}

function listeningAddress(text: string): string | undefined {
  if (!text.startsWith("{")) return undefined;
  const line = JSON.parse(text) as LogLine;
  return line.message === "listening" ? line.address : undefined;
}
