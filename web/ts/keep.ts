// Files that wait on this device, encrypted, until they have arrived; and the
// albums that are to be made for them.  Each belongs to the account that chose
// it: for another one there is nothing to read.
import { Drawer } from "./drawer";
import { newKey, seal, sealValue, unseal, unsealValue, type Sealed } from "./seal";
import type { Source } from "./queue";

export const KEPT_DAYS = 7; // less than the server knows an album again for
const PIECE = 1 << 20;

export interface Place { post: number; album: string } // post 0: the album is to be made
interface Words { name: string; type: string; caption: string; sha256: string }
interface FileRow extends Place { id: number; tag: string; at: number; size: number; whole: boolean; url: string; words: Sealed }
interface AlbumRow { id: string; tag: string; at: number; post: number; words: Sealed }

export interface AlbumWords { title: string; day: string; groups: number[] }
export interface Album extends AlbumWords { id: string; post: number }

export interface Facts { groups: { id: number; name: string }[]; albums: { id: number; title: string; day: string }[] }

export interface Kept extends Source {
  readonly id: number;
  readonly place: Place;
  caption: string;
}

const wordsAt = (r: { id: number | string; tag: string }): string => `${r.tag} words of ${r.id}`;
const pieceAt = (r: FileRow, n: number): string => `${r.tag} file ${r.id} piece ${n} of ${Math.ceil(r.size / PIECE)}`;
const piecesOf = (id: number): IDBKeyRange => IDBKeyRange.bound([id, 0], [id, Infinity]);
const tooOld = (r: { at: number }): boolean => Date.now() - r.at > KEPT_DAYS * 86_400_000;

export class Keep {
  private constructor(readonly drawer: Drawer, readonly tag: string, private readonly key: CryptoKey) {}

  // Of this account, who is the one of this device from now on.
  static async of(tag: string): Promise<Keep> {
    const drawer = await Drawer.open();
    if (await drawer.get("key", tag) === undefined) await drawer.put("key", await newKey(), tag);
    await drawer.put("who", tag, "now");
    return new Keep(drawer, tag, await drawer.get("key", tag) as CryptoKey);
  }

  // Of whoever was signed in last; null: nobody ever kept anything.
  static async last(): Promise<Keep | null> {
    if (!await Drawer.there()) return null;
    const drawer = await Drawer.open();
    const tag = await drawer.get<string>("who", "now");
    const key = tag === undefined ? undefined : await drawer.get<CryptoKey>("key", tag);
    return tag === undefined || key === undefined ? null : new Keep(drawer, tag, key);
  }

  // ---- what the page without network needs to know ----

  async setFacts(facts: Facts): Promise<void> {
    await this.drawer.put("facts", await sealValue(this.key, `${this.tag} facts`, facts), this.tag);
  }

  async facts(): Promise<Facts | null> {
    const s = await this.drawer.get<Sealed>("facts", this.tag);
    return s === undefined ? null : unsealValue<Facts>(this.key, `${this.tag} facts`, s);
  }

  // ---- files ----

  async add(file: Source, place: Place, sha256: string): Promise<Kept> {
    const row: Omit<FileRow, "id" | "words"> = { ...place, tag: this.tag, at: Date.now(), size: file.size, whole: false, url: "" };
    const id = Number(await this.drawer.put("file", row));
    const full: FileRow = { ...row, id, words: await sealValue(this.key, wordsAt({ id, tag: this.tag }),
      { name: file.name, type: file.type, caption: "", sha256 } satisfies Words) };
    try {
      for (let n = 0; n * PIECE < file.size; n++) {
        const part = await file.bytes(n * PIECE, Math.min(file.size, (n + 1) * PIECE));
        const plain = part instanceof Blob ? await part.arrayBuffer() : part;
        await this.drawer.put("piece", await seal(this.key, pieceAt(full, n), plain), [id, n]);
      }
      await this.drawer.put("file", { ...full, whole: true });
    } catch (e) {
      await this.forget(id).catch(() => undefined);
      throw e;
    }
    return this.kept(full);
  }

  async files(): Promise<Kept[]> {
    const rows = (await this.drawer.all<FileRow>("file")).filter((r) => r.tag === this.tag && r.whole);
    return Promise.all(rows.map((r) => this.kept(r)));
  }

  // How many of other accounts lie here too.
  async others(): Promise<number> {
    return (await this.drawer.all<FileRow>("file")).filter((r) => r.tag !== this.tag).length;
  }

  // As it stands now; null: it was sent or removed meanwhile.
  async file(id: number): Promise<Kept | null> {
    const r = await this.drawer.get<FileRow>("file", id);
    return r === undefined || r.tag !== this.tag ? null : this.kept(r);
  }

  async forget(id: number): Promise<void> {
    await this.drawer.drop("piece", piecesOf(id));
    await this.drawer.drop("file", id);
  }

  async setCaption(file: Kept, caption: string): Promise<void> {
    file.caption = caption;
    const words = await sealValue(this.key, wordsAt({ id: file.id, tag: this.tag }),
      { name: file.name, type: file.type, caption, sha256: file.sha256 ?? "" } satisfies Words);
    await this.drawer.change<FileRow>("file", file.id, (r) => ({ ...r, words }));
  }

  // ---- albums that are to be made ----

  async addAlbum(words: AlbumWords): Promise<string> {
    const row = { id: crypto.randomUUID(), tag: this.tag, at: Date.now(), post: 0 };
    await this.drawer.put("album", { ...row, words: await sealValue(this.key, wordsAt(row), words) });
    return row.id;
  }

  async album(id: string): Promise<Album | null> {
    const r = await this.drawer.get<AlbumRow>("album", id);
    if (r === undefined || r.tag !== this.tag) return null;
    return { ...await unsealValue<AlbumWords>(this.key, wordsAt(r), r.words), id, post: r.post };
  }

  async albums(): Promise<Album[]> {
    const rows = await this.drawer.all<AlbumRow>("album");
    const mine = await Promise.all(rows.filter((r) => r.tag === this.tag).map((r) => this.album(r.id)));
    return mine.filter((a) => a !== null);
  }

  async setPost(album: string, post: number): Promise<void> {
    await this.drawer.change<AlbumRow>("album", album, (r) => ({ ...r, post }));
  }

  // ---- ends ----

  // Whatever is too old, was cut short while it was put away, or is an album
  // that nothing waits for any more.  `living`: put away right now.
  async tidy(living: boolean): Promise<void> {
    const files = await this.drawer.all<FileRow>("file");
    for (const r of files) if (tooOld(r) || (!r.whole && !living)) await this.forget(r.id);
    const used = new Set((await this.drawer.all<FileRow>("file")).map((r) => r.album));
    for (const r of await this.drawer.all<AlbumRow>("album"))
      if (tooOld(r) || (r.post !== 0 && !used.has(r.id))) await this.drawer.drop("album", r.id);
  }

  // All that is not this account's, with its keys.
  async dropOthers(): Promise<void> {
    for (const r of await this.drawer.all<FileRow>("file")) if (r.tag !== this.tag) await this.forget(r.id);
    for (const r of await this.drawer.all<AlbumRow>("album")) if (r.tag !== this.tag) await this.drawer.drop("album", r.id);
    for (const store of ["facts", "key"] as const) {
      await this.drawer.drop(store, IDBKeyRange.upperBound(this.tag, true));
      await this.drawer.drop(store, IDBKeyRange.lowerBound(this.tag, true));
    }
  }

  private async kept(r: FileRow): Promise<Kept> {
    const w = await unsealValue<Words>(this.key, wordsAt(r), r.words);
    return { ...w, id: r.id, size: r.size, piece: 4 * PIECE, place: { post: r.post, album: r.album }, begun: r.url,
      bytes: (from, to) => this.bytes(r, from, to),
      begin: (url) => this.drawer.change<FileRow>("file", r.id, (now) => ({ ...now, url })).then(() => undefined) };
  }

  private async bytes(r: FileRow, from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    const all = new Uint8Array(to - from);
    for (let at = from; at < to;) {
      const n = Math.floor(at / PIECE);
      const s = await this.drawer.get<Sealed>("piece", [r.id, n]);
      if (s === undefined) throw new Error("a piece is gone");
      const plain = new Uint8Array(await unseal(this.key, pieceAt(r, n), s));
      const part = plain.subarray(at - n * PIECE, to - n * PIECE);
      all.set(part, at - from);
      at += part.length;
    }
    return all;
  }
}
