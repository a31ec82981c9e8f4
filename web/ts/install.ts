// The service worker, and the language that it speaks where there is no network.
async function tell(lang: string): Promise<void> {
  const cache = await caches.open("preau language");
  const said = await (await cache.match("/offline/language"))?.text();
  if (said !== lang) await cache.put("/offline/language", new Response(lang));
}

// After the page: nothing on it waits for this.
export function install(): void {
  if (navigator.serviceWorker === undefined) return;
  void navigator.serviceWorker.register("/sw.js").then(() => tell(document.documentElement.lang)).catch(() => undefined);
}
