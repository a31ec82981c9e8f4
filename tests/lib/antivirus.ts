// The real clamd, with one signature of ours: a pattern that nothing holds by
// chance and that harms nobody.
import { spawn, type ChildProcess } from "node:child_process";
import { createConnection } from "node:net";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { until } from "./patience";

export const PATTERN = "PREAU-TEST-PATTERN-OF-OUR-OWN-4711";

export class Antivirus {
  private child: ChildProcess | null = null;
  readonly socket: string;
  private readonly conf: string;

  constructor(folder: string, mostMb = 25) {
    mkdirSync(join(folder, "signatures"), { recursive: true });
    writeFileSync(join(folder, "signatures", "ours.ndb"), `Preau.Test.Pattern:0:*:${Buffer.from(PATTERN).toString("hex")}\n`);
    this.socket = join(folder, "clamd.ctl");
    this.conf = join(folder, "clamd.conf");
    writeFileSync(this.conf, [`LocalSocket ${this.socket}`, "Foreground yes", `DatabaseDirectory ${join(folder, "signatures")}`,
      `StreamMaxLength ${mostMb}M`, "MaxThreads 2", "LogVerbose no", "FixStaleSocket yes", "User root", ""].join("\n"));
  }

  get answers(): Promise<boolean> {
    return new Promise((done) => {
      const s = createConnection(this.socket, () => s.write("zPING\0"));
      s.on("data", (b) => { done(b.toString().startsWith("PONG")); s.destroy(); });
      s.on("error", () => done(false));
      s.on("close", () => done(false));
    });
  }

  async start(): Promise<void> {
    this.child = spawn("clamd", ["--config-file", this.conf], { stdio: "ignore" });
    await until("clamd to answer", () => this.answers);
  }

  async stop(): Promise<void> {
    const child = this.child;
    if (child === null) return;
    child.kill("SIGKILL");
    await until("clamd to be gone", () => child.exitCode !== null || child.signalCode !== null);
    this.child = null;
  }
}
