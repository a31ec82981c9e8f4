// « Coffre souvenirs » in a browser: the page, its one button with and without
// scripts, and the page inside the ZIP, opened from the disk.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, before, test } from "node:test";
import type { AxeResults } from "axe-core";
import type { Browser } from "playwright-core";

import { desktop, launch, look, open, phone } from "../lib/browser";
import type { Client } from "../lib/client";
import { PATIENCE_MS, until } from "../lib/patience";
import { boxOf, LEA, opened, tooMany, withChildren, withoutNames } from "../lib/memories";
import { drawn, scene } from "../lib/pictures";
import { startServer, type Server } from "../lib/server";
import { fill, sql } from "../lib/trouble";

const axe = createRequire(resolve("package.json"))("axe-core") as typeof import("axe-core");
const shots = process.env["PREAU_SHOTS"] ?? "";

let server: Server;
let browser: Browser;
let nadia: Client;
let folder: string;

before(async () => {
  server = await startServer();
  withoutNames(server);
  browser = await launch();
  const sami = await server.client("sami");
  nadia = await server.client("nadia");
  await withChildren(server, sami, "Cabane dans les bois", [0, 1, 2].map((i) => ({ jpeg: scene(i, i + 40, 1200, 900), who: [LEA] })));
  await withChildren(server, sami, "Sortie à la mer", [
    { jpeg: drawn(1200, 900, "2026-07-12T16:30:05"), who: [LEA] }, { jpeg: scene(3, 50, 900, 1200), who: [LEA] }]);
  folder = mkdtempSync(join(tmpdir(), "preau-box-"));
  if (shots !== "") mkdirSync(shots, { recursive: true });
});
after(async () => {
  await browser?.close();
  await server?.sweep();
  rmSync(folder, { recursive: true, force: true });
});

for (const lang of ["fr", "en"] as const)
  for (const width of [phone, desktop])
    test(`the page is right, ${lang}, ${width.width} wide`, async () => {
      nadia.jar.set("preau-lang", lang);
      const tab = await open(browser, server, { as: nadia, width, lang });
      for (const path of [`/memories/${LEA}`, `/moving/${LEA}`, "/", "/rights"])
        assert.deepEqual(await look(tab, "nadia", path, lang, true), [], path);
      await tab.go(`/memories/${LEA}`);
      assert.ok(await tab.page.getByText(lang === "fr" ? /^5 photos où l’on voit Léa/ : /^5 photos with Léa in them/).isVisible());
      if (shots !== "") await tab.page.screenshot({ path: `${shots}/memories_${lang}_${width.width}.png`, fullPage: true });
      assert.deepEqual(tab.faults, []);
      await tab.close();
    });

test("what is too much for one file is offered by season, in both languages and widths", async () => {
  const [photo = 0, other = 0] = sql<{ medium: number }>(server, `SELECT DISTINCT medium FROM region WHERE child = ${LEA} ORDER BY medium LIMIT 2`).map((r) => r.medium);
  const undo = tooMany(server, photo, other);
  try {
    for (const lang of ["fr", "en"] as const)
      for (const width of [phone, desktop]) {
        nadia.jar.set("preau-lang", lang);
        const tab = await open(browser, server, { as: nadia, width, lang });
        assert.deepEqual(await look(tab, "nadia", `/memories/${LEA}`, lang, true), []);
        assert.ok(await tab.page.getByRole("link", { name: lang === "fr" ? "Emporter Été 2019" : "Take home Été 2019" }).isVisible());
        if (shots !== "") await tab.page.screenshot({ path: `${shots}/memories_many_${lang}_${width.width}.png`, fullPage: true });
        await tab.close();
      }
  } finally {
    undo();
    nadia.jar.set("preau-lang", "fr");
  }
});

// Of another house.
const CARD = "PREAU1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f:"
  + "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f:53b57345:Les Lucioles";

test("a director sees who wants to go, in both languages and widths", async () => {
  const at = `/moving/${LEA}`;
  const claire = await server.client("claire");
  assert.equal((await fill(nadia, at, `${at}/ask`, { card: CARD })).status, 303);
  for (const lang of ["fr", "en"] as const)
    for (const width of [phone, desktop]) {
      claire.jar.set("preau-lang", lang);
      const tab = await open(browser, server, { as: claire, width, lang });
      assert.deepEqual(await look(tab, "claire", "/moves", lang, true), []);
      assert.ok(await tab.page.getByRole("heading", { name: /Léa.*Les Lucioles/ }).isVisible());
      if (shots !== "") await tab.page.screenshot({ path: `${shots}/moves_${lang}_${width.width}.png`, fullPage: true });
      await tab.close();
    }
  assert.equal((await fill(nadia, at, `${at}/end`)).status, 303);
});

for (const scripts of [true, false])
  test(`a file that is brought comes whole, ${scripts ? "in pieces and after one was lost" : "without scripts"}`, async () => {
    nadia.jar.set("preau-lang", "fr");
    const at = `/moving/${LEA}`;
    const tab = await open(browser, server, { as: nadia, width: phone, scripts });
    const button = tab.page.getByRole("button", { name: "L’apporter" });
    const sent: string[] = [];
    tab.page.on("response", (r) => {
      if (r.request().method() !== "GET" && r.url().includes(`${at}/`))
        sent.push(`${r.request().method()} ${r.request().headers()["upload-offset"] ?? ""} ${r.status()}`);
    });
    await tab.go(at);
    await tab.page.setInputFiles("#file", { name: "dossier.preau", mimeType: "application/octet-stream", buffer: Buffer.alloc(5 << 20, drawn()) });
    if (scripts) {
      const second = (r: { headers(): Record<string, string> }): boolean => r.headers()["upload-offset"] === String(4 << 20);
      await tab.page.route(`**${at}/pieces/*`, (route) => second(route.request()) ? route.fulfill({ status: 503 }) : route.fallback());
      await button.press("Enter");
      await tab.page.getByText("Il n’est pas arrivé en entier.").waitFor();
      await tab.page.unroute(`**${at}/pieces/*`);
    }
    assert.equal(await tab.follow(button), 200);
    assert.deepEqual(sent, scripts
      ? ["POST  201", "PATCH 0 204", `PATCH ${4 << 20} 503`, "HEAD  200", `PATCH ${4 << 20} 204`]
      : ["POST  303"]);
    await until("the word about it", async () => {
      await tab.go(at);
      return tab.page.getByText("Ce n’est pas un dossier préparé par une autre organisation.").isVisible();
    });
    assert.deepEqual(tab.faults, []);
    await tab.close();
  });

for (const scripts of [true, false])
  test(`one key press takes them home, ${scripts ? "with" : "without"} scripts`, async () => {
    nadia.jar.set("preau-lang", "fr");
    const tab = await open(browser, server, { as: nadia, width: phone, scripts });
    await tab.go("/");
    await tab.page.getByRole("link", { name: "Coffre souvenirs de Léa" }).focus();
    await tab.page.keyboard.press("Enter");
    const button = tab.page.getByRole("link", { name: "Télécharger les photos" });
    await button.focus();
    const [got] = await Promise.all([tab.page.waitForEvent("download"), tab.page.keyboard.press("Enter")]);
    assert.equal(got.suggestedFilename(), "souvenirs-Léa.zip");
    assert.equal(await got.failure(), null);
    assert.deepEqual(tab.faults, []);
    await tab.close();
  });

test("the page inside opens from the disk, in both lights, and asks nobody for anything", async () => {
  nadia.jar.set("preau-lang", "fr");
  const files = opened((await nadia.get(await boxOf(nadia, LEA))).body);
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  for (const dark of [false, true])
    for (const width of [phone, desktop]) {
      const context = await browser.newContext({ viewport: width, colorScheme: dark ? "dark" : "light" });
      const page = await context.newPage();
      page.setDefaultTimeout(PATIENCE_MS);
      const asked: string[] = [];
      page.on("request", (q) => asked.push(q.url()));
      page.on("console", (m) => asked.push(`console: ${m.text()}`));
      await page.goto(`file://${folder}/index.html`);
      assert.equal(await page.locator("script").count(), 0);
      assert.equal(await page.locator("img").count(), 5);
      for (const img of await page.locator("img").all()) {
        await img.scrollIntoViewIfNeeded();
        const handle = await img.elementHandle();
        await page.waitForFunction((e) => (e as HTMLImageElement).complete && (e as HTMLImageElement).naturalWidth > 0, handle);
        assert.match(String(await img.getAttribute("alt")), /^Photo \d sur 5/);
      }
      await page.evaluate(() => window.scrollTo(0, 0));
      assert.ok(asked.every((u) => u.startsWith(`file://${folder}/`)), asked.join("\n"));
      await page.evaluate(axe.source);
      const found = await page.evaluate(() => (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run());
      assert.deepEqual(found.violations.map((v) => `${v.id} ${v.nodes[0]?.html ?? ""}`), []);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), "no wider than the screen");
      if (shots !== "") await page.screenshot({ path: `${shots}/memories_index_${dark ? "dark" : "light"}_${width.width}.png`, fullPage: true });
      await context.close();
    }
});
