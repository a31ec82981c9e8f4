// Photos in pieces: every rule of tus 1.0 that is spoken here, who may, and
// what a client of others makes of it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import * as tus from "tus-js-client";

import type { Answer, Client } from "../lib/client";
import { drawn, longer, unique } from "../lib/pictures";
import { startServer, type Server } from "../lib/server";
import { check, count, fill, newAlbum, settled, sql, until, upload } from "../lib/trouble";
import { Tus } from "../lib/tus";

const CHUNK = 65_536;
const MOST = 2 * 1024 ** 3; // of a video
const MOST_PHOTO = 40 * 1024 * 1024;

let server: Server;
let sami: Client;
let claire: Client;
let nadia: Client;
let album = 0;
let t: Tus;
let one: Buffer;

before(async () => {
  server = await startServer();
  sami = await server.client("sami");
  claire = await server.client("claire");
  nadia = await server.client("nadia");
  album = await newAlbum(sami, "En plusieurs fois");
  t = await Tus.of(sami, album);
  one = longer(drawn(), 220_000);
  assert.ok(one.length > 3 * CHUNK, "a picture of several chunks");
});
after(() => server.sweep());

const idOf = (url: string): number => Number(/\d+$/.exec(url)?.[0]);
const stateOf = (url: string): string => sql<{ state: string }>(server, `SELECT state FROM medium WHERE id = ${idOf(url)}`)[0]?.state ?? "none";

// The bytes of what was sent, as its sender gets them back.
async function original(url: string): Promise<Buffer> {
  const path = `/m/${idOf(url)}/original`;
  const a = await fill(sami, path, path, { purpose: "check" });
  assert.equal(a.status, 200, a.text.slice(0, 300));
  return a.body;
}

async function begun(length: number, name = "a.jpg"): Promise<string> {
  const { url, answer } = await t.begin(length, name);
  assert.equal(answer.status, 201, answer.text);
  return url;
}

test("OPTIONS says what is spoken, to anybody", async () => {
  const a = await sami.ask("OPTIONS", t.place);
  assert.equal(a.status, 204);
  assert.equal(a.headers["tus-version"], "1.0.0");
  assert.equal(a.headers["tus-extension"], "creation,expiration,checksum,termination");
  assert.equal(a.headers["tus-max-size"], String(MOST));
  assert.equal(a.headers["tus-checksum-algorithm"], "sha1,sha256,sha512");
  assert.equal(a.headers["access-control-allow-origin"], undefined);
  assert.equal((await sami.ask("OPTIONS", "/today")).status, 405);
});

test("a photo begun is there with nothing, says until when, and what it is called", async () => {
  const { url, answer } = await t.begin(one.length, "Forêt d’été.jpg");
  assert.equal(answer.status, 201);
  assert.match(url, new RegExp(`^/album/${album}/pieces/\\d+$`));
  assert.equal(answer.headers["tus-resumable"], "1.0.0");
  const until = Date.parse(String(answer.headers["upload-expires"])) - Date.now();
  assert.ok(until > 47.9 * 3600e3 && until < 48.1 * 3600e3, String(answer.headers["upload-expires"]));
  const h = await t.head(url);
  assert.equal(h.status, 200);
  assert.equal(h.headers["upload-offset"], "0");
  assert.equal(h.headers["upload-length"], String(one.length));
  assert.equal(h.headers["cache-control"], "no-store");
  assert.equal(h.headers["upload-metadata"], `filename ${Buffer.from("Forêt d’été.jpg").toString("base64")}`);
  assert.equal(h.headers["upload-expires"], answer.headers["upload-expires"]);
  assert.equal(h.body.length, 0);
});

test("pieces of any length make the photo that was sent, byte for byte", async () => {
  for (const step of [CHUNK, CHUNK + 1, 100_000, one.length - 1, one.length]) {
    const mine = unique(one);
    const url = await begun(mine.length);
    for (let at = 0; at < mine.length; at += step) {
      const a = await t.patch(url, at, mine.subarray(at, at + step));
      assert.equal(a.status, 204, a.text);
      const want = Math.min(at + step, mine.length);
      assert.equal(a.headers["upload-offset"], String(want));
      assert.equal(a.headers["x-preau-state"], want === mine.length ? "queued" : undefined);
      assert.equal(await t.offset(url), want);
    }
    await settled(server);
    assert.equal(stateOf(url), "ready");
    assert.ok((await original(url)).equals(mine), `in steps of ${step}`);
  }
});

test("a piece of few bytes is kept, and one of none is fine", async () => {
  const url = await begun(one.length);
  for (let at = 0; at < 30; at += 10) assert.equal((await t.patch(url, at, one.subarray(at, at + 10))).headers["upload-offset"], String(at + 10));
  assert.equal((await t.patch(url, 30, Buffer.alloc(0))).headers["upload-offset"], "30");
  assert.equal(await t.offset(url), 30);
});

// Everything that a request may say wrongly, and what answers it.
const wrong: [string, number, (url: string) => Promise<Answer>][] = [
  ["no version", 412, (u) => t.head(u, { "Tus-Resumable": "" })],
  ["another version", 412, (u) => t.patch(u, 0, one, { "Tus-Resumable": "0.2.2" })],
  ["another version to begin", 412, async () => (await t.begin(10, "a", { "Tus-Resumable": "2.0.0" })).answer],
  ["an offset too small", 409, (u) => t.patch(u, 0, one.subarray(0, 10))],
  ["an offset too large", 409, (u) => t.patch(u, 101, one.subarray(101))],
  ["an offset that is none", 400, (u) => t.patch(u, "-1", one)],
  ["no offset", 400, (u) => t.patch(u, "", one)],
  ["half an offset", 400, (u) => t.patch(u, "1e2", one)],
  ["another type", 415, (u) => t.patch(u, 100, one.subarray(100), { "Content-Type": "image/jpeg" })],
  ["no type", 415, (u) => t.patch(u, 100, one.subarray(100), { "Content-Type": "" })],
  ["more than was promised", 413, (u) => t.patch(u, 100, Buffer.concat([one.subarray(100), Buffer.alloc(1)]))],
  ["more than anybody may send", 413, async () => (await t.begin(MOST + 1)).answer],
  ["nothing at all", 400, async () => (await t.begin(0)).answer],
  ["a length that is none", 400, async () => (await t.begin("x")).answer],
  ["a length below nothing", 400, async () => (await t.begin("-10")).answer],
  ["a length with a sign", 400, async () => (await t.begin("+10")).answer],
  ["no length", 400, async () => (await t.begin("")).answer],
  ["a length later", 400, async () => (await t.begin("", "a", { "Upload-Defer-Length": "1" })).answer],
  ["words that are no pairs", 400, async () => (await t.begin(10, "a", { "Upload-Metadata": "filename ***" })).answer],
  ["a word twice", 400, async () => (await t.begin(10, "a", { "Upload-Metadata": "a YQ==,a YQ==" })).answer],
  ["too many words", 413, async () => (await t.begin(10, "a", { "Upload-Metadata": `a ${"YWFh".repeat(600)}` })).answer],
  ["bytes to begin with", 415, () => sami.ask("POST", t.place, { body: one, headers: t.heads({ "Upload-Length": "10",
    "Content-Type": "application/offset+octet-stream" }) })],
  ["a checksum of a kind unknown", 400, (u) => t.patch(u, 100, one.subarray(100), { "Upload-Checksum": "crc32 AAAAAA==" })],
  ["a checksum that is none", 400, (u) => t.patch(u, 100, one.subarray(100), { "Upload-Checksum": "sha1 AAAA" })],
  ["a GET", 404, (u) => sami.ask("GET", u, { headers: t.heads() })],
  ["a PUT", 405, (u) => sami.ask("PUT", u, { body: one, headers: t.heads() })],
  ["no token", 403, (u) => t.patch(u, 100, one.subarray(100), { "X-Preau-Form": "" })],
  ["a token that is none", 403, (u) => t.drop(u, { "X-Preau-Form": "x" })],
  ["a piece of another site", 403, (u) => t.patch(u, 100, one.subarray(100), { Origin: "https://elsewhere.example", "Sec-Fetch-Site": "cross-site" })],
  ["a beginning of another site", 403, async () => (await t.begin(10, "a", { "Sec-Fetch-Site": "cross-site" })).answer],
  ["the end of another site", 403, (u) => t.drop(u, { "Sec-Fetch-Site": "same-site" })],
];

test("what is said wrongly is answered by its number, and changes nothing", async () => {
  const url = await begun(one.length);
  assert.equal((await t.patch(url, 0, one.subarray(0, 100))).status, 204);
  const media = count(server, "medium");
  for (const [what, status, ask] of wrong) {
    const a = await ask(url);
    assert.equal(a.status, status, what);
    if (a.headers !== undefined) assert.equal(a.headers["tus-resumable"], "1.0.0", what);
    if (status === 412) assert.equal(a.headers["tus-version"], "1.0.0", what);
    assert.equal(await t.offset(url), 100, what);
  }
  assert.equal(count(server, "medium"), media);
});

test("a length over the limit is refused before the bytes are read", async () => {
  const url = await begun(one.length);
  const s = await t.raw(server, url, 0, 20 * 1024 ** 3, { Expect: "100-continue" });
  const said = await new Promise<string>((done) => s.once("data", (b) => done(b.toString())));
  s.destroy();
  assert.match(said, /^HTTP\/1\.1 413 /);
});

test("more than a photo may be is a video by its first bytes, or refused with them", async () => {
  const film = Buffer.concat([Buffer.from("000000186674797069736f6d00000200", "hex"), Buffer.alloc(3 * CHUNK, 7)]);
  const photo = await begun(MOST_PHOTO + 1);
  assert.equal((await t.patch(photo, 0, one)).status, 413);
  assert.equal(await t.offset(photo), 0);
  assert.equal((await t.patch(photo, 0, film)).status, 204, "what comes now is one");
  assert.equal(await t.offset(photo), film.length);
  assert.equal((await t.patch(photo, film.length, one)).status, 204, "the rest is not asked again");
  const slow = await begun(MOST_PHOTO + 1);
  assert.equal((await t.patch(slow, 0, film.subarray(0, 1))).status, 204);
  assert.equal((await t.patch(slow, 1, film.subarray(1))).status, 413, "who says it byte by byte");
  const small = await begun(film.length);
  assert.equal((await t.patch(small, 0, one.subarray(0, 100))).status, 204, "what is small may be anything");
  for (const url of [photo, slow, small]) assert.equal((await t.drop(url)).status, 204);
});

test("a piece with its checksum is kept, another is 460 and nothing of it stays", async () => {
  const mine = unique(one);
  const half = mine.subarray(0, 150_000);
  const rest = mine.subarray(150_000);
  const garbled = Buffer.from(rest);
  garbled[garbled.length - 1]! ^= 1;
  const sum = (kind: string, b: Buffer): Record<string, string> =>
    ({ "Upload-Checksum": `${kind} ${createHash(kind).update(b).digest("base64")}` });
  const url = await begun(mine.length);
  assert.equal((await t.patch(url, 0, rest, sum("sha1", half))).status, 460);
  assert.equal(await t.offset(url), 0);
  assert.equal((await t.patch(url, 0, half, sum("sha1", half))).status, 204);
  for (const kind of ["sha1", "sha256", "sha512"]) {
    assert.equal((await t.patch(url, 150_000, garbled, sum(kind, rest))).status, 460, kind);
    assert.equal(await t.offset(url), 150_000, kind);
  }
  // Cut in its middle it counts as little.  One that the server ended first, busy
  // or tired of waiting for the rest, is sent again.
  await until("a piece to be cut in its middle", async () => {
    const s = await t.raw(server, url, 150_000, rest.length, sum("sha256", rest));
    let over = false;
    for (const what of ["data", "end", "close"]) s.on(what, () => { over = true; });
    s.write(rest.subarray(0, rest.length - 1000));
    const held = await until("it to be under way", async () =>
      (await t.patch(url, 7, Buffer.alloc(0))).status === 423 ? "held" : over && "over");
    await until("the bytes to be taken", () => over || s.writableLength === 0);
    s.destroy();
    return held === "held";
  });
  await until("the piece to be over", async () => (await t.patch(url, 7, half)).status === 409);
  assert.equal(await t.offset(url), 150_000);
  assert.equal((await t.patch(url, 150_000, rest, sum("sha256", rest))).headers["x-preau-state"], "queued");
  await settled(server);
  assert.ok((await original(url)).equals(mine));
});

test("a photo given up is gone, with its file", async () => {
  const files = check(server).files;
  const url = await begun(one.length);
  assert.equal((await t.patch(url, 0, one.subarray(0, 200_000))).status, 204);
  assert.equal(check(server).files, files + 1);
  const a = await t.drop(url);
  assert.equal(a.status, 204);
  assert.equal(a.headers["tus-resumable"], "1.0.0");
  assert.equal(check(server).files, files);
  assert.equal(stateOf(url), "none");
  for (const b of [await t.head(url), await t.patch(url, 0, one), await t.drop(url)]) assert.equal(b.status, 404);
});

test("a client that knows no PATCH says it by a POST", async () => {
  const url = await begun(one.length);
  const a = await sami.ask("POST", url, { body: one.subarray(0, 1000), headers: t.heads({ "X-HTTP-Method-Override": "PATCH",
    "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0" }) });
  assert.equal(a.status, 204, a.text);
  assert.equal(await t.offset(url), 1000);
  // Of any other address it is a POST like any other.
  const other = await sami.ask("POST", `/publish/${album}/discard`, { body: "", headers: { "X-HTTP-Method-Override": "HEAD", Origin: sami.base } });
  assert.equal(other.status, 403);
});

test("what is somebody else's, or was another post's, is not there", async () => {
  const url = await begun(one.length);
  assert.equal((await t.patch(url, 0, one.subarray(0, 1000))).status, 204);
  const other = await newAlbum(sami, "Un autre");
  const theirs = await Tus.of(claire, album);
  const elsewhere = url.replace(`/${album}/`, `/${other}/`);
  for (const [who, at] of [[theirs, url], [t, elsewhere]] as const) {
    assert.equal((await who.head(at)).status, 404);
    assert.equal((await who.patch(at, 1000, one.subarray(1000))).status, 404);
    assert.equal((await who.drop(at)).status, 404);
  }
  const family = new Tus(nadia, album, await nadia.token("/account"));
  assert.equal((await family.begin(1000)).answer.status, 404);
  assert.equal((await family.head(url)).status, 404);
  assert.equal((await family.patch(url, 1000, one.subarray(1000))).status, 404);
  // No one-request upload takes its place either.
  assert.equal(await t.offset(url), 1000);
});

test("leave is asked again for each piece: with the post it ends", async () => {
  const draft = await newAlbum(sami, "À jeter");
  const mine = await Tus.of(sami, draft);
  const { url } = await mine.begin(one.length);
  assert.equal((await mine.patch(url, 0, one.subarray(0, 1000))).status, 204);
  assert.equal((await fill(sami, `/publish/${draft}`, `/publish/${draft}/discard`)).status, 303);
  assert.equal((await mine.head(url)).status, 404);
  assert.equal((await mine.patch(url, 1000, one.subarray(1000))).status, 404);
});

test("two pieces at once: one goes on, the other hears that it must wait", async () => {
  const mine = unique(one);
  const url = await begun(mine.length);
  const s = await t.raw(server, url, 0, mine.length);
  s.write(mine.subarray(0, 100_000));
  await until("the first to be under way", async () => await t.offset(url) >= CHUNK);
  for (const at of [0, CHUNK]) {
    const a = await t.patch(url, at, mine.subarray(at));
    assert.equal(a.status, 423);
    assert.equal(a.headers["tus-resumable"], "1.0.0");
  }
  assert.equal((await t.drop(url)).status, 423);
  const said = new Promise<string>((done) => s.once("data", (b) => done(b.toString())));
  s.write(mine.subarray(100_000));
  assert.match(await said, /^HTTP\/1\.1 204 /);
  s.destroy();
  await settled(server);
  assert.ok((await original(url)).equals(mine));
});

test("what came too late is 410, and after it was swept 404", async () => {
  const url = await begun(one.length);
  assert.equal((await t.patch(url, 0, one.subarray(0, 70_000))).status, 204);
  // Two hours are nothing to it.
  sql(server, `UPDATE medium SET upload_seen_at = upload_seen_at - 7200 WHERE id = ${idOf(url)}`);
  assert.deepEqual(check(server).findings, []);
  assert.equal(await t.offset(url), 70_000);
  sql(server, `UPDATE medium SET upload_seen_at = upload_seen_at - 2 * 86400 WHERE id = ${idOf(url)}`);
  assert.equal((await t.head(url)).status, 410);
  assert.equal((await t.patch(url, 70_000, one.subarray(70_000))).status, 410);
  assert.deepEqual(check(server, "--fix").findings.map((f) => f.kind), ["stuck-upload"]);
  assert.equal((await t.head(url)).status, 404);
});

test("the same photo again is known when its last byte is there, however it came", async () => {
  const mine = unique(one);
  const photos = count(server, `medium WHERE post = ${album}`);
  assert.equal((await upload(sami, album, "one.jpg", mine)).state, "queued");
  const url = await begun(mine.length);
  assert.equal((await t.patch(url, 0, mine.subarray(0, 99_999))).status, 204);
  assert.equal((await t.patch(url, 99_999, mine.subarray(99_999))).headers["x-preau-state"], "twice");
  assert.equal(count(server, `medium WHERE post = ${album}`), photos + 1);
  const whole = await begun(mine.length);
  assert.equal((await t.patch(whole, 0, mine)).headers["x-preau-state"], "twice");
  assert.equal(count(server, `medium WHERE post = ${album}`), photos + 1);
});

test("a sender who missed the answer to the last piece is told that all is there", async () => {
  const mine = unique(one);
  const url = await begun(mine.length);
  assert.equal((await t.patch(url, 0, mine)).status, 204);
  await settled(server);
  const h = await t.head(url);
  assert.equal(h.headers["upload-offset"], String(mine.length));
  assert.equal(h.headers["upload-expires"], undefined);
  assert.equal((await t.patch(url, mine.length, Buffer.alloc(0))).status, 204);
  assert.equal((await t.patch(url, 0, mine)).status, 409);
  assert.equal((await t.drop(url)).status, 409, "it is a photo now");
});

test("who asks while the last piece is being written down is never told to begin again", async () => {
  const mine = unique(one);
  const url = await begun(mine.length);
  assert.equal((await t.patch(url, 0, mine.subarray(0, 100_000))).status, 204);
  sql(server, `CREATE TRIGGER slow AFTER UPDATE OF state ON medium WHEN NEW.state = 'queued' BEGIN SELECT count(*) FROM
    (WITH RECURSIVE i (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM i LIMIT 4000000) SELECT x FROM i); END`);
  const said = new Set<number>();
  let over = false;
  const last = t.patch(url, 100_000, mine.subarray(100_000)).finally(() => { over = true; });
  while (!over) said.add((await t.head(url)).status);
  sql(server, "DROP TRIGGER slow");
  assert.equal((await last).headers["x-preau-state"], "queued");
  assert.ok([...said].every((s) => [200, 503].includes(s)), [...said].join(", ")); // 503: the database is busy
  assert.equal(await t.offset(url), mine.length);
});

test("what waits for its sender is not said to be coming", async () => {
  const quiet = await newAlbum(sami, "Silence");
  const mine = await Tus.of(sami, quiet);
  const { url } = await mine.begin(one.length);
  const receiving = async (): Promise<number> =>
    (JSON.parse((await sami.get(`/publish/${quiet}/status`)).text) as { receiving: number }).receiving;
  assert.equal(await receiving(), 1);
  sql(server, `UPDATE medium SET upload_seen_at = upload_seen_at - 700 WHERE id = ${idOf(url)}`);
  assert.equal(await receiving(), 0);
  assert.equal(await mine.offset(url), 0);
});

// tus-js-client, as a page would use it; cut: its connection, after so many bytes.
function sent(bytes: Buffer, o: Partial<tus.UploadOptions> = {}): { up: tus.Upload; done: Promise<string> } {
  let up: tus.Upload | undefined;
  const done = new Promise<string>((ok, fail) => {
    up = new tus.Upload(bytes, {
      endpoint: `${server.url}${t.place}`, metadata: { filename: "client.jpg" }, retryDelays: [0, 100, 300, ...Array<number>(600).fill(1000)],
      headers: { Cookie: Array.from(sami.jar, ([k, v]) => `${k}=${v}`).join("; "), "X-Preau-Form": t.token, Origin: server.url },
      onSuccess: () => ok(up?.url ?? ""), onError: fail, ...o,
    });
    up.start();
  });
  return { up: up!, done };
}

test("tus-js-client sends a photo in one piece, in many, and with its length and words", async () => {
  for (const chunkSize of [Infinity, 100_000, CHUNK]) {
    const mine = unique(one);
    const url = await sent(mine, { chunkSize }).done;
    await settled(server);
    assert.equal(stateOf(url), "ready");
    assert.ok((await original(url)).equals(mine), `in pieces of ${chunkSize}`);
  }
});

test("tus-js-client goes on with a photo that another of it began", async () => {
  const mine = unique(one);
  const first = sent(mine, { chunkSize: 100_000, onChunkComplete: (_, so) => { if (so >= 200_000) void first.up.abort(); } });
  await until("it to be cut", () => first.up.url !== null && count(server, `medium WHERE id = ${idOf(first.up.url ?? "")}`) === 1);
  await until("two pieces", async () => await t.offset(new URL(first.up.url ?? "").pathname) >= 200_000);
  let from = -1;
  const url = await sent(mine, { uploadUrl: first.up.url, onProgress: (so) => { if (from === -1) from = so; } }).done;
  assert.equal(url, first.up.url);
  assert.ok(from >= 200_000, `from ${from}`);
  await settled(server);
  assert.ok((await original(url)).equals(mine));
});

test("tus-js-client gives a photo up", async () => {
  // Not before its piece was answered: until then it is under way, and is not given up.
  let cut = false;
  const first = sent(unique(one), { chunkSize: 100_000, onChunkComplete: () => { cut = true; void first.up.abort(); } });
  await until("it to be cut", () => cut);
  const path = new URL(first.up.url ?? "").pathname;
  assert.equal(await t.offset(path), 100_000);
  await tus.Upload.terminate(first.up.url ?? "", { headers: first.up.options.headers ?? {} });
  assert.equal((await t.head(path)).status, 404);
});

test("nothing half-made is left", async () => {
  await settled(server);
  assert.deepEqual(check(server).findings, []);
  assert.equal(server.preau("audit", "verify").status, 0);
});
