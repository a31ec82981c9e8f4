// A folder from another house is large: it is sent in pieces, and goes on where
// it was when the same file is chosen again.
import { on, one } from "./dom";

const PIECE = 4 << 20;
const TYPE = "application/offset+octet-stream";

// What came of a file is remembered by its name, length and time.
const keyOf = (f: File): string => `parcel ${f.name} ${f.size} ${f.lastModified}`;

export function parcel(box: HTMLElement): void {
  const form = box.closest("form");
  const input = one<HTMLInputElement>(box, "input[type=file]");
  const bar = one<HTMLProgressElement>(box, "progress");
  const status = one<HTMLElement>(box, "[role=status]");
  const { to, done, failed } = box.dataset;
  if (form === null || input === null || bar === null || status === null || to === undefined) return;

  const heads = (): Record<string, string> => ({ "Tus-Resumable": "1.0.0",
    "X-Preau-Form": one<HTMLInputElement>(form, "input[name=form]")?.value ?? "" });
  const ask = (method: string, url: string, more: Record<string, string>, body: BodyInit | null = null): Promise<Response> =>
    fetch(url, { method, credentials: "same-origin", headers: { ...heads(), ...more }, body });

  // Where it stands; null: there is none any more.
  const find = async (url: string, f: File): Promise<number | null> => {
    const a = await ask("HEAD", url, {});
    return a.ok && Number(a.headers.get("Upload-Length")) === f.size ? Number(a.headers.get("Upload-Offset")) : null;
  };
  const begin = async (f: File): Promise<{ url: string; at: number }> => {
    const known = localStorage.getItem(keyOf(f));
    const at = known === null ? null : await find(known, f);
    if (known !== null && at !== null) return { url: known, at };
    const a = await ask("POST", to, { "Upload-Length": String(f.size) });
    const url = a.headers.get("Location");
    if (!a.ok || url === null) throw new Error(String(a.status));
    localStorage.setItem(keyOf(f), url);
    return { url, at: 0 };
  };
  const send = async (f: File): Promise<void> => {
    const { url, at } = await begin(f);
    for (let from = at; from < f.size;) {
      const a = await ask("PATCH", url, { "Content-Type": TYPE, "Upload-Offset": String(from) }, f.slice(from, from + PIECE));
      const next = Number(a.headers.get("Upload-Offset"));
      if (!a.ok || next <= from) throw new Error(String(a.status));
      from = next;
      bar.value = (100 * from) / f.size;
    }
    localStorage.removeItem(keyOf(f));
  };
  on(form, "submit", (event) => {
    const f = input.files?.[0];
    if (f === undefined) return;
    event.preventDefault();
    form.setAttribute("aria-busy", "true");
    bar.hidden = false;
    send(f).then(() => {
      status.textContent = done ?? "";
      location.reload();
    }, () => {
      status.textContent = failed ?? "";
      form.removeAttribute("aria-busy");
    });
  });
}
