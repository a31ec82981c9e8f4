// node zip.mjs PORT FOLDER — `zip -0` of the folder for each connection, as the
// body of an answer.
import { spawn } from "node:child_process";
import { createServer } from "node:net";

const [port, folder] = process.argv.slice(2);
createServer((socket) => {
  socket.on("error", () => socket.destroy());
  socket.once("data", () => {
    socket.write("HTTP/1.0 200 OK\r\n\r\n");
    const zip = spawn("zip", ["-0qr", "-", "."], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
    zip.stdout.pipe(socket);
  });
}).listen(Number(port), "127.0.0.1");
