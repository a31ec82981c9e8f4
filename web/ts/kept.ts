// A page that may be kept, to be read where there is no network: where there is
// one, it is asked for again, and what is kept becomes the newer one.
import { one } from "./dom";

function isKept(): boolean {
  const [how] = performance.getEntriesByType("navigation");
  return !(how instanceof PerformanceNavigationTiming) || how.transferSize === 0;
}

async function renew(root: HTMLElement): Promise<void> {
  const answer = await fetch(location.href, { credentials: "same-origin", cache: "reload" });
  if (answer.redirected) { // signed out, or the screen is locked
    location.replace(answer.url);
    return;
  }
  const doc = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = one<HTMLElement>(doc, "main");
  if (answer.status < 500 && fresh !== null) root.replaceChildren(...Array.from(fresh.childNodes, (n) => document.importNode(n, true)));
}

export function kept(root: HTMLElement): void {
  if (isKept()) void renew(root).catch(() => undefined); // no network: the page says of when it is
}
