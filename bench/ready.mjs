// node ready.mjs URL LOGINS.json — waits until a served demonstration has all its
// photos, signs a guardian in, and prints what there is as name='value' lines.
import { Client, agent, login, pause, waitUntilUp } from "./client.mjs";

// Every photo of every album that this person sees: its sizes in bytes.
async function photos(c) {
  const found = [];
  const front = await c.get("/");
  const albums = new Set([...front.text.matchAll(/href="\/album\/(\d+)"/g)].map((m) => m[1]));
  for (const album of albums) {
    const page = await c.get(`/album/${album}`);
    const ids = new Set([...page.text.matchAll(/\/m\/(\d+)\/320/g)].map((m) => m[1]));
    for (const id of ids) found.push({ album, id });
  }
  return { page: front.body.length, found };
}

async function settled(c) {
  let before = -1;
  for (let i = 0; i < 600; i++) {
    const { found } = await photos(c);
    if (found.length > 0 && found.length === before) return found;
    before = found.length;
    await pause(1500);
  }
  throw new Error("no photo became ready");
}

async function ready(base, logins) {
  const guardian = login(logins, (l) => l.totp === undefined);
  await waitUntilUp(base);
  const c = new Client(base);
  await c.signIn(guardian);
  const found = await settled(c);
  const page = await c.get("/");
  let largest = { bytes: 0 };
  const whole = []; // rows that were only multiplied have no file of their own
  for (const { album, id } of found) {
    const { status, body: { length: bytes } } = await c.get(`/m/${id}/2048`);
    if (status === 200) whole.push(id);
    if (status === 200 && bytes > largest.bytes) largest = { album, id, bytes };
  }
  const thumb = (await c.get(`/m/${largest.id}/320`)).body.length;
  const say = (name, value) => console.log(`${name}='${value}'`);
  say("cookie", [...c.jar].map(([k, v]) => `${k}=${v}`).join("; "));
  say("page_bytes", page.body.length);
  say("photo", largest.id);
  say("album", largest.album);
  say("photo_bytes", largest.bytes);
  say("thumb_bytes", thumb);
  say("photos", found.length);
  say("ids", whole.join(" "));
}

const [base, logins] = process.argv.slice(2);
await ready(base, logins);
agent.destroy();
