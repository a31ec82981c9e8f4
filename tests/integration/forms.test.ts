// Every form of the house, sent without its token, from another origin, twice.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Client, type Answer } from "../lib/client";
import { startServer, type Server } from "../lib/server";

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
  ["nadia", ["/account", "/rights"]],
  ["sami", ["/account", "/publish", "/publish/5", "/publish/5/text", "/publish/5/arrange", "/publish/5/faces", "/publish/5/send", "/m/15/original"]],
  ["claire", ["/account", "/structure/people", "/structure/groups", "/letters", "/roster/child/1",
    "/roster/child/1/erase", "/roster/import"]],
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

const refused = (a: Answer, f: Form, how: string): void => {
  assert.equal(a.status, 403, `${f.action} of ${f.page} ${how}: ${a.status}`);
  assert.match(a.text, /Cette page est restée ouverte trop longtemps/);
};

before(async () => {
  server = await startServer({ photoPixels: 400 });
  for (const [who] of tour) people.set(who, await server.client(who));
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
      refused(await c.post(f.action, f.fields, headers), f, JSON.stringify(headers));
  });
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
