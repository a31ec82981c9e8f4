// The few steps that every island needs.
export function one<T extends Element>(root: ParentNode, selector: string): T | null {
  return root.querySelector<T>(selector);
}

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K, className = "", text = "",
): HTMLElementTagNameMap[K] {
  const e = document.createElement(tag);
  if (className !== "") e.className = className;
  if (text !== "") e.textContent = text;
  return e;
}

export function on<K extends keyof HTMLElementEventMap>(
  target: EventTarget, type: K, then: (event: HTMLElementEventMap[K]) => void, how?: AddEventListenerOptions,
): void {
  target.addEventListener(type, then as EventListener, how);
}

// "Sent: %1 of %2" with its values; the sentences come from the page.
export function fill(sentence: string, ...values: (string | number)[]): string {
  return sentence.replace(/%([1-9])/g, (_, n: string) => String(values[Number(n) - 1] ?? ""));
}

export async function page(href: string, init?: RequestInit): Promise<Document> {
  const answer = await fetch(href, { credentials: "same-origin", ...init });
  if (!answer.ok && answer.status !== 422) throw new Error(String(answer.status));
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

// One polite voice for the whole page; the same words twice are said twice.
let voice: HTMLElement | null = null;
export function say(text: string): void {
  if (voice === null) {
    voice = make("p", "unseen");
    voice.setAttribute("role", "status");
    document.body.append(voice);
  }
  voice.textContent = voice.textContent === text ? text + "\u00a0" : text;
}
