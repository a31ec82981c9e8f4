// A copy of a photo is found outside: one person asks, another allows, and the
// account that it left through is named, or the page says why it cannot tell.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import type { Answer, Client } from "../lib/client";
import { asFormat, drawn, edited, pixelsOf, scene, sky } from "../lib/pictures";
import { build, startServer, type Server } from "../lib/server";
import { check, count, dataOf, filesBelow, fill, fillFiles, lookedThrough, newAlbum, pause, publishNow, roles, signalAll,
  signalThese, sql, until, upload } from "../lib/trouble";

let server: Server;
let claire: Client; // the director
let thomas: Client; // the safeguarding lead
let sami: Client; // of the team
let nadia: Client;
let anne: Client; // of another family
let album: number;
let photo: number;
let calm: number; // a photo in which nothing can be hidden

const ids = new Map<string, number>();

interface Trace extends Record<string, unknown> { id: number; state: string; answer: string | null; blob_name: string; key_wrapped: string | null }

const traceOf = (id: number): Trace => {
  const found = sql<Trace>(server, `SELECT id, state, answer, blob_name, hex(key_wrapped) AS key_wrapped FROM trace WHERE id = ${id}`)[0];
  assert.ok(found !== undefined, `trace ${id}`);
  return found;
};

const named = (id: number): number[] =>
  sql<{ account: number }>(server, `SELECT DISTINCT account FROM trace_score WHERE trace = ${id} AND named = 1 ORDER BY account`)
    .map((r) => r.account);

const ask = (who: Client, bytes: Buffer, reason = "Trouvée sur un réseau social.", more: Record<string, string> = {}): Promise<Answer> =>
  fillFiles(who, "/traces", "/traces/ask", "copy", [{ name: "IMG_20.jpg", bytes, type: "image/jpeg" }], { reason, ...more });

async function asked(who: Client, bytes: Buffer, more: Record<string, string> = {}): Promise<number> {
  const a = await ask(who, bytes, undefined, more);
  assert.equal(a.status, 303, a.text.slice(0, 2000));
  return Number(/^\/traces\/(\d+)$/.exec(a.headers.location ?? "")?.[1]);
}

const decide = (who: Client, id: number, what: string, why = "La raison est bonne."): Promise<Answer> =>
  fill(who, `/traces/${id}`, `/traces/${id}`, { do: what, why });

const told = (id: number): Promise<Trace> => until(`trace ${id} to be told`, () => {
  const t = traceOf(id);
  return t.state === "told" ? t : undefined;
});

async function traced(bytes: Buffer, more: Record<string, string> = {}): Promise<{ id: number; answer: string | null; named: number[] }> {
  const id = await asked(claire, bytes, more);
  assert.equal((await decide(thomas, id, "allow")).status, 303);
  return { id, answer: (await told(id)).answer, named: named(id) };
}

async function copyOf(who: Client, medium: number, side: number): Promise<Buffer> {
  const got = await who.get(`/m/${medium}/${side}`);
  assert.equal(got.status, 200);
  return got.body;
}

function cli(input: string[], ...args: string[]): { status: number; out: string; err: string } {
  const done = spawnSync(join(build, "preau"), [...server.sets, "--json", ...args], { encoding: "utf8", input: `${input.join("\n")}\n` });
  return { status: done.status ?? -1, out: done.stdout, err: done.stderr };
}

// What somebody types who says who she is.
function typed(login: string): string[] {
  const l = server.login(login);
  return [l.passphrase, server.code(l) ?? ""];
}

before(async () => {
  server = await startServer();
  [claire, thomas, sami, nadia, anne] = [await server.client("claire"), await server.client("thomas"), await server.client("sami"),
    await server.client("nadia"), await server.client("anne")];
  for (const who of ["claire", "thomas", "nadia", "anne"]) {
    const c = await server.client(who);
    ids.set(who, sql<{ account: number }>(server, "SELECT account FROM session ORDER BY id DESC LIMIT 1")[0]?.account ?? 0);
    await c.signOut();
  }
  album = await newAlbum(sami, "Au bord de l’étang");
  await upload(sami, album, "a.jpg", scene(2, 77, 2600, 1900));
  await upload(sami, album, "b.jpg", sky(1600, 1200));
  await lookedThrough(server, album);
  await publishNow(sami, album);
  // Few others, or each copy of nothing would be held beside a dozen of them.
  sql(server, `UPDATE medium SET state = 'refused', reason = 'damaged' WHERE post <> ${album} AND state = 'ready'
    AND id NOT IN (SELECT id FROM medium WHERE state = 'ready' ORDER BY id LIMIT 2)`);
  [photo = 0, calm = 0] = sql<{ id: number }>(server, `SELECT id FROM medium WHERE post = ${album} ORDER BY id`).map((r) => r.id);
});
after(() => server.sweep());

test("the copy of a family, made smaller, cropped and saved again, names her account and no other", async () => {
  const leak = edited(edited(await copyOf(nadia, photo, 2048), "resize", ["0.7"], 90), "extract_area", ["20", "10", "1380", "1010"], 70);
  const id = await asked(claire, leak);
  assert.equal(traceOf(id).state, "asked");
  assert.equal(count(server, "job WHERE kind = 'trace'"), 0);

  assert.doesNotMatch((await claire.get(`/traces/${id}`)).text, /value="(allow|refuse)"/);
  for (const what of ["allow", "refuse"]) {
    assert.equal((await decide(claire, id, what)).status, 303);
    assert.equal(traceOf(id).state, "asked", "who asked does not decide");
  }
  assert.match((await thomas.get("/today")).text, /1 copie attend d’être recherchée/);
  assert.equal((await decide(thomas, id, "allow")).status, 303);
  assert.equal((await told(id)).answer, "named");
  assert.deepEqual(named(id), [ids.get("nadia")]);

  const page = (await thomas.get(`/traces/${id}`)).text;
  for (const words of ["Nadia", "Au bord de l’étang", "moins d’une chance sur", "Trouvée sur un réseau social.", "pas une personne"])
    assert.ok(page.includes(words), `${words}: ${page.slice(page.indexOf("<main"))}`);
  assert.doesNotMatch(page.slice(page.indexOf("<main")), /<img/);
});

test("smaller sizes have marks of their own, and another family is told from the first, mirrored too", async () => {
  const leak = asFormat(edited(await copyOf(anne, photo, 1024), "resize", ["0.9"], 75), "png");
  assert.deepEqual(await traced(leak).then((t) => [t.answer, t.named]), ["named", [ids.get("anne")]]);
  const mirrored = edited(await copyOf(anne, photo, 2048), "flip", ["horizontal"], 80);
  assert.deepEqual(await traced(mirrored).then((t) => [t.answer, t.named]), ["named", [ids.get("anne")]]);
});

// Seen, cropped away, or half of it, and made smaller.
test("a visible line under a copy is in nobody's way", async () => {
  const set = async (line: string): Promise<void> => {
    assert.equal((await fill(claire, "/structure/line", "/structure/line", { line })).status, 303);
  };
  await set("on");
  const copy = await copyOf(nadia, photo, 2048);
  await set("off");
  const { width, height } = pixelsOf(copy);
  const below = String(height - 48);
  assert.ok(height > pixelsOf(await copyOf(nadia, photo, 2048)).height, "there is a line");
  for (const leak of [
    edited(copy, "resize", ["0.6"], 75),
    edited(edited(copy, "extract_area", ["0", "0", String(width), below], 90), "resize", ["0.7"], 80),
    edited(copy, "extract_area", ["40", "60", String(width - 300), String(height - 60 - 24)], 60),
  ]) assert.deepEqual(await traced(leak).then((t) => [t.answer, t.named]), ["named", [ids.get("nadia")]]);
});

test("an unknown photo, a picture without anything in it, and no picture: it cannot tell, and why", async () => {
  const said: [Buffer, string, RegExp][] = [
    [scene(4, 4711, 900, 700), "unknown", /aucune de nos photos|ne montre aucune des photos/],
    [edited(await copyOf(nadia, calm, 1024), "resize", ["0.8"], 60), "smooth", /trop lisse/],
    [edited(await copyOf(nadia, photo, 320), "resize", ["0.15"], 50), "small", /trop petite/],
    [Buffer.from("Rien de tout cela n’est une image.\n".repeat(99)), "unreadable", /n’est pas une image/],
    [(await copyOf(nadia, photo, 1024)).subarray(0, 9000), "unreadable", /n’est pas une image/],
  ];
  for (const [bytes, answer, words] of said) {
    const t = await traced(bytes);
    assert.deepEqual([t.answer, t.named], [answer, []]);
    const page = (await claire.get(`/traces/${t.id}`)).text;
    assert.match(page, /On ne peut pas dire/);
    assert.match(page, words);
  }
});

test("without a reason, or a file, nothing is asked and nothing is kept", async () => {
  const rows = count(server, "trace");
  const files = filesBelow(join(dataOf(server), "blobs")).length;
  for (const reason of ["", "  ", "x"]) {
    const a = await ask(claire, drawn(300, 200), reason);
    assert.equal(a.status, 422);
  }
  const none = await fillFiles(claire, "/traces", "/traces/ask", "copy", [], { reason: "Trouvée." });
  assert.equal(none.status, 422);
  assert.equal(count(server, "trace"), rows);
  assert.equal(filesBelow(join(dataOf(server), "blobs")).length, files);
});

test("whoever is neither a director nor a safeguarding lead finds none of it", async () => {
  const id = await asked(claire, drawn(300, 200));
  for (const who of [sami, nadia]) {
    assert.equal((await who.get("/traces")).status, 404);
    assert.equal((await who.get(`/traces/${id}`)).status, 404);
    const form = await claire.token(`/traces/${id}`);
    assert.ok((await who.post(`/traces/${id}`, { form, do: "allow", why: "Moi aussi." })).status >= 400);
  }
  const rows = count(server, "trace");
  const token = await sami.token("/account");
  const sent = await sami.ask("POST", "/traces/ask", { body: drawn(300, 200), headers: { "Content-Type": "image/jpeg",
    "X-Preau-Form": token, "X-Preau-Name": "a.jpg", Origin: sami.base, "Sec-Fetch-Site": "same-origin" } });
  assert.equal(sent.status, 404);
  assert.equal(count(server, "trace"), rows);
  assert.equal((await decide(thomas, id, "refuse", "Ce n’est pas à nous.")).status, 303);
  assert.deepEqual([traceOf(id).state, traceOf(id).key_wrapped], ["refused", ""]);
});

test("the schema itself refuses one person, a missing reason, and another hand later", () => {
  const row = (decided: string, reason: string): string => `INSERT INTO trace (organisation, state, asked_by, asked_at, reason_enc,
    decided_by, decided_at, blob_name, key_wrapped, bytes, kept_until) VALUES (1, 'allowed', 1, 0, ${reason}, ${decided}, 0, 'x', NULL, 1, 0)`;
  for (const bad of [row("1", "x'00'"), row("NULL", "x'00'"), row("2", "NULL"), "UPDATE trace SET asked_by = 2 WHERE asked_by = 1",
    "DELETE FROM trace_event", "UPDATE trace_event SET actor = 2"])
    assert.throws(() => sql(server, bad), bad);
});

// A process that is idle when it is killed proves nothing: it is stopped first,
// so that what it is given is in its hands, and had it when jobs says so.
test("a media process that is killed while it reads loses nothing", async () => {
  const leak = edited(await copyOf(anne, photo, 2048), "rotate", ["2"], 75);
  for (let tries = 0; ; tries++) {
    assert.ok(tries < 60, "it was never killed with a copy in its hands");
    const id = await asked(claire, leak);
    const died = (): boolean => new RegExp(`media worker died .*trace=${id}\\b`).test(server.log);
    const media = signalAll(server, "media", "SIGSTOP");
    assert.equal((await decide(thomas, id, "allow")).status, 303);
    await pause(300 + 100 * tries);
    signalThese(media, "SIGKILL");
    const last = await told(id);
    assert.equal(last.answer, "named");
    assert.deepEqual(named(id), [ids.get("anne")]);
    if (died()) return;
    await until("a media process that is not new", () => roles(server).every((r) => r.name !== "media" || r.age_ms > 1200));
  }
});

test("a trace that is closed keeps its answer and destroys the copy, for backups too", async () => {
  const id = sql<{ id: number }>(server, "SELECT min(id) AS id FROM trace")[0]?.id ?? 0;
  const before = traceOf(id);
  assert.notEqual(before.key_wrapped, "");
  assert.ok(filesBelow(join(dataOf(server), "blobs")).some((f) => f.endsWith(before.blob_name)));
  assert.equal((await decide(claire, id, "close", "La famille a été entendue.")).status, 303);
  assert.deepEqual([traceOf(id).state, traceOf(id).answer, traceOf(id).key_wrapped], ["told", "named", ""]);
  assert.ok(!filesBelow(join(dataOf(server), "blobs")).some((f) => f.endsWith(before.blob_name)));
  assert.match(readFileSync(join(server.folder, "erasures.log"), "utf8"), new RegExp(before.blob_name));
  const page = (await thomas.get(`/traces/${id}`)).text;
  assert.doesNotMatch(page, /name="do"/);
  assert.match(page, /La copie a été détruite/);
  assert.match(page, /moins d’une chance sur/);
});

test("the command line asks for the same two people, each with her passphrase and her code", async () => {
  const file = join(server.folder, "leak.jpg");
  writeFileSync(file, edited(await copyOf(nadia, photo, 1024), "gamma", ["--exponent", "1.2"], 70));
  const rows = count(server, "trace");
  assert.notEqual(cli(typed("claire"), "trace", file, "--by", "claire").status, 0, "no reason");
  const wrong = cli(["pas du tout", "123456"], "trace", file, "--by", "claire", "--reason", "Trouvée.");
  assert.match(wrong.out, /"error":"denied"/);
  const nobody = cli(typed("sami"), "trace", file, "--by", "sami", "--reason", "Trouvée.");
  assert.match(nobody.out, /"error":"not-found"/);
  assert.match(cli(typed("claire"), "trace", `${file}.no`, "--by", "claire", "--reason", "Trouvée.").out, /"error":"not-found"/);
  assert.equal(count(server, "trace"), rows);

  const made = cli(typed("claire"), "trace", file, "--by", "claire", "--reason", "Trouvée par un parent.");
  assert.equal(made.status, 0, made.out + made.err);
  const { trace: id, state } = JSON.parse(made.out) as { trace: number; state: string };
  assert.equal(state, "asked");
  const own = cli(typed("claire"), "trace", "allow", String(id), "--by", "claire", "--reason", "Moi-même.");
  assert.match(own.out, /"error":"denied"/);
  assert.notEqual(own.status, 0);
  assert.equal(traceOf(id).state, "asked");
  const half = cli([typed("thomas")[0] ?? "", "000000"], "trace", "allow", String(id), "--by", "thomas", "--reason", "Oui.");
  assert.match(half.out, /"error":"denied"/);
  assert.equal(traceOf(id).state, "asked");

  assert.equal(cli(typed("thomas"), "trace", "allow", String(id), "--by", "thomas", "--reason", "D’accord.").status, 0);
  await told(id);
  const shown = JSON.parse(cli(typed("thomas"), "trace", "show", String(id), "--by", "thomas").out) as
    { answer: string; medium: number; album: number; named: { account: number; wrong: number; name: string }[] };
  assert.deepEqual([shown.answer, shown.medium, shown.album, shown.named.length], ["named", photo, album, 1]);
  assert.equal(shown.named[0]?.account, ids.get("nadia"));
  assert.ok((shown.named[0]?.wrong ?? 1) <= 1e-9);
  assert.equal(cli(typed("claire"), "trace", "close", String(id), "--by", "claire", "--reason", "Fini.").status, 0);
  assert.equal(traceOf(id).key_wrapped, "");
});

test("everything is in the audit, a backup takes the open copies, and nothing is left over", async () => {
  for (const word of ["asked", "allowed", "refused", "told", "read", "closed"])
    assert.ok(count(server, `audit WHERE action = 'trace-${word}'`) > 0, word);
  assert.equal(count(server, "trace t WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.action = 'trace-asked' AND a.subject_kind = 'trace' AND a.subject = t.id)"), 0);
  assert.equal(count(server, `audit a JOIN audit b ON a.subject = b.subject WHERE a.action = 'trace-asked' AND b.action = 'trace-allowed'
    AND a.actor = b.actor`), 0);
  assert.equal(server.preau("audit", "verify").status, 0);
  assert.match((await claire.get("/register")).text, /a accepté la recherche d’une copie/);
  assert.deepEqual(check(server).findings, []);
  const open = sql<{ blob_name: string }>(server, "SELECT blob_name FROM trace WHERE key_wrapped IS NOT NULL");
  assert.ok(open.length > 0);
  const out = join(server.folder, "backups");
  mkdirSync(out, { mode: 0o700 });
  const made = server.preau("--json", "backup", out);
  assert.equal(made.status, 0, made.err);
  const kept = filesBelow(out);
  for (const { blob_name } of open) assert.ok(kept.some((f) => f.endsWith(blob_name)), blob_name);
});

test("a copy that was kept long enough is destroyed by itself", async () => {
  const open = sql<{ id: number; blob_name: string }>(server, "SELECT id, blob_name FROM trace WHERE key_wrapped IS NOT NULL");
  sql(server, "UPDATE trace SET kept_until = 1");
  await server.stop();
  await server.start();
  await until("the copies to be gone", () => count(server, "trace WHERE key_wrapped IS NOT NULL") === 0);
  await until("their files to be gone", () => {
    const files = filesBelow(join(dataOf(server), "blobs"));
    return open.every((t) => !files.some((f) => f.endsWith(t.blob_name)));
  });
  const journal = readFileSync(join(server.folder, "erasures.log"), "utf8");
  for (const t of open) assert.ok(journal.includes(t.blob_name));
  assert.deepEqual(check(server).findings, []);
});
