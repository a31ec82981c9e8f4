// The days of a centre over HTTP: whose they are and whose not, a week written
// on one screen, polls and lists answered by two at once, and the calendar that
// a program fetches, as another implementation of the standard reads it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, test } from "node:test";

import { Client, type Answer } from "../lib/client";
import { plain } from "../lib/consents";
import { essence } from "../lib/nothing";
import { type Server, startServer } from "../lib/server";
import { check, count, fill, formOf, sql, until } from "../lib/trouble";

const LEA = 1; // of the demonstration
let server: Server;
const people = new Map<string, Client>();
let small = 0;
let big = 0;

const the = (who: string): Client => {
  const c = people.get(who);
  assert.ok(c !== undefined, who);
  return c;
};
const read = async (who: string, path: string): Promise<string> => plain((await the(who).get(path)).text);
const forced = async (who: string, path: string, fields: Record<string, string> = {}): Promise<Answer> =>
  the(who).post(path, { form: await the(who).token("/account"), ...fields });
const today = (): number => sql<{ d: number }>(server, "SELECT max(day_on) AS d FROM absence WHERE child = 3")[0]?.d ?? 0;
const iso = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);
const ahead = (days: number): string => iso(today() + days);
const monday = (day: number): number => day - ((day + 3) % 7);

async function draft(who: string, kind: string, fields: Record<string, string>): Promise<number> {
  const done = await fill(the(who), `/items/new/${kind}`, `/items/new/${kind}`, fields);
  assert.equal(done.status, 303, plain(done.text).slice(0, 3000));
  return Number(/\/item\/(\d+)\/send/.exec(String(done.headers.location))?.[1]);
}

// Fields that stand several times are what a form is for here.
async function send(who: string, path: string, fields: URLSearchParams): Promise<Answer> {
  return the(who).ask("POST", path, { body: fields.toString(),
    headers: { "Content-Type": "application/x-www-form-urlencoded", Origin: the(who).origin, "Sec-Fetch-Site": "same-origin" } });
}

async function publish(who: string, id: number, to: [string, number][], when: Record<string, string> = { when: "now" }): Promise<Answer> {
  const fields = formOf((await the(who).get(`/item/${id}/send`)).text, `/item/${id}/send`);
  fields.delete("group");
  for (const [name, value] of to) fields.append(name, String(value));
  for (const [name, value] of Object.entries(when)) fields.set(name, value);
  return send(who, `/item/${id}/send`, fields);
}

async function published(who: string, kind: string, to: [string, number][], fields: Record<string, string>): Promise<number> {
  const id = await draft(who, kind, fields);
  assert.equal((await publish(who, id, to)).status, 303);
  return id;
}

const trip = (more: Record<string, string> = {}): Record<string, string> =>
  ({ title_fr: "La grande sortie", from: ahead(3), start: "09:30", end: "16:00", place_fr: "La forêt", things_fr: "des bottes", ...more });

// Another's reader of RFC 5545.
function parsed(text: string): Record<string, string>[] {
  const done = spawnSync("/usr/bin/python3", ["-c", `
import sys, json
from icalendar import Calendar
c = Calendar.from_ical(sys.stdin.buffer.read())
print(json.dumps([{k: (v.to_ical().decode() if hasattr(v, "to_ical") else str(v)) for k, v in e.items()} for e in c.walk("VEVENT")]))
assert not [p for p in c.walk() if getattr(p, "errors", [])]
`], { input: text, encoding: "utf8" });
  assert.equal(done.status, 0, done.stderr);
  return JSON.parse(done.stdout) as Record<string, string>[];
}

async function address(who: string): Promise<string> {
  const done = await fill(the(who), "/calendar/subscribe", "/calendar/subscribe", { do: "make" });
  assert.equal(done.status, 303);
  return new URL(/value="([^"]*\.ics)"/.exec((await the(who).get("/calendar/subscribe")).text)?.[1] ?? "").pathname;
}

before(async () => {
  server = await startServer();
  for (const who of ["claire", "sami", "jeanne", "thomas", "nadia", "karim", "monique", "anne", "marc", "luc", "sarah"])
    people.set(who, await server.client(who));
  people.set("nobody", new Client(server.url));
  const group = (name: string): number => sql<{ id: number }>(server, `SELECT id FROM activity_group WHERE name = '${name}'`)[0]?.id ?? 0;
  [small, big] = [group("Les Écureuils"), group("Les Hérissons")];
});
after(() => server.sweep());

test("an event stands in the week and the month of its families, and of nobody else", async () => {
  const id = await published("sami", "event", [["group", small]], trip({ title_en: "The great trip", place_en: "The wood" }));
  const week = `/week?on=${ahead(3)}`;
  for (const who of ["nadia", "karim", "monique", "anne", "sami", "claire"]) {
    assert.match(await read(who, week), /La grande sortie[\s\S]*?À apporter : des bottes[\s\S]*?9 h 30–16 h La forêt/, who);
    assert.match(await read(who, `/calendar?on=${ahead(3)}`), /La grande sortie/, who);
  }
  await the("sarah").get("/language/en?back=%2Faccount");
  assert.match(await read("sarah", week), /The great trip[\s\S]*?9:30 am–4:00 pm The wood/);
  const far = Number("9".repeat(String(id).length));
  for (const who of ["marc", "luc", "jeanne", "thomas", "nobody"]) {
    assert.doesNotMatch(await read(who, week), /La grande sortie/, who);
    for (const end of ["", "/text", "/send", "/who", "/print"]) {
      const [path, nothing] = [`/item/${id}${end}`, `/item/${far}${end}`];
      const got = await the(who).get(path);
      assert.notEqual(got.status, 200, `${who} ${path}`);
      assert.deepEqual(essence(got, path), essence(await the(who).get(nothing), nothing), `${who} ${path}`);
    }
  }
  for (const who of ["marc", "nadia", "jeanne"])
    for (const end of ["/text", "/send", "/withdraw", "/discard", "/pattern"])
      assert.equal((await forced(who, `/item/${id}${end}`, { ...trip(), name: "x", when: "now" })).status, 404, `${who} ${end}`);
  for (const path of [`/album/${id}`, `/publish/${id}`, `/notice/${id}`, `/notice/${id}/text`])
    assert.equal((await the("sami").get(path)).status, 404, path);
});

test("what is to come is not there yet, and what is wrong is said", async () => {
  const id = await draft("sami", "event", trip({ title_fr: "Plus tard" }));
  assert.equal((await publish("sami", id, [["group", small]], { when: "date", day: ahead(1), hour: "07:00" })).status, 303);
  assert.equal((await the("nadia").get(`/item/${id}`)).status, 404);
  assert.doesNotMatch(await read("nadia", `/week?on=${ahead(3)}`), /Plus tard/);
  assert.match(await read("sami", `/item/${id}`), /À partir de|Dès/);
  for (const [wrong, why] of [[{ title_fr: "" }, /au moins/], [{ end: "08:00" }, /finit avant de commencer/], [{ start: "", end: "08:00" }, /Quand cela commence/],
    [{ until: ahead(1) }, /précède le premier/], [{ weekly: ahead(1) }, /Chaque semaine/], [{ from: ahead(900) }, /plus d’un an/]] as const) {
    const said = await fill(the("sami"), "/items/new/event", "/items/new/event", { ...trip(), ...wrong });
    assert.equal(said.status, 422, JSON.stringify(wrong));
    assert.match(plain(said.text), why);
  }
});

test("a week is written on one screen, copied from the last, and published in one tap", async () => {
  const at = iso(monday(today()) + 28);
  const next = iso(monday(today()) + 35);
  const path = `/programme/${small}`;
  assert.equal((await fill(the("sami"), `${path}?on=${at}`, path, { "f-0-0": "Cerf-volant", "f-2-1": "Le four à pain", "e-0-0": "Kites" })).status, 303);
  assert.match(await read("nadia", `/week?on=${at}`), /Les Écureuils[\s\S]*?Matin[\s\S]*?Cerf-volant[\s\S]*?Après-midi[\s\S]*?Le four à pain/);
  assert.match(await read("sarah", `/week?on=${at}`), /Morning[\s\S]*?Kites/);
  assert.doesNotMatch(await read("luc", `/week?on=${at}`), /Cerf-volant/);
  const copied = formOf((await the("sami").get(`${path}?on=${next}&copy=1`)).text, path);
  assert.equal(copied.get("f-2-1"), "Le four à pain");
  copied.set("do", "later");
  const held = await send("sami", path, copied);
  const id = Number(/\/item\/(\d+)\/send/.exec(String(held.headers.location))?.[1]);
  assert.doesNotMatch(await read("nadia", `/week?on=${next}`), /Cerf-volant/);
  assert.equal((await publish("sami", id, [["group", small]])).status, 303);
  assert.match(await read("nadia", `/week?on=${next}`), /Cerf-volant/);
  assert.match(await read("nadia", `/item/${id}/print`), /Programme de la semaine[\s\S]*?Le four à pain/);
  assert.equal((await the("jeanne").get(path)).status, 404, "not her group");
  assert.equal((await forced("jeanne", path, { on: at, "f-0-0": "à moi" })).status, 404);
  const menu = await fill(the("claire"), `/menu?on=${at}`, "/menu", { "f-1-0": "Soupe à l’ail", "a-1-0": "céleri" });
  assert.equal(menu.status, 303);
  assert.match(await read("nadia", `/week?on=${at}`), /Menu[\s\S]*?Soupe à l’ail[\s\S]*?Allergènes : céleri/);
});

test("a family answers a poll once, and sees counts where the author shows them", async () => {
  const asked = { title_fr: "Quel goûter ?", lines_fr: "des crêpes\ndes fruits\n", until: ahead(4), many: "one", each: "family" };
  const id = await published("sami", "poll", [["group", small]], asked);
  const shown = await published("sami", "poll", [["group", small]], { ...asked, title_fr: "À voir", shown: "1" });
  const lines = (post: number): number[] => sql<{ id: number }>(server, `SELECT id FROM item_line WHERE post = ${post} ORDER BY position`).map((r) => r.id);
  const say = (who: string, post: number, n: number): Promise<Answer> => fill(the(who), `/item/${post}`, `/item/${post}`, { line: String(lines(post)[n]) });
  assert.match(await read("nadia", "/"), new RegExp(`href="/item/${id}">À répondre`));
  assert.equal((await say("nadia", id, 0)).status, 303);
  assert.equal((await say("karim", id, 1)).status, 303);
  assert.equal(count(server, `item_answer WHERE post = ${id}`), 1, "Léa's parents are one family");
  assert.equal((await say("anne", id, 1)).status, 303);
  assert.match(await read("sami", `/item/${id}/who`), /des fruits · 2 réponses[\s\S]*?Anne Lefèvre/);
  assert.doesNotMatch(await read("anne", `/item/${id}`), /réponses|Karim/);
  assert.equal((await say("nadia", shown, 0)).status, 303);
  assert.match(await read("anne", `/item/${shown}`), /des crêpes[\s\S]*?1 réponse/);
  assert.doesNotMatch(await read("anne", `/item/${shown}`), /Nadia/);
  assert.equal((await forced("monique", `/item/${id}`, { line: String(lines(id)[0]) })).status, 404, "she does not decide");
  assert.equal((await forced("nadia", `/item/${id}`, { line: String(lines(shown)[0]) })).status, 422, "a line of another poll");
  assert.ok(count(server, "audit WHERE action = 'item-viewed'") > 0);
});

test("two at the same moment never bring more than is wanted", async () => {
  const id = await published("sami", "bring", [["group", small]], { title_fr: "Le pique-nique", lines_fr: "2 gâteaux\n1 jus", until: ahead(4) });
  const line = sql<{ id: number }>(server, `SELECT id FROM item_line WHERE post = ${id} ORDER BY position`)[0]?.id ?? 0;
  const forms = await Promise.all(["nadia", "anne", "sarah"].map(async (who) => {
    const f = formOf((await the(who).get(`/item/${id}`)).text, `/item/${id}`);
    f.set(`n-${line}`, "1");
    return [who, f] as const;
  }));
  const got = await Promise.all(forms.map(([who, f]) => send(who, `/item/${id}`, f)));
  assert.deepEqual(got.map((a) => a.status).sort(), [303, 303, 422]);
  assert.equal(sql<{ n: number }>(server, `SELECT sum(n) AS n FROM item_answer WHERE line = ${line}`)[0]?.n, 2);
  const winner = forms[got.findIndex((a) => a.status === 303)]?.[0] ?? "";
  const loser = forms[got.findIndex((a) => a.status === 422)]?.[0] ?? "";
  assert.match(await read("karim", `/item/${id}`), /complet/);
  assert.doesNotMatch(await read("karim", `/item/${id}`), /Anne|Nadia|Sarah/);
  assert.equal((await fill(the(winner), `/item/${id}`, `/item/${id}`, { [`n-${line}`]: "0" })).status, 303);
  assert.equal((await fill(the(loser), `/item/${id}`, `/item/${id}`, { [`n-${line}`]: "1" })).status, 303);
});

test("an entry by name is each child's alone, and is no use to a backup once the child is erased", async () => {
  const anne = sql<{ id: number }>(server, "SELECT u.child AS id FROM authority u JOIN guardian g ON g.id = u.guardian JOIN account a ON a.id = g.account WHERE u.kind = 'no_contact'")[0]?.id ?? 0;
  const id = await draft("sami", "entry", { title_fr: "Une belle sieste", body_fr: "Une heure.", from: ahead(0) });
  assert.equal((await publish("sami", id, [["child", LEA], ["child", anne]])).status, 303);
  const both = sql<{ post: number; child: number }>(server, `SELECT post, child FROM item WHERE kind = 'entry' AND child IS NOT NULL ORDER BY child`);
  assert.deepEqual(both.map((r) => r.child), [LEA, anne]);
  for (const [who, mine, other] of [["nadia", LEA, anne], ["anne", anne, LEA]] as const) {
    const at = (child: number): string => `/item/${both.find((r) => r.child === child)?.post}`;
    assert.match(await read(who, at(mine)), /Une belle sieste[\s\S]*?Une heure/);
    assert.match(await read(who, "/"), /Une belle sieste/);
    assert.equal((await the(who).get(at(other))).status, 404);
  }
  assert.doesNotMatch(await read("marc", "/"), /Une belle sieste/);
  assert.equal((await forced("sami", `/item/${both[0]?.post}/pattern`, { name: "x" })).status, 404, "no template of a child");
});

// What stands above the albums is kept as it was shown.
test("a first page that is kept says at the next request what anybody changed, and what the clock brings", async () => {
  const poll = await published("sami", "poll", [["group", small]],
    { title_fr: "Quelle chanson ?", lines_fr: "une lente\nune vive\n", until: ahead(4), many: "one", each: "each" });
  const line = new RegExp(`href="/item/${poll}"`);
  for (let i = 0; i < 2; i++) assert.match(await read("nadia", "/"), line);
  assert.equal((await fill(the("nadia"), `/item/${poll}`, `/item/${poll}`, {
    line: String(sql<{ id: number }>(server, `SELECT min(id) AS id FROM item_line WHERE post = ${poll}`)[0]?.id) })).status, 303);
  assert.doesNotMatch(await read("nadia", "/"), line, "she has answered");
  assert.match(await read("karim", "/"), line);
  assert.doesNotMatch(await read("monique", "/"), line);
  // Nothing is written any more when its moment comes.
  const changesAt = async (change: string, at: number, comes: boolean, line: RegExp): Promise<void> => {
    sql(server, change);
    for (let i = 0; i < 3; i++) {
      const page = await read("karim", "/");
      if (Date.now() < at * 1000) assert.equal(line.test(page), !comes, `${change}: not yet`);
    }
    await until(`karim's page to change by itself: ${change}`, async () => line.test(await read("karim", "/")) === comes);
  };
  const soon = (): number => Math.floor(Date.now() / 1000) + 2;
  let at = soon();
  await changesAt(`UPDATE post SET publish_at = ${at} WHERE id = ${poll}`, at, true, line);
  assert.equal((await forced("sami", "/urgent", { text: "Le car est en panne.", group: String(small), for: "group", hours: "8" })).status, 303);
  const urgent = sql<{ id: number }>(server, "SELECT max(id) AS id FROM urgent")[0]?.id ?? 0;
  assert.doesNotMatch(await read("karim", "/"), /en panne/);
  assert.equal((await forced("claire", `/urgent/${urgent}/approve`)).status, 303);
  assert.match(await read("karim", "/"), /en panne/);
  assert.equal((await forced("claire", `/urgent/${urgent}/end`)).status, 303);
  assert.doesNotMatch(await read("karim", "/"), /en panne/);
  at = soon();
  await changesAt(`INSERT INTO urgent (organisation, activity_group, text_enc, author, written_at, second, second_at, until_at)
    SELECT organisation, activity_group, text_enc, author, written_at, second, second_at, ${at} FROM urgent WHERE id = ${urgent}`, at, false, /en panne/);
});

test("a template fills the next form in two taps", async () => {
  const id = await draft("sami", "event", trip({ title_fr: "Danse, à 9 h & plus", body_fr: "Deux\nlignes" }));
  assert.equal((await fill(the("sami"), `/item/${id}`, `/item/${id}/pattern`, { name: "La danse" })).status, 303);
  const link = /\/items\/new\/event\?pattern=(\d+)">La danse/.exec((await the("sami").get("/items/new/event")).text)?.[1];
  assert.ok(link !== undefined);
  const page = (await the("sami").get(`/items/new/event?pattern=${link}`)).text;
  const form = formOf(page, "/items/new/event");
  assert.match(page, /Deux\r?\nlignes<\/textarea>/);
  assert.deepEqual([form.get("title_fr"), form.get("start"), form.get("from")],
    ["Danse, à 9 h & plus", "09:30", ahead(0)]);
  assert.equal((await forced("nadia", `/pattern/${link}/drop`)).status, 404);
  assert.equal((await fill(the("sami"), "/items/new/event", `/pattern/${link}/drop`)).status, 303);
  assert.equal((await the("sami").get(`/items/new/event?pattern=${link}`)).status, 404);
});

test("a notice and a week are kept as templates too", async () => {
  const notice = sql<{ id: number }>(server, "SELECT max(post) AS id FROM notice")[0]?.id ?? 0;
  assert.equal((await fill(the("sami"), `/notice/${notice}`, `/notice/${notice}/pattern`, { name: "Encore la bibliothèque" })).status, 303);
  const notices = /\/notices\/new\?pattern=(\d+)">Encore la bibliothèque/.exec((await the("sami").get("/notices/new")).text)?.[1];
  const page = (await the("sami").get(`/notices/new?pattern=${notices}`)).text;
  assert.equal(formOf(page, "/notices/new").get("title_fr"), "Sortie à la bibliothèque");
  assert.match(page, /vêtement de pluie/);
  const week = sql<{ id: number }>(server, "SELECT min(post) AS id FROM item WHERE kind = 'programme'")[0]?.id ?? 0;
  assert.equal((await fill(the("sami"), `/item/${week}`, `/item/${week}/pattern`, { name: "Une bonne semaine" })).status, 303);
  const at = `/programme/${small}?on=${iso(monday(today()) + 63)}`;
  const link = new RegExp(`${at.replace("?", "\\?")}&amp;pattern=(\\d+)">Une bonne semaine`).exec((await the("sami").get(at)).text)?.[1];
  assert.equal(formOf((await the("sami").get(`${at}&pattern=${link}`)).text, `/programme/${small}`).get("f-2-1"), "Chasse au trésor");
});

test("a program reads the calendar, without signing in and without a child's name", async () => {
  const path = await address("nadia");
  const weekly = await published("sami", "event", [["group", small]], trip({ title_fr: "Chaque semaine, l’éveil; et plus", weekly: ahead(17), body_fr: "é".repeat(200) }));
  const got = await the("nobody").get(path);
  assert.equal(got.status, 200);
  assert.equal(got.headers["content-type"], "text/calendar; charset=utf-8");
  for (const line of got.text.split("\r\n")) assert.ok(Buffer.byteLength(line) <= 75, line);
  const events = parsed(got.text);
  const mine = events.filter((e) => e["SUMMARY"]?.startsWith("Chaque semaine"));
  assert.equal(mine.length, 3);
  assert.equal(new Set(events.map((e) => e["UID"])).size, events.length);
  assert.ok(mine.every((e) => /^\d{8}T\d{6}Z$/.test(e["DTSTART"] ?? "") && e["STATUS"] === "CONFIRMED" && e["SEQUENCE"] === "0"));
  for (const name of ["Léa", "Tom", "Noé", "Haddad"]) assert.doesNotMatch(got.text.replaceAll("\r\n ", ""), new RegExp(name));
  const same = await the("nobody").ask("GET", path, { headers: { "If-None-Match": String(got.headers.etag) } });
  assert.equal(same.status, 304);
  assert.equal((await fill(the("sami"), `/item/${weekly}/text`, `/item/${weekly}/text`, { place_fr: "Ailleurs" })).status, 303);
  const changed = parsed((await the("nobody").get(path)).text).filter((e) => e["SUMMARY"]?.startsWith("Chaque semaine"));
  assert.deepEqual(changed.map((e) => [e["UID"], e["SEQUENCE"], e["LOCATION"]]), mine.map((e) => [e["UID"], "1", "Ailleurs"]));
  assert.equal((await fill(the("sami"), `/item/${weekly}`, `/item/${weekly}/withdraw`)).status, 303);
  const gone = parsed((await the("nobody").get(path)).text).filter((e) => mine.some((m) => m["UID"] === e["UID"]));
  assert.deepEqual(gone.map((e) => [e["STATUS"], e["SEQUENCE"], e["SUMMARY"], e["LOCATION"]]), mine.map(() => ["CANCELLED", "2", "Annulé", undefined]));
});

test("a family chooses what its program is given beside the events", async () => {
  const path = await address("nadia");
  const given = async (...kinds: string[]): Promise<string> => {
    const fields = formOf((await the("nadia").get("/calendar/subscribe")).text, "/calendar/subscribe");
    for (const kind of ["programme", "menus", "last_days"]) fields.delete(kind);
    for (const kind of kinds) fields.set(kind, "1");
    fields.set("do", "save");
    assert.equal((await send("nadia", "/calendar/subscribe", fields)).status, 303);
    const shown = formOf((await the("nadia").get("/calendar/subscribe")).text, "/calendar/subscribe");
    assert.deepEqual(["programme", "menus", "last_days"].filter((kind) => shown.get(kind) === "1"), kinds);
    const events = parsed((await the("nobody").get(path)).text);
    assert.equal(new Set(events.map((e) => e["UID"])).size, events.length);
    return plain(JSON.stringify(events));
  };
  const first = formOf((await the("nadia").get("/calendar/subscribe")).text, "/calendar/subscribe");
  assert.deepEqual([first.get("programme"), first.get("menus"), first.get("last_days")], ["1", null, "1"]);
  const [programme, menus, last] = [/Programme : Les Écureuils/, /Soupe à l’ail[^"]*Allergènes : céleri/, /Dernier jour pour répondre : À voir/];
  for (const [kinds, wanted] of [[[], []], [["programme"], [programme]], [["menus"], [menus]], [["last_days"], [last]], [["programme", "menus", "last_days"], [programme, menus, last]]] as const) {
    const text = await given(...kinds);
    for (const line of [programme, menus, last]) assert.equal(line.test(text), (wanted as readonly RegExp[]).includes(line), `${kinds.join()} ${line}`);
    assert.match(text, /La grande sortie/);
  }
});

test("one week of a weekly event is cancelled alone, and takes place after all", async () => {
  const path = await address("nadia");
  const id = await published("sami", "event", [["group", small]], trip({ title_fr: "Atelier cirque", weekly: ahead(17) }));
  const weeks = async (): Promise<(string | undefined)[][]> => {
    const events = parsed((await the("nobody").get(path)).text);
    return events.filter((e) => uids.size === 0 ? e["SUMMARY"] === "Atelier cirque" : uids.has(e["UID"])).map((e) => [e["UID"], e["STATUS"], e["SUMMARY"]]);
  };
  const uids = new Set<string | undefined>();
  for (const [uid] of await weeks()) uids.add(uid);
  assert.equal(uids.size, 3);
  const said = async (who: string, fields: Record<string, string>): Promise<number> => (await forced(who, `/item/${id}/week`, fields)).status;
  for (const who of ["nadia", "jeanne", "marc"]) assert.equal(await said(who, { do: "off", week: ahead(10) }), 404, who);
  for (const week of [ahead(24), "never", ""]) assert.equal(await said("sami", { do: "off", week }), 404, week);
  assert.equal((await fill(the("sami"), `/item/${id}`, `/item/${id}/week`, { do: "off", week: ahead(10) })).status, 303);
  assert.deepEqual((await weeks()).map((w) => w.slice(1)), [["CONFIRMED", "Atelier cirque"], ["CANCELLED", "Annulé"], ["CONFIRMED", "Atelier cirque"]]);
  const line = /Atelier cirque <span class="tag stop">annulé cette fois-ci/;
  for (const who of ["nadia", "sami"]) {
    assert.match(await read(who, `/week?on=${ahead(10)}`), line, who);
    assert.match(await read(who, `/item/${id}`), /annulé cette fois-ci/, who);
    for (const week of [ahead(3), ahead(17)]) assert.doesNotMatch(await read(who, `/week?on=${week}`), /annulé cette fois-ci/, who);
  }
  assert.match(await read("nadia", `/calendar?on=${ahead(10)}`), line);
  assert.equal(await said("sami", { do: "on", week: ahead(10) }), 303);
  assert.deepEqual((await weeks()).map((w) => w[1]), ["CONFIRMED", "CONFIRMED", "CONFIRMED"]);
  assert.doesNotMatch(await read("nadia", `/week?on=${ahead(10)}`), /annulé cette fois-ci/);
});

test("an address ends when its owner says so, with an order of no contact, and with an enrolment", async () => {
  const first = await address("karim");
  assert.match((await the("nobody").get(first)).text, /La grande sortie/);
  const second = await address("karim");
  assert.equal((await the("nobody").get(first)).status, 404);
  assert.equal((await the("nobody").get(second)).status, 200);
  sql(server, "UPDATE account SET state = 'suspended' WHERE id = (SELECT g.account FROM guardian g JOIN authority u ON u.guardian = g.id WHERE u.child = 1 ORDER BY g.id LIMIT 1 OFFSET 1)");
  assert.equal((await the("nobody").get(second)).status, 404);
  sql(server, "UPDATE account SET state = 'active' WHERE state = 'suspended'");
  const guardian = sql<{ id: number }>(server, "SELECT guardian AS id FROM authority WHERE child = 1 AND kind = 'parental' ORDER BY id LIMIT 1 OFFSET 1")[0]?.id ?? 0;
  sql(server, `INSERT INTO authority (guardian, child, kind, rights, from_on, created_at) VALUES (${guardian}, 1, 'no_contact', 0, 1, 1)`);
  assert.doesNotMatch((await the("nobody").get(second)).text, /La grande sortie/);
  const nothing = await the("nobody").get(`/ical/${"0".repeat(40)}.ics`);
  assert.equal(nothing.status, 404);
  assert.equal((await fill(the("nadia"), "/calendar/subscribe", "/calendar/subscribe", { do: "end" })).status, 303);
  assert.equal(count(server, "calendar_feed WHERE account IN (SELECT account FROM guardian WHERE name_enc IS NOT NULL AND account IS NOT NULL)"), 1);
  for (const who of ["sami", "claire"]) assert.equal((await the(who).get("/calendar/subscribe")).status, 404);
});

test("a house with all of it is sound", async () => {
  assert.deepEqual(check(server).findings.filter((f) => !f.fixed), []);
  assert.ok(big > 0);
});
