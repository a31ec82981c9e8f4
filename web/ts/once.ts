// A form that was sent is not sent again by a second tap.
import { on } from "./dom";
const PAUSE_MS = 4000;

export function sendOnce(): void {
  on(document, "submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || event.defaultPrevented) return;
    if (form.hasAttribute("aria-busy")) {
      event.preventDefault();
      return;
    }
    form.setAttribute("aria-busy", "true");
    setTimeout(() => form.removeAttribute("aria-busy"), PAUSE_MS);
  });
}
