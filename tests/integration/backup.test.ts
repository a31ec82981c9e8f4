// A backup that is made while photos come in, and the way back: what was
// erased since stays erased, and a thief reads nothing.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";

import type { Client } from "../lib/client";
import { drawn, unique } from "../lib/pictures";
import { build, freePort, Server, startServer } from "../lib/server";
import { atRest, bytesIfThere, check, count, dataOf, fill, filesBelow, newAlbum, pause, publishNow, settled, sql, until, upload } from "../lib/trouble";

let server: Server;
// Signed in before the backup, so that their sessions are in it.
let sami: Client;
let claire: Client;
let out = "";
let backup = "";
let album = 0;
let photos: number[] = [];
let child = 0;
let feed = "";

before(async () => {
  server = await startServer();
  sami = await server.client("sami");
  claire = await server.client("claire");
  out = join(server.folder, "backups");
  mkdirSync(out, { mode: 0o700 });
  known();
});
after(() => server.sweep());

// A list of known material, all made up, that is enabled.
function known(): void {
  const path = join(server.folder, "known.txt");
  const lines = Array.from({ length: 300 }, (_, i) => createHash("sha256").update(`made up ${i}`).digest("hex"));
  writeFileSync(path, `${lines.join("\n")}\n`);
  for (const args of [["add", "known", "--by", "1", "--format", "plain", "--kind", "pdq"],
    ["import", "known", path, "--by", "1"], ["enable", "known", "--by", "2"]]) {
    const done = server.preau("list", ...args);
    assert.equal(done.status, 0, done.out + done.err);
  }
}

// Its files of entries, by name.
const lists = (of: Server): Record<string, string> =>
  Object.fromEntries(filesBelow(join(dataOf(of), "lists")).filter((f) => f.endsWith(".entries"))
    .map((f) => [basename(f), createHash("sha256").update(readFileSync(f)).digest("hex")]));

// A page without what changes each time it is asked for.
const still = (page: string): string => page.replace(/name="form" value="[^"]*"/g, "").replace(/http:\/\/127[^"]*/g, "");

function asyncPreau(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  return new Promise((done) => {
    const p = spawn(join(build, "preau"), [...server.sets, ...args]);
    let text = "";
    let err = "";
    p.stdout.on("data", (b: Buffer) => { text += b.toString(); });
    p.stderr.on("data", (b: Buffer) => { err += b.toString(); });
    p.on("close", (code) => done({ status: code ?? -1, out: text, err }));
  });
}

// The same house elsewhere, on a port of its own.
async function elsewhere(name: string, keys = true): Promise<Server> {
  const folder = join(server.folder, name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (keys) cpSync(join(server.folder, "keys"), join(folder, "keys"), { recursive: true });
  const port = await freePort();
  return new Server(folder, port, [`data=${folder}/data`, `master_key=${folder}/keys/master.key`,
    `erasures=${server.folder}/erasures.log`, `listen=127.0.0.1:${port}`, `url=http://127.0.0.1:${port}`]
    .flatMap((v) => ["--set", v]), server.logins);
}

test("a backup is whole although photos come in while it is made", async () => {
  album = await newAlbum(sami, "Avant la sauvegarde");
  const one = drawn();
  for (let i = 0; i < 3; i++) assert.equal((await upload(sami, album, `${i}.jpg`, unique(one))).state, "queued");
  await atRest(server);
  photos = sql<{ id: number }>(server, `SELECT id FROM medium WHERE post = ${album} ORDER BY id`).map((r) => r.id);
  await publishNow(sami, album);
  await atRest(server);
  const nadia = await server.client("nadia");
  feed = still((await nadia.get("/")).text);
  child = Number(/\/child\/(\d+)\/looked/.exec((await nadia.get("/rights")).text)?.[1]);

  const other = await newAlbum(sami, "Pendant la sauvegarde");
  const token = await sami.token(`/publish/${other}`);
  let ended = false;
  let sent = 0;
  const sending = (async () => {
    for (; !ended; sent++) {
      assert.equal((await upload(sami, other, `p${sent}.jpg`, unique(one), token)).state, "queued");
      await pause(30);
    }
  })();
  const all = await Promise.all([1, 2].map(() => asyncPreau("--json", "backup", out)));
  const done = all.find((d) => d.status === 0);
  assert.ok(done !== undefined, JSON.stringify(all));
  // One after the other is fine, unless both would have the same second as their name.
  for (const d of all) assert.ok([0, 73, 75].includes(d.status), `${d.status} ${d.out} ${d.err}`);
  ended = true;
  await sending;
  assert.ok(sent > 0);
  const said = JSON.parse(done.out) as { name: string; files: number; missing: number };
  assert.equal(said.missing, 0);
  backup = join(out, said.name);
  await atRest(server);
  // The second costs only what is new.
  await new Promise((wait) => setTimeout(wait, 1100));
  const again = JSON.parse((await asyncPreau("--json", "backup", out)).out) as { linked: number; files: number };
  assert.ok(again.linked >= said.files - 1 && again.files >= said.files, JSON.stringify(again));
});

test("who mends waits for what tidies up beside it", async () => {
  const holder = spawn("flock", [join(dataOf(server), "blobs"), "sh", "-c", "echo held; exec cat"]);
  await new Promise((held) => holder.stdout.once("data", held));
  const mending = asyncPreau("check", "--fix");
  const first = await Promise.race([mending, new Promise((wait) => setTimeout(() => { wait("waits"); }, 1500))]);
  assert.equal(first, "waits");
  holder.stdin.end();
  assert.equal((await mending).status, 0);
});

test("two backups at a time are one too many", async () => {
  const holder = spawn("flock", [join(out, ".preau-backup.lock"), "sh", "-c", "echo held; exec cat"]);
  await new Promise((held) => holder.stdout.once("data", held));
  const second = await asyncPreau("backup", out);
  assert.equal(second.status, 75, second.err);
  assert.match(second.err, /a backup is being made/);
  const gone = new Promise((done) => holder.once("exit", done));
  holder.stdin.end();
  await gone;
});

// The command line where a megabyte fits into that folder, and what is in it
// afterwards.
function cramped(folder: string, sets: string[], ...args: string[]): { status: number; err: string; left: string[] } {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const script = `mount -t tmpfs -o size=1m,mode=0700 tmpfs ${folder} && "$@"; s=$?; ls -A ${folder}; exit $s`;
  const done = spawnSync("unshare", [process.getuid?.() === 0 ? "-m" : "-rm", "sh", "-c", script, "sh", join(build, "preau"), ...sets, ...args],
    { encoding: "utf8" });
  return { status: done.status ?? -1, err: done.stderr, left: done.stdout.split("\n").filter((l) => l !== "") };
}

test("a backup, or a house from one, for which there is no room leaves nothing half-made", async () => {
  const small = join(server.folder, "small");
  const made = cramped(small, server.sets, "backup", small);
  assert.equal(made.status, 74, made.err);
  assert.match(made.err, /space|is full/i);
  assert.deepEqual(made.left.filter((name) => name.startsWith("backup-")), []);
  const twin = await elsewhere("cramped");
  const disk = join(twin.folder, "disk");
  const back = cramped(disk, [...twin.sets, "--set", `data=${disk}/data`], "restore", backup);
  assert.equal(back.status, 74, back.err);
  assert.match(back.err, /space|is full/i);
  assert.deepEqual(back.left, []);
});

test("restored in a fresh place it is the same house", async () => {
  const twin = await elsewhere("twin");
  const done = twin.preau("--json", "restore", backup);
  assert.equal(done.status, 0, done.out + done.err);
  assert.equal((JSON.parse(done.out) as { journal_used: boolean }).journal_used, true);
  assert.equal(twin.preau("audit", "verify").status, 0);
  assert.equal(Object.keys(lists(server)).length, 1);
  assert.deepEqual(lists(twin), lists(server));
  assert.equal(twin.preau("list", "status", "known").out, server.preau("list", "status", "known").out);
  await twin.start();
  try {
    await atRest(twin);
    await atRest(server);
    assert.deepEqual(check(twin).findings, []);
    const there = await twin.client("nadia");
    const here = await server.client("nadia");
    assert.equal(still((await there.get("/")).text), feed);
    for (const id of photos)
      assert.ok((await there.get(`/m/${id}/1024`)).body.equals((await here.get(`/m/${id}/1024`)).body), `photo ${id}`);
    // Data that are in use are not replaced.
    assert.equal(twin.preau("restore", "--force", backup).status, 75);
  } finally {
    await twin.stop();
  }
  assert.equal(twin.preau("restore", backup).status, 73, "data that are there stay, without --force");
  // Every machine has this one; nothing is copied first.
  const mount = twin.preau("--set", "data=/proc", "restore", "--force", backup);
  assert.equal(mount.status, 73);
  assert.match(mount.err, /\/proc is a mount point/);
});

test("a backup that was changed is not restored", async () => {
  const copy = join(server.folder, "changed");
  cpSync(backup, copy, { recursive: true });
  const victim = filesBelow(join(copy, "blobs"))[0] ?? "";
  const bytes = readFileSync(victim);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  writeFileSync(victim, bytes);
  const fresh = await elsewhere("fresh-changed");
  assert.equal(fresh.preau("restore", copy).status, 70);
  writeFileSync(victim, Buffer.concat([bytes, Buffer.alloc(1)]));
  assert.equal(fresh.preau("restore", copy).status, 70);
  rmSync(victim);
  assert.equal(fresh.preau("restore", copy).status, 70);
  assert.throws(() => filesBelow(join(fresh.folder, "data")), "nothing was put there");
});

test("a face is covered since: the photo’s files have other names than in the backup", async () => {
  const [photo = 0] = photos;
  const files = (): string => JSON.stringify(sql(server, `SELECT name FROM blob WHERE medium = ${photo} AND side > 0 ORDER BY id`));
  const then = files();
  const at = `/album/${album}/photo/${photo}/mask`;
  assert.equal((await sami.submit(at, at, { across: "80", down: "75" })).status, 303);
  await until("the cover to be drawn", () =>
    count(server, `cover WHERE medium = ${photo}`) > 0 && count(server, `cover WHERE medium = ${photo} AND drawn = 0`) === 0);
  assert.notEqual(files(), then);
});

let names: string[] = [];
test("a photo is deleted and a child erased: both are gone at once", async () => {
  const page = (await claire.get(`/roster/child/${child}`)).text;
  names = [/<h1>([^<]+)<\/h1>/.exec(page)?.[1] ?? "?"];
  assert.match(names[0] ?? "", /Haddad/);
  const gone = photos[0] ?? 0;
  assert.equal((await fill(sami, `/publish/${album}/arrange`, `/publish/${album}/photo/${gone}/remove`)).status, 303);
  assert.equal((await sami.get(`/m/${gone}/1024`)).status, 404);
  const erased = await fill(claire, `/roster/child/${child}/erase`, `/roster/child/${child}/erase`, { sure: "1" });
  assert.equal(erased.status, 303, erased.text);
  assert.equal((await claire.get(`/roster/child/${child}`)).status, 404);
  assert.deepEqual(check(server).findings, []);
});

async function nothingCameBack(s: Server): Promise<void> {
  const gone = photos[0] ?? 0;
  for (const path of [`/m/${gone}/320`, `/m/${gone}/1024`, `/m/${gone}/2048`, `/m/${gone}/download`, `/album/${album}/photo/${gone}`])
    assert.equal((await sami.get(path)).status, 404, path);
  assert.equal((await sami.get(`/m/${photos[1]}/1024`)).status, 200, "the others are there");
  assert.equal((await claire.get(`/roster/child/${child}`)).status, 404);
  for (const page of ["/roster", "/structure", "/letters"]) assert.ok(!(await claire.get(page)).text.includes(names[0] ?? "?"), page);
  const left = sql<{ k: number }>(s, `SELECT count(key_wrapped) AS k FROM blob WHERE medium = ${gone}`)[0]?.k;
  assert.equal(left, 0, "its keys");
  assert.equal(sql<{ k: number }>(s, `SELECT count(key_wrapped) AS k FROM child WHERE id = ${child}`)[0]?.k, 0, "the child’s key");
}

test("yesterday’s backup brings neither back, with the journal of erasures", async () => {
  await server.stop();
  const journal = join(server.folder, "erasures.log");
  const was = readFileSync(join(dataOf(server), "audit.head"), "utf8");
  renameSync(journal, `${journal}.away`);
  const without = server.preau("restore", "--force", backup);
  assert.equal(without.status, 66, without.out + without.err);
  assert.match(without.err, /journal/);
  assert.equal(readFileSync(join(dataOf(server), "audit.head"), "utf8"), was, "a refusal changes nothing");
  // A journal of before is no journal.
  writeFileSync(journal, readFileSync(`${journal}.away`).subarray(0, 40));
  assert.notEqual(server.preau("restore", "--force", backup).status, 0, "cut off");
  rmSync(journal);
  renameSync(`${journal}.away`, journal);

  const done = server.preau("--json", "restore", "--force", backup);
  assert.equal(done.status, 0, done.out + done.err);
  const said = JSON.parse(done.out) as { erased_blobs: number; erased_children: number; aside: string };
  assert.ok(said.erased_blobs >= 1 && said.erased_children === 1, done.out);
  rmSync(said.aside, { recursive: true });
  await server.start();
  await settled(server);
  await nothingCameBack(server);
  assert.deepEqual(check(server, "--fix").findings.filter((f) => !f.fixed), []);
  assert.equal(server.preau("audit", "verify").status, 0);
  assert.ok(count(server, "audit WHERE action = 'backup-restored'") >= 1);
});

test("who steals data and backup without the master key reads nothing", async () => {
  const thief = await elsewhere("thief", false);
  mkdirSync(join(thief.folder, "keys"));
  writeFileSync(join(thief.folder, "keys/master.key"), Buffer.alloc(32, 7), { mode: 0o600 });
  const done = thief.preau("restore", backup);
  assert.notEqual(done.status, 0);
  const words = ["Haddad", "Lefèvre", "Nguyen", "Tremblay", "Gwenaëlle", "Benali", "Sami B", "Claire Morin", "06 00 00",
    "Avant la sauvegarde", "Pendant la", "pomme par jour", "sous les tilleuls", "p1.jpg", "JFIF\0", "Exif\0\0", "ftypheic"]
    .map((w) => Buffer.from(w));
  for (const folder of [dataOf(server), out])
    for (const path of filesBelow(folder)) {
      const bytes = bytesIfThere(path); // the server runs, and renames what it wrote
      for (const w of words) assert.ok(bytes?.includes(w) !== true, `${w.toString()} in ${path}`);
      // Four letters alone come about by chance in so many bytes.
      assert.doesNotMatch(bytes?.toString("latin1") ?? "", /IMG_\d{3}/, path);
    }
});
