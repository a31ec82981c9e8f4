// A notification: what the server says is shown, and nothing is kept; a tap
// opens the first page, which says the rest to who is signed in.
import { fieldsOf, subscribe } from "./push";

interface Waits extends Event { waitUntil(p: Promise<unknown>): void }
interface Pushed extends Waits { data: { text(): string } | null }
interface Tapped extends Waits { notification: Notification }
interface Seen { url: string; focus(): Promise<unknown>; navigate(url: string): Promise<unknown> }
export interface Shower {
  registration: { showNotification(title: string, how: NotificationOptions): Promise<void>; pushManager: PushManager };
  clients: { matchAll(how: { type: "window" }): Promise<Seen[]>; openWindow(url: string): Promise<unknown> };
  addEventListener<E extends Event>(type: string, then: (event: E) => void): void;
}

const ICON = "/static/icon-192.png";
const STAYS = ["urgent", "waits"]; // until somebody looks

// The same word again takes the place of the one before.
function show(worker: Shower, text: string): Promise<void> {
  const [kind = "", title = ""] = text.split("\n");
  return worker.registration.showNotification(title === "" ? "Préau" : title,
    { tag: STAYS.includes(kind) ? kind : "new", icon: ICON, badge: ICON, requireInteraction: STAYS.includes(kind) });
}

async function open(worker: Shower): Promise<void> {
  const windows = await worker.clients.matchAll({ type: "window" });
  const there = windows.find((w) => new URL(w.url).pathname === "/") ?? windows[0];
  if (there === undefined) await worker.clients.openWindow("/");
  else {
    await there.focus();
    await there.navigate("/").catch(() => worker.clients.openWindow("/"));
  }
}

// The browser made another address: the server is told, as the page would.
async function renew(worker: Shower): Promise<void> {
  const page = await (await fetch("/account/telling", { credentials: "same-origin" })).text();
  const form = /action="\/account\/telling\/device"[\s\S]*?name="form" value="([^"]+)"/.exec(page)?.[1];
  const key = /data-key="([\w-]+)"/.exec(page)?.[1];
  if (form === undefined || key === undefined) return; // signed out: it ends
  const fields = fieldsOf(await subscribe(worker.registration.pushManager, key));
  await fetch("/account/telling/device", { method: "POST", credentials: "same-origin", redirect: "manual",
    body: new URLSearchParams({ form, key, name: "", ...fields }) });
}

// The house has another key than this browser was given: it comes for it.
async function told(worker: Shower, text: string): Promise<void> {
  await show(worker, text);
  if (text.split("\n")[2] === "renew") await renew(worker).catch(() => undefined);
}

export function notifications(worker: Shower): void {
  worker.addEventListener<Pushed>("push", (e) => e.waitUntil(told(worker, e.data?.text() ?? "")));
  worker.addEventListener<Tapped>("notificationclick", (e) => {
    e.notification.close();
    e.waitUntil(open(worker));
  });
  worker.addEventListener<Waits>("pushsubscriptionchange", (e) => e.waitUntil(renew(worker).catch(() => undefined)));
}
