// The database of a server, from outside.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

import type { Server } from "./server";

export const dataOf = (server: Server): string => join(server.folder, "data");

// One statement by the sqlite3 command, rows as objects.
export function sql<T = Record<string, unknown>>(server: Server, text: string): T[] {
  const [command = "", ...rest] = [...server.via, "sqlite3"];
  const done = spawnSync(command, [...rest, "-json", "-cmd", ".timeout 60000", join(dataOf(server), "preau.db"), text],
    { encoding: "utf8", maxBuffer: 1 << 26 });
  if (done.status !== 0) throw new Error(`sqlite3: ${done.stderr}\n${text}`);
  return done.stdout.trim() === "" ? [] : JSON.parse(done.stdout) as T[];
}

export function count(server: Server, from: string): number {
  return sql<{ n: number }>(server, `SELECT count(*) AS n FROM ${from}`)[0]?.n ?? -1;
}
