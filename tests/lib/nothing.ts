// Two answers to the same question about two things: does a stranger learn
// which of them is there?
import type { Answer } from "./client";

// Everything but the hour, the asked path and what is drawn by lot.
export function essence(a: Answer, path: string): unknown {
  const headers = Object.entries(a.headers).filter(([k]) => k !== "date").map(([k, v]) =>
    [k, k === "set-cookie" ? (v as string[]).map((c) => c.replace(/=[0-9a-f]{16,}/, "=…")) : v]);
  const text = a.text.split(encodeURIComponent(path)).join("…").split(path).join("…").replace(/value="[\w-]{30,}"/g, "");
  return { status: a.status, names: a.names, headers, length: a.body.length, text };
}
