// Pictures made when they are needed: drawn by our own program, turned into the
// other formats by other people's tools.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflate } from "./png";

import { build } from "./server";

// The same ones in every run: which drawing looks like another, or shows a
// program a face, is not left to the clock.
let next = 0;

// What these words make is made once for all files of a run, which begins with an
// empty folder; a process that dies leaves no half of one.
const kept = process.env["PREAU_PICTURES"] ?? "";

function once(words: (string | number)[], make: () => Buffer): Buffer {
  if (kept === "") return make();
  const path = join(kept, words.join("-").replaceAll(":", ""));
  if (existsSync(path)) return readFileSync(path);
  const bytes = make();
  mkdirSync(kept, { recursive: true });
  writeFileSync(`${path}.${process.pid}`, bytes);
  renameSync(`${path}.${process.pid}`, path);
  return bytes;
}

const draw = (...words: (string | number)[]): Buffer => once(["draw", ...words], () =>
  execFileSync(join(build, "src/draw/preau-draw"), words.map(String), { maxBuffer: 1 << 27 }));

// A JPEG that no other call of this process returns, with a date and a camera's marks.
export const drawn = (width = 640, height = 480, taken = "2026-03-14T10:20:30"): Buffer =>
  draw(next++ % 6, next, width, height, taken);

// The same one whenever it is asked for.
export const scene = (which: number, seed: number, width: number, height: number): Buffer =>
  draw(which, seed, width, height, "2026-03-14T10:20:30");

function within<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "preau-picture-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export type Format = "jpg" | "png" | "webp" | "heic";

export function asFormat(jpeg: Buffer, format: Format): Buffer {
  return within((folder) => {
    const from = join(folder, "in.jpg");
    const to = join(folder, `out.${format}`);
    writeFileSync(from, jpeg);
    if (format === "heic") execFileSync("heif-enc", ["-q", "60", from, "-o", to], { stdio: "ignore" });
    else execFileSync("vips", ["copy", from, to], { stdio: "ignore" });
    return readFileSync(to);
  });
}

// Grey noise: nothing compresses worse.
export function noise(width: number, height: number): Buffer {
  return within((folder) => {
    const grey = join(folder, "grey.v");
    const to = join(folder, "out.jpg");
    execFileSync("vips", ["gaussnoise", grey, String(width), String(height), "--mean", "128", "--sigma", "60", "--seed", String(next++)],
      { stdio: "ignore" });
    execFileSync("vips", ["cast", grey, to, "uchar"], { stdio: "ignore" });
    return readFileSync(to);
  });
}

// exiftool with the arguments given, on a copy.
export function tagged(bytes: Buffer, format: Format, args: string[]): Buffer {
  return within((folder) => {
    const path = join(folder, `x.${format}`);
    writeFileSync(path, bytes);
    execFileSync("exiftool", ["-q", "-m", "-overwrite_original", ...args, path], { stdio: ["ignore", "ignore", "inherit"] });
    return readFileSync(path);
  });
}

// Every tag of a picture, grouped names; without what only the file system or
// the picture's own size says.
export function tagsOf(bytes: Buffer, format: Format = "jpg"): Record<string, unknown> {
  return within((folder) => {
    const path = join(folder, `x.${format}`);
    writeFileSync(path, bytes);
    const out = execFileSync("exiftool", ["-json", "-G1", "-a", "-u", "-ee", path], { encoding: "utf8" });
    const [tags] = JSON.parse(out) as Record<string, unknown>[];
    return Object.fromEntries(Object.entries(tags ?? {})
      .filter(([k]) => !/^(SourceFile|System:|ExifTool:|File:|Composite:)/.test(k)));
  });
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

// A PNG of one colour whose header may say something else.
export function png(width: number, height: number, said = { width, height }): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(said.width, 0);
  head.writeUInt32BE(said.height, 4);
  head.set([1, 0, 0, 0, 0], 8); // one bit a pixel, grey
  const rows = Buffer.alloc((Math.ceil(width / 8) + 1) * height);
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), chunk("IHDR", head),
    chunk("IDAT", deflate(rows)), chunk("IEND", Buffer.alloc(0))]);
}

// An animation of so many pictures of 16 x 16, none like another.
export function animation(pictures: number): Buffer {
  const numbers = (...n: number[]): Buffer => {
    const out = Buffer.alloc(4 * n.length);
    n.forEach((v, i) => out.writeUInt32BE(v, 4 * i));
    return out;
  };
  const parts: Buffer[] = [Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", Buffer.concat([numbers(16, 16), Buffer.from([8, 0, 0, 0, 0])])), chunk("acTL", numbers(pictures, 0))];
  for (let i = 0, place = 0; i < pictures; i++) {
    const rows = Buffer.alloc(17 * 16);
    for (let at = 0; at < rows.length; at++) if (at % 17 > 0) rows[at] = (Math.imul(at + 1, 2654435761) * (i + 1) >>> 8) % 251;
    const control = Buffer.concat([numbers(place++, 16, 16, 0, 0), Buffer.from([0, 1, 0, 10, 0, 0])]);
    parts.push(chunk("fcTL", control), i === 0 ? chunk("IDAT", deflate(rows))
      : chunk("fdAT", Buffer.concat([numbers(place++), deflate(rows)])));
  }
  return Buffer.concat([...parts, chunk("IEND", Buffer.alloc(0))]);
}

// Another file with the same picture: a comment that nobody else has.
export function unique(jpeg: Buffer): Buffer {
  const words = Buffer.from(`essai ${process.pid} ${next++}`);
  const head = Buffer.from([0xff, 0xfe, 0, words.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), head, words, jpeg.subarray(2)]);
}

// The same picture in a file of at least so many bytes: comments stand before
// it.  What is long and quickly worked on.
export function longer(jpeg: Buffer, bytes: number): Buffer {
  const parts = [jpeg.subarray(0, 2)];
  for (let n = jpeg.length; n < bytes; n += 65_537) {
    const words = Buffer.alloc(65_533);
    for (let i = 0; i < words.length; i++) words[i] = (Math.imul(i + n, 2654435761) >>> 16) % 251;
    parts.push(Buffer.from([0xff, 0xfe, 0xff, 0xff]), words);
  }
  return Buffer.concat([...parts, jpeg.subarray(2)]);
}

// The picture after one operation of vips, the words after in and out; saved
// again as JPEG of that quality.
export function edited(jpeg: Buffer, operation: string, more: string[] = [], quality = 75): Buffer {
  return within((folder) => {
    const from = join(folder, "in.jpg");
    const to = join(folder, "out.jpg");
    writeFileSync(from, jpeg);
    execFileSync("vips", [operation, from, `${to}[Q=${quality},strip]`, ...more], { stdio: "ignore" });
    return readFileSync(to);
  });
}

// In a wide colour space, with its profile.
export function inProfile(jpeg: Buffer): Buffer {
  return within((folder) => {
    writeFileSync(join(folder, "in.jpg"), jpeg);
    execFileSync("vips", ["icc_transform", join(folder, "in.jpg"), join(folder, "out.jpg"), "p3", "--input-profile", "srgb"],
      { stdio: "ignore" });
    return readFileSync(join(folder, "out.jpg"));
  });
}

// Soft spots of every grey, so that no part of it is flat.
export function spotted(width: number, height: number): Buffer {
  const seed = next++;
  return once(["spotted", width, height, seed], () => within((folder) => {
    const at = (name: string): string => join(folder, name);
    const vips = (...args: string[]): unknown => execFileSync("vips", args, { stdio: "ignore" });
    vips("gaussnoise", at("a.v"), String(width / 32), String(height / 32), "--mean", "128", "--sigma", "60", "--seed", String(seed));
    vips("resize", at("a.v"), at("b.v"), "32");
    vips("cast", at("b.v"), at("c.v"), "uchar");
    vips("copy", at("c.v"), at("d.v"), "--interpretation", "b-w");
    vips("colourspace", at("d.v"), at("e.v"), "srgb");
    vips("copy", at("e.v"), `${at("f.jpg")}[Q=90]`);
    return readFileSync(at("f.jpg"));
  }));
}

// As large as a photo may be (8000 x 6250), black, in the kinds that a decoder
// has whole in memory: sixteen bits in seven passes, scans one after another.
export function largest(): { name: string; type: string; bytes: Buffer }[] {
  return within((folder) => {
    const at = (name: string): string => join(folder, name);
    const run = (command: string, ...args: string[]): unknown => execFileSync(command, args, { stdio: "ignore" });
    run("vips", "black", at("a.v"), "8000", "6250", "--bands", "3");
    run("vips", "jpegsave", at("a.v"), at("a.jpg"), "--interlace");
    run("vips", "cast", at("a.v"), at("b.v"), "ushort");
    run("vips", "copy", at("b.v"), at("c.v"), "--interpretation", "rgb16");
    run("vips", "pngsave", at("c.v"), at("a.png"), "--interlace", "--compression", "1");
    run("heif-enc", "-q", "40", "-p", "preset=ultrafast", at("a.jpg"), "-o", at("a.heic"));
    return ["jpg/jpeg", "png/png", "heic/heic"].map((kind) => {
      const [end = "", type = ""] = kind.split("/");
      return { name: `a.${end}`, type: `image/${type}`, bytes: readFileSync(at(`a.${end}`)) };
    });
  });
}

// Nothing but a slope of light, from one corner to the other.
export function sky(width: number, height: number): Buffer {
  return within((folder) => {
    const at = (name: string): string => join(folder, name);
    const vips = (...args: string[]): unknown => execFileSync("vips", args, { stdio: "ignore" });
    vips("xyz", at("a.v"), String(width), String(height));
    vips("extract_band", at("a.v"), at("b.v"), "1");
    vips("linear", at("b.v"), at("c.v"), String(120 / height), "90");
    vips("cast", at("c.v"), at("d.v"), "uchar");
    vips("copy", at("d.v"), at("e.v"), "--interpretation", "b-w");
    vips("colourspace", at("e.v"), at("f.v"), "srgb");
    vips("copy", at("f.v"), `${at("g.jpg")}[Q=92]`);
    return readFileSync(at("g.jpg"));
  });
}

export interface Shown { width: number; height: number; rgb: Buffer }

// The pixels of a JPEG as everybody else decodes them.
export function pixelsOf(jpeg: Buffer): Shown {
  return within((folder) => {
    writeFileSync(join(folder, "in.jpg"), jpeg);
    execFileSync("vips", ["copy", join(folder, "in.jpg"), join(folder, "out.ppm")], { stdio: "ignore" });
    const ppm = readFileSync(join(folder, "out.ppm"));
    const [head = "", width = "", height = ""] = /^P6\s+(?:#[^\n]*\s+)*(\d+)\s+(\d+)\s+255\s/.exec(ppm.toString("latin1", 0, 4096)) ?? [];
    if (head === "") throw new Error("no PPM of eight bits");
    return { width: Number(width), height: Number(height), rgb: ppm.subarray(head.length) };
  });
}

export interface Part { x: number; y: number; w: number; h: number } // of the picture, 0 to 1

// Every pixel's luma in a part of a picture.
export function lumas(s: Shown, p: Part): number[] {
  const found: number[] = [];
  for (let y = Math.ceil(p.y * s.height); y < Math.floor((p.y + p.h) * s.height); y++)
    for (let x = Math.ceil(p.x * s.width); x < Math.floor((p.x + p.w) * s.width); x++) {
      const [r = 0, g = 0, b = 0] = s.rgb.subarray((y * s.width + x) * 3, (y * s.width + x) * 3 + 3);
      found.push(0.299 * r + 0.587 * g + 0.114 * b);
    }
  return found;
}

export const spread = (v: number[]): number => Math.max(...v) - Math.min(...v);

// Covered: nothing of what was there is to be seen.
export const isFlat = (s: Shown, p: Part): boolean => spread(lumas(s, p)) <= 3;
