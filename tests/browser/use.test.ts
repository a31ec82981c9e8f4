// The story of a family and of an animateur, by keyboard, by finger, without
// JavaScript, in another language.
import assert from "node:assert/strict";
import { sayNobody } from "../lib/faces";
import { after, before, test } from "node:test";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";

import { desktop, launch, open, phone, type Tab } from "../lib/browser";
import type { Client } from "../lib/client";
import { until } from "../lib/patience";
import { drawn } from "../lib/pictures";
import { dataOf, sql } from "../lib/rows";
import { build, startServer, type Server } from "../lib/server";
import { freshCode } from "../lib/totp";
import { atRest, filesBelow, killOne, lookedThrough } from "../lib/trouble";

let server: Server;
let browser: Browser;
let sami: Client;
let nadia: Client;
let picture: Buffer;

// Presses Tab until the focus is on something that says this.
async function tabTo(page: Page, words: RegExp): Promise<void> {
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press("Tab");
    const here = await page.evaluate(() => {
      const e = document.activeElement;
      const label = e instanceof HTMLInputElement ? e.labels?.[0]?.textContent : "";
      return `${label ?? ""} ${e?.textContent ?? ""} ${e?.querySelector("img")?.alt ?? ""}`.trim();
    });
    if (words.test(here)) return;
  }
  assert.fail(`the keyboard does not reach ${words}`);
}

// The focus is seen: an outline, and not below a bar.
async function focusIsSeen(page: Page): Promise<void> {
  const seen = await page.evaluate(() => {
    const e = document.activeElement as HTMLElement;
    const r = e.getBoundingClientRect();
    const at = document.elementFromPoint(r.left + r.width / 2, r.top + Math.min(r.height / 2, 20));
    return { outline: getComputedStyle(e).outlineStyle, inside: at !== null && (e.contains(at) || at.contains(e)) };
  });
  assert.equal(seen.outline, "solid");
  assert.ok(seen.inside, "hidden by a bar");
}

function jpegs(n: number): { name: string; mimeType: string; buffer: Buffer }[] {
  // The same picture with another comment each: other bytes, other photos.
  return Array.from({ length: n }, (_, i) => {
    const words = Buffer.from(`photo ${i} ${Math.random()}`);
    const head = Buffer.from([0xff, 0xfe, 0, words.length + 2]);
    return { name: `IMG_${i + 1}.jpg`, mimeType: "image/jpeg",
      buffer: Buffer.concat([picture.subarray(0, 2), head, words, picture.subarray(2)]) };
  });
}

async function newAlbum(tab: Tab, title: string): Promise<string> {
  await tab.go("/publish");
  await tab.page.fill("[name=title]", title);
  await tab.page.check("[name=group]");
  await tab.page.locator("main form button").click();
  await tab.page.waitForURL(/\/publish\/\d+$/);
  return /\/publish\/(\d+)$/.exec(tab.page.url())?.[1] ?? "";
}

async function ready(id: string, n: number): Promise<void> {
  await until(`album ${id} to have ${n} photos`, async () =>
    (JSON.parse((await sami.get(`/publish/${id}/status`)).text) as { ready: number }).ready >= n);
}

before(async () => {
  server = await startServer({ photoPixels: 1200 });
  browser = await launch();
  sami = await server.client("sami");
  nadia = await server.client("nadia");
  picture = (await nadia.get("/m/15/1024")).body;
});

after(async () => {
  await browser?.close();
  await server?.sweep();
});

// First, while the demonstration is as it was drawn.
// PREAU_SCREENSHOTS=1 puts them where the README looks for them.
test("four pictures for the README", async () => {
  const folder = process.env["PREAU_SCREENSHOTS"] === "1" ? join("docs", "screenshots") : join(build, "screenshots");
  const claire = await server.client("claire");
  const jeanne = await server.client("jeanne");
  const { post, photo } = sql<{ post: number; photo: number }>(server, `SELECT m.post, min(m.id) AS photo FROM medium m
      JOIN region r ON r.medium = m.id JOIN activity_group g ON g.name = 'Les Hérissons' JOIN post_audience a
      ON a.post = m.post AND a.activity_group = g.id WHERE r.state = 'child'`)[0] ?? { post: 0, photo: 0 };
  const shots: [string, Client, string, boolean][] = [["family-feed", nadia, "/", false],
    ["family-photo", nadia, `/album/${post}/photo/${photo}`, false],
    ["publish", jeanne, `/publish/${post}/faces/${photo}`, true],
    ["structure", claire, "/structure", true]];
  mkdirSync(folder, { recursive: true });
  await atRest(server);
  for (const [name, as, path, wide] of shots) {
    const tab = await open(browser, server, { as, width: wide ? desktop : phone });
    await tab.go(path);
    await tab.page.waitForLoadState("networkidle");
    const file = join(folder, `${name}.jpg`);
    writeFileSync(file, await tab.page.screenshot({ type: "jpeg", quality: 82 }));
    assert.ok(readFileSync(file).length < 200_000, name);
    await tab.close();
  }
});

test("with the keyboard alone: sign in, an album, the next photo, keep it", async () => {
  const tab = await open(browser, server, { width: desktop });
  const { page } = tab;
  const who = server.login("nadia");
  await tab.go("/sign-in");
  await tabTo(page, /^Identifiant/);
  await page.keyboard.type(who.login);
  await tabTo(page, /^Phrase de passe/);
  await page.keyboard.type(who.passphrase);
  await page.keyboard.press("Enter");
  await page.waitForURL(server.url + "/");
  await tabTo(page, /^Atelier poterie/);
  await focusIsSeen(page);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/album\/3$/);
  await tabTo(page, /^Photo 1 sur 12/);
  await focusIsSeen(page);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/photo\/15$/);
  await tabTo(page, /^Suivante/);
  await focusIsSeen(page);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/photo\/16$/);
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Suivante");
  assert.match(await page.locator("[role=status]").last().textContent() ?? "", /Photo 2 sur 12/);
  await tabTo(page, /^Garder cette photo/);
  const [file] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  assert.match(file.suggestedFilename(), /^photo-\d{4}-\d\d-\d\d-2\.jpg$/);
  assert.deepEqual(tab.faults, []);
  await tab.close();
});

test("a photo turns by keys, and Escape goes back to the album", async () => {
  const tab = await open(browser, server, { as: nadia, width: desktop });
  const { page } = tab;
  await tab.go("/album/3/photo/15");
  await page.keyboard.press("ArrowRight");
  await page.waitForURL(/\/photo\/16$/);
  await page.keyboard.press("ArrowLeft");
  await page.waitForURL(/\/photo\/15$/);
  await page.goBack();
  await page.waitForFunction(() => document.querySelector("h1")?.textContent === "Photo 2 sur 12");
  await page.keyboard.press("+");
  await page.locator(".stage.zoomed").waitFor();
  assert.match(await page.locator(".stage img").getAttribute("src") ?? "", /\/2048$/);
  await page.keyboard.press("ArrowRight");
  assert.match(page.url(), /\/photo\/16$/, "zoomed, the arrows move the picture");
  await page.keyboard.press("Escape");
  await page.locator(".stage:not(.zoomed)").waitFor();
  await page.keyboard.press("Escape");
  await page.waitForURL(/\/album\/3$/);
  assert.deepEqual(tab.faults, []);
  await tab.close();
});

test("a photo turns by a finger and grows by a tap", async () => {
  const tab = await open(browser, server, { as: nadia, touch: true });
  const { page } = tab;
  const wipe = async (from: number, to: number): Promise<void> => {
    const cdp = await tab.context.newCDPSession(page);
    const box = await page.locator(".stage").boundingBox();
    const y = (box?.y ?? 0) + 60;
    await cdp.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x: from, y }] });
    await cdp.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: [{ x: (from + to) / 2, y }] });
    await cdp.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: [{ x: to, y }] });
    await cdp.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  };
  await tab.go("/album/3/photo/15");
  await wipe(300, 80);
  await page.waitForURL(/\/photo\/16$/);
  await wipe(80, 300);
  await page.waitForURL(/\/photo\/15$/);
  // A browser swallows a tap that stops the movement of a swipe: a person taps again.
  for (let tries = 0; tries < 6 && await page.locator(".stage.zoomed").count() === 0; tries++) {
    await page.locator(".stage img").tap();
    await page.locator(".stage.zoomed").waitFor({ timeout: 4000 * 2 ** tries }).catch(() => undefined);
  }
  await page.locator(".stage.zoomed").waitFor();
  assert.equal(await tab.overflow(), "");
  await page.locator("a[data-zoom]").tap();
  await page.locator(".stage:not(.zoomed)").waitFor();
  assert.deepEqual(tab.faults, []);
  await tab.close();
});

test("an animateur sends photos, is told what was refused and why, and writes captions meanwhile", async () => {
  const tab = await open(browser, server, { as: sami, width: phone });
  const { page } = tab;
  const id = await newAlbum(tab, "Envoi");
  await page.locator("#photos").setInputFiles([...jpegs(8),
    { name: "liste.txt", mimeType: "text/plain", buffer: Buffer.from("rien") },
    { name: "spectacle.mp4", mimeType: "video/mp4", buffer: Buffer.from("rien") },
    { name: "vide.jpg", mimeType: "image/jpeg", buffer: Buffer.alloc(0) },
    { name: "fausse.png", mimeType: "image/png", buffer: Buffer.from("this is no picture at all") }]);
  await page.locator("[data-files]").getByText("Toutes les photos sont arrivées").or(page.getByText("Photos envoyées : 10 sur 10")).first().waitFor();
  assert.match(await page.locator(".sending").textContent() ?? "", /liste\.txt.*n’est ni une photo, ni une vidéo/);
  assert.match(await page.locator(".sending").textContent() ?? "", /vide\.jpg.*vide/);
  await ready(id, 8);
  await page.locator(".arranging > li").first().waitFor();
  const caption = page.locator("input[name=caption]").first();
  await caption.fill("La première");
  await page.locator("button[value=save]").first().click();
  await page.waitForFunction(() =>
    document.querySelector<HTMLInputElement>("input[name=caption]")?.defaultValue === "La première");
  assert.match(page.url(), new RegExp(`/publish/${id}$`), "the page stayed");
  for (const name of ["fausse.png", "spectacle.mp4"])
    await page.locator("[data-fresh=refused]").getByText(name).first().waitFor();
  assert.deepEqual(await tab.violations(), []);
  assert.equal(await tab.overflow(), "");
  assert.deepEqual(tab.faults, []);
  await tab.close();
});

test("a connection that is lost is found again, and nothing arrives twice", async () => {
  const tab = await open(browser, server, { as: sami, width: phone });
  const { page } = tab;
  const id = await newAlbum(tab, "Tunnel");
  let down = 3;
  await page.route("**/pieces/*", (route) => (down-- > 0 ? route.abort("internetdisconnected") : route.continue()));
  await page.locator("#photos").setInputFiles(jpegs(4));
  await page.getByText("La connexion a été perdue").first().waitFor();
  await page.getByText("Toutes les photos sont arrivées").first().waitFor();
  await ready(id, 4);
  const s = JSON.parse((await sami.get(`/publish/${id}/status`)).text) as Record<string, number>;
  assert.deepEqual(s, { receiving: 0, queued: 0, ready: 4, refused: 0, percent: 0 });
  await tab.close();
});

test("a photo whose connection is lost in its middle goes on from there", async () => {
  const tab = await open(browser, server, { as: sami, width: phone });
  const { page } = tab;
  const id = await newAlbum(tab, "Forêt");
  const big = drawn(3600, 2700);
  assert.ok(big.length > 400_000, `${big.length}`);
  const wire = await page.context().newCDPSession(page);
  const upTo = (uploadThroughput: number): Promise<unknown> =>
    wire.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput });
  await wire.send("Network.enable");
  await upTo(25_000);
  const pieces: number[] = [];
  page.on("request", (q) => { if (q.method() === "PATCH") pieces.push(Number(q.headers()["upload-offset"])); });
  await page.locator("#photos").setInputFiles([{ name: "big.jpg", mimeType: "image/jpeg", buffer: big }]);
  const name = await until("the photo to be begun", () => sql<{ name: string }>(server,
    `SELECT b.name FROM medium m JOIN blob b ON b.medium = m.id WHERE m.post = ${id}`)[0]?.name);
  const file = filesBelow(join(dataOf(server), "blobs")).find((path) => path.endsWith(name)) ?? "";
  // Seen on the disk, which is nearer than an answer; there are fifteen seconds
  // then until it is whole.
  await until("a part of it to be there", () => statSync(file).size >= 2 * (65_536 + 16));
  // Of that file and of all: neither empty nor full.
  const bars = await page.locator("[data-files] progress:visible").evaluateAll((all) =>
    all.map((b) => (b as HTMLProgressElement).position));
  assert.equal(bars.length, 2);
  for (const at of bars) assert.ok(at > 0.1 && at < 1, bars.join(" "));
  // A browser that is told to be offline lets what it sends run on.
  await until("a front to kill", () => killOne(server, "front"));
  await upTo(-1);
  await page.getByText("Toutes les photos sont arrivées").first().waitFor();
  assert.equal(pieces[0], 0);
  assert.ok((pieces.at(-1) ?? 0) >= 131_072, `from ${pieces.join(", ")}`);
  await ready(id, 1);
  await tab.close();
});

test("who leaves while photos travel is asked nothing: what is kept goes on from the next page", async () => {
  const tab = await open(browser, server, { as: sami });
  const { page } = tab;
  const id = await newAlbum(tab, "En passant");
  let held = true;
  const asked: string[] = [];
  page.on("dialog", (d) => { asked.push(d.type()); void d.accept(); });
  await page.route("**/pieces/*", (route) => (held ? undefined : route.continue()));
  const travelling = page.waitForRequest("**/pieces/*");
  await page.locator("#photos").setInputFiles(jpegs(1));
  await travelling;
  await page.locator("h1").click();
  held = false;
  await tab.go("/roster");
  await ready(id, 1);
  assert.deepEqual(asked, []);
  await tab.close();
});

test("where nothing can be kept, leaving while photos travel asks first", async () => {
  const tab = await open(browser, server, { as: sami });
  const { page } = tab;
  await page.addInitScript(() => Object.defineProperty(window, "indexedDB", { value: undefined }));
  await newAlbum(tab, "Pressé");
  let arrive = (): void => undefined;
  const arriving = new Promise<void>((done) => { arrive = done; });
  await page.route("**/pieces/*", async (route) => {
    await arriving;
    await route.continue().catch(() => undefined);
  });
  const travelling = page.waitForRequest("**/pieces/*");
  await page.locator("#photos").setInputFiles(jpegs(1));
  await travelling;
  await page.locator("h1").click();
  const asked = page.waitForEvent("dialog");
  void page.close({ runBeforeUnload: true });
  const dialog = await asked;
  assert.equal(dialog.type(), "beforeunload");
  await dialog.dismiss();
  arrive();
  await page.getByText("Toutes les photos sont arrivées").first().waitFor();
  await tab.close();
});

test("with the keyboard alone: publish", async () => {
  const tab = await open(browser, server, { as: sami, width: desktop });
  const { page } = tab;
  const id = await newAlbum(tab, "Au clavier");
  await page.locator("#photos").setInputFiles(jpegs(2));
  await ready(id, 2);
  await tab.go(`/publish/${id}/arrange`);
  await tabTo(page, /^Légende de la photo 1/);
  await focusIsSeen(page);
  await page.keyboard.type("Première légende");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector<HTMLInputElement>("input[name=caption]")?.defaultValue !== "");
  await tabTo(page, /Plus tard/);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => (document.querySelectorAll<HTMLInputElement>("input[name=caption]")[1])?.value === "Première légende");
  await lookedThrough(server, Number(id));
  await sayNobody(sami, Number(id));
  await tab.go(`/publish/${id}/send`);
  await tabTo(page, /Le soir/);
  await page.keyboard.press("ArrowDown");
  assert.ok(await page.locator("[value=now]").isChecked());
  await tabTo(page, /^Publier$/);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/done$/);
  assert.match((await nadia.get("/")).text, /Au clavier/);
  assert.deepEqual(tab.faults, []);
  await tab.close();
});

test("without JavaScript a family reads, turns, keeps and leaves", async () => {
  const tab = await open(browser, server, { scripts: false });
  const { page } = tab;
  const who = server.login("karim");
  await tab.go("/");
  await page.fill("[name=login]", who.login);
  await page.fill("[name=pass]", who.passphrase);
  await tab.follow(page.locator("main button").first());
  await tab.follow(page.getByRole("link", { name: "Atelier poterie", exact: true }));
  await tab.follow(page.locator(".grid a").first());
  await tab.follow(page.getByRole("link", { name: "Suivante" }));
  assert.match(await page.locator("h1").textContent() ?? "", /Photo 2 sur 12/);
  await tab.follow(page.getByRole("link", { name: "Voir en grand" }));
  assert.match(page.url(), /\/m\/16\/2048$/);
  await page.goBack();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Garder" }).click()]);
  assert.match(file.suggestedFilename(), /\.jpg$/);
  await tab.follow(page.getByRole("link", { name: "Mes droits" }));
  await tab.follow(page.getByRole("link", { name: /consulté.*Léa/ }).first());
  assert.match(await page.locator("h1").textContent() ?? "", /Qui a regardé/);
  await tab.follow(page.getByRole("link", { name: "Signaler" }));
  assert.ok(await page.getByRole("link", { name: "119" }).isVisible());
  await tab.go("/account");
  await tab.follow(page.getByRole("button", { name: "Se déconnecter", exact: true }).first());
  assert.equal(await tab.go("/album/3"), 200);
  assert.match(page.url(), /\/sign-in$/);
  await tab.close();
});

test("without JavaScript an animateur publishes with the plain form", async () => {
  const tab = await open(browser, server, { as: sami, scripts: false });
  const { page } = tab;
  const id = await newAlbum(tab, "Sans script");
  await page.locator("#photos").setInputFiles(jpegs(3));
  await page.getByRole("button", { name: "Envoyer", exact: true }).click();
  await page.getByText("Vos photos sont arrivées").waitFor();
  await ready(id, 3);
  await tab.go(`/publish/${id}/arrange`);
  await page.locator("input[name=caption]").nth(1).fill("Deuxième");
  await tab.follow(page.locator("button[value=save]").nth(1));
  await tab.follow(page.locator("button[value=first]").nth(1));
  assert.equal(await page.locator("input[name=caption]").first().inputValue(), "Deuxième");
  await lookedThrough(server, Number(id));
  await sayNobody(sami, Number(id));
  await tab.go(`/publish/${id}/send`);
  await page.check("[value=now]");
  await tab.follow(page.getByRole("button", { name: "Publier" }));
  assert.match(await page.textContent("main") ?? "", /Les familles (la|le|les)? ?voient/);
  assert.match((await nadia.get("/")).text, /Sans script/);
  await tab.close();
});

test("the second step of the staff, typed on a phone", async () => {
  const tab = await open(browser, server, { scripts: false });
  const { page } = tab;
  const who = server.login("jeanne");
  await tab.go("/sign-in");
  await page.fill("[name=login]", who.login);
  await page.fill("[name=pass]", who.passphrase);
  await page.locator("main button").first().click();
  await page.waitForURL(/\/sign-in\/second$/);
  await page.fill("[name=code]", "000000");
  await page.locator("main button").first().click();
  await page.locator("[role=alert]").waitFor();
  await page.fill("[name=code]", await freshCode(who.totp ?? ""));
  await page.locator("main button").first().click();
  await page.waitForURL(/\/today$/);
  await tab.close();
});

test("a family arrives by paper: letter, account on a phone, approval, first photos", async () => {
  const claire = await server.client("claire");
  const office = await open(browser, server, { as: claire, width: desktop });
  await office.go("/letters");
  await office.page.locator("form[action='/letters/group/2'] button, main form button").last().click();
  await office.page.locator(".letter").first().waitFor();
  const letter = office.page.locator(".letter", { hasText: "Julie Martin" });
  const code = (await letter.locator(".big-code").textContent() ?? "").trim();
  const home = await open(browser, server);
  await home.go("/join");
  await home.page.fill("[name=code]", code.toLowerCase().replace(/-/g, " "));
  await home.follow(home.page.locator("main form button"));
  await home.page.getByText("Bienvenue, Julie").waitFor();
  await home.page.getByText("une copie retrouvée ailleurs indique par quel compte elle est sortie").waitFor();
  assert.deepEqual(await home.violations(), []);
  assert.deepEqual(await home.smallTargets(), []);
  await home.page.fill("[name=login]", "julie");
  await home.page.fill("[name=pass]", "trop court");
  await home.follow(home.page.locator("main form button"));
  await home.page.locator(".fault").first().waitFor();
  assert.deepEqual(await home.violations(), []);
  await home.page.fill("[name=pass]", "quatre pies sur un toit");
  await home.follow(home.page.locator("main form button"));
  await home.page.getByText("attend").first().waitFor();
  assert.deepEqual(await home.violations(), []);
  await office.go("/structure");
  await office.page.getByText("1 compte vous attend").waitFor();
  await office.go("/structure/waiting");
  assert.deepEqual(await office.violations(), []);
  await office.follow(office.page.getByRole("button", { name: /Julie Martin/ }).first());
  await home.go("/sign-in");
  await home.page.fill("[name=login]", "julie");
  await home.page.fill("[name=pass]", "quatre pies sur un toit");
  await home.page.locator("main form button").first().click();
  await home.page.getByRole("link", { name: "Atelier poterie", exact: true }).waitFor();
  await home.go("/join/" + code);
  assert.match(await home.page.textContent("h1") ?? "", /Cette lettre/);
  assert.deepEqual([...home.faults, ...office.faults], []);
  await home.close();
  await office.close();
});

test("the language changes where one is, and stays", async () => {
  const tab = await open(browser, server, { as: await server.client("anne") });
  const { page } = tab;
  await tab.go("/album/3");
  await tab.follow(page.getByRole("link", { name: "English" }));
  assert.match(page.url(), /\/album\/3$/);
  assert.equal(await page.getAttribute("html", "lang"), "en");
  await tab.follow(page.getByRole("link", { name: "Back to the journal" }));
  assert.match(await page.textContent("main") ?? "", /12 photos · Les Écureuils · by Sami Benali/);
  await tab.follow(page.getByRole("link", { name: "Français" }));
  assert.match(await page.textContent("main") ?? "", /par Sami Benali/);
  await tab.close();
});
