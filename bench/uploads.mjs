// uploads.mjs BASE NGINX LOGINS ROUNDS — photos in pieces, some of them cut, one
// video cut five times, and the same bytes to nginx; ends with 1 when more than a
// last chunk came twice.
import { randomFillSync } from "node:crypto";
import { connect } from "node:net";

import { agent, Client, login, pause } from "./client.mjs";

const [base, nginx, logins, rounds] = process.argv.slice(2);
const PHOTOS = 25, BYTES = 40 * 1024 * 1024, CHUNK = 65_536, EVERY = 5, CUTS = 5;
const bytes = randomFillSync(Buffer.alloc(BYTES));
const tus = { "Tus-Resumable": "1.0.0", Origin: base };
const piece = (at) => ({ ...tus, "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(at) });

const staff = new Client(base);
await staff.signIn(login(logins, (l) => l.login === "sami"));
const plain = new Client(nginx);

function must(a, status) {
  if (a.status !== status) throw new Error(`${a.status} instead of ${status}: ${a.body}`);
  return a;
}

const offset = async (url) => Number(must(await staff.ask("HEAD", url, tus), 200).headers["upload-offset"]);

// Bytes of a file from `at`, at most to `to`: the same ones again and again.
const part = (at, to) => bytes.subarray(at % BYTES, Math.min(BYTES, at % BYTES + to - at));

const drained = (s) => new Promise((done, fail) => { s.once("drain", done); s.once("close", fail); });

// A piece [at, end) that is announced, and of which [at, to) is sent.
async function pour(url, heads, at, to, end) {
  const all = { ...piece(at), ...heads, Host: new URL(base).host, "Content-Length": end - at,
    Cookie: [...staff.jar].map(([k, v]) => `${k}=${v}`).join("; ") };
  const s = connect(Number(new URL(base).port), "127.0.0.1");
  s.on("error", () => undefined);
  s.write(`PATCH ${url} HTTP/1.1\r\n${Object.entries(all).map(([k, v]) => `${k}: ${v}\r\n`).join("")}\r\n`);
  for (let from = at; from < to;) {
    const next = part(from, to);
    if (!s.write(next)) await drained(s);
    from += next.length;
  }
  return s;
}

// A connection that ends when [at, to) has come; where it stands then.
async function cut(url, heads, at, to, end) {
  const s = await pour(url, heads, at, to, end);
  while (await offset(url) < to - CHUNK) await pause(1);
  s.destroy();
  // Until the other end has seen that it is over, an empty piece must wait.
  for (;;) {
    const stands = await offset(url);
    const free = await staff.ask("PATCH", url, { ...piece(stands), ...heads }, "");
    if (free.status === 204) return stands;
    if (free.status !== 423 && free.status !== 409) must(free, 204);
    await pause(1);
  }
}

async function begun(album, heads, length) {
  return must(await staff.ask("POST", `/album/${album}/pieces`,
    { ...tus, ...heads, "Upload-Length": String(length) }, ""), 201).headers.location;
}

async function ours() {
  const album = await staff.newAlbum();
  const heads = { "X-Preau-Form": await staff.token(`/publish/${album}`) };
  const started = process.hrtime.bigint();
  let twice = 0;
  for (let i = 0; i < PHOTOS; i++) {
    bytes.writeUInt32LE(i); // no two alike
    const url = await begun(album, heads, BYTES);
    let at = 0;
    if (i % EVERY === 2) {
      const to = Math.floor(BYTES * 0.6);
      at = await cut(url, heads, 0, to, BYTES);
      twice = Math.max(twice, to - at);
    }
    must(await staff.ask("PATCH", url, { ...piece(at), ...heads }, bytes.subarray(at)), 204);
  }
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  await staff.discard(album);
  return { seconds, twice };
}

async function theirs() {
  const started = process.hrtime.bigint();
  for (let i = 0; i < PHOTOS; i++) {
    const a = await plain.ask("PUT", `/photo-${i}`, {}, bytes);
    if (a.status !== 201 && a.status !== 204) must(a, 201);
  }
  return Number(process.hrtime.bigint() - started) / 1e9;
}

// The same number of bytes in one video, cut five times.
async function film() {
  const album = await staff.newAlbum();
  const heads = { "X-Preau-Form": await staff.token(`/publish/${album}`) };
  const end = PHOTOS * BYTES;
  bytes.write("000000186674797069736f6d00000200", 0, "hex");
  const started = process.hrtime.bigint();
  const url = await begun(album, heads, end);
  let at = 0, twice = 0;
  for (let i = 1; i <= CUTS; i++) {
    const to = Math.floor(end * i / (CUTS + 1));
    at = await cut(url, heads, at, to, end);
    twice = Math.max(twice, to - at);
  }
  const s = await pour(url, heads, at, end, end);
  const said = await new Promise((done) => s.once("data", (b) => done(b.toString("latin1"))));
  s.destroy();
  if (!said.startsWith("HTTP/1.1 204")) throw new Error(said);
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  await staff.discard(album);
  return { seconds, twice };
}

async function filmPut() {
  const started = process.hrtime.bigint();
  const end = PHOTOS * BYTES, at = new URL(nginx);
  const s = connect(Number(at.port), at.hostname);
  s.write(`PUT /film HTTP/1.1\r\nHost: ${at.host}\r\nContent-Length: ${end}\r\n\r\n`);
  const said = new Promise((done) => s.once("data", (b) => done(b.toString("latin1"))));
  for (let from = 0; from < end;) {
    const next = part(from, end);
    if (!s.write(next)) await drained(s);
    from += next.length;
  }
  const answer = await said;
  s.destroy();
  if (!/^HTTP\/1\.1 20[14]/.test(answer)) throw new Error(answer);
  return Number(process.hrtime.bigint() - started) / 1e9;
}

let most = 0;
async function compare(what, mine, other) {
  const ratio = [];
  const mb = PHOTOS * BYTES / 1e6;
  for (let r = 0; r < Number(rounds); r++) {
    const a = await mine(), b = await other();
    ratio.push(b / a.seconds);
    most = Math.max(most, a.twice);
    console.log(`${what}, round ${r + 1}: in pieces ${(mb / a.seconds).toFixed(0)} MB/s, nginx ${(mb / b).toFixed(0)} MB/s, ` +
      `ratio ${(b / a.seconds).toFixed(2)}, twice ${a.twice} bytes of one`);
  }
  ratio.sort((x, y) => x - y);
  console.log(`${what}: median ratio ${ratio[ratio.length >> 1].toFixed(2)}`);
}

await compare("photos", ours, theirs);
await compare("one video", film, filmPut);
console.log(`at most ${most} bytes of a file sent twice`);
agent.destroy();
process.exitCode = most < CHUNK ? 0 : 1;
