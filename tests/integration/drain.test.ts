// The house is asked to stop while somebody is sending a form.
import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { emptyServer, type Server } from "../lib/server";
import { pause, until } from "../lib/trouble";

let server: Server;

before(async () => {
  server = await emptyServer(mkdtempSync(join(tmpdir(), "preau-drain-")));
});
after(() => server.sweep());

// A form of which only the head was sent, and taken up by the server.
async function inHand(body: string): Promise<{ socket: Socket; heard: () => string }> {
  const socket = connect(server.port, "127.0.0.1");
  let heard = "";
  socket.on("data", (b) => { heard += b.toString("latin1"); });
  socket.on("error", () => {});
  socket.write(`POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nExpect: 100-continue\r\n` +
    `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n`);
  await until("the form to be taken up", () => heard.includes(" 100 "));
  return { socket, heard: () => heard };
}

// As make does with a signal to all of its group: it hands on one of its own.
// Whether the two came together: a busy machine may have taken longer.
async function twoSignals(): Promise<boolean> {
  const asked = Date.now();
  process.kill(server.pid, "SIGTERM");
  await until("the front to drain", () => server.log.includes("draining"));
  process.kill(server.pid, "SIGTERM");
  return Date.now() - asked < 500;
}

test("what is in hand is answered before the house stops, also when two signals come together", async () => {
  const body = "login=sami&pass=nothing";
  for (let tries = 0; ; tries++) {
    assert.ok(tries < 200, "the signals never came together");
    await server.stop();
    server.log = "";
    await server.start();
    const form = await inHand(body);
    if (!await twoSignals()) continue;
    await pause(200); // room for whoever would end it now
    form.socket.write(body);
    await until("the answer", () => /HTTP\/1\.1 [2-5]/.test(form.heard()));
    await until("the end", () => server.ended);
    return;
  }
});
