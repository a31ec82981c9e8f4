// A child does not come: said by the family, noted from a call, read by the
// team on its day; by nobody else, on no other day, and gone with the child.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Client, type Answer } from "../lib/client";
import { plain } from "../lib/consents";
import { essence } from "../lib/nothing";
import { type Server, startServer } from "../lib/server";
import { check, count, fill, sql } from "../lib/trouble";

const [LEA, TOM, NOE, ADAM] = [1, 2, 3, 5]; // of the demonstration
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
const today = (): number => sql<{ d: number }>(server, "SELECT max(day_on) AS d FROM absence WHERE child = 3")[0]?.d ?? 0; // of the demonstration
const iso = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);
const told = (child: number): { day_on: number; kind: string }[] =>
  sql(server, `SELECT day_on, kind FROM absence WHERE child = ${child} ORDER BY day_on`);
const tell = (who: string, child: number, what: string, more: Record<string, string> = {}): Promise<Answer> =>
  fill(the(who), `/absence/${child}`, `/absence/${child}`, { what, ...more });

// As a button of another page would say it: with a form of one's own.
async function forced(who: string, path: string, fields: Record<string, string>): Promise<Answer> {
  return the(who).post(path, { form: await the(who).token("/account"), ...fields });
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

test("two taps from the first page: the link, the button", async () => {
  const first = await read("nadia", "/");
  assert.match(first, new RegExp(`href="/absence/${LEA}">Absence ou retard : Léa<`));
  assert.match(first, new RegExp(`href="/absence/${TOM}">Absence ou retard : Tom<`));
  const page = await read("nadia", `/absence/${LEA}`);
  const what = /<button class="button" name="what" value="(absent-\d+)">Absence aujourd’hui</.exec(page)?.[1] ?? "";
  assert.equal(what, `absent-${today()}`);
  assert.equal((await tell("nadia", LEA, what, { reason: "Chez le dentiste." })).status, 303);
  assert.deepEqual(told(LEA), [{ day_on: today(), kind: "absent" }]);
  assert.equal(count(server, "absence WHERE instr(reason_enc, 'dentiste') > 0"), 0, "sealed");
});

test("the other parent reads what was told and by whom, and may change it until the day is over", async () => {
  const page = await read("karim", `/absence/${LEA}`);
  assert.match(page, /aujourd’hui<\/b>[\s\S]*?absence[\s\S]*?Chez le dentiste\.[\s\S]*?dit par Nadia Haddad/);
  assert.equal((await tell("karim", LEA, `none-${today()}`)).status, 303);
  assert.match(await read("nadia", `/absence/${LEA}`), /vient[\s\S]*?dit par Karim Haddad/);
  assert.equal((await tell("nadia", LEA, `late-${today()}`)).status, 303);
  assert.deepEqual(told(LEA), [{ day_on: today(), kind: "late" }]);
});

test("a page that stayed open over midnight says nothing about yesterday", async () => {
  const before = told(LEA);
  for (const what of [`absent-${today() - 1}`, `absent-${today() + 400}`, "absent-", "absent", "gone-1", `absent-${today()}x`, ""]) {
    const done = await tell("nadia", LEA, what);
    assert.equal(done.status, 422, what);
  }
  assert.match(plain((await tell("nadia", LEA, `absent-${today() - 1}`)).text), /Ce jour est passé : rien n’a été noté/);
  assert.deepEqual(told(LEA), before);
});

test("other days are noted one by one, as far as the enrolment goes", async () => {
  const days = (from: number, until: number): Promise<Answer> =>
    fill(the("nadia"), `/absence/${TOM}/days`, `/absence/${TOM}/days`, { what: "absent-days", from: iso(from), until: iso(until), reason: "En voyage." });
  assert.equal((await days(today() + 1, today() + 3)).status, 303);
  assert.equal(told(TOM).length, 3);
  assert.equal((await days(today() + 3, today() + 1)).status, 422);
  assert.equal((await days(today(), today() + 200)).status, 422);
  sql(server, `UPDATE enrolment SET until_on = ${today() + 4} WHERE child = ${TOM}`);
  assert.equal((await days(today() + 4, today() + 9)).status, 303);
  assert.deepEqual(told(TOM).map((t) => t.day_on - today()), [1, 2, 3, 4]);
  assert.match(plain((await days(today() + 5, today() + 9)).text), /L’enfant n’est pas inscrit ces jours-là/);
  assert.equal((await read("karim", `/absence/${TOM}`)).match(/En voyage\./g)?.length, 4);
});

test("who may not tell it gets the answer of a child who is not there, in every direction", async () => {
  const refused: [string, number][] = [["monique", LEA], ["marc", NOE], ["luc", ADAM], ["anne", LEA], ["sarah", TOM], ["nadia", NOE],
    ["sami", LEA], ["claire", LEA], ["nobody", LEA]];
  const before = count(server, "absence");
  for (const [who, child] of refused) {
    for (const end of ["", "/days"]) {
      const [path, nothing] = [`/absence/${child}${end}`, `/absence/9${end}`];
      assert.deepEqual(essence(await the(who).get(path), path), essence(await the(who).get(nothing), nothing), `${who} ${path}`);
      assert.notEqual((await the(who).get(path)).status, 200, `${who} ${path}`);
      if (who === "nobody") continue;
      const fields = { what: `absent-${today()}`, from: iso(today()), until: iso(today()), reason: "" };
      assert.equal((await forced(who, path, fields)).status, 404, `${who} ${path}`);
    }
    if (who !== "nobody") assert.doesNotMatch(await read(who, who === "sami" || who === "claire" ? "/today" : "/"), new RegExp(`/absence/${child}"`), who);
  }
  assert.equal(count(server, "absence"), before);
});

test("a grandmother may once the right is given, and not after it ended", async () => {
  sql(server, "UPDATE authority SET rights = rights + 8 WHERE kind = 'relative'");
  assert.equal((await tell("monique", LEA, `absent-${today()}`)).status, 303);
  assert.match(await read("nadia", `/absence/${LEA}`), /dit par Monique Haddad/);
  assert.match(await read("monique", "/rights"), /Signaler une absence ou un retard[\s\S]*?Oui/);
  sql(server, "UPDATE authority SET ended_at = 1 WHERE kind = 'relative'");
  assert.equal((await the("monique").get(`/absence/${LEA}`)).status, 404);
  assert.match(await read("nadia", `/absence/${LEA}`), /dit par la famille/);
});

test("a director gives that right with the others", async () => {
  const child = await read("claire", `/roster/child/${NOE}`);
  assert.match(child, /name="tell"/);
  assert.equal((await fill(the("claire"), `/roster/child/${NOE}`, `/roster/child/${NOE}/adult`,
    { name: "Ada Lefèvre", kind: "relative", lang: "fr", tell: "1" })).status, 303);
  assert.equal(sql<{ rights: number }>(server, "SELECT rights FROM authority ORDER BY id DESC LIMIT 1")[0]?.rights, 8);
});

test("the team of the group sees it at once, with its day's list, and that it looked is written down", async () => {
  assert.match(await read("sami", "/today"), new RegExp(`Aujourd’hui : 2 absents[\\s\\S]*?href="/day/${small}"[\\s\\S]*?2 absents`));
  assert.equal((await tell("karim", LEA, `late-${today()}`, { reason: "Le bus." })).status, 303);
  assert.match(await read("sami", "/today"), /Aujourd’hui : 1 absent, 1 retard/);
  assert.match(await read("claire", "/today"), /Les Hérissons[\s\S]*?personne ne manque/);
  const looks = count(server, "audit WHERE action = 'roster-viewed'");
  const day = await read("sami", `/day/${small}`);
  assert.match(day, />Absence<\/h2>[\s\S]*?Noé Lefèvre[\s\S]*?orthodontiste[\s\S]*?dit par Anne Lefèvre/);
  assert.match(day, />Retard<\/h2>[\s\S]*?Léa Haddad[\s\S]*?Le bus\.[\s\S]*?dit par Karim Haddad/);
  assert.match(day, />Attendus<\/h2>[\s\S]*?Inès Cohen/);
  assert.equal(count(server, "audit WHERE action = 'roster-viewed'"), looks + 1);
  const foxes = await read("jeanne", `/day/${big}?day=${iso(today() + 2)}`);
  assert.match(foxes, />Absence<\/h2>[\s\S]*?Tom Haddad/);
  assert.match(foxes, /Awa Diallo[\s\S]{0,300}?pas de photo/, "who has no consent is said in words");
});

test("another group's day, a family and a visitor get the answer of a group that is not there", async () => {
  for (const [who, group] of [["sami", big], ["jeanne", small], ["thomas", small], ["nadia", small], ["nobody", small]] as const)
    for (const end of ["", `/child/${group === small ? LEA : TOM}`]) {
      const [path, nothing] = [`/day/${group}${end}`, `/day/9${end}`];
      const got = await the(who).get(path);
      assert.notEqual(got.status, 200, `${who} ${path}`);
      assert.deepEqual(essence(got, path), essence(await the(who).get(nothing), nothing), `${who} ${path}`);
      if (end !== "" && who !== "nobody")
        assert.equal((await forced(who, path, { what: `absent-${today()}`, caller: "1", reason: "" })).status, 404, who);
    }
  assert.equal((await the("sami").get(`/day/${small}/child/${TOM}`)).status, 404, "a child of another group");
  assert.equal((await forced("sami", `/day/${small}/child/${TOM}`, { what: `absent-${today()}`, caller: "1", reason: "" })).status, 404);
});

test("a call is noted with who rang, and only of adults who may tell it", async () => {
  const path = `/day/${small}/child/${LEA}`;
  const page = await read("sami", path);
  assert.match(page, /Nadia Haddad/);
  assert.match(page, /Karim Haddad/);
  assert.doesNotMatch(page, /Monique/);
  assert.doesNotMatch(await read("sami", `/day/${small}/child/${NOE}`), /Marc Petit/);
  const caller = /name="caller" value="(\d+)"[^>]*> Nadia/.exec(page)?.[1] ?? "";
  const stranger = String(sql<{ id: number }>(server, "SELECT g.id FROM guardian g JOIN account a ON a.id = g.account JOIN authority u ON u.guardian = g.id WHERE u.kind = 'no_contact'")[0]?.id);
  const before = told(LEA);
  for (const who of ["", "0", stranger]) {
    const done = await fill(the("sami"), path, path, { what: `absent-${today()}`, caller: who });
    assert.equal(done.status, 422, who);
    assert.match(plain(done.text), /Indiquez qui a appelé/);
  }
  assert.deepEqual(told(LEA), before);
  assert.equal((await fill(the("sami"), path, path, { what: `absent-${today()}`, caller, reason: "De la fatigue." })).status, 303);
  assert.match(await read("sami", `/day/${small}`), /appel de Nadia Haddad, noté par Sami Benali/);
  assert.match(await read("karim", `/absence/${LEA}`), /noté par l’équipe, appel de Nadia Haddad/);
});

test("each word is in the register, and a form that had its effect has none again", async () => {
  const words = (): number => count(server, `audit WHERE action = 'absence-told' AND child = ${LEA}`);
  const before = words();
  const form = await the("nadia").token(`/absence/${LEA}`);
  const fields = { form, what: `absent-${today()}`, reason: "" };
  assert.equal((await the("nadia").post(`/absence/${LEA}`, fields)).status, 303);
  assert.equal((await the("nadia").post(`/absence/${LEA}`, { ...fields, what: `none-${today()}` })).status, 409);
  assert.equal(words(), before + 1);
  assert.match(await read("claire", "/register"), new RegExp(`a dit si un enfant vient \\(absent ${iso(today())}\\)`));
  assert.doesNotMatch(await read("claire", "/register"), /fatigue|dentiste/);
});

test("an order of no contact hides from that moment on, and the name too", async () => {
  assert.equal((await tell("karim", LEA, `late-${today()}`)).status, 303);
  sql(server, `INSERT INTO authority (guardian, child, kind, rights, from_on, created_at)
    SELECT g.id, ${LEA}, 'no_contact', 0, 1, 1 FROM guardian g JOIN authority u ON u.guardian = g.id
      JOIN account a ON a.id = g.account JOIN absence x ON x.told_by = a.id AND x.child = ${LEA} WHERE u.child = ${LEA}`);
  assert.equal((await the("karim").get(`/absence/${LEA}`)).status, 404);
  assert.equal((await forced("karim", `/absence/${LEA}`, { what: `none-${today()}`, reason: "" })).status, 404);
  const page = await read("nadia", `/absence/${LEA}`);
  assert.match(page, /dit par la famille/);
  assert.doesNotMatch(page, /Karim/);
});

test("what was said goes with the child", async () => {
  assert.ok(count(server, `absence WHERE child = ${LEA}`) > 0);
  assert.equal((await fill(the("claire"), `/roster/child/${LEA}/erase`, `/roster/child/${LEA}/erase`, { sure: "1" })).status, 303);
  assert.equal(count(server, `absence WHERE child = ${LEA}`), 0);
  assert.doesNotMatch(await read("sami", `/day/${small}`), /Léa/);
  assert.deepEqual(check(server).findings, []);
});
