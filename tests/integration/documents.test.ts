// Documents among the photos of an album: drawn anew, read page by page, given
// to those for whom they are, and to nobody with what must be hidden in them.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import type { Answer, Client } from "../lib/client";
import { drawnUp, pagesOf, pdf } from "../lib/documents";
import { drawBox, resolveBox } from "../lib/masks";
import { docx, ods, zipped } from "../lib/office";
import { drawn } from "../lib/pictures";
import { startServer, type Server } from "../lib/server";
import { Tus } from "../lib/tus";
import { atRest, check, count, fill, fillFiles, killOne, newAlbum, publishNow, roles, sql, until, upload } from "../lib/trouble";

const EVIL = "/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>/Names<</EmbeddedFiles<</Names[(x)<</Type/Filespec/F(virus.exe)>>]>>>>";

let server: Server;
let sami: Client;
let nadia: Client;
let anne: Client; // another family of the group
let album: number;
let document: number;
const programme = (): Buffer => pdf([
  { lines: ["Le programme de l'\xe9t\xe9", "Lundi: la rivi\xe8re, avec des bottes."] },
  { lines: ["Les menus", "Mardi: des p\xe2tes."], jpeg: { bytes: drawn(800, 600), width: 800, height: 600 } },
], `/Lang(fr)${EVIL}`);

const page = (c: Client, n: number, side = 1024, id = document): Promise<Answer> => c.get(`/m/${id}/page/${n}/${side}`);
const show = (c: Client, query = ""): Promise<Answer> => c.get(`/album/${album}/photo/${document}${query}`);

// Nothing of it: every address is that of what is not there.
async function assertNothing(c: Client): Promise<void> {
  for (const at of [`/album/${album}/photo/${document}`, `/m/${document}/320`, `/m/${document}/1024`, `/m/${document}/page/1/1024`,
    `/m/${document}/page/2/320`, `/m/${document}/1`, `/m/${document}/2`, `/m/${document}/download`, `/m/${document}/original`])
    assert.notEqual((await c.get(at)).status, 200, at);
}

before(async () => {
  server = await startServer({ photoPixels: 400 });
  [sami, nadia, anne] = [await server.client("sami"), await server.client("nadia"), await server.client("anne")];
  album = await newAlbum(sami, "Le programme");
  const sent = await upload(sami, album, "programme.pdf", programme(), undefined, "application/pdf");
  assert.equal(sent.state, "queued", sent.text);
  document = await drawnUp(server, album);
});
after(() => server.sweep());

test("its pages become pictures of their own, which somebody looks through", async () => {
  assert.deepEqual(sql(server, `SELECT pages, tagged, worded FROM document WHERE medium = ${document}`)[0], { pages: 2, tagged: 0, worded: 1 });
  assert.equal(pagesOf(server, document).length, 2);
  for (const id of pagesOf(server, document)) {
    assert.equal(count(server, `blob WHERE medium = ${id} AND side IN (320, 1024, 2048) AND segments > 0`), 3);
    assert.ok(count(server, `medium_hash WHERE medium = ${id} AND hash_kind = 1`) > 0, "a page has hashes");
  }
  const made = await sami.get(`/publish/${album}`);
  assert.match(made.text, /balisé|tagged/, "its author is told what could be better");
  const early = await fill(sami, `/publish/${album}/send`, `/publish/${album}/send`, { when: "now" });
  assert.equal(early.status, 422, "a word about each page comes first");
  await assertNothing(nadia);
  await publishNow(sami, album);
});

test("a family reads it page by page, with its text, and finds words in it", async () => {
  const first = await show(nadia);
  assert.equal(first.status, 200);
  assert.match(first.text, /<h3>Le programme de l&#39;été<\/h3>/);
  assert.match(first.text, /<p>Lundi: la rivière, avec des bottes\.<\/p>/);
  assert.doesNotMatch(first.text, /Mardi/);
  assert.match((await show(nadia, "?page=2")).text, /<p>Mardi: des pâtes\.<\/p>/);
  assert.match((await show(nadia, "?page=999")).text, /Lundi/, "there is no such page");
  for (const n of [1, 2]) {
    const got = await page(nadia, n);
    assert.equal(got.headers["content-type"], "image/jpeg");
    assert.ok(got.body.length > 2000);
  }
  assert.notEqual((await page(nadia, 3)).status, 200);
  const found = (await show(nadia, "?q=PATES")).text;
  assert.match(found, /\?page=2&amp;q=PATES/);
  assert.doesNotMatch(found, /\?page=1&amp;q=PATES/);
  assert.match((await show(nadia, "?q=%3Cb%3E")).text, /value="&lt;b&gt;"/, "what is asked is escaped");
});

test("its PDF is made of pictures and text, and nothing of the original", async () => {
  const got = await nadia.get(`/m/${document}/download`);
  assert.equal(got.status, 200);
  assert.equal(got.headers["content-type"], "application/pdf");
  assert.match(String(got.headers["content-disposition"]), /^attachment; filename="document-.*\.pdf"$/);
  assert.ok(got.body.subarray(0, 5).equals(Buffer.from("%PDF-")));
  for (const word of ["JavaScript", "EmbeddedFile", "virus", "OpenAction", "Helvetica"])
    assert.equal(got.body.indexOf(word), -1, word);
  assert.ok(got.body.includes("/MarkInfo<</Marked true>>") && got.body.includes("/Lang(fr)"), "who does not see it can read it");
  assert.notEqual((await nadia.get(`/m/${document}/original`)).status, 200);
});

test("the team sees who has opened it, and the families are told that", async () => {
  assert.match((await show(nadia)).text, /The team sees that you have opened|L’équipe voit que vous avez ouvert/);
  assert.equal(count(server, `document_opened WHERE medium = ${document}`), 1, "once, however often");
  const team = (await show(sami)).text;
  assert.match(team, /Nadia/);
  assert.doesNotMatch((await show(anne)).text, /Nadia/, "families do not see one another");
  assert.equal(count(server, `document_opened WHERE medium = ${document}`), 2, "staff do not count");
});

test("a face that is masked is masked on its page, and there is no PDF any more", async () => {
  const second = pagesOf(server, document)[1] ?? 0;
  const before = (await page(nadia, 2)).body;
  const box = await drawBox(sami, album, second, { x: 0.2, y: 0.5, w: 0.3, h: 0.2 });
  await resolveBox(sami, album, second, box, { do: "mask" });
  await atRest(server);
  const at = `/publish/${album}/faces/${second}`;
  await sami.submit(at, `${at}/word`, { do: "all" });
  await atRest(server);
  const masked = await page(nadia, 2);
  assert.equal(masked.status, 200);
  assert.notDeepEqual(masked.body, before);
  assert.equal((await page(nadia, 1)).status, 200);
  for (const who of [nadia, sami]) assert.notEqual((await who.get(`/m/${document}/download`)).status, 200);
  assert.match((await show(nadia, "?page=2")).text, /Mardi/, "its text is no face");
});

test("a family hides a face on the page that shows it, at once and for everybody", async () => {
  const [first] = pagesOf(server, document);
  assert.match((await show(nadia)).text, /\/mask\?page=1"/);
  const at = `/album/${album}/photo/${document}/mask`;
  const form = await nadia.get(`${at}?page=1`);
  assert.match(form.text, new RegExp(`/m/${document}/page/1/1024`));
  const [before, other] = [(await page(anne, 1)).body, (await page(anne, 2)).body];
  const asked = await fill(nadia, `${at}?page=1`, at, { page: "1", across: "50", down: "30", size: "large" });
  assert.deepEqual([asked.status, asked.headers.location], [303, `/album/${album}/photo/${document}?page=1`]);
  assert.deepEqual(sql(server, "SELECT medium, outcome FROM mask_request"), [{ medium: first, outcome: null }]);
  assert.notDeepEqual((await page(anne, 1)).body, before, "not one request more");
  await atRest(server);
  assert.equal((await page(anne, 1)).status, 200);
  assert.notDeepEqual((await page(anne, 1)).body, before);
  assert.deepEqual((await page(anne, 2)).body, other, "the other page is as it was");
  const [box] = sql<{ id: number }>(server, `SELECT region AS id FROM mask_request`);
  const faces = `/publish/${album}/faces/${first}`;
  assert.equal((await fill(sami, `${faces}?box=${box?.id}`, `${faces}/box/${box?.id}`, { do: "lift" })).status, 303);
  await resolveBox(sami, album, first ?? 0, box?.id ?? 0, { do: "none" });
  await atRest(server);
  assert.deepEqual((await page(anne, 1)).body, before, "the team took it away");
});

test("what cannot be taken is refused in a word of its own, and leaves nothing", async () => {
  const cases: [string, Buffer, string][] = [
    ["pages.pdf", pdf(Array.from({ length: 201 }, () => ({ lines: ["a"] }))), "too_many_pages"],
    ["locked.pdf", Buffer.concat([pdf([{ lines: ["a"] }]), Buffer.from("trailer\n<</Root 1 0 R/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4" +
      `/O<${"01".repeat(32)}>/U<${"02".repeat(32)}>>>>>\nstartxref\n0\n%%EOF\n`)]), "document_locked"],
    ["cut.pdf", Buffer.from("%PDF-1.7\nnothing of this kind\n"), "document_damaged"],
  ];
  const draft = await newAlbum(sami, "Refus\xe9s");
  for (const [name, bytes, reason] of cases) {
    await fillFiles(sami, `/publish/${draft}`, `/album/${draft}/photos`, "photo", [{ name, bytes, type: "application/pdf" }]);
    await atRest(server);
    const [m] = sql<{ id: number; state: string; reason: string }>(server, `SELECT id, state, reason FROM medium WHERE post = ${draft} ORDER BY id DESC LIMIT 1`);
    assert.deepEqual([m?.state, m?.reason], ["refused", reason], name);
    assert.equal(count(server, `blob WHERE medium = ${m?.id}`), 0);
  }
  const told = (await sami.get(`/publish/${draft}`)).text;
  assert.match(told, /mot de passe|password/);
  assert.match(told, /200/);
});

// The stand-in for LibreOffice is tests/sandbox/office.c; this is LibreOffice.
test("a document of a word processor becomes a PDF in its jail, and then pages", async () => {
  assert.match((await (await server.client("claire")).get("/structure")).text, /LibreOffice makes PDF|LibreOffice, enfermé/);
  assert.match((await sami.get(`/publish/${await newAlbum(sami, "Le carnet")}`)).text, /\.docx,\.xlsx/);
  for (const [name, bytes, type, pages, word] of [
    ["carnet.docx", docx(["Le carnet de la for\u00eat", "Deuxi\u00e8me page"]), "wordprocessingml.document", 2, "for\u00eat"],
    ["une photo.jpg", ods(["Lundi", "P\u00e2tes aux courgettes"]), "opendocument.spreadsheet", 1, "courgettes"], // its name is a lie
  ] as [string, Buffer, string, number, string][]) {
    const draft = await newAlbum(sami, `Fait de ${name}`);
    await fillFiles(sami, `/publish/${draft}`, `/album/${draft}/photos`, "photo", [{ name, bytes, type: "application/octet-stream" }]);
    const id = await drawnUp(server, draft);
    assert.equal(pagesOf(server, id).length, pages, name);
    const [b] = sql<{ type: string }>(server, `SELECT type FROM blob WHERE medium = ${id} AND side = 0`);
    assert.match(b?.type ?? "", new RegExp(type));
    assert.match((await sami.get(`/album/${draft}/photo/${id}?q=${word}`)).text, new RegExp(word), "its text is there");
    const hashes = sql<{ hash: string }>(server, `SELECT lower(hex(hash)) AS hash FROM medium_hash WHERE medium = ${id}`).map((r) => r.hash);
    assert.ok(hashes.includes(createHash("sha256").update(bytes).digest("hex")), "asked about is what was sent");
  }
});

test("an office file that cannot be taken is refused in a word of its own, and leaves nothing", async () => {
  const whole = docx(["a"]);
  const old = Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(600)]);
  const cases: [string, Buffer, string, RegExp][] = [
    ["bombe.docx", docx(["a"], [{ name: "word/b.xml", text: "b", whole: 200 << 20 }]), "office_bomb", /parties se chevauchent|share their bytes/],
    ["parties.docx", docx(["a"], Array.from({ length: 20000 }, (_, i) => ({ name: `word/${i}`, text: "", packed: false }))), "office_bomb", /./],
    ["macros.docx", docx(["a"], [{ name: "word/vbaProject.bin", text: "x" }]), "office_macros", /macros/],
    ["secret.docx", docx(["a"], [{ name: "word/x", text: "x", flags: 1 }]), "office_locked", /mot de passe|password/],
    ["secret.xlsx", Buffer.concat([old, Buffer.from("EncryptedPackage\0", "utf16le")]), "office_locked", /./],
    ["ancien.doc", old, "office_old", /\.doc, \.xls/],
    ["coupe.docx", whole.subarray(0, whole.length - 40), "office_damaged", /abîmé|damaged/],
    ["rien.docx", zipped([{ name: "[Content_Types].xml", text: "<x" }, { name: "word/document.xml", text: "<not a document" }]), "office_failed", /n’a pas pu être converti|No PDF could/],
    ["archive.zip", zipped([{ name: "a.txt", text: "a" }]), "unknown", /./],
  ];
  const draft = await newAlbum(sami, "Refus\u00e9s aussi");
  await fillFiles(sami, `/publish/${draft}`, `/album/${draft}/photos`, "photo", cases.map(([name, bytes]) => ({ name, bytes, type: "application/octet-stream" })));
  await atRest(server);
  const rows = sql<{ id: number; state: string; reason: string }>(server, `SELECT id, state, reason FROM medium WHERE post = ${draft} ORDER BY id`);
  assert.deepEqual(rows.map((m) => [m.state, m.reason]), cases.map(([, , reason]) => ["refused", reason]));
  assert.equal(count(server, `blob b JOIN medium m ON m.id = b.medium WHERE m.post = ${draft}`), 0);
  const told = (await sami.get(`/publish/${draft}`)).text;
  for (const [name, , , words] of cases) assert.match(told, words, name);
});

test("a worker that dies on it, or jobs, costs nothing: it is taken up again", async () => {
  const draft = await newAlbum(sami, "Repris");
  const jpeg = { bytes: drawn(900, 700), width: 900, height: 700 };
  const bytes = pdf(Array.from({ length: 6 }, (_, i) => ({ lines: [`Page ${i}`], jpeg })));
  for (const name of ["document", "jobs"]) {
    await until(`${name} to be killed at work`, async () => {
      const tus = await Tus.of(sami, draft);
      const begun = await tus.begin(bytes.length + 1, `${name}.pdf`);
      await tus.patch(begun.url, 0, Buffer.concat([bytes, Buffer.from("\n".repeat(1))]));
      const caught = await until("the worker or the end", () => {
        if (count(server, `medium WHERE post = ${draft} AND kind = 'document' AND state = 'queued' AND progress IS NOT NULL`) > 0)
          return killOne(server, name) ? "killed" : false;
        return count(server, `medium WHERE post = ${draft} AND state = 'queued'`) === 0 && "missed";
      });
      await drawnUp(server, draft);
      for (const id of sql<{ id: number }>(server, `SELECT id FROM medium WHERE post = ${draft} AND state = 'ready' AND kind = 'document'`))
        await fill(sami, `/publish/${draft}/arrange`, `/publish/${draft}/photo/${id.id}/remove`);
      return caught === "killed";
    });
  }
  await atRest(server);
  assert.deepEqual(check(server).findings, []);
});

// A jail under way is a process of its own, below who made it.
const converting = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim() !== "";
  } catch {
    return false;
  }
};
const offices = (): number[] => roles(server).filter((r) => r.name === "office").map((r) => r.pid);
const lines = (n: number): string[] => Array.from({ length: n }, (_, i) => `Page ${i} du carnet`);
const officeFile = (name: string, bytes: Buffer): { name: string; bytes: Buffer; type: string } => ({ name, bytes, type: "application/octet-stream" });

test("who makes the jails is killed in the middle of one: another is there, and the document too", async () => {
  const draft = await newAlbum(sami, "Sans peur");
  for (let n = 1; ; n++) {
    const before = offices();
    await fillFiles(sami, `/publish/${draft}`, `/album/${draft}/photos`, "photo", [officeFile(`carnet ${n}.docx`, docx(lines(40 + n)))]);
    const waits = `medium WHERE post = ${draft} AND kind = 'document' AND state = 'queued'`;
    const caught = await until("it to be worked on, or the end", () => {
      const at = offices().find(converting);
      if (at !== undefined) process.kill(at, "SIGKILL");
      return at ?? (count(server, waits) === 0 && -1);
    });
    await atRest(server);
    assert.equal(count(server, `medium WHERE post = ${draft} AND kind = 'document' AND state = 'ready'`), n, "none is lost");
    if (caught === -1) continue;
    await until("another in its place", () => offices().length === 2 && !offices().includes(caught));
    assert.ok(before.includes(caught));
    break;
  }
  assert.match(server.log, /office worker died medium=/);
  assert.doesNotMatch((await (await server.client("claire")).get("/structure")).text, /ne marche plus depuis|not been made into PDF/);
});

test("who waits beside is started again too, by who works", async () => {
  for (let n = 0; n < 3; n++) {
    const before = await until("both", () => offices().length === 2 && offices());
    const gone = await until("one to be killed", () => {
      const at = roles(server).find((r) => r.name === "office" && r.age_ms > 1200);
      return at !== undefined && process.kill(at.pid, "SIGKILL") && at.pid;
    });
    await until("another in its place", () => offices().length === 2 && !offices().includes(gone));
    assert.equal(offices().filter((p) => before.includes(p)).length, 1);
  }
});

test("when nobody is left who could start one, what is sent waits, others pass, and it is said", async () => {
  const both = await until("both", () => offices().length === 2 && offices());
  for (const pid of both) process.kill(pid, "SIGSTOP"); // neither sees the other go
  for (const pid of both) process.kill(pid, "SIGKILL");
  await server.said(/office: both are gone/);
  const draft = await newAlbum(sami, "Sans LibreOffice");
  await fillFiles(sami, `/publish/${draft}`, `/album/${draft}/photos`, "photo", [
    ...Array.from({ length: 3 }, (_, i) => officeFile(`${i}.docx`, docx([`Le ${i}`]))),
    { name: "a.pdf", bytes: pdf([{ lines: ["a"] }]), type: "application/pdf" },
  ]);
  const state = (what: string): number => count(server, `medium WHERE post = ${draft} AND kind = 'document' AND state = '${what}'`);
  await until("the PDF to pass them", () => state("ready") === 1);
  assert.equal(state("queued"), 3);
  const claire = await server.client("claire");
  const said = await until("the director to be told", async () => /(ne marche plus depuis|not been made into PDF)[^<]*/.exec((await claire.get("/structure")).text)?.[0] ?? false);
  assert.match(said, /3 (fichiers attendent|files wait)/);
  await server.stop();
  await server.start();
  await atRest(server);
  assert.equal(state("ready"), 4, "none is lost");
});

test("it goes with its pages, its text and who opened it", async () => {
  const pages = pagesOf(server, document);
  await fill(sami, `/publish/${album}/arrange`, `/publish/${album}/photo/${document}/remove`);
  await assertNothing(nadia);
  assert.equal(count(server, `blob WHERE medium IN (${[document, ...pages].join(",")}) AND key_wrapped IS NOT NULL`), 0);
  assert.equal(count(server, `document WHERE medium = ${document}`), 0);
  assert.equal(count(server, `document_opened WHERE medium = ${document}`), 0);
  assert.deepEqual(check(server).findings, []);
});
