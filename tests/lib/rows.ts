// The database of a server, from outside.
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";

import { Shell, SHELL } from "./shell";
import type { Server } from "./server";

export const dataOf = (server: Server): string => join(server.folder, "data");

interface Open { shell: Shell; of: string }
const opened = new Map<Server, Open>();

// Of which database: another file may have come to its place.
function nameOf(server: Server, database: string): string {
  const stat = server.via.length === 0 ? statSync(database, { throwIfNoEntry: false }) : undefined;
  return [...server.via, stat?.dev, stat?.ino, server.pid].join(" ");
}

// Whoever takes the database away from under it, or is alone with it, says so.
export function letGo(server: Server): void {
  opened.get(server)?.shell.close();
  opened.delete(server);
}

function shellOf(server: Server, database: string): Shell {
  const of = nameOf(server, database);
  const before = opened.get(server);
  if (before?.of === of) return before.shell;
  letGo(server);
  const shell = new Shell(server.via, database);
  opened.set(server, { shell, of });
  return shell;
}

function askOnce(server: Server, database: string, text: string): string {
  const [command = "", ...rest] = [...server.via, ...SHELL, database, text];
  const done = spawnSync(command, rest, { encoding: "utf8", maxBuffer: 1 << 26 });
  if (done.status !== 0) throw new Error(done.stderr);
  return done.stdout;
}

function askOften(server: Server, database: string, text: string): string {
  try {
    return shellOf(server, database).ask(text);
  } catch (e) {
    letGo(server);
    throw e;
  }
}

// What would stay with a connection.
const KEEPS = /\b(TEMP|PRAGMA|ATTACH)\b/i;

// Beside a server that runs, which has connections too, one stays open; a
// database where nothing runs is in nobody's hands afterwards.
function ask(server: Server, text: string): string {
  const database = join(dataOf(server), "preau.db");
  if (server.pid !== 0 && !server.ended && !KEEPS.test(text)) return askOften(server, database, text);
  letGo(server);
  return askOnce(server, database, text);
}

// Statements by the sqlite3 command, rows as objects.
export function sql<T = Record<string, unknown>>(server: Server, text: string): T[] {
  try {
    const out = ask(server, text).trim();
    return out === "" ? [] : JSON.parse(out) as T[];
  } catch (e) {
    throw new Error(`sqlite3: ${(e as Error).message}\n${text}`);
  }
}

export function count(server: Server, from: string): number {
  return sql<{ n: number }>(server, `SELECT count(*) AS n FROM ${from}`)[0]?.n ?? -1;
}
