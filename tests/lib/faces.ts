// « No face in this picture », said for every photo of an album, as a person
// without scripts would: from the album's page to each photo's form.
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
