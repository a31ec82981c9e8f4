// What a director changes about people, and what each changes about herself: by
// the page's own form, then seen as the person concerned, and in the register.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Client } from "../lib/client";
import { dayOfTests } from "../lib/patience";
import { startServer, type Server } from "../lib/server";
import { count, fill, sql } from "../lib/trouble";

const SMALL = "Les Écureuils";
let server: Server;
let claire: Client;
let group = 0;
let album = ""; // published to that group, and to nobody else
let lea = 0;

before(async () => {
  server = await startServer();
  claire = await server.client("claire");
  const roster = (await claire.get("/roster")).text;
  group = Number(new RegExp(`href="/roster/group/(\\d+)"(?:(?!</a>)[\\s\\S])*${SMALL}`).exec(roster)?.[1]);
  lea = Number(/href="\/roster\/child\/(\d+)"(?:(?!<\/a>)[\s\S])*Léa/.exec((await claire.get(`/roster/group/${group}`)).text)?.[1]);
  const id = sql<{ post: number }>(server, `SELECT p.id AS post FROM post p JOIN post_audience a ON a.post = p.id
    WHERE p.state = 'published' AND p.publish_at < unixepoch() GROUP BY p.id
    HAVING count(*) = 1 AND max(a.activity_group) = ${group} ORDER BY p.id LIMIT 1`)[0]?.post ?? 0;
  assert.ok(group > 0 && lea > 0 && id > 0, `${group} ${lea} ${id}`);
  album = `/album/${id}`;
});
after(() => server.sweep());

const entries = (action: string): number => count(server, `audit WHERE action = '${action}'`);
const sees = async (c: Client): Promise<number> => (await c.get(album)).status;

// Of the forms of a page, the action of the one whose button is about somebody.
async function about(page: string, action: string, name: string): Promise<string> {
  const text = (await claire.get(page)).text;
  const found = new RegExp(`action="(${action})"(?:(?!</form>)[\\s\\S])*${name}`).exec(text)?.[1];
  assert.ok(found !== undefined, `no form to ${action} about ${name} on ${page}`);
  return found;
}

async function press(page: string, action: string, name: string): Promise<void> {
  const done = await fill(claire, page, await about(page, action, name));
  assert.equal(done.status, 303, done.text.slice(0, 2000));
}

async function written(action: string, n: number, deed: () => Promise<void>): Promise<void> {
  const before = entries(action);
  await deed();
  assert.equal(entries(action), before + n, action);
}

test("a member of the team who comes into a group sees its albums, and none once taken away", async () => {
  const jeanne = await server.client("jeanne");
  const account = sql<{ id: number }>(server, `SELECT account AS id FROM session ORDER BY id DESC LIMIT 1`)[0]?.id ?? 0;
  assert.equal(await sees(jeanne), 404);
  await written("staff-assigned", 2, async () => {
    const added = await fill(claire, "/structure/groups", `/structure/group/${group}/staff`, { account: String(account) });
    assert.equal(added.status, 303);
    assert.equal(await sees(jeanne), 200);
    await press("/structure/groups", `/structure/group/${group}/staff/${account}/remove`, "Jeanne Roux");
    assert.equal(await sees(jeanne), 404);
  });
});

test("after the last day of an enrolment the family sees nothing more of the group", async () => {
  const page = `/roster/child/${lea}`;
  const nadia = await server.client("nadia");
  const text = (await claire.get(page)).text;
  const [, action = "", until = ""] = new RegExp(`action="(${page}/enrolment/\\d+)"[\\s\\S]*?name="until" value="([^"]*)"`).exec(text) ?? [];
  const yesterday = new Date(Date.parse(dayOfTests()) - 86_400_000).toISOString().slice(0, 10);
  assert.equal(await sees(nadia), 200);
  await written("enrolment-changed", 3, async () => {
    for (const [day, status] of [[yesterday, 404], [dayOfTests(), 200], [until, 200]] as const) {
      assert.equal((await fill(claire, page, action, { until: day })).status, 303);
      assert.equal(await sees(nadia), status, day);
    }
  });
  for (const day of ["2026-02-31", "1999-01-01", ""]) {
    const wrong = await fill(claire, page, action, { until: day });
    assert.equal(wrong.status, 422);
    assert.match(wrong.text, /Le dernier jour est une date, pas avant le premier jour/);
  }
  assert.equal(await sees(nadia), 200);
});

test("an adult who is noted gets a letter in her language, sees what it opens, and nothing once that ends", async () => {
  const page = `/roster/child/${lea}`;
  await written("authority-changed", 1, async () => {
    const noted = await fill(claire, page, `${page}/adult`, { name: "Alice Haddad", kind: "relative", lang: "en", see: "1" });
    assert.equal(noted.status, 303, noted.text.slice(0, 2000));
  });
  const printed = await fill(claire, page, await about(page, "/letters/person/\\d+", "Alice Haddad"));
  assert.equal(printed.status, 200);
  assert.match(printed.text, /<html lang="fr"/);
  assert.match(printed.text, /Imprimez/);
  const letters = printed.text.match(/<article[\s\S]*?<\/article>/g) ?? [];
  assert.equal(letters.length, 1);
  assert.match(letters[0] ?? "", /^<article class="letter" lang="en">[\s\S]*Dear Alice Haddad,[\s\S]*From now on we share/);
  const code = /class="big-code">([^<]+)</.exec(letters[0] ?? "")?.[1]?.replaceAll(" ", "") ?? "";
  const alice = new Client(server.url);
  const join = await alice.get(`/join/${code}`);
  assert.match(join.text, /<html lang="en"/, "the page speaks as the letter does");
  const login = { login: "alice", pass: "seven boats on the quiet river" };
  assert.equal((await fill(alice, `/join/${code}`, `/join/${code}`, login)).status, 303);
  await press("/structure/waiting", "/structure/account/\\d+/approve", "Alice Haddad");
  assert.equal((await fill(alice, "/sign-in", "/sign-in", login)).status, 303);
  assert.equal(await sees(alice), 200);
  await written("authority-changed", 1, async () => {
    await press(page, `${page}/adult/\\d+/end`, "Alice Haddad");
    assert.equal(await sees(alice), 404);
  });
  // And her account is closed for good.
  await press("/structure/people", "/structure/account/\\d+/suspend", "Alice Haddad");
  await press("/structure/people", "/structure/account/\\d+/close", "Alice Haddad");
  assert.equal((await alice.get("/account")).headers.location, "/sign-in");
  assert.equal((await fill(new Client(server.url), "/sign-in", "/sign-in", login)).status, 422);
  assert.ok(!(await claire.get("/structure/people")).text.includes("Alice Haddad"));
});

test("letters to a group are each in the language of who reads it, the page in the director’s", async () => {
  const page = (await fill(claire, "/letters", `/letters/group/${group}`)).text;
  const letters = page.match(/<article[\s\S]*?<\/article>/g) ?? [];
  const of = (name: string): string => letters.find((l) => l.includes(name)) ?? "";
  assert.match(of("David Cohen"), /^<article class="letter" lang="en">[\s\S]*Dear David Cohen,[\s\S]*Works once, until \d+ [A-Z][a-z]+ \d{4}/);
  assert.match(of("Paul Martin"), /^<article class="letter" lang="fr">[\s\S]*Paul Martin[\s\S]*Sert une seule fois/);
  assert.doesNotMatch(of("Paul Martin"), /Dear|Works once|How it goes/);
  const around = letters.reduce((text, l) => text.replace(l, ""), page);
  assert.match(around, /<html lang="fr"/);
  assert.match(around, /Imprimez cette page[\s\S]*Terminé/);
  assert.doesNotMatch(around, /Done|Print this page/);
});

test("a link to the team that is called back opens nothing", async () => {
  const made = await fill(claire, "/structure/people", "/structure/people", { name: "Rémi Passage", role: "animateur" });
  const link = /\/join\/[0-9A-Za-z-]{20,}/.exec(made.text)?.[0] ?? "";
  assert.match((await new Client(server.url).get(link)).text, /name="pass"/);
  await written("invitation-revoked", 1, () => press("/structure/people", "/structure/invitation/\\d+/revoke", "Rémi Passage"));
  assert.doesNotMatch((await new Client(server.url).get(link)).text, /name="pass"/);
  assert.equal(count(server, "account WHERE kind = 'staff'"), 4);
});

test("a new passphrase signs out every other device, and the old one opens nothing", async () => {
  const { login, passphrase } = server.login("anne");
  const anne = await server.client("anne");
  const other = await server.client("anne");
  const next = "un phare au bout du chemin";
  const wrong = await fill(anne, "/account", "/account/passphrase", { old: "pas celle-là du tout", new: next });
  assert.equal(wrong.status, 422);
  assert.equal((await other.get("/account")).status, 200);
  await written("passphrase-changed", 1, async () => {
    assert.equal((await fill(anne, "/account", "/account/passphrase", { old: passphrase, new: next })).status, 303);
  });
  assert.equal((await anne.get("/account")).status, 200);
  assert.equal((await other.get("/account")).headers.location, "/sign-in");
  assert.equal((await fill(other, "/sign-in", "/sign-in", { login, pass: passphrase })).status, 422);
  assert.equal((await fill(other, "/sign-in", "/sign-in", { login, pass: next })).status, 303);
});

test("a language that is chosen stays, here and on the next device", async () => {
  const nadia = await server.client("nadia");
  assert.match((await nadia.get("/")).text, /<html lang="fr"/);
  assert.equal((await fill(nadia, "/account", "/account/language", { lang: "en" })).status, 303);
  assert.match((await nadia.get("/")).text, /<html lang="en"/);
  assert.match((await (await server.client("nadia")).get("/")).text, /<html lang="en"/);
});

test("an address and a telephone are kept sealed, and erased when asked", async () => {
  const sarah = await server.client("sarah");
  const kept = (): number => count(server, "account WHERE email_enc IS NOT NULL OR phone_enc IS NOT NULL");
  const before = kept();
  assert.equal((await fill(sarah, "/account", "/account/contact", { email: "sarah@example.org", phone: "06 12 34 56 78" })).status, 303);
  assert.match((await sarah.get("/account")).text, /sarah@example\.org/);
  assert.equal(kept(), before + 1);
  assert.equal(count(server, "account WHERE instr(email_enc, CAST('sarah@example.org' AS BLOB)) > 0"), 0);
  assert.equal((await fill(sarah, "/account", "/account/contact/erase")).status, 303);
  assert.doesNotMatch((await sarah.get("/account")).text, /sarah@example\.org|06 12 34 56 78/);
  assert.equal(kept(), before);
});

test("a screen that is locked by hand opens with the passphrase alone", async () => {
  const locked = await fill(claire, "/account", "/lock");
  assert.equal(locked.status, 303);
  assert.equal(locked.headers["clear-site-data"], '"cache"', "nor is a page that was kept");
  for (const path of ["/structure", "/account", album]) assert.equal((await claire.get(path)).headers.location, "/locked", path);
  assert.equal((await fill(claire, "/locked", "/locked", { pass: "pas la bonne phrase" })).status, 422);
  assert.equal((await fill(claire, "/locked", "/locked", { pass: server.login("claire").passphrase })).status, 303);
  assert.equal((await claire.get("/structure")).status, 200);
});

test("all of it is in the register, in order", async () => {
  assert.equal(server.preau("audit", "verify").status, 0);
  const page = (await claire.get("/register")).text;
  for (const words of ["Claire Morin", "Anne Lefèvre"]) assert.ok(page.includes(words), words);
});
