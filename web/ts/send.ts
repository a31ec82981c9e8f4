// One file in pieces, by the protocol tus 1.0: what was cut goes on where the
// server says that it stands.  What it answered becomes an outcome.
import type { Outcome, Source } from "./queue";

const SILENCE_MS = 60_000; // nothing moved for so long: the network is gone

type Heads = Record<string, string>;
type Body = Blob | Uint8Array<ArrayBuffer> | null;

interface Answer { status: number; head(name: string): string | null }

// A service worker has no XMLHttpRequest, and nobody looks at its progress.
async function askQuietly(method: string, url: string, headers: Heads, body: Body): Promise<Answer | undefined> {
  try {
    const a = await fetch(url, { method, headers, body, credentials: "same-origin", signal: AbortSignal.timeout(2 * SILENCE_MS) });
    return { status: a.status, head: (name) => a.headers.get(name) };
  } catch {
    return undefined;
  }
}

// undefined: the network gave no answer.
function ask(method: string, url: string, heads: Heads, body: Body,
  sent: (n: number) => void): Promise<Answer | undefined> {
  if (globalThis.XMLHttpRequest === undefined) return askQuietly(method, url, heads, body);
  return new Promise((done) => {
    const xhr = new XMLHttpRequest();
    let silence = 0;
    const alive = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => xhr.abort(), SILENCE_MS);
    };
    const end = (answer?: Answer): void => {
      clearTimeout(silence);
      done(answer);
    };
    xhr.open(method, url);
    for (const [name, value] of Object.entries(heads)) xhr.setRequestHeader(name, value);
    xhr.upload.onprogress = (e) => { alive(); sent(e.loaded); };
    xhr.onload = () => end({ status: xhr.status, head: (name) => xhr.getResponseHeader(name) });
    xhr.onerror = xhr.onabort = () => end();
    alive();
    xhr.send(body);
  });
}

function refused(a: Answer | undefined): Outcome {
  switch (a?.status) {
    case undefined: case 408: case 409: case 410: case 423: return { kind: "again", why: "network" };
    case 403: return { kind: "refused", why: "open", again: true };
    case 404: return { kind: "refused", why: "away", again: true };
    case 413: return { kind: "refused", why: "full" };
    case 415: return { kind: "refused", why: "type" };
    case 507: return { kind: "refused", why: "disk", again: true };
    case 429: case 500: case 502: case 503: case 504:
      return { kind: "again", why: "server", waitMs: Number(a?.head("Retry-After")) * 1000 || 0 };
    default: return { kind: "refused", why: "server", again: true };
  }
}

const offsetOf = (a: Answer): number => Number(a.head("Upload-Offset") ?? NaN);

function fate(a: Answer): Outcome {
  switch (a.head("X-Preau-State")) {
    case "twice": return { kind: "twice", why: "" };
    case "queued": case null: return { kind: "arrived", why: "" };
    default: return { kind: "refused", why: "server", again: true };
  }
}

// The name as the protocol wants it: base64 of its UTF-8.
const wordsOf = (name: string): string =>
  `filename ${btoa(String.fromCharCode(...new TextEncoder().encode(name.slice(-100))))}`;

const none = (): void => undefined;

async function isKnown(post: number, sha256: string): Promise<boolean> {
  try {
    const a = await fetch(`/album/${post}/known/${sha256}`, { credentials: "same-origin", cache: "no-store" });
    return a.ok && (await a.json() as { known: boolean }).known;
  } catch {
    return false; // what is not known is sent, and told apart when it is there
  }
}

interface Start { url: string; from: number }

// Where it stands, or why not; nothing stands yet at a fresh one.
async function stand(source: Source, post: number, heads: Heads): Promise<Start | Outcome> {
  if (source.begun !== "") {
    const seen = await ask("HEAD", source.begun, heads, null, none);
    if (seen?.status === 200) return { url: source.begun, from: offsetOf(seen) };
    // Too late, or nobody is signed in any more: that the next answer tells.
    if (seen?.status !== 404 && seen?.status !== 410) return refused(seen);
  } else if ((source.sha256 ?? "") !== "" && await isKnown(post, source.sha256 ?? "")) {
    return { kind: "twice", why: "" };
  }
  const made = await ask("POST", `/album/${post}/pieces`,
    { ...heads, "Upload-Length": `${source.size}`, "Upload-Metadata": wordsOf(source.name) }, null, none);
  const url = made?.head("Location") ?? null;
  if (made?.status !== 201 || url === null) return refused(made);
  await source.begin(url);
  return { url, from: 0 };
}

// begun: where the server has it, once it is known.
export async function sendTo(post: number, token: string, source: Source,
  progress: (sent: number) => void): Promise<Outcome & { begun?: string }> {
  const heads = { "Tus-Resumable": "1.0.0", "X-Preau-Form": token };
  const start = await stand(source, post, heads);
  if ("kind" in start) return start;
  const { url } = start;
  for (let from = start.from; ;) {
    const to = Math.min(source.size, from + source.piece);
    const at = from;
    progress(at);
    const a = await ask("PATCH", url, { ...heads, "Content-Type": "application/offset+octet-stream", "Upload-Offset": `${at}` },
      await source.bytes(at, to), (n) => progress(at + n));
    // By its first bytes it is no video, and too large to be anything else.
    if (a?.status === 413) return { kind: "refused", why: "big" };
    if (a?.status !== 204) return refused(a);
    from = offsetOf(a);
    if (from === source.size) return { ...fate(a), begun: url };
    if (from !== to) return { kind: "again", why: "network" };
  }
}
