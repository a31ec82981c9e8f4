// A video in an album, as people meet it: on a phone and on a desk, with and
// without scripts, in both languages.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";

import { desktop, launch, open, phone, type Setting, type Tab } from "../lib/browser";
import type { Client } from "../lib/client";
import { hearNobody, sayNobody } from "../lib/faces";
import { drawBox, resolveBox } from "../lib/masks";
import { drawn } from "../lib/pictures";
import { startServer, type Server } from "../lib/server";
import { atRest, fill, newAlbum, sql, upload } from "../lib/trouble";
import { filmed, prepared, standIn, type Video } from "../lib/videos";

let browser: Browser;
let server: Server;
let sami: Client;
let anne: Client;
let album: number;
let video: Video;

const page = (): string => `/album/${album}/photo/${video.id}`;

// Opened, looked at by the checker of accessibility, wide enough for nothing to hang over.
async function look(path: string, setting: Setting, use?: (tab: Tab) => Promise<void>): Promise<void> {
  const tab = await open(browser, server, setting);
  assert.equal(await tab.go(path), 200, path);
  // The checker is a script.
  if (setting.scripts !== false) assert.deepEqual(await tab.violations(), [], path);
  if (setting.scripts !== false) assert.equal(await tab.overflow(), "", path);
  if (use !== undefined) await use(tab);
  assert.deepEqual(tab.faults, [], path);
  const shots = process.env["SHOTS_TO"];
  if (shots !== undefined) await tab.page.screenshot({ fullPage: true,
    path: `${shots}/${path.replace(/\W+/g, "_")}-${setting.width?.width ?? 0}-${setting.lang ?? "fr"}.png` });
  await tab.close();
}

before(async () => {
  [server, browser] = [await startServer(), await launch()];
  [sami, anne] = [await server.client("sami"), await server.client("anne")];
  album = await newAlbum(sami, "Le film de la rivière");
  for (let i = 0; i < 3; i++) await upload(sami, album, `${i}.jpg`, drawn(1200, 900));
  await atRest(server);
  video = await standIn(server, sami, album, 3);
});
after(async () => {
  await browser.close();
  await server.sweep();
});

test("the team sends videos, looks through their pictures, and reads who will not see them", async () => {
  for (const width of [phone, desktop]) {
    await look(`/publish/${album}`, { as: sami, width });
    await look(`/publish/${album}/arrange`, { as: sami, width });
    await look(`/publish/${album}/faces`, { as: sami, width });
    await look(`/publish/${album}/faces/${video.stills[1]}`, { as: sami, width });
  }
  const still = video.stills[1] ?? 0;
  const box = await drawBox(sami, album, still, { x: 0.3, y: 0.3, w: 0.1, h: 0.15 });
  await resolveBox(sami, album, still, box, { do: "mask" });
  await look(`/publish/${album}/send`, { as: sami, width: phone }, async ({ page: p }) => {
    await p.getByText("La vidéo 4 ne sera montrée à personne").waitFor();
  });
  const masks = `/publish/${album}/video/${video.id}`;
  for (const width of [phone, desktop]) await look(masks, { as: sami, width });
  // As it is when jobs have drawn it; nothing is played here.
  sql(server, `INSERT INTO blob (medium, side, name, key_wrapped, bytes, width, height, type, created_at)
      SELECT medium, 481, name || '-', key_wrapped, bytes, width, height, type, created_at FROM blob WHERE medium = ${video.id} AND side = 480;
    INSERT INTO veil (video, state, round, silent, whole, asked_by, asked_at)
      SELECT id, 'drawn', 1, 1, 7, uploader, created_at FROM medium WHERE id = ${video.id}`);
  for (const width of [phone, desktop]) await look(`${masks}?at=2000`, { as: sami, width, lang: width === phone ? "fr" : "en" });
  await look(masks, { as: sami, width: phone, scripts: false }, async ({ page: p }) => {
    await p.getByRole("button", { name: "L’image à 0:04" }).click();
    await p.locator("button[aria-pressed] img[alt='L’image à 0:04']").waitFor();
    await p.getByRole("button", { name: "J’ai tout vu" }).click();
    await p.getByText("C’est noté").waitFor();
    await p.getByRole("button", { name: "Ne plus la montrer" }).click();
    await p.getByText("n’est plus montrée").waitFor();
  });
  sql(server, `DELETE FROM veil WHERE video = ${video.id}; DELETE FROM blob WHERE medium = ${video.id} AND side = 481;
    UPDATE medium SET poster = NULL WHERE id = ${video.id}`);
  await resolveBox(sami, album, still, box, { do: "none" });
});

test("one word says it of every picture of the video", async () => {
  const tab = await open(browser, server, { as: sami, width: phone, scripts: false });
  await tab.go(`/publish/${album}/faces/${video.id}`);
  await tab.page.getByRole("link", { name: "Plus tard dans la vidéo" }).click();
  await tab.page.getByRole("button", { name: "Oui, sur toutes les images de cette vidéo" }).click();
  await tab.page.getByText("C’est noté pour chaque image").waitFor();
  await tab.close();
  await sayNobody(sami, album);
  assert.equal((await fill(sami, `/publish/${album}/send`, `/publish/${album}/send`, { when: "now" })).status, 303);
});

test("a family finds it in the journal and the album, and opens it by its page", async () => {
  for (const width of [phone, desktop]) {
    await look("/", { as: anne, width }, async ({ page: p }) => {
      await p.getByText("3 photos · 1 vidéo").first().waitFor();
    });
    await look(`/album/${album}`, { as: anne, width }, async ({ page: p }) => {
      assert.equal(await p.locator(".grid .play").count(), 1);
    });
    await look(page(), { as: anne, width }, async ({ page: p }) => {
      assert.equal(await p.locator("video[autoplay]").count(), 0);
      assert.equal(await p.locator("video").getAttribute("preload"), "none");
      assert.ok((await p.locator("video").boundingBox())!.width > 200);
    });
  }
  await look(page(), { as: anne, width: phone, lang: "en" });
  await look(page(), { as: anne, width: phone, dark: true });
});

test("without scripts the page is the same, and the photo before it leads there with scripts", async () => {
  await look(page(), { as: anne, width: phone, scripts: false }, async ({ page: p }) => {
    assert.equal(await p.locator("video[controls] source").count(), 2);
    await p.getByRole("link", { name: "Précédente" }).click();
    await p.getByText("Photo 3 sur 4").waitFor();
  });
  const tab = await open(browser, server, { as: anne, width: desktop });
  await tab.go(page());
  await tab.page.locator("a[rel=prev]").click();
  await tab.page.getByText("Photo 3 sur 4").waitFor();
  await tab.page.keyboard.press("ArrowRight");
  await tab.page.waitForURL(new RegExp(`/photo/${video.id}$`));
  await tab.page.locator("video").waitFor();
  assert.deepEqual(tab.faults, []);
  await tab.close();
});

test("a video that is chosen on the page is sent, prepared, and plays", async () => {
  const mine = await newAlbum(sami, "Un vrai film");
  const tab = await open(browser, server, { as: sami, width: phone });
  await tab.go(`/publish/${mine}`);
  await tab.page.locator("#photos").setInputFiles([{ name: "film.mp4", mimeType: "video/mp4", buffer: filmed(4, "640x360") }]);
  const id = await prepared(server, mine);
  await tab.page.locator("[data-fresh=progress]").getByText("1 vidéo est prête.").waitFor();
  assert.deepEqual(tab.faults, []);
  await tab.close();
  await sayNobody(sami, mine);
  await hearNobody(sami, mine, id);
  assert.equal((await fill(sami, `/publish/${mine}/send`, `/publish/${mine}/send`, { when: "now" })).status, 303);
  await look(`/album/${mine}/photo/${id}`, { as: anne, width: desktop }, async ({ page: p }) => {
    await p.locator("video").evaluate(async (v) => {
      const video = v as HTMLVideoElement;
      video.muted = true;
      await video.play();
    });
    await p.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 0.3);
    assert.match(await p.locator("video").evaluate((v) => (v as HTMLVideoElement).currentSrc), /\/video\/240$/);
  });
});

test("a face that somebody asks to hide hides the video, and the album goes on", async () => {
  await look(`${page()}/mask`, { as: anne, width: phone });
  const at = `${page()}/mask`;
  assert.equal((await fill(anne, at, at, { across: "50", down: "50" })).status, 303);
  await look(`/album/${album}`, { as: anne, width: phone }, async ({ page: p }) => {
    assert.equal(await p.locator(".play").count(), 0);
  });
  for (const width of [phone, desktop])
    await look(page(), { as: sami, width }, async ({ page: p }) => {
      assert.equal(await p.locator("video").count(), 0);
      await p.getByText("Ces familles ne voient pas cette vidéo").waitFor();
    });
});
