// Every page as each of its readers sees it: two languages, two widths, light
// and dark.  Nothing for axe to say, nothing foreign, nothing inline.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Request } from "playwright-core";

import { desktop, launch, look, open, phone, type Setting } from "../lib/browser";
import { Client } from "../lib/client";
import { startServer, type Server } from "../lib/server";
import { askTrace, tellByHand } from "../lib/traces";
import { sql } from "../lib/trouble";

let server: Server;
let browser: Browser;
const people = new Map<string, Client>();

const pages: Record<string, string[]> = {
  nobody: ["/sign-in", "/sign-in/waiting", "/join", "/join/AAAA-AAAA-AAAA-AAAA-AAAA", "/about", "/report", "/nowhere",
    "/static/nowhere.css", `/${"a".repeat(5000)}`],
  nadia: ["/", "/?child=1", "/album/3", "/album/3/photo/15", "/album/3/photo/26", "/rights", "/child/1/looked",
    "/account", "/about", "/report", "/album/999", "/?before=20000-1"],
  luc: ["/"],
  marc: ["/", "/rights"],
  monique: ["/album/3/photo/15"],
  sami: ["/today", "/publish", "/publish/5", "/publish/5/text", "/publish/5/arrange", "/publish/5/faces", "/publish/5/send",
    "/publish/3/done", "/album/3", "/m/15/original", "/roster", "/roster/group/2", "/roster/child/1", "/account"],
  thomas: ["/today", "/roster", "/account", "/traces", "/traces/1", "/traces/2", "/traces/3", "/traces/4"],
  claire: ["/structure", "/structure/people", "/structure/groups", "/structure/masks", "/structure/waiting", "/roster", "/roster/group/1",
    "/roster/child/1", "/roster/child/1/erase", "/roster/import", "/letters", "/register", "/account", "/today", "/traces", "/traces/1", "/traces/2"],
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

before(async () => {
  server = await startServer({ photoPixels: 1200 });
  browser = await launch();
  for (const who of Object.keys(pages)) if (who !== "nobody") people.set(who, await server.client(who));
  await traces();
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
