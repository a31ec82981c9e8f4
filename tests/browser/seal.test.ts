// The end of what is sealed, with keys alone and without a script: two people
// hand it over, an authority releases it, two destroy it, and the certificate
// names both.  Every page on the way is looked at, in two languages and at two
// widths.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";

import { launch, look, open, phone, type Setting, type Tab } from "../lib/browser";
import type { Client } from "../lib/client";
import { startServer, type Server } from "../lib/server";
import { sql, until } from "../lib/trouble";

const wide = { width: 1280, height: 800 };
const shots = process.env["PREAU_SHOTS"] ?? "";

let server: Server;
let browser: Browser;
let thomas: Client;
let claire: Client;
const passes = new Map<string, string>();

// Each case its own photo, reported, and put under seal.
async function sealed(nadia: Client): Promise<number> {
  const photo = sql<{ id: number }>(server, `SELECT id FROM medium WHERE kind = 'photo' AND state = 'ready'
    AND post <> 5 AND uploader NOT IN (SELECT account FROM custodian) ORDER BY id`);
  for (const m of photo) {
    if ((await nadia.get(`/m/${m.id}/2048`)).status !== 200 || (await nadia.get(`/report/photo/${m.id}`)).status !== 200) continue;
    await nadia.submit(`/report/photo/${m.id}`, `/report/photo/${m.id}`, { category: "picture" });
    break;
  }
  const id = sql<{ id: number }>(server, "SELECT max(id) AS id FROM case_file")[0]?.id ?? 0;
  assert.equal((await thomas.submit(`/cases/${id}/seal`, `/cases/${id}/seal`, { reason: "La gendarmerie l’a demandé." })).status, 303);
  return until("the seal to be closed", () => sql<{ id: number }>(server,
    `SELECT id FROM seal WHERE state = 'sealed' AND case_file = ${id}`)[0]?.id);
}

before(async () => {
  server = await startServer({ photoPixels: 400 });
  browser = await launch();
  if (shots !== "") mkdirSync(shots, { recursive: true });
  thomas = await server.client("thomas");
  claire = await server.client("claire");
});
after(async () => {
  await browser?.close();
  await server?.sweep();
});

// Tab to what matches, from wherever one is.
async function reach(tab: Tab, selector: string): Promise<void> {
  const there = (): Promise<boolean> => tab.page.evaluate((s) => document.activeElement?.matches(s) ?? false, selector);
  for (let i = 0; i < 200 && !await there(); i++) await tab.page.keyboard.press("Tab");
  assert.ok(await there(), `${selector} is reached by keys`);
}

// Presses it, and waits for the page that comes; its status.
async function enter(tab: Tab, selector: string): Promise<number> {
  await reach(tab, selector);
  const [answer] = await Promise.all([tab.page.waitForNavigation({ waitUntil: "load" }), tab.page.keyboard.press("Enter")]);
  return answer?.status() ?? 0;
}

async function type(tab: Tab, name: string, text: string): Promise<void> {
  await reach(tab, `main [name="${name}"]`);
  await tab.page.keyboard.press("Control+a");
  await tab.page.keyboard.type(text);
}

// The n-th choice of a list, by its arrows; what it says.
async function choose(tab: Tab, name: string, n: number): Promise<string> {
  const list = `main select[name="${name}"]`;
  await reach(tab, list);
  await tab.page.keyboard.press("Home");
  for (let i = 0; i < n; i++) await tab.page.keyboard.press("ArrowDown");
  return tab.page.locator(`${list} option:checked`).innerText();
}

// A page as whoever it is sees it, in French at 360 px and in English at 1280,
// with axe.
async function see(who: Client, at: string, name: string): Promise<void> {
  for (const [lang, width] of [["fr", phone], ["en", wide]] as const) {
    await who.get(`/language/${lang}?back=%2Faccount`);
    const tab = await open(browser, server, { as: who, lang, width });
    assert.deepEqual(await look(tab, name, at, lang, width === phone), []);
    for (const d of await tab.page.locator("main details").all()) await d.evaluate((e) => e.setAttribute("open", ""));
    assert.equal(await tab.overflow(), "", `${name} ${lang}`);
    if (shots !== "") await tab.page.screenshot({ path: join(shots, `seal-${name}-${lang}-${width.width}.png`), fullPage: true });
    await tab.close();
  }
}

// The card on somebody's first page, found by what it says; it leads to the page
// of the custodians.
async function card(who: Client, at: string, says: RegExp): Promise<void> {
  await who.get("/language/fr?back=%2Faccount");
  const tab = await open(browser, server, { as: who, width: phone, scripts: false });
  await tab.go(at);
  const found = tab.page.locator("main section.card", { hasText: "moins de deux gardiens" });
  assert.equal(await found.count(), 1, at);
  assert.match(await found.innerText(), says);
  assert.equal(await tab.page.getByText("Rien ne vous attend.").count(), 0, at);
  await tab.follow(found.getByRole("link", { name: "Voir les gardiens" }));
  assert.equal(new URL(tab.page.url()).pathname, "/custodians");
  await tab.close();
}

async function two(tab: Tab): Promise<void> {
  const one = await choose(tab, "one", 1);
  await type(tab, "pass_one", passes.get(one) ?? "");
  const other = await choose(tab, "other", 2);
  assert.notEqual(one, other);
  await type(tab, "pass_other", passes.get(other) ?? "");
}

test("custodians are named, and set their passphrase, with keys alone and without a script", async () => {
  await see(claire, "/custodians", "custodians-none");
  await claire.get("/language/fr?back=%2Faccount");
  assert.match((await claire.get("/safety")).text, /Rien ne vous attend\./, "nobody was ever named: nothing is missing");
  for (const [name, login] of [["Thomas", "thomas"], ["Jeanne", "jeanne"]] as const) {
    const desk = await open(browser, server, { as: claire, width: phone, scripts: false });
    await desk.go("/custodians");
    const list = desk.page.locator("main select[name=account] option");
    const texts = await list.allInnerTexts();
    const chosen = await choose(desk, "account", texts.findIndex((t) => t.startsWith(name)));
    assert.ok(chosen.startsWith(name), chosen);
    await reach(desk, "main [name=called]");
    await desk.page.keyboard.press("Space");
    assert.equal(await enter(desk, "main form[action='/custodians'] button"), 200);
    assert.deepEqual(desk.faults, []);
    await desk.close();

    const who = login === "thomas" ? thomas : await server.client(login);
    if (login === "jeanne") await see(who, "/custodians/key", "key");
    else {
      await see(claire, "/structure", "first-page-few");
      await see(claire, "/safety", "safety-few");
      for (const at of ["/structure", "/safety"]) await card(claire, at, /n’ont pas encore choisi leur phrase secrète/);
    }
    const own = await open(browser, server, { as: who, width: phone, scripts: false });
    await own.go("/custodians/key");
    const pass = `la cour sous les tilleuls ${name}`;
    await type(own, "pass", pass);
    await type(own, "again", "une autre, par erreur");
    await reach(own, "main [name=known]");
    await own.page.keyboard.press("Space");
    assert.equal(await enter(own, "main form[action='/custodians/key'] button"), 422);
    await type(own, "pass", pass);
    await type(own, "again", pass);
    if (!await own.page.isChecked("main [name=known]")) {
      await reach(own, "main [name=known]");
      await own.page.keyboard.press("Space");
    }
    assert.equal(await enter(own, "main form[action='/custodians/key'] button"), 200);
    await own.close();
    passes.set(chosen, pass);
  }
  await see(claire, "/custodians", "custodians-two");
});

const ways: [string, Setting][] = [
  ["in French, at 360 px, without a script", { lang: "fr", width: phone, scripts: false }],
  ["in English, at 1280 px", { lang: "en", width: wide }],
];

for (const [n, [name, setting]] of ways.entries())
  test(`with keys alone two hand over and destroy what is sealed: ${name}`, async () => {
    const seal = await sealed(await server.client("nadia"));
    const page = `/seals/${seal}`;
    const key = join(server.folder, `authority-${n}.key`);
    const made = JSON.parse(server.preau("--json", "seal", "key", key).out) as { public: string; fingerprint: string };
    const lang = setting.lang ?? "fr";
    if (n === 0) await see(thomas, page, "sealed");
    if (n === 0) await see(thomas, `${page}/hand`, "hand");
    await thomas.get(`/language/${lang}?back=%2Faccount`);
    const tab = await open(browser, server, { ...setting, as: thomas });

    await tab.go(page);
    assert.equal(await enter(tab, `main a[href="${page}/hand"]`), 200);
    await type(tab, "authority", "Gendarmerie de Saint-Rémy");
    await type(tab, "person", "Adj. Roux");
    await type(tab, "receipt", "12/26");
    await type(tab, "key", made.public);
    await type(tab, "print", "0000 0000 0000 0000");
    await two(tab);
    // The fingerprint that was read out is another one: nothing is handed over.
    assert.equal(await enter(tab, `main form[action="${page}/hand"] button`), 422);
    assert.equal(await tab.page.locator("main [aria-invalid=true]").count(), 1);
    await type(tab, "print", made.fingerprint.toUpperCase());
    await two(tab);
    assert.equal(await enter(tab, `main form[action="${page}/hand"] button`), 200);
    const receipt = new URL(tab.page.url()).pathname;
    assert.match(receipt, new RegExp(`^${page}/hand/\\d+$`));
    if (n === 0) await see(thomas, receipt, "receipt");
    await thomas.get(`/language/${lang}?back=%2Faccount`);

    await reach(tab, `main a[href="${receipt}/file"]`);
    const [file] = await Promise.all([tab.page.waitForEvent("download"), tab.page.keyboard.press("Enter")]);
    const handed = join(server.folder, `handed-${n}.preau`);
    await file.saveAs(handed);
    const opened = server.preau("seal", "open", key, handed, join(server.folder, `opened-${n}`));
    assert.equal(opened.status, 0, opened.err);

    await tab.go(page);
    assert.equal(await enter(tab, `main a[href="${page}/release"]`), 200);
    if (n === 0) await see(thomas, `${page}/release`, "release");
    await thomas.get(`/language/${lang}?back=%2Faccount`);
    await type(tab, "authority", "Parquet de Tarascon");
    await type(tab, "reference", "26/118");
    await reach(tab, "main [name=on]");
    await tab.page.keyboard.type("01012026"); // whichever comes first
    assert.equal(await enter(tab, `main form[action="${page}/release"] button`), 200);
    if (n === 0) await see(thomas, page, "released");
    if (n === 0) await see(thomas, `${page}/destroy`, "destroy");
    await thomas.get(`/language/${lang}?back=%2Faccount`);

    await tab.go(page);
    assert.equal(await enter(tab, `main a[href="${page}/destroy"]`), 200);
    await choose(tab, "one", 1);
    await type(tab, "pass_one", "pas la bonne phrase");
    await choose(tab, "other", 2);
    await type(tab, "pass_other", "ni celle-ci");
    assert.equal(await enter(tab, `main form[action="${page}/destroy"] button`), 422);
    assert.equal(sql(server, `SELECT id FROM seal WHERE id = ${seal} AND state = 'destroyed'`).length, 0);
    await two(tab);
    assert.equal(await enter(tab, `main form[action="${page}/destroy"] button`), 200);
    assert.equal(new URL(tab.page.url()).pathname, page);
    if (n === 0) await see(thomas, page, "destroyed");
    await thomas.get(`/language/${lang}?back=%2Faccount`);

    await reach(tab, `main a[href="${page}/certificate"]`);
    const [paper] = await Promise.all([tab.page.waitForEvent("download"), tab.page.keyboard.press("Enter")]);
    const certificate = join(server.folder, `certificate-${n}.txt`);
    await paper.saveAs(certificate);
    const text = readFileSync(certificate, "utf8");
    for (const who of passes.keys()) assert.ok(text.includes(`destroyed-by: ${who}\n`), who);
    assert.match(text, /by-order-of: Parquet de Tarascon\norder: 26\/118/);
    assert.equal(server.preau("certificate", "verify", certificate).status, 0);
    writeFileSync(certificate, text.replace("26/118", "26/119"));
    assert.notEqual(server.preau("certificate", "verify", certificate).status, 0);
    assert.deepEqual(tab.faults, []);
    await tab.close();
  });
