// node cases.mjs LOGINS SMALL LARGE [ROUNDS] — pages of a safeguarding lead in two
// houses in turns, and how long a photo is to be seen after somebody reported it.
import { Client, agent, login, quantile } from "./client.mjs";

const [logins, small, large, rounds = "200"] = process.argv.slice(2);
const lead = login(logins, (l) => l.login === "thomas");
const family = login(logins, (l) => l.totp === undefined && l.login === "nadia");
const pages = ["/cases", "/cases?before=1500", "/today"];

async function signed(base, who) {
  const c = new Client(base);
  await c.signIn(who);
  return c;
}

async function took(c, path) {
  const from = process.hrtime.bigint();
  const { status } = await c.get(path);
  if (status !== 200) throw new Error(`${path}: ${status}`);
  return Number(process.hrtime.bigint() - from) / 1e6;
}

// Milliseconds from the tap to the answer, before which it was hidden: the next
// request is refused.
async function hidden(c) {
  const ms = [];
  const ids = new Set([...(await c.get("/")).text.matchAll(/\/album\/(\d+)\/photo\/(\d+)/g)].map((m) => m[2]));
  for (const id of ids) {
    const form = await c.token(`/report/photo/${id}`);
    const from = process.hrtime.bigint();
    const a = await c.ask("POST", `/report/photo/${id}`,
      { "Content-Type": "application/x-www-form-urlencoded", Origin: c.base },
      new URLSearchParams({ form, category: "picture" }).toString());
    ms.push(Number(process.hrtime.bigint() - from) / 1e6);
    if (a.status !== 200 || (await c.get(`/m/${id}/320`)).status !== 404) throw new Error(`photo ${id} is not hidden`);
  }
  return ms;
}

const [few, many] = [await signed(small, lead), await signed(large, lead)];
console.log("# milliseconds, median of", rounds, "in turns: page, 1,000 cases, 100,000 cases, ratio");
for (const path of pages) {
  const a = [], b = [];
  for (let i = 0; i < Number(rounds); i++) {
    a.push(await took(few, path));
    b.push(await took(many, path));
  }
  const [x, y] = [quantile(a, 0.5), quantile(b, 0.5)];
  console.log(path.padEnd(20), x.toFixed(2).padStart(8), y.toFixed(2).padStart(8), (y / x).toFixed(2).padStart(6));
}
const ms = await hidden(await signed(large, family));
console.log(`# from a report to hidden, ${ms.length} photos: median ${quantile(ms, 0.5).toFixed(1)} ms, longest ${Math.max(...ms).toFixed(1)}`);
agent.destroy();
