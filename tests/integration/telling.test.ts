// Families are told by e-mail, through a real mail server: once a day, at an
// address that was confirmed, whatever is killed; and what cannot be delivered
// is shown to the team.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Client } from "../lib/client";
import { MailServer, type Letter } from "../lib/mail";
import { drawn } from "../lib/pictures";
import { startServer, type Server } from "../lib/server";
import { count, killOne, lookedThrough, newAlbum, publishNow, roles, sql, until, upload } from "../lib/trouble";

const folder = mkdtempSync(join(tmpdir(), "preau-mail-"));
const families = new Map<string, Client>();
let mail: MailServer;
let server: Server;
let sami: Client;

const address = (login: string): string => `${login}@exemple.test`;
const of = (login: string): Client => {
  const c = families.get(login);
  assert.ok(c !== undefined, login);
  return c;
};
const sent = (login: string, subject: RegExp): Letter[] =>
  mail.letters().filter((l) => l.to === address(login) && subject.test(l.subject));
const NEW = /du nouveau/;
const LINK = /est-ce bien votre adresse/;

const hours = { at: "00", from: "00", to: "00", daily: "yes", pause: "" };

async function choose(login: string, more: Record<string, string> = {}): Promise<void> {
  const a = await of(login).submit("/account/telling", "/account/telling", { ...hours, ...more });
  assert.equal(a.status, 303, a.text);
}

// The address is given and its link is followed.
async function confirm(login: string): Promise<void> {
  const c = of(login);
  assert.equal((await c.submit("/account", "/account/contact", { email: address(login), phone: "" })).status, 303);
  assert.match((await c.get("/account/telling")).text, /pas encore confirmée/);
  assert.equal((await c.submit("/account/telling", "/account/telling/address", {})).status, 303);
  const letter = await until(`the link of ${login}`, () => sent(login, LINK)[0]);
  const path = /https?:\/\/[^/]+(\/told\/confirm\/\d+\/[0-9a-f]{32})\n/.exec(letter.text)?.[1] ?? "";
  const stranger = new Client(server.url); // who reads the mail need not be signed in
  assert.match((await stranger.get(path)).text, /Est-ce bien vous/);
  assert.match((await c.get("/account/telling")).text, /pas encore confirmée/, "a look at the page confirms nothing");
  assert.equal((await stranger.submit(path, path, {})).status, 200);
  assert.match((await c.get("/account/telling")).text, /confirmée/);
}

async function album(title: string, photos: number): Promise<void> {
  const id = await newAlbum(sami, title);
  for (let i = 0; i < photos; i++) {
    const token = await sami.token(`/publish/${id}`);
    assert.equal((await upload(sami, id, `${i}.jpg`, drawn(320 + i, 240), token)).state, "queued");
  }
  await lookedThrough(server, id);
  await publishNow(sami, id);
}

// As if what is there had been there for a while: a message says what was so a
// moment ago.
const aWhile = (): void =>
  void sql(server, "UPDATE tell SET told_at = told_at - 60; UPDATE post SET publish_at = publish_at - 60 WHERE publish_at IS NOT NULL");
// As if it were the next day: what was told today is yesterday's.
const tomorrow = (): void => {
  aWhile();
  sql(server, "UPDATE tell SET told_on = told_on - 1; UPDATE message SET day_on = day_on - 1 WHERE kind = 'digest'");
};

const shown = (what: RegExp): Promise<boolean> =>
  until(`the page to say ${what.source}`, async () => what.test((await sami.get("/sendings")).text));

before(async () => {
  mail = await MailServer.begin(folder);
  server = await startServer({ photoPixels: 400, serving: mail.sets });
  sami = await server.client("sami");
  for (const login of ["nadia", "karim"]) families.set(login, await server.client(login));
});
after(async () => {
  await server?.sweep();
  await mail?.kill();
  rmSync(folder, { recursive: true, force: true });
});

test("nothing goes to an address before its link was followed", async () => {
  await confirm("nadia");
  assert.equal(mail.letters().length, 1);
  assert.equal(count(server, "message WHERE kind <> 'confirm'"), 0);
});

test("many photos make one message, without a name or a picture, over TLS with the password", async () => {
  await album("Les photos d’Amir et de Lina", 3);
  aWhile();
  await choose("nadia");
  const letter = await until("the message of the day", () => sent("nadia", NEW)[0]);
  assert.match(letter.text, /- 1 nouvel album\n/);
  assert.doesNotMatch(letter.text + letter.subject, /Amir|Lina|photos d/);
  assert.doesNotMatch(letter.text, /<|\.jpg|\.png/);
  assert.match(letter.head, /Auto-Submitted: auto-generated/);
  assert.match(letter.head, /List-Unsubscribe-Post: List-Unsubscribe=One-Click/);
  assert.match(letter.head, /From: =\?UTF-8\?B\?[^>]*<preau@ecole\.test>/);
  assert.match(mail.log(), /P=esmtpsa X=TLS1\.[23]/);
  await choose("nadia"); // once more today: nothing
  await until("what was sent to be noted", () => count(server, "message WHERE kind = 'digest' AND state = 'sent'") === 1);
  assert.equal(sent("nadia", NEW).length, 1);
});

test("what the mail server puts off comes when it takes it", async () => {
  await confirm("karim");
  mail.feel("grey");
  await album("Le deuxième", 1);
  tomorrow();
  await choose("nadia");
  await until("it to be put off twice", () => count(server, "message WHERE state = 'queued' AND why = 'not_taken' AND status = 451 AND tries >= 2") > 0);
  await shown(/Nouvel essai automatique/);
  mail.feel("full");
  mail.feel("grey", false);
  await until("it to be full", () => count(server, "message WHERE why = 'not_taken' AND status = 452") > 0);
  mail.feel("full", false);
  await until("it to come", () => sent("nadia", NEW)[1]);
});

test("a mail server that was killed, or takes nothing from us, loses no message and is not asked all the time", async () => {
  await album("Le troisième", 1);
  tomorrow();
  mail.feel("sulks");
  await choose("nadia");
  await until("it to sulk", () => count(server, "message WHERE state = 'queued' AND why = 'refused'") === 1);
  mail.feel("sulks", false);
  await mail.kill();
  await until("it to be away", () => count(server, "message WHERE state = 'queued' AND why = 'unreachable'") === 1);
  await shown(/injoignable/);
  await mail.start();
  await until("it to come", () => sent("nadia", NEW)[2]);
  assert.equal(count(server, "message WHERE state = 'failed'"), 0);
});

// The same letter twice has the same Message-ID: that is as much as anybody can
// promise who is killed before hearing that it was taken.
test("whatever is killed, each gets one message a day", async () => {
  await album("Le quatrième", 1);
  mail.feel("slow");
  const today = sql<{ day: number }>(server, "SELECT max(day_on) AS day FROM message WHERE kind = 'confirm'")[0]?.day ?? 0;
  for (let round = 0; round < 3; round++) {
    tomorrow();
    sql(server, "UPDATE tell SET told_at = told_at - 100000");
    const before = ["nadia", "karim"].map((l) => sent(l, NEW).length);
    await Promise.all(["nadia", "karim"].map((l) => choose(l)));
    const victim = round % 2 === 0 ? "egress" : "jobs";
    const ofToday = (state: string): number => count(server, `message WHERE kind = 'digest' AND day_on = ${today} AND state ${state}`);
    await until("one to be on its way", () => ofToday("IN ('sending', 'sent')") > 0);
    await until(`${victim} to be killed`, () => killOne(server, victim));
    await until("both to be sent", () => ofToday("= 'sent'") === 2);
    const came = ["nadia", "karim"].map((l, i) => sent(l, NEW).length - (before[i] ?? 0));
    assert.ok(came.every((n) => n >= 1), `round ${round}: ${came.join(" ")}`);
    assert.ok((came[0] ?? 0) + (came[1] ?? 0) <= 3, `one letter was on its way: ${came.join(" ")}`);
  }
  mail.feel("slow", false);
  assert.ok(roles(server).some((r) => r.name === "egress"));
});

test("one click of the mail program, from anywhere, ends them; a wrong one does nothing", async () => {
  const path = /List-Unsubscribe: <https?:\/\/[^/]+(\/told\/stop\/\d+\/[0-9a-f]+)>/.exec(sent("karim", NEW)[0]?.head ?? "")?.[1] ?? "";
  const robot = new Client(server.url);
  const click = (to: string): ReturnType<Client["ask"]> => robot.ask("POST", to, { body: "List-Unsubscribe=One-Click",
    headers: { "Content-Type": "application/x-www-form-urlencoded", Origin: "https://mail.example" } });
  assert.equal((await click(path.replace(/.$/, (c) => c === "0" ? "1" : "0"))).status, 404);
  assert.equal((await robot.get(path)).status, 200);
  assert.equal(count(server, "tell WHERE daily = 0"), 0);
  assert.equal((await click(path)).status, 200);
  assert.equal(count(server, "tell WHERE daily = 0"), 1);
  assert.match((await of("karim").get("/account/telling")).text, /value="no" (checked|selected)/);
});

test("an address that does not exist is given up, shown, and left alone", async () => {
  const c = of("karim");
  const account = sql<{ account: number }>(server, "SELECT account FROM tell WHERE daily = 0")[0]?.account ?? 0;
  assert.equal((await c.submit("/account", "/account/contact", { email: "gone@exemple.test", phone: "" })).status, 303);
  await c.submit("/account/telling", "/account/telling/address", {});
  await until("it to be given up", () => count(server, `message WHERE account = ${account} AND state = 'failed' AND why = 'refused' AND status = 550`) === 1);
  const page = (await sami.get("/sendings")).text;
  assert.match(page, /refusé définitivement/);
  assert.match(page, /Demandez une autre adresse/);
  const sheet = (await sami.get("/sendings/sheet")).text;
  assert.match(sheet, /adresse non confirmée/);
});

test("who is reached by notifications alone is on the sheet of those to telephone, with how it stands", async () => {
  const [{ id = 0 } = {}] = sql<{ id: number }>(server, `SELECT t.account AS id FROM tell t JOIN guardian g ON g.account = t.account
    WHERE t.daily = 1 AND t.confirmed_at IS NOT NULL AND t.broken IS NULL LIMIT 1`);
  const lines = async (): Promise<string[]> => Array.from((await sami.get("/sendings/sheet")).text.matchAll(/<td>(notifications[^<]*)<\/td>/g), (m) => m[1] ?? "");
  assert.deepEqual(await lines(), [], "an e-mail goes to her");
  sql(server, `UPDATE tell SET ways = 'push' WHERE account = ${id}`);
  assert.deepEqual(new Set(await lines()), new Set(["notifications seulement, et aucune n’est encore arrivée"]));
  sql(server, `INSERT INTO push_device (organisation, account, session, cookie_digest, target_digest, target_enc, name_enc, made_at, sent_at)
    SELECT a.organisation, a.id, (SELECT max(s.id) FROM session s WHERE s.account = a.id), x'01', x'01', x'01', x'01', 1, 1000 FROM account a WHERE a.id = ${id}`);
  assert.deepEqual(new Set(await lines()), new Set(["notifications seulement"]));
  sql(server, `INSERT INTO message (organisation, account, kind, channel, day_on, what, state, why, next_at, made_at, ended_at)
    SELECT organisation, id, 'digest', 'push', 1, '', 'failed', 'push_refused', 2000, 2000, 2000 FROM account WHERE id = ${id}`);
  assert.deepEqual(new Set(await lines()), new Set(["notifications seulement, et la dernière a échoué"]));
  sql(server, "DELETE FROM push_device"); // its service said that it is gone
  assert.deepEqual(new Set(await lines()), new Set(["notifications seulement, et la dernière a échoué"]));
  sql(server, `DELETE FROM push_device; DELETE FROM message WHERE channel = 'push'; UPDATE tell SET ways = 'both' WHERE account = ${id}`);
  assert.deepEqual(await lines(), []);
});

test("what comes back later belongs to the message that it was, whatever else it says", async () => {
  const letter = sent("nadia", NEW)[0];
  const to = MailServer.senderOf(letter ?? assert.fail());
  assert.match(to, /^retours\+\d+-[0-9a-f]{16}@ecole\.test$/);
  const back = (at: string, status: string): string => `To: <${at}>\nContent-Type: multipart/report;\n report-type=delivery-status; boundary="b"\n
--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mail.test\n\nAction: failed\nStatus: ${status}\n\n--b--\n`;
  const comes = (text: string): number => server.preauReads(text, "--set", "mail_bounce=retours@ecole.test", "bounce").status;
  const noted = (): number => count(server, "message WHERE state = 'failed' AND why IN ('bounced', 'returned')");
  assert.notEqual(comes(back(to.replace(/.@/, (c) => c === "0@" ? "1@" : "0@"), "5.1.1")), 0, "a sender that we never made");
  assert.equal(comes(`To: <${to}>\nSubject: absent\n\nJe suis en vacances. Action: failed\n`), 0);
  assert.equal(noted(), 0);
  assert.equal(comes(back(to, "5.2.2")), 0);
  assert.equal(noted(), 1);
  const page = (await sami.get("/sendings")).text;
  assert.match(page, /revenu sans avoir été remis/);
  assert.match((await of("nadia").get("/account/telling")).text, /confirmée/, "a full box is an address");
});

test("an urgent message goes once somebody else approves it, through quiet hours", async () => {
  await choose("nadia", { from: "00", to: "23", at: "23", daily: "no" });
  const group = /name="group"[\s\S]*?<option value="(\d+)"/.exec((await sami.get("/urgent")).text)?.[1] ?? "";
  const words = "Le car d’Amir a une heure de retard.";
  const made = await sami.submit("/urgent", "/urgent", { text: words, group, for: "group", hours: "8" });
  const at = made.headers.location ?? "";
  assert.match(at, /^\/urgent\/\d+$/);
  assert.doesNotMatch((await sami.get(at)).text, /\/approve/);
  await sami.post(`${at}/approve`, { form: await sami.token(at) });
  assert.equal(count(server, "message WHERE kind = 'urgent'"), 0, "whoever wrote it cannot approve it");
  assert.doesNotMatch((await of("nadia").get("/")).text, /une heure de retard/);
  const claire = await server.client("claire");
  assert.match((await claire.get("/today")).text, /1 message urgent attend votre accord/);
  await claire.submit(at, `${at}/approve`, {});
  const letter = await until("the urgent letter", () => sent("nadia", /message urgent/)[0]);
  assert.doesNotMatch(letter.text, /Amir|retard/);
  assert.match(letter.head, /Importance: high/);
  assert.match((await of("nadia").get("/")).text, /une heure de retard/);
  await until("it to be noted", () => count(server, "message WHERE kind = 'urgent' AND state = 'sent'") === 1);
  const page = (await claire.get(at)).text;
  assert.match(page, /envoyé/);
  assert.match(page, /non joint/);
  await claire.submit(at, `${at}/end`, {});
  assert.doesNotMatch((await of("nadia").get("/")).text, /une heure de retard/);
});
