// Every process is killed in the middle of what it does, again and again: what
// was answered is there afterwards, and nothing half-made is.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Client, type Answer } from "../lib/client";
import { sayNobody } from "../lib/faces";
import { PATIENCE_MS } from "../lib/patience";
import { drawn, unique } from "../lib/pictures";
import { build, emptyServer, startServer, type Server } from "../lib/server";
import { atIdle, atRest, check, count, fill, formOf, killAll, killAtOnce, killOne, lookedThrough, newAlbum, pause, publishNow, roles, settled, signalThese, sql,
  until, upload } from "../lib/trouble";

let server: Server;
let sami: Client;
let one: Buffer;
const known = new Set<string>(); // pictures of this test, by the album and name that were acknowledged

before(async () => {
  server = await startServer();
  sami = await server.client("sami");
  one = drawn(1000, 750);
});
after(() => server.sweep());

// Answers again, whatever was killed.
async function alive(): Promise<void> {
  await until("the server to answer", async () => {
    try {
      return (await new Client(server.url).get("/sign-in")).status === 200;
    } catch {
      return false;
    }
  });
}

// All is sound: nothing stuck, nothing lost, nothing half-made but what is
// younger than an hour and will be swept.
async function sound(): Promise<void> {
  await alive();
  await settled(server);
  const c = check(server);
  assert.deepEqual(c.findings, []);
  assert.equal(server.preau("audit", "verify").status, 0);
  for (const key of known) {
    const [album = "", digest = ""] = key.split(" ");
    assert.equal(count(server, `medium WHERE post = ${album} AND hex(bytes_digest) = '${digest}' AND state = 'ready'`), 1,
      `an acknowledged photo of album ${album}`);
  }
}

// What is acknowledged goes into `known`.
async function send(album: number, token: string, bytes: Buffer): Promise<void> {
  let before: Set<string>;
  try {
    before = new Set(digests(album));
    const a = await upload(sami, album, "x.jpg", bytes, token);
    if (a.status !== 200) {
      assert.ok([500, 502, 503, 507].includes(a.status), `${a.status} ${a.text}`);
      return;
    }
    assert.ok(["queued", "twice"].includes(a.state), a.text);
    for (const d of digests(album)) if (!before.has(d)) known.add(`${album} ${d}`);
  } catch (e) {
    if (e instanceof assert.AssertionError) throw e;
    await pause(50); // the connection was cut: nothing was acknowledged
  }
}

function digests(album: number): string[] {
  return sql<{ d: string }>(server,
    `SELECT hex(bytes_digest) AS d FROM medium WHERE post = ${album} AND bytes_digest IS NOT NULL`).map((r) => r.d);
}

for (const role of ["front", "worker", "jobs", "media"])
  test(`uploads go on when the ${role} process is killed in their middle`, async () => {
    const album = await newAlbum(sami, `Sans ${role}`);
    const token = await sami.token(`/publish/${album}`);
    const had = known.size;
    let ended = false;
    let kills = 0;
    const killer = (async () => {
      while (!ended) {
        await pause(60 + Math.random() * 240);
        if (killOne(server, role)) kills++;
        if (kills >= 4) return;
      }
    })();
    // A media worker is only there while there is work.
    await until("kills and photos", async () => {
      await send(album, token, unique(one));
      await pause(60);
      return kills >= 4 && known.size >= had + 4;
    });
    ended = true;
    await killer;
    await sound();
    // Faces are looked for in ten of them: in all, it would be minutes until
    // there is a look for the albums of the tests below.
    sql(server, `DELETE FROM job WHERE kind = 'faces' AND id NOT IN (SELECT id FROM job WHERE kind = 'faces' ORDER BY id LIMIT 10)`);
  });

test("half a body and a front that dies leave nothing behind", async () => {
  const album = await newAlbum(sami, "À moitié");
  const token = await sami.token(`/publish/${album}`);
  const bytes = unique(one);
  const cookie = Array.from(sami.jar, ([k, v]) => `${k}=${v}`).join("; ");
  const cut = (kill: boolean): Promise<void> => new Promise((done) => {
    const s = connect(server.port, "127.0.0.1", () => {
      s.write(`POST /album/${album}/upload HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nCookie: ${cookie}\r\n` +
        `Origin: ${server.url}\r\nX-Preau-Form: ${token}\r\nX-Preau-Name: a.jpg\r\nContent-Type: image/jpeg\r\n` +
        `Content-Length: ${bytes.length}\r\n\r\n`);
      s.write(bytes.subarray(0, bytes.length >> 1));
      setTimeout(() => void (kill ? until("a front to kill", () => killOne(server, "front")) : pause(0)).finally(() => {
        s.destroy();
        done();
      }), 300);
    });
    s.on("error", () => done());
  });
  await cut(false);
  await alive();
  await cut(true);
  await alive();
  assert.equal(digests(album).length, 0);
  await sound();
  // What came half stays for an hour at most.
  sql(server, "UPDATE medium SET upload_seen_at = upload_seen_at - 7200 WHERE state = 'receiving'");
  const left = count(server, "medium WHERE state = 'receiving'");
  const found = check(server, "--fix");
  assert.ok(found.findings.every((f) => f.kind === "stuck-upload" && f.fixed), JSON.stringify(found.findings));
  assert.equal(found.findings.length, left);
  assert.equal(count(server, "medium WHERE state = 'receiving'"), 0);
});

test("of many pages under way, none is lost and none goes to another person when a worker dies", async () => {
  const people: [Client, string][] = [[sami, "/today"], [await server.client("nadia"), "/"]];
  await atRest(server); // and the pages say tomorrow what they say now
  // The token of a page's forms is another one each time.
  const page = async ([c, path]: [Client, string]): Promise<[number, string]> => {
    const a = await c.get(path);
    return [a.status, a.text.replace(/(name="form" value=")[^"]*/g, "$1")];
  };
  const first = await Promise.all(people.map(page));
  assert.deepEqual(first.map(([status]) => status), [200, 200]);
  const own = first.map(([, text]) => text);
  assert.notEqual(own[0], own[1]);
  let kills = 0;
  await until("workers killed with pages in their hands", async () => {
    // More than the workers take at once, so that some wait in their channels.
    const asked = Array.from({ length: 24 }, (_, i) => page(people[i % 2] as [Client, string]));
    await pause(Math.random() * 10);
    if (killOne(server, "worker")) kills++;
    const answers = await Promise.all(asked);
    answers.forEach(([status, text], i) => {
      if (status === 200) assert.equal(text, own[i % 2]);
      else assert.equal(status, 503, text.slice(0, 300)); // a second worker died under it
    });
    assert.ok(answers.some(([status]) => status === 200));
    await alive();
    return kills >= 8;
  });
});

test("albums that were published stay published when processes die at random", async () => {
  const album = await newAlbum(sami, "Au hasard");
  assert.equal((await upload(sami, album, "a.jpg", drawn())).state, "queued");
  await lookedThrough(server, album);
  const kinds = ["front", "worker", "worker", "jobs"];
  let ended = false;
  let kills = 0;
  const killer = (async () => {
    while (!ended) {
      if (killOne(server, kinds[Math.floor(Math.random() * kinds.length)] ?? "")) kills++;
      await pause(300 + Math.random() * 300);
    }
  })();
  const made: string[] = [];
  let tries = 0;
  let drafts = 0; // what is no family's yet is not written down
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end && (made.length < 12 || kills < 8); tries++) {
    const title = `Titre ${tries}`;
    await pause(20);
    try {
      const said = await fill(sami, `/publish/${album}/text`, `/publish/${album}/text`, { title });
      if (said.status === 303) made.push(title);
      else assert.ok([500, 502, 503].includes(said.status), `${said.status} ${said.text.slice(0, 500)}`);
      if (made.length >= 4 && drafts === 0) {
        await publishNow(sami, album);
        drafts = tries + 1;
      }
    } catch (e) {
      if (e instanceof assert.AssertionError && !/no form|not published/.test(e.message)) throw e;
      await pause(50);
    }
  }
  ended = true;
  await killer;
  assert.ok(made.length >= 12 && kills >= 8, `${made.length} of ${tries}, ${kills} kills`);
  await alive();
  // What was answered is there; a later one may be, that was committed and
  // whose answer was lost.
  const page = (await sami.get(`/publish/${album}/text`)).text;
  const kept = Number(/value="Titre (\d+)"/.exec(page)?.[1] ?? -1);
  const last = Number(/\d+/.exec(made.at(-1) ?? "")?.[0]);
  assert.ok(kept >= last && kept < tries, `Titre ${kept} after Titre ${last} of ${tries}`);
  // One entry in the register for each change after publication, no more.
  const entries = count(server, `audit WHERE action = 'post-changed' AND subject = ${album}`);
  assert.ok(drafts > 0 && entries >= made.length - drafts && entries <= tries, `${entries} entries, ${made.length} answers, ${tries} tries`);
  await sound();
});

// The answer, once none of the processes that were killed is missed any more.
const settledPage = (c: Client, path: string): Promise<Answer> => until(`${path} to answer`, async () => {
  const a = await c.get(path).catch(() => undefined);
  return a !== undefined && ![500, 502, 503].includes(a.status) && a;
});

test("killed in the middle of a publication, an album is published and written down once, or not at all", async () => {
  const nadia = await server.client("nadia");
  const album = await newAlbum(sami, "Coupé");
  assert.equal((await upload(sami, album, "a.jpg", drawn())).state, "queued");
  await lookedThrough(server, album);
  await sayNobody(sami, album);
  const send = `/publish/${album}/send`;
  const entries = (): number => count(server, `audit WHERE action = 'post-published' AND subject = ${album}`);
  let took = 0; // of the first, which nobody kills
  let cut = 0;
  for (let round = 0; cut < 8; round++) {
    assert.ok(round < 300, `${cut} of ${round} were caught in the middle`);
    const role = round % 3 === 2 ? "front" : "worker";
    await until(`a ${role} to kill`, () => roles(server).some((r) => r.name === role && r.age_ms > 1500));
    const form = formOf((await settledPage(sami, send)).text, send);
    form.set("when", "now");
    const before = entries();
    const pids = roles(server).filter((r) => r.name === role && r.age_ms > 1500).map((r) => r.pid);
    const started = performance.now();
    let answered = false;
    const answer = sami.post(send, Object.fromEntries(form)).then((a) => a.status, () => 0).finally(() => (answered = true));
    const killed = round === 0 ? undefined : pause(Math.random() * took).then(() => {
      if (!answered) cut++;
      signalThese(pids, "SIGKILL");
    });
    const status = await answer;
    if (round === 0) took = performance.now() - started;
    await killed;
    await alive();
    // Of a front that died the worker goes on with what it was given.
    await atIdle(server, "worker");
    const state = sql<{ state: string }>(server, `SELECT state FROM post WHERE id = ${album}`)[0]?.state ?? "";
    if (status === 303) assert.equal(state, "published");
    assert.equal(entries(), before + (state === "published" ? 1 : 0), `${status} ${state}`);
    assert.equal((await settledPage(nadia, `/album/${album}`)).status, state === "published" ? 200 : 404);
    if (state === "published")
      await until("it to be withdrawn", async () => {
        await fill(sami, `/publish/${album}`, `/publish/${album}/withdraw`).catch(() => undefined);
        return count(server, `post WHERE id = ${album} AND state = 'withdrawn'`) === 1;
      });
  }
  await sound();
});

test("the monitor killed at any point starts again to the same house", async () => {
  for (let i = 0; i < 3; i++) {
    const album = await newAlbum(sami, `Départ ${i}`);
    const token = await sami.token(`/publish/${album}`);
    const sending = (async () => {
      for (let n = 0; n < 6; n++) await send(album, token, unique(one));
    })();
    await pause(100 + Math.random() * 700);
    await killAll(server);
    await sending;
    await server.stop();
    await server.start();
    await sound();
  }
});

test("a process that cannot live makes the monitor say so and end", async () => {
  const log = server.log.length;
  await until("the monitor to give up", async () => {
    killAtOnce(server, "front");
    await pause(5);
    return server.ended;
  });
  await server.said(/ends as soon as it is started/, log);
  await server.stop();
  await server.start();
  await sound();
});

test("serve brings a database of an earlier version up to date, also after a kill", async () => {
  const folder = mkdtempSync(join(tmpdir(), "preau-migrate-"));
  const old = await emptyServer(folder);
  try {
    for (let i = 0; i < 5; i++) {
      rmSync(join(folder, "data"), { recursive: true, force: true });
      mkdirSync(join(folder, "data"), { mode: 0o700 });
      spawnSync("sqlite3", [join(folder, "data/preau.db"), "PRAGMA journal_mode=wal; PRAGMA user_version=0;"]);
      const child = spawn(join(build, "preau"), [...old.sets, "serve"], { stdio: "ignore" });
      const gone = new Promise((done) => child.once("exit", done));
      await pause(i * 8);
      child.kill("SIGKILL");
      await gone;
      if (i % 2 === 0) continue;
      await old.start();
      assert.equal(check(old).open, 0);
      await old.stop();
    }
  } finally {
    await old.sweep();
  }
});

test("a migration that was killed is completed by the next start", async () => {
  const folder = mkdtempSync(join(tmpdir(), "preau-migrate-"));
  const data = join(folder, "data");
  mkdirSync(data, { mode: 0o700 });
  const sets = ["--set", `data=${data}`, "--set", `master_key=${folder}/keys/master.key`, "--set", `erasures=${folder}/erasures.log`];
  const init = ["--json", "init", "--name", "Les Essais", "--director", "D", "--profile", "fr", "--time-zone", "Europe/Paris"];
  try {
    for (let i = 0; i < 12; i++) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(data, { recursive: true, mode: 0o700 });
      // Nothing yet, or a database of version 0 that somebody began.
      if (i % 2 === 1) spawnSync("sqlite3", [join(data, "preau.db"), "PRAGMA journal_mode=wal; PRAGMA user_version=0;"]);
      const child = spawn(join(build, "preau"), [...sets, ...init], { stdio: "ignore" });
      const gone = new Promise((done) => child.once("exit", done));
      await pause(i * 6);
      child.kill("SIGKILL");
      await gone;
      const again = spawnSync(join(build, "preau"), [...sets, ...init], { encoding: "utf8" });
      assert.equal(again.status, 0, again.stdout + again.stderr);
      const sound = spawnSync(join(build, "preau"), [...sets, "--json", "check", "--deep"], { encoding: "utf8" });
      assert.equal(sound.status, 0, sound.stdout);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
