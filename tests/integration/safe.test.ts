// The evidence safe of a family: what harassment looks like, kept as it came,
// seen by nobody until it is opened to a case, taken along and verified without
// any house.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Client, type Answer } from "../lib/client";
import { plain } from "../lib/consents";
import { until } from "../lib/patience";
import { drawn } from "../lib/pictures";
import { type Server, startServer } from "../lib/server";
import { atRest, count, dataOf, filesBelow, fill, fillFiles, sql } from "../lib/trouble";

const SHOT = drawn(640, 400);

let server: Server;
const people = new Map<string, Client>();
const the = (who: string): Client => {
  const c = people.get(who);
  assert.ok(c !== undefined, who);
  return c;
};
const read = async (who: string, path = "/safe"): Promise<string> => plain((await the(who).get(path)).text);
const post = (who: string, path: string, fields: Record<string, string>, page = "/safe"): Promise<Answer> =>
  fill(the(who), page, path, fields);

before(async () => {
  server = await startServer({ photoPixels: 400 });
  await atRest(server);
  for (const who of ["claire", "thomas", "sami", "jeanne", "nadia", "karim"]) people.set(who, await server.client(who));
});
after(() => server.sweep());

const only = <T>(rows: T[]): T => {
  const [row] = rows;
  assert.ok(row !== undefined);
  return row;
};
const safePost = (): number => only(sql<{ id: number }>(server, "SELECT id FROM post WHERE safe IS NOT NULL")).id;
const shot = (): number => only(sql<{ medium: number }>(server, "SELECT medium FROM safe_entry WHERE kind = 'picture' ORDER BY n LIMIT 1")).medium;

const send = (who: string, bytes: Buffer, fields: Record<string, string>): Promise<Answer> =>
  fillFiles(the(who), "/safe", `/safe/${safePost()}/pictures`, "picture", [{ name: "capture.jpg", bytes, type: "image/jpeg" }], fields);

test("before anything is put in, a page says what belongs there, and whom to call", async () => {
  const page = await read("nadia");
  assert.match(page, /insultes, des menaces/);
  assert.match(page, /rien d’intime d’un mineur/);
  assert.match(page, /3018[\s\S]*119|119[\s\S]*3018/);
  assert.doesNotMatch(page, /Ajouter une capture/);
  assert.equal((await the("sami").get("/safe")).status, 404);
  assert.equal((await post("nadia", "/safe/open", {})).status, 303);
  assert.match(await read("nadia"), /Ajouter une capture/);
});

test("a screenshot is kept as it came, a link is never followed, words are chained", async () => {
  const audited = count(server, "audit");
  assert.equal((await send("nadia", SHOT, { who: "un pseudo", where: "le groupe de la classe" })).status, 303);
  assert.equal((await post("nadia", "/safe/words", { link: "https://reseau.example/p/1", words: "« T’es nul »" })).status, 303);
  await until("the screenshot is ready", async () => (await read("nadia")).includes("Afficher l’image"));
  const page = await read("nadia");
  assert.match(page, /un pseudo/);
  assert.match(page, /https:\/\/reseau\.example\/p\/1/);
  assert.equal((await the("nadia").get(`/safe/picture/${shot()}/1024`)).status, 200);
  assert.equal(count(server, "audit"), audited, "no line of the register tells of a safe");
});

test("nobody else sees any of it, and the other pages know nothing of it", async () => {
  for (const who of ["claire", "thomas", "sami", "jeanne", "karim"]) {
    for (const side of [320, 1024, 2048]) assert.equal((await the(who).get(`/safe/picture/${shot()}/${side}`)).status, 404, who);
    for (const path of [`/m/${shot()}/1024`, `/photo/${shot()}`, `/album/${safePost()}`]) assert.equal((await the(who).get(path)).status, 404, `${who} ${path}`);
  }
  assert.equal((await the("nadia").get(`/m/${shot()}/1024`)).status, 404);
});

/* ---- to take along ---- */

let bundle: Buffer;

function members(zip: Buffer): { name: string; at: number; from: number; end: number }[] {
  const all = [];
  for (let at = 0; zip.readUInt32LE(at) === 0x04034b50;) {
    const name = zip.readUInt16LE(at + 26), from = at + 30 + name + zip.readUInt16LE(at + 28);
    const end = from + zip.readUInt32LE(at + 18);
    all.push({ name: zip.subarray(at + 30, at + 30 + name).toString(), at, from, end });
    at = end;
  }
  return all;
}
function verified(zip: Buffer, ...more: string[]): { status: number; out: string } {
  const file = join(server.folder, "evidence.zip");
  writeFileSync(file, zip);
  const done = server.preau("case", "verify", file, ...more);
  return { status: done.status, out: done.out + done.err };
}

test("what is taken along holds the picture byte for byte and is verified without the house", async () => {
  const answer = await the("nadia").get("/safe/evidence.zip");
  assert.equal(answer.status, 200);
  assert.match(answer.headers["content-disposition"] ?? "", /preuves-\d{4}-\d\d-\d\d\.zip/);
  bundle = answer.body;
  const picture = members(bundle).find((m) => m.name.startsWith("pictures/"));
  assert.ok(picture !== undefined);
  assert.deepEqual(bundle.subarray(picture.from, picture.end), SHOT);
  const key = /[0-9a-f]{64}/.exec(await read("nadia"))?.[0] ?? "";
  const whole = verified(bundle, "--key", key);
  assert.equal(whole.status, 0, whole.out);
  assert.notEqual(verified(bundle, "--key", "0".repeat(64)).status, 0);
  const chain = members(bundle)[0];
  assert.ok(chain !== undefined);
  assert.match(bundle.subarray(chain.from, chain.end).toString(), new RegExp(createHash("sha256").update(SHOT).digest("hex")));
  /* With the simplest tools, too. */
  const out = join(server.folder, "out");
  execFileSync("unzip", ["-q", join(server.folder, "evidence.zip"), "-d", out]);
  execFileSync("sha256sum", ["-c", "--quiet", "SHA256SUMS"], { cwd: out });
  execFileSync("openssl", ["pkeyutl", "-verify", "-pubin", "-inkey", "house.pem", "-rawin", "-in", "chain.json", "-sigfile", "chain.json.sig"], { cwd: out });
  assert.ok(existsSync(join(out, "verify.html")));
  assert.match(readFileSync(join(out, "index.html"), "utf8"), /un pseudo[\s\S]*\.\/pictures\/001\.jpeg/);
});

test("a byte that is altered is found in every member, and the member named", () => {
  for (const m of members(bundle))
    for (const at of [m.at + 14, m.end - 1]) {
      const bad = Buffer.from(bundle);
      bad[at] = (bad[at] ?? 0) ^ 1;
      const r = verified(bad);
      assert.notEqual(r.status, 0, m.name);
      assert.ok(r.out.includes(m.name), `${m.name}: ${r.out}`);
    }
  assert.notEqual(verified(bundle.subarray(0, bundle.length - 1)).status, 0);
});

test("a name that a stranger put into a bundle is nothing that a terminal obeys", () => {
  const name = "\u001b]0;x\u0007.txt";
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(name.length, 26);
  const last = members(bundle).at(-1);
  assert.ok(last !== undefined);
  const r = verified(Buffer.concat([bundle.subarray(0, last.end), head, Buffer.from(name), bundle.subarray(last.end)]));
  assert.notEqual(r.status, 0);
  assert.match(r.out, /\?\]0;x\?\.txt/);
  assert.ok(!r.out.includes("\u001b") && !r.out.includes("\u0007"), JSON.stringify(r.out));
});

/* ---- open to a case ---- */

test("opened to those who look after safety, it is seen by the path of that report and by nobody else", async () => {
  assert.equal((await post("nadia", "/safe/share", { category: "mean", say: "Voyez le coffre.", lead: "" })).status, 303);
  const id = only(sql<{ id: number }>(server, "SELECT max(id) AS id FROM case_file")).id;
  assert.match(await read("claire", `/cases/${id}`), /coffre de preuves qui vous est ouvert/);
  assert.match(await read("claire", `/cases/${id}/safe`), /un pseudo[\s\S]*T’es nul/);
  assert.equal((await the("claire").get(`/safe/picture/${shot()}/1024`)).status, 200);
  for (const who of ["sami", "karim"]) {
    assert.equal((await the(who).get(`/cases/${id}/safe`)).status, 404, who);
    assert.equal((await the(who).get(`/safe/picture/${shot()}/1024`)).status, 404, who);
  }
  /* Whoever looked is written in the case, each thing once a day; a try is not. */
  await the("claire").get(`/cases/${id}/safe`);
  assert.deepEqual(sql(server, `SELECT e.deed, count(*) AS n FROM case_event e JOIN account a ON a.id = e.actor
    WHERE e.case_file = ${id} AND e.deed LIKE 'safe-%' AND a.role = 'director' GROUP BY e.deed ORDER BY e.deed`), [{ deed: "safe-read", n: 1 }, { deed: "safe-seen", n: 1 }]);
  assert.equal(count(server, `case_event WHERE deed LIKE 'safe-%' AND actor IN (SELECT id FROM account WHERE role = 'animateur')`), 0);
  assert.match(await read("claire", `/cases/${id}`), /a lu le coffre de preuves[\s\S]*a ouvert une image du coffre/);
  /* What happened in the case is taken along the same way. */
  const story = await the("claire").get(`/cases/${id}/story.zip`);
  assert.equal(story.status, 200);
  const r = verified(story.body);
  assert.equal(r.status, 0, r.out);
  assert.doesNotMatch(story.body.toString("latin1"), /pictures\//);

  assert.match(await read("nadia"), /en cours d’examen/);
  const share = only(sql<{ id: number }>(server, "SELECT id FROM safe_share WHERE ended_at IS NULL")).id;
  assert.equal((await post("nadia", `/safe/close/${share}`, {})).status, 303);
  assert.equal((await the("claire").get(`/safe/picture/${shot()}/1024`)).status, 404);
  assert.equal((await the("claire").get(`/cases/${id}/safe`)).status, 404);
});

test("a picture that was taken back is closed to those who handle the report at their next request", async () => {
  assert.equal((await post("karim", "/safe/open", {})).status, 303);
  const own = only(sql<{ id: number }>(server, "SELECT id FROM post WHERE safe = 2")).id;
  assert.equal((await fillFiles(the("karim"), "/safe", `/safe/${own}/pictures`, "picture",
    [{ name: "capture.jpg", bytes: drawn(320, 200), type: "image/jpeg" }], {})).status, 303);
  await until("the screenshot is ready", async () => (await read("karim")).includes("Afficher l’image"));
  const medium = only(sql<{ medium: number }>(server, "SELECT medium FROM safe_entry WHERE safe = 2 AND kind = 'picture'")).medium;
  assert.equal((await post("karim", "/safe/share", { category: "mean", say: "", lead: "" })).status, 303);
  const at = `/safe/picture/${medium}/1024`;
  const kept = await the("thomas").get(at);
  assert.equal(kept.status, 200);
  assert.equal((await post("karim", "/safe/entry/1", { what: "withdraw" })).status, 303);
  for (const side of [320, 1024, 2048]) assert.equal((await the("thomas").get(`/safe/picture/${medium}/${side}`)).status, 404);
  assert.equal((await the("thomas").get(at, { "If-None-Match": kept.headers.etag ?? "" })).status, 404);
  assert.equal((await the("karim").get(at)).status, 200, "its family still has it");
});

test("a family that leaves is told what stays, and what it opened stays as long as the case", async () => {
  const id = only(sql<{ id: number }>(server, "SELECT max(id) AS id FROM case_file")).id;
  assert.equal((await post("karim", "/safe/words", { words: "Pour le dossier" })).status, 303);
  for (const path of ["/rights/ask/erase", "/safe"]) assert.match(await read("karim", path), /reste (tant que le signalement est examiné|jusqu’à la décision)/, path);
  assert.doesNotMatch(await read("karim", "/rights/ask/see"), /coffre/);
  assert.equal((await fill(the("karim"), "/rights/ask/erase", "/rights/ask/erase", { words: "Nous partons, effacez tout." })).status, 303);
  const claim = only(sql<{ id: number }>(server, "SELECT max(id) AS id FROM claim")).id;
  const medium = only(sql<{ medium: number }>(server, "SELECT medium FROM safe_entry WHERE safe = 2 AND kind = 'picture'")).medium;
  const files = sql<{ name: string }>(server, `SELECT name FROM blob WHERE medium = ${medium}`).map((b) => b.name);
  assert.ok(files.length > 0);
  assert.equal((await fill(the("claire"), `/claims/${claim}`, `/claims/${claim}/erase`, {})).status, 303);
  assert.match(await read("thomas", `/cases/${id}/safe`), /Cette famille est partie[\s\S]*Pour le dossier/);
  // What was taken back was open to nobody: keys and files are gone.
  assert.equal(count(server, `blob WHERE medium = ${medium} AND key_wrapped IS NOT NULL`), 0);
  assert.deepEqual(filesBelow(dataOf(server)).filter((f) => files.some((n) => f.includes(n))), []);
  // Decided, it ends with the next round of the jobs.
  assert.equal((await fill(the("thomas"), `/cases/${id}`, `/cases/${id}`, { what: "decide", outcome: "measures", words: "Vu avec la famille." })).status, 303);
  await server.stop();
  await server.start();
  await until("the safe to end", () => count(server, "safe WHERE id = 2 AND key_wrapped IS NULL") === 1);
  assert.equal(server.preau("case", "verify").status, 0);
});

test("withdrawn stays written, destroyed is gone, and emptied is gone for good", async () => {
  const medium = shot();
  assert.equal((await post("nadia", "/safe/entry/2", { what: "withdraw" })).status, 303);
  assert.match(await read("nadia"), /L’élément 2 a été retiré/);
  assert.equal((await post("nadia", "/safe/entry/1", { what: "destroy" })).status, 303);
  assert.equal((await the("nadia").get(`/safe/picture/${medium}/1024`)).status, 404);
  const left = await the("nadia").get("/safe/evidence.zip");
  assert.equal(verified(left.body).status, 0);
  assert.ok(!members(left.body).some((m) => m.name.startsWith("pictures/")));
  assert.equal((await post("nadia", "/safe/empty", {})).status, 303);
  assert.equal(count(server, "safe WHERE key_wrapped IS NOT NULL"), 1, "not without the box");
  assert.equal((await post("nadia", "/safe/empty", { sure: "1" })).status, 303);
  assert.equal(count(server, "safe WHERE key_wrapped IS NOT NULL"), 0);
  assert.equal(count(server, "safe_entry WHERE line_enc IS NOT NULL"), 0);
  assert.match(readFileSync(join(server.folder, "erasures.log"), "utf8"), / safe 1 [0-9a-f]{32} /);
  const check = server.preau("--json", "check", "--deep");
  assert.equal(check.status, 0, check.out);
});
