// A report to NCMEC in a browser, from the first word to its number: by keys
// alone and without scripts, in both languages, on a phone and on a desk.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Locator } from "playwright-core";

import { launch, look, open, phone, type Tab } from "../lib/browser";
import type { Client } from "../lib/client";
import { Ncmec, schema } from "../lib/ncmec";
import { startServer, type Server } from "../lib/server";
import { count, fill, sql, until } from "../lib/trouble";

const shots = process.env["PREAU_SHOTS"] ?? "";
const desk = { width: 1280, height: 900 };
const folder = mkdtempSync(join(tmpdir(), "preau-ncmec-"));

let tipline: Ncmec;
let server: Server;
let browser: Browser;
let french: Tab;
let english: Tab;
let bare: Tab; // without scripts
let thomas: Client;
let file = 0; // the case
let page = "";

const state = (): string => sql<{ state: string }>(server, "SELECT state FROM tipline ORDER BY id DESC LIMIT 1")[0]?.state ?? "";

// Nothing is wrong with a page, and it says so, whoever reads it and by what.
async function says(name: string, path: string, words: [RegExp, RegExp]): Promise<void> {
  for (const [tab, lang, narrow, word] of [[french, "fr", true, words[0]], [english, "en", false, words[1]]] as const) {
    await tab.go(`/language/${lang}?back=%2Faccount`);
    assert.deepEqual(await look(tab, "thomas", path, lang, narrow), [], name);
    assert.ok(await tab.page.getByText(word).first().isVisible(), `${name}, ${lang}`);
    if (shots !== "") await tab.page.screenshot({ path: `${shots}/ncmec_${name}_${lang}.png`, fullPage: true });
  }
  await bare.go("/language/fr?back=%2Faccount");
  assert.equal(await bare.go(path), 200);
  assert.ok(await bare.page.getByText(words[0]).first().isVisible(), `${name}, without scripts`);
}

async function press(what: Locator, key = "Enter"): Promise<void> {
  await what.focus();
  await Promise.all([bare.page.waitForNavigation({ waitUntil: "load" }), bare.page.keyboard.press(key)]);
}

const button = (name: string | RegExp): Locator => bare.page.getByRole("button", { name });

async function write(): Promise<void> {
  await bare.go(page);
  const kind = bare.page.getByLabel("Ce qui s’est passé", { exact: true });
  await kind.focus();
  for (let i = 0; i < 7; i++) await bare.page.keyboard.press("ArrowDown");
  assert.equal(await kind.inputValue(), "7");
  await bare.page.getByLabel("Ce qui s’est passé, avec vos mots").focus();
  await bare.page.keyboard.type("Quelqu’un a demandé une photo & insisté.");
  await bare.page.getByLabel(/Indiquer depuis quelles adresses/).focus();
  await bare.page.keyboard.press("Space");
  await press(button("Rédiger, puis relire"));
}

// What waits for its time is due now.
async function now(what: string): Promise<void> {
  sql(server, "UPDATE tipline SET next_at = 0 WHERE state = 'sending'; UPDATE tipline_link SET schema_due_at = 0");
  await fill(thomas, "/ncmec", "/ncmec", { what: "try" });
  await until(what, () => count(server, "tipline_link WHERE wanted_at IS NOT NULL") === 0);
}

before(async () => {
  tipline = await Ncmec.begin(folder);
  server = await startServer({ photoPixels: 400, serving: tipline.sets });
  browser = await launch();
  thomas = await server.client("thomas");
  const nadia = await server.client("nadia");
  await fill(nadia, "/report/post/3", "/report/post/3", { category: "mean", words: "À regarder." });
  file = sql<{ id: number }>(server, "SELECT max(id) AS id FROM case_file")[0]?.id ?? 0;
  page = `/cases/${file}/ncmec`;
  [french, english, bare] = [await open(browser, server, { as: thomas, width: phone }),
    await open(browser, server, { as: thomas, width: desk, lang: "en" }), await open(browser, server, { as: thomas, width: phone, scripts: false })];
  if (shots !== "") mkdirSync(shots, { recursive: true });
});
after(async () => {
  await browser?.close();
  await server?.sweep();
  await tipline?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("where it is on, a form is there", async () => {
  await until("the schema to be there", () => count(server, "tipline_link WHERE schema_digest IS NOT NULL") === 1);
  await says("new", page, [/Rédiger un signalement/, /Write a report/]);
  assert.equal(count(server, "tipline"), 0);
});

test("it is written by keys alone, read, and sent", async () => {
  await write();
  assert.ok(await bare.page.getByText("pas encore envoyé").isVisible());
  assert.ok(await bare.page.getByText("Quelqu’un a demandé une photo & insisté.").first().isVisible());
  await says("draft", page, [/pas encore envoyé/, /not sent yet/]);
  assert.equal(tipline.told.length, 0);
  tipline.fail("submit", { status: 429, headers: { "Retry-After": "7200" } });
  await bare.go(page);
  await press(button("Envoyer au NCMEC"));
  await until("it to wait", () => count(server, "tipline WHERE state = 'sending' AND why = 'rate-limit'") === 1);
  await says("sending", page, [/Prochain essai/, /It is tried again/]);
});

test("what takes too long, and what is stuck, stand on the first page of who handles it", async () => {
  sql(server, "UPDATE tipline SET begun_at = begun_at - 50000");
  await says("slow_today", "/today", [/1 signalement au NCMEC ne passe pas/, /1 report to NCMEC does not get through/]);
  tipline.fail("submit", { code: 9999 });
  await now("the trouble");
  await until("it to be stuck", () => state() === "stuck");
  await says("stuck", page, [/bloqué/, /stuck/]);
  await says("stuck_today", "/today", [/1 signalement au NCMEC ne passe pas/, /1 report to NCMEC does not get through/]);
  await bare.go("/today");
  await press(bare.page.getByRole("link", { name: /bloqué/ }));
  assert.equal(new URL(bare.page.url()).pathname, page);
  const right = tipline.password;
  tipline.password = "un autre";
  await press(button("Réessayer"));
  await until("the login to be refused", () => count(server, "tipline WHERE state = 'stuck' AND why = 'authentication'") === 1);
  await says("stuck_login", page, [/refuse l’identifiant/, /does not accept the name/]);
  await says("stuck_login_today", "/today", [/refuse l’identifiant/, /does not accept the name/]);
  tipline.password = right;
});

test("it goes once somebody tries again, and its number stands there", async () => {
  await bare.go(page);
  await press(button("Réessayer"));
  await until("it to be received", () => state() === "finished");
  await says("finished", page, [/reçu par le NCMEC/, /received by NCMEC/]);
  await bare.go(page);
  await bare.page.getByText("Ce qui a été envoyé au NCMEC, et ce qu’il a répondu").focus();
  await bare.page.keyboard.press("Enter");
  assert.ok(await bare.page.getByText(/Clôture/).isVisible());
  if (shots !== "") await bare.page.screenshot({ path: `${shots}/ncmec_calls_fr.png`, fullPage: true });
});

test("what is not wanted any more is cancelled by keys", async () => {
  await write();
  await press(button("Annuler ce signalement"));
  assert.equal(state(), "retracted");
  await says("cancelled", page, [/annulé/, /cancelled/]);
});

test("the connection is tried by keys, and what came is said with its time", async () => {
  await bare.go(page);
  await press(button("Essayer la connexion"));
  await until("an answer", () => count(server, "tipline_link WHERE wanted_at IS NOT NULL") === 0);
  await says("connection", "/ncmec", [/Le NCMEC a répondu/, /NCMEC answered/]);
  const right = tipline.password;
  tipline.password = "un autre";
  await now("an answer");
  await says("login", "/ncmec", [/Dernier essai réussi/, /It last worked/]);
  tipline.password = right;
});

test("a schema that changed is said, and is quiet once somebody has looked", async () => {
  tipline.schema += "\n";
  await now("an answer");
  await until("the schema to be fetched", () => count(server, "tipline_link WHERE schema_digest <> known_digest") === 1);
  await says("schema_today", "/today", [/a changé le format/, /changed the form/]);
  await says("schema", "/ncmec", [/Quelqu’un a examiné ce changement/, /Somebody has looked at what changed/]);
  await says("schema_case", page, [/a changé le format/, /changed the form/]);
  await bare.go("/ncmec");
  await press(button("Quelqu’un a examiné ce changement"));
  await bare.go("/today");
  assert.equal(await bare.page.getByText(/a changé le format/).count(), 0);
});

test("a schema that does not fit any more is said to, on the page of the case too", async () => {
  tipline.schema = schema("escalateToHighPriority");
  await now("an answer");
  await until("the schema to be fetched", () => count(server, "tipline_link WHERE schema_lacks <> ''") === 1);
  await says("lacks", "/ncmec", [/le NCMEC les refusera/, /NCMEC will refuse them/]);
  await says("lacks_tag", "/ncmec", [/ne convient plus/, /it does not fit/]);
  await says("lacks_case", page, [/Il refusera ceux/, /It will refuse those/]);
});

test("where it is off there is nothing of it", async () => {
  await server.stop();
  server.sets.push("--set", "ncmec=off");
  await server.start();
  assert.equal(await bare.go(page), 404);
  assert.equal(await bare.go("/ncmec"), 404);
  assert.equal(await bare.go(`/cases/${file}`), 200);
  assert.equal(await bare.page.getByRole("link", { name: /NCMEC/ }).count(), 0);
});
