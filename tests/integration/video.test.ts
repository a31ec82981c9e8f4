// Videos that staff send: taken in by what they are, shown by nothing of where
// they come from, stopped when something in them is known, whatever dies.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import type { Client } from "../lib/client";
import { scene } from "../lib/pictures";
import { build, startServer, type Server } from "../lib/server";
import { atRest, check, count, dataOf, filesBelow, killOne, newAlbum, settled, sql, until, upload } from "../lib/trouble";

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
  server = await startServer({ photoPixels: 400 });
  sami = await server.client("sami");
});
after(async () => {
  rmSync(films, { recursive: true, force: true });
  await server.sweep();
});

test("a video with everything in it becomes three that say nothing, with its sound", async () => {
  writeFileSync(join(films, "words.srt"), "1\n00:00:00,500 --> 00:00:02,000\nSecret words\n");
  writeFileSync(join(films, "meta.txt"), ";FFMETADATA1\ntitle=Secret title\nlocation=+48.8584+002.2945/\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=Secret chapter\n");
  const bytes = film("all.mp4", ...picture(5, "1280x720", 30), ...tone(5), "-i", join(films, "words.srt"), "-i", join(films, "meta.txt"),
    "-map", "0:v", "-map", "1:a", "-map", "2:s", "-map_metadata", "3", "-map_chapters", "3", ...H264, "-c:a", "aac", "-c:s", "mov_text",
    "-metadata", "creation_time=2026-03-14T10:20:30Z", "-metadata", "comment=Secret comment");
  const m = await taken("all.mp4", bytes);
  assert.deepEqual([m.width, m.height, m.progress], [1280, 720, null]);
  assert.ok(Math.abs(m.duration_ms - 5000) < 150, String(m.duration_ms));
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
