// The six digits that a telephone would show (RFC 6238, SHA-1, 30 seconds).
import { createHmac } from "node:crypto";

function base32(text: string): Buffer {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = Array.from(text.replace(/[\s=]/g, "").toUpperCase(),
    (c) => alphabet.indexOf(c).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((b) => parseInt(b, 2)));
}

export function totpStep(): number {
  return Math.floor(Date.now() / 30_000);
}

export function totpCode(secret: string, step = totpStep()): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", base32(secret)).update(counter).digest();
  const at = (mac[19] ?? 0) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

// A code works once: the next one of the same person waits for the next step,
// of which the server takes one ahead.
const used = new Map<string, number>();
export async function freshCode(secret: string): Promise<string> {
  const step = Math.max(totpStep(), (used.get(secret) ?? 0) + 1);
  used.set(secret, step);
  while (step > totpStep() + 1) await new Promise((done) => setTimeout(done, 500));
  return totpCode(secret, step);
}

// The same at once, where that a code works once is not what is tested: the
// server, when it must, forgets which was used.
export function codeNow(secret: string, forget: () => void): string {
  const step = totpStep();
  if ((used.get(secret) ?? 0) >= step) forget();
  used.set(secret, Math.max(step, used.get(secret) ?? 0));
  return totpCode(secret, step);
}
