// The picture of a signed paper: who sees it and who does not, wherever one
// asks; what proves it; that it goes with the child.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";

import { Client, type Answer } from "../lib/client";
import { plain } from "../lib/consents";
import { essence } from "../lib/nothing";
import { asFormat, drawn } from "../lib/pictures";
import { type Server, startServer } from "../lib/server";
import { atRest, check, count, dataOf, fill, fillFiles, filesBelow, newAlbum, settled, sql } from "../lib/trouble";

const TOM = 2; // of the demonstration: Nadia's and Karim's
let server: Server;
const people = new Map<string, Client>();
const sent: Record<string, Buffer> = {};
let post = 0;
let scans: number[] = [];

const the = (who: string): Client => {
  const c = people.get(who);
  assert.ok(c !== undefined, who);
  return c;
};
const read = async (who: string, path: string): Promise<string> => plain((await the(who).get(path)).text);
const at = `/roster/child/${TOM}/consents`;
const digest = (b: Buffer): string => createHash("sha256").update(b).digest("hex");
const today = new Date().toISOString().slice(0, 10);

// A sheet that this person signed, entered by the director; its post.
async function sheet(who: string, question: string): Promise<number> {
  const page = await read("claire", at);
  const signer = who === "" ? "0" : new RegExp(`<option value="(\\d+)">${who}`).exec(page)?.[1] ?? "";
  const sami = /<option value="(\d+)">Sami Benali/.exec(page)?.[1] ?? "";
  const done = await fill(the("claire"), at, `${at}/paper`, { who: signer, question, answer: "yes", signed: today, witness: sami });
  assert.equal(done.status, 303, done.text);
  return sql<{ id: number }>(server, "SELECT max(id) AS id FROM post WHERE paper IS NOT NULL")[0]?.id ?? 0;
}

// A number of as many digits that nobody was given.
const far = (table: string, id: number): number => {
  let ret = Number("9".repeat(String(id).length));
  while (count(server, `${table} WHERE id = ${ret}`) > 0) ret--;
  assert.ok(ret > 0 && String(ret).length === String(id).length);
  return ret;
};

const send = (who: string, id: number, files: { name: string; bytes: Buffer; type: string }[]): Promise<Answer> =>
  fillFiles(the(who), `/paper/${id}`, `/paper/${id}/scans`, "scan", files);
const scansOf = (id: number, state = "ready"): number[] =>
  sql<{ id: number }>(server, `SELECT id FROM medium WHERE post = ${id} AND state = '${state}' ORDER BY id`).map((m) => m.id);

before(async () => {
  server = await startServer();
  for (const who of ["claire", "sami", "jeanne", "nadia", "karim", "monique", "anne", "sarah"]) people.set(who, await server.client(who));
  people.set("nobody", new Client(server.url));
  // Of two digits, so that there are numbers as long that nobody was given.
  while (count(server, "post") < 10) await newAlbum(the("sami"), "Autre chose");
});
after(() => server.sweep());

test("the director adds photographs of a sheet, and a PDF is refused in plain words", async () => {
  post = await sheet("Karim Haddad", "2-3");
  assert.equal(await sheet("Karim Haddad", "5-3"), post, "two answers of one sheet");
  assert.match(await read("claire", at), new RegExp(`href="/paper/${post}"[\\s\\S]*?Karim Haddad[\\s\\S]*?pas encore d’image`));
  sent["jpg"] = drawn(900, 1200);
  sent["png"] = asFormat(drawn(600, 800), "png");
  sent["heic"] = asFormat(drawn(640, 480), "heic");
  const files = Object.entries(sent).map(([end, bytes]) => ({ name: `feuille.${end}`, bytes, type: "application/octet-stream" }));
  assert.equal((await send("claire", post, files)).status, 303);
  assert.equal((await send("claire", post, [{ name: "feuille.pdf", bytes: Buffer.from("%PDF-1.4\n%%EOF\n".padEnd(400, " ")), type: "application/pdf" }])).status, 303);
  await settled(server);
  scans = scansOf(post);
  assert.equal(scans.length, 3);
  const page = await read("claire", `/paper/${post}`);
  assert.match(page, /Un PDF ne peut pas encore être joint : photographiez chaque page/);
  assert.match(page, /Signé par Karim Haddad le [^<]*, vu aussi par Sami Benali/);
  const [refused] = scansOf(post, "refused");
  assert.equal((await fill(the("claire"), `/paper/${post}`, `/paper/${post}/scans/${refused}/remove`)).status, 303);
  assert.doesNotMatch(await read("claire", `/paper/${post}`), /photographiez chaque page, ou/);
});

test("who signed, the director and the witness see it, and the looks of the team are written down", async () => {
  const looks = (): { actor: number }[] => sql(server, `SELECT actor FROM audit WHERE action = 'paper-viewed' AND child = ${TOM} ORDER BY id`);
  assert.deepEqual(looks(), []);
  for (const who of ["karim", "claire", "sami"]) {
    assert.equal((await the(who).get(`/paper/${post}`)).status, 200, who);
    for (const size of [1024, 2048]) {
      const picture = await the(who).get(`/paper/scan/${scans[0]}/${size}`);
      assert.equal(picture.status, 200, who);
      assert.equal(picture.headers["content-type"], "image/jpeg");
      assert.equal(picture.body.subarray(0, 2).toString("hex"), "ffd8");
    }
  }
  assert.equal(looks().length, 4);
  assert.equal(new Set(looks().map((l) => l.actor)).size, 2);
  assert.match(await read("nadia", `/child/${TOM}/looked`), /Sami Benali a regardé l’image d’un papier signé/);
  assert.match(await read("sami", "/second"), new RegExp(`href="/paper/${post}"`));
  assert.match(await read("karim", `/consent/${TOM}/proofs`), new RegExp(`href="/paper/${post}"`));
});

test("nobody else sees it: the answer is that of a number that nobody was given", async () => {
  for (const who of ["nadia", "monique", "anne", "sarah", "jeanne", "nobody"])
    for (const [path, nothing] of [[`/paper/${post}`, `/paper/${far("post", post)}`],
      ...scans.flatMap((s) => [1024, 2048, 320, 0].map((n) => [`/paper/scan/${s}/${n}`, `/paper/scan/${far("medium", s)}/${n}`]))] as [string, string][]) {
      const c = the(who);
      assert.deepEqual(essence(await c.get(path), path), essence(await c.get(nothing), nothing), `${who} ${path}`);
    }
  assert.doesNotMatch(await read("nadia", `/consent/${TOM}/proofs`), new RegExp(`/paper/|${digest(sent["jpg"] ?? Buffer.of())}`));
  assert.doesNotMatch(await read("jeanne", "/second"), /\/paper\//);
});

test("no page of photos gives it, to anybody", async () => {
  const paths = [`/album/${post}`, ...["", "/text", "/arrange", "/send", "/faces", "/status", "/done"].map((end) => `/publish/${post}${end}`),
    ...scans.flatMap((s) => [`/album/${post}/photo/${s}`, `/album/${post}/photo/${s}/mask`, `/publish/${post}/faces/${s}`,
      ...["320", "1024", "2048", "download", "original"].map((n) => `/m/${s}/${n}`)])];
  for (const who of people.keys())
    for (const path of paths) {
      const got = await the(who).get(path);
      assert.notEqual(got.status, 200, `${who} ${path}`);
      assert.notEqual(got.headers["content-type"], "image/jpeg", `${who} ${path}`);
    }
});

test("no list, feed, memory box or trace holds it", async () => {
  const pages: [string, string[]][] = [["karim", ["/", `/?child=${TOM}`, `/memories/${TOM}`, "/rights"]],
    ["claire", ["/today", "/structure", "/traces", "/publish", "/register"]], ["sami", ["/today", "/publish", "/roster"]]];
  for (const [who, paths] of pages)
    for (const path of paths) {
      const got = await the(who).get(path);
      assert.equal(got.status, 200, `${who} ${path}`);
      for (const trail of [`/album/${post}"`, `/publish/${post}"`, `value="${post}">Un papier`, ...scans.map((s) => `/m/${s}/`)])
        assert.ok(!got.text.includes(trail), `${who} ${path} ${trail}`);
    }
  await atRest(server);
  assert.equal(count(server, `medium WHERE id IN (${scans.join()}) AND looked_at IS NOT NULL`), 0, "no face is looked for");
  assert.equal(count(server, `region WHERE medium IN (${scans.join()})`), 0);
  assert.ok(count(server, `medium_hash WHERE medium IN (${scans.join()})`) >= 6, "what is known is asked about it");
  assert.throws(() => sql(server, `UPDATE post SET state = 'published', publish_at = 1 WHERE id = ${post}`), /a paper is no album/);
});

test("only a director adds to it or takes away", async () => {
  const more = [{ name: "autre.jpg", bytes: drawn(320, 240), type: "image/jpeg" }];
  for (const who of ["sami", "karim", "nadia"]) {
    const form = await the(who).token("/account");
    const done = await fillFiles(the(who), "/account", `/paper/${post}/scans`, "scan", more, { form }).catch(() => undefined);
    assert.notEqual(done?.status, 303, who);
    const gone = await the(who).post(`/paper/${post}/scans/${scans[0]}/remove`, { form: await the(who).token("/account") });
    assert.equal(gone.status, 404, who);
    assert.doesNotMatch(await read(who, who === "nadia" ? "/" : `/paper/${post}`), /name="scan"/);
  }
  await settled(server);
  assert.deepEqual(scansOf(post), scans);
  const album = await fill(the("claire"), `/paper/${post}`, `/paper/${post}/scans/15/remove`).catch(() => undefined);
  assert.notEqual(album?.status, 303, "a photo of an album is not taken away from here");
  assert.equal(count(server, "medium WHERE id = 15 AND state = 'ready'"), 1);
});

test("the proof names the digest of each file that was sent", async () => {
  const out = server.preau("consent", "export", "--child", String(TOM));
  assert.equal(out.status, 0, out.err);
  const proof = JSON.parse(out.out) as { events: { method: string; guardian_name: string; scans_sha256: string[] }[] };
  const papers = proof.events.filter((e) => e.method === "paper");
  assert.equal(papers.length, 2);
  for (const e of papers) assert.deepEqual(e.scans_sha256, ["jpg", "png", "heic"].map((f) => digest(sent[f] ?? Buffer.of())));
  for (const e of proof.events.filter((v) => v.method !== "paper")) assert.deepEqual(e.scans_sha256, []);
  const page = await read("claire", `${at}/proofs`);
  for (const f of ["jpg", "png", "heic"]) assert.ok(page.includes(digest(sent[f] ?? Buffer.of())), f);
});

test("a sheet that the child signed is the team's alone", async () => {
  const own = await sheet("", "2-3");
  assert.notEqual(own, post);
  assert.equal((await send("claire", own, [{ name: "x.jpg", bytes: drawn(500, 400), type: "image/jpeg" }])).status, 303);
  await settled(server);
  const [scan] = scansOf(own);
  for (const who of ["nadia", "karim"]) assert.equal((await the(who).get(`/paper/scan/${scan}/1024`)).status, 404, who);
  for (const who of ["claire", "sami"]) assert.equal((await the(who).get(`/paper/scan/${scan}/1024`)).status, 200, who);
});

test("a backup holds it, nothing is missing, and it is erased with the child", async () => {
  const names = (): string[] => sql<{ name: string }>(server,
    `SELECT b.name FROM blob b JOIN medium m ON m.id = b.medium WHERE m.post = ${post} ORDER BY b.id`).map((b) => b.name);
  const held = names();
  assert.equal(held.length, 12);
  assert.equal(check(server).open, 0);
  const out = join(server.folder, "copies");
  mkdirSync(out, { mode: 0o700 });
  const made = server.preau("--json", "backup", out);
  assert.equal(made.status, 0, made.out + made.err);
  const said = JSON.parse(made.out) as { name: string; missing: number };
  assert.equal(said.missing, 0);
  const copied = filesBelow(join(out, said.name)).map((file) => basename(file));
  for (const name of held) assert.ok(copied.includes(name), name);
  const erase = `/roster/child/${TOM}/erase`;
  assert.equal((await fill(the("claire"), erase, erase, { sure: "1" })).status, 303);
  for (const who of ["claire", "sami", "karim"])
    for (const s of scans) assert.equal((await the(who).get(`/paper/scan/${s}/1024`)).status, 404, `${who} ${s}`);
  assert.equal(count(server, `blob b JOIN medium m ON m.id = b.medium WHERE m.post = ${post} AND b.key_wrapped IS NOT NULL`), 0);
  const left = filesBelow(join(dataOf(server), "blobs")).map((file) => basename(file));
  for (const name of held) assert.ok(!left.includes(name), name);
  assert.equal(count(server, `medium_hash WHERE medium IN (${scans.join()})`), 0);
  assert.equal(check(server).open, 0);
});
