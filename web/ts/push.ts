// Allowing notifications: asked of the browser after a press on our own button,
// never before.
import { on, one, say } from "./dom";

// base64url, as the server writes keys.
export function textOf(bytes: ArrayBuffer | null): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes ?? new ArrayBuffer(0))))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

// With another key of the house than the present one, it would reach nobody.
export async function subscribe(where: PushManager, key: string): Promise<PushSubscription> {
  const there = await where.getSubscription();
  if (there !== null && textOf(there.options.applicationServerKey) === key) return there;
  await there?.unsubscribe();
  return where.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

export function fieldsOf(s: PushSubscription): Record<string, string> {
  return { endpoint: s.endpoint, p256dh: textOf(s.getKey("p256dh")), auth: textOf(s.getKey("auth")) };
}

const able = (): boolean => "Notification" in window && "PushManager" in window && navigator.serviceWorker !== undefined;
// There it needs the place on the home screen first.
const onIos = (): boolean => /iPhone|iPad/.test(navigator.userAgent) ||
  (navigator.userAgent.includes("Macintosh") && navigator.maxTouchPoints > 1);

async function allow(form: HTMLFormElement, key: string): Promise<boolean> {
  if (await Notification.requestPermission() !== "granted") return false;
  const { pushManager } = await navigator.serviceWorker.ready;
  for (const [name, value] of Object.entries(fieldsOf(await subscribe(pushManager, key)))) {
    const field = one<HTMLInputElement>(form, `[name=${name}]`);
    if (field !== null) field.value = value;
  }
  form.submit();
  return true;
}

export function push(root: HTMLElement): void {
  const form = one<HTMLFormElement>(root, "form"), word = one<HTMLElement>(root, "[data-word]");
  const { key = "", unfit = "", ios = "", denied = "", failed = "" } = root.dataset;
  if (form === null || word === null) return;
  const tell = (text: string): void => { word.textContent = text; say(text); };
  if (!able()) {
    word.textContent = onIos() ? ios : unfit;
    return;
  }
  word.textContent = Notification.permission === "denied" ? denied : "";
  one<HTMLElement>(root, "[data-part]")?.removeAttribute("hidden");
  on(form, "submit", (event) => {
    event.preventDefault();
    allow(form, key).then((yes) => { if (!yes) tell(denied); }, () => tell(failed));
  });
}
