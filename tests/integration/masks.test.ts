// What a family may not see is not in the bytes that it gets: consent, masks and
// requests, from the form to the pixels, at the next request.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import type { Client } from "../lib/client";
import { GROUP, answer } from "../lib/consents";
import { photosOf } from "../lib/faces";
import { drawn } from "../lib/pictures";
import { startServer, type Server } from "../lib/server";
import { count, fill, newAlbum, settled, sql, until, upload } from "../lib/trouble";

const LEA = 1; // the first of the demonstration's list
const SIDE = 1024;

let server: Server;
let sami: Client;
let nadia: Client; // her mother
let karim: Client; // her father
let anne: Client; // of another family
let album: number;
let photo: number;

interface Pixels { width: number; height: number; at: (x: number, y: number) => [number, number, number] }

function pixels(jpeg: Buffer): Pixels {
  const folder = mkdtempSync(join(tmpdir(), "preau-mask-"));
  try {
    writeFileSync(join(folder, "a.jpg"), jpeg);
    execFileSync("vips", ["copy", join(folder, "a.jpg"), join(folder, "a.ppm")], { stdio: "ignore" });
    const ppm = readFileSync(join(folder, "a.ppm"));
    const head = /^P6\s(?:#[^\n]*\n)*(\d+)\s+(\d+)\s+255\s/.exec(ppm.subarray(0, 200).toString("latin1"));
    assert.ok(head !== null);
    const [width, height] = [Number(head[1]), Number(head[2])];
    const from = head[0].length;
    return { width, height, at: (x, y) => {
      const p = from + 3 * (y * width + x);
      return [ppm[p] ?? 0, ppm[p + 1] ?? 0, ppm[p + 2] ?? 0];
    } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Box { x: number; y: number; w: number; h: number }

const box = (id: number): Box =>
  sql<Box & Record<string, unknown>>(server, `SELECT x, y, w, h FROM region WHERE id = ${id}`)[0] ?? { x: 0, y: 0, w: 0, h: 0 };

// The middle of a box: how far two pictures are apart there, in the mean.
function apart(a: Pixels, b: Pixels, r: Box): number {
  let sum = 0;
  let n = 0;
  const span = (from: number, size: number, side: number): [number, number] =>
    [Math.ceil((from + size / 4) * side / 65536), Math.floor((from + size * 3 / 4) * side / 65536)];
  const [x0, x1] = span(r.x, r.w, a.width);
  const [y0, y1] = span(r.y, r.h, a.height);
  for (let y = y0; y < y1; y++)
    for (let x = x0; x < x1; x++)
      for (let k = 0; k < 3; k++, n++) sum += Math.abs((a.at(x, y)[k] ?? 0) - (b.at(x, y)[k] ?? 0));
  assert.ok(n > 300);
  return sum / n;
}

// Nothing of what was there: the middle of the box has one colour.
function isFlat(a: Pixels, r: Box): boolean {
  const x = Math.round((r.x + r.w / 2) * a.width / 65536);
  const y = Math.round((r.y + r.h / 2) * a.height / 65536);
  const least = [255, 255, 255];
  const most = [0, 0, 0];
  for (let dy = -8; dy <= 8; dy++)
    for (let dx = -8; dx <= 8; dx++)
      a.at(x + dx, y + dy).forEach((v, k) => {
        least[k] = Math.min(least[k] ?? 0, v);
        most[k] = Math.max(most[k] ?? 0, v);
      });
  return most.every((v, k) => v - (least[k] ?? 0) <= 3);
}

async function seen(who: Client, path = `/m/${photo}/${SIDE}`): Promise<Pixels> {
  const got = await who.get(path);
  assert.equal(got.status, 200, `${path}: ${got.status}`);
  return pixels(got.body);
}

const coversDrawn = (): Promise<boolean> => until("the covers to be drawn", () =>
  count(server, `cover WHERE medium = ${photo}`) > 0 && count(server, `cover WHERE medium = ${photo} AND drawn = 0`) === 0);

let lea: Box;

before(async () => {
  server = await startServer({ photoPixels: 400 });
  [sami, nadia, karim, anne] = [await server.client("sami"), await server.client("nadia"), await server.client("karim"), await server.client("anne")];
  album = await newAlbum(sami, "À la rivière");
  await upload(sami, album, "a.jpg", drawn(1600, 1200));
  await settled(server);
  [photo = 0] = await photosOf(sami, album);
  const at = `/publish/${album}/faces/${photo}`;
  const made = await sami.submit(at, `${at}/draw`, { "tap.x": "150", "tap.y": "100", size: "large" });
  const id = Number(/box=(\d+)/.exec(String(made.headers.location))?.[1]);
  assert.equal((await sami.submit(at, `${at}/box/${id}`, { who: String(LEA) })).status, 303);
  await sami.submit(at, `${at}/word`, { do: "rest" });
  assert.equal((await sami.submit(at, `${at}/word`, { do: "all" })).status, 303);
  assert.equal((await fill(sami, `/publish/${album}/send`, `/publish/${album}/send`, { when: "now" })).status, 303);
  lea = box(id);
  await coversDrawn();
});
after(() => server.sweep());

test("with everybody's yes the families of the group see the child", async () => {
  assert.ok(apart(await seen(nadia), await seen(anne), lea) < 4);
});

test("a withdrawal masks at the next request, and not for the child's own family", async () => {
  const before = await anne.get(`/m/${photo}/${SIDE}`);
  const own = await seen(nadia);
  assert.equal((await answer(nadia, LEA, GROUP, false)).status, 303);
  const again = await anne.get(`/m/${photo}/${SIDE}`, { "If-None-Match": String(before.headers.etag) });
  assert.equal(again.status, 200, "what the browser kept is not good any more");
  const hers = pixels(again.body);
  assert.ok(isFlat(hers, lea));
  assert.ok(apart(own, hers, lea) > 8);
  for (const parent of [nadia, karim]) assert.ok(apart(own, await seen(parent), lea) < 4);
  assert.ok(isFlat(await seen(sami), lea), "the team sees what families see");
});

test("every size, a part and what is taken home are masked alike", async () => {
  for (const path of [`/m/${photo}/320`, `/m/${photo}/2048`, `/m/${photo}/download`])
    assert.ok(isFlat(await seen(anne, path), lea), path);
  const whole = await anne.get(`/m/${photo}/2048`);
  const part = await anne.get(`/m/${photo}/2048`, { Range: "bytes=1000-40000" });
  assert.equal(part.status, 206);
  assert.ok(part.body.equals(whole.body.subarray(1000, 40001)));
});

test("a yes shows the child again at the next request, one no among two holders does not", async () => {
  assert.equal((await answer(nadia, LEA, GROUP, true)).status, 303);
  const own = await seen(nadia);
  assert.ok(apart(own, await seen(anne), lea) < 4);
  assert.equal((await answer(karim, LEA, GROUP, false)).status, 303);
  assert.ok(isFlat(await seen(anne), lea));
  assert.ok(apart(own, await seen(nadia), lea) < 4);
  assert.equal((await answer(karim, LEA, GROUP, true)).status, 303);
  assert.ok(apart(own, await seen(anne), lea) < 4);
});

test("a photo that came later is whole for those who box its faces, and nobody else's", async () => {
  await upload(sami, album, "late.jpg", drawn(1600, 1200));
  await settled(server);
  const late = (await photosOf(sami, album)).find((p) => p !== photo) ?? 0;
  const at = `/publish/${album}/faces/${late}`;
  assert.equal((await sami.submit(at, `${at}/draw`, { "tap.x": "150", "tap.y": "100", size: "large" })).status, 303);
  assert.equal((await sami.get(`/m/${late}/${SIDE}`)).status, 200);
  assert.equal((await anne.get(`/m/${late}/${SIDE}`)).status, 404);
});

test("a face that somebody asks to hide is hidden from all, and until it is drawn the photo is withheld", async () => {
  const at = `/album/${album}/photo/${photo}/mask`;
  const own = await seen(nadia);
  assert.equal((await anne.submit(at, at, { across: "80", down: "75" })).status, 303);
  const id = sql<{ id: number }>(server, `SELECT max(id) AS id FROM region WHERE medium = ${photo}`)[0]?.id ?? 0;
  const asked = box(id);
  // Either nothing of the photo, or the photo without that face.
  for (let i = 0; i < 40; i++) {
    const got = await nadia.get(`/m/${photo}/${SIDE}`);
    if (got.status === 200) assert.ok(isFlat(pixels(got.body), asked));
    else assert.equal(got.status, 503);
  }
  await coversDrawn();
  for (const who of [nadia, anne, sami]) assert.ok(isFlat(await seen(who), asked));
  assert.ok(apart(own, await seen(nadia), lea) < 4, "the rest is as it was");
  const work = `/publish/${album}/faces/${photo}`;
  assert.equal((await sami.submit(work, `${work}/box/${id}`, { do: "lift" })).status, 303);
  assert.ok(isFlat(await seen(anne), asked), "nobody has said yet who it is");
  assert.equal((await sami.submit(work, `${work}/box/${id}`, { do: "adult" })).status, 303);
  assert.ok(apart(own, await seen(anne), asked) < 4);
});
