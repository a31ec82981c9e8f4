// client.mjs — a browser without a screen, for what is measured here.
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { request, Agent } from "node:http";

export const agent = new Agent({ keepAlive: true });
export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

export class Client {
  jar = new Map();
  constructor(base) { this.base = base; }

  ask(method, path, headers = {}, body) {
    const cookie = [...this.jar].map(([k, v]) => `${k}=${v}`).join("; ");
    const all = { "Accept-Language": "fr", ...(cookie && { Cookie: cookie }), ...headers };
    if (body !== undefined) all["Content-Length"] = Buffer.byteLength(body);
    return new Promise((done, fail) => {
      const q = request(new URL(path, this.base), { method, headers: all, agent }, (r) => {
        const parts = [];
        r.on("data", (b) => parts.push(b));
        r.on("error", fail);
        r.on("end", () => {
          for (const line of r.headers["set-cookie"] ?? []) this.keep(line);
          done({ status: r.statusCode, headers: r.headers, body: Buffer.concat(parts) });
        });
      });
      q.on("error", fail);
      q.end(body);
    });
  }

  keep(line) {
    const pair = line.split(";")[0], at = pair.indexOf("=");
    if (/max-age=0\b/i.test(line)) this.jar.delete(pair.slice(0, at));
    else this.jar.set(pair.slice(0, at), pair.slice(at + 1));
  }

  async get(path) {
    const a = await this.ask("GET", path);
    return { ...a, text: a.body.toString("utf8") };
  }

  // The form token of a page, and one form sent with it.
  async token(path) {
    return /name="form" value="([^"]+)"/.exec((await this.get(path)).text)[1];
  }

  async send(page, action, fields) {
    const form = await this.token(page);
    return this.ask("POST", action,
      { "Content-Type": "application/x-www-form-urlencoded", Origin: this.base },
      new URLSearchParams({ form, ...fields }).toString());
  }

  async signIn({ login, passphrase, totp }) {
    const a = await this.send("/sign-in", "/sign-in", { login, pass: passphrase });
    if (a.status !== 303) throw new Error(`sign in ${login}: ${a.status}`);
    // A code works once: after a run of just before, the next one.
    for (let i = 0; totp !== undefined && i < 20; i++) {
      const b = await this.send("/sign-in/second", "/sign-in/second", { code: code(totp) });
      if (b.status === 303) return;
      await pause(4000);
    }
    if (totp !== undefined) throw new Error(`second step of ${login}`);
  }

  async newAlbum() {
    const page = (await this.get("/publish")).text;
    const group = /name="group"[^>]*value="(\d+)"/.exec(page)[1];
    const day = /name="day"[^>]*value="([^"]+)"/.exec(page)[1];
    const a = await this.send("/publish", "/publish", { title: "bench", day, group });
    return /^\/publish\/(\d+)/.exec(a.headers.location)[1];
  }

  async upload(album, token, name, bytes) {
    const a = await this.ask("POST", `/album/${album}/upload`, { "Content-Type": "image/jpeg",
      "X-Preau-Form": token, "X-Preau-Name": name, Origin: this.base }, bytes);
    if (a.status !== 200) throw new Error(`upload: ${a.status} ${a.body}`);
  }

  async status(album) {
    return JSON.parse((await this.get(`/publish/${album}/status`)).text);
  }

  async discard(album) {
    await this.send(`/publish/${album}`, `/publish/${album}/discard`, {});
  }
}

// The six digits of now (RFC 6238).
function code(secret) {
  const bits = Array.from(secret, (c) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac("sha1", key).update(step).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

export function login(file, wanted) {
  return JSON.parse(readFileSync(file, "utf8")).logins.find(wanted);
}

// The same photo with other bytes: a comment of its own after the first marker.
export function another(jpeg, n) {
  const words = Buffer.from(`photo ${n} of ${process.pid} ${Date.now()}`);
  const mark = Buffer.from([0xff, 0xfe, 0, words.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), mark, words, jpeg.subarray(2)]);
}

export function quantile(v, q) {
  const s = [...v].sort((a, b) => a - b);
  return s[Math.min(s.length - 1, Math.floor(s.length * q))];
}


export async function waitUntilUp(base) {
  for (let i = 0; i < 200; i++) {
    try {
      if ((await new Client(base).get("/healthz")).status === 200) return;
    } catch { /* not listening yet */ }
    await pause(50);
  }
  throw new Error("serve is not there");
}
