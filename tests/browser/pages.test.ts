// Every page as each of its readers sees it: two languages, two widths, light
// and dark.  Nothing for axe to say, nothing foreign, nothing inline.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Request } from "playwright-core";

import { desktop, inspect, launch, look, open, phone, type Setting, type Tab } from "../lib/browser";
import { Client } from "../lib/client";
import { build, startServer, type Server } from "../lib/server";
import { askTrace, tellByHand } from "../lib/traces";
import { freshCode } from "../lib/totp";
import { atIdle, signalAll, signalThese, sql, until } from "../lib/trouble";

let server: Server;
let browser: Browser;
const people = new Map<string, Client>();

const pages: Record<string, string[]> = {
  nobody: ["/sign-in", "/sign-in/waiting", "/join", "/join/AAAA-AAAA-AAAA-AAAA-AAAA", "/about", "/how-long", "/report", "/report/child", "/report/child?what=mean", "/nowhere",
    "/report/receipt", "/static/nowhere.css", `/${"a".repeat(5000)}`],
  nadia: ["/", "/?child=1", "/album/3", "/album/3/photo/15", "/album/3/photo/26", "/rights", "/child/1/looked",
    "/account", "/about", "/report", "/report/photo/15", "/report/post/3", "/report/mine", "/report/1", "/rights/mine", "/rights/ask/oppose", "/rights/request/1", "/album/999", "/?before=20000-1"],
  luc: ["/"],
  marc: ["/", "/rights"],
  monique: ["/album/3/photo/15"],
  sami: ["/today", "/publish", "/publish/5", "/publish/5/text", "/publish/5/arrange", "/publish/5/faces", "/publish/5/send",
    "/publish/3/done", "/album/3", "/m/15/original", "/roster", "/roster/group/2", "/roster/child/1", "/account"],
  thomas: ["/today", "/safety", "/report", "/cases", "/cases/1", "/cases/1/hold", "/cases/1/filings", "/cases/1/filings/1", "/cases/1/filings/2", "/cases/1/filings/1/version/1", "/cases/2/seal", "/custodians", "/seals/1", "/seals/1/hand", "/holds", "/roster", "/account", "/traces", "/traces/1", "/traces/2", "/traces/3", "/traces/4"],
  claire: ["/structure", "/safety", "/structure/people", "/structure/groups", "/structure/masks", "/structure/line", "/structure/waiting", "/stopped/people", "/custodians", "/handlers", "/handlers/4", "/report/poster", "/cases", "/roster", "/roster/group/1",
    "/roster/child/1", "/roster/child/1/erase", "/roster/import", "/letters", "/register", "/account", "/today", "/traces", "/traces/1", "/traces/2",
    "/structure/ends", "/structure/ends/photos", "/claims", "/claims/1", "/claims/new", "/certificates"],
};

const settings: [string, Setting][] = [
  ["French on a phone, light", { width: phone }],
  ["English on a phone, dark", { width: phone, lang: "en", dark: true }],
  ["French on a desk, dark", { width: desktop, dark: true }],
  ["English on a desk, light", { width: desktop, lang: "en" }],
];

// A person's language is their account's: the switch is used as they would.
async function settle(who: string, lang: "fr" | "en"): Promise<Client | undefined> {
  const c = people.get(who);
  if (c !== undefined) await c.get(`/language/${lang}?back=%2Faccount`);
  return c;
}

// One that waits, one that names two accounts, one that cannot tell, one that is
// refused.
async function traces(): Promise<void> {
  const [claire, thomas] = [people.get("claire"), people.get("thomas")];
  assert.ok(claire !== undefined && thomas !== undefined);
  const families = sql<{ id: number }>(server, "SELECT id FROM account WHERE kind = 'guardian' ORDER BY id LIMIT 2").map((r) => r.id);
  await askTrace(server, claire, "Trouvée sur la page publique d’un club voisin.");
  tellByHand(server, await askTrace(server, claire, "Envoyée à une autre famille, qui s’en est plainte."), "named", families);
  tellByHand(server, await askTrace(server, claire, "Vue dans un groupe de discussion."), "smooth");
  const refused = await askTrace(server, claire, "Par curiosité.");
  await thomas.submit(`/traces/${refused}`, `/traces/${refused}`, { do: "refuse", why: "Ce n’est pas une raison." });
}

// A photo that no other page here shows is reported, taken on, and sealed.
async function sealed(nadia: Client, thomas: Client): Promise<void> {
  const [claire, jeanne] = [people.get("claire"), await server.client("jeanne")];
  assert.ok(claire !== undefined);
  for (const [who, name] of [[thomas, "Thomas"], [jeanne, "Jeanne"]] as const) {
    const account = new RegExp(`<option value="(\\d+)">${name}`).exec((await claire.get("/custodians")).text)?.[1] ?? "";
    await claire.submit("/custodians", "/custodians", { account, called: "1" });
    const pass = `la cour sous les tilleuls ${name}`;
    await who.submit("/custodians/key", "/custodians/key", { pass, again: pass, known: "1" });
  }
  for (const m of sql<{ id: number }>(server, "SELECT id FROM medium WHERE kind = 'photo' AND state = 'ready' AND post NOT IN (3, 5) ORDER BY id DESC")) {
    if ((await nadia.get(`/report/photo/${m.id}`)).status !== 200) continue;
    await nadia.submit(`/report/photo/${m.id}`, `/report/photo/${m.id}`, { category: "picture" });
    break;
  }
  assert.equal((await thomas.submit("/cases/2/seal", "/cases/2/seal", { reason: "La gendarmerie l’a demandé." })).status, 303);
  await until("the seal to be closed", () => sql(server, "SELECT id FROM seal WHERE state = 'sealed'").length === 1);
}

before(async () => {
  server = await startServer({ photoPixels: 1200 });
  browser = await launch();
  for (const who of Object.keys(pages)) if (who !== "nobody") people.set(who, await server.client(who));
  await traces();
  const [nadia, thomas] = [people.get("nadia"), people.get("thomas")];
  assert.ok(nadia !== undefined && thomas !== undefined);
  await nadia.submit("/report", "/report", { category: "team", words: "Le portail reste ouvert." });
  await thomas.submit("/cases/1", "/cases/1", { what: "ask", words: "Quel jour ?" });
  const until = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  await nadia.submit("/rights/ask/correct", "/rights/ask/correct", { words: "Mon nom est mal écrit." });
  await thomas.submit("/cases/1/hold", "/cases/1/hold", { until, reason: "Le procureur est saisi." });
  for (const kind of ["eu-notice", "fr-event"]) await thomas.submit("/cases/1/filings", "/cases/1/filings", { kind });
  await thomas.submit("/cases/1/filings/1", "/cases/1/filings/1", { what: "check", location: "https://exemple.fr/a", reasons: "Sans accord.", faith: "yes" });
  await thomas.submit("/holds", "/holds", { kind: "post", subject: "3", until, reason: "Une réquisition." });
  await sealed(nadia, thomas);
});

after(async () => {
  await browser?.close();
  await server?.sweep();
});

for (const [name, setting] of settings)
  test(`nothing is wrong on any page: ${name}`, async () => {
    const lang = setting.lang ?? "fr";
    const wrong: string[] = [];
    for (const [who, paths] of Object.entries(pages)) {
      const as = await settle(who, lang);
      const tab = await open(browser, server, as === undefined ? setting : { ...setting, as });
      for (const path of paths) wrong.push(...await look(tab, who, path, lang, setting.width === phone));
      await tab.close();
    }
    assert.deepEqual(wrong, []);
  });

// Presses the button of a form, and waits for the page that it leads to.
const send = (tab: Tab, form: string): Promise<number> => tab.follow(tab.page.locator(`${form} button`).first());

const sheet = (day: string): { name: string; mimeType: string; buffer: Buffer } => ({ name: "liste.csv", mimeType: "text/csv",
  buffer: Buffer.from(`prénom;nom;date de naissance;groupe;adulte1_nom;adulte1_lien\nGaël;Essai;${day};Hérissons;Zoë Essai;parent\n`) });

// What is seen only on the way: who is invited joins, a family does with a
// letter, a list is brought in, a screen locks, a form comes too late.
async function onTheWay(setting: Setting, n: number): Promise<string[]> {
  const lang = setting.lang ?? "fr";
  const wrong: string[] = [];
  const see = async (tab: Tab, what: string): Promise<void> => {
    wrong.push(...await inspect(tab, what, lang, setting.width === phone));
  };
  const claire = await server.client("claire");
  await claire.get(`/language/${lang}?back=%2Faccount`);
  const office = await open(browser, server, { ...setting, as: claire });
  const visitor = await open(browser, server, setting);

  await office.go("/structure/people");
  await office.page.fill("main form[action='/structure/people'] [name=name]", `Lou Essai ${n}`);
  assert.equal(await send(office, "main form[action='/structure/people']"), 200);
  await see(office, "an invitation");
  const link = /\/join\/[0-9A-Za-z-]{20,}/.exec(await office.page.content())?.[0] ?? "";
  await visitor.go(`/language/${lang}?back=%2Fjoin`); // or it is the letter's
  wrong.push(...await look(visitor, "who is invited", link, lang, setting.width === phone));
  await visitor.page.fill("[name=login]", `lou${n}`);
  await visitor.page.fill("[name=pass]", "court");
  assert.equal(await send(visitor, "main form"), 422);
  await see(visitor, "a passphrase that is too short");
  await visitor.page.fill("[name=login]", `lou${n}`);
  await visitor.page.fill("[name=pass]", "trois vélos contre le mur");
  await visitor.page.selectOption("[name=lang]", lang).catch(() => visitor.page.check(`[name=lang][value=${lang}]`));
  assert.equal(await send(visitor, "main form"), 200);
  await see(visitor, "the second step is set up");
  const secret = (await visitor.page.locator(".big-code").first().textContent() ?? "").replaceAll(/\s/g, "");
  await visitor.page.fill("[name=code]", "000000");
  assert.equal(await send(visitor, "main form[action='/sign-in/second/new']"), 422);
  await see(visitor, "a code that is wrong");
  await visitor.page.fill("[name=code]", await freshCode(secret));
  assert.equal(await send(visitor, "main form[action='/sign-in/second/new']"), 200);
  await see(visitor, "recovery codes");

  const half = new Client(server.url, lang);
  await half.submit("/sign-in", "/sign-in", { login: "jeanne", pass: server.login("jeanne").passphrase });
  await half.get(`/language/${lang}?back=%2Fsign-in%2Fsecond`);
  const halfway = await open(browser, server, { ...setting, as: half });
  wrong.push(...await look(halfway, "halfway in", "/sign-in/second", lang, setting.width === phone));

  for (const [day, status] of [["31/02/2019", 422], ["05/06/2017", 200]] as const) {
    await office.go("/roster/import");
    await office.page.setInputFiles("[name=sheet]", sheet(day));
    assert.equal(await send(office, "main form[action='/roster/import']"), status);
    await see(office, `a list, ${status}`);
  }

  await office.go("/letters");
  assert.equal(await send(office, "main form[action^='/letters/group/']"), 200);
  await see(office, "letters");
  const code = (await office.page.locator(".letter .big-code").first().innerText()).replaceAll(/\s/g, "");
  const family = await open(browser, server, setting);
  await family.go(`/join/${code}`);
  await family.page.fill("[name=login]", `famille${n}`);
  await family.page.fill("[name=pass]", "la lampe rouge du couloir");
  await family.page.selectOption("[name=lang]", lang).catch(() => family.page.check(`[name=lang][value=${lang}]`));
  assert.equal(await send(family, "main form"), 200);
  await see(family, "a family that waits");
  await office.go("/structure/waiting");
  assert.match(await office.page.content(), /\/structure\/account\/\d+\/approve/);
  await see(office, "somebody waits");

  await office.go("/account");
  await office.page.locator("form[action='/account/language'] input[name=form]").evaluate((e) => { (e as HTMLInputElement).value = "late"; });
  assert.equal(await send(office, "form[action='/account/language']"), 403);
  await see(office, "too late");
  await claire.submit("/account", "/lock", {});
  wrong.push(...await look(office, "a screen that was left", "/locked", lang, setting.width === phone));
  for (const tab of [office, visitor, halfway, family]) await tab.close();
  return wrong;
}

// A phone in both languages, by day and by night.
for (const [n, [name, setting]] of settings.slice(0, 2).entries())
  test(`nothing is wrong on the pages on the way: ${name}`, async () => {
    assert.deepEqual(await onTheWay(setting, n), []);
  });

test("a text twice as large breaks no page", async () => {
  for (const who of ["nobody", "nadia", "sami", "claire"]) {
    const as = await settle(who, "fr");
    const tab = await open(browser, server, { ...(as === undefined ? {} : { as }), width: { width: 720, height: 740 } });
    for (const path of pages[who] ?? []) {
      await tab.go(path);
      await tab.page.evaluate(() => { document.documentElement.style.fontSize = "200%"; });
      assert.equal(await tab.overflow(), "", `${who} ${path}`);
    }
    await tab.close();
  }
});

test("the first page is light", async () => {
  for (const [who, path] of [["nobody", "/sign-in"], ["nadia", "/"]] as const) {
    const as = people.get(who);
    const tab = await open(browser, server, as === undefined ? {} : { as });
    const asked: ReturnType<Request["sizes"]>[] = [];
    tab.page.on("requestfinished", (q) => {
      if (!/\/m\/\d+\//.test(q.url())) asked.push(q.sizes());
    });
    await tab.go(path);
    await tab.page.waitForLoadState("networkidle");
    const sizes = (await Promise.all(asked)).map((s) => s.responseBodySize + s.responseHeadersSize);
    const sum = sizes.reduce((a, b) => a + b, 0);
    assert.ok(sizes.length >= 4, "page, style, script and letters were counted");
    assert.ok(sum <= 60_000, `${path}: ${sum} bytes`);
    await tab.close();
  }
});

test("a printed letter stands on one page, without the bars of the screen", async () => {
  const claire = await settle("claire", "fr");
  assert.ok(claire !== undefined);
  const tab = await open(browser, server, { as: claire, width: desktop });
  await tab.go("/letters");
  await tab.page.locator("form button").first().click();
  await tab.page.locator(".letter").first().waitFor();
  await tab.page.waitForLoadState("load");
  assert.deepEqual(await tab.violations(), []);
  const letters = await tab.page.locator(".letter").count();
  await tab.page.emulateMedia({ media: "print" });
  assert.equal(await tab.page.locator(".top").isVisible(), false);
  const pdf = await tab.page.pdf({ preferCSSPageSize: true });
  const sheets = (pdf.toString("latin1").match(/\/Type\s*\/Page[^s]/g) ?? []).length;
  assert.equal(sheets, letters);
  await tab.close();
});

// A form that was never answered, since whoever had it in hand died.
async function lost(tab: Tab, form: string): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    await tab.go("/account");
    const stopped = signalAll(server, "worker", "SIGSTOP");
    const pressed = send(tab, form);
    await tab.page.waitForTimeout(50); // or it comes later, and is answered
    await atIdle(server, "front");
    signalThese(stopped, "SIGKILL");
    const status = await pressed;
    if (status !== 200) return status;
  }
  return 0;
}

for (const [name, setting] of settings.slice(0, 2))
  test(`nothing is wrong on the pages that say what stands in the way: ${name}`, async () => {
    const lang = setting.lang ?? "fr";
    const form = "form[action='/account/contact']";
    const flag = join(server.folder, "read-only");
    const wrong: string[] = [];
    const as = await settle("nadia", lang);
    assert.ok(as !== undefined);
    const tab = await open(browser, server, { ...setting, as });
    const put = (field: string, value: string): Promise<void> =>
      tab.page.locator(`${form} [name=${field}]`).evaluate((e, v) => { (e as HTMLInputElement).value = v; }, value);
    const see = async (status: number, is: number): Promise<void> => {
      assert.equal(is, status);
      wrong.push(...await inspect(tab, String(status), lang, true));
    };

    await tab.go("/account");
    const spent = await tab.page.locator(`${form} [name=form]`).inputValue();
    assert.equal(await send(tab, form), 200);
    await tab.go("/account");
    await put("form", spent);
    await see(409, await send(tab, form));
    await tab.go("/account");
    await put("form", "x".repeat(100_000));
    await see(413, await send(tab, form));
    await see(503, await lost(tab, form));

    await server.stop();
    const program = join(server.folder, "preau-read-only");
    writeFileSync(program, `#!/bin/sh\nexec ${build}/tests/sandbox/read_only ${flag} ${build}/preau "$@"\n`, { mode: 0o755 });
    await server.start({}, program);
    await tab.go("/account");
    writeFileSync(flag, "");
    await see(507, await send(tab, form));
    rmSync(flag);
    await server.stop();
    await server.start();
    await tab.close();
    assert.deepEqual(wrong, []);
  });

test("a child of whom only the keyboard works tells without a script, at 360 px", async () => {
  const tab = await open(browser, server, { width: phone, scripts: false });
  await tab.go("/report/child");
  const reach = async (name: RegExp): Promise<void> => {
    const what = tab.page.getByRole("link", { name }).or(tab.page.getByRole("button", { name })).or(tab.page.getByRole("radio", { name })).first();
    for (let i = 0; i < 60 && !(await what.evaluate((x) => x === document.activeElement)); i++) await tab.page.keyboard.press("Tab");
    assert.ok(await what.evaluate((x) => x === document.activeElement), String(name));
  };
  const press = (): Promise<unknown> => Promise.all([tab.page.waitForNavigation({ waitUntil: "load" }), tab.page.keyboard.press("Enter")]);
  await reach(/Un adulte me fait peur/);
  await press();
  await reach(/Un enfant/);
  await tab.page.keyboard.press("Space");
  await reach(/^Envoyer$/);
  await press();
  assert.match(await tab.page.textContent("main") ?? "", /C’est bien arrivé[\s\S]*119/);
  assert.match(await tab.page.textContent(".big-code") ?? "", /^\s*([0-9A-Z]{4}-){4}[0-9A-Z]{4}\s*$/);
  assert.deepEqual(tab.faults, []);
  await tab.close();
});
