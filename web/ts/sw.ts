// The service worker: the shell of this place where there is no network, and
// what waits on the device sent while nobody looks.  Nothing of anybody is ever
// put into its caches: what it keeps is listed here.
import { sendAll } from "./errand";
import { notifications, type Shower } from "./shown";

// Names that the build turns into paths with the digest of what they hold; so
// another content is another worker, and another cache.
const SHELL = ["/static/app.css", "/static/font.woff2", "/static/mark.svg", "/static/app.js", "/static/later.js"];
const LANGUAGES = ["fr", "en"];
const NAME = `preau ${SHELL.join(" ")}`;
// Pages that are kept their own way, and what is no page.
const NOT_OURS = /^\/(m|memories|static)\/|\/faces\/list\/|\.\w+$/;

interface Waits extends Event { waitUntil(p: Promise<unknown>): void }
interface Asked extends Waits { request: Request; preloadResponse?: Promise<Response | undefined>; respondWith(r: Promise<Response>): void }
interface Called extends Waits { tag: string }
interface Worker {
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  registration: { navigationPreload?: { enable(): Promise<void> } };
  addEventListener<E extends Event>(type: string, then: (event: E) => void): void;
}
const worker = self as unknown as Worker;

// Without cookies: the page is the same for everybody.
async function fetchShell(): Promise<void> {
  const cache = await caches.open(NAME);
  const get = (path: string, how: RequestCache): Request => new Request(path, { credentials: "omit", cache: how });
  // What the page just had is not asked for again.
  await cache.addAll([...SHELL.map((p) => get(p, "force-cache")), ...LANGUAGES.map((l) => get(`/offline/${l}`, "reload"))]);
}

async function dropOld(): Promise<void> {
  for (const name of await caches.keys()) if (name.startsWith("preau /") && name !== NAME) await caches.delete(name);
}

async function language(path: string): Promise<string> {
  const asked = /^\/offline\/(fr|en)$/.exec(path)?.[1];
  if (asked !== undefined) return asked;
  const said = await (await caches.match("/offline/language"))?.text();
  return said !== undefined && LANGUAGES.includes(said) ? said : LANGUAGES[navigator.language.startsWith("fr") ? 0 : 1] ?? "fr";
}

async function standIn(path: string): Promise<Response> {
  return await caches.match(`/offline/${await language(path)}`, { cacheName: NAME }) ?? Response.error();
}

async function navigate(event: Asked): Promise<Response> {
  try {
    return await event.preloadResponse ?? await fetch(event.request);
  } catch {
    return standIn(new URL(event.request.url).pathname);
  }
}

worker.addEventListener<Waits>("install", (e) => e.waitUntil(fetchShell().then(() => worker.skipWaiting())));
worker.addEventListener<Waits>("activate", (e) => e.waitUntil((async () => {
  await dropOld();
  await worker.registration.navigationPreload?.enable();
  await worker.clients.claim();
})()));
worker.addEventListener<Asked>("fetch", (e) => {
  const { method, mode, url } = e.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== location.origin) return;
  if (mode === "navigate" && !NOT_OURS.test(pathname)) e.respondWith(navigate(e));
  else if (SHELL.includes(pathname))
    e.respondWith(caches.match(pathname, { cacheName: NAME }).then((r) => r ?? fetch(e.request)));
});
// What is kept goes when the network is back (Background Sync), also with no
// window open.
worker.addEventListener<Called>("sync", (e) => {
  if (e.tag === "later") e.waitUntil(sendAll());
});
notifications(self as unknown as Shower);
