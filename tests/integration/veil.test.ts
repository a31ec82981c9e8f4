// A video in which somebody is masked from one end to the other: every frame is
// compared with where the face really was.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import type { Answer, Client } from "../lib/client";
import { GROUP, answer, plain } from "../lib/consents";
import { sayNobody } from "../lib/faces";
import { drawBox, resolveBox } from "../lib/masks";
import { scene } from "../lib/pictures";
import { startServer, type Server } from "../lib/server";
import { atRest, check, count, fill, killOne, newAlbum, sql, until, upload } from "../lib/trouble";
import { drawnFace, inside, prepared } from "../lib/videos";

const LEA = 1;
const [W, H, FPS, SECONDS] = [640, 480, 25, 6];
const [FW, FH] = [90, 110]; // of the face

let server: Server;
let sami: Client;
let nadia: Client; // Léa's mother
let karim: Client; // and her father
let anne: Client; // of another family of the group
let folder = "";
let album = 0;
let video = 0;

// Where the face is: it walks through the picture and comes back, up and down.
const where = (t: number): { x: number; y: number } =>
  ({ x: 40 + 440 * Math.abs(((t / 5) % 2) - 1), y: 150 + 90 * Math.sin(1.7 * t) });

// A drawn face, all spots and stripes, over a drawn landscape; a tone beside it.
function film(): Buffer {
  writeFileSync(join(folder, "far.jpg"), scene(7, 901, W, H));
  const spots = ["drawbox=x=18:y=25:w=16:h=14:color=black:t=fill", "drawbox=x=56:y=25:w=16:h=14:color=black:t=fill",
    "drawbox=x=24:y=76:w=42:h=10:color=darkred:t=fill", "drawbox=x=0:y=0:w=90:h=12:color=saddlebrown:t=fill"].join(",");
  execFileSync("ffmpeg", ["-hide_banner", "-loglevel", "error", "-y", "-loop", "1", "-framerate", String(FPS), "-t", String(SECONDS), "-i", join(folder, "far.jpg"),
    "-f", "lavfi", "-i", `color=peachpuff:size=${FW}x${FH}:rate=${FPS}:duration=${SECONDS}`,
    "-f", "lavfi", "-i", `sine=frequency=440:duration=${SECONDS}`,
    "-filter_complex", `[1:v]${spots}[f];[0:v]scale=${W}:${H},setsar=1[b];[b][f]overlay=x='40+440*abs(mod(t/5,2)-1)':y='150+90*sin(1.7*t)':eval=frame,format=yuv420p[v]`,
    "-map", "[v]", "-map", "2:a", "-t", String(SECONDS), "-c:v", "libx264", "-preset", "ultrafast", "-crf", "18", "-c:a", "aac", join(folder, "film.mp4")],
  { stdio: ["ignore", "ignore", "inherit"] });
  return readFileSync(join(folder, "film.mp4"));
}

// Somebody is seen for a third of a second and is gone before the next still.
const [FROM_MS, UNTIL_MS] = [720, 1040];
const PASSES = { x: 250, y: 160, side: 150 };
function passingFilm(): Buffer {
  writeFileSync(join(folder, "face.pgm"), drawnFace(PASSES.side));
  execFileSync("ffmpeg", ["-hide_banner", "-loglevel", "error", "-y", "-loop", "1", "-framerate", String(FPS), "-t", "3", "-i", join(folder, "far.jpg"),
    "-i", join(folder, "face.pgm"), "-filter_complex",
    `[0:v]scale=${W}:${H},setsar=1[b];[b][1:v]overlay=x=${PASSES.x}:y=${PASSES.y}:enable='between(t,${FROM_MS / 1000 - 0.01},${UNTIL_MS / 1000 + 0.01})',format=yuv420p[v]`,
    "-map", "[v]", "-t", "3", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "18", join(folder, "passing.mp4")], { stdio: ["ignore", "ignore", "inherit"] });
  return readFileSync(join(folder, "passing.mp4"));
}

// How many of its points are as they were sent, of the frame in which it passes.
function faceLeft(frame: Buffer, sent: Buffer): number {
  let [same, n] = [0, 0];
  for (let y = PASSES.y + 20; y < PASSES.y + PASSES.side - 20; y++)
    for (let x = PASSES.x + 30; x < PASSES.x + PASSES.side - 30; x++, n++)
      if (Math.abs((frame[y * W + x] ?? 0) - (sent[y * W + x] ?? 0)) < 12) same++;
  return same / n;
}

// The frames of an MP4 in grey, so tall.
function frames(bytes: Buffer, tall: number): Buffer[] {
  writeFileSync(join(folder, "got.mp4"), bytes);
  const wide = Math.round(W * tall / H);
  const raw = execFileSync("ffmpeg", ["-v", "error", "-i", join(folder, "got.mp4"), "-vf", `scale=${wide}:${tall}`, "-pix_fmt", "gray", "-f", "rawvideo", "-"],
    { maxBuffer: 1 << 28 });
  return Array.from({ length: Math.floor(raw.length / (wide * tall)) }, (_, i) => raw.subarray(i * wide * tall, (i + 1) * wide * tall));
}

// How much the points of the face differ from one another in a frame.
function faceSpread(frame: Buffer, i: number, tall: number): number {
  const by = tall / H;
  const wide = Math.round(W * by);
  const { x, y } = where(i / FPS);
  let [low, high] = [255, 0];
  for (let v = Math.ceil(y * by) + 1; v < Math.floor((y + FH) * by) - 1; v++)
    for (let u = Math.ceil(x * by) + 1; u < Math.floor((x + FW) * by) - 1; u++) {
      const p = frame[v * wide + u] ?? 0;
      low = Math.min(low, p);
      high = Math.max(high, p);
    }
  return high - low;
}

const page = (): string => `/publish/${album}/video/${video}`;
const state = (): string => sql<{ state: string }>(server, `SELECT state FROM veil WHERE video = ${video}`)[0]?.state ?? "";
const drawn = (): Promise<boolean> => until("the video to be masked", async () => {
  await atRest(server);
  assert.notEqual(state(), "lost");
  return state() === "drawn" && count(server, `job WHERE kind = 'veil'`) === 0;
});
const bytesOf = async (who: Client, path: string): Promise<Buffer | number> => {
  const got = await who.get(path);
  return got.status === 200 ? got.body : got.status;
};
const played = (who: Client): Promise<Buffer | number> => bytesOf(who, `/m/${video}/video/480`);
const masked = (who: Client): Promise<Buffer | number> => bytesOf(who, `/m/${video}/masked/480`);
async function shown(): Promise<void> {
  const round = /name="round" value="(\d+)"/.exec((await sami.get(page())).text)?.[1] ?? "";
  assert.equal((await fill(sami, page(), `${page()}/show`, { round })).status, 303);
  assert.equal(state(), "shown");
}

// Who is heard in it, by the form of the page that publishes.
const heard = (fields: Record<string, string>): Promise<Answer> =>
  sami.submit(`/publish/${album}/send`, `/publish/${album}/video/${video}/voice`, { from: "send", ...fields });

let passing = { album: 0, video: 0, still: 0 };
const postState = (of: number): string => sql<{ state: string }>(server, `SELECT state FROM post WHERE id = ${of}`)[0]?.state ?? "";
const publish = (of: number): Promise<Answer> => fill(sami, `/publish/${of}/send`, `/publish/${of}/send`, { when: "now" });

// Nobody drew a box into it: who passes was found, and keeps it from being published.
async function sendPassing(): Promise<void> {
  const at = await newAlbum(sami, "Quelqu’un passe");
  assert.equal((await upload(sami, at, "film.mp4", passingFilm())).state, "queued");
  const id = await prepared(server, at);
  const stills = sql<{ id: number; at_ms: number; boxes: number }>(server, `SELECT id, at_ms,
    (SELECT count(*) FROM region r WHERE r.medium = m.id) AS boxes FROM medium m WHERE video = ${id} ORDER BY id`);
  const found = stills.filter((s) => s.boxes > 0);
  assert.equal(found.length, 1, JSON.stringify(stills));
  const still = found[0] ?? { id: 0, at_ms: 0 };
  assert.equal(still.id, stills[stills.length - 1]?.id, "it was taken after those of the intake");
  assert.ok(still.at_ms >= FROM_MS && still.at_ms <= UNTIL_MS, `at ${still.at_ms}`);
  const [box] = sql<{ id: number; x: number; y: number; w: number; h: number }>(server, `SELECT id, x, y, w, h FROM region WHERE medium = ${still.id}`);
  assert.ok(box !== undefined);
  const middle = { x: (box.x + box.w / 2) / 65536 * W, y: (box.y + box.h / 2) / 65536 * H };
  assert.ok(Math.hypot(middle.x - PASSES.x - PASSES.side / 2, middle.y - PASSES.y - PASSES.side / 2) < 30, JSON.stringify(middle));
  for (const s of stills) {
    if (s.id === still.id) continue;
    const word = `/publish/${at}/faces/${s.id}`;
    assert.equal((await sami.submit(word, `${word}/word`, { do: "nobody" })).status, 303);
  }
  await publish(at);
  assert.equal(postState(at), "draft", "an open box");
  await resolveBox(sami, at, still.id, box.id, { who: String(LEA) });
  const word = `/publish/${at}/faces/${still.id}`;
  assert.equal((await sami.submit(word, `${word}/word`, { do: "word" })).status, 303);
  assert.equal((await publish(at)).status, 303);
  assert.equal(postState(at), "published");
  passing = { album: at, video: id, still: still.id };
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "preau-veil-"));
  server = await startServer({ photoPixels: 400 });
  [sami, nadia, karim, anne] = [await server.client("sami"), await server.client("nadia"), await server.client("karim"), await server.client("anne")];
  album = await newAlbum(sami, "Le film du préau");
  assert.equal((await upload(sami, album, "film.mp4", film())).state, "queued");
  video = await prepared(server, album);
  for (const still of sql<{ id: number; at_ms: number }>(server, `SELECT id, at_ms FROM medium WHERE video = ${video} ORDER BY at_ms`)) {
    for (const { id } of sql<{ id: number }>(server, `SELECT id FROM region WHERE medium = ${still.id}`))
      await resolveBox(sami, album, still.id, id, { do: "remove" });
    const { x, y } = where(still.at_ms / 1000);
    const box = await drawBox(sami, album, still.id, { x: x / W, y: y / H, w: FW / W, h: FH / H });
    await resolveBox(sami, album, still.id, box, { who: String(LEA) });
  }
  await sayNobody(sami, album);
  assert.match(plain((await sami.get(`/publish/${album}/send`)).text), /Qui entend-on dans la vidéo 1/);
  assert.equal((await heard({ heard: "nobody" })).status, 303);
  assert.equal((await fill(sami, `/publish/${album}/send`, `/publish/${album}/send`, { when: "now" })).status, 303);
  await sendPassing();
  assert.equal((await answer(karim, LEA, GROUP, false)).status, 303);
});
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.sweep();
});

test("a video of which somebody may not see a face is withheld, and the team reads where to mask it", async () => {
  const send = (await sami.get(`/publish/${album}/send`)).text;
  assert.match(plain(send), /La vidéo 1 ne sera montrée qu’à la famille de Léa/);
  assert.ok(send.includes(`href="${page()}"`));
  assert.match(plain((await sami.get(page())).text), /Personne n’est encore masqué/);
  for (const c of [anne, nadia]) assert.equal((await c.get(page())).status, 404);
  assert.equal(await played(anne), 404);
});

test("masked through the shot, nothing of the face is left in any frame, and the rest is there", async () => {
  assert.equal((await fill(sami, page(), `${page()}/mask`, { child: String(LEA) })).status, 303);
  await drawn();
  const bytes = await masked(sami);
  assert.ok(bytes instanceof Buffer);
  assert.equal(inside(bytes), "h264 aac");
  for (const tall of [480, 240]) {
    const got = frames(tall === 480 ? bytes : await masked240(), tall);
    assert.ok(Math.abs(got.length - FPS * SECONDS) <= 2, `${got.length} frames`);
    got.forEach((f, i) => assert.ok(faceSpread(f, i, tall) < 16, `${tall} lines, frame ${i}: ${faceSpread(f, i, tall)}`));
  }
  const original = frames(readFileSync(join(folder, "film.mp4")), 240);
  assert.ok(original.every((f, i) => faceSpread(f, i, 240) > 100), "it is there in what was sent");
  const whole = sql<{ whole: number }>(server, `SELECT whole FROM veil WHERE video = ${video}`)[0]?.whole ?? 100;
  assert.ok(whole < 40, `${whole} % of it is grey`);
});
async function masked240(): Promise<Buffer> {
  const got = await bytesOf(sami, `/m/${video}/masked/240`);
  assert.ok(got instanceof Buffer);
  return got;
}

test("nobody gets it before a person has looked, and only the team can look", async () => {
  for (const c of [anne, nadia, karim]) assert.equal(await masked(c), 404);
  assert.equal(await played(anne), 404);
  assert.ok((await played(nadia)) instanceof Buffer, "her own family sees her");
  assert.equal((await fill(sami, page(), `${page()}/show`, { round: "99" })).status, 303);
  assert.equal(state(), "drawn", "another round is not what was looked at");
  await shown();
});

test("then whoever may not see her gets the masked one, at every range, and her family the plain one", async () => {
  const [hers, theirs, looked] = [await played(nadia), await played(anne), await masked(sami)];
  assert.ok(hers instanceof Buffer && theirs instanceof Buffer && looked instanceof Buffer);
  assert.deepEqual(theirs, looked);
  assert.notDeepEqual(hers, theirs);
  assert.ok(frames(hers, 240).every((f, i) => faceSpread(f, i, 240) > 60), "plain");
  const part = await anne.ask("GET", `/m/${video}/video/480`, { headers: { Range: "bytes=100-999" } });
  assert.deepEqual(part.body, theirs.subarray(100, 1000));
  const kept = await bytesOf(anne, `/m/${video}/download`);
  assert.deepEqual(kept, theirs, "to take home, too");
  assert.equal((await anne.get(`/m/${video}/1024`)).status, 200, "its picture, covered");
  assert.match(plain((await anne.get(`/album/${album}`)).text), /1 vidéo/);
  assert.doesNotMatch(plain((await sami.get(`/publish/${album}/send`)).text), /ne sera montrée/);
  assert.ok(count(server, `audit WHERE action = 'video-masked' AND subject = ${video}`) > 0);
  assert.ok(count(server, `audit WHERE action = 'video-shown' AND subject = ${video}`) > 0);
});

test("nobody hears what not all who are heard agreed to, from the next request on", async () => {
  const stated = async (who: Client): Promise<string> => {
    const got = await played(who);
    return got instanceof Buffer ? inside(got) : String(got);
  };
  assert.equal(await stated(nadia), "h264 aac");
  assert.equal((await heard({ heard: "some", child: String(LEA) })).status, 303);
  assert.match(await stated(nadia), /^h264/, "her own family hears her");
  const other = sql<{ child: number }>(server, `SELECT e.child FROM enrolment e JOIN post_audience a ON a.activity_group = e.activity_group
    WHERE a.post = ${album} AND e.child <> ${LEA} LIMIT 1`)[0]?.child;
  assert.equal((await heard({ heard: "some", child: String(other) })).status, 303);
  assert.notEqual(await stated(nadia), "h264 aac", "not one request more");
  await until("its lines without sound", () => count(server, `job WHERE kind = 'veil'`) === 0 && count(server, `blob WHERE medium = ${video} AND side IN (242, 482)`) === 2);
  assert.equal(await stated(nadia), "h264", "seen, not heard");
  assert.match(plain((await nadia.get(`/album/${album}/photo/${video}`)).text), /Sans le son/);
  assert.match(plain((await sami.get(page())).text), /Sans le son pour qui ne doit pas entendre/);
  assert.equal(count(server, `voice_child WHERE video = ${video}`), 1);
  assert.equal((await heard({ heard: "unknown" })).status, 303);
  assert.equal(await stated(nadia), "h264");
  assert.equal((await heard({ heard: "nobody" })).status, 303);
  assert.equal(await stated(nadia), "h264 aac");
  assert.deepEqual(check(server).findings, []);
  assert.equal((await heard({ heard: "gone" })).status, 404);
  assert.equal((await anne.submit("/account", `/publish/${album}/video/${video}/voice`, { heard: "nobody" })).status, 404);
});

test("a box that was not masked hides it at once, until it is asked for anew, drawn and looked at", async () => {
  const still = sql<{ id: number }>(server, `SELECT id FROM medium WHERE video = ${video} ORDER BY at_ms LIMIT 1`)[0]?.id ?? 0;
  const box = await drawBox(sami, album, still, { x: 0.7, y: 0.05, w: 0.1, h: 0.1 });
  await resolveBox(sami, album, still, box, { do: "mask" });
  assert.equal(await played(anne), 404);
  assert.equal(await played(nadia), 404);
  const rows = (): string => JSON.stringify(sql(server, `SELECT side, name FROM blob WHERE medium = ${video} AND side % 10 = 1 ORDER BY side`));
  const had = rows();
  // Killed in the middle, it is drawn all the same.
  for (let n = 0, met = false; !met; n++) {
    assert.ok(n < 50, "never met in the middle");
    assert.equal((await fill(sami, page(), `${page()}/mask`, { child: String(LEA), silent: "1" })).status, 303);
    met = await until("work on it", () => (state() === "asked" && count(server, `veil WHERE progress > 0`) > 0 && killOne(server, "video") ? "met" : state() === "drawn" && "late")) === "met";
  }
  assert.equal(await played(anne), 404);
  await drawn();
  assert.notEqual(rows(), had);
  assert.equal(await played(anne), 404);
  await shown();
  const got = await played(anne);
  assert.ok(got instanceof Buffer);
  assert.equal(inside(got), "h264", "without its sound");
  assert.deepEqual(check(server).findings, []);
  assert.equal((await fill(sami, page(), `${page()}/hide`, {})).status, 303);
  assert.equal(await played(anne), 404);
  await shown();
});

test("a part that was made grey shows nothing, and the picture of the video is the one that was chosen", async () => {
  const stills = sql<{ id: number; at_ms: number }>(server, `SELECT id, at_ms FROM medium WHERE video = ${video} ORDER BY at_ms`);
  const [from, to] = [stills[1], stills[2]];
  assert.ok(from !== undefined && to !== undefined);
  assert.equal((await fill(sami, page(), `${page()}/mask`, { child: String(LEA), grey: String(from.id) })).status, 303);
  await drawn();
  const got = frames(await masked240(), 240);
  const spread = (f: Buffer): number => Math.max(...f) - Math.min(...f);
  got.forEach((f, i) => {
    const ms = i * 1000 / FPS;
    if (ms > from.at_ms && ms < to.at_ms) assert.ok(spread(f) < 12, `frame ${i}: ${spread(f)}`);
  });
  await shown();
  const before = await anne.get(`/m/${video}/320`);
  assert.equal((await fill(sami, page(), `${page()}/poster`, { still: String(to.id) })).status, 303);
  const now = await anne.get(`/m/${video}/320`);
  assert.deepEqual([before.status, now.status], [200, 200]);
  assert.notDeepEqual(now.body, before.body);
  assert.match((await sami.get(page())).text, new RegExp(`value="${to.id}" aria-pressed="true"`));
});

test("who passes between two stills is asked about, withheld, and covered in every frame", async () => {
  const lines = (who: Client): Promise<Buffer | number> => bytesOf(who, `/m/${passing.video}/video/480`);
  assert.ok((await lines(nadia)) instanceof Buffer, "her own family sees her");
  assert.equal(await lines(anne), 404);
  const at = `/publish/${passing.album}/video/${passing.video}`;
  assert.equal((await fill(sami, at, `${at}/mask`, { child: String(LEA) })).status, 303);
  await until("it to be masked", () => count(server, `veil WHERE video = ${passing.video} AND state = 'drawn'`) === 1);
  const round = /name="round" value="(\d+)"/.exec((await sami.get(at)).text)?.[1] ?? "";
  assert.equal((await fill(sami, at, `${at}/show`, { round })).status, 303);
  const got = await lines(anne);
  assert.ok(got instanceof Buffer);
  const [seen, sent] = [frames(got, H), frames(readFileSync(join(folder, "passing.mp4")), H)];
  assert.ok(Math.abs(seen.length - sent.length) <= 2, `${seen.length} frames`);
  let passed = 0;
  sent.forEach((f, i) => {
    if (i * 1000 / FPS < FROM_MS || i * 1000 / FPS > UNTIL_MS) return;
    passed++;
    assert.ok(faceLeft(f, sent[0] ?? f) < 0.5, `it is in frame ${i} of what was sent`);
    assert.ok(faceLeft(seen[i] ?? f, f) < 0.2, `frame ${i}: ${faceLeft(seen[i] ?? f, f)} of it is left`);
  });
  assert.equal(passed, 9);
  // Behind the still that nobody is in, the place is seen again.
  const late = sent.length - 10;
  const clear = faceLeft(seen[late] ?? Buffer.alloc(0), sent[late] ?? Buffer.alloc(0));
  assert.ok(clear > 0.8, `where nobody is, the place is seen: ${clear}`);
});

test("a video that is removed takes what was masked along", async () => {
  assert.equal((await fill(sami, `/publish/${album}/arrange`, `/publish/${album}/photo/${video}/remove`)).status, 303);
  for (const table of ["veil", "veil_box", "veil_grey", "voice", "voice_child"]) assert.equal(count(server, `${table} WHERE video = ${video}`), 0, table);
  assert.equal(count(server, `blob WHERE medium = ${video} AND key_wrapped IS NOT NULL`), 0);
});
