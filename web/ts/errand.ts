// Sends what waits on this device, from a page or from the service worker: who
// is signed in, the album that is still to be made, the file, its caption.  One
// window at a time has a file in its hands.
import { Keep, type AlbumWords, type Facts, type Kept } from "./keep";
import { sendTo } from "./send";
import type { Outcome, Send, Source } from "./queue";

export interface State extends Facts { account: string; form: string; today: string }
// signed: nobody is signed in; nobody: somebody who sends nothing.
export type Standing = State | "signed" | "nobody" | "network";

export async function askState(): Promise<Standing> {
  try {
    const a = await fetch("/later", { credentials: "same-origin", redirect: "manual", cache: "no-store" });
    if (a.type === "opaqueredirect") return "signed";
    if (a.status === 404) return "nobody";
    return a.ok ? await a.json() as State : "network";
  } catch {
    return "network";
  }
}

// Without locks (an old browser) the server still lets one piece in at a time.
export const alone = <T>(what: string, deed: () => Promise<T>): Promise<T> =>
  (navigator.locks === undefined ? deed() : navigator.locks.request(`preau ${what}`, deed) as Promise<T>);

const refuse = (why: string): Outcome => ({ kind: "refused", why, again: true });
const again = (why: string): Outcome => ({ kind: "again", why });

const post = (path: string, form: string, fields: [string, string][]): Promise<Response> =>
  fetch(path, { method: "POST", credentials: "same-origin", redirect: "manual",
    headers: { "X-Preau-Form": form, "Content-Type": "application/x-www-form-urlencoded" }, body: new URLSearchParams(fields).toString() });

// Asked for again and again with the same word, until it is answered.
async function makeAlbum(id: string, words: AlbumWords, form: string): Promise<number | Outcome> {
  const a = await post("/later", form, [["once", id], ["title", words.title], ["day", words.day],
    ...words.groups.map((g): [string, string] => ["group", String(g)])]);
  if (a.ok) return (await a.json() as { post: number }).post;
  if (a.status === 503 || a.status === 500) return again("server");
  return refuse(a.status === 507 ? "disk" : "album");
}

export interface Errand { send: Send; keep: Keep | null }

// keep null: nothing can be kept here, and what is sent lies in the page.
export function errandOf(keep: Keep | null): Errand {
  let state: Promise<Standing> | null = null;
  const standing = (fresh: boolean): Promise<Standing> => {
    if (fresh || state === null) state = askState();
    return state;
  };

  // Whose session it is: nobody's files go under another name.
  const ticket = async (fresh: boolean): Promise<string | Outcome> => {
    const s = await standing(fresh);
    if (typeof s === "string") {
      state = null;
      return s === "network" ? again("network") : refuse(s === "nobody" ? "other" : "signed");
    }
    return keep !== null && s.account !== keep.tag ? refuse("other") : s.form;
  };

  const postOf = (source: Source): Promise<number | Outcome> => alone(`album ${source.place.album}`, async () => {
    if (source.place.post !== 0) return source.place.post;
    const album = await keep?.album(source.place.album) ?? null;
    if (album === null) return { kind: "refused", why: "away" };
    if (album.post !== 0) return album.post;
    // Each form counts once, also when its answer was lost.
    const form = await ticket(true);
    if (typeof form !== "string") return form;
    const made = await makeAlbum(album.id, album, form);
    if (typeof made === "number") await keep?.setPost(album.id, made);
    return made;
  });

  const caption = async (to: number, source: Source, begun: string | undefined): Promise<Outcome | null> => {
    const medium = /\d+$/.exec(begun ?? "")?.[0];
    if ((source.caption ?? "") === "" || medium === undefined) return null;
    const form = await ticket(true);
    if (typeof form !== "string") return form;
    const a = await post(`/publish/${to}/photo/${medium}`, form, [["do", "save"], ["caption", source.caption ?? ""]]);
    return a.status >= 500 ? again("server") : null;
  };

  const through = async (source: Source, progress: (n: number) => void, fresh: boolean): Promise<Outcome> => {
    const to = await postOf(source);
    if (typeof to !== "number") return to;
    const form = await ticket(fresh);
    if (typeof form !== "string") return form;
    const o = await sendTo(to, form, source, progress);
    // The form is of an older session, or there is none any more.
    if (o.kind === "refused" && (o.why === "open" || o.why === "away") && !fresh) {
      const now = source.id === undefined ? source : await keep?.file(source.id);
      return now === null || now === undefined ? { kind: "elsewhere", why: "" } : through(now, progress, true);
    }
    if (o.kind === "arrived") return await caption(to, source, o.begun) ?? o;
    return o;
  };

  const one = async (source: Source, progress: (n: number) => void): Promise<Outcome> => {
    try {
      if (source.id === undefined || keep === null) return await through(source, progress, false);
      const now = await keep.file(source.id);
      if (now === null) return { kind: "elsewhere", why: "" };
      const o = await through(now, progress, false);
      if (o.kind === "arrived" || o.kind === "twice") await keep.forget(source.id);
      return o;
    } catch (e) {
      // fetch says TypeError; what the device says is another thing.
      return e instanceof TypeError ? again("network") : refuse("device");
    }
  };
  return { keep, send: (source, progress) => (source.id === undefined ? one(source, progress) : alone(`file ${source.id}`, () => one(source, progress))) };
}

// Everything once, in the background; fails when the network did, so that the
// browser calls again.
export async function sendAll(): Promise<void> {
  const keep = await Keep.last();
  if (keep === null) return;
  const { send } = errandOf(keep);
  for (const file of await keep.files()) {
    const o = await send(file, () => undefined);
    if (o.kind === "again") throw new Error(o.why);
  }
}

// Gives a file up, on the server too where it was begun.
export async function giveUp(keep: Keep, file: Kept): Promise<void> {
  await alone(`file ${file.id}`, async () => {
    const now = await keep.file(file.id);
    await keep.forget(file.id);
    const s = now === null || now.begun === "" ? "network" : await askState();
    if (now === null || typeof s === "string" || s.account !== keep.tag) return;
    await fetch(now.begun, { method: "DELETE", headers: { "Tus-Resumable": "1.0.0", "X-Preau-Form": s.form } }).catch(() => undefined);
  });
}
