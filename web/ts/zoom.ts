// The large picture in place of the fitted one; it scrolls in its frame.
import { on, one } from "./dom";

const STEPS = [1, 1.5, 2, 3, 4];
const DOUBLE_MS = 350;
const PAN_PX = 80;

export interface Zoom {
  active(): boolean;
  key(event: KeyboardEvent): boolean; // true: the key was for us
}

// A mouse drags the picture; fingers scroll it by themselves.
function dragToPan(stage: HTMLElement): () => boolean {
  let moved = false;
  let last: PointerEvent | null = null;
  on(stage, "pointerdown", (e) => {
    moved = false;
    last = e.pointerType === "mouse" && stage.classList.contains("zoomed") ? e : null;
  });
  on(stage, "pointermove", (e) => {
    if (last === null || e.buttons !== 1) return;
    stage.scrollBy(last.clientX - e.clientX, last.clientY - e.clientY);
    moved ||= Math.abs(last.clientX - e.clientX) + Math.abs(last.clientY - e.clientY) > 2;
    last = e;
  });
  on(stage, "dragstart", (e) => e.preventDefault());
  return () => moved;
}

export function zoomOn(root: HTMLElement): Zoom | null {
  const stage = one<HTMLElement>(root, ".stage");
  const img = one<HTMLImageElement>(root, ".stage img");
  const link = one<HTMLAnchorElement>(root, "a[data-zoom]");
  if (stage === null || img === null) return null;
  const words = { large: link?.textContent ?? "", whole: link?.dataset["zoom"] ?? "" };
  let step = 0;
  let fitted = 0;
  let lastClick = -DOUBLE_MS;

  const to = (next: number, x = 0.5, y = 0.5): void => {
    if (step === 0) fitted = img.clientWidth;
    step = Math.max(0, Math.min(STEPS.length - 1, next));
    const on = step > 0;
    if (on && img.dataset["large"] !== undefined) img.src = img.dataset["large"];
    stage.classList.toggle("zoomed", on);
    stage.tabIndex = on ? 0 : -1;
    img.style.width = on ? `${Math.round(fitted * (STEPS[step] ?? 1))}px` : "";
    stage.scrollTo(x * stage.scrollWidth - stage.clientWidth / 2, y * stage.scrollHeight - stage.clientHeight / 2);
    if (link !== null && words.whole !== "") link.textContent = on ? words.whole : words.large;
  };
  const panned = dragToPan(stage);

  on(img, "click", (event) => {
    const quick = event.timeStamp - lastClick < DOUBLE_MS;
    lastClick = event.timeStamp;
    if (quick || panned()) return;
    to(step > 0 ? 0 : 2, event.offsetX / img.clientWidth, event.offsetY / img.clientHeight);
  });
  if (link !== null) on(link, "click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    to(step > 0 ? 0 : 2);
    if (step > 0) stage.scrollIntoView({ block: "nearest" });
  });

  const pan: Record<string, [number, number]> = {
    ArrowLeft: [-PAN_PX, 0], ArrowRight: [PAN_PX, 0], ArrowUp: [0, -PAN_PX], ArrowDown: [0, PAN_PX],
  };
  return {
    active: () => step > 0,
    key(event) {
      const by = pan[event.key];
      if (event.key === "+" || event.key === "=") to(step + 1);
      else if (event.key === "-" && step > 0) to(step - 1);
      else if ((event.key === "Escape" || event.key === "0") && step > 0) to(0);
      else if (by !== undefined && step > 0) stage.scrollBy(by[0], by[1]);
      else return false;
      return true;
    },
  };
}
