// A hundred thousand photos of two thousand families: every statement finds
// its rows by an index, and what a feed, an album and a permission cost does
// not grow.  Counted in steps of SQLite's machine, not in time.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { GROUP, answer } from "../lib/consents";
import { startServer, type Server } from "../lib/server";
import { count, dataOf, sql } from "../lib/trouble";

let server: Server;
let small = "";
let large = "";

interface Statement { file: string; name: string; text: string }

const statements: Statement[] = readdirSync("sql").filter((f) => f.endsWith(".sql")).flatMap((file) =>
  readFileSync(join("sql", file), "utf8").split(/^-- name: /m).slice(1).map((part) => ({
    file,
    name: /^\S+/.exec(part)?.[0] ?? "",
    text: part.split("\n").slice(1).filter((l) => !l.startsWith("--")).join("\n").trim().replace(/;$/, ""),
  })));

function grow(to: string, photos: number, families: number): void {
  const from = join(server.folder, "small.db");
  if (to !== from) cpSync(from, to);
  const text = readFileSync("bench/growth.sql", "utf8").replaceAll("$PHOTOS", String(photos))
    .replaceAll("$FAMILIES", String(families)).replaceAll("$GROUPS", String(families / 20)).replaceAll("$MOST", "100000");
  const done = spawnSync("sqlite3", [to], { input: `PRAGMA synchronous = off;\n${text}`, encoding: "utf8" });
  assert.equal(done.status, 0, done.stderr);
  assert.equal(done.stderr, "");
}

before(async () => {
  server = await startServer();
  await server.stop();
  spawnSync("sqlite3", [join(dataOf(server), "preau.db"), "PRAGMA wal_checkpoint(truncate)"]);
  small = join(server.folder, "small.db");
  large = join(dataOf(server), "preau.db");
  cpSync(large, small);
  grow(large, 100_000, 2000);
  grow(small, 1000, 40);
});
after(() => server.sweep());

// Read in whole on purpose: a few rows ever, or work that nobody waits for.
const whole = new Map<string, string>([
  ["audit_newest", "backwards from the end, one row"],
  ["audit_organisations", "organisations are few"],
  ["organisation_list", "organisations are few"],
  ["activity_group_list", "the groups of a house"],
  ["audience_choices", "the groups of a house"],
  ["audience_families", "the groups of a house"],
  ["staff_group_list", "who works with which group"],
  ["invitation_of_staff", "for one page of the director"],
  ["check_erased", "preau check"],
  ["seal_readers", "once for what is sealed"],
  ["erasure_child_media", "an erasure"],
  ["erasure_keyless_media", "an erasure"],
  ["erasure_recount", "an erasure"],
  ["job_sweep_invitations", "once an hour, in jobs"],
  ["session_purge", "once an hour, in jobs"],
  ["halt_purge", "once an hour, in jobs"],
  ["throttle_purge", "once an hour, in jobs"],
  ["list_all", "the lists of a house are few"],
  ["list_enabled", "the lists of a house are few"],
  ["list_files", "the lists of a house are few"],
  ["stop_lists_unloaded", "the lists of a house are few"],
  ["match_index_lists", "the lists of a house are few"],
  ["match_index_damaged", "the lists of a house are few"],
  ["list_entry_off_since", "what was put off by hand is little"],
  ["list_off_state", "what was put off by hand is little"],
  ["list_entry_restored", "what was put off by hand is little"],
  ["match_index_list_clear", "the lists of a house are few"],
  ["absence_purge", "once an hour, in jobs"],
  ["notice_purge", "once an hour, in jobs"],
  ["notice_asked", "the children of one group, who are found by an index"],
  ["register_expire", "once an hour, in jobs"],
  ["ends_notices", "once an hour, in jobs"],
  ["ends_children", "once an hour, in jobs"],
  ["ends_families", "once an hour, in jobs"],
  ["ends_adults", "once an hour, in jobs"],
  ["ends_closed", "once an hour, in jobs"],
  ["ends_wanted", "what a hold left is little"],
  ["rescan_drop_gone", "one row a list"],
  ["rescan_open", "one row a list"],
  ["rescan_all", "one row a list"],
  ["consent_forget_old", "once an hour, in jobs"],
  ["region_roster", "the groups of a house; their children by an index"],
  ["cover_forget_deleted", "an erasure"],
  ["cover_redraw_next", "one row an organisation"],
  ["shield_stored_forget", "one row"],
  ["shield_stored_back", "one row"],
  ["shield_answer_purge", "once an hour, in jobs"],
]);

test("every statement finds its rows by an index", () => {
  assert.ok(statements.length > 100, String(statements.length));
  const scans: string[] = [];
  for (const s of statements) {
    const done = spawnSync("sqlite3", [large, `EXPLAIN QUERY PLAN ${s.text}`], { encoding: "utf8" });
    assert.equal(done.status, 0, `${s.name}: ${done.stderr}`);
    const reads = done.stdout.split("\n").filter((l) => /\bSCAN (?!CONSTANT|\d)|AUTOMATIC/.test(l) && !/USING (COVERING )?INDEX/.test(l));
    if (reads.length > 0 && !whole.has(s.name)) scans.push(`${s.file} ${s.name}: ${reads.join(" ")}`);
  }
  assert.deepEqual(scans, []);
});

test("no feed, album or permission sorts what it has read", () => {
  const hot = ["permit_medium", "permit_post", "permit_near", "permit_poster", "permit_stills", "region_of_video", "region_of_shown_videos", "medium_videos", "feed_by_group", "feed_by_child", "feed_by_group_all", "feed_by_author",
    "feed_by_organisation", "feed_card", "region_of_shown", "cover_of_medium", "medium_ready_of_post", "medium_ready_ids", "medium_first_five", "medium_for_page",
    "viewer_account", "viewer_family", "viewer_staff", "session_by_token"];
  for (const name of hot) {
    const s = statements.find((x) => x.name === name);
    assert.ok(s !== undefined, `${name} is gone: say here what took its place`);
    const plan = spawnSync("sqlite3", [large, `EXPLAIN QUERY PLAN ${s.text}`], { encoding: "utf8" }).stdout;
    assert.doesNotMatch(plan, /TEMP B-TREE|AUTOMATIC|\bSCAN /, `${name}\n${plan}`);
  }
});

// A family of the demonstration, as the permission function asks for it.
function steps(db: string, name: string, values: Record<string, string>): number {
  const text = statements.find((s) => s.name === name)?.text ?? "";
  const input = [".parameter init", ...Object.entries(values).map(([k, v]) => `.parameter set :${k} "${v}"`),
    ".stats on", ".output /dev/null", `${text};`, ".output", ".stats"].join("\n");
  const shown = spawnSync("sqlite3", [db], { input: input.replace(".output /dev/null\n", ""), encoding: "utf8", maxBuffer: 1 << 26 });
  const found = Array.from(shown.stdout.matchAll(/Virtual Machine Steps:\s+(\d+)/g), (m) => Number(m[1]));
  assert.ok(found.length > 0, shown.stdout.slice(0, 500) + shown.stderr);
  return Math.max(...found);
}

test("what a feed, an album and a permission cost does not grow", () => {
  const ask = (db: string): Record<string, number> => {
    const one = (q: string): string => spawnSync("sqlite3", [db, q], { encoding: "utf8" }).stdout.trim();
    const group = one("SELECT min(id) FROM activity_group");
    const post = one("SELECT max(p.id) FROM post p WHERE p.photos = 24");
    const medium = one(`SELECT min(id) FROM medium WHERE post = ${post}`);
    const account = one("SELECT min(account) FROM guardian WHERE account IS NOT NULL");
    const guardian = one(`SELECT id FROM guardian WHERE account = ${account}`);
    const child = one(`SELECT min(child) FROM authority WHERE guardian = ${guardian}`);
    const at = { day_on: "40000", post: "9223372036854775807", now: "4000000000", most: "20", today: "20500" };
    return {
      feed_by_group: steps(db, "feed_by_group", { ...at, activity_group: group }),
      feed_by_child: steps(db, "feed_by_child", { ...at, child }),
      feed_by_organisation: steps(db, "feed_by_organisation", { ...at, organisation: "1", post_state: "'published'" }),
      feed_card: steps(db, "feed_card", { id: post }),
      medium_first_five: steps(db, "medium_first_five", { post, most: "5" }),
      region_of_shown_videos: steps(db, "region_of_shown_videos", { post, least: "1" }),
      medium_ready_of_post: steps(db, "medium_ready_of_post", { post }),
      permit_post: steps(db, "permit_post", { post }),
      permit_near: steps(db, "permit_near", { post, today: at.today, account }),
      permit_medium: steps(db, "permit_medium", { medium, side: "1024" }),
      viewer_account: steps(db, "viewer_account", { account, organisation: "1" }),
      viewer_family: steps(db, "viewer_family", { guardian, today: at.today }),
    };
  };
  const few = ask(small);
  const many = ask(large);
  for (const [name, n] of Object.entries(few)) {
    assert.ok(n > 3, `${name} did nothing`);
    const m = many[name] ?? Infinity;
    assert.ok(m <= 1.3 * n + 20, `${name}: ${n} steps of 1,000 photos, ${m} of 100,000`);
  }
});

test("the house of a hundred thousand photos answers, a page at a time", async () => {
  await server.start();
  assert.ok(count(server, "medium WHERE state = 'ready'") > 99_000);
  const nadia = await server.client("nadia");
  const feed = await nadia.get("/");
  assert.equal(feed.status, 200);
  const albums = feed.text.match(/href="\/album\/\d+"/g) ?? [];
  assert.ok(albums.length >= 5 && albums.length <= 100, `${albums.length} links to albums`);
  assert.ok(feed.body.length < 200_000, `${feed.body.length} bytes`);
  const older = /href="(\/\?[^"]+)"/.exec(feed.text)?.[1];
  assert.ok(older !== undefined, "a way to what is older");
  const next = await nadia.get(older.replaceAll("&amp;", "&"));
  assert.equal(next.status, 200);
  assert.notEqual((next.text.match(/href="\/album\/\d+"/g) ?? [])[0], albums[0]);
  const foreign = sql<{ id: number }>(server, `SELECT m.id FROM medium m JOIN post_audience a ON a.post = m.post
    GROUP BY m.id HAVING min(a.activity_group) >= 1000 LIMIT 1`)[0]?.id;
  assert.equal((await nadia.get(`/m/${foreign}/1024`)).status, 404);
  for (const path of ["/today", "/roster", "/letters", "/structure", "/structure/people", "/register"]) {
    const claire = path === "/today" ? await server.client("claire") : undefined;
    if (claire !== undefined) director = claire;
    assert.equal((await director?.get(path))?.status, 200, path);
  }
});
let director: import("../lib/client").Client | undefined;

// A child with a box on each of twenty thousand published photos.
test("a withdrawal that touches twenty thousand photos counts at the next request, and looks at none of them", async () => {
  const LEA = 1;
  const boxes = "region WHERE kind = 'drawn' AND drawn_at = 7";
  sql(server, `CREATE TEMP TABLE seen AS SELECT p.id AS post, p.day_on AS day_on,
      (SELECT activity_group FROM enrolment WHERE child = ${LEA}) AS activity_group
      FROM post p WHERE p.id >= 1000 ORDER BY p.id LIMIT 834;
    INSERT INTO post_audience (post, activity_group, day_on) SELECT s.post, s.activity_group, s.day_on FROM seen s
      WHERE NOT EXISTS (SELECT 1 FROM post_audience a WHERE a.post = s.post AND a.activity_group = s.activity_group);
    INSERT INTO region (medium, x, y, w, h, kind, state, child, drawn_at, resolved_at)
      SELECT m.id, 20000, 20000, 9000, 9000, 'drawn', 'child', ${LEA}, 7, 7
        FROM medium m JOIN seen s ON s.post = m.post WHERE m.state = 'ready' ORDER BY m.id LIMIT 20000;
    INSERT INTO cover (medium, slot, x, y, w, h, drawn) SELECT medium, 1, x, y, w, h, 1 FROM ${boxes}`);
  assert.equal(count(server, boxes), 20_000);
  const [{ newest = 0, oldest = 0 } = {}] = sql<{ newest: number; oldest: number }>(server,
    "SELECT max(m.post) AS newest, min(m.post) AS oldest FROM region r JOIN medium m ON m.id = r.medium WHERE r.drawn_at = 7");
  const [nadia, anne] = [await server.client("nadia"), await server.client("anne")];
  const masked = async (): Promise<number[]> => Promise.all([newest, oldest].map(async (post) => {
    const album = await anne.get(`/album/${post}`);
    assert.equal(album.status, 200);
    return album.text.match(/\(1 visage masqué\)/g)?.length ?? 0;
  }));
  const rows = (): number[] => ["job", "cover", "region", "mask_request", "blob"].map((t) => count(server, t));
  const before = rows();
  assert.deepEqual(await masked(), [0, 0]);
  for (const yes of [false, true, false]) {
    assert.equal((await answer(nadia, LEA, GROUP, yes)).status, 303);
    for (const n of await masked()) assert.ok(yes ? n === 0 : n >= 8, `${n} photos say that a face is masked`);
  }
  assert.deepEqual(rows(), before, "nothing is written about any photo");
  assert.equal((await answer(nadia, LEA, GROUP, true)).status, 303);
});
