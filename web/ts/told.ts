// The page on which one says how one is told: notifications on this device.
import { push } from "./push";
import { one } from "./dom";

const root = one<HTMLElement>(document, "[data-island=push]");
if (root !== null) push(root);
