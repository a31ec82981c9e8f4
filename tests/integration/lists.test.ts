// Lists of known material by the command line, beside a server that runs: what
// is imported, by whom it is enabled, and what an import that goes wrong leaves
// as it was.  Every value is made up.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";

import { build, startServer, type Server } from "../lib/server";
import { pause, sql, until } from "../lib/trouble";

let server: Server;
const root = process.getuid?.() === 0;
const sanitised = build.endsWith("-checked"); // which reserves terabytes of addresses

before(async () => {
  server = await startServer();
});
after(() => server.sweep());

interface Imported {
  outcome: string; generation: number; accepted: number; skipped: number; elsewhere: number; malformed: number; tombstones: number;
  added: number; removed: number; changed: number; entries: number; window_is_whole: boolean; checkpoint: string;
  faults: { file: number; line: number; byte: number; kind: string; why: string }[];
}

// 32 bytes that nobody has, the same for the same number.
const made = (n: number): string => createHash("sha256").update(`made up ${n}`).digest("hex");
const md5 = (n: number): string => made(n).slice(0, 32);
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => `${made(from + i)}\n`).join("");

let files = 0;
function file(text: string | Buffer): string {
  const path = join(server.folder, `list-${files++}`);
  writeFileSync(path, text);
  return path;
}

function add(name: string, format: string, ...more: string[]): void {
  const done = server.preau("list", "add", name, "--by", "1", "--format", format, ...more);
  assert.equal(done.status, 0, done.err);
}

function importing(name: string, by: number, ...more: string[]): Imported {
  const done = server.preau("--json", "list", "import", name, ...more, "--by", String(by));
  assert.equal(done.status, 0, `${done.out} ${done.err}`);
  return JSON.parse(done.out) as Imported;
}

function refused(name: string, ...more: string[]): { status: number; message: string } {
  const done = server.preau("--json", "list", "import", name, ...more, "--by", "1");
  assert.notEqual(done.status, 0, done.out);
  return { status: done.status, message: (JSON.parse(done.out) as { message: string }).message };
}

interface Status {
  id: number; name: string; enabled: boolean; generation: number; entries: number; checkpoint: string; enabled_by: number | null;
  kinds: { kind: string; entries: number; threshold: number }[];
  imports: { outcome: string; reason: string; file_sha256: string; by: number }[];
  entries_off: { entry: string; cause: string; why: string }[];
}

function status(name: string): Status {
  const done = server.preau("--json", "list", "status", name);
  assert.equal(done.status, 0, done.err);
  const [one] = JSON.parse(done.out) as Status[];
  assert.ok(one !== undefined);
  return one;
}

const entriesFiles = (): string[] =>
  readdirSync(join(server.folder, "data", "lists")).filter((f) => f !== "import.lock" && /entries|run-/.test(f)).sort();

test("a list is imported by one person and enabled by another", () => {
  add("first", "plain", "--kind", "pdq", "--threshold", "pdq=28");
  const path = file(lines(0, 500));
  const one = importing("first", 1, path);
  assert.deepEqual([one.outcome, one.generation, one.accepted, one.added, one.entries], ["done", 1, 500, 500, 500]);
  assert.equal(server.preau("list", "enable", "first", "--by", "1").status, 77);
  assert.equal(server.preau("list", "enable", "first", "--by", "2").status, 0);
  const now = status("first");
  assert.ok(now.enabled);
  assert.equal(now.enabled_by, 2);
  assert.deepEqual(now.kinds, [{ kind: "pdq", entries: 500, threshold: 28 }]);
  assert.equal(now.imports[0]?.file_sha256, createHash("sha256").update(lines(0, 500)).digest("hex"));
});

test("the same file again is nothing new, and neither is the same list packed", () => {
  assert.equal(importing("first", 2, file(lines(0, 500))).outcome, "unchanged");
  assert.equal(importing("first", 2, file(gzipSync(lines(0, 500)))).outcome, "unchanged");
  assert.equal(status("first").generation, 1);
});

test("what changed between two generations can be read", () => {
  const next = importing("first", 1, file(lines(3, 504)));
  assert.deepEqual([next.added, next.removed, next.entries], [4, 3, 501]);
  const diff = server.preau("list", "diff", "first");
  assert.equal(diff.status, 0, diff.err);
  assert.equal(diff.out.match(/^\+\tpdq:[0-9a-f]{64}\t/gm)?.length, 4);
  assert.ok(diff.out.includes(`-\tpdq:${made(0)}\t`));
  assert.match(diff.out, /4 added, 3 removed, 0 changed, 501 entries\n$/);
  const json = JSON.parse(server.preau("--json", "list", "diff", "first").out) as { differences: unknown[]; added: number };
  assert.equal(json.differences.length, 7);
  assert.ok(status("first").enabled, "an update of an enabled list leaves it enabled");
});

test("malformed entries are counted and shown, a file that is mostly so changes nothing", () => {
  const some = importing("first", 1, file(`${lines(3, 504)}not a hash\n${made(1).slice(1)}\n`));
  assert.equal(some.malformed, 2);
  assert.deepEqual(some.faults.map((f) => [f.line, f.kind]), [[502, "pdq"], [503, "pdq"]]);
  const before = status("first");
  assert.match(refused("first", file("some\nother\nfile\n")).message, /3 malformed/);
  assert.match(refused("first", file("")).message, /--shrink/);
  assert.match(refused("first", file(lines(0, 10))).message, /lose .* --shrink/);
  assert.match(refused("first", file(gzipSync(lines(0, 600)).subarray(0, 9000))).message, /gzip file ends early/);
  assert.match(refused("first", join(server.folder, "none")).message, /none/);
  const now = status("first");
  assert.deepEqual([now.generation, now.entries, now.enabled], [before.generation, before.entries, before.enabled]);
  assert.equal(now.imports[0]?.outcome, "refused");
  assert.equal(importing("first", 1, "--shrink", file(lines(0, 10))).entries, 10);
});

test("an entry that is wrong is off, in later generations too, until somebody restores it", () => {
  const entry = `pdq:${made(4)}`;
  assert.equal(server.preau("list", "disable", "first", "--by", "3", "--entry", entry).status, 65);
  const off = server.preau("list", "disable", "first", "--by", "3", "--why", "a white wall", "--entry", entry);
  assert.equal(off.status, 0, off.err);
  importing("first", 1, file(lines(0, 12)));
  assert.deepEqual(status("first").entries_off.map((o) => [o.entry, o.cause, o.why]), [[entry, "person", "a white wall"]]);
  assert.equal(server.preau("list", "restore", "first", "--by", "4", "--entry", entry).status, 0);
  assert.equal(status("first").entries_off.length, 0);
  assert.equal(sql(server, "SELECT * FROM list_entry_off WHERE on_by = 4").length, 1, "both stay on record");
});

test("what is done with lists stands in the audit, with who did it", () => {
  const from = sql<{ id: number }>(server, "SELECT coalesce(max(id), 0) AS id FROM audit")[0]?.id ?? 0;
  add("noted", "plain", "--kind", "pdq");
  const id = status("noted").id;
  importing("noted", 1, file(lines(7000, 7003)));
  for (const [by, ...args] of [["2", "enable", "noted"],
    ["1", "disable", "noted", "--entry", `pdq:${made(7001)}`, "--why", "faux"],
    ["2", "restore", "noted", "--entry", `pdq:${made(7001)}`],
    ["1", "disable", "noted", "--why", "essai"]] as const) {
    const done = server.preau("list", ...args, "--by", by);
    assert.equal(done.status, 0, done.err);
  }
  // What was refused left nothing behind.
  assert.notEqual(server.preau("list", "disable", "noted", "--why", "encore", "--by", "1").status, 0);
  assert.deepEqual(sql(server, `SELECT action, actor, subject_kind, subject, detail FROM audit WHERE id > ${from} ORDER BY id`),
    [["list-added", 1], ["list-imported", 1], ["list-enabled", 2], ["list-entry-off", 1], ["list-entry-on", 2], ["list-disabled", 1]]
      .map(([action, actor]) => ({ action, actor, subject_kind: "list", subject: id, detail: "noted" })));
  assert.equal(server.preau("audit", "verify").status, 0);
});

test("pages of one window advance the checkpoint only with the last of them", () => {
  const page = (body: string, next: string): string => file(`<?xml version="1.0" encoding="UTF-8"?>
<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2"><images count="1" maxTimestamp="2026-03-04T05:06:07Z">
${body}</images><paging>${next}</paging></queryResult>`);
  const image = (id: string, n: number, at: string): string => `<image><member id="7">x</member><id>${id}</id>
<timestamp>${at}</timestamp><classification>A1</classification><fingerprints><md5>${md5(n)}</md5></fingerprints></image>`;
  const gone = (id: string, at: string): string =>
    `<deletedImage><member id="7">x</member><id>${id}</id><timestamp>${at}</timestamp></deletedImage>`;
  add("window", "ncmec");
  const first = page(image("a", 1, "2026-03-01T00:00:00Z") + image("b", 2, "2026-03-02T00:00:00Z"), "<next>/v2/entries?start=1</next>");
  const last = page(image("c", 3, "2026-03-03T00:00:00Z") + gone("b", "2026-03-04T00:00:00Z"), "");
  const half = importing("window", 1, first);
  assert.deepEqual([half.window_is_whole, half.entries], [false, 2]);
  assert.equal(status("window").checkpoint, "");
  const whole = importing("window", 1, first, last);
  assert.deepEqual([whole.window_is_whole, whole.tombstones, whole.entries, whole.removed], [true, 1, 2, 1]);
  assert.equal(status("window").checkpoint, "2026-03-04T05:06:07Z");
  const old = importing("window", 1, first); // a page that was read long ago
  assert.equal(old.entries, 2, "what was withdrawn does not come back with an older page");
  assert.equal(old.outcome, "unchanged");
  // Its source says it again, later than it withdrew it.
  assert.equal(importing("window", 1, page(image("b", 2, "2026-03-05T00:00:00Z"), "")).entries, 3);
  assert.equal(importing("window", 1, last).entries, 3);
  // Withdrawn before it ever came.
  assert.equal(importing("window", 1, page(gone("d", "2026-03-06T00:00:00Z"), "")).outcome, "unchanged");
  assert.equal(importing("window", 1, page(image("d", 4, "2026-03-05T12:00:00Z"), "")).entries, 3);
  assert.equal(importing("window", 1, page(image("d", 4, "2026-03-07T00:00:00Z"), "")).entries, 4);
  // What is only an address at the source is left out, counted, and told by line and kind.
  const large = importing("window", 1, page(`<image><member id="7">x</member><id>e</id><timestamp>2026-03-08T00:00:00Z</timestamp>
<fingerprints><md5>${md5(5)}</md5><tmk-pdqf rel="self" href="/v2/large/e"/></fingerprints></image>`.repeat(8), ""));
  assert.deepEqual([large.entries, large.skipped, large.elsewhere, large.malformed], [5, 8, 8, 0]);
  assert.deepEqual(large.faults.map((f) => f.kind), ["tmk", "tmk", "tmk", "tmk", "tmk"]);
  assert.match(large.faults[0]?.why ?? "", /address only/);
  assert.match(server.preau("list", "status", "window").out, /tmk: left out: the file has its address only/);
  const bomb = file(`<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><queryResult/>`);
  assert.match(refused("window", bomb).message, /document type is refused/);
});

test("a deep nest is refused by its place", () => {
  add("deep", "vics");
  const text = `{"odata.metadata":"http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media","value":[{"Exifs":${"[".repeat(100_000)}`;
  assert.match(refused("deep", file(text)).message, /byte \d+: nested deeper than 128/);
});

test("only staff who are active may, and names that are wrong are said", () => {
  const wrong = (...args: string[]): number => server.preau("list", ...args).status;
  assert.equal(wrong("add", "x", "--by", "5", "--format", "csv"), 77); // a guardian
  assert.equal(wrong("add", "x", "--by", "9999", "--format", "csv"), 66);
  assert.equal(wrong("add", "X!", "--by", "1", "--format", "csv"), 65);
  assert.equal(wrong("add", "x", "--by", "1", "--format", "word"), 65);
  assert.equal(wrong("add", "x", "--by", "1", "--format", "plain"), 65);
  assert.equal(wrong("add", "x", "--by", "1", "--format", "csv", "--threshold", "pdq=64"), 65);
  assert.equal(wrong("add", "first", "--by", "1", "--format", "csv"), 73);
  assert.equal(wrong("status", "none"), 66);
  assert.equal(wrong("import", "none", file("x"), "--by", "1"), 66);
  assert.equal(wrong("enable", "deep", "--by", "2"), 73);
});

// A hash a line, so many that an import takes a while.
function bigFile(n: number): string {
  const path = join(server.folder, "big");
  const fd = openSync(path, "w");
  for (let i = 0, h = createHash("sha256").update("big").digest(); i < n; i += 1000) {
    let text = "";
    for (let k = 0; k < 1000; k++) {
      h = Buffer.from(h);
      h.writeUInt32LE((i + k) >>> 0, 0);
      h.writeUInt32LE(Math.imul(i + k, 2654435761) >>> 0, 12);
      text += `${h.toString("hex")}\n`;
    }
    writeSync(fd, text);
  }
  closeSync(fd);
  return path;
}

test("millions of lines take bounded memory, and an import that is killed leaves the list as it was", async () => {
  add("big", "plain", "--kind", "pdq");
  importing("big", 1, file(lines(0, 200)));
  const path = bigFile(1_200_000);
  const args = [...server.sets, "list", "import", "big", path, "--by", "1", "--shrink"];
  let generation = 1;
  for (let tries = 0; ; tries++) {
    assert.ok(tries < 30, "it was always faster than we");
    const child = spawn(join(build, "preau"), args, { stdio: "ignore" });
    const ended = new Promise((done) => child.once("exit", done));
    await until("the file of the next generation", () => child.exitCode !== null || entriesFiles().some((f) => f.endsWith(".new")));
    await pause(100 / (1 + tries));
    child.kill("SIGKILL");
    await ended;
    if (status("big").generation === generation) break;
    // Done before it was killed, and that is whole too.
    assert.equal(status("big").entries, 1_200_000);
    generation = importing("big", 1, file(lines(0, 200)), "--shrink").generation;
  }
  assert.equal(status("big").entries, 200);
  assert.equal(server.preau("list", "diff", "big").status, generation === 1 ? 66 : 0);
  const least = spawnSync("sh", ["-c", `${sanitised ? ":" : "ulimit -v 250000"}; exec "$@"`, "sh", join(build, "preau"), "--json", ...args],
    { encoding: "utf8" });
  assert.equal(least.status, 0, least.stdout + least.stderr);
  const done = JSON.parse(least.stdout) as Imported;
  assert.deepEqual([done.accepted, done.entries], [1_200_000, 1_200_000]);
  const names = sql<{ f: string }>(server, "SELECT entries_file AS f FROM list WHERE name = 'big'");
  assert.ok(entriesFiles().includes(names[0]?.f ?? ""));
  assert.ok(!entriesFiles().some((f) => f.endsWith(".new") || f.startsWith("run-")), "nothing is left over");
  assert.ok(statSync(path).size > 70_000_000);
});

test("two imports at a time are one too many", async () => {
  const child = spawn(join(build, "preau"), [...server.sets, "list", "import", "big", "-", "--by", "1", "--shrink"],
    { stdio: ["pipe", "ignore", "ignore"] });
  const ended = new Promise((done) => child.once("exit", done));
  await until("the lock to be held", () => child.exitCode !== null || holdsLock(child.pid ?? 0));
  const second = server.preau("list", "import", "first", file(lines(0, 12)), "--by", "1");
  assert.equal(second.status, 75, second.out + second.err);
  assert.match(second.err, /another import/);
  child.stdin.end(lines(0, 5));
  await ended;
  assert.equal(child.exitCode, 0);
  assert.equal(status("big").entries, 5);
  assert.equal(importing("first", 1, file(lines(0, 12))).outcome, "unchanged", "and now it may");
});

// Seen from outside: who asks by taking it stands in the way of who needs it.
function holdsLock(pid: number): boolean {
  const { ino } = statSync(join(server.folder, "data", "lists", "import.lock"));
  return readFileSync("/proc/locks", "utf8").split("\n").some((line) => {
    const [, kind, , , holder, where] = line.trim().split(/\s+/);
    return kind === "FLOCK" && Number(holder) === pid && where?.endsWith(`:${ino}`) === true;
  });
}

test("a disk that fills leaves the old list working, and the import goes on once there is room", async () => {
  await server.stop();
  renameSync(join(server.folder, "data"), join(server.folder, "kept"));
  rmSync(join(server.folder, "kept", "lists"), { recursive: true });
  spawnSync("mkdir", ["-m", "700", join(server.folder, "data")]);
  const small = join(server.folder, "preau-small");
  writeFileSync(small, `#!/bin/sh
exec ${root ? "unshare -m" : "unshare -rm"} sh -c 'set -e
mount -t tmpfs -o size=24m,mode=0700 tmpfs ${server.folder}/data
cp -a ${server.folder}/kept/. ${server.folder}/data/
exec ${build}/preau "$@"' preau "$@"
`, { mode: 0o755 });
  await server.start({}, small);
  server.via = ["nsenter", "-t", String(server.pid), "-m", ...(root ? [] : ["-U", "--preserve-credentials"])];
  add("small", "plain", "--kind", "pdq");
  importing("small", 1, file(lines(0, 300)));
  const full = refused("small", join(server.folder, "big"));
  assert.equal(full.status, 74, full.message);
  assert.deepEqual([status("small").generation, status("small").entries], [1, 300]);
  assert.equal(importing("small", 1, file(lines(0, 301))).entries, 301);
  const left = spawnSync(server.via[0] ?? "", [...server.via.slice(1), "ls", join(server.folder, "data", "lists")], { encoding: "utf8" });
  assert.doesNotMatch(left.stdout, /\.new|run-/);
});
