// Books of a season, read by programs that are not ours.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Client } from "./client";

export interface Book { text: string; info: string; tree: string; alts: number; pictures: Buffer[] }

// Where the books of a child are now: by season.
export async function booksOf(c: Client, child: number): Promise<string[]> {
  const page = await c.get(`/memories/${child}`);
  return Array.from(page.text.matchAll(new RegExp(`href="(/memories/${child}/[sy]\\d+\\.pdf)"`, "g")), (m) => m[1] ?? "");
}

export function readBook(pdf: Buffer): Book {
  const folder = mkdtempSync(join(tmpdir(), "preau-book-"));
  const at = (name: string): string => join(folder, name);
  const run = (program: string, ...args: string[]): string => {
    const did = spawnSync(program, args, { maxBuffer: 1 << 28, env: { ...process.env, LC_ALL: "C.UTF-8" } });
    assert.equal(did.status, 0, `${program} ${args.join(" ")}: ${String(did.stdout).slice(-300)} ${String(did.stderr).slice(-500)}`);
    return did.stdout.toString();
  };
  try {
    writeFileSync(at("a.pdf"), pdf);
    run("qpdf", "--check", at("a.pdf"));
    run("qpdf", "--qdf", "--object-streams=disable", at("a.pdf"), at("q.pdf"));
    run("pdfimages", "-all", at("a.pdf"), at("p"));
    const q = readFileSync(at("q.pdf")).toString("latin1");
    return { text: run("pdftotext", at("a.pdf"), "-"), info: run("pdfinfo", at("a.pdf")),
      tree: run("pdfinfo", "-struct-text", at("a.pdf")), alts: q.split("/Alt ").length - 1,
      pictures: readdirSync(folder).filter((n) => /^p-\d+\.jpg$/.test(n)).sort().map((n) => readFileSync(at(n))) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
