// A document in an album, as people meet it: on a phone and on a desk, with and
// without scripts, in both languages.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";

import { desktop, launch, open, phone, type Setting, type Tab } from "../lib/browser";
import type { Client } from "../lib/client";
import { drawnUp, pagesOf, pdf } from "../lib/documents";
import { startServer, type Server } from "../lib/server";
import { fill, newAlbum, upload } from "../lib/trouble";

let browser: Browser;
let server: Server;
let sami: Client;
let nadia: Client;
let album: number;
let document: number;

async function look(path: string, setting: Setting, use?: (tab: Tab) => Promise<void>): Promise<void> {
  const tab = await open(browser, server, setting);
  assert.equal(await tab.go(path), 200, path);
  if (setting.scripts !== false) assert.deepEqual(await tab.violations(), [], path);
  if (setting.scripts !== false) assert.equal(await tab.overflow(), "", path);
  if (use !== undefined) await use(tab);
  assert.deepEqual(tab.faults, [], path);
  await tab.close();
}

before(async () => {
  [server, browser] = [await startServer({ photoPixels: 400 }), await launch()];
  [sami, nadia] = [await server.client("sami"), await server.client("nadia")];
  album = await newAlbum(sami, "Le programme");
  await upload(sami, album, "programme.pdf", pdf([
    { lines: ["Le programme", "Lundi: la rivi\xe8re, avec des bottes."] },
    { lines: ["Les menus", "Mardi: des p\xe2tes."] }]), undefined, "application/pdf");
  document = await drawnUp(server, album);
});
after(async () => {
  await browser.close();
  await server.sweep();
});

test("the team sends it, looks through its pages with one word, and publishes it", async () => {
  await look(`/publish/${album}`, { as: sami, width: phone });
  await look(`/publish/${album}/arrange`, { as: sami, width: desktop });
  await look(`/publish/${album}/faces/${pagesOf(server, document)[1]}`, { as: sami, width: phone });
  await look(`/publish/${album}/faces/${document}`, { as: sami, width: phone, scripts: false }, async ({ page }) => {
    await page.getByRole("link", { name: "Page suivante" }).click();
    await page.getByRole("button", { name: "Oui, sur toutes les pages de ce document" }).click();
    await page.getByText("C’est noté pour chaque image").waitFor();
  });
  assert.equal((await fill(sami, `/publish/${album}/send`, `/publish/${album}/send`, { when: "now" })).status, 303);
});

test("a family reads it without scripts, by the keyboard, and finds a word in it", async () => {
  const at = `/album/${album}/photo/${document}`;
  await look(`/album/${album}`, { as: nadia, width: phone, scripts: false }, async ({ page }) => {
    await page.getByRole("link", { name: /Document 1 sur 1/ }).click();
    await page.getByRole("heading", { name: "Le programme" }).last().waitFor();
    await page.getByRole("link", { name: "Page suivante" }).press("Enter");
    await page.getByText("Mardi: des pâtes.").waitFor();
    await page.getByLabel("Chercher un mot dans ce document").fill("bottes");
    await page.getByLabel("Chercher un mot dans ce document").press("Enter");
    await page.getByRole("link", { name: "Page 1", exact: true }).waitFor();
  });
  await look(at, { as: nadia, width: phone });
  await look(`${at}?page=2&q=menus`, { as: nadia, width: desktop, lang: "en" });
  await look(at, { as: sami, width: desktop }, async ({ page }) => {
    await page.getByText(/Ouvert par 1 personne/).click();
    await page.getByText(/Nadia/).waitFor();
  });
});
