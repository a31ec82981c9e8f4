// How long things are kept, what may not end, and what a family asks by right:
// each by the page's own form, then seen as the person concerned.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Client } from "../lib/client";
import { kept } from "../lib/kept";
import { dayOfTests } from "../lib/patience";
import { startServer, type Server } from "../lib/server";
import { check, count, fill, sql } from "../lib/trouble";

let server: Server;
let claire: Client;
let nadia: Client;
let anne: Client;

before(async () => {
  server = await startServer({ photoPixels: 400 });
  claire = await server.client("claire");
  nadia = await server.client("nadia");
  anne = await server.client("anne");
});
after(() => server.sweep());

const entries = (action: string): number => count(server, `audit WHERE action = '${action}'`);
const plain = (html: string): string => html.replace(/<[^>]+>/g, " ").replace(/&#39;/g, "’").replace(/\s+/g, " ");
const dayAfter = (days: number): string => new Date(Date.parse(dayOfTests()) + days * 86_400_000).toISOString().slice(0, 10);
test("anybody reads how long each thing is kept, from when and by which law, in both languages", async () => {
  const visitor = new Client(server.url);
  const fr = await visitor.get("/how-long", { "Accept-Language": "fr" });
  assert.equal(fr.status, 200);
  assert.equal((fr.text.match(/<section/g) ?? []).length, 26);
  assert.match(plain(fr.text), /Photos, vidéos et documents des albums, et leurs originaux 90 jours après la fin de la saison/);
  assert.match(plain(fr.text), /5 ans après l’effacement de la fiche de l’enfant/);
  assert.match(fr.text, /RGPD art\. 5\(1\)\(e\)/);
  await visitor.get("/language/en?back=%2F");
  assert.match(plain((await visitor.get("/how-long")).text), /Absences and their reasons 31 days after the end of the season/);
  for (const [c, page] of [[nadia, "/consent/1"], [anne, "/rights"], [await server.client("sami"), "/publish/5/send"]] as const)
    assert.match((await c.get(page)).text, /href="\/how-long"/, page);
});

test("whatever names somebody has its end and is read by whom it is about, or a reason stands beside it", async () => {
  interface Column { t: string; c: string; to: string | null }
  const columns = sql<Column>(server, `SELECT m.name AS t, c.name AS c, f."table" AS "to" FROM sqlite_master m
    JOIN pragma_table_info(m.name) c LEFT JOIN pragma_foreign_key_list(m.name) f ON f."from" = c.name WHERE m.type = 'table'`);
  const people = /^(account|child|guardian|uploader|author|actor|reporter|asker|caller|witness)$|_enc$|_by$/;
  const named = new Set(columns.filter((x) => people.test(x.c) || ["account", "child", "guardian"].includes(x.to ?? "")).map((x) => x.t));
  assert.ok(named.size > 50, String(named.size));
  assert.deepEqual([...named].filter((t) => kept[t] === undefined), [], "say in tests/lib/kept.ts how it ends and where it is read");
  assert.deepEqual(Object.keys(kept).filter((t) => !named.has(t)), [], "gone, or names nobody any more");
  const rules = new Set(Array.from((await new Client(server.url).get("/how-long")).text.matchAll(/id="r-([a-z]+)"/g), (m) => m[1]));
  const json = /\{[\s\S]*\}/;
  const file = join(server.folder, "kept.zip");
  writeFileSync(file, (await nadia.get("/rights/mine.zip")).body);
  const out = json.exec(spawnSync("unzip", ["-p", file, "data.json"], { encoding: "utf8" }).stdout)?.[0] ?? "{}";
  const places = new Set((JSON.parse(out) as { sections: { about: string }[] }).sections.map((x) => x.about));
  for (const [table, k] of Object.entries(kept)) {
    assert.ok(rules.has(k.ends) || /^never: ./.test(k.ends), `${table} ends by ${k.ends}`);
    assert.ok(places.has(k.mine) || /^no: ./.test(k.mine), `${table} is read in ${k.mine}`);
  }
});

test("a director chooses a duration within its limits, with a reason that stays", async () => {
  const page = "/structure/ends/photos";
  for (const [days, reason] of [["29", "trop court"], ["366", "trop long"], ["100", ""]]) {
    const wrong = await fill(claire, page, page, { days: days ?? "", reason: reason ?? "" });
    assert.equal(wrong.status, 422, `${days} ${reason}`);
  }
  assert.equal(count(server, "ends_choice"), 0);
  assert.equal((await fill(claire, page, page, { days: "180", reason: "La fête a lieu en été." })).status, 303);
  assert.match(plain((await claire.get("/structure/ends")).text), /180 jours après la fin de la saison.*La fête a lieu en été\./);
  assert.equal((await fill(claire, page, page, { days: "60", reason: "Moins suffit." })).status, 303);
  assert.match(plain((await new Client(server.url).get("/how-long")).text), /180 jours après la fin de la saison[^.]*\. À partir du [^.]*: 60 jours\./);
  assert.equal(entries("ends-chosen"), 2);
  assert.equal((await claire.get("/structure/ends/consents")).status, 404, "what the law fixes is not chosen");
  for (const who of [anne, await server.client("sami")]) assert.equal((await who.get("/structure/ends")).status, 404);
});

let request = "";

test("a family asks, has a number and the legal date, and reads the answer; nobody else of a family does", async () => {
  assert.equal((await fill(nadia, "/rights/ask/correct", "/rights/ask/correct", { words: "" })).status, 422);
  const sent = await fill(nadia, "/rights/ask/correct", "/rights/ask/correct", { words: "Le nom est mal écrit : Haddad, avec deux d." });
  assert.equal(sent.status, 303, sent.text.slice(0, 1000));
  request = String(sent.headers.location);
  const due = sql<{ due_on: number; received_on: number }>(server, "SELECT due_on, received_on FROM claim")[0];
  const came = new Date((due?.received_on ?? 0) * 86_400_000);
  const days = (due?.due_on ?? 0) - (due?.received_on ?? 0);
  assert.ok(days >= 28 && days <= 31, `${days} days`);
  assert.equal(came.toISOString().slice(0, 10), dayOfTests());
  const receipt = plain((await nadia.get(request)).text);
  assert.match(receipt, /Numéro 1 .*attend une réponse.*Réponse avant le .*RGPD art\. 12\(3\).*deux d\./);
  assert.equal((await anne.get(request)).status, 404);
  assert.equal(count(server, "claim WHERE instr(words_enc, 'Haddad') > 0"), 0, "sealed");
  const id = /\d+$/.exec(request)?.[0] ?? "";
  assert.match(plain((await claire.get("/claims")).text), /Nº 1 une correction/);
  assert.match(plain((await claire.get(`/claims/${id}`)).text), /deux d\./);
  assert.equal(entries("claim-viewed"), 1);
  assert.equal((await fill(claire, `/claims/${id}`, `/claims/${id}/extend`, { why: "La mairie cherche le registre." })).status, 303);
  const later = sql<{ due_on: number }>(server, "SELECT due_on FROM claim")[0]?.due_on ?? 0;
  assert.ok(later - (due?.received_on ?? 0) >= 89, "two months more");
  assert.equal((await claire.post(`/claims/${id}/extend`, { form: await claire.token(`/claims/${id}`), why: "encore un peu" })).status, 409);
  assert.equal((await fill(claire, `/claims/${id}`, `/claims/${id}/answer`, { answer: "Corrigé, merci.", what: "granted" })).status, 303);
  assert.match(plain((await nadia.get(request)).text), /faite.*La mairie cherche le registre\..*Corrigé, merci\./);
  assert.doesNotMatch((await nadia.get(request)).text, /withdraw/);
  assert.equal(entries("claim-answered"), 1);
});

test("who asks may take it back, or object to one thing", async () => {
  const one = await fill(nadia, "/rights/ask/see", "/rights/ask/see", { words: "Ma fiche de l’an dernier." });
  const two = await fill(nadia, "/rights/ask/oppose", "/rights/ask/oppose", { words: "Pas de registre pour moi.", rule: "register" });
  const path = String(one.headers.location);
  assert.equal((await fill(nadia, path, `${path}/withdraw`)).status, 303);
  assert.match(plain((await nadia.get(path)).text), /retirée/);
  assert.match(plain((await nadia.get(String(two.headers.location))).text), /Le registre de ce qui a été fait/);
});

test("what came by letter is entered with the day on which it came, and a director is told what is late", async () => {
  const wrong = await fill(claire, "/claims/new", "/claims/new", { kind: "erase", words: "Tout effacer.", name: "Paul Ancien, 3 rue des Lilas", came: dayAfter(1) });
  assert.equal(wrong.status, 422);
  const done = await fill(claire, "/claims/new", "/claims/new", { kind: "erase", words: "Tout effacer.", name: "Paul Ancien, 3 rue des Lilas", came: dayAfter(-3) });
  assert.equal(done.status, 303, done.text.slice(0, 1000));
  assert.match(plain((await claire.get(String(done.headers.location))).text), /Paul Ancien, 3 rue des Lilas/);
  assert.equal(count(server, "claim WHERE asker IS NULL"), 1);
  assert.doesNotMatch(plain((await claire.get("/structure")).text), /est en retard|d’ici une semaine/);
  const old = await fill(claire, "/claims/new", "/claims/new", { kind: "see", words: "Ma fiche.", name: "Jeanne Ancienne", came: dayAfter(-60) });
  assert.equal(old.status, 303);
  assert.match(plain((await claire.get("/structure")).text), /1 demande est en retard/);
  assert.match(plain((await claire.get("/claims")).text), /Nº 5 à voir ce qui est gardé .*en retard/);
});

test("everything about a person and her children comes in a ZIP that a machine reads too", async () => {
  const shown = await nadia.get("/rights/mine");
  assert.match(plain(shown.text), /Léa/);
  const zip = await nadia.get("/rights/mine.zip");
  assert.equal(zip.status, 200);
  const file = join(server.folder, "mine.zip");
  writeFileSync(file, zip.body);
  assert.equal(spawnSync("unzip", ["-tq", file]).status, 0);
  const json = spawnSync("unzip", ["-p", file, "data.json"], { encoding: "utf8" }).stdout;
  const data = JSON.parse(json) as { sections: { about: string; title: string; rows: { what: string; value: string }[] }[] };
  assert.deepEqual([...new Set(data.sections.map((s) => s.about))], ["account", "devices", "told", "requests", "telling", "reports", "safe", "child"]);
  const rows = data.sections.flatMap((s) => s.rows);
  for (const what of ["name", "login", "first-name", "born", "group", "consent", "request", "answer"])
    assert.ok(rows.some((x) => x.what === what), what);
  assert.ok(rows.some((x) => x.value === "nadia"));
  assert.match(json, /deux d\./);
  assert.doesNotMatch(json, /Noé|Zoé/, "nobody else’s child");
  assert.match(spawnSync("unzip", ["-p", file, "index.html"], { encoding: "utf8" }).stdout, /<h1>Ce qui est gardé sur moi et mes enfants/);
  assert.equal(entries("own-data-taken"), 2);
  assert.equal((await new Client(server.url).get("/rights/mine.zip")).status, 404);
});

test("what is held does not end by hand either, until two people release it", async () => {
  const thomas = await server.client("thomas");
  const reason = "Réquisition du 3 novembre 2026.";
  const lea = 1;
  assert.equal((await fill(claire, "/holds", "/holds", { kind: "child", subject: "9999", until: dayAfter(30), reason })).status, 422);
  assert.equal((await fill(claire, "/holds", "/holds", { kind: "child", subject: String(lea), until: dayAfter(30), reason })).status, 303);
  assert.match(plain((await thomas.get("/holds")).text), /Enfant numéro 1.*Réquisition du 3 novembre 2026\./);
  assert.equal((await (await server.client("sami")).get("/holds")).status, 404);
  const refused = await fill(claire, `/roster/child/${lea}/erase`, `/roster/child/${lea}/erase`, { sure: "1" });
  assert.equal(refused.status, 422);
  assert.match(plain(refused.text), /conservation/);
  assert.equal(count(server, `child WHERE id = ${lea} AND erased_at IS NOT NULL`), 0);
  assert.equal((await fill(claire, "/holds", "/holds/1/ask")).status, 303);
  assert.equal((await claire.post("/holds/1/release", { form: await claire.token("/holds") })).status, 403);
  assert.equal((await fill(thomas, "/holds", "/holds/1/release")).status, 303);
  assert.equal(count(server, "hold_order WHERE released_at IS NULL"), 0);
  assert.match(plain((await claire.get("/holds")).text), /Libéré le/);
});

test("who asks to be erased is: signed out, without a name, and not back with an old login", async () => {
  const karim = await server.client("karim");
  const sent = await fill(karim, "/rights/ask/erase", "/rights/ask/erase", { words: "Mon compte, s’il vous plaît." });
  const claim = /\d+$/.exec(String(sent.headers.location))?.[0] ?? "";
  assert.equal((await fill(claire, `/claims/${claim}`, `/claims/${claim}/erase`)).status, 303);
  assert.equal((await karim.get("/account")).headers.location, "/sign-in");
  const id = sql<{ asker: number }>(server, `SELECT asker FROM claim WHERE id = ${claim}`)[0]?.asker;
  assert.equal(count(server, `account WHERE id = ${id} AND ended_at IS NOT NULL AND state = 'closed'`), 1);
  assert.equal(count(server, `session WHERE account = ${id}`), 0);
  assert.equal(count(server, `claim WHERE id = ${claim} AND state = 'granted'`), 1);
  const { login, passphrase } = server.login("karim");
  assert.equal((await fill(new Client(server.url), "/sign-in", "/sign-in", { login, pass: passphrase })).status, 422);
  const page = /\/certificates\/\d+/.exec((await claire.get(`/claims/${claim}`)).text)?.[0] ?? "";
  assert.match(plain((await claire.get(page)).text), /un compte.*la personne concernée.*RGPD art\. 12\(3\)/);
  assert.equal((await nadia.get(page)).status, 404);
  assert.equal(server.preau("audit", "verify").status, 0);
  assert.deepEqual(check(server).findings, []);
});

test("an erasure has its certificate, signed: a changed one, or one that is not true, is refused", async () => {
  const asked = await fill(nadia, "/rights/ask/erase", "/rights/ask/erase", { child: "1", words: "Nous partons." });
  const claim = String(asked.headers.location);
  assert.equal((await fill(claire, "/certificates", "/certificates", { kind: "child", subject: "1" })).status, 422, "nothing is certified beforehand");
  const erased = await fill(claire, "/roster/child/1/erase", "/roster/child/1/erase", { sure: "1" });
  assert.equal(erased.status, 303, erased.text.slice(0, 800));
  const page = String(erased.headers.location);
  assert.match(page, /^\/certificates\/\d+$/);
  assert.match(plain((await nadia.get(claim)).text), /Attestation Nº 2/);
  assert.equal((await nadia.get(page)).status, 200);
  const file = await nadia.get(`${page}/file`);
  assert.match(file.text, /^preau-certificate 1\nnumber: 2\n[\s\S]*subject: child\nsubject-number: 1\n[\s\S]*own-key-destroyed: 1\n[\s\S]*readable: 0\n[\s\S]*\nsignature: [0-9a-f]{128}\n$/);
  assert.doesNotMatch(file.text, /Léa|Haddad|nadia/);
  const path = join(server.folder, "certificate.txt");
  const verify = (text: string): { status: number | null; said: string } => {
    writeFileSync(path, text);
    const done = server.preau("certificate", "verify", path);
    return { status: done.status, said: done.out + done.err };
  };
  assert.equal(verify(file.text).status, 0);
  const changed = verify(file.text.replace("held-by-law: 0", "held-by-law: 9"));
  assert.match(changed.said, /not signed by this organisation/);
  assert.notEqual(changed.status, 0);
  assert.match(verify("a letter").said, /no certificate/);
  sql(server, "UPDATE child SET erased_at = NULL WHERE id = 1");
  assert.match(verify(file.text).said, /can be read/);
  sql(server, "UPDATE child SET erased_at = 1 WHERE id = 1");
  assert.equal(verify(file.text).status, 0);
});
