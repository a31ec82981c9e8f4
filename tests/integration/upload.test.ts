// Sixty photos from a telephone, every format and every kind of wrong file;
// then what a family can get is searched for what the camera wrote.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";

import type { Client } from "../lib/client";
import { animation, asFormat, drawn, inProfile, largest, png, tagged, tagsOf, unique, type Format } from "../lib/pictures";
import { PATIENCE_MS } from "../lib/patience";
import { build, startServer, type Server } from "../lib/server";
import { check, count, fill, fillFiles, lookedThrough, newAlbum, publishNow, settled, sql, until, upload } from "../lib/trouble";

const secret = "Chemin-des-Lilas";
const types: Record<Format, string> = { jpg: "image/jpeg", png: "image/png", webp: "image/webp", heic: "image/heic" };

let server: Server;
let sami: Client;
let nadia: Client;

before(async () => {
  server = await startServer();
  sami = await server.client("sami");
  nadia = await server.client("nadia");
});
after(() => server.sweep());

const ready = (album: number): number => count(server, `medium WHERE post = ${album} AND state = 'ready'`);
const media = (album: number): { id: number; state: string; reason: string | null }[] =>
  sql(server, `SELECT id, state, reason FROM medium WHERE post = ${album} ORDER BY id`);

test("sixty photos sent one by one are all there, and pages answer meanwhile", async () => {
  const album = await newAlbum(sami, "Soixante");
  const token = await sami.token(`/publish/${album}`);
  const one = drawn(400, 300);
  const times: number[] = [];
  let sent = 0;
  const hand = async (): Promise<void> => {
    while (sent < 60) {
      if (sent === 50) await until("some pages meanwhile", () => times.length > 3);
      const name = `IMG_${sent++}.jpg`;
      assert.equal((await upload(sami, album, name, unique(one), token)).state, "queued", name);
    }
  };
  const look = async (): Promise<void> => {
    while (sent < 60) times.push((await nadia.get("/")).ms);
  };
  await Promise.all([hand(), hand(), look()]);
  const status = JSON.parse((await sami.get(`/publish/${album}/status`)).text) as Record<string, number>;
  assert.equal((status["queued"] ?? 0) + (status["ready"] ?? 0), 60);
  await settled(server);
  assert.equal(ready(album), 60);
  assert.equal(sql<{ photos: number }>(server, `SELECT photos FROM post WHERE id = ${album}`)[0]?.photos, 60);
  assert.ok(times.length > 3, "no page was answered meanwhile");
});

test("the same photo twice is kept once, and said", async () => {
  const album = await newAlbum(sami, "Deux fois");
  const one = drawn(320, 240);
  assert.equal((await upload(sami, album, "a.jpg", one)).state, "queued");
  assert.equal((await upload(sami, album, "b.jpg", one)).state, "twice");
  const both = await fillFiles(sami, `/publish/${album}`, `/album/${album}/photos`, "photo",
    [{ name: "c.jpg", bytes: one, type: "image/jpeg" }, { name: "d.jpg", bytes: unique(one), type: "image/jpeg" }]);
  assert.equal(both.status, 303);
  assert.match((await sami.get(both.headers.location ?? "")).text, /déjà dans cet album|étaient déjà/);
  await settled(server);
  assert.equal(ready(album), 2);
});

test("JPEG, PNG, WebP and HEIC come in by the plain form", async () => {
  const album = await newAlbum(sami, "Formats");
  const one = drawn(480, 320);
  const files = (["jpg", "png", "webp", "heic"] as const).map((f) =>
    ({ name: `photo.${f}`, bytes: f === "jpg" ? one : asFormat(one, f), type: types[f] }));
  const done = await fillFiles(sami, `/publish/${album}`, `/album/${album}/photos`, "photo", files);
  assert.equal(done.status, 303, done.text);
  await settled(server);
  assert.deepEqual(media(album).map((m) => `${m.state} ${m.reason ?? ""}`), ["ready ", "ready ", "ready ", "ready "]);
  const kinds = sql<{ type: string }>(server, `SELECT type FROM blob b JOIN medium m ON m.id = b.medium
    WHERE m.post = ${album} AND side = 0 ORDER BY b.id`).map((r) => r.type);
  assert.deepEqual(kinds, ["image/jpeg", "image/png", "image/webp", "image/heic"]);
});

const tags = ["-EXIF:GPSLatitude=48.8566", "-EXIF:GPSLatitudeRef=N", "-EXIF:GPSLongitude=2.3522", "-EXIF:GPSLongitudeRef=E",
  "-EXIF:Make=Fabrique", `-EXIF:ImageDescription=${secret}`, `-EXIF:Artist=${secret}`, "-EXIF:DateTimeOriginal=2026:03:14 10:20:30",
  `-XMP:City=${secret}`, `-XMP-dc:Creator=${secret}`, "-XMP:GPSLatitude=48.8566", `-EXIF:UserComment=${secret}`];

test("nothing that a camera wrote is left in what a family can get", async () => {
  // Emoji, letters of four bytes and combining ones stay; marks that turn the
  // direction of text do not, in a title, a caption or a file's name.
  const album = await newAlbum(sami, "Sans \u202etraces\u202c \u2066🌈\u2069");
  const one = drawn(2400, 1600);
  const jpeg = tagged(one, "jpg", [...tags, `-IPTC:City=${secret}`, `-Comment=${secret}`]);
  const inputs: [string, Format, Buffer][] = [["jpeg", "jpg", jpeg],
    ["wide", "jpg", tagged(inProfile(drawn(1200, 800)), "jpg", tags)],
    ["png", "png", tagged(asFormat(drawn(600, 400), "png"), "png", [...tags, `-PNG:Comment=${secret}`])],
    ["webp", "webp", tagged(asFormat(drawn(600, 400), "webp"), "webp", tags)],
    ["heic", "heic", tagged(asFormat(drawn(600, 400), "heic"), "heic", tags)]];
  for (const [name, format, bytes] of inputs) {
    const has = Object.keys(tagsOf(bytes, format));
    assert.ok(has.some((k) => k.startsWith("GPS:")), `${name} has no place to begin with`);
    assert.equal((await upload(sami, album, name, bytes, undefined, types[format])).state, "queued");
  }
  await settled(server);
  const all = media(album);
  assert.deepEqual(all.map((m) => m.state), inputs.map(() => "ready"));
  const taken = sql<{ n: number }>(server, `SELECT count(taken_at) AS n FROM medium WHERE post = ${album}`)[0]?.n;
  assert.equal(taken, 5, "the date is kept as data");
  const caption = "Une légende 🌈 e\u0301 𝒳 مرحبا";
  const action = `/publish/${album}/photo/${all[0]?.id}`;
  assert.equal((await fill(sami, `/publish/${album}/arrange`, action, { caption: `Une \u202elégende\u202c\t${caption.slice(12)}\u200f` })).status, 303);
  await lookedThrough(server, album);
  await publishNow(sami, album);
  const seen = (await nadia.get(`/album/${album}`)).text;
  assert.ok(seen.includes("Sans traces 🌈") && seen.includes(caption), seen);
  for (const [i, m] of all.entries()) {
    for (const side of [320, 1024, 2048]) {
      const got = await nadia.get(`/m/${m.id}/${side}`);
      if (got.status === 404) continue; // smaller than that
      assert.equal(got.headers["content-type"], "image/jpeg");
      const left = Object.keys(tagsOf(got.body)).filter((k) => !k.startsWith("JFIF:"));
      assert.deepEqual(left, [], `${inputs[i]?.[0]} ${side}`);
      assert.ok(!got.body.includes(secret) && !got.body.includes("Fabrique") && !got.body.includes("Exif"));
    }
    const kept = await nadia.get(`/m/${m.id}/download`);
    assert.equal(kept.status, 200);
    const said = tagsOf(kept.body);
    const words = JSON.stringify(said);
    assert.ok(!kept.body.includes(secret) && !kept.body.includes("Fabrique"));
    assert.ok(!/GPS|48\.8|2\.35/.test(words), words);
    assert.match(words, /2026:03:14 10:20:30/);
    assert.match(words, /Les Tilleuls/);
    if (i === 0) assert.ok(words.includes(caption), words);
    const others = Object.entries(said).filter(([k, v]) => !/^JFIF:/.test(k) &&
      !/2026:03:14|Les Tilleuls|Une légende/.test(String(v)) && !/(CodedCharacterSet|ApplicationRecordVersion|XMPToolkit|ExifByteOrder|ExifVersion|Resolution|YCbCr|ColorSpace|EnvelopeRecordVersion|OffsetTime)/.test(k));
    assert.deepEqual(others, [], "nothing but date, caption and organisation");
  }
});

// Each wrong file, the reason that is kept, and the words that say it.
function wrongFiles(): [string, Buffer, string, RegExp, RegExp][] {
  const one = drawn(800, 600);
  const pngBytes = asFormat(one, "png");
  const lying = Buffer.from(one);
  const sof = lying.indexOf(Buffer.from("ffc0", "hex"));
  if (sof > 0) lying.writeUInt16BE(61_000, sof + 5); // a height that its data do not have
  const polyglot = Buffer.concat([Buffer.from("<html><script>alert(1)</script>\n"), one]);
  const readable = /n’est ni une photo, ni une vidéo/;
  const photo = /no photo, no video and no document that can be read/;
  return [
    ["cut.jpg", one.subarray(0, one.length >> 1), "truncated", /fin du fichier/, /end of the file is missing/],
    ["cut.png", pngBytes.subarray(0, pngBytes.length >> 1), "truncated", /fin du fichier/, /end of the file is missing/],
    ["empty.jpg", Buffer.alloc(0), "empty", /vide/, /empty/],
    ["bomb.png", png(60_000, 60_000), "too_large", /50.millions de points, ou plus de 20.000/, /50 million points, or more than 20,000/],
    ["lying.png", png(64, 64, { width: 60_000, height: 60_000 }), "too_large", /50.millions de points, ou plus de 20.000/, /50 million points, or more than 20,000/],
    ["lying.jpg", lying, "", /./, /./],
    ["📷 e\u0301 \u202egpj.exe", Buffer.from("Ceci n’est pas une image.\n".repeat(50)), "unknown", readable, photo],
    ["polyglot.jpg", polyglot, "unknown", readable, photo],
    ["movie.jpg", Buffer.concat([Buffer.from("00000018667479706d70343200000000", "hex"), Buffer.alloc(4096)]), "video_unknown", /vidéo ne peut pas être lue/, /video cannot be read/],
    ["movie.webm", Buffer.concat([Buffer.from("1a45dfa39f4286810142f781", "hex"), Buffer.alloc(4096)]), "video_unknown", /vidéo ne peut pas être lue/, /video cannot be read/],
    // A picture of HEIF with a film in the same file.
    ["burst.avif", Buffer.from("00000018667479706176697300000000617669666176697300000008" +
      "6d6f6f76000000086d646174", "hex"), "film", /image qui contient un film/, /a picture with a film in it/],
    ["many.png", animation(301), "too_many", /trop d’images/, /too many pictures/],
    ["script.jpg", Buffer.from("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"), "unknown", readable, photo],
    ["pdf.jpg", Buffer.from("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "latin1"), "document_damaged", /Ce PDF est illisible/, /This PDF cannot be read/],
  ];
}

test("what is no photo is refused with its reason, in the language of who sent it", async () => {
  const album = await newAlbum(sami, "Refusés");
  const wrong = wrongFiles();
  for (const [name, bytes] of wrong) {
    const a = await upload(sami, album, name, bytes);
    assert.equal(a.status, 200, `${name} ${a.text}`);
  }
  await settled(server);
  const all = media(album);
  for (const [i, [name, , reason]] of wrong.entries()) {
    assert.equal(all[i]?.state, "refused", name);
    if (reason !== "") assert.equal(all[i]?.reason, reason, name);
  }
  assert.equal(count(server, `blob b JOIN medium m ON m.id = b.medium WHERE m.post = ${album} AND b.key_wrapped IS NOT NULL`), 0,
    "the keys of what was refused are gone");
  const look = async (c: Client, at: 3 | 4): Promise<void> => {
    const page = (await c.get(`/publish/${album}`)).text;
    for (const w of wrong) {
      const from = page.indexOf(w[0].replace("\u202e", ""));
      assert.ok(from > 0, w[0]);
      const line = page.slice(from, page.indexOf("</form>", from));
      assert.match(line, w[at], w[0]);
    }
  };
  await look(sami, 3);
  await sami.get("/language/en?back=%2F");
  await look(sami, 4);
  await sami.get("/language/fr?back=%2F");
  // One that is refused goes, the others stay.
  const first = all[0]?.id ?? 0;
  assert.equal((await fill(sami, `/publish/${album}`, `/publish/${album}/photo/${first}/remove`)).status, 303);
  assert.doesNotMatch((await sami.get(`/publish/${album}`)).text, /cut\.jpg/);
});

test("a file of 41 MB is refused alone", async () => {
  const album = await newAlbum(sami, "Trop lourd");
  const big = Buffer.alloc(41_943_041 + 1024);
  drawn(64, 64).copy(big);
  const alone = await upload(sami, album, "big.jpg", big);
  assert.ok(alone.state === "too-big" || alone.status === 413, `${alone.status} ${alone.text.slice(0, 300)}`);
  const among = await fillFiles(sami, `/publish/${album}`, `/album/${album}/photos`, "photo",
    [{ name: "big.jpg", bytes: big, type: "image/jpeg" }, { name: "small.jpg", bytes: drawn(320, 240), type: "image/jpeg" }]);
  assert.equal(among.status, 303, among.text.slice(0, 500));
  assert.match((await sami.get(among.headers.location ?? "")).text, /40 Mo/);
  await settled(server);
  assert.deepEqual(media(album).map((m) => m.state), ["ready"]);
});

test("a body that is too large is answered before it is read", async () => {
  const album = await newAlbum(sami, "Énorme");
  const token = await sami.token(`/publish/${album}`);
  const cookie = Array.from(sami.jar, ([k, v]) => `${k}=${v}`).join("; ");
  const ask = (path: string, type: string, length: number): Promise<string> => new Promise((done, fail) => {
    let got = "";
    const s = connect(server.port, "127.0.0.1", () => s.write(`POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n` +
      `Cookie: ${cookie}\r\nOrigin: ${server.url}\r\nX-Preau-Form: ${token}\r\nX-Preau-Name: a.jpg\r\nAccept-Language: fr\r\n` +
      `Content-Type: ${type}\r\nContent-Length: ${length}\r\nExpect: 100-continue\r\n\r\n`));
    s.setTimeout(PATIENCE_MS, () => fail(new Error("no answer before the body")));
    s.on("data", (b) => {
      got += b.toString();
      if (got.includes("\r\n\r\n")) {
        s.destroy();
        done(got);
      }
    });
    s.on("error", fail);
  });
  const huge = 20 * 1024 ** 3;
  assert.match(await ask(`/album/${album}/upload`, "image/jpeg", huge), /^HTTP\/1\.1 413 /);
  assert.match(await ask(`/album/${album}/photos`, "multipart/form-data; boundary=x", huge), /^HTTP\/1\.1 413 /);
  assert.match(await ask(`/publish/${album}/text`, "application/x-www-form-urlencoded", 10_000_000), /^HTTP\/1\.1 413 /);
  assert.match(await ask(`/publish/${album}/text`, "application/json", 2), /^HTTP\/1\.1 415 /);
});

// Not with checked code, which takes minutes for each.
if (!build.endsWith("-checked"))
  test("fifty million pixels come in, in every kind that is decoded whole, and not one pixel more", async () => {
    const album = await newAlbum(sami, "Très grandes");
    const all = largest();
    for (const { name, type, bytes } of all)
      assert.equal((await upload(sami, album, name, bytes, undefined, type)).state, "queued", name);
    assert.equal((await upload(sami, album, "b.png", png(3561, 14041), undefined, "image/png")).state, "queued");
    await settled(server);
    const found = sql(server, `SELECT state, reason, width, height FROM medium WHERE post = ${album} ORDER BY position, id`);
    assert.deepEqual(found, [...all.map(() => ({ state: "ready", reason: null, width: 8000, height: 6250 })),
      { state: "refused", reason: "too_large", width: null, height: null }]);
    assert.equal(count(server, `blob b JOIN medium m ON m.id = b.medium WHERE m.post = ${album} AND b.side = 2048 AND b.width = 2048 AND b.height = 1600`), 3);
  });

test("nothing half-made is left", async () => {
  await settled(server);
  assert.deepEqual(check(server).findings, []);
});
