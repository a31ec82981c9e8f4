// The visible line: off until the director says so, then under each photo that
// anybody gets, with the name of whoever gets it, and never without.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Client } from "../lib/client";
import { GROUP, answer } from "../lib/consents";
import { isWhole } from "../lib/masks";
import { boxOf, FIRST, LEA, opened, pictures, SECOND, unsealed, withChildren, withoutNames } from "../lib/memories";
import { isFlat, pixelsOf, type Shown, spotted } from "../lib/pictures";
import { startServer, type Server } from "../lib/server";
import { fill, sql } from "../lib/trouble";

let server: Server;
let claire: Client;
let sami: Client;
let nadia: Client;
let anne: Client;
let noe: number;
let photos: number[];

const set = async (line: string): Promise<void> => {
  assert.equal((await fill(claire, "/structure/line", "/structure/line", { line })).status, 303);
};
const shown = async (who: Client, path: string): Promise<Shown> => {
  const got = await who.get(path);
  assert.equal(got.status, 200, path);
  return pixelsOf(got.body);
};

before(async () => {
  server = await startServer();
  withoutNames(server);
  [claire, sami, nadia, anne] = [await server.client("claire"), await server.client("sami"), await server.client("nadia"), await server.client("anne")];
  noe = Number(/href="\/memories\/(\d+)"/.exec((await anne.get("/rights")).text)?.[1]);
  ({ photos } = await withChildren(server, sami, "Sous chaque photo", [
    { jpeg: spotted(800, 600), who: [LEA, noe] },
    { jpeg: spotted(600, 803), who: [LEA, noe] },
    { jpeg: spotted(1500, 1001), who: [LEA, noe] },
  ]));
});
after(() => server.sweep());

// Rows of the picture and of what is below it; light and dark samples there.
function below(s: Shown, height: number): { rows: number; dark: number; light: number; row: Buffer } {
  const from = Math.ceil(height / 16) * 16;
  const strip = s.rgb.subarray(from * s.width * 3);
  let [dark, light] = [0, 0];
  for (let i = 0; i < strip.length; i += 3) {
    dark += Number((strip[i] ?? 0) < 110);
    light += Number((strip[i] ?? 0) > 220);
  }
  return { rows: s.height - from, dark, light, row: strip };
}

// But for the last row, whose chroma a decoder blends with the one below.
const samePicture = (bare: Shown, lined: Shown): void => {
  const bytes = (bare.height - 2) * bare.width * 3;
  assert.equal(lined.width, bare.width);
  assert.ok(lined.rgb.subarray(0, bytes).equals(bare.rgb.subarray(0, bytes)));
};

const SIDES = ["1024", "2048", "download"];

test("a line is under each photo once the director wants it, and the photo is what it was", async () => {
  for (const photo of photos) {
    assert.equal((await claire.get("/structure/line")).status, 200);
    const bare = new Map<string, Shown>();
    for (const side of SIDES) bare.set(side, await shown(nadia, `/m/${photo}/${side}`));
    const thumb = (await nadia.get(`/m/${photo}/320`)).body;
    await set("on");
    for (const side of SIDES) {
      const [hers, his, staff] = [await shown(nadia, `/m/${photo}/${side}`), await shown(anne, `/m/${photo}/${side}`), await shown(sami, `/m/${photo}/${side}`)];
      const was = bare.get(side) ?? assert.fail();
      samePicture(was, hers);
      const [a, b, c] = [below(hers, was.height), below(his, was.height), below(staff, was.height)];
      for (const strip of [a, b, c]) {
        assert.equal(strip.rows, was.width >= 1200 ? 48 : 32);
        assert.ok(strip.dark > 100, `${strip.dark} dark samples at ${side}`);
        assert.ok(strip.light > 10 * strip.dark);
      }
      assert.ok(!a.row.equals(b.row) && !a.row.equals(c.row) && !b.row.equals(c.row), "each their own");
    }
    assert.ok((await nadia.get(`/m/${photo}/320`)).body.equals(thumb), "the small ones have none");
    await set("off");
    for (const side of SIDES) assert.ok((await shown(nadia, `/m/${photo}/${side}`)).rgb.equals(bare.get(side)?.rgb ?? Buffer.alloc(0)));
  }
});

test("only the director switches it, and both are in the register", async () => {
  assert.equal((await sami.get("/structure/line")).status, 404);
  assert.equal((await nadia.get("/structure/line")).status, 404);
  assert.equal((await fill(claire, "/structure/line", "/structure/line", { line: "maybe" })).status, 422);
  await set("on");
  await set("on");
  await set("off");
  const noted = sql<{ action: string; n: number }>(server, "SELECT action, count(*) AS n FROM audit WHERE action LIKE 'line-%' GROUP BY action");
  assert.ok(noted.length === 2 && noted[0]?.n === noted[1]?.n, JSON.stringify(noted));
  const register = (await claire.get("/register")).text;
  assert.match(register, /a fait inscrire sous les photos le nom de qui les regarde/);
  assert.match(register, /a fait retirer les noms inscrits sous les photos/);
});

test("tags, lengths and parts are those of the photo with its line", async () => {
  const path = `/m/${photos[2]}/2048`;
  const bare = await nadia.get(path);
  await set("on");
  const lined = await nadia.get(path, { "If-None-Match": String(bare.headers.etag) });
  assert.equal(lined.status, 200, "another tag");
  assert.equal((await nadia.get(path, { "If-None-Match": String(lined.headers.etag) })).status, 304);
  const n = lined.body.length;
  const head = await nadia.ask("HEAD", path);
  assert.equal(Number(head.headers["content-length"]), n);
  const at = [0, 200, n - 1, ...Array.from({ length: 40 }, (_, i) => Math.floor(n * i / 40)), ...Array.from({ length: 30 }, (_, i) => n - 1 - 97 * i)];
  for (const first of at) {
    const part = await nadia.get(path, { Range: `bytes=${first}-${first + 700}` });
    assert.equal(part.status, 206);
    assert.equal(part.headers["content-range"], `bytes ${first}-${Math.min(first + 700, n - 1)}/${n}`);
    assert.ok(part.body.equals(lined.body.subarray(first, first + 701)), `from ${first}`);
  }
  assert.equal((await nadia.get(path, { Range: `bytes=${n}-` })).status, 416);
  await set("off");
  assert.equal((await nadia.get(path)).headers.etag, bare.headers.etag);
});

test("a name that changes is in the next photo", async () => {
  const path = `/m/${photos[0]}/1024`;
  const bare = await shown(nadia, path);
  await set("on");
  const before = await nadia.get(path);
  // A name is sealed for its account; another one of the same house is as good.
  const names = sql<{ id: number; name_enc: string }>(server, "SELECT id, hex(name_enc) AS name_enc FROM account WHERE id IN (SELECT account FROM guardian WHERE account IS NOT NULL) ORDER BY id");
  const hers = sql<{ account: number }>(server, `SELECT g.account FROM guardian g JOIN authority u ON u.guardian = g.id WHERE u.child = ${LEA} AND u.kind <> 'no_contact' AND g.account IS NOT NULL ORDER BY g.account`);
  assert.ok(names.length > 1 && hers.length > 0);
  const mine = hers.map((h) => names.find((x) => x.id === h.account)).filter((x) => x !== undefined);
  for (const m of mine) {
    const other = names.find((x) => !mine.includes(x)) ?? assert.fail();
    sql(server, `UPDATE account SET name_enc = x'${other.name_enc}' WHERE id = ${m.id}`);
  }
  const now = await nadia.get(path, { "If-None-Match": String(before.headers.etag) });
  assert.equal(now.status, 200, "the old one is not good any more");
  const [a, b] = [pixelsOf(before.body), pixelsOf(now.body)];
  samePicture(bare, b);
  assert.ok(!below(a, bare.height).row.equals(below(b, bare.height).row));
  // Whose name cannot be read any more (it was erased) gets nothing.
  for (const m of mine) sql(server, `UPDATE account SET name_enc = x'00' WHERE id = ${m.id}`);
  const none = await nadia.get(path);
  assert.notEqual(none.status, 200);
  assert.ok(none.body.indexOf(Buffer.from([0xff, 0xd8, 0xff])) === -1, "a picture without its line");
  for (const m of mine) sql(server, `UPDATE account SET name_enc = x'${m.name_enc}' WHERE id = ${m.id}`);
  assert.ok((await nadia.get(path)).body.equals(before.body));
  await set("off");
});

test("what is masked stays so above the line", async () => {
  const photo = photos[0] ?? 0;
  const source = await shown(anne, `/m/${photo}/2048`);
  await set("on");
  assert.equal((await answer(anne, noe, GROUP, false)).status, 303);
  const s = await shown(nadia, `/m/${photo}/2048`);
  const cut: Shown = { width: s.width, height: source.height, rgb: s.rgb.subarray(0, source.rgb.length) };
  assert.ok(isFlat(cut, SECOND), "Noé is covered");
  assert.ok(isWhole(cut, source, FIRST), "Léa is not");
  assert.ok(below(s, source.height).dark > 100);
  assert.equal((await answer(anne, noe, GROUP, true)).status, 303);
  await set("off");
});

test("a memory box has the line in each picture, and another version with it", async () => {
  const bare = await boxOf(nadia, LEA);
  await set("on");
  const path = await boxOf(nadia, LEA);
  assert.notEqual(path, bare);
  const all = await nadia.get(path);
  assert.equal(Number(all.headers["content-length"]), all.body.length);
  const copies = pictures(opened(all.body)).map(unsealed);
  assert.equal(copies.length, photos.length);
  for (const photo of photos) {
    const single = (await nadia.get(`/m/${photo}/download`)).body;
    assert.ok(copies.some((c) => c.equals(single)), `photo ${photo}`);
  }
  const first = Math.floor(all.body.length * 2 / 3);
  const rest = await nadia.get(path, { Range: `bytes=${first}-`, "If-Range": String(all.headers.etag) });
  assert.ok(rest.status === 206 && rest.body.equals(all.body.subarray(first)));
  await set("off");
});
