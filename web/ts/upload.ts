// The photos of an album on its page: choosing is sending.  While they travel,
// those that are ready appear below with their captions and their order.
import { arrange, mergeList } from "./arrange";
import { boardOf, wordsOf } from "./board";
import { desk, isHere } from "./desk";
import { on, one, page } from "./dom";

const LOOK_MS = 2000;

interface Progress { receiving: number; queued: number; ready: number; refused: number; percent: number }

// The photos with their captions and order, in place of the small pictures.
async function listIn(box: HTMLElement): Promise<void> {
  const doc = await page(box.dataset["arrange"] ?? "");
  const coming = one<HTMLElement>(doc, ".arranging");
  const mine = one<HTMLElement>(box, ".arranging");
  if (coming === null) return;
  if (mine !== null) return mergeList(mine, coming);
  const list = document.importNode(coming, true);
  one(box, ".grid")?.replaceWith(list);
  arrange(list);
}

// What stands below the form, part by part; a part in use stays.
async function refresh(): Promise<void> {
  const doc = await page(location.pathname);
  for (const mine of document.querySelectorAll<HTMLElement>("[data-fresh]")) {
    const fresh = one<HTMLElement>(doc, `[data-fresh=${mine.dataset["fresh"]}]`);
    if (fresh === null) continue;
    if (one(mine, ".arranging") === null && !mine.contains(document.activeElement))
      mine.replaceChildren(...document.importNode(fresh, true).childNodes);
    if (mine.dataset["arrange"] !== undefined && one(mine, ".grid, .arranging") !== null) await listIn(mine);
  }
}

// The rest of the page follows what the server has prepared.
function follower(status: string, sending: () => boolean): () => void {
  let timer = 0;
  let seen = "";

  const look = async (): Promise<void> => {
    let more = sending();
    try {
      const answer = await fetch(status, { credentials: "same-origin" });
      if (answer.status === 404) return;
      const p = await answer.json() as Progress;
      const now = `${p.ready} ${p.queued} ${p.refused} ${p.percent}`;
      more ||= p.queued > 0 || p.receiving > 0;
      if (now !== seen) await refresh();
      seen = now;
    } catch {
      more = true; // the network comes back
    }
    timer = 0;
    if (more) start();
  };
  const start = (): void => {
    if (timer === 0) timer = setTimeout(() => void look(), LOOK_MS);
  };
  return start;
}

export function upload(form: HTMLElement): void {
  const input = one<HTMLInputElement>(form, "input[type=file]");
  const box = one<HTMLElement>(form, "[data-files]");
  const button = one<HTMLButtonElement>(form, "button");
  const { status } = form.dataset;
  const post = Number(form.dataset["post"] ?? 0);
  if (input === null || box === null || status === undefined || post === 0) return;

  const opened = desk();
  let busy = (): boolean => false;
  const follow = follower(status, () => busy());
  void opened.then((d) => {
    const mine = isHere(d, post);
    const board = boardOf(box, wordsOf(box), { retry: (i) => d.queue.retry(i), remove: (i) => d.remove(i) });
    busy = () => d.queue.busy();
    d.listen((item, gone) => {
      if (!mine(item)) return;
      board[gone ? "drop" : "draw"](item, d.queue.items.filter(mine));
      follow();
    });
  });
  const take = (files: FileList | null | undefined): void => {
    const chosen = Array.from(files ?? []);
    if (chosen.length > 0) void opened.then((d) => d.add(chosen, { post, album: "" }, true));
  };
  // Choosing sends: the label is the button, and speaks the page's language.
  input.required = false;
  input.className = "unseen";
  one(form, "label")!.className = "button";
  button?.remove();
  on(input, "change", () => {
    take(input.files);
    input.value = "";
  });
  on(form, "submit", (e) => e.preventDefault());
  on(form, "dragover", (e) => e.preventDefault());
  on(form, "drop", (e) => {
    e.preventDefault();
    take(e.dataTransfer?.files);
  });
  follow();
}
