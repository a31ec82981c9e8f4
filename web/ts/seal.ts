// What this device keeps is encrypted: AES-256-GCM, a fresh 96-bit nonce each
// time, bound to the place where it lies.  The key is one that the browser
// keeps and gives to nobody, no script of ours either (docs/offline.md).
export interface Sealed { iv: Uint8Array<ArrayBuffer>; bytes: ArrayBuffer }

// Only where the page came by TLS, or from this machine.
export const canSeal = (): boolean => globalThis.crypto?.subtle !== undefined && globalThis.indexedDB !== undefined;

export const newKey = (): Promise<CryptoKey> =>
  crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);

const how = (iv: Uint8Array<ArrayBuffer>, place: string): AesGcmParams =>
  ({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(place) });

export async function seal(key: CryptoKey, place: string, plain: BufferSource): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, bytes: await crypto.subtle.encrypt(how(iv, place), key, plain) };
}

export const unseal = (key: CryptoKey, place: string, s: Sealed): Promise<ArrayBuffer> =>
  crypto.subtle.decrypt(how(s.iv, place), key, s.bytes);

export const sealValue = (key: CryptoKey, place: string, value: unknown): Promise<Sealed> =>
  seal(key, place, new TextEncoder().encode(JSON.stringify(value)));

export const unsealValue = async <T>(key: CryptoKey, place: string, s: Sealed): Promise<T> =>
  JSON.parse(new TextDecoder().decode(await unseal(key, place, s))) as T;
