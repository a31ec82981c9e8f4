// What a list knows is stopped before anybody sees it, whatever dies meanwhile:
// the match process, jobs, the index file, a list that changes under way.
import assert from "node:assert/strict";
import { openSync, readdirSync, readFileSync, readSync, writeFileSync, writeSync, closeSync, existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import type { Client } from "../lib/client";
import { drawn, edited, scene, unique } from "../lib/pictures";
import { startServer, type Server } from "../lib/server";
import { check, count, dataOf, killOne, newAlbum, pause, roles, settled, sql, until, upload } from "../lib/trouble";

let server: Server;
let sami: Client;
let people: Record<"claire" | "thomas", Client>;
const told = [["claire", "/structure"], ["thomas", "/today"], ["thomas", "/stopped"]] as const;

before(async () => {
  server = await startServer();
  sami = await server.client("sami");
  people = { claire: await server.client("claire"), thomas: await server.client("thomas") };
});
after(() => server.sweep());

const staff = (role: string): string =>
  String(sql<{ id: number }>(server, `SELECT id FROM account WHERE kind = 'staff' AND role = '${role}'`)[0]?.id);

function run(...args: string[]): void {
  const done = server.preau(...args);
  assert.equal(done.status, 0, `preau ${args.join(" ")}: ${done.out} ${done.err}`);
}

// The canonical PDQ hash of a stored medium, as lists write it.
function pdqOf(medium: number): string {
  const row = sql<{ h: string }>(server,
    `SELECT hex(substr(hash, 1, 32)) AS h FROM medium_hash WHERE medium = ${medium} AND hash_kind = 1 ORDER BY hypothesis, frame LIMIT 1`)[0];
  assert.ok(row !== undefined, `medium ${medium} has a hash`);
  return row.h.toLowerCase();
}

// A list of these hashes; one person imports it, another enables it.
function newList(name: string, hashes: string[]): void {
  run("list", "add", name, "--by", staff("director"), "--format", "plain", "--kind", "pdq", "--source", "tests");
  importInto(name, hashes);
  run("list", "enable", name, "--by", staff("safeguarding"));
}

function importInto(name: string, hashes: string[]): void {
  const file = join(server.folder, `${name}.txt`);
  writeFileSync(file, hashes.join("\n") + "\n");
  run("list", "import", name, file, "--by", staff("director"));
}

const stateOf = (medium: number): string =>
  sql<{ state: string }>(server, `SELECT state FROM medium WHERE id = ${medium}`)[0]?.state ?? "none";

// Far from every picture: hashes by a fixed rule.
function far(n: number, seed: number): string[] {
  let x = BigInt(seed) * 0x9e3779b97f4a7c15n + 1n;
  const one = (): string => {
    let text = "";
    for (let i = 0; i < 4; i++) {
      x = (x * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
      text += (x ^ (x >> 29n)).toString(16).padStart(16, "0").slice(-16);
    }
    return text;
  };
  return Array.from({ length: n }, one);
}

async function send(album: number, bytes: Buffer): Promise<number> {
  const was = sql<{ id: number }>(server, `SELECT coalesce(max(id), 0) AS id FROM medium`)[0]?.id ?? 0;
  const a = await upload(sami, album, "x.jpg", bytes);
  assert.equal(a.state, "queued", a.text);
  const id = sql<{ id: number }>(server, `SELECT max(id) AS id FROM medium WHERE id > ${was} AND post = ${album}`)[0]?.id;
  assert.ok(id !== undefined && id !== null);
  return id;
}

// What was sent and how it ended; « queued » is no end.
async function ended(medium: number): Promise<string> {
  return until(`medium ${medium} to be decided`, () => {
    const s = stateOf(medium);
    return s !== "queued" && s !== "receiving" ? s : undefined;
  });
}

// Nothing of it is to be had by anybody, and its bytes are in their place.
async function lockedWell(medium: number): Promise<void> {
  assert.equal(count(server, `blob WHERE medium = ${medium} AND side = 0 AND key_wrapped IS NOT NULL`), 1);
  assert.ok(count(server, `stopping WHERE medium = ${medium} AND outcome IS NULL`) === 1);
  for (const path of [`/m/${medium}/320`, `/m/${medium}/1024`, `/m/${medium}/2048`, `/photo/${medium}`, `/m/${medium}/original`])
    assert.notEqual((await sami.get(path)).status, 200, path);
}

const indexFile = (): string => {
  const folder = join(dataOf(server), "lists");
  const name = readdirSync(folder).find((f) => /^index-\d+$/.test(f));
  assert.ok(name !== undefined, "an index file");
  return join(folder, name);
};

let known = 0; // ready, before any list was there
let look: Buffer = Buffer.alloc(0);

test("without any list everything goes on as before", async () => {
  const album = await newAlbum(sami, "Avant");
  look = scene(1, 401, 1600, 1200);
  known = await send(album, look);
  assert.equal(await ended(known), "ready");
  assert.equal(count(server, "match_index"), 1);
  assert.equal(count(server, "stopping"), 0);
});

test("a new list stops what is stored and what comes", async () => {
  newList("first", [...far(500, 1), pdqOf(known), ...far(500, 2)]);
  await until("the stored photo to be locked", () => stateOf(known) === "locked");
  await lockedWell(known);
  assert.equal(count(server, `stopping WHERE medium = ${known} AND stage = 'rescan'`), 1);
  // The demonstration's own photos are others.
  assert.equal(count(server, "stopping"), 1);
  const album = await newAlbum(sami, "Encore");
  const again = await send(album, unique(look));
  assert.equal(await ended(again), "locked");
  await lockedWell(again);
  assert.equal(count(server, `stopping WHERE medium = ${again} AND stage = 'intake'`), 1);
  assert.equal(count(server, `blob WHERE medium = ${again}`), 1);
});

test("what a list knows is stopped when it comes turned, cropped or between bars", async () => {
  const album = await newAlbum(sami, "Changée");
  const ways: [number, number, Buffer][] = [
    [0, 1, edited(look, "rot", ["d90"])],
    [1, 0, edited(look, "embed", ["0", "200", "1600", "1600"])],
    [2, 0, edited(look, "extract_area", ["32", "24", "1536", "1152"])],
  ];
  for (const [hypothesis, transform, bytes] of ways) {
    const id = await send(album, bytes);
    assert.equal(await ended(id), "locked", `hypothesis ${hypothesis}`);
    assert.deepEqual(sql(server, `SELECT h.hypothesis, h.transform FROM stop_hit h JOIN stopping s ON s.id = h.stopping
      WHERE s.medium = ${id}`), [{ hypothesis, transform }]);
  }
});

test("an entry that is disabled stops nothing from that moment", async () => {
  run("list", "disable", "first", "--entry", `pdq:${pdqOf(known)}`, "--by", staff("safeguarding"), "--why", "faux");
  // Held with what was stopped before is only what is in the same hands.
  const id = await send(await newAlbum(sami, "Libre"), unique(look));
  assert.notEqual(await ended(id), "locked");
  assert.equal(count(server, `stopping WHERE medium = ${id}`), 0);
  run("list", "restore", "first", "--entry", `pdq:${pdqOf(known)}`, "--by", staff("safeguarding"));
  await until("it to count again", () => stateOf(id) === "locked");
});

test("uploads wait, and are let in, while the match process is killed again and again", async () => {
  const album = await newAlbum(sami, "Tué");
  const token = await sami.token(`/publish/${album}`);
  let over = false;
  let kills = 0;
  const killer = (async () => {
    while (!over) {
      if (killOne(server, "match")) kills++;
      await pause(100 + Math.random() * 300);
    }
  })();
  const other = drawn(1300, 900);
  for (let i = 0; i < 8; i++) {
    const a = await upload(sami, album, "x.jpg", i % 2 === 0 ? unique(look) : unique(other), token);
    assert.equal(a.state, "queued", a.text);
    await pause(250);
  }
  await until("some kills", () => kills >= 4);
  over = true;
  await killer;
  await settled(server);
  const states = sql<{ state: string; n: number }>(server,
    `SELECT state, count(*) AS n FROM medium WHERE post = ${album} GROUP BY state`);
  assert.equal(states.find((s) => s.state === "locked")?.n, 4, JSON.stringify(states));
  assert.deepEqual(check(server).findings, []);
});

test("a photo is not ready while nobody answers, and the page says that it is checked", async () => {
  const album = await newAlbum(sami, "Attente");
  const seat = await until("a match process", () => roles(server).find((r) => r.name === "match"));
  process.kill(seat.pid, "SIGSTOP");
  const id = await send(album, drawn(1200, 800));
  await until("it to be decoded", () => roles(server).some((r) => r.name === "media"));
  await pause(1500);
  const state = stateOf(id);
  const page = (await sami.get(`/publish/${album}`)).text;
  const blobs = count(server, `blob WHERE medium = ${id}`);
  const soon = (await people.claire.get("/structure")).text;
  sql(server, `UPDATE medium SET created_at = created_at - 600 WHERE id = ${id}`);
  const waits = new Map<string, string>([["sami", (await sami.get("/today")).text]]);
  for (const [who, path] of told) waits.set(who, (await people[who].get(path)).text);
  process.kill(seat.pid, "SIGCONT");
  assert.equal(state, "queued");
  assert.match(page, /en cours de vérification/);
  for (const [who, path] of told) assert.match(waits.get(who) ?? "", /1 photo attend d’être vérifiée/, `${who} ${path}`);
  assert.doesNotMatch(waits.get("sami") ?? "", /attend d’être vérifiée/);
  assert.equal(blobs, 1);
  assert.doesNotMatch(soon, /attend d’être vérifiée/); // a queue is no fault
  assert.notEqual(await ended(id), "queued");
  for (const [who, path] of told) assert.doesNotMatch((await people[who].get(path)).text, /attend d’être vérifiée/);
});

test("a list whose file is damaged is told to who must know, and counts once it is mended", async (t) => {
  run("list", "add", "broken", "--by", staff("director"), "--format", "plain", "--kind", "pdq", "--source", "tests");
  importInto("broken", far(300, 7));
  const file = join(dataOf(server), "lists",
    sql<{ f: string }>(server, "SELECT entries_file AS f FROM list WHERE name = 'broken'")[0]?.f ?? "");
  const sound = readFileSync(file);
  const bad = Buffer.from(sound);
  bad.writeUInt8((bad[bad.length >> 1] ?? 0) ^ 0x10, bad.length >> 1);
  // Whatever is said below, the tests that follow find a sound list.
  t.after(() => writeFileSync(file, sound));
  writeFileSync(file, bad);
  const inIndex = (damaged: string) => count(server, `match_index_list x JOIN list l ON l.id = x.list
    AND l.generation = x.list_generation WHERE l.name = 'broken' AND x.damaged ${damaged}`) === 1;
  run("list", "enable", "broken", "--by", staff("safeguarding"));
  await until("it to be known as damaged", () => inIndex("<> ''"));
  sql(server, "UPDATE list SET enabled_at = enabled_at - 1000 WHERE name = 'broken'");
  sql(server, "UPDATE list_import SET imported_at = imported_at - 1000 WHERE list = (SELECT id FROM list WHERE name = 'broken')");
  for (const [who, path] of told)
    assert.match((await people[who].get(path)).text, /1 liste de contenus connus ne compte pas encore/, `${who} ${path}`);
  assert.doesNotMatch((await sami.get("/today")).text, /ne compte pas encore/);
  const status = server.preau("list", "status", "broken");
  assert.match(status.out, /damaged: .*byte 65536/);
  assert.match(server.preau("list", "status", "broken", "--json").out, /"damaged":"[^"]*byte 65536/);
  // What is in the index goes on counting meanwhile; nothing else comes in.
  const unknown = await send(await newAlbum(sami, "Attend"), drawn(1111, 777));
  const id = await send(await newAlbum(sami, "Pendant"), unique(look));
  assert.equal(await ended(id), "locked");
  assert.equal(stateOf(unknown), "queued");
  writeFileSync(file, sound);
  await until("it to be in the index", () => inIndex("= ''"));
  assert.notEqual(await ended(unknown), "locked");
  for (const [who, path] of told)
    assert.doesNotMatch((await people[who].get(path)).text, /ne compte pas encore/);
  assert.doesNotMatch(server.preau("list", "status", "broken").out, /damaged/);
});

// Rows that take a rescan some time: as of a house with very many photos.
function manyHashes(medium: number, from: number, n: number): void {
  sql(server, `WITH RECURSIVE i (x) AS (SELECT ${from} UNION ALL SELECT x + 1 FROM i WHERE x < ${from + n - 1})
    INSERT INTO medium_hash (hash_kind, medium, pipeline, hypothesis, frame, quality, hash)
    SELECT 1, ${medium}, 0, 9, x, 100, randomblob(256) FROM i`);
}

// Until the rescan of that list has ended; returns how often somebody was killed
// in its middle.
async function rescanned(name: string): Promise<number> {
  let kills = 0;
  await until("the rescan to end", () => {
    if (count(server, "rescan WHERE done_at IS NULL AND hashes > 0") > 0 && kills < 6) {
      if (killOne(server, kills % 2 === 0 ? "match" : "jobs")) kills++;
    }
    return count(server, `rescan r JOIN list l ON l.id = r.list WHERE l.name = '${name}' AND r.done_at IS NOT NULL`) === 1;
  });
  return kills;
}

test("a rescan goes on where it was when jobs or the match process is killed", async () => {
  const album = await newAlbum(sami, "Rescan");
  const middle = sql<{ id: number }>(server, `SELECT min(id) AS id FROM medium WHERE state = 'ready'`)[0]?.id ?? 0;
  // A fast machine has more to do, until it is caught in the middle.
  for (let tries = 0, kills = 0; kills === 0; tries++) {
    assert.ok(tries < 12, "nothing was killed");
    const first = await send(album, drawn(1000, 800));
    const last = await send(album, drawn(900, 1100));
    assert.equal(await ended(first), "ready");
    assert.equal(await ended(last), "ready");
    manyHashes(middle, 60_000 * tries, 60_000);
    await until("who may be killed", () => roles(server).every((r) => !["match", "jobs"].includes(r.name) || r.age_ms > 1200));
    const before = count(server, "stopping");
    const name = tries === 0 ? "second" : `second-${tries}`;
    newList(name, [...far(20_000, 3 + tries), pdqOf(first), pdqOf(last)]);
    kills = await rescanned(name);
    assert.equal(stateOf(first), "locked");
    assert.equal(stateOf(last), "locked");
    assert.equal(count(server, "stopping"), before + 2);
    assert.deepEqual(check(server).findings, []);
  }
});

test("a damaged index is refused and built again, and nothing is let in meanwhile", async () => {
  await server.stop();
  const path = indexFile();
  const bytes = readFileSync(path);
  const at = Math.floor(bytes.length / 2);
  const fd = openSync(path, "r+");
  const one = Buffer.alloc(1);
  readSync(fd, one, 0, 1, at);
  writeSync(fd, Buffer.from([(one[0] ?? 0) ^ 0x10]), 0, 1, at);
  closeSync(fd);
  await server.start();
  const id = await send(await newAlbum(sami, "Abîmé"), unique(look));
  assert.equal(await ended(id), "locked");
  await server.said(/is damaged: it is built again/);
  assert.notEqual(indexFile(), path);
  assert.ok(!existsSync(path));
});

test("an index that is cut, empty or gone is built again", async () => {
  for (const wrong of ["cut", "empty"]) {
    await server.stop();
    const path = indexFile();
    writeFileSync(path, wrong === "cut" ? readFileSync(path).subarray(0, 5000) : "");
    await server.start();
    const id = await send(await newAlbum(sami, wrong), unique(look));
    assert.equal(await ended(id), "locked");
  }
});

test("a list that is taken back lets new photos in at once", async () => {
  run("list", "disable", "first", "--by", staff("director"), "--why", "essai");
  run("list", "disable", "second", "--by", staff("director"), "--why", "essai");
  const id = await send(await newAlbum(sami, "Fini"), unique(look));
  assert.notEqual(await ended(id), "locked");
  assert.equal(count(server, `stopping WHERE medium = ${id}`), 0);
  assert.equal(stateOf(known), "locked"); // until somebody looks
});

test("the match process knows no file and no key", async () => {
  const seat = await until("a match process", () => roles(server).find((r) => r.name === "match"));
  const maps = readFileSync(`/proc/${seat.pid}/maps`, "utf8");
  assert.ok(!maps.includes("preau.db"));
  for (const fd of readdirSync(`/proc/${seat.pid}/fd`)) assert.ok(Number(fd) < 16, fd);
});
