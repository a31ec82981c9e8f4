// The pages about consent: in two languages, at two widths, light and dark;
// and a yes and a no given with thumbs, keys and no script at all.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";

import { desktop, launch, look, open, phone, type Setting } from "../lib/browser";
import type { Client } from "../lib/client";
import { drawn } from "../lib/pictures";
import { startServer, type Server } from "../lib/server";
import { count, fill, fillFiles, settled, sql, until } from "../lib/trouble";

let server: Server;
let browser: Browser;
const people = new Map<string, Client>();

const settings: [string, Setting][] = [
  ["French on a phone, light", { width: phone }],
  ["English on a phone, dark", { width: phone, lang: "en", dark: true }],
  ["French on a desk, dark", { width: desktop, dark: true }],
  ["English on a desk, light", { width: desktop, lang: "en" }],
];

async function settle(who: string, lang: "fr" | "en"): Promise<Client> {
  const c = people.get(who);
  assert.ok(c !== undefined);
  await c.get(`/language/${lang}?back=%2Faccount`);
  return c;
}

// The demonstration has one.
const outing = (): number => sql<{ id: number }>(server, "SELECT max(id) AS id FROM consent_purpose WHERE activity_group IS NOT NULL AND stopped_at IS NULL")[0]?.id ?? 0;

// A sheet that Nadia signed about Léa, with a picture of it and a PDF that is
// none; and a judge's decision that Sami is asked about.
let paper = 0;
async function enterPaper(): Promise<void> {
  const claire = await settle("claire", "fr");
  const at = "/roster/child/1/consents";
  const page = (await claire.get(at)).text;
  const of = (name: string): string => new RegExp(`<option value="(\\d+)">${name}`).exec(page)?.[1] ?? "";
  const signed = new Date().toISOString().slice(0, 10);
  assert.equal((await fill(claire, at, `${at}/paper`, { who: of("Nadia Haddad"), question: "2-3", answer: "yes", signed, witness: of("Sami Benali") })).status, 303);
  paper = sql<{ id: number }>(server, "SELECT max(id) AS id FROM post WHERE paper IS NOT NULL")[0]?.id ?? 0;
  const files = [drawn(1200, 1600), drawn(1600, 1200), Buffer.from("%PDF-1.4\n".padEnd(300, " "))].map((bytes, i) => ({ name: `page-${i}`, bytes, type: "image/jpeg" }));
  assert.equal((await fillFiles(claire, `/paper/${paper}`, `/paper/${paper}/scans`, "scan", files)).status, 303);
  assert.equal((await fill(claire, at, `${at}/standing`, { kind: "delegated", who: of("Nadia Haddad"), matter: "5", witness: of("Sami Benali"), document: "Jugement du 3 mars 2026, Nantes" })).status, 303);
  await settled(server);
}

async function callOff(): Promise<void> {
  const claire = await settle("claire", "fr");
  const group = String(sql<{ id: number }>(server, "SELECT activity_group AS id FROM enrolment WHERE child = 1 LIMIT 1")[0]?.id);
  const inDays = (n: number): string => new Date(Date.now() + n * 86400e3).toISOString().slice(0, 10);
  const made = await fill(claire, "/outings", "/outings", { group, from: inDays(3), until: inDays(20), name_fr: "Journée en forêt", name_en: "A day in the woods",
    about_fr: "Des photos de la forêt sur le site.", about_en: "Photos of the woods on the website." });
  const path = made.headers.location ?? "";
  assert.equal((await fill(claire, `${path}/stop`, `${path}/stop`, { why: "Tempête annoncée." })).status, 303);
}

before(async () => {
  server = await startServer();
  browser = await launch();
  for (const who of ["claire", "nadia", "sami"]) people.set(who, await server.client(who));
  await enterPaper();
  await callOff();
  await until("what waits", () => count(server, "consent_task WHERE done_at IS NULL") > 0);
});

after(async () => {
  await browser?.close();
  await server?.sweep();
});

for (const [name, setting] of settings)
  test(`nothing is wrong on any page about consent: ${name}`, async () => {
    const lang = setting.lang ?? "fr";
    const pages: Record<string, string[]> = {
      nadia: ["/", "/rights", `/paper/${paper}`, "/consent/1", "/consent/2", "/consent/1/child", "/consent/1/print", "/consent/1/proofs"],
      claire: ["/structure", "/consents", "/consents/purposes", "/consents/group/1/print", "/roster/child/1/consents", "/roster/child/3/consents", "/roster/child/1/consents/proofs", "/roster/child/3", "/outings", `/outings/${outing()}`, `/outings/${outing()}/print`, `/outings/${outing()}/stop`, `/paper/${paper}`, "/second"],
      sami: ["/today", "/second", `/paper/${paper}`],
    };
    const wrong: string[] = [];
    for (const [who, paths] of Object.entries(pages)) {
      const tab = await open(browser, server, { ...setting, as: await settle(who, lang) });
      for (const path of paths) {
        wrong.push(...await look(tab, who, path, lang, setting.width === phone));
        await tab.page.evaluate(() => { for (const d of document.querySelectorAll("details")) d.open = true; });
        wrong.push(...(await tab.violations()).map((v) => `${path}, unfolded: ${v}`));
        if (process.env["SHOTS"] !== undefined)
          await tab.page.screenshot({ path: `${process.env["SHOTS"]}/${who}${path.replaceAll("/", "-")}-${name.replaceAll(/\W+/g, "-")}.png`, fullPage: true });
      }
      await tab.close();
    }
    assert.deepEqual(wrong, []);
  });

for (const scripts of [true, false])
  test(`four taps from home to an answer, and four to take it back, ${scripts ? "with" : "without"} scripts`, async () => {
    const tab = await open(browser, server, { width: phone, scripts, as: await settle("nadia", "fr") });
    for (const [answer, then] of [["Non", "Votre non est noté"], ["Oui", "Votre oui est noté"]] as const) {
      await tab.go("/");
      let taps = 0;
      const tap = async (what: ReturnType<typeof tab.page.locator>): Promise<void> => {
        taps++;
        await what.click();
        await tab.page.waitForLoadState("load");
      };
      await tap(tab.page.getByRole("link", { name: "Mes droits" }));
      await tap(tab.page.getByRole("link", { name: /Images de Léa/ }));
      await tap(tab.page.getByRole("button", { name: new RegExp(`^${answer}.*Les familles du groupe`) }));
      assert.ok(taps <= 4);
      await tab.page.locator(".notice", { hasText: then }).first().waitFor();
    }
    assert.deepEqual(tab.faults, []);
    await tab.close();
  });

test("yes and no look the same: nothing is nudged", async () => {
  const tab = await open(browser, server, { width: phone, as: await settle("nadia", "fr") });
  await tab.go("/consent/2");
  const looks = await tab.page.locator(".answer").evaluateAll((all) => all.map((b) => {
    const s = getComputedStyle(b);
    return [s.backgroundColor, s.color, s.fontSize, s.fontWeight, s.borderColor, b.getBoundingClientRect().height].join();
  }));
  assert.ok(looks.length >= 8);
  assert.equal(new Set(looks).size, 1);
  await tab.close();
});

test("the keyboard gives an answer", async () => {
  const tab = await open(browser, server, { width: desktop, as: await settle("nadia", "fr") });
  const before = count(server, "consent_event");
  await tab.go("/consent/1");
  await tab.page.getByRole("button", { name: /^Oui.*Les familles du groupe/ }).focus();
  await tab.page.keyboard.press("Enter");
  await tab.page.locator(".notice").first().waitFor();
  assert.equal(count(server, "consent_event"), before + 1);
  await tab.close();
});

test("a form for an outing is prepared and printed with keys alone and without scripts", async () => {
  const tab = await open(browser, server, { width: desktop, scripts: false, as: await settle("claire", "fr") });
  const before = count(server, "consent_purpose");
  const inDays = (n: number): string => new Date(Date.now() + n * 86400e3).toISOString().slice(0, 10);
  await tab.go("/outings");
  await tab.page.getByText("Préparer un formulaire").focus();
  await tab.page.keyboard.press("Enter");
  const fields: [string, string][] = [["La sortie, en français", "Fête de la lune"], ["En mots simples, en français", "Des photos sur le site de la ville."],
    ["La sortie, en anglais", "Moon party"], ["En mots simples, en anglais", "Photos on the website of the town."]];
  for (const [label, text] of fields) {
    await tab.page.getByLabel(label).focus();
    await tab.page.keyboard.type(text);
  }
  await tab.page.getByLabel("Jour de la sortie").fill(inDays(7));
  await tab.page.getByLabel("Les images restent jusqu’au").fill(inDays(30));
  await tab.page.getByRole("button", { name: "Demander aux familles" }).focus();
  await tab.page.keyboard.press("Enter");
  await tab.page.getByRole("heading", { name: "Fête de la lune" }).waitFor();
  assert.equal(count(server, "consent_purpose"), before + 1);
  await tab.page.getByRole("link", { name: "Le formulaire sur papier" }).press("Enter");
  await tab.page.locator(".letter").first().waitFor();
  assert.ok(await tab.page.locator(".letter").count() > 0);
  await tab.close();
});

test("the form on paper prints one child a sheet, without the bars", async () => {
  const tab = await open(browser, server, { width: desktop, as: await settle("claire", "fr") });
  await tab.go("/consents/group/1/print");
  const forms = await tab.page.locator(".letter").count();
  assert.ok(forms >= 4);
  await tab.page.emulateMedia({ media: "print" });
  assert.equal(await tab.page.locator(".top").isVisible(), false);
  const pdf = await tab.page.pdf({ preferCSSPageSize: true });
  assert.equal((pdf.toString("latin1").match(/\/Type\s*\/Page[^s]/g) ?? []).length, forms);
  await tab.close();
});
