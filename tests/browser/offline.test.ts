// A telephone in a forest: photos chosen where there is no network, kept
// encrypted, sent once; and what lies on the device meanwhile, and afterwards.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, lstatSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { BrowserContext, Page } from "playwright-core";

import { phoneOf, Tab } from "../lib/browser";
import type { Client } from "../lib/client";
import { PATIENCE_MS, until } from "../lib/patience";
import { drawn } from "../lib/pictures";
import { sql } from "../lib/rows";
import { startServer, type Server } from "../lib/server";
import { filesBelow } from "../lib/trouble";

let server: Server;
let sami: Client;
let folder: string;
let context: BrowserContext;
let photos: string[]; // on the disk, as a camera leaves them

const TITLE = "La cabane du grand chêne";
const NAMES = ["foret-un", "foret-deux", "foret-trois", "foret-quatre", "foret-cinq"];

const CAPTION = "Trois planches et une corde";

const profile = (): string => join(folder, "profile");
const shots = process.env["SHOTS_TO"];

async function signInAs(c: Client): Promise<void> {
  const expires = Math.floor(Date.now() / 1000) + 86_400;
  await context.addCookies(Array.from(c.jar, ([name, value]) => ({ name, value, domain: "127.0.0.1", path: "/", expires })));
}

async function tabOf(): Promise<Tab> {
  const tab = new Tab(server, context, await context.newPage());
  tab.page.setDefaultTimeout(PATIENCE_MS);
  return tab;
}

// The service worker has the page in its hands.
async function installed(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null));
  await until("the shell to be there", () => page.evaluate(async () => (await caches.match("/offline/fr")) !== undefined));
}

const waiting = (page: Page): Promise<number> => page.locator(".sending > li.waiting, .sending > li.pausing, .sending > li.sending").count();

async function choose(page: Page, files: string[]): Promise<void> {
  const before = await waiting(page);
  await page.locator("#photos").setInputFiles(files);
  // The first ones may be tried already; all are put away.
  await until("all to be kept", async () => (await kept(page)) === before + files.length);
}

// How many files lie on the device, whole.
const kept = (page: Page): Promise<number> => page.evaluate(() => new Promise<number>((done, fail) => {
  const q = indexedDB.open("preau");
  q.onerror = () => fail(q.error);
  q.onsuccess = () => {
    const all = q.result.transaction("file").objectStore("file").getAll();
    all.onsuccess = () => {
      q.result.close();
      done((all.result as { whole: boolean }[]).filter((f) => f.whole).length);
    };
  };
}));

// Photos in each album of hers that was made since, by its number.
const sent = (): { post: number; n: number }[] => sql<{ post: number; n: number }>(server,
  `SELECT p.id AS post, (SELECT count(*) FROM medium m WHERE m.post = p.id AND m.state IN ('queued', 'ready')) AS n
     FROM post p WHERE p.id > ${lastPost} ORDER BY p.id`);
let lastPost = 0;

// The browser ends, its folder is looked into, and it starts again.
async function restart(texts: string[], more: Buffer[] = []): Promise<string[]> {
  await context.close();
  const seen = seenOnDisk(texts, more);
  context = await phoneOf(profile());
  return seen;
}

// Nothing of them in what the browser wrote, in no encoding that it uses.
function seenOnDisk(texts: string[], more: Buffer[]): string[] {
  const words = texts.flatMap((w) => [Buffer.from(w, "utf8"), Buffer.from(w, "latin1"), Buffer.from(w, "utf16le")]);
  // Bytes from the middle of each, where no other picture has the same.
  const bytes = [...photos.map((f) => readFileSync(f)), ...more].flatMap((all) => { return [all.subarray(2000, 2048), all.subarray(all.length >> 1, (all.length >> 1) + 48)]; });
  return filesBelow(profile()).filter((file) => lstatSync(file).isFile()).flatMap((file) => {
    const all = readFileSync(file);
    return [...words, ...bytes].filter((w) => all.includes(w)).map((w) => `${file}: ${w.toString("latin1").slice(0, 40)}`);
  });
}

before(async () => {
  server = await startServer({ photoPixels: 400, serving: ["push_services=browsers"] });
  sami = await server.client("sami");
  folder = mkdtempSync(join(tmpdir(), "preau-phone-"));
  mkdirSync(join(folder, "camera"));
  photos = NAMES.map((name) => {
    const file = join(folder, "camera", `${name}.jpg`);
    writeFileSync(file, drawn(1600, 1200));
    return file;
  });
  context = await phoneOf(profile());
  await signInAs(sami);
  lastPost = sql<{ id: number }>(server, "SELECT max(id) AS id FROM post")[0]?.id ?? 0;
});

after(async () => {
  await context?.close();
  await server?.sweep();
  rmSync(folder, { recursive: true, force: true });
});

test("the place can be installed, under the organisation's name", async () => {
  const tab = await tabOf();
  await tab.go("/today");
  await installed(tab.page);
  const wire = await context.newCDPSession(tab.page);
  const { installabilityErrors } = await wire.send("Page.getInstallabilityErrors");
  assert.deepEqual(installabilityErrors.filter((e) => e.errorId !== "in-incognito"), []);
  const { data, errors } = await wire.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
  const manifest = JSON.parse(data ?? "") as { name: string; lang: string; display: string; start_url: string; icons: { src: string; sizes: string; purpose: string }[] };
  assert.match(manifest.name, /^Les Tilleuls$/);
  assert.deepEqual([manifest.lang, manifest.display, manifest.start_url], ["fr", "standalone", "/"]);
  for (const icon of manifest.icons) {
    const got = await sami.get(icon.src);
    assert.equal(got.status, 200);
    assert.equal(`${got.body.readUInt32BE(16)}x${got.body.readUInt32BE(20)}`, icon.sizes);
  }
  assert.deepEqual(manifest.icons.map((i) => `${i.sizes} ${i.purpose}`).sort(),
    ["192x192 any", "192x192 maskable", "512x512 any", "512x512 maskable"]);
  assert.equal((JSON.parse((await sami.get("/manifest/en")).text) as { lang: string }).lang, "en");
  await tab.page.close();
});

test("without network: an album and five photos are chosen, kept encrypted, and there again after the browser ended", async () => {
  const tab = await tabOf();
  const { page } = tab;
  await tab.go("/today");
  await installed(page);
  await server.stop();
  await page.goto(`${server.url}/today`);
  assert.equal(await page.locator("h1").textContent(), "Pas de réseau");
  await page.locator("[data-staff]").waitFor();
  assert.deepEqual(await tab.violations(), []);
  await page.fill("#title", TITLE);
  await page.locator("input[name=group]").first().check();
  await choose(page, photos);
  assert.equal(await page.locator("#album option:checked").textContent(), TITLE);
  await page.getByLabel("Légende foret-trois.jpg").fill(CAPTION);
  await page.keyboard.press("Tab");
  await page.locator(".sending > li", { hasText: "foret-un" }).getByText(/La connexion a été perdue|attend son tour/).waitFor();
  assert.deepEqual(await tab.violations(), []);
  assert.equal(await tab.overflow(), "");
  assert.deepEqual(await tab.smallTargets(), []);
  if (shots !== undefined) await page.screenshot({ path: `${shots}/offline-360.png`, fullPage: true });
  assert.deepEqual(await restart([...NAMES, TITLE, CAPTION]), []);
  const again = await tabOf();
  await again.go("/publish");
  await again.page.locator(".sending > li").nth(4).waitFor();
  assert.equal(await kept(again.page), 5);
  assert.equal(await again.page.getByLabel("Légende foret-trois.jpg").inputValue(), CAPTION);
  await again.page.close();
});

test("with a network again, from two windows: one album, each photo once, its caption, and nothing left", async () => {
  const [one, two] = [await tabOf(), await tabOf()];
  await Promise.all([one.go("/offline/fr"), two.go("/offline/en")]);
  for (const { page } of [one, two]) await page.locator(".sending > li").nth(4).waitFor();
  await server.start();
  for (const { page } of [one, two]) await page.evaluate(() => dispatchEvent(new Event("online")));
  await until("the device to be empty", async () => await kept(one.page) === 0);
  const [album, ...more] = sent();
  assert.ok(album !== undefined);
  assert.deepEqual([album.n, more], [5, []]);
  await one.page.getByText("Toutes les photos sont arrivées").first().waitFor();
  await two.page.getByText("All photos have arrived").first().waitFor();
  const shown = (await sami.get(`/publish/${album.post}/arrange`)).text;
  assert.ok(shown.includes(TITLE) && shown.includes(`value="${CAPTION}"`));
  assert.equal((shown.match(/value="Trois planches/g) ?? []).length, 1);
  const left = await one.page.evaluate(() => new Promise<number>((done) => {
    const q = indexedDB.open("preau");
    q.onsuccess = () => {
      const all = q.result.transaction("piece").objectStore("piece").count();
      all.onsuccess = () => { q.result.close(); done(all.result); };
    };
  }));
  assert.equal(left, 0);
  assert.deepEqual([one, two].map((t) => t.page.url()), [`${server.url}/offline/fr`, `${server.url}/offline/en`]);
  await Promise.all([one.page.close(), two.page.close()]);
});

test("a photo that is there already is told apart before it travels", async () => {
  const [album] = sent();
  const tab = await tabOf();
  let posts = 0;
  tab.page.on("request", (q) => { if (q.method() === "POST" && q.url().endsWith("/pieces")) posts++; });
  await tab.go(`/publish/${album?.post}`);
  await tab.page.locator("#photos").setInputFiles(photos.slice(0, 2));
  await tab.page.locator(".sending").getByText("déjà dans cet album").nth(1).waitFor();
  assert.equal(posts, 0);
  assert.equal(sent()[0]?.n, 5);
  await tab.page.close();
});

test("an album that is asked for again with the same word is the same one, of the same person", async () => {
  const word = { once: "0123456789abcdef-again", title: "Une seule fois", day: "2026-01-05" };
  const ask = async (c: Client, more: Record<string, string> = {}): Promise<number> =>
    (JSON.parse((await c.post("/later", { ...word, form: await c.token("/account"), ...more })).text) as { post: number }).post;
  const first = await ask(sami);
  assert.equal(await ask(sami), first);
  assert.equal(await ask(sami, { title: "Un autre titre" }), first);
  const claire = await server.client("claire");
  assert.notEqual(await ask(claire), first);
  assert.equal((await claire.post("/later", { ...word, once: "court", form: await claire.token("/account") })).status, 400);
  assert.equal((await (await server.client("nadia")).get("/later")).status, 404);
});

test("a session that ended costs nothing: it says so, and goes on once somebody has signed in", async () => {
  const [album] = sent();
  const tab = await tabOf();
  await tab.go(`/publish/${album?.post}`);
  sql(server, "UPDATE session SET revoked_at = 1");
  const extra = join(folder, "camera", "six.jpg");
  writeFileSync(extra, drawn(1600, 1200));
  await tab.page.locator("#photos").setInputFiles([extra]);
  await tab.page.getByText("Vous êtes déconnecté. L’envoi reprendra").waitFor();
  // It may be said before the photo is whole on the device.
  await until("it to be kept", async () => await kept(tab.page) === 1);
  // Nor does the page without network name anything then.
  await tab.go("/offline/fr");
  await tab.page.locator("[data-signed]").waitFor();
  assert.equal(await tab.page.locator(".sending > li").count(), 0);
  assert.ok(await tab.page.locator("[data-staff]").isHidden());
  await tab.page.close();
  sami = await server.client("sami");
  await signInAs(sami);
  const next = await tabOf();
  await next.go("/roster");
  await until("it to be gone", async () => await kept(next.page) === 0);
  assert.equal(sent()[0]?.n, 6);
  await next.page.close();
});

test("on a slow network a family's page comes before the worker, and without the team's part", async () => {
  const tab = await tabOf();
  await signInAs(await server.client("nadia"));
  const wire = await context.newCDPSession(tab.page);
  await wire.send("Network.enable");
  await wire.send("Network.emulateNetworkConditions", { offline: false, latency: 300, downloadThroughput: 50_000, uploadThroughput: 50_000 });
  await tab.page.addInitScript(() => {
    const register = navigator.serviceWorker.register.bind(navigator.serviceWorker);
    navigator.serviceWorker.register = (...how) => {
      document.documentElement.dataset["registered"] = document.readyState;
      return register(...how);
    };
  });
  const asked: string[] = [];
  tab.page.on("request", (q) => asked.push(new URL(q.url()).pathname.replace(/\.[0-9a-f]{8}\./, ".")));
  await tab.go("/");
  await installed(tab.page);
  assert.equal(asked[0], "/");
  assert.ok(asked.includes("/static/app.css") && asked.includes("/static/app.js"), asked.join(" "));
  assert.ok(!asked.includes("/static/later.js"), asked.join(" "));
  assert.equal(await tab.page.getAttribute("html", "data-registered"), "complete", "the worker waits for the page");
  await tab.page.close();
  await signInAs(sami);
});

test("a full disk of the server is said, and the photo tried again", async () => {
  const [album] = sent();
  const was = album?.n ?? 0;
  const tab = await tabOf();
  const extra = join(folder, "camera", "sept.jpg");
  writeFileSync(extra, drawn(1600, 1200));
  let full = true;
  await tab.page.route("**/pieces/*", (route) => (full ? route.fulfill({ status: 507 }) : route.continue()));
  await tab.go(`/publish/${album?.post}`);
  await tab.page.locator("#photos").setInputFiles([extra]);
  const line = tab.page.locator(".sending > li", { hasText: "sept.jpg" });
  await line.getByText("Notre stockage n’a pas répondu").waitFor();
  full = false;
  await line.getByRole("button", { name: "Réessayer sept.jpg" }).press("Enter");
  await until("it to be there", async () => await kept(tab.page) === 0);
  assert.equal(sent()[0]?.n, was + 1);
  await tab.page.close();
});

test("with no window open the browser calls the worker, which sends what waits", async () => {
  const tab = await tabOf();
  await tab.go("/today");
  await installed(tab.page);
  await server.stop();
  await tab.page.goto(`${server.url}/today`);
  await tab.page.locator("[data-staff]").waitFor();
  await tab.page.selectOption("#album", { label: TITLE });
  const extra = join(folder, "camera", "huit.jpg");
  writeFileSync(extra, drawn(1600, 1200));
  await choose(tab.page, [extra]);
  const wire = await context.newCDPSession(tab.page);
  const registration = new Promise<string>((done) => wire.on("ServiceWorker.workerRegistrationUpdated",
    ({ registrations }) => {
      const mine = registrations.find((r) => !r.isDeleted && r.scopeURL.startsWith(server.url));
      if (mine !== undefined) done(mine.registrationId);
    }));
  await wire.send("ServiceWorker.enable");
  const registrationId = await registration;
  const was = sent()[0]?.n ?? 0;
  const quiet = await context.newPage();
  await quiet.goto("about:blank");
  const other = await context.newCDPSession(quiet);
  await other.send("ServiceWorker.enable");
  await tab.page.close();
  await server.start();
  await until("the worker to send it", async () => {
    await other.send("ServiceWorker.dispatchSyncEvent", { origin: server.url, registrationId, tag: "later", lastChance: false });
    return sent()[0]?.n === was + 1;
  });
  await quiet.close();
});

// A real push service is out of reach here: what the browser would give of it is
// made up, everything else is the browser's own.
const madeUp = (): void => {
  const bytes = (s: string): ArrayBuffer => Uint8Array.from(atob(s.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0)).buffer;
  const keys: Record<string, ArrayBuffer> = { auth: bytes("BTBZMqHH6r4Tts7J_aSIgg"),
    p256dh: bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4") };
  PushManager.prototype.subscribe = (how) => {
    sessionStorage.setItem("key", String(how?.applicationServerKey));
    return Promise.resolve({ endpoint: "https://fcm.googleapis.com/fcm/send/made-up", getKey: (name: string) => keys[name] } as unknown as PushSubscription);
  };
  const ask = Notification.requestPermission.bind(Notification);
  Notification.requestPermission = () => {
    sessionStorage.setItem("asked", "yes");
    return ask();
  };
};

test("notifications: asked after a tap, the device is listed, and what comes is shown", async () => {
  const tab = await tabOf();
  await tab.page.addInitScript(madeUp);
  await tab.go("/today");
  await installed(tab.page);
  await context.grantPermissions(["notifications"], { origin: server.url });
  await tab.go("/account/telling");
  const allow = tab.page.getByRole("button", { name: "Autoriser sur cet appareil" });
  await allow.waitFor();
  const kept = (name: string): Promise<string | null> => tab.page.evaluate((n) => sessionStorage.getItem(n), name);
  assert.equal(await kept("asked"), null, "nothing is asked before a tap");
  await tab.page.getByLabel("Nom de cet appareil").fill("Téléphone de Sami");
  await tab.follow(allow);
  assert.equal(await kept("asked"), "yes");
  await tab.page.getByText("Cet appareil est désormais prévenu.").waitFor();
  assert.match(await tab.page.locator("#devices ~ ul").innerText(), /Téléphone de Sami · cet appareil/);
  assert.equal(await kept("key"), await tab.page.locator("[data-island=push]").getAttribute("data-key"));
  assert.deepEqual(sql(server, "SELECT count(*) AS n FROM push_device"), [{ n: 1 }]);
  assert.deepEqual(await tab.violations(), []);
  assert.equal(await tab.overflow(), "");

  const wire = await context.newCDPSession(tab.page);
  let registration = "";
  wire.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => { registration = registrations.find((r) => !r.isDeleted)?.registrationId ?? registration; });
  await wire.send("ServiceWorker.enable");
  await until("the worker to be known", () => registration !== "");
  await wire.send("ServiceWorker.deliverPushMessage", { origin: server.url, registrationId: registration, data: "digest\nLes Tilleuls : du nouveau" });
  const shown = (): Promise<{ title: string; body: string; tag: string }[]> => tab.page.evaluate(async () =>
    (await (await navigator.serviceWorker.ready).getNotifications()).map(({ title, body, tag }) => ({ title, body, tag })));
  await until("it to be shown", async () => (await shown()).length > 0);
  assert.deepEqual(await shown(), [{ title: "Les Tilleuls : du nouveau", body: "", tag: "new" }]);
  await tab.follow(tab.page.getByRole("button", { name: /^Retirer/ }));
  assert.deepEqual(sql(server, "SELECT count(*) AS n FROM push_device"), [{ n: 0 }]);
  await tab.page.close();
});

test("the caches hold the shell and nothing of anybody", async () => {
  const tab = await tabOf();
  const [album] = sent();
  for (const path of ["/today", `/publish/${album?.post}`, "/account", "/album/3", "/album/3/photo/15"]) await tab.go(path);
  await installed(tab.page);
  const held = await tab.page.evaluate(async () => {
    const all: string[] = [];
    for (const name of await caches.keys())
      for (const q of await (await caches.open(name)).keys()) all.push(new URL(q.url).pathname.replace(/\.[0-9a-f]{8}\./, "."));
    return all.sort();
  });
  assert.deepEqual(held, ["/offline/en", "/offline/fr", "/offline/language", "/static/app.css", "/static/app.js", "/static/font.woff2",
    "/static/later.js", "/static/mark.svg"]);
  const page = await tab.page.evaluate(async () => (await (await caches.match("/offline/fr"))?.text()) ?? "");
  assert.doesNotMatch(page, /Sami|Léa|name="form"/);
  await tab.page.close();
});

test("signing out asks about what was not sent, and leaves nothing on the device", async () => {
  const tab = await tabOf();
  const { page } = tab;
  await tab.go("/today");
  await installed(page);
  await server.stop();
  await page.goto(`${server.url}/today`);
  await page.locator("[data-staff]").waitFor();
  await page.selectOption("#album", { label: TITLE });
  const extra = join(folder, "camera", "neuf.jpg");
  writeFileSync(extra, drawn(1600, 1200));
  await choose(page, [extra]);
  await page.route("**/pieces*", (route) => route.abort());
  await server.start();
  await page.goto(`${server.url}/album/3/photo/15`);
  const looked = (await sami.get("/m/15/1024")).body;
  await page.goto(`${server.url}/account`);
  const out = page.getByRole("button", { name: "Se déconnecter", exact: true }).first();
  const asked: string[] = [];
  page.on("dialog", (d) => {
    asked.push(d.message());
    void (asked.length === 1 ? d.dismiss() : d.accept());
  });
  await out.click();
  await until("to be asked", () => asked.length === 1);
  assert.match(asked[0] ?? "", /pas encore envoyés.*1/);
  assert.equal(await kept(page), 1);
  await out.click();
  await page.waitForURL("**/sign-in");
  await until("nothing to be there", () => page.evaluate(async () => (await indexedDB.databases()).length === 0));
  assert.equal(asked.length, 2);
  await page.close();
  // What the browser itself had kept of the pictures that were looked at is gone
  // too; in its history stand the titles of pages.
  assert.deepEqual(await restart(NAMES, [looked]), []);
});
