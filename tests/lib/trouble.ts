// What the tests of faults share: the processes of a server, its database from
// outside, and an answer that is waited for.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import { sayNobody } from "./faces";
import type { Answer, Client } from "./client";
import { drained, pause, until } from "./patience";
import { count, dataOf, sql } from "./rows";
import type { Server } from "./server";

export { count, dataOf, pause, sql, until };

export interface Role { pid: number; name: string; age_ms: number }

// Of a process, since the machine began: see proc(5), starttime.
const TICK_MS = 10;
const uptimeMs = (): number => Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]) * 1000;

// front, worker, jobs and media: the children of the monitor.
export function roles(server: Server): Role[] {
  const found: Role[] = [];
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const [, comm = "", rest = ""] = /^\d+ \((.*)\) (.*)$/s.exec(stat) ?? [];
      const fields = rest.split(" ");
      if (Number(fields[1]) !== server.pid || fields[0] === "Z" || !comm.startsWith("preau-")) continue;
      const jobs = readFileSync(`/proc/${name}/cmdline`, "utf8").includes("--jobs");
      found.push({ pid: Number(name), name: jobs ? "jobs" : comm.slice("preau-".length),
        age_ms: uptimeMs() - Number(fields[19]) * TICK_MS });
    } catch { /* gone meanwhile */ }
  }
  return found;
}

// It has come so far that it was told to work: its own filter of system calls
// is the last thing that it puts on.
const atWork = (pid: number): boolean => {
  try {
    return /^Seccomp:\t2$/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};

// False: it went before.
function signal(pid: number, what: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, what);
  } catch {
    return false;
  }
}

function kill(found: Role[]): boolean {
  const one = found[Math.floor(Math.random() * found.length)];
  return one !== undefined && signal(one.pid, "SIGKILL");
}

// One that works.  False: there was none, or it went first.  The monitor gives
// up a process that dies within a second, again and again, and one that dies
// before it is ready: that is another test, whatever the speed of the machine.
export const killOne = (server: Server, name: string): boolean =>
  kill(roles(server).filter((r) => r.name === name && r.age_ms > 1200 && atWork(r.pid)));

// Those that work now: what is stopped is given work, and does none of it.
export function signalAll(server: Server, name: string, what: NodeJS.Signals): number[] {
  return roles(server).filter((r) => r.name === name && r.age_ms > 1200 && atWork(r.pid) && signal(r.pid, what)).map((r) => r.pid);
}

// The monitor dies, and its processes with it: until they are gone, one of them
// may still listen where the next one will.
export async function killAll(server: Server): Promise<void> {
  const orphans = roles(server).map((r) => r.pid);
  process.kill(server.pid, "SIGKILL");
  await until("the monitor to be gone", () => server.ended);
  await until("its processes to go with it", () => orphans.every(isGone));
}

function isGone(pid: number): boolean {
  try {
    return /^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return true;
  }
}

// None of these processes has anything in its hands: they sleep, however often
// one looks.  One that waits for a processor does not sleep.
export async function atIdle(server: Server, name: string): Promise<void> {
  let seen = 0;
  await until(`${name} to have nothing to do`, () => {
    const all = roles(server).filter((r) => r.name === name);
    seen = all.length > 0 && all.every((r) => atWork(r.pid) && isAsleep(r.pid)) ? seen + 1 : 0;
    return seen >= 5;
  });
}

function isAsleep(pid: number): boolean {
  try {
    return /^State:\tS/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

export const signalThese = (pids: number[], what: NodeJS.Signals): void => pids.forEach((pid) => void signal(pid, what));

// One that was only just started, as often as not.
export const killAtOnce = (server: Server, name: string): boolean =>
  kill(roles(server).filter((r) => r.name === name));

export interface Finding { kind: string; id: number; what: string; fixed: boolean }
export interface Checked { open: number; files: number; blobs: number; findings: Finding[] }

export function check(server: Server, ...more: string[]): Checked {
  const done = server.preau("--json", "check", "--deep", ...more);
  const line = done.out.split("\n")[0] ?? "";
  if (!line.startsWith("{\"blobs\"")) throw new Error(`check: ${done.status} ${done.out} ${done.err}`);
  return JSON.parse(line) as Checked;
}

// No photo is under way any more.
export const settled = (server: Server): Promise<void> => drained("the queue", () =>
  count(server, "job WHERE kind = 'intake'") + count(server, "medium WHERE state = 'queued'"));

// And a program has looked for faces in every photo: what it finds after a word
// takes the word back.
export async function lookedThrough(server: Server, album: number): Promise<void> {
  await settled(server);
  await drained("photos to be looked through", () => count(server, `medium WHERE post = ${album} AND state = 'ready' AND looked_at IS NULL`));
}

// Nor is anything drawn or looked for: every answer is what it stays.
export async function atRest(server: Server): Promise<void> {
  await settled(server);
  await drained("all work on photos", () => count(server, "job WHERE kind IN ('intake', 'faces', 'between', 'cover', 'redraw')"));
}

// What a running server took away meanwhile is not there: no fault.
function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw e;
  }
}

export const bytesIfThere = (path: string): Buffer | undefined => unlessGone(() => readFileSync(path));

// Files below a folder that is there, with their full names.
export function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return [];
    return stat.isDirectory() ? unlessGone(() => filesBelow(path)) ?? [] : [path];
  });
}

// The form of a page that leads to `action`, as a browser would send it untouched.
export function formOf(page: string, action: string): URLSearchParams {
  const at = page.indexOf(`action="${action}"`);
  if (at === -1) throw new Error(`no form to ${action} on this page:\n${page.slice(0, 3000)}`);
  const part = page.slice(at, page.indexOf("</form>", at));
  const fields = new URLSearchParams();
  for (const [tag] of part.matchAll(/<(?:input|select|textarea)\b[^>]*>(?:(?<=<select[^>]*>)[\s\S]*?<\/select>)?/g)) {
    const name = /\bname="([^"]*)"/.exec(tag)?.[1];
    const type = /\btype="([^"]*)"/.exec(tag)?.[1] ?? "text";
    if (name === undefined || type === "file") continue;
    if ((type === "checkbox" || type === "radio") && !/\bchecked\b/.test(tag)) continue;
    const chosen = /<option value="([^"]*)"[^>]*\bselected\b/.exec(tag) ?? /<option value="([^"]*)"/.exec(tag);
    const value = tag.startsWith("<select") ? chosen?.[1] : /\bvalue="([^"]*)"/.exec(tag)?.[1];
    fields.append(name, (value ?? "").replaceAll("&#39;", "'").replaceAll("&amp;", "&"));
  }
  return fields;
}

// Opens a page, changes some fields of one of its forms and sends it.
export async function fill(c: Client, page: string, action: string, change: Record<string, string> = {}): Promise<Answer> {
  const fields = formOf((await c.get(page)).text, action);
  for (const [name, value] of Object.entries(change)) fields.set(name, value);
  return c.ask("POST", action, { body: fields.toString(), headers: {
    "Content-Type": "application/x-www-form-urlencoded", Origin: c.origin, "Sec-Fetch-Site": "same-origin" } });
}

// The same with files, as a browser without scripts sends them.
export async function fillFiles(c: Client, page: string, action: string, field: string,
  files: { name: string; bytes: Buffer; type: string }[], change: Record<string, string> = {}): Promise<Answer> {
  const fields = formOf((await c.get(page)).text, action);
  for (const [name, value] of Object.entries(change)) fields.set(name, value);
  return sendFiles(c, action, fields, field, files);
}

export async function sendFiles(c: Client, action: string, fields: URLSearchParams, field: string,
  files: { name: string; bytes: Buffer; type: string }[]): Promise<Answer> {
  const mark = "----preau-test-4711";
  const parts: Buffer[] = [];
  for (const [name, value] of fields)
    parts.push(Buffer.from(`--${mark}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`));
  for (const f of files)
    parts.push(Buffer.from(`--${mark}\r\nContent-Disposition: form-data; name="${field}"; filename="${f.name}"\r\n` +
      `Content-Type: ${f.type}\r\n\r\n`), f.bytes, Buffer.from("\r\n"));
  parts.push(Buffer.from(`--${mark}--\r\n`));
  return c.ask("POST", action, { body: Buffer.concat(parts), headers: {
    "Content-Type": `multipart/form-data; boundary=${mark}`, Origin: c.origin, "Sec-Fetch-Site": "same-origin" } });
}

export async function newAlbum(c: Client, title: string, group = 0): Promise<number> {
  const page = (await c.get("/publish")).text;
  const first = /name="group"[^>]*value="(\d+)"/.exec(page)?.[1] ?? "";
  const made = await fill(c, "/publish", "/publish", { title, group: group === 0 ? first : String(group) });
  const id = /^\/publish\/(\d+)/.exec(made.headers.location ?? "")?.[1];
  if (id === undefined) throw new Error(`no album: ${made.status} ${made.text.slice(0, 3000)}`);
  return Number(id);
}

// As the page's own script sends a file: the whole body, its name and the
// form's token beside it.
export async function upload(c: Client, album: number, name: string, bytes: Buffer, token?: string,
  type = "image/jpeg"): Promise<{ status: number; state: string; text: string }> {
  const form = token ?? await c.token(`/publish/${album}`);
  const a = await c.ask("POST", `/album/${album}/upload`, { body: bytes, headers: { "Content-Type": type,
    "X-Preau-Form": form, "X-Preau-Name": encodeURIComponent(name), Origin: c.origin, "Sec-Fetch-Site": "same-origin" } });
  const state = a.status === 200 ? (JSON.parse(a.text) as { state: string }).state : "";
  return { status: a.status, state, text: a.text };
}

// second: who looks too, where a family of the day has not agreed.
export async function publishNow(c: Client, album: number, second?: Client): Promise<void> {
  await sayNobody(c, album);
  if (second !== undefined) await sayNobody(second, album);
  const done = await fill(c, `/publish/${album}/send`, `/publish/${album}/send`, { when: "now" });
  if (done.headers.location !== `/publish/${album}/done`)
    throw new Error(`not published: ${done.status} ${done.headers.location ?? ""} ${done.text.slice(0, 3000)}`);
}
