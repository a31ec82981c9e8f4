// The queue of photos on the page: choosing is sending.  While it works the
// photos that are ready appear below with their captions and their order.
import { arrange, mergeList } from "./arrange";
import { fill, make, on, one, page, say } from "./dom";
import { queueOf, type Item } from "./queue";
import { sender } from "./send";

const LOOK_MS = 2000;
const SAY_MS = 12_000;

type Words = (key: string, ...values: (string | number)[]) => string;

interface Line { li: HTMLElement; bar: HTMLProgressElement; text: HTMLElement }

interface Progress { receiving: number; queued: number; ready: number; refused: number; percent: number }

function wordsOf(box: HTMLElement): Words {
  return (key, ...values) => fill(box.dataset[key] ?? "", ...values);
}

function lineOf(name: string): Line {
  const li = make("li");
  const bar = make("progress");
  const text = make("span", "muted");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", name);
  li.append(make("b", "name", name), text, bar);
  return { li, bar, text };
}

// "network" becomes whyNetwork, the name of its sentence on the page.
function whyKey(why: string): string {
  return "why" + why.charAt(0).toUpperCase() + why.slice(1);
}

// What is seen of the queue.
function boardOf(box: HTMLElement, words: Words, retry: () => void) {
  const lines = new Map<Item, Line>();
  const list = make("ul", "sending");
  const total = make("progress");
  const head = make("p");
  const again = make("button", "button quiet", words("retry"));
  const wrong = make("p", "fault");
  let saidAt = 0;
  let ended = false;

  total.setAttribute("aria-label", words("all"));
  list.tabIndex = 0;
  list.setAttribute("aria-label", words("list"));
  again.type = "button";
  on(again, "click", retry);
  box.replaceChildren(head, total, wrong, again, list);
  box.className = "tight";

  const drawLine = (item: Item): void => {
    let line = lines.get(item);
    if (line === undefined) {
      line = lineOf(item.file.name);
      lines.set(item, line);
      list.append(line.li);
    }
    const { li, bar, text } = line;
    const said = item.state === "refused" || item.state === "pausing" ? whyKey(item.why) : item.state;
    li.className = item.state;
    bar.value = item.file.size === 0 ? 0 : item.sent / item.file.size;
    bar.hidden = item.state !== "sending";
    if (text.textContent !== words(said)) text.textContent = words(said);
    // What went wrong stands first.
    if (item.state === "refused" && list.firstChild !== li) list.prepend(li);
  };
  // Now and then, and at the end.
  const speak = (done: boolean, text: string): void => {
    if (done ? ended : Date.now() - saidAt < SAY_MS) return;
    saidAt = Date.now();
    ended = done;
    say(text);
  };
  const drawTotal = (all: readonly Item[]): void => {
    const refused = all.filter((i) => i.state === "refused");
    const kept = all.filter((i) => i.state !== "refused");
    const there = kept.filter((i) => i.state === "arrived" || i.state === "twice").length;
    const done = there === kept.length;

    total.max = Math.max(1, kept.reduce((n, i) => n + i.file.size, 0));
    total.value = kept.reduce((n, i) => n + Math.min(i.sent, i.file.size), 0);
    total.hidden = done;
    head.textContent = words(done ? "done" : "count", there, kept.length);
    wrong.textContent = words("wrong", refused.length);
    wrong.hidden = refused.length === 0;
    again.hidden = !refused.some((i) => i.again);
    speak(done, wrong.hidden ? head.textContent : `${head.textContent} ${wrong.textContent}`);
  };
  return (item: Item, all: readonly Item[]): void => {
    box.hidden = false;
    drawLine(item);
    drawTotal(all);
  };
}

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
  const token = one<HTMLInputElement>(form, "input[name=form]");
  const box = one<HTMLElement>(form, "[data-files]");
  const button = one<HTMLButtonElement>(form, "button");
  const { one: url, status, most, mostVideo } = form.dataset;
  if (input === null || token === null || box === null || url === undefined || status === undefined) return;

  const draw = boardOf(box, wordsOf(box), () => queue.retry());
  const follow = follower(status, () => queue.busy());
  const queue = queueOf(sender(url, token.value), (item) => {
    draw(item, queue.items);
    follow();
  }, { photo: Number(most ?? Infinity), video: Number(mostVideo ?? Infinity) });

  const take = (files: FileList | null | undefined): void => {
    if (files !== null && files !== undefined && files.length > 0) queue.add(Array.from(files));
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
  addEventListener("beforeunload", (e) => {
    if (!queue.busy()) return;
    e.preventDefault();
    e.returnValue = "";
  });
  follow();
}
