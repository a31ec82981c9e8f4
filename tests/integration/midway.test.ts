// While a memory box is being sent: what changes counts at the next photo, what
// dies costs at most the connection, and the rest can be had.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import type { Client } from "../lib/client";
import { GROUP, answer } from "../lib/consents";
import { begin, boxOf, type Coming, grainy, LEA, opened, pictures, withChildren, withoutNames } from "../lib/memories";
import { startServer, type Server } from "../lib/server";
import { check, count, killOne, roles, sql, until } from "../lib/trouble";

// More than the buffers of a connection hold whose reader stands still.
const PHOTOS = 12;

let server: Server;
let sami: Client;
let nadia: Client;
let karim: Client;
let anne: Client;
let noe: number;
let album: number;
let photos: number[];

before(async () => {
  server = await startServer();
  withoutNames(server);
  [sami, nadia, karim, anne] = [await server.client("sami"), await server.client("nadia"), await server.client("karim"), await server.client("anne")];
  noe = Number(/href="\/memories\/(\d+)"/.exec((await anne.get("/rights")).text)?.[1]);
  const wanted = Array.from({ length: PHOTOS }, (_, i) => ({ jpeg: grainy(800, 600, i + 1), who: [LEA, noe] }));
  ({ album, photos } = await withChildren(server, sami, "La semaine", wanted));
});
after(() => server.sweep());

interface Begun { coming: Coming; all: Buffer; path: string; etag: string }

// It stands still before its end: all of it was read before, for comparing.
async function underWay(c: Client): Promise<Begun> {
  const path = await boxOf(c, LEA);
  const all = await until("the one before to be over", async () => {
    const got = await c.get(path);
    return got.status !== 429 && got;
  });
  assert.equal(all.status, 200);
  const coming = await until("that one to be over", async () => {
    const next = await begin(c, path);
    if (next.answer.statusCode !== 429) return next;
    next.drop();
    return undefined;
  });
  assert.equal(coming.answer.statusCode, 200);
  return { coming, all: all.body, path, etag: String(all.headers.etag) };
}

async function endsShort(b: Begun): Promise<void> {
  const got = await b.coming.rest();
  assert.ok(!got.whole, "the whole of it came");
  assert.ok(got.bytes.length < b.all.length && got.bytes.length > 0);
  assert.ok(got.bytes.equals(b.all.subarray(0, got.bytes.length)), "what came is not what was promised");
  await until("the log to say why", () => server.log.includes("a take-away ends short"));
}

const resume = (c: Client, b: Begun): ReturnType<Client["get"]> =>
  c.get(b.path, { Range: "bytes=1000-", "If-Range": b.etag });

test("a consent that is withdrawn counts at the next photo, and going on gets the new whole", async () => {
  const b = await underWay(nadia);
  assert.equal((await answer(anne, noe, GROUP, false)).status, 303);
  await endsShort(b);
  const again = await resume(nadia, b);
  assert.equal(again.status, 200);
  assert.notEqual(again.headers.etag, b.etag);
  assert.equal(pictures(opened(again.body)).length, PHOTOS);
  assert.equal((await answer(anne, noe, GROUP, true)).status, 303);
});

test("a photo that is deleted is not in it any more", async () => {
  const b = await underWay(nadia);
  const last = photos.pop() ?? 0;
  const gone = await sami.submit(`/publish/${album}/arrange`, `/publish/${album}/photo/${last}/remove`, {});
  assert.equal(gone.status, 303);
  await endsShort(b);
  const again = await resume(nadia, b);
  assert.equal(again.status, 200);
  assert.equal(pictures(opened(again.body)).length, photos.length);
});

test("a child that is enrolled no more takes its rights along", async () => {
  const b = await underWay(nadia);
  const kept = sql<{ id: number; until_on: number }>(server, `SELECT id, until_on FROM enrolment WHERE child = ${LEA}`);
  sql(server, `UPDATE enrolment SET until_on = from_on WHERE child = ${LEA}`);
  await endsShort(b);
  assert.equal((await resume(nadia, b)).status, 404);
  for (const { id, until_on } of kept) sql(server, `UPDATE enrolment SET until_on = ${until_on} WHERE id = ${id}`);
});

test("signing out ends it", async () => {
  const b = await underWay(karim);
  await karim.signOut();
  await endsShort(b);
  assert.equal((await resume(karim, b)).status, 404);
});

test("a worker that dies costs nothing", async () => {
  const b = await underWay(nadia);
  await until("a worker to be killed", () => killOne(server, "worker"));
  const got = await b.coming.rest();
  assert.ok(got.whole && got.bytes.equals(b.all));
});

test("a front that dies costs the connection, and the rest is what was missing", async () => {
  const b = await underWay(nadia);
  await until("the front to be killed", () => killOne(server, "front"));
  const got = await b.coming.rest();
  assert.ok(!got.whole);
  const rest = await until("the front to be back", async () => {
    const a = await nadia.get(b.path, { Range: `bytes=${got.bytes.length}-`, "If-Range": b.etag }).catch(() => undefined);
    return a?.status === 206 ? a : undefined;
  });
  assert.ok(Buffer.concat([got.bytes, rest.body]).equals(b.all));
});

test("after a restart it goes on as well", async () => {
  const b = await underWay(nadia);
  b.coming.drop();
  await server.stop();
  await server.start();
  const rest = await resume(nadia, b);
  assert.equal(rest.status, 206);
  assert.ok(rest.body.equals(b.all.subarray(1000)));
});

test("one at a time for an account, and whoever comes for the rest takes over", async () => {
  const b = await underWay(nadia);
  const second = await nadia.get(b.path);
  assert.equal(second.status, 429);
  assert.match(second.text, /Un seul coffre souvenirs à la fois/);
  assert.ok(Number(second.headers["retry-after"]) > 0);
  assert.equal((await nadia.ask("HEAD", b.path)).status, 200, "how long it is may be asked");
  const other = await server.client("karim");
  assert.equal((await other.get(await boxOf(other, LEA))).status, 200, "another account has its own");
  const rest = await resume(nadia, b);
  assert.equal(rest.status, 206);
  assert.ok(rest.body.equals(b.all.subarray(1000)));
  assert.ok(!(await b.coming.rest()).whole, "the first one is over");
});

test("many that stand still cost a few buffers, and others are answered", async () => {
  const b = await underWay(nadia);
  const front = roles(server).find((r) => r.name === "front")?.pid ?? 0;
  const peak = (): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${front}/status`, "utf8"))?.[1]);
  const before = peak();
  for (let i = 0; i < 20; i++) assert.equal((await anne.get("/")).status, 200);
  assert.ok(peak() - before < 16_384, "kB");
  b.coming.drop();
});

test("an account that is suspended gets nothing more", async () => {
  const b = await underWay(nadia);
  const id = sql<{ actor: number }>(server, "SELECT actor FROM audit WHERE action = 'memories-taken' ORDER BY id DESC LIMIT 1")[0]?.actor ?? 0;
  assert.equal(server.preau("account", "suspend", String(id)).status, 0);
  await endsShort(b);
  assert.equal((await resume(nadia, b)).status, 404);
});

test("nothing is left behind", () => {
  assert.deepEqual(check(server).findings, []);
  assert.equal(count(server, "medium WHERE state NOT IN ('ready', 'deleted')"), 0);
});
