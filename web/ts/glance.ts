// A picture that was reported: less blurred only while a pointer or a key is
// held down, and blurred again whatever takes it away.
import { make, on, one } from "./dom";

export function glance(root: HTMLElement): void {
  const soft = one<HTMLImageElement>(root, "img");
  const link = one(root, "a");
  const { sharp = "", hold = "" } = root.dataset;
  if (soft === null || link === null) return;
  const button = make("button", "button", hold);
  button.type = "button";
  button.setAttribute("aria-pressed", "false");
  link.replaceWith(button);

  // Asked for anew each time: each showing is written down.
  let shown: HTMLImageElement | null = null;
  let times = 0;
  const hide = (): void => {
    shown?.remove();
    shown = null;
    soft.hidden = false;
    button.setAttribute("aria-pressed", "false");
  };
  const show = (): void => {
    if (shown !== null) return;
    shown = make("img");
    shown.alt = soft.alt;
    shown.src = `${sharp}?${String(++times)}`;
    soft.hidden = true;
    soft.after(shown);
    button.setAttribute("aria-pressed", "true");
  };

  on(button, "pointerdown", (e) => {
    button.setPointerCapture(e.pointerId);
    show();
  });
  for (const away of ["pointerup", "pointercancel", "lostpointercapture", "blur", "contextmenu", "keyup"] as const)
    on(button, away, hide);
  on(button, "keydown", (e) => {
    if (e.key !== " " && e.key !== "Enter") return;
    e.preventDefault();
    show();
  });
  document.addEventListener("visibilitychange", hide);
}
