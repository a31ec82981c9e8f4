// A house whose data lie on a small file system, in a mount namespace of the
// server's own, so that it can be full.
import { spawnSync } from "node:child_process";
import { closeSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";

import { build, type Server } from "./server";

const root = process.getuid?.() === 0;

// A program that puts a small file system over the data folder, with what was
// there, and then becomes preau.
export function wrapper(server: Server, options = "", by = "", megabytes = 24): string {
  const path = join(server.folder, "preau-small");
  const own = root ? "unshare -m" : "unshare -rm";
  writeFileSync(path, `#!/bin/sh
exec ${own} sh -c 'set -e
mount -t tmpfs -o size=${megabytes}m,mode=0700 tmpfs ${server.folder}/data
cp -a ${server.folder}/kept/. ${server.folder}/data/
${options}
exec ${by} ${build}/preau "$@"' preau "$@"
`, { mode: 0o755 });
  return path;
}

export async function startSmall(server: Server, program: string): Promise<void> {
  await server.start({}, program);
  server.via = ["nsenter", "-t", String(server.pid), "-m", ...(root ? [] : ["-U", "--preserve-credentials"])];
}

// From now on it is there; what is below server.folder/data is empty.
export async function moveToSmall(server: Server, megabytes = 24): Promise<void> {
  await server.stop();
  renameSync(join(server.folder, "data"), join(server.folder, "kept"));
  spawnSync("mkdir", ["-m", "700", join(server.folder, "data")]);
  await startSmall(server, wrapper(server, "", "", megabytes));
}

// Its data folder as the server sees it.
export const inside = (server: Server): string => `/proc/${server.pid}/root${server.folder}/data`;
export const ballast = (server: Server): string => `${inside(server)}/ballast`;

// Writes until nothing fits any more, or so many bytes.
export function fillUp(server: Server, bytes = 1 << 30): void {
  const fd = openSync(ballast(server), "a");
  let piece = Math.min(1 << 20, bytes);
  for (let n = 0; n < bytes && piece > 0;) {
    try {
      n += writeSync(fd, Buffer.alloc(piece));
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code !== "ENOSPC") throw e;
      piece >>= 1;
    }
  }
  closeSync(fd);
}

export const free = (server: Server): void => rmSync(ballast(server), { force: true });
