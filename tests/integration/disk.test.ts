// A disk that is full, and one that cannot be written: said clearly, nothing
// lost, and all goes on once there is room again.  The data lie on a file
// system of 24 MB in a mount namespace of the server's own.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, fstatSync, ftruncateSync, openSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Client } from "../lib/client";
import { ballast, fillUp as fillDisk, free as freeDisk, inside, moveToSmall, startSmall, wrapper } from "../lib/disk";
import { drawn, unique } from "../lib/pictures";
import { PATIENCE_MS } from "../lib/patience";
import { build, startServer, type Server } from "../lib/server";
import { atRest, check, count, fill, lookedThrough, newAlbum, pause, publishNow, settled,
  signalAll, signalThese, sql, until, upload } from "../lib/trouble";
import { Tus } from "../lib/tus";
import { filmed, prepared } from "../lib/videos";

let server: Server;
let sami: Client;
let nadia: Client;
let album = 0;
before(async () => {
  server = await startServer();
  sami = await server.client("sami");
  nadia = await server.client("nadia");
  album = await newAlbum(sami, "Avant");
  assert.equal((await upload(sami, album, "a.jpg", drawn())).state, "queued");
  await lookedThrough(server, album);
  await publishNow(sami, album);
  await moveToSmall(server);
});
after(() => server.sweep());

const fillUp = (bytes?: number): void => fillDisk(server, bytes);
const free = (): void => freeDisk(server);

test("on a full disk families still see their photos", async () => {
  await atRest(server);
  fillUp();
  const feed = await nadia.get("/");
  assert.equal(feed.status, 200);
  assert.match(feed.text, /Avant/);
  const photo = /\/m\/\d+\/\d+/.exec((await nadia.get(`/album/${album}`)).text)?.[0] ?? "";
  const bytes = await nadia.get(photo);
  assert.equal(bytes.status, 200);
  assert.equal(bytes.body.subarray(0, 2).toString("hex"), "ffd8");
});

test("a form and a photo are answered with what is wrong, in both languages", async () => {
  const from = count(server, "audit");
  const said = await fill(nadia, "/account", "/account/contact", { email: "nadia@example.org", phone: "" });
  assert.equal(said.status, 507, said.text);
  assert.match(said.text, /plus de place/);
  assert.ok(Number(said.headers["retry-after"]) > 0);
  assert.match(said.text, /\/language\/en\?back=%2F"/, "not back to what is no page");
  const visitor = new Client(server.url, "en");
  const english = await fill(visitor, "/sign-in", "/sign-in", { login: "sarah", pass: server.login("sarah").passphrase });
  assert.equal(english.status, 507);
  assert.match(english.text, /storage of this server is full/);
  const photo = await upload(sami, album, "b.jpg", drawn());
  assert.ok(photo.status === 507 || photo.state === "failed", `${photo.status} ${photo.text.slice(0, 300)}`);
  assert.equal((await nadia.get("/account")).status, 200);
  assert.equal(count(server, "audit"), from, "nothing was half-done");
  await server.said(/level=error/);
  assert.ok(!/nadia|Haddad/.test(server.log), "no name in the log");
});

test("with room again everything goes on, without a restart", async () => {
  free();
  assert.equal((await fill(nadia, "/account", "/account/contact", { email: "nadia@example.org", phone: "" })).status, 303);
  assert.match((await nadia.get("/account")).text, /nadia@example\.org/);
  assert.equal((await upload(sami, album, "c.jpg", drawn())).state, "queued");
  await settled(server);
  assert.deepEqual(check(server).findings, []);
});

test("a photo in pieces that finds no room keeps what came, and goes on with room again", async () => {
  const mine = unique(drawn(2400, 1800));
  const into = await newAlbum(sami, "En plusieurs fois");
  const t = await Tus.of(sami, into);
  const { url } = await t.begin(mine.length);
  assert.equal((await t.patch(url, 0, mine.subarray(0, 100_000))).status, 204);
  await atRest(server); // nothing gives room back
  fillUp();
  for (let i = 0; i < 2; i++) {
    const at = await t.offset(url);
    assert.ok(at >= 65_536, `${at}`);
    const a = await t.patch(url, at, mine.subarray(at));
    assert.equal(a.status, 507, a.text);
    assert.equal(a.headers["tus-resumable"], "1.0.0");
    assert.ok(Number(a.headers["retry-after"]) > 0);
  }
  free();
  const at = await t.offset(url);
  assert.ok(at >= 65_536, `${at}`);
  assert.equal((await t.patch(url, at, mine.subarray(at))).headers["x-preau-state"], "queued");
  await settled(server);
  const path = `/m/${/\d+$/.exec(url)?.[0]}/original`;
  assert.ok((await fill(sami, path, path, { purpose: "check" })).body.equals(mine));
  assert.equal((await fill(sami, `/publish/${into}`, `/publish/${into}/discard`)).status, 303); // its room is for the next
  assert.deepEqual(check(server).findings, []);
});

test("a video that finds no room for what it becomes waits for it, and is there with room again", async () => {
  const into = await newAlbum(sami, "Le film");
  const film = filmed(1, "320x240");
  const t = await Tus.of(sami, into);
  const { url } = await t.begin(film.length, "film.mp4");
  await atRest(server);
  const [stopped, from] = [signalAll(server, "jobs", "SIGSTOP"), server.log.length];
  assert.equal(stopped.length, 1);
  assert.equal((await t.patch(url, 0, film)).headers["x-preau-state"], "queued");
  fillUp();
  signalThese(stopped, "SIGCONT");
  await server.said(/role=jobs .*kind=full/, from);
  assert.equal((await nadia.get("/")).status, 200);
  assert.deepEqual(sql(server, `SELECT state FROM medium WHERE post = ${into}`), [{ state: "queued" }], "neither lost nor half-made");
  free();
  const id = await prepared(server, into);
  assert.ok(count(server, `blob WHERE medium = ${id} AND side IN (240, 480, 720)`) > 0);
  assert.equal((await fill(sami, `/publish/${into}`, `/publish/${into}/discard`)).status, 303);
  assert.deepEqual(check(server).findings, []);
});

const staff = (role: string): string =>
  String(sql<{ id: number }>(server, `SELECT id FROM account WHERE kind = 'staff' AND role = '${role}'`)[0]?.id);

test("a disk that fills while an index is made leaves the old one, and nothing half-made", async () => {
  const lists = `${inside(server)}/lists`;
  const indexes = (): string[] => readdirSync(lists).filter((f) => f.startsWith("index-"));
  const file = join(server.folder, "many.txt");
  writeFileSync(file, Array.from({ length: 30_000 }, (_, i) => createHash("sha256").update(`${i}`).digest("hex")).join("\n"));
  for (const args of [["list", "add", "many", "--format", "plain", "--kind", "pdq", "--source", "tests", "--by", staff("director")],
    ["list", "import", "many", file, "--by", staff("director")]]) {
    const done = server.preau(...args);
    assert.equal(done.status, 0, done.out + done.err);
  }
  await atRest(server);
  await until("one index", () => indexes().length === 1);
  const old = indexes();
  fillUp();
  // Room for the row that enables it, not for an index of 30,000 hashes.
  const fd = openSync(ballast(server), "r+");
  ftruncateSync(fd, fstatSync(fd).size - (1 << 20));
  closeSync(fd);
  const before = server.log.length;
  const on = server.preau("list", "enable", "many", "--by", staff("safeguarding"));
  assert.equal(on.status, 0, on.out + on.err);
  await server.said(/what=index kind=full/, before);
  assert.deepEqual(indexes(), old);
  assert.equal(count(server, "match_index_list"), 0);
  free();
  await until("the index to be made", () => count(server, "match_index_list") === 1);
  await until("the old one to go", () => indexes().length === 1 && indexes()[0] !== old[0]);
  const off = server.preau("list", "disable", "many", "--by", staff("director"), "--why", "essai");
  assert.equal(off.status, 0, off.out + off.err);
  await until("room again", () => count(server, "match_index_list") === 0);
});

test("a disk that fills while photos come in loses none that was acknowledged", async () => {
  const into = await newAlbum(sami, "Pendant");
  const token = await sami.token(`/publish/${into}`);
  const one = drawn(1600, 1200);
  let kept = 0;
  let turned = 0;
  for (let i = 0; i < 400 && turned < 3; i++) {
    if (i % 3 === 2) fillUp(2 << 20);
    const a = await upload(sami, into, `${i}.jpg`, unique(one), token);
    if (a.state === "queued") kept++;
    else {
      turned++;
      assert.ok(a.status === 507 || a.state === "failed", `${a.status} ${a.text.slice(0, 300)}`);
    }
  }
  assert.ok(kept > 0 && turned === 3, `${kept} kept`);
  fillUp(); // what is under way finds no room either
  await pause(1500);
  assert.equal((await nadia.get("/")).status, 200);
  free();
  await settled(server); // what was put off is done
  assert.equal(count(server, `medium WHERE post = ${into} AND state = 'ready'`), kept);
  assert.deepEqual(check(server).findings, []);
  assert.equal(server.preau("audit", "verify").status, 0);
});

test("a disk that can only be read while it serves: pages go on, what is sent is answered so, and all comes back", async () => {
  const flag = join(server.folder, "read-only");
  await server.stop();
  const begun = server.log.length;
  await startSmall(server, wrapper(server, "", `${build}/tests/sandbox/read_only ${flag}`));
  await server.said(/Préau is ready/, begun); // every role, not only who answers
  const token = await sami.token(`/publish/${album}`);
  const visitor = new Client(server.url, "en");
  const form = await visitor.token("/sign-in");
  await atRest(server);
  const from = count(server, "audit");
  writeFileSync(flag, "");
  for (let i = 0; i < 2; i++) {
    assert.match((await nadia.get("/")).text, /Avant/);
    const photo = /\/m\/\d+\/\d+/.exec((await nadia.get(`/album/${album}`)).text)?.[0] ?? "";
    assert.equal((await nadia.get(photo)).body.subarray(0, 2).toString("hex"), "ffd8");
    const said = await fill(nadia, "/account", "/account/contact", { email: "autre@example.org", phone: "" });
    assert.equal(said.status, 507, said.text);
    assert.match(said.text, /Le serveur ne peut plus rien enregistrer/);
    assert.ok(Number(said.headers["retry-after"]) > 0);
    const english = await visitor.post("/sign-in", { form, login: "sarah", pass: server.login("sarah").passphrase });
    assert.equal(english.status, 507, english.text);
    assert.match(english.text, /storage of this server can only be read/);
    const photo2 = await upload(sami, album, "b.jpg", drawn(), token);
    assert.ok(photo2.status === 507 || photo2.state === "failed", `${photo2.status} ${photo2.text.slice(0, 300)}`);
  }
  await server.said(/level=error .*kind=read-only/);
  rmSync(flag);
  assert.equal(count(server, "audit"), from, "nothing was half-done");
  assert.equal((await fill(nadia, "/account", "/account/contact", { email: "nadia@example.net", phone: "" })).status, 303);
  assert.match((await nadia.get("/account")).text, /nadia@example\.net/);
  assert.equal((await upload(sami, album, "c.jpg", drawn())).state, "queued");
  await settled(server);
  assert.deepEqual(check(server).findings, []);
  assert.equal(server.preau("audit", "verify").status, 0);
});

test("data that cannot be written are said at the start", async () => {
  await server.stop();
  server.via = [];
  const ro = spawnSync(wrapper(server, `mount -o remount,bind,ro ${server.folder}/data`), [...server.sets, "serve"],
    { encoding: "utf8", timeout: PATIENCE_MS });
  assert.equal(ro.status, 74, `${ro.status} ${ro.stdout} ${ro.stderr}`);
  assert.match(ro.stderr, /cannot be written|Read-only file system/);
  assert.ok(!ro.stdout.includes("ready"));
  const backup = spawnSync(wrapper(server, `mount -o remount,bind,ro ${server.folder}/data`), [...server.sets, "check", "--deep"], { encoding: "utf8" });
  assert.notEqual(backup.status, 0);
  assert.match(backup.stderr, /cannot be written|Read-only file system/);
  rmSync(join(server.folder, "data"), { recursive: true });
  const none = server.preau("serve");
  assert.equal(none.status, 66);
  assert.match(none.err, /preau init/);
});
