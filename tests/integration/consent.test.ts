// Consent in a house that runs: who may answer, what counts at the next
// request, what each may read of the other, papers, orders, proofs.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Answer, Client } from "../lib/client";
import { GROUP, answer as answerOf, card, plain } from "../lib/consents";
import { Server, startServer } from "../lib/server";
import { count, fill, sql, until } from "../lib/trouble";

let server: Server;
const people = new Map<string, Client>();
const child: Record<string, number> = {};

const the = (who: string): Client => {
  const c = people.get(who);
  assert.ok(c !== undefined, who);
  return c;
};

const read = async (who: string, path: string): Promise<string> => plain((await the(who).get(path)).text);

const answer = (who: string, of: string, title: string, yes: boolean, more: Record<string, string> = {}, sheet = ""): Promise<Answer> =>
  answerOf(the(who), child[of] ?? 0, title, yes, more, sheet);

const group = GROUP;
const website = "Le site public : photos et vidéos";
const done = async (who: string, of: string, title: string): Promise<string> =>
  /Aujourd’hui[^<]*/.exec(card(await read(who, `/consent/${child[of]}`), title).text)?.[0] ?? "";
const said = (of: string): number => count(server, `consent_event WHERE child = ${child[of]}`);

before(async () => {
  server = await startServer();
  for (const who of ["claire", "sami", "jeanne", "nadia", "karim", "monique", "anne", "sarah"]) people.set(who, await server.client(who));
  // The demonstration's list, in its order; names are not readable from outside.
  ["Léa", "Tom", "Noé", "Inès", "Adam", "Rose", "Malo", "Awa", "Zoé", "Elio"].forEach((n, i) => { child[n] = i + 1; });
});
after(() => server.sweep());

test("a guardian is four steps away from an answer, and as many from taking it back", async () => {
  const home = await read("nadia", "/");
  assert.match(home, /href="\/rights"/);
  const rights = await read("nadia", "/rights");
  assert.match(rights, new RegExp(`href="/consent/${child["Léa"]}"`));
  assert.match(await read("nadia", `/consent/${child["Léa"]}`), /<h1>[^<]*Léa/);
  assert.match(await done("nadia", "Léa", group), /cela peut se faire/);
  const before = said("Léa");
  assert.equal((await answer("nadia", "Léa", group, false)).status, 303);
  assert.match(await done("nadia", "Léa", group), /ne se fait pas/);
  assert.match(await done("karim", "Léa", group), /ne se fait pas/);
  assert.equal((await answer("nadia", "Léa", group, true)).status, 303);
  assert.match(await done("nadia", "Léa", group), /cela peut se faire/);
  assert.equal(said("Léa"), before + 2);
  assert.equal(sql<{ action: string }>(server, `SELECT action FROM consent_event ORDER BY id DESC LIMIT 1 OFFSET 1`)[0]?.action, "withdraw");
});

test("the other holder's no is not told, a missing answer is", async () => {
  const nadia = card(await read("nadia", `/consent/${child["Léa"]}`), website).text;
  assert.match(nadia, /tout ce qu’il faut n’est pas réuni/);
  assert.doesNotMatch(nadia, /Karim|refus/);
  const tom = card(await read("nadia", `/consent/${child["Tom"]}`), group).text;
  assert.match(tom, /n’a pas encore répondu/);
});

test("only who decides answers", async () => {
  const path = (of: string): string => `/consent/${child[of]}`;
  assert.equal((await the("monique").get(path("Léa"))).status, 404); // a grandmother
  assert.equal((await the("anne").get(path("Léa"))).status, 404); // another family
  assert.equal((await the("sami").get(path("Léa"))).status, 404);
  assert.equal((await the("sami").get("/consents")).status, 404);
  assert.equal((await the("sami").get(`/roster/child/${child["Léa"]}/consents`)).status, 404);
  assert.equal((await the("nadia").get("/consents")).status, 404);
  const before = said("Léa");
  const own = card(await read("nadia", path("Tom")), group).fields;
  const got = await fill(the("anne"), `/consent/${child["Noé"]}`, `/consent/${child["Noé"]}`, { ...own, answer: "yes", child: String(child["Léa"]) });
  assert.equal(got.status, 303);
  assert.equal(said("Léa"), before);
});

test("an answer to a text that was not shown, or long ago, is not taken", async () => {
  const before = said("Tom");
  const wrong: Record<string, string>[] = [{ text: "00".repeat(32) }, { shown: "1000" }, { shown: "99999999999" }, { question: "2-8" }, { question: "x" }, { answer: "perhaps" }];
  for (const more of wrong) {
    assert.equal((await answer("nadia", "Tom", group, true, more)).status, 303);
    assert.match(await read("nadia", `/consent/${child["Tom"]}`), /Rien n’a été noté/);
  }
  assert.equal(said("Tom"), before);
});

test("a child's no counts, whoever said yes", async () => {
  const page = await read("nadia", `/consent/${child["Léa"]}/child`);
  const cards = page.split('<section class="card"').slice(1);
  const mine = cards.find((c) => c.includes("Les familles de ton groupe la voient"));
  assert.ok(mine !== undefined);
  const fields: Record<string, string> = {};
  for (const [, name = "", value = ""] of mine.matchAll(/<input type="hidden" name="(question|text|shown|lang)" value="([^"]*)">/g)) fields[name] = value;
  const path = `/consent/${child["Léa"]}/child`;
  assert.equal((await fill(the("nadia"), path, path, { ...fields, answer: "no" })).status, 303);
  assert.match(await done("nadia", "Léa", group), /ne se fait pas/);
  assert.equal((await fill(the("nadia"), path, path, { ...fields, answer: "yes" })).status, 303);
  assert.match(await done("nadia", "Léa", group), /cela peut se faire/);
});

test("a paper needs a witness who is somebody else, and then counts", async () => {
  const at = `/roster/child/${child["Tom"]}/consents`;
  const page = await read("claire", at);
  const karim = /<option value="(\d+)">Karim Haddad/.exec(page)?.[1] ?? "";
  const sami = /<option value="(\d+)">Sami Benali/.exec(page)?.[1] ?? "";
  assert.ok(karim !== "" && sami !== "");
  assert.match(await done("nadia", "Tom", group), /ne se fait pas/);
  const today = new Date().toISOString().slice(0, 10);
  const paper = { who: karim, question: "2-3", answer: "yes", signed: today, witness: sami };
  for (const wrong of [{ witness: "" }, { witness: "1" }, { signed: "2031-01-01" }, { answer: "" }, { who: "4711" }, { question: "99-1" }]) {
    const a = await fill(the("claire"), at, `${at}/paper`, { ...paper, ...wrong });
    assert.equal(a.status, 422, JSON.stringify(wrong));
    assert.match(a.text, /role="alert"/);
  }
  assert.equal((await fill(the("claire"), at, `${at}/paper`, paper)).status, 303);
  assert.match(await done("nadia", "Tom", group), /cela peut se faire/);
});

test("an order of a court stops everything until it is lifted", async () => {
  const at = `/roster/child/${child["Léa"]}/consents`;
  assert.equal((await fill(the("claire"), at, `${at}/block`, { document: "", all: "1" })).status, 422);
  assert.equal((await fill(the("claire"), at, `${at}/block`, { document: "Ordonnance du 2 mars, Nantes", all: "1" })).status, 303);
  assert.match(await done("nadia", "Léa", group), /ne se fait pas/);
  const id = sql<{ id: number }>(server, "SELECT max(id) AS id FROM consent_event WHERE action = 'block'")[0]?.id ?? 0;
  assert.match(await read("claire", at), /Ordonnance du 2 mars, Nantes/);
  assert.equal((await fill(the("claire"), at, `${at}/block/${id}/lift`, { document: "Arrêt du 3 avril" })).status, 303);
  assert.match(await done("nadia", "Léa", group), /cela peut se faire/);
  const kept = Buffer.from("Ordonnance");
  assert.equal(sql<{ n: number }>(server, `SELECT count(*) AS n FROM consent_event WHERE instr(note_enc, x'${kept.toString("hex")}') > 0`)[0]?.n, 0);
});

test("who decides alone is noted on a document", async () => {
  const at = `/roster/child/${child["Rose"]}/consents`;
  const page = await read("claire", at);
  assert.match(page, /ce n’est pas un oui/);
  const linh = /<option value="(\d+)">Linh Nguyen/.exec(page)?.[1] ?? "";
  assert.equal((await fill(the("claire"), at, `${at}/standing`, { who: linh, document: "" })).status, 422);
  assert.equal((await fill(the("claire"), at, `${at}/standing`, { who: linh, document: "Acte de naissance, une seule filiation" })).status, 303);
  assert.doesNotMatch(await read("claire", at), /ce n’est pas un oui/);
});

// Until its witness has said so, from an account of their own, nobody is told
// of it as a fact; then everybody of the team is.
async function confirmed(): Promise<void> {
  const id = sql<{ id: number }>(server, "SELECT max(id) AS id FROM consent_standing")[0]?.id ?? 0;
  const told = async (): Promise<boolean> => /Un juge a confié la décision/.test(await read("sami", `/roster/child/${child["Inès"]}`));
  assert.equal(await told(), false);
  assert.match(await read("sami", "/today"), /1 décision de justice vous attend/);
  assert.match(await read("sami", "/second"), /Inès Cohen[\s\S]*David Cohen[\s\S]*Le site public[\s\S]*Jugement du 3 mars, Nantes[\s\S]*Claire Morin/);
  for (const who of ["claire", "jeanne"]) {
    assert.doesNotMatch(await read(who, "/second"), /Jugement du 3 mars/);
    const other = await the(who).post(`/second/${id}/seen`, { form: await the(who).token("/account") });
    assert.equal(other.status, 404, who);
  }
  assert.equal((await the("nadia").get("/second")).status, 404);
  assert.equal(await told(), false);
  assert.equal((await fill(the("sami"), "/second", `/second/${id}/seen`)).status, 303);
  assert.equal(await told(), true);
  assert.doesNotMatch(await read("sami", "/today"), /décision de justice vous attend/);
  assert.match(await read("claire", `/roster/child/${child["Inès"]}/consents`), /Jugement du 3 mars, Nantes[\s\S]*Vu aussi par : Sami Benali/);
  assert.match(await read("sarah", `/child/${child["Inès"]}/looked`), /Sami Benali said about a judge’s decision/);
}

const inDays = (n: number): string => new Date(Date.now() + n * 86400e3).toISOString().slice(0, 10);

test("a judge's decision about one matter needs a second person, and counts for that matter alone", async () => {
  const at = `/roster/child/${child["Inès"]}/consents`;
  const page = await read("claire", at);
  const david = /<option value="(\d+)">David Cohen/.exec(page)?.[1] ?? "";
  const sami = /<option value="(\d+)">Sami Benali/.exec(page)?.[1] ?? "";
  const order = { kind: "delegated", who: david, matter: "5", until: inDays(90), witness: sami, document: "Jugement du 3 mars, Nantes" };
  assert.match(await done("sarah", "Inès", "The public website: photos and videos"), /^$/);
  for (const wrong of [{ witness: "0" }, { witness: "1" }, { until: inDays(-3) }, { until: "x" }, { matter: "4711" }, { who: "4711" }, { document: "" }, { kind: "sole" }]) {
    const a = await fill(the("claire"), at, `${at}/standing`, { ...order, ...wrong });
    assert.equal(a.status, 422, JSON.stringify(wrong));
    assert.match(a.text, /role="alert"/);
  }
  assert.equal((await fill(the("claire"), at, `${at}/standing`, order)).status, 303);
  const noted = await read("claire", at);
  assert.match(noted, /David Cohen<\/b> décision confiée par un juge pour « Le site public »/);
  assert.match(noted, /Jugement du 3 mars, Nantes[\s\S]*ne compte pas encore<\/span> Sami Benali doit la confirmer/);
  await confirmed();
  // The team knows the fact and not the document; families see neither.
  const team = await read("sami", `/roster/child/${child["Inès"]}`);
  assert.match(team, /Un juge a confié la décision sur « Le site public » à cette personne : David Cohen/);
  assert.doesNotMatch(team, /Jugement du 3 mars/);
  const rows = sql<{ n: number }>(server, "SELECT count(*) AS n FROM consent_standing WHERE kind = 'delegated' AND purpose = 5 AND witness IS NOT NULL");
  assert.equal(rows[0]?.n, 1);
});

test("a decision that its witness says they did not see ends, and never counted", async () => {
  const at = `/roster/child/${child["Rose"]}/consents`;
  const page = await read("claire", at);
  const linh = /<option value="(\d+)">Linh Nguyen/.exec(page)?.[1] ?? "";
  const jeanne = /<option value="(\d+)">Jeanne Roux/.exec(page)?.[1] ?? "";
  assert.equal((await fill(the("claire"), at, `${at}/standing`, { kind: "delegated", who: linh, matter: "0", witness: jeanne, document: "Jugement jamais vu" })).status, 303);
  const id = sql<{ id: number }>(server, "SELECT max(id) AS id FROM consent_standing")[0]?.id ?? 0;
  assert.match(await read("claire", at), /Jugement jamais vu/);
  assert.equal((await fill(the("jeanne"), "/second", `/second/${id}/unseen`)).status, 303);
  assert.doesNotMatch(await read("claire", at), /Jugement jamais vu/);
  assert.equal(count(server, `consent_standing WHERE id = ${id} AND confirmed_at IS NULL AND ended_at IS NOT NULL`), 1);
  assert.equal(count(server, "audit WHERE action = 'consent-confirmed' AND detail = 'not-seen'"), 1);
  assert.throws(() => sql(server, `UPDATE consent_standing SET confirmed_at = 1, witness = noted_by WHERE id = ${id}`), /stays written/);
});

test("a court's order is told to the team", async () => {
  const at = `/roster/child/${child["Inès"]}/consents`;
  assert.equal((await fill(the("claire"), at, `${at}/block`, { document: "Ordonnance du 5 mai", all: "0" })).status, 303);
  const team = await read("sami", `/roster/child/${child["Inès"]}`);
  assert.match(team, /Un juge interdit cet usage : « Le site public »/);
  assert.doesNotMatch(team, /Ordonnance du 5 mai/);
});

const sea = { name_fr: "Visite de la ferme", about_fr: "Des photos de la ferme sur le site de la ville.", name_en: "A day on the farm", about_en: "Photos of the farm on the town’s website." };
const farm = "Visite de la ferme : photos";

test("who works with the group prepares a form for one outing, and its families alone are asked", async () => {
  const form = await read("sami", "/outings");
  const group = /<option value="(\d+)"[^>]*>Les Écureuils/.exec(form)?.[1] ?? "";
  assert.doesNotMatch(form, />Les Hérissons/);
  const other = /<option value="(\d+)"[^>]*>Les Hérissons/.exec(await read("claire", "/outings"))?.[1] ?? "";
  const good = { ...sea, group, from: inDays(10), until: inDays(20) };
  for (const wrong of [{ group: other }, { group: "" }, { until: inDays(9) }, { until: inDays(600) }, { from: "" }, { about_fr: "" }, { name_en: "" }]) {
    const a = await fill(the("sami"), "/outings", "/outings", { ...good, ...wrong });
    assert.equal(a.status, 422, JSON.stringify(wrong));
  }
  assert.equal((await the("nadia").get("/outings")).status, 404);
  const made = await fill(the("sami"), "/outings", "/outings", good);
  assert.equal(made.status, 303);
  const lea = card(await read("nadia", `/consent/${child["Léa"]}`), farm).text;
  assert.match(lea, /Des photos de la ferme sur le site de la ville/);
  assert.doesNotMatch(await read("nadia", `/consent/${child["Tom"]}`), /Visite de la ferme/);
  assert.match((await the("sarah").get(`/consent/${child["Inès"]}`)).text, /A day on the farm/);
});

const waits = (of: string): RegExp => new RegExp(`href="/consent/${child[of]}">Visite de la ferme : votre réponse pour ${of} est attendue avant le \\d`);

test("the first page says that a form waits, with the day, to who has not answered", async () => {
  for (const who of ["nadia", "karim"]) {
    assert.match(await read(who, "/"), waits("Léa"), who);
    assert.match(await read(who, `/?child=${child["Léa"]}`), waits("Léa"), who);
    assert.doesNotMatch(await read(who, `/?child=${child["Tom"]}`), /votre réponse pour/, who);
  }
  assert.match(await read("sarah", "/"), /A day on the farm: your answer about Inès is awaited by/);
  for (const who of ["monique"]) assert.doesNotMatch(await read(who, "/"), /Visite de la ferme/, who);
});

test("a form for an outing is answered like the others, on the screen and on paper, and the list follows", async () => {
  const id = sql<{ id: number }>(server, "SELECT max(id) AS id FROM consent_purpose WHERE activity_group IS NOT NULL")[0]?.id ?? 0;
  const shown = async (who: string): Promise<string> =>
    /<li><span>Léa Haddad<\/span>[\s\S]*?<\/li>/.exec(await read("sami", `/outings/${id}`))?.[0].replaceAll(/<[^>]*>/g, " ") ?? who;
  assert.match(await shown("sami"), /ne se fait pas/);
  assert.equal((await answer("nadia", "Léa", farm, true)).status, 303);
  assert.match(await done("nadia", "Léa", farm), /ne se fait pas/);
  assert.doesNotMatch(await read("nadia", "/"), waits("Léa"));
  assert.match(await read("karim", "/"), waits("Léa"));
  const at = `/roster/child/${child["Léa"]}/consents`;
  const page = await read("claire", at);
  const karim = /<option value="(\d+)">Karim Haddad/.exec(page)?.[1] ?? "";
  const sami = /<option value="(\d+)">Sami Benali/.exec(page)?.[1] ?? "";
  const paper = { who: karim, question: `${id}-1`, answer: "yes", signed: new Date().toISOString().slice(0, 10), witness: sami };
  assert.equal((await fill(the("claire"), at, `${at}/paper`, { ...paper, lang: "xx" })).status, 422);
  assert.equal((await fill(the("claire"), at, `${at}/paper`, { ...paper, lang: "en" })).status, 303);
  assert.match(await done("nadia", "Léa", farm), /cela peut se faire/);
  assert.match(await shown("sami"), /peut se faire/);
  const said = sql<{ activity_group: number; days: number; lang: string; body: string }>(server,
    `SELECT e.activity_group, e.until_on - p.until_on AS days, t.lang, t.body FROM consent_event e JOIN consent_purpose p ON p.id = e.purpose
       JOIN consent_text t ON t.id = e.text WHERE e.purpose = ${id} ORDER BY e.id`);
  assert.deepEqual(said.map((s) => [s.activity_group > 0, s.days, s.lang]), [[true, 0, "fr"], [true, 0, "en"]]);
  assert.match(said[0]?.body ?? "", /Pour cette seule sortie, le \d\d\/\d\d\/\d{4}\. Un oui vaut jusqu’au/);
  assert.match(said[1]?.body ?? "", /^A day on the farm: photos[\s\S]*For this outing alone, on \d{4}-/);
  assert.equal((await answer("nadia", "Léa", farm, false)).status, 303);
  assert.match(await shown("sami"), /ne se fait pas/);
  assert.equal((await the("nadia").get(`/outings/${id}`)).status, 404);
});

test("a form on paper speaks the language of those who answer it", async () => {
  const id = sql<{ id: number }>(server, "SELECT max(id) AS id FROM consent_purpose WHERE activity_group IS NOT NULL")[0]?.id ?? 0;
  for (const path of [`/outings/${id}/print`, "/consents/group/1/print"]) {
    const forms = (await read("claire", path)).split("<article").slice(1);
    const ines = forms.filter((f) => f.includes("Inès"));
    assert.equal(ines.length, 1, path);
    assert.match(ines[0] ?? "", /lang="en"[\s\S]*Pictures of Inès[\s\S]*Date and signature/);
    const lea = forms.filter((f) => f.includes("Léa"));
    assert.equal(lea.length, 1, path);
    assert.match(lea[0] ?? "", /lang="fr"[\s\S]*Images : Léa[\s\S]*Date et signature/);
  }
  const forms = (await read("claire", `/outings/${id}/print`)).split("<article").slice(1);
  for (const f of forms) assert.match(f, /Visite de la ferme|A day on the farm/);
  for (const f of forms) assert.doesNotMatch(f, /Le site public|The public website/);
});

test("what waits is told as facts, by itself", async () => {
  // Jobs look within ten minutes; a new start looks at once.
  const waits = (): Set<string> => new Set(sql<{ kind: string }>(server, "SELECT DISTINCT kind FROM consent_task WHERE done_at IS NULL").map((t) => t.kind));
  await until("the tasks of the demonstration", () => waits().has("contradiction"));
  const page = await read("claire", "/consents");
  assert.match(page, /Léa Haddad[^<]*ne disent pas la même chose sur «\s*Le site public/);
  const waiting = async (): Promise<string[]> => Array.from((await read("claire", "/structure")).matchAll(/<section class="card wait"[^>]*><div class="in">\s*<h2[^>]*>([^<]*)/g), (m) => m[1] ?? "");
  sql(server, `UPDATE account SET state = 'suspended' WHERE state = 'pending';
    UPDATE region SET state = 'mask', resolved_at = 1 WHERE state = 'open'; UPDATE medium SET cleared = 1 WHERE cleared = 0 AND state = 'ready';
    UPDATE post SET second_at = NULL WHERE state = 'draft'`);
  const alone = await waiting();
  assert.equal(alone.length, 1, alone.join());
  assert.match(alone[0] ?? "", /^Consentements de \d+ enfants à regarder$/);
  assert.doesNotMatch(await read("claire", "/structure"), /Rien ne vous attend/);
});

test("proofs are read by the family, printed by the director, exported by the command", async () => {
  const mine = await read("nadia", `/consent/${child["Léa"]}/proofs`);
  assert.match(mine, /Nadia Haddad/);
  assert.doesNotMatch(mine, /Karim Haddad|Ordonnance/);
  assert.match(await read("claire", `/roster/child/${child["Léa"]}/consents/proofs`), /Karim Haddad/);
  const out = server.preau("consent", "export", "--child", String(child["Léa"]));
  assert.equal(out.status, 0, out.err);
  const proof = JSON.parse(out.out) as { whole: boolean; events: Record<string, string | number | null>[] };
  assert.equal(proof.whole, true);
  assert.equal(proof.events.length, said("Léa"));
  for (const e of proof.events.filter((v) => v["action"] === "grant")) {
    assert.match(String(e["text_sha256"]), /^[0-9a-f]{64}$/);
    assert.ok(String(e["text"]).length > 100 && Number(e["shown_at"]) > 0 && Number(e["acted_at"]) >= Number(e["shown_at"]));
    assert.match(String(e["text_language"]), /^(fr|en)$/);
    assert.ok(["second-step", "signed-in", "beside", "paper"].includes(String(e["method"])));
    assert.equal(String(e["witness_name"]).length > 0, e["method"] === "paper");
  }
  assert.ok(proof.events.some((e) => e["method"] === "paper" && e["text_language"] === "en"));
  // No family of the demonstration has a second step: no proof says that one was given.
  assert.deepEqual([...new Set(sql<{ method: string }>(server, `SELECT e.method FROM consent_event e JOIN account a ON a.id = e.actor
    WHERE a.totp_enc IS NULL AND e.speaker = 'holder'`).map((e) => e.method))], ["signed-in"]);
  assert.match(await read("nadia", `/child/${child["Léa"]}/looked`), /a lu les consentements concernant un enfant/);
  assert.match(await read("claire", "/register"), /a sorti les preuves de consentement/);
});

test("an outing that is called off asks nobody any more, and the families read why", async () => {
  const group = sql<{ id: number }>(server, "SELECT activity_group AS id FROM consent_purpose ORDER BY id DESC LIMIT 1")[0]?.id ?? 0;
  const zoo = { name_fr: "Sortie au zoo", about_fr: "Des photos du zoo sur le site de la ville.", name_en: "A day at the zoo", about_en: "Photos of the zoo on the town’s website." };
  const made = await fill(the("sami"), "/outings", "/outings", { ...zoo, group: String(group), from: inDays(5), until: inDays(9) });
  const path = made.headers.location ?? "";
  assert.match(path, /^\/outings\/\d+$/);
  const id = Number(path.slice(9));
  const asked = "Sortie au zoo : photos";
  assert.equal((await answer("nadia", "Léa", asked, true)).status, 303);
  assert.match(await read("karim", "/"), /Sortie au zoo : votre réponse/);
  assert.equal((await the("jeanne").get(`${path}/stop`)).status, 404);
  assert.equal((await the("jeanne").post(`${path}/stop`, { form: await the("jeanne").token("/account"), why: "Non" })).status, 404);
  assert.equal((await the("nadia").get(`${path}/stop`)).status, 404);
  assert.equal((await fill(the("sami"), `${path}/stop`, `${path}/stop`, { why: "" })).status, 422);
  assert.equal((await fill(the("sami"), `${path}/stop`, `${path}/stop`, { why: "Tempête annoncée" })).status, 303);
  const again = await the("sami").post(`${path}/stop`, { form: await the("sami").token("/account"), why: "Grève" });
  assert.equal(again.status, 409);
  for (const who of ["nadia", "karim"]) {
    const page = await read(who, `/consent/${child["Léa"]}`);
    assert.match(page, />Sortie au zoo<[\s\S]*annulée[\s\S]*Raison : Tempête annoncée/, who);
    assert.ok(!page.includes(asked), who);
    assert.doesNotMatch(await read(who, "/"), /Sortie au zoo/, who);
  }
  assert.doesNotMatch(await read("nadia", `/consent/${child["Tom"]}`), /Tempête/);
  assert.match(await read("sami", path), /Cette sortie est annulée[\s\S]*Tempête annoncée[\s\S]*0 sur \d+/);
  assert.match(await read("sami", "/outings"), /Sortie au zoo[\s\S]*annulée/);
  const kept = sql<{ n: number }>(server, `SELECT count(*) AS n FROM consent_purpose WHERE id = ${id} AND instr(stopped_enc, CAST('Temp' AS BLOB)) > 0`);
  assert.equal(kept[0]?.n, 0);
});

test("an erased child's proofs are found by name and birth date, without its words", async () => {
  const at = `/roster/child/${child["Elio"]}/consents`;
  const page = await read("claire", at);
  const sami = /<option value="(\d+)">Sami Benali/.exec(page)?.[1] ?? "";
  assert.equal((await fill(the("claire"), at, `${at}/paper`, { who: "0", question: "2-3", answer: "yes", witness: sami,
    signed: new Date().toISOString().slice(0, 10), note: "D’accord pour le foot" })).status, 303);
  const name = ["--first", "Elio", "--last", "Martin", "--born", "2016-02-28"];
  assert.match(server.preau("consent", "export", ...name).out, /D’accord pour le foot/);
  const erase = `/roster/child/${child["Elio"]}/erase`;
  assert.equal((await fill(the("claire"), erase, erase, { sure: "1" })).status, 303);
  const out = server.preau("consent", "export", ...name);
  assert.equal(out.status, 0, out.err);
  assert.doesNotMatch(out.out, /D’accord pour le foot/);
  assert.match(out.out, /"whole":true/);
  assert.equal(server.preau("consent", "export", "--first", "Elio", "--last", "Martin", "--born", "2016-02-27").status === 0, false);
});

test("a purpose of the organisation's own is asked, and asking again ends the old yes", async () => {
  assert.equal((await fill(the("claire"), "/consents/purposes", "/consents/purposes", { name_fr: "Expo", about_fr: "", name_en: "Show", about_en: "Prints in the hall." })).status, 422);
  assert.equal((await fill(the("claire"), "/consents/purposes", "/consents/purposes", { name_fr: "Exposition", about_fr: "Des tirages dans le hall de la mairie.",
    name_en: "Exhibition", about_en: "Prints in the hall of the town hall." })).status, 303);
  assert.match(await read("nadia", `/consent/${child["Léa"]}`), /Exposition : photos/);
  assert.match(await done("nadia", "Léa", group), /cela peut se faire/);
  assert.equal((await fill(the("claire"), "/consents/purposes", "/consents/purposes/2", { asked: "1", renew: "1" })).status, 303);
  assert.match(await done("nadia", "Léa", group), /ne se fait pas/);
});
