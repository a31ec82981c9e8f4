// What was done is written; what was written cannot be changed unseen; a
// family reads who opened what concerns its child.
import assert from "node:assert/strict";
import { copyFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Client } from "../lib/client";
import { drawn } from "../lib/pictures";
import { startServer, type Server } from "../lib/server";
import { count, dataOf, fill, lookedThrough, newAlbum, publishNow, sql, until, upload } from "../lib/trouble";

interface Entry { id: number; name: string; action: string; subject_kind: string; subject: number; child: number; group: number }

let server: Server;
let album = 0;
let photo = 0;

before(async () => {
  server = await startServer();
});
after(() => server.sweep());

function shown(): Entry[] {
  const done = server.preau("--json", "audit", "show", "--last", "400");
  assert.equal(done.status, 0, done.err);
  return JSON.parse(done.out) as Entry[];
}

function verified(): { status: number; first_bad: number; cut_off: boolean; out: string } {
  const done = server.preau("--json", "audit", "verify");
  const [r] = JSON.parse(done.out.split("\n")[0] ?? "[]") as { first_bad: number; cut_off: boolean }[];
  return { status: done.status, first_bad: r?.first_bad ?? 0, cut_off: r?.cut_off ?? false, out: done.out };
}

test("sign-ins, failures, views, publications, rights and downloads are all written", async () => {
  const from = Math.max(...shown().map((e) => e.id));
  const sami = await server.client("sami");
  await fill(new Client(server.url), "/sign-in", "/sign-in", { login: "nadia", pass: "pas la bonne phrase" });
  album = await newAlbum(sami, "À lire");
  assert.equal((await upload(sami, album, "a.jpg", drawn())).state, "queued");
  await lookedThrough(server, album);
  photo = sql<{ id: number }>(server, `SELECT id FROM medium WHERE post = ${album}`)[0]?.id ?? 0;
  await publishNow(sami, album);
  await sami.get(`/album/${album}`);
  assert.equal((await sami.get(`/m/${photo}/1024`)).status, 200);
  const child = sql<{ child: number }>(server, `SELECT child FROM enrolment e JOIN staff_group s USING (activity_group)
    JOIN post p ON p.id = ${album} AND p.author = s.account ORDER BY child LIMIT 1`)[0]?.child ?? 0;
  assert.equal((await sami.get(`/roster/child/${child}`)).status, 200);

  const nadia = await server.client("nadia");
  assert.equal((await nadia.get(`/m/${photo}/download`)).status, 200);

  const claire = await server.client("claire");
  const page = (await claire.get(`/roster/child/${child}`)).text;
  const order = Array.from(page.matchAll(/action="(\/roster\/child\/\d+\/adult\/\d+\/no-contact)"/g), (m) => m[1] ?? "").at(-1) ?? "";
  assert.equal((await fill(claire, `/roster/child/${child}`, order)).status, 303);
  const waiting = sql<{ id: number }>(server, "SELECT id FROM account WHERE kind = 'relative' OR kind = 'guardian' ORDER BY id DESC LIMIT 1")[0]?.id;
  assert.equal((await fill(claire, "/structure/people", `/structure/account/${waiting}/suspend`)).status, 303);
  await sami.signOut();

  const said = shown().filter((e) => e.id > from);
  const has = (action: string, who: RegExp, more: Partial<Entry> = {}): void => assert.ok(
    said.some((e) => e.action === action && who.test(e.name) && Object.entries(more).every(([k, v]) => e[k as keyof Entry] === v)),
    `${action} by ${who.source} ${JSON.stringify(more)}\n${said.map((e) => `${e.action} ${e.name} ${e.subject_kind} ${e.subject} ${e.child} ${e.group}`).join("\n")}`);
  has("sign-in", /Sami/);
  has("sign-in-failed", /^$/);
  has("sign-in", /Nadia/);
  has("medium-uploaded", /Sami/, { subject: photo });
  has("post-published", /Sami/, { subject: album });
  has("medium-viewed", /Sami/, { subject: photo });
  has("child-viewed", /Sami/, { child });
  has("medium-downloaded", /Nadia/, { subject: photo });
  has("authority-changed", /Claire/, { child });
  has("account-suspended", /Claire/, { subject: waiting });
  has("sign-out", /Sami/);
  assert.deepEqual(said.map((e) => e.id), Array.from(said, (_, i) => (said[0]?.id ?? 0) + i), "without a gap");
  assert.equal(verified().status, 0);
});

test("what a family does is not told to other families, and no name stands in the register itself", () => {
  const raw = sql<{ detail: string; subject_kind: string; action: string }>(server, "SELECT detail, subject_kind, action FROM audit");
  const words = JSON.stringify(raw);
  for (const name of ["Sami", "Nadia", "Haddad", "Léa", "À lire"]) assert.ok(!words.includes(name), name);
});

test("a family reads who of the team opened what concerns its child", async () => {
  const nadia = await server.client("nadia");
  const rights = (await nadia.get("/rights")).text;
  const pages = Array.from(rights.matchAll(/href="(\/child\/\d+\/looked)"/g), (m) => m[1] ?? "");
  assert.ok(pages.length >= 2, rights);
  const said = (await Promise.all(pages.map((p) => nadia.get(p)))).map((a) => a.text).join("\n");
  assert.match(said, /Sami Benali/);
  assert.match(said, /photo/);
  for (const other of ["Karim", "Anne Lefèvre", "Monique"]) assert.ok(!said.includes(other), other);
  const anne = await server.client("anne");
  assert.equal((await anne.get(pages[0] ?? "")).status, 404, "another family’s child");
});

test("an original is given to the team alone, for a purpose that is written", async () => {
  const path = `/m/${photo}/original`;
  const given = (): { detail: string }[] => sql(server, `SELECT DISTINCT detail FROM audit WHERE action = 'medium-downloaded' AND subject = ${photo} AND detail LIKE 'original%'`);
  const sami = await server.client("sami");
  const asked = await sami.get(path);
  assert.equal(asked.status, 200);
  assert.match(String(asked.headers["content-type"]), /text\/html/);
  for (const purpose of ["", "curiosity"]) {
    const a = await fill(sami, path, path, { purpose });
    assert.equal(a.status, 422, purpose);
    assert.match(String(a.headers["content-type"]), /text\/html/);
  }
  assert.deepEqual(given(), []);
  const got = await fill(sami, path, path, { purpose: "print" });
  assert.equal(got.status, 200);
  assert.equal(got.headers["content-type"], "image/jpeg");
  assert.deepEqual(given(), [{ detail: "original print" }]);
  const nadia = await server.client("nadia");
  const looked = /href="(\/child\/\d+\/looked)"/.exec((await nadia.get("/rights")).text)?.[1] ?? "";
  assert.match((await nadia.get(looked)).text, /Sami Benali a pris l’original de la photo\. Motif[^<]*L’imprimer pour la structure/);
  assert.equal((await nadia.get(path)).status, 404);
  assert.equal((await nadia.post(path, { form: await nadia.token("/account"), purpose: "print" })).status, 404);
});

// Every column of one entry in the middle, changed and put back.
test("any field that is altered is found, and its entry named", async () => {
  const columns = Object.keys(sql(server, "SELECT * FROM audit LIMIT 1")[0] ?? {}).filter((c) => c !== "id");
  assert.ok(columns.length >= 9);
  await server.stop();
  const entry = sql<{ id: number }>(server, `SELECT id FROM audit WHERE action = 'medium-viewed' ORDER BY id DESC LIMIT 1`)[0]?.id ?? 0;
  const db = join(dataOf(server), "preau.db");
  copyFileSync(db, `${db}.kept`);
  const restore = (): void => {
    for (const end of ["-wal", "-shm"]) rmSync(db + end, { force: true });
    copyFileSync(`${db}.kept`, db);
  };
  for (const c of columns) {
    const value = c === "hash" ? "zeroblob(32)" : ["action", "subject_kind", "detail"].includes(c) ? `${c} || 'x'` : `${c} + 1`;
    sql(server, `UPDATE audit SET ${c} = ${value} WHERE id = ${entry}`);
    const v = verified();
    // An entry that was moved to another organisation is missed where it was.
    if (c === "organisation") assert.ok(v.status === 70 && v.first_bad === entry + 1, `${c}: ${v.status} ${v.out}`);
    else assert.deepEqual([c, v.status, v.first_bad], [c, 70, entry]);
    restore();
  }
  sql(server, `DELETE FROM audit WHERE id = ${entry}`);
  assert.deepEqual([verified().status, verified().first_bad], [70, entry + 1], "one that was removed");
  restore();
  sql(server, `UPDATE audit SET id = id + 100000 WHERE id = ${entry}; `);
  assert.equal(verified().status, 70, "one that was moved");
  restore();
  sql(server, `UPDATE audit SET actor = (SELECT actor FROM audit WHERE id = ${entry - 1}) + 7 WHERE id = ${entry};
    UPDATE audit SET actor = actor + 7 WHERE id = ${entry + 1}`);
  assert.equal(verified().first_bad, entry, "the first of two");
  restore();
  assert.equal(verified().status, 0, "as it was");
  await server.start();
});

test("an end that was cut off is found, also while the server runs and goes on writing", async () => {
  const head = join(dataOf(server), "audit.head");
  await server.client("anne");
  await until("the head to follow", () => {
    const last = sql<{ h: string }>(server, "SELECT lower(hex(hash)) AS h FROM audit ORDER BY id DESC LIMIT 1")[0]?.h ?? "?";
    return readFileSync(head, "utf8").includes(last);
  });
  sql(server, "DELETE FROM audit WHERE id > (SELECT max(id) - 3 FROM audit)");
  await server.client("sarah"); // new entries in the place of the old
  await new Promise((done) => setTimeout(done, 2500));
  const v = verified();
  assert.equal(v.status, 70, v.out);
  assert.ok(v.cut_off || v.first_bad > 0, v.out);
  const found = server.preau("--json", "check").out;
  assert.match(found, /audit-cut|audit-altered/);
  assert.ok(count(server, "audit") > 0);
  assert.equal((await new Client(server.url).get("/sign-in")).status, 200, "the service goes on");
});
