// TLS by certificate files: what families get over it, and what `serve` says of
// files that it cannot use.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Client, trust } from "../lib/client";
import { build, emptyServer, startServer, type Server } from "../lib/server";

const folder = mkdtempSync(join(tmpdir(), "preau-tls-"));
const file = (name: string): string => join(folder, name);
let server: Server;

function pair(name: string): void {
  const done = spawnSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
    "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
    "-keyout", file(`${name}.key`), "-out", file(`${name}.pem`)], { encoding: "utf8" });
  assert.equal(done.status, 0, done.stderr);
}

const sets = (certificate: string, key: string): string[] => [`tls_certificate=${file(certificate)}`, `tls_key=${file(key)}`];

before(async () => {
  pair("house");
  pair("other");
  trust(readFileSync(file("house.pem")));
  server = await startServer({ serving: sets("house.pem", "house.key") });
});
after(async () => {
  await server.sweep();
  rmSync(folder, { recursive: true, force: true });
});

// Of each cookie that an answer sets, its name and what is said of it.
const cookies = (c: Client): [string, string[]][] => (c.last?.headers["set-cookie"] ?? []).map((line) => {
  const [pair = "", ...more] = line.split(/; */);
  return [pair.split("=")[0] ?? "", more.map((m) => m.toLowerCase())];
});

test("a family signs in over TLS, and sees its photos", async () => {
  assert.match(server.url, /^https:/);
  const nadia = await server.client("nadia");
  const feed = await nadia.get("/");
  assert.equal(feed.headers["strict-transport-security"], "max-age=31536000");
  const albums = Array.from(feed.text.matchAll(/\/album\/\d+/g), ([path]) => path);
  const pages = await Promise.all(albums.map(async (path) => (await nadia.get(path)).text));
  const photo = /\/m\/\d+\/\d+/.exec(pages.join())?.[0] ?? "none";
  const shown = await nadia.get(photo);
  assert.equal(shown.headers["content-type"], "image/jpeg");
  assert.equal(shown.body.subarray(-2).toString("hex"), "ffd9", "to its last byte");
  assert.equal((await new Client(server.url).get(photo)).status, 404);
});

test("no cookie ever goes out without TLS, and the session's is of this house alone", async () => {
  const c = new Client(server.url);
  const set = new Map<string, string[]>();
  const keep = (): void => cookies(c).forEach(([name, more]) => void set.set(name, more));
  await c.get("/sign-in");
  keep();
  const { login, passphrase } = server.login("nadia");
  await c.submit("/sign-in", "/sign-in", { login, pass: passphrase });
  keep();
  await c.submit("/account", "/language", { lang: "en" });
  keep();
  assert.ok(set.has("__Host-preau"), [...set.keys()].join());
  assert.ok(!set.has("preau"));
  for (const [name, more] of set) {
    for (const word of ["secure", "httponly", "samesite=lax", "path=/"]) assert.ok(more.includes(word), `${name}: ${more.join("; ")}`);
    assert.ok(!more.some((m) => m.startsWith("domain")), name);
  }
  // Under the name that it has without TLS a session is none.
  const session = c.jar.get("__Host-preau") ?? "";
  assert.equal((await c.get("/account")).status, 200);
  assert.equal((await new Client(server.url).get("/account", { Cookie: `preau=${session}` })).headers.location, "/sign-in");
});

test("whoever speaks plain HTTP to it gets nothing of the house", async () => {
  const said = await new Promise<string>((done) => {
    const s = connect(server.port, "127.0.0.1", () => s.write(`GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`));
    let text = "";
    s.on("data", (b: Buffer) => (text += b.toString("latin1")));
    s.on("error", () => done(text));
    s.on("close", () => done(text));
  });
  assert.doesNotMatch(said, /200|html|preau/i);
  assert.equal((await new Client(server.url).get("/sign-in")).status, 200);
});

test("files that cannot serve are said when it starts, by name", async () => {
  const empty = await emptyServer(mkdtempSync(join(tmpdir(), "preau-tls-")));
  try {
    writeFileSync(file("words.pem"), "no certificate at all\n");
    writeFileSync(file("empty.pem"), "");
    writeFileSync(file("locked.key"), readFileSync(file("house.key")));
    chmodSync(file("locked.key"), 0);
    for (const [certificate, key, why] of [
      ["absent.pem", "house.key", /absent\.pem: No such file/],
      ["house.pem", "absent.key", /absent\.key: No such file/],
      ["empty.pem", "house.key", /empty\.pem is not a PEM file/],
      ["words.pem", "house.key", /are tls_certificate and tls_key PEM files, and a pair\?/],
      ["house.pem", "other.key", /are tls_certificate and tls_key PEM files, and a pair\?/],
      // To root nothing is closed.
      ...process.getuid?.() === 0 ? [] : [["house.pem", "locked.key", /locked\.key: Permission denied/] as const],
    ] as const) {
      const done = spawnSync(join(build, "preau"), [...empty.sets, ...sets(certificate, key).flatMap((s) => ["--set", s]), "serve"],
        { encoding: "utf8", timeout: 600_000 });
      assert.ok(done.status !== 0 && done.signal === null, `${certificate} ${key}: ${done.status} ${done.signal}`);
      assert.match(done.stderr, why);
    }
    const half = empty.preau("--set", `tls_certificate=${file("house.pem")}`, "serve");
    assert.notEqual(half.status, 0);
    assert.match(half.err, /tls_certificate and tls_key go together/);
  } finally {
    await empty.sweep();
  }
});
