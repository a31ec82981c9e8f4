// What is sent is asked about by the real clamd before anything else looks into
// it: destroyed when it is infected, held while nobody answers.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Antivirus, PATTERN } from "../lib/antivirus";
import type { Client } from "../lib/client";
import { drawnUp, pdf } from "../lib/documents";
import { drawn } from "../lib/pictures";
import { startServer, type Server } from "../lib/server";
import { Tus } from "../lib/tus";
import { atRest, check, count, fillFiles, killOne, newAlbum, sql, until, upload } from "../lib/trouble";

let folder = "";
let clamd: Antivirus;
let server: Server;
let sami: Client;
let claire: Client; // the director
let album: number;

const infected = (what: Buffer): Buffer => Buffer.concat([what, Buffer.from(PATTERN)]);
const newest = (): { id: number; state: string; reason: string | null; scanned_at: number | null } | undefined =>
  sql<{ id: number; state: string; reason: string | null; scanned_at: number | null }>(server,
    `SELECT id, state, reason, scanned_at FROM medium WHERE post = ${album} AND kind <> 'still' ORDER BY id DESC LIMIT 1`)[0];
const said = async (): Promise<string> => (await claire.get("/structure")).text;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "preau-clamd-"));
  clamd = new Antivirus(folder, 1);
  await clamd.start();
  server = await startServer({ photoPixels: 400, serving: [`clamav_socket=${clamd.socket}`, "clamav_retry_s=1"] });
  [sami, claire] = [await server.client("sami"), await server.client("claire")];
  album = await newAlbum(sami, "Contr\xf4le");
});
after(async () => {
  await server.sweep();
  await clamd.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("what is clean goes on: a photo, and a document with its pages", async () => {
  await upload(sami, album, "a.jpg", drawn(600, 400));
  await atRest(server);
  assert.equal(newest()?.state, "ready");
  assert.ok((newest()?.scanned_at ?? 0) > 0);
  await upload(sami, album, "a.pdf", pdf([{ lines: ["Bonjour"] }]));
  await drawnUp(server, album);
  assert.match(await said(), /Contrôle antivirus\s: actif/);
});

test("what is infected is destroyed, told to its sender and written down", async () => {
  for (const [name, bytes] of [["a.jpg", infected(drawn(600, 400))], ["a.pdf", infected(pdf([{ lines: ["a"] }]))]] as const) {
    await fillFiles(sami, `/publish/${album}`, `/album/${album}/photos`, "photo", [{ name, bytes, type: "image/jpeg" }]);
    await atRest(server);
    assert.deepEqual([newest()?.state, newest()?.reason], ["refused", "infected"], name);
    assert.equal(count(server, `blob WHERE medium = ${newest()?.id}`), 0);
    assert.equal(count(server, `audit WHERE action = 'medium-infected' AND subject = ${newest()?.id}`), 1);
  }
  assert.match((await sami.get(`/publish/${album}`)).text, /L’antivirus a trouvé/);
  assert.deepEqual(check(server).findings, []);
});

test("in pieces it is no other", async () => {
  const bytes = infected(drawn(500, 300));
  const tus = await Tus.of(sami, album);
  const begun = await tus.begin(bytes.length, "b.jpg");
  await tus.patch(begun.url, 0, bytes.subarray(0, 1000));
  await tus.patch(begun.url, 1000, bytes.subarray(1000));
  await atRest(server);
  assert.equal(newest()?.reason, "infected");
});

test("while nobody answers it is held, seen by the director, and goes on by itself", async () => {
  await clamd.stop();
  await upload(sami, album, "c.jpg", drawn(700, 500));
  await until("the director to be told", async () => /pas de réponse depuis/.test(await said()));
  assert.match(await said(), /1 fichier attend/);
  assert.deepEqual([newest()?.state, newest()?.scanned_at], ["queued", null]);
  await clamd.start();
  await atRest(server);
  assert.equal(newest()?.state, "ready");
  assert.match(await said(), /Contrôle antivirus\s: actif/);
});

test("what is too large for it is held too, and the others pass it by", async () => {
  await upload(sami, album, "large.jpg", Buffer.concat([drawn(600, 400), Buffer.alloc(3 << 20, 7)]));
  const large = newest()?.id;
  await until("the director to be told", async () => /StreamMaxLength/.test(await said()));
  await upload(sami, album, "d.jpg", drawn(640, 480));
  await until("the other to be ready", () => newest()?.state === "ready");
  assert.deepEqual(sql(server, `SELECT state, scanned_at FROM medium WHERE id = ${large}`)[0], { state: "queued", scanned_at: null });
  sql(server, `DELETE FROM job WHERE subject = ${large}; UPDATE medium SET state = 'refused', reason = 'unknown' WHERE id = ${large}`);
});

test("who asks may die: it is asked about again, and nothing passes unasked", async () => {
  for (let i = 0; i < 5; i++) {
    await upload(sami, album, `e${i}.jpg`, i % 2 === 0 ? drawn(640 + i, 480) : infected(drawn(640 + i, 480)));
    killOne(server, "scan");
  }
  await atRest(server);
  assert.equal(count(server, `medium WHERE post = ${album} AND kind <> 'still' AND state = 'ready' AND scanned_at IS NULL`), 0);
});

// Law 5: what a list knows is locked, whatever else is in it.
test("what is infected and known by its bytes is locked, not destroyed, and nothing looks into it", async () => {
  const bytes = infected(drawn(610, 410));
  const staff = (role: string): string => String(sql<{ id: number }>(server, `SELECT id FROM account WHERE role = '${role}'`)[0]?.id);
  const run = (...args: string[]): void => assert.equal(server.preau("list", ...args).status, 0, args.join(" "));
  const file = join(folder, "known.txt");
  writeFileSync(file, `${createHash("sha256").update(bytes).digest("hex")}\n`);
  run("add", "files", "--by", staff("director"), "--format", "plain", "--kind", "sha256", "--source", "tests");
  run("import", "files", file, "--by", staff("director"));
  run("enable", "files", "--by", staff("safeguarding"));
  await fillFiles(sami, `/publish/${album}`, `/album/${album}/photos`, "photo", [{ name: "k.jpg", bytes, type: "image/jpeg" }]);
  await until("it to be locked", () => newest()?.state === "locked");
  const id = newest()?.id;
  assert.equal(count(server, `blob WHERE medium = ${id} AND side = 0 AND key_wrapped IS NOT NULL`), 1, "it is there");
  assert.equal(count(server, `blob WHERE medium = ${id} AND side > 0`), 0, "nothing was made of it");
  assert.equal(count(server, `medium_hash WHERE medium = ${id} AND hash_kind NOT IN (16, 17, 18)`), 0, "nothing looked into it");
  assert.equal(count(server, `job WHERE subject = ${id}`), 0);
  assert.deepEqual(check(server).findings, []);
});
