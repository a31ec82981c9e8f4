// Signing out takes everything from this device; what was not sent yet is asked
// about first.
import { on, one } from "./dom";
import { Drawer } from "./drawer";

async function leave(form: HTMLFormElement, sentence: string): Promise<void> {
  try {
    if (await Drawer.there()) {
      const n = (await (await Drawer.open()).all("file")).length;
      if (n > 0 && !confirm(sentence.replace("%1", String(n)))) return;
      await Drawer.empty();
    }
  } catch { /* the answer to this form empties it too */ }
  form.submit();
}

export function watchOut(): void {
  on(document, "submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || new URL(form.action).pathname !== "/sign-out") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    void leave(form, one<HTMLElement>(form, "[data-unsent]")?.dataset["unsent"] ?? "%1");
  }, { capture: true });
}
