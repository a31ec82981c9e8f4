// One file is one request; what the server answered becomes an outcome.
import { typeOf, type Outcome, type Send } from "./queue";

const SILENCE_MS = 60_000; // nothing moved for so long: the network is gone

function answered(xhr: XMLHttpRequest): Outcome {
  switch (xhr.status) {
    case 200: return fate(xhr.responseText);
    case 403: return { kind: "refused", why: "open", again: true };
    case 404: return { kind: "refused", why: "signed", again: true };
    case 413: return { kind: "refused", why: "full" };
    case 415: return { kind: "refused", why: "type" };
    case 507: return { kind: "refused", why: "disk", again: true };
    case 408: return { kind: "again", why: "network" };
    case 429: case 500: case 502: case 503: case 504:
      return { kind: "again", why: "server", waitMs: Number(xhr.getResponseHeader("Retry-After")) * 1000 || 0 };
    default: return { kind: "refused", why: "server", again: true };
  }
}

function fate(json: string): Outcome {
  let state: unknown = "";
  try {
    state = (JSON.parse(json) as { state?: unknown }).state;
  } catch { /* a page where JSON was due: below */ }
  switch (state) {
    case "queued": return { kind: "arrived", why: "" };
    case "twice": return { kind: "twice", why: "" };
    case "too-big": return { kind: "refused", why: "big" };
    case "cut": return { kind: "again", why: "network" };
    case "failed": return { kind: "again", why: "disk" };
    default: return { kind: "refused", why: "server", again: true };
  }
}

export function sender(url: string, token: string): Send {
  return (file, progress) => new Promise((done) => {
    const xhr = new XMLHttpRequest();
    let silence = 0;
    const alive = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => xhr.abort(), SILENCE_MS);
    };
    const end = (o: Outcome): void => {
      clearTimeout(silence);
      done(o);
    };
    xhr.open("POST", url);
    xhr.setRequestHeader("Content-Type", typeOf(file));
    xhr.setRequestHeader("X-Preau-Name", encodeURIComponent(file.name.slice(-100)));
    xhr.setRequestHeader("X-Preau-Form", token);
    xhr.upload.onprogress = (e) => { alive(); progress(e.loaded); };
    xhr.onload = () => end(answered(xhr));
    xhr.onerror = xhr.onabort = () => end({ kind: "again", why: "network" });
    alive();
    xhr.send(file);
  });
}
