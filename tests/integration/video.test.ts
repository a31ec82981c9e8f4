// Videos that staff send: taken in by what they are, shown by nothing of where
// they come from, stopped when something in them is known, whatever dies.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import type { Client } from "../lib/client";
import { scene } from "../lib/pictures";
import { build, startServer, type Server } from "../lib/server";
import { atRest, check, count, dataOf, fill, filesBelow, killOne, newAlbum, roles, signalAll, signalThese, sql, until, upload } from "../lib/trouble";

let server: Server;
let sami: Client;
let films = ""; // folder of what ffmpeg makes

// A video by ffmpeg's own encoders, of a moving test picture unless said.
function film(name: string, ...args: string[]): Buffer {
  const to = join(films, name);
  execFileSync("ffmpeg", ["-hide_banner", "-loglevel", "error", "-y", ...args, to], { stdio: ["ignore", "ignore", "inherit"] });
  return readFileSync(to);
}
const picture = (seconds: number, size = "640x360", fps = 25): string[] =>
  ["-f", "lavfi", "-i", `testsrc2=size=${size}:rate=${fps}:duration=${seconds}`];
const tone = (seconds: number): string[] => ["-f", "lavfi", "-i", `sine=frequency=440:duration=${seconds}`];
const H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];

interface Probe { streams: { codec_type: string; codec_name: string; profile?: string; width?: number; height?: number; pix_fmt?: string;
  channels?: number; sample_rate?: string; duration?: string; tags?: Record<string, string>; side_data_list?: unknown[]; }[];
  format: { duration: string; tags?: Record<string, string> }; chapters: unknown[] }

function probe(file: string): Probe {
  return JSON.parse(execFileSync("ffprobe", ["-v", "error", "-of", "json", "-show_streams", "-show_format", "-show_chapters", file],
    { encoding: "utf8" })) as Probe;
}

interface Medium { id: number; state: string; reason: string | null; kind: string; width: number; height: number; duration_ms: number; progress: number | null }
const mediumOf = (id: number): Medium | undefined =>
  sql<Medium>(server, `SELECT id, state, reason, kind, width, height, duration_ms, progress FROM medium WHERE id = ${id}`)[0];
const stillsOf = (video: number): { id: number; state: string; at_ms: number }[] =>
  sql(server, `SELECT id, state, at_ms FROM medium WHERE video = ${video} ORDER BY at_ms`);

async function send(album: number, name: string, bytes: Buffer): Promise<number> {
  const a = await upload(sami, album, name, bytes);
  assert.equal(a.state, "queued", a.text);
  return sql<{ id: number }>(server, `SELECT max(id) AS id FROM medium WHERE post = ${album} AND kind <> 'still'`)[0]?.id ?? 0;
}

const ended = (id: number): Promise<Medium> => until(`medium ${id} to be decided`, () => {
  const m = mediumOf(id);
  return m !== undefined && m.state !== "queued" && m.state !== "receiving" && m;
});

async function taken(name: string, bytes: Buffer): Promise<Medium> {
  const id = await send(await newAlbum(sami, name), name, bytes);
  const m = await ended(id);
  assert.equal(m.state, "ready", `${name}: ${m.reason ?? ""}`);
  assert.equal(m.kind, "video", name);
  return m;
}

async function refused(name: string, bytes: Buffer, reason: string): Promise<void> {
  const m = await ended(await send(await newAlbum(sami, name), name, bytes));
  assert.deepEqual([m.state, m.reason], ["refused", reason], name);
  assert.equal(count(server, `blob WHERE medium = ${m.id}`), 0);
}

// The rendition of so many lines, decrypted by the server's own program.
function plain(medium: number, side: number): string {
  const to = join(films, `${medium}-${side}.mp4`);
  const key = server.sets.find((s) => s.startsWith("master_key="))?.slice("master_key=".length) ?? "";
  execFileSync(join(build, "tests/integration/blob_cat"), [dataOf(server), key, String(medium), String(side), to]);
  return to;
}

// What a family's player gets: one picture, one sound, and no word beside.
function assertBare(file: string, sound: boolean): Probe {
  const p = probe(file);
  const bytes = readFileSync(file);
  assert.deepEqual(p.streams.map((s) => s.codec_name), sound ? ["h264", "aac"] : ["h264"]);
  assert.equal(p.streams[0]?.pix_fmt, "yuv420p");
  assert.deepEqual(p.chapters, []);
  for (const tags of [p.format.tags ?? {}, ...p.streams.map((s) => s.tags ?? {})])
    assert.deepEqual(Object.keys(tags).filter((k) => !["major_brand", "minor_version", "compatible_brands", "language", "handler_name", "vendor_id"].includes(k)), []);
  for (const word of ["x264", "Lavf", "Lavc", "Secret", "+48.8", "2019-"])
    assert.equal(bytes.indexOf(word), -1, word);
  assert.ok(bytes.indexOf("moov") < bytes.indexOf("mdat"), "its table comes first");
  return p;
}

before(async () => {
  films = mkdtempSync(join(tmpdir(), "preau-films-"));
  server = await startServer();
  sami = await server.client("sami");
});
after(async () => {
  rmSync(films, { recursive: true, force: true });
  await server.sweep();
});

test("a video with everything in it becomes three that say nothing, with its sound", async () => {
  writeFileSync(join(films, "words.srt"), "1\n00:00:00,500 --> 00:00:02,000\nSecret words\n");
  writeFileSync(join(films, "meta.txt"), ";FFMETADATA1\ntitle=Secret title\nlocation=+48.8584+002.2945/\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=Secret chapter\n");
  const bytes = film("all.mp4", ...picture(5, "1280x720", 6), ...tone(5), "-i", join(films, "words.srt"), "-i", join(films, "meta.txt"),
    "-map", "0:v", "-map", "1:a", "-map", "2:s", "-map_metadata", "3", "-map_chapters", "3", ...H264, "-c:a", "aac", "-c:s", "mov_text",
    "-metadata", "creation_time=2026-03-14T10:20:30Z", "-metadata", "comment=Secret comment");
  const m = await taken("all.mp4", bytes);
  assert.deepEqual([m.width, m.height, m.progress], [1280, 720, null]);
  assert.ok(Math.abs(m.duration_ms - 5000) < 200, String(m.duration_ms));
  assert.equal(sql<{ t: number }>(server, `SELECT taken_at AS t FROM medium WHERE id = ${m.id}`)[0]?.t, Date.parse("2026-03-14T10:20:30Z") / 1000);
  for (const [side, width] of [[240, 426], [480, 854], [720, 1280]] as const) {
    const p = assertBare(plain(m.id, side), true);
    assert.deepEqual([p.streams[0]?.width, p.streams[0]?.height], [width, side]);
    for (const s of p.streams) assert.ok(Math.abs(Number(s.duration) - 5) < 0.2, `${s.codec_name} ${s.duration}`);
  }
  const stills = stillsOf(m.id);
  assert.deepEqual(stills.map((s) => Math.round(s.at_ms / 1000)).filter((s, i, all) => all.indexOf(s) === i), [0, 2, 4]);
  await atRest(server);
  assert.deepEqual(stillsOf(m.id).map((s) => s.state), stills.map(() => "ready"));
  assert.equal(count(server, `medium s WHERE s.video = ${m.id} AND s.looked_at IS NULL`), 0);
  assert.equal(count(server, `blob b JOIN medium s ON s.id = b.medium WHERE s.video = ${m.id} AND b.segments > 0`), 3 * stills.length);
});

// What phones, cameras and screens make, as far as ffmpeg can make it in a second.
const kinds: [string, string[], boolean][] = [
  ["hevc.mov", [...picture(2, "320x240", 15), ...tone(2), "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-tag:v", "hvc1", "-c:a", "pcm_s16le"], true],
  ["vp9.webm", [...picture(2, "320x240", 15), ...tone(2), "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"], true],
  ["av1.mp4", [...picture(2, "320x240", 10), "-c:v", "libsvtav1", "-preset", "12"], false],
  ["h264.3gp", [...picture(2, "176x144", 15), ...tone(2), ...H264, "-c:a", "aac", "-ar", "16000", "-ac", "1"], true],
  ["surround.mp4", [...picture(2, "320x240", 60), "-f", "lavfi", "-i", "anoisesrc=d=2:a=0.1", "-filter_complex", "[1:a]pan=5.1|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0[a]", "-map", "0:v", "-map", "[a]", ...H264, "-c:a", "aac"], true],
];

test("every container and codec of phones becomes H.264 and AAC, with the sound that it had", async () => {
  const album = await newAlbum(sami, "Sortes");
  const sent: { name: string; id: number; sound: boolean }[] = [];
  for (const [name, args, sound] of kinds) sent.push({ name, id: await send(album, name, film(name, ...args)), sound });
  for (const { name, id, sound } of sent) {
    const m = await ended(id);
    assert.equal(m.state, "ready", `${name}: ${m.reason ?? ""}`);
    assert.ok(Math.abs(m.duration_ms - 2000) < 200, `${name}: ${m.duration_ms}`);
    const p = assertBare(plain(id, 240), sound);
    const frames = Number(execFileSync("ffprobe", ["-v", "error", "-count_packets", "-select_streams", "v", "-show_entries", "stream=nb_read_packets",
      "-of", "csv=p=0", join(films, `${id}-240.mp4`)], { encoding: "utf8" }).split(",")[0]);
    assert.ok(frames <= 61, `${name}: ${frames} frames in two seconds`);
    if (sound) assert.ok((p.streams[1]?.channels ?? 9) <= 2 && p.streams[1]?.sample_rate === "48000", name);
    assert.equal(count(server, `blob WHERE medium = ${id} AND side = 720`), 0);
    assert.ok(stillsOf(id).length > 0, name);
  }
  // What is smaller than the smallest keeps its size.
  const small = sent.find((s) => s.name === "h264.3gp")?.id ?? 0;
  assert.deepEqual(sql(server, `SELECT side, width, height FROM blob WHERE medium = ${small} AND side > 0`), [{ side: 240, width: 176, height: 144 }]);
});

test("a video held sideways stands upright", async () => {
  // Left half red, right half blue, and a word that it is to be turned by a quarter.
  film("lying.mp4", "-f", "lavfi", "-i", "color=red:size=160x240:rate=10:duration=1", "-f", "lavfi", "-i", "color=blue:size=160x240:rate=10:duration=1",
    "-filter_complex", "hstack", ...H264);
  const m = await taken("turned.mp4", film("turned.mp4", "-i", join(films, "lying.mp4"), "-c", "copy", "-metadata:s:v", "rotate=90"));
  assert.deepEqual([m.width, m.height], [240, 320]);
  const file = plain(m.id, 240);
  const p = assertBare(file, false);
  assert.deepEqual([p.streams[0]?.width, p.streams[0]?.height, p.streams[0]?.side_data_list], [240, 320, undefined]);
  const pixel = (y: number): number[] => [...execFileSync("ffmpeg", ["-v", "error", "-i", file, "-vf", `crop=2:2:120:${y},scale=1:1`, "-frames:v", "1",
    "-pix_fmt", "rgb24", "-f", "rawvideo", "-"])];
  const shown = [pixel(40), pixel(280)].map(([r = 0, , b = 0]) => r > b + 60 ? "red" : b > r + 60 ? "blue" : "?");
  const reference = execFileSync("ffmpeg", ["-v", "error", "-i", join(films, "turned.mp4"), "-vf", "crop=2:2:120:40,scale=1:1", "-frames:v", "1",
    "-pix_fmt", "rgb24", "-f", "rawvideo", "-"]);
  const first = (reference[0] ?? 0) > (reference[2] ?? 0) ? "red" : "blue";
  assert.deepEqual(shown, [first, first === "red" ? "blue" : "red"]);
});

test("what is too long, too large, damaged, cut short or without a picture is refused in its own word", async () => {
  const whole = film("whole.mp4", ...picture(3, "320x240"), ...H264, "-movflags", "+faststart");
  const tail = film("tail.mp4", ...picture(3, "320x240"), ...H264);
  const webm = film("cut.webm", ...picture(3, "320x240", 15), "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8");
  const holes = Buffer.from(whole);
  const data = whole.indexOf("mdat") + 4;
  for (let at = data; at < holes.length; at++) holes[at] = (at * 2654435761) >>> 24;
  await refused("long.mp4", film("long.mp4", ...picture(11 * 60, "32x32", 1), ...H264), "too_long");
  await refused("8k.mp4", film("8k.mp4", "-f", "lavfi", "-i", "color=gray:size=7680x4320:rate=1:duration=1", ...H264), "video_too_large");
  await refused("cut.mp4", whole.subarray(0, whole.length >> 1), "truncated");
  await refused("headless.mp4", tail.subarray(0, tail.length >> 1), "truncated");
  await refused("cut.webm", webm.subarray(0, webm.length >> 1), "truncated");
  await refused("holes.mp4", holes, "damaged");
  await refused("sound.mp4", film("sound.mp4", ...tone(2), "-c:a", "aac", "-f", "mp4"), "no_picture");
  await refused("old.mp4", film("old.mp4", ...picture(1, "320x240"), "-c:v", "mpeg4"), "video_unknown");
  await refused("old.avi", film("old.avi", ...picture(1, "320x240"), ...H264), "video_unknown");
  await refused("text.mp4", Buffer.from("Ceci n’est pas un film.\n".repeat(40)), "unknown");
});

test("a video that goes on for long beyond what it says is refused", async () => {
  const liar = film("liar.mp4", ...picture(40, "64x64", 5), ...H264, "-movflags", "+faststart");
  // The movie, its track and its medium say a hundredth of their length.
  for (const [box, at] of [["mvhd", 20], ["tkhd", 24], ["mdhd", 20]] as const) {
    const i = liar.indexOf(box);
    assert.ok(i > 0, box);
    liar.writeUInt32BE(Math.max(1, Math.floor(liar.readUInt32BE(i + at) / 100)), i + at);
  }
  const m = await ended(await send(await newAlbum(sami, "Menteur"), "liar.mp4", liar));
  assert.equal(m.state, "refused");
});

const staff = (role: string): string =>
  String(sql<{ id: number }>(server, `SELECT id FROM account WHERE kind = 'staff' AND role = '${role}'`)[0]?.id);
function run(...args: string[]): void {
  const done = server.preau(...args);
  assert.equal(done.status, 0, `preau ${args.join(" ")}: ${done.out} ${done.err}`);
}

// One person imports it, another enables it.
function newList(name: string, pdq: string): void {
  writeFileSync(join(server.folder, `${name}.txt`), `${pdq}\n`);
  run("list", "add", name, "--by", staff("director"), "--format", "plain", "--kind", "pdq", "--source", "tests");
  run("list", "import", name, join(server.folder, `${name}.txt`), "--by", staff("director"));
  run("list", "enable", name, "--by", staff("safeguarding"));
}

// Two seconds of something else, a second of the picture, and something else again.
function filmWith(name: string, jpeg: Buffer, filter: string): Buffer {
  writeFileSync(join(films, "in.jpg"), jpeg);
  return film(name, ...picture(2, "640x480", 10), "-loop", "1", "-framerate", "10", "-t", "1", "-i", join(films, "in.jpg"), ...picture(1, "640x480", 10), ...tone(4),
    "-filter_complex", `[1:v]scale=640:480${filter},setsar=1,format=yuv420p[m];[0:v]format=yuv420p[a];[2:v]format=yuv420p[b];[a][m][b]concat=n=3[v]`,
    "-map", "[v]", "-map", "3:a", ...H264, "-c:a", "aac");
}

test("a withdrawn picture that comes back inside a video, in a mirror, is held", async () => {
  const album = await newAlbum(sami, "Retirée");
  const look = scene(1, 511, 1200, 900);
  const photo = await send(album, "x.jpg", look);
  assert.equal((await ended(photo)).state, "ready");
  const arrange = `/publish/${album}/arrange`;
  const page = (await sami.get(arrange)).text;
  const form = /name="form" value="([^"]+)"/.exec(page)?.[1] ?? "";
  await sami.post(`/publish/${album}/photo/${photo}/remove`, { form, "not-again": "1" });
  assert.equal(mediumOf(photo)?.state, "deleted");
  const m = await ended(await send(await newAlbum(sami, "Encore"), "with.mp4", filmWith("with.mp4", look, ",hflip")));
  assert.equal(m.state, "held");
  const hits = sql<{ frame: number; list: number | null }>(server, `SELECT h.frame, h.list FROM stop_hit h JOIN stopping s ON s.id = h.stopping WHERE s.medium = ${m.id}`);
  assert.ok(hits.some((h) => h.frame >= 1900 && h.frame <= 3100), JSON.stringify(hits));
  assert.equal(count(server, `blob WHERE medium = ${m.id} AND side > 0`), 0);
  assert.deepEqual(stillsOf(m.id), []);
  // A person looks into it and lets it in: it is taken in then, as a whole.
  const thomas = await server.client("thomas");
  const at = `/stopped/${sql<{ id: number }>(server, `SELECT id FROM stopping WHERE medium = ${m.id}`)[0]?.id ?? 0}`;
  assert.equal((await fill(thomas, at, at, { do: "let-in", why: "C’est un essai." })).status, 303);
  const letIn = await ended(m.id);
  assert.equal(letIn.state, "ready");
  assert.equal(count(server, `blob WHERE medium = ${m.id} AND side > 0`), 2);
  assert.ok(stillsOf(m.id).length > 0);
});

test("a list that comes later locks a video that is there", async () => {
  const look = scene(4, 514, 1200, 900);
  const m = await taken("later.mp4", filmWith("later.mp4", look, ""));
  await atRest(server);
  const pdq = sql<{ h: string }>(server, `SELECT lower(hex(substr(hash, 1, 32))) AS h FROM medium_hash
    WHERE medium = ${m.id} AND hash_kind = 1 AND hypothesis = 0 AND frame BETWEEN 2200 AND 2800 LIMIT 1`)[0]?.h ?? "";
  assert.equal(pdq.length, 64);
  newList("later", pdq);
  await until("the video to be locked", () => mediumOf(m.id)?.state === "locked");
  assert.equal(count(server, `stopping WHERE medium = ${m.id} AND stage = 'rescan'`), 1);
});

test("a list of whole videos that comes later locks the one that is there, and not another", async () => {
  const two = ["one.mp4", "other.mp4"].map((name, i) => film(name, "-f", "lavfi", "-i",
    `${i === 0 ? "mandelbrot" : "testsrc2"}=size=320x240:rate=15`, "-t", "4", ...H264));
  const [there, other] = [await taken("one.mp4", two[0] ?? Buffer.alloc(0)), await taken("other.mp4", two[1] ?? Buffer.alloc(0))];
  await atRest(server);
  run("hash", "video", "--alg", "tmk", "-o", join(films, "one.tmk"), join(films, "one.mp4"));
  writeFileSync(join(server.folder, "whole.json"), JSON.stringify([
    { id: 1, signal_type: "video_tmk", signal_value: readFileSync(join(films, "one.tmk")).toString("base64") }]));
  run("list", "add", "whole", "--by", staff("director"), "--format", "hma", "--source", "tests");
  run("list", "import", "whole", join(server.folder, "whole.json"), "--by", staff("director"));
  run("list", "enable", "whole", "--by", staff("safeguarding"));
  await until("the video to be locked", () => mediumOf(there.id)?.state === "locked");
  assert.equal(count(server, `stopping WHERE medium = ${there.id} AND stage = 'rescan'`), 1);
  await until("all to be compared", () => count(server, "rescan WHERE done_at IS NULL") === 0);
  // Held with what else its uploader has not published, for nothing of its own.
  assert.equal(mediumOf(other.id)?.state, "held");
  assert.equal(count(server, `stopping WHERE medium = ${other.id}`), 0);
});

test("a known picture inside a video locks it in place, holds what its uploader sends, and tells", async () => {
  const look = scene(3, 512, 1200, 900);
  const photo = await send(await newAlbum(sami, "Connue"), "x.jpg", look);
  assert.equal((await ended(photo)).state, "ready");
  const pdq = sql<{ h: string }>(server, `SELECT lower(hex(substr(hash, 1, 32))) AS h FROM medium_hash
    WHERE medium = ${photo} AND hash_kind = 1 AND hypothesis = 0 ORDER BY pipeline, frame LIMIT 1`)[0]?.h ?? "";
  newList("films", pdq);
  await until("the photo to be locked", () => mediumOf(photo)?.state === "locked");
  const album = await newAlbum(sami, "Film connu");
  const id = await send(album, "known.mp4", filmWith("known.mp4", look, ""));
  const beside = await send(album, "beside.mp4", film("beside.mp4", ...picture(1, "320x240"), ...H264));
  const m = await ended(id);
  assert.equal(m.state, "locked");
  assert.equal(count(server, `stopping WHERE medium = ${id} AND outcome IS NULL AND stage = 'intake'`), 1);
  assert.equal(count(server, `blob WHERE medium = ${id}`), 1);
  assert.equal(count(server, `blob WHERE medium = ${id} AND side = 0 AND key_wrapped IS NOT NULL`), 1);
  assert.deepEqual(stillsOf(id), []);
  assert.ok(count(server, `medium_hash WHERE medium = ${id}`) > 3);
  assert.equal((await ended(beside)).state, "held");
  for (const path of [`/m/${id}/320`, `/m/${id}/1024`, `/m/${id}/2048`, `/photo/${id}`])
    assert.notEqual((await sami.get(path)).status, 200, path);
  assert.match((await (await server.client("thomas")).get("/today")).text, /fichiers? (?:ont|a) été arrêtés?/);
});

// Files of renditions in their place or on their way; what lies between is nameless.
const onTheWay = (): string[] => {
  const rows = new Set(sql<{ name: string }>(server, "SELECT name FROM blob").map((r) => r.name));
  return filesBelow(join(dataOf(server), "blobs")).filter((p) => ![...rows].some((r) => p.endsWith(r)));
};

// In the middle: some of it is decoded, and not all.
const inTheMiddle = (id: number): boolean => {
  const m = mediumOf(id);
  return m?.state === "queued" && m.progress !== null && m.progress >= 1;
};

// The same video in other bytes: an empty box hangs behind it.
let copies = 0;
const another = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.from([0, 0, 0, 12, 102, 114, 101, 101, 0, 0, 0, copies++])]);

// A video that was under way when `act` met it; one that was too quick is sent again.
async function caught(album: number, bytes: Buffer, what: string, act: () => boolean): Promise<number> {
  for (let n = 0; n < 50; n++) {
    const id = await send(album, `${what}-${n}.mp4`, another(bytes));
    const met = await until(`${what} in the middle`, () => (inTheMiddle(id) && act() ? "met" : mediumOf(id)?.state === "ready" && "late"));
    if (met === "met") return id;
  }
  throw new Error(`never met ${what} in the middle`);
}

test("killed in the middle, again and again, it is taken in all the same, once, and photos go on beside it", async () => {
  const album = await newAlbum(sami, "Tuée");
  const long = film("long-enough.mp4", ...picture(16, "854x480", 15), ...tone(16), ...H264, "-crf", "40", "-c:a", "aac");
  const ids: number[] = [];
  for (const what of ["video", "jobs"] as const) ids.push(await caught(album, long, what, () => killOne(server, what)));
  // One that stands still holds up nobody else, and goes on.
  let stopped: number[] = [];
  ids.push(await caught(album, long, "standing", () => (stopped = signalAll(server, "video", "SIGSTOP")).length > 0));
  try {
    const beside = await send(await newAlbum(sami, "À côté"), "x.jpg", scene(2, 513, 800, 600));
    assert.notEqual((await ended(beside)).state, "refused");
  } finally {
    signalThese(stopped, "SIGCONT");
  }
  // And all of it ends, and begins anew.
  ids.push(await caught(album, long, "all", () => server.pid > 0 && process.kill(server.pid, "SIGKILL")));
  await until("the server to be gone", () => server.ended && roles(server).length === 0);
  await server.stop();
  await server.start();
  sami = await server.client("sami");
  for (const id of ids) {
    const m = await ended(id);
    assert.equal(m.state, "ready", m.reason ?? "");
    assert.deepEqual(sql(server, `SELECT side FROM blob WHERE medium = ${id} ORDER BY side`), [0, 240, 480].map((side) => ({ side })));
  }
  assertBare(plain(ids[0] ?? 0, 480), true);
  await atRest(server);
  for (const id of ids) {
    const stills = stillsOf(id);
    assert.deepEqual(stills.map((s) => s.state), stills.map(() => "ready"));
    assert.equal(new Set(stills.map((s) => s.at_ms)).size, stills.length, "each still once");
  }
  assert.deepEqual(check(server).findings, []);
  // Only what was on its way when jobs died waits, under incoming, for its hour.
  assert.deepEqual(onTheWay().filter((p) => !p.includes("incoming")), []);
});
