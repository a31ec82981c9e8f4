// The one queue of a page, with what waited on this device already, and the way
// onto the device for what is chosen now.
import { askState, errandOf, giveUp, type Standing } from "./errand";
import { Keep, type Kept, type Place } from "./keep";
import { queueOf, type Item, type Queue, type Source } from "./queue";
import { canSeal } from "./seal";

const DIGEST_MOST = 40 << 20; // bytes that are held at once to know them again
const SYNC = "later";

export type Listener = (item: Item, gone: boolean) => void;

export interface Desk {
  queue: Queue;
  keep: Keep | null;
  standing: Standing; // as it was when the page was opened
  albums: Map<string, number>; // made on this device, and what they became
  listen(then: Listener): void; // of all that is there already too
  // loose: what cannot be kept is sent all the same while the page is open.
  add(files: File[], place: Place, loose: boolean): void;
  remove(item: Item): void;
}

export const isHere = (d: Desk, post: number) => (item: Item): boolean =>
  item.source.place.post === post || (item.source.place.album !== "" && d.albums.get(item.source.place.album) === post);

// A file as the page has it: gone with the page.
function looseOf(file: File, place: Place): Source {
  return { name: file.name, type: file.type, size: file.size, piece: Infinity, place, begun: "",
    bytes: async (from, to) => file.slice(from, to),
    async begin(url) { (this as { begun: string }).begun = url; } };
}

async function digestOf(source: Source): Promise<string> {
  if (source.size > DIGEST_MOST) return "";
  const all = await source.bytes(0, source.size);
  const sum = await crypto.subtle.digest("SHA-256", all instanceof Blob ? await all.arrayBuffer() : all);
  return Array.from(new Uint8Array(sum), (b) => b.toString(16).padStart(2, "0")).join("");
}

async function hasRoom(bytes: number): Promise<boolean> {
  if (navigator.storage?.estimate === undefined) return true;
  await navigator.storage.persist();
  const { quota, usage } = await navigator.storage.estimate();
  return quota === undefined || usage === undefined || quota - usage > bytes * 1.1;
}

// While nobody looks, where the browser can.
async function callLater(): Promise<void> {
  const worker = await navigator.serviceWorker?.getRegistration() as
    (ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } }) | undefined;
  await worker?.sync?.register(SYNC).catch(() => undefined);
}

async function putAway(keep: Keep, source: Source, loose: boolean): Promise<Source | string> {
  try {
    const sha256 = await digestOf(source);
    if (!await hasRoom(source.size)) return loose ? source : "room";
    const kept = await navigator.locks.request("preau putting", { mode: "shared" }, () => keep.add(source, source.place, sha256));
    void callLater();
    return kept;
  } catch (e) {
    if (e instanceof DOMException && e.name === "NotReadableError") return "unreadable";
    return loose ? source : "room";
  }
}

async function openKeep(standing: Standing): Promise<Keep | null> {
  if (!canSeal() || navigator.locks === undefined) return null;
  try {
    const keep = typeof standing === "string" ? await Keep.last() : await Keep.of(standing.account);
    if (keep !== null && typeof standing !== "string")
      await keep.setFacts({ groups: standing.groups, albums: standing.albums });
    await navigator.locks.request("preau putting", { ifAvailable: true }, (free) => keep?.tidy(free === null));
    return keep;
  } catch {
    return null; // no room, or a browser that keeps nothing
  }
}

async function openDesk(): Promise<Desk> {
  const standing = await askState();
  const keep = await openKeep(standing);
  const listeners: Listener[] = [];
  const { most, mostVideo } = document.querySelector<HTMLElement>("[data-most]")?.dataset ?? {};
  const queue = queueOf(errandOf(keep).send, (item) => listeners.forEach((l) => l(item, false)),
    { photo: Number(most ?? Infinity), video: Number(mostVideo ?? Infinity) });

  queue.add(await keep?.files().catch(() => []) ?? []);
  addEventListener("beforeunload", (e) => {
    if (!queue.loose()) return;
    e.preventDefault();
    e.returnValue = "";
  });
  return {
    queue, keep, standing,
    albums: new Map((await keep?.albums() ?? []).map((a) => [a.id, a.post])),
    listen(then) {
      listeners.push(then);
      for (const item of queue.items) then(item, false);
    },
    add(files, place, loose) {
      queue.add(files.map((f) => looseOf(f, place)), keep === null ? undefined : (s) => putAway(keep, s, loose));
    },
    remove(item) {
      queue.remove(item);
      if (queue.items.includes(item)) return;
      if (keep !== null && item.source.id !== undefined) void giveUp(keep, item.source as Kept);
      listeners.forEach((l) => l(item, true));
    },
  };
}

let opened: Promise<Desk> | null = null;
export const desk = (): Promise<Desk> => opened ??= openDesk();
