// What a photo is recognised by: made at intake in the media process, stored
// with the photo, the same as the command gives for the same file.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import type { Client } from "../lib/client";
import { asFormat, drawn } from "../lib/pictures";
import { startServer, type Server } from "../lib/server";
import { check, count, newAlbum, settled, sql, until, upload } from "../lib/trouble";

const folder = mkdtempSync(join(tmpdir(), "preau-hashes-"));
const numbers: Record<string, number> = { pdq: 1, phash: 2, phash16: 3, phash_simple: 4, phash_org: 5, ahash: 6,
  ahash16: 7, dhash: 8, dhash16: 9, dhash_vertical: 10, dhash_vertical16: 11, md5: 16, sha1: 17, sha256: 18 };

let server: Server;
let sami: Client;

before(async () => {
  server = await startServer();
  sami = await server.client("sami");
});
after(async () => {
  rmSync(folder, { recursive: true });
  await server.sweep();
});

async function sent(name: string, bytes: Buffer): Promise<number> {
  const album = await newAlbum(sami, name);
  assert.equal((await upload(sami, album, name, bytes)).state, "queued");
  await settled(server);
  return sql<{ id: number }>(server, `SELECT id FROM medium WHERE post = ${album} AND state = 'ready'`)[0]?.id ?? 0;
}

interface Row { kind: number; quality: number | null; value: string }
const stored = (medium: number): Row[] => sql(server, `SELECT hash_kind AS kind, quality, lower(hex(hash)) AS value
  FROM medium_hash WHERE medium = ${medium} AND hypothesis = 0 ORDER BY hash_kind`);

// What it may have been before it was framed or cropped, beside it.
const supposed = (medium: number): number[] => sql<{ hypothesis: number }>(server,
  `SELECT hypothesis FROM medium_hash WHERE medium = ${medium} AND hypothesis > 1 ORDER BY hypothesis`).map((r) => r.hypothesis);

// The same by the command, an original and seven turns each.
function supposedBy(name: string): string[] {
  const done = server.preau("hash", "--dihedral", "--hypotheses", name);
  assert.equal(done.status, 0, done.err);
  const lines = done.out.trimEnd().split("\n").map((l) => l.split("\t")).filter((l) => l[1]?.includes("+"));
  return ["unboxed", "padded2", "padded4"].map((h) =>
    lines.filter((l) => l[1]?.split("/")[0] === `pdq+${h}`).map((l) => l[2]).join(""));
}

// The lines of the command, the eight turns of PDQ as the one row that they are.
function asked(name: string): Row[] {
  const done = server.preau("hash", "--alg", "all", "--dihedral", name);
  assert.equal(done.status, 0, done.err);
  const rows = new Map<number, Row>();
  for (const line of done.out.trimEnd().split("\n")) {
    const [, word = "", value = "", quality = "-"] = line.split("\t");
    const kind = numbers[word.split("/")[0] ?? ""] ?? 0;
    const row = rows.get(kind) ?? { kind, quality: null, value: "" };
    rows.set(kind, { kind, quality: quality === "-" ? null : Number(quality), value: row.value + value });
  }
  return [...rows.values()].sort((a, b) => a.kind - b.kind);
}

test("a photo is stored with every hash, and the command gives the same", async () => {
  const jpeg = drawn(640, 480);
  for (const format of ["jpg", "png", "webp", "heic"] as const) {
    const bytes = format === "jpg" ? jpeg : asFormat(jpeg, format);
    const name = join(folder, `photo.${format}`);
    writeFileSync(name, bytes);
    const medium = await sent(`photo.${format}`, bytes);
    assert.ok(medium > 0);
    assert.equal(stored(medium).length, Object.keys(numbers).length);
    assert.deepEqual(stored(medium), asked(name), format);
    assert.deepEqual(supposed(medium), [2, 3], format);
    const kept = sql<{ value: string }>(server, `SELECT lower(hex(hash)) AS value FROM medium_hash
      WHERE medium = ${medium} AND hypothesis > 0 ORDER BY hypothesis`).map((r) => r.value);
    assert.deepEqual(supposedBy(name).filter((v) => v !== ""), kept, format);
    assert.equal(kept[0]?.length, 8 * 64);
  }
});

test("a photo from before hashes is told by check, and gets them", async () => {
  const medium = await sent("old.jpg", drawn(300, 200));
  const before = stored(medium);
  const all = count(server, `medium_hash WHERE medium = ${medium}`);
  sql(server, `DELETE FROM medium_hash WHERE medium = ${medium}`);
  assert.deepEqual(check(server).findings.map((f) => `${f.kind} ${f.id}`), [`no-hashes ${medium}`]);
  check(server, "--fix");
  await until("its hashes", () => count(server, `medium_hash WHERE medium = ${medium}`) === all);
  assert.deepEqual(stored(medium), before);
  assert.equal(count(server, `medium WHERE id = ${medium} AND state = 'ready'`), 1);
  await until("its comparison", () => count(server, "job") === 0);
});

test("a photo from before query hypotheses gets them from the migration on", async () => {
  const medium = await sent("plain.jpg", drawn(320, 240));
  const all = count(server, `medium_hash WHERE medium = ${medium}`);
  const folderOf = "sql/migrations";
  const name = readdirSync(folderOf).find((n) => n.endsWith("_shield_stored.sql")) ?? "";
  const text = readFileSync(join(folderOf, name), "utf8");
  const jobs = text.slice(text.indexOf("INSERT INTO job"));
  sql(server, `DELETE FROM medium_hash WHERE medium = ${medium} AND hypothesis > 0`);
  sql(server, jobs);
  await until("its hypotheses", () => count(server, `medium_hash WHERE medium = ${medium}`) === all);
  assert.deepEqual(supposed(medium), [2, 3]);
  await until("its comparison", () => count(server, "job") === 0);
});

test("what is no picture has no hash, and says why", () => {
  const name = join(folder, "text.jpg");
  writeFileSync(name, "not a picture at all, whatever its name says");
  const done = server.preau("hash", name);
  assert.equal(done.out, "");
  assert.match(done.err, /not a PNM, JPEG, PNG, WebP, HEIC or AVIF picture/);
  assert.notEqual(done.status, 0);
});
