// Traces as jobs leaves them, written by hand: for the pages that show one.  How
// a real one is made is in tests/integration/trace.
import { fillFiles, sql } from "./trouble";
import { drawn } from "./pictures";
import type { Client } from "./client";
import type { Server } from "./server";

// Asked by that person, as a browser sends it.
export async function askTrace(server: Server, who: Client, reason: string): Promise<number> {
  const a = await fillFiles(who, "/traces", "/traces/ask", "copy",
    [{ name: "capture.jpg", bytes: drawn(300, 200), type: "image/jpeg" }], { reason });
  if (a.status !== 303) throw new Error(`not asked: ${a.status} ${a.text.slice(0, 2000)}`);
  return sql<{ id: number }>(server, "SELECT max(id) AS id FROM trace")[0]?.id ?? 0;
}

// What jobs would have told of it; named: accounts.
export function tellByHand(server: Server, trace: number, answer: string, named: number[] = []): void {
  const lead = "SELECT id FROM account WHERE role = 'safeguarding' ORDER BY id LIMIT 1";
  const medium = "SELECT id FROM medium WHERE state = 'ready' ORDER BY id LIMIT 1";
  sql(server, `UPDATE trace SET state = 'told', decided_by = (${lead}), decided_at = asked_at + 60, width = 1280, height = 960,
      accounts = 214, readings = 2, answer = '${answer}', told_at = asked_at + 120 WHERE id = ${trace};
    INSERT INTO trace_event (trace, at, actor, deed) SELECT id, decided_at, decided_by, 'allowed' FROM trace WHERE id = ${trace};
    INSERT INTO trace_event (trace, at, actor, deed) SELECT id, told_at, NULL, 'told' FROM trace WHERE id = ${trace};
    INSERT INTO trace_candidate SELECT ${trace}, 0, m.id, 18, 0 FROM (${medium}) m;
    INSERT INTO trace_reading SELECT ${trace}, m.id, 2048, 1, 2564, 991, 877, 60000, unixepoch() FROM (${medium}) m;
    ${named.map((a) => `INSERT INTO trace_score SELECT ${trace}, m.id, 2048, ${a}, 91000, 1 FROM (${medium}) m;`).join("\n")}`);
}
