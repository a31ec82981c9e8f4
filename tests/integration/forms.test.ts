// Every form of the house, sent without its token, from another origin, twice.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";

import { Client, type Answer } from "../lib/client";
import { drawn } from "../lib/pictures";
import { startServer, type Server } from "../lib/server";
import { stopByHand } from "../lib/stops";
import { askTrace } from "../lib/traces";
import { count, dataOf, filesBelow, fill, formOf, newAlbum, sendFiles, settled, sql, until, upload } from "../lib/trouble";

interface Form { page: string; action: string; fields: Record<string, string> }

let server: Server;
const people = new Map<string, Client>();

const decode = (s: string): string => s.replace(/&quot;/g, "\"").replace(/&#39;/g, "'").replace(/&lt;/g, "<")
  .replace(/&gt;/g, ">").replace(/&amp;/g, "&");

function attribute(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag);
  return found?.[1] === undefined ? undefined : decode(found[1]);
}

function formsOf(page: string, html: string): Form[] {
  return Array.from(html.matchAll(/<form ([^>]*)>([\s\S]*?)<\/form>/g), ([, head = "", body = ""]) => {
    const fields: Record<string, string> = {};
    for (const [tag] of body.matchAll(/<(input|textarea|select|button)[^>]*>/g)) {
      const name = attribute(tag, "name");
      if (name !== undefined) fields[name] = attribute(tag, "value") ?? "";
    }
    return { page, action: attribute(` ${head}`, "action") ?? "", fields };
  });
}

const tour: [string, string[]][] = [
  ["a visitor", ["/sign-in", "/join"]],
  ["nadia", ["/account", "/account/telling", "/rights", "/rights/ask/erase", "/rights/request/1", "/moving/1", "/consent/1", "/absence/1", "/absence/1/days", "/notice/9", "/item/13", "/item/14", "/calendar/subscribe", "/album/3/photo/15/mask"]],
  ["sami", ["/account", "/account/telling", "/urgent", "/day/1/child/1", "/notices/new", "/notice/9", "/notice/9/text", "/notice/9/asked", "/notice/9/paper/1", "/items/new/event", "/items/new/poll", "/item/10", "/item/11", "/item/10/text", "/programme/1", "/menu", "/publish", "/publish/5", "/publish/5/text", "/publish/5/arrange", "/publish/5/faces", "/publish/5/send", "/m/15/original"]],
  ["claire", ["/account", "/structure/people", "/structure/groups", "/letters", "/roster/child/1",
    "/roster/child/1/erase", "/roster/import", "/structure/masks", "/structure/line", "/structure/waiting", "/stopped/people", "/handlers/4", "/custodians", "/outings",
    "/consents/purposes", "/roster/child/1/consents", "/traces",
    "/structure/ends/photos", "/claims/new", "/claims/1", "/moves", "/holds", "/certificates"]],
  ["thomas", ["/traces", "/holds"]],
];

async function everyForm(visit: (c: Client, f: Form) => Promise<void>): Promise<number> {
  let n = 0;
  for (const [who, pages] of tour)
    for (const page of pages) {
      const c = people.get(who);
      assert.ok(c !== undefined);
      const shown = await c.get(page);
      assert.equal(shown.status, 200, `${who} ${page}`);
      for (const f of formsOf(page, shown.text)) {
        await visit(c, f);
        n++;
      }
    }
  return n;
}

const the = (who: string): Client => {
  const c = people.get(who);
  assert.ok(c !== undefined, who);
  return c;
};

const refused = (a: Answer, f: Form, how: string, why = /Cette page est restée ouverte trop longtemps/): void => {
  assert.equal(a.status, 403, `${f.action} of ${f.page} ${how}: ${a.status}`);
  assert.match(a.text, why);
};

before(async () => {
  server = await startServer();
  people.set("a visitor", new Client(server.url));
  for (const who of ["nadia", "sami", "claire", "thomas"]) people.set(who, await server.client(who));
  // A request that waits, a hold that somebody asked to release, another one.
  const hold = { kind: "child", subject: "1", until: new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10), reason: "Une réquisition." };
  assert.equal((await fill(the("nadia"), "/rights/ask/erase", "/rights/ask/erase", { words: "Mon compte." })).status, 303);
  for (let i = 0; i < 2; i++) assert.equal((await fill(the("claire"), "/holds", "/holds", hold)).status, 303);
  assert.equal((await fill(the("claire"), "/holds", "/holds/1/ask")).status, 303);
  const half = new Client(server.url);
  await half.submit("/sign-in", "/sign-in", { login: "jeanne", pass: server.login("jeanne").passphrase });
  people.set("halfway in", half);
});

after(() => server?.sweep());

test("a form without its token changes nothing", async () => {
  const n = await everyForm(async (c, f) => {
    const { form, ...rest } = f.fields;
    assert.ok(form !== undefined && form.length > 30, `${f.action} has no token`);
    refused(await c.post(f.action, rest), f, "without token");
    refused(await c.post(f.action, { ...rest, form: "" }), f, "with an empty token");
    refused(await c.post(f.action, { ...rest, form: "A".repeat(form.length) }), f, "with a made-up token");
  });
  assert.ok(n > 40, `only ${n} forms were found`);
});

test("a form with somebody else's token changes nothing", async () => {
  const foreign = await people.get("nadia")?.token("/account") ?? "";
  await everyForm(async (c, f) => {
    if (c === people.get("nadia")) return;
    refused(await c.post(f.action, { ...f.fields, form: foreign }), f, "with another's token");
  });
});

test("a form from another origin changes nothing, whatever it brings", async () => {
  const foreign: Record<string, string>[] = [{ Origin: "https://evil.example" }, { Origin: "null" },
    { "Sec-Fetch-Site": "cross-site" }, { "Sec-Fetch-Site": "same-site" },
    { Origin: `${server.url}0` }, { Origin: server.url.replace("http:", "https:") }];
  await everyForm(async (c, f) => {
    for (const headers of foreign)
      refused(await c.post(f.action, f.fields, headers), f, JSON.stringify(headers), /Ce formulaire vient d’une autre adresse/);
  });
});

// One click of a mail program comes from its server, which has no token: the word
// of its path is the proof, and a made-up one is of nothing.
const PROVEN = "/told/stop/:id/:word";

interface Route { method: string; path: string; who: string }

// Of every family of pages: what may change something, and who may ask for it.
function routes(): Route[] {
  const folder = resolve("src/web");
  const mayAsk: Record<string, string> = { NOBODY: "a visitor", FIRST: "halfway in", MEMBER: "nadia", FAMILY: "nadia", STAFF: "sami", DIRECTOR: "claire" };
  return readdirSync(folder).filter((f) => f.endsWith(".c") && f !== "routes.c").flatMap((f) => {
    const text = readFileSync(join(folder, f), "utf8");
    const at = /#define AT "([^"]+)"/.exec(text)?.[1] ?? "";
    const found = Array.from(text.matchAll(/\{\s*HTTP_(POST|PATCH|DELETE),\s*(AT )?"([^"]+)",\s*\w+,\s*(?:NEED_)?(\w+)/g),
      ([, method = "", prefix, path = "", need = ""]) => ({ method, path: (prefix === undefined ? "" : at) + path, who: mayAsk[need] ?? "" }));
    assert.equal(found.length, (text.match(/HTTP_(POST|PATCH|DELETE),/g) ?? []).length, `${f}: a route that is not read here`);
    return found;
  });
}

const piece = { "Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream" };
const begun = { "Tus-Resumable": "1.0.0", "Upload-Length": "10" };

// As a script sends it: the token is a head.
const send = (c: Client, r: Route, form: string, more: Record<string, string> = {}): Promise<Answer> => {
  const path = r.path.replaceAll(":id", "1").replaceAll(":word", "AAAA-AAAA-AAAA-AAAA-AAAA");
  const plain = { "Content-Type": "application/x-www-form-urlencoded" };
  const kind: Record<string, string> = r.method === "PATCH" ? piece : r.path.endsWith("/pieces") ? begun : r.path.endsWith("/pieces/:id") ? { "Tus-Resumable": "1.0.0" }
    : r.path.endsWith("/upload") ? { "Content-Type": "image/jpeg", "X-Preau-Name": "a.jpg" } : plain;
  return c.ask(r.method, path, { body: r.method === "PATCH" || r.path.endsWith("/upload") ? "abc" : "",
    headers: { ...kind, Origin: c.origin, "Sec-Fetch-Site": "same-origin", ...(form === "" ? {} : { "X-Preau-Form": form }), ...more } });
};

test("no route that may change something does so without a token of the asker's own, or from elsewhere", async () => {
  const all = routes();
  assert.ok(all.length > 70, `${all.length}`);
  const forms = new Map<string, string>();
  for (const [who, page] of [["a visitor", "/sign-in"], ["halfway in", "/sign-in/second"], ["nadia", "/account"], ["sami", "/account"], ["claire", "/account"]] as const)
    forms.set(who, await the(who).token(page));
  const before = count(server, "audit");
  for (const r of all) {
    const c = the(r.who);
    const foreign = forms.get(r.who === "nadia" ? "sami" : "nadia") ?? "";
    const own = forms.get(r.who) ?? "";
    const tries: [string, string, Record<string, string>][] = [["without a token", "", {}], ["with another's", foreign, {}],
      ["from elsewhere", own, { Origin: "https://evil.example" }], ["from nowhere", own, { Origin: "null" }],
      ["from another site", own, { "Sec-Fetch-Site": "cross-site" }]];
    for (const [how, form, more] of tries) {
      const a = await send(c, r, form, more);
      assert.equal(a.status, r.path === PROVEN ? 404 : 403, `${r.method} ${r.path} of ${r.who} ${how}: ${a.status} ${a.text.slice(0, 300)}`);
    }
  }
  assert.equal(count(server, "audit"), before, "nothing was done");
});

test("a form that had its effect has none when it is sent again", async () => {
  const sami = people.get("sami");
  assert.ok(sami !== undefined);
  const form = await sami.token("/publish");
  const fields = { form, title: "Deux fois", day: "2026-01-02", body: "", group: "2" };
  const first = await sami.post("/publish", fields);
  assert.equal(first.status, 303);
  const second = await sami.post("/publish", fields);
  assert.equal(second.status, 409);
  assert.match(second.text, /C’est déjà fait|déjà/);
  const drafts = (await sami.get("/today")).text.match(/Deux fois/g) ?? [];
  assert.equal(drafts.length, 1);
});

test("two of the same form at the same instant have one effect", async () => {
  const claire = people.get("claire");
  assert.ok(claire !== undefined);
  const form = await claire.token("/structure/people");
  const fields = { form, name: "Ana Essai", role: "animateur" };
  const both = await Promise.all([claire.post("/structure/people", fields), claire.post("/structure/people", fields)]);
  assert.deepEqual(both.map((a) => a.status).sort(), [200, 409]);
});

// As it was sent the first time, with the cookies of then; what it did is read
// from the house before and after.
async function sentTwice(c: Client, page: string, action: string, fields: Record<string, string>, effect: () => unknown): Promise<Answer> {
  const all = { form: await c.token(page), ...fields };
  const jar = new Map(c.jar);
  const before = effect();
  const first = await c.post(action, all);
  assert.ok(first.status === 303 || first.status === 200, `${action}: ${first.status} ${first.text.slice(0, 2000)}`);
  const done = effect();
  assert.notDeepEqual(done, before, `${action} did something`);
  const now = new Map(c.jar);
  c.jar.clear();
  for (const [k, v] of jar) c.jar.set(k, v);
  const second = await c.post(action, all);
  c.jar.clear();
  for (const [k, v] of now) c.jar.set(k, v);
  assert.equal(second.status, 409, `${action} again: ${second.status}`);
  assert.deepEqual(effect(), done, `${action} had its effect once`);
  return first;
}

test("recovery codes that were printed are not made worthless by the same form", async () => {
  const codes = (): unknown => sql(server, "SELECT * FROM recovery_code ORDER BY 1, 2, 3");
  const again = server.login("sami").passphrase;
  const printed = await sentTwice(the("sami"), "/account", "/account/codes", { again }, codes);
  const code = /<code>([^<]+)<\/code>/.exec(printed.text)?.[1] ?? "";
  const c = new Client(server.url);
  await c.submit("/sign-in", "/sign-in", { login: "sami", pass: again });
  assert.equal((await c.submit("/sign-in/second", "/sign-in/second", { code })).status, 303);
});

test("a new passphrase is taken once, also from two forms at the same instant, and the repeated one counts as no guess", async () => {
  const old = server.login("anne").passphrase;
  const middle = "la cabane au fond du jardin";
  const anne = await server.client("anne");
  const other = await server.client("anne");
  const hash = (): unknown => sql(server, "SELECT id, hex(pass_hash) FROM account ORDER BY id");
  const guesses = (): number => count(server, "throttle");
  const before = guesses();
  await sentTwice(anne, "/account", "/account/passphrase", { old, new: middle }, hash);
  assert.equal(guesses(), before);
  assert.equal((await anne.get("/account")).status, 200);
  assert.equal((await other.get("/account")).headers.location, "/sign-in", "every other device is signed out");
  const changed = (): number => count(server, "audit WHERE action = 'passphrase-changed'");
  const was = changed();
  const fields = { form: await anne.token("/account"), old: middle, new: old };
  const both = await Promise.all([anne.post("/account/passphrase", fields), anne.post("/account/passphrase", fields)]);
  assert.equal(both.filter((a) => a.status === 303).length, 1, both.map((a) => a.status).join());
  assert.equal(changed(), was + 1);
});

test("an invitation is joined once, and a login that is taken spends nothing", async () => {
  const made = await the("claire").submit("/structure/people", "/structure/people", { name: "Lou Essai", role: "animateur" });
  const path = /\/join\/[0-9A-Za-z-]{20,}/.exec(made.text)?.[0] ?? "";
  const c = new Client(server.url);
  const form = await c.token(path);
  const fields = { pass: "trois vélos contre le mur", lang: "fr", email: "", phone: "" };
  assert.equal((await c.post(path, { form, login: "nadia", ...fields })).status, 422);
  const accounts = (): unknown => sql(server, "SELECT id, state FROM account ORDER BY id");
  const before = accounts();
  const jar = new Map(c.jar);
  assert.equal((await c.post(path, { form, login: "louessai", ...fields })).status, 303);
  const after = accounts();
  assert.notDeepEqual(after, before);
  for (const cookies of [jar, new Map<string, string>()]) {
    c.jar.clear();
    for (const [k, v] of cookies) c.jar.set(k, v);
    const again = await c.post(path, { form, login: "louautre", ...fields });
    assert.equal(again.status, cookies === jar ? 409 : 403);
  }
  assert.deepEqual(accounts(), after);
});

test("what takes photos, drafts and children away does so once", async () => {
  const media = (): unknown => sql(server, "SELECT id, state FROM medium ORDER BY id");
  const posts = (): unknown => sql(server, "SELECT id, state FROM post ORDER BY id");
  const album = await newAlbum(the("sami"), "À défaire");
  await upload(the("sami"), album, "a.jpg", drawn(300, 200));
  await upload(the("sami"), album, "b.jpg", drawn(301, 200));
  await settled(server);
  const photo = sql<{ id: number }>(server, `SELECT min(id) AS id FROM medium WHERE post = ${album}`)[0]?.id;
  const files = (): number => filesBelow(join(dataOf(server), "blobs")).length;
  const whole = files();
  await sentTwice(the("sami"), `/publish/${album}`, `/publish/${album}/photo/${photo}/remove`, {}, media);
  const one = files();
  assert.ok(one < whole, "its files are gone");
  await sentTwice(the("sami"), `/publish/${album}`, `/publish/${album}/discard`, {}, posts);
  assert.ok(files() < one, "and those of the draft");
  const child = sql<{ id: number }>(server, "SELECT max(id) AS id FROM child")[0]?.id;
  const children = (): unknown => sql(server, "SELECT id, erased_at FROM child ORDER BY id");
  await sentTwice(the("claire"), `/roster/child/${child}/erase`, `/roster/child/${child}/erase`, { sure: "1" }, children);
});

test("what two people decide is decided once", async () => {
  const medium = sql<{ id: number }>(server, "SELECT max(id) AS id FROM medium WHERE state = 'ready'")[0]?.id ?? 0;
  const stop = stopByHand(server, medium, []);
  const events = (): unknown => sql(server, "SELECT * FROM stop_event ORDER BY 1, 2, 3, 4");
  const at = `/stopped/${stop}`;
  await sentTwice(the("thomas"), at, at, { do: "keep-out", why: "C’est un essai." }, events);
  const trace = await askTrace(server, the("claire"), "Trouvée sur un mur.");
  const told = (): unknown => sql(server, "SELECT * FROM trace_event ORDER BY 1, 2, 3, 4");
  await sentTwice(the("thomas"), `/traces/${trace}`, `/traces/${trace}`, { do: "refuse", why: "C’est un essai." }, told);
});

test("a copy to trace is asked about once, and the second is not let in", async () => {
  const rows = (): number => count(server, "trace");
  const files = (): number => filesBelow(join(dataOf(server), "blobs")).length;
  const fields = formOf((await the("claire").get("/traces")).text, "/traces/ask");
  fields.set("reason", "Trouvée sur un mur.");
  const ask = (): Promise<Answer> => sendFiles(the("claire"), "/traces/ask", fields, "copy",
    [{ name: "a.jpg", bytes: drawn(300, 200), type: "image/jpeg" }]);
  const before = rows();
  assert.equal((await ask()).status, 303);
  const had = [rows(), files()];
  assert.equal(had[0], before + 1);
  assert.equal((await ask()).status, 409);
  assert.deepEqual([rows(), files()], had);
});

test("a form with a fault keeps its token and what was typed", async () => {
  const sami = people.get("sami");
  assert.ok(sami !== undefined);
  const again = await sami.submit("/publish", "/publish", { title: "", day: "2026-01-02", body: "Un <mot> & un \"autre\"" });
  assert.equal(again.status, 422);
  assert.match(again.text, /Un &lt;mot&gt; &amp; un (&quot;|&#34;)autre/);
  const [form] = formsOf("/publish", again.text);
  assert.ok(form !== undefined);
  const saved = await sami.post("/publish", { ...form.fields, title: "Repris", day: "2026-01-02", body: "", group: "2" });
  assert.equal(saved.status, 303);
});

test("a page is not a form: what changes something answers to POST alone", async () => {
  await everyForm(async (c, f) => {
    if (f.action === f.page) return;
    const got = await c.get(f.action);
    assert.notEqual(got.status, 500, f.action);
    assert.ok(got.status === 404 || got.status === 405 || got.status === 200 || got.status === 303, `${f.action} ${got.status}`);
  });
  assert.ok((await people.get("nadia")?.get("/"))?.status === 200);
});

// As a common proxy does it that ends TLS: it sends a Host of its own, and says
// whom it speaks for.
function proxyTo(port: number): Promise<{ port: number; close: () => void }> {
  const proxy = createServer((q, a) => {
    const { host: _, ...headers } = q.headers;
    const on = request({ port, host: "127.0.0.1", method: q.method, path: q.url, headers: { ...headers, Host: `127.0.0.1:${port}`,
      "X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https" } }, (r) => {
      a.writeHead(r.statusCode ?? 500, r.headers);
      r.pipe(a);
    });
    on.on("error", () => a.destroy());
    q.pipe(on);
  });
  return new Promise((done) => proxy.listen(0, "127.0.0.1", () => done({ port: (proxy.address() as AddressInfo).port,
    close: () => { proxy.closeAllConnections(); proxy.close(); } })));
}

test("behind a proxy with a Host of its own, forms are taken from the address that people type, and from no other", async () => {
  const outside = "https://familles.example";
  await server.stop();
  server.sets[server.sets.findIndex((s) => s.startsWith("url="))] = `url=${outside}`;
  server.sets.push("--set", "trusted_proxy=127.0.0.1");
  await server.start();
  const proxy = await proxyTo(server.port);
  try {
    const there = `http://127.0.0.1:${proxy.port}`;
    const nadia = new Client(there, "fr", outside);
    await nadia.signIn(server.login("nadia"));
    assert.ok(nadia.jar.has("__Host-preau"), [...nadia.jar.keys()].join());
    const saved = await nadia.submit("/account", "/account/contact", { email: "nadia@example.org", phone: "" });
    assert.equal(saved.status, 303, saved.text);
    const form = await nadia.token("/account");
    for (const origin of [there, server.url, `https://127.0.0.1:${server.port}`, `https://127.0.0.1:${proxy.port}`, "http://familles.example",
      `${outside}.evil.example`, `${outside}:8443`]) {
      const a = await nadia.post("/account/contact", { form, email: "", phone: "" }, { Origin: origin });
      assert.equal(a.status, 403, origin);
    }
    // A name of a stranger's that points here.
    const rebound = await nadia.post("/account/contact", { form, email: "", phone: "" },
      { Host: "evil.example", Origin: "https://evil.example" });
    assert.equal(rebound.status, 403);
    const direct = new Client(server.url);
    const guess = { form: await direct.token("/sign-in"), login: "nadia", pass: "pas la bonne phrase" };
    for (const [origin, status] of [["http://evil.example", 403], [outside, 422]] as const) {
      const a = await direct.post("/sign-in", guess, { Host: "evil.example", Origin: origin });
      assert.equal(a.status, status, origin);
    }
    await until("the operator to be told", () => server.log.includes("its page is not at the address that the option url says"));
    assert.match((await nadia.get("/account")).text, /nadia@example\.org/);
    assert.equal((await nadia.post("/account/contact", { form, email: "", phone: "" })).status, 303);
  } finally {
    proxy.close();
  }
});
