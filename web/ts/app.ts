// What a page can do better with a script: each island is found by its name,
// and the page is whole without any of them.
import { aloud } from "./aloud";
import { arrange } from "./arrange";
import { faces } from "./faces";
import { glance } from "./glance";
import { install } from "./install";
import { kept } from "./kept";
import { sendOnce } from "./once";
import { parcel } from "./parcel";
import { photo } from "./photo";

const islands: Record<string, (root: HTMLElement) => void> = { aloud, photo, arrange, faces, glance, kept, parcel };

for (const root of document.querySelectorAll<HTMLElement>("[data-island]"))
  islands[root.dataset["island"] ?? ""]?.(root);
sendOnce();
install();
