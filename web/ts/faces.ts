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
      handles(root);
      say(one(doc, ".fault")?.textContent ?? one(doc, ".notice")?.textContent ?? one(root, "#who")?.textContent ?? one(root, "h1")?.textContent ?? "");
      (one<HTMLElement>(root, "#who") ?? one<HTMLElement>(root, "section button"))?.focus({ preventScroll: true });
      one(root, "#who ~ form .row")?.scrollIntoView({ block: "nearest" });
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

const SVG = "http://www.w3.org/2000/svg";

function scale(svg: SVGSVGElement): Point {
  return { x: svg.viewBox.baseVal.width / UNITS, y: svg.viewBox.baseVal.height / UNITS };
}

function put(r: SVGRectElement, svg: SVGSVGElement, b: Box): void {
  const k = scale(svg);
  r.setAttribute("x", String(b.x * k.x));
  r.setAttribute("y", String(b.y * k.y));
  r.setAttribute("width", String(b.w * k.x));
  r.setAttribute("height", String(b.h * k.y));
}

function boxIn(r: SVGRectElement, svg: SVGSVGElement): Box {
  const k = scale(svg);
  const v = (n: string, f: number): number => Math.round(Number(r.getAttribute(n)) / f);
  return { x: v("x", k.x), y: v("y", k.y), w: v("width", k.x), h: v("height", k.y) };
}

// The corners of the chosen box can be taken hold of; the buttons and the keys
// of the page do the same.
function handles(root: HTMLElement): void {
  const svg = one<SVGSVGElement>(root, "[data-draw] svg");
  const rect = svg === null ? null : one<SVGRectElement>(svg, "a[aria-current] rect");
  if (svg === null || rect === null) return;
  const b = boxIn(rect, svg);
  const k = scale(svg);
  const px = svg.viewBox.baseVal.width / Math.max(1, svg.clientWidth); // one on the screen
  const reach = Math.max(12, Math.min(22, (Math.min(b.w * k.x, b.h * k.y) / px) * 0.45));
  for (const corner of [0, 1, 2, 3]) {
    const x = String((b.x + (corner % 2) * b.w) * k.x);
    const y = String((b.y + (corner >> 1) * b.h) * k.y);
    const g = one<SVGGElement>(svg, `[data-corner="${corner}"]`) ?? newHandle(svg, corner);
    Array.from(g.children).forEach((c, i) => {
      for (const [name, v] of [["cx", x], ["cy", y], ["r", String((i === 0 ? reach : 7) * px)]] as const) c.setAttribute(name, v);
    });
  }
}

function newHandle(svg: SVGSVGElement, corner: number): SVGGElement {
  const g = document.createElementNS(SVG, "g");
  g.dataset["corner"] = String(corner);
  g.setAttribute("aria-hidden", "true");
  g.classList.add("handle");
  g.append(document.createElementNS(SVG, "circle"), document.createElementNS(SVG, "circle"));
  svg.append(g);
  return g;
}

interface Drag {
  from: Point; // on the photo
  start: Point; // on the screen
  box: Element | null; // null: a new one
  rect: SVGRectElement | null;
  was: Box | null;
  fixed: Point | null; // the corner that stays
}

function dragged(d: Drag, to: Point): Box {
  if (d.fixed !== null) return boxOf(d.fixed, to);
  if (d.was === null) return boxOf(d.from, to);
  return { ...d.was, x: Math.max(0, Math.min(UNITS - d.was.w, d.was.x + to.x - d.from.x)),
    y: Math.max(0, Math.min(UNITS - d.was.h, d.was.y + to.y - d.from.y)) };
}

function begin(stage: HTMLElement, svg: SVGSVGElement, event: PointerEvent): Drag {
  const target = event.target as Element;
  const corner = target.closest<SVGGElement>("[data-corner]")?.dataset["corner"];
  const box = corner === undefined ? target.closest("[data-box]") : one(svg, "a[aria-current]");
  const rect = box === null ? null : one<SVGRectElement>(box, "rect");
  const was = rect === null ? null : boxIn(rect, svg);
  const n = Number(corner);
  const fixed = corner === undefined || was === null ? null
    : { x: was.x + (n % 2 === 0 ? was.w : 0), y: was.y + (n < 2 ? was.h : 0) };
  return { from: pointOf(stage, event), start: { x: event.clientX, y: event.clientY }, box, rect, was, fixed };
}

// A drag on the bare photo draws, one that begins in a box moves it, one at a
// corner of the chosen box resizes it; a tap on the bare photo makes a box of
// the usual size there.
function pointers(root: HTMLElement, post: (action: string, fields: Record<string, string>) => void): void {
  let drag: Drag | null = null;
  const stageOf = (): HTMLElement | null => one<HTMLElement>(root, "[data-draw]");
  const far = (d: Drag, event: PointerEvent): boolean =>
    Math.hypot(event.clientX - d.start.x, event.clientY - d.start.y) >= DRAG_PX;

  on(root, "pointerdown", (event) => {
    const stage = (event.target as Element).closest<HTMLElement>("[data-draw]");
    const svg = stage === null ? null : one<SVGSVGElement>(stage, "svg");
    if (stage === null || svg === null || event.button !== 0 || !event.isPrimary) return;
    drag = begin(stage, svg, event);
    event.preventDefault();
  });
  on(root, "pointermove", (event) => {
    const stage = stageOf();
    const svg = one<SVGSVGElement>(root, "[data-draw] svg");
    if (drag === null || stage === null || svg === null || !far(drag, event)) return;
    if (drag.rect === null) {
      drag.rect = document.createElementNS(SVG, "rect");
      drag.rect.classList.add("drawing");
      svg.append(drag.rect);
    }
    put(drag.rect, svg, dragged(drag, pointOf(stage, event)));
    handles(root);
  });
  // A finger that turns out to scroll the page drags nothing.
  on(window, "pointercancel", () => {
    const svg = one<SVGSVGElement>(root, "[data-draw] svg");
    if (drag !== null && svg !== null && drag.rect !== null) {
      if (drag.was === null) drag.rect.remove();
      else put(drag.rect, svg, drag.was);
      handles(root);
    }
    drag = null;
  });
  on(window, "pointerup", (event) => {
    const stage = stageOf();
    const d = drag;
    drag = null;
    if (d === null || stage === null) return;
    const draw = stage.dataset["draw"] ?? "";
    const moved = far(d, event);
    if (!moved && d.box === null)
      post(draw, { across: String(Math.round((d.from.x / UNITS) * 100)), down: String(Math.round((d.from.y / UNITS) * 100)) });
    if (!moved) return;
    // Where it was let go, whether or not a move was told of before.
    const b: Record<string, string> = {};
    for (const [k, v] of Object.entries(dragged(d, pointOf(stage, event)))) b[k] = String(Math.round(v));
    if (d.box === null) return post(draw, b);
    swallowClick();
    post(draw.replace(/draw$/, `box/${d.box.getAttribute("data-box") ?? ""}`), { do: "place", ...b });
  });
  on(window, "resize", () => handles(root));
  handles(root);
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
