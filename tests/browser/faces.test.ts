// Boxing faces in a real browser: with a script and without, by hand and by
// keys, on a phone and on a desk.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { mkdirSync } from "node:fs";
import type { Browser } from "playwright-core";

import { desktop, launch, look, open, phone } from "../lib/browser";
import type { Client } from "../lib/client";
import { photosOf } from "../lib/faces";
import { until } from "../lib/patience";
import { startServer, type Server } from "../lib/server";
import { fill } from "../lib/trouble";

const album = 5; // the draft of the demonstration
const shots = process.env["PREAU_SHOTS"] ?? "";

let server: Server;
let browser: Browser;
let sami: Client;
let photos: number[];

before(async () => {
  server = await startServer({ photoPixels: 1200 });
  browser = await launch();
  sami = await server.client("sami");
  photos = await photosOf(sami, album);
  if (shots !== "") mkdirSync(shots, { recursive: true });
});
after(async () => {
  await browser?.close();
  await server?.sweep();
});

async function boxed(photo: number): Promise<string> {
  const at = `/publish/${album}/faces/${photo}`;
  const made = await sami.submit(at, `${at}/draw`, { across: "50", down: "40", size: "large" });
  return /box=(\d+)/.exec(String(made.headers.location))?.[1] ?? "";
}

for (const [name, setting] of [["phone", { width: phone }], ["phone, dark", { width: phone, dark: true }],
  ["desk", { width: desktop }], ["phone, English", { width: phone, lang: "en" as const }]] as const)
  test(`nothing is wrong on the pages of faces: ${name}`, async () => {
    const photo = photos[0] ?? 0;
    await boxed(photo);
    const lang = "lang" in setting ? setting.lang : "fr";
    await sami.get(`/language/${lang}?back=%2Faccount`);
    const tab = await open(browser, server, { ...setting, as: sami });
    const group = /\/faces\/list\/\d+/.exec((await sami.get("/today")).text)?.[0] ?? "";
    const wrong: string[] = [];
    for (const path of [`/publish/${album}/faces`, `/publish/${album}/faces/${photo}`, `/publish/${album}/send`, "/album/3/photo/15/mask", group]) {
      wrong.push(...await look(tab, "sami", path, lang, setting.width === phone));
      if (shots !== "") await tab.page.screenshot({ path: `${shots}/${name}${path.replace(/\//g, "_")}.png`, fullPage: true });
    }
    await sami.get("/language/fr?back=%2Faccount");
    assert.deepEqual(wrong, []);
    await tab.close();
  });

test("with a script: a tap makes a box, a choice leads on, keys move it", async () => {
  const photo = photos[1] ?? 0;
  const tab = await open(browser, server, { as: sami, width: phone });
  const { page } = tab;
  await tab.go(`/publish/${album}/faces/${photo}`);
  const before = await page.locator(".faces rect").count();
  const img = await page.locator(".faces img").boundingBox();
  assert.ok(img !== null);
  await page.mouse.click(img.x + img.width * 0.3, img.y + img.height * 0.3);
  await page.locator("#who").waitFor();
  assert.equal(await page.locator(".faces rect").count(), before + 1);
  const x = (): Promise<string | null> => page.locator(".faces a[aria-current] rect").getAttribute("x");
  const was = Number(await x());
  await page.locator(".faces a[aria-current]").focus();
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction((old) => Number(document.querySelector(".faces a[aria-current] rect")?.getAttribute("x")) > old, was);
  await page.locator(".who button").first().click();
  await page.locator(".faces .known").first().waitFor();
  assert.match(page.url(), new RegExp(`/faces/${photo}$`));
  await page.getByRole("button", { name: "Oui, tous les visages sont encadrés" }).click();
  await page.waitForFunction((p) => !location.pathname.endsWith(`/${p}`), String(photo));
  assert.deepEqual(tab.faults, []);
  await tab.close();
});

test("without a script: tap, choose, say; and a family hides a face in two taps", async () => {
  const photo = photos[2] ?? 0;
  const tab = await open(browser, server, { as: sami, width: phone, scripts: false });
  const { page } = tab;
  await tab.go(`/publish/${album}/faces/${photo}`);
  await page.locator("details.add > summary").click();
  await tab.follow(page.locator("input.tap"), { position: { x: 90, y: 80 } });
  await tab.follow(page.getByRole("button", { name: "Masquer ce visage" }));
  await tab.follow(page.getByRole("button", { name: "Oui, tous les visages sont encadrés" }));
  assert.doesNotMatch(page.url(), new RegExp(`/faces/${photo}$`));
  await tab.close();
  const home = await open(browser, server, { as: await server.client("nadia"), width: phone, scripts: false });
  await home.go("/album/3/photo/15");
  await home.follow(home.page.getByRole("link", { name: "Masquer un visage" }));
  await home.follow(home.page.locator("input.tap"), { position: { x: 100, y: 60 } });
  await home.page.getByText("Le visage est masqué dès maintenant").waitFor();
  await home.close();
});

for (const scripts of [true, false])
  test(`with keys alone a box is added, moved, resized, named, and another taken away, ${scripts ? "with" : "without"} scripts`, async () => {
    const photo = photos[1] ?? 0; // not one that is measured below
    const at = `/publish/${album}/faces/${photo}`;
    const tab = await open(browser, server, { as: sami, width: desktop, scripts });
    const { page } = tab;
    const quiet = (): Promise<void> => page.locator("main:not([aria-busy])").waitFor();
    // Tab to what matches, from wherever one is, and press the key on it.
    const press = async (selector: string, key: string): Promise<void> => {
      await page.waitForLoadState();
      const there = (): Promise<boolean> => page.evaluate((s) => document.activeElement?.matches(s) ?? false, selector);
      for (let i = 0; i < 300 && !await there(); i++) await page.keyboard.press("Tab");
      assert.ok(await there(), `${selector} is reached by keys`);
      await page.keyboard.press(key);
      await quiet();
    };
    const boxes = page.locator(".faces a[data-box]");
    const chosen = page.locator(".faces a[aria-current]");
    const side = async (name: string): Promise<number> => Number(await chosen.locator("rect").getAttribute(name));
    await tab.go(at);
    const before = await boxes.count();
    const add = async (across: string): Promise<void> => {
      const n = await boxes.count();
      await press("details.add > summary", "Enter");
      await press("#across", "ArrowUp");
      await page.keyboard.press("Control+a");
      await page.keyboard.type(across);
      await press("#down", "ArrowUp");
      await page.keyboard.press("Control+a");
      await page.keyboard.type("50");
      await page.keyboard.press("Enter");
      await boxes.nth(n).waitFor();
      await quiet();
    };
    // What a button of the box does, until it shows.
    const change = async (what: string, name: string): Promise<void> => {
      const was = await side(name);
      if (!await page.locator(`button[value=${what}]`).isVisible()) await press("section details > summary", "Enter");
      await press(`button[value=${what}]`, "Enter");
      await until(what, () => side(name).then((now) => now !== was, () => false));
      await page.waitForLoadState();
    };
    await add("30");
    assert.equal(await boxes.count(), before + 1);
    await change("right", "x");
    await change("wider", "width");
    const known = await page.locator(".faces .known").count();
    await press(".who button", "Enter");
    await page.locator(".faces .known").nth(known).waitFor();
    await add("70");
    if (!await page.locator("button[value=remove]").isVisible()) await press("section details > summary", "Enter");
    await press("button[value=remove]", "Enter");
    await until("one to be gone", () => boxes.count().then((n) => n === before + 1, () => false));
    assert.deepEqual(tab.faults, []);
    await tab.close();
  });

test("a box is resized by its corners, with a finger or a mouse", async () => {
  const photo = photos[3] ?? 0;
  const box = await boxed(photo);
  const tab = await open(browser, server, { as: sami, width: phone });
  const { page } = tab;
  await tab.go(`/publish/${album}/faces/${photo}?box=${box}`);
  const size = (): Promise<number[]> => page.locator(".faces a[aria-current] rect").evaluate((r) =>
    ["x", "y", "width", "height"].map((n) => Number(r.getAttribute(n))));
  const [x = 0, y = 0, w = 0, h = 0] = await size();
  // Letters that come late move the photo: not before the corner is where it is said to be.
  await page.evaluate(() => document.fonts.ready);
  const corner = page.locator('.handle[data-corner="3"] circle').last();
  let at = { x: 0, y: 0, width: 0, height: 0 };
  await until("the corner to be at rest", async () => {
    const was = at;
    at = await corner.boundingBox() ?? at;
    return at.x === was.x && at.y === was.y && page.evaluate(([px = 0, py = 0]) =>
      document.elementFromPoint(px, py)?.closest("[data-corner]")?.getAttribute("data-corner") === "3", [at.x + at.width / 2, at.y + at.height / 2]);
  });
  await page.mouse.move(at.x + at.width / 2, at.y + at.height / 2);
  await page.mouse.down();
  await page.mouse.move(at.x + 20, at.y + 20, { steps: 4 });
  await page.mouse.move(at.x + 40, at.y + 30, { steps: 4 });
  const saved = page.waitForResponse((r) => r.request().method() === "POST");
  await page.mouse.up();
  assert.equal((await saved).status(), 303);
  await page.locator("main:not([aria-busy])").waitFor();
  await tab.go(`/publish/${album}/faces/${photo}?box=${box}`);
  const [x2 = 0, y2 = 0, w2 = 0, h2 = 0] = await size();
  assert.ok(w2 > w + 20 && h2 > h + 20, `${w} x ${h} is now ${w2} x ${h2}`);
  assert.ok(Math.abs(x2 - x) <= 2 && Math.abs(y2 - y) <= 2, `the other corner stays: ${x}, ${y} of ${w} x ${h} is now ${x2}, ${y2} of ${w2} x ${h2}`);
  assert.deepEqual(tab.faults, []);
  await tab.close();
});

test("on a phone the first choice is not covered, and the question stands once", async () => {
  const photo = photos[0] ?? 0;
  const box = await boxed(photo);
  for (const scripts of [true, false]) {
    const tab = await open(browser, server, { as: sami, width: phone, scripts });
    const { page } = tab;
    await tab.go(`/publish/${album}/faces/${photo}?box=${box}`);
    assert.equal((await page.locator("main").innerText()).match(/Qui est-ce/g)?.length, 1);
    const choice = page.getByRole("button", { name: "Masquer ce visage" });
    const [at, bar] = [await choice.boundingBox(), await page.locator(".bar").boundingBox()];
    assert.ok(at !== null && bar !== null);
    assert.ok(at.y + at.height <= bar.y || bar.y + bar.height <= at.y, "the bar lies on it");
    assert.ok(at.y + at.height <= phone.height, "without scrolling");
    await tab.close();
  }
});

// The picture is longer then; boxes and taps are where they are without it.
test("a visible line hangs out below the picture that boxes and taps are on", async () => {
  const claire = await server.client("claire");
  const set = async (line: string): Promise<void> => {
    assert.equal((await fill(claire, "/structure/line", "/structure/line", { line })).status, 303);
  };
  const photo = photos[0] ?? 0;
  const at: Record<string, number[]>[] = [];
  for (const line of ["off", "on"]) {
    await set(line);
    const tab = await open(browser, server, { as: sami, width: phone });
    const places: Record<string, number[]> = {};
    for (const [path, what] of [[`/publish/${album}/faces/${photo}`, ".faces img"], [`/publish/${album}/faces/${photo}`, ".faces svg"],
      ["/album/3/photo/15/mask", "input.tap"]] as const) {
      await tab.go(path);
      places[what] = await tab.page.locator(what).evaluate((e) => {
        const b = e.getBoundingClientRect();
        return [b.x, b.y, b.width, b.height].map(Math.round);
      });
    }
    at.push(places);
    assert.deepEqual(tab.faults, []);
    await tab.close();
  }
  await set("off");
  assert.deepEqual(at[1], at[0]);
  assert.deepEqual(at[0]?.[".faces img"], at[0]?.[".faces svg"]);
  const [, , w = 0, h = 0] = at[0]?.["input.tap"] ?? [];
  assert.ok(w > 100 && h > 50 && w < 360, `${w} x ${h}`);
});
