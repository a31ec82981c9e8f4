// Those who handle reports, in both languages: papers for the authorities, the
// register, minutes, the safe that was opened to them.  By the keyboard alone,
// without a script where a form has to work.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";

import { launch, look, open, phone, type Setting, type Tab } from "../lib/browser";
import type { Client } from "../lib/client";
import { atNoon } from "../lib/noon";
import { startServer, type Server } from "../lib/server";
import { stopByHand } from "../lib/stops";
import { sql } from "../lib/trouble";

const shots = process.env["PREAU_SHOTS"] ?? "";
const desk = { width: 1280, height: 900 };
let server: Server;
let browser: Browser;
const people = new Map<string, Client>();
let matter = 0; // a worry of Nadia's about a child, taken on by Thomas
let lead = 0; // his account
let stop = 0; // of a photo that is too near to a list

const the = (who: string): Client => {
  const c = people.get(who);
  assert.ok(c !== undefined, who);
  return c;
};
const one = (text: string): number => sql<{ id: number }>(server, text)[0]?.id ?? 0;

async function settle(who: string, lang: "fr" | "en"): Promise<Client> {
  await the(who).get(`/language/${lang}?back=%2Faccount`);
  return the(who);
}

before(async () => {
  server = await startServer({ photoPixels: 400 });
  await atNoon(server);
  browser = await launch();
  for (const who of ["claire", "thomas", "sami", "nadia"]) people.set(who, await server.client(who));
  await the("nadia").submit("/report", "/report", { category: "worry", words: "Elle pleure chaque matin.", "child-1": "1" });
  matter = one("SELECT max(id) AS id FROM case_file");
  await the("thomas").submit(`/cases/${matter}`, `/cases/${matter}`, { what: "take" });
  await the("nadia").submit("/safe", "/safe/open", {});
  await the("nadia").submit("/safe", "/safe/words", { words: "« T’es nul »", who: "un pseudo", where: "le groupe de la classe", link: `https://reseau.example/${"tres-long-".repeat(12)}` });
  await the("nadia").submit("/safe", "/safe/share", { report: String(one("SELECT max(id) AS id FROM report")) });
  lead = one("SELECT id FROM account WHERE role = 'safeguarding' ORDER BY id");
  stop = stopByHand(server, one("SELECT id FROM medium WHERE state = 'ready' AND kind = 'photo' ORDER BY id LIMIT 1"),
    [{ list: "Liste d’essai", distance: 9 }], "intake");
});

after(async () => {
  await browser?.close();
  await server?.sweep();
});

// Goes there as somebody does who has no mouse; a script is not needed.
async function reach(tab: Tab, what: string): Promise<void> {
  for (let i = 0; i < 300; i++) {
    await tab.page.keyboard.press("Tab");
    if (await tab.page.locator(`${what}:focus`).count() > 0) return;
  }
  throw new Error(`the keyboard does not reach ${what} on ${tab.page.url()}`);
}
async function write(tab: Tab, what: string, text: string): Promise<void> {
  await reach(tab, what);
  await tab.page.keyboard.press("Control+a");
  await tab.page.keyboard.insertText(text);
}
async function press(tab: Tab, what: string): Promise<void> {
  await reach(tab, what);
  await Promise.all([tab.page.waitForNavigation({ waitUntil: "load" }), tab.page.keyboard.press("Enter")]);
}
const said = (tab: Tab): Promise<string> => tab.page.locator("main").innerText();

test("a paper is begun, filled in, checked, corrected and sent by the keyboard alone, without a script", async () => {
  const tab = await open(browser, server, { as: await settle("thomas", "fr"), width: phone, scripts: false });
  await tab.go(`/cases/${matter}/filings`);
  await press(tab, "form:has(input[value='fr-crip']) button");
  assert.match(new URL(tab.page.url()).pathname, /\/filings\/\d+$/);
  // What is missing is said, and what was typed is there.
  await write(tab, "[name='role']", "Référent");
  await press(tab, "button[value='check']");
  assert.match(await said(tab), /Reste à remplir/);
  assert.equal(await tab.page.locator("[name='role']").inputValue(), "Référent");
  for (const [name, text] of Object.entries({ contact: "01 00 00 00 00", place: "Salle des Tilleuls", parents: "Nadia Haddad", facts: "« Elle pleure chaque matin. »", done: "Entretien avec la famille." }))
    await tab.page.locator(`[name='${name}']`).count() > 0 && await tab.page.locator(`[name='${name}']`).fill(text);
  await tab.page.locator("select[name='told']").selectOption("yes");
  await press(tab, "button[value='check']");
  assert.match(await said(tab), /Version 1[\s\S]*vérifiée par Thomas/i);
  await press(tab, "a[href*='correct=1']");
  await write(tab, "[name='school']", "École du Port");
  await press(tab, "button[value='check']");
  assert.match(await said(tab), /Version 2/);
  await write(tab, "[name='receipt']", "CRIP-2026-17");
  await press(tab, "button[value='send']");
  assert.match(await said(tab), /Envoyée par Thomas[\s\S]*CRIP-2026-17/);
  // On the sheet stands who checked it, of which case and version, in words.
  await tab.follow(tab.page.getByRole("link", { name: "Lire et imprimer Version 2" }));
  assert.match(await said(tab), /Vérifié par Thomas Girard, [^.]+ à [^.]+\. Dossier \S+, version 2\. Empreinte [0-9a-f]{4}/);
  await tab.close();
});

test("a director writes the register by the keyboard alone, without a script, in English", async () => {
  const tab = await open(browser, server, { as: await settle("claire", "en"), width: desk, lang: "en", scripts: false });
  await tab.go("/handlers");
  await press(tab, `a[href='/handlers/${lead}']`);
  // What is needed is asked for, where it is missing.
  await reach(tab, "main form button");
  await tab.page.keyboard.press("Enter");
  await tab.page.locator("[name='selected']:focus").waitFor();
  assert.equal(new URL(tab.page.url()).pathname, `/handlers/${lead}`);
  await write(tab, "[name='selected']", "Chosen by the board on 3 September.");
  await write(tab, "[name='wellbeing']", "Dr Vasseur, 01 00 00 00 00");
  await press(tab, "main form button");
  assert.equal(new URL(tab.page.url()).pathname, "/handlers");
  assert.match(await said(tab), /Thomas Girard safeguarding lead(?!\s*not written down)/);
  await tab.go(`/handlers/${lead}`);
  assert.match(await said(tab), /Last written[\s\S]*Claire/);
  assert.equal(await tab.page.locator("[name='selected']").inputValue(), "Chosen by the board on 3 September.");
  await tab.close();
});

test("why something was stopped is asked for, closed and handed on by the keyboard alone, without a script", async () => {
  const tab = await open(browser, server, { as: await settle("thomas", "fr"), width: phone, scripts: false });
  await tab.go(`/stopped/${stop}`);
  await press(tab, `form[action='/stopped/${stop}/look'] button`);
  assert.match(await said(tab), /Liste d’essai[\s\S]*Fermer/);
  await press(tab, `form[action='/stopped/${stop}/close'] button`);
  assert.match(await said(tab), /Minutes aujourd’hui\s: 1 sur 30/);
  await press(tab, `form[action='/stopped/${stop}/pass'] button`);
  assert.equal(new URL(tab.page.url()).pathname, "/stopped");
  assert.match(await tab.page.locator("body").innerText(), /Merci de l’avoir dit/);
  await tab.close();
});

const settings: [string, Setting][] = [
  ["French at 360 px, light", { width: phone }],
  ["English at 1280 px, light", { width: desk, lang: "en" }],
  ["French at 1280 px, dark", { width: desk, dark: true }],
  ["English at 360 px, dark", { width: phone, lang: "en", dark: true }],
];

for (const [name, setting] of settings)
  test(`nothing is wrong on any page of those who handle reports: ${name}`, async () => {
    const lang = setting.lang ?? "fr";
    const paper = one("SELECT max(id) AS id FROM filing"), version = one("SELECT max(id) AS id FROM filing_version");
    const pages: Record<string, string[]> = {
      thomas: ["/cases", `/cases/${matter}`, `/cases/${matter}/filings`, `/cases/${matter}/filings/${paper}`, `/cases/${matter}/filings/${paper}?correct=1`,
        `/cases/${matter}/filings/${paper}/version/${version}`, `/cases/${matter}/safe`, "/stopped", `/stopped/${stop}`, `/stopped/${stop}/why`],
      claire: ["/handlers", `/handlers/${lead}`, "/stopped/people", "/cases"],
      nadia: ["/safe", "/rights/ask/erase", "/moving/1", "/account"],
    };
    const wrong: string[] = [];
    for (const [who, paths] of Object.entries(pages)) {
      const tab = await open(browser, server, { ...setting, as: await settle(who, lang) });
      for (const path of paths) {
        if (path.endsWith("/why")) await the(who).submit(`/stopped/${stop}`, `/stopped/${stop}/look`, {});
        wrong.push(...await look(tab, who, path, lang, setting.width === phone));
        if (process.env["SHOTS"] !== undefined)
          await tab.page.screenshot({ path: `${process.env["SHOTS"]}/${who}${path.replaceAll(/[/?=]/g, "-")}-${name.replaceAll(/\W+/g, "-")}.png`, fullPage: true });
        if (path.endsWith("/why")) await the(who).submit(`/stopped/${stop}/why`, `/stopped/${stop}/close`, {});
      }
      await tab.close();
    }
    assert.deepEqual(wrong, []);
  });

test("who has no part in reports reaches none of these pages, in either language", async () => {
  for (const lang of ["fr", "en"] as const)
    for (const who of ["sami", "nadia"]) {
      await settle(who, lang);
      for (const path of [`/cases/${matter}/filings`, `/cases/${matter}/safe`, "/handlers", `/handlers/${lead}`, "/handlers/take/csv", "/stopped", `/stopped/${stop}`, `/stopped/${stop}/why`])
        assert.equal((await the(who).get(path)).status, 404, `${who} ${path}`);
    }
});

test("the account of who reads reports about the direction is stopped by two, in both languages, without a script", async () => {
  const state = (): string => sql<{ state: string }>(server, `SELECT state FROM account WHERE id = ${lead}`)[0]?.state ?? "";
  const signedIn = (): number => one(`SELECT count(*) AS id FROM session WHERE account = ${lead} AND revoked_at IS NULL`);
  const until = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
  const named = await the("claire").submit("/stopped/people", "/stopped/people", { account: String(lead), until, standing: "independent", checked: "1" });
  assert.equal(named.status, 303, named.text);
  const claire = await open(browser, server, { as: await settle("claire", "fr"), width: phone, scripts: false });
  await claire.go("/structure/people");
  await press(claire, `form[action="/structure/account/${lead}/suspend"] button`);
  assert.match(await claire.page.locator("body").innerText(), /une autre personne de l’équipe doit donner son accord[\s\S]*arrêt demandé par Claire/);
  assert.equal(state(), "active");
  assert.equal(signedIn(), 0, "a stolen telephone opens nothing any more");
  // Who asked is no second, whatever she sends.
  await the("claire").submit("/structure/people", `/second/account/${lead}`, {});
  assert.equal(state(), "active");
  people.set("thomas", await server.client("thomas"));
  const wrong: string[] = [];
  for (const [lang, width] of [["fr", phone], ["en", desk]] as const) {
    const tab = await open(browser, server, { as: await settle("thomas", lang), width });
    wrong.push(...await look(tab, "thomas", "/safety", lang, width === phone));
    await tab.go("/safety");
    assert.match(await said(tab), lang === "fr" ? /Un compte est à arrêter, et il faut être deux/ : /An account is to be stopped, and that takes two/);
    wrong.push(...await look(tab, "thomas", "/second", lang, width === phone));
    await tab.go("/second");
    assert.match(await said(tab), lang === "fr" ? /Claire \S+ demande que votre compte soit arrêté/ : /Claire \S+ asks that your account be stopped/);
    if (shots !== "") await tab.page.screenshot({ path: `${shots}/halt ${lang}.png`, fullPage: true });
    await tab.close();
  }
  const back = await open(browser, server, { as: await settle("claire", "en"), width: desk });
  wrong.push(...await look(back, "claire", "/structure/people", "en", false));
  if (shots !== "") await back.page.screenshot({ path: `${shots}/halt people.png`, fullPage: true });
  await back.close();
  assert.deepEqual(wrong, []);
  const thomas = await open(browser, server, { as: await settle("thomas", "fr"), width: phone, scripts: false });
  await thomas.go("/second");
  await press(thomas, `form[action="/second/account/${lead}"] button`);
  assert.equal(state(), "suspended");
  assert.match(thomas.page.url(), /\/sign-in$/);
  await thomas.close();
  await settle("claire", "fr");
  await claire.go("/structure/people");
  await press(claire, `form[action="/structure/account/${lead}/restore"] button`);
  assert.equal(state(), "active");
  // What she takes back is gone.
  await press(claire, `form[action="/structure/account/${lead}/suspend"] button`);
  await press(claire, `form[action="/structure/account/${lead}/keep"] button`);
  assert.equal(one("SELECT count(*) AS id FROM account_halt"), 0);
  people.set("thomas", await server.client("thomas"));
  await claire.close();
});
