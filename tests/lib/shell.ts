// One sqlite3 that answers many questions, each at once: to start a program for
// each of them would be most of what a test that waits computes.  A statement
// that fails ends it, and takes back what was begun.
import { spawn, spawnSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { PATIENCE_MS } from "./patience";

export const SHELL = ["sqlite3", "-json", "-bail", "-cmd", ".timeout 60000"];
const DONE = "that-was-all"; // no row of JSON is such a line
const CHUNK_BYTES = 1 << 16;
const PAUSE_MS = 0.1;

const cell = new Int32Array(new SharedArrayBuffer(4));
const sleep = (ms: number): void => void Atomics.wait(cell, 0, 0, ms);

// Of a named pipe: a reader that does not block lets the others be opened.
function pipeOf(path: string): { ours: number; read: number; write: number } {
  const ours = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const write = openSync(path, constants.O_WRONLY);
  return { ours, read: openSync(path, constants.O_RDONLY), write };
}

// Of a long answer; all that was said begins a line.
const lastOf = (parts: Buffer[]): string =>
  `${parts.length < 3 ? "\n" : ""}${Buffer.concat(parts.slice(-2)).subarray(-DONE.length - 2).toString("latin1")}`;

export class Shell {
  private readonly to: number;
  private readonly from: number;
  private readonly faults: number;
  private readonly chunk = Buffer.alloc(CHUNK_BYTES);

  constructor(via: string[], database: string) {
    const folder = mkdtempSync(join(tmpdir(), "preau-shell-"));
    try {
      const names = ["in", "out"].map((name) => join(folder, name));
      if (spawnSync("mkfifo", names).status !== 0) throw new Error(`mkfifo ${names.join(" ")}`);
      const [inward, outward] = names.map(pipeOf) as [ReturnType<typeof pipeOf>, ReturnType<typeof pipeOf>];
      this.faults = openSync(join(folder, "faults"), "w+");
      const [command = "", ...rest] = [...via, ...SHELL, database];
      const child = spawn(command, rest, { stdio: [inward.read, outward.write, this.faults] });
      child.on("error", () => undefined); // it has written nothing, then
      child.unref();
      for (const fd of [inward.ours, inward.read, outward.read, outward.write]) closeSync(fd);
      [this.to, this.from] = [inward.write, outward.ours];
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  // Rows as JSON.  It has ended when this throws.
  ask(text: string): string {
    try {
      writeSync(this.to, `${text}\n;\n.print ${DONE}\n`);
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code !== "EPIPE") throw e;
    }
    const said = this.read((last) => last.endsWith(`\n${DONE}\n`));
    if (said.endsWith(`${DONE}\n`)) return said.slice(0, -DONE.length - 1);
    throw new Error(this.fault());
  }

  // Nothing of the database is open any more.
  close(): void {
    closeSync(this.to);
    this.read(() => false);
    for (const fd of [this.from, this.faults]) closeSync(fd);
  }

  // Until what came last is `whole`, or until it has ended.
  private read(whole: (last: string) => boolean): string {
    const parts: Buffer[] = [];
    const end = Date.now() + PATIENCE_MS;
    for (let n = this.some(); n !== 0; n = this.some()) {
      if (n > 0) {
        parts.push(Buffer.from(this.chunk.subarray(0, n)));
        if (whole(lastOf(parts))) break;
      } else if (Date.now() > end) {
        throw new Error("sqlite3 does not answer");
      } else {
        sleep(PAUSE_MS);
      }
    }
    return Buffer.concat(parts).toString();
  }

  // How many bytes are there: none at its end, -1 while it says nothing.
  private some(): number {
    try {
      return readSync(this.from, this.chunk);
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code === "EAGAIN") return -1;
      throw e;
    }
  }

  private fault(): string {
    const n = readSync(this.faults, this.chunk, 0, CHUNK_BYTES, 0);
    return this.chunk.toString("utf8", 0, n);
  }
}
