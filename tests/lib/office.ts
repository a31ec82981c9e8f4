// Documents of word processors and spreadsheets, written here part by part.
import { crc32, deflateRawSync } from "node:zlib";

export interface Part { name: string; text: string | Buffer; packed?: boolean; whole?: number; flags?: number }

export function zipped(parts: Part[]): Buffer {
  const out: Buffer[] = [];
  const folder: Buffer[] = [];
  let at = 0;
  for (const p of parts) {
    const plain = Buffer.from(p.text);
    const bytes = p.packed === false ? plain : deflateRawSync(plain);
    const name = Buffer.from(p.name);
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(p.flags ?? 0, 2);
    facts.writeUInt16LE(p.packed === false ? 0 : 8, 4);
    facts.writeUInt32LE(crc32(plain), 10);
    facts.writeUInt32LE(bytes.length, 14);
    facts.writeUInt32LE(p.whole ?? plain.length, 18);
    facts.writeUInt16LE(name.length, 22);
    const more = Buffer.alloc(14);
    more.writeUInt32LE(at, 10);
    folder.push(Buffer.from("PK\x01\x02\x14\0", "latin1"), facts, more, name);
    const here = [Buffer.from("PK\x03\x04", "latin1"), facts, name, bytes];
    out.push(...here);
    at += here.reduce((n, b) => n + b.length, 0);
  }
  const contents = Buffer.concat(folder);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(parts.length & 0xffff, 8);
  end.writeUInt16LE(parts.length & 0xffff, 10);
  end.writeUInt32LE(contents.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...out, contents, end]);
}

const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

const types = (main: string, kind: string): string => `<?xml version="1.0"?><Types xmlns="${PACKAGE}/content-types">` +
  '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
  `<Override PartName="/${main}" ContentType="application/vnd.openxmlformats-officedocument.${kind}.main+xml"/></Types>`;
const rels = (main: string): string => `<?xml version="1.0"?><Relationships xmlns="${PACKAGE}/relationships">` +
  `<Relationship Id="r1" Type="${OFFICE}/officeDocument" Target="${main}"/></Relationships>`;

// A page for each line.
export const docx = (lines: string[], more: Part[] = []): Buffer => zipped([
  { name: "[Content_Types].xml", text: types("word/document.xml", "wordprocessingml.document") },
  { name: "_rels/.rels", text: rels("word/document.xml") },
  { name: "word/document.xml", text: `<?xml version="1.0"?><w:document xmlns:w="${WORD}"><w:body>${lines.map((l, i) =>
    `<w:p><w:r>${i > 0 ? '<w:br w:type="page"/>' : ""}<w:t>${l}</w:t></w:r></w:p>`).join("")}</w:body></w:document>` },
  ...more,
]);

const ODS = "application/vnd.oasis.opendocument.spreadsheet";
const NS = "urn:oasis:names:tc:opendocument:xmlns";

export const ods = (cells: string[], more: Part[] = []): Buffer => zipped([
  { name: "mimetype", text: ODS, packed: false },
  { name: "META-INF/manifest.xml", text: `<?xml version="1.0"?><manifest:manifest xmlns:manifest="${NS}:manifest:1.0" manifest:version="1.2">` +
    `<manifest:file-entry manifest:full-path="/" manifest:media-type="${ODS}"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>` },
  { name: "content.xml", text: `<?xml version="1.0"?><office:document-content xmlns:office="${NS}:office:1.0" xmlns:table="${NS}:table:1.0" xmlns:text="${NS}:text:1.0" office:version="1.2">` +
    `<office:body><office:spreadsheet><table:table table:name="Menus">${cells.map((c) =>
      `<table:table-row><table:table-cell office:value-type="string"><text:p>${c}</text:p></table:table-cell></table:table-row>`).join("")}</table:table></office:spreadsheet></office:body></office:document-content>` },
  ...more,
]);
