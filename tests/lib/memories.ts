// The memory box of a child: photos that a child is in, the ZIP as it comes,
// and what is in it.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Client } from "./client";
import { photosOf } from "./faces";
import { coversDrawn, drawBox, resolveBox } from "./masks";
import type { Part } from "./pictures";
import type { Server } from "./server";
import { fill, killOne, newAlbum, settled, sql, until, upload } from "./trouble";

export const LEA = 1; // the first of the demonstration's list
export const FIRST: Part = { x: 0.25, y: 0.25, w: 0.2, h: 0.25 }; // where the first of a photo's children is
export const SECOND: Part = { x: 0.6, y: 0.55, w: 0.2, h: 0.25 };

// Grain all over: a large file that no copy of which is small.
export function grainy(width: number, height: number, seed: number): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "preau-grain-"));
  try {
    const at = (name: string): string => join(folder, name);
    const vips = (...args: string[]): unknown => execFileSync("vips", args, { stdio: "ignore" });
    for (const band of [0, 1, 2])
      vips("gaussnoise", at(`${band}.v`), String(width), String(height), "--mean", "128", "--sigma", "35", "--seed", String(seed * 3 + band));
    vips("bandjoin", [0, 1, 2].map((band) => at(`${band}.v`)).join(" "), at("b.v"));
    vips("cast", at("b.v"), at("c.v"), "uchar");
    vips("copy", at("c.v"), at("d.v"), "--interpretation", "srgb");
    vips("copy", at("d.v"), `${at("e.jpg")}[Q=95]`);
    return readFileSync(at("e.jpg"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// No program looks for faces in these photos any more: what it was about to look
// for is forgotten, and whoever was looking dies with its answer.
async function lookNoMore(server: Server, album: number): Promise<void> {
  const these = `(SELECT id FROM medium WHERE post = ${album})`;
  await settled(server);
  sql(server, `DELETE FROM job WHERE kind = 'faces' AND subject IN ${these};
    UPDATE medium SET looked_at = 1 WHERE post = ${album}`);
  await until("jobs to be killed", () => killOne(server, "jobs"));
  sql(server, `DELETE FROM region WHERE kind = 'found' AND medium IN ${these}`);
}

// The children of the demonstration are in no photo of it: what a test puts into
// the boxes is all that there is.
export function withoutNames(server: Server): void {
  sql(server, "UPDATE region SET state = 'mask', child = NULL WHERE state = 'child'");
}

export interface Wanted { jpeg: Buffer; who: number[]; caption?: string }

// An album, published, in each photo of which these children are boxed.
export async function withChildren(server: Server, staff: Client, title: string, wanted: Wanted[]):
  Promise<{ album: number; photos: number[] }> {
  const album = await newAlbum(staff, title);
  for (const [i, w] of wanted.entries())
    assert.equal((await upload(staff, album, `${i}.jpg`, w.jpeg)).state, "queued");
  await lookNoMore(server, album);
  const photos = await photosOf(staff, album);
  for (const [i, photo] of photos.entries()) {
    const who = wanted[i]?.who ?? [];
    for (const [k, child] of who.entries())
      await resolveBox(staff, album, photo, await drawBox(staff, album, photo, k === 0 ? FIRST : SECOND), { who: String(child) });
    const at = `/publish/${album}/faces/${photo}`;
    const said = await staff.submit(at, `${at}/word`, { do: who.length > 0 ? "all" : "nobody" });
    assert.equal(said.status, 303, said.text.slice(0, 500));
  }
  const sent = await fill(staff, `/publish/${album}/send`, `/publish/${album}/send`, { when: "now" });
  assert.equal(sent.headers.location, `/publish/${album}/done`, sent.text.slice(0, 2000));
  for (const photo of photos) await coversDrawn(server, photo);
  return { album, photos };
}

// More pictures of Léa than one box holds: of those that are there, two in
// earlier years, and rows of as many as it takes, whose bytes are gone.
export function tooMany(server: Server, inSeason: number, between: number, rows = 20000): () => void {
  const at = (day: string): number => Date.parse(`${day}T10:00:00Z`) / 1000;
  const day = (d: string): number => Math.floor(at(d) / 86400);
  const kept = sql<{ id: number; taken_at: number | null }>(server, `SELECT id, taken_at FROM medium WHERE id IN (${inSeason}, ${between})`);
  const columns = (table: string): string[] =>
    sql<{ name: string }>(server, `SELECT name FROM pragma_table_info('${table}') WHERE name <> 'id'`).map((c) => c.name);
  const copies = (table: string, put: Record<string, string>): string => columns(table).map((c) => put[c] ?? `t.${c}`).join(", ");
  const [{ last = 0 } = {}] = sql<{ last: number }>(server, "SELECT max(id) AS last FROM medium");
  sql(server, `INSERT INTO season (organisation, name, from_on, until_on) VALUES (1, 'Été 2019', ${day("2019-07-01")}, ${day("2019-08-31")});
    UPDATE medium SET taken_at = ${at("2019-07-20")} WHERE id = ${inSeason};
    UPDATE medium SET taken_at = ${at("2020-03-02")} WHERE id = ${between};
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
    INSERT INTO medium (id, ${columns("medium").join(", ")})
      SELECT ${last} + n.i, ${copies("medium", { position: "1000 + n.i", taken_at: `CASE WHEN n.i % 2 = 0 THEN ${at("2019-07-21")} ELSE ${at("2020-03-03")} END` })}
        FROM n, medium t WHERE t.id = ${inSeason};
    INSERT INTO region (${columns("region").join(", ")})
      SELECT ${copies("region", { medium: "m.id" })} FROM medium m, region t
       WHERE m.id > ${last} AND t.id = (SELECT min(id) FROM region WHERE medium = ${inSeason} AND child = ${LEA});`);
  return () => sql(server, `DELETE FROM region WHERE medium > ${last}; DELETE FROM medium WHERE id > ${last}; DELETE FROM season WHERE name = 'Été 2019';
    ${kept.map((k) => `UPDATE medium SET taken_at = ${k.taken_at ?? "NULL"} WHERE id = ${k.id};`).join(" ")}`);
}

// Where the box of a child is now.
export async function boxOf(c: Client, child: number): Promise<string> {
  const page = await c.get(`/memories/${child}`);
  const path = new RegExp(`href="(/memories/${child}/[0-9a-f]{32}\\.zip)"`).exec(page.text)?.[1];
  if (path === undefined) throw new Error(`no box of ${child}: ${page.status} ${page.text.slice(0, 2000)}`);
  return path;
}

export interface Coming {
  answer: IncomingMessage;
  bytes(): Buffer; // what came so far
  rest(): Promise<{ whole: boolean; bytes: Buffer }>; // until it ends, well or not
  drop(): void;
}

// A download on a connection of its own, which stands still after its first
// bytes; the system's buffers go on to fill.
export function begin(c: Client, path: string, headers: Record<string, string> = {}): Promise<Coming> {
  const cookie = Array.from(c.jar, ([k, v]) => `${k}=${v}`).join("; ");
  return new Promise((done, fail) => {
    const q = request(new URL(path, c.base), { headers: { Cookie: cookie, ...headers }, agent: false }, (answer) => {
      const parts: Buffer[] = [];
      let over: ((whole: boolean) => void) | null = null;
      let ended: boolean | null = null;
      const end = (whole: boolean): void => {
        ended ??= whole;
        over?.(ended);
      };
      const coming: Coming = { answer, bytes: () => Buffer.concat(parts), drop: () => q.destroy(),
        rest: () => new Promise((got) => {
          over = (whole) => got({ whole, bytes: Buffer.concat(parts) });
          if (ended !== null) over(ended);
          answer.resume();
        }) };
      answer.on("error", () => end(false));
      answer.on("aborted", () => end(false));
      answer.on("end", () => end(answer.complete));
      answer.on("close", () => {
        end(answer.complete);
        done(coming);
      });
      answer.on("data", (b: Buffer) => parts.push(b));
      // Not before: who asks for the rest would be stopped by the first bytes.
      answer.once("data", () => {
        answer.pause();
        done(coming);
      });
    });
    q.on("error", fail);
    q.end();
  });
}

// What a real program takes out of it: names to bytes, in its order.
export function opened(zip: Buffer): Map<string, Buffer> {
  const folder = mkdtempSync(join(tmpdir(), "preau-zip-"));
  const at = join(folder, "a.zip");
  const unzip = (...args: string[]): Buffer => {
    const did = spawnSync("unzip", args, { maxBuffer: 1 << 30, env: { ...process.env, LC_ALL: "C.UTF-8" } });
    assert.equal(did.status, 0, `unzip ${args.join(" ")}: ${did.stdout.toString().slice(-500)} ${did.stderr.toString()}`);
    return did.stdout;
  };
  try {
    writeFileSync(at, zip);
    unzip("-tq", at);
    unzip("-q", at, "-d", join(folder, "out"));
    const names = unzip("-Z1", at).toString().split("\n").filter((n) => n !== "");
    return new Map(names.map((n) => [n, readFileSync(join(folder, "out", n))]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const pictures = (files: Map<string, Buffer>): Buffer[] =>
  Array.from(files).filter(([name]) => name.endsWith(".jpg")).map(([, bytes]) => bytes);

// A copy without the four bytes that a box puts behind it.
export const unsealed = (copy: Buffer): Buffer => copy.subarray(0, -4);
