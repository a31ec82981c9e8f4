// The CyberTipline of our own, over TLS: as strict as its written rules are, and
// stricter than its schema.  Written anew from the documentation, not from the
// programs: order, words and limits stand here a second time.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server as TlsServer } from "node:https";
import { type AddressInfo, isIP } from "node:net";
import { join } from "node:path";

import { certificate } from "./mail";

export interface Call { path: string; body: Buffer; id: string; code: number; status: number }
export interface Upload { id: string; bytes: Buffer; info: Element | undefined }
export interface Report {
  id: number; state: "open" | "finished" | "retracted" | "expired";
  openedAt: number; changedAt: number; xml: string; root: Element; files: Upload[];
}
// What goes wrong with the next call: nothing is done and a status or a code is
// said; or all is done, and the answer is lost, cut or odd.
export type Fault = { status: number; headers?: Record<string, string> } | { code: number } | "lost" | "silent" | "cut" | "odd";

// ---- XML: as much as a report has of it ----

export interface Element { name: string; attributes: Record<string, string>; inside: Element[]; text: string }

const plain = (s: string): string => s.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, "\"").replace(/&#13;/g, "\r").replace(/&amp;/g, "&");

class Malformed extends Error {}

export function parse(xml: string): Element {
  const all: Element = { name: "", attributes: {}, inside: [], text: "" };
  const open = [all];
  let rest = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\s*/, "");
  while (rest !== "") {
    const [whole = "", close, name = "", beside = "", empty] = /^<(\/?)([A-Za-z0-9]+)((?:\s[A-Za-z]+="[^"<]*")*)(\/?)>/.exec(rest) ?? [];
    const top = open.at(-1);
    if (top === undefined) throw new Malformed(rest);
    if (whole === "") {
      const text = /^[^<]+/.exec(rest)?.[0];
      if (text === undefined || /&(?!lt;|gt;|quot;|amp;|#13;)/.test(text)) throw new Malformed(rest);
      top.text += plain(text);
      rest = rest.slice(text.length);
      continue;
    }
    rest = rest.slice(whole.length);
    if (close === "/") {
      if (open.pop()?.name !== name) throw new Malformed(name);
      continue;
    }
    const made: Element = { name, attributes: {}, inside: [], text: "" };
    for (const [, key = "", value = ""] of beside.matchAll(/([A-Za-z]+)="([^"]*)"/g)) made.attributes[key] = plain(value);
    top.inside.push(made);
    if (empty !== "/") open.push(made);
  }
  if (open.length !== 1 || all.inside.length !== 1 || all.text.trim() !== "") throw new Malformed("not one element");
  return all.inside[0] as Element;
}

export const child = (e: Element | undefined, ...path: string[]): Element | undefined =>
  path.reduce<Element | undefined>((at, name) => at?.inside.find((i) => i.name === name), e);
export const textOf = (e: Element | undefined, ...path: string[]): string => child(e, ...path)?.text ?? "";

// ---- the rules ----

const orders: Record<string, string> = {
  report: "batchedReport incidentSummary internetDetails lawEnforcement reporter personOrUserReported intendedRecipient victim additionalInfo",
  incidentSummary: "incidentType platform escalateToHighPriority reportAnnotations incidentDateTime incidentDateTimeDescription",
  reporter: "reportingPerson contactPerson companyTemplate termsOfService legalURL",
  reportingPerson: "firstName lastName phone email address age dateOfBirth",
  personOrUserReported: "personOrUserReportedPerson vehicleDescription espIdentifier espService compromisedAccount screenName displayName profileUrl profileBio ipCaptureEvent deviceId thirdPartyUserReported priorCTReports groupIdentifier accountTemporarilyDisabled accountPermanentlyDisabled estimatedLocation allEmailsReported associatedAccount additionalInfo",
  associatedAccount: "platform firstName middleName lastName approximateAge dateOfBirth phone email allEmailsReported address espService espIdentifier profileUrl screenName displayName profileBio groupIdentifier compromisedAccount accountTemporarilyDisabled accountPermanentlyDisabled ipCaptureEvent deviceId priorCTReport additionalInfo",
  internetDetails: "webPageIncident emailIncident newsgroupIncident chatImIncident onlineGamingIncident cellPhoneIncident nonInternetIncident peer2peerIncident",
  ipCaptureEvent: "ipAddress eventName dateTime possibleProxy port",
  webPageIncident: "url additionalInfo", chatImIncident: "chatClient chatRoomName content additionalInfo",
  fileDetails: "reportId fileId fileName originalFileName uploadedToEspTimestamp locationOfFile fileViewedByEsp exifViewedByEsp publiclyAvailable fileRelevance potentialMeme fileAnnotations industryClassification originalFileHash ipCaptureEvent deviceId details additionalInfo",
};
const incidents = ["Child Pornography (possession, manufacture, and distribution)", "Child Sex Trafficking", "Child Sex Tourism",
  "Child Sexual Molestation", "Misleading Domain Name", "Misleading Words or Digital Images on the Internet",
  "Online Enticement of Children for Sexual Acts", "Unsolicited Obscene Material Sent to a Child"];
const events = ["Login", "Registration", "Purchase", "Upload", "Other", "Unknown"];
const ties = ["Billing", "Linked", "Business", "Creator", "Parent/Guardian", "Other"];
const limits: Record<string, number> = { platform: 256, escalateToHighPriority: 3000, incidentDateTimeDescription: 3000, url: 2083,
  email: 255, espIdentifier: 255, espService: 100, originalFileName: 2056, termsOfService: 3000, legalURL: 2083 };

// What may stand more than once.
const many = new Set(["internetDetails", "intendedRecipient", "victim", "phone", "email", "address", "displayName",
  "profileUrl", "ipCaptureEvent", "deviceId", "priorCTReports", "associatedAccount", "url", "originalFileHash", "details", "additionalInfo"]);

function orderOf(e: Element): string | undefined {
  const order = orders[e.name]?.split(" ");
  if (order === undefined) return e.inside.length > 0 ? `${e.name}: has no such content` : undefined;
  let at = 0, last = "";
  for (const i of e.inside) {
    const to = order.indexOf(i.name);
    if (to < at || (to === at && last === i.name && !many.has(i.name))) return `${i.name} is not expected in ${e.name}`;
    [at, last] = [to, i.name];
    const wrong = orderOf(i);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function lengthsOf(e: Element): string | undefined {
  if (e.inside.length === 0 && e.text.trim() === "") return `${e.name} is empty`;
  if ([...e.text].length > (limits[e.name] ?? 100_000)) return `${e.name} is too long`;
  return e.inside.map(lengthsOf).find((w) => w !== undefined);
}

const zoned = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/;

// What the documentation asks of an address, wherever one stands.
function addressOf(e: Element): string | undefined {
  if (e.name !== "ipCaptureEvent") return e.inside.map(addressOf).find((w) => w !== undefined);
  const event = child(e, "eventName"), at = child(e, "dateTime"), port = child(e, "port");
  if (isIP(textOf(e, "ipAddress")) === 0) return "ipAddress";
  if (event !== undefined && !events.includes(event.text)) return "eventName";
  if (at !== undefined && !zoned.test(at.text)) return "dateTime";
  if (port !== undefined && !(/^\d+$/.test(port.text) && Number(port.text) >= 1 && Number(port.text) <= 65535)) return "port";
  return undefined;
}

function wrongReport(e: Element, now: number): string | undefined {
  const summary = child(e, "incidentSummary");
  const at = textOf(summary, "incidentDateTime");
  if (e.name !== "report") return "not a report";
  if (!incidents.includes(textOf(summary, "incidentType"))) return "incidentType";
  if (!zoned.test(at) || !(Date.parse(at) <= now)) return "incidentDateTime";
  const details = e.inside.filter((i) => i.name === "internetDetails");
  if (details.length === 0 || details.some((d) => d.inside.length !== 1)) return "internetDetails";
  if (!textOf(e, "reporter", "reportingPerson", "email").includes("@")) return "email";
  const others = child(e, "personOrUserReported")?.inside.filter((i) => i.name === "associatedAccount") ?? [];
  if (others.some((o) => !ties.includes(o.attributes["type"] ?? ""))) return "associatedAccount";
  return orderOf(e) ?? lengthsOf(e) ?? addressOf(e);
}

function wrongFile(e: Element): string | undefined {
  if (e.name !== "fileDetails") return "not fileDetails";
  const relevance = textOf(e, "fileRelevance");
  if (relevance !== "" && relevance !== "Reported" && relevance !== "Supplemental Reported") return "fileRelevance";
  if (textOf(e, "exifViewedByEsp") === "true" && textOf(e, "fileViewedByEsp") !== "true") return "exifViewedByEsp";
  if (child(e, "industryClassification") !== undefined && relevance === "Supplemental Reported") return "industryClassification";
  return orderOf(e) ?? lengthsOf(e);
}

// The schema that it hands out, of the same words.
const leaf = (name: string): string => `<xs:element name="${name}" type="xs:string"/>`;
const word = (value: string): string => `<xs:enumeration value="${value}"/>`;
export function schema(without = ""): string {
  const names = new Set([...Object.keys(orders), ...Object.values(orders).flatMap((o) => o.split(" "))]);
  const words = [...incidents, ...events, "Reported", "Supplemental Reported"];
  return `<?xml version="1.0" encoding="UTF-8"?><xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">${
    [...names].filter((n) => n !== without).map(leaf).join("\n")}<xs:simpleType name="words"><xs:restriction base="xs:string">${
    words.filter((w) => w !== without).map(word).join("\n")}</xs:restriction></xs:simpleType></xs:schema>`;
}

// ---- the server ----

const HOUR = 3_600_000;
const response = (code: number, words: string, more = ""): string =>
  `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><reportResponse><responseCode>${code}</responseCode><responseDescription>${words}</responseDescription>${more}</reportResponse>`;

export class Ncmec {
  readonly calls: Call[] = [];
  readonly reports: Report[] = [];
  aheadMs = 0; // its clock
  schema = schema();
  password = "mot de passe d’essai";
  private faults: { path: string; fault: Fault }[] = [];
  down = false;

  private constructor(private readonly server: TlsServer, readonly port: number, private readonly dir: string) {}

  static async begin(dir: string): Promise<Ncmec> {
    certificate(dir, "ncmec.test");
    const server = createServer({ key: readFileSync(join(dir, "ncmec.key")), cert: readFileSync(join(dir, "ncmec.pem")) });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const n = new Ncmec(server, (server.address() as AddressInfo).port, dir);
    writeFileSync(join(dir, "ncmec.password"), `${n.password}\n`, { mode: 0o600 });
    server.on("request", (q, a) => {
      const parts: Buffer[] = [];
      q.on("data", (b: Buffer) => parts.push(b));
      q.on("error", () => undefined);
      q.on("end", () => {
        if (n.down) { a.destroy(); return; }
        const body = Buffer.concat(parts), path = q.url ?? "";
        const at = n.faults.findIndex((f) => f.path === path);
        const fault = at < 0 ? undefined : n.faults.splice(at, 1)[0]?.fault;
        const id = randomBytes(8).toString("hex");
        const say = (status: number, text: string, code: number, headers: Record<string, string> = {}): void => {
          n.calls.push({ path, body, id, code, status });
          if (fault === "lost") { a.destroy(); return; }
          if (fault === "silent") return;
          const said = fault === "odd" ? text.replace("<responseCode>", "<newer><reportId>x</reportId></newer><responseCode> ").replace("</responseCode>", "\n</responseCode>") : text;
          a.writeHead(status, { "Content-Type": "text/xml; charset=utf-8", "Request-ID": id, ...headers });
          a.end(fault === "cut" ? said.slice(0, said.length / 2) : said);
        };
        if (q.headers.authorization !== `Basic ${Buffer.from(`ecole:${n.password}`).toString("base64")}`) { say(401, "", -1); return; }
        if (typeof fault === "object" && "status" in fault) { say(fault.status, "", -1, fault.headers); return; }
        if (typeof fault === "object") { say(200, response(fault.code, "as was wanted"), fault.code); return; }
        if (q.method === "GET" && (body.length > 0 || !(q.headers.accept ?? "").includes("xml"))) { say(406, "", -1); return; }
        const [code, text] = n.serve(q.method ?? "", path, q.headers["content-type"] ?? "", body);
        say(200, text, code);
      });
    });
    return n;
  }

  get sets(): string[] {
    return ["ncmec=production", `ncmec_url=https://ncmec.test:${this.port}/ispws`, "ncmec_user=ecole", `ncmec_password=${this.dir}/ncmec.password`,
      "ncmec_email=protection@asso.example", "ncmec_retry_s=1", `egress_hosts=ncmec.test:${this.port}=127.0.0.1`, `egress_ca=${this.dir}/ca.pem`];
  }

  // Of the next call to it.
  fail(path: string, ...faults: Fault[]): void {
    this.faults.push(...faults.map((fault) => ({ path: `/ispws/${path}`, fault })));
  }

  // Those of reports: the schema is asked for by the clock.
  get told(): Call[] {
    return this.calls.filter((c) => c.path !== "/ispws/xsd");
  }

  get faultsLeft(): number {
    return this.faults.length;
  }

  finished(): Report[] {
    return this.reports.filter((r) => r.state === "finished");
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private now(): number {
    return Date.now() + this.aheadMs;
  }

  private find(id: string): Report | undefined {
    const r = this.reports.find((x) => String(x.id) === id);
    if (r !== undefined && r.state === "open" && this.now() > Math.max(r.openedAt + 24 * HOUR, r.changedAt + HOUR)) r.state = "expired";
    return r;
  }

  // What stands against a change of it.
  private against(r: Report | undefined): [number, string] | undefined {
    if (r === undefined || r.state === "expired") return [5001, response(5001, "Report does not exist")];
    if (r.state === "retracted") return [5101, response(5101, "Report already retracted")];
    if (r.state === "finished") return [5102, response(5102, "Report already finished")];
    r.changedAt = this.now();
    return undefined;
  }

  private serve(method: string, path: string, type: string, body: Buffer): [number, string] {
    const what = path.replace("/ispws/", "");
    if (method === "GET" && what === "status") return [0, response(0, "ecole")];
    if (method === "GET" && what === "xsd") return [0, this.schema];
    if (method !== "POST") return [1210, response(1210, "Resource not found")];
    try {
      if (what === "submit" || what === "fileinfo") return this.document(what, type, body);
      if (what === "upload") return this.upload(type, body);
      if (what === "finish" || what === "retract") return this.close(what, type, body);
    } catch (e) {
      if (e instanceof Malformed) return [4110, response(4110, "Malformed XML")];
      throw e;
    }
    return [1210, response(1210, "Resource not found")];
  }

  private document(what: string, type: string, body: Buffer): [number, string] {
    if (type !== "text/xml; charset=utf-8") return [4000, response(4000, "Content-Type")];
    const root = parse(body.toString("utf8"));
    const wrong = what === "submit" ? wrongReport(root, this.now()) : wrongFile(root);
    if (wrong !== undefined) return [4100, response(4100, wrong)];
    return what === "submit" ? this.submit(body.toString("utf8"), root) : this.info(root);
  }

  private submit(xml: string, root: Element): [number, string] {
    const at = this.now();
    const r: Report = { id: 4_564_654 + this.reports.length, state: "open", openedAt: at, changedAt: at, xml, root, files: [] };
    this.reports.push(r);
    return [0, response(0, "Success", `<reportId>${r.id}</reportId>`)];
  }

  private info(root: Element): [number, string] {
    const r = this.find(textOf(root, "reportId"));
    const no = this.against(r);
    if (no !== undefined) return no;
    const f = r?.files.find((x) => x.id === textOf(root, "fileId"));
    if (f === undefined) return [5002, response(5002, "File does not exist")];
    f.info = root;
    return [0, response(0, "Success", `<reportId>${r?.id}</reportId>`)];
  }

  private upload(type: string, body: Buffer): [number, string] {
    const boundary = /^multipart\/form-data; boundary=([\w-]+)$/.exec(type)?.[1];
    if (boundary === undefined) return [4000, response(4000, "Content-Type")];
    const parts = body.toString("latin1").split(`--${boundary}`);
    assert.equal(parts.at(-1), "--\r\n");
    const field = (name: string): string | undefined => parts.map((p) => new RegExp(`name="${name}"[^]*?\\r\\n\\r\\n([^]*)\\r\\n$`).exec(p)?.[1]).find((v) => v !== undefined);
    const r = this.find(field("id") ?? "");
    const no = this.against(r);
    if (no !== undefined) return no;
    const bytes = Buffer.from(field("file") ?? "", "latin1");
    // A file without a name is a field of a form, and no file.
    if (bytes.length === 0 || !parts.some((p) => /name="file"; filename="[\w.-]+"\r\n/.test(p))) return [4200, response(4200, "Malformed file")];
    const f: Upload = { id: randomBytes(16).toString("hex"), bytes, info: undefined };
    r?.files.push(f);
    return [0, response(0, "Success", `<reportId>${r?.id}</reportId><fileId>${f.id}</fileId><hash>${createHash("md5").update(bytes).digest("hex")}</hash>`)];
  }

  private close(what: string, type: string, body: Buffer): [number, string] {
    const r = type === "application/x-www-form-urlencoded" ? this.find(new URLSearchParams(body.toString()).get("id") ?? "") : undefined;
    const no = this.against(r);
    if (no !== undefined || r === undefined) return no ?? [4000, response(4000, "id")];
    r.state = what === "finish" ? "finished" : "retracted";
    if (what === "retract") return [0, response(0, "Success", `<reportId>${r.id}</reportId>`)];
    return [0, `<?xml version="1.0" encoding="UTF-8"?><reportDoneResponse><responseCode>0</responseCode><reportId>${r.id}</reportId><files>${r.files.map((f) => `<fileId>${f.id}</fileId>`).join("")}</files></reportDoneResponse>`];
  }
}
