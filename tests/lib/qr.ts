// What a camera reads of a page's QR codes, by somebody else's decoder.
import jsQR from "jsqr";

const DOTS = 4; // of a square, each way

type Decode = (data: Uint8ClampedArray, width: number, height: number) => { data: string } | null;

// The texts of the codes on a page, in their order; "" for one that is not read.
export function qrTexts(html: string): string[] {
  return [...html.matchAll(/<svg class="qr" viewBox="-4 -4 (\d+) \1"[^>]*><path d="([^"]*)"/g)]
    .map(([, side = "", path = ""]) => read(Number(side), path));
}

function read(side: number, path: string): string {
  const wide = side * DOTS;
  const dots = new Uint8ClampedArray(wide * wide * 4).fill(255);
  for (const [, x = "", y = "", n = ""] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g))
    for (let row = 0; row < DOTS; row++) {
      const from = (((Number(y) + 4) * DOTS + row) * wide + (Number(x) + 4) * DOTS) * 4;
      for (let i = 0; i < Number(n) * DOTS * 4; i += 4) dots.fill(0, from + i, from + i + 3);
    }
  // The package's own types say that it is its default; node gives what holds it.
  const decode = ((jsQR as unknown as { default?: Decode }).default ?? jsQR) as unknown as Decode;
  return decode(dots, wide, wide)?.data ?? "";
}
