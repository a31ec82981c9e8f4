// A server of its own for each test file: fresh folder, demonstration, free
// port; stopped and swept at the end.  The demonstration is made once for all
// files of a run, until nothing is left to do in it, and copied.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server as NetServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { Client } from "./client";
import { awayFromMidnight, dayOfTests, drained, pause, PATIENCE_MS, until } from "./patience";
import { count, letGo, sql } from "./rows";
import { codeNow } from "./totp";

export interface Login { login: string; passphrase: string; who: string; totp?: string }

// photoPixels: of the demonstration's photos, small unless they are looked at;
// sets: of the house from its beginning; serving: of the server alone, with the
// house that other files have too.
// bare: keys of its own, and no photo of the demonstration is prepared.
export interface Options { photoPixels?: number; sets?: string[]; serving?: string[]; bare?: boolean }

const SMALL_PX = 400;

export const build = resolve(process.env["PREAU_BUILD"] ?? "build");

// A name that one process of tests has at a time, which no death leaves behind.
function holdName(name: string): Promise<NetServer | undefined> {
  return new Promise((done) => {
    const lock = createServer();
    lock.on("error", () => done(undefined));
    lock.listen(`\0preau-tests-${name}`, () => done(lock));
  });
}

// Below the ports that the kernel gives to whoever calls out: a server that is
// stopped finds its own again.  Each process of tests begins elsewhere, and what
// it took is its own while it lives, also when nothing listens there.
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
    const held = await holdName(`port-${port}`);
    if (held === undefined) continue;
    held.unref();
    if (await isFree(port)) return port;
  }
}

const urlOf = (port: number, sets: string[]): string =>
  `http${sets.some((s) => s.startsWith("tls_key=")) ? "s" : ""}://127.0.0.1:${port}`;

export class Server {
  private child: ChildProcess | null = null;
  log = "";
  via: string[] = []; // how to come into the mount namespace of the server, when it has its own

  constructor(readonly folder: string, readonly port: number, readonly sets: string[], readonly logins: Login[]) {}

  get url(): string {
    return urlOf(this.port, this.sets);
  }

  // Of the monitor; 0 while nothing runs.
  get pid(): number {
    return this.child?.pid ?? 0;
  }

  get ended(): boolean {
    return this.child !== null && (this.child.exitCode !== null || this.child.signalCode !== null);
  }

  // A line travels through two pipes: it is there later than what it tells of,
  // and of a server that ended too.
  said(what: RegExp, from = 0): Promise<string> {
    return until(`the log to say ${what.source}`, () => what.exec(this.log.slice(from))?.[0]);
  }

  login(name: string): Login {
    const found = this.logins.find((l) => l.login === name);
    if (found === undefined) throw new Error(`no login ${name}`);
    return found;
  }

  // The command line, beside the running server.
  preau(...args: string[]): { status: number; out: string; err: string } {
    return this.preauReads("", ...args);
  }

  // The same with something on its standard input.
  preauReads(input: string, ...args: string[]): { status: number; out: string; err: string } {
    const [command = "", ...rest] = [...this.via, join(build, "preau"), ...this.sets, ...args];
    const done = spawnSync(command, rest, { encoding: "utf8", maxBuffer: 1 << 26, input });
    return { status: done.status ?? -1, out: done.stdout, err: done.stderr };
  }

  async start(env: Record<string, string> = {}, program = join(build, "preau")): Promise<void> {
    letGo(this);
    const child = spawn(program, [...this.sets, "serve"],
      { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
    const keep = (b: Buffer): void => { this.log += b.toString(); };
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
    letGo(this);
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

  // What this person's telephone shows; undefined for who has none.
  code(who: Login): string | undefined {
    return who.totp === undefined ? undefined
      : codeNow(who.totp, () => sql(this, "UPDATE account SET totp_step = 0 WHERE totp_enc IS NOT NULL"));
  }

  async client(login: string, language = "fr"): Promise<Client> {
    const c = new Client(this.url, language);
    const who = this.login(login);
    await c.signIn(who, this.code(who));
    return c;
  }
}

async function setsOf(folder: string, more: string[]): Promise<{ port: number; sets: string[] }> {
  const port = await freePort();
  const values = [`data=${folder}/data`, `master_key=${folder}/keys/master.key`, `erasures=${folder}/erasures.log`,
    `listen=127.0.0.1:${port}`, `url=${urlOf(port, more)}`, ...more];
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

// A house with the demonstration in it, where nothing runs.
async function makeHouse(folder: string, o: Options): Promise<Server> {
  const { port, sets } = await setsOf(folder, o.sets ?? []);
  const demo = spawnSync(join(build, "preau"),
    [...sets, "--json", "demo", "--photo-pixels", String(o.photoPixels ?? SMALL_PX)], { encoding: "utf8" });
  if (demo.status !== 0) throw new Error(`preau demo: ${demo.stderr}`);
  return new Server(folder, port, sets, (JSON.parse(demo.stdout) as { logins: Login[] }).logins);
}

const photosReady = (server: Server): Promise<void> => drained("the photos of the demonstration", () =>
  count(server, "medium WHERE state IN ('receiving', 'queued')") + count(server, "job WHERE kind IN ('intake', 'faces', 'between', 'cover', 'redraw')"));

// Programs that were built since make another one, and so does another day.
const templateName = (pixels: number): string => ["preau", "preau-front", "preau-worker", "preau-media"]
  .reduce((name, p) => `${name}-${Math.floor(statSync(join(build, p)).mtimeMs).toString(36)}`, `${dayOfTests()}-${pixels}`);

async function makeTemplate(folder: string, pixels: number): Promise<void> {
  rmSync(`${folder}.part`, { recursive: true, force: true });
  mkdirSync(`${folder}.part`, { recursive: true, mode: 0o700 });
  const server = await makeHouse(`${folder}.part`, { photoPixels: pixels });
  try {
    await server.start();
    await photosReady(server);
  } finally {
    await server.stop();
  }
  writeFileSync(`${folder}.part/logins.json`, JSON.stringify(server.logins));
  renameSync(`${folder}.part`, folder);
}

// Files of tests run side by side: the first makes it, the others wait.  The
// socket is the lock, which no death leaves behind.
async function templateOf(pixels: number): Promise<string> {
  const all = join(build, "tests-houses");
  const folder = join(all, templateName(pixels));
  mkdirSync(all, { recursive: true, mode: 0o700 });
  for (; !existsSync(folder); await pause(100)) {
    const lock = await holdName(createHash("sha256").update(folder).digest("hex"));
    if (lock === undefined) continue;
    try {
      if (!existsSync(folder)) await makeTemplate(folder, pixels);
    } finally {
      lock.close();
    }
  }
  return folder;
}

export async function startServer(o: Options = {}): Promise<Server> {
  await awayFromMidnight();
  const folder = mkdtempSync(join(tmpdir(), "preau-test-"));
  let server: Server;
  if (o.sets === undefined && o.bare !== true) {
    const template = await templateOf(o.photoPixels ?? SMALL_PX);
    for (const part of ["data", "keys", "erasures.log"]) cpSync(join(template, part), join(folder, part), { recursive: true });
    const logins = JSON.parse(readFileSync(join(template, "logins.json"), "utf8")) as Login[];
    const { port, sets } = await setsOf(folder, o.serving ?? []);
    server = new Server(folder, port, sets, logins);
  } else {
    server = await makeHouse(folder, o);
    if (o.bare === true)
      sql(server, "UPDATE medium SET state = 'refused', reason = 'damaged' WHERE state = 'queued'; DELETE FROM job");
  }
  await server.start();
  await photosReady(server);
  return server;
}
