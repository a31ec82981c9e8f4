// Each family gets its own bytes of the same photo, whole or in parts; a file
// that is damaged on disk is never given.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import type { Client } from "../lib/client";
import { drawn } from "../lib/pictures";
import { startServer, type Server } from "../lib/server";
import { dataOf, newAlbum, publishNow, settled, sql, upload } from "../lib/trouble";

let server: Server;
let sami: Client;
let nadia: Client;
let luc: Client;
let photo: number;

before(async () => {
  server = await startServer({ photoPixels: 400 });
  sami = await server.client("sami");
  nadia = await server.client("nadia");
  luc = await server.client("anne");
  const album = await newAlbum(sami, "À chacun la sienne");
  await upload(sami, album, "a.jpg", drawn(2600, 1900));
  await settled(server);
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

test("what is taken home is marked too", async () => {
  const shown = await nadia.get(`/m/${photo}/2048`);
  const hers = await nadia.get(`/m/${photo}/download`);
  assert.equal(hers.status, 200);
  walk(hers.body);
  // Behind the words that were written in, the same picture as is shown.
  assert.ok(hers.body.subarray(hers.body.length - shown.body.length + 2).equals(shown.body.subarray(2)));
});

test("a rendition that is damaged on disk is not given", async () => {
  const rows = sql<{ name: string; side: number }>(server, `SELECT name, side FROM blob WHERE medium = ${photo} AND side > 0`);
  const folder = join(dataOf(server), "blobs");
  for (const { name, side } of rows) {
    const path = join(folder, name.slice(0, 2), name);
    assert.ok(readdirSync(folder).length > 0 && statSync(path).size > 100);
    const bytes = readFileSync(path);
    const hurt = Buffer.from(bytes);
    hurt[100] = (hurt[100] ?? 0) ^ 1;
    writeFileSync(path, hurt);
    const got = await nadia.get(`/m/${photo}/${side}`);
    assert.ok(got.status >= 500, `${side}: ${got.status}`);
    writeFileSync(path, bytes);
    assert.equal((await nadia.get(`/m/${photo}/${side}`)).status, 200);
  }
});
