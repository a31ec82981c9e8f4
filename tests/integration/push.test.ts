// Notifications on devices, through a push service of our own: once a day,
// opened by keys that only the browser has, whatever is killed; and a device
// that is stopped, in any way, is told nothing more.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Client, type Answer } from "../lib/client";
import { claimsOf, PushServer, SEALED_BYTES, type PushBrowser } from "../lib/push";
import { drawn } from "../lib/pictures";
import { startServer, type Server } from "../lib/server";
import { count, killOne, lookedThrough, newAlbum, publishNow, sql, until, upload } from "../lib/trouble";

const folder = mkdtempSync(join(tmpdir(), "preau-push-"));
let service: PushServer;
let server: Server;
let nadia: Client;
let sami: Client;
let phone: PushBrowser;

const PAGE = "/account/telling";
const NEW = /^digest\n.+\s: du nouveau$/;
const hours = { at: "00", from: "00", to: "00", daily: "yes", pause: "", way: "both" };

const allow = (c: Client, b: PushBrowser, change: Record<string, string> = {}): Promise<Answer> =>
  c.submit(PAGE, `${PAGE}/device`, { ...b.fields, name: "Téléphone de Nadia", ...change });
const devices = (): number => count(server, "push_device");
const mine = (what: string): number => count(server, `message WHERE channel = 'push' AND ${what}`);
const sent = (): number => mine("state = 'sent'");

async function choose(c: Client, more: Record<string, string> = {}): Promise<void> {
  const a = await c.submit(PAGE, PAGE, { ...hours, ...more });
  assert.equal(a.status, 303, a.text);
}

async function album(title: string): Promise<void> {
  const id = await newAlbum(sami, title);
  assert.equal((await upload(sami, id, "0.jpg", drawn(320, 240), await sami.token(`/publish/${id}`))).state, "queued");
  await lookedThrough(server, id);
  await publishNow(sami, id);
}

// As if it were the next day, and nothing had been told.
function tomorrow(): void {
  sql(server, "UPDATE tell SET told_at = told_at - 100000, told_on = told_on - 1");
  sql(server, "UPDATE post SET publish_at = publish_at - 60 WHERE publish_at IS NOT NULL");
  sql(server, "UPDATE message SET day_on = day_on - 1 WHERE kind = 'digest'");
}

before(async () => {
  service = await PushServer.begin(folder);
  phone = service.browser("phone");
  server = await startServer({ photoPixels: 400, serving: service.sets });
  sami = await server.client("sami");
  nadia = await server.client("nadia");
});
after(async () => {
  await server?.sweep();
  await service?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("an address that is none of a known push service is not kept", async () => {
  for (const endpoint of ["https://127.0.0.1/p/1", "https://evil.example/p/1", "http://push.test/p/1",
    `${service.origin.replace(/:\d+$/, ":9")}/p/1`, `${service.origin}/`, "", `${phone.endpoint}#x`, "https://fcm.googleapis.com/fcm/send/x"])
    assert.equal((await allow(nadia, phone, { endpoint })).status, 303, endpoint);
  const keys: Record<string, string>[] = [{ p256dh: phone.fields["p256dh"]?.replace(/.$/, "_") ?? "" }, { p256dh: "" }, { auth: "AAAA" }];
  for (const change of keys) await allow(nadia, phone, change);
  assert.equal(devices(), 0);
  assert.match((await nadia.get(PAGE)).text, /ne connaît pas/);
});

test("what is new goes to a device that was allowed, once, and says nothing", async () => {
  assert.equal((await allow(nadia, phone)).status, 303);
  const page = (await nadia.get(PAGE)).text;
  assert.match(page, /Téléphone de Nadia<\/b> · cet appareil/);
  assert.doesNotMatch(JSON.stringify(sql(server, "SELECT target_enc, name_enc FROM push_device")), /push\.test|Nadia/);
  await album("Les photos d’Amir et de Lina");
  tomorrow();
  await choose(nadia);
  const came = await until("a notification", () => service.of(phone)[0]);
  const words = phone.open(came.body);
  assert.match(words, NEW);
  assert.doesNotMatch(words, /Amir|Lina|photo/);
  assert.equal(came.body.length, SEALED_BYTES, "its length says nothing");
  assert.equal(came.headers["content-encoding"], "aes128gcm");
  assert.equal(came.headers.urgency, "normal");
  assert.ok(Number(came.headers.ttl) > 0 && Number(came.headers.ttl) <= 86_400);
  const claims = claimsOf(came), now = Date.now() / 1000;
  assert.equal(claims.aud, service.origin);
  assert.ok(claims.exp > now && claims.exp <= now + 86_400);
  assert.match(claims.sub, /^(https?:|mailto:)/);
  assert.equal(claims.key, /data-key="([^"]+)"/.exec(page)?.[1]);
  await until("it to be noted", () => sent() === 1);
  await choose(nadia); // once more today: nothing
  assert.equal(service.pushed.length, 1);
  assert.match((await sami.get("/sendings")).text, /1 notification envoyée/);
  assert.match((await nadia.get(PAGE)).text, /dernière notification/);
});

test("another key of the house: a browser is told by its own until it has come for the new one", async () => {
  const keyNow = async (): Promise<string> => /data-key="([^"]+)"/.exec((await nadia.get(PAGE)).text)?.[1] ?? "";
  const [before, seen] = [await keyNow(), service.pushed.length];
  const done = server.preau("push", "rotate");
  assert.equal(done.status, 0, done.err);
  const now = await keyNow();
  assert.notEqual(now, before);
  assert.match(now, /^[\w-]{87}$/);
  assert.equal(devices(), 1, "nobody is lost");
  await album("Le jardin");
  tomorrow();
  await choose(nadia);
  const old = await until("a notification", () => service.pushed.slice(seen)[0]);
  assert.equal(claimsOf(old).key, before, "what it was allowed with");
  assert.equal(phone.open(old.body).split("\n")[2], "renew", "its worker is told to come");
  assert.equal(old.body.length, SEALED_BYTES, "its length says nothing");
  // As the service worker does: the same browser, another subscription.
  phone = service.browser("phone-renewed");
  assert.equal((await allow(nadia, phone, { key: now, name: "" })).status, 303);
  assert.equal(devices(), 1, "in its own place");
  assert.match((await nadia.get(PAGE)).text, /Téléphone de Nadia/);
  await album("La cuisine");
  tomorrow();
  await choose(nadia);
  const fresh = await until("another", () => service.of(phone)[0]);
  assert.equal(claimsOf(fresh).key, now);
  assert.doesNotMatch(phone.open(fresh.body), /renew/);
  // A page that was open meanwhile gives the key that it had.
  assert.equal((await allow(nadia, phone, { key: before, name: "" })).status, 303);
  assert.deepEqual(sql(server, "SELECT house_key FROM push_device"), [{ house_key: 0 }]);
  assert.equal((await allow(nadia, phone, { key: now, name: "" })).status, 303);
  assert.deepEqual(sql(server, "SELECT house_key FROM push_device"), [{ house_key: 1 }]);
  assert.match(server.preau("audit", "show", "--last", "20").out, /push-key-renewed/);
  assert.equal(server.preau("audit", "verify").status, 0);
});

test("what the service puts off comes when it takes it, not before it says", async () => {
  const [before, sentBefore] = [service.pushed.length, sent()];
  service.feel({ status: 201 }, { status: 500 }, { status: 429, headers: { "Retry-After": "4" } });
  tomorrow();
  await choose(nadia);
  await until("it to be put off", () => mine("status = 429 AND why = 'push_put_off'") === 1);
  assert.match((await sami.get("/sendings")).text, /l’a reportée/);
  await until("it to come", () => sent() === sentBefore + 1);
  const came = service.pushed.slice(before);
  assert.equal(came.length, 3);
  assert.ok((came[2]?.at ?? 0) - (came[1]?.at ?? 0) >= 3000, "Retry-After is waited for");
  assert.ok(came.every((p) => NEW.test(phone.open(p.body))));
});

test("a service that is silent while somebody is killed loses nothing, and each gets one a day", async () => {
  for (const victim of ["egress", "jobs"]) {
    const [before, sentBefore] = [service.pushed.length, sent()];
    service.feel("silent");
    tomorrow();
    await choose(nadia);
    await until("the service to have been asked", () => service.pushed.length > before && mine("state = 'sending'") === 1);
    service.feel({ status: 201 });
    await until(`${victim} to be killed`, () => killOne(server, victim));
    await until("it to be sent", () => sent() === sentBefore + 1);
  }
  assert.equal(mine("state IN ('queued', 'sending', 'failed')"), 0);
});

test("an urgent message goes at once, through quiet hours, to every device", async () => {
  const tablet = service.browser("tablet");
  const other = await server.client("nadia");
  assert.equal((await allow(other, tablet, { name: "Tablette" })).status, 303);
  await choose(nadia, { from: "00", to: "23", at: "23", daily: "no" });
  const group = /name="group"[\s\S]*?<option value="(\d+)"/.exec((await sami.get("/urgent")).text)?.[1] ?? "";
  const made = await sami.submit("/urgent", "/urgent", { text: "Le car d’Amir a une heure de retard.", group, for: "group", hours: "8" });
  const at = made.headers.location ?? "";
  const claire = await server.client("claire");
  const before = service.pushed.length;
  await claire.submit(at, `${at}/approve`, {});
  await until("both to have it", () => service.pushed.length >= before + 2);
  for (const b of [phone, tablet]) {
    const came = service.of(b).at(-1);
    assert.ok(came !== undefined);
    assert.match(b.open(came.body), /^urgent\n.+\s: message urgent$/);
    assert.equal(came.headers.urgency, "high");
    assert.throws(() => (b === phone ? tablet : phone).open(came.body), "nobody else can open it");
  }
  await until("it to be noted", () => mine("kind = 'urgent' AND state = 'sent'") === 2);
  assert.match((await claire.get(at)).text, /envoyé/);
  // The other device is signed out from here.
  const session = sql<{ session: number }>(server, "SELECT session FROM push_device ORDER BY id DESC")[0]?.session ?? 0;
  assert.equal((await nadia.submit("/account", `/account/session/${session}/end`, {})).status, 303);
  assert.deepEqual(sql(server, "SELECT count(*) AS n FROM push_device d JOIN session s ON s.id = d.session WHERE s.revoked_at IS NOT NULL"), [{ n: 0 }]);
  assert.equal(devices(), 1);
});

test("a browser that its service does not know any more is forgotten, and it is shown", async () => {
  service.feel({ status: 410 });
  tomorrow();
  const before = service.pushed.length;
  await choose(nadia);
  await until("it to be given up", () => mine("state = 'failed' AND why = 'gone' AND status = 410") === 1);
  assert.equal(service.pushed.length, before + 1);
  assert.equal(devices(), 0);
  assert.match((await sami.get("/sendings")).text, /n’accepte plus les notifications/);
  service.feel({ status: 201 });
});

test("a device goes with its owner's session, and not with anybody else's", async () => {
  const at = async (login: string): Promise<Client> => {
    const c = await server.client(login);
    for (const [name, value] of nadia.jar) if (name === "preau-device") c.jar.set(name, value);
    return c;
  };
  assert.equal((await allow(nadia, phone)).status, 303);
  const id = /device\/(\d+)\/end/.exec((await nadia.get(PAGE)).text)?.[1] ?? "";
  const karim = await server.client("karim");
  assert.equal((await karim.submit(PAGE, `${PAGE}/device/${id}/end`, {})).status, 404, "another's device is not there");
  assert.equal(devices(), 1);
  assert.equal((await nadia.submit(PAGE, `${PAGE}/device/${id}/end`, {})).status, 303);
  assert.equal(devices(), 0);
  assert.equal((await allow(nadia, phone)).status, 303);
  await nadia.submit("/account", "/sign-out", {});
  assert.equal(devices(), 0, "signed out");
  const again = await at("nadia");
  assert.equal((await allow(again, phone)).status, 303);
  for (const [name, value] of again.jar) nadia.jar.set(name, value);
  const session = sql<{ session: number }>(server, "SELECT session FROM push_device")[0]?.session ?? 0;
  const later = new Client(server.url);
  later.jar.set("preau-device", again.jar.get("preau-device") ?? "");
  const who = server.login("nadia");
  assert.equal((await later.submit("/sign-in", "/sign-in", { login: who.login, pass: who.passphrase })).status, 303);
  assert.equal(devices(), 1, "its owner came back");
  assert.notEqual(sql<{ session: number }>(server, "SELECT session FROM push_device")[0]?.session, session);
  const other = new Client(server.url);
  other.jar.set("preau-device", again.jar.get("preau-device") ?? "");
  const him = server.login("karim");
  assert.equal((await other.submit("/sign-in", "/sign-in", { login: him.login, pass: him.passphrase })).status, 303);
  assert.equal(devices(), 0, "somebody else is there now");
});
