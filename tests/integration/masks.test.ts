// What a family may not see is not in the bytes that it gets: consent, masks and
// requests, from the form to the pixels, at the next request.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Client } from "../lib/client";
import { GROUP, answer } from "../lib/consents";
import { photosOf } from "../lib/faces";
import { COPIES, assertWithheld, coversDrawn, drawBox, forgetFound, isWhole, resolveBox, seen } from "../lib/masks";
import { isFlat, type Part, pixelsOf, type Shown, spotted } from "../lib/pictures";
import { startServer, type Server } from "../lib/server";
import { fill, newAlbum, settled, sql, upload } from "../lib/trouble";

const LEA = 1; // the first of the demonstration's list
const HERS: Part = { x: 0.25, y: 0.25, w: 0.2, h: 0.25 }; // where the child is
const BARE: Part = { x: 0.55, y: 0.05, w: 0.25, h: 0.15 }; // where nobody is
const ASKED: Part = { x: 0.72, y: 0.7, w: 0.06, h: 0.1 }; // where somebody will ask

let server: Server;
let sami: Client;
let nadia: Client; // her mother
let karim: Client; // her father
let anne: Client; // of another family
let album: number;
let photo: number;
let source: Shown;

const one = (): string => `/m/${photo}/1024`;

async function assertCovered(c: Client, ...parts: Part[]): Promise<void> {
  for (const name of COPIES) {
    const shown = await seen(c, `/m/${photo}/${name}`);
    for (const p of parts) assert.ok(isFlat(shown, p), `${name}: something is seen in the box`);
    assert.ok(isWhole(shown, source, BARE), `${name}: the rest is not the photo`);
  }
}

async function assertWhole(c: Client, p = HERS): Promise<void> {
  for (const name of COPIES) {
    const shown = await seen(c, `/m/${photo}/${name}`);
    assert.ok(isWhole(shown, source, p), `${name}: the box is not the photo`);
    assert.ok(isWhole(shown, source, BARE), `${name}: the rest is not the photo`);
  }
}

// The words that stand for the photo on a page.
async function altOn(c: Client, path: string): Promise<string> {
  const page = (await c.get(path)).text;
  return new RegExp(`<img src="/m/${photo}/\\d+"[^>]* alt="([^"]*)"`).exec(page)?.[1] ?? "no picture";
}

const say = async (who: Client, yes: boolean): Promise<void> => {
  assert.equal((await answer(who, LEA, GROUP, yes)).status, 303);
};

before(async () => {
  server = await startServer();
  [sami, nadia, karim, anne] = [await server.client("sami"), await server.client("nadia"), await server.client("karim"), await server.client("anne")];
  album = await newAlbum(sami, "À la rivière");
  const jpeg = spotted(1600, 1200);
  source = pixelsOf(jpeg);
  await upload(sami, album, "a.jpg", jpeg);
  await settled(server);
  [photo = 0] = await photosOf(sami, album);
  const at = `/publish/${album}/faces/${photo}`;
  await forgetFound(server, sami, album, photo);
  await resolveBox(sami, album, photo, await drawBox(sami, album, photo, HERS), { who: String(LEA) });
  assert.equal((await sami.submit(at, `${at}/word`, { do: "all" })).status, 303);
  assert.equal((await fill(sami, `/publish/${album}/send`, `/publish/${album}/send`, { when: "now" })).status, 303);
  await coversDrawn(server, photo);
});
after(() => server.sweep());

test("with everybody's yes the families of the group see the child", async () => {
  for (const c of [anne, nadia, sami]) await assertWhole(c);
  assert.equal(await altOn(anne, `/album/${album}`), "Photo 1 sur 1, À la rivière");
});

test("a withdrawal masks at the next request in every copy, and not for the child's own family", async () => {
  const open = await anne.get(`/album/${album}/photo/${photo}`); // the page stays open
  const old = (await anne.get(one())).headers.etag ?? "";
  await say(nadia, false);
  const large = /data-large="([^"]+)"/.exec(open.text)?.[1] ?? "";
  assert.ok(isFlat(await seen(anne, large), HERS), "the next picture of a page that was open");
  assert.equal((await anne.get(one(), { "If-None-Match": old })).status, 200, "a copy that was kept is not called good");
  assert.equal((await anne.get(one(), { Range: "bytes=0-9", "If-Range": old })).status, 200, "nor is the rest of it given");
  await assertCovered(anne, HERS);
  await assertCovered(sami, HERS); // the team sees what families see
  for (const parent of [nadia, karim]) await assertWhole(parent);
});

test("a photo that is kept is asked for again each time", async () => {
  assert.match(String((await anne.get(one())).headers["cache-control"]), /no-cache|no-store/);
});

test("who does not see the picture is told in words that a face is masked", async () => {
  const pages = [`/album/${album}`, `/album/${album}/photo/${photo}`, "/"];
  const english = await server.client("anne");
  english.jar.set("preau-lang", "en");
  // Each of them after the others, whose words are kept for whom they are the same.
  for (const path of [...pages, ...pages, ...pages]) {
    assert.equal(await altOn(anne, path), "Photo 1 sur 1, À la rivière (1 visage masqué)", path);
    assert.equal(await altOn(english, path), "Photo 1 of 1, À la rivière (1 face masked)", path);
    assert.equal(await altOn(nadia, path), "Photo 1 sur 1, À la rivière", path);
  }
});

test("a part of a masked picture is a part of the same bytes", async () => {
  const whole = await anne.get(`/m/${photo}/2048`);
  const part = await anne.get(`/m/${photo}/2048`, { Range: "bytes=1000-40000" });
  assert.equal(part.status, 206);
  assert.ok(part.body.equals(whole.body.subarray(1000, 40001)));
});

test("a yes shows the child again at the next request, one no among two holders does not", async () => {
  await say(nadia, true);
  await assertWhole(anne);
  await say(karim, false);
  await assertCovered(anne, HERS);
  await assertWhole(nadia);
  await say(karim, true);
  await assertWhole(anne);
});

test("a photo that came later is whole for those who box its faces, and nobody else's", async () => {
  await upload(sami, album, "late.jpg", spotted(640, 480));
  await settled(server);
  const late = (await photosOf(sami, album)).find((p) => p !== photo) ?? 0;
  await drawBox(sami, album, late, HERS);
  assert.equal((await sami.get(`/m/${late}/1024`)).status, 200);
  assert.equal((await anne.get(`/m/${late}/1024`)).status, 404);
});

test("a face that somebody asks to hide is hidden from all, and until it is drawn the photo is withheld", async () => {
  await say(nadia, false);
  await assertWhole(anne, ASKED);
  const at = `/album/${album}/photo/${photo}/mask`;
  assert.equal((await anne.submit(at, at, { across: "75", down: "75" })).status, 303);
  const id = sql<{ id: number }>(server, `SELECT max(id) AS id FROM region WHERE medium = ${photo}`)[0]?.id ?? 0;
  // Either nothing of the photo, or the photo without that face.
  for (let i = 0; i < 40; i++) {
    const got = await nadia.get(one());
    if (got.status === 200) assert.ok(isFlat(pixelsOf(got.body), ASKED));
    else assertWithheld(got);
  }
  await coversDrawn(server, photo);
  for (const who of [anne, sami]) await assertCovered(who, ASKED, HERS);
  await assertCovered(nadia, ASKED);
  assert.ok(isWhole(await seen(nadia, one()), source, HERS), "the rest is as it was");
  assert.match(await altOn(anne, `/album/${album}`), /\(2 visages masqués\)$/);
  await resolveBox(sami, album, photo, id, { do: "lift" });
  await assertCovered(anne, ASKED); // nobody has said yet who it is
  await resolveBox(sami, album, photo, id, { do: "adult" });
  await assertWhole(anne, ASKED);
});
