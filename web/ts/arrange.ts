// Captions and order without leaving the page: each form is sent in the
// background and the list that comes back takes the place of this one.
import { make, on, one, page, say } from "./dom";

// What is being typed stays; what did not change stays as it is.
function touched(item: Element): boolean {
  if (item.contains(document.activeElement)) return true;
  return Array.from(item.querySelectorAll("input")).some((i) => i.type !== "hidden" && i.value !== i.defaultValue);
}

export function mergeList(list: HTMLElement, fresh: HTMLElement): void {
  const old = new Map(Array.from(list.children, (li) => [li.id, li] as const));
  const active = document.activeElement;
  const items = Array.from(fresh.children, (li) => {
    const mine = old.get(li.id);
    return mine !== undefined && touched(mine) ? mine : document.importNode(li, true);
  });
  list.replaceChildren(...items);
  if (active instanceof HTMLElement && list.contains(active)) active.focus({ preventScroll: true });
}

// The same control of the same photo, where it is now.
function refocus(list: HTMLElement, id: string, name: string, value: string): void {
  const item = document.getElementById(id);
  if (item === null) {
    list.querySelector<HTMLElement>("input[name=caption]")?.focus();
    return;
  }
  const again = Array.from(item.querySelectorAll<HTMLButtonElement>("button"))
    .find((b) => b.name === name && b.value === value);
  (again ?? one<HTMLElement>(item, "input[name=caption]"))?.focus();
  item.scrollIntoView({ block: "nearest" });
}

function bodyOf(form: HTMLFormElement, submitter: HTMLButtonElement | null): URLSearchParams {
  const body = new URLSearchParams();
  for (const [k, v] of new FormData(form)) if (typeof v === "string") body.append(k, v);
  if (submitter !== null && submitter.name !== "") body.append(submitter.name, submitter.value);
  return body;
}

async function send(list: HTMLElement, form: HTMLFormElement, by: HTMLButtonElement | null): Promise<void> {
  const doc = await page(form.action, { method: "POST", body: bodyOf(form, by) });
  const fresh = one<HTMLElement>(doc, ".arranging");
  const item = form.closest("li");
  if (fresh === null) throw new Error("another page");
  // What this form held is saved and its token spent: it makes way.
  for (const i of form.querySelectorAll("input")) i.defaultValue = i.value;
  const here = document.activeElement;
  const inside = here instanceof HTMLElement && item !== null && item.contains(here);
  if (inside) here.blur();
  mergeList(list, fresh);
  say(one(doc, ".fault")?.textContent ?? one(doc, ".notice")?.textContent ?? list.dataset["saved"] ?? "");
  if (inside) refocus(list, item.id, by?.name ?? "", by?.value ?? "");
}

export function arrange(list: HTMLElement): void {
  on(list, "submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || event.defaultPrevented) return;
    const by = event.submitter instanceof HTMLButtonElement ? event.submitter : null;
    event.preventDefault();
    if (form.hasAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    send(list, form, by).catch(() => {
      // The plain way says what is wrong.
      if (by !== null && by.name !== "") {
        const hidden = make("input");
        hidden.type = "hidden";
        hidden.name = by.name;
        hidden.value = by.value;
        form.append(hidden);
      }
      form.submit();
    }).finally(() => form.removeAttribute("aria-busy"));
  });
}
