// While a box is being drawn, and when it cannot be: the photo is withheld from
// whoever may not see what is in it, whatever dies meanwhile.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";

import type { Client } from "../lib/client";
import { photosOf } from "../lib/faces";
import { COPIES, assertWithheld, coversDrawn, drawBox, forgetFound, isWhole, resolveBox, seen } from "../lib/masks";
import { drawn, isFlat, lumas, type Part, pixelsOf, type Shown, spotted, spread } from "../lib/pictures";
import { startServer, type Server } from "../lib/server";
import { check, count, dataOf, fill, filesBelow, newAlbum, pause, roles, settled, signalAll, signalThese, sql, until, upload } from "../lib/trouble";

const BARE: Part = { x: 0.05, y: 0.75, w: 0.25, h: 0.2 }; // where no box is drawn

let server: Server;
let sami: Client;
let anne: Client;
let album: number;
let photo: number;
let source: Shown;

const blobs = (): string[] => filesBelow(join(dataOf(server), "blobs"));

// A photo of spots, published, with nobody on it.
async function publishedPhoto(title: string): Promise<{ album: number; photo: number; source: Shown }> {
  const made = await newAlbum(sami, title);
  const jpeg = spotted(1600, 1200);
  assert.equal((await upload(sami, made, "a.jpg", jpeg)).state, "queued");
  await settled(server);
  const [id = 0] = await photosOf(sami, made);
  await forgetFound(server, sami, made, id);
  const at = `/publish/${made}/faces/${id}`;
  assert.equal((await sami.submit(at, `${at}/word`, { do: "all" })).status, 303);
  assert.equal((await fill(sami, `/publish/${made}/send`, `/publish/${made}/send`, { when: "now" })).status, 303);
  return { album: made, photo: id, source: pixelsOf(jpeg) };
}

before(async () => {
  server = await startServer();
  [sami, anne] = [await server.client("sami"), await server.client("anne")];
  ({ album, photo, source } = await publishedPhoto("Sous la pluie"));
});
after(() => server.sweep());

// Files that are in their place and that no row knows.
const nameless = (): string[] => {
  const rows = new Set(sql<{ name: string }>(server, "SELECT name FROM blob").map((r) => r.name));
  return blobs().filter((path) => !rows.has(basename(path)) && !/incoming|\.part/.test(path));
};

// Asks for work and kills jobs when files of what it makes are in their place
// and their rows are not there yet: these take it very long to write.  The
// monitor stands still until all is looked at, so that nobody takes its place.
async function killBetweenFiles(ask: () => Promise<void>, look: () => Promise<void>): Promise<void> {
  const pid = await until("jobs", () => roles(server).find((r) => r.name === "jobs" && r.age_ms > 1200)?.pid);
  const before = new Set(nameless());
  const long = `SELECT count(*) FROM
    (WITH RECURSIVE i (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM i LIMIT 4000000000) SELECT x FROM i)`;
  sql(server, `CREATE TRIGGER slow_new BEFORE INSERT ON blob WHEN NEW.side > 0 BEGIN ${long}; END;
    CREATE TRIGGER slow_next BEFORE UPDATE OF name ON blob BEGIN ${long}; END`);
  try {
    await ask();
    await until("a file of a photo", () => nameless().some((path) => !before.has(path)));
    process.kill(server.pid, "SIGSTOP");
    process.kill(pid, "SIGKILL");
    await until("jobs to be gone", () => roles(server).every((r) => r.pid !== pid));
    assert.notDeepEqual(nameless(), []);
    await look();
  } finally {
    sql(server, "DROP TRIGGER slow_new; DROP TRIGGER slow_next");
    process.kill(server.pid, "SIGCONT");
  }
}

const jobsBack = (): Promise<boolean> => until("jobs to come back", () => roles(server).some((r) => r.name === "jobs"));

// Nothing half-made is left but what is younger than an hour.
async function sound(): Promise<void> {
  await settled(server);
  await until("the files that nothing knows to be swept", () => nameless().length === 0);
  assert.deepEqual(check(server).findings, []);
}

// Until it is drawn: nothing of the photo, or the photo with the box covered.
async function neverUncovered(p: Part): Promise<void> {
  await until("the box to be drawn", async () => {
    for (const name of COPIES) {
      const got = await anne.get(`/m/${photo}/${name}`).catch(() => undefined);
      if (got?.status === 200) assert.ok(isFlat(pixelsOf(got.body), p), `${name}: shown without its mask`);
      else if (got?.status === 503 && String(got.headers["content-type"]).startsWith("image/")) assertWithheld(got);
    }
    return count(server, `cover WHERE medium = ${photo} AND drawn = 0`) === 0;
  });
  const shown = await seen(anne, `/m/${photo}/2048`);
  assert.ok(isFlat(shown, p) && isWhole(shown, source, BARE));
}

test("jobs killed between the files of one photo that is drawn anew: withheld, then masked", async () => {
  for (let i = 0; i < 2; i++) {
    const p: Part = { x: 0.05 + 0.07 * i, y: 0.1, w: 0.05, h: 0.08 };
    let box = 0;
    await killBetweenFiles(async () => { box = await drawBox(sami, album, photo, p); }, async () => {
      for (const name of COPIES) assertWithheld(await anne.get(`/m/${photo}/${name}`));
    });
    await jobsBack();
    await neverUncovered(p);
    await sound();
    await resolveBox(sami, album, photo, box, { do: "remove" });
    await coversDrawn(server, photo);
  }
});

test("media killed while it draws: withheld, then masked", async () => {
  const p: Part = { x: 0.5, y: 0.4, w: 0.1, h: 0.15 };
  const died = (): number => server.log.split("media worker died").length;
  const had = died();
  for (let i = 0; died() === had; i++) {
    assert.ok(i < 60, "never in time");
    // Stopped first, so that what it is given is in its hands when it dies.
    const media = signalAll(server, "media", "SIGSTOP");
    const box = await drawBox(sami, album, photo, p);
    await pause(300 + 100 * i);
    signalThese(media, "SIGKILL");
    await neverUncovered(p);
    await until("a media process that is not new", () => roles(server).every((r) => r.name !== "media" || r.age_ms > 1200));
    await resolveBox(sami, album, photo, box, { do: "remove" });
    await coversDrawn(server, photo);
  }
  await sound();
});

test("jobs killed between the files of one photo at intake: the photo is there once, whole", async () => {
  const made = await newAlbum(sami, "Au départ");
  for (const sent of [1, 2]) {
    await killBetweenFiles(
      async () => assert.equal((await upload(sami, made, `${sent}.jpg`, drawn(1600, 1200))).state, "queued"),
      async () => assert.equal(count(server, `medium WHERE post = ${made} AND state = 'queued'`), 1));
    await jobsBack();
    await sound();
    assert.equal(count(server, `medium WHERE post = ${made} AND state = 'ready'`), sent);
    assert.equal(count(server, `blob b JOIN medium m ON m.id = b.medium WHERE m.post = ${made}`), 4 * sent);
  }
});

test("what is given instead of a photo is the same for every photo, and the pages say it in words", async () => {
  const box = await drawBox(sami, album, photo, { x: 0.4, y: 0.4, w: 0.1, h: 0.1 });
  await coversDrawn(server, photo);
  sql(server, `UPDATE cover SET drawn = 0 WHERE medium = ${photo}`);
  const bodies = new Set<string>();
  for (const name of COPIES.filter((n) => n !== "download")) {
    const got = await anne.get(`/m/${photo}/${name}`);
    assertWithheld(got);
    bodies.add(got.text);
  }
  assert.equal(bodies.size, 1);
  const taken = await anne.get(`/m/${photo}/download`);
  assertWithheld(taken);
  assert.match(taken.text, /Cette photo est en préparation/);
  for (const path of [`/album/${album}/photo/${photo}`, `/album/${album}`, "/"]) {
    const page = await anne.get(path);
    assert.equal(page.status, 200, path);
    assert.match(page.text, /en préparation\)"/, `${path}: the picture in words`);
    assert.match(page.text, /<p class="[^"]*">[^<]*en préparation/, `${path}: words for all`);
  }
  // Another face can be asked for meanwhile.
  assert.equal((await anne.get(`/album/${album}/photo/${photo}/mask`)).status, 200);
  sql(server, `UPDATE cover SET drawn = 1 WHERE medium = ${photo}`);
  await resolveBox(sami, album, photo, box, { do: "remove" });
  await coversDrawn(server, photo);
  assert.doesNotMatch((await anne.get(`/album/${album}/photo/${photo}`)).text, /en préparation/);
});

test("a photo whose file is damaged is given up, stays withheld, and the team is told", async () => {
  const other = await publishedPhoto("Abîmée");
  const name = sql<{ name: string }>(server, `SELECT name FROM blob WHERE medium = ${other.photo} AND side = 1024`)[0]?.name ?? "";
  const path = join(dataOf(server), "blobs", name.slice(0, 2), name);
  const whole = readFileSync(path);
  const hurt = Buffer.from(whole);
  hurt[200] = (hurt[200] ?? 0) ^ 1;
  writeFileSync(path, hurt);
  await drawBox(sami, other.album, other.photo, { x: 0.4, y: 0.4, w: 0.1, h: 0.1 });
  await until("the photo to be given up", () => count(server, `medium WHERE id = ${other.photo} AND cover_lost_at IS NOT NULL`) === 1);
  assert.equal(count(server, `job WHERE subject = ${other.photo} AND kind IN ('cover', 'redraw')`), 0);
  for (const copy of COPIES) assertWithheld(await anne.get(`/m/${other.photo}/${copy}`));
  const told = await sami.get("/today");
  assert.match(told.text, /1 photo ne peut pas être préparée/);
  const claire = await server.client("claire");
  assert.match((await claire.get("/structure")).text, /1 photo ne peut pas être préparée/);
  assert.doesNotMatch((await anne.get("/")).text, /ne peut pas être préparée/);
  const again = `/publish/${other.album}/faces/${other.photo}/again`;
  assert.equal((await anne.get(again)).status, 404);
  // The file comes back from a backup, and somebody tries again.
  writeFileSync(path, whole);
  assert.equal((await fill(sami, "/today", again)).status, 303);
  await coversDrawn(server, other.photo);
  assert.equal((await anne.get(`/m/${other.photo}/1024`)).status, 200);
  assert.doesNotMatch((await sami.get("/today")).text, /ne peut pas être préparée/);
});

test("a box that is removed takes its cover with it, from the rows and from the files", async () => {
  const size = (): number => sql<{ n: number }>(server, `SELECT sum(bytes) AS n FROM blob WHERE medium = ${photo} AND side > 0`)[0]?.n ?? 0;
  await coversDrawn(server, photo);
  assert.equal(count(server, `cover WHERE medium = ${photo}`), 0);
  const bare = size();
  const box = await drawBox(sami, album, photo, { x: 0.3, y: 0.3, w: 0.2, h: 0.2 });
  await coversDrawn(server, photo);
  assert.equal(count(server, `cover WHERE medium = ${photo}`), 1);
  assert.ok(size() > bare);
  await resolveBox(sami, album, photo, box, { do: "larger" });
  await coversDrawn(server, photo);
  assert.equal(count(server, `cover WHERE medium = ${photo}`), 1, "where it was is nobody's box");
  await resolveBox(sami, album, photo, box, { do: "remove" });
  await coversDrawn(server, photo);
  assert.equal(count(server, `cover WHERE medium = ${photo}`), 0);
  assert.equal(size(), bare);
  await sound();
});

test("the director chooses what covers a face: photos are drawn again, masked all the while", async () => {
  const p: Part = { x: 0.4, y: 0.3, w: 0.2, h: 0.3 };
  await drawBox(sami, album, photo, p);
  await coversDrawn(server, photo);
  const middle: Part = { x: p.x + p.w * 0.2, y: p.y + p.h * 0.2, w: p.w * 0.6, h: p.h * 0.6 };
  const far = (a: Shown, b: Shown): number => {
    const [x, y] = [lumas(a, middle), lumas(b, middle)];
    return x.reduce((sum, v, i) => sum + Math.abs(v - (y[i] ?? 0)), 0) / x.length;
  };
  const round = await seen(anne, `/m/${photo}/1024`);
  assert.ok(isFlat(round, p));
  assert.equal((await sami.get("/structure/masks")).status, 404);
  const claire = await server.client("claire");
  const set = (shape: string): Promise<{ status: number }> => fill(claire, "/structure/masks", "/structure/masks", { shape });
  assert.equal((await set("moustache")).status, 422);
  assert.equal((await set("cat")).status, 303);
  assert.match((await claire.get("/structure/masks")).text, /value="cat" selected/);
  const spots = spread(lumas(source, middle));
  await until("the cat", async () => {
    const now = await seen(anne, `/m/${photo}/1024`);
    // The rounded shape, or a cat; of the spots nothing.
    assert.ok(lumas(now, { x: p.x, y: p.y + p.h * 0.9, w: p.w, h: p.h * 0.08 }).every((v) => v > 150 && v < 200));
    return spots > 60 && far(now, round) > 4;
  });
  await coversDrawn(server, photo);
  assert.match((await claire.get("/register")).text, /a choisi ce qui recouvre les visages masqués/);
  // To the team, whose looks are written down, it is there all the while too.
  for (const shape of ["bear", "oval", "round"]) {
    let over = false;
    const looks = Array.from({ length: 6 }, async () => {
      const said = new Set<number>();
      while (!over) for (const name of ["1024", "download"]) said.add((await sami.get(`/m/${photo}/${name}`)).status);
      return [...said];
    });
    assert.equal((await set(shape)).status, 303);
    await coversDrawn(server, photo);
    over = true;
    // 503: so many looks at once, each written down, may have to wait.
    assert.deepEqual((await Promise.all(looks)).flat().filter((status) => ![200, 503].includes(status)), [], shape);
  }
  assert.ok(far(await seen(anne, `/m/${photo}/1024`), round) < 1);
});
