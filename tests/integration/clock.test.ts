// The clock of the machine is set back by a day, forward, and right again:
// nobody gains access, nothing breaks, and the register stays in order.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Client } from "../lib/client";
import { sayNobody } from "../lib/faces";
import { drawn } from "../lib/pictures";
import { build, startServer, type Server } from "../lib/server";
import { totpCode, totpStep } from "../lib/totp";
import { check, count, fill, lookedThrough, newAlbum, publishNow, sql, until, upload } from "../lib/trouble";

const day = 86_400;
let server: Server;
let sami: Client;
let nadia: Client;
let album = 0;
let photo = "";
let codes: string[] = [];

const lib = ["/usr/lib", "/lib"].flatMap((d) => readdirSync(d).map((n) => join(d, n, "faketime/libfaketime.so.1"))).find(existsSync);

// The programs, each started under another clock; "+0" is the true one.
async function startAt(shift: string): Promise<void> {
  assert.ok(lib !== undefined, "libfaketime is needed");
  const folder = join(server.folder, "programs");
  await server.stop();
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(build, "preau"), join(folder, "preau"));
  for (const name of readdirSync(build).filter((n) => /^preau-[a-z-]+$/.test(n))) {
    copyFileSync(join(build, name), join(folder, `${name}.real`));
    writeFileSync(join(folder, name), `#!/bin/sh
export LD_PRELOAD=${lib} FAKETIME=${shift} FAKETIME_DONT_FAKE_MONOTONIC=1 DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1
exec ${folder}/${name}.real "$@"
`);
    chmodSync(join(folder, name), 0o755);
  }
  await server.start({ LD_PRELOAD: lib, FAKETIME: shift, FAKETIME_DONT_FAKE_MONOTONIC: "1", NO_FAKE_STAT: "1" }, join(folder, "preau"));
}

before(async () => {
  server = await startServer();
  sami = await server.client("sami");
  nadia = await server.client("nadia");
  album = await newAlbum(sami, "Aujourd’hui");
  assert.equal((await upload(sami, album, "a.jpg", drawn())).state, "queued");
  await lookedThrough(server, album);
  await publishNow(sami, album);
  photo = /\/m\/\d+\/\d+/.exec((await nadia.get(`/album/${album}`)).text)?.[0] ?? "";
  const kept = await fill(sami, "/account", "/account/codes", { again: server.login("sami").passphrase });
  codes = Array.from(kept.text.matchAll(/<code>([^<]+)<\/code>/g), (m) => m[1] ?? "");
  assert.ok(codes.length >= 8, kept.text);
});
after(() => server.sweep());

// What must hold whatever the clock says.
async function sane(): Promise<void> {
  assert.equal(server.preau("audit", "verify").status, 0);
  assert.deepEqual(check(server).findings, []);
  const entries = sql<{ id: number }>(server, "SELECT id FROM audit ORDER BY id");
  assert.deepEqual(entries.map((e) => e.id), entries.map((_, i) => i + 1));
  const anne = new Client(server.url);
  await anne.signIn(server.login("anne"));
  assert.equal((await anne.get("/")).status, 200);
  assert.equal((await new Client(server.url).get(photo)).status, 404, "signed out");
}

// As a form says when it appears: its answer, and when that is (UTC).
async function send(id: number, change: Record<string, string>): Promise<{ status: number; text: string; at: number }> {
  const said = await fill(sami, `/publish/${id}/send`, `/publish/${id}/send`, change);
  return { status: said.status, text: said.text,
    at: sql<{ at: number | null }>(server, `SELECT publish_at AS at FROM post WHERE id = ${id}`)[0]?.at ?? 0 };
}

const inParis = (at: number): string => new Date(at * 1000).toLocaleString("sv-SE", { timeZone: "Europe/Paris" }).slice(0, 16);

// The last Sunday of March that comes: at two o’clock it is three.
function skippedDay(): string {
  for (const year of [0, 1].map((n) => new Date().getFullYear() + n)) {
    const last = new Date(Date.UTC(year, 2, 31));
    last.setUTCDate(31 - last.getUTCDay());
    if (last.getTime() > Date.now() + 2 * day * 1000) return last.toISOString().slice(0, 10);
  }
  throw new Error("no such day");
}

const toCome: number[] = []; // albums that families see after a day, and not before

test("an album appears this evening, or on a day and at an hour, by the clock of the organisation", async () => {
  const anAlbum = async (title: string): Promise<number> => {
    const id = await newAlbum(sami, title);
    assert.equal((await upload(sami, id, "e.jpg", drawn())).state, "queued");
    await lookedThrough(server, id);
    await sayNobody(sami, id);
    return id;
  };
  const evening = await anAlbum("Ce soir");
  const now = Math.floor(Date.now() / 1000);
  const tonight = await send(evening, { when: "evening" });
  assert.equal(tonight.status, 303, tonight.text.slice(0, 2000));
  assert.match(inParis(tonight.at), / 18:00$/);
  assert.ok(tonight.at > now && tonight.at <= now + day + 3700, "the next one");
  const dated = await anAlbum("Demain matin");
  const tomorrow = inParis(now + day).slice(0, 10);
  const wanted = await send(dated, { when: "date", day: tomorrow, hour: "10:05" });
  assert.equal(wanted.status, 303);
  assert.equal(inParis(wanted.at), `${tomorrow} 10:05`);
  toCome.push(evening, dated);
  // « As it is » keeps it, whatever the other fields say.
  const kept = await send(dated, { when: "keep", day: "2020-01-01", hour: "00:00" });
  assert.deepEqual([kept.status, kept.at], [303, wanted.at]);
  for (const id of toCome) {
    assert.equal((await nadia.get(`/album/${id}`)).status, 404, "not yet");
    assert.equal((await sami.get(`/album/${id}`)).status, 200, "the team sees it");
    assert.doesNotMatch((await nadia.get("/")).text, new RegExp(`/album/${id}"`));
  }
  const skipped = await send(dated, { when: "date", day: skippedDay(), hour: "02:30" });
  assert.deepEqual([skipped.status, inParis(skipped.at)], [303, `${skippedDay()} 03:30`], "an hour that is not on that day");
  // Nothing of what cannot be is taken, and what was said before stands.
  for (const wrong of [{ day: "2020-01-01", hour: "10:00" }, { day: "2199-01-01", hour: "10:00" }, { day: `${new Date().getFullYear()}-02-30`, hour: "10:00" },
    { day: tomorrow, hour: "24:00" }, { day: tomorrow, hour: "10:60" }, { day: tomorrow, hour: "10" },
    { day: tomorrow, hour: "10:5" }, { day: tomorrow, hour: "1:050" }, { day: tomorrow, hour: "10:050" }, { day: tomorrow, hour: "10:05.00" },
    { day: "", hour: "" }]) {
    const said = await send(dated, { when: "date", ...wrong });
    assert.equal(said.status, 422, JSON.stringify(wrong));
    assert.match(said.text, /Cette heure est passée|Dites à partir de quand|à partir de quand/, JSON.stringify(wrong));
    assert.equal(said.at, skipped.at);
  }
  assert.equal((await send(dated, { when: "someday" })).status, 422);
  assert.equal((await send(dated, { when: "date", day: tomorrow, hour: "10:05" })).at, wanted.at);
});

test("set back by a day, nothing that ended comes to life again", async () => {
  // An hour ago ended: a session, a letter, an enrolment; an album is for later.
  const luc = await server.client("luc");
  const sarah = await server.client("sarah");
  sql(server, `UPDATE session SET expires_at = unixepoch() - 3600 WHERE account = (SELECT account FROM session ORDER BY id DESC LIMIT 1)`);
  assert.equal((await sarah.get("/account")).headers.location, "/sign-in");
  const later = await newAlbum(sami, "Demain");
  assert.equal((await upload(sami, later, "b.jpg", drawn())).state, "queued");
  await lookedThrough(server, later);
  await publishNow(sami, later);
  sql(server, `UPDATE post SET publish_at = unixepoch() + 7200 WHERE id = ${later}`);
  assert.equal((await nadia.get(`/album/${later}`)).status, 404);
  const lucSees = (await luc.get("/")).text.match(/\/album\/\d+/g)?.length ?? 0;

  await startAt(`-${day}s`);
  assert.equal((await sarah.get("/account")).headers.location, "/sign-in", "an ended session");
  for (const id of [later, ...toCome]) assert.equal((await nadia.get(`/album/${id}`)).status, 404, "what is to come");
  assert.equal((await luc.get("/")).text.match(/\/album\/\d+/g)?.length ?? 0, lucSees, "an ended enrolment");
  assert.equal((await nadia.get(`/album/${album}`)).status, 200, "what is there stays");
  assert.equal((await nadia.get(photo)).status, 200);
  assert.equal((await sami.get("/publish")).status, 200, "a session that goes on");
  await sane();
});

test("set back by a day, a code of six digits is never taken twice, and a recovery code works", async () => {
  const who = server.login("sami");
  const c = new Client(server.url);
  assert.equal((await fill(c, "/sign-in", "/sign-in", { login: "sami", pass: who.passphrase })).headers.location, "/sign-in/second");
  // What the telephone showed yesterday at this hour, and around it.
  for (const back of [-1, 0, 1]) {
    const code = totpCode(who.totp ?? "", totpStep() - day / 30 + back);
    assert.equal((await fill(c, "/sign-in/second", "/sign-in/second", { code })).status, 422, "an old code");
  }
  assert.equal((await fill(c, "/sign-in/second", "/sign-in/second", { code: codes[0] ?? "" })).status, 303);
  assert.equal((await c.get("/publish")).status, 200);
});

test("set back by a day, guesses are slowed down for as long as ever and no longer", async () => {
  const c = new Client(server.url);
  let said = "";
  for (let i = 0; i < 9 && said === ""; i++) {
    const a = await fill(c, "/sign-in", "/sign-in", { login: "karim", pass: `une phrase au hasard ${i}` });
    said = /class="warn"[^>]*>([^<]*seconde[^<]*)</.exec(a.text)?.[1] ?? "";
  }
  assert.notEqual(said, "");
  await until("the wait to end", async () =>
    (await fill(c, "/sign-in", "/sign-in", { login: "karim", pass: server.login("karim").passphrase })).status === 303);
});

test("set back by a day, photos come in and are published", async () => {
  const now = await newAlbum(sami, "Hier");
  assert.equal((await upload(sami, now, "c.jpg", drawn())).state, "queued");
  await lookedThrough(server, now);
  await publishNow(sami, now);
  assert.equal((await nadia.get(`/album/${now}`)).status, 200);
  await sane();
});

test("set forward by a month, staff sign in again and nothing is lost", async () => {
  await startAt(`+${30 * day}s`);
  assert.equal((await sami.get("/publish")).headers.location, "/sign-in", "a staff session is over");
  assert.equal((await nadia.get("/")).status, 200, "a family’s is not");
  assert.equal((await nadia.get(photo)).status, 200);
  for (const id of toCome) assert.equal((await nadia.get(`/album/${id}`)).status, 200, "its hour has come");
  const c = new Client(server.url);
  await fill(c, "/sign-in", "/sign-in", { login: "sami", pass: server.login("sami").passphrase });
  assert.equal((await fill(c, "/sign-in/second", "/sign-in/second", { code: codes[0] ?? "" })).status, 422, "used already");
  assert.equal((await fill(c, "/sign-in/second", "/sign-in/second", { code: codes[1] ?? "" })).status, 303);
  await sane();
});

test("right again after a month too far: everybody comes in as before", async () => {
  await startAt("+0s");
  await server.said(/is it right/);
  await sane();
  assert.equal((await nadia.get(photo)).status, 200);
  // Written when the clock was wrong: nobody waits for a month.
  sql(server, "UPDATE throttle SET failures = 40, last_at = last_at + 2592000, until_at = last_at + 2592900");
  const c = new Client(server.url);
  await c.signIn(server.login("claire")); // her telephone was right all the time
  const now = await newAlbum(c, "Enfin", 1); // where everybody agrees
  assert.equal((await upload(c, now, "d.jpg", drawn())).state, "queued");
  await lookedThrough(server, now);
  await publishNow(c, now);
  assert.equal((await nadia.get(`/album/${now}`)).status, 200);
  assert.ok(count(server, "audit") > 0);
});

test("the demonstration can be made on any day of the year", () => {
  for (const date of ["2026-12-31", "2027-01-01", "2027-07-01", "2027-08-31", "2027-09-01", "2027-09-05", "2027-11-01", "2028-02-29"]) {
    const folder = mkdtempSync(join(tmpdir(), "preau-day-"));
    const sets = [`data=${folder}/data`, `master_key=${folder}/keys/master.key`, `erasures=${folder}/erasures.log`];
    const done = spawnSync("faketime", [`${date} 12:00:00`, join(build, "preau"), ...sets.flatMap((v) => ["--set", v]), "demo",
      "--photo-pixels", "100"], { encoding: "utf8" });
    assert.equal(done.status, 0, `${date}: ${done.stderr}`);
    const ask = spawnSync("sqlite3", [join(folder, "data/preau.db"), `SELECT count(*) FROM season
      WHERE from_on <= julianday('${date}') - 2440587.5 - 60 AND until_on >= julianday('${date}') - 2440587.5 + 60`], { encoding: "utf8" });
    assert.equal(ask.stdout.trim(), "1", `${date}: weeks before it, and weeks to go`);
    rmSync(folder, { recursive: true, force: true });
  }
});
