// A photo in pieces, request by request, as the protocol says it (tus 1.0).
import { connect, type Socket } from "node:net";

import type { Answer, Client } from "./client";
import type { Server } from "./server";

export const TYPE = "application/offset+octet-stream";

export interface Begun { url: string; answer: Answer }

const words = (name: string): string => `filename ${Buffer.from(name).toString("base64")}`;

export class Tus {
  constructor(readonly c: Client, readonly album: number, readonly token: string) {}

  static async of(c: Client, album: number): Promise<Tus> {
    return new Tus(c, album, await c.token(`/publish/${album}`));
  }

  get place(): string {
    return `/album/${this.album}/pieces`;
  }

  heads(more: Record<string, string> = {}): Record<string, string> {
    const all: Record<string, string> = { "Tus-Resumable": "1.0.0", "X-Preau-Form": this.token, Origin: this.c.base,
      "Sec-Fetch-Site": "same-origin", ...more };
    // An empty word leaves a head out.
    return Object.fromEntries(Object.entries(all).filter(([, v]) => v !== ""));
  }

  async begin(length: number | string, name = "a.jpg", more: Record<string, string> = {}): Promise<Begun> {
    const answer = await this.c.ask("POST", this.place, { body: "",
      headers: this.heads({ "Upload-Length": String(length), "Upload-Metadata": words(name), ...more }) });
    return { url: answer.headers.location ?? "", answer };
  }

  head(url: string, more: Record<string, string> = {}): Promise<Answer> {
    return this.c.ask("HEAD", url, { headers: this.heads({ "X-Preau-Form": "", Origin: "", ...more }) });
  }

  // Where it stands, as its sender is told.
  async offset(url: string): Promise<number> {
    const a = await this.head(url);
    if (a.status !== 200) throw new Error(`HEAD ${url}: ${a.status}`);
    return Number(a.headers["upload-offset"]);
  }

  patch(url: string, offset: number | string, bytes: Buffer, more: Record<string, string> = {}): Promise<Answer> {
    return this.c.ask("PATCH", url, { body: bytes,
      headers: this.heads({ "Content-Type": TYPE, "Upload-Offset": String(offset), ...more }) });
  }

  drop(url: string, more: Record<string, string> = {}): Promise<Answer> {
    return this.c.ask("DELETE", url, { headers: this.heads(more) });
  }

  // The head of a piece on a connection of its own, which says that `length`
  // bytes will come; what comes is the caller's.
  raw(server: Server, url: string, offset: number, length: number, more: Record<string, string> = {}): Promise<Socket> {
    const heads = this.heads({ "Content-Type": TYPE, "Upload-Offset": String(offset), "Content-Length": String(length),
      Host: `127.0.0.1:${server.port}`, Cookie: Array.from(this.c.jar, ([k, v]) => `${k}=${v}`).join("; "), ...more });
    return new Promise((done, fail) => {
      const s = connect(server.port, "127.0.0.1", () => {
        s.off("error", fail);
        s.on("error", () => undefined);
        s.write(`PATCH ${url} HTTP/1.1\r\n${Object.entries(heads).map(([k, v]) => `${k}: ${v}\r\n`).join("")}\r\n`);
        done(s);
      });
      s.on("error", fail);
    });
  }
}
