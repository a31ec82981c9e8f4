// A house as an earlier version of the programs left it: the schema of that
// version, and of today's rows what it had a place for.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

const FOLDER = "sql/migrations";
export const migrations = readdirSync(FOLDER).filter((n) => n.endsWith(".sql")).sort();

type Row = Record<string, unknown>;

function run(file: string, text: string, ...how: string[]): string {
  const done = spawnSync("sqlite3", [...how, file], { input: text, encoding: "utf8", maxBuffer: 1 << 28 });
  if (done.status !== 0 || done.stderr !== "") throw new Error(`sqlite3 ${file}: ${done.stderr}`);
  return done.stdout;
}

export function ask(file: string, text: string): Row[] {
  const out = run(file, text, "-json").trim();
  return out === "" ? [] : JSON.parse(out) as Row[];
}

interface Table { name: string; columns: string[] }

export function tablesOf(file: string): Table[] {
  const rows = ask(file, `SELECT m.name AS name, group_concat(c.name, ',') AS columns FROM sqlite_master m
    JOIN pragma_table_info(m.name) c WHERE m.type = 'table' GROUP BY m.name ORDER BY m.name`);
  return rows.map((r) => ({ name: String(r["name"]), columns: String(r["columns"]).split(",") }));
}

// Every row of these columns: its table, then its values.
export function rowsOf(file: string, tables: Table[]): string[] {
  const asked = tables.map((t) => `SELECT '${t.name}|' || ${t.columns.map((c) => `quote(${c})`).join(" || '|' || ")} FROM ${t.name};`);
  return run(file, asked.join("\n")).trim().split("\n").sort();
}

// Today's rows go in past the triggers, which speak of changes and not of what
// was there.
const copied = (to: Table[], from: Table[]): string => to.flatMap((t) => {
  const had = from.find((f) => f.name === t.name)?.columns ?? [];
  const both = t.columns.filter((c) => had.includes(c)).join(", ");
  return both === "" ? [] : [`DELETE FROM main.${t.name}; INSERT INTO main.${t.name} (${both}) SELECT ${both} FROM today.${t.name};`];
}).join("\n");

// `file` becomes what schema `version` has room for of the database `today`;
// `more` is put beside it, in the words of that schema.
export function makeEarlier(today: string, file: string, version: number, more: string): void {
  for (const end of ["", "-wal", "-shm"]) rmSync(`${file}${end}`, { force: true });
  const schema = migrations.slice(0, version).map((n) => readFileSync(join(FOLDER, n), "utf8")).join("\n");
  ask(file, `BEGIN; ${schema} COMMIT;`);
  const triggers = ask(file, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'");
  ask(file, `ATTACH '${today}' AS today; BEGIN;
    ${triggers.map((t) => `DROP TRIGGER ${String(t["name"])};`).join("\n")}
    ${copied(tablesOf(file), tablesOf(today))}
    ${more}
    ${triggers.map((t) => `${String(t["sql"])};`).join("\n")}
    PRAGMA main.user_version = ${version}; COMMIT;`);
  ask(file, "PRAGMA journal_mode = wal");
}
