// Nobody else: whoever may not see a photo gets, for every way of asking, the
// very answer that a number nobody ever gave would get.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Client, type Answer, type Ask } from "../lib/client";
import { essence } from "../lib/nothing";
import { until } from "../lib/patience";
import { startServer, type Server } from "../lib/server";

interface Shape { name: string; method: string; path(album: number, photo: number): string; ask?: Ask }

const range = (value: string): Ask => ({ headers: { Range: value } });
const bytes = Buffer.from("ffd8ffe000104a46494600010100000100010000ffd9", "hex");

const shapes: Shape[] = [
  { name: "album page", method: "GET", path: (a) => `/album/${a}` },
  { name: "photo page", method: "GET", path: (a, p) => `/album/${a}/photo/${p}` },
  ...["320", "1024", "2048", "download", "original", "777"].flatMap((what): Shape[] => [
    { name: what, method: "GET", path: (_, p) => `/m/${p}/${what}` },
    { name: `${what}, head only`, method: "HEAD", path: (_, p) => `/m/${p}/${what}` },
    { name: `${what}, first bytes`, method: "GET", path: (_, p) => `/m/${p}/${what}`, ask: range("bytes=0-99") },
    { name: `${what}, last bytes`, method: "GET", path: (_, p) => `/m/${p}/${what}`, ask: range("bytes=-1") },
    { name: `${what}, beyond the end`, method: "GET", path: (_, p) => `/m/${p}/${what}`, ask: range("bytes=99999999-") },
    { name: `${what}, only if it changed`, method: "GET", path: (_, p) => `/m/${p}/${what}`, ask: { headers: { "If-None-Match": "*" } } },
  ]),
  { name: "hiding a face", method: "GET", path: (a, p) => `/album/${a}/photo/${p}/mask` },
  { name: "faces of a photo", method: "GET", path: (a, p) => `/publish/${a}/faces/${p}` },
  { name: "album page, head only", method: "HEAD", path: (a) => `/album/${a}` },
  { name: "photo page, head only", method: "HEAD", path: (a, p) => `/album/${a}/photo/${p}` },
  ...["", "/status", "/text", "/arrange", "/send", "/done", "/faces"].map((end): Shape =>
    ({ name: `publishing${end}`, method: "GET", path: (a) => `/publish/${a}${end}` })),
];

// A number of as many digits that nobody was given.
const NO_ALBUM = 9;
const NO_PHOTO = 99;

let server: Server;
let nadia: Client;
const albums = new Map<string, { id: number; photos: number[] }>();

function photosOf(page: Answer): number[] {
  return [...new Set(Array.from(page.text.matchAll(/\/m\/(\d+)\/320"/g), (m) => Number(m[1])))];
}

async function readAlbums(c: Client, path: string): Promise<void> {
  const feed = await c.get(path);
  for (const [, id, title] of feed.text.matchAll(/<h3><a href="\/album\/(\d+)">([^<]+)<\/a>/g))
    albums.set(title ?? "", { id: Number(id), photos: photosOf(await c.get(`/album/${id}`)) });
  for (const [, id, title] of feed.text.matchAll(/<a href="\/publish\/(\d+)"><span>([^<]+)<\/span>/g))
    albums.set(title ?? "", { id: Number(id), photos: photosOf(await c.get(`/publish/${id}/arrange`)) });
}

function the(title: string): { id: number; photo: number } {
  const a = albums.get(title);
  const photo = a?.photos.find((p) => p > 9);
  assert.ok(a !== undefined && photo !== undefined, `no album ${title}`);
  return { id: a.id, photo };
}

async function sameAsNothing(c: Client, album: number, photo: number): Promise<void> {
  for (const s of shapes) {
    const asked = s.path(album, photo);
    const guessed = s.path(NO_ALBUM, NO_PHOTO);
    const got = await c.ask(s.method, asked, s.ask);
    const nothing = await c.ask(s.method, guessed, s.ask);
    assert.notEqual(got.status, 200, `${s.name} ${asked}`);
    assert.notEqual(got.status, 206, `${s.name} ${asked}`);
    assert.deepEqual(essence(got, asked), essence(nothing, guessed), `${s.name} ${asked}`);
  }
}

// The same for what is sent: a form and a file.
async function sameAsNothingSent(c: Client, album: number): Promise<void> {
  const form = await c.token("/account");
  const upload = (a: number): Promise<Answer> => c.ask("POST", `/album/${a}/upload`, { body: bytes, headers: {
    "Content-Type": "image/jpeg", "X-Preau-Name": "a.jpg", "X-Preau-Form": form, Origin: c.base } });
  assert.deepEqual(essence(await upload(album), `/album/${album}/upload`),
    essence(await upload(NO_ALBUM), `/album/${NO_ALBUM}/upload`));
  for (const end of ["text", "send", "withdraw", "discard"]) {
    const got = await c.post(`/publish/${album}/${end}`, { form });
    const nothing = await c.post(`/publish/${NO_ALBUM}/${end}`, { form });
    assert.equal(got.status, 404, end);
    assert.deepEqual(essence(got, `/publish/${album}/${end}`), essence(nothing, `/publish/${NO_ALBUM}/${end}`));
  }
}

before(async () => {
  server = await startServer({ photoPixels: 640 });
  nadia = await server.client("nadia");
  await readAlbums(nadia, "/");
  await readAlbums(await server.client("sami"), "/today");
});

after(() => server?.sweep());

test("the family concerned sees the page, every size, a part of it, and may keep it", async () => {
  const { id, photo } = the("Atelier poterie");
  assert.equal((await nadia.get(`/album/${id}`)).status, 200);
  assert.equal((await nadia.get(`/album/${id}/photo/${photo}`)).status, 200);
  for (const what of ["320", "1024", "2048", "download"])
    assert.equal((await nadia.get(`/m/${photo}/${what}`)).status, 200, what);
  const part = await nadia.ask("GET", `/m/${photo}/1024`, range("bytes=0-99"));
  assert.equal(part.status, 206);
  assert.equal(part.body.length, 100);
  assert.equal((await nadia.ask("HEAD", `/m/${photo}/320`)).status, 200);
  const whole = await nadia.get(`/m/${photo}/320`);
  assert.equal((await nadia.get(`/m/${photo}/320`, { "If-None-Match": whole.headers.etag ?? "" })).status, 304);
});

test("another group's family sees nothing", async () => {
  const anne = await server.client("anne");
  const { id, photo } = the("Bateaux en papier");
  await sameAsNothing(anne, id, photo);
  await sameAsNothingSent(anne, id);
});

test("an enrolment that is over shows nothing of the days after it", async () => {
  const luc = await server.client("luc");
  const { id, photo } = the("Bateaux en papier");
  await sameAsNothing(luc, id, photo);
});

test("a person with a no-contact order sees nothing of the child's group", async () => {
  const marc = await server.client("marc");
  const { id, photo } = the("Atelier poterie");
  await sameAsNothing(marc, id, photo);
  await sameAsNothingSent(marc, id);
  assert.doesNotMatch((await marc.get("/")).text, /poterie|album\//);
});

test("a relative who may look may not keep, and sees no other group", async () => {
  const monique = await server.client("monique");
  const own = the("Atelier poterie");
  assert.equal((await monique.get(`/m/${own.photo}/1024`)).status, 200);
  for (const how of ["GET", "HEAD"]) {
    const got = await monique.ask(how, `/m/${own.photo}/download`);
    const nothing = await monique.ask(how, `/m/${NO_PHOTO}/download`);
    assert.equal(got.status, 404);
    assert.deepEqual(essence(got, `/m/${own.photo}/download`), essence(nothing, `/m/${NO_PHOTO}/download`));
  }
  assert.doesNotMatch((await monique.get(`/album/${own.id}/photo/${own.photo}`)).text, /download/);
  const other = the("Bateaux en papier");
  await sameAsNothing(monique, other.id, other.photo);
});

test("a browser that is signed out learns nothing", async () => {
  const { id, photo } = the("Atelier poterie");
  const nobody = new Client(server.url);
  await nobody.get("/sign-in");
  await sameAsNothing(nobody, id, photo);
  assert.equal((await nobody.get(`/m/${photo}/320`)).status, 404);
});

test("a draft is seen by no family", async () => {
  const { id, photo } = the("Dessins de la semaine");
  await sameAsNothing(nadia, id, photo);
  await sameAsNothingSent(nadia, id);
});

test("the safeguarding lead sees no picture unasked", async () => {
  const thomas = await server.client("thomas");
  const { photo } = the("Atelier poterie");
  for (const what of ["320", "1024", "2048", "download"]) {
    const got = await thomas.get(`/m/${photo}/${what}`);
    const nothing = await thomas.get(`/m/${NO_PHOTO}/${what}`);
    assert.equal(got.status, 404, what);
    assert.deepEqual(essence(got, `/m/${photo}/${what}`), essence(nothing, `/m/${NO_PHOTO}/${what}`));
  }
});

test("an animateur may not change what another group's animateur prepares", async () => {
  const jeanne = await server.client("jeanne");
  const { id, photo } = the("Dessins de la semaine");
  await sameAsNothing(jeanne, id, photo);
  await sameAsNothingSent(jeanne, id);
});

test("every number that can be guessed gives the same to who has no right at all", async () => {
  const luc = await server.client("luc");
  const seen = new Set<string>();
  for (let n = 10; n < 60; n++) seen.add(JSON.stringify(essence(await luc.get(`/m/${n}/320`), `/m/${n}/320`)));
  assert.equal(seen.size, 1);
  for (const odd of ["0", "-1", "1.0", "1e3", "0x1", "9223372036854775808", "15%00", "15/", "%31%35/../16"])
    assert.notEqual((await luc.get(`/m/${odd}/320`)).status, 200, odd);
});

test("an address kept from before a session ended is worth nothing", async () => {
  const { id, photo } = the("Atelier poterie");
  const leaving = await server.client("nadia");
  const kept = [...leaving.jar];
  assert.equal((await leaving.get(`/m/${photo}/1024`)).status, 200);
  await leaving.signOut();
  for (const [k, v] of kept) leaving.jar.set(k, v);
  await sameAsNothing(leaving, id, photo);
  assert.equal((await nadia.get(`/m/${photo}/1024`)).status, 200);
});

test("a session of somebody else does not open by changing a character", async () => {
  const { photo } = the("Atelier poterie");
  const thief = new Client(server.url);
  const token = nadia.jar.get("preau") ?? "";
  thief.jar.set("preau", token.slice(0, -1) + (token.endsWith("0") ? "1" : "0"));
  assert.equal((await thief.get(`/m/${photo}/320`)).status, 404);
  thief.jar.set("preau", token + token);
  assert.equal((await thief.get(`/m/${photo}/320`)).status, 404);
});

test("a withdrawn album is gone at the next request, also for who kept its picture", async () => {
  const { id, photo } = the("La cueillette des feuilles");
  const before = await nadia.get(`/m/${photo}/1024`);
  assert.equal(before.status, 200);
  const sami = await server.client("sami");
  const done = await sami.submit(`/publish/${id}`, `/publish/${id}/withdraw`, {});
  assert.equal(done.status, 303);
  const kept = await nadia.get(`/m/${photo}/1024`, { "If-None-Match": before.headers.etag ?? "" });
  const nothing = await nadia.get(`/m/${NO_PHOTO}/1024`, { "If-None-Match": before.headers.etag ?? "" });
  assert.equal(kept.status, 404);
  assert.deepEqual(essence(kept, `/m/${photo}/1024`), essence(nothing, `/m/${NO_PHOTO}/1024`));
  await sameAsNothing(nadia, id, photo);
  assert.doesNotMatch((await nadia.get("/")).text, /cueillette/);
});

test("a suspended account is out at once, and so are its old addresses", async () => {
  const { id, photo } = the("Atelier poterie");
  const karim = await server.client("karim");
  assert.equal((await karim.get(`/m/${photo}/320`)).status, 200);
  const claire = await server.client("claire");
  const people = await claire.get("/structure/people");
  const row = /Karim Haddad[\s\S]*?action="(\/structure\/account\/\d+\/suspend)"/.exec(people.text);
  assert.ok(row?.[1] !== undefined);
  assert.equal((await claire.submit("/structure/people", row[1], {})).status, 303);
  await sameAsNothing(karim, id, photo);
  const again = await karim.submit("/sign-in", "/sign-in",
    { login: "karim", pass: server.login("karim").passphrase });
  assert.equal(again.status, 422);
});

// Requests that wait in a worker's channel together are shown one moment of the
// database: it must be one after the last of them was asked.
test("what is withdrawn in a crowd is gone for whatever is asked afterwards", async () => {
  const { id, photo } = the("Atelier poterie");
  const paths = [`/m/${photo}/320`, `/album/${id}`];
  let [seen, gone, over, asked] = [0, false, false, 0];
  const late: string[] = [];
  const ask = async (path: string): Promise<void> => {
    while (!over && asked < 400) {
      const afterwards = gone;
      const { status } = await nadia.get(path);
      if (afterwards) asked++;
      if (afterwards && status !== 404) late.push(`${path}: ${status}`);
      if (status === 200) seen++;
    }
  };
  const crowd = Array.from({ length: 16 }, (_, i) => ask(paths[i % 2] ?? ""));
  try {
    await until("the crowd to see it", () => seen > 200);
    const sami = await server.client("sami");
    assert.equal((await sami.submit(`/publish/${id}`, `/publish/${id}/withdraw`, {})).status, 303);
    gone = true;
    await until("the crowd to ask again", () => asked >= 400);
  } finally {
    over = true;
    await Promise.all(crowd);
  }
  assert.deepEqual(late, []);
});
