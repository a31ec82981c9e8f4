// The second pair of eyes: where a family of the day refuses, an album is
// published on the word of two people; what families will see is said before;
// and an answer or an enrolment that changes meanwhile counts at once.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Answer, Client } from "../lib/client";
import { answer, GROUP, plain } from "../lib/consents";
import { sayNobody } from "../lib/faces";
import { faceless } from "../lib/masks";
import { isFlat, pixelsOf, spotted, type Part } from "../lib/pictures";
import { startServer, type Server } from "../lib/server";
import { count, fill, newAlbum, sql, until, upload } from "../lib/trouble";

const UNITS = 65536;
const FACE: Part = { x: 0.25, y: 0.25, w: 0.2, h: 0.25 };
const SMALL = "Les Écureuils"; // everybody agrees with the group
const BIG = "Les Hérissons"; // Awa refuses, two answers are missing

let server: Server;
let sami: Client; // works with the little ones
let jeanne: Client; // with the older ones
let claire: Client;
let nadia: Client;
let anne: Client;

before(async () => {
  server = await startServer();
  [sami, jeanne, claire] = [await server.client("sami"), await server.client("jeanne"), await server.client("claire")];
  [nadia, anne] = [await server.client("nadia"), await server.client("anne")];
});
after(() => server.sweep());

const at = (album: number): string => `/publish/${album}/faces`;

async function albumOf(c: Client, title: string, photos = 1): Promise<{ album: number; photos: number[] }> {
  const album = await newAlbum(c, title);
  for (let i = 0; i < photos; i++) await upload(c, album, `${i}.jpg`, spotted(640, 480));
  return { album, photos: await faceless(server, c, album) };
}

async function draw(c: Client, album: number, photo: number): Promise<string> {
  const of = (share: number): string => String(Math.round(share * UNITS));
  const made = await c.submit(`${at(album)}/${photo}`, `${at(album)}/${photo}/draw`,
    { x: of(FACE.x), y: of(FACE.y), w: of(FACE.w), h: of(FACE.h) });
  assert.equal(made.status, 303, made.text.slice(0, 500));
  return /box=(\d+)/.exec(String(made.headers.location))?.[1] ?? "";
}

async function childNamed(c: Client, album: number, photo: number, name: string): Promise<number> {
  const page = (await c.get(`${at(album)}/${photo}`)).text;
  const boxes = [...page.matchAll(/\?box=(\d+)"/g)].map((m) => m[1]);
  const open = (await c.get(`${at(album)}/${photo}?box=${boxes[0]}`)).text;
  return Number(new RegExp(`name="who" value="(\\d+)"[^>]*><span>${name}`).exec(open)?.[1] ?? 0);
}

const choose = (c: Client, album: number, photo: number, box: string, fields: Record<string, string>): Promise<Answer> =>
  c.submit(`${at(album)}/${photo}`, `${at(album)}/${photo}/box/${box}`, fields);

const say = (c: Client, album: number, photo: number, what = "all"): Promise<Answer> =>
  c.submit(`${at(album)}/${photo}`, `${at(album)}/${photo}/word`, { do: what });

async function boxed(c: Client, album: number, photo: number, name: string): Promise<number> {
  const box = await draw(c, album, photo);
  const child = await childNamed(c, album, photo, name);
  assert.notEqual(child, 0, `${name} is on the list of the day`);
  assert.equal((await choose(c, album, photo, box, { who: String(child) })).status, 303);
  return child;
}

const publish = (c: Client, album: number, change: Record<string, string> = {}): Promise<Answer> =>
  fill(c, `/publish/${album}/send`, `/publish/${album}/send`, { when: "now", ...change });

const isOut = (album: number): boolean => count(server, `post WHERE id = ${album} AND state = 'published'`) === 1;

async function assertMasked(c: Client, photo: number): Promise<void> {
  await until("the boxes to be drawn", () => count(server, `cover WHERE medium = ${photo} AND drawn = 0`) === 0);
  const got = await c.get(`/m/${photo}/1024`);
  assert.equal(got.status, 200);
  assert.ok(isFlat(pixelsOf(got.body), FACE), "the face is to be seen");
}

async function assertShown(c: Client, photo: number): Promise<void> {
  await until("the boxes to be drawn", () => count(server, `cover WHERE medium = ${photo} AND drawn = 0`) === 0);
  const got = await c.get(`/m/${photo}/1024`);
  assert.equal(got.status, 200);
  assert.ok(!isFlat(pixelsOf(got.body), FACE), "the face is covered");
}

test("where everybody of the group agrees, one person is enough", async () => {
  const { album } = await albumOf(sami, "À un seul");
  await sayNobody(sami, album);
  const page = plain((await sami.get(at(album))).text);
  assert.doesNotMatch(page, /deux personnes/);
  assert.equal((await publish(sami, album)).headers.location, `/publish/${album}/done`);
  assert.ok(isOut(album));
});

test("where a family refuses, the second person finds the album and one person is not two", async () => {
  const { album, photos: [one = 0, two = 0] } = await albumOf(jeanne, "À deux", 2);
  assert.equal((await sami.get(at(album))).status, 404);
  await boxed(jeanne, album, one, "Malo");
  assert.equal((await say(jeanne, album, one)).status, 303);
  assert.equal((await say(jeanne, album, two, "nobody")).status, 303);
  const waiting = plain((await jeanne.get(at(album))).text);
  assert.match(waiting, /Une deuxième personne doit regarder/);
  assert.match(waiting, /On attend l’une de ces personnes : Claire Morin\./);
  assert.doesNotMatch(waiting, /faces\/second"/, "the first is not offered the second word");
  const early = await publish(jeanne, album);
  assert.equal(early.headers.location, at(album));
  assert.ok(!isOut(album));
  // Whoever was first says it again, in every way there is.
  assert.equal((await say(jeanne, album, one)).status, 303);
  assert.equal((await jeanne.submit(`/publish/${album}/send`, `${at(album)}/second`, {})).status, 303);
  assert.equal(count(server, `face_word WHERE medium IN (${one}, ${two})`), 2);
  await publish(jeanne, album);
  assert.ok(!isOut(album));
  // Claire: from her first page, a missed face in two taps, then all at once.
  const home = plain((await claire.get("/structure")).text);
  assert.match(home, /Des visages vous attendent/);
  assert.match(home, /2 photos à regarder aussi/);
  assert.ok(home.includes(`href="${at(album)}"`));
  assert.equal((await sami.get(at(album))).status, 404, "nor is it anybody's who does not work with them");
  const box = await draw(claire, album, two);
  assert.equal((await choose(claire, album, two, box, { do: "mask" })).status, 303);
  assert.match(plain((await claire.get(at(album))).text), /J’ai vu chaque photo : rien n’a été oublié/);
  assert.equal((await claire.submit(at(album), `${at(album)}/second`, {})).status, 303);
  assert.doesNotMatch((await claire.get("/structure")).text, new RegExp(`href="${at(album)}"`));
  assert.match(plain((await jeanne.get("/today")).text), /regardé par deux personnes : prêt à publier/);
  assert.equal((await publish(jeanne, album)).headers.location, `/publish/${album}/done`);
  assert.ok(isOut(album));
  await assertMasked(nadia, two);
  await assertShown(nadia, one);
});

test("a colleague of the group can be the second, once she is asked", async () => {
  const [{ id = 0 } = {}] = sql<{ id: number }>(server, `SELECT id FROM activity_group WHERE name = '${BIG}'`);
  const [{ account = 0 } = {}] = sql<{ account: number }>(server,
    "SELECT s.account FROM staff_group s JOIN activity_group g ON g.id = s.activity_group WHERE g.name = '" + SMALL + "'");
  const { album, photos: [photo = 0] } = await albumOf(jeanne, "Entre collègues");
  sql(server, `INSERT INTO staff_group (account, activity_group) VALUES (${account}, ${id})`);
  try {
    assert.equal((await sami.get(at(album))).status, 404, "nobody has asked yet");
    await sayNobody(jeanne, album);
    assert.match(plain((await jeanne.get(at(album))).text), /Claire Morin, Sami Benali|Sami Benali, Claire Morin/);
    assert.match(plain((await sami.get("/today")).text), /1 photo à regarder aussi/);
    assert.equal((await say(sami, album, photo, "nobody")).status, 303);
    assert.equal((await publish(sami, album)).headers.location, `/publish/${album}/done`);
  } finally {
    sql(server, `DELETE FROM staff_group WHERE account = ${account} AND activity_group = ${id}`);
  }
});

test("who is masked is said before, for each audience", async () => {
  const { album, photos: [photo = 0] } = await albumOf(sami, "Pour qui");
  const ines = await boxed(sami, album, photo, "Inès");
  const work = async (): Promise<string> => plain((await sami.get(`${at(album)}/${photo}`)).text);
  assert.match(await work(), /class="known"[^>]*aria-label="Cadre 1 : Inès"/);
  assert.match(plain((await sami.get(at(album))).text), /Inès Cohen<\/span> <span class="tag ok">peut être montré/);
  await say(sami, album, photo);
  // To the family of Léa alone: Inès's mother says no to all other families.
  const send = plain((await sami.get(`/publish/${album}/send`)).text);
  const lea = /name="child" id="[^"]*" value="(\d+)"[^>]*><label[^>]*>Léa/.exec(send)?.[1] ?? "";
  assert.doesNotMatch(send, /Seront masqués/);
  const fields = { form: await sami.token(`/publish/${album}/send`), child: lea, when: "now", seen: "" };
  const waits = await sami.post(`/publish/${album}/send`, fields);
  assert.equal(waits.headers.location, at(album), waits.text.slice(0, 2000));
  assert.ok(!isOut(album));
  assert.match(await work(), /class="masked"[^>]*aria-label="Cadre 1 : Inès · refus : sera masqué"/);
  assert.match(await work(), /1 visage de cette photo sera masqué pour ces familles/);
  assert.match(plain((await sami.get(`/publish/${album}/send`)).text), /Seront masqués pour ces familles :[\s\S]*Inès Cohen · refus : sera masqué/);
  assert.match(plain((await sami.get(`${at(album)}/list`)).text), /Inès Cohen<\/span> <span class="tag stop">refus : sera masqué/);
  assert.equal((await claire.submit(at(album), `${at(album)}/second`, {})).status, 303);
  assert.equal((await publish(sami, album)).headers.location, `/publish/${album}/done`);
  assert.notEqual(ines, 0);
  await assertMasked(nadia, photo);
});

test("a child that is unenrolled between tagging and publishing is masked, and that is said first", async () => {
  const { album, photos: [photo = 0] } = await albumOf(sami, "Partie");
  const zoe = await boxed(sami, album, photo, "Zoé");
  await say(sami, album, photo);
  const open = { form: await sami.token(`/publish/${album}/send`), when: "now", seen: "",
    group: /name="group"[^>]*value="(\d+)"/.exec((await sami.get(`/publish/${album}/send`)).text)?.[1] ?? "" };
  const [{ until_on = 0 } = {}] = sql<{ until_on: number }>(server, `SELECT until_on FROM enrolment WHERE child = ${zoe}`);
  const today = Math.floor(Date.now() / 86_400_000);
  sql(server, `UPDATE enrolment SET until_on = ${today - 2} WHERE child = ${zoe}`);
  try {
    const told = await sami.post(`/publish/${album}/send`, open);
    assert.equal(told.status, 422);
    assert.match(plain(told.text), /Ces familles ne verront pas les mêmes enfants/);
    assert.match(plain(told.text), /Zoé Martin · n’est plus inscrit : sera masqué/);
    assert.ok(!isOut(album));
    assert.equal((await publish(sami, album)).headers.location, `/publish/${album}/done`);
    await assertMasked(anne, photo);
  } finally {
    sql(server, `UPDATE enrolment SET until_on = ${until_on} WHERE child = ${zoe}`);
  }
  await assertShown(anne, photo);
});

test("a withdrawal before the album is published stops it; one after it masks the next request", async () => {
  const { album, photos: [photo = 0] } = await albumOf(sami, "Entre deux");
  const lea = await boxed(sami, album, photo, "Léa");
  await say(sami, album, photo);
  const open = { form: await sami.token(`/publish/${album}/send`), when: "now", seen: "",
    group: /name="group"[^>]*value="(\d+)"/.exec((await sami.get(`/publish/${album}/send`)).text)?.[1] ?? "" };
  assert.equal((await answer(nadia, lea, GROUP, false)).status, 303);
  const stopped = await sami.post(`/publish/${album}/send`, open);
  assert.equal(stopped.headers.location, at(album));
  assert.ok(!isOut(album));
  assert.match(plain((await sami.get(at(album))).text), /Une deuxième personne doit regarder/);
  assert.equal((await answer(nadia, lea, GROUP, true)).status, 303);
  assert.equal((await publish(sami, album)).headers.location, `/publish/${album}/done`);
  await assertShown(anne, photo);
  assert.equal((await answer(nadia, lea, GROUP, false)).status, 303);
  await assertMasked(anne, photo);
  await assertShown(nadia, photo);
  assert.equal((await answer(nadia, lea, GROUP, true)).status, 303);
});

test("a withdrawal and a publication at the same moment never show the child", async () => {
  for (let round = 0; round < 4; round++) {
    const { album, photos: [photo = 0] } = await albumOf(sami, `Course ${round}`);
    const lea = await boxed(sami, album, photo, "Léa");
    await say(sami, album, photo);
    const [sent, said] = await Promise.all([publish(sami, album), answer(nadia, lea, GROUP, false)]);
    assert.equal(said.status, 303);
    assert.ok([303, 422].includes(sent.status), String(sent.status));
    if (isOut(album)) await assertMasked(anne, photo);
    else assert.equal((await anne.get(`/m/${photo}/1024`)).status, 404);
    assert.equal((await answer(nadia, lea, GROUP, true)).status, 303);
  }
});

test("the list of who refuses names them first, by group and day, without a picture", async () => {
  const path = /href="(\/faces\/list\/\d+)"/.exec((await jeanne.get("/today")).text)?.[1] ?? "";
  const list = plain((await jeanne.get(path)).text);
  assert.match(list, /3 enfants ne doivent pas être montrés[\s\S]*Awa Diallo<\/span> <span class="tag stop">refus : sera masqué[\s\S]*Les autres[\s\S]*Malo Le Gall/);
  assert.match(list, /Tom Haddad<\/span> <span class="tag wait">réponse manquante : sera masqué/);
  assert.doesNotMatch(list, /"\/m\//);
  assert.match(String(jeanne.last?.headers["cache-control"]), /max-age=43200/);
  const group = path.split("/").pop() ?? "";
  assert.ok((await claire.get(`/roster/group/${group}`)).text.includes(`href="${path}"`), "one tap from the roster");
  const past = new Date(Date.now() - 10 * 86_400_000).toISOString().slice(0, 10);
  assert.match((await jeanne.get(`${path}?day=${past}`)).text, /Adam Tremblay/, "who was there then");
  assert.equal((await sami.get(path)).status, 404);
});
