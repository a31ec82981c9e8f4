// The page that stands in where there is no network: what waits on this device,
// and photos for an album that is there or will be made.
import { boardOf, wordsOf } from "./board";
import { desk, type Desk } from "./desk";
import { make, on, one } from "./dom";
import type { Facts, Kept, Place } from "./keep";

function option(value: string, text: string): HTMLOptionElement {
  const o = make("option", "", text);
  o.value = value;
  return o;
}

function groupBox(id: number, name: string): HTMLElement {
  const box = make("div", "check");
  const input = make("input");
  const label = make("label", "", name);
  input.type = "checkbox";
  input.name = "group";
  input.value = String(id);
  input.id = `g${id}`;
  label.htmlFor = input.id;
  box.append(input, label);
  return box;
}

const localDay = (): string => new Date().toLocaleDateString("sv-SE");

// What was chosen; null: something is missing, and is said.
async function placeOf(d: Desk, form: HTMLFormElement, made: (title: string, id: string) => void): Promise<Place | null> {
  const data = new FormData(form);
  const which = String(data.get("album"));
  if (/^\d+$/.test(which)) return { post: Number(which), album: "" };
  if (which !== "") return { post: 0, album: which };
  if (!form.reportValidity()) return null;
  const title = String(data.get("title")).trim();
  const id = await d.keep?.addAlbum({ title, day: String(data.get("day")), groups: data.getAll("group").map(Number) });
  if (id === undefined) return null;
  made(title, id);
  return { post: 0, album: id };
}

// What the device knows of the groups and albums of who chooses.
async function fillForm(d: Desk, form: HTMLFormElement, facts: Facts): Promise<void> {
  const select = one<HTMLSelectElement>(form, "select")!;
  for (const a of facts.albums) select.append(option(String(a.id), a.title));
  for (const a of await d.keep?.albums() ?? []) if (a.post === 0) select.append(option(a.id, a.title));
  one(form, "[data-groups]")!.append(...facts.groups.map((g) => groupBox(g.id, g.name)));
  one<HTMLInputElement>(form, "[name=day]")!.value = localDay();
}

function wire(d: Desk, form: HTMLFormElement): void {
  const select = one<HTMLSelectElement>(form, "select")!;
  const fresh = one<HTMLElement>(form, "[data-new]")!;
  const input = one<HTMLInputElement>(form, "input[type=file]")!;
  const choose = one<HTMLButtonElement>(form, "button")!;
  const turn = (): void => {
    fresh.hidden = select.value !== "";
    for (const f of fresh.querySelectorAll("input")) f.disabled = fresh.hidden;
  };

  on(select, "change", turn);
  on(form, "submit", (e) => e.preventDefault());
  on(choose, "click", () => {
    if (select.value !== "" || form.reportValidity()) input.click();
  });
  on(input, "change", () => {
    const files = Array.from(input.files ?? []);
    input.value = "";
    if (files.length === 0) return;
    void placeOf(d, form, (title, id) => {
      select.append(option(id, title));
      select.value = id;
      turn();
    }).then((place) => { if (place !== null) d.add(files, place, false); });
  });
  turn();
}

// Files of somebody else, whom this device cannot read: they may go.
async function others(d: Desk, root: HTMLElement): Promise<void> {
  const box = one<HTMLElement>(root, "[data-others]");
  const n = await d.keep?.others() ?? 0;
  if (box === null || n === 0) return;
  one(box, "p")!.textContent = wordsOf(box)("others", n);
  box.hidden = false;
  on(one(box, "button")!, "click", () => void d.keep?.dropOthers().then(() => { box.hidden = true; }));
}

export function offline(root: HTMLElement): void {
  const box = one<HTMLElement>(root, "[data-files]")!;
  const form = one<HTMLFormElement>(root, "form");
  void desk().then(async (d) => {
    const board = boardOf(box, wordsOf(box), { retry: (i) => d.queue.retry(i), remove: (i) => d.remove(i),
      caption: (i, text) => void d.keep?.setCaption(i.source as Kept, text) });
    d.listen((item, gone) => board[gone ? "drop" : "draw"](item, d.queue.items));
    await others(d, root);
    const facts = await d.keep?.facts() ?? null;
    if (facts === null || form === null) return;
    await fillForm(d, form, facts);
    wire(d, form);
    one<HTMLElement>(root, "[data-staff]")!.hidden = false;
  });
}

// On the first page of the staff: how much waits, and the way there.
export function waits(line: HTMLElement): void {
  void desk().then((d) => d.listen(() => {
    const n = d.queue.items.filter((i) => i.source.id !== undefined && !["arrived", "twice", "elsewhere"].includes(i.state)).length;
    line.hidden = n === 0;
    one(line, "span")!.textContent = wordsOf(line)("text", n);
  }));
}
