// A report of a case to NCMEC, to a CyberTipline of our own: sent once whatever
// is lost or killed, with nothing of the files, and only where that is set.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import type { Answer, Client } from "../lib/client";
import { plain } from "../lib/consents";
import { child, Ncmec, schema, textOf, type Report } from "../lib/ncmec";
import { dayOfTests } from "../lib/patience";
import { scene } from "../lib/pictures";
import { type Server, startServer } from "../lib/server";
import { atRest, count, fill, killOne, lookedThrough, newAlbum, publishNow, sql, until, upload } from "../lib/trouble";

const folder = mkdtempSync(join(tmpdir(), "preau-ncmec-"));
let tipline: Ncmec;
let server: Server;
let thomas: Client;
let sami: Client;
let nadia: Client;
let claire: Client;
let file = 0; // the case
let page = "";

const state = (): string => sql<{ state: string }>(server, "SELECT state FROM tipline ORDER BY id DESC LIMIT 1")[0]?.state ?? "";
const newest = (): number => sql<{ id: number }>(server, "SELECT max(id) AS id FROM tipline")[0]?.id ?? 0;
const read = async (c: Client, path: string): Promise<string> => plain((await c.get(path)).text);
const words = { kind: "7", day: dayOfTests(), time: "00:00", words: "Quelqu’un a écrit <plusieurs> fois & a demandé une photo.", urgent: "" };
const write = (change: Record<string, string> = {}): Promise<Answer> => fill(thomas, page, page, { ...words, ...change });
const act = (what: string): Promise<Answer> => fill(thomas, page, `${page}/${newest()}`, { what });

async function writeAndSend(): Promise<void> {
  assert.equal((await write()).status, 303);
  assert.equal((await act("send")).status, 303);
}

// The newest one is over; every report that was finished has its list once.
async function isTold(before: number): Promise<Report> {
  await until("the report to be over", () => state() === "finished");
  const done = tipline.finished();
  assert.equal(done.length, before + 1, "told once");
  const last = done.at(-1);
  assert.ok(last !== undefined);
  assert.equal(last.files.length, 1);
  assert.ok(last.files[0]?.info !== undefined);
  assert.match(await read(thomas, page), new RegExp(`reçu par le NCMEC[\\s\\S]*sous le numéro ${last.id}`));
  return last;
}

before(async () => {
  tipline = await Ncmec.begin(folder);
  server = await startServer({ photoPixels: 400, serving: tipline.sets });
  await atRest(server);
  thomas = await server.client("thomas");
  sami = await server.client("sami");
  nadia = await server.client("nadia");
  claire = await server.client("claire");
  // One of the team takes a whole photo of it for a purpose: the register says so.
  let post = 0;
  for (const m of sql<{ id: number; post: number }>(server, "SELECT id, post FROM medium WHERE kind = 'photo' AND state = 'ready' ORDER BY id")) {
    const own = `/m/${m.id}/original`;
    if ((await nadia.get(`/m/${m.id}/320`)).status !== 200 || (await sami.get(own)).status !== 200) continue;
    const taken = await fill(sami, own, own, { purpose: "print" });
    assert.equal(taken.status, 200, taken.text.slice(0, 500));
    post = m.post;
    break;
  }
  await fill(nadia, `/report/post/${post}`, `/report/post/${post}`, { category: "mean", words: "À regarder." });
  file = sql<{ id: number }>(server, "SELECT max(id) AS id FROM case_file")[0]?.id ?? 0;
  page = `/cases/${file}/ncmec`;
});
after(async () => {
  await server?.sweep();
  await tipline?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("who handles the case writes it and reads it, and nothing goes out before it is sent", async () => {
  assert.match(await read(thomas, `/cases/${file}`), /Signaler au NCMEC/);
  assert.equal((await sami.get(page)).status, 404, "sami sent what was reported");
  const late = await write({ day: "2099-01-01" });
  assert.equal(late.status, 422);
  assert.match(plain(late.text), /Quand c’est arrivé\s: ce moment n’est pas encore passé/);
  assert.equal((await write({ words: "" })).status, 422);
  assert.equal((await write({ kind: "" })).status, 422, "nothing is chosen for who writes");
  assert.equal(count(server, "tipline"), 0);
  assert.equal((await write()).status, 303);
  const shown = await read(thomas, page);
  assert.match(shown, /pas encore envoyé[\s\S]*Approche d’un enfant en ligne[\s\S]*&lt;plusieurs&gt; fois &amp; a demandé/);
  assert.match(shown, /Aucun fichier lui-même n’est envoyé/);
  assert.equal((await sami.post(`${page}/${newest()}`, { form: await sami.token("/account"), what: "send" })).status, 404);
  assert.equal(tipline.told.length, 0);
});

test("what was read is what goes, with a list in place of the files, and it is kept for a year", async () => {
  assert.equal((await act("send")).status, 303);
  const told = await isTold(0);
  assert.deepEqual(tipline.told.map((c) => [c.path.replace("/ispws/", ""), c.code]), [["status", 0], ["submit", 0], ["upload", 0], ["fileinfo", 0], ["finish", 0]]);
  assert.equal(textOf(told.root, "reporter", "reportingPerson", "email"), "protection@asso.example");
  assert.match(textOf(told.root, "additionalInfo"), /^Quelqu’un a écrit <plusieurs> fois & a demandé une photo\./);
  assert.equal(child(told.root, "personOrUserReported"), undefined, "nobody is named unasked");
  assert.ok((await thomas.get(page)).text.includes("&lt;report&gt;"));
  // Nothing but digests went, and « opened » is what the register says.
  const lines = told.files[0]?.bytes.toString().trimEnd().split("\n") ?? [];
  assert.equal(lines[0], "file,received,account,opened_by_staff,public,md5,sha1,sha256,pdq");
  const media = lines.slice(1).map((l) => l.split(","));
  assert.ok(media.length > 1);
  for (const m of media) assert.match(m.join(","), /^\d+,\d{4}-\d\d-\d\dT[\d:]+Z,\d+,(yes|no),no,([0-9a-f]{32})?,([0-9a-f]{40})?,[0-9a-f]{64},([0-9a-f]{64})?$/);
  assert.equal(media.filter((m) => m[3] === "yes").length, 1);
  assert.equal(textOf(told.files[0]?.info, "fileRelevance"), "Supplemental Reported");
  assert.equal(child(told.files[0]?.info, "fileViewedByEsp"), undefined);
  // Each call, its bytes and the number of its answer, under the key of the case.
  const calls = sql<{ step: string; request_word: string; bytes: string }>(server,
    "SELECT step, request_word, hex(request_enc) AS bytes FROM tipline_call ORDER BY id");
  assert.deepEqual(calls.map((c) => [c.step, c.request_word]), tipline.told.map((c) => [c.path.replace("/ispws/", ""), c.id]));
  assert.ok(calls.every((c) => c.bytes.length > 40 && !Buffer.from(c.bytes, "hex").toString().includes("report")));
  // A hold of the case, for a year, that its page shows.
  const year = new Date(Date.parse(dayOfTests()) + 365 * 86_400_000).getUTCFullYear();
  assert.match(await read(thomas, `/cases/${file}/hold`), new RegExp(`${year}[\\s\\S]*Signalé au NCMEC`));
  assert.match(await read(thomas, `/cases/${file}`), new RegExp(`numéro ${told.id}`));
});

test("an answer that is lost, cut or odd at any call tells it once", async () => {
  for (const path of ["status", "submit", "upload", "fileinfo", "finish"]) {
    const before = tipline.finished().length;
    tipline.fail(path, path === "fileinfo" ? "cut" : "lost");
    for (const other of ["status", "submit", "upload", "fileinfo", "finish"]) if (other !== path) tipline.fail(other, "odd");
    await writeAndSend();
    await isTold(before);
    assert.equal(tipline.faultsLeft, 0, path);
  }
  // Drafts that nobody could name are no reports, and end by themselves.
  assert.equal(tipline.reports.filter((r) => r.state === "open").length, 1);
});

test("a process that is killed in the middle of a call loses nothing and tells nothing twice", async () => {
  for (const [path, victim] of [["status", "jobs"], ["submit", "jobs"], ["upload", "egress"], ["finish", "jobs"]] as const) {
    const before = tipline.finished().length, calls = tipline.calls.length;
    tipline.fail(path, "silent");
    await writeAndSend();
    await until(`${path} to be out`, () => tipline.calls.slice(calls).some((c) => c.path === `/ispws/${path}`));
    await until(`${victim} to be killed`, () => killOne(server, victim));
    await isTold(before);
  }
});

test("a server that is away, and a draft that expired meanwhile, are waited out", async () => {
  const before = tipline.finished().length;
  tipline.fail("upload", { status: 503 });
  await writeAndSend();
  await until("the failure to be noted", () => count(server, "tipline WHERE why = 'server' AND state = 'sending'") === 1);
  tipline.aheadMs += 25 * 3_600_000;
  await isTold(before);
  tipline.aheadMs = 0;
  assert.equal(tipline.reports.filter((r) => r.state === "expired").length >= 1, true);
});

test("what NCMEC refuses is told in words, and goes once somebody has looked", async () => {
  const before = tipline.finished().length;
  tipline.fail("submit", { code: 9999 });
  await writeAndSend();
  await until("it to be stuck", () => state() === "stuck");
  assert.match(await read(thomas, page), /bloqué[\s\S]*pour une raison que ce logiciel ne connaît pas[\s\S]*Réponse du NCMEC : <i lang="en">as was wanted</);
  // The first page of who handles it says so, and no page of who sent it.
  assert.match(await read(thomas, "/today"), /1 signalement au NCMEC ne passe pas[\s\S]*bloqué/);
  assert.doesNotMatch(await read(sami, "/today"), /NCMEC/);
  await server.said(/report to NCMEC is stuck[^\n]*rejected/);
  const right = tipline.password;
  tipline.password = "un autre";
  assert.equal((await act("again")).status, 303);
  await until("the login to be refused", () => count(server, "tipline WHERE state = 'stuck' AND why = 'authentication'") === 1);
  assert.equal((await thomas.post(page, { ...words, form: await thomas.token(page) })).status, 409, "one at a time");
  tipline.password = right;
  assert.equal((await act("again")).status, 303);
  await isTold(before);
});

test("what is cancelled before it was received is told to nobody", async () => {
  const before = tipline.finished().length;
  assert.equal((await write()).status, 303);
  assert.equal((await act("cancel")).status, 303);
  assert.equal(state(), "retracted");
  tipline.fail("fileinfo", { status: 503 });
  await writeAndSend();
  await until("the failure to be noted", () => count(server, "tipline WHERE why = 'server' AND state = 'sending'") === 1);
  assert.equal((await act("cancel")).status, 303);
  await until("it to be taken back", () => state() === "retracted");
  assert.equal(tipline.reports.at(-1)?.state, "retracted");
  assert.equal(tipline.finished().length, before);
  assert.match(await read(thomas, `/cases/${file}`), /a été annulé/);
});

test("what was cancelled and got stuck goes nowhere when somebody tries again", async () => {
  const before = tipline.finished().length, sent = tipline.calls.length;
  tipline.fail("finish", "silent");
  await writeAndSend();
  await until("the last call to be out", () => tipline.calls.slice(sent).some((c) => c.path === "/ispws/finish"));
  sql(server, "UPDATE tipline SET tries = 8 WHERE state = 'sending'");
  assert.equal((await act("cancel")).status, 303);
  // The server did it, and nobody heard: it is finished, and says so.
  await until("egress to be killed", () => killOne(server, "egress"));
  await until("it to be stuck", () => state() === "stuck");
  assert.match(await read(thomas, page), /devait être annulé/);
  const calls = tipline.told.length;
  assert.equal((await act("again")).status, 303);
  await until("it to be over", () => state() === "finished");
  assert.deepEqual(tipline.told.slice(calls).map((c) => c.path.replace("/ispws/", "")), ["retract"]);
  assert.equal(tipline.finished().length, before + 1);
});

test("what is not well is said before anything is submitted, and tried again", async () => {
  const before = tipline.finished().length, reports = tipline.reports.length;
  tipline.fail("status", { code: 1000 }, { status: 503 }, { status: 429, headers: { "Retry-After": "1" } });
  await writeAndSend();
  await isTold(before);
  assert.equal(tipline.reports.length, reports + 1);
  assert.deepEqual(tipline.told.slice(-8).map((c) => c.path.replace("/ispws/", "")), ["status", "status", "status", "status", "submit", "upload", "fileinfo", "finish"]);
});

test("the connection is tried when somebody asks, and the page says what came and when", async () => {
  const asked = (): Promise<Answer> => fill(thomas, "/ncmec", "/ncmec", { what: "try" });
  const answered = (): Promise<unknown> => until("an answer", () => count(server, "tipline_link WHERE wanted_at IS NOT NULL") === 0);
  assert.equal((await sami.get("/ncmec")).status, 404, "sami handles no reports");
  assert.equal((await sami.post("/ncmec", { form: await sami.token("/account"), what: "try" })).status, 404);
  assert.equal((await asked()).headers.location, "/ncmec");
  await answered();
  assert.match(await read(thomas, "/ncmec"), /fonctionne[\s\S]*Le NCMEC a répondu .* : il connaît cette structure/);
  const right = tipline.password;
  tipline.password = "un autre";
  await asked();
  await answered();
  assert.match(await read(thomas, "/ncmec"), /ne fonctionne pas[\s\S]*refuse l’identifiant[\s\S]*Dernier essai réussi/);
  tipline.password = right;
  tipline.fail("status", "lost", "cut", "odd");
  for (const well of [false, false, true]) {
    const back = await fill(thomas, page, "/ncmec", { what: "try" });
    assert.equal(back.headers.location, page);
    await answered();
    assert.equal(/Le NCMEC a répondu/.test(await read(thomas, page)), well);
  }
});

test("a schema that changed is said to who must know, and refuses nothing by itself", async () => {
  const fetched = async (): Promise<void> => {
    const calls = tipline.calls.filter((c) => c.path === "/ispws/xsd").length;
    sql(server, "UPDATE tipline_link SET schema_due_at = 0");
    await fill(thomas, "/ncmec", "/ncmec", { what: "try" });
    await until("the schema to be fetched", () => tipline.calls.filter((c) => c.path === "/ispws/xsd").length > calls &&
      count(server, "tipline_link WHERE is_test = 0 AND schema_due_at > 0") === 1);
  };
  const looked = async (): Promise<Answer> => {
    const digest = /name="digest" value="([0-9a-f]{64})"/.exec((await thomas.get("/ncmec")).text)?.[1] ?? "";
    return fill(thomas, "/ncmec", "/ncmec", { what: "known", digest });
  };
  await fetched();
  assert.doesNotMatch(await read(thomas, "/today"), /a changé le format/);
  // What is cut or is no schema is no change.
  for (const fault of ["cut", { status: 500 }] as const) {
    tipline.fail("xsd", fault);
    await fetched();
    assert.match(await read(thomas, "/ncmec"), /n’a pas pu être lu dernièrement/);
    assert.doesNotMatch(await read(thomas, "/today"), /a changé le format/);
  }
  tipline.schema += "\n";
  await fetched();
  assert.match(await read(thomas, "/today"), /a changé le format/);
  assert.match(await read(claire, "/structure"), /a changé le format/);
  assert.doesNotMatch(await read(sami, "/today"), /a changé le format/);
  assert.equal((await looked()).status, 303);
  assert.doesNotMatch(await read(thomas, "/today"), /a changé le format/);
  assert.equal(count(server, "audit WHERE action = 'ncmec-schema'"), 1);
  tipline.schema = schema("escalateToHighPriority");
  await fetched();
  assert.match(await read(thomas, "/ncmec"), /« escalateToHighPriority »/);
  const before = tipline.finished().length;
  await writeAndSend();
  await isTold(before);
  tipline.schema = schema();
  await fetched();
  assert.match(await read(thomas, "/today"), /a changé le format/, "it is not the one that was looked at");
  assert.equal((await looked()).status, 303);
  assert.doesNotMatch(await read(thomas, "/today"), /a changé le format/);
});

test("from where it was sent goes with a report that says so, where it is known", async () => {
  const before = tipline.finished().length;
  assert.equal((await write({ addresses: "1", accounts: "1" })).status, 303);
  assert.equal((await act("send")).status, 303);
  const blind = await isTold(before);
  assert.ok(child(blind.root, "personOrUserReported") !== undefined);
  assert.equal(child(blind.root, "personOrUserReported", "ipCaptureEvent"), undefined, "photos of before addresses were kept");
  // One that sami sends now, and a colleague reports.
  const album = await newAlbum(sami, "Promenade au bord du lac");
  assert.equal((await upload(sami, album, "lac.jpg", scene(3, 7, 640, 480))).status, 200);
  await lookedThrough(server, album);
  await publishNow(sami, album, claire);
  const own = page;
  await fill(nadia, `/report/post/${album}`, `/report/post/${album}`, { category: "mean", words: "À regarder." });
  const mine = sql<{ id: number }>(server, "SELECT max(id) AS id FROM case_file")[0]?.id ?? 0;
  assert.notEqual(mine, file);
  page = `/cases/${mine}/ncmec`;
  assert.equal((await write({ addresses: "1" })).status, 303);
  assert.match(await read(thomas, page), /Envoyé depuis l’adresse internet[\s\S]*127\.0\.0\.1, .*, port \d+/);
  assert.equal((await act("send")).status, 303);
  const told = await isTold(before + 1);
  const event = child(told.root, "personOrUserReported", "ipCaptureEvent");
  assert.equal(textOf(event, "ipAddress"), "127.0.0.1");
  assert.equal(textOf(event, "eventName"), "Upload");
  const at = sql<{ at: number }>(server, `SELECT created_at AS at FROM medium WHERE post = ${album}`)[0]?.at ?? 0;
  assert.equal(Date.parse(textOf(event, "dateTime")), at * 1000);
  assert.ok(Number(textOf(event, "port")) > 1023);
  assert.equal(child(told.root, "personOrUserReported", "espIdentifier"), undefined, "no number unasked");
  page = own;
});

test("what was written for one environment goes to no other, and off is off", async () => {
  assert.equal((await write()).status, 303);
  const calls = tipline.told.length;
  await server.stop();
  server.sets.push("--set", "ncmec=test");
  await server.start();
  assert.equal((await act("send")).status, 409);
  assert.match(await read(thomas, page), /environnement d’essai/);
  await server.stop();
  server.sets.push("--set", "ncmec=off");
  await server.start();
  assert.equal((await thomas.get(page)).status, 404);
  assert.doesNotMatch(await read(thomas, `/cases/${file}`), /NCMEC<\/a>/);
  assert.equal((await thomas.get("/ncmec")).status, 404);
  assert.equal(tipline.told.length, calls);
});
