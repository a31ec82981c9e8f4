// Boxing faces without leaving the page: links and forms are followed in the
// background; a box is drawn, moved and resized on the photo itself.  All of it
// has its button or form in the page.
import { one, on, say } from "./dom";

const UNITS = 65536;
const LEAST = 256;
const DRAG_PX = 8;

interface Point { x: number; y: number }
interface Box extends Point { w: number; h: number }

export function boxOf(a: Point, b: Point): Box {
  const left = (p: number): number => Math.min(UNITS - 1, Math.max(0, Math.round(p)));
  const x = Math.min(left(a.x), left(b.x));
  const y = Math.min(left(a.y), left(b.y));
  const w = Math.max(LEAST, Math.max(left(a.x), left(b.x)) - x);
  const h = Math.max(LEAST, Math.max(left(a.y), left(b.y)) - y);
  return { x: Math.min(x, UNITS - w), y: Math.min(y, UNITS - h), w, h };
}

function tokenOf(root: HTMLElement): string {
  return one<HTMLInputElement>(root, "input[name=form]")?.value ?? "";
}

function pointOf(stage: HTMLElement, event: PointerEvent): Point {
  const r = (one(stage, "img") ?? stage).getBoundingClientRect();
  return { x: ((event.clientX - r.left) / r.width) * UNITS, y: ((event.clientY - r.top) / r.height) * UNITS };
}

export function faces(root: HTMLElement): void {
  let busy = false;

  const show = async (href: string, init?: RequestInit): Promise<void> => {
    if (busy) return;
    busy = true;
    root.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(href, { credentials: "same-origin", ...init });
      if (!answer.ok && answer.status !== 422) throw new Error(String(answer.status));
      const doc = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = one<HTMLElement>(doc, "main[data-island=faces]");
      if (fresh === null) {
        location.href = answer.url;
        return;
      }
      root.replaceChildren(...Array.from(fresh.childNodes, (n) => document.importNode(n, true)));
      history.replaceState(null, "", answer.url);
      say(one(doc, ".fault")?.textContent ?? one(doc, ".notice")?.textContent ?? one(root, "#who")?.textContent ?? one(root, "h1")?.textContent ?? "");
      (one<HTMLElement>(root, "#who") ?? one<HTMLElement>(root, "section button"))?.focus({ preventScroll: true });
    } catch {
      location.reload();
    } finally {
      busy = false;
      root.removeAttribute("aria-busy");
    }
  };
  const post = (action: string, fields: Record<string, string>): void =>
    void show(action, { method: "POST", body: new URLSearchParams({ form: tokenOf(root), ...fields }) });

  on(root, "submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    const body = new URLSearchParams();
    for (const [k, v] of new FormData(form, event.submitter)) if (typeof v === "string") body.append(k, v);
    event.preventDefault();
    void show(form.action, { method: "POST", body });
  });
  on(root, "click", (event) => {
    const link = (event.target as Element).closest<Element>("a[href*='?box=']");
    if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void show(link.getAttribute("href") ?? "");
  });
  // The arrows move the box that has the focus; with Shift they resize it.
  on(root, "keydown", (event) => {
    const id = (event.target as Element).closest("[data-box]")?.getAttribute("data-box");
    const plain: Record<string, string> = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down", Delete: "remove" };
    const shifted: Record<string, string> = { ArrowLeft: "narrower", ArrowRight: "wider", ArrowUp: "taller", ArrowDown: "shorter" };
    const what = (event.shiftKey ? shifted : plain)[event.key];
    const draw = one<HTMLElement>(root, "[data-draw]")?.dataset["draw"];
    if (id === null || id === undefined || what === undefined || draw === undefined) return;
    event.preventDefault();
    post(draw.replace(/draw$/, `box/${id}`), { do: what });
  });
  pointers(root, post);
}

// A drag on the bare photo draws, one that begins in a box moves it; a tap on
// the bare photo makes a box of the usual size there.
function pointers(root: HTMLElement, post: (action: string, fields: Record<string, string>) => void): void {
  let from: Point | null = null;
  let start: Point = { x: 0, y: 0 };
  let rect: SVGRectElement | null = null;
  let box: Element | null = null;
  let corner: Point = { x: 0, y: 0 };

  const scale = (svg: SVGSVGElement): Point =>
    ({ x: svg.viewBox.baseVal.width / UNITS, y: svg.viewBox.baseVal.height / UNITS });
  const put = (r: SVGRectElement, svg: SVGSVGElement, b: Box): void => {
    const k = scale(svg);
    r.setAttribute("x", String(b.x * k.x));
    r.setAttribute("y", String(b.y * k.y));
    r.setAttribute("width", String(b.w * k.x));
    r.setAttribute("height", String(b.h * k.y));
  };
  const boxIn = (r: SVGRectElement, svg: SVGSVGElement): Box => {
    const k = scale(svg);
    const v = (n: string, f: number): number => Math.round(Number(r.getAttribute(n)) / f);
    return { x: v("x", k.x), y: v("y", k.y), w: v("width", k.x), h: v("height", k.y) };
  };

  on(root, "pointerdown", (event) => {
    const stage = (event.target as Element).closest<HTMLElement>("[data-draw]");
    const svg = stage === null ? null : one<SVGSVGElement>(stage, "svg");
    if (stage === null || svg === null || event.button !== 0 || !event.isPrimary) return;
    from = pointOf(stage, event);
    start = { x: event.clientX, y: event.clientY };
    box = (event.target as Element).closest("[data-box]");
    rect = box === null ? null : one<SVGRectElement>(box, "rect");
    if (rect !== null) corner = boxIn(rect, svg);
    event.preventDefault();
  });
  on(root, "pointermove", (event) => {
    const stage = one<HTMLElement>(root, "[data-draw]");
    const svg = one<SVGSVGElement>(root, "[data-draw] svg");
    if (from === null || stage === null || svg === null || Math.hypot(event.clientX - start.x, event.clientY - start.y) < DRAG_PX) return;
    const to = pointOf(stage, event);
    if (rect === null) {
      rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      rect.classList.add("drawing");
      svg.append(rect);
    }
    const now = boxIn(rect, svg);
    put(rect, svg, box === null ? boxOf(from, to)
      : { ...now, x: Math.max(0, Math.min(UNITS - now.w, corner.x + to.x - from.x)), y: Math.max(0, Math.min(UNITS - now.h, corner.y + to.y - from.y)) });
  });
  on(window, "pointerup", (event) => {
    const stage = one<HTMLElement>(root, "[data-draw]");
    const svg = one<SVGSVGElement>(root, "[data-draw] svg");
    const began = from;
    from = null;
    if (began === null || stage === null || svg === null) return;
    const draw = stage.dataset["draw"] ?? "";
    const moved = Math.hypot(event.clientX - start.x, event.clientY - start.y) >= DRAG_PX;
    const b: Record<string, string> = {};
    if (rect !== null) for (const [k, v] of Object.entries(boxIn(rect, svg))) b[k] = String(Math.round(v));
    if (box === null && moved && rect !== null) post(draw, b);
    else if (box === null && !moved)
      post(draw, { across: String(Math.round((began.x / UNITS) * 100)), down: String(Math.round((began.y / UNITS) * 100)) });
    else if (box !== null && moved) {
      swallowClick();
      post(draw.replace(/draw$/, `box/${box.getAttribute("data-box") ?? ""}`), { do: "place", ...b });
    }
    rect = box = null;
  });
}

// The click that ends a drag opens nothing.
function swallowClick(): void {
  const stop = (event: Event): void => {
    event.preventDefault();
    event.stopPropagation();
  };
  addEventListener("click", stop, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", stop, { capture: true }), 50);
}
