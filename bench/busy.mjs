// node busy.mjs URL LOGINS.json PHOTO.jpg COUNT — a page every 50 ms, first in
// peace, then while COUNT photos are sent and taken in.
import { readFileSync } from "node:fs";

import { Client, agent, another, login, pause, quantile } from "./client.mjs";

const [base, logins, file, wanted] = process.argv.slice(2);
const count = Number(wanted), photo = readFileSync(file);
const family = new Client(base), staff = new Client(base);
await family.signIn(login(logins, (l) => l.totp === undefined));
await staff.signIn(login(logins, (l) => l.totp !== undefined && l.login === "sami"));

// Asked when its time has come, whether the one before is there or not.
async function watch(until) {
  const delays = [], open = [];
  let ended = false;
  until.finally(() => { ended = true; });
  for (let next = performance.now(); !ended; next += 50) {
    await pause(Math.max(0, next - performance.now()));
    open.push(family.get("/").then((a) => {
      if (a.status !== 200) throw new Error(`page: ${a.status}`);
      delays.push(performance.now() - next);
    }));
  }
  await Promise.all(open);
  return delays;
}

async function takeIn(album) {
  const token = await staff.token(`/publish/${album}`);
  let sent = 0;
  const sender = async () => {
    while (sent < count) {
      const n = sent++;
      await staff.upload(album, token, `photo-${n}.jpg`, another(photo, n));
    }
  };
  await Promise.all([sender(), sender()]);
  for (;;) {
    const s = await staff.status(album);
    if (s.refused > 0) throw new Error(`${s.refused} photos were refused`);
    if (s.ready === count) return;
    await pause(20);
  }
}

function say(what, v) {
  const at = (q) => quantile(v, q).toFixed(1).padStart(8);
  console.log(`${what.padEnd(22)}${at(0.5)}${at(0.95)}${at(0.99)}${at(1)}   ${v.length} pages`);
}

console.log(`${"delay of a page, ms".padEnd(22)}     p50     p95     p99     max`);
say("in peace", await watch(pause(2000)));
const album = await staff.newAlbum();
const start = performance.now();
const work = takeIn(album);
say("photos being taken in", await watch(work));
await work;
const ms = performance.now() - start;
console.log(`${count} photos of ${(photo.length / 1e6).toFixed(1)} MB in ${(ms / 1000).toFixed(1)} s:`
  + ` ${(ms / count).toFixed(0)} ms each, sending included`);
await staff.discard(album);
agent.destroy();
