// node warm.mjs URL LOGINS.json PHOTO.jpg IDLE_S ROUNDS — one small photo when
// no media process lives, then another at once: the difference is its warm-up.
import { readFileSync } from "node:fs";

import { Client, agent, another, login, pause, quantile } from "./client.mjs";

const [base, logins, file, idle, rounds] = process.argv.slice(2);
const photo = readFileSync(file);
const staff = new Client(base);
await staff.signIn(login(logins, (l) => l.login === "sami"));
const album = await staff.newAlbum();
const token = await staff.token(`/publish/${album}`);
let n = 0;

async function one() {
  const start = performance.now();
  await staff.upload(album, token, "photo.jpg", another(photo, ++n));
  while ((await staff.status(album)).ready !== n) await pause(1);
  return performance.now() - start;
}

const cold = [], warm = [];
for (let i = 0; i < Number(rounds); i++) {
  await pause(Number(idle) * 1000 + 1500);
  cold.push(await one());
  warm.push(await one());
}
const a = quantile(cold, 0.5), b = quantile(warm, 0.5);
console.log(`photo from sent to ready: ${a.toFixed(0)} ms with no media process, ${b.toFixed(0)} ms with one:`
  + ` warm-up ${(a - b).toFixed(0)} ms, bar 150`);
await staff.discard(album);
agent.destroy();
