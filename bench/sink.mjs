// usage: node sink.mjs PORT FOLDER
//
// A mail server that takes everything: prints how many letters it has whenever
// it is sent SIGUSR2, and at its end (SIGTERM) writes them into FOLDER with a
// configuration for curl that sends them all again.
import { createServer } from "node:net";
import { writeFileSync } from "node:fs";

const [port, folder] = [Number(process.argv[2]), process.argv[3]];
const letters = [];
let connections = 0;

createServer((s) => {
  let left = "", to = "", data = null;
  connections++;
  const line = (l) => {
    const word = l.slice(0, 4).toUpperCase();
    if (word === "EHLO") return "250-sink\r\n250 8BITMIME\r\n";
    if (word === "RCPT") to = /<([^>]*)>/.exec(l)?.[1] ?? "";
    if (word === "DATA") { data = []; return "354 go on\r\n"; }
    if (word === "QUIT") { s.end("221 bye\r\n"); return ""; }
    return "250 ok\r\n";
  };
  const take = (l) => {
    if (data === null) return line(l);
    if (l !== ".") { data.push(l.startsWith("..") ? l.slice(1) : l); return ""; }
    letters.push({ to, text: data.join("\r\n") + "\r\n" });
    data = null;
    return "250 taken\r\n";
  };
  s.write("220 sink\r\n");
  s.on("error", () => {});
  s.on("data", (part) => {
    const lines = (left + part.toString("latin1")).split("\r\n");
    left = lines.pop() ?? "";
    const said = lines.map(take).join("");
    if (said !== "" && s.writable) s.write(said);
  });
}).listen(port, "127.0.0.1", () => console.log("ready"));

process.on("SIGUSR2", () => writeFileSync(`${folder}/count`, `${letters.length} ${connections}\n`));
process.on("SIGTERM", () => {
  const config = letters.map(({ to, text }, i) => {
    writeFileSync(`${folder}/${i}.eml`, text, "latin1");
    return `url = "smtp://127.0.0.1:${process.env.AGAIN ?? port}/bench"\nmail-from = "preau@ecole.test"\nmail-rcpt = "${to}"\nupload-file = "${folder}/${i}.eml"\nsilent\n`;
  });
  writeFileSync(`${folder}/curl.conf`, config.join("next\n"));
  writeFileSync(`${folder}/to`, letters.map((l) => l.to).join("\n") + "\n");
  process.exit(0);
});
