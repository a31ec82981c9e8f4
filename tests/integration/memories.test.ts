// « Coffre souvenirs »: what is in it, for whom, and that it goes on where it broke.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { type Book, booksOf, readBook } from "../lib/books";
import type { Client } from "../lib/client";
import { GROUP, answer } from "../lib/consents";
import { isWhole } from "../lib/masks";
import { boxOf, FIRST, LEA, opened, pictures, SECOND, tooMany, unsealed, withChildren, withoutNames } from "../lib/memories";
import { drawn, isFlat, pixelsOf, spotted, tagsOf, unique } from "../lib/pictures";
import { startServer, type Server } from "../lib/server";
import { check, count, killOne, sql, until } from "../lib/trouble";

let server: Server;
let sami: Client;
let nadia: Client; // Léa's mother
let anne: Client; // Noé's
let noe: number;
let album: number;
let photos: number[];

const whole = async (c: Client, child: number): Promise<Buffer> => (await c.get(await boxOf(c, child))).body;

before(async () => {
  server = await startServer();
  withoutNames(server);
  [sami, nadia, anne] = [await server.client("sami"), await server.client("nadia"), await server.client("anne")];
  noe = Number(/href="\/memories\/(\d+)"/.exec((await anne.get("/rights")).text)?.[1]);
  ({ album, photos } = await withChildren(server, sami, "À l’étang : « canards » / <2>", [
    { jpeg: spotted(800, 600), who: [LEA] },
    { jpeg: drawn(640, 480, "2026-07-12T16:30:05"), who: [LEA, noe] },
    { jpeg: spotted(600, 800), who: [noe] },
    { jpeg: unique(drawn()), who: [] },
    { jpeg: spotted(800, 600), who: [noe, LEA] },
  ]));
});
after(() => server.sweep());

test("the pictures are those that the child is in, each the copy that this account gets", async () => {
  const files = opened(await whole(nadia, LEA));
  const copies = pictures(files);
  const want = [photos[0], photos[1], photos[4]];
  assert.equal(copies.length, want.length);
  for (const photo of want) {
    const single = (await nadia.get(`/m/${photo}/download`)).body;
    assert.ok(copies.some((c) => unsealed(c).equals(single)), `photo ${photo}`);
  }
  assert.equal(pictures(opened(await whole(anne, noe))).length, 3);
});

test("names are by date and open everywhere", async () => {
  const names = Array.from(opened(await whole(nadia, LEA)).keys());
  assert.equal(names[0], "index.html");
  for (const name of names.slice(1)) {
    assert.match(name, /^[^/]+\/\d{4}-\d{2}-\d{2}( \d{2}h\d{2})? À l’étang[^/]* \(\d+\)\.jpg$/u);
    assert.doesNotMatch(name, /[<>:"\\|?*]/);
  }
  assert.ok(names.some((n) => n.includes("/2026-07-12 16h30 ")), names.join());
  assert.equal(new Set(names.map((n) => n.toLowerCase())).size, names.length);
});

test("date, organisation and nothing of the camera are in each", async () => {
  const files = opened(await whole(nadia, LEA));
  const [, dated = Buffer.alloc(0)] = Array.from(files).find(([n]) => n.includes("16h30")) ?? [];
  const tags = tagsOf(dated);
  assert.match(JSON.stringify(tags), /2026:07:12 16:30:05/);
});

test("what a family does not allow is covered in the copies of another, and not in its own", async () => {
  const of = (files: Map<string, Buffer>, photo: Buffer): Buffer =>
    pictures(files).find((c) => unsealed(c).equals(photo)) ?? assert.fail("no such copy");
  const photo = photos[4] ?? 0;
  const source = pixelsOf((await anne.get(`/m/${photo}/2048`)).body);
  const before = await boxOf(nadia, LEA);
  assert.equal((await answer(anne, noe, GROUP, false)).status, 303);
  assert.notEqual(await boxOf(nadia, LEA), before, "another version");
  const hers = of(opened(await whole(nadia, LEA)), (await nadia.get(`/m/${photo}/download`)).body);
  assert.ok(isFlat(pixelsOf(hers), FIRST), "Noé is covered for Nadia");
  assert.ok(isWhole(pixelsOf(hers), source, SECOND), "and Léa is not");
  const his = of(opened(await whole(anne, noe)), (await anne.get(`/m/${photo}/download`)).body);
  assert.ok(isWhole(pixelsOf(his), source, FIRST), "Noé’s own family sees him");
  assert.equal((await answer(anne, noe, GROUP, true)).status, 303);
});

test("a part from anywhere is a part of the same bytes", async () => {
  const path = await boxOf(nadia, LEA);
  const all = await nadia.get(path);
  const n = all.body.length;
  assert.equal(Number(all.headers["content-length"]), n);
  assert.equal(all.headers["accept-ranges"], "bytes");
  const at = [0, 1, n - 1, n - 30, ...Array.from({ length: 24 }, () => Math.floor(Math.random() * n))];
  // Around the first picture’s seal, too.
  const second = all.body.indexOf(Buffer.from("PK\u0003\u0004"), all.body.indexOf(Buffer.from([0xff, 0xd8, 0xff])));
  for (let i = second - 6; i <= second + 2; i++) at.push(i);
  for (const first of at) {
    const rest = await nadia.get(path, { Range: `bytes=${first}-`, ...(first % 2 === 0 ? { "If-Range": String(all.headers.etag) } : {}) });
    assert.equal(rest.status, 206, `from ${first}`);
    assert.equal(rest.headers["content-range"], `bytes ${first}-${n - 1}/${n}`);
    assert.ok(rest.body.equals(all.body.subarray(first)), `from ${first}`);
    const some = await nadia.get(path, { Range: `bytes=${first}-${first + 5}` });
    assert.ok(some.body.equals(all.body.subarray(first, first + 6)), `six from ${first}`);
  }
  assert.equal((await nadia.get(path, { Range: `bytes=${n}-` })).status, 416);
  const head = await nadia.ask("HEAD", path);
  assert.equal(Number(head.headers["content-length"]), n);
});

test("curl goes on with a file that broke off, and leaves one alone that has changed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "preau-curl-"));
  const file = join(folder, "a.zip");
  const cookie = Array.from(nadia.jar, ([k, v]) => `${k}=${v}`).join("; ");
  const path = await boxOf(nadia, LEA);
  const all = (await nadia.get(path)).body;
  const curl = (): number | null => spawnSync("curl", ["-sf", "-C", "-", "-H", `Cookie: ${cookie}`, "-o", file, server.url + path]).status;
  try {
    writeFileSync(file, all.subarray(0, Math.floor(all.length / 3)));
    assert.equal(curl(), 0);
    assert.ok(readFileSync(file).equals(all));
    const part = all.subarray(0, 1000);
    writeFileSync(file, part);
    assert.equal((await answer(anne, noe, GROUP, false)).status, 303);
    assert.notEqual(curl(), 0, "the address names a box that is no more");
    assert.ok(readFileSync(file).equals(part), "and nothing of another was put behind it");
    const old = await nadia.get(path, { Range: "bytes=1000-" });
    assert.equal(old.status, 200, "the whole of the new one");
    const tag = String(old.headers.etag);
    assert.equal((await nadia.get(path, { Range: "bytes=1000-", "If-Range": tag })).status, 206, "which proves itself");
    assert.equal((await answer(anne, noe, GROUP, true)).status, 303);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("the book of a season is a PDF that other programs read: each picture as this account gets it, with its words", async () => {
  const books = await booksOf(nadia, LEA);
  assert.ok(books.length > 0);
  const read: Book[] = [];
  for (const at of books) read.push(readBook((await nadia.get(at)).body));
  const copies = read.flatMap((b) => b.pictures);
  const want = [photos[0], photos[1], photos[4]];
  assert.equal(copies.length, want.length);
  for (const photo of want) {
    const shown = (await nadia.get(`/m/${photo}/2048`)).body;
    assert.ok(copies.some((c) => c.equals(shown)), `photo ${photo}, byte by byte`);
  }
  const all = read.map((b) => b.text).join();
  assert.match(all, /Léa/);
  assert.match(all, /12 juillet 2026, 16 h 30 — À l’étang : « canards »/u);
  assert.match(all, /juillet 2026\n/);
  for (const b of read) {
    assert.match(b.info, /Title: +Livre de Léa/);
    assert.match(b.info, /Tagged: +yes/);
    assert.match(b.info, /\(A4\)/);
    assert.doesNotMatch(b.info, /Producer|Creator|Author|Date/);
    assert.match(b.tree, /Figure/);
    assert.equal(b.alts, b.pictures.length);
  }
});

test("a book goes on where it broke, in the same bytes; with another consent it is another", async () => {
  const at = (await booksOf(nadia, LEA)).at(-1) ?? "";
  const all = await nadia.get(at);
  const n = all.body.length;
  assert.equal(Number(all.headers["content-length"]), n);
  const tag = { "If-Range": String(all.headers.etag) };
  const jpeg = all.body.indexOf(Buffer.from([0xff, 0xd8, 0xff]));
  for (const first of [1, jpeg - 1, jpeg, jpeg + 1, Math.floor(n / 2), n - 1]) {
    const rest = await nadia.get(at, { Range: `bytes=${first}-`, ...tag });
    assert.equal(rest.status, 206, `from ${first}`);
    assert.ok(rest.body.equals(all.body.subarray(first)), `from ${first}`);
  }
  assert.equal((await nadia.get(at, { Range: "bytes=100-" })).status, 200, "without proof: the whole");
  assert.equal((await answer(anne, noe, GROUP, false)).status, 303);
  assert.equal((await nadia.get(at, { Range: "bytes=100-", ...tag })).status, 200, "the whole of the new one");
  const covered = readBook((await nadia.get(at)).body).pictures;
  assert.ok(covered.some((c) => isFlat(pixelsOf(c), FIRST)), "Noé is covered");
  assert.equal((await answer(anne, noe, GROUP, true)).status, 303);
});

test("a printer that dies is another’s work: the next book comes", async () => {
  const at = (await booksOf(nadia, LEA)).at(-1) ?? "";
  await until("the printer to be killed", () => killOne(server, "print"));
  await until("a book", async () => (await nadia.get(at)).status === 200);
});

test("a box that is too large for one file is offered season by season, and only so", async () => {
  const before = pictures(opened(await whole(nadia, LEA))).map((b) => createHash("sha256").update(b).digest("hex")).sort();
  assert.equal(before.length, 3);
  const single = (await nadia.get(`/memories/${LEA}`)).text;
  assert.doesNotMatch(single, /trop de photos/);
  const whole1 = await boxOf(nadia, LEA);
  const undo = tooMany(server, photos[0] ?? 0, photos[1] ?? 0);
  try {
    const page = await nadia.get(`/memories/${LEA}`);
    assert.equal(page.status, 200);
    assert.match(page.text, /trop de photos pour un seul fichier/);
    assert.doesNotMatch(page.text, /\/[0-9a-f]{32}\.zip/, "no whole");
    assert.equal((await nadia.get(whole1)).status, 413);
    const parts = Array.from(page.text.matchAll(new RegExp(`href="(/memories/${LEA}/[sy]\\d+-[0-9a-f]{32}\\.zip)" download>[^<]*<span class="unseen">([^<]*)<`, "g")), (m) => [m[1] ?? "", m[2] ?? ""] as const);
    assert.equal(parts.length, 3, page.text);
    assert.match(parts.map(([, words]) => words).join(), /Été 2019,2020, hors saison/, "the oldest first");
    const got: string[] = [];
    for (const [path] of parts) {
      const all = (await nadia.get(path)).body;
      const of = pictures(opened(all));
      assert.equal(of.length, 1, path);
      got.push(...of.map((b) => createHash("sha256").update(unsealed(b)).digest("hex")));
      const half = Math.floor(all.length / 2);
      const rest = await nadia.get(path, { Range: `bytes=${half}-` });
      assert.equal(rest.status, 206, "it goes on where it broke");
      assert.ok(Buffer.concat([all.subarray(0, half), rest.body]).equals(all));
    }
    assert.equal(new Set(got).size, 3, "each is in one of them");
    const books = Array.from(page.text.matchAll(/href="([^"]*\/[sy]\d+\.pdf)"/g), (m) => m[1] ?? "");
    assert.equal(books.length, 3);
    for (const book of books) assert.equal((await nadia.get(book)).status, 200, book);
    for (const [path] of parts) assert.equal((await anne.get(path)).status, 404);
    assert.equal((await nadia.get((parts[0]?.[0] ?? "").replace(/s\d+/, "s999"))).status, 404);
  } finally {
    undo();
  }
  assert.equal(await boxOf(nadia, LEA), whole1);
});

// A camp in the middle of a summer, and another season that began on its first day.
function camps(): () => void {
  const at = (day: string): number => Date.parse(`${day}T10:00:00Z`) / 1000;
  const day = (d: string): number => Math.floor(at(d) / 86400);
  const mine = [photos[0], photos[1], photos[4]];
  const kept = sql<{ id: number; taken_at: number | null }>(server, `SELECT id, taken_at FROM medium WHERE id IN (${mine.join()})`);
  sql(server, `INSERT INTO season (organisation, name, from_on, until_on) VALUES
      (1, 'Été 2018', ${day("2018-07-01")}, ${day("2018-08-31")}),
      (1, 'Mini-camp 2018', ${day("2018-07-15")}, ${day("2018-07-25")}),
      (1, 'Stage 2018', ${day("2018-07-01")}, ${day("2018-07-02")});
    ${["2018-07-05", "2018-07-20", "2018-08-20"].map((d, i) => `UPDATE medium SET taken_at = ${at(d)} WHERE id = ${mine[i]};`).join(" ")}`);
  return () => sql(server, `DELETE FROM season WHERE name LIKE '% 2018';
    ${kept.map((k) => `UPDATE medium SET taken_at = ${k.taken_at ?? "NULL"} WHERE id = ${k.id};`).join(" ")}`);
}

test("of a season that lies within another each has its own, whole", async () => {
  const undo = camps();
  try {
    const page = (await nadia.get(`/memories/${LEA}`)).text;
    const files = opened(await whole(nadia, LEA));
    const folders = Array.from(files.keys(), (n) => n.split("/")[0]).filter((n) => n !== "index.html");
    assert.deepEqual(folders, ["Été 2018", "Mini-camp 2018", "Été 2018"]);
    const index = files.get("index.html")?.toString() ?? "";
    assert.deepEqual(Array.from(index.matchAll(/<h2[^>]*>([^<]*)</g), (m) => m[1]), ["Été 2018", "Mini-camp 2018"]);
    const books = await booksOf(nadia, LEA);
    const pages = [];
    for (const at of books) pages.push(readBook((await nadia.get(at)).body));
    assert.deepEqual(pages.map((b) => b.pictures.length), [2, 1], "both ends of the summer are in its book");
    assert.match(pages[0]?.text ?? "", /Été 2018[\s\S]*5 juillet 2018[\s\S]*20 août 2018/);
    assert.match(pages[1]?.text ?? "", /Mini-camp 2018[\s\S]*20 juillet 2018/);
    const parts = Array.from(page.matchAll(new RegExp(`href="(/memories/${LEA}/s\\d+-[0-9a-f]{32}\\.zip)"`, "g")), (m) => m[1] ?? "");
    const held = [];
    for (const at of parts) held.push(pictures(opened((await nadia.get(at)).body)).length);
    assert.deepEqual(held, [2, 1]);
  } finally {
    undo();
  }
});

test("a camp that is too large for one file leaves the rest of its summer", async () => {
  const undoCamps = camps();
  const undo = tooMany(server, photos[0] ?? 0, photos[1] ?? 0, 20003);
  try {
    const day = Date.parse("2018-07-20T10:00:00Z") / 1000;
    sql(server, `UPDATE medium SET taken_at = ${day} WHERE id = ${photos[0]} OR id > (SELECT max(id) FROM medium) - 20003;
      UPDATE medium SET taken_at = ${day - 15 * 86400} WHERE id = ${photos[1]}`);
    const page = (await nadia.get(`/memories/${LEA}`)).text;
    assert.match(page, /<b>Mini-camp 2018<\/b>\s*<span[^>]*>Même ainsi/);
    assert.match(page, /<b>Été 2018<\/b>\s*<span[^>]*>2 photos/);
    const [summer = ""] = /\/memories\/\d+\/s\d+-[0-9a-f]{32}\.zip/.exec(page) ?? [];
    assert.equal(pictures(opened((await nadia.get(summer)).body)).length, 2);
    sql(server, `UPDATE medium SET taken_at = ${day - 15 * 86400} WHERE taken_at = ${day} AND id % 2 = 0;
      UPDATE medium SET state = 'queued' WHERE id IN (${photos.join()})`);
    const nothing = (await nadia.get(`/memories/${LEA}`)).text;
    assert.match(nothing, /Rien à emporter/, "of so many none is to be had");
    assert.doesNotMatch(nothing, /trop de photos/);
  } finally {
    sql(server, `UPDATE medium SET state = 'ready' WHERE id IN (${photos.join()})`);
    undo();
    undoCamps();
  }
});

test("nobody else gets it: no other family, no relative without the right, no team, nobody signed out", async () => {
  const path = await boxOf(nadia, LEA);
  const book = (await booksOf(nadia, LEA)).at(-1) ?? "";
  const nothing = await nadia.get("/memories/999999");
  assert.equal(nothing.status, 404);
  for (const name of ["anne", "monique", "marc", "sami", "claire"]) {
    const who = await server.client(name);
    for (const at of [path, book, `/memories/${LEA}`]) assert.equal((await who.get(at)).status, 404, `${name} ${at}`);
    if (name === "monique" || name === "marc")
      assert.doesNotMatch((await who.get("/rights")).text + (await who.get("/")).text, /href="\/memories/);
  }
  const out = await server.client("karim");
  assert.equal((await out.get(path)).status, 200, "her father, too");
  await out.signOut();
  assert.equal((await out.get(path)).status, 404);
  assert.equal((await out.get(`/memories/${LEA}`)).status, 303);
  assert.match((await nadia.get("/rights")).text, new RegExp(`href="/memories/${LEA}"`));
  assert.match((await nadia.get("/")).text, new RegExp(`href="/memories/${LEA}"`));
});

test("who took how many is written down, and the other parent reads it", async () => {
  const mine = `audit WHERE action = 'memories-taken' AND child = ${LEA} AND detail = '3'`;
  const before = count(server, mine);
  await whole(nadia, LEA);
  assert.equal(count(server, mine), before + 1);
  await nadia.ask("HEAD", await boxOf(nadia, LEA));
  assert.equal(count(server, mine), before + 1, "asking how long it is takes nothing");
  const karim = await server.client("karim");
  assert.match((await karim.get(`/child/${LEA}/looked`)).text, /Nadia Haddad a téléchargé les photos où se trouve un enfant \(3\)/);
  const claire = await server.client("claire");
  assert.match((await claire.get("/register?kind=looked")).text, /Nadia Haddad a téléchargé/);
});

test("a photo whose box is taken away, or that says another child, is no memory any more", async () => {
  const before = pictures(opened(await whole(nadia, LEA))).length;
  sql(server, `UPDATE region SET child = ${noe} WHERE medium = ${photos[0]} AND child = ${LEA}`);
  assert.equal(pictures(opened(await whole(nadia, LEA))).length, before - 1);
  sql(server, `UPDATE region SET child = ${LEA} WHERE medium = ${photos[0]} AND child = ${noe}`);
});

test("a child without a picture has nothing to take home", async () => {
  const tom = Array.from((await nadia.get("/rights")).text.matchAll(/href="\/memories\/(\d+)"/g), (m) => Number(m[1])).find((id) => id !== LEA) ?? 0;
  const page = await nadia.get(`/memories/${tom}`);
  assert.equal(page.status, 200);
  assert.match(page.text, /Rien à emporter/);
  assert.equal((await nadia.get(`/memories/${tom}/${"0".repeat(32)}.zip`)).status, 404);
});

test("when a season is over, the first page of a family offers its photos; of a child without any it says nothing", async () => {
  const says = async (c: Client): Promise<string[]> =>
    Array.from((await c.get("/")).text.matchAll(/id="farewell-(\d+)-\d+"/g), (m) => m[1] ?? "");
  assert.deepEqual(await says(nadia), [], "it goes on");
  const one = (text: string): number => Number(Object.values(sql(server, text)[0] ?? {})[0]);
  const day = one(`SELECT day_on FROM post WHERE id = ${album}`);
  const season = one(`SELECT id FROM season WHERE ${day} BETWEEN from_on AND until_on LIMIT 1`);
  const until_on = one(`SELECT until_on FROM season WHERE id = ${season}`);
  const ends = (on: number): unknown => sql(server, `UPDATE post SET day_on = ${Math.min(on, day)} WHERE id = ${album};
    UPDATE season SET until_on = ${on} WHERE id = ${season}`);
  ends(day - 1);
  assert.deepEqual(await says(nadia), [String(LEA)]);
  assert.match((await nadia.get("/")).text, /La saison .* est terminée/);
  assert.deepEqual(await says(sami), [], "the team is told nothing");
  ends(day - 60);
  assert.deepEqual(await says(nadia), [], "long ago");
  ends(day - 1);
  sql(server, `UPDATE medium SET state = 'queued' WHERE post = ${album}`);
  assert.equal(one(`SELECT count(*) FROM region r JOIN medium m ON m.id = r.medium WHERE r.child = ${LEA} AND m.state = 'ready'`), 0);
  assert.deepEqual(await says(nadia), [], "nothing to take");
  sql(server, `UPDATE medium SET state = 'ready' WHERE post = ${album}`);
  ends(until_on);
});

test("an album that is withdrawn takes its photos out of the box", async () => {
  assert.equal((await sami.submit(`/publish/${album}/text`, `/publish/${album}/withdraw`, {})).status, 303);
  assert.match((await nadia.get(`/memories/${LEA}`)).text, /Rien à emporter/);
});

test("nothing is left behind", () => {
  assert.deepEqual(check(server).findings, []);
});
