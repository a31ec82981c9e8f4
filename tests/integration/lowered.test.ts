// A kernel without Landlock: nothing starts, unless the operator says so by one
// line, and then every page of an administrator's says it, and nobody else's.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Client, type Answer } from "../lib/client";
import { build, startServer, type Server } from "../lib/server";
import { PATIENCE_MS } from "../lib/patience";
import { fill, sql } from "../lib/trouble";

let server: Server;
let program = "";

const said = {
  fr: /<p class="warn noprint" role="note">La protection de ce serveur est réduite/,
  en: /<p class="warn noprint" role="note">The protection of this server is lowered/,
};

const says = (a: Answer, lang: "fr" | "en", what: string): void => {
  assert.match(a.text, said[lang], `${what} ${a.status}: ${a.text.slice(0, 1500)}`);
  assert.equal(a.text.split('role="note">').filter((s) => /^(La protection|The protection)/.test(s)).length, 1, `${what}: once`);
};

before(async () => {
  server = await startServer();
  await server.stop();
  program = join(server.folder, "preau-no-landlock");
  writeFileSync(program, `#!/bin/sh\nexec ${build}/tests/sandbox/no_landlock ${build}/preau "$@"\n`, { mode: 0o755 });
});
after(() => server?.sweep());

test("without Landlock and without that line nothing starts", () => {
  const done = spawnSync(program, [...server.sets, "serve"], { encoding: "utf8", timeout: PATIENCE_MS });
  assert.ok(done.status !== null && done.status !== 0, `${done.status} ${done.stdout} ${done.stderr}`);
  assert.match(done.stderr, /no Landlock/);
});

test("with it, every page of a director's says so, in both languages, whatever its frame", async () => {
  server.sets.push("--set", "sandbox=no-landlock");
  await server.start({}, program);
  const claire = await server.client("claire");
  const child = sql<{ id: number }>(server, "SELECT min(id) AS id FROM child")[0]?.id;
  const group = sql<{ id: number }>(server, "SELECT min(activity_group) AS id FROM enrolment")[0]?.id;
  const pages: [string, number][] = [["/structure", 200], ["/structure/people", 200], ["/account", 200], ["/today", 200],
    [`/roster/child/${child}`, 200], [`/roster/child/${child}/erase`, 200], [`/roster/child/${child}/consents/proofs`, 200],
    [`/consents/group/${group}/print`, 200], ["/letters", 200], ["/about", 200], ["/report", 200], ["/nothing/here", 404],
    ["/m/999999/1024", 404]];
  for (const lang of ["fr", "en"] as const) {
    await claire.get(`/language/${lang}?back=/`);
    for (const [page, status] of pages) {
      const a = await claire.get(page);
      assert.equal(a.status, status, page);
      says(a, lang, page);
    }
    const letters = await fill(claire, "/letters", `/letters/group/${group}`);
    assert.match(letters.text, /class="letter/);
    says(letters, lang, "letters");
    const refused = await claire.post("/account/language", { lang });
    assert.equal(refused.status, 403);
    says(refused, lang, "what is refused");
    const wrong = await fill(claire, "/structure/people", "/structure/people", { name: "" });
    assert.equal(wrong.status, 422);
    says(wrong, lang, "a form shown again");
  }
  await claire.submit("/account", "/lock", {});
  const locked = await claire.get("/locked");
  assert.equal(locked.status, 200);
  says(locked, "en", "the lock");
});

test("no family, nobody else of the team and no visitor reads of it", async () => {
  const people: [string, Client][] = [["a visitor", new Client(server.url)], ["nadia", await server.client("nadia")],
    ["sami", await server.client("sami")]];
  for (const [who, c] of people)
    for (const page of ["/", "/account", "/about", "/sign-in", "/today", "/nothing/here"]) {
      const a = await c.get(page);
      assert.doesNotMatch(a.text, /La protection de ce serveur|The protection of this server/, `${who} ${page}`);
    }
});
