// A video of which every byte is known: photos that were taken in become its
// stills, and the original of one of them what is played.  That nothing could
// play it does not matter to who gives it out.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Client } from "./client";
import { drawn, unique } from "./pictures";
import { until } from "./patience";
import { sql } from "./rows";
import type { Server } from "./server";
import { atRest, upload } from "./trouble";

export interface Video { id: number; stills: number[]; bytes: Buffer }

const newest = (server: Server): number => sql<{ n: number }>(server, "SELECT max(id) AS n FROM medium")[0]?.n ?? 0;

// Of the newest photo of the album, which goes; returns what its blobs belong to now.
function turned(server: Server, album: number, columns: string, values: string, blobs: string): number {
  const photo = newest(server);
  sql(server, `INSERT INTO medium (organisation, post, uploader, state, position, width, height, created_at, looked_at, ${columns})
    SELECT organisation, post, uploader, 'ready', (SELECT coalesce(max(position), 0) FROM medium WHERE post = ${album} AND kind = 'video'),
           width, height, created_at, looked_at, ${values} FROM medium WHERE id = ${photo}`);
  const id = newest(server);
  sql(server, `UPDATE blob SET medium = ${id} WHERE medium = ${photo} AND ${blobs};
    UPDATE medium_hash SET medium = ${id} WHERE medium = ${photo};
    DELETE FROM region WHERE medium = ${photo};
    UPDATE medium SET state = 'deleted', deleted_at = 1 WHERE id = ${photo}`);
  return id;
}

export async function standIn(server: Server, staff: Client, album: number, stills = 2): Promise<Video> {
  const bytes = unique(drawn(1600, 1200));
  const send = async (jpeg: Buffer): Promise<void> => {
    const sent = await upload(staff, album, "a.jpg", jpeg);
    assert.equal(sent.status, 200, sent.text);
    await atRest(server);
  };
  await send(bytes);
  const id = turned(server, album, "kind, duration_ms, gaps", "'video', 72000, 'looked'", "side = 0");
  sql(server, `UPDATE medium SET position = id WHERE id = ${id};
    INSERT INTO blob (medium, side, name, key_wrapped, bytes, width, height, type, created_at)
    SELECT medium, 480, name || '-', key_wrapped, bytes, 640, 480, 'video/mp4', created_at FROM blob WHERE medium = ${id} AND side = 0;
    DELETE FROM blob WHERE medium = ${id} AND side = 0;
    UPDATE blob SET name = rtrim(name, '-') WHERE medium = ${id}`);
  const found: number[] = [];
  for (let i = 0; i < stills; i++) {
    await send(drawn(1200, 900));
    found.push(turned(server, album, "kind, video, at_ms", `'still', ${id}, ${2000 * i}`, "side > 0"));
  }
  sql(server, `UPDATE medium SET position = ${id} WHERE video = ${id};
    UPDATE post SET photos = (SELECT count(*) FROM medium WHERE post = ${album} AND state = 'ready' AND kind <> 'still') WHERE id = ${album}`);
  return { id, stills: found, bytes };
}

// A real one: a picture that moves and a tone, as a telephone would send it.
export function filmed(seconds: number, size = "1280x720"): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "preau-film-"));
  try {
    const to = join(folder, "film.mp4");
    execFileSync("ffmpeg", ["-hide_banner", "-loglevel", "error", "-y",
      "-f", "lavfi", "-i", `testsrc2=size=${size}:rate=25:duration=${seconds}`,
      "-f", "lavfi", "-i", `sine=frequency=440:duration=${seconds}`,
      "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", to], { stdio: ["ignore", "ignore", "inherit"] });
    return readFileSync(to);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// The names of what is inside: "h264 aac".
export function inside(bytes: Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), "preau-film-"));
  try {
    writeFileSync(join(folder, "x.mp4"), bytes);
    return execFileSync("ffprobe", ["-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", join(folder, "x.mp4")],
      { encoding: "utf8" }).trim().split(/\s+/).join(" ");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// A video of the album that is ready, with all of its stills.
export const prepared = (server: Server, album: number): Promise<number> => until("the video to be ready", async () => {
  await atRest(server);
  const [m] = sql<{ id: number; state: string; reason: string | null }>(server,
    `SELECT id, state, reason FROM medium WHERE post = ${album} AND kind = 'video'`);
  if (m?.state === "refused") throw new Error(`the video was refused: ${m.reason}`);
  const [s] = sql<{ n: number; ready: number }>(server, `SELECT count(*) AS n,
    count(*) FILTER (WHERE state = 'ready' AND looked_at IS NOT NULL) AS ready FROM medium WHERE video = ${m?.id ?? 0}`);
  return m?.state === "ready" && (s?.n ?? 0) > 0 && s?.n === s?.ready && m.id;
});

// A drawn face, seen from the front, that a detector takes for one: light and
// shade alone, in grey, on a grey ground.  PGM, of `side` points each way.
export function drawnFace(side: number): Buffer {
  const spots: [x: number, y: number, rx: number, ry: number, grey: number][] = [
    [0, -15, 92, 118, 60], [0, 10, 75, 100, 205], [0, 20, 8, 20, 185], [0, 60, 30, 9, 110],
    ...[-1, 1].flatMap((s): [number, number, number, number, number][] => [
      [s * 32, -12, 20, 11, 120], [s * 32, -12, 8, 8, 40], [s * 33, -37, 20, 5, 70], [s * 8, 31, 5, 4, 110]]),
  ];
  const points = Buffer.alloc(side * side, 150);
  for (let v = 0; v < side; v++)
    for (let u = 0; u < side; u++) {
      const [x, y] = [(u / side - 0.5) * 260, (v / side - 0.5) * 260];
      let grey = 150;
      for (const [cx, cy, rx, ry, g] of spots) {
        const soft = Math.min(1, Math.max(0, 0.5 + (1 - Math.hypot((x - cx) / rx, (y - cy) / ry)) * Math.min(rx, ry) / 5));
        grey += (g - grey) * soft;
      }
      points[v * side + u] = Math.round(grey);
    }
  return Buffer.concat([Buffer.from(`P5\n${side} ${side}\n255\n`), points]);
}
