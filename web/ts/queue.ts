// The files on their way: three at a time, each again after a failure of the
// network, never the same one twice at once.  No page in here.
export type State = "waiting" | "sending" | "pausing" | "arrived" | "twice" | "refused";

export interface Item {
  readonly file: File;
  state: State;
  sent: number; // bytes
  tries: number;
  why: string;  // key of a sentence, when refused or pausing
  again: boolean; // refused, and worth another try
}

export interface Outcome {
  kind: "arrived" | "twice" | "refused" | "again";
  why: string;
  again?: boolean;
  waitMs?: number;
}

export type Send = (file: File, progress: (sent: number) => void) => Promise<Outcome>;

const LANES = 3;
const TRIES = 6;          // of a server that answers, but not well
const PAUSE_MAX_MS = 30_000;

// Some telephones do not know the type of their own pictures.
export function kindOf(file: { name: string; type: string }): "photo" | "video" | "" {
  if (file.type.startsWith("video/") || /\.(mp4|m4v|mov|webm|3gp)$/i.test(file.name)) return "video";
  return file.type.startsWith("image/") || /\.(jpe?g|png|webp|hei[cf]|avif)$/i.test(file.name) ? "photo" : "";
}

// The most bytes of each.
export interface Most { photo: number; video: number }

export function faultOf(file: File, most: Most): string {
  const kind = kindOf(file);
  if (kind === "") return "type";
  if (file.size === 0) return "empty";
  if (file.size <= most[kind]) return "";
  return kind === "photo" ? "big" : "long";
}

export interface Queue {
  items: readonly Item[];
  add(files: Iterable<File>): void;
  busy(): boolean;
  retry(): void;
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
      item.sent = item.file.size;
      set(item, o.kind);
    }
  };
  const run = async (item: Item): Promise<void> => {
    item.sent = 0;
    set(item, "sending");
    settle(item, await send(item.file, (sent) => {
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

  addEventListener("online", () => wake((i) => i.state === "pausing"));
  return {
    items,
    add(files) {
      for (const file of files) {
        const why = faultOf(file, most);
        const item: Item = { file, state: why === "" ? "waiting" : "refused", sent: 0, tries: 0, why, again: false };
        items.push(item);
        changed(item);
      }
      go();
    },
    busy: () => items.some((i) => i.state.endsWith("ing")), // wait-, send-, paus-
    retry() {
      for (const item of items) item.tries = 0;
      wake((i) => i.state === "refused" && i.again);
    },
  };
}
