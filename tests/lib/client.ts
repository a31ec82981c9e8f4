// A browser without a screen: cookies, forms and their tokens over HTTP,
// with every header as it came.
import { Agent, request, type IncomingHttpHeaders } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";

import { freshCode } from "./totp";
import type { Login } from "./server";

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  names: string[]; // of the headers, in their order
  body: Buffer;
  text: string;
  ms: number;
}

export interface Ask {
  headers?: Record<string, string>;
  body?: string | Buffer;
}

// The server closes what was quiet for half a minute: never while something is
// on its way, since such a connection is not used that long.
const agent = new Agent({ keepAlive: true, maxSockets: 8, timeout: 15_000 });

// Servers with a certificate of that file's own.
let tlsAgent: TlsAgent | null = null;
export function trust(ca: Buffer): void {
  tlsAgent = new TlsAgent({ keepAlive: true, maxSockets: 8, timeout: 15_000, ca });
}

// While a command ran to its end nothing was heard of connections that the
// server closed meanwhile: they are heard of before one is used again.
async function hear(): Promise<void> {
  for (let i = 0; i < 2; i++) await new Promise((done) => setImmediate(done));
}

export class Client {
  readonly jar = new Map<string, string>();
  last: Answer | null = null;

  // origin: what a browser calls it, where that is another than where it listens.
  constructor(readonly base: string, readonly language = "fr", readonly origin = base) {}

  async ask(method: string, path: string, ask: Ask = {}): Promise<Answer> {
    await hear();
    const started = process.hrtime.bigint();
    const cookie = Array.from(this.jar, ([k, v]) => `${k}=${v}`).join("; ");
    const headers: Record<string, string> = { "Accept-Language": this.language, ...ask.headers };
    if (cookie !== "" && headers["Cookie"] === undefined) headers["Cookie"] = cookie;
    if (ask.body !== undefined) headers["Content-Length"] = String(Buffer.byteLength(ask.body));
    return new Promise((done, fail) => {
      const url = new URL(path, this.base);
      const send = url.protocol === "https:" ? tlsRequest : request;
      const q = send(url, { method, headers, agent: url.protocol === "https:" ? tlsAgent ?? undefined : agent }, (r) => {
        const parts: Buffer[] = [];
        r.on("data", (b: Buffer) => parts.push(b));
        r.on("error", fail);
        r.on("end", () => {
          const body = Buffer.concat(parts);
          const ms = Number(process.hrtime.bigint() - started) / 1e6;
          this.keepCookies(r.headers["set-cookie"] ?? []);
          const names = r.rawHeaders.filter((_, i) => i % 2 === 0);
          this.last = { status: r.statusCode ?? 0, headers: r.headers, names, body, text: body.toString("utf8"), ms };
          done(this.last);
        });
      });
      q.on("error", fail);
      q.end(ask.body);
    });
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask("GET", path, { headers });
  }

  // As a form of the last page would send it.
  post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask("POST", path, {
      headers: { "Content-Type": "application/x-www-form-urlencoded", Origin: this.origin,
        "Sec-Fetch-Site": "same-origin", ...headers },
      body: new URLSearchParams(fields).toString(),
    });
  }

  async token(path: string): Promise<string> {
    const page = await this.get(path);
    const found = /name="form" value="([^"]+)"/.exec(page.text);
    if (found?.[1] === undefined) throw new Error(`no form on ${path}: ${page.status}`);
    return found[1];
  }

  // Opens a page, fills one form of it and sends it.
  async submit(page: string, action: string, fields: Record<string, string>): Promise<Answer> {
    return this.post(action, { form: await this.token(page), ...fields });
  }

  async signIn(who: Login, code?: string): Promise<void> {
    const first = await this.submit("/sign-in", "/sign-in", { login: who.login, pass: who.passphrase });
    if (first.status !== 303) throw new Error(`sign in ${who.login}: ${first.status}\n${first.text}`);
    if (who.totp === undefined) return;
    const second = await this.submit("/sign-in/second", "/sign-in/second", { code: code ?? await freshCode(who.totp) });
    if (second.status !== 303) throw new Error(`second step of ${who.login}: ${second.status}\n${second.text}`);
  }

  async signOut(page = "/account"): Promise<void> {
    await this.submit(page, "/sign-out", {});
  }

  private keepCookies(lines: string[]): void {
    for (const line of lines) {
      const [pair = "", ...more] = line.split(";");
      const at = pair.indexOf("=");
      const gone = more.some((m) => /^\s*max-age=0\s*$/i.test(m));
      if (gone) this.jar.delete(pair.slice(0, at));
      else this.jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
  }
}
