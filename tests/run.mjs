// Runs every test of the house and sums up: `node tests/run.mjs BUILD [part…]`.
// Parts: unit asan fuzz integration browser.  The last line counts them.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";

const build = resolve(process.argv[2] ?? "build");
const parts = process.argv.slice(3);
const total = { passed: 0, failed: 0, skipped: 0 };
const wrong = [];

function run(command, args, options = {}) {
  const done = spawnSync(command, args, { stdio: "inherit", ...options });
  return done.status === 0;
}

function fail(name) {
  total.failed++;
  wrong.push(name);
}

// One line of JSON per test program; a cmocka program counts its own tests.
function countMeson(dir, label) {
  const log = join(dir, "meson-logs", "testlog.json");
  if (!existsSync(log)) return fail(`${label}: no test ran`);
  for (const line of readFileSync(log, "utf8").split("\n")) {
    if (line === "") continue;
    const t = JSON.parse(line);
    const text = (t.stdout ?? "") + (t.stderr ?? "");
    const ok = (text.match(/^\[ +OK \] /gm) ?? []).length;
    const bad = (text.match(/^\[ +FAILED +\] [^0-9]/gm) ?? []).length;
    if (t.result === "OK") {
      total.passed += Math.max(ok, 1);
    } else if (t.result === "SKIP") {
      total.skipped++;
      console.log(`skipped: ${label}: ${t.name}: ${text.trim().split("\n").pop() ?? ""}`);
    } else {
      total.passed += ok;
      total.failed += Math.max(bad / 2, 1) | 0;
      wrong.push(`${label}: ${t.name} ${t.result}`);
      console.log(`---- ${t.name} (${label})\n${text.slice(-4000)}`);
    }
  }
}

function mesonTest(dir, label, setup, suites, targets = []) {
  if (!existsSync(join(dir, "build.ninja")) &&
      !run("meson", ["setup", dir, ...setup], { stdio: ["ignore", "ignore", "inherit"] }))
    return fail(`${label}: setup`);
  if (!run("ninja", ["-C", dir, ...targets], { stdio: ["ignore", "ignore", "inherit"] }) &&
      !run("ninja", ["-C", dir, ...targets]))
    return fail(`${label}: build`);
  rmSync(join(dir, "meson-logs", "testlog.json"), { force: true });
  run("meson", ["test", "-C", dir, "--no-rebuild", "--num-processes", String(cpus().length), "-q", ...suites]);
  countMeson(dir, label);
}

// A .test.ts is compiled by esbuild first; packages stay outside.
function compile(folder, wanted) {
  const files = readdirSync(folder).filter((f) => /\.test\.(ts|mjs)$/.test(f) && wanted(f)).sort();
  const out = join(build, "tests-js", folder);
  if (!run("node_modules/.bin/esbuild", [...files.map((f) => join(folder, f)), "--bundle", "--packages=external",
    "--platform=node", "--format=esm", "--out-extension:.js=.mjs", `--outdir=${out}`, "--log-level=warning"]))
    fail(`${folder}: compile`);
  return files.map((f) => join(out, f.replace(/\.(ts|mjs)$/, ".mjs"))).filter((f) => existsSync(f));
}

// node:test writes TAP; its last lines count.
function nodeTests(folder, programs = build, wanted = () => true) {
  for (const file of compile(folder, wanted)) {
    const started = Date.now();
    const done = spawnSync(process.execPath, ["--test", "--test-reporter=tap", file], {
      encoding: "utf8", maxBuffer: 1 << 28, timeout: 900_000,
      env: { ...process.env, PREAU_BUILD: programs },
    });
    const out = done.stdout ?? "";
    const pass = Number(/^# pass (\d+)/m.exec(out)?.[1] ?? 0);
    const bad = Number(/^# fail (\d+)/m.exec(out)?.[1] ?? 0) + Number(/^# cancelled (\d+)/m.exec(out)?.[1] ?? 0);
    total.passed += pass;
    console.log(`${file}: ${pass} passed, ${bad} failed, ${((Date.now() - started) / 1000).toFixed(1)} s`);
    if (bad > 0 || done.status !== 0 || pass === 0) {
      total.failed += Math.max(bad, 1);
      wrong.push(file);
      console.log(out.split("\n").filter((l) => !/^\s+(duration_ms|---|\.\.\.)/.test(l)).join("\n").slice(-12000));
      console.log(done.stderr?.slice(-4000) ?? "");
    }
  }
}

const wanted = (part) => parts.length === 0 || parts.includes(part);

if (wanted("unit")) mesonTest(build, "unit", [], []);
if (wanted("asan"))
  mesonTest(`${build}-asan`, "asan", ["-Db_sanitize=address,undefined", "-Db_lundef=false", "-Dwerror=false"], []);
if (wanted("fuzz"))
  mesonTest(`${build}-fuzz`, "fuzz", ["--native-file", "tests/fuzz/clang.ini", "-Dfuzz=true", "-Db_lundef=false", "-Dwerror=false"],
    ["--suite", "fuzz"], ["fuzzers", "programs"]);
if (wanted("integration")) nodeTests("tests/integration");
// The same against the sanitised programs; libfaketime and ASan exclude each other.
if (wanted("asan")) nodeTests("tests/integration", `${build}-asan`, (f) => !f.startsWith("clock."));
if (wanted("browser")) nodeTests("tests/browser");

for (const w of wrong) console.log(`failed: ${w}`);
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
