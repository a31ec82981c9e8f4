// While a face is being masked the photo is not there: what a browser shows in
// its place, and what the pages say.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";

import { launch, look, open, phone } from "../lib/browser";
import { startServer, type Server } from "../lib/server";
import { sql } from "../lib/trouble";

const album = 3; // of the demonstration
const photo = 15;
const shots = process.env["PREAU_SHOTS"] ?? "";

let server: Server;
let browser: Browser;

before(async () => {
  server = await startServer({ photoPixels: 1200 });
  browser = await launch();
  if (shots !== "") mkdirSync(shots, { recursive: true });
  // A box that is not drawn yet, and never will be.
  sql(server, `INSERT INTO region (medium, x, y, w, h, kind, state, drawn_at, resolved_at)
    VALUES (${photo}, 20000, 20000, 9000, 9000, 'drawn', 'mask', 1, 1);
    INSERT INTO cover (medium, slot, x, y, w, h) VALUES (${photo}, 900, 20000, 20000, 9000, 9000);
    UPDATE medium SET cover_lost_at = 1 WHERE id = ${photo}`);
});
after(async () => {
  await browser?.close();
  await server?.sweep();
});

for (const scripts of [true, false])
  test(`a drawing stands where the photo will be, and words say so, ${scripts ? "with" : "without"} scripts`, async () => {
    const nadia = await server.client("nadia");
    const tab = await open(browser, server, { as: nadia, width: phone, scripts });
    for (const path of [`/album/${album}/photo/${photo}`, `/album/${album}`]) {
      await tab.go(path);
      const img = tab.page.locator(`img[src^="/m/${photo}/"]`).first();
      await img.scrollIntoViewIfNeeded();
      await tab.page.waitForFunction((src) => {
        const e = document.querySelector<HTMLImageElement>(`img[src^="${src}"]`);
        return e !== null && e.complete && e.naturalWidth > 0;
      }, `/m/${photo}/`);
      assert.match(String(await img.getAttribute("alt")), /\(en préparation\)$/);
      assert.ok(await tab.page.getByText(/en préparation/).first().isVisible());
      if (shots !== "") await tab.page.screenshot({ path: `${shots}/withheld${path.replace(/\//g, "_")}.png`, fullPage: true });
    }
    assert.deepEqual(tab.faults, []);
    await tab.close();
  });

test("nothing is wrong on the pages that tell of it", async () => {
  for (const [who, paths] of Object.entries({ nadia: [`/album/${album}/photo/${photo}`, `/album/${album}`, "/"], sami: ["/today"], claire: ["/structure"] })) {
    const as = await server.client(who);
    const tab = await open(browser, server, { as, width: phone });
    for (const path of paths) {
      assert.deepEqual((await look(tab, who, path, "fr", true)), [], path);
      if (who !== "nadia") assert.ok(await tab.page.getByText("1 photo ne peut pas être préparée").isVisible(), path);
      if (shots !== "") await tab.page.screenshot({ path: `${shots}/withheld_${who}${path.replace(/\//g, "_")}.png`, fullPage: true });
    }
    await tab.close();
  }
});
