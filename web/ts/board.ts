// What is seen of the queue: a line for each file, with what can be done about
// it, and all of them together.
import { fill, make, on, say } from "./dom";
import type { Item } from "./queue";

const SAY_MS = 12_000;

export type Words = (key: string, ...values: (string | number)[]) => string;

export interface Acts {
  retry(item?: Item): void;
  remove(item: Item): void;
  caption?(item: Item, text: string): void;
}

interface Line { li: HTMLElement; bar: HTMLProgressElement; text: HTMLElement; acts: HTMLElement; offered: string }

export function wordsOf(box: HTMLElement): Words {
  return (key, ...values) => fill(box.dataset[key] ?? "", ...values);
}

function lineOf(name: string): Line {
  const li = make("li");
  const bar = make("progress");
  const text = make("span", "muted");
  const acts = make("div", "row");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", name);
  li.append(make("b", "name", name), text, bar, acts);
  return { li, bar, text, acts, offered: "" };
}

// "network" becomes whyNetwork, the name of its sentence on the page.
const whyKey = (why: string): string => "why" + why.charAt(0).toUpperCase() + why.slice(1);

const isDone = (i: Item): boolean => i.state === "arrived" || i.state === "twice" || i.state === "elsewhere";

// What may be done about a file now.
const offersOf = (i: Item): string =>
  `${i.state === "refused" && i.again ? "r" : ""}${i.state === "refused" || i.state === "waiting" || i.state === "pausing" ? "x" : ""}${i.source.id !== undefined && !isDone(i) ? "c" : ""}`;

function buttonOf(word: string, name: string, press: () => void): HTMLButtonElement {
  const b = make("button", "button quiet small", word);
  b.type = "button";
  b.append(make("span", "unseen", ` ${name}`));
  on(b, "click", press);
  return b;
}

function captionOf(item: Item, word: string, keep: (text: string) => void): HTMLElement {
  const box = make("label", "caption", word);
  const input = make("input");
  input.maxLength = 300;
  input.autocomplete = "off"; // nor kept with the tab
  input.value = item.source.caption ?? "";
  input.setAttribute("aria-label", `${word} ${item.source.name}`);
  on(input, "change", () => keep(input.value));
  box.append(input);
  return box;
}

export interface Board { draw(item: Item, all: readonly Item[]): void; drop(item: Item, all: readonly Item[]): void }

export function boardOf(box: HTMLElement, words: Words, does: Acts): Board {
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
  on(again, "click", () => does.retry());
  box.replaceChildren(head, total, wrong, again, list);
  box.className = "tight";

  // Drawn again only when something else is offered, so that the focus stays.
  const offer = (item: Item, line: Line): void => {
    const offers = offersOf(item);
    if (offers === line.offered) return;
    const { name } = item.source;
    const { caption } = does;
    line.offered = offers;
    line.acts.replaceChildren(
      ...(caption !== undefined && offers.includes("c") ? [captionOf(item, words("caption"), (text) => caption(item, text))] : []),
      ...(offers.includes("r") ? [buttonOf(words("one"), name, () => does.retry(item))] : []),
      ...(offers.includes("x") ? [buttonOf(words("remove"), name, () => does.remove(item))] : []));
  };
  const drawLine = (item: Item): void => {
    let line = lines.get(item);
    if (line === undefined) {
      line = lineOf(item.source.name);
      lines.set(item, line);
      list.append(line.li);
    }
    const { li, bar, text } = line;
    const kept = item.state === "waiting" && item.source.id !== undefined ? "kept" : item.state;
    const said = item.state === "refused" || item.state === "pausing" ? whyKey(item.why) : kept;
    li.className = item.state;
    bar.value = item.source.size === 0 ? 0 : item.sent / item.source.size;
    bar.hidden = item.state !== "sending";
    if (text.textContent !== words(said)) text.textContent = words(said);
    offer(item, line);
    // What went wrong stands first.
    if (item.state === "refused" && list.firstChild !== li && !li.contains(document.activeElement)) list.prepend(li);
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
    const there = kept.filter(isDone).length;
    const done = there === kept.length;

    total.max = Math.max(1, kept.reduce((n, i) => n + i.source.size, 0));
    total.value = kept.reduce((n, i) => n + Math.min(i.sent, i.source.size), 0);
    total.hidden = done;
    head.textContent = words(done ? "done" : "count", there, kept.length);
    wrong.textContent = words("wrong", refused.length);
    wrong.hidden = refused.length === 0;
    again.hidden = !refused.some((i) => i.again);
    speak(done, wrong.hidden ? head.textContent : `${head.textContent} ${wrong.textContent}`);
  };
  return {
    draw(item, all) {
      box.hidden = false;
      drawLine(item);
      drawTotal(all);
    },
    drop(item, all) {
      lines.get(item)?.li.remove();
      lines.delete(item);
      list.focus();
      say(words("removed", item.source.name));
      drawTotal(all);
    },
  };
}
