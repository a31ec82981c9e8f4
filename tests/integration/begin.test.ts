// From an empty folder to a guardian who looks at photos: every step by HTTP,
// and every wrong step on the way.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Client } from "../lib/client";
import { drawn } from "../lib/pictures";
import { build, freePort, Server } from "../lib/server";
import { qrTexts } from "../lib/qr";
import { freshCode } from "../lib/totp";
import { count, fill, fillFiles, formOf, lookedThrough, newAlbum, publishNow, sql, until, upload } from "../lib/trouble";

const pass = { director: "quatre chaises sous le platane", mother: "la lampe rouge du couloir", father: "un train vers la mer" };
const year = new Date().getFullYear();
// Two years: the organisation's may have begun while this machine's has not.
const season = { name: "Années des essais", from: `${year}-01-01`, until: `${year + 1}-12-31` };

const sheet = (rows: string[]): Buffer => Buffer.from([
  "prénom;nom;date de naissance;groupe;adulte1_nom;adulte1_lien;adulte2_nom;adulte2_lien", ...rows, ""].join("\r\n"));
const good = sheet(["Zoé;Martin;12/05/2019;Petits;Élise Martin;parent;Paul Martin;parent",
  "Ali;Benali;01/02/2018;Grands;Samira Benali;parent;;"]);

let server: Server;
let link = "";
let director: Client;
let totp = "";
let codes: string[] = [];

before(async () => {
  const folder = mkdtempSync(join(tmpdir(), "preau-begin-"));
  const port = await freePort();
  const sets = [`data=${folder}/data`, `master_key=${folder}/keys/master.key`, `erasures=${folder}/erasures.log`,
    `listen=127.0.0.1:${port}`, `url=http://127.0.0.1:${port}`].flatMap((v) => ["--set", v]);
  server = new Server(folder, port, sets, []);
});
after(() => server.sweep());

async function importSheet(bytes: Buffer, name = "liste.csv"): Promise<string> {
  const a = await fillFiles(director, "/roster/import", "/roster/import", "sheet", [{ name, bytes, type: "text/csv" }]);
  return `${a.status} ${a.text}`;
}

async function confirmSheet(preview: string): Promise<number> {
  const fields = formOf(preview, "/roster/import/confirm");
  return (await director.post("/roster/import/confirm", Object.fromEntries(fields))).status;
}

test("init makes an organisation and prints a link that works once", async () => {
  const done = spawnSync(join(build, "preau"), [...server.sets, "--json", "init", "--name", "Les Essais", "--director",
    "Dominique Roy", "--profile", "fr", "--time-zone", "Europe/Paris"], { encoding: "utf8" });
  assert.equal(done.status, 0, done.stderr);
  const said = JSON.parse(done.stdout) as { link: string };
  assert.match(said.link, new RegExp(`^${server.url}/join/[0-9A-Za-z-]{20,}$`));
  link = said.link.slice(server.url.length);
  for (const [args, code] of [[["init", "--name", "X"], 65],
    [["init", "--name", "X", "--director", "Y", "--profile", "us", "--time-zone", "Europe/Paris"], 65],
    [["init", "--name", "X", "--director", "Y", "--profile", "fr", "--time-zone", "Mars/Base"], undefined]] as const) {
    const wrong = server.preau(...args);
    assert.ok(wrong.status !== 0 && (code === undefined || wrong.status === code), `${args.join(" ")}: ${wrong.status}`);
  }
  await server.start();
  director = new Client(server.url);
});

test("a passphrase that is short, common or the login is turned away with its reason", async () => {
  for (const [login, word, why] of [["dominique", "court", /trop court/], ["dominique", "motdepasse123", /Beaucoup|nombreuses|commune|courant/],
    ["dominiqueroy", "dominiqueroy", /identifiant/]] as const) {
    const a = await fill(director, link, link, { login, pass: word });
    assert.equal(a.status, 422);
    assert.match(a.text, why);
    assert.doesNotMatch(a.text, new RegExp(`value="${word}"[^>]*type="password"`));
  }
  assert.equal(count(server, "account"), 0);
});

test("the director joins, sets up the second step and keeps recovery codes", async () => {
  const a = await fill(director, link, link, { login: "dominique", pass: pass.director });
  assert.equal(a.status, 303, a.text);
  assert.equal(a.headers.location, "/sign-in/second/new");
  assert.equal((await director.get("/structure")).headers.location, "/sign-in/second", "no page before the second step");
  const page = await director.get("/sign-in/second/new");
  totp = (/class="big-code">([A-Z2-7 ]+)</.exec(page.text)?.[1] ?? "").replaceAll(" ", "");
  assert.ok(totp.length >= 32, page.text);
  const wrong = await director.post("/sign-in/second/new",
    { ...Object.fromEntries(formOf(page.text, "/sign-in/second/new")), code: "000000" });
  assert.equal(wrong.status, 422);
  const fields = formOf(wrong.text, "/sign-in/second/new");
  const done = await director.post("/sign-in/second/new", { ...Object.fromEntries(fields), code: await freshCode(totp) });
  assert.equal(done.status, 200, done.text);
  codes = Array.from(done.text.matchAll(/<code>([^<]+)<\/code>/g), (m) => m[1] ?? "");
  assert.ok(codes.length >= 8, "recovery codes");
  assert.equal((await director.get("/structure")).status, 200);
  const again = await new Client(server.url).get(link);
  assert.doesNotMatch(again.text, /name="pass"/, "the link is used");
});

test("a recovery code opens once, a code of six digits never twice", async () => {
  const c = new Client(server.url);
  await fill(c, "/sign-in", "/sign-in", { login: "dominique", pass: pass.director });
  const code = await freshCode(totp);
  assert.equal((await fill(c, "/sign-in/second", "/sign-in/second", { code })).status, 303);
  const d = new Client(server.url);
  await fill(d, "/sign-in", "/sign-in", { login: "DOMINIQUE", pass: pass.director });
  assert.equal((await fill(d, "/sign-in/second", "/sign-in/second", { code })).status, 422, "replayed");
  assert.equal((await fill(d, "/sign-in/second", "/sign-in/second", { code: codes[0] ?? "" })).status, 303);
  const e = new Client(server.url);
  await fill(e, "/sign-in", "/sign-in", { login: "dominique", pass: pass.director });
  assert.equal((await fill(e, "/sign-in/second", "/sign-in/second", { code: codes[0] ?? "" })).status, 422, "used");
});

test("sessions are listed, and one that is ended is out at once", async () => {
  const other = new Client(server.url);
  await fill(other, "/sign-in", "/sign-in", { login: "dominique", pass: pass.director });
  assert.equal((await fill(other, "/sign-in/second", "/sign-in/second", { code: codes[1] ?? "" })).status, 303);
  assert.equal((await other.get("/structure")).status, 200);
  const page = (await director.get("/account")).text;
  const ends = Array.from(page.matchAll(/action="(\/account\/session\/(\d+)\/end)"/g));
  const newest = ends.reduce((a, b) => (Number(a[2]) > Number(b[2]) ? a : b))[1] ?? "";
  assert.equal((await fill(director, "/account", newest)).status, 303);
  assert.equal((await other.get("/structure")).headers.location, "/sign-in");
  assert.equal((await fill(director, "/account", "/account/sessions/end")).status, 303);
  assert.equal(count(server, "session WHERE revoked_at IS NULL AND factor = 2"), 1, "only this one is left");
  assert.equal((await director.get("/structure")).status, 200);
});

test("a season and a group are made once", async () => {
  assert.equal((await fill(director, "/structure/groups", "/structure/season", season)).status, 303);
  const wrong = await fill(director, "/structure/groups", "/structure/season", { ...season, name: "À l’envers", from: season.until, until: season.from });
  assert.equal(wrong.status, 422);
  assert.equal((await fill(director, "/structure/groups", "/structure/group", { group: "Petits" })).status, 303);
  const twice = await fill(director, "/structure/groups", "/structure/group", { group: "Petits" });
  assert.ok([409, 422].includes(twice.status), String(twice.status));
  assert.equal(count(server, "activity_group"), 1);
});

test("errors in the list are told by line and column, and nothing is half-applied", async () => {
  const said = await importSheet(sheet(["Zoé;Martin;12/05/2019;Petits;Élise Martin;parent;;",
    "Bob;;31/02/2019;Petits;Ann Bob;cousin;;"]));
  assert.match(said, /nom/);
  assert.match(said, /(ligne|Ligne)[^<]*3|>3</);
  assert.match(said, /31\/02\/2019|date/);
  assert.ok(!said.includes("/roster/import/confirm"), "what is wrong cannot be confirmed");
  assert.equal(count(server, "child"), 0);
  assert.equal(count(server, "guardian"), 0);
});

test("a good list is previewed, confirmed, and changes nothing the second time", async () => {
  const preview = await importSheet(good);
  assert.match(preview, /^200/);
  assert.match(preview, /Zoé Martin/);
  assert.equal(count(server, "child"), 0, "a preview changes nothing");
  assert.equal(await confirmSheet(preview), 303);
  const rows = { child: count(server, "child"), guardian: count(server, "guardian"), authority: count(server, "authority"),
    enrolment: count(server, "enrolment"), activity_group: count(server, "activity_group") };
  assert.deepEqual(rows, { child: 2, guardian: 3, authority: 3, enrolment: 2, activity_group: 2 });
  const again = await importSheet(good);
  if (again.includes("/roster/import/confirm")) await confirmSheet(again);
  for (const [table, n] of Object.entries(rows)) assert.equal(count(server, table), n, table);
});

test("names with emoji, marks from right to left and formulas come through as text", async () => {
  const odd = sheet(["=cmd|'/c calc'!A1;أحمد;03/03/2017;Grands;𝔘nicode 👩‍👧 Ó’Neil;parent;;",
    "Noe\u0308l;\u202Egnitset;04/03/2017;Grands;Ann Gris;parent;;"]);
  const preview = await importSheet(odd);
  assert.match(preview, /^200/);
  assert.match(preview, /=cmd\|&#39;|=cmd\|'/);
  assert.ok(!preview.includes("\u202E"), "no mark turns the page around");
});

let group = "";
async function printLetters(): Promise<Map<string, string>> {
  const letters = (await director.get("/letters")).text;
  const all = new Map<string, string>();
  for (const [, id = ""] of letters.matchAll(/action="\/letters\/group\/(\d+)"/g)) {
    group = id;
    const page = await fill(director, "/letters", `/letters/group/${id}`);
    assert.equal(page.status, 200);
    for (const [, article = ""] of page.text.matchAll(/<article([\s\S]*?)<\/article>/g)) {
      const code = /class="big-code">([^<]+)</.exec(article)?.[1] ?? "";
      assert.deepEqual(qrTexts(article), [`${server.url}/join/${code.replaceAll(" ", "")}`], "what a camera reads");
      all.set(/<h2>[^<]*?(\S+ (?:Martin|Benali))/.exec(article)?.[1] ?? "?",
        code);
    }
  }
  return all;
}

test("letters carry a code each; printing again makes the old ones worthless", async () => {
  const old = await printLetters();
  assert.deepEqual([...old.keys()].sort(), ["Paul Martin", "Samira Benali", "Élise Martin"]);
  const now = await printLetters();
  const c = new Client(server.url);
  const revoked = await fill(c, "/join", "/join", { code: old.get("Paul Martin") ?? "" });
  assert.notEqual(revoked.headers.location?.startsWith("/join/") && (await c.get(revoked.headers.location)).text.includes("name=\"pass\""), true);

  const e = new Client(server.url);
  const typed = await fill(e, "/join", "/join", { code: (now.get("Élise Martin") ?? "").toLowerCase().replaceAll("-", " ") });
  assert.equal(typed.status, 303, typed.text);
  const place = typed.headers.location ?? "";
  const joined = await fill(e, place, place, { login: "elise", pass: pass.mother });
  assert.equal(joined.status, 303, joined.text);
  assert.equal(joined.headers.location, "/sign-in/waiting");
  const second = await fill(new Client(server.url), "/join", "/join", { code: now.get("Élise Martin") ?? "" });
  const there = second.headers.location === undefined ? second : await e.get(second.headers.location);
  assert.doesNotMatch(there.text, /name="pass"/, "a second time");

  const p = new Client(server.url);
  const direct = `/join/${(now.get("Paul Martin") ?? "").replaceAll(" ", "")}`;
  const taken = await fill(p, direct, direct, { login: "elise", pass: pass.father });
  assert.equal(taken.status, 422, "somebody has this login");
  assert.equal((await fill(p, direct, direct, { login: "paul", pass: pass.father })).status, 303);

  sql(server, "UPDATE invitation SET expires_at = 1 WHERE used_at IS NULL");
  const late = `/join/${(now.get("Samira Benali") ?? "").replaceAll(" ", "")}`;
  assert.doesNotMatch((await new Client(server.url).get(late)).text, /name="pass"/, "expired");
  assert.equal(count(server, "account"), 3);
});

// Invited by the director, as the second of the two.
async function colleague(): Promise<Client> {
  const made = await fill(director, "/structure/people", "/structure/people", { name: "Camille Petit", role: "director" });
  const path = /\/join\/[0-9A-Za-z-]{20,}/.exec(made.text)?.[0] ?? "";
  const c = new Client(server.url);
  assert.equal((await fill(c, path, path, { login: "camille", pass: "trois vélos contre le mur" })).status, 303, made.text);
  const page = (await c.get("/sign-in/second/new")).text;
  const secret = (/class="big-code">([A-Z2-7 ]+)</.exec(page)?.[1] ?? "").replaceAll(" ", "");
  const [uri = ""] = qrTexts(page);
  assert.match(uri, /^otpauth:\/\/totp\/[^?]+\?/);
  assert.equal(new URL(uri).searchParams.get("secret"), secret);
  assert.deepEqual([decodeURIComponent(new URL(uri).pathname).split(":").at(-1), new URL(uri).searchParams.get("issuer") !== ""], ["camille", true]);
  const done = await c.post("/sign-in/second/new",
    { ...Object.fromEntries(formOf(page, "/sign-in/second/new")), code: await freshCode(secret) });
  assert.equal(done.status, 200, done.text);
  return c;
}

test("who was not approved waits; who was refused stays out; who was approved sees the photos", async () => {
  const petits = sql<{ id: number }>(server, "SELECT id FROM activity_group WHERE name = 'Petits'")[0]?.id ?? 0;
  const album = await newAlbum(director, "Les premiers jours", petits);
  assert.equal((await upload(director, album, "a.jpg", drawn())).state, "queued");
  await lookedThrough(server, album);
  // Nobody's family has answered yet: two people look.
  await assert.rejects(publishNow(director, album), /not published: 303/);
  assert.match((await director.get(`/publish/${album}/faces`)).text, /Personne d’autre de l’équipe/);
  await publishNow(director, album, await colleague());

  const e = new Client(server.url);
  const early = await fill(e, "/sign-in", "/sign-in", { login: "elise", pass: pass.mother });
  assert.equal(early.headers.location, "/sign-in/waiting");
  assert.equal((await e.get(`/album/${album}`)).headers.location, "/sign-in");
  const page = (await director.get("/structure/waiting")).text;
  assert.match(page, /Élise Martin/);
  const ids = Object.fromEntries(Array.from(page.matchAll(/action="\/structure\/account\/(\d+)\/approve"[\s\S]*?<button[^>]*>([^<]*)</g),
    (m) => [/Paul/.test(m[2] ?? "") ? "paul" : "elise", m[1] ?? ""]));
  assert.equal((await fill(director, "/structure/waiting", `/structure/account/${ids["paul"]}/refuse`)).status, 303);
  assert.equal((await fill(director, "/structure/waiting", `/structure/account/${ids["elise"]}/approve`)).status, 303);
  const p = await fill(new Client(server.url), "/sign-in", "/sign-in", { login: "paul", pass: pass.father });
  assert.equal(p.status, 422, "refused");
  assert.equal((await fill(e, "/sign-in", "/sign-in", { login: "elise", pass: pass.mother })).status, 303);
  const feed = await e.get("/");
  assert.equal(feed.status, 200);
  assert.match(feed.text, /Les premiers jours/);
  const shown = /\/m\/\d+\/\d+/.exec((await e.get(`/album/${album}`)).text)?.[0] ?? "";
  assert.equal((await e.get(shown)).headers["content-type"], "image/jpeg");
});

test("a screen that was left alone locks, and the passphrase opens it", async () => {
  sql(server, "UPDATE session SET seen_at = seen_at - 1000 WHERE factor = 2");
  assert.equal((await director.get("/structure")).headers.location, "/locked");
  assert.equal((await director.get(`/roster/group/${group}`)).status, 303);
  assert.equal((await fill(director, "/locked", "/locked", { pass: "pas la bonne phrase" })).status, 422);
  assert.equal((await fill(director, "/locked", "/locked", { pass: pass.director })).status, 303);
  assert.equal((await director.get("/structure")).status, 200);
});

test("guesses at one account are slowed down, and it recovers", async () => {
  const c = new Client(server.url);
  let waited = "";
  for (let i = 0; i < 9 && waited === ""; i++) {
    const a = await fill(c, "/sign-in", "/sign-in", { login: "elise", pass: `une phrase au hasard ${i}` });
    assert.equal(a.status, 422);
    waited = /class="warn"[^>]*>([^<]*seconde[^<]*)</.exec(a.text)?.[1] ?? "";
  }
  assert.notEqual(waited, "", "no wait was asked for");
  sql(server, "UPDATE throttle SET until_at = until_at + 600"); // two seconds go by in one breath
  const right = await fill(c, "/sign-in", "/sign-in", { login: "elise", pass: pass.mother });
  assert.equal(right.status, 422, "the right one waits too");
  sql(server, "UPDATE throttle SET until_at = until_at - 600");
  assert.equal((await until("the wait to end", async () => {
    const a = await fill(c, "/sign-in", "/sign-in", { login: "elise", pass: pass.mother });
    return a.status === 303 && a;
  })).status, 303);
});

const waits = (page: string): boolean => /class="warn"[^>]*>[^<]*(seconde|minute)/.test(page);

test("guesses from one address are slowed down, whatever the login, and it recovers", async () => {
  sql(server, "DELETE FROM throttle");
  const c = new Client(server.url);
  const guess = (n: number): Promise<string> => fill(c, "/sign-in", "/sign-in", { login: `inconnu${n}`, pass: "une phrase au hasard" })
    .then((a) => a.text);
  let n = 0;
  for (let told = false; !told; n++) {
    assert.ok(n < 60, "nobody was told to wait");
    told = waits(await guess(n));
    sql(server, "UPDATE throttle SET until_at = last_at + 600 WHERE until_at > last_at"); // a slow machine guesses as fast
  }
  assert.ok(n > 20, `a school that signs in from one address is let in: ${n} tries`);
  const right = { login: "elise", pass: pass.mother };
  const early = await fill(c, "/sign-in", "/sign-in", right);
  assert.ok(early.status === 422 && waits(early.text), "the right one waits too");
  sql(server, "UPDATE throttle SET until_at = last_at + 1 WHERE until_at > last_at");
  await until("the wait to end", async () => (await fill(c, "/sign-in", "/sign-in", right)).status === 303);
});

test("codes of letters that are guessed are slowed down, a good one too, and it recovers", async () => {
  sql(server, "DELETE FROM throttle");
  const letter = /\/join\/[0-9A-Za-z-]{20,}/.exec((await fill(director, "/structure/people", "/structure/people",
    { name: "Noa Blanc", role: "animateur" })).text)?.[0] ?? "";
  const c = new Client(server.url);
  const signs = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
  const guess = (n: number): string => Array.from({ length: 20 }, (_, i) => signs[(n * 7 + i * 11) % signs.length]).join("");
  let n = 0;
  for (let told = false; !told; n++) {
    assert.ok(n < 40, "nobody was told to wait");
    const typed = await fill(c, "/join", "/join", { code: guess(n) });
    assert.equal(typed.status, 303, typed.text);
    told = waits((await c.get(typed.headers.location ?? "")).text);
    sql(server, "UPDATE throttle SET until_at = last_at + 600 WHERE until_at > last_at");
  }
  assert.ok(n > 5, `whoever mistypes is not kept waiting: ${n} tries`);
  const early = await c.get(letter);
  assert.ok(waits(early.text) && !early.text.includes("name=\"pass\""), "nothing is looked up meanwhile");
  sql(server, "UPDATE throttle SET until_at = last_at + 1 WHERE until_at > last_at");
  await until("the wait to end", async () => (await c.get(letter)).text.includes("name=\"pass\""));
});

test("after all that everything adds up", () => {
  const done = server.preau("--json", "check", "--deep");
  assert.equal(done.status, 0, done.out);
  assert.equal(server.preau("audit", "verify").status, 0);
});
