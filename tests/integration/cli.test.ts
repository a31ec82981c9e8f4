// The command line: what it prints, how it ends, and what it does beside a
// server that runs.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Client } from "../lib/client";
import { build, startServer, type Server } from "../lib/server";
import { count, fill, filesBelow, dataOf, sql } from "../lib/trouble";

let server: Server;
const preau = (...args: string[]): { status: number; out: string; err: string } => {
  const done = spawnSync(join(build, "preau"), args, { encoding: "utf8" });
  return { status: done.status ?? -1, out: done.stdout, err: done.stderr };
};

before(async () => {
  server = await startServer();
});
after(() => server.sweep());

test("help and version need nothing", () => {
  assert.match(preau("version").out, /^preau \d+\.\d+\.\d+\n$/);
  assert.match((JSON.parse(preau("--json", "version").out) as { version: string }).version, /^\d/);
  const help = preau("help").out;
  for (const c of ["serve", "init", "demo", "account list", "roster import", "audit verify", "backup", "restore", "check", "config", "version"])
    assert.ok(help.includes(`preau ${c}`), c);
  assert.match(preau("help", "--manual").out, /^\.(TH|SH|TP|B)/m);
});

interface Help {
  commands: { name: string; operands: string; help: string; options: { name: string; value: string | null }[] }[];
  errors: { error: string; status: number }[];
}
const helpOf = (): Help => JSON.parse(preau("--json", "help").out) as Help;

test("every command says in JSON what is wrong with a call of it", () => {
  const { commands } = helpOf();
  assert.ok(commands.length >= 36);
  for (const { name } of commands) {
    const done = preau("--json", ...name.split(" "), "--no-such-option");
    assert.equal(done.status, 64, name);
    assert.equal((JSON.parse(done.out) as { error: string }).error, "input", name);
    assert.equal(done.err, "");
  }
});

test("the manual page has every exit status, and the pages are sound", () => {
  const page = readFileSync(join(build, "man", "preau.1"), "utf8");
  const said = [...page.replace(/^[^]*\.SH EXIT STATUS/, "").replace(/\.SH SIGNALS[^]*$/, "").matchAll(/^\.B (\d+)$/gm)]
    .map((m) => Number(m[1]));
  assert.deepEqual(said, [...new Set([0, 64, ...helpOf().errors.map((e) => e.status)])].sort((a, b) => a - b));
  for (const name of ["preau.1", "preau.conf.5"]) {
    const done = spawnSync("groff", ["-Kutf8", "-man", "-Tutf8", "-ww", "-z", join(build, "man", name)], { encoding: "utf8" });
    assert.equal(`${done.status} ${done.stderr}`, "0 ", name);
  }
});

test("a call that is wrong ends with 64 and says what", () => {
  for (const args of [[], ["nothing"], ["serve", "--nothing"], ["account"], ["account", "suspend"], ["backup"], ["backup", "a", "b"],
    ["--set"], ["version", "x"], ["restore"], ["--nothing", "serve"]]) {
    const done = preau(...args);
    assert.equal(done.status, 64, args.join(" "));
    assert.match(done.err, /^preau: .+see preau help\n$/);
    assert.equal(done.out, "");
  }
});

test("a configuration that is wrong is named by its line, and nothing starts", () => {
  const path = join(server.folder, "wrong.conf");
  for (const [text, why] of [["listen 127.0.0.1:1\nnothing 3\n", /line 2.*nothing/], ["workers many\n", /line 1.*workers/],
    ["workers 100\n", /workers.*0 to 64/], ["data /a\ndata /b\n", /line 2.*twice/], ["tls_key /x\n", /go together/],
    ["url ftp://x\n", /http/], ["sandbox maybe\n", /full, no-landlock/]] as const) {
    writeFileSync(path, text);
    const done = preau("--config", path, "config");
    assert.ok([65, 73].includes(done.status), `${text} ${done.status}`);
    assert.match(done.err, why);
  }
  assert.match(preau("--config", join(server.folder, "none.conf"), "config").err, /none\.conf/);
  assert.notEqual(preau("--set", "workers=0=1", "config").status, 0);
  const all = JSON.parse(preau("--set", "workers=3", "--json", "config").out) as Record<string, unknown>;
  assert.equal(all["workers"], 3);
  assert.equal(all["sandbox"], "full");
});

test("errors are JSON where JSON was asked for", () => {
  const done = preau("--set", `data=${server.folder}/nowhere`, "--set", `master_key=${server.folder}/keys/master.key`, "--json", "check");
  assert.notEqual(done.status, 0);
  const said = JSON.parse(done.out.trim()) as { error: string; message: string };
  assert.ok(said.error.length > 0 && said.message.includes("nowhere"));
});

test("the demonstration is the house that the README tells of", () => {
  assert.deepEqual({ groups: count(server, "activity_group"), children: count(server, "child"),
    directors: count(server, "account WHERE role = 'director'"), animateurs: count(server, "account WHERE role = 'animateur'"),
    safeguarding: count(server, "account WHERE role = 'safeguarding'"), noContact: count(server, "authority WHERE kind = 'no_contact'"),
    relatives: count(server, "authority WHERE kind = 'relative'"), over: count(server, "enrolment WHERE until_on < unixepoch() / 86400") },
  { groups: 2, children: 10, directors: 1, animateurs: 2, safeguarding: 1, noContact: 1, relatives: 1, over: 1 });
  const separated = sql<{ n: number }>(server, `SELECT count(DISTINCT g.account) AS n FROM authority a JOIN guardian g ON g.id = a.guardian
      WHERE a.kind = 'parental' AND g.account IS NOT NULL GROUP BY a.child HAVING n = 2`);
  assert.ok(separated.length > 0, "two parents with an account each");
});

interface Account { id: number; kind: string; state: string; login: string; name: string }
const accounts = (): Account[] => JSON.parse(server.preau("--json", "account", "list").out) as Account[];

test("accounts are listed, stopped at once and let in again", async () => {
  const anne = accounts().find((a) => a.login === "anne");
  assert.ok(anne !== undefined && anne.name === "Anne Lefèvre" && anne.state === "active");
  const c = await server.client("anne");
  assert.equal((await c.get("/")).status, 200);
  assert.equal(server.preau("account", "suspend", String(anne.id)).status, 0);
  assert.equal((await c.get("/")).headers.location, "/sign-in", "its sessions ended");
  const stopped = await fill(new Client(server.url), "/sign-in", "/sign-in", { login: "anne", pass: server.login("anne").passphrase });
  assert.equal(stopped.status, 422);
  assert.equal(server.preau("account", "restore", String(anne.id)).status, 0);
  await server.client("anne");
  for (const wrong of ["999999", "0", "-1", "anne", "1e3"]) assert.ok([65, 66].includes(server.preau("account", "suspend", wrong).status), wrong);
  assert.ok(count(server, `audit WHERE actor = 0 AND action = 'account-suspended' AND subject = ${anne.id}`) === 1, "by nobody’s account");
});

test("a second factor that was lost is set up again, with the passphrase", async () => {
  const sami = accounts().find((a) => a.login === "sami");
  const old = await server.client("sami");
  assert.equal(server.preau("account", "reset-factor", String(sami?.id)).status, 0);
  assert.equal((await old.get("/today")).headers.location, "/sign-in", "whoever has the old one is out");
  const c = new Client(server.url);
  const first = await fill(c, "/sign-in", "/sign-in", { login: "sami", pass: server.login("sami").passphrase });
  assert.equal(first.status, 303);
  assert.equal((await c.get("/sign-in/second")).headers.location, "/sign-in/second/new");
  assert.equal((await c.get("/today")).headers.location, "/sign-in/second");
  const anne = accounts().find((a) => a.login === "anne");
  assert.notEqual(server.preau("account", "reset-factor", String(anne?.id)).status, 0, "a family has none");
});

test("a new director comes in by a link that works once", async () => {
  const done = server.preau("--json", "account", "invite-director", "Nouvelle Directrice");
  assert.equal(done.status, 0, done.out + done.err);
  const link = /\/join\/[^"\s]+/.exec(done.out)?.[0] ?? "";
  const c = new Client(server.url);
  assert.equal((await fill(c, link, link, { login: "nouvelle", pass: "sept oies devant la mairie" })).headers.location, "/sign-in/second/new");
  assert.doesNotMatch((await new Client(server.url).get(link)).text, /name="pass"/);
});

test("demo is made once; a second server for the same data is refused", () => {
  const again = server.preau("--json", "demo");
  assert.equal(again.status, 0, again.err);
  assert.equal((JSON.parse(again.out) as { made: boolean }).made, false);
  const second = server.preau("serve");
  assert.equal(second.status, 73, second.err);
  assert.match(second.err, /another server uses it/);
});

test("make run keeps what somebody added to its configuration, and takes the port it is given", () => {
  const programs = join(server.folder, "stub");
  const house = join(server.folder, "run");
  mkdirSync(programs);
  writeFileSync(join(programs, "preau"), "#!/bin/sh\necho \"$3\"\n", { mode: 0o755 });
  const start = (port: number): string =>
    execFileSync("sh", ["tools/run-demo.sh", programs, house, String(port)], { encoding: "utf8" });
  assert.match(start(8420), /demo\n[^]*serve\n$/);
  const path = join(house, "preau.conf");
  writeFileSync(path, `${readFileSync(path, "utf8")}workers 3\n`);
  start(8421);
  start(8421);
  const options = JSON.parse(preau("--config", path, "--json", "config").out) as Record<string, unknown>;
  assert.deepEqual([options["workers"], options["listen"], options["url"], options["data"]],
    [3, "127.0.0.1:8421", "http://127.0.0.1:8421", join(house, "data")]);
});

test("files are nobody else’s, and a key that others can read is refused", () => {
  for (const path of [...filesBelow(dataOf(server)), join(server.folder, "keys/master.key"), join(server.folder, "erasures.log")])
    // The running server may have renamed a file meanwhile.
    assert.equal((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o077, 0, path);
  const key = join(server.folder, "keys/master.key");
  chmodSync(key, 0o644);
  assert.equal(server.preau("check").status, 77);
  chmodSync(key, 0o600);
  const kept = readFileSync(key);
  writeFileSync(key, Buffer.alloc(32, 1));
  const wrong = server.preau("check");
  assert.equal(wrong.status, 70);
  assert.match(wrong.err, /right master key/);
  writeFileSync(key, kept.subarray(0, 31));
  assert.notEqual(server.preau("check").status, 0);
  writeFileSync(key, kept);
  assert.equal(server.preau("check").status, 0);
});

test("check finds what was broken by hand, and mends what loses nothing", () => {
  const orphan = join(dataOf(server), "blobs/ab", "ab".repeat(16));
  execFileSync("mkdir", ["-p", join(dataOf(server), "blobs/ab")]);
  writeFileSync(orphan, "x");
  execFileSync("touch", ["-d", "2 hours ago", orphan]);
  const [victim = { id: 0, name: "" }] = sql<{ id: number; name: string }>(server, "SELECT id, name FROM blob WHERE side = 320 LIMIT 1");
  const path = join(dataOf(server), "blobs", victim.name.slice(0, 2), victim.name);
  const bytes = readFileSync(path);
  const altered = Buffer.from(bytes);
  altered[altered.length >> 1] = (altered[altered.length >> 1] ?? 0) ^ 1;
  writeFileSync(path, altered);
  const found = server.preau("--json", "check", "--deep");
  assert.equal(found.status, 70);
  assert.match(found.out, /orphan-file/);
  assert.match(found.out, /damaged-blob/);
  rmSync(path);
  assert.match(server.preau("--json", "check", "--fix").out, /missing-file/);
  writeFileSync(path, bytes, { mode: 0o600 });
  const after = server.preau("--json", "check", "--deep");
  assert.equal(after.status, 0, after.out);
});

// What each command is given to do here; the answer is a result or an error, and
// JSON either way.
const CALLS: Record<string, string[]> = {
  "account list": [], "account invite-director": ["Une autre"], "account reset-factor": ["999"],
  "account suspend": ["999"], "account restore": ["999"],
  "push rotate": [], "roster check": ["ROSTER"], "roster import": ["ROSTER"], "audit verify": [], "audit show": ["--last", "3"],
  backup: ["FOLDER/json-backup"], restore: ["FOLDER/no-backup"], "consent export": ["--child", "1"], check: [],
  hash: ["PICTURE"], "hash video": ["PICTURE"], "match build": ["HASHES", "-o", "FOLDER/json.idx"],
  "match query": ["FOLDER/json.idx", "HASHES"], "match bench": ["--entries", "1000"],
  "list add": ["json"], "list import": ["none", "HASHES"], "list status": [], "list enable": ["none"],
  "list disable": ["none"], "list restore": ["none"], "list diff": ["none"],
  trace: ["PICTURE"], "trace allow": ["999"], "trace refuse": ["999"], "trace show": ["999"], "trace close": ["999"],
  "certificate verify": ["HASHES"], "case verify": [], "seal key": ["FOLDER/json-seal.key"], "seal open": ["HASHES", "HASHES", "FOLDER/json-opened"], bounce: [], init: [], demo: [], config: [], version: [], help: [],
};

test("every command answers in JSON where JSON is asked for", () => {
  const file = (name: string, text: string): string => {
    const path = join(server.folder, name);
    writeFileSync(path, text);
    return path;
  };
  const real: Record<string, string> = { ROSTER: file("r.csv", "x;y\n1;2\n"), HASHES: file("h.txt", `${"0f".repeat(32)}\n`),
    PICTURE: file("p.pgm", `P5 2 2 255\n    `) };
  for (const { name } of helpOf().commands) {
    if (name === "serve") continue; // it has no result
    const args = CALLS[name];
    assert.ok(args !== undefined, `what is ${name} given?`);
    const done = server.preau("--json", ...name.split(" "),
      ...args.map((a) => real[a] ?? a.replace("FOLDER", server.folder)));
    assert.doesNotThrow(() => { JSON.parse(done.out); }, `${name}: ${done.out}${done.err}`);
  }
});
