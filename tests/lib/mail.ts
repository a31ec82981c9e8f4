// A real mail server beside the tests: exim, as an ordinary user, with TLS by an
// authority of its own and a password; it keeps what it takes in its spool.  Its
// moods are files that are there or not.
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";

import { until } from "./patience";
import { freePort } from "./server";

export interface Letter { to: string; id: string; subject: string; head: string; text: string }

// grey: each is put off; full: no room; slow: thinks before it takes a letter.
export type Mood = "grey" | "full" | "slow" | "sulks";

const NOBODY = 65_534;
const asRoot = process.getuid?.() === 0;
export const MAIL_USER = "preau";
export const MAIL_PASSWORD = "mot de passe";

const config = (dir: string, port: number): string => `
primary_hostname = mail.test
exim_user = ${asRoot ? NOBODY : process.getuid?.()}
exim_group = ${asRoot ? NOBODY : process.getgid?.()}
spool_directory = ${dir}/spool
log_file_path = ${dir}/log/%slog
pid_file_path = ${dir}/exim.pid
daemon_smtp_ports = ${port}
local_interfaces = 127.0.0.1
keep_environment =
queue_only = true
deliver_drop_privilege = true
smtp_accept_max = 40
host_lookup =
rfc1413_hosts =
tls_advertise_hosts = \${if exists{${dir}/plain}{}{*}}
tls_certificate = ${dir}/mail.pem
tls_privatekey = ${dir}/mail.key
acl_smtp_mail = check_mail
acl_smtp_rcpt = check_rcpt
acl_smtp_data = check_data
begin acl
check_mail:
  deny message = not today
    condition = \${if exists{${dir}/sulks}}
  accept
check_rcpt:
  deny message = who are you
    !authenticated = *
  deny message = nobody of that name
    local_parts = gone
  defer message = 452 4.2.2 no room
    condition = \${if exists{${dir}/full}}
  defer message = come again
    condition = \${if exists{${dir}/grey}}
  accept
check_data:
  accept condition = \${if exists{${dir}/slow}}
    delay = 1s
  accept
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_advertise_condition = \${if def:tls_in_cipher}
  server_condition = \${if and{{eq{$auth2}{${MAIL_USER}}}{eq{$auth3}{${MAIL_PASSWORD}}}}}
`;

// An authority, and a certificate of that host from it: mail.pem of mail.test.
export function certificate(dir: string, host = "mail.test"): void {
  const name = host.split(".")[0] ?? "";
  const openssl = (...args: string[]): void => void execFileSync("openssl", args, { cwd: dir, stdio: "ignore" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  openssl("req", "-x509", ...key, "-days", "2", "-subj", "/CN=authority", "-keyout", "ca.key", "-out", "ca.pem");
  openssl("req", ...key, "-subj", `/CN=${host}`, "-keyout", `${name}.key`, "-out", `${name}.csr`);
  writeFileSync(join(dir, "san"), `subjectAltName=DNS:${host}\n`);
  openssl("x509", "-req", "-days", "2", "-in", `${name}.csr`, "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
    "-extfile", "san", "-out", `${name}.pem`);
}

const open = (port: number): Promise<boolean> => new Promise((done) => {
  const s = connect(port, "127.0.0.1");
  s.on("connect", () => { s.destroy(); done(true); });
  s.on("error", () => done(false));
});

export class MailServer {
  private child: ChildProcess | null = null;

  private constructor(readonly dir: string, readonly port: number) {}

  static async begin(dir: string): Promise<MailServer> {
    mkdirSync(join(dir, "spool"), { recursive: true });
    mkdirSync(join(dir, "log"));
    certificate(dir);
    const m = new MailServer(dir, await freePort());
    writeFileSync(join(dir, "exim.conf"), config(dir, m.port));
    writeFileSync(join(dir, "password"), `${MAIL_PASSWORD}\n`);
    chmodSync(join(dir, "password"), 0o600);
    chmodSync(dir, 0o755);
    if (asRoot)
      for (const f of ["spool", "log", "mail.key", "."]) chownSync(join(dir, f), NOBODY, NOBODY);
    await m.start();
    return m;
  }

  // Whom the envelope of a letter says that it is from: its spool has it in a
  // line of its own.
  static senderOf(l: Letter): string {
    return /^<(retours\+[^>]*)>$/m.exec(l.head)?.[1] ?? "";
  }

  // What the house needs to send through it.
  get sets(): string[] {
    return [`egress_hosts=mail.test:${this.port}=127.0.0.1`, `egress_ca=${this.dir}/ca.pem`, `mail_server=mail.test:${this.port}`,
      "mail_from=preau@ecole.test", "mail_bounce=retours@ecole.test", `mail_user=${MAIL_USER}`, `mail_password=${this.dir}/password`, "mail_retry_s=1"];
  }

  async start(): Promise<void> {
    rmSync(join(this.dir, "exim.pid"), { force: true });
    this.child = spawn("/usr/sbin/exim4", ["-C", join(this.dir, "exim.conf"), "-bdf"],
      { stdio: "ignore", ...(asRoot ? { uid: NOBODY, gid: NOBODY } : {}) });
    const child = this.child;
    await until("the mail server to listen", async () => {
      if (child.exitCode !== null) throw new Error(`exim ended: ${this.log()}`);
      return open(this.port);
    });
  }

  // In the middle of whatever it does, its conversations too.
  async kill(): Promise<void> {
    const child = this.child;
    this.child = null;
    if (child?.pid === undefined) return;
    const gone = new Promise((done) => child.once("exit", done));
    for (const name of readdirSync("/proc"))
      if (/^\d+$/.test(name)) this.killChild(Number(name), child.pid);
    child.kill("SIGKILL");
    await gone;
  }

  private killChild(pid: number, parent: number): void {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      if (Number(/^\d+ \(.*\) \S (\d+)/s.exec(stat)?.[1]) === parent) process.kill(pid, "SIGKILL");
    } catch { /* gone meanwhile */ }
  }

  feel(mood: Mood, yes = true): void {
    if (yes) writeFileSync(join(this.dir, mood), "");
    else rmSync(join(this.dir, mood), { force: true });
  }

  log(): string {
    const file = join(this.dir, "log", "mainlog");
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  // What it took, whole: a letter has a head and a body there.
  letters(): Letter[] {
    const spool = join(this.dir, "spool", "input");
    if (!existsSync(spool)) return [];
    return readdirSync(spool).filter((f) => f.endsWith("-H")).flatMap((f) => {
      try {
        const head = readFileSync(join(spool, f), "utf8");
        const body = readFileSync(join(spool, f.replace(/H$/, "D")), "utf8");
        return [read(head, body.slice(body.indexOf("\n") + 1))];
      } catch {
        return []; /* being written */
      }
    });
  }
}

const unquote = (s: string): string => Buffer.from(s.replace(/=\n/g, "")
  .replace(/=([0-9A-F]{2})/g, (_, h: string) => String.fromCharCode(parseInt(h, 16))), "latin1").toString("utf8");
const decode = (s: string): string => s.replace(/\?=\s+=\?UTF-8\?B\?/g, "")
  .replace(/=\?UTF-8\?B\?([^?]*)\?=/g, (_, b: string) => Buffer.from(b, "base64").toString("utf8"));

function read(head: string, body: string): Letter {
  return { to: /To: <([^>]*)>/.exec(head)?.[1] ?? "", id: /Message-ID:\s*<([^>]*)>/.exec(head)?.[1] ?? "",
    subject: decode(/Subject: ((?:.|\n[ \t])*)/.exec(head)?.[1] ?? ""), head, text: unquote(body) };
}
