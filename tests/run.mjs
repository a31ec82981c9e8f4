// Runs every test of the house and sums up: `node tests/run.mjs BUILD [part…]
// [file…]`.  Parts: unit asan fuzz integration browser; a file is the first word
// of its name.  Whatever happens, the last line is « N passed, N failed », and
// the status is 0 only when nothing failed.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join, relative, resolve } from "node:path";

const build = resolve(process.argv[2] ?? "build");
const PARTS = ["unit", "asan", "fuzz", "integration", "browser"];
const parts = process.argv.slice(3).filter((w) => PARTS.includes(w));
const only = process.argv.slice(3).filter((w) => !PARTS.includes(w));
const total = { passed: 0, failed: 0, skipped: 0 };
const wrong = [];
const running = new Set(); // process groups
const FILE_MAX_MS = 2_400_000; // of which it may wait for midnight, see tests/lib/patience.ts
const OUTPUT_MAX = 1 << 26;

// ---- the end, however it comes ----

let summed = false;
function sumUp() {
  if (summed) return;
  summed = true;
  for (const w of wrong) console.log(`failed: ${w}`);
  if (total.skipped > 0) console.log(`${total.skipped} left out, see above`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
}

function fail(name, n = 1) {
  total.failed += n;
  wrong.push(name);
}

function killGroup(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch { /* gone */ }
}

function giveUp(why) {
  fail(`the runner: ${why}`);
  for (const pid of running) killGroup(pid);
  process.exit(1);
}

process.on("exit", (code) => {
  if (!summed && code === 0) fail("the runner: it ended early");
  sumUp();
});
process.on("uncaughtException", (e) => giveUp(e.stack ?? String(e)));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => giveUp(signal));

// ---- programs, and what they say ----

// Never rejects; what could not be started has no status.  Files of tests, which
// wait for servers, go before builds and the tests in C beside them: these are
// as nice as the media processes of a server.
function run(command, args, { env = {}, limit = 0, first = false } = {}) {
  return new Promise((done) => {
    const started = Date.now();
    const [program, ...words] = first ? [command, ...args] : ["nice", "-n", "10", command, ...args];
    const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"], detached: true, env: { ...process.env, ...env } });
    const said = { status: null, signal: null, out: "", err: "", seconds: 0 };
    const end = () => {
      running.delete(child.pid);
      clearTimeout(late);
      said.seconds = (Date.now() - started) / 1000;
      done(said);
    };
    const late = limit === 0 ? undefined : setTimeout(() => {
      said.err += `\nnot done after ${limit / 1000} s: killed\n`;
      killGroup(child.pid);
    }, limit);
    if (child.pid !== undefined) running.add(child.pid);
    child.stdout.on("data", (b) => { if (said.out.length < OUTPUT_MAX) said.out += b; });
    child.stderr.on("data", (b) => { if (said.err.length < OUTPUT_MAX) said.err += b; });
    child.on("error", (e) => {
      said.err += `${command}: ${e.message}\n`;
      end();
    });
    child.on("exit", () => killGroup(child.pid)); // what it left behind
    child.on("close", (status, signal) => {
      Object.assign(said, { status, signal });
      end();
    });
  });
}

// Long ones from both ends: a sanitiser says first what is wrong.
function shorten(text, head = 6000, tail = 10000) {
  return text.length <= head + tail ? text : `${text.slice(0, head)}\n[…]\n${text.slice(-tail)}`;
}

const minutes = (s) => `${Math.floor(Math.round(s) / 60)}:${String(Math.round(s) % 60).padStart(2, "0")}`;

// Of all that ended, see proc(5): time of processors, which a busy machine does
// not lengthen.
function work() {
  const fields = readFileSync("/proc/self/stat", "utf8").replace(/^.*\) /s, "").split(" ");
  return minutes((Number(fields[13]) + Number(fields[14])) / 100);
}

// One step of a phase that must succeed; what it said is shown when it does not.
async function step(label, command, args) {
  const done = await run(command, args);
  console.log(`${label}: ${done.status === 0 ? "done" : "failed"}, ${minutes(done.seconds)}`);
  if (done.status === 0) return true;
  fail(`${label}: ${done.signal ?? `status ${done.status}`}`);
  console.log(shorten(done.out + done.err));
  return false;
}

// ---- tests in C, which meson starts ----

// What cmocka and node say of their own tests; of others each is one.
const OK = /^(\[ +OK \]|ok \d+ -) /gm;
const BAD = /^(\[ +FAILED +\] (?!\d+ test)|not ok \d+ -).*/gm;

function countMeson(t, label) {
  const text = (t.stdout ?? "") + (t.stderr ?? "");
  const ok = (text.match(OK) ?? []).length;
  const bad = new Set(text.match(BAD) ?? []).size;
  if (t.result === "OK") {
    total.passed += Math.max(ok, 1);
  } else if (t.result === "SKIP") {
    total.skipped++;
    console.log(`left out: ${label}: ${t.name}: ${text.trim().split("\n").pop() ?? ""}`);
  } else {
    total.passed += ok;
    fail(`${label}: ${t.name} ${t.result}`, Math.max(bad, 1));
    console.log(`---- ${t.name} (${label})\n${shorten(faultsOf(text) || text)}`);
  }
}

// What ASan keeps of freed memory and of who asked for it: less than by itself, a
// sixth of the time that a checked server computes.  A server lives for minutes,
// and what it works with is freed with a request.  In a jail nothing can look up
// names.
const FRUGAL = "quarantine_size_mb=8:malloc_context_size=6";

// Rules of the house on rows of SQLite, in no jail and with no loop of their own:
// the checkers hide nothing of them, and they run under these alone.
const RULES = ["audit", "backup", "consent", "custody", "ends", "erasure", "evidence", "faces", "lang", "life", "move", "ncmec",
  "people", "report", "safe", "sharing", "shield", "stop", "tell", "web"];
for (const folder of RULES)
  if (!existsSync(`tests/unit/${folder}`)) fail(`tests/run.mjs: ${folder} is no folder of tests/unit`);

// The others, and what ninja builds for them.
async function plainTests(dir) {
  const ask = async (what) => JSON.parse((await run("meson", ["introspect", dir, what])).out);
  const [tests, targets] = await Promise.all([ask("--tests"), ask("--targets")]);
  const files = new Map(targets.map((t) => [t.id, t.filename]));
  const rules = (t) => RULES.some((folder) => t.cmd[0].startsWith(join(dir, "tests/unit", folder, "/")));
  const kept = tests.filter((t) => !rules(t));
  return { names: kept.map((t) => t.name),
    targets: [...new Set(kept.flatMap((t) => t.depends.flatMap((id) => files.get(id) ?? [])))].map((f) => relative(dir, f)) };
}

async function mesonTest(dir, label, suites = []) {
  const log = join(dir, "meson-logs", "testlog.json");
  rmSync(log, { force: true });
  const before = total.failed;
  // Many at a time on a busy machine: the limits of the tests are for hangs.
  // Some of them wait for most of their time.
  const done = await run("meson", ["test", "-C", dir, "--no-rebuild", "--num-processes", String(availableParallelism() + 1),
    "--timeout-multiplier", "20", ...suites], { env: { ASAN_OPTIONS: `halt_on_error=1:abort_on_error=1:print_summary=1:${FRUGAL}` } });
  const lines = existsSync(log) ? readFileSync(log, "utf8").split("\n").filter((l) => l !== "") : [];
  for (const line of lines) countMeson(JSON.parse(line), label);
  if (lines.length === 0 || (done.status !== 0 && total.failed === before)) {
    fail(`${label}: meson test ended with ${done.signal ?? done.status}`);
    console.log(shorten(done.out + done.err));
  }
  console.log(`${label}: ${lines.length} programs, ${minutes(done.seconds)}`);
}

async function built(dir, label, setup, targets = []) {
  return (existsSync(join(dir, "build.ninja")) || await step(`${label}, setup`, "meson", ["setup", dir, ...setup])) &&
    await step(`${label}, build`, "ninja", ["-C", dir, ...targets]);
}

// ---- tests in TypeScript, which node starts ----

// Compiled by esbuild first, once; packages stay outside.
const compiled = new Map();
const compile = async (folder) => {
  if (!compiled.has(folder)) compiled.set(folder, await compileNow(folder));
  return compiled.get(folder);
};

async function compileNow(folder) {
  const files = readdirSync(folder).filter((f) => f.endsWith(".test.ts") && (only.length === 0 || only.includes(f.split(".")[0])));
  if (files.length === 0) return [];
  const out = join(build, "tests-js", folder);
  rmSync(out, { recursive: true, force: true });
  const done = await step(`${folder}, compile`, "node_modules/.bin/esbuild", [...files.map((f) => join(folder, f)), "--bundle",
    "--packages=external", "--platform=node", "--format=esm", "--out-extension:.js=.mjs", `--outdir=${out}`, "--log-level=warning"]);
  return done ? files.map((f) => ({ name: `${folder}/${f}`, path: join(out, f.replace(/\.ts$/, ".mjs")) })) : [];
}

// TAP without what went well.
function faultsOf(tap) {
  let shown = false;
  return tap.split("\n").filter((line) => {
    if (/^\s*not ok /.test(line)) shown = true;
    else if (/^\s*(ok |# Subtest)/.test(line)) shown = false;
    return shown && !/^\s+(duration_ms|type|---|\.\.\.)/.test(line);
  }).join("\n");
}

// What tests/lib/pictures.ts made once.
const pictures = join(build, "tests-pictures");
rmSync(pictures, { recursive: true, force: true });

// What it and its children computed, see times in sh(1): less than it took when it
// waited.
const TIMED = '"$@"; status=$?; times >&2; exit $status';
function worked(err) {
  const times = [...err.matchAll(/(\d+)m([\d.]+)s/g)].slice(-2);
  return times.reduce((sum, [, m, s]) => sum + 60 * Number(m) + Number(s), 0);
}

async function nodeTest({ name, path, programs, label }) {
  const done = await run("sh", ["-c", TIMED, "sh", process.execPath, "--test", "--test-reporter=tap", path],
    { env: { PREAU_BUILD: programs, PREAU_PICTURES: pictures, ASAN_OPTIONS: `symbolize=0:${FRUGAL}` }, limit: FILE_MAX_MS, first: true });
  const number = (word) => Number(new RegExp(`^# ${word} (\\d+)`, "m").exec(done.out)?.[1] ?? 0);
  const pass = number("pass");
  const bad = number("fail") + number("cancelled");
  total.passed += pass;
  console.log(`${name}${label}: ${pass} passed, ${bad} failed, ${done.seconds.toFixed(1)} s, of processors ${worked(done.err).toFixed(1)} s`);
  if (bad > 0 || done.status !== 0 || pass === 0) {
    fail(`${name}${label}`, Math.max(bad, 1));
    console.log(shorten(faultsOf(done.out) || done.out, 12000));
    console.log(shorten(done.err));
  }
}

// Every file of tests/integration but PLAIN_ONLY runs checked, by clang's sanitizers; these run
// beside it with the very programs that are installed, for what the checkers hide:
// memory has no limit under them, the jails let through what their own run-time
// calls (SANITIZED in src/proc), loops are not those of the processors, and all is
// slower.  tests/browser runs with what is installed, all of it.
const PLAIN_TOO = {
  // one for each jail, at its widest
  upload: "media at the most pixels that its memory holds",
  video: "video, and FFmpeg's threads under a limit",
  veil: "video and media for minutes on one film",
  documents: "document, office and what stands for LibreOffice",
  memories: "print, which makes the book",
  antivirus: "scan",
  known: "match, maps and lists that change under it",
  lists: "list-reader, and a command in namespaces",
  telling: "egress to a mail server",
  push: "egress to a push service",
  shield: "egress by TLS to a connector of ours",
  tls: "front with keys",
  moving: "worker between two houses",
  lowered: "a kernel without Landlock",
  // what the house does when something ends under it
  faults: "each process is killed",
  resume: "sending goes on after each death",
  withheld: "jobs against worker while a box is drawn",
  kept: "front against worker while something stays open",
  midway: "a box that is sent while rights change",
  drain: "the house stops under a form",
  disk: "no room, and nothing that can be written",
  backup: "a copy while photos come in",
  // numbers, by the loops of this processor
  hashes: "what a photo is recognised by",
  "match-cli": "distances",
  trace: "marks are read by optimised loops",
  // not checked at all: libfaketime and ASan exclude each other, and what
  // migrates is SQLite's own code
  clock: "time runs backwards",
  earlier: "every earlier house",
};
// Nor these three, which compute for minutes in other people's code; what is ours
// of it the tests in C check: media/worker, video_take, video_veil, document_take,
// office, mark/trace.
const PLAIN_ONLY = ["clock", "earlier", "video", "documents", "trace"];
const wordOf = (f) => basename(f.name).split(".")[0];
for (const word of Object.keys(PLAIN_TOO))
  if (!existsSync(`tests/integration/${word}.test.ts`)) fail(`tests/run.mjs: ${word} is no file of tests/integration`);
// What is asked for by name, or a run without the checked part, leaves nothing out.
const isPlain = (f) => f.name.startsWith("tests/browser/") || wordOf(f) in PLAIN_TOO || only.length > 0 || !wanted("asan");

// The longest begin.
const LONGEST = ["pages", "video", "trace", "earlier", "documents", "faults", "upload", "life", "consent", "use", "playing",
  "known", "withheld", "nobody", "disk", "kept", "clock", "veil", "second", "stopped", "memories", "shield", "lists",
  "midway", "segment", "masks", "moving", "telling", "push", "faces", "offline", "growth", "pieces", "begin", "antivirus",
  "line", "cli", "backup", "roster", "forms", "resume", "hashes", "papers"];

const files = [];
function wants(more) {
  const rank = (f) => {
    const at = LONGEST.indexOf(wordOf(f));
    return at === -1 ? LONGEST.length : at;
  };
  files.push(...more);
  files.sort((a, b) => rank(a) - rank(b));
}

// Each takes one at a time, also of those that come later; each file has a house
// of its own.  Two more than there are processors: for two thirds of their time
// they wait.
let filesCome = true;
async function hand() {
  while (filesCome || files.length > 0) {
    const f = files.shift();
    if (f === undefined) await new Promise((done) => setTimeout(done, 200));
    else await nodeTest(f);
  }
}

// ---- all of it ----

const wanted = (part) => parts.length === 0 || parts.includes(part);
// Checked: by clang's sanitizers, and it counts its branches for the fuzz targets.
const checked = `${build}-checked`;
const FOR_FILES = ["programs", "src/draw/preau-draw", "tests/integration/blob_cat", "tests/sandbox/no_landlock", "tests/sandbox/read_only",
  "man/preau.1", "man/preau.conf.5"]; // what they run and read
// It is slow anyway: little is optimised, and lines are all that is kept of names.
const CHECKED = ["--native-file", "tests/fuzz/clang.ini", "-Db_sanitize=address,undefined", "-Db_lundef=false", "-Dfuzz=true",
  "-Dwerror=false", "-Doptimization=1", "-Dc_args=-g1", `-Dfacefind=${join(build, "src/media")}`];
const started = Date.now();
const hands = Array.from({ length: Math.min(6, availableParallelism() + 2) }, hand);
// Tests in C, one program after the other; they begin when theirs are built.
let inC = Promise.resolve();
const beginC = (test) => { inC = inC.then(test); };

const plain = await step("programs, build", "make", ["build", `BUILD=${build}`]) &&
  await step("what files run, build", "ninja", ["-C", build, ...FOR_FILES]);
if (plain)
  for (const [part, folder] of [["integration", "tests/integration"], ["browser", "tests/browser"]])
    if (wanted(part)) wants((await compile(folder)).filter(isPlain).map((f) => ({ ...f, programs: build, label: "" })));
// Files wait for much: what is nicer than they are computes meanwhile, and what
// they need is built before what they do not.
if (wanted("asan") && await built(checked, "checked", CHECKED, FOR_FILES)) {
  wants((await compile("tests/integration")).filter((f) => !PLAIN_ONLY.includes(wordOf(f)))
    .map((f) => ({ ...f, programs: checked, label: " (asan)" })));
}
filesCome = false;
if (plain && wanted("unit")) {
  // Without the checked part nothing is left out.
  const some = only.length === 0 && wanted("asan") ? await plainTests(build) : { names: [], targets: [] };
  if (await step("tests, build", "ninja", ["-C", build, ...some.targets])) beginC(() => mesonTest(build, "unit", some.names));
}
if (only.length === 0 && wanted("asan") && await built(checked, "checked tests", CHECKED))
  beginC(() => mesonTest(checked, "asan", ["--no-suite", "fuzz"]));
if (wanted("fuzz") && await built(checked, "fuzzers", CHECKED, ["fuzzers"]))
  beginC(() => mesonTest(checked, "fuzz", ["--suite", "fuzz"]));
await inC;
await Promise.all(hands);
console.log(`all: ${minutes((Date.now() - started) / 1000)}, of processors ${work()}`);
sumUp();
