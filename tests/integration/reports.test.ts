// Something is wrong: told by families, the team and strangers, read by those
// to whom the path leads and by nobody else, answered, looked at again.
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Client, type Answer } from "../lib/client";
import { readBook } from "../lib/books";
import { plain } from "../lib/consents";
import { atNoon } from "../lib/noon";
import { until } from "../lib/patience";
import { type Server, startServer } from "../lib/server";
import { atRest, count, dataOf, fill, sql } from "../lib/trouble";

let server: Server;
const people = new Map<string, Client>();

const the = (who: string): Client => {
  const c = people.get(who);
  assert.ok(c !== undefined, who);
  return c;
};
const read = async (who: string, path: string): Promise<string> => plain((await the(who).get(path)).text);
const report = (who: string, fields: Record<string, string>): Promise<Answer> =>
  fill(the(who), "/report", "/report", { category: "team", words: "Le portail reste ouvert.", ...fields });
const newest = (): number => sql<{ id: number }>(server, "SELECT max(id) AS id FROM case_file")[0]?.id ?? 0;
const act = (who: string, id: number, fields: Record<string, string>): Promise<Answer> =>
  fill(the(who), `/cases/${id}`, `/cases/${id}`, fields);
const codeOf = (page: Answer): string => /<code class="hash">([0-9A-Z-]+)</.exec(page.text)?.[1] ?? "";

before(async () => {
  server = await startServer({ photoPixels: 400 });
  await atRest(server);
  for (const who of ["claire", "thomas", "sami", "jeanne", "nadia", "karim"]) people.set(who, await server.client(who));
  people.set("nobody", new Client(server.url));
});
after(() => server.sweep());

test("numbers to call stand before anything else, for whoever is signed in or not", async () => {
  for (const who of ["nobody", "nadia", "sami"]) {
    const page = await read(who, "/report");
    assert.ok(page.indexOf('href="tel:119"') > 0 && page.indexOf('href="tel:119"') < page.indexOf("<form"));
  }
});

test("a mother reports how the place is run: the lead reads it and the director stands in", async () => {
  const done = await report("nadia", {});
  assert.equal(done.status, 200);
  assert.equal(codeOf(done), "");
  const id = newest();
  for (const who of ["thomas", "claire"]) {
    assert.match(await read(who, `/cases/${id}`), /Le portail reste ouvert\.[\s\S]*Nadia Haddad|Nadia Haddad[\s\S]*Le portail reste ouvert\./);
    assert.match(await read(who, "/cases"), new RegExp(`href="/cases/${id}"`));
  }
  for (const who of ["sami", "jeanne", "nadia", "karim"])
    assert.equal((await the(who).get(`/cases/${id}`)).status, 404, who);
  assert.equal((await the("jeanne").get("/cases")).status, 404);
  assert.match(await read("nadia", "/report/mine"), /reçu/);
  assert.doesNotMatch(await read("karim", "/report/mine"), /La façon/);
});

test("what is about who directs leaves no trace where who directs could read one", async () => {
  const before = count(server, "audit");
  const pages = ["/", "/structure", "/register", "/cases"];
  const was = await Promise.all(pages.map((p) => read("claire", p)));
  const done = await report("karim", { director: "1", words: "Elle a crié sur un enfant." });
  assert.match(plain(done.text), /tant que quelqu’un de l’extérieur n’est pas désigné/);
  const id = newest();
  for (const who of ["claire", "thomas", "sami"]) assert.equal((await the(who).get(`/cases/${id}`)).status, 404, who);
  const same = (s: string): string => s.replace(/name="form" value="[^"]*"/g, "");
  for (const [i, p] of pages.entries()) assert.equal(same(await read("claire", p)), same(was[i] ?? ""), p);
  assert.equal(count(server, "audit"), before);
});

test("a stranger gets a code, reads the answer with it and adds something", async () => {
  const done = await report("nobody", { category: "worry", words: "Un enfant pleure le matin.", contact: "06 00 00 00 00" });
  const code = codeOf(done);
  assert.match(code, /^([0-9A-Z]{4}-){4}[0-9A-Z]{4}$/);
  const id = newest();
  assert.match(await read("thomas", `/cases/${id}`), /Quelqu’un sans compte[\s\S]*06 00 00 00 00/);
  assert.equal((await act("thomas", id, { what: "take" })).status, 303);
  assert.equal((await act("thomas", id, { what: "ask", words: "Quel jour ?" })).status, 303);
  assert.equal((await act("thomas", id, { what: "note", words: "Voir avec Jeanne." })).status, 303);
  const seen = await fill(the("nobody"), "/report/receipt", "/report/receipt", { code: code.toLowerCase().replaceAll("-", " ") });
  assert.match(plain(seen.text), /Quel jour \?/);
  assert.doesNotMatch(plain(seen.text), /Jeanne|Thomas/);
  const more = await fill(the("nobody"), "/report/receipt", "/report/receipt", { code, what: "add", words: "Lundi." });
  assert.match(plain(more.text), /Lundi\./);
  assert.match(await read("thomas", `/cases/${id}`), /Lundi\./);
  const wrong = await fill(the("nobody"), "/report/receipt", "/report/receipt", { code: "0000-0000-0000-0000-0000" });
  assert.equal(wrong.status, 422);
  assert.match(plain(wrong.text), /pas connu/);
});

test("who does not wish to be known is not: in the page, in the rows", async () => {
  const done = await report("nadia", { unsaid: "1", words: "Je préfère ne pas le dire." });
  assert.notEqual(codeOf(done), "");
  const page = await read("thomas", `/cases/${newest()}`);
  assert.match(page, /Quelqu’un qui n’a pas souhaité être connu/);
  assert.doesNotMatch(page, /Nadia/);
  assert.deepEqual(sql(server, `SELECT reporter FROM report WHERE case_file = ${newest()}`), [{ reporter: null }]);
});

test("a decision needs words and an outcome; a second look is another person's", async () => {
  await report("nadia", { words: "Encore le portail." });
  const id = newest();
  const mine = sql<{ id: number }>(server, "SELECT max(id) AS id FROM report")[0]?.id ?? 0;
  assert.equal((await act("thomas", id, { what: "decide", words: "Vu." })).status, 422);
  assert.equal((await act("thomas", id, { what: "decide", outcome: "unfounded", words: "" })).status, 422);
  assert.equal((await act("thomas", id, { what: "decide", outcome: "unfounded", words: "Le portail était fermé." })).status, 303);
  assert.match(await read("nadia", `/report/${mine}`), /Le portail était fermé\./);
  assert.equal((await fill(the("nadia"), `/report/${mine}`, `/report/${mine}`, { what: "again", words: "Non, mardi." })).status, 303);
  assert.doesNotMatch(await read("thomas", `/cases/${id}`), /value="again"/);
  assert.equal((await act("claire", id, { what: "again", outcome: "measures", words: "La serrure est changée." })).status, 303);
  assert.match(await read("nadia", `/report/${mine}`), /la structure a agi/);
});

test("one who is named loses the case at the next request", async () => {
  await report("nadia", { words: "Quelqu’un a menti." });
  const id = newest();
  const claire = sql<{ id: number }>(server, "SELECT id FROM account WHERE role = 'director' AND kind = 'staff' ORDER BY id")[0]?.id ?? 0;
  assert.equal((await the("claire").get(`/cases/${id}`)).status, 200);
  assert.equal((await act("thomas", id, { what: "name", account: String(claire) })).status, 303);
  assert.equal((await the("claire").get(`/cases/${id}`)).status, 404);
});

interface Photo { id: number; post: number }
// Of the albums that nadia sees, with a picture of her own to it.
async function photoOf(who: string, but: number[] = []): Promise<Photo> {
  for (const m of sql<Photo>(server, "SELECT id, post FROM medium WHERE kind = 'photo' AND state = 'ready' ORDER BY id"))
    if (!but.includes(m.id) && (await the(who).get(`/m/${m.id}/320`)).status === 200) return m;
  throw new Error("no photo");
}

test("two taps from a photo: it is hidden from everybody at once, and comes back when that was wrong", async () => {
  const m = await photoOf("nadia");
  const page = await read("nadia", `/album/${m.post}/photo/${m.id}`);
  assert.match(page, new RegExp(`href="/report/photo/${m.id}">Signaler`));
  const photos = sql(server, `SELECT photos FROM post WHERE id = ${m.post}`);
  const done = await fill(the("nadia"), `/report/photo/${m.id}`, `/report/photo/${m.id}`, { category: "picture" });
  assert.equal(done.status, 200, done.text + server.log);
  const id = newest();
  for (const who of ["nadia", "karim", "sami", "jeanne", "claire", "thomas"])
    for (const side of [320, 1024]) assert.equal((await the(who).get(`/m/${m.id}/${side}`)).status, 404, `${who} ${side}`);
  assert.notDeepEqual(sql(server, `SELECT photos FROM post WHERE id = ${m.post}`), photos);
  assert.match(await read("thomas", `/cases/${id}`), /Caché à tous/);
  // Its sender is implied; who works with the group is beside.
  const sender = sql<{ name: string }>(server, `SELECT a.role AS name FROM medium m JOIN account a ON a.id = m.uploader WHERE m.id = ${m.id}`)[0]?.name;
  assert.ok(sender !== undefined);
  assert.equal((await the("sami").get(`/cases/${id}`)).status, 404);
  assert.equal((await act("thomas", id, { what: "decide", outcome: "restored", words: "Tout le monde était d’accord." })).status, 303);
  assert.equal((await the("nadia").get(`/m/${m.id}/320`)).status, 200);
  assert.deepEqual(sql(server, `SELECT photos FROM post WHERE id = ${m.post}`), photos);
});

test("an album is withdrawn, stays as it was, and can be changed by nobody meanwhile", async () => {
  const m = await photoOf("nadia");
  const before = sql<{ id: number }>(server, `SELECT id FROM medium WHERE post = ${m.post} AND state = 'ready' ORDER BY id`);
  await fill(the("nadia"), `/report/post/${m.post}`, `/report/post/${m.post}`, { category: "mean", words: "Le titre se moque." });
  const id = newest();
  assert.equal((await the("nadia").get(`/album/${m.post}`)).status, 404);
  assert.equal((await the("nadia").get(`/m/${m.id}/320`)).status, 404);
  assert.equal((await the("claire").get(`/publish/${m.post}/arrange`)).status, 404);
  assert.equal((await the("sami").get(`/publish/${m.post}/arrange`)).status, 404);
  // One of its photos, reported by itself before, would stay hidden.
  assert.equal((await act("thomas", id, { what: "decide", outcome: "unfounded", words: "C’est un jeu de mots." })).status, 303);
  assert.equal((await the("nadia").get(`/album/${m.post}`)).status, 200);
  assert.deepEqual(sql(server, `SELECT id FROM medium WHERE post = ${m.post} AND state = 'ready' ORDER BY id`), before);
});

test("those in the path hold what the case needs, two release it, and nobody else learns of it", async () => {
  const lines = count(server, "audit");
  await report("nadia", { words: "Le portail, encore." });
  const id = newest();
  const page = `/cases/${id}/hold`;
  assert.match(await read("nadia", String(`/report/${sql<{ id: number }>(server, "SELECT max(id) AS id FROM report")[0]?.id}`)), /ne l’ont pas encore lu/);
  const until = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  assert.equal((await the("sami").get(page)).status, 404);
  assert.equal((await fill(the("thomas"), page, page, { until, reason: "" })).status, 422);
  assert.equal((await fill(the("thomas"), page, page, { until, reason: "Le procureur est saisi." })).status, 303);
  const hold = sql<{ id: number }>(server, "SELECT max(id) AS id FROM hold_order WHERE subject_kind = 'case'")[0]?.id ?? 0;
  assert.match(await read("claire", page), /Le procureur est saisi/);
  for (const who of ["thomas", "claire"]) assert.doesNotMatch(await read(who, "/holds"), /procureur/);
  assert.equal((await the("claire").post(`/holds/${hold}/ask`, { form: await the("claire").token("/holds") })).status, 404);
  assert.equal((await fill(the("thomas"), page, `${page}/${hold}/ask`)).status, 303);
  assert.equal((await the("thomas").post(`${page}/${hold}/release`, { form: await the("thomas").token(page) })).status, 403);
  assert.equal((await fill(the("claire"), page, `${page}/${hold}/release`)).status, 303);
  assert.equal(count(server, `hold_order WHERE id = ${hold} AND released_at IS NOT NULL`), 1);
  assert.match(await read("thomas", `/cases/${id}`), /a fait conserver[\s\S]*demandé[\s\S]*pris fin/);
  assert.match(await read("nadia", String(`/report/${sql<{ id: number }>(server, "SELECT max(id) AS id FROM report")[0]?.id}`)), /Lu 1 fois par/);
  assert.equal(count(server, "audit"), lines, "directors read the register");
});

test("what nobody shows a viewer cannot be reported by its number", async () => {
  const hidden = sql<Photo>(server, "SELECT id, post FROM medium WHERE state = 'ready'");
  let refused = 0;
  for (const m of hidden) {
    if ((await the("karim").get(`/m/${m.id}/320`)).status === 200) continue;
    refused++;
    assert.equal((await the("karim").get(`/report/photo/${m.id}`)).status, 404);
  }
  assert.ok(refused > 0);
  assert.equal((await the("nobody").get("/report/photo/1")).status, 303);
});

const child = (fields: Record<string, string>, as = "nobody"): Promise<Answer> =>
  fill(the(as), "/report/child?what=worry", "/report/child", { what: "worry", ...fields });

test("a child touches a picture and sends: no account, no guardian, answered within the day", async () => {
  assert.match(await read("nobody", "/report"), /href="\/report\/child">Je suis un enfant/);
  const done = await child({});
  assert.equal(done.status, 200, done.text);
  const id = newest();
  assert.match(codeOf(done), /^([0-9A-Z]{4}-){4}[0-9A-Z]{4}$/);
  assert.match(await read("thomas", `/cases/${id}`), /Un enfant[\s\S]*J’ai mal, j’ai peur/);
  const [row] = sql<{ reporter: number | null; hours: number }>(server,
    `SELECT r.reporter, (c.due_at - c.opened_at) / 3600 AS hours FROM report r JOIN case_file c ON c.id = r.case_file WHERE c.id = ${id}`);
  assert.equal(row?.reporter, null);
  assert.ok((row?.hours ?? 99) <= 24);
  const other = await child({ what: "other", name: "Zoé", words: "On se moque.", who: "child" });
  assert.equal(other.status, 200);
  assert.match(await read("thomas", `/cases/${newest()}`), /Autre chose\. Un enfant\.\nOn se moque\.[\s\S]*Prénom\s*: Zoé/);
  assert.deepEqual(sql(server, `SELECT (due_at - opened_at) / 3600 AS hours FROM case_file WHERE id = ${newest()}`), [{ hours: 24 }]);
});

test("what a child tells on a parent's telephone is not found in the parent's account", async () => {
  const done = await child({ what: "worry", who: "family" }, "nadia");
  const mine = await read("nadia", "/report/mine");
  assert.notEqual(codeOf(done), "");
  assert.doesNotMatch(mine, /J’ai mal/);
  assert.deepEqual(sql(server, `SELECT reporter FROM report WHERE case_file = ${newest()}`), [{ reporter: null }]);
});

test("« a grown-up who works here » is read by nobody of whom it could be", async () => {
  const until = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
  const page = await read("claire", "/stopped/people");
  const sami = /<option value="(\d+)"[^>]*>\s*Sami/.exec(page)?.[1];
  assert.ok(sami !== undefined, page);
  const named = await fill(the("claire"), "/stopped/people", "/stopped/people", { account: sami, until, standing: "inside" });
  assert.equal(named.status, 303, plain(named.text));
  await child({ what: "mean", who: "child" });
  assert.equal((await the("sami").get(`/cases/${newest()}`)).status, 200);
  await child({ what: "mean", who: "team" });
  assert.equal((await the("sami").get(`/cases/${newest()}`)).status, 404);
  assert.equal((await the("thomas").get(`/cases/${newest()}`)).status, 200);
  await child({ what: "mean", who: "director" });
  for (const who of ["claire", "thomas", "sami"]) assert.equal((await the(who).get(`/cases/${newest()}`)).status, 404, who);
});

test("a picture that does not exist is no report", async () => {
  const before = newest();
  assert.equal((await child({ what: "nothing" })).status, 400);
  assert.equal(newest(), before);
});

// ---- what is decided about somebody ----

const idOf = (login: string): number => {
  const name = { sami: "Sami", claire: "Claire" }[login] ?? login;
  const found = new RegExp(`value="(\\d+)"[^>]*>\\s*${name}`).exec(named);
  assert.ok(found?.[1] !== undefined, name);
  return Number(found[1]);
};
let named = "";
const decide = (who: string, id: number, fields: Record<string, string>): Promise<Answer> =>
  fill(the(who), `/cases/${id}/people`, `/cases/${id}/people`,
    { ground: "rules", rule: "Charte de l’équipe, article 4", words: "Une photo prise avec son propre téléphone.", ...fields });
const statement = (): { id: number; step: string } =>
  sql<{ id: number; step: string }>(server, "SELECT id, step FROM statement ORDER BY id DESC LIMIT 1")[0] ?? { id: 0, step: "" };
const onStatement = (who: string, id: number, fields: Record<string, string>): Promise<Answer> =>
  fill(the(who), `/cases/${id}/people`, `/cases/${id}/people/${statement().id}`, fields);

async function caseAboutSami(): Promise<number> {
  await report("nadia", { words: "Il garde des photos chez lui." });
  const id = newest();
  named = plain((await the("thomas").get(`/cases/${id}`)).text);
  assert.equal((await act("thomas", id, { what: "name", account: String(idOf("sami")) })).status, 303);
  return id;
}

test("a decision about somebody is told with reasons, appealed against, and answered by another person", async () => {
  const id = await caseAboutSami();
  const sami = idOf("sami");
  assert.equal((await decide("thomas", id, { account: String(sami), step: "publish", words: "" })).status, 422);
  assert.equal((await decide("thomas", id, { step: "publish" })).status, 422);
  assert.equal((await decide("thomas", id, { account: String(idOf("claire")), step: "publish" })).status, 404);
  const done = await decide("thomas", id, { account: String(sami), step: "publish" });
  assert.equal(done.status, 200, plain(done.text));
  assert.match(await read("sami", "/today"), /Une décision vous concerne/);
  const mine = await read("sami", `/decisions/${statement().id}`);
  assert.match(mine, /ne peut plus rien envoyer ni publier[\s\S]*article 4[\s\S]*son propre téléphone/);
  assert.doesNotMatch(mine, /Nadia|Thomas/);
  assert.doesNotMatch(await read("sami", "/today"), /Une décision vous concerne/);
  for (const who of ["jeanne", "nadia", "claire"]) assert.equal((await the(who).get(`/decisions/${statement().id}`)).status, 404, who);
  const post = (): Promise<Answer> => fill(the("sami"), "/publish", "/publish", { title: "Sortie", on: "2026-01-01" });
  assert.equal((await post()).status, 404);
  assert.equal((await fill(the("sami"), `/decisions/${statement().id}`, `/decisions/${statement().id}`, { words: "C’était le téléphone du centre." })).status, 303);
  assert.doesNotMatch((await the("sami").get(`/decisions/${statement().id}`)).text, /<form/, "once");
  assert.match(await read("thomas", `/cases/${id}/people`), /téléphone du centre[\s\S]*Une autre personne/);
  assert.notEqual((await onStatement("thomas", id, { what: "reverse", words: "Je me suis trompé." })).status, 303);
  assert.equal((await onStatement("claire", id, { what: "reverse", words: "C’était bien le téléphone du centre." })).status, 303);
  assert.notEqual((await post()).status, 404);
  assert.match(await read("sami", `/decisions/${statement().id}`), /annulée après un recours[\s\S]*bien le téléphone du centre/);
});

test("who has no contact with children sees nothing of them from the next click, until it is lifted", async () => {
  const id = await caseAboutSami();
  const seen = sql<Photo>(server, "SELECT id, post FROM medium WHERE kind = 'photo' AND state = 'ready' ORDER BY id");
  const gets = async (): Promise<number> => {
    let n = 0;
    for (const m of seen) n += Number((await the("sami").get(`/m/${m.id}/320`)).status === 200);
    return n;
  };
  assert.ok((await gets()) > 0);
  assert.equal((await decide("thomas", id, { account: String(idOf("sami")), step: "children" })).status, 200);
  assert.equal(await gets(), 0);
  for (const path of ["/today", "/roster", "/publish", "/cases"]) assert.equal((await the("sami").get(path)).headers.location, "/decisions", path);
  assert.equal((await onStatement("thomas", id, { what: "lift" })).status, 303);
  assert.ok((await gets()) > 0);
});

test("who cannot sign in any more reads the decision with the code of the letter", async () => {
  const id = await caseAboutSami();
  const done = await decide("thomas", id, { account: String(idOf("sami")), step: "suspend", kept: "Une enquête est en cours." });
  const code = codeOf(done);
  assert.equal((await the("sami").get("/today")).status, 303);
  const open = (fields: Record<string, string> = {}): Promise<Answer> =>
    fill(the("nobody"), "/decisions/code", "/decisions/code", { code, ...fields });
  assert.equal((await open()).status, 422, "it is not told yet");
  assert.equal((await onStatement("thomas", id, { what: "tell" })).status, 303);
  assert.match(plain((await open()).text), /le compte est suspendu/);
  assert.match(plain((await open({ what: "appeal", words: "Je n’ai rien gardé." })).text), /Votre recours\s*<[\s\S]*rien gardé/);
  assert.equal((await onStatement("thomas", id, { what: "lift" })).status, 303);
  people.set("sami", await server.client("sami"));
  assert.equal((await the("sami").get("/today")).status, 200);
});

test("the statement of reasons is data in the words of the law, without anybody's name", async () => {
  const id = sql<{ case_file: number }>(server, "SELECT case_file FROM statement ORDER BY id DESC LIMIT 1")[0]?.case_file ?? 0;
  const told = JSON.parse((await the("thomas").get(`/cases/${id}/people/${statement().id}/dsa`)).text) as Record<string, unknown>;
  assert.equal(told["decision_account"], "DECISION_ACCOUNT_SUSPENDED");
  assert.equal(told["decision_ground"], "DECISION_GROUND_INCOMPATIBLE_CONTENT");
  assert.equal(told["automated_decision"], "AUTOMATED_DECISION_NOT_AUTOMATED");
  assert.doesNotMatch(JSON.stringify(told), /Sami|Thomas|Nadia|téléphone/);
  assert.equal((await the("sami").get(`/cases/${id}/people/${statement().id}/dsa`)).status, 404);
});

test("what is sealed is seen by nobody, handed over by two to the authority's key, and destroyed on its word", async () => {
  const passes = new Map<string, string>();
  for (const [who, account] of [["thomas", "Thomas"], ["jeanne", "Jeanne"], ["claire", "Claire"]] as const) {
    const page = (await the("claire").get("/custodians")).text;
    const id = new RegExp(`<option value="(\\d+)">${account}`).exec(page)?.[1] ?? "";
    assert.equal((await fill(the("claire"), "/custodians", "/custodians", { account: id, called: "1" })).status, 303, account);
    const pass = `la cour sous les tilleuls ${account}`;
    passes.set(account, pass);
    const [first, unset] = [who === "claire" ? "/structure" : "/today", /Vous êtes désormais gardien des scellés/];
    assert.match(await read(who, first), unset, who);
    assert.equal((await fill(the(who), "/custodians/key", "/custodians/key", { pass, again: pass, known: "1" })).status, 303, who);
    assert.doesNotMatch(await read(who, first), unset, who);
  }
  // Told to the other leads, for two weeks; not to whoever named them.
  const named = /(\d+) gardiens? des scellés (?:a été désigné|ont été désignés) récemment/;
  assert.equal(named.exec(await read("thomas", "/today"))?.[1], "3");
  for (const [who, first] of [["claire", "/structure"], ["jeanne", "/today"]] as const) assert.doesNotMatch(await read(who, first), named, who);
  sql(server, "UPDATE custodian SET named_at = named_at - 15 * 86400 WHERE id = (SELECT min(id) FROM custodian)");
  assert.equal(named.exec(await read("thomas", "/today"))?.[1], "2");
  assert.match(await read("thomas", "/custodians"), /Jeanne[\s\S]*désignation par Claire/);
  assert.equal((await the("sami").get("/custodians")).status, 404);

  const m = await photoOf("nadia");
  const original = sql<{ bytes: number }>(server, `SELECT bytes FROM blob WHERE medium = ${m.id} AND side = 0`)[0]?.bytes;
  for (const way of ["320", "2048", "320"]) assert.equal((await the("nadia").get(`/m/${m.id}/${way}`)).status, 200, way);
  await fill(the("nadia"), `/report/photo/${m.id}`, `/report/photo/${m.id}`, { category: "picture" });
  const id = newest();
  assert.equal((await the("karim").get(`/cases/${id}/seal`)).status, 404);
  assert.equal((await fill(the("thomas"), `/cases/${id}/seal`, `/cases/${id}/seal`, { reason: "La gendarmerie l’a demandé." })).status, 303);
  for (const who of ["nadia", "karim", "sami", "claire", "thomas"])
    for (const way of [`/m/${m.id}/320`, `/m/${m.id}/original`]) assert.equal((await the(who).get(way)).status, 404, `${who} ${way}`);
  const seal = await until("the seal", () => sql<{ id: number; sha: string }>(server,
    `SELECT id, hex(sha256) AS sha FROM seal WHERE case_file = ${id} AND state = 'sealed'`)[0]);
  assert.equal(count(server, `blob WHERE medium = ${m.id}`), 1);

  const page = await read("thomas", `/seals/${seal.id}`);
  assert.match(page, new RegExp(seal.sha.toLowerCase()));
  assert.match(page, /Envoyé par/);
  const [, sent = "", see = ""] = /À qui il a été transmis([\s\S]*?)Qui pouvait voir l’album([\s\S]*)/.exec(page) ?? [];
  assert.match(sent, /Nadia Haddad \(\d+\)/, "to whom it was sent");
  assert.doesNotMatch(sent, /Thomas|Anne/);
  assert.match(sent, /ne prouve ni que quelqu’un l’a regardé/);
  assert.match(see, /Nadia Haddad[\s\S]*C’est bien celle qui est inscrite/);
  assert.match(await read("nadia", "/rights/mine"), /Transmis à mon compte/);
  assert.equal((await the("karim").get(`/seals/${seal.id}`)).status, 404);
  const keyFile = join(server.folder, "authority.key");
  const key = JSON.parse(server.preau("--json", "seal", "key", keyFile).out) as { public: string; fingerprint: string };
  const form = (await the("thomas").get(`/seals/${seal.id}/hand`)).text;
  // Whoever sent it is none of them.
  const [first, second] = Array.from(/<select name="one"[\s\S]*?<\/select>/.exec(form)?.[0].matchAll(/<option value="(\d+)">(\w+)/g) ?? [],
    ([, value = "", name = ""]) => ({ value, pass: passes.get(name) ?? "" }));
  assert.ok(first !== undefined && second !== undefined, form);
  const two = { one: first.value, pass_one: first.pass, other: second.value, pass_other: second.pass };
  const fields = { authority: "Gendarmerie", person: "Adj. Roux", receipt: "12/26", key: key.public, print: key.fingerprint, ...two };
  const hand = (more: Record<string, string>): Promise<Answer> => fill(the("thomas"), `/seals/${seal.id}/hand`, `/seals/${seal.id}/hand`, { ...fields, ...more });
  assert.equal((await hand({ pass_other: two.pass_one })).status, 422);
  assert.equal((await hand({ print: "0000 0000 0000 0000" })).status, 422);
  assert.equal((await hand({ other: two.one, pass_other: two.pass_one })).status, 422);
  assert.equal(count(server, "seal_hand"), 0);
  const done = await hand({});
  assert.equal(done.status, 303, done.text);
  const receipt = done.headers.location ?? "";
  assert.match(await read("thomas", receipt), /Adj\. Roux[\s\S]*12\/26/);
  const file = await the("thomas").get(`${receipt}/file`);
  assert.equal(file.status, 200);
  const handed = join(server.folder, "handed.preau");
  writeFileSync(handed, file.body);
  const opened = server.preau("--json", "seal", "open", keyFile, handed, join(server.folder, "opened"));
  assert.equal(opened.status, 0, opened.err);
  assert.deepEqual(JSON.parse(opened.out), { sha256: seal.sha.toLowerCase(), bytes: original });
  assert.notEqual(server.preau("seal", "open", join(server.folder, "opened"), handed, join(server.folder, "no")).status, 0);

  const destroy = (): Promise<Answer> => fill(the("thomas"), `/seals/${seal.id}/destroy`, `/seals/${seal.id}/destroy`, two);
  assert.equal((await destroy()).status, 409);
  assert.equal((await fill(the("thomas"), `/seals/${seal.id}/release`, `/seals/${seal.id}/release`,
    { authority: "Parquet", reference: "26/118", on: "2026-01-05" })).status, 303);
  assert.equal((await destroy()).status, 303);
  const paper = join(server.folder, "seal.txt");
  writeFileSync(paper, (await the("thomas").get(`/seals/${seal.id}/certificate`)).body);
  const proof = server.preau("certificate", "verify", paper);
  assert.equal(proof.status, 0, proof.err);
  assert.match(await read("thomas", `/cases/${id}`), /Détruit par deux personnes gardiennes/);
  assert.equal(count(server, `blob WHERE medium = ${m.id} AND key_wrapped IS NOT NULL`), 0);
  const check = server.preau("check");
  assert.equal(check.status, 0, check.out + check.err);
});

test("the leads are told when fewer than two custodians are left, and nobody else is", async () => {
  const few = /Il reste moins de deux gardiens des scellés/;
  const jeanne = sql<{ account: number }>(server, "SELECT account FROM custodian ORDER BY id LIMIT 1 OFFSET 1")[0]?.account ?? 0;
  assert.doesNotMatch(await read("claire", "/structure"), few);
  // Three are named; claire takes herself away, and jeanne's account is suspended.
  const mine = /action="(\/custodians\/\d+\/end)"[^]*?<span class="unseen">Claire/.exec(
    (await the("claire").get("/custodians")).text.split("<li>").find((l) => /unseen">Claire/.test(l)) ?? "")?.[1] ?? "";
  assert.equal((await fill(the("claire"), "/custodians", mine)).status, 303);
  assert.doesNotMatch(await read("thomas", "/today"), few);
  sql(server, `UPDATE account SET state = 'suspended' WHERE id = ${jeanne}`);
  for (const [who, first] of [["claire", "/structure"], ["thomas", "/today"]] as const) assert.match(await read(who, first), few, who);
  for (const who of ["sami", "nadia"]) assert.doesNotMatch(await read(who, "/today"), few, who);
  assert.match(await read("claire", "/custodians"), /Jeanne[^]*compte suspendu ou fermé/);
  sql(server, `UPDATE account SET state = 'active' WHERE id = ${jeanne}`);
  assert.doesNotMatch(await read("claire", "/structure"), few);
  // Taken away, the last two, they are fewer than two all the same.
  const page = (await the("claire").get("/custodians")).text;
  for (const [way] of page.matchAll(/\/custodians\/\d+\/end/g)) assert.equal((await fill(the("claire"), "/custodians", way)).status, 303);
  assert.equal(count(server, "custodian WHERE ended_at IS NULL"), 0);
  for (const [who, first] of [["claire", "/structure"], ["thomas", "/today"]] as const) assert.match(await read(who, first), few, who);
});

test("`preau case verify` names the entry that was altered or cut off, and the case", async () => {
  const [last] = sql<{ id: number; case_file: number; number: string; at: number }>(server,
    "SELECT e.id, e.case_file, e.at, c.number FROM case_event e JOIN case_file c ON c.id = e.case_file WHERE e.deed = 'stated' ORDER BY e.id LIMIT 1");
  assert.ok(last !== undefined);
  const whole = server.preau("--json", "case", "verify");
  assert.equal(whole.status, 0, whole.err);
  assert.equal((JSON.parse(whole.out) as { first_bad: number }).first_bad, 0);
  sql(server, `DROP TRIGGER case_event_written; UPDATE case_event SET at = at + 1 WHERE id = ${last.id}`);
  const bad = server.preau("--json", "case", "verify");
  assert.notEqual(bad.status, 0);
  assert.match(bad.out, new RegExp(`"first_bad":${last.id},"case":"${last.number}"`));
  assert.notEqual(server.preau("case", "verify", last.number).status, 0);
  assert.notEqual(server.preau("case", "verify", "AAA-AAA").status, 0);
  sql(server, `UPDATE case_event SET at = at - 1 WHERE id = ${last.id}`);
  assert.equal(server.preau("case", "verify", last.number).status, 0);
  /* Its end is cut off: what is left is a chain, and the head beside the
   * database says that there was more. */
  await until("the heads of the cases are followed", () => existsSync(join(dataOf(server), "cases.head")) &&
    readFileSync(join(dataOf(server), "cases.head")).readBigInt64LE(40) >= BigInt(sql<{ id: number }>(server, "SELECT max(id) AS id FROM case_event")[0]?.id ?? 1e9));
  const [end] = sql<Record<string, unknown> & { id: number }>(server, `SELECT * FROM case_event WHERE case_file = ${last.case_file} ORDER BY id DESC LIMIT 1`);
  assert.ok(end !== undefined);
  sql(server, `CREATE TABLE kept AS SELECT * FROM case_event WHERE id = ${end.id}; DELETE FROM case_event WHERE id = ${end.id}`);
  const cut = server.preau("--json", "case", "verify");
  assert.notEqual(cut.status, 0);
  assert.match(cut.out, new RegExp(`"first_bad":0,"case":"","cut":"${last.number}"`));
  assert.match(server.preau("case", "verify", last.number).out, /its end is missing/);
  sql(server, "INSERT INTO case_event SELECT * FROM kept; DROP TABLE kept");
  assert.equal(server.preau("case", "verify", last.number).status, 0);
});

// ---- papers for the authorities ----

const filings = (id: number): string => `/cases/${id}/filings`;

// Begun, and where it is filled in.
async function begin(id: number, kind: string, fields: Record<string, string> = {}): Promise<string> {
  const done = await fill(the("thomas"), filings(id), filings(id), { kind, ...fields });
  assert.equal(done.status, 303, kind);
  return String(done.headers.location);
}

const paper = (at: string, fields: Record<string, string>): Promise<Answer> => fill(the("thomas"), at, at, fields);

// The text of the PDF of the newest version, on one line.
async function pdfOf(at: string): Promise<string> {
  const link = [...(await the("thomas").get(at)).text.matchAll(/href="([^"]+\/pdf)"/g)].at(-1)?.[1] ?? "";
  const pdf = await the("thomas").get(link);
  assert.equal(pdf.headers["content-type"], "application/pdf");
  assert.equal((await the("jeanne").get(link)).status, 404);
  return readBook(pdf.body).text.replace(/\s+/g, " ");
}

function inOrder(text: string, parts: string[]): void {
  let at = 0;
  for (const p of parts) {
    const found = text.indexOf(p, at);
    assert.ok(found >= 0, `« ${p} » is not there, or not in its order: ${text.slice(at, at + 400)}`);
    at = found + p.length;
  }
}

const worried = async (): Promise<number> => {
  await report("nadia", { category: "worry", words: "Elle pleure chaque matin.", "child-1": "1" });
  return newest();
};

const profile = async (word: string): Promise<void> => {
  await server.stop();
  sql(server, `UPDATE organisation SET profile = '${word}'`);
  await server.start();
};

const whole = { role: "Référent", contact: "01 00 00 00 00", place: "Salle des Tilleuls", done: "Entretien avec la famille.", told: "yes", facts: "« Elle pleure chaque matin. »", parents: "Nadia Haddad" };

test("France: a paper for the CRIP is filled from the case, checked, corrected, sent with its receipt", async () => {
  const id = await worried();
  const offered = await read("thomas", filings(id));
  inOrder(offered, ["Déclaration d’un événement grave", "Information préoccupante", "Signalement au procureur", "Autres papiers", "Texte pour PHAROS"]);
  assert.doesNotMatch(offered, /DPJ|Cyberaide/);
  const at = await begin(id, "fr-crip");
  const shown = await read("thomas", at);
  assert.match(shown, /Elle pleure chaque matin[\s\S]*Reste à remplir|Reste à remplir[\s\S]*Elle pleure chaque matin/);
  assert.match(shown, /Vient de : la fiche de l’enfant/);
  // What was typed comes back, and what is missing is named.
  const bad = await paper(at, { what: "check", role: "Référent" });
  assert.equal(bad.status, 422);
  assert.match(bad.text, /value="Référent"/);
  assert.match(plain(bad.text), /Reste à remplir[\s\S]*Téléphone et courriel/);
  const checked = await paper(at, { what: "check", ...whole });
  assert.equal(checked.status, 303, /class="fault"[\s\S]{0,600}/.exec(checked.text)?.[0] ?? "");
  assert.equal((await fill(the("thomas"), `${at}?correct=1`, at, { what: "check", ...whole, school: "École du Port" })).status, 303);
  const text = await pdfOf(at);
  inOrder(text, ["Les Tilleuls", "Information préoccupante", "D226-2-6", "Date", "Organisme", "Notre référence", "Auteur du document", "Thomas", "Nom de l’enfant", "Prénom de l’enfant",
    "Date de naissance", "École et classe", "École du Port", "Faits observés", "Elle pleure chaque matin", "Ce qui a déjà été fait", "Signature", "version 2"]);
  assert.match(await read("thomas", `/cases/${id}`), /Papiers officiels[\s\S]*à envoyer/);
  assert.match(await read("thomas", "/cases"), /papier officiel à envoyer/);
  // Somebody corrected it while the page with the first version was open.
  const first = sql<{ id: number }>(server, "SELECT id FROM filing_version WHERE number = 1 ORDER BY id DESC LIMIT 1")[0]?.id;
  const stale = await paper(at, { what: "send", route: "email", receipt: "CRIP-2026-17", version: String(first) });
  assert.equal(stale.status, 422);
  assert.match(plain(stale.text), /corrigé entre-temps/);
  assert.equal((await paper(at, { what: "send", route: "email", receipt: "CRIP-2026-17", answered: "Mme Roy" })).status, 303);
  inOrder(await read("thomas", at), ["Version 1", "Version 2", "Envoyée par Thomas", "CRIP-2026-17", "Mme Roy"]);
  inOrder(await read("thomas", `/cases/${id}`), ["a commencé un papier officiel", "a vérifié un papier officiel", "a envoyé un papier officiel", "CRIP-2026-17"]);
  for (const who of ["nadia", "jeanne"])
    for (const p of [filings(id), at]) assert.equal((await the(who).get(p)).status, 404, `${who} ${p}`);
});

test("France: what is in a private space is no paper for PHAROS", async () => {
  const at = await begin(await worried(), "fr-pharos", { child: "" });
  const wrong = await paper(at, { what: "check", public: "private", address: "https://exemple.fr/a", comment: "Des insultes." });
  assert.equal(wrong.status, 422);
  assert.match(plain(wrong.text), /Ce papier ne convient donc pas/);
  assert.equal((await paper(at, { what: "check", public: "public", address: "https://exemple.fr/a", comment: "Des insultes." })).status, 303);
  assert.equal((await paper(at, { what: "send", route: "webform", receipt: "", answered: "" })).status, 422, "a receipt is expected");
  const wordless = await paper(at, { what: "drop", words: "" });
  assert.equal(wordless.status, 422);
  assert.match(wordless.text, /<details class="stack" open><summary>Finalement/);
  assert.equal((await paper(at, { what: "drop", words: "Retiré par son auteur." })).status, 303);
  assert.match(await read("thomas", at), /à ne pas envoyer/);
});

test("Québec: an address alone with its receipt; a police notice keeps data for 21 days, which end and are said", async () => {
  await profile("ca-qc");
  const id = await worried();
  inOrder(await read("thomas", filings(id)), ["Avis à la police", "Signalement à la DPJ", "Autres papiers", "Cyberaide.ca"]);
  const address = await begin(id, "ca-address", { child: "" });
  assert.equal((await paper(address, { what: "check", provider: "P-1", address: "https://exemple.ca/a" })).status, 303);
  const text = await pdfOf(address);
  inOrder(text, ["Identifiant de fournisseur", "P-1", "Numéro du cas", "Adresse ou adresses Internet", "https://exemple.ca/a", "Date et heure"]);
  assert.doesNotMatch(text, /pleure|Haddad/);
  const at = await begin(id, "ca-police", { child: "" });
  assert.equal((await paper(at, { what: "check", ...whole })).status, 303);
  assert.equal((await paper(at, { what: "send", route: "telephone", receipt: "Q-9", answered: "Agente Roy" })).status, 303);
  assert.match(await read("thomas", at), /envoyé, données conservées/);
  assert.match(await read("thomas", `/cases/${id}/hold`), /Conservation légale depuis l’envoi : Avis à la police/);
  // The day is over.
  await server.stop();
  sql(server, "UPDATE filing SET next_at = 1 WHERE stage = 'kept'");
  await server.start();
  await until("the jobs to end it", () => count(server, "case_event WHERE deed = 'paper-over'") === 1 && count(server, "filing WHERE stage = 'over'") === 1);
  assert.match(await read("thomas", "/cases"), /conservation terminée/);
  assert.equal((await paper(at, { what: "finish", words: "Rien d’autre n’était gardé." })).status, 303);
  assert.doesNotMatch(await read("thomas", "/cases"), /conservation terminée/);
});

test("European Union: a suspicion is told promptly, reasons are written with the decision", async () => {
  await profile("eu");
  const id = await worried();
  assert.match((await the("thomas").get(filings(id))).text, new RegExp(`href="/cases/${id}/people"`));
  assert.equal((await fill(the("thomas"), filings(id), filings(id), { kind: "eu-reasons" })).status, 400);
  const at = await begin(id, "eu-suspicion");
  assert.equal((await paper(at, { what: "check", ...whole, state: "France", suspicion: "Danger pour sa sécurité." })).status, 303);
  inOrder(await pdfOf(at), ["Information sur un soupçon", "art. 18", "État membre concerné", "Date et heure de la découverte", "Infraction soupçonnée", "Toutes les informations utiles"]);
  await profile("fr");
});

test("`preau case verify` names a paper that was altered", () => {
  const [v] = sql<{ id: number; number: string }>(server, "SELECT v.id, c.number FROM filing_version v JOIN filing f ON f.id = v.filing JOIN case_file c ON c.id = f.case_file ORDER BY v.id LIMIT 1");
  assert.ok(v !== undefined);
  assert.equal(server.preau("case", "verify", v.number).status, 0);
  sql(server, `DROP TRIGGER filing_version_checked; UPDATE filing_version SET checked_at = checked_at + 1 WHERE id = ${v.id}`);
  assert.match(server.preau("--json", "case", "verify", v.number).out, new RegExp(`"case":"${v.number}","cut":"","first_bad_paper":${v.id}`));
  sql(server, `UPDATE filing_version SET checked_at = checked_at - 1 WHERE id = ${v.id}`);
  assert.equal(server.preau("case", "verify").status, 0);
});

test("many reports from one connection wait, and lose none of their words", async () => {
  let last: Answer | undefined;
  for (let i = 0; i < 12 && last?.status !== 422; i++) last = await report("nobody", { words: `Encore ${i}.` });
  assert.equal(last?.status, 422);
  assert.match(plain(last?.text ?? ""), /Attendez \d+ secondes[\s\S]*Encore \d+\./);
});

// ---- those who handle it ----

const account = (login: string): number => {
  const at = sql<{ id: number }>(server, `SELECT id FROM account WHERE kind = 'staff' AND role = '${login}' ORDER BY id`)[0]?.id;
  assert.ok(at !== undefined, login);
  return at;
};
const day = (n: number): string => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10);
// Of a JPEG: its size and how many parts a pixel has.
function frame(jpeg: Buffer): { width: number; height: number; parts: number } {
  for (let at = 2; at < jpeg.length;) {
    const kind = jpeg[at + 1] ?? 0;
    if (kind >= 0xc0 && kind <= 0xc2)
      return { height: jpeg.readUInt16BE(at + 5), width: jpeg.readUInt16BE(at + 7), parts: jpeg[at + 9] ?? 0 };
    at += 2 + jpeg.readUInt16BE(at + 2);
  }
  throw new Error("no frame");
}

test("a picture is shown to who has taken the report on, when asked for: small, grey, for a minute, and written down", async () => {
  await atNoon(server);
  const m = await photoOf("nadia");
  await fill(the("nadia"), `/report/photo/${m.id}`, `/report/photo/${m.id}`, { category: "picture" });
  const id = newest();
  const at = `/cases/${id}/look/${m.id}`;
  const ask = async (who: string): Promise<Answer> =>
    the(who).post(`/cases/${id}/look`, { form: await the(who).token(`/cases/${id}`), medium: String(m.id) });
  const page = await the("thomas").get(`/cases/${id}`);
  assert.doesNotMatch(/<main[\s\S]*<\/main>/.exec(page.text)?.[0] ?? "<img", /<(img|video|picture)\b/);
  assert.match(plain(page.text), /Ce qui a été signalé[\s\S]*pris le signalement en charge/);
  assert.equal((await the("thomas").get(`${at}/soft`)).status, 404);
  assert.match(plain((await ask("thomas")).text), /Pas d’image pour l’instant/);
  assert.equal((await act("thomas", id, { what: "take" })).status, 303);
  assert.match(await read("thomas", `/cases/${id}`), /Montrer en petit et en gris/);
  const asked = await ask("thomas");
  assert.equal(asked.status, 303, plain(asked.text));
  assert.equal(asked.headers.location, at);
  const soft = await until("the small grey picture", async () => {
    const got = await the("thomas").get(`${at}/soft`);
    return got.status === 200 && got;
  });
  const sharp = await the("thomas").get(`${at}/sharp`);
  for (const got of [soft, sharp]) {
    assert.equal(got.headers["content-type"], "image/jpeg");
    assert.match(String(got.headers["cache-control"]), /no-store/);
    const f = frame(got.body);
    assert.ok(f.parts === 1 && Math.max(f.width, f.height) === 160, JSON.stringify(f));
  }
  assert.ok(soft.body.length < sharp.body.length, "what is blurred takes less room");
  const shown = await the("thomas").get(at);
  assert.match(String(shown.headers.refresh), new RegExp(`^\\d+; url=/cases/${id}$`));
  assert.equal((await the("thomas").get(`/m/${m.id}/320`)).status, 404, "never the picture itself");
  for (const who of ["claire", "sami", "jeanne", "nadia"])
    assert.equal((await the(who).get(`${at}/soft`)).status, 404, who);
  assert.match(await read("thomas", `/cases/${id}`), /a vu une image : petite, grise et floue[\s\S]*a vu une image : petite et grise[\s\S]*/);
  assert.match(await read("thomas", `/cases/${id}`), /Images aujourd’hui : \d minutes? sur 30|Images aujourd’hui : \d+ minutes sur 30/);
  assert.equal((await fill(the("thomas"), at, `${at}/hide`)).status, 303);
  assert.equal((await the("thomas").get(`${at}/soft`)).status, 404);
  // Handed on without a reason: by whom is written nowhere.
  assert.equal((await fill(the("thomas"), `/cases/${id}`, `/cases/${id}/pass`)).status, 303);
  assert.match(await read("thomas", `/cases/${id}`), /Transmis à quelqu’un d’autre/);
  assert.deepEqual(sql(server, `SELECT actor FROM case_event WHERE case_file = ${id} AND deed = 'left'`), [{ actor: null }]);
  assert.equal(count(server, `case_glance WHERE case_file = ${id}`), 0);
  assert.equal((await act("thomas", id, { what: "decide", outcome: "restored", words: "Tout va bien." })).status, 303);
});

test("the register of handlers: a right ends with its day, every change stays, and it is taken along", async () => {
  const lead = account("safeguarding");
  const page = `/handlers/${lead}`;
  const write = (more: Record<string, string>): Promise<Answer> => fill(the("claire"), page, page,
    { paid: "0", begins: day(-20), selected: "Choisi par le bureau.", training: "Recueil de la parole", trained: day(-10),
      clearance: "tous les signalements", wellbeing: "=Dr Vasseur, 01 00 00 00 00", ...more });
  for (const who of ["thomas", "sami", "nadia"]) assert.equal((await the(who).get("/handlers")).status, 404, who);
  assert.equal((await write({ ends: day(-30) })).status, 422);
  assert.equal((await write({ selected: "" })).status, 422);
  assert.equal((await the("thomas").get("/cases")).status, 200);
  assert.equal((await write({ ends: day(-2) })).status, 303);
  assert.equal((await the("thomas").get("/cases")).status, 404);
  assert.match(await read("claire", "/handlers"), /Thomas[\s\S]*droit terminé/);
  assert.equal((await write({ ends: day(20) })).status, 303);
  assert.equal((await the("thomas").get("/cases")).status, 200);
  assert.match(await read("claire", "/handlers"), /Thomas[\s\S]*se termine bientôt/);
  assert.equal(count(server, `handler_entry WHERE account = ${lead}`), 2);
  const sheet = (await the("claire").get("/handlers/take/csv")).body.toString("utf8");
  assert.match(sheet, /^\ufeff"Nom";/);
  assert.match(sheet, /"Thomas[^"]*";[\s\S]*"Choisi par le bureau\."[\s\S]*"'=Dr Vasseur, 01 00 00 00 00"/);
  const paper = await the("claire").get("/handlers/take/pdf");
  assert.equal(paper.status, 200, paper.text);
  assert.equal(paper.body.subarray(0, 5).toString(), "%PDF-");
  assert.equal(count(server, "audit WHERE action = 'handler-written'"), 2);
  assert.equal((await write({})).status, 303);
});

test("all that looks after safety is reached from one page, by those whom it is for", async () => {
  const first = await the("thomas").get("/");
  assert.equal(first.headers.location, "/safety"); // he has no group
  for (const [who, more] of [["thomas", ["/cases", "/stopped", "/custodians"]], ["claire", ["/handlers", "/stopped/people", "/custodians"]]] as const) {
    const page = await read(who, "/safety");
    const main = page.slice(page.indexOf("<main"), page.indexOf("</main>"));
    const links = Array.from(main.matchAll(/ href="(\/[^"]*)"/g), (m) => m[1] ?? "");
    for (const path of more) assert.ok(links.includes(path), `${who} ${path}: ${links.join(" ")}`);
    for (const path of links) assert.equal((await the(who).get(path)).status, 200, `${who} ${path}`);
  }
  for (const who of ["jeanne", "nadia"]) assert.equal((await the(who).get("/safety")).status, 404, who);
});
