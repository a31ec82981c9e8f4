// The files on their way: three at a time, each again after a failure of the
// network, never the same one twice at once.  No page in here.
export type State = "keeping" | "waiting" | "sending" | "pausing" | "arrived" | "twice" | "elsewhere" | "refused";

// What is sent, wherever its bytes lie.
export interface Source {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly id?: number;     // kept on this device
  readonly piece: number;   // the most bytes of one request
  readonly place: { post: number; album: string };
  readonly begun: string;   // where the server has its beginning, or ""
  readonly sha256?: string; // in hexadecimal; "" or none: not known
  readonly caption?: string;
  bytes(from: number, to: number): Promise<Blob | Uint8Array<ArrayBuffer>>;
  begin(url: string): Promise<void>;
}

export interface Item {
  source: Source;
  state: State;
  sent: number; // bytes
  tries: number;
  why: string;  // key of a sentence, when refused or pausing
  again: boolean; // refused, and worth another try
}

export interface Outcome {
  kind: "arrived" | "twice" | "elsewhere" | "refused" | "again";
  why: string;
  again?: boolean;
  waitMs?: number;
}

export type Send = (source: Source, progress: (sent: number) => void) => Promise<Outcome>;
// Puts it away on this device; what could not be is why not, or itself.
export type PutAway = (source: Source) => Promise<Source | string>;

const LANES = 3;
const TRIES = 6;          // of a server that answers, but not well
const PAUSE_MAX_MS = 30_000;

// Some telephones do not know the type of their own pictures.  A document may
// have as many bytes as a photo.
export function kindOf(file: { name: string; type: string }): "photo" | "video" | "" {
  if (file.type.startsWith("video/") || /\.(mp4|m4v|mov|webm|3gp)$/i.test(file.name)) return "video";
  return file.type.startsWith("image/") || file.type === "application/pdf" || /\.(jpe?g|png|webp|hei[cf]|avif|pdf|docx|xlsx|pptx|od[tsp])$/i.test(file.name) ? "photo" : "";
}

// The most bytes of each.
export interface Most { photo: number; video: number }

export function faultOf(file: { name: string; type: string; size: number }, most: Most): string {
  const kind = kindOf(file);
  if (kind === "") return "type";
  if (file.size === 0) return "empty";
  if (file.size <= most[kind]) return "";
  return kind === "photo" ? "big" : "long";
}

export interface Queue {
  items: readonly Item[];
  add(sources: Iterable<Source>, putAway?: PutAway): void;
  busy(): boolean;
  loose(): boolean; // some would be lost with this page
  retry(item?: Item): void;
  remove(item: Item): void;
}

// Longer each time, and not all files at the same instant.
function pauseMs(tries: number, least: number): number {
  return Math.max(least, Math.min(PAUSE_MAX_MS, 500 * 2 ** tries) * (0.75 + Math.random() / 2));
}

export function queueOf(send: Send, changed: (item: Item) => void, most: Most): Queue {
  const items: Item[] = [];
  let lanes = 0;

  const set = (item: Item, state: State, why = ""): void => {
    item.state = state;
    item.why = why;
    changed(item);
  };
  const wake = (which: (item: Item) => boolean): void => {
    for (const item of items) if (which(item)) set(item, "waiting");
    go();
  };
  const settle = (item: Item, o: Outcome): void => {
    item.tries++;
    if (o.kind === "again" && (o.why === "network" || item.tries < TRIES)) {
      set(item, "pausing", o.why);
      setTimeout(() => wake((i) => i === item && i.state === "pausing"), pauseMs(item.tries, o.waitMs ?? 0));
    } else if (o.kind === "again" || o.kind === "refused") {
      item.again = o.kind === "again" || o.again === true;
      set(item, "refused", o.why);
    } else {
      item.sent = item.source.size;
      set(item, o.kind);
    }
  };
  const run = async (item: Item): Promise<void> => {
    item.sent = 0;
    set(item, "sending");
    settle(item, await send(item.source, (sent) => {
      item.sent = sent;
      changed(item);
    }));
  };
  const go = (): void => {
    while (lanes < LANES) {
      const next = items.find((i) => i.state === "waiting");
      if (next === undefined) return;
      lanes++;
      void run(next).finally(() => {
        lanes--;
        go();
      });
    }
  };

  // One after the other: each may be large, and the first can go meanwhile.
  let putting = Promise.resolve();
  const putAway = async (item: Item, how: PutAway): Promise<void> => {
    const got = await how(item.source);
    if (typeof got === "string") return set(item, "refused", got);
    item.source = got;
    set(item, "waiting");
    go();
  };

  const back = (): void => wake((i) => i.state === "pausing" || (i.state === "refused" && i.why === "signed"));
  addEventListener("online", back);
  addEventListener("focus", back);
  return {
    items,
    add(sources, how) {
      for (const source of sources) {
        const why = faultOf(source, most);
        const item: Item = { source, state: why !== "" ? "refused" : how === undefined ? "waiting" : "keeping", sent: 0, tries: 0, why, again: false };
        items.push(item);
        changed(item);
        if (item.state === "keeping" && how !== undefined) putting = putting.then(() => putAway(item, how));
      }
      go();
    },
    busy: () => items.some((i) => i.state.endsWith("ing")), // keep-, wait-, send-, paus-
    loose: () => items.some((i) => i.state.endsWith("ing") && i.source.id === undefined),
    retry(item) {
      for (const i of items) i.tries = 0;
      wake((i) => i.state === "refused" && i.again && (item === undefined || i === item));
    },
    remove(item) {
      if (item.state !== "sending" && item.state !== "keeping") items.splice(items.indexOf(item), 1);
    },
  };
}
