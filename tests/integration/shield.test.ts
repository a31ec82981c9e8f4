// Arachnid Shield, played by a server of the test: TLS with an authority of its
// own, the interface as it is documented, and every way in which it may fail.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server as TlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import type { Client } from "../lib/client";
import { drawn } from "../lib/pictures";
import { startServer, type Server } from "../lib/server";
import { check, count, killOne, lookedThrough, newAlbum, pause, publishNow, roles, settled, sql, until, upload } from "../lib/trouble";

interface Asked { method: string; path: string; headers: IncomingMessage["headers"]; body: string }
type Answer = (hashes: string[], out: ServerResponse) => void;

const folder = mkdtempSync(join(tmpdir(), "preau-shield-"));
const asked: Asked[] = [];
let answer: Answer;
let shield: TlsServer;
let port = 0;
let server: Server;
let sami: Client;

const openssl = (...args: string[]): void => void execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });

// An authority of that name, and a certificate of shield.test from it.
function authority(name: string): { key: Buffer; cert: Buffer; ca: string } {
  openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
    "-subj", `/CN=${name}`, "-keyout", `${name}-ca.key`, "-out", `${name}-ca.pem`);
  openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=shield.test",
    "-keyout", `${name}.key`, "-out", `${name}.csr`);
  writeFileSync(join(folder, "san"), "subjectAltName=DNS:shield.test\n");
  openssl("x509", "-req", "-days", "2", "-in", `${name}.csr`, "-CA", `${name}-ca.pem`, "-CAkey", `${name}-ca.key`,
    "-CAcreateserial", "-extfile", "san", "-out", `${name}.pem`);
  return { key: readFileSync(join(folder, `${name}.key`)), cert: readFileSync(join(folder, `${name}.pem`)),
    ca: join(folder, `${name}-ca.pem`) };
}

const say = (status: number, body: string, more: Record<string, string> = {}): Answer => (_hashes, out) => {
  out.writeHead(status, { "Content-Type": "application/json", ...more }).end(body);
};
const every = (classification: string, match_type: string | null): Answer => (hashes, out) =>
  say(200, JSON.stringify({ scanned_hashes: Object.fromEntries(hashes.map((h) =>
    [h, { classification, match_type, near_match_details: null }])) }))(hashes, out);
const clean = every("no-known-match", null);

function hear(request: IncomingMessage, out: ServerResponse): void {
  let body = "";
  request.on("data", (b: Buffer) => { body += b.toString("latin1"); });
  request.on("end", () => {
    asked.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers, body });
    answer((JSON.parse(body) as { hashes: string[] }).hashes, out);
  });
}

const hashesAsked = (): string[] => asked.flatMap((a) => (JSON.parse(a.body) as { hashes: string[] }).hashes);
const stateOf = (album: number): string =>
  sql<{ state: string }>(server, `SELECT state FROM medium WHERE post = ${album}`)[0]?.state ?? "none";

async function send(title: string): Promise<number> {
  const album = await newAlbum(sami, title);
  const token = await sami.token(`/publish/${album}`);
  assert.equal((await upload(sami, album, "photo.jpg", drawn(480, 320), token)).state, "queued");
  return album;
}

// Was asked about, and waits.
async function holds(album: number, before: number): Promise<void> {
  await until("a question", () => asked.length > before);
  await server.said(/Shield says nothing/);
  await pause(500);
  assert.equal(stateOf(album), "queued");
  assert.equal(count(server, `blob b JOIN medium m ON m.id = b.medium WHERE m.post = ${album} AND b.side > 0`), 0);
}

async function restart(...more: string[]): Promise<void> {
  await server.stop();
  server.log = "";
  server.sets.push(...more.flatMap((v) => ["--set", v]));
  await server.start();
}

before(async () => {
  const one = authority("one");
  authority("two");
  const password = join(folder, "password");
  writeFileSync(password, "mot de passe: été\n");
  chmodSync(password, 0o600);
  answer = clean;
  shield = createServer({ key: one.key, cert: one.cert }, hear);
  shield.on("tlsClientError", () => { /* who does not believe us */ });
  await new Promise<void>((done) => shield.listen(0, "127.0.0.1", done));
  port = (shield.address() as AddressInfo).port;
  server = await startServer({ sets: [`egress_hosts=shield.test:${port}=127.0.0.1`,
    `egress_ca=${one.ca}`, `shield_url=https://shield.test:${port}`, "shield_user=les-essais",
    `shield_password=${password}`, "shield_retry_s=2"] });
  sami = await server.client("sami");
});
after(async () => {
  await server.sweep();
  shield.closeAllConnections();
  shield.close();
  rmSync(folder, { recursive: true, force: true });
});

test("every photo was asked about before it was ready, by its hash alone", async () => {
  await settled(server);
  const photos = count(server, "medium WHERE state = 'ready'");
  assert.ok(photos > 0);
  const hashes = hashesAsked();
  assert.ok(new Set(hashes).size > 0);
  assert.equal(new Set(hashes).size, hashes.length, "a hash was asked about twice");
  assert.equal(count(server, "shield_answer WHERE known = 0"), hashes.length);
  for (const a of asked) {
    assert.equal(`${a.method} ${a.path}`, "POST /v1/pdq/");
    assert.equal(a.headers.authorization, `Basic ${Buffer.from("les-essais:mot de passe: été").toString("base64")}`);
    assert.deepEqual(Object.keys(a.headers).sort(),
      ["accept", "authorization", "content-length", "content-type", "host", "user-agent"]);
    assert.equal(a.headers["user-agent"], "preau");
    const body = JSON.parse(a.body) as Record<string, unknown>;
    assert.deepEqual(Object.keys(body), ["hashes"]);
    for (const h of body["hashes"] as string[]) assert.match(h, /^[A-Za-z0-9+/]{43}=$/);
  }
});

test("a photo that Shield does not know is published as ever", async () => {
  const album = await send("Rien à dire");
  await lookedThrough(server, album);
  assert.equal(stateOf(album), "ready");
  await publishNow(sami, album);
});

test("a photo that Shield knows is locked, and nobody has seen it", async () => {
  answer = every("csam", "near");
  const album = await send("Arrêtée");
  await until("the photo to be locked", () => stateOf(album) === "locked");
  assert.equal(count(server, `blob b JOIN medium m ON m.id = b.medium WHERE m.post = ${album} AND b.side > 0`), 0);
  assert.deepEqual(sql(server, `SELECT h.list, h.list_source, h.entry_category FROM stop_hit h
    JOIN stopping s ON s.id = h.stopping WHERE s.post = ${album}`),
  [{ list: null, list_source: "arachnid-shield", entry_category: "csam" }]);
  assert.equal(count(server, "shield_answer WHERE known = 1 AND classification = 'csam'"), 1);
  answer = clean;
});

test("a class that is newer than this program is a match", async () => {
  answer = every("something-else", "exact");
  const album = await send("Nouvelle classe");
  await until("the photo to be locked", () => stateOf(album) === "locked");
  answer = clean;
});

test("while Shield is broken a photo waits, and then goes on by itself", async () => {
  server.log = "";
  answer = say(503, "{\"detail\":\"maintenance\"}");
  const before = asked.length;
  const album = await send("En panne");
  await holds(album, before);
  sql(server, `UPDATE medium SET created_at = created_at - 600 WHERE post = ${album}`);
  const claire = await server.client("claire");
  assert.match((await claire.get("/structure")).text, /1 photo attend d’être vérifiée[\s\S]*Arachnid Shield/);
  answer = clean;
  await until("the photo to be ready", () => stateOf(album) === "ready");
  assert.doesNotMatch((await claire.get("/structure")).text, /attend d’être vérifiée/);
});

test("an answer about something else lets nothing in", async () => {
  server.log = "";
  answer = say(200, JSON.stringify({ scanned_hashes: {
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=": { classification: "no-known-match", match_type: null } } }));
  const before = asked.length;
  const album = await send("Autre chose");
  await holds(album, before);
  await server.said(/unsound_answer/);
  answer = clean;
  await until("egress to be killed", () => killOne(server, "egress")); // what was asked is asked again by the next one
  await until("the photo to be ready", () => stateOf(album) === "ready");
});

test("a server with another certificate is not told anything", async () => {
  await restart(`egress_ca=${join(folder, "two-ca.pem")}`);
  const before = asked.length;
  const album = await send("Faux serveur");
  await server.said(/why=untrusted/);
  assert.equal(asked.length, before);
  assert.equal(stateOf(album), "queued");
  await restart(`egress_ca=${join(folder, "one-ca.pem")}`);
  await until("the photo to be ready", () => stateOf(album) === "ready");
});

test("without an account nobody is asked, and there is no process that could", async () => {
  await restart("egress_hosts=", "shield_user=", "shield_password=");
  assert.deepEqual(roles(server).filter((r) => r.name === "egress"), []);
  const before = asked.length;
  const album = await send("Sans compte");
  await settled(server);
  assert.equal(stateOf(album), "ready");
  assert.equal(asked.length, before);
  assert.deepEqual(check(server).findings, []);
});

test("what came while there was no account is asked about when there is one again", async () => {
  const album = sql<{ post: number }>(server, "SELECT max(post) AS post FROM medium")[0]?.post ?? 0;
  assert.equal(stateOf(album), "ready");
  answer = every("csam", "exact");
  const before = asked.length;
  await restart(`egress_hosts=shield.test:${port}=127.0.0.1`, "shield_user=les-essais",
    `shield_password=${join(folder, "password")}`);
  await until("the photo to be locked", () => stateOf(album) === "locked");
  assert.ok(asked.length > before);
  assert.equal(count(server, `stopping WHERE post = ${album} AND stage = 'rescan'`), 1);
  await until("the end of the pass", () => count(server, "shield_stored WHERE done_at IS NOT NULL") === 1);
  answer = clean;
});
