// preau match: what it prints, how it ends, and what it refuses.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, createWriteStream, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { until } from "../lib/patience";
import { build } from "../lib/server";

const folder = mkdtempSync(join(tmpdir(), "preau-match-"));
const at = (name: string): string => join(folder, name);
const preau = (args: string[], input = ""): { status: number; out: string; err: string } => {
  const done = spawnSync(join(build, "preau"), args, { encoding: "utf8", input });
  return { status: done.status ?? -1, out: done.stdout, err: done.stderr };
};
after(() => rmSync(folder, { recursive: true }));

// Hashes of 64 digits; the n-th flips n bits of the first.
const one = "0123456789abcdef".repeat(4);
const far = (n: number): string => {
  const bits = [...Buffer.from(one, "hex")];
  for (let i = 0; i < n; i++) bits[(i * 7) % 32]! ^= 1 << ((i * 7) >> 5) % 8;
  return Buffer.from(bits).toString("hex");
};
writeFileSync(at("a.txt"), `${one}\n\nnot a hash\n${far(31)},some words\n`);
writeFileSync(at("b.txt"), `hash=${far(32)},norm=1\n${one.toUpperCase()}\n`);

test("an index answers with lines of its inputs, nearest first", () => {
  const built = preau(["match", "build", at("a.txt"), at("b.txt"), "-o", at("index")]);
  assert.equal(built.status, 0, built.err);
  assert.equal(built.out, `${at("a.txt")}\t2\t1\n${at("b.txt")}\t2\t0\n`);
  assert.match(built.err, /a\.txt: 1 lines are no hashes, the first is line 3\n/);
  assert.equal(statSync(at("index")).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder).sort(), ["a.txt", "b.txt", "index"]);

  assert.equal(preau(["match", "query", at("index"), "-"], `${one}\n`).out, "0\t0\t0\toriginal\n0\t5\t0\toriginal\n0\t3\t31\toriginal\n");
  assert.equal(preau(["match", "query", at("index"), "--distance", "32"], `\n${one}\n`).out,
    "1\t0\t0\toriginal\n1\t5\t0\toriginal\n1\t3\t31\toriginal\n1\t4\t32\toriginal\n");
  assert.equal(preau(["match", "query", at("index"), "--distance", "0", at("b.txt")]).out, "0\t4\t0\toriginal\n1\t0\t0\toriginal\n1\t5\t0\toriginal\n");
});

test("what preau hash prints is asked with, and listed, as it is", () => {
  const printed = `a b.ppm\tpdq/rot90\t${one}\t100\na b.ppm\tmd5\td41d8cd98f00b204e9800998ecf8427e\t-\n`;
  assert.equal(preau(["match", "build", "-", "--out", at("mixed")], printed).status, 0);
  assert.equal(preau(["match", "query", at("mixed")], printed).out, "0\t0\t0\trot90\n1\t1\t0\toriginal\n");
  assert.equal(preau(["match", "query", at("mixed"), "--alg", "md5"], "d41d8cd98f00b204e9800998ecf8427e\n").out, "0\t1\t0\toriginal\n");
});

test("frames of a video are asked as preau hash video prints them, turned and as they may have been", () => {
  const video = join("tests/golden/media/data/videos", "v1_pan.mp4");
  const plain = preau(["hash", "video", "--alg", "pdq", "--every", "2", video]);
  assert.equal(plain.status, 0, plain.err);
  const all = preau(["hash", "video", "--alg", "pdq", "--every", "2", "--dihedral", "--hypotheses", video]);
  const lines = all.out.trim().split("\n").map((l) => l.split("\t"));
  const kinds = lines.map((l) => l[1] ?? "");
  assert.equal(plain.out.trim().split("\n").length, new Set(kinds.filter((k) => /^pdq(@\d+)?$/.test(k))).size);
  assert.ok(kinds.includes("pdq@2000/flipy") && kinds.includes("pdq+padded2@2000/rot90"), kinds.join(" "));
  // A list that has the mirrored frame, and another that has the uncropped one.
  const value = (kind: string): string => lines.find((l) => l[1] === kind)?.[2] ?? "";
  writeFileSync(at("frames.txt"), `${value("pdq@2000/flipy")}\n${value("pdq+padded4@2000")}\n`);
  assert.equal(preau(["match", "build", at("frames.txt"), "-o", at("frames")]).status, 0);
  assert.equal(preau(["match", "query", at("frames"), "-", "--distance", "0"], plain.out).out, "");
  const found = preau(["match", "query", at("frames"), "-", "--distance", "0"], all.out);
  assert.equal(found.err, "");
  const of = (kind: string): number => kinds.indexOf(kind);
  assert.deepEqual(found.out.trim().split("\n").sort(), [`${of("pdq@2000/flipy")}\t0\t0\tflipy`,
    `${of("pdq+padded4@2000")}\t1\t0\toriginal+padded4`].sort());
  const json = JSON.parse(preau(["--json", "match", "query", at("frames"), "-", "--distance", "0"], all.out).out) as { hypothesis: string }[];
  assert.deepEqual(json.map((h) => h.hypothesis).sort(), ["as_is", "padded4"]);
  // The lines of vPDQ are asked with as they are.
  const frames = preau(["hash", "video", "--alg", "vpdq", "--every", "2", video]).out;
  writeFileSync(at("frames.txt"), frames);
  assert.equal(preau(["match", "build", at("frames.txt"), "-o", at("frames")]).status, 0);
  const again = preau(["match", "query", at("frames"), "-", "--distance", "0"], plain.out);
  assert.equal(again.out, plain.out.trim().split("\n").map((_, i) => `${i}\t${i}\t0\toriginal\n`).join(""));
  const value4 = JSON.parse(preau(["--json", "hash", "video", "--alg", "pdq", video]).out) as { kind: string; hashes: { kind: string }[] };
  assert.deepEqual([value4.kind, value4.hashes[1]?.kind], ["pdq", "pdq@1000"]);
  assert.equal(preau(["hash", "video", "--alg", "vpdq", "--dihedral", video]).status, 65);
  assert.equal(preau(["hash", "video", "--alg", "tmk", "--every", "1", "-o", at("x.tmk"), video]).status, 65);
});

test("with --json an answer is one value", () => {
  const built = JSON.parse(preau(["--json", "match", "build", at("a.txt"), at("b.txt"), "-o", at("index")]).out) as object[];
  assert.deepEqual(built, [{ list: at("a.txt"), hashes: 2, skipped: 1 }, { list: at("b.txt"), hashes: 2, skipped: 0 }]);
  const hits = JSON.parse(preau(["match", "query", at("index"), "--json"], `${one}\n`).out) as object[];
  assert.deepEqual(hits[1], { query: 0, entry: 5, distance: 0, transform: "original", hypothesis: "as_is", kind: "pdq", line: 1, list: at("b.txt") });
  assert.equal(preau(["--json", "match", "query", at("index")], "nothing\n").out, "[]\n");
  const error = JSON.parse(preau(["--json", "match", "query", at("a.txt")]).out) as { error: string };
  assert.equal(error.error, "corrupt");
});

test("videos are listed and asked by their .tmk files, among other lists", () => {
  const film = (name: string): string => join("tests/golden/hash/data/tmk", name);
  const built = preau(["match", "build", at("a.txt"), film("v1_pan.tmk"), film("v2_pan_edit.tmk"), "-o", at("films")]);
  assert.equal(built.status, 0, built.err);
  assert.equal(built.out, `${at("a.txt")}\t2\t1\n${film("v1_pan.tmk")}\t1\t0\n${film("v2_pan_edit.tmk")}\t1\t0\n`);
  // The lines of the first list come before both.
  const asked = preau(["match", "query", at("films"), film("v1_pan.tmk")]);
  assert.equal(asked.out, "0\t4\t1.0000\toriginal\n");
  const json = JSON.parse(preau(["--json", "match", "query", at("films"), film("v2_pan_edit.tmk")]).out) as { entry: number; level1: number; kind: string; list: string }[];
  assert.deepEqual([json[0]?.entry, json[0]?.kind, json[0]?.list], [5, "tmk", film("v2_pan_edit.tmk")]);
  assert.equal(preau(["match", "query", at("films")], `${one}\n`).out.split("\n")[0], "0\t0\t0\toriginal");
  // Neither a part of one, nor one with a byte too much, is a .tmk file.
  const bytes = readFileSync(film("v1_pan.tmk"));
  for (const wrong of [bytes.subarray(0, 5000), Buffer.concat([bytes, Buffer.from([0])]), Buffer.alloc(0)]) {
    writeFileSync(at("wrong.tmk"), wrong);
    assert.equal(preau(["match", "query", at("films"), at("wrong.tmk")]).status, 65);
    assert.equal(preau(["match", "build", at("wrong.tmk"), "-o", at("no")]).status, 65);
    assert.ok(!existsSync(at("no")));
  }
  assert.equal(preau(["match", "query", at("films"), film("v1_pan.tmk"), "--distance", "3"]).status, 65);
});

test("a damaged index is refused with the place of the damage", () => {
  const whole = readFileSync(at("index"));
  const ask = (): { status: number; out: string; err: string } => preau(["match", "query", at("index")], `${one}\n`);
  for (const place of [0, 9, 100, 4096, whole.length - 1]) {
    const flipped = Buffer.from(whole);
    flipped[place]! ^= 4;
    writeFileSync(at("index"), flipped);
    const done = ask();
    assert.equal(done.status, 70, `byte ${place}`);
    assert.equal(done.out, "");
    assert.match(done.err, /bytes? \d+/);
  }
  writeFileSync(at("index"), whole);
  truncateSync(at("index"), whole.length - 1);
  assert.match(ask().err, new RegExp(`ends at byte ${whole.length - 1}, not ${whole.length}`));
  writeFileSync(at("index"), whole);
  appendFileSync(at("index"), "x");
  assert.equal(ask().status, 70);
  writeFileSync(at("index"), whole);
  assert.equal(ask().status, 0);
});

test("a build that fails leaves the old index and nothing beside it", () => {
  const before = readFileSync(at("index"));
  assert.equal(preau(["match", "build", at("none.txt"), "-o", at("index")]).status, 74);
  const empty = preau(["match", "build", "-", "-o", at("index")], "\nnothing\n");
  assert.equal(empty.status, 65);
  assert.match(empty.err, /hold no hash/);
  assert.ok(readFileSync(at("index")).equals(before));
  assert.ok(!existsSync(at("index.new")));
});

// A pipe that is filled until a word of progress came: how fast is no matter.
test("long work says how far it is on a terminal, and only there", async () => {
  assert.equal(preau(["match", "build", at("a.txt"), "-o", at("index")]).status, 0);
  assert.equal(spawnSync("mkfifo", [at("lines")]).status, 0);
  const command = `'${join(build, "preau")}' match query '${at("index")}' '${at("lines")}' > '${at("answers")}'`;
  const child = spawn("script", ["-qec", command, "/dev/null"], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (s: string) => { said += s; });
  const ended = new Promise<number | null>((done) => child.on("close", done));
  const lines = createWriteStream(at("lines"));
  const piece = `${"f".repeat(64)}\n`.repeat(4096);
  lines.write(`${one}\n`);
  await until("a word of progress", () => {
    if (!lines.writableNeedDrain) lines.write(piece);
    return said.includes(`\r${at("lines")}`);
  });
  lines.end();
  assert.equal(await ended, 0);
  assert.match(said, /\r\x1b\[K$/, "the line is wiped at the end");
  assert.equal(readFileSync(at("answers"), "utf8"), "0\t0\t0\toriginal\n0\t3\t31\toriginal\n");
});

test("a call that is wrong says so", () => {
  assert.equal(preau(["match"]).status, 64);
  assert.equal(preau(["match", "query"]).status, 64);
  assert.equal(preau(["match", "build", at("a.txt")]).status, 65);
  assert.equal(preau(["match", "query", at("index"), "--distance", "-1"]).status, 65);
  assert.equal(preau(["match", "query", at("index"), "--alg", "tmk"]).status, 65);
});

test("bench measures a search beside a scan", () => {
  const done = JSON.parse(preau(["--json", "match", "bench", "--entries", "1000"]).out) as Record<string, number>;
  assert.equal(done["entries"], 1000);
  for (const name of ["scan_us", "single_us", "stream_us", "bulk_us"]) assert.ok(done[name]! > 0, name);
});
