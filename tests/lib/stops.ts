// A stop as the comparison makes it, written by hand: for the pages that show
// one.  How a real one is made is in tests/unit/stop and in the tests of lists.
import { sql } from "./trouble";
import type { Server } from "./server";

export interface Hit {
  list?: string; // its name; none: the organisation's own register
  kind?: number; // of hash/kind.h
  distance?: number;
  quality?: number | null;
  transform?: number;
  hypothesis?: number;
  value?: string; // hexadecimal
}

const account = (server: Server, role: string): number =>
  sql<{ id: number }>(server, `SELECT id FROM account WHERE role = '${role}' ORDER BY id LIMIT 1`)[0]?.id ?? 0;

function listOf(server: Server, name: string): number {
  const found = sql<{ id: number }>(server, `SELECT id FROM list WHERE name = '${name}'`)[0]?.id;
  if (found !== undefined) return found;
  const director = account(server, "director");
  return sql<{ id: number }>(server, `INSERT INTO list (name, source, format, takes, created_by, created_at, generation,
    entries_file, proposed_by, enabled, enabled_by) VALUES ('${name}', 'Une maison d’essai', 'text', 'whole', ${director},
    unixepoch(), 1, 'none', ${director}, 1, ${account(server, "safeguarding")}) RETURNING id`)[0]?.id ?? 0;
}

// Whatever state the medium is in; the number of the case.
export function stopByHand(server: Server, medium: number, hits: Hit[], stage: "intake" | "rescan" = "rescan"): number {
  const listed = hits.some((h) => h.list !== undefined);
  const lists = hits.map((h) => (h.list === undefined ? "NULL" : String(listOf(server, h.list))));
  const id = (sql<{ n: number }>(server, "SELECT coalesce(max(id), 0) + 1 AS n FROM stopping")[0]?.n ?? 1);
  const rows = hits.map((h, i) => {
    const value = h.value ?? "5a".repeat(32);
    return `INSERT INTO stop_hit (stopping, list, list_name, list_source, list_generation, entry, entry_name, entry_scheme,
      entry_category, entry_value, hash_kind, hash, hypothesis, transform, frame, quality, distance, threshold, found_at)
      VALUES (${id}, ${lists[i]}, '${h.list ?? ""}', '${h.list === undefined ? "" : "Une maison d’essai"}', 1, ${i},
      '${h.list === undefined ? "" : `E-${i + 1}`}', '${h.list === undefined ? "" : "essai"}', '${h.list === undefined ? "" : "A"}',
      x'${value}', ${h.kind ?? 1}, x'${value}', ${h.hypothesis ?? 0}, ${h.transform ?? 0}, 0,
      ${h.quality === undefined ? 90 : h.quality}, ${h.distance ?? 9}, ${(h.kind ?? 1) === 1 ? 31 : 0}, unixepoch());`;
  }).join("\n");
  sql(server, `BEGIN IMMEDIATE;
    INSERT INTO stopping (id, organisation, medium, post, uploader, cause, stage, stopped_at)
      SELECT ${id}, organisation, id, post, uploader, '${listed ? "list" : "withdrawn"}', '${stage}', unixepoch()
        FROM medium WHERE id = ${medium};
    ${rows}
    INSERT INTO stop_event (stopping, at, deed) VALUES (${id}, unixepoch(), 'stopped');
    UPDATE medium SET state = '${listed ? "locked" : "held"}' WHERE id = ${medium};
    ${listed ? `INSERT INTO legal_hold (medium, stopping, held_at) VALUES (${medium}, ${id}, unixepoch());
    INSERT INTO stop_hold (stopping, post, uploader, made_at)
      SELECT ${id}, post, uploader, unixepoch() FROM medium WHERE id = ${medium};
    UPDATE medium SET state = 'held' WHERE state = 'ready'
      AND (post, uploader) = (SELECT post, uploader FROM medium WHERE id = ${medium})
      AND EXISTS (SELECT 1 FROM post p WHERE p.id = medium.post AND p.state = 'draft');` : ""}
    UPDATE post SET photos = (SELECT count(*) FROM medium m WHERE m.post = post.id AND m.state = 'ready');
    COMMIT;`);
  return id;
}

export const stateOf = (server: Server, medium: number): string =>
  sql<{ state: string }>(server, `SELECT state FROM medium WHERE id = ${medium}`)[0]?.state ?? "";
