// A photo on which somebody is to be hidden, from the boxes drawn by hand to
// the pixels that a family gets.
import assert from "node:assert/strict";

import type { Client } from "./client";
import { photosOf } from "./faces";
import { lumas, pixelsOf, spread, type Part, type Shown } from "./pictures";
import type { Server } from "./server";
import { count, lookedThrough, sql, until } from "./trouble";

export const SIDES = [320, 1024, 2048];
export const COPIES = [...SIDES.map(String), "download"]; // as it is shown, and to take home

// The spots of the photo are there, dark ones and light ones where they were:
// cell by cell in the mean, since each size draws their edges otherwise.
export function isWhole(s: Shown, source: Shown, p: Part): boolean {
  const cells = 5;
  const mean = (o: Shown, i: number, j: number): number => {
    const v = lumas(o, { x: p.x + p.w * i / cells, y: p.y + p.h * j / cells, w: p.w / cells, h: p.h / cells });
    return v.reduce((sum, one) => sum + one, 0) / v.length;
  };
  let off = 0;
  for (let i = 0; i < cells; i++)
    for (let j = 0; j < cells; j++) off += Math.abs(mean(s, i, j) - mean(source, i, j)) / cells ** 2;
  return spread(lumas(s, p)) > 60 && off < 8;
}

export async function seen(who: Client, path: string): Promise<Shown> {
  const got = await who.get(path);
  assert.equal(got.status, 200, `${path}: ${got.status}`);
  return pixelsOf(got.body);
}

// The only thing that is given while a box is drawn: a drawing that is the same
// for every photo, and words about it.
export function assertWithheld(got: { status: number; headers: Record<string, string | string[] | undefined>; body: Buffer }): void {
  assert.equal(got.status, 503);
  assert.match(String(got.headers["cache-control"]), /no-store/);
  assert.ok(Number(got.headers["retry-after"]) > 0);
  assert.match(String(got.headers["content-type"]), /^(image\/svg\+xml|text\/html)/);
  assert.ok(got.body.indexOf(Buffer.from([0xff, 0xd8, 0xff])) === -1, "a picture in the answer");
}

const units = (v: number): string => String(Math.round(v * 65536));

// By hand, on the page of the team; returns the box's number.
export async function drawBox(staff: Client, album: number, photo: number, p: Part): Promise<number> {
  const at = `/publish/${album}/faces/${photo}`;
  const made = await staff.submit(at, `${at}/draw`, { x: units(p.x), y: units(p.y), w: units(p.w), h: units(p.h) });
  assert.equal(made.status, 303, made.text.slice(0, 500));
  return Number(/box=(\d+)/.exec(String(made.headers.location))?.[1]);
}

export async function resolveBox(staff: Client, album: number, photo: number, box: number, fields: Record<string, string>): Promise<void> {
  const at = `/publish/${album}/faces/${photo}`;
  assert.equal((await staff.submit(at, `${at}/box/${box}`, fields)).status, 303);
}

// Boxes are drawn into the renditions by jobs, and what nothing uses goes.  All
// of it at one moment: what is to be drawn goes from table to table.
export const coversDrawn = (server: Server, photo: number): Promise<boolean> => until("the boxes to be drawn", () =>
  count(server, `(SELECT medium FROM cover WHERE medium = ${photo} AND drawn = 0 UNION ALL SELECT organisation FROM cover_redraw
    UNION ALL SELECT subject FROM job WHERE subject = ${photo} AND kind IN ('cover', 'redraw'))`) === 0);

// What a program took for a face in a picture of spots: gone, and it has looked.
export async function forgetFound(server: Server, staff: Client, album: number, photo: number): Promise<void> {
  await until("a program to look", () => count(server, `medium WHERE id = ${photo} AND looked_at IS NOT NULL`) === 1);
  for (const { id } of sql<{ id: number }>(server, `SELECT id FROM region WHERE medium = ${photo} AND kind = 'found'`))
    await resolveBox(staff, album, photo, id, { do: "remove" });
}

// The photos of an album, in none of which a program sees a face.
export async function faceless(server: Server, staff: Client, album: number): Promise<number[]> {
  await lookedThrough(server, album);
  const photos = await photosOf(staff, album);
  for (const photo of photos) await forgetFound(server, staff, album, photo);
  return photos;
}
