// A server of its own for each test file: fresh folder, demonstration, free
// port; stopped and swept at the end.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { Client } from "./client";
import { awayFromMidnight, PATIENCE_MS, until } from "./patience";

export interface Login { login: string; passphrase: string; who: string; totp?: string }

export interface Options { photoPixels?: number; sets?: string[]; photos?: boolean }

export const build = resolve(process.env["PREAU_BUILD"] ?? "build");

// Below the ports that the kernel gives to whoever calls out: a server that is
// stopped finds its own again.  Each process of tests begins elsewhere.
const FIRST_PORT = 12_000;
const PORTS = 20_000;
let nextPort = process.pid * 32 % PORTS;

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const s = createServer();
    s.on("error", () => done(false));
    s.listen(port, "127.0.0.1", () => s.close(() => done(true)));
  });
}

export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + nextPort++ % PORTS;
    if (await isFree(port)) return port;
  }
}

export class Server {
  private child: ChildProcess | null = null;
  log = "";
  via: string[] = []; // how to come into the mount namespace of the server, when it has its own

  constructor(readonly folder: string, readonly port: number, readonly sets: string[], readonly logins: Login[]) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  // Of the monitor; 0 while nothing runs.
  get pid(): number {
    return this.child?.pid ?? 0;
  }

  get ended(): boolean {
    return this.child !== null && (this.child.exitCode !== null || this.child.signalCode !== null);
  }

  login(name: string): Login {
    const found = this.logins.find((l) => l.login === name);
    if (found === undefined) throw new Error(`no login ${name}`);
    return found;
  }

  // The command line, beside the running server.
  preau(...args: string[]): { status: number; out: string; err: string } {
    const [command = "", ...rest] = [...this.via, join(build, "preau"), ...this.sets, ...args];
    const done = spawnSync(command, rest, { encoding: "utf8", maxBuffer: 1 << 26 });
    return { status: done.status ?? -1, out: done.stdout, err: done.stderr };
  }

  async start(env: Record<string, string> = {}, program = join(build, "preau")): Promise<void> {
    const child = spawn(program, [...this.sets, "serve"],
      { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
    const keep = (b: Buffer): void => { this.log = (this.log + b.toString()).slice(-200_000); };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    this.child = child;
    const client = new Client(this.url);
    try {
      await until("serve to be ready", async () => {
        if (this.ended) throw new Error("serve ended");
        return (await client.get("/sign-in").catch(() => undefined))?.status === 200;
      });
    } catch (e) {
      await this.stop();
      throw new Error(`${(e as Error).message}: ${this.log}`);
    }
  }

  async stop(): Promise<void> {
    const child = this.child;
    this.child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
    await ended;
    clearTimeout(late);
  }

  // Stopped, and nothing left behind.
  async sweep(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async client(login: string, language = "fr"): Promise<Client> {
    const c = new Client(this.url, language);
    await c.signIn(this.login(login));
    return c;
  }
}

// Every photo of the demonstration is prepared when its album shows them all.
async function waitForPhotos(server: Server): Promise<void> {
  const c = await server.client("sami");
  const day = await c.get("/today");
  const drafts = [...new Set(Array.from(day.text.matchAll(/href="\/publish\/(\d+)"/g), (m) => m[1]))];
  const albums = [...new Set(Array.from(day.text.matchAll(/href="\/album\/(\d+)"/g), (m) => m[1]))];
  await until("the photos to be ready", async () => {
    let coming = 0;
    for (const id of [...drafts, ...albums]) {
      const p = await c.get(`/publish/${id}/status`);
      if (p.status === 200) {
        const s = JSON.parse(p.text) as { receiving: number; queued: number };
        coming += s.receiving + s.queued;
      }
    }
    return coming === 0;
  });
}

async function setsOf(folder: string, more: string[]): Promise<{ port: number; sets: string[] }> {
  const port = await freePort();
  const values = [`data=${folder}/data`, `master_key=${folder}/keys/master.key`, `erasures=${folder}/erasures.log`,
    `listen=127.0.0.1:${port}`, `url=http://127.0.0.1:${port}`, ...more];
  return { port, sets: values.flatMap((v) => ["--set", v]) };
}

// Not started, with an organisation and nobody in it; its folder is the caller's.
export async function emptyServer(folder: string, more: string[] = []): Promise<Server> {
  await awayFromMidnight();
  const { port, sets } = await setsOf(folder, more);
  const server = new Server(folder, port, sets, []);
  const init = server.preau("init", "--name", "Les Essais", "--director", "Dominique Roy", "--profile", "fr",
    "--time-zone", "Europe/Paris");
  if (init.status !== 0) throw new Error(`preau init: ${init.err}`);
  return server;
}

export async function startServer(o: Options = {}): Promise<Server> {
  await awayFromMidnight();
  const folder = mkdtempSync(join(tmpdir(), "preau-test-"));
  const { port, sets } = await setsOf(folder, o.sets ?? []);
  const demo = spawnSync(join(build, "preau"),
    [...sets, "--json", "demo", "--photo-pixels", String(o.photoPixels ?? 1200)], { encoding: "utf8" });
  if (demo.status !== 0) throw new Error(`preau demo: ${demo.stderr}`);
  const said = JSON.parse(demo.stdout) as { logins: Login[] };
  const server = new Server(folder, port, sets, said.logins);
  await server.start();
  if (o.photos !== false) await waitForPhotos(server);
  return server;
}
