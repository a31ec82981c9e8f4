// The same three sizes by sharp, from the same bytes, in one process.
//
//	node sharp.mjs FILE [N [each|clone]]
//
// each: three pipelines from the buffer, one after the other; together: the
// same at once, on as many cores as there are; clone: one input, three outputs,
// also at once; chain: the large one decoded, the others made from its pixels.
// Prints median milliseconds of wall clock and of processor time, and the bytes
// of the three.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../package.json", import.meta.url));
const sharp = require("sharp");
const [file, n = "15", way = "each", prefix] = process.argv.slice(2);
const bytes = readFileSync(file);
const sizes = [[2048, 82], [1024, 80], [320, 75]];

sharp.concurrency(1);
sharp.cache(false);

const one = (from, [side, quality]) =>
	from.rotate()
		.resize(side, side, { fit: "inside", withoutEnlargement: true })
		.jpeg({ quality })
		.toBuffer();

const ways = {
	async each() {
		const out = [];
		for (const size of sizes) out.push(await one(sharp(bytes), size));
		return out;
	},
	together() {
		return Promise.all(sizes.map((size) => one(sharp(bytes), size)));
	},
	clone() {
		const from = sharp(bytes);
		return Promise.all(sizes.map((size) => one(from.clone(), size)));
	},
	async chain() {
		const { data, info } = await sharp(bytes)
			.rotate()
			.resize(2048, 2048, { fit: "inside", withoutEnlargement: true })
			.raw()
			.toBuffer({ resolveWithObject: true });
		const raw = { width: info.width, height: info.height, channels: info.channels };
		const out = [];
		for (const [side, quality] of sizes)
			out.push(await sharp(data, { raw })
				.resize(side, side, { fit: "inside", withoutEnlargement: true })
				.jpeg({ quality })
				.toBuffer());
		return out;
	},
};

const median = (v) => v.sort((a, b) => a - b)[v.length >> 1].toFixed(1);
const ms = [], cpu = [];
let out;
for (let i = 0; i < Number(n); i++) {
	const begin = performance.now();
	const used = process.cpuUsage();
	out = await ways[way]();
	ms.push(performance.now() - begin);
	const { user, system } = process.cpuUsage(used);
	cpu.push((user + system) / 1000);
}
if (prefix !== undefined)
	out.forEach((b, i) => writeFileSync(`${prefix}-${sizes[i][0]}.jpg`, b));
console.log(median(ms), median(cpu), ...out.map((b) => b.length));
