// Faces: from the boxes on a photo to the album that may be published, and the
// face that somebody wants hidden afterwards.  Plain forms, as without scripts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Client } from "../lib/client";
import { photosOf, sayNobody } from "../lib/faces";
import { coversDrawn, seen } from "../lib/masks";
import { drawn, isFlat, lumas, pixelsOf } from "../lib/pictures";
import { startServer, type Server } from "../lib/server";
import { count, fill, lookedThrough, newAlbum, sql, upload } from "../lib/trouble";

let server: Server;
let sami: Client;
let nadia: Client;

before(async () => {
  server = await startServer();
  sami = await server.client("sami");
  nadia = await server.client("nadia");
});
after(() => server.sweep());

async function ready(album: number, n: number): Promise<void> {
  await lookedThrough(server, album);
  const s = JSON.parse((await sami.get(`/publish/${album}/status`)).text) as { ready: number };
  assert.equal(s.ready, n);
}

async function albumOf(n: number, title: string): Promise<{ album: number; photos: number[] }> {
  const album = await newAlbum(sami, title);
  for (let i = 0; i < n; i++) await upload(sami, album, `${i}.jpg`, drawn(640, 480));
  await ready(album, n);
  return { album, photos: await photosOf(sami, album) };
}

const publish = (album: number): Promise<{ status: number; text: string }> =>
  fill(sami, `/publish/${album}/send`, `/publish/${album}/send`, { when: "now" });

async function draw(album: number, photo: number, x = "100", y = "80"): Promise<string> {
  const at = `/publish/${album}/faces/${photo}`;
  const made = await sami.submit(at, `${at}/draw`, { "tap.x": x, "tap.y": y, size: "middle" });
  assert.equal(made.status, 303, made.text.slice(0, 500));
  const box = /box=(\d+)/.exec(String(made.headers.location))?.[1];
  assert.ok(box !== undefined);
  return box;
}

function say(album: number, photo: number, what: string): ReturnType<Client["submit"]> {
  const at = `/publish/${album}/faces/${photo}`;
  return sami.submit(at, `${at}/word`, { do: what });
}

function choose(album: number, photo: number, box: string, fields: Record<string, string>): ReturnType<Client["submit"]> {
  const at = `/publish/${album}/faces/${photo}`;
  return sami.submit(at, `${at}/box/${box}`, fields);
}

test("an album is published when each box is resolved and each photo has its word", async () => {
  const { album, photos: [one = 0, two = 0] } = await albumOf(2, "Qui est-ce");
  const early = await publish(album);
  assert.equal(early.status, 422);
  assert.match(early.text, /Il reste des visages à voir/);
  const box = await draw(album, one);
  assert.equal((await say(album, one, "all")).status, 422);
  const page = await sami.get(`/publish/${album}/faces/${one}`);
  const [, child = "", name = ""] = /name="who" value="(\d+)"[^>]*><span>([^<]+)</.exec(page.text) ?? [];
  assert.notEqual(child, "");
  assert.equal((await choose(album, one, box, { who: child })).status, 303);
  assert.equal((await say(album, one, "all")).status, 303);
  assert.equal((await publish(album)).status, 422, "one photo has no word yet");
  const again = await sami.get(`/publish/${album}/faces/${two}?box=${await draw(album, two)}`);
  assert.ok(again.text.includes(`Encore ${name}`), "the same child is offered first");
  assert.equal((await say(album, two, "rest")).status, 303);
  assert.equal((await say(album, two, "all")).status, 303);
  assert.match((await sami.get(`/publish/${album}/faces`)).text, /Toutes les photos sont confirmées/);
  assert.equal((await publish(album)).status, 303);
  assert.match((await nadia.get("/")).text, /Qui est-ce/);
});

test("a photo that joins a published album is seen by families after its word", async () => {
  const { album, photos } = await albumOf(1, "Encore une");
  await sayNobody(sami, album);
  assert.equal((await publish(album)).status, 303);
  await upload(sami, album, "late.jpg", drawn(640, 480));
  await ready(album, 2);
  const late = (await photosOf(sami, album)).find((p) => !photos.includes(p)) ?? 0;
  for (const path of [`/m/${late}/320`, `/m/${late}/1024`, `/m/${late}/download`, `/album/${album}/photo/${late}`])
    assert.equal((await nadia.get(path)).status, 404, path);
  assert.ok(!(await nadia.get(`/album/${album}`)).text.includes(`/m/${late}/`));
  assert.ok(!(await nadia.get("/")).text.includes(`/m/${late}/`));
  assert.equal((await sami.get(`/m/${late}/1024`)).status, 200);
  assert.match((await sami.get("/today")).text, /Des visages vous attendent/);
  await say(album, late, "nobody");
  assert.equal((await nadia.get(`/m/${late}/320`)).status, 200);
});

test("boxes outside the picture, of zero size and unknown children are clear errors", async () => {
  const { album, photos: [photo = 0] } = await albumOf(1, "Hors cadre");
  const at = `/publish/${album}/faces/${photo}`;
  for (const bad of [{ x: "0", y: "0", w: "0", h: "100" }, { x: "65000", y: "0", w: "9000", h: "900" },
    { x: "-1", y: "0", w: "900", h: "900" }, { across: "101", down: "0" }, { "tap.x": "9999", "tap.y": "1" }, {}]) {
    const a = await sami.submit(at, `${at}/draw`, bad as Record<string, string>);
    assert.equal(a.status, 422, JSON.stringify(bad));
    assert.match(a.text, /n’est pas dans la photo|n&#39;est pas/);
  }
  const box = await draw(album, photo);
  const wrong = await choose(album, photo, box, { who: "99999" });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /n’est plus sur la liste/);
  assert.equal((await choose(album, photo, "99999", { do: "mask" })).status, 404);
  for (const what of ["left", "larger", "shorter", "remove"])
    assert.equal((await choose(album, photo, box, { do: what })).status, 303, what);
});

test("a photo takes two hundred boxes, is published with them and masked in each, and takes no more", async () => {
  const { album, photos: [photo = 0] } = await albumOf(1, "La foule");
  const many = Array.from({ length: 199 }, (_, i) => {
    const [x, y] = [(i % 20) * 3000, Math.floor(i / 20) * 6000];
    return `(${photo}, ${x}, ${y}, ${2000 + i}, ${4000 + i}, 'drawn', 'open', 1)`;
  });
  sql(server, `INSERT INTO region (medium, x, y, w, h, kind, state, drawn_at) VALUES ${many.join(",")}`);
  await draw(album, photo, "300", "200");
  const at = `/publish/${album}/faces/${photo}`;
  for (let i = 0; i < 3; i++) {
    const more = await sami.submit(at, `${at}/draw`, { "tap.x": "20", "tap.y": "20", size: "small" });
    assert.equal(more.status, 422, more.text.slice(0, 300));
  }
  assert.equal(count(server, `region WHERE medium = ${photo}`), 200);
  await say(album, photo, "rest");
  assert.equal((await say(album, photo, "all")).status, 303);
  assert.equal((await publish(album)).status, 303);
  await coversDrawn(server, photo);
  assert.equal(count(server, `cover WHERE medium = ${photo} AND drawn = 1`), 200);
  for (const side of [320, 1024, 2048]) {
    const shown = await seen(nadia, `/m/${photo}/${side}`);
    for (const i of [0, 77, 198])
      assert.ok(isFlat(shown, { x: (i % 20) * 3000 / 65536, y: Math.floor(i / 20) * 6000 / 65536, w: 2000 / 65536, h: 4000 / 65536 }), `${side}: box ${i}`);
  }
  assert.match((await nadia.get(`/album/${album}`)).text, /\(200 visages masqués\)/);
});

test("a guardian hides a face in two taps, and the team decides", async () => {
  const { album, photos: [photo = 0] } = await albumOf(1, "Oubliée");
  await sayNobody(sami, album);
  await publish(album);
  const page = `/album/${album}/photo/${photo}`;
  assert.match((await nadia.get(page)).text, /Masquer un visage/);
  const asked = await nadia.submit(`${page}/mask`, `${page}/mask`, { "tap.x": "60", "tap.y": "60" });
  assert.equal(asked.status, 303);
  const waits = await sami.get("/today");
  assert.match(waits.text, /1 masque demandé/);
  const work = await sami.get(`/publish/${album}/faces/${photo}`);
  assert.match(work.text, /Quelqu’un a demandé de masquer ce visage/);
  const box = /\/box\/(\d+)"/.exec(work.text)?.[1] ?? "";
  assert.equal((await choose(album, photo, box, { do: "keep" })).status, 303);
  assert.doesNotMatch((await sami.get("/today")).text, /masque demandé/);
  assert.equal((await choose(album, photo, box, { do: "lift" })).status, 404, "once is enough");
});

test("a mask that one of the team asks for on a published photo holds from the next request until it is decided", async () => {
  const { album, photos: [photo = 0] } = await albumOf(1, "Vue par une collègue");
  await sayNobody(sami, album);
  await publish(album);
  const claire = await server.client("claire");
  const before = await seen(nadia, `/m/${photo}/1024`);
  const page = `/album/${album}/photo/${photo}`;
  assert.match((await claire.get(page)).text, /Masquer un visage/);
  assert.equal((await claire.submit(`${page}/mask`, `${page}/mask`, { "tap.x": "60", "tap.y": "60" })).status, 303);
  const next = await nadia.get(`/m/${photo}/1024`);
  assert.ok(next.status === 503 || !pixelsOf(next.body).rgb.equals(before.rgb), "not shown as it was, not once");
  await coversDrawn(server, photo);
  const [box] = sql<{ id: number; x: number; y: number; w: number; h: number }>(server, `SELECT id, x, y, w, h FROM region WHERE medium = ${photo} ORDER BY id DESC LIMIT 1`);
  assert.ok(box !== undefined);
  const part = { x: (box.x + box.w / 4) / 65536, y: (box.y + box.h / 4) / 65536, w: box.w / 131072, h: box.h / 131072 };
  for (const who of [nadia, claire]) {
    const covered = await seen(who, `/m/${photo}/1024`);
    assert.ok(isFlat(covered, part));
    assert.notDeepEqual(lumas(covered, part), lumas(before, part));
  }
  // A box that was not there before is nobody's: taken off the list of requests
  // it is still to be resolved, and hidden until it is.
  assert.equal((await choose(album, photo, String(box.id), { do: "lift" })).status, 303);
  assert.ok(isFlat(await seen(nadia, `/m/${photo}/1024`), part));
  assert.match((await sami.get("/today")).text, /Des visages vous attendent/);
});

// The Enter key on a picture sends the corner, where nobody's finger is.
test("what nobody tapped hides nothing and boxes nothing, and the page says how to go on", async () => {
  const { album, photos: [photo = 0] } = await albumOf(1, "Sans doigt");
  const work = `/publish/${album}/faces/${photo}`;
  const corner = { "tap.x": "0", "tap.y": "0", size: "middle" };
  assert.equal((await sami.submit(work, `${work}/draw`, corner)).status, 422);
  await sayNobody(sami, album);
  await publish(album);
  const page = `/album/${album}/photo/${photo}/mask`;
  const nowhere = await nadia.submit(page, page, { ...corner, across: "", down: "" });
  assert.equal(nowhere.status, 422);
  assert.match(nowhere.text, /<details open>[\s\S]*name="across"/);
  assert.match(nowhere.text, /donnez sa place en centièmes/);
  assert.equal(count(server, `region WHERE medium = ${photo}`), 0);
  // By numbers and Enter: the browser presses the first button, the picture.
  assert.equal((await nadia.submit(page, page, { ...corner, across: "50", down: "50" })).status, 303);
  assert.deepEqual(sql(server, `SELECT x + w / 2 AS x, y + h / 2 AS y, w FROM region WHERE medium = ${photo}`), [{ x: 32_767, y: 32_767, w: 8192 }]);
});

test("a large face is hidden as a whole", async () => {
  const { album, photos: [photo = 0] } = await albumOf(1, "De près");
  await sayNobody(sami, album);
  await publish(album);
  const page = `/album/${album}/photo/${photo}/mask`;
  assert.equal((await nadia.submit(page, page, { "tap.x": "160", "tap.y": "120", size: "large" })).status, 303);
  await coversDrawn(server, photo);
  assert.ok(isFlat(await seen(nadia, `/m/${photo}/1024`), { x: 0.4, y: 0.4, w: 0.2, h: 0.2 }));
});

test("relatives look, and do not ask for masks; the others learn nothing", async () => {
  const { album, photos: [photo = 0] } = await albumOf(1, "Fermée");
  const at = `/album/${album}/photo/${photo}/mask`;
  assert.equal((await nadia.get(at)).status, 404, "a draft");
  assert.equal((await nadia.get(`/publish/${album}/faces/${photo}`)).status, 404);
});

test("the list of who refuses can be kept for a day", async () => {
  const day = await sami.get("/today");
  const path = /href="(\/faces\/list\/\d+)"/.exec(day.text)?.[1] ?? "";
  const list = await sami.get(path);
  assert.equal(list.status, 200);
  assert.match(list.text, /Qui refuse/);
  assert.match(String(list.headers["cache-control"]), /max-age=43200/);
  assert.equal((await nadia.get(path)).status, 404);
});
