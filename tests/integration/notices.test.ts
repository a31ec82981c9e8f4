// A notice to read or to sign: whose it is and whose it is not, which text was
// signed, who has not, on paper too; and that it goes with the child.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Client, type Answer } from "../lib/client";
import { plain } from "../lib/consents";
import { essence } from "../lib/nothing";
import { type Server, startServer } from "../lib/server";
import { check, count, fill, formOf, sql } from "../lib/trouble";

const LEA = 1; // of the demonstration
let server: Server;
const people = new Map<string, Client>();
let small = 0;
let big = 0;
let demo = 0; // to sign, one for each child, to the little ones

const the = (who: string): Client => {
  const c = people.get(who);
  assert.ok(c !== undefined, who);
  return c;
};
const read = async (who: string, path: string): Promise<string> => plain((await the(who).get(path)).text);
const forced = async (who: string, path: string, fields: Record<string, string> = {}): Promise<Answer> =>
  the(who).post(path, { form: await the(who).token("/account"), ...fields });
const answers = (id: number): { child: number; version: number; method: string }[] =>
  sql(server, `SELECT child, version, method FROM notice_answer WHERE post = ${id} ORDER BY id`);
const say = (who: string, id: number, more: Record<string, string> = {}): Promise<Answer> => fill(the(who), `/notice/${id}`, `/notice/${id}`, more);
const dayOf = (ahead: number): string => sql<{ d: string }>(server, `SELECT date((max(day_on) + ${ahead}) * 86400, 'unixepoch') AS d FROM absence WHERE child = 3`)[0]?.d ?? "";

const words = { title_fr: "Le pique-nique", body_fr: "Un chapeau, s’il vous plaît.\n\nEt de l’eau.", title_en: "", body_en: "" };

async function draft(who: string, more: Record<string, string> = {}): Promise<number> {
  const done = await fill(the(who), "/notices/new", "/notices/new", { ...words, by: dayOf(6), sign: "sign", each: "one", ...more });
  assert.equal(done.status, 303, plain(done.text).slice(0, 3000));
  return Number(/\/notice\/(\d+)\/send/.exec(String(done.headers.location))?.[1]);
}

// Fields that stand several times are what a form is for here.
async function send(who: string, id: number, to: [string, number][], when: Record<string, string> = { when: "now" }): Promise<Answer> {
  const fields = formOf((await the(who).get(`/notice/${id}/send`)).text, `/notice/${id}/send`);
  fields.delete("group");
  for (const [name, value] of to) fields.append(name, String(value));
  for (const [name, value] of Object.entries(when)) fields.set(name, value);
  return the(who).ask("POST", `/notice/${id}/send`, { body: fields.toString(),
    headers: { "Content-Type": "application/x-www-form-urlencoded", Origin: the(who).origin, "Sec-Fetch-Site": "same-origin" } });
}

async function published(who: string, to: [string, number][], more: Record<string, string> = {}): Promise<number> {
  const id = await draft(who, more);
  assert.equal((await send(who, id, to)).status, 303);
  return id;
}

before(async () => {
  server = await startServer();
  for (const who of ["claire", "sami", "jeanne", "thomas", "nadia", "karim", "monique", "anne", "marc", "luc", "sarah"])
    people.set(who, await server.client(who));
  people.set("nobody", new Client(server.url));
  const group = (name: string): number => sql<{ id: number }>(server, `SELECT id FROM activity_group WHERE name = '${name}'`)[0]?.id ?? 0;
  [small, big] = [group("Les Écureuils"), group("Les Hérissons")];
  demo = sql<{ id: number }>(server, "SELECT max(post) AS id FROM notice")[0]?.id ?? 0;
});
after(() => server.sweep());

test("it waits on the first page of who is asked, in her language, and of nobody else", async () => {
  const line = new RegExp(`href="/notice/${demo}">À signer d’ici au [^<]* : Sortie à la bibliothèque`);
  for (const who of ["nadia", "karim", "anne"]) assert.match(await read(who, "/"), line, who);
  await the("sarah").get("/language/en?back=%2Faccount");
  assert.match(await read("sarah", "/"), /To sign by [^<]*: A trip to the library/);
  for (const who of ["monique", "marc", "luc"]) assert.doesNotMatch(await read(who, "/"), new RegExp(`/notice/${demo}"`), who);
  assert.match(await read("nadia", `/?child=${LEA}`), line);
  assert.doesNotMatch(await read("nadia", "/?child=2"), line, "of another child alone");
});

test("a grandmother may read it and is not asked", async () => {
  const page = await read("monique", `/notice/${demo}`);
  assert.match(page, /Sortie à la bibliothèque[\s\S]*?vêtement de pluie/);
  assert.doesNotMatch(page, /Je signe/);
  assert.equal((await forced("monique", `/notice/${demo}`, { text: "0".repeat(64) })).status, 404);
});

test("for whom it is not, it is a number that nobody was given, whatever is asked", async () => {
  const one = await published("sami", [["group", small]]);
  const far = Number("9".repeat(String(one).length));
  assert.equal(count(server, `post WHERE id = ${far}`), 0);
  for (const who of ["marc", "luc", "jeanne", "thomas", "nobody"])
    for (const end of ["", "/text", "/send", "/asked", "/print", `/paper/${LEA}`]) {
      const [path, nothing] = [`/notice/${one}${end}`, `/notice/${far}${end}`];
      const got = await the(who).get(path);
      assert.notEqual(got.status, 200, `${who} ${path}`);
      assert.deepEqual(essence(got, path), essence(await the(who).get(nothing), nothing), `${who} ${path}`);
    }
  for (const who of ["marc", "luc", "jeanne", "thomas"]) {
    assert.doesNotMatch(await read(who, "/notices"), new RegExp(`/notice/(${demo}|${one})"`), who);
    for (const end of ["", "/text", "/send", "/withdraw", "/discard", "/remind", `/paper/${LEA}`])
      assert.equal((await forced(who, `/notice/${demo}${end}`, { ...words, by: dayOf(3), text: "", when: "now" })).status, 404, `${who} ${end}`);
  }
  for (const who of ["nadia", "anne"])
    for (const end of ["/text", "/withdraw", "/remind", `/paper/${LEA}`])
      assert.equal((await forced(who, `/notice/${demo}${end}`, { ...words, by: dayOf(3) })).status, 404, `${who} ${end}`);
  assert.equal(count(server, "notice_answer"), 0);
});

test("it is no album, and an album is no notice, to anybody", async () => {
  const album = sql<{ id: number }>(server, "SELECT min(id) AS id FROM post WHERE notice = 0 AND state = 'published'")[0]?.id ?? 0;
  for (const who of ["claire", "sami", "nadia"]) {
    for (const path of [`/album/${demo}`, ...["", "/text", "/arrange", "/send", "/faces", "/status", "/done"].map((end) => `/publish/${demo}${end}`),
      `/notice/${album}`, `/notice/${album}/text`, `/notice/${album}/asked`, `/paper/${demo}`])
      assert.equal((await the(who).get(path)).status, 404, `${who} ${path}`);
    for (const path of ["/", "/today", "/publish"]) assert.doesNotMatch((await the(who).get(path)).text, new RegExp(`/(album|publish)/${demo}"`), `${who} ${path}`);
  }
  for (const path of [`/publish/${demo}/withdraw`, `/publish/${demo}/discard`, `/publish/${demo}/text`])
    assert.equal((await forced("sami", path, { title: "Un album", day: dayOf(0), body: "" })).status, 404, path);
  assert.throws(() => sql(server, `UPDATE post SET notice = 0 WHERE id = ${demo}`), /a notice is no album/);
});

test("one adult signs for her child, with who, when, how and which text; it waits for the other no more", async () => {
  assert.equal((await say("nadia", demo)).status, 303);
  const row = sql<Record<string, unknown>>(server, `SELECT n.*, a.kind FROM notice_answer n JOIN account a ON a.id = n.actor WHERE n.post = ${demo}`)[0];
  assert.deepEqual([row?.["child"], row?.["version"], row?.["method"], row?.["kind"], row?.["witness"]], [LEA, 1, "signed-in", "guardian", null]);
  assert.match(await read("nadia", `/notice/${demo}`), /signé[\s\S]*?par vous, aujourd’hui/);
  assert.doesNotMatch(await read("nadia", "/"), new RegExp(`/notice/${demo}"`));
  assert.doesNotMatch(await read("karim", "/"), new RegExp(`/notice/${demo}"`));
  const page = await read("karim", `/notice/${demo}`);
  assert.match(page, /un autre adulte a répondu/);
  assert.doesNotMatch(page, /Nadia/, "not who");
  assert.match(page, /Je signe/);
  assert.match(await read("claire", "/register"), /Nadia Haddad a signé un mot \(version 1\)/);
  assert.throws(() => sql(server, `UPDATE notice_answer SET acted_at = 1 WHERE post = ${demo}`), /what was signed stays written/);
});

test("signing twice is signing once, and a form that had its effect has none again", async () => {
  const page = (await the("anne").get(`/notice/${demo}`)).text;
  const fields = Object.fromEntries(formOf(page, `/notice/${demo}`));
  assert.equal((await the("anne").post(`/notice/${demo}`, fields)).status, 303);
  assert.equal((await the("anne").post(`/notice/${demo}`, fields)).status, 409);
  const form = await the("anne").token("/account");
  assert.equal((await the("anne").post(`/notice/${demo}`, { ...fields, form })).status, 303);
  assert.equal(answers(demo).length, 2);
});

test("who has not is on the list, with the names of those who decide; that it was read is written down", async () => {
  const looks = count(server, "audit WHERE action = 'notice-viewed'");
  const page = await read("sami", `/notice/${demo}/asked`);
  assert.match(page, /2 enfants sans réponse[\s\S]*?Inès Cohen[\s\S]*?Sarah Cohen : pas encore[\s\S]*?Zoé Martin[\s\S]*?2 enfants avec réponse[\s\S]*?Léa Haddad/);
  assert.doesNotMatch(page, /Marc Petit|Monique/, "nobody who is not asked");
  assert.equal(count(server, "audit WHERE action = 'notice-viewed'"), looks + 1);
  assert.equal((await the("sami").get(`/notice/${demo}/asked?group=${big}`)).status, 404, "a group that it is not for");
});

test("other words are another version: everybody is asked again, and the old page signs nothing", async () => {
  const old = Object.fromEntries(formOf((await the("karim").get(`/notice/${demo}`)).text, `/notice/${demo}`));
  const page = (await the("sami").get(`/notice/${demo}/text`)).text;
  assert.match(plain(page), /tout le monde est sollicité à nouveau/);
  const same = Object.fromEntries(formOf(page, `/notice/${demo}/text`));
  const body = /name="body_fr"[^>]*>\n?([\s\S]*?)<\/textarea>/.exec(page)?.[1]?.replaceAll("&#39;", "'") ?? "";
  const english = /name="body_en"[^>]*>\n?([\s\S]*?)<\/textarea>/.exec(page)?.[1]?.replaceAll("&#39;", "'") ?? "";
  assert.equal((await the("sami").post(`/notice/${demo}/text`, { ...same, body_fr: body, body_en: english, by: dayOf(7) })).status, 303);
  assert.equal(sql<{ v: number }>(server, `SELECT version AS v FROM notice WHERE post = ${demo}`)[0]?.v, 1, "another last day is no other text");
  assert.equal((await fill(the("sami"), `/notice/${demo}/text`, `/notice/${demo}/text`, { body_fr: `${body}\n\nRetour à 17 h.`, body_en: english })).status, 303);
  assert.match(await read("nadia", "/"), new RegExp(`/notice/${demo}">À signer`));
  assert.equal((await the("karim").post(`/notice/${demo}`, { ...old, form: await the("karim").token("/account") })).status, 303);
  assert.match(await read("karim", `/notice/${demo}`), /Rien n’a été noté : le texte a changé entre-temps/);
  assert.deepEqual(answers(demo).map((a) => a.version), [1, 1]);
  assert.equal((await say("nadia", demo)).status, 303);
  assert.deepEqual(answers(demo).map((a) => a.version), [1, 1, 2]);
  assert.match(await read("sami", `/notice/${demo}/asked`), /3 enfants sans réponse[\s\S]*?Noé Lefèvre/);
  assert.throws(() => sql(server, `UPDATE notice_text SET made_at = 1 WHERE post = ${demo}`), /what was shown stays written/);
});

test("« chaque responsable » waits for each of them", async () => {
  const id = await published("sami", [["group", small]], { sign: "read", each: "each" });
  assert.equal((await say("nadia", id)).status, 303);
  assert.match(await read("karim", "/"), new RegExp(`/notice/${id}">À lire d’ici`));
  assert.match(await read("sami", `/notice/${id}/asked`), /4 enfants sans réponse/);
  assert.equal((await say("karim", id)).status, 303);
  assert.match(await read("sami", `/notice/${id}/asked`), /1 enfant avec réponse[\s\S]*?Léa Haddad/);
  assert.match(await read("claire", "/register"), /Karim Haddad a dit avoir lu un mot/);
});

test("a family that is named reads it, with one signature for all of her children that it is for", async () => {
  const id = await published("claire", [["child", LEA], ["group", big]]);
  assert.match(await read("nadia", `/notice/${id}`), /Pour : Léa, Tom/);
  assert.equal((await say("nadia", id)).status, 303);
  assert.deepEqual(answers(id).map((a) => a.child), [LEA, 2]);
  assert.equal((await the("anne").get(`/notice/${id}`)).status, 404);
  assert.match(await read("claire", `/notice/${id}/asked?group=0`), /1 enfant avec réponse[\s\S]*?Léa Haddad/);
  assert.match(await read("jeanne", `/notice/${id}/asked`), /Tom Haddad/);
  assert.doesNotMatch(await read("jeanne", `/notice/${id}/asked?group=0`), /Léa/, "who does not work with her");
});

test("before its hour, as a draft, and once withdrawn no family sees it", async () => {
  const id = await draft("sami");
  for (const who of ["nadia", "jeanne"]) assert.equal((await the(who).get(`/notice/${id}`)).status, 404, who);
  assert.equal((await the("nadia").get(`/notice/${id}`)).status, 404);
  assert.equal((await send("sami", id, [])).status, 422, "for nobody");
  assert.equal((await send("sami", id, [["group", big]])).status, 422, "a group of somebody else's is no choice");
  assert.match(plain((await send("sami", id, [["group", small]], { when: "date", day: dayOf(9), hour: "08:00" })).text), /après le dernier jour pour répondre/);
  assert.equal((await send("sami", id, [["group", small]], { when: "date", day: dayOf(-2), hour: "08:00" })).status, 422);
  assert.equal((await send("sami", id, [["group", small]], { when: "date", day: dayOf(2), hour: "08:00" })).status, 303);
  assert.equal((await the("nadia").get(`/notice/${id}`)).status, 404);
  assert.doesNotMatch(await read("nadia", "/"), new RegExp(`/notice/${id}"`));
  assert.doesNotMatch(await read("nadia", "/notices"), new RegExp(`/notice/${id}"`));
  sql(server, `UPDATE post SET publish_at = ${Math.floor(Date.now() / 1000) - 60} WHERE id = ${id}`);
  assert.equal((await the("nadia").get(`/notice/${id}`)).status, 200);
  assert.equal((await fill(the("sami"), `/notice/${id}`, `/notice/${id}/withdraw`)).status, 303);
  assert.equal((await the("nadia").get(`/notice/${id}`)).status, 404);
  assert.equal((await forced("nadia", `/notice/${id}`, { text: "" })).status, 404);
  const gone = await draft("sami");
  assert.equal((await fill(the("sami"), `/notice/${gone}`, `/notice/${gone}/discard`)).status, 303);
  assert.equal(count(server, `post WHERE id = ${gone}`) + count(server, `notice_text WHERE post = ${gone}`), 0);
  assert.equal((await forced("sami", `/notice/${demo}/discard`)).status, 409, "what families were shown is not thrown away");
});

test("words are wanted in a language at least, whole, by a day that comes", async () => {
  const wrong: [Record<string, string>, RegExp][] = [
    [{ title_fr: "", body_fr: "" }, /au moins une des deux langues/], [{ body_fr: "" }, /Il manque le texte/],
    [{ title_en: "Picnic" }, /Il manque le texte/], [{ by: dayOf(-1) }, /Ce jour est passé/], [{ by: "" }, /./], [{ each: "few" }, /./]];
  for (const [change, says] of wrong) {
    const done = await fill(the("sami"), "/notices/new", "/notices/new", { ...words, by: dayOf(6), sign: "sign", each: "one", ...change });
    assert.equal(done.status, 422, JSON.stringify(change));
    assert.match(plain(done.text), says);
    assert.match(done.text, change["title_fr"] === "" ? /name="title_fr"/ : /value="Le pique-nique"/, "what was typed stays");
  }
  assert.equal((await forced("nadia", "/notices/new", { ...words, by: dayOf(6), sign: "sign", each: "one" })).status, 404);
});

test("after its last day it waits no more, until somebody reminds", async () => {
  const id = await published("sami", [["group", small]]);
  sql(server, `UPDATE notice SET by_on = by_on - 10, asked_until = asked_until - 10 WHERE post = ${id}`);
  assert.doesNotMatch(await read("nadia", "/"), new RegExp(`/notice/${id}"`));
  assert.equal((await fill(the("sami"), `/notice/${id}/asked`, `/notice/${id}/remind`)).status, 303);
  assert.match(await read("nadia", "/"), new RegExp(`rappel</span>[\\s\\S]{0,9}<a href="/notice/${id}">À signer`));
  assert.match(await read("sami", `/notice/${id}/asked`), /Rappelé aujourd’hui/);
  assert.equal((await say("nadia", id)).status, 303);
  assert.doesNotMatch(await read("nadia", "/"), new RegExp(`/notice/${id}"`));
});

test("what comes back on paper is entered with a second person who saw it", async () => {
  const sheets = await read("sami", `/notice/${demo}/print?group=${small}`);
  assert.match(sheets, /Sortie à la bibliothèque[\s\S]*?Pour : Inès Cohen[\s\S]*?David Cohen, date et signature :/);
  assert.doesNotMatch(sheets, /Pour : Léa Haddad/, "who has answered needs no sheet");
  const ines = 4;
  const at = `/notice/${demo}/paper/${ines}`;
  const page = await read("sami", `${at}?group=${small}`);
  const david = /name="who" value="(\d+)"[^>]*> David Cohen/.exec(page)?.[1] ?? "";
  const claire = /<option value="(\d+)">Claire Morin/.exec(page)?.[1] ?? "";
  const sami = String(sql<{ id: number }>(server, `SELECT author AS id FROM post WHERE id = ${demo}`)[0]?.id);
  const anne = String(sql<{ id: number }>(server, "SELECT guardian AS id FROM authority WHERE child = 3 AND kind = 'parental'")[0]?.id);
  const right = { who: david, witness: claire, signed: dayOf(0) };
  const enter = (change: Record<string, string> = {}): Promise<Answer> => fill(the("sami"), `${at}?group=${small}`, at, { ...right, ...change });
  const before = answers(demo).length;
  for (const [change, says] of [[{ who: anne }, /Indiquez qui a signé/], [{ witness: sami }, /qui d’autre de l’équipe/], [{ witness: "999" }, /qui d’autre de l’équipe/],
    [{ signed: dayOf(1) }, /ni dans le futur/], [{ signed: dayOf(-40) }, /pas avant cette version/], [{ signed: "" }, /Indiquez le jour/]] as [Record<string, string>, RegExp][]) {
    const done = await enter(change);
    assert.equal(done.status, 422, JSON.stringify(change));
    assert.match(plain(done.text), says);
  }
  assert.equal((await the("sami").get(`/notice/${demo}/paper/2?group=${small}`)).status, 404, "a child of another group");
  assert.equal(answers(demo).length, before);
  assert.equal((await enter()).status, 303);
  assert.deepEqual(answers(demo).at(-1), { child: ines, version: 2, method: "paper" });
  assert.match(await read("sami", `/notice/${demo}/asked`), /Inès Cohen[\s\S]*?David Cohen : sur papier/);
  assert.match(await read("claire", "/register"), /Sami Benali a saisi un mot signé sur papier/);
});

test("the list goes on where a page ends, and shows to each only what is theirs", async () => {
  const some = sql<{ n: number }>(server, "SELECT count(*) AS n FROM notice")[0]?.n ?? 0;
  for (let i = some; i < 21; i++) await published("jeanne", [["group", big]], { title_fr: `Mot ${i}` });
  const page = await read("anne", "/notices");
  assert.doesNotMatch(page, /Mot \d+</);
  const next = /href="(\/notices\?before=\d+)"/.exec(page)?.[1] ?? "";
  assert.notEqual(next, "");
  assert.match(await read("anne", next), new RegExp(`/notice/${demo}"`));
  assert.equal((await the("anne").get("/notices?before=x")).status, 404);
});

test("answers go with the child", async () => {
  assert.ok(count(server, `notice_answer WHERE child = ${LEA}`) > 0);
  assert.equal((await fill(the("claire"), `/roster/child/${LEA}/erase`, `/roster/child/${LEA}/erase`, { sure: "1" })).status, 303);
  assert.equal(count(server, `notice_answer WHERE child = ${LEA}`), 0);
  assert.doesNotMatch(await read("sami", `/notice/${demo}/asked`), /Léa/);
  assert.deepEqual(check(server).findings, []);
  assert.equal(server.preau("audit", "verify").status, 0);
});
