// A house of every earlier version is brought up to date by `serve`: nothing of
// what it held is lost or changed, wherever it dies on the way.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import type { Client } from "../lib/client";
import { ask, makeEarlier, migrations, rowsOf, tablesOf } from "../lib/earlier";
import { drawn } from "../lib/pictures";
import { dataOf } from "../lib/rows";
import { build, startServer, type Server } from "../lib/server";
import { atRest, check, count, lookedThrough, newAlbum, publishNow, upload } from "../lib/trouble";

let server: Server;
let today = ""; // a database of today's schema, with everything in it
let db = "";
let nadia: Client;
let album = 0;
let photo = "";
const now = Math.floor(Date.now() / 1000);

// Of rows that a later version transforms, those that the demonstration has
// none of: a photo on its way, one refused, one deleted.
const media = ["receiving", "refused", "deleted"].map((state, i) =>
  `INSERT INTO medium (id, organisation, post, uploader, state, reason, position, created_at) VALUES
    (${90_001 + i}, 1, (SELECT max(id) FROM post), 1, '${state}', ${state === "refused" ? "'damaged'" : "NULL"}, ${100 + i}, ${now});`).join("\n");

const VERSIONS = migrations.length;
const HASHES = 3; // photos have hashes from here on,
const SEGMENTS = 10; // renditions that a face is covered in,
const SUPPOSED = 11; // and those of what they may have been

const CONSENTS = 8; // purposes have a place from here on,
const VOICE = 33; // and that of the voice is among ours

// What this version did not write of what it has a place for.
const unwritten = (version: number): string =>
  (version >= HASHES && version < SUPPOSED ? "DELETE FROM medium_hash WHERE hypothesis > 0;" : "") +
  (version >= CONSENTS && version < VOICE ? "DELETE FROM consent_purpose WHERE organisation IS NULL AND word = 'voice';" : "");

// Each is made once, and what today's programs made of it is kept beside it.
const kept = (what: string, version: number): string => join(server.folder, `${what}-${version}.db`);

function makeHouse(version: number): void {
  const made = kept("earlier", version);
  if (!existsSync(made)) makeEarlier(today, made, version, `${media}\n${unwritten(version)}`);
  for (const end of ["", "-wal", "-shm"]) rmSync(`${db}${end}`, { force: true });
  copyFileSync(made, db);
}

// What today's programs make of it, undisturbed.
function wholeOf(version: number): string {
  const file = kept("whole", version);
  if (existsSync(file)) return file;
  makeHouse(version);
  migrate();
  ask(db, "PRAGMA wal_checkpoint(truncate)");
  copyFileSync(db, file);
  return file;
}

// Under another key `serve` brings the schema up to date and then opens nothing.
function migrate(bytesMax = 0): { status: number | null; signal: string | null; out: string; err: string } {
  const limit = bytesMax === 0 ? [] : ["prlimit", `--fsize=${bytesMax}`, "--core=0"];
  const [command = "", ...rest] = [...limit, join(build, "preau"), ...server.sets, "--set", `master_key=${server.folder}/other.key`, "serve"];
  const done = spawnSync(command, rest, { encoding: "utf8" });
  return { status: done.status, signal: done.signal, out: done.stdout, err: done.stderr };
}

const version = (): number => Number(ask(db, "PRAGMA user_version")[0]?.["user_version"]);

// Of a new question, and that it may change what holds.
const ASKED = /^consent_purpose\|\d+\|NULL\|'voice'\||^consent_change\|\d+\|0$/;

// Nothing of `before` is gone or another; what came is work for the jobs, or a
// question that is asked from now on.
function keeps(before: string[], after: string[], what: string): void {
  const left = new Map<string, number>();
  for (const row of after) left.set(row, (left.get(row) ?? 0) + 1);
  const gone = before.filter((row) => {
    const n = left.get(row) ?? 0;
    left.set(row, n - 1);
    return n === 0;
  });
  const come = [...left].filter(([, n]) => n > 0).map(([row]) => row);
  assert.deepEqual(gone, [], `${what}: rows that are gone`);
  assert.deepEqual(come.filter((row) => !/^job\|\d+\|'rehash'\|/.test(row) && !ASKED.test(row)), [], `${what}: rows that came`);
}

before(async () => {
  server = await startServer();
  const sami = await server.client("sami");
  album = await newAlbum(sami, "D’avant", 1);
  assert.equal((await upload(sami, album, "a.jpg", drawn())).state, "queued");
  await lookedThrough(server, album);
  await publishNow(sami, album, await server.client("claire"));
  nadia = await server.client("nadia");
  photo = /\/m\/\d+\/\d+/.exec((await nadia.get(`/album/${album}`)).text)?.[0] ?? "";
  assert.notEqual(photo, "");
  await atRest(server);
  await server.stop();
  db = join(dataOf(server), "preau.db");
  today = join(server.folder, "today.db");
  ask(db, "PRAGMA wal_checkpoint(truncate)");
  copyFileSync(db, today);
  writeFileSync(join(server.folder, "other.key"), randomBytes(32), { mode: 0o600 });
});
after(() => server.sweep());

test("of every earlier version, each row is there as it was", () => {
  assert.ok(VERSIONS > 15);
  for (let v = 1; v < VERSIONS; v++) {
    makeHouse(v);
    const tables = tablesOf(db);
    const before = rowsOf(db, tables);
    for (const name of ["account", "audit", "authority", "blob", "medium", "post_audience"])
      assert.ok(before.some((row) => row.startsWith(`${name}|`)), name);
    const done = migrate();
    assert.match(done.err, new RegExp(`\\(${VERSIONS - v} steps\\)`));
    assert.equal(version(), VERSIONS);
    keeps(before, rowsOf(db, tables), `from ${v}`);
    assert.deepEqual(ask(db, "PRAGMA integrity_check"), [{ integrity_check: "ok" }]);
    assert.deepEqual(ask(db, "PRAGMA foreign_key_check"), []);
    const seen = ask(db, `SELECT count(*) AS n FROM medium WHERE state = 'receiving' AND upload_seen_at IS NOT ${v < 15 ? "created_at" : "NULL"}`);
    assert.deepEqual(seen, [{ n: 0 }], "an upload under way goes on");
    assert.deepEqual(ask(db, "SELECT count(*) AS n FROM consent_event WHERE said IS NULL"), [{ n: 0 }]);
    const all = ask(db, "SELECT count(*) AS n FROM medium WHERE state = 'ready'")[0]?.["n"];
    const rehashed = ask(db, "SELECT count(*) AS n FROM job WHERE kind = 'rehash'")[0]?.["n"];
    assert.equal(rehashed, v >= HASHES && v < SUPPOSED ? all : 0);
    copyFileSync(db, kept("whole", v)); // whoever asked last has closed it
  }
});

// The kernel ends whoever writes beyond a size: wherever a migration writes, it
// dies there once.
test("dying at any point of it, it goes on where the last whole step ended", () => {
  for (let v = 1; v < VERSIONS; v++) {
    const file = wholeOf(v);
    const tables = tablesOf(file);
    const whole = rowsOf(file, tables);
    const size = statSync(file).size;
    makeHouse(v);
    let deaths = 0;
    let step = v;
    for (let limit = 4096; version() < VERSIONS; limit += Math.ceil(size / 6)) {
      const died = migrate(limit);
      if (died.signal !== null) deaths++;
      assert.ok(died.signal === "SIGXFSZ" || version() === VERSIONS, `${limit}: ${died.status} ${died.signal} ${died.err}`);
      const now = version();
      assert.ok(now >= step && now <= VERSIONS, `schema ${now} after ${step}`);
      step = now;
      assert.deepEqual(ask(db, "PRAGMA integrity_check"), [{ integrity_check: "ok" }]);
    }
    assert.ok(deaths > 0);
    assert.deepEqual(rowsOf(db, tables), whole);
  }
});

test("a house of an earlier version opens: sound, and no photo to be seen that was never made to be covered", async () => {
  for (const v of [1, HASHES, SEGMENTS - 1, SEGMENTS, VERSIONS - 1]) {
    makeHouse(v);
    await server.start();
    assert.equal(server.preau("audit", "verify").status, 0);
    // Jobs are at work on these already.
    const unhashed = v >= HASHES ? 0 : count(server, "medium WHERE state = 'ready'");
    const found = check(server).findings.map((f) => f.kind);
    assert.deepEqual(found.filter((kind) => kind !== "no-hashes"), [], `from ${v}`);
    assert.ok(found.length <= unhashed, `from ${v}: ${found.length} of ${unhashed}`);
    assert.equal((await nadia.get(`/album/${album}`)).status, 200, "who was signed in stays so, and sees the album");
    assert.equal((await nadia.get(photo)).status, v < SEGMENTS ? 404 : 200, `a photo from ${v}`);
    await server.stop();
  }
});
