// Lists of children as spreadsheets write them, and as nobody should: in every
// encoding, with quotes, formulas, ten thousand lines; and twice.
import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import type { Client } from "../lib/client";
import { emptyServer, startServer, type Server } from "../lib/server";
import { count, fillFiles, formOf, sql } from "../lib/trouble";

const head = "prénom;nom;date de naissance;groupe;adulte1_nom;adulte1_lien";
let server: Server;
let claire: Client;
let seasonName = "";

before(async () => {
  server = await startServer();
  claire = await server.client("claire");
  seasonName = sql<{ name: string }>(server, "SELECT name FROM season ORDER BY id DESC LIMIT 1")[0]?.name ?? "";
});
after(() => server.sweep());

const tables = (): number[] => ["child", "guardian", "authority", "enrolment", "activity_group"].map((t) => count(server, t));

async function preview(bytes: Buffer): Promise<string> {
  const a = await fillFiles(claire, "/roster/import", "/roster/import", "sheet", [{ name: "liste.csv", bytes, type: "text/csv" }]);
  assert.ok(a.status === 200 || a.status === 422, `${a.status} ${a.text.slice(0, 500)}`);
  return a.text;
}

async function confirm(page: string): Promise<number> {
  return (await claire.post("/roster/import/confirm", Object.fromEntries(formOf(page, "/roster/import/confirm")))).status;
}

function latin(text: string): Buffer {
  return Buffer.from(text, "latin1");
}

for (const [what, bytes] of [
  ["UTF-8 with its mark and commas", Buffer.from("\ufeff" + `${head}\nGaël;Noël;05/06/2017;Hérissons;Zoë Noël;parent\n`.replaceAll(";", ","))],
  ["Windows-1252 and semicolons", latin(`${head}\r\nGaël;Noël;05/06/2017;Hérissons;Zoë Noël;parent\r\n`)],
  ["tabs and old line ends", Buffer.from(`${head}\rGaël;Noël;05/06/2017;Hérissons;Zoë Noël;parent\r`.replaceAll(";", "\t"))],
] as const)
  test(`a list in ${what} is read right`, async () => {
    const page = await preview(bytes);
    assert.match(page, /Gaël Noël/);
    assert.match(page, /Hérissons/);
    assert.ok(page.includes("/roster/import/confirm"), page.slice(0, 3000));
  });

test("the same list in three encodings is the same list", async () => {
  const text = `${head}\nGaël;Noël;05/06/2017;Hérissons;Zoë Noël;parent\n`;
  assert.equal(await confirm(await preview(Buffer.from(text))), 303);
  const was = tables();
  for (const bytes of [latin(text), Buffer.from("\ufeff" + text), Buffer.from(text.replaceAll("\n", "\r\n"))]) {
    const page = await preview(bytes);
    if (page.includes("/roster/import/confirm")) await confirm(page);
    assert.deepEqual(tables(), was);
  }
});

test("quotes hold separators, quotes and line ends", async () => {
  const page = await preview(Buffer.from(`${head}\n"Anne, dite ""Nana""";"Le;Gall";05/06/2017;Hérissons;"Yann\nLe Gall";parent\n`));
  assert.match(page, /Nana/);
  assert.match(page, /Le;Gall/);
});

for (const [what, bytes] of [
  ["a quote that never ends", Buffer.from(`${head}\n"Anne;Bel;05/06/2017;Hérissons;B;parent\n`)],
  ["bytes that are no text", Buffer.concat([Buffer.from(`${head}\n`), Buffer.from([0, 1, 2, 255, 254, 0, 0])])],
  ["a picture", Buffer.from("ffd8ffe000104a4649460001", "hex")],
  ["an empty file", Buffer.alloc(0)],
  ["only the first line", Buffer.from(`${head}\n`)],
  ["columns that are missing", Buffer.from("prénom;nom\nA;B\n")],
  ["a column twice", Buffer.from(`${head};prénom\nA;B;05/06/2017;G;C;parent;D\n`)],
  ["UTF-16", Buffer.from("\ufeff" + `${head}\nA;B;05/06/2017;G;C;parent\n`, "utf16le")],
  ["a cell of a megabyte", Buffer.from(`${head}\n${"x".repeat(1 << 20)};B;05/06/2017;G;C;parent\n`)],
] as const)
  test(`${what}: said clearly, nothing changed`, async () => {
    const was = tables();
    const page = await preview(bytes);
    assert.ok(!page.includes("/roster/import/confirm"), "cannot be confirmed");
    assert.match(page, /class="[^"]*(fault|warn|stop)|role="alert"/);
    assert.deepEqual(tables(), was);
  });

test("each wrong cell is named by line and column", () => {
  const path = join(server.folder, "wrong.csv");
  writeFileSync(path, [head, "Anne;Bel;31/02/2017;Hérissons;C Bel;parent", "Bob;Bel;05/06/2017;Hérissons;C Bel;cousin",
    ";Bel;05/06/2017;;C Bel;parent", ""].join("\n"));
  const was = tables();
  const done = server.preau("--json", "roster", "import", "--season", seasonName, path);
  assert.equal(done.status, 65);
  const [line = ""] = done.out.split("\n");
  const said = JSON.parse(line) as { applied: boolean; notes: { line: number; column: string; error: boolean }[] };
  assert.equal(said.applied, false);
  const where = said.notes.filter((n) => n.error).map((n) => `${n.line} ${n.column}`);
  for (const w of ["2 date de naissance", "3 adulte1_lien", "4 prénom", "4 groupe"]) assert.ok(where.includes(w), `${w} in ${where.join(", ")}`);
  assert.deepEqual(tables(), was);
});

test("formulas, marks and emoji are names and nothing more", async () => {
  const names = ["=HYPERLINK(\"http://x\")", "+33", "-1+1", "@SUM(A1)", "<script>alert(1)</script>", "👩‍👧‍👦 Lou", "𝔊𝔬𝔱𝔥", "e\u0301le\u0300ve"];
  const rows = names.map((n, i) => `"${n.replaceAll("\"", "\"\"")}";Essai;0${i + 1}/06/2017;Hérissons;Ann Essai;parent`);
  const page = await preview(Buffer.from([head, ...rows, ""].join("\n")));
  assert.ok(!page.includes("<script>alert(1)"), "escaped");
  assert.ok(page.includes("&lt;script&gt;alert(1)"), page.slice(0, 2000));
  const turned = await preview(Buffer.from(`${head}\nAb\u202Ecd;Essai;05/06/2017;Hérissons;Ann Essai;parent\n`));
  assert.ok(!turned.includes("\u202E"));
});

test("ten thousand lines go in at once, and a second time change nothing", async () => {
  const folder = mkdtempSync(join(tmpdir(), "preau-roster-"));
  const big = await emptyServer(folder);
  try {
    sql(big, "INSERT INTO season (organisation, name, from_on, until_on) VALUES (1, 'Grande', unixepoch() / 86400 - 100, unixepoch() / 86400 + 200)");
    const rows = Array.from({ length: 10_000 }, (_, i) => `Enfant${i};Famille${i >> 1};${String(i % 28 + 1).padStart(2, "0")}/06/2017;Groupe ${i % 400};Parent Famille${i >> 1};parent`);
    const path = join(folder, "grande.csv");
    writeFileSync(path, [head, ...rows, ""].join("\n"));
    for (const _ of [1, 2]) {
      const done = big.preau("--json", "roster", "import", "--season", "Grande", path);
      assert.equal(done.status, 0, done.out.slice(0, 1000) + done.err);
      assert.deepEqual([count(big, "child"), count(big, "guardian"), count(big, "enrolment")], [10_000, 5000, 10_000]);
    }
    writeFileSync(path, [head, ...rows, "Un;Detrop;05/06/2017;G;P Detrop;parent", ""].join("\n"));
    assert.notEqual(big.preau("roster", "check", "--season", "Grande", path).status, 0, "one too many");
  } finally {
    await big.sweep();
  }
});
