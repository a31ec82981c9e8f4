// The database on this device (IndexedDB), step by step.
//   who    "now": the tag of the account that was signed in last
//   key    one of each account's tag
//   facts  of each tag: its groups and drafts, sealed
//   album  albums that are still to be made
//   file   files that are still to be sent; what they are called is sealed
//   piece  their bytes, sealed, by [file, place]
export type Store = "who" | "key" | "facts" | "album" | "file" | "piece";

const NAME = "preau";
const STORES: [Store, IDBObjectStoreParameters][] = [["who", {}], ["key", {}], ["facts", {}],
  ["album", { keyPath: "id" }], ["file", { keyPath: "id", autoIncrement: true }], ["piece", {}]];

const asked = <T>(q: IDBRequest<T>): Promise<T> => new Promise((done, fail) => {
  q.onsuccess = () => done(q.result);
  q.onerror = () => fail(q.error ?? new Error("no answer"));
});

export class Drawer {
  private constructor(private readonly db: IDBDatabase) {}

  static async open(): Promise<Drawer> {
    const q = indexedDB.open(NAME, 1);
    q.onupgradeneeded = () => {
      for (const [name, how] of STORES) q.result.createObjectStore(name, how);
    };
    const db = await asked(q);
    db.onversionchange = () => db.close(); // somebody empties it
    return new Drawer(db);
  }

  // Where nothing was ever kept nothing is made.
  static async there(): Promise<boolean> {
    if (globalThis.indexedDB === undefined) return false;
    if (indexedDB.databases === undefined) return true;
    return (await indexedDB.databases()).some((d) => d.name === NAME);
  }

  static async empty(): Promise<void> {
    await asked(indexedDB.deleteDatabase(NAME));
  }

  get<T>(store: Store, key: IDBValidKey): Promise<T | undefined> {
    return asked<T | undefined>(this.db.transaction(store).objectStore(store).get(key));
  }

  all<T>(store: Store): Promise<T[]> {
    return asked<T[]>(this.db.transaction(store).objectStore(store).getAll());
  }

  // Done once it lies on the disk; a full one is a QuotaExceededError.
  put(store: Store, value: unknown, key?: IDBValidKey): Promise<IDBValidKey> {
    return this.write(store, (s) => s.put(value, key));
  }

  drop(store: Store, key: IDBValidKey | IDBKeyRange): Promise<unknown> {
    return this.write(store, (s) => s.delete(key));
  }

  // Reads and writes in one step; undefined leaves it as it is.
  change<T>(store: Store, key: IDBValidKey, how: (old: T) => T | undefined): Promise<unknown> {
    return this.write(store, (s) => {
      const q: IDBRequest<T | undefined> = s.get(key);
      q.onsuccess = () => {
        const next = q.result === undefined ? undefined : how(q.result);
        if (next !== undefined) s.put(next);
      };
      return q;
    });
  }

  private write<T>(store: Store, deed: (s: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    return new Promise((done, fail) => {
      const tx = this.db.transaction(store, "readwrite", { durability: "strict" });
      const q = deed(tx.objectStore(store));
      tx.oncomplete = () => done(q.result);
      tx.onabort = tx.onerror = () => fail(tx.error ?? q.error ?? new Error("not written"));
    });
  }
}
