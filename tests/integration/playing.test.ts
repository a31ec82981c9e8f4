// A video among the photos of an album: who gets it, by which ranges, and that
// for everybody else there is none.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Client, type Ask } from "../lib/client";
import { GROUP, answer, plain } from "../lib/consents";
import { hearNobody, sayNobody } from "../lib/faces";
import { drawBox, resolveBox } from "../lib/masks";
import { essence } from "../lib/nothing";
import { drawn } from "../lib/pictures";
import { startServer, type Server } from "../lib/server";
import { Tus } from "../lib/tus";
import { atRest, check, count, fill, newAlbum, sql, upload } from "../lib/trouble";
import { filmed, inside, prepared, standIn, type Video } from "../lib/videos";

const LEA = 1;
// As many digits, and nobody was given it.
const noMedium = (id: number): number => Number("9".repeat(String(id).length));
const HERE = { x: 0.25, y: 0.25, w: 0.2, h: 0.25 };

let server: Server;
let sami: Client;
let nadia: Client; // Léa's mother
let karim: Client; // and her father
let anne: Client; // of another family of the group
let album: number;
let video: Video;

const lines = (): string => `/m/${video.id}/video/480`;
const range = (value: string, more: Record<string, string> = {}): Ask => ({ headers: { Range: value, ...more } });

interface Shape { name: string; method: string; path(id: number): string; ask?: Ask }

const shapes: Shape[] = [
  ...["video/480", "video/240", "320", "1024", "2048", "download", "original"].flatMap((what): Shape[] => [
    { name: what, method: "GET", path: (id) => `/m/${id}/${what}` },
    { name: `${what}, head only`, method: "HEAD", path: (id) => `/m/${id}/${what}` },
    { name: `${what}, first bytes`, method: "GET", path: (id) => `/m/${id}/${what}`, ask: range("bytes=0-99") },
    { name: `${what}, two parts`, method: "GET", path: (id) => `/m/${id}/${what}`, ask: range("bytes=0-9,20-29") },
    { name: `${what}, beyond the end`, method: "GET", path: (id) => `/m/${id}/${what}`, ask: range("bytes=99999999-") },
    { name: `${what}, only if it changed`, method: "GET", path: (id) => `/m/${id}/${what}`, ask: { headers: { "If-None-Match": "*" } } },
  ]),
  { name: "its page", method: "GET", path: (id) => `/album/${album}/photo/${id}` },
  { name: "hiding a face", method: "GET", path: (id) => `/album/${album}/photo/${id}/mask` },
];

async function assertNothing(c: Client, id = video.id): Promise<void> {
  for (const s of shapes) {
    const [asked, guessed] = [s.path(id), s.path(noMedium(id))];
    const got = await c.ask(s.method, asked, s.ask);
    const nothing = await c.ask(s.method, guessed, s.ask);
    assert.ok(got.status >= 300, `${s.name}: ${got.status}`);
    assert.deepEqual(essence(got, asked), essence(nothing, guessed), s.name);
  }
}

const plays = async (c: Client): Promise<boolean> => (await c.get(lines())).status === 200;

before(async () => {
  server = await startServer();
  [sami, nadia, karim, anne] = [await server.client("sami"), await server.client("nadia"), await server.client("karim"), await server.client("anne")];
  album = await newAlbum(sami, "Le film de la rivière");
  await upload(sami, album, "a.jpg", drawn(800, 600));
  await atRest(server);
  video = await standIn(server, sami, album);
});
after(() => server.sweep());

test("an album waits for a word about each picture of its video", async () => {
  const early = await fill(sami, `/publish/${album}/send`, `/publish/${album}/send`, { when: "now" });
  assert.equal(early.status, 422);
  assert.ok(await plays(sami), "who prepares it sees it");
  await assertNothing(anne);
  const first = `/publish/${album}/faces/${video.id}`;
  const led = await sami.get(first);
  assert.equal(led.headers.location, `/publish/${album}/faces/${video.stills[0]}`, "a video is its pictures");
  await sayNobody(sami, album);
  assert.equal((await fill(sami, `/publish/${album}/send`, `/publish/${album}/send`, { when: "now" })).status, 303);
});

test("a family plays it whole, in parts, and is told how long it is", async () => {
  const whole = await anne.get(lines());
  assert.equal(whole.status, 200);
  assert.deepEqual(whole.body, video.bytes);
  assert.equal(whole.headers["content-type"], "video/mp4");
  assert.equal(whole.headers["accept-ranges"], "bytes");
  assert.match(String(whole.headers["cache-control"]), /private/);
  const head = await anne.ask("HEAD", lines());
  assert.equal(head.headers["content-length"], String(video.bytes.length));
  for (const [asked, from, to] of [["bytes=0-99", 0, 100], ["bytes=65530-65545", 65530, 65546],
    [`bytes=${video.bytes.length - 7}-`, video.bytes.length - 7, video.bytes.length], ["bytes=-5", video.bytes.length - 5, video.bytes.length]] as const) {
    const part = await anne.ask("GET", lines(), range(asked));
    assert.equal(part.status, 206, asked);
    assert.deepEqual(part.body, video.bytes.subarray(from, to), asked);
    assert.equal(part.headers["content-range"], `bytes ${from}-${to - 1}/${video.bytes.length}`);
  }
  assert.equal((await anne.ask("GET", lines(), range("bytes=99999999-"))).status, 416);
  const tag = String(whole.headers.etag);
  assert.equal((await anne.ask("GET", lines(), range("bytes=0-9", { "If-Range": tag }))).status, 206);
  assert.equal((await anne.ask("GET", lines(), range("bytes=0-9", { "If-Range": '"another"' }))).status, 200);
  assert.equal((await anne.get(lines(), { "If-None-Match": tag })).status, 304);
});

test("its page plays without scripts, by itself or as it is asked", async () => {
  const page = (await anne.get(`/album/${album}/photo/${video.id}`)).text;
  assert.match(page, new RegExp(`<video controls preload="none" playsinline poster="/m/${video.id}/1024"`));
  assert.match(page, new RegExp(`<source src="${lines()}" type="video/mp4"`));
  assert.doesNotMatch(page, /autoplay|\/original/);
  assert.match(plain(page), /Vidéo 2 sur 2/);
  assert.match(plain(page), /1 min 12/);
  const head = await anne.get(`/album/${album}/photo/${video.id}`);
  assert.match(String(head.headers["content-security-policy"]), /media-src 'self'/);
  const feed = plain((await anne.get("/")).text);
  assert.match(feed, /1 photo · 1 vidéo/);
  const kept = await nadia.get(`/m/${video.id}/download`);
  assert.deepEqual(kept.body, video.bytes);
  assert.match(String(kept.headers["content-disposition"]), /^attachment; filename="video-\d{4}-\d\d-\d\d-2\.mp4"$/);
});

test("nobody else: an enrolment that is over, an order of no contact, another group's team, a stranger", async () => {
  for (const login of ["luc", "marc", "jeanne", "thomas"]) await assertNothing(await server.client(login));
  await assertNothing(new Client(server.url));
  for (const still of video.stills) await assertNothing(anne, still);
  const monique = await server.client("monique");
  assert.ok(await plays(monique), "a grandmother may look");
  assert.equal((await monique.get(`/m/${video.id}/download`)).status, 404, "and not keep");
});

test("a consent that is withdrawn between two ranges ends the second", async () => {
  const still = video.stills[1] ?? 0;
  const box = await drawBox(sami, album, still, HERE);
  assert.equal((await anne.ask("GET", lines(), range("bytes=0-9"))).status, 404, "an open box hides it");
  await resolveBox(sami, album, still, box, { who: String(LEA) });
  assert.equal((await anne.ask("GET", lines(), range("bytes=0-9"))).status, 206);
  assert.equal((await answer(karim, LEA, GROUP, false)).status, 303);
  assert.equal((await anne.ask("GET", lines(), range("bytes=10-19"))).status, 404);
  await assertNothing(anne);
  assert.ok(await plays(nadia), "her own family sees her");
  assert.ok(await plays(karim));
});

test("for a family it is neither in the album nor counted, and staff are told", async () => {
  const page = plain((await anne.get(`/album/${album}`)).text);
  assert.doesNotMatch(page, /vidéo/i);
  assert.doesNotMatch(page, new RegExp(`/m/${video.id}/`));
  assert.doesNotMatch(plain((await anne.get("/")).text), /1 photo · 1 vidéo/);
  const photo = /\/photo\/(\d+)"/.exec(page)?.[1];
  const alone = await anne.get(`/album/${album}/photo/${photo}`);
  assert.match(plain(alone.text), /Photo 1 sur 1/);
  const told = await sami.get(`/album/${album}/photo/${video.id}`);
  assert.equal(told.status, 200);
  assert.match(plain(told.text), /Ces familles ne voient pas cette vidéo/);
  assert.doesNotMatch(told.text, /<video/);
  assert.equal((await sami.get(lines())).status, 404);
  const send = plain((await sami.get(`/publish/${album}/send`)).text);
  assert.match(send, /La vidéo 2 ne sera montrée qu’à la famille de Léa/);
  assert.equal((await answer(karim, LEA, GROUP, true)).status, 303);
  assert.ok(await plays(anne));
});

test("who asks to hide a face hides the video at once, and the team gives it back", async () => {
  const at = `/album/${album}/photo/${video.id}/mask`;
  assert.match(plain((await nadia.get(at)).text), /La vidéo entière est cachée/);
  const asked = await fill(nadia, at, at, { across: "40", down: "40" });
  assert.equal(asked.headers.location, `/album/${album}`);
  await assertNothing(anne);
  const [row] = sql<{ region: number; medium: number }>(server, "SELECT region, medium FROM mask_request WHERE outcome IS NULL");
  assert.equal(row?.medium, video.stills[0]);
  const still = `/publish/${album}/faces/${row?.medium}`;
  assert.equal((await sami.submit(still, `${still}/box/${row?.region}`, { do: "keep" })).status, 303);
  await assertNothing(anne);
  assert.match(plain((await sami.get(`/publish/${album}/send`)).text), /La vidéo 2 ne sera montrée à personne/);
  assert.equal((await sami.submit(still, `${still}/box/${row?.region}`, { do: "none" })).status, 303);
  assert.ok(await plays(anne));
});

test("a part of a video is asked about by its times, and each still of that part says so", async () => {
  const at = `/album/${album}/photo/${video.id}/mask`;
  const times = sql<{ id: number; at_ms: number }>(server, `SELECT id, at_ms FROM medium WHERE video = ${video.id} ORDER BY at_ms, id`);
  for (const wrong of [{ from: "0:09", until: "0:02" }, { from: "x", until: "1" }, { from: "", until: "" }])
    assert.equal((await fill(nadia, at, at, { span: "1", ...wrong })).status, 422);
  assert.ok(await plays(anne));
  assert.equal((await fill(nadia, at, at, { span: "1", from: "0:00", until: "0" })).status, 303);
  await assertNothing(anne);
  const asked = sql<{ medium: number; region: number; w: number; h: number }>(server,
    "SELECT q.medium, q.region, r.w, r.h FROM mask_request q JOIN region r ON r.id = q.region WHERE q.outcome IS NULL ORDER BY q.medium");
  const meant = times.filter((t, i) => t.at_ms <= 0 || i === 0).map((t) => t.id);
  assert.deepEqual(asked.map((q) => [q.medium, q.w, q.h]), meant.map((id) => [id, 65536, 65536]));
  for (const q of asked) {
    const still = `/publish/${album}/faces/${q.medium}`;
    for (const word of ["lift", "none"]) assert.equal((await sami.submit(still, `${still}/box/${q.region}`, { do: word })).status, 303);
  }
  assert.ok(await plays(anne));
});

test("whoever of the staff looks is written down, and what is taken home too", async () => {
  const claire = await server.client("claire");
  const looks = (who: string): number => count(server, `audit a JOIN account p ON p.id = a.actor
    WHERE a.subject = ${video.id} AND a.action = 'medium-viewed' AND ${who}`);
  assert.ok(looks(`p.id = (SELECT author FROM post WHERE id = ${album})`) > 0);
  assert.equal(looks("p.role = 'director'"), 0);
  for (let at = 0; at < 5000; at += 1000)
    assert.equal((await claire.ask("GET", lines(), range(`bytes=${at}-${at + 999}`))).status, 206);
  assert.equal(looks("p.role = 'director'"), count(server, `post_audience WHERE post = ${album}`), "one look, however many parts it comes in");
  assert.ok(count(server, `audit WHERE subject = ${video.id} AND action = 'medium-downloaded'`) > 0);
});

test("a video that is sent in pieces is prepared, looked through, and played by a guardian in parts", async () => {
  const mine = await newAlbum(sami, "Un vrai film");
  const bytes = filmed(5);
  const t = await Tus.of(sami, mine);
  const { url } = await t.begin(bytes.length, "film.mp4");
  const half = bytes.length >> 1;
  assert.equal((await t.patch(url, 0, bytes.subarray(0, half))).status, 204);
  const last = await t.patch(url, half, bytes.subarray(half));
  assert.equal(last.headers["x-preau-state"], "queued");
  const id = await prepared(server, mine);
  assert.equal((await fill(sami, `/publish/${mine}/send`, `/publish/${mine}/send`, { when: "now" })).status, 422, "nobody has looked");
  assert.equal((await anne.get(`/m/${id}/video/480`)).status, 404);
  await sayNobody(sami, mine);
  await hearNobody(sami, mine, id);
  assert.equal((await fill(sami, `/publish/${mine}/send`, `/publish/${mine}/send`, { when: "now" })).status, 303);
  const page = plain((await anne.get(`/album/${mine}/photo/${id}`)).text);
  assert.match(page, /5 s ·/);
  for (const height of [240, 480, 720]) {
    const path = `/m/${id}/video/${height}`;
    assert.ok(page.includes(`?lines=${height}`), String(height));
    const whole = (await anne.get(path)).body;
    assert.equal(inside(whole), "h264 aac", path);
    const part = await anne.ask("GET", path, range("bytes=1000-70999"));
    assert.equal(part.status, 206);
    assert.deepEqual(part.body, whole.subarray(1000, 71_000));
  }
  assert.equal((await anne.get(`/m/${id}/1024`)).headers["content-type"], "image/jpeg");
  assert.equal(inside((await nadia.get(`/m/${id}/download`)).body), "h264 aac");
  assert.deepEqual(check(server).findings, []);
});

test("a video that is removed is gone with its pictures, for everybody", async () => {
  const gone = await fill(sami, `/publish/${album}/arrange`, `/publish/${album}/photo/${video.id}/remove`);
  assert.equal(gone.status, 303);
  assert.equal(count(server, `blob WHERE key_wrapped IS NOT NULL AND medium IN (${[video.id, ...video.stills].join()})`), 0);
  for (const c of [anne, sami]) await assertNothing(c);
  for (const still of video.stills) assert.equal((await sami.get(`/m/${still}/320`)).status, 404);
});
