// uploads.mjs BASE NGINX LOGINS ROUNDS — photos in pieces, some of them cut, and
// the same bytes to nginx; ends with 1 when more than a last chunk came twice.
import { randomFillSync } from "node:crypto";
import { connect } from "node:net";

import { agent, Client, login, pause } from "./client.mjs";

const [base, nginx, logins, rounds] = process.argv.slice(2);
const PHOTOS = 25, BYTES = 40 * 1024 * 1024, CHUNK = 65_536, EVERY = 5;
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

// A connection that ends when so many bytes have come, and what it cost.
async function cut(url, heads, to) {
  const all = { ...piece(0), ...heads, Host: new URL(base).host, "Content-Length": BYTES,
    Cookie: [...staff.jar].map(([k, v]) => `${k}=${v}`).join("; ") };
  const s = connect(Number(new URL(base).port), "127.0.0.1");
  s.on("error", () => undefined);
  s.write(`PATCH ${url} HTTP/1.1\r\n${Object.entries(all).map(([k, v]) => `${k}: ${v}\r\n`).join("")}\r\n`);
  await new Promise((done) => s.write(bytes.subarray(0, to), done));
  while (await offset(url) < to - CHUNK) await pause(1);
  s.destroy();
  // Until the other end has seen that it is over, an empty piece must wait.
  for (;;) {
    const at = await offset(url);
    const free = await staff.ask("PATCH", url, { ...piece(at), ...heads }, "");
    if (free.status === 204) {
      must(await staff.ask("PATCH", url, { ...piece(at), ...heads }, bytes.subarray(at)), 204);
      return to - at;
    }
    if (free.status !== 423 && free.status !== 409) must(free, 204);
    await pause(1);
  }
}

async function ours() {
  const album = await staff.newAlbum();
  const heads = { "X-Preau-Form": await staff.token(`/publish/${album}`) };
  const started = process.hrtime.bigint();
  let twice = 0;
  for (let i = 0; i < PHOTOS; i++) {
    bytes.writeUInt32LE(i); // no two alike
    const { location } = must(await staff.ask("POST", `/album/${album}/pieces`,
      { ...tus, ...heads, "Upload-Length": String(BYTES) }, ""), 201).headers;
    if (i % EVERY === 2) twice = Math.max(twice, await cut(location, heads, Math.floor(BYTES * 0.6)));
    else must(await staff.ask("PATCH", location, { ...piece(0), ...heads }, bytes), 204);
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

const ratio = [];
let most = 0;
for (let r = 0; r < Number(rounds); r++) {
  const a = await ours(), b = await theirs();
  const mb = PHOTOS * BYTES / 1e6;
  ratio.push(b / a.seconds);
  most = Math.max(most, a.twice);
  console.log(`round ${r + 1}: in pieces ${(mb / a.seconds).toFixed(0)} MB/s, nginx ${(mb / b).toFixed(0)} MB/s, ` +
    `ratio ${(b / a.seconds).toFixed(2)}, twice ${a.twice} bytes of a photo`);
}
ratio.sort((x, y) => x - y);
console.log(`median ratio ${ratio[ratio.length >> 1].toFixed(2)}; at most ${most} bytes of a photo sent twice`);
agent.destroy();
process.exitCode = most < CHUNK ? 0 : 1;
