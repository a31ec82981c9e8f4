// A child goes from one house to another: two houses, and a family that carries
// the file.
import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import type { Client } from "../lib/client";
import { GROUP, answer } from "../lib/consents";
import { ballast, fillUp, free, inside as dataSeen, moveToSmall } from "../lib/disk";
import { drawnUp, pdf } from "../lib/documents";
import { photosOf } from "../lib/faces";
import { drawBox, resolveBox } from "../lib/masks";
import { FIRST, LEA, SECOND, withChildren, withoutNames } from "../lib/memories";
import { drawn, isFlat, pixelsOf, spotted } from "../lib/pictures";
import { startServer, type Server } from "../lib/server";
import { atRest, check, count, dataOf, fill, fillFiles, killOne, newAlbum, publishNow, settled, signalAll, signalThese, sql, until, upload } from "../lib/trouble";
import { TYPE } from "../lib/tus";
import { filmed, inside, prepared } from "../lib/videos";

let from: Server;
let to: Server;
let nadia: Client; // Léa's mother, there
let there: Client; // and here
let directorFrom: Client;
let directorTo: Client;
let noe: number;
let film: number; // a video in which Léa is
let paper: number; // a document for her group
let file: Buffer;

const AT = `/moving/${LEA}`;
const OCTETS = "application/octet-stream";
const DOSSIER = `${AT}/dossier.preau`;

const cardOf = (page: string): string => /(PREAU1:[^<]+)</.exec(page)?.[1] ?? assert.fail("no card");
const wordsOf = (page: string): string[] =>
  Array.from(page.matchAll(/translate="no">([a-z ]{35})</g), (m) => m[1] ?? "");
const newest = (s: Server, table: string): Record<string, unknown> =>
  sql(s, `SELECT * FROM ${table} ORDER BY id DESC LIMIT 1`)[0] ?? {};
const stateOf = (s: Server, table: string): string => String(newest(s, table)["state"] ?? "");
const isNow = (s: Server, table: string, ...state: string[]): Promise<unknown> =>
  until(`${table} to be ${state.join()}`, () => state.includes(stateOf(s, table)));

// The one part of the page that decides about it.
const decide = async (who: Client, way: string, id: unknown, what: Record<string, string>): Promise<void> => {
  const said = await fill(who, "/moves", `/moves/${way}/${String(id)}`, what);
  assert.equal(said.status, 303, said.text.slice(0, 500));
};

const bring = async (bytes: Buffer): Promise<void> => {
  const said = await fillFiles(there, AT, `${AT}/file`, "file", [{ name: "dossier.preau", bytes, type: OCTETS }]);
  assert.equal(said.status, 303, said.text.slice(0, 500));
  await isNow(to, "arriving", "checked", "damaged");
};

const ALL = { photos: "1", videos: "1", documents: "1", "season-all": "1" };

// A video of a moving pattern, in which Léa is boxed; and what is to be read.
async function shareMore(sami: Client): Promise<void> {
  const race = await newAlbum(sami, "La course");
  assert.equal((await upload(sami, race, "course.mp4", filmed(1, "320x240"), undefined, "video/mp4")).state, "queued");
  film = await prepared(from, race);
  const [still = 0, ...others] = await photosOf(sami, race);
  await resolveBox(sami, race, still, await drawBox(sami, race, still, FIRST), { who: String(LEA) });
  for (const [id, word] of [[still, "all"], ...others.map((id) => [id, "nobody"] as const)] as const) {
    const at = `/publish/${race}/faces/${id}`;
    assert.equal((await sami.submit(at, `${at}/word`, { do: word })).status, 303);
  }
  assert.equal((await fill(sami, `/publish/${race}/send`, `/publish/${race}/send`, { when: "now" })).headers.location, `/publish/${race}/done`);
  const notes = await newAlbum(sami, "Le programme");
  const bytes = pdf([{ lines: ["Le programme du centre", "Lundi: des cabanes."] }]);
  assert.equal((await upload(sami, notes, "programme.pdf", bytes, undefined, "application/pdf")).state, "queued");
  paper = await drawnUp(from, notes);
  await publishNow(sami, notes);
}

before(async () => {
  [from, to] = await Promise.all([startServer(), startServer({ bare: true })]);
  withoutNames(from);
  [nadia, directorFrom] = [await from.client("nadia"), await from.client("claire")];
  [there, directorTo] = [await to.client("nadia"), await to.client("claire")];
  const [sami, anne] = [await from.client("sami"), await from.client("anne")];
  noe = Number(/href="\/memories\/(\d+)"/.exec((await anne.get("/rights")).text)?.[1]);
  await withChildren(from, sami, "Le départ", [
    { jpeg: spotted(800, 600), who: [LEA, noe] },
    { jpeg: drawn(640, 480, "2026-07-12T16:30:05"), who: [LEA] },
    { jpeg: spotted(600, 800), who: [noe] },
  ]);
  await shareMore(sami);
  assert.equal((await answer(anne, noe, GROUP, false)).status, 303);
});
after(() => {
  from.sweep();
  to.sweep();
});

test("the card of this house itself, and what is no card, are refused", async () => {
  const own = cardOf((await nadia.get(AT)).text);
  for (const card of [own, "PREAU1:hello", own.replace(/.$/, "")])
    assert.equal((await fill(nadia, AT, `${AT}/ask`, { card })).status, 422);
  assert.equal(count(from, "leaving"), 0);
});

test("seasons are chosen, with what they weigh, and nothing is ticked in advance", async () => {
  const page = (await nadia.get(AT)).text;
  assert.doesNotMatch(page, / checked/);
  assert.match(page, /name="season-1" value="1">[^<]*<span class="muted">\(\d+ photos?, 1 vidéo, \d+ documents?, environ \d+/);
  assert.match(page, /name="season-0" value="1">\s*Jours hors saison/, "the day in July");
  const card = cardOf((await there.get(AT)).text);
  const said = await fill(nadia, AT, `${AT}/ask`, { card, photos: "1" });
  assert.equal(said.status, 422);
  assert.match(said.text, /Dites pour quelles saisons/);
});

test("a family asks with the card, the director compares the words, the file is made", async () => {
  const page = (await there.get(AT)).text;
  const said = await fill(nadia, AT, `${AT}/ask`, { card: cardOf(page), ...ALL, consents: "1", contact: "1", erase: "1" });
  assert.equal(said.status, 303, said.text.slice(0, 500));
  assert.equal((await nadia.get(DOSSIER)).status, 404, "nothing before the director agrees");
  assert.ok(wordsOf((await directorFrom.get("/moves")).text).includes(wordsOf(page)[0] ?? ""), "the same words");
  await decide(directorFrom, "leaving", newest(from, "leaving")["id"], { what: "yes" });
  await isNow(from, "leaving", "ready");
  assert.equal((await nadia.ask("HEAD", DOSSIER)).status, 200);
  assert.equal(count(from, "leaving WHERE taken_at IS NOT NULL"), 0, "who looks takes nothing");
  const whole = await nadia.get(DOSSIER);
  assert.equal(whole.status, 200);
  file = whole.body;
  assert.equal(file.subarray(0, 8).toString(), "PREAUTR1");
  const rest = await nadia.get(DOSSIER, { Range: "bytes=100-", "If-Range": String(whole.headers.etag) });
  assert.equal(rest.status, 206);
  assert.ok(rest.body.equals(file.subarray(100)));
  assert.equal((await (await from.client("anne")).get(DOSSIER)).status, 404, "another family");
  assert.equal((await directorFrom.get(DOSSIER)).status, 404);
  assert.equal(count(from, "claim WHERE kind = 'erase' AND state = 'open'"), 1, "the erasure is asked for, once");
});

test("what is altered, cut or meant for another house is refused, and says so", async () => {
  const altered = Buffer.from(file);
  altered[file.length >> 1] = (altered[file.length >> 1] ?? 0) ^ 1;
  for (const [bytes, fault] of [[altered, "altered"], [file.subarray(0, file.length - 9), "cut"], [drawn(), "no-parcel"]] as const) {
    await bring(bytes);
    assert.equal(newest(to, "arriving")["fault"], fault);
    assert.match((await there.get(AT)).text, /class="fault"/);
  }
  const said = await fillFiles(nadia, AT, `${AT}/file`, "file", [{ name: "dossier.preau", bytes: file, type: OCTETS }]);
  assert.equal(said.status, 303);
  await isNow(from, "arriving", "damaged");
  assert.equal(newest(from, "arriving")["fault"], "others");
});

test("what cannot be said of a bad file is tried again after a while, and not at once", async () => {
  sql(to, `CREATE TRIGGER no_word BEFORE UPDATE OF state ON arriving WHEN NEW.state = 'damaged'
    BEGIN SELECT RAISE(ABORT, 'no room for a word'); END`);
  const before = to.log.length;
  const said = await fillFiles(there, AT, `${AT}/file`, "file", [{ name: "dossier.preau", bytes: file.subarray(0, file.length - 9), type: OCTETS }]);
  assert.equal(said.status, 303);
  await to.said(/arriving \d+/, before);
  assert.equal(stateOf(to, "arriving"), "whole");
  sql(to, "DROP TRIGGER no_word");
  await until("jobs to be killed", () => killOne(to, "jobs")); // who begins anew does not wait
  await isNow(to, "arriving", "damaged");
});

test("an upload that was cut goes on, and nothing is taken in before all agree", async () => {
  const media = count(to, "medium");
  const heads = { "Tus-Resumable": "1.0.0", "X-Preau-Form": await there.token(AT), Origin: there.base, "Sec-Fetch-Site": "same-origin" };
  const begun = await there.ask("POST", `${AT}/pieces`, { body: "", headers: { ...heads, "Upload-Length": String(file.length) } });
  assert.equal(begun.status, 201, begun.text);
  const url = String(begun.headers.location);
  const half = file.length >> 1;
  const patch = (at: number, bytes: Buffer): ReturnType<Client["ask"]> =>
    there.ask("PATCH", url, { body: bytes, headers: { ...heads, "Content-Type": TYPE, "Upload-Offset": String(at) } });
  assert.equal((await patch(0, file.subarray(0, half))).status, 204);
  await until("front to be killed", () => killOne(to, "front"));
  const offset = Number((await until("the front", () => there.ask("HEAD", url, { headers: { "Tus-Resumable": "1.0.0" } })
    .then((a) => a.status === 200 ? a : undefined, () => undefined))).headers["upload-offset"]);
  assert.ok(offset > 0 && offset <= half, String(offset));
  assert.equal((await patch(offset, file.subarray(offset))).status, 204);
  await isNow(to, "arriving", "checked");
  const page = (await directorTo.get("/moves")).text;
  assert.ok(wordsOf(page).includes(wordsOf((await directorFrom.get("/moves")).text).at(-1) ?? ""), "the sender’s words");
  assert.match(page, /Léa/);
  assert.equal((await there.post(`${AT}/confirm`, { form: await there.token(AT) })).status, 409, "the director first");
  await decide(directorTo, "arriving", newest(to, "arriving")["id"], { what: "yes" });
  await settled(to);
  assert.equal(count(to, "medium"), media, "nothing is in");
});

test("a file that is lost after all agreed leaves nothing, and may be brought again", async () => {
  const kept = join(dataOf(to), "parcels");
  const name = String(newest(to, "arriving")["name"]);
  const lost = readdirSync(kept, { recursive: true }).map(String).filter((at) => at.endsWith(name));
  assert.equal(lost.length, 1);
  for (const at of lost) unlinkSync(join(kept, at));
  assert.equal((await fill(there, AT, `${AT}/confirm`, {})).status, 303);
  await isNow(to, "arriving", "damaged");
  const row = newest(to, "arriving");
  assert.deepEqual([row["fault"], row["record_enc"], row["confirmed_at"]], ["lost", null, null]);
  assert.equal(count(to, "medium m JOIN post p ON p.id = m.post WHERE p.brought IS NOT NULL AND m.state <> 'deleted'"), 0);
  await bring(file);
  assert.equal(stateOf(to, "arriving"), "checked", "it is not there twice");
  await decide(directorTo, "arriving", newest(to, "arriving")["id"], { what: "yes" });
});

test("all agree: each picture is in once, whoever dies meanwhile, for the holders alone", async () => {
  assert.equal((await fill(there, AT, `${AT}/confirm`, {})).status, 303);
  for (let kills = 0; kills < 2 && stateOf(to, "arriving") === "confirmed"; kills++) killOne(to, "jobs");
  await isNow(to, "arriving", "done");
  await settled(to);
  const post = Number(sql(to, "SELECT id FROM post WHERE brought IS NOT NULL")[0]?.["id"]);
  const rows = sql<{ id: number; state: string; taken_at: number | null; cleared: number }>(to,
    `SELECT id, state, taken_at, cleared FROM medium WHERE post = ${post} AND kind = 'photo' ORDER BY position`);
  assert.equal(rows.length, 2);
  assert.ok(rows.every((m) => m.state === "ready" && m.cleared === 1), JSON.stringify(rows));
  assert.ok(rows.some((m) => m.taken_at === Date.parse("2026-07-12T16:30:05+02:00") / 1000), "when it was taken");
  assert.equal(count(to, `region r JOIN medium m ON m.id = r.medium WHERE m.post = ${post}`), 0, "no face was looked for");
  assert.match((await there.get(`/album/${post}`)).text, /Souvenirs de /);
  assert.match((await there.get("/")).text, /Souvenirs de /);
  for (const who of [directorTo, await to.client("sami"), await to.client("anne")]) {
    assert.equal((await who.get(`/album/${post}`)).status, 404);
    assert.equal((await who.get(`/m/${rows[0]?.id}/1024`)).status, 404);
  }
  const shown = [];
  for (const m of rows) shown.push(pixelsOf((await there.get(`/m/${m.id}/2048`)).body));
  const both = shown.find((s) => s.width === 800) ?? assert.fail("no such picture");
  assert.ok(isFlat(both, SECOND), "who was covered there is covered here");
  assert.ok(!isFlat(both, FIRST), "and the child is not");
  assert.match((await there.get(AT)).text, /Consentement, tel qu’il a été donné là-bas/);
  assert.equal(count(to, `audit WHERE action IN ('move-brought', 'move-accepted', 'move-confirmed', 'move-done') AND child = ${LEA}`), 11);
});

test("videos and documents are in too, by their own intake, as the family had them", async () => {
  const post = Number(sql(to, "SELECT id FROM post WHERE brought IS NOT NULL")[0]?.["id"]);
  const of = (kind: string): { id: number; caption: string }[] => sql(to,
    `SELECT id FROM medium WHERE post = ${post} AND kind = '${kind}' AND state = 'ready' AND cleared = 1 ORDER BY position`);
  const [video, ...more] = of("video");
  assert.ok(video !== undefined && more.length === 0);
  assert.ok(count(to, `blob WHERE medium = ${video.id} AND side IN (240, 480, 720)`) > 0, "it was decoded here");
  assert.ok(count(to, `medium_hash WHERE medium = ${video.id}`) > 0, "and would have been recognised");
  assert.equal(count(to, `medium WHERE video = ${video.id} AND (state <> 'ready' OR cleared = 0)`), 0);
  assert.equal(count(to, `job WHERE kind = 'faces'`), 0, "nobody is looked for");
  const [had, has] = [await nadia.get(`/m/${film}/download`), await there.get(`/m/${video.id}/download`)];
  assert.deepEqual([had.status, has.status], [200, 200]);
  assert.equal(inside(has.body), inside(had.body), "with sound if it was given any there, and else without");
  const [had2, mine] = [await nadia.get(`/m/${paper}/download`), of("document")];
  const texts = await Promise.all(mine.map((d) => there.get(`/album/${post}/photo/${d.id}`)));
  const i = texts.findIndex((a) => a.text.includes("Lundi: des cabanes."));
  assert.ok(had2.status === 200 && i >= 0, "its text can be read here, too");
  assert.match(texts[i]?.text ?? "", /Le programme/);
  const document = mine[i]?.id ?? 0;
  const got = await there.get(`/m/${document}/download`);
  assert.equal(got.body.subarray(0, 5).toString(), "%PDF-");
  assert.ok(!got.body.equals(had2.body), "drawn anew");
  for (const who of [directorTo, await to.client("sami"), await to.client("anne")])
    for (const at of [`/m/${video.id}/video/240`, `/m/${video.id}/download`, `/m/${document}/download`, `/m/${document}/page/1/1024`])
      assert.equal((await who.get(at)).status, 404, at);
});

test("the same file again does nothing", async () => {
  const media = count(to, "medium");
  await bring(file);
  assert.equal(newest(to, "arriving")["fault"], "twice");
  assert.equal(count(to, "medium"), media);
});

test("a consent that changed meanwhile makes the file anew", async () => {
  assert.equal((await answer(await from.client("anne"), noe, GROUP, true)).status, 303);
  assert.equal((await nadia.get(DOSSIER)).status, 303, "not what it was");
  await isNow(from, "leaving", "ready");
  const again = await nadia.get(DOSSIER);
  assert.equal(again.status, 200);
  assert.ok(!again.body.equals(file));
  assert.equal((await fill(nadia, AT, `${AT}/end`, {})).status, 303);
  assert.equal((await nadia.get(DOSSIER)).status, 404);
  for (const s of [from, to]) assert.deepEqual(check(s).findings, []);
});

const asks = async (what: Record<string, string> = ALL): Promise<void> => {
  const said = await fill(nadia, AT, `${AT}/ask`, { card: cardOf((await there.get(AT)).text), ...what });
  assert.equal(said.status, 303, said.text.slice(0, 500));
};
const agrees = (): Promise<void> => decide(directorFrom, "leaving", newest(from, "leaving")["id"], { what: "yes" });

test("of one season there is what lies in it, and a director may agree for fewer", async () => {
  await asks({ photos: "1", "season-1": "1" });
  await agrees();
  await isNow(from, "leaving", "ready");
  const one = newest(from, "leaving");
  assert.deepEqual([one["pictures"], one["in_videos"], one["in_documents"]], [1, 0, 0]);
  assert.equal((await fill(nadia, AT, `${AT}/end`, {})).status, 303);
  await asks({ photos: "1", "season-all": "1" });
  const id = newest(from, "leaving")["id"];
  const moves = (await directorFrom.get("/moves")).text;
  assert.match(moves, /Jours hors saison/);
  assert.doesNotMatch(moves, / checked/);
  const form = await directorFrom.token("/moves");
  const none = await directorFrom.post(`/moves/leaving/${String(id)}`, { form, some: "yes", what: "yes" });
  assert.equal(none.status, 303);
  assert.equal(stateOf(from, "leaving"), "asked", "not for no season");
  const some = await directorFrom.post(`/moves/leaving/${String(id)}`, { form, some: "yes", what: "yes", "season-0": "1" });
  assert.equal(some.status, 303);
  await isNow(from, "leaving", "ready");
  const two = newest(from, "leaving");
  assert.deepEqual([two["pictures"], two["in_videos"], two["in_documents"]], [1, 0, 0]);
  assert.notEqual(two["bytes"], one["bytes"], "the other one");
  assert.equal((await fill(nadia, AT, `${AT}/end`, {})).status, 303);
});

test("what is too much for one file is said and not tried again, and others go on", async () => {
  await asks();
  const first = Number(newest(from, "leaving")["id"]);
  sql(from, `UPDATE leaving SET fault = 'limit' WHERE id = ${first}`);
  await agrees();
  const anne = await from.client("anne");
  const said = await fill(anne, `/moving/${noe}`, `/moving/${noe}/ask`, { card: cardOf((await there.get(AT)).text), ...ALL });
  assert.equal(said.status, 303, said.text.slice(0, 500));
  await agrees();
  await isNow(from, "leaving", "ready");
  assert.equal(count(from, `leaving WHERE id = ${first} AND state = 'agreed' AND fault = 'limit'`), 1, "it was its turn before");
  assert.match((await nadia.get(AT)).text, /C’est trop pour un seul fichier\. Renoncez-y/);
  assert.match((await directorFrom.get("/moves")).text, /C’est trop pour un seul fichier/);
  assert.equal((await fill(nadia, AT, `${AT}/end`, {})).status, 303);
});

test("a picture whose bytes are damaged is left out and counted, and the others go", async () => {
  const names = sql<{ name: string }>(from, `SELECT DISTINCT b.name FROM blob b JOIN medium m ON m.id = b.medium JOIN region r ON r.medium = m.id
    WHERE r.child = ${LEA} AND m.kind = 'photo' AND m.state = 'ready' AND b.side = 2048`).map((b) => b.name);
  const blobs = join(dataOf(from), "blobs");
  const good = new Map(readdirSync(blobs, { recursive: true, encoding: "utf8" }).map((p) => join(blobs, p))
    .filter((p) => names.some((n) => p.endsWith(n.slice(2)))).map((p) => [p, readFileSync(p)] as const));
  assert.equal(good.size, names.length);
  assert.ok(Array.from(good.values()).some((b) => b.length > 66_000));
  for (const [path, bytes] of good) {
    const bad = Buffer.from(bytes);
    for (let at = 66_000; at < bad.length; at += 1000) bad[at] = (bad[at] ?? 0) ^ 1; // all but its head
    writeFileSync(path, bad);
  }
  try {
    await asks();
    await agrees();
    await isNow(from, "leaving", "ready");
    const { left_out, pictures, in_documents } = newest(from, "leaving");
    assert.deepEqual({ left_out, pictures, in_documents }, { left_out: 1, pictures: 0, in_documents: 1 });
  } finally {
    for (const [path, bytes] of good) writeFileSync(path, bytes);
    assert.equal((await fill(nadia, AT, `${AT}/end`, {})).status, 303);
  }
});

test("a file that holds the newest alone says so, and no erasure is asked for", async () => {
  const claims = count(from, "claim");
  await asks();
  sql(from, "UPDATE leaving SET erase_after = 1 WHERE state = 'asked'");
  await agrees();
  await isNow(from, "leaving", "ready");
  sql(from, `UPDATE leaving SET fault = 'limit' WHERE child = ${LEA} AND state = 'ready'`);
  const page = (await nadia.get(AT)).text;
  assert.match(page, /le plus récent s’y trouve/);
  assert.match(page, /Aucun effacement n’est donc demandé/);
  assert.equal((await nadia.get(DOSSIER)).status, 200);
  assert.equal(count(from, "claim"), claims);
  assert.equal((await fill(nadia, AT, `${AT}/end`, {})).status, 303);
});

// Jobs, old enough to be killed, and stopped.
const atWorkStopped = (s: Server): Promise<number[]> => until("jobs at work", () => {
  const found = signalAll(s, "jobs", "SIGSTOP");
  return found.length > 0 && found;
});

test("a kill while the file is made leaves nothing half", async () => {
  const incoming = join(from.folder, "data/parcels/incoming");
  for (let caught = false, tries = 0; !caught; tries++) {
    assert.ok(tries < 100, "never caught while it was made");
    if (tries > 0) assert.equal((await fill(nadia, AT, `${AT}/end`, {})).status, 303);
    const left = new Set(readdirSync(incoming));
    const jobs = await atWorkStopped(from);
    await asks();
    await agrees();
    signalThese(jobs, "SIGCONT");
    // Without a pause: what is small is made in no time.
    while (stateOf(from, "leaving") !== "ready" && !readdirSync(incoming).some((f) => !left.has(f)));
    caught = killOne(from, "jobs") && stateOf(from, "leaving") === "agreed";
    await isNow(from, "leaving", "ready");
  }
  const whole = await nadia.get(DOSSIER);
  assert.equal(whole.status, 200);
  await bring(whole.body);
  assert.equal(stateOf(to, "arriving"), "checked", "whole, to its last byte");
});

const NO_ROOM = /Il n’y a pas de place pour lui en ce moment/;

// Whoever works is stopped, has something to do, and finds room for a part of it.
async function withLittleRoom(s: Server, room: number, ask: () => Promise<void>): Promise<void> {
  await atRest(s);
  const [stopped, at] = [await atWorkStopped(s), s.log.length];
  await ask();
  fillUp(s);
  truncateSync(ballast(s), statSync(ballast(s)).size - room);
  signalThese(stopped, "SIGCONT");
  await s.said(/role=jobs .*kind=full/, at);
}

async function goesOn(s: Server): Promise<void> {
  free(s);
  await until("jobs to be killed", () => killOne(s, "jobs"));
}

test("a full disk, and a death on it: each side says so, nothing is half, and it goes on with room again", async () => {
  assert.equal((await fill(nadia, AT, `${AT}/end`, {})).status, 303);
  assert.equal((await fill(there, AT, `${AT}/forget`, {})).status, 303);
  await Promise.all([moveToSmall(from, 48), moveToSmall(to, 48)]);
  const incoming = (s: Server, what: string): string[] => readdirSync(join(dataSeen(s), what, "incoming"));
  const bytes = Number(newest(from, "leaving")["bytes"]);
  const left = incoming(from, "parcels");
  await withLittleRoom(from, bytes >> 1, async () => {
    await asks();
    await agrees();
  });
  await until("the page to say so", async () => NO_ROOM.test((await nadia.get(AT)).text));
  assert.match((await directorFrom.get("/moves")).text, NO_ROOM);
  assert.deepEqual(incoming(from, "parcels"), left);
  assert.equal(stateOf(from, "leaving"), "agreed");
  await goesOn(from);
  await isNow(from, "leaving", "ready");
  const whole = await nadia.get(DOSSIER);
  assert.equal(whole.status, 200);

  await bring(whole.body);
  await decide(directorTo, "arriving", newest(to, "arriving")["id"], { what: "yes" });
  const [media, posts] = [count(to, "medium WHERE kind <> 'still'"), count(to, "post WHERE state = 'published'")];
  const stored = incoming(to, "blobs");
  await withLittleRoom(to, bytes >> 1, async () => {
    assert.equal((await fill(there, AT, `${AT}/confirm`, {})).status, 303);
  });
  await until("the page to say so", async () => NO_ROOM.test((await there.get(AT)).text));
  const row = newest(to, "arriving");
  const parts = Number(row["pictures"]) + Number(row["videos"]) + Number(row["documents"]);
  assert.ok(row["state"] === "confirmed" && Number(row["imported"]) < parts, JSON.stringify(row));
  assert.deepEqual(incoming(to, "blobs"), stored);
  assert.equal(count(to, "medium WHERE kind <> 'still'"), media + Number(row["imported"]), "what is in is in once");
  assert.equal(count(to, "post WHERE state = 'published'"), posts, "and nobody sees it yet");
  await goesOn(to);
  await isNow(to, "arriving", "done");
  await settled(to);
  assert.equal(count(to, "medium WHERE kind <> 'still'"), media + parts);
  assert.equal(count(to, "medium m JOIN post p ON p.id = m.post WHERE p.brought IS NOT NULL AND m.state <> 'ready'"), 0);
  for (const s of [from, to]) assert.deepEqual(check(s).findings, []);

  // Another one, for what comes next.
  assert.equal((await fill(nadia, AT, `${AT}/end`, {})).status, 303);
  await asks();
  await agrees();
  await isNow(from, "leaving", "ready");
  await bring((await nadia.get(DOSSIER)).body);
  assert.equal(stateOf(to, "arriving"), "checked");
});

test("erasing the child ends what it takes along, there and here", async () => {
  for (const [s, director, family, table] of [[from, directorFrom, nadia, "leaving"], [to, directorTo, there, "arriving"]] as const) {
    assert.equal(count(s, `${table} WHERE child = ${LEA} AND name IS NOT NULL`), 1);
    const at = `/roster/child/${LEA}/erase`;
    const said = await fill(director, at, at, { sure: "1" });
    assert.equal(said.status, 303, said.text.slice(0, 500));
    assert.equal(count(s, `${table} WHERE child = ${LEA} AND (name IS NOT NULL OR key_wrapped IS NOT NULL OR ended_at IS NULL)`), 0);
    assert.equal((await family.get(DOSSIER)).status, 404);
    const moves = await director.get("/moves");
    assert.equal(moves.status, 200);
    assert.doesNotMatch(moves.text, /Léa/);
    assert.deepEqual(check(s).findings, []);
  }
  assert.equal(count(to, "arriving WHERE record_enc IS NOT NULL"), 0);
});
