// Each family gets its own bytes of the same photo, whole or in parts; a file
// that is damaged on disk is never given.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import type { Client } from "../lib/client";
import { GROUP, answer } from "../lib/consents";
import { coversDrawn, drawBox, forgetFound, resolveBox } from "../lib/masks";
import { drawn, noise, spotted } from "../lib/pictures";
import { startServer, type Server } from "../lib/server";
import { dataOf, fill, lookedThrough, newAlbum, publishNow, settled, sql, upload } from "../lib/trouble";

let server: Server;
let sami: Client;
let nadia: Client;
let luc: Client;
let photo: number;

before(async () => {
  server = await startServer();
  sami = await server.client("sami");
  nadia = await server.client("nadia");
  luc = await server.client("anne");
  const album = await newAlbum(sami, "À chacun la sienne");
  await upload(sami, album, "a.jpg", drawn(2600, 1900));
  await lookedThrough(server, album);
  await publishNow(sami, album);
  photo = sql<{ id: number }>(server, `SELECT id FROM medium WHERE post = ${album}`)[0]?.id ?? 0;
});
after(() => server.sweep());

// Nothing but markers that a baseline JPEG has, restarts in turn, and an end.
const walk = (b: Buffer): number => {
  let at = 2;
  assert.equal(b.readUInt16BE(0), 0xffd8);
  while (b[at + 1] !== 0xda) {
    assert.equal(b[at], 0xff);
    at += 2 + b.readUInt16BE(at + 2);
  }
  let restarts = 0;
  for (at += 2 + b.readUInt16BE(at + 2); at < b.length; at++) {
    if (b[at] !== 0xff || b[at + 1] === 0) continue;
    if (b[at + 1] === 0xd9) break;
    assert.equal(b[at + 1], 0xd0 + (restarts++ % 8));
  }
  assert.equal(at, b.length - 2);
  return restarts;
};

test("two families get different bytes of one photo, and each a whole picture", async () => {
  for (const side of [2048, 1024, 320]) {
    const hers = await nadia.get(`/m/${photo}/${side}`);
    const his = await luc.get(`/m/${photo}/${side}`);
    const again = await nadia.get(`/m/${photo}/${side}`);
    assert.equal(hers.status, 200);
    assert.equal(his.status, 200);
    assert.ok(!hers.body.equals(his.body), `the same bytes at ${side}`);
    assert.ok(hers.body.equals(again.body));
    assert.notEqual(hers.headers.etag, his.headers.etag);
    assert.equal(walk(hers.body), walk(his.body));
  }
});

test("a part is a part of one's own picture, and another's tag proves nothing", async () => {
  const whole = await nadia.get(`/m/${photo}/2048`);
  const his = await luc.get(`/m/${photo}/2048`);
  const n = whole.body.length;
  for (const [from, to] of [[0, 0], [1, 700], [5000, 90000], [n - 3, n - 1], [n / 2 | 0, n - 1]] as const) {
    const part = await nadia.get(`/m/${photo}/2048`, { Range: `bytes=${from}-${to}` });
    assert.equal(part.status, 206);
    assert.equal(part.headers["content-range"], `bytes ${from}-${to}/${n}`);
    assert.ok(part.body.equals(whole.body.subarray(from, to + 1)), `${from}-${to}`);
  }
  const foreign = await nadia.get(`/m/${photo}/2048`, { Range: "bytes=0-9", "If-Range": his.headers.etag ?? "" });
  assert.equal(foreign.status, 200);
  assert.equal((await nadia.get(`/m/${photo}/2048`, { "If-None-Match": his.headers.etag ?? "" })).status, 200);
  assert.equal((await nadia.get(`/m/${photo}/2048`, { "If-None-Match": whole.headers.etag ?? "" })).status, 304);
  assert.equal((await nadia.get(`/m/${photo}/2048`, { Range: `bytes=${n}-` })).status, 416);
});

// A short answer is put together at once, a long one while it is sent.
test("a picture of more than a megabyte is what its parts are", async () => {
  const album = await newAlbum(sami, "Du bruit");
  await upload(sami, album, "a.jpg", noise(2200, 1700));
  await lookedThrough(server, album);
  await publishNow(sami, album);
  const id = sql<{ id: number }>(server, `SELECT id FROM medium WHERE post = ${album}`)[0]?.id ?? 0;
  const whole = await nadia.get(`/m/${id}/2048`);
  assert.equal(whole.status, 200);
  assert.ok(whole.body.length > 1 << 20, `${whole.body.length} bytes`);
  walk(whole.body);
  for (let from = 0, part; from < whole.body.length; from += part.body.length) {
    part = await nadia.get(`/m/${id}/2048`, { Range: `bytes=${from}-${from + 300_000}` });
    assert.equal(part.status, 206);
    assert.ok(part.body.equals(whole.body.subarray(from, from + 300_001)), `from ${from}`);
  }
});

test("what is taken home is marked too", async () => {
  const shown = await nadia.get(`/m/${photo}/2048`);
  const hers = await nadia.get(`/m/${photo}/download`);
  assert.equal(hers.status, 200);
  walk(hers.body);
  // Behind the words that were written in, the same picture as is shown.
  assert.ok(hers.body.subarray(hers.body.length - shown.body.length + 2).equals(shown.body.subarray(2)));
});

// Blobs are encrypted in chunks; the first has the head, the tables and the
// covered segments, the plain ones (A, and behind each what makes B of it) fill
// the rest.
const CHUNK = 65536 + 16;

interface Told { whole: boolean; bytes: Buffer }

// False: an error, or an answer that breaks off.
async function ask(c: Client, path: string): Promise<Told> {
  const got = await c.get(path).catch(() => undefined);
  return { whole: got?.status === 200 && got.body.length === Number(got.headers["content-length"]), bytes: got?.body ?? Buffer.alloc(0) };
}

test("a rendition that is damaged on disk, wherever it is, gives nobody a byte that is not its own", async () => {
  const album = await newAlbum(sami, "Abîmée");
  await upload(sami, album, "a.jpg", spotted(2600, 1900));
  await settled(server);
  const id = sql<{ id: number }>(server, `SELECT id FROM medium WHERE post = ${album}`)[0]?.id ?? 0;
  await forgetFound(server, sami, album, id);
  const box = await drawBox(sami, album, id, { x: 0.1, y: 0.1, w: 0.5, h: 0.5 });
  await resolveBox(sami, album, id, box, { who: "1" });
  const at = `/publish/${album}/faces/${id}`;
  assert.equal((await sami.submit(at, `${at}/word`, { do: "all" })).status, 303);
  assert.equal((await fill(sami, `/publish/${album}/send`, `/publish/${album}/send`, { when: "now" })).status, 303);
  assert.equal((await answer(nadia, 1, GROUP, false)).status, 303);
  await coversDrawn(server, id);
  // Its own family has the plain segments, the other the covered ones.
  for (const { name, side } of sql<{ name: string; side: number }>(server, `SELECT name, side FROM blob WHERE medium = ${id} AND side > 0`)) {
    const path = join(dataOf(server), "blobs", name.slice(0, 2), name);
    const bytes = readFileSync(path);
    const page = `/m/${id}/${side}`;
    const good = [await ask(nadia, page), await ask(luc, page)];
    assert.ok(good.every((g) => g.whole));
    assert.ok(!good[0]?.bytes.equals(good[1]?.bytes ?? Buffer.alloc(0)));
    const chunks = Math.ceil(bytes.length / CHUNK);
    const places = [0, 20, 60, 100, 400, 1500, 5000, bytes.length - 1,
      ...Array.from({ length: chunks }, (_, i) => Math.min(i * CHUNK + 777, bytes.length - 20))];
    for (const place of new Set(places.filter((p) => p < bytes.length))) {
      const hurt = Buffer.from(bytes);
      hurt[place] = (hurt[place] ?? 0) ^ 1;
      writeFileSync(path, hurt);
      const now = [await ask(nadia, page), await ask(luc, page)];
      now.forEach((n, i) => assert.ok(!n.whole || n.bytes.equals(good[i]?.bytes ?? Buffer.alloc(0)), `${side}: another picture at ${place}`));
      assert.ok(now.some((n) => !n.whole), `${side}: nobody noticed the damage at ${place}`);
      // What came before it broke off is no other picture either.
      now.forEach((n, i) => assert.ok(n.whole || !n.bytes.subarray(0, 2).equals(Buffer.from([0xff, 0xd8])) ||
        n.bytes.equals(good[i]?.bytes.subarray(0, n.bytes.length) ?? Buffer.alloc(0)), `${side}: ${place}`));
      if (place < CHUNK) assert.ok(now.every((n) => !n.whole), `${side}: the head is read for everybody`);
    }
    for (const cut of [bytes.subarray(0, bytes.length - 1), bytes.subarray(0, bytes.length >> 1), bytes.subarray(0, 10), Buffer.alloc(0)]) {
      writeFileSync(path, cut);
      for (const c of [nadia, luc]) assert.ok(!(await ask(c, page)).whole, `${side}: cut to ${cut.length}`);
    }
    writeFileSync(path, bytes);
    assert.ok((await ask(luc, page)).whole);
  }
});

test("a file that lies in another's place is not given", async () => {
  const rows = sql<{ name: string }>(server, `SELECT name FROM blob WHERE medium = ${photo} AND side > 0 ORDER BY side`);
  const paths = rows.map(({ name }) => join(dataOf(server), "blobs", name.slice(0, 2), name));
  const [small = "", large = ""] = paths;
  const bytes = readFileSync(small);
  writeFileSync(small, readFileSync(large));
  assert.ok(!(await ask(nadia, `/m/${photo}/320`)).whole);
  writeFileSync(small, bytes);
  assert.ok((await ask(nadia, `/m/${photo}/320`)).whole);
});
