// What was stopped, in a house that runs: nobody gets it, backups and erasures
// leave it in place, its uploader reads that and no more, two people let it go,
// and a picture that was withdrawn is recognised when it comes back.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Client } from "../lib/client";
import { atNoon } from "../lib/noon";
import { drawn, edited, scene, unique } from "../lib/pictures";
import { Server, startServer } from "../lib/server";
import { stateOf } from "../lib/stops";
import { check, count, fill, filesBelow, lookedThrough, newAlbum, publishNow, settled, sql, until, upload } from "../lib/trouble";

let server: Server;
const people = new Map<string, Client>();
let look: Buffer = Buffer.alloc(0); // what a list will know
let shown = 0; // album that families see
let seen = 0; // its photo, before the list came
let stop = 0; // its case

const the = (who: string): Client => {
  const c = people.get(who);
  assert.ok(c !== undefined, who);
  return c;
};

const staff = (role: string): string =>
  String(sql<{ id: number }>(server, `SELECT id FROM account WHERE kind = 'staff' AND role = '${role}'`)[0]?.id);

function run(...args: string[]): string {
  const done = server.preau(...args);
  assert.equal(done.status, 0, `preau ${args.join(" ")}: ${done.out} ${done.err}`);
  return done.out;
}

async function send(c: Client, album: number, bytes: Buffer): Promise<number> {
  const a = await upload(c, album, "x.jpg", bytes);
  assert.equal(a.state, "queued", a.text);
  return sql<{ id: number }>(server, `SELECT max(id) AS id FROM medium WHERE post = ${album}`)[0]?.id ?? 0;
}

const ended = (medium: number): Promise<string> => until(`medium ${medium} to be decided`, () => {
  const s = stateOf(server, medium);
  return s !== "queued" && s !== "receiving" ? s : undefined;
});

const caseOf = (medium: number): number =>
  sql<{ id: number }>(server, `SELECT id FROM stopping WHERE medium = ${medium} ORDER BY id DESC LIMIT 1`)[0]?.id ?? 0;

const decide = (who: string, id: number, what: string, why = "C’est un essai."): ReturnType<typeof fill> =>
  fill(the(who), `/stopped/${id}`, `/stopped/${id}`, { do: what, why });

// Why it was stopped, which is shown when it is asked for.
const ask = (who: string, id: number, more: Record<string, string> = {}): ReturnType<typeof fill> => fill(the(who), `/stopped/${id}`, `/stopped/${id}/look`, more);
const why = (who: string, id: number): ReturnType<Client["get"]> => the(who).get(`/stopped/${id}/why`);
const mainOf = (text: string): string => text.slice(text.indexOf("<main"));

before(async () => {
  server = await startServer();
  await atNoon(server);
  for (const who of ["claire", "thomas", "sami", "jeanne", "nadia", "karim", "monique", "anne"])
    people.set(who, await server.client(who));
});
after(() => server.sweep());

test("a list that comes later stops what families saw, for everybody and at once", async () => {
  look = drawn(1600, 1200);
  shown = await newAlbum(the("sami"), "Avant la liste");
  seen = await send(the("sami"), shown, look);
  assert.equal(await ended(seen), "ready");
  await lookedThrough(server, shown);
  await publishNow(the("sami"), shown);
  const kept = await the("nadia").get(`/m/${seen}/1024`);
  assert.equal(kept.status, 200);

  const hash = sql<{ h: string }>(server, `SELECT lower(hex(substr(hash, 1, 32))) AS h FROM medium_hash
    WHERE medium = ${seen} AND hash_kind = 1 AND hypothesis = 0 ORDER BY pipeline, frame LIMIT 1`)[0]?.h ?? "";
  const file = join(server.folder, "list.txt");
  writeFileSync(file, `${hash}\n`);
  run("list", "add", "essai", "--by", staff("director"), "--format", "plain", "--kind", "pdq", "--source", "tests");
  run("list", "import", "essai", file, "--by", staff("director"));
  run("list", "enable", "essai", "--by", staff("safeguarding"));
  await until("it to be locked", () => stateOf(server, seen) === "locked");
  stop = caseOf(seen);

  const nothing = await the("nadia").get("/m/999999/1024");
  for (const who of people.keys())
    for (const what of ["320", "1024", "2048", "download", "original"])
      assert.equal((await the(who).get(`/m/${seen}/${what}`)).status, 404, `${who} ${what}`);
  const again = await the("nadia").get(`/m/${seen}/1024`, { "If-None-Match": kept.headers.etag ?? "" });
  assert.equal(again.status, 404);
  assert.equal(again.text.replaceAll(`m%2F${seen}%2F`, "m%2FN%2F"), nothing.text.replaceAll("m%2F999999%2F", "m%2FN%2F"));
  assert.doesNotMatch((await the("nadia").get(`/album/${shown}`)).text, new RegExp(`/m/${seen}/`));
  assert.equal((await new Client(server.url).get(`/m/${seen}/320`)).status, 404);
});

test("what its uploader was about to publish waits, and is not published by anybody", async () => {
  const album = await newAlbum(the("sami"), "À moitié prêt");
  const fine = await send(the("sami"), album, drawn(800, 600));
  assert.equal(await ended(fine), "ready");
  const bad = await send(the("sami"), album, unique(look));
  assert.equal(await ended(bad), "locked");
  assert.equal(stateOf(server, fine), "held");
  const late = await send(the("sami"), album, drawn(801, 600));
  assert.equal(await ended(late), "held");
  for (const who of ["sami", "claire"]) {
    const done = await fill(the(who), `/publish/${album}/send`, `/publish/${album}/send`, { when: "now" });
    assert.equal(done.status, 422, who);
    assert.match(done.text, /arrêté/);
  }
  for (const m of [bad, fine]) {
    const gone = await the("sami").submit(`/publish/${album}`, `/publish/${album}/photo/${m}/remove`, {});
    assert.equal(gone.status, 303);
  }
  await the("sami").submit(`/publish/${album}`, `/publish/${album}/discard`, {});
  assert.equal(stateOf(server, bad), "locked");
  assert.equal(stateOf(server, fine), "held");
  const page = (await the("sami").get(`/publish/${album}`)).text;
  assert.match(page, /Thomas Girard/);
  assert.doesNotMatch(page, /essai|abus|pdq/i);
  assert.equal((await the("sami").get(`/stopped/${caseOf(bad)}`)).status, 404);
  assert.equal((await the("jeanne").get(`/stopped/${caseOf(bad)}`)).status, 404);
  assert.equal((await the("nadia").get(`/stopped/${caseOf(bad)}`)).status, 404);
  const guessed = await the("sami").get("/stopped/999999");
  const own = await the("sami").get(`/stopped/${caseOf(bad)}`);
  assert.equal(own.text.replaceAll(`stopped%2F${caseOf(bad)}`, "stopped%2FN"),
    guessed.text.replaceAll("stopped%2F999999", "stopped%2FN"));
});

test("whoever reads why is written down, and the page shows no picture", async () => {
  const was = count(server, "audit WHERE action = 'stop-opened'");
  const page = await the("thomas").get(`/stopped/${stop}`);
  assert.equal(page.status, 200);
  assert.equal(count(server, "audit WHERE action = 'stop-opened'"), was + 1);
  for (const word of ["Sami Benali", "Avant la liste", "numéros à appeler"]) assert.ok(page.text.includes(word), word);
  assert.doesNotMatch(mainOf(page.text), /essai|points sur 256/, "not unasked");
  assert.equal((await why("thomas", stop)).status, 303);
  assert.equal((await ask("thomas", stop)).headers.location, `/stopped/${stop}/why`);
  const shown = await why("thomas", stop);
  assert.equal(shown.status, 200);
  for (const text of [page.text, shown.text]) assert.doesNotMatch(mainOf(text), /<(img|video|picture)|\/m\/\d+\//);
  for (const word of ["essai", "tests"]) assert.ok(shown.text.includes(word), word);
  assert.match(String(shown.headers.refresh), new RegExp(`^\\d+; url=/stopped/${stop}$`));
  assert.match(String(shown.headers["cache-control"]), /no-store/);
  assert.equal(count(server, "audit WHERE action = 'stop-opened'"), was + 3, "the page twice, and that it was shown");
  for (const who of ["sami", "jeanne", "nadia"])
    assert.equal((await why(who, stop)).status, 404, who);
  assert.match((await the("thomas").get("/today")).text, /fichiers ont été arrêtés|fichier a été arrêté/);
  run("audit", "verify");
});

test("nobody else is shown why unless she needs it; it is closed, counted, handed on without a name", async () => {
  const page = `/stopped/${stop}`;
  assert.equal((await ask("claire", stop)).headers.location, page);
  assert.match((await the("claire").get(page)).text, /Une autre personne l’a déjà vue/);
  assert.equal((await why("claire", stop)).status, 303);
  assert.equal((await ask("claire", stop, { needed: "1" })).headers.location, `${page}/why`);
  assert.equal((await fill(the("claire"), `${page}/why`, `${page}/close`)).status, 303);
  assert.equal((await why("claire", stop)).status, 303);
  const minutes = (who: string): number => count(server, `stop_look WHERE account = ${staff(who)}`);
  assert.equal(minutes("director"), 1, "what was not used comes back");
  assert.equal(minutes("safeguarding"), 5);
  assert.match((await the("thomas").get(page)).text, /Minutes aujourd’hui : 5 sur 30/);
  const waiting = async (): Promise<number> => Number(/(\d+) fichiers? (?:a été arrêté|ont été arrêtés)/.exec((await the("thomas").get("/today")).text)?.[1] ?? 0);
  const all = await waiting();
  assert.ok(all > 0);
  assert.equal((await fill(the("thomas"), page, `${page}/pass`)).status, 303);
  assert.equal((await why("thomas", stop)).status, 303, "closed with it");
  assert.equal(await waiting(), all - 1);
  assert.match((await the("claire").get(page)).text, /1 personne l’a transmis à quelqu’un d’autre/);
  // All of them would rather not: all of them are asked.
  assert.equal((await fill(the("claire"), page, `${page}/pass`)).status, 303);
  assert.equal(await waiting(), all);
  // The minutes of the day are over: it is said, and nothing is shown.
  sql(server, `INSERT INTO stop_look (stopping, account, at, closed) SELECT ${stop}, ${staff("safeguarding")}, max(at) - 4000 - 60 * n.id, 1
    FROM stop_look, (SELECT id FROM audit LIMIT 40) AS n GROUP BY n.id`);
  assert.match((await the("thomas").get(page)).text, /Vous en avez vu assez pour aujourd’hui/);
  const forced = await the("thomas").post(`${page}/look`, { form: await the("thomas").token("/account"), needed: "1" });
  assert.equal(forced.headers.location, page);
  assert.equal((await why("thomas", stop)).status, 303);
  sql(server, `DELETE FROM stop_look WHERE account = ${staff("safeguarding")}`);
});

test("a backup has it, encrypted, and what is restored keeps it locked", async () => {
  await settled(server);
  assert.deepEqual(check(server).findings, []);
  const out = join(server.folder, "backups");
  mkdirSync(out, { mode: 0o700 });
  const { name } = JSON.parse(run("--json", "backup", out)) as { name: string };
  const blob = sql<{ name: string }>(server, `SELECT name FROM blob WHERE medium = ${seen} AND side = 0`)[0]?.name ?? "";
  const copies = filesBelow(join(out, name)).filter((f) => f.includes(blob));
  assert.equal(copies.length, 1);
  assert.equal(readFileSync(copies[0] ?? "").indexOf(look.subarray(0, 64)), -1);

  const folder = join(server.folder, "twin");
  mkdirSync(folder, { mode: 0o700 });
  cpSync(join(server.folder, "keys"), join(folder, "keys"), { recursive: true });
  const twin = new Server(folder, server.port, [`data=${folder}/data`, `master_key=${folder}/keys/master.key`,
    `erasures=${server.folder}/erasures.log`].flatMap((v) => ["--set", v]), server.logins);
  const done = twin.preau("restore", join(out, name));
  assert.equal(done.status, 0, done.err);
  assert.equal(stateOf(twin, seen), "locked");
  assert.deepEqual(check(twin).findings, []);
  for (const refused of ["UPDATE medium SET state = 'ready'", "DELETE FROM blob", "UPDATE blob SET key_wrapped = NULL"])
    assert.throws(() => sql(twin, `${refused} WHERE ${refused.includes("blob") ? "medium" : "id"} = ${seen}`), /locked|held/);
});

test("two people let a wrong entry go, and families see again what they saw", async () => {
  assert.equal((await decide("sami", stop, "confirm").catch(() => ({ status: 404 }))).status, 404);
  const seal = mainOf((await the("thomas").get(`/stopped/${stop}/seal`)).text);
  assert.match(seal, /Seul un fichier dont l’arrêt a été confirmé/);
  assert.doesNotMatch(seal, /<form/, "nothing to seal that nobody confirmed");
  assert.equal((await decide("thomas", stop, "entry")).status, 303);
  assert.equal(stateOf(server, seen), "locked");
  // Who said so is named, also when she looks into nothing any more.
  for (const state of ["suspended", "active"]) {
    sql(server, `UPDATE account SET state = '${state}' WHERE id = ${staff("safeguarding")}`);
    assert.match((await the("claire").get(`/stopped/${stop}`)).text, /Thomas Girard dit que les entrées sont fausses/, state);
  }
  await assert.rejects(decide("thomas", stop, "agree"));
  const forced = await the("thomas").post(`/stopped/${stop}`, { form: await the("thomas").token("/account"), do: "agree", why: "moi" });
  assert.notEqual(forced.status, 303);
  assert.equal(stateOf(server, seen), "locked");
  assert.equal((await decide("claire", stop, "agree")).status, 303);
  assert.equal(stateOf(server, seen), "ready");
  assert.equal((await the("nadia").get(`/m/${seen}/1024`)).status, 200);
  await settled(server);
  assert.equal(count(server, "medium WHERE state IN ('locked', 'held')"), 0);
  assert.equal(count(server, "list_entry_off WHERE on_at IS NULL"), 1);
  assert.equal(count(server, "stopping WHERE outcome IS NULL"), 0);
});

test("a picture that was withdrawn for good is held when it comes back", async () => {
  const album = await newAlbum(the("sami"), "Retirée");
  const bytes = drawn(1200, 900);
  const first = await send(the("sami"), album, bytes);
  assert.equal(await ended(first), "ready");
  await fill(the("sami"), `/publish/${album}/arrange`, `/publish/${album}/photo/${first}/remove`, { "not-again": "1" });
  assert.equal(stateOf(server, first), "deleted");
  assert.ok(count(server, "register_entry") >= 1);
  const back = await send(the("sami"), album, unique(bytes));
  assert.equal(await ended(back), "held");
  const beside = await send(the("sami"), album, drawn(1201, 900));
  assert.equal(await ended(beside), "ready");
  const id = caseOf(back);
  assert.match((await the("sami").get(`/publish/${album}`)).text, /ressemble à une image retirée/);
  assert.equal((await the("sami").get(`/stopped/${id}`)).status, 404);
  assert.equal((await decide("thomas", id, "let-in")).status, 303);
  assert.equal(await ended(back), "ready");
  const again = await send(the("sami"), album, unique(bytes));
  assert.equal(await ended(again), "held");
  assert.equal((await decide("thomas", caseOf(again), "keep-out")).status, 303);
  assert.equal(stateOf(server, again), "deleted");
  assert.equal(count(server, `blob WHERE medium = ${again} AND key_wrapped IS NOT NULL`), 0);
  assert.deepEqual(check(server).findings, []);
});

// What somebody does to a picture before it is sent again, and what the page
// says about how it was found all the same.
const changes: { what: string; bytes: (whole: Buffer) => Buffer; says: RegExp; hypothesis: number }[] = [
  { what: "turned by a quarter", bytes: (b) => edited(b, "rot", ["d90"]), says: /tournée d’un quart de tour vers la gauche/, hypothesis: 0 },
  { what: "mirrored", bytes: (b) => edited(b, "flip", ["horizontal"]), says: /en miroir, la gauche et la droite échangées/, hypothesis: 0 },
  { what: "saved at quality 60", bytes: (b) => edited(b, "copy", [], 60), says: /telle qu’elle a été envoyée/, hypothesis: 0 },
  { what: "half as large", bytes: (b) => edited(b, "resize", ["0.5"]), says: /telle qu’elle a été envoyée/, hypothesis: 0 },
  { what: "between black bars", bytes: (b) => edited(b, "embed", ["0", "160", "1200", "1220"]), says: /sans les bandes ou le cadre/, hypothesis: 1 },
  { what: "cropped by 2 %", bytes: (b) => edited(b, "extract_area", ["24", "18", "1152", "864"]), says: /rogné/, hypothesis: 2 },
];

test("a picture that was withdrawn is held however it was changed, and the page says how", async () => {
  const album = await newAlbum(the("sami"), "Changée");
  for (const whole of [scene(0, 411, 1200, 900), scene(4, 412, 1200, 900)]) {
    const first = await send(the("sami"), album, whole);
    assert.equal(await ended(first), "ready");
    await fill(the("sami"), `/publish/${album}/arrange`, `/publish/${album}/photo/${first}/remove`, { "not-again": "1" });
    assert.equal(stateOf(server, first), "deleted");
    for (const { what, bytes, says, hypothesis } of changes) {
      const back = await send(the("sami"), album, bytes(whole));
      assert.equal(await ended(back), "held", what);
      await ask("thomas", caseOf(back));
      const page = (await why("thomas", caseOf(back))).text;
      assert.equal((await fill(the("thomas"), `/stopped/${caseOf(back)}/why`, `/stopped/${caseOf(back)}/close`)).status, 303);
      assert.match(page, says, what);
      const hits = sql<{ hypothesis: number; transform: number }>(server,
        `SELECT hypothesis, transform FROM stop_hit WHERE stopping = ${caseOf(back)} AND hash_kind = 1`);
      assert.ok(hits.some((h) => h.hypothesis === hypothesis), `${what}: ${JSON.stringify(hits)}`);
    }
  }
  const other = await send(the("sami"), album, edited(scene(5, 413, 1200, 900), "rot", ["d90"]));
  assert.equal(await ended(other), "ready");
});

test("photos that look alike are named to who arranges them", async () => {
  const album = await newAlbum(the("sami"), "Deux fois");
  const bytes = drawn(900, 700);
  const one = await send(the("sami"), album, bytes);
  const two = await send(the("sami"), album, unique(bytes));
  await ended(one);
  await ended(two);
  const page = (await the("sami").get(`/publish/${album}/arrange`)).text;
  assert.match(page, /1 photo ressemble beaucoup à une autre/);
  assert.match(page, new RegExp(`href="#p${one}"`));
});

test("the register of a director who sent it does not tell what is done about it", async () => {
  const album = await newAlbum(the("claire"), "De la direction");
  const bytes = drawn(1000, 800);
  const first = await send(the("claire"), album, bytes);
  assert.equal(await ended(first), "ready");
  await fill(the("claire"), `/publish/${album}/arrange`, `/publish/${album}/photo/${first}/remove`, { "not-again": "1" });
  const back = await send(the("claire"), album, unique(bytes));
  assert.equal(await ended(back), "held");
  const id = caseOf(back);
  assert.equal((await the("claire").get(`/stopped/${id}`)).status, 404);
  const structure = (await the("claire").get("/structure")).text;
  assert.match(structure, /trop peu de personnes/);
  assert.equal((await the("thomas").get(`/stopped/${id}`)).status, 200);
  const lines = (text: string): number => (text.match(/Thomas Girard a lu pourquoi/g) ?? []).length;
  const all = count(server, "audit WHERE action = 'stop-opened' AND actor = (SELECT id FROM account WHERE role = 'safeguarding')");
  assert.ok(lines((await the("claire").get("/register")).text) < all);
});
