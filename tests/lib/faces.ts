// « No face in this picture », said for every photo of an album, as a person
// without scripts would: from the album's page to each photo's form.
import assert from "node:assert/strict";

import type { Client } from "./client";

export async function photosOf(c: Client, album: number): Promise<number[]> {
  const page = await c.get(`/publish/${album}/faces`);
  const found = page.text.matchAll(new RegExp(`href="/publish/${album}/faces/(\\d+)"`, "g"));
  return [...new Set(Array.from(found, (m) => Number(m[1])))];
}

export async function sayNobody(c: Client, album: number): Promise<void> {
  for (const id of await photosOf(c, album)) {
    const at = `/publish/${album}/faces/${id}`;
    const said = await c.submit(at, `${at}/word`, { do: "nobody" });
    if (said.status !== 303) throw new Error(`no word on photo ${id}: ${said.status} ${said.text.slice(0, 2000)}`);
  }
}

// Nobody whom anybody could know is heard in a video of the album.
export async function hearNobody(c: Client, album: number, video: number): Promise<void> {
  const a = await c.submit(`/publish/${album}/send`, `/publish/${album}/video/${video}/voice`, { from: "send", heard: "nobody" });
  assert.equal(a.status, 303, `${a.status} ${a.text}`);
}
