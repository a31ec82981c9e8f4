// A push service of our own, over TLS, and the browsers that it is for: each
// opens what comes with keys and steps written here anew (RFC 8188, 8291, 8292).
import assert from "node:assert/strict";
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify, type ECDH } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { createServer, type Server as TlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { certificate } from "./mail";

export interface Pushed { path: string; headers: IncomingHttpHeaders; body: Buffer; at: number }
export interface Claims { aud: string; exp: number; sub: string }

export const SEALED_BYTES = 86 + 512 + 1 + 16;

export class PushBrowser {
  private readonly keys: ECDH = createECDH("prime256v1");
  private readonly secret = randomBytes(16);

  constructor(readonly endpoint: string) {
    this.keys.generateKeys();
  }

  get path(): string {
    return new URL(this.endpoint).pathname;
  }

  // As PushSubscription says it.
  get fields(): Record<string, string> {
    return { endpoint: this.endpoint, p256dh: this.keys.getPublicKey("base64url"), auth: this.secret.toString("base64url") };
  }

  open(sealed: Buffer): string {
    const salt = sealed.subarray(0, 16), from = sealed.subarray(21, 21 + (sealed[20] ?? 0));
    assert.equal(sealed.readUInt32BE(16), 4096);
    assert.equal(from.length, 65);
    const info = Buffer.concat([Buffer.from("WebPush: info\0"), this.keys.getPublicKey(), from]);
    const ikm = Buffer.from(hkdfSync("sha256", this.keys.computeSecret(from), this.secret, info, 32));
    const part = (what: string, n: number): Buffer => Buffer.from(hkdfSync("sha256", ikm, salt, Buffer.from(`Content-Encoding: ${what}\0`), n));
    const cipher = createDecipheriv("aes-128-gcm", part("aes128gcm", 16), part("nonce", 12));
    cipher.setAuthTag(sealed.subarray(-16));
    const plain = Buffer.concat([cipher.update(sealed.subarray(86, -16)), cipher.final()]);
    const end = plain.toString("latin1").replace(/\0+$/, "").length - 1;
    assert.equal(plain[end], 2, "the last record says so");
    return plain.subarray(0, end).toString("utf8");
  }
}

// What the token says, once its signature holds for the key that stands beside.
export function claimsOf(p: Pushed): Claims & { key: string } {
  const [, head = "", body = "", proof = "", key = ""] =
    /^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]+)$/.exec(p.headers.authorization ?? "") ?? [];
  const point = Buffer.from(key, "base64url");
  assert.equal(point.length, 65);
  const by = createPublicKey({ format: "jwk", key: { kty: "EC", crv: "P-256",
    x: point.subarray(1, 33).toString("base64url"), y: point.subarray(33).toString("base64url") } });
  assert.ok(verify("sha256", Buffer.from(`${head}.${body}`), { key: by, dsaEncoding: "ieee-p1363" }, Buffer.from(proof, "base64url")));
  assert.deepEqual(JSON.parse(Buffer.from(head, "base64url").toString()), { typ: "JWT", alg: "ES256" });
  return { ...JSON.parse(Buffer.from(body, "base64url").toString()) as Claims, key };
}

export type Mood = { status: number; headers?: Record<string, string> } | "silent";

export class PushServer {
  readonly pushed: Pushed[] = [];
  private moods: Mood[] = []; // of the next ones; then it takes them
  private always: Mood = { status: 201 };

  private constructor(private readonly server: TlsServer, readonly port: number, private readonly dir: string) {}

  static async begin(dir: string): Promise<PushServer> {
    certificate(dir, "push.test");
    const server = createServer({ key: readFileSync(join(dir, "push.key")), cert: readFileSync(join(dir, "push.pem")) });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const p = new PushServer(server, (server.address() as AddressInfo).port, dir);
    server.on("request", (q, a) => {
      const parts: Buffer[] = [];
      q.on("data", (b: Buffer) => parts.push(b));
      q.on("error", () => undefined);
      q.on("end", () => {
        p.pushed.push({ path: q.url ?? "", headers: q.headers, body: Buffer.concat(parts), at: Date.now() });
        const mood = p.moods.shift() ?? p.always;
        if (mood !== "silent") a.writeHead(mood.status, mood.headers).end();
      });
    });
    return p;
  }

  get sets(): string[] {
    return [`push_services=push.test:${this.port}=127.0.0.1`, `egress_ca=${this.dir}/ca.pem`, "push_retry_s=1"];
  }

  get origin(): string {
    return `https://push.test:${this.port}`;
  }

  browser(name: string): PushBrowser {
    return new PushBrowser(`${this.origin}/p/${name}`);
  }

  // The next ones get these answers, all later ones that.
  feel(always: Mood, ...next: Mood[]): void {
    this.always = always;
    this.moods = next;
  }

  of(b: PushBrowser): Pushed[] {
    return this.pushed.filter((p) => p.path === b.path);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}
