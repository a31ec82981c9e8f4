// One file in pieces, by the protocol tus 1.0: what was cut goes on where the
// server says that it stands.  What it answered becomes an outcome.
import type { Outcome, Send } from "./queue";

const SILENCE_MS = 60_000; // nothing moved for so long: the network is gone

type Heads = Record<string, string>;

// undefined: the network gave no answer.
function ask(method: string, url: string, heads: Heads, body: Blob | null,
  sent: (n: number) => void): Promise<XMLHttpRequest | undefined> {
  return new Promise((done) => {
    const xhr = new XMLHttpRequest();
    let silence = 0;
    const alive = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => xhr.abort(), SILENCE_MS);
    };
    const end = (answer?: XMLHttpRequest): void => {
      clearTimeout(silence);
      done(answer);
    };
    xhr.open(method, url);
    for (const [name, value] of Object.entries(heads)) xhr.setRequestHeader(name, value);
    xhr.upload.onprogress = (e) => { alive(); sent(e.loaded); };
    xhr.onload = () => end(xhr);
    xhr.onerror = xhr.onabort = () => end();
    alive();
    xhr.send(body);
  });
}

function refused(xhr: XMLHttpRequest | undefined): Outcome {
  switch (xhr?.status) {
    case undefined: case 408: case 409: case 410: case 423: return { kind: "again", why: "network" };
    case 403: return { kind: "refused", why: "open", again: true };
    case 404: return { kind: "refused", why: "signed", again: true };
    case 413: return { kind: "refused", why: "full" };
    case 415: return { kind: "refused", why: "type" };
    case 507: return { kind: "refused", why: "disk", again: true };
    case 429: case 500: case 502: case 503: case 504:
      return { kind: "again", why: "server", waitMs: Number(xhr?.getResponseHeader("Retry-After")) * 1000 || 0 };
    default: return { kind: "refused", why: "server", again: true };
  }
}

const offsetOf = (xhr: XMLHttpRequest): number => Number(xhr.getResponseHeader("Upload-Offset") ?? NaN);

function fate(xhr: XMLHttpRequest): Outcome {
  switch (xhr.getResponseHeader("X-Preau-State")) {
    case "twice": return { kind: "twice", why: "" };
    case "queued": case null: return { kind: "arrived", why: "" };
    default: return { kind: "refused", why: "server", again: true };
  }
}

// The name as the protocol wants it: base64 of its UTF-8.
const wordsOf = (file: File): string =>
  `filename ${btoa(String.fromCharCode(...new TextEncoder().encode(file.name.slice(-100))))}`;

export function sender(place: string, token: string): Send {
  const begun = new Map<File, string>();
  const heads = { "Tus-Resumable": "1.0.0", "X-Preau-Form": token };
  const none = (): void => undefined;

  // Where it stands, or why not; nothing stands yet at a fresh one.
  const stand = async (file: File): Promise<number | Outcome> => {
    const url = begun.get(file);
    if (url !== undefined) {
      const seen = await ask("HEAD", url, heads, null, none);
      if (seen?.status === 200) return offsetOf(seen);
      // Too late, or nobody is signed in any more: that the next answer tells.
      if (seen?.status !== 404 && seen?.status !== 410) return refused(seen);
    }
    const made = await ask("POST", place, { ...heads, "Upload-Length": `${file.size}`, "Upload-Metadata": wordsOf(file) }, null, none);
    const at = made?.getResponseHeader("Location") ?? null;
    if (made?.status !== 201 || at === null) return refused(made);
    begun.set(file, at);
    return 0;
  };

  return async (file, progress) => {
    const from = await stand(file);
    if (typeof from !== "number") return from;
    progress(from);
    const url = begun.get(file) ?? "";
    const xhr = await ask("PATCH", url, { ...heads, "Content-Type": "application/offset+octet-stream", "Upload-Offset": `${from}` },
      file.slice(from), (n) => progress(from + n));
    // By its first bytes it is no video, and too large to be anything else.
    if (xhr?.status === 413) return { kind: "refused", why: "big" };
    if (xhr?.status !== 204) return refused(xhr);
    return offsetOf(xhr) === file.size ? fate(xhr) : { kind: "again", why: "network" };
  };
}
