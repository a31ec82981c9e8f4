// The life of a centre on a phone: an absence in two taps, a notice read and
// signed, by keys, with a script and without; the lists of the team, on paper
// too.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";

import { desktop, inspect, launch, look, open, phone } from "../lib/browser";
import type { Client } from "../lib/client";
import { startServer, type Server } from "../lib/server";
import { count, sql } from "../lib/trouble";

const shots = process.env["PREAU_SHOTS"] ?? "";
let server: Server;
let browser: Browser;
let nadia: Client;
let sami: Client;
let small = 0;
let notice = 0;

before(async () => {
  server = await startServer();
  browser = await launch();
  [nadia, sami] = [await server.client("nadia"), await server.client("sami")];
  small = sql<{ id: number }>(server, "SELECT id FROM activity_group WHERE name = 'Les Écureuils'")[0]?.id ?? 0;
  notice = sql<{ id: number }>(server, "SELECT max(post) AS id FROM notice")[0]?.id ?? 0;
  if (shots !== "") mkdirSync(shots, { recursive: true });
});
after(async () => {
  await browser?.close();
  await server?.sweep();
});

const item = (kind: string): number => sql<{ id: number }>(server, `SELECT min(post) AS id FROM item WHERE kind = '${kind}'`)[0]?.id ?? 0;
const kinds = (): string => sql<{ k: string }>(server, "SELECT group_concat(kind) AS k FROM absence WHERE child = 1")[0]?.k ?? "";

for (const scripts of [true, false])
  test(`two taps on a phone, ${scripts ? "with" : "without"} a script`, async () => {
    sql(server, "DELETE FROM absence WHERE child = 1");
    const tab = await open(browser, server, { as: nadia, width: phone, touch: true, scripts });
    await tab.go("/");
    await tab.page.getByRole("link", { name: "Absence ou retard : Léa" }).tap();
    const button = tab.page.getByRole("button", { name: "Absence aujourd’hui" });
    const box = await button.boundingBox();
    assert.ok(box !== null && box.height >= 52 && box.y + box.height < phone.height, "the second tap is on the first screen");
    await button.tap();
    await tab.page.getByRole("status").getByText("C’est noté.").waitFor();
    assert.equal(kinds(), "absent");
    await tab.page.getByRole("button", { name: /Vient finalement/ }).tap();
    await tab.page.getByRole("status").getByText("l’enfant vient").waitFor();
    assert.equal(kinds(), "none");
    await tab.close();
  });

test("by keys, with a reason", async () => {
  const tab = await open(browser, server, { as: nadia, width: desktop });
  await tab.go("/absence/1");
  await tab.page.getByText("Indiquer d’abord le motif").focus();
  await tab.page.keyboard.press("Enter");
  await tab.page.keyboard.press("Tab");
  await tab.page.keyboard.type("Une panne de réveil.");
  await tab.page.keyboard.press("Enter");
  assert.equal(kinds(), "none", "a new line sends nothing");
  await tab.page.getByRole("button", { name: "Retard aujourd’hui" }).focus();
  await tab.page.keyboard.press("Enter");
  await tab.page.getByText("Une panne de réveil.").waitFor();
  assert.equal(kinds(), "late");
  await tab.close();
});

test("a notice is found, read and signed without a script, and its list says so", async () => {
  const tab = await open(browser, server, { as: nadia, width: phone, touch: true, scripts: false });
  await tab.go("/");
  await tab.page.getByRole("link", { name: /À signer d’ici au .*Sortie à la bibliothèque/ }).tap();
  await tab.page.getByText("vêtement de pluie").waitFor();
  await tab.page.getByRole("button", { name: "Je signe" }).tap();
  await tab.page.getByRole("status").getByText("Votre signature est notée.").waitFor();
  assert.equal(count(server, `notice_answer WHERE post = ${notice} AND child = 1`), 1);
  await tab.go("/");
  assert.equal(await tab.page.getByText("Sortie à la bibliothèque").count(), 0);
  await tab.close();
});

test("a notice is written, sent and reminded of by keys, without a script", async () => {
  const tab = await open(browser, server, { as: sami, width: desktop, scripts: false });
  await tab.go("/today");
  const press = async (name: string | RegExp, role: "link" | "button"): Promise<void> => {
    await tab.page.getByRole(role, { name }).focus();
    await tab.page.keyboard.press("Enter");
  };
  await press("Mots aux familles", "link");
  await press("Nouveau mot", "link");
  await tab.page.getByLabel("Titre, en français").fill("Le pique-nique");
  await tab.page.getByLabel("Texte, en français").fill("Un chapeau.\n\nEt de l’eau.");
  await press("Continuer : pour qui, et quand", "button");
  await tab.page.getByLabel(/Les Écureuils/).focus();
  await tab.page.keyboard.press("Space");
  await tab.page.getByLabel("Maintenant").check();
  await press("Publier", "button");
  await tab.page.getByRole("status").getByText("Le mot est publié.").waitFor();
  await press("Qui a répondu", "link");
  await tab.page.getByRole("heading", { name: "4 enfants sans réponse" }).waitFor();
  await press("Rappeler à ceux qui n’ont pas répondu", "button");
  await tab.page.getByText(/Rappelé aujourd’hui/).waitFor();
  await tab.close();
});

test("the pages are well made, wide and narrow, light and dark, in both languages", async () => {
  const wrong: string[] = [];
  const made = await sami.submit("/notices/new", "/notices/new", { title_fr: "Un brouillon", body_fr: "Un chapeau.", title_en: "", body_en: "",
    by: new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10), sign: "read", each: "each" });
  const drafted = /\/notice\/(\d+)\/send/.exec(String(made.headers.location))?.[1] ?? "";
  for (const [lang, width, dark] of [["fr", phone, false], ["en", desktop, true]] as const) {
    for (const who of [nadia, sami]) await who.get(`/language/${lang}?back=%2Faccount`);
    for (const [who, as, path] of [["nadia", nadia, "/"], ["nadia", nadia, "/absence/1"], ["nadia", nadia, "/absence/1/days"], ["sami", sami, "/today"],
      ["sami", sami, `/day/${small}`], ["sami", sami, `/day/${small}/child/1`],
      ["nadia", nadia, "/notices"], ["nadia", nadia, `/notice/${notice}`], ["sami", sami, "/notices/new"], ["sami", sami, `/notice/${notice}`],
      ["sami", sami, `/notice/${notice}/asked`], ["sami", sami, `/notice/${notice}/paper/4?group=${small}`], ["sami", sami, `/notice/${drafted}/send`],
      ["nadia", nadia, "/week"], ["nadia", nadia, "/calendar"], ["nadia", nadia, `/item/${item("poll")}`], ["nadia", nadia, `/item/${item("bring")}`],
      ["nadia", nadia, "/calendar/subscribe"], ["nadia", nadia, `/item/${item("programme")}/print`], ["sami", sami, `/programme/${small}`], ["sami", sami, "/menu"],
      ["sami", sami, "/items/new/event"], ["sami", sami, `/item/${item("event")}`], ["sami", sami, `/item/${item("poll")}/who`], ["sami", sami, "/items/entry"]] as const) {
      const tab = await open(browser, server, { as, width, dark, lang });
      wrong.push(...await look(tab, who, path, lang, width === phone));
      if (shots !== "") await tab.page.screenshot({ path: `${shots}/${who}${path.replace(/\W/g, "_")}-${lang}-${width.width}.png`, fullPage: true });
      await tab.close();
    }
  }
  for (const who of [nadia, sami]) await who.get("/language/fr?back=%2Faccount");
  assert.deepEqual(wrong, []);
});

test("a poll is answered, and a week written, by keys and without a script", async () => {
  const tab = await open(browser, server, { as: nadia, width: phone, scripts: false });
  await tab.go(`/item/${item("poll")}`);
  await tab.page.getByLabel("La ferme").focus();
  await tab.page.keyboard.press("ArrowDown");
  await tab.page.keyboard.press("Tab");
  await tab.page.keyboard.press("Enter");
  await tab.page.getByRole("status").getByText("C’est noté.").waitFor();
  assert.ok(await tab.page.getByLabel("L’aquarium").isChecked());
  await tab.close();
  const desk = await open(browser, server, { as: sami, width: desktop, scripts: false });
  await desk.go(`/programme/${small}`);
  await desk.page.getByRole("link", { name: "Semaine suivante" }).click();
  await desk.page.getByRole("link", { name: "Semaine suivante" }).click();
  await desk.page.getByRole("link", { name: "Recopier la semaine dernière" }).click();
  await desk.page.getByLabel("Matin").first().fill("Cerfs-volants");
  await desk.page.keyboard.press("Enter");
  await desk.page.getByRole("status").getByText("C’est publié.").waitFor();
  await desk.page.getByText("Cerfs-volants").first().waitFor();
  await desk.page.getByText("Chasse au trésor").first().waitFor();
  await desk.close();
});

test("a wrong form says so in words and keeps what was typed", async () => {
  const tab = await open(browser, server, { as: nadia, width: phone });
  await tab.go("/absence/1/days");
  await tab.page.getByLabel("Premier jour").fill("2020-01-02");
  await tab.page.getByLabel("Dernier jour").fill("2020-01-03");
  await tab.page.getByLabel("Le motif").fill("En voyage.");
  await tab.page.getByRole("button", { name: "Absence ces jours-là" }).click();
  await tab.page.getByRole("alert").getByText("Ce jour est passé").waitFor();
  assert.equal(await tab.page.getByLabel("Le motif").inputValue(), "En voyage.");
  assert.equal(count(server, "absence WHERE child = 1"), 1);
  await tab.close();
});

test("the day's list on paper has every child and nothing to tap", async () => {
  const tab = await open(browser, server, { as: sami, width: desktop });
  await tab.go(`/day/${small}`);
  await tab.page.emulateMedia({ media: "print" });
  for (const name of ["Léa Haddad", "Noé Lefèvre", "Inès Cohen", "Zoé Martin"]) assert.ok(await tab.page.getByText(name, { exact: false }).first().isVisible(), name);
  assert.equal(await tab.page.locator(".button:visible, form:visible, .bar:visible").count(), 0);
  if (shots !== "") await tab.page.pdf({ path: `${shots}/day.pdf` });
  await tab.go(`/notice/${notice}/print?group=${small}`);
  assert.ok(await tab.page.getByText("Zoé Martin").isVisible());
  assert.equal(await tab.page.locator(".button:visible, form:visible, .bar:visible").count(), 0);
  if (shots !== "") await tab.page.pdf({ path: `${shots}/sheets.pdf` });
  await tab.close();
});

/* ---- an evidence safe ---- */

test("a safe is opened, filled by keys and without a script, and reads well on a phone", async () => {
  for (const scripts of [false, true]) {
    const tab = await open(browser, server, { as: nadia, width: phone, scripts });
    await tab.go("/safe");
    if (!scripts) {
      assert.ok(await tab.page.getByText("rien d’intime d’un mineur").isVisible());
      await tab.page.getByRole("button", { name: "J’ai lu ce qui précède" }).focus();
      await tab.page.keyboard.press("Enter");
    }
    await tab.page.getByLabel("Ce qui a été écrit ou dit").fill("« Va-t’en d’ici »");
    await tab.page.getByLabel("Ce qui a été écrit ou dit").press("Tab");
    await tab.page.keyboard.type("https://reseau.example/1");
    await tab.page.keyboard.press("Enter");
    await tab.page.getByRole("status").getByText("C’est dans le coffre.").waitFor();
    assert.ok(await tab.page.getByText("Va-t’en d’ici").first().isVisible());
    if (scripts) assert.deepEqual(await inspect(tab, "/safe", "fr", true), []);
    await tab.close();
  }
  assert.equal(count(server, "safe_entry WHERE kind = 'link'"), 2);
});

test("what is taken along is verified in a browser that has no house and no network", async () => {
  const zip = (await nadia.get("/safe/evidence.zip")).body;
  const from = zip.indexOf("<!doctype html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<meta http-equiv");
  const page = join(server.folder, "verify.html"), whole = join(server.folder, "whole.zip"), bad = join(server.folder, "bad.zip");
  assert.ok(from > 0);
  writeFileSync(page, zip.subarray(from, zip.indexOf("</html>\n", from) + 8));
  writeFileSync(whole, zip);
  const at = zip.indexOf("Va-t’en", zip.indexOf("index.html", from - 5000) < 0 ? 0 : zip.indexOf("chain.json.sig"));
  const altered = Buffer.from(zip);
  altered[at] = (altered[at] ?? 0) ^ 1;
  writeFileSync(bad, altered);
  const context = await browser.newContext({ offline: true, viewport: phone });
  const alone = await context.newPage();
  await alone.goto(`file://${page}`);
  await alone.locator("#zip").setInputFiles(whole);
  await alone.getByRole("heading", { name: /Rien n’a été modifié|Les fichiers sont intacts/ }).waitFor();
  await alone.locator("#zip").setInputFiles(bad);
  await alone.getByRole("heading", { name: "Ce dossier a été modifié" }).waitFor();
  await alone.getByText("index.html : modifié").waitFor();
  await context.close();
});
