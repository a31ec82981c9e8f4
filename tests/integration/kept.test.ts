// What the front keeps opened for a moment, because the next family asks for the
// same photo, is given to nobody who may not have it, and does not stay.
import assert from "node:assert/strict";
import { readFileSync, readlinkSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import type { Client } from "../lib/client";
import { photosOf } from "../lib/faces";
import { drawn } from "../lib/pictures";
import { startServer, type Server } from "../lib/server";
import { dataOf, lookedThrough, newAlbum, publishNow, roles, sql, until, upload } from "../lib/trouble";

const PHOTOS = 6;

let server: Server;
let sami: Client;
let nadia: Client;
let luc: Client;
let album: number;
let photos: number[];

before(async () => {
  server = await startServer();
  sami = await server.client("sami");
  nadia = await server.client("nadia");
  luc = await server.client("anne");
  album = await newAlbum(sami, "Un moment");
  for (let i = 0; i < PHOTOS; i++) await upload(sami, album, `${i}.jpg`, drawn(1100, 800 + 16 * i));
  await lookedThrough(server, album);
  await publishNow(sami, album);
  photos = await photosOf(sami, album);
  assert.equal(photos.length, PHOTOS);
  // What was written a moment ago is not kept.
  const files = photos.map((p) => fileOf(p));
  await until("the files to be some seconds old", () => files.every(isOld));
});
after(() => server.sweep());

const page = (photo: number): string => `/m/${photo}/1024`;

function fileOf(photo: number, s = server): string {
  const name = sql<{ name: string }>(s, `SELECT name FROM blob WHERE medium = ${photo} AND side = 1024`)[0]?.name ?? "";
  return join(dataOf(s), "blobs", name.slice(0, 2), name);
}

const isOld = (file: string): boolean => statSync(file).ctimeMs < Date.now() - 4000;

// The front holds a descriptor of what it keeps; of what is gone, too.
function isKept(file: string, s = server): boolean {
  const front = roles(s).find((r) => r.name === "front")?.pid ?? 0;
  return readdirSync(`/proc/${front}/fd`).some((fd) => {
    try {
      return readlinkSync(`/proc/${front}/fd/${fd}`).startsWith(file);
    } catch {
      return false; // closed meanwhile
    }
  });
}

// Asked for by her, and still open.
const keep = (photo: number): Promise<Buffer> => {
  const file = fileOf(photo);
  return until("a photo to be kept", async () => {
    const got = await nadia.get(page(photo));
    assert.equal(got.status, 200);
    return isKept(file) && got.body;
  });
};

// The photos of the first album of a family.
async function seenBy(c: Client): Promise<number[]> {
  const [, id = "0"] = /href="\/album\/(\d+)"/.exec((await c.get("/")).text) ?? [];
  return [...(await c.get(`/album/${id}`)).text.matchAll(/\/m\/(\d+)\/320/g)].map((m) => Number(m[1]));
}

async function isWhole(c: Client, photo: number): Promise<boolean> {
  const got = await c.get(page(photo)).catch(() => undefined);
  return got?.status === 200 && got.body.length === Number(got.headers["content-length"]);
}

test("what is kept gives each family its own picture, and closes after some seconds", async () => {
  const [photo = 0] = photos;
  const hers = await keep(photo);
  const his = await luc.get(page(photo));
  assert.equal(his.status, 200);
  assert.ok(!his.body.equals(hers));
  await until("nothing to be kept any more", () => !photos.some((p) => isKept(fileOf(p))));
  assert.ok((await nadia.get(page(photo))).body.equals(hers));
  assert.ok((await luc.get(page(photo))).body.equals(his.body));
});

test("who may not see it gets nothing of what is kept", async () => {
  const [photo = 0] = photos;
  const stranger = await server.client("thomas");
  const file = fileOf(photo);
  await until("an answer while it is kept", async () => {
    await keep(photo);
    assert.equal((await stranger.get(page(photo))).status, 404);
    return isKept(file);
  });
});

test("a file that is damaged while it is kept is not given, and is again when it is mended", async () => {
  const [, photo = 0] = photos;
  const hers = await keep(photo);
  const file = fileOf(photo);
  const bytes = readFileSync(file);
  for (const place of [40, bytes.length >> 1, bytes.length - 3]) {
    const hurt = Buffer.from(bytes);
    hurt[place] = (hurt[place] ?? 0) ^ 1;
    writeFileSync(file, hurt);
    assert.ok(!(await isWhole(nadia, photo)), `at ${place}`);
    writeFileSync(file, bytes);
    assert.ok((await nadia.get(page(photo))).body.equals(hers));
    await until("the file to be some seconds old", () => isOld(file));
    await keep(photo);
  }
});

// Meanwhile he asks for it again and again, so that it is kept until the end.
async function whileAsked(photo: number, deed: () => Promise<void>): Promise<void> {
  let done = false;
  const asking = (async () => {
    let status = 200;
    while (status === 200 && !done) status = (await luc.get(page(photo))).status;
    return status;
  })();
  try {
    await deed();
    assert.equal((await nadia.get(page(photo))).status, 404);
  } finally {
    done = true;
    await asking;
  }
}

test("a photo that is removed while it is kept is gone at the next request", async () => {
  let caught = false;
  for (const photo of photos.slice(1)) {
    const file = fileOf(photo);
    await keep(photo);
    await whileAsked(photo, async () => {
      assert.equal((await sami.submit(`/publish/${album}/arrange`, `/publish/${album}/photo/${photo}/remove`, {})).status, 303);
    });
    assert.equal((await nadia.get(page(photo))).status, 404);
    caught = isKept(file);
    if (caught) break;
  }
  assert.ok(caught, "none was kept any more when it was asked for");
});

test("an album that is withdrawn while its photos are kept is gone at the next request", async () => {
  const [photo = 0] = photos;
  const file = fileOf(photo);
  await until("a withdrawal while it is kept", async () => {
    sql(server, `UPDATE post SET state = 'published' WHERE id = ${album}`);
    await keep(photo);
    await whileAsked(photo, async () => {
      assert.equal((await sami.submit(`/publish/${album}/text`, `/publish/${album}/withdraw`, {})).status, 303);
    });
    assert.equal((await nadia.get(page(photo))).status, 404);
    return isKept(file);
  });
});

test("with nothing to be kept, a photo closes with its answer", async () => {
  const none = await startServer({ sets: ["kept_photos_mb=0"] });
  try {
    const c = await none.client("nadia");
    const [photo = 0] = await seenBy(c);
    const file = fileOf(photo, none);
    await until("the file to be some seconds old", () => isOld(file));
    assert.equal((await c.get(page(photo))).status, 200);
    // Its answer has ended once there is the next one.
    assert.equal((await c.get("/")).status, 200);
    assert.ok(!isKept(file, none));
  } finally {
    await none.sweep();
  }
});
