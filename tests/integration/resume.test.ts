// A photo in pieces whose sender, server or processes are cut short again and
// again: it goes on where it stopped, and is the photo that was sent.
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { after, before, test } from "node:test";
import * as tus from "tus-js-client";

import { Client } from "../lib/client";
import { drawn, longer, unique } from "../lib/pictures";
import { startServer, type Server } from "../lib/server";
import { check, count, fill, killAll, killOne, newAlbum, pause, settled, sql, until } from "../lib/trouble";
import { Tus } from "../lib/tus";

const CHUNK = 65_536;

let server: Server;
let sami: Client;
let album = 0;
let t: Tus;
let one: Buffer;

before(async () => {
  server = await startServer();
  sami = await server.client("sami");
  album = await newAlbum(sami, "Coupures");
  t = await Tus.of(sami, album);
  one = longer(drawn(), 400_000);
  assert.ok(one.length > 6 * CHUNK, `${one.length}`);
});
after(() => server.sweep());

const idOf = (url: string): number => Number(/\d+$/.exec(url)?.[0]);

async function alive(): Promise<void> {
  await until("the server to answer", async () => {
    try {
      return (await new Client(server.url).get("/sign-in")).status === 200;
    } catch {
      return false;
    }
  });
}

// Where it stands, once it can be asked and nobody else holds it.
async function standing(url: string): Promise<number> {
  await alive();
  let at = -1;
  await until("nobody to send any more", async () => {
    at = await t.offset(url);
    // An offset that cannot be right: 409 when it is free, 423 when it is not.
    return at === 0 || (await t.patch(url, at - 1, Buffer.alloc(0))).status === 409;
  });
  return at;
}

// Sends bytes [at, to) of a piece that was announced to go to the end, and then
// whatever `then` does happens to it.
async function half(url: string, bytes: Buffer, at: number, to: number, then: () => Promise<void>): Promise<void> {
  const s = await t.raw(server, url, at, bytes.length - at);
  s.write(bytes.subarray(at, to));
  const least = Math.floor((to - 1) / CHUNK) * CHUNK;
  await until("what was sent to be there", async () => await t.offset(url) >= least);
  await then();
  s.destroy();
}

async function isOriginal(url: string, bytes: Buffer): Promise<void> {
  await settled(server);
  const path = `/m/${idOf(url)}/original`;
  const a = await fill(sami, path, path, { purpose: "check" });
  assert.equal(a.status, 200);
  assert.ok(a.body.equals(bytes), "byte for byte");
}

async function finish(url: string, bytes: Buffer, at: number): Promise<void> {
  const a = await t.patch(url, at, bytes.subarray(at));
  assert.equal(a.status, 204, a.text);
  assert.equal(a.headers["x-preau-state"], "queued");
  await isOriginal(url, bytes);
}

async function begun(bytes: Buffer): Promise<string> {
  const { url, answer } = await t.begin(bytes.length);
  assert.equal(answer.status, 201, answer.text);
  return url;
}

test("cut at 60 %, nothing that arrived is sent again", async () => {
  const mine = unique(one);
  const url = await begun(mine);
  const to = Math.floor(mine.length * 0.6);
  await half(url, mine, 0, to, async () => undefined);
  assert.equal(await standing(url), to);
  await finish(url, mine, to);
});

test("a sender that comes back from elsewhere, signed in anew, goes on", async () => {
  const mine = unique(one);
  const url = await begun(mine);
  await half(url, mine, 0, 200_000, async () => undefined);
  assert.equal(await standing(url), 200_000);
  const later = new Client(server.url);
  await later.signIn(server.login("sami"));
  const again = await Tus.of(later, album);
  const a = await again.patch(url, await again.offset(url), mine.subarray(200_000));
  assert.equal(a.headers["x-preau-state"], "queued", a.text);
  await isOriginal(url, mine);
});

for (const role of ["front", "worker"])
  test(`a ${role} that is killed in the middle of a piece costs its last chunk at most`, async () => {
    const mine = unique(one);
    const url = await begun(mine);
    const stops = [0, 100_000, 270_001, 350_000];
    for (const to of stops.slice(1)) {
      const at = await standing(url);
      await half(url, mine, at, to, async () => {
        await until(`a ${role} to kill`, () => killOne(server, role));
        await pause(50);
      });
      const now = await standing(url);
      assert.ok(now <= to && now > to - CHUNK, `${now} of ${to}`);
    }
    await finish(url, mine, await standing(url));
  });

test("everything killed in the middle of a piece, and started again, goes on", async () => {
  const mine = unique(one);
  const url = await begun(mine);
  for (const to of [150_000, 300_000]) {
    const at = await standing(url);
    await half(url, mine, at, to, () => killAll(server));
    await server.stop();
    await server.start();
    const now = await standing(url);
    assert.ok(now <= to && now > to - CHUNK, `${now} of ${to}`);
  }
  await finish(url, mine, await standing(url));
});

test("processes killed at random while tus-js-client sends photos: all are there, once", async () => {
  const into = await newAlbum(sami, "Au hasard");
  const mine = await Tus.of(sami, into);
  let ended = false;
  let kills = 0;
  const killer = (async () => {
    while (!ended) {
      if (kills < 8 && killOne(server, kills % 2 === 0 ? "front" : "worker")) kills++;
      await pause(200 + randomInt(400));
    }
  })();
  const send = (bytes: Buffer): Promise<string> => new Promise((ok, fail) => {
    const up: tus.Upload = new tus.Upload(bytes, {
      endpoint: `${server.url}${mine.place}`, chunkSize: 50_000, retryDelays: Array<number>(6000).fill(100),
      headers: { Cookie: Array.from(sami.jar, ([k, v]) => `${k}=${v}`).join("; "), "X-Preau-Form": mine.token, Origin: server.url },
      onSuccess: () => ok(new URL(up.url ?? "").pathname), onError: fail,
    });
    up.start();
  });
  // Five photos, and more until four processes died: how fast they go is not
  // for a test to know.
  const sent: { url: string; bytes: Buffer }[] = [];
  while (sent.length < 5 || (kills < 4 && sent.length < 200)) {
    const bytes = unique(one);
    sent.push({ url: await send(bytes), bytes });
  }
  ended = true;
  await killer;
  assert.ok(kills >= 4, `${kills} killed while ${sent.length} were sent`);
  await alive();
  await settled(server);
  // What was begun by a request whose answer was lost waits to be swept; there
  // is no photo twice, and none is missing.
  assert.equal(count(server, `medium WHERE post = ${into} AND state = 'ready'`), sent.length);
  for (const { url, bytes } of sent) await isOriginal(url, bytes);
});

test("the last bytes are sent again when the end was not written down", async () => {
  const mine = unique(one);
  const url = await begun(mine);
  const s = await t.raw(server, url, 0, mine.length);
  s.write(mine.subarray(0, mine.length - 1));
  await until("it to come", async () => await t.offset(url) >= mine.length - CHUNK);
  await until("a worker to kill", () => killOne(server, "worker"));
  s.write(mine.subarray(mine.length - 1));
  await pause(100);
  s.destroy();
  // Either it is done, or all but the last chunk is there.
  const at = await standing(url);
  assert.ok(at === mine.length || at >= Math.floor((mine.length - 1) / CHUNK) * CHUNK, `${at} of ${mine.length}`);
  if (at === mine.length) await isOriginal(url, mine);
  else await finish(url, mine, at);
});

test("nothing is left of all that but what will be swept", async () => {
  await settled(server);
  assert.deepEqual(check(server).findings, []);
  sql(server, "UPDATE medium SET upload_seen_at = upload_seen_at - 3 * 86400 WHERE state = 'receiving'");
  const left = count(server, "medium WHERE state = 'receiving'");
  const found = check(server, "--fix").findings;
  assert.ok(found.every((f) => f.kind === "stuck-upload" && f.fixed), JSON.stringify(found));
  assert.equal(found.length, left);
  assert.equal(server.preau("audit", "verify").status, 0);
});
