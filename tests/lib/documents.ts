// PDF files, written here: what a word processor saves, in little.
import { deflateSync } from "node:zlib";

import { sql, until, atRest } from "./trouble";
import type { Server } from "./server";

export interface Sheet { lines: string[]; jpeg?: { bytes: Buffer; width: number; height: number } }

const escaped = (s: string): string => s.replace(/[\\()]/g, (c) => `\\${c}`);

// The first line of a page is set large.  more: into the catalogue.
export function pdf(sheets: Sheet[], more = ""): Buffer {
  const objects: Buffer[] = [];
  const add = (...parts: (string | Buffer)[]): number => objects.push(Buffer.concat(parts.map((p) => typeof p === "string" ? Buffer.from(p, "latin1") : p)));
  const stream = (heads: string, bytes: Buffer): number => add(`<<${heads}/Length ${bytes.length}>>\nstream\n`, bytes, "\nendstream");
  add("<</Type/Catalog/Pages 2 0 R", more, ">>");
  add(`<</Type/Pages/Count ${sheets.length}/Kids[${sheets.map((_, i) => `${4 + 3 * i} 0 R`).join(" ")}]>>`);
  add("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>");
  sheets.forEach((s, i) => {
    const words = s.lines.map((line, k) => `BT /F ${k === 0 ? 24 : 12} Tf 72 ${760 - 40 * k} Td (${escaped(line)}) Tj ET`).join("\n");
    const picture = s.jpeg === undefined ? "" : "\nq 450 0 0 340 72 200 cm /I Do Q";
    add(`<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents ${5 + 3 * i} 0 R/Resources<</Font<</F 3 0 R>>/XObject<</I ${6 + 3 * i} 0 R>>>>>>`);
    stream("/Filter/FlateDecode", deflateSync(Buffer.from(words + picture, "latin1")));
    if (s.jpeg === undefined) add("null");
    else stream(`/Type/XObject/Subtype/Image/Width ${s.jpeg.width}/Height ${s.jpeg.height}/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode`, s.jpeg.bytes);
  });
  let at = 0;
  const parts: Buffer[] = [];
  const put = (b: Buffer): void => { parts.push(b); at += b.length; };
  const places: number[] = [];
  put(Buffer.from("%PDF-1.7\n"));
  objects.forEach((o, i) => {
    places.push(at);
    put(Buffer.concat([Buffer.from(`${i + 1} 0 obj\n`), o, Buffer.from("\nendobj\n")]));
  });
  const table = at;
  put(Buffer.from(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.map((p) => `${String(p).padStart(10, "0")} 00000 n \n`).join("")}` +
    `trailer\n<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${table}\n%%EOF\n`));
  return Buffer.concat(parts);
}

// The newest document of an album, ready with all of its pages.
export const drawnUp = (server: Server, album: number): Promise<number> => until("the document to be ready", async () => {
  await atRest(server);
  const [m] = sql<{ id: number; state: string; reason: string | null }>(server,
    `SELECT id, state, reason FROM medium WHERE post = ${album} AND kind = 'document' ORDER BY id DESC LIMIT 1`);
  if (m?.state === "refused") throw new Error(`the document was refused: ${m.reason}`);
  const [s] = sql<{ n: number; ready: number }>(server, `SELECT count(*) AS n,
    count(*) FILTER (WHERE state = 'ready' AND looked_at IS NOT NULL) AS ready FROM medium WHERE video = ${m?.id ?? 0}`);
  return m?.state === "ready" && (s?.n ?? 0) > 0 && s?.n === s?.ready && m.id;
});

export const pagesOf = (server: Server, document: number): number[] =>
  sql<{ id: number }>(server, `SELECT id FROM medium WHERE video = ${document} ORDER BY at_ms`).map((r) => r.id);
