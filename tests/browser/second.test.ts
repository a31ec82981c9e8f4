// The second pair of eyes on a phone: found on her first page, quick with a
// script, by keys and without; and the list to take along, on paper too.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { mkdirSync } from "node:fs";
import type { Browser } from "playwright-core";

import { desktop, launch, look, open, phone } from "../lib/browser";
import type { Client } from "../lib/client";
import { GROUP, answer } from "../lib/consents";
import { sayNobody } from "../lib/faces";
import { faceless } from "../lib/masks";
import { spotted } from "../lib/pictures";
import { startServer, type Server } from "../lib/server";
import { count, newAlbum, upload } from "../lib/trouble";

const shots = process.env["PREAU_SHOTS"] ?? "";

let server: Server;
let browser: Browser;
let jeanne: Client; // works with the older ones, of whom one may not be shown
let claire: Client;

before(async () => {
  server = await startServer();
  browser = await launch();
  [jeanne, claire] = [await server.client("jeanne"), await server.client("claire")];
  if (shots !== "") mkdirSync(shots, { recursive: true });
});
after(async () => {
  await browser?.close();
  await server?.sweep();
});

async function boxed(album: number, photo: number, name: string): Promise<void> {
  const at = `/publish/${album}/faces/${photo}`;
  const made = await jeanne.submit(at, `${at}/draw`, { across: "50", down: "40", size: "large" });
  const box = /box=(\d+)/.exec(String(made.headers.location))?.[1] ?? "";
  const page = (await jeanne.get(`${at}?box=${box}`)).text;
  const who = new RegExp(`name="who" value="(\\d+)"[^>]*><span>${name}`).exec(page)?.[1] ?? "";
  assert.equal((await jeanne.submit(at, `${at}/box/${box}`, { who })).status, 303);
  assert.equal((await jeanne.submit(at, `${at}/word`, { do: "all" })).status, 303);
}

// One album that waits for a second person; its first photo shows Awa.
async function waiting(title: string, photos: number): Promise<{ album: number; photos: number[] }> {
  const album = await newAlbum(jeanne, title);
  for (let i = 0; i < photos; i++) await upload(jeanne, album, `${i}.jpg`, spotted(640, 480));
  const all = await faceless(server, jeanne, album);
  await boxed(album, all[0] ?? 0, "Awa");
  for (const photo of all.slice(1)) {
    const at = `/publish/${album}/faces/${photo}`;
    assert.equal((await jeanne.submit(at, `${at}/word`, { do: "nobody" })).status, 303);
  }
  return { album, photos: all };
}

const unseconded = (album: number): number => count(server, `medium m WHERE m.post = ${album} AND m.cleared = 0`);

for (const [name, setting] of [["phone", { width: phone }], ["phone, dark", { width: phone, dark: true }],
  ["desk", { width: desktop }]] as const)
  test(`nothing is wrong on the pages of a second look: ${name}`, async () => {
    const { album, photos: [photo = 0] } = await waiting(`Regards, ${name}`, 2);
    const group = /\/faces\/list\/\d+/.exec((await jeanne.get("/today")).text)?.[0] ?? "";
    const wrong: string[] = [];
    for (const [who, c, paths] of [
      ["jeanne", jeanne, [`/publish/${album}/faces`, `/publish/${album}/faces/${photo}`, `/publish/${album}/send`, `/publish/${album}/faces/list`, group]],
      ["claire", claire, ["/structure", "/today", `/publish/${album}/faces`, `/publish/${album}/faces/${photo}`]],
    ] as const) {
      const tab = await open(browser, server, { ...setting, as: c });
      for (const path of paths) {
        wrong.push(...await look(tab, who, path, "fr", setting.width === phone));
        if (shots !== "") await tab.page.screenshot({ path: `${shots}/second ${name} ${who}${path.replace(/[/?]/g, "_")}.png`, fullPage: true });
      }
      await tab.close();
    }
    assert.deepEqual(wrong, []);
    await claire.submit(`/publish/${album}/faces`, `/publish/${album}/faces/second`, {});
  });

test("on a phone: from the first page, a missed face in two taps, nothing else missed", async () => {
  const { album, photos: [, two = 0] } = await waiting("Deux touches", 3);
  const tab = await open(browser, server, { as: claire, width: phone });
  const { page } = tab;
  await tab.go("/structure");
  await page.getByRole("link", { name: /Deux touches/ }).click();
  await page.getByRole("heading", { name: "Votre second regard" }).waitFor();
  await page.locator(`.faces-grid a[href$="/${two}"]`).click();
  const img = await page.locator(".faces img").boundingBox();
  assert.ok(img !== null);
  await page.mouse.click(img.x + img.width * 0.7, img.y + img.height * 0.6);
  await page.getByRole("button", { name: "Masquer ce visage" }).click();
  await page.locator(".faces .masked").waitFor();
  await page.getByRole("link", { name: "Toutes les photos de l’album" }).click();
  await page.getByRole("button", { name: "J’ai vu chaque photo" }).click();
  await page.getByText("votre regard est noté").waitFor();
  assert.equal(unseconded(album), 0);
  assert.equal(await page.getByRole("button", { name: "J’ai vu chaque photo" }).count(), 0);
  assert.deepEqual(tab.faults, []);
  await tab.close();
});

test("without a script: picture by picture, and the page leads on", async () => {
  const { album, photos } = await waiting("Image par image", 2);
  const tab = await open(browser, server, { as: claire, width: phone, scripts: false });
  const { page } = tab;
  await tab.go("/structure");
  await page.getByRole("link", { name: /Image par image/ }).click();
  await page.getByRole("link", { name: "Regarder les photos" }).click();
  await page.waitForURL(`**/faces/${photos[0]}`);
  assert.match(await page.locator(".faces a").first().getAttribute("aria-label") ?? "", /Awa · refus.*sera masqué/);
  await page.getByRole("button", { name: "Oui, tous les visages sont encadrés" }).click();
  await page.waitForURL(`**/faces/${photos[1]}`);
  await page.getByRole("button", { name: "Aucun visage sur cette photo" }).click();
  await page.waitForURL(`**/publish/${album}/faces`);
  assert.match(await page.locator("main").innerText(), /Toutes les photos sont confirmées/);
  assert.equal(unseconded(album), 0);
  await tab.close();
});

test("by keys alone, the second word is given", async () => {
  const { album } = await waiting("Au clavier, à deux", 2);
  const tab = await open(browser, server, { as: claire, width: desktop });
  const { page } = tab;
  await tab.go(`/publish/${album}/faces`);
  await page.keyboard.press("Tab");
  for (let i = 0; i < 60 && !/J’ai vu chaque photo/.test(await page.evaluate(() => document.activeElement?.textContent ?? "")); i++)
    await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByText("votre regard est noté").waitFor();
  assert.equal(unseconded(album), 0);
  await tab.close();
});

test("the list of who refuses is one tap away, and on paper it is a list alone", async () => {
  const { album } = await waiting("La liste", 1);
  await sayNobody(claire, album);
  const tab = await open(browser, server, { as: jeanne, width: phone, scripts: false });
  const { page } = tab;
  await tab.go(`/publish/${album}/faces`);
  await tab.follow(page.getByRole("link", { name: "Qui refuse" }));
  assert.match(await page.locator("main").innerText(), /Awa Diallo/);
  await page.emulateMedia({ media: "print" });
  for (const gone of [".bar", ".top", ".foot", ".noprint"])
    assert.equal(await page.locator(gone).locator("visible=true").count(), 0, gone);
  assert.ok(await page.getByText("Awa Diallo").isVisible());
  assert.equal(await page.locator("main img").count(), 0);
  if (shots !== "") await page.screenshot({ path: `${shots}/second list, print.png`, fullPage: true });
  await tab.close();
});

test("the list is there without a network, is asked for again with one, and goes when one signs out", async () => {
  const LEA = 1; // of the younger ones: her mother says yes, then no
  const [sami, nadia] = [await server.client("sami"), await server.client("nadia")];
  const path = /\/faces\/list\/\d+/.exec((await sami.get("/today")).text)?.[0] ?? "";
  const tab = await open(browser, server, { as: sami, width: phone });
  const names = (which: string): Promise<string> => tab.page.locator(`section[aria-labelledby=${which}]`).innerText();
  const far = async (): Promise<void> => {
    await tab.context.setOffline(true);
    assert.equal(await tab.page.evaluate(() => fetch("/today").then(() => true, () => false)), false);
  };
  await tab.go(path);
  assert.match(await names("shown"), /Léa/);
  await far();
  assert.equal((await answer(nadia, LEA, GROUP, false)).status, 303);
  await tab.go(path);
  assert.match(await names("shown"), /Léa/);
  await tab.context.setOffline(false);
  await tab.go(path);
  await tab.page.locator("section[aria-labelledby=masked]").getByText("Léa").waitFor();
  await far();
  await tab.go(path);
  assert.match(await names("masked"), /Léa/);
  assert.doesNotMatch(await names("shown"), /Léa/);
  await tab.context.setOffline(false);
  await tab.go("/account");
  await tab.page.getByRole("button", { name: "Se déconnecter", exact: true }).click();
  await tab.page.waitForURL("**/sign-in");
  await far();
  await assert.rejects(tab.go(path), /ERR_INTERNET_DISCONNECTED/);
  await tab.close();
  assert.equal((await answer(nadia, LEA, GROUP, true)).status, 303);
});
