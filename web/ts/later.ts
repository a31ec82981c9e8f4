// What the team's pages do more: photos that are sent, kept where there is no
// network, and gone with who signs out.
import { desk } from "./desk";
import { Keep } from "./keep";
import { offline, waits } from "./offline";
import { watchOut } from "./out";
import { upload } from "./upload";

const islands: Record<string, (root: HTMLElement) => void> = { upload, offline, waits };
let any = false;

watchOut();
for (const root of document.querySelectorAll<HTMLElement>("[data-island]")) {
  const island = islands[root.dataset["island"] ?? ""];
  any ||= island !== undefined;
  island?.(root);
}
// On every other page what waits goes on its way.
if (!any) void Keep.last().then(async (k) => { if (k !== null && (await k.files()).length > 0) await desk(); }).catch(() => undefined);
