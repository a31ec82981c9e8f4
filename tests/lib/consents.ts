// The forms of consent, as a guardian fills them in.
import assert from "node:assert/strict";

import type { Answer, Client } from "./client";
import { fill } from "./trouble";

// The parts of the one card that asks that.
export function card(page: string, title: string): { text: string; fields: Record<string, string> } {
  const text = page.split('<section class="card"').find((s) => s.includes(`>${title}<`));
  assert.ok(text !== undefined, `${title} is asked`);
  const fields: Record<string, string> = {};
  for (const [, name = "", value = ""] of text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g))
    if (["question", "text", "shown", "lang"].includes(name)) fields[name] = value;
  return { text, fields };
}

// A page with plain blanks, as the texts of the tests have them.
export const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, " ");

export async function answer(who: Client, child: number, title: string, yes: boolean,
  more: Record<string, string> = {}, sheet = ""): Promise<Answer> {
  const path = `/consent/${child}${sheet}`;
  const { fields } = card(plain((await who.get(path)).text), title);
  return fill(who, path, path, { ...fields, answer: yes ? "yes" : "no", ...more });
}

export const GROUP = "Les familles du groupe : photos et vidéos";
