// One photo at a time: swipe, keys, zoom.  The next page is fetched and put in
// place of this one, so the focus stays on "Next" and nothing blinks.
import { on, one, page, say } from "./dom";
import { zoomOn, type Zoom } from "./zoom";

const SWIPE_PX = 50;

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

// Only where looking ahead is not written down as having looked.
function preload(root: HTMLElement): void {
  const next = one<HTMLAnchorElement>(root, "a[rel=next][data-preload]");
  const id = next === null ? null : /\/photo\/(\d+)$/.exec(next.pathname);
  if (id === null) return;
  const start = (): void => { new Image().src = `/m/${id[1]}/1024`; };
  const now = one<HTMLImageElement>(root, ".stage img");
  if (now === null || now.complete) start();
  else on(now, "load", start, { once: true });
}

// Where the focus was before, or the nearest thing to it.
function keepFocus(root: HTMLElement, before: string): void {
  if (before === "") return;
  const again = one<HTMLElement>(root, before) ?? one<HTMLElement>(root, "nav a") ?? one<HTMLElement>(root, "a");
  again?.focus({ preventScroll: true });
}

function focusSelector(root: HTMLElement): string {
  const here = document.activeElement;
  if (!(here instanceof HTMLElement) || !root.contains(here)) return "";
  if (here instanceof HTMLAnchorElement && here.rel !== "") return `a[rel=${here.rel}]`;
  return "a";
}

export function photo(root: HTMLElement): void {
  let zoom: Zoom | null = zoomOn(root);
  let busy = false;

  const show = async (href: string, push: boolean): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
      const doc = await page(href);
      const fresh = one<HTMLElement>(doc, "main[data-island=photo]");
      if (fresh === null) throw new Error("not a photo");
      const before = focusSelector(root);
      root.replaceChildren(...Array.from(fresh.childNodes, (n) => document.importNode(n, true)));
      document.title = doc.title;
      if (push) history.pushState(null, "", href);
      keepFocus(root, before);
      say(one(root, "h1")?.textContent ?? "");
      zoom = zoomOn(root);
      preload(root);
    } catch {
      location.href = href;
    }
    busy = false;
  };
  const turn = (rel: "prev" | "next"): void => {
    const link = one<HTMLAnchorElement>(root, `a[rel=${rel}]`);
    if (link !== null) void show(link.href, true);
  };

  on(root, "click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[rel=prev], a[rel=next]");
    if (link === null || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    void show(link.href, true);
  });
  on(document, "keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (zoom?.key(event) === true) event.preventDefault();
    else if (event.key === "ArrowLeft") turn("prev");
    else if (event.key === "ArrowRight") turn("next");
    else if (event.key === "Escape") one<HTMLAnchorElement>(root, "a[data-back], p a")?.click();
  });
  addEventListener("popstate", () => void show(location.href, false));
  swipe(root, () => zoom?.active() !== true, turn);
  preload(root);
}

function swipe(root: HTMLElement, free: () => boolean, turn: (rel: "prev" | "next") => void): void {
  let from: { x: number; y: number } | null = null;

  on(root, "touchstart", (event) => {
    const t = event.touches[0];
    const inside = (event.target as Element).closest(".stage") !== null;
    const pinched = (window.visualViewport?.scale ?? 1) > 1.05;
    from = t !== undefined && event.touches.length === 1 && inside && !pinched && free()
      ? { x: t.clientX, y: t.clientY } : null;
  }, { passive: true });
  on(root, "touchend", (event) => {
    const t = event.changedTouches[0];
    if (from === null || t === undefined) return;
    const dx = t.clientX - from.x;
    const dy = t.clientY - from.y;
    from = null;
    if (Math.abs(dx) > SWIPE_PX && Math.abs(dx) > 2 * Math.abs(dy)) turn(dx < 0 ? "next" : "prev");
  }, { passive: true });
}
