// A child that may not be shown: the same photo, covered for the others and
// whole for its own family, as consent stands when it is asked for.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Client } from "../lib/client";
import { photosOf } from "../lib/faces";
import { isFlat, lumas, pixelsOf, spotted, spread, type Part, type Shown } from "../lib/pictures";
import { startServer, type Server } from "../lib/server";
import { fill, newAlbum, settled, sql, until, upload } from "../lib/trouble";

const UNITS = 65536;
const WIDTH = 1600;
const HEIGHT = 1200;
const SIDES = [320, 1024, 2048];

const HERS: Part = { x: 0.25, y: 0.25, w: 0.2, h: 0.25 }; // where the child is
const BARE: Part = { x: 0.65, y: 0.05, w: 0.25, h: 0.15 }; // where nobody is
const ASKED: Part = { x: 0.7, y: 0.7, w: 0.1, h: 0.1 }; // where somebody will ask

let server: Server;
let sami: Client;
let nadia: Client; // her child is shown
let anne: Client; // another family of the group
let child: number;
let album: number;
let photo: number;
let source: Shown;

// The spots of the photo are there, dark ones and light ones where they were.
function isWhole(s: Shown, p: Part): boolean {
  let off = 0;
  const steps = 12;
  for (let i = 1; i < steps; i++)
    for (let j = 1; j < steps; j++) {
      const at = (o: Shown): number => {
        const x = (p.x + p.w * i / steps) * o.width, y = (p.y + p.h * j / steps) * o.height;
        return o.rgb[(Math.floor(y) * o.width + Math.floor(x)) * 3 + 1] ?? 0;
      };
      off += Math.abs(at(s) - at(source)) / (steps - 1) ** 2;
    }
  return spread(lumas(s, p)) > 60 && off < 14;
}

// What may be fetched of the photo: as it is shown, and to take home.
async function copies(c: Client): Promise<{ name: string; shown: Shown }[]> {
  const all = [];
  for (const name of [...SIDES.map(String), "download"]) {
    const got = await c.get(`/m/${photo}/${name}`);
    assert.equal(got.status, 200, name);
    all.push({ name, shown: pixelsOf(got.body) });
  }
  return all;
}

async function assertCovered(c: Client, p: Part): Promise<void> {
  for (const { name, shown } of await copies(c)) {
    assert.ok(isFlat(shown, p), `${name}: something is seen in the box`);
    assert.ok(isWhole(shown, BARE), `${name}: the rest is not the photo`);
  }
}

async function assertWhole(c: Client, p: Part): Promise<void> {
  for (const { name, shown } of await copies(c)) {
    assert.ok(isWhole(shown, p), `${name}: the box is not the photo`);
    assert.ok(isWhole(shown, BARE), `${name}: the rest is not the photo`);
  }
}

async function answer(yes: boolean): Promise<void> {
  const path = `/consent/${child}`;
  const page = (await nadia.get(path)).text.replaceAll(/[\u00a0\u202f]/g, " ");
  const card = page.split('<section class="card"').find((s) => s.includes(">Les familles du groupe : photos et vidéos<")) ?? "";
  const fields: Record<string, string> = { answer: yes ? "yes" : "no" };
  for (const [, name = "", value = ""] of card.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g))
    if (["question", "text", "shown", "lang"].includes(name)) fields[name] = value;
  assert.ok(fields["question"] !== undefined);
  const said = await fill(nadia, path, path, fields);
  assert.equal(said.status, 303);
}

async function drawBox(p: Part): Promise<string> {
  const at = `/publish/${album}/faces/${photo}`;
  const made = await sami.submit(at, `${at}/draw`, { x: String(Math.round(p.x * UNITS)), y: String(Math.round(p.y * UNITS)),
    w: String(Math.round(p.w * UNITS)), h: String(Math.round(p.h * UNITS)) });
  assert.equal(made.status, 303, made.text.slice(0, 500));
  return /box=(\d+)/.exec(String(made.headers.location))?.[1] ?? "";
}

// Boxes are drawn into the renditions by jobs.
const drawnIn = (): Promise<true> => until("the boxes to be drawn", () =>
  sql<{ n: number }>(server, `SELECT count(*) AS n FROM cover WHERE medium = ${photo} AND drawn = 0`)[0]?.n === 0);

before(async () => {
  server = await startServer({ photoPixels: 400 });
  [sami, nadia, anne] = [await server.client("sami"), await server.client("nadia"), await server.client("anne")];
  album = await newAlbum(sami, "Derrière le tilleul");
  const jpeg = spotted(WIDTH, HEIGHT);
  source = pixelsOf(jpeg);
  await upload(sami, album, "a.jpg", jpeg);
  await settled(server);
  [photo = 0] = await photosOf(sami, album);
  const at = `/publish/${album}/faces/${photo}`;
  const box = await drawBox(HERS);
  const page = await sami.get(`${at}?box=${box}`);
  child = Number(/name="who" value="(\d+)"[^>]*><span>Léa/.exec(page.text)?.[1] ?? 0);
  assert.notEqual(child, 0, "Léa is of this group");
  assert.equal((await sami.submit(at, `${at}/box/${box}`, { who: String(child) })).status, 303);
  assert.equal((await sami.submit(at, `${at}/word`, { do: "all" })).status, 303);
  const sent = await fill(sami, `/publish/${album}/send`, `/publish/${album}/send`, { when: "now" });
  assert.equal(sent.status, 303, sent.text.slice(0, 2000));
  await answer(false);
  await drawnIn();
});
after(() => server.sweep());

test("a child whose family refuses is covered for another family, in every copy", async () => {
  await assertCovered(anne, HERS);
});

test("the child's own guardian gets the photo whole", async () => {
  await assertWhole(nadia, HERS);
});

test("a yes uncovers at the next request, a withdrawal covers again", async () => {
  await answer(true);
  await assertWhole(anne, HERS);
  const old = (await anne.get(`/m/${photo}/1024`)).headers.etag ?? "";
  await answer(false);
  const got = await anne.get(`/m/${photo}/1024`, { "If-None-Match": old });
  assert.equal(got.status, 200, "a copy that was kept is not called good");
  const part = await anne.get(`/m/${photo}/1024`, { Range: "bytes=0-9", "If-Range": old });
  assert.equal(part.status, 200, "nor is the rest of an old copy given");
  await assertCovered(anne, HERS);
  await assertWhole(nadia, HERS);
});

test("a photo that is kept is asked for again each time", async () => {
  const got = await anne.get(`/m/${photo}/1024`);
  assert.match(String(got.headers["cache-control"]), /no-cache|no-store/);
});

test("a mask that a guardian asks for covers for all, and nothing is given before it is drawn", async () => {
  await assertWhole(anne, ASKED);
  const page = `/album/${album}/photo/${photo}/mask`;
  const asked = await nadia.submit(page, page, { across: "75", down: "75" });
  assert.equal(asked.status, 303, asked.text.slice(0, 2000));
  await until("the mask to be drawn", async () => {
    const got = await anne.get(`/m/${photo}/1024`);
    if (got.status === 200) {
      assert.ok(isFlat(pixelsOf(got.body), ASKED), "a photo was given without its mask");
      return true;
    }
    assert.equal(got.status, 503);
    assert.ok(!String(got.headers["content-type"]).startsWith("image/"));
    return false;
  });
  for (const c of [anne, nadia, sami]) await assertCovered(c, ASKED);
  await assertCovered(anne, HERS);
});

test("while a mask is not drawn, the photo is given to nobody who may not see", async () => {
  const drawn = sql<{ slot: number }>(server, `SELECT slot FROM cover WHERE medium = ${photo}`);
  sql(server, `UPDATE cover SET drawn = 0 WHERE medium = ${photo}`);
  for (const name of [...SIDES.map(String), "download"]) {
    const got = await anne.get(`/m/${photo}/${name}`);
    assert.equal(got.status, 503, name);
    assert.ok(got.body.indexOf(Buffer.from([0xff, 0xd8, 0xff])) === -1, `${name}: a picture in the answer`);
  }
  // The pages around it stay, and another face can be asked for.
  for (const path of ["", "/mask"])
    assert.equal((await anne.get(`/album/${album}/photo/${photo}${path}`)).status, 200, path);
  for (const { slot } of drawn) sql(server, `UPDATE cover SET drawn = 1 WHERE medium = ${photo} AND slot = ${slot}`);
  await assertCovered(anne, ASKED);
});
