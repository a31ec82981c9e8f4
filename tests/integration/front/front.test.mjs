// The front alone, against workers of cardboard (rig.c), spoken to over raw
// sockets by clients that no browser would be.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'node:test';

const FRONT = process.env.PREAU_FRONT;
const RIG = process.env.PREAU_FRONT_RIG;
const MIB = 1024 * 1024;

// A wait that is satisfied costs nothing: none is short.
const PATIENCE_MS = 120_000;

async function until(good, said) {
	for (const end = Date.now() + PATIENCE_MS; !good(); await sleep(20))
		assert.ok(Date.now() < end, said());
}

const children = new Set();

async function start(...args) {
	const folder = mkdtempSync(join(tmpdir(), 'preau-front-'));
	const child = spawn(RIG, [FRONT, folder, ...args.map(String)],
		{ stdio: ['pipe', 'pipe', 'pipe'] });
	children.add(child);
	child.once('exit', () => children.delete(child));
	let out = '', log = '';
	child.stderr.on('data', (d) => { log += d; });
	const lines = [], wanted = [];
	child.stdout.on('data', (d) => {
		out += d;
		for (let i; (i = out.indexOf('\n')) >= 0; out = out.slice(i + 1)) {
			const line = JSON.parse(out.slice(0, i));
			if (wanted.length) wanted.shift()(line);
			else lines.push(line);
		}
	});
	const next = () => lines.length ? Promise.resolve(lines.shift())
		: new Promise((done, fail) => {
			wanted.push(done);
			child.once('exit', () => fail(new Error(`rig ended: ${log}`)));
		});
	const { port, pid } = await next();
	const rig = {
		port, pid, folder,
		log: () => log,
		say: (word) => child.stdin.write(`${word}\n`),
		ended: next,
		drain: () => child.stdin.end(),
		descriptors: () => readdirSync(`/proc/${pid}/fd`).length,
		memory: () => Number(/VmRSS:\s+(\d+)/.exec(
			readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024,
		async stop() {
			child.stdin.end();
			const end = await next();
			rmSync(folder, { recursive: true, force: true });
			assert.doesNotMatch(log, /Sanitizer|runtime error/);
			return end;
		},
	};
	return rig;
}

// A raw connection: everything that came, and whether it was closed.
function dial(port) {
	const s = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
	const parts = [];
	let size = 0;
	const c = {
		socket: s, closed: false, reset: false,
		get bytes() { return Buffer.concat(parts); },
		get text() { return this.bytes.toString('latin1'); },
		send: (x) => new Promise((done) => s.write(x, () => done())),
		async until(good) {
			const end = Date.now() + PATIENCE_MS;
			while (!good(c)) {
				if (Date.now() > end) throw new Error(`in vain: ${c.text.slice(0, 300)}`);
				await sleep(5);
			}
			return c;
		},
		end: () => c.until((x) => x.closed),
		get size() { return size; },
	};
	s.on('data', (d) => { parts.push(d); size += d.length; });
	s.on('error', (e) => { c.reset = e.code === 'ECONNRESET'; c.closed = true; });
	s.on('end', () => { c.closed = true; s.end(); });
	s.on('close', () => { c.closed = true; });
	return c;
}

// Splits one answer off; honours Content-Length.
function parse(bytes, head = false) {
	const at = bytes.indexOf('\r\n\r\n');
	if (at < 0) return null;
	const [first, ...rest] = bytes.subarray(0, at).toString('latin1').split('\r\n');
	const heads = {};
	for (const line of rest) {
		const i = line.indexOf(':');
		const name = line.slice(0, i).toLowerCase();
		const value = line.slice(i + 1).trim();
		(heads[name] ??= []).push(value);
	}
	const n = head ? 0 : Number(heads['content-length']?.[0] ?? 0);
	if (bytes.length < at + 4 + n) return null;
	return {
		status: Number(first.split(' ')[1]), heads,
		get: (name) => heads[name]?.[0],
		body: bytes.subarray(at + 4, at + 4 + n),
		left: bytes.subarray(at + 4 + n),
		get json() { return JSON.parse(this.body.toString()); },
		get page() { return this.body.toString(); },
	};
}

async function ask(port, raw, { head = false } = {}) {
	const c = dial(port);
	c.socket.on('connect', () => {});
	void c.send(raw);
	try {
		await c.until((x) => parse(x.bytes, head) || x.closed);
	} finally {
		c.socket.destroy();
	}
	return parse(c.bytes, head);
}

const get = (path, ...heads) =>
	`GET ${path} HTTP/1.1\r\nHost: t\r\n${heads.map((h) => `${h}\r\n`).join('')}\r\n`;
const post = (path, body, ...heads) => Buffer.concat([Buffer.from(
	`POST ${path} HTTP/1.1\r\nHost: t\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
	`${heads.map((h) => `${h}\r\n`).join('')}\r\n`), Buffer.from(body)]);
const FORM = 'Content-Type: application/x-www-form-urlencoded';
const unhex = (h) => Buffer.from(h, 'hex').toString();
const sha = (b) => createHash('sha256').update(b).digest('hex');
const pattern = (n) => {
	const b = Buffer.alloc(n);
	for (let i = 0; i < n; i++) b[i] = (i * 31 + (i >> 8)) & 255;
	return b;
};

const EDGE = 'edge123';
const MULTI = `Content-Type: multipart/form-data; boundary=${EDGE}`;
const field = (name, value) => Buffer.from(
	`--${EDGE}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
const file = (name, bytes) => Buffer.concat([Buffer.from(
	`--${EDGE}\r\nContent-Disposition: form-data; name="photo"; filename="${name}"\r\n` +
	'Content-Type: image/jpeg\r\n\r\n'), bytes, Buffer.from('\r\n')]);
const last = Buffer.from(`--${EDGE}--\r\n`);

let rig, descriptors;
test.before(async () => {
	rig = await start('-w', 2, 'request_timeout_s', 30);
	await ask(rig.port, get('/first'));
	await sleep(100);
	descriptors = rig.descriptors();
});
test.after(async () => {
	const end = await rig.stop();
	for (const c of children) c.kill('SIGKILL'); // of a test that failed
	assert.deepEqual(end, { exit: 0, signal: 0 }, 'the front drains and ends well');
});

const mustLive = async () => {
	const a = await ask(rig.port, get('/alive'));
	assert.equal(a.status, 200);
};

test('a request reaches a worker whole', async () => {
	const a = await ask(rig.port, get('/a%20b/%C3%A9?x=1+2&y=%26', 'Cookie: s=1; t=2',
		'Origin: http://t', 'X-Preau-Form: tok', 'Accept-Language: fr-FR'));
	assert.equal(a.status, 200);
	const q = a.json;
	assert.equal(unhex(q.path), '/a b/é');
	assert.deepEqual(q.query.map((p) => p.map(unhex)), [['x', '1 2'], ['y', '&']]);
	assert.equal(unhex(q.cookie), 's=1; t=2');
	assert.equal(unhex(q.origin), 'http://t');
	assert.equal(unhex(q.csrf), 'tok');
	assert.equal(unhex(q.language), 'fr-FR');
	assert.equal(q.tls, false);
	assert.equal(q.address, '00000000000000000000ffff7f000001');
});

test('every answer carries the house’s headers and no version', async () => {
	const answers = await Promise.all([
		ask(rig.port, get('/')), ask(rig.port, get('/healthz')),
		ask(rig.port, get('/static/none.css')), ask(rig.port, 'PUT / HTTP/1.1\r\nHost: t\r\n\r\n'),
		ask(rig.port, get('/blob/100')), ask(rig.port, get('/304')),
		ask(rig.port, get('/%zz')),
	]);
	for (const a of answers) {
		assert.match(a.get('content-security-policy'),
			/^default-src 'none';.*frame-ancestors 'none'$/);
		assert.equal(a.get('x-content-type-options'), 'nosniff');
		assert.equal(a.get('referrer-policy'), 'same-origin');
		assert.equal(a.get('cross-origin-opener-policy'), 'same-origin');
		assert.equal(a.get('cross-origin-resource-policy'), 'same-origin');
		assert.ok(a.get('permissions-policy'));
		assert.match(a.get('cache-control'), /private|no-store/);
		assert.equal(a.get('server'), undefined);
		assert.equal(a.get('strict-transport-security'), undefined);
	}
});

test('a page of the front’s own looks like ours, leads home, and says it in the browser’s language first', async () => {
	const said = [
		[get('/static/none.css', 'Accept-Language: en-GB,fr;q=0.5'), 404, 'en', /<h1>Page not found<\/h1>.*<h2>Page introuvable<\/h2>/s],
		[get('/static/none.css', 'Accept-Language: fr-CA'), 404, 'fr', /<h1>Page introuvable<\/h1>.*<h2>Page not found<\/h2>/s],
		[get('/static/none.css', 'Accept-Language: de, *;q=0.1'), 404, 'fr', /<h1>Page introuvable/],
		['PUT / HTTP/1.1\r\nHost: t\r\nAccept-Language: en\r\n\r\n', 405, 'en', /<h1>Request refused/],
		[get('/%zz', 'Accept-Language: en'), 400, undefined, /<h1>(Demande illisible|Unreadable request)/],
		[get(`/${'a'.repeat(5000)}`, 'Accept-Language: en'), 414, undefined, /<h1>(Adresse trop longue|Address too long)/],
	];
	for (const [head, status, lang, words] of said) {
		const a = await ask(rig.port, head);
		assert.equal(a.status, status, a.page);
		assert.match(a.page, words);
		assert.match(a.page, new RegExp(`^<!doctype html>\n<html lang="${lang ?? '(fr|en)'}">`));
		assert.equal(a.page.match(/<a class="button" href="\/">/g).length, 2);
		const [, style] = /<link rel="stylesheet" href="(\/static\/app\.\w+\.css)">/.exec(a.page);
		assert.equal((await ask(rig.port, get(style))).status, 200);
	}
});

test('a worker’s headers pass only if they are on the list', async () => {
	const a = await ask(rig.port, get('/heads'));
	assert.deepEqual(a.heads['set-cookie'], ['a=1; HttpOnly', 'b=2']);
	assert.equal(a.get('server'), undefined);
	assert.equal(a.get('content-length'), '5');
	assert.equal(a.heads['content-security-policy'].length, 1);
	assert.match(a.get('content-security-policy'), /^default-src 'none'/);
});

test('an urlencoded form reaches a worker', async () => {
	const a = await ask(rig.port, post('/x', 'a=1&b=%C3%A9+x&a=2', FORM));
	assert.deepEqual(a.json.form.map((p) => p.map(unhex)),
		[['a', '1'], ['b', 'é x'], ['a', '2']]);
});

test('a multipart form without files reaches a worker', async () => {
	const body = Buffer.concat([field('a', '1'), field('text', 'ligne 1\r\nligne 2'),
		field('empty', ''), file('', Buffer.alloc(0)), last]);
	const a = await ask(rig.port, post('/x', body, MULTI));
	assert.deepEqual(a.json.form.map((p) => p.map(unhex)),
		[['a', '1'], ['text', 'ligne 1\r\nligne 2'], ['empty', '']]);
	assert.deepEqual(a.json.file, []);
});

test('a multipart form that comes byte by byte is the same', async () => {
	const body = Buffer.concat([field('a', '1'), field('b', 'x\r\n--edge12\r\ny'), last]);
	const c = dial(rig.port);
	c.socket.setNoDelay(true);
	await c.send(`POST /x HTTP/1.1\r\nHost: t\r\n${MULTI}\r\nContent-Length: ${body.length}\r\n\r\n`);
	for (const b of body) await c.send(Buffer.from([b]));
	await c.until((x) => parse(x.bytes));
	assert.deepEqual(parse(c.bytes).json.form.map((p) => p.map(unhex)),
		[['a', '1'], ['b', 'x\r\n--edge12\r\ny']]);
	c.socket.destroy();
});

test('a malformed multipart body is 400 with a page in both languages', async () => {
	const rows = [
		'no boundary at all',
		`--${EDGE}\r\nContent-Disposition: form-data; name="a"\r\n\r\nnever closed`,
		`--${EDGE}\r\nContent-Disposition: form-data; name="a"\r\n`,
		`--${EDGE}`,
		`--${EDGE}\r\nContent-Disposition: ${'x'.repeat(20000)}`,
	];
	for (const body of rows) {
		const a = await ask(rig.port, post('/x', body, MULTI));
		assert.equal(a.status, 400, body.slice(0, 60));
		assert.match(a.page, /Demande illisible/);
		assert.match(a.page, /lang="en"/);
	}
	for (const type of ['multipart/form-data', 'multipart/form-data; boundary=',
		`multipart/form-data; boundary=${'b'.repeat(9000)}`]) {
		const a = await ask(rig.port, post('/x', 'x', `Content-Type: ${type}`));
		assert.ok([400, 431].includes(a.status), type.slice(0, 60));
	}
	await mustLive();
});

test('a NUL in a form, or a bad escape, is 400', async () => {
	for (const body of ['a=%00', 'a%00=1', 'a=%zz', 'a=%'])
		assert.equal((await ask(rig.port, post('/x', body, FORM))).status, 400, body);
	const a = await ask(rig.port, post('/x', Buffer.concat([field('a', 'x\0y'), last]), MULTI));
	assert.equal(a.status, 400);
});

test('too many fields are 413', async () => {
	const many = Array.from({ length: 600 }, (_, i) => `f${i}=1`).join('&');
	assert.equal((await ask(rig.port, post('/x', many, FORM))).status, 413);
	const parts = Array.from({ length: 600 }, (_, i) => field(`f${i}`, '1'));
	const a = await ask(rig.port, post('/x', Buffer.concat([...parts, last]), MULTI));
	assert.equal(a.status, 413);
	assert.match(a.page, /Envoi trop volumineux/);
});

test('a body of another type is 415', async () => {
	for (const type of ['text/plain', 'application/json', 'image/jpeg'])
		assert.equal((await ask(rig.port, post('/x', '{}', `Content-Type: ${type}`))).status, 415);
});

test('a file where none is taken is 415, with its page', async () => {
	const a = await ask(rig.port, post('/x', Buffer.concat([file('a.jpg', Buffer.from('x')), last]), MULTI));
	assert.equal(a.status, 415);
});

test('a length over the limit is 413 before the body, and no 100 is sent', async () => {
	for (const [path, type, n] of [['/x', FORM, 65537], ['/x', MULTI, 65537],
		['/roster/import', MULTI, 5 * MIB], ['/album/1/photos', MULTI, 6e9],
		['/album/1/photos', 'Content-Type: image/jpeg\r\nX-Preau-Name: a', 42 * MIB],
		['/x', FORM, '99999999999999999999999']]) {
		const a = await ask(rig.port, `POST ${path} HTTP/1.1\r\nHost: t\r\n${type}\r\n` +
			`Expect: 100-continue\r\nContent-Length: ${n}\r\n\r\n`);
		assert.equal(a?.status, 413, `${path} ${n}`);
		// The last length is too large for libmicrohttpd to count, its own page is shorter.
		if (typeof n === 'number') assert.match(a.page, /Rien n’a été enregistré/);
	}
});

test('a browser that sends too much gets to read the 413', async () => {
	const c = dial(rig.port);
	await c.send(`POST /x HTTP/1.1\r\nHost: t\r\n${FORM}\r\nContent-Length: 4000000\r\n\r\n`);
	for (let i = 0; i < 40 && !c.closed; i++) await c.send(Buffer.alloc(100000, 97));
	await c.end();
	assert.equal(parse(c.bytes).status, 413);
	assert.equal(c.reset, false);
});

test('100 is sent when the body is welcome', async () => {
	const c = dial(rig.port);
	await c.send(`POST /x HTTP/1.1\r\nHost: t\r\n${FORM}\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n`);
	await c.until((x) => x.text.includes('100 Continue'));
	await c.send('a=1');
	await c.until((x) => x.text.includes('"form"'));
	c.socket.destroy();
});

test('a chunked body is counted: over the limit is 413 and the end', async () => {
	const c = dial(rig.port);
	await c.send(`POST /x HTTP/1.1\r\nHost: t\r\n${FORM}\r\nTransfer-Encoding: chunked\r\n\r\n`);
	const chunk = Buffer.concat([Buffer.from('4000\r\n'), Buffer.alloc(0x4000, 97), Buffer.from('\r\n')]);
	for (let i = 0; i < 400 && !c.closed; i++) await c.send(chunk);
	await c.end();
	assert.match(c.text, /^HTTP\/1\.1 413 /);
	const small = await ask(rig.port, `POST /x HTTP/1.1\r\nHost: t\r\n${FORM}\r\n` +
		'Transfer-Encoding: chunked\r\n\r\n3\r\na=1\r\n0\r\n\r\n');
	assert.deepEqual(small.json.form.map((p) => p.map(unhex)), [['a', '1']]);
	await mustLive();
});

test('broken chunks end the connection and nothing else', async () => {
	for (const bad of ['zz\r\nabc\r\n', 'ffffffffffffffffff\r\nabc', '-1\r\na\r\n', '3\r\nabcdef\r\n',
		'3;x=y\r\nabcXX']) {
		const c = dial(rig.port);
		await c.send(`POST /x HTTP/1.1\r\nHost: t\r\n${FORM}\r\nTransfer-Encoding: chunked\r\n\r\n${bad}`);
		c.socket.end();
		await c.end();
		assert.doesNotMatch(c.text, /^HTTP\/1\.1 200/, bad);
	}
	await mustLive();
});

test('what two parsers could read differently is 400 and the end', async () => {
	const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: t\r\n\r\n';
	const rows = [
		`POST /x HTTP/1.1\r\nHost: t\r\n${FORM}\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\na=1${smuggled}`,
		`POST /x HTTP/1.1\r\nHost: t\r\n${FORM}\r\nContent-Length: 3\r\nContent-Length: 40\r\n\r\na=1${smuggled}`,
		`POST /x HTTP/1.1\r\nHost: t\r\n${FORM}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
		`POST /x HTTP/1.1\r\nHost: t\r\n${FORM}\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n${smuggled}`,
		`POST /x HTTP/1.1\r\nHost: t\r\n${FORM}\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${smuggled}`,
		`POST /x HTTP/1.1\r\nHost: t\r\n${FORM}\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`,
		`POST /x HTTP/1.1\r\nHost: t\r\n${FORM}\r\nContent-Length: +3\r\n\r\na=1${smuggled}`,
		`POST /x HTTP/1.1\r\nHost: t\r\n${FORM}\r\nContent-Length: 3, 3\r\n\r\na=1${smuggled}`,
		`GET /x HTTP/1.1\r\nHost: t\r\nContent-Length: 36\r\n\r\n${smuggled}`,
		`GET /x HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
		`GET /x HTTP/1.1\r\nHost: t\r\nHost: u\r\n\r\n${smuggled}`,
		`GET /x HTTP/1.1\r\nHost : t\r\n\r\n${smuggled}`,
	];
	for (const raw of rows) {
		const c = dial(rig.port);
		await c.send(raw);
		await c.end();
		assert.doesNotMatch(c.text, /736d7567676c6564/, raw); // "smuggled" reached a worker
		assert.match(c.text, /^HTTP\/1\.1 (400|411|413|501) /, raw);
	}
	await mustLive();
});

test('a Host is required and must look like one', async () => {
	for (const raw of ['GET / HTTP/1.1\r\n\r\n', 'GET / HTTP/1.0\r\n\r\n', 'GET / HTTP/1.1\r\nHost:\r\n\r\n',
		'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n', 'GET / HTTP/1.1\r\nHost: <x>\r\n\r\n'])
		assert.equal((await ask(rig.port, raw)).status, 400, raw);
});

test('another method is 405 and says which are fine', async () => {
	for (const m of ['PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH', 'CONNECT', 'BREW']) {
		const a = await ask(rig.port, `${m} /x HTTP/1.1\r\nHost: t\r\n\r\n`);
		assert.equal(a.status, 405, m);
		assert.equal(a.get('allow'), 'GET, HEAD, POST');
	}
});

test('paths come decoded once and as they are; bad ones are 400', async () => {
	for (const [raw, path] of [['/../../etc/passwd', '/../../etc/passwd'], ['/%2e%2e/%2e%2e/x', '/../../x'],
		['/%252e%252e', '/%2e%2e'], ['//double', '//double'], ['/a/./b', '/a/./b'],
		['/static/../x', '/static/../x'], ['/a%2Fb', '/a/b'], ['/a%5Cb', '/a\\b']]) {
		const a = await ask(rig.port, get(raw));
		if (path.startsWith('/static/')) assert.equal(a.status, 404, raw);
		else assert.equal(unhex(a.json.path), path);
	}
	for (const raw of ['/%00', '/a%00b', '/%', '/%g0', 'relative', 'http://t/x'])
		assert.equal((await ask(rig.port, get(raw))).status, 400, raw);
	assert.equal((await ask(rig.port, get(`/${'a'.repeat(1100)}`))).status, 414);
});

test('a header over the limit is refused, and an endless one', async () => {
	const a = await ask(rig.port, get('/', `X-Long: ${'x'.repeat(9000)}`));
	assert.equal(a.status, 431);
	const flood = await ask(rig.port, get('/', ...Array.from({ length: 400 }, (_, i) => `X-${i}: ${'y'.repeat(20)}`)));
	assert.equal(flood.status, 431);
	const c = dial(rig.port);
	await c.send('GET / HTTP/1.1\r\nHost: t\r\nX-Endless: ');
	for (let i = 0; i < 100 && !c.closed; i++) { await c.send('z'.repeat(10000)); await sleep(1); }
	await c.end();
	assert.match(c.text, /^(HTTP\/1\.1 4(31|13|00|14) |$)/);
	await mustLive();
});

test('requests sent at once are answered in order', async () => {
	const c = dial(rig.port);
	await c.send(get('/one') + get('/slow/50') + get('/three'));
	await c.until((x) => (x.text.match(/"path"/g) ?? []).length === 3);
	assert.deepEqual([...c.text.matchAll(/"path":"([0-9a-f]*)"/g)].map((m) => unhex(m[1])),
		['/one', '/slow/50', '/three']);
	c.socket.destroy();
});

test('HEAD has the headers of GET and no body', async () => {
	for (const path of ['/x', '/blob/100000', '/memory/200000', '/healthz']) {
		const c = dial(rig.port);
		await c.send(`HEAD ${path} HTTP/1.1\r\nHost: t\r\n\r\n` + get('/after'));
		await c.until((x) => x.text.includes('"path"'));
		const a = parse(c.bytes, true);
		assert.equal(a.status, 200);
		assert.ok(a.get('content-length'));
		assert.match(a.left.toString('latin1'), /^HTTP\/1\.1 200/);
		c.socket.destroy();
	}
});

test('blobs, photos and memory files arrive as they are', async () => {
	for (const n of [0, 1, 65535, 65536, 65537, 600001, 3 * MIB + 5]) {
		const blob = await ask(rig.port, get(`/blob/${n}`));
		assert.equal(blob.status, 200);
		assert.equal(blob.get('content-type'), 'image/jpeg');
		assert.equal(sha(blob.body), sha(pattern(n)), `blob ${n}`);
		const memory = await ask(rig.port, get(`/memory/${n}`));
		assert.equal(sha(memory.body), sha(pattern(n)), `memory ${n}`);
		if (n < 10) continue;
		const photo = await ask(rig.port, get(`/photo/${n}`));
		assert.equal(sha(photo.body),
			sha(Buffer.concat([Buffer.from('0123456789'), pattern(n).subarray(4)])), `photo ${n}`);
	}
	const inline = await ask(rig.port, get('/large/150000'));
	assert.equal(sha(inline.body), sha(pattern(150000)));
});

test('a range is exactly that range, or 416', async () => {
	const n = 200000;
	const whole = Buffer.concat([Buffer.from('0123456789'), pattern(n).subarray(4)]);
	for (const [range, from, to] of [['0-0', 0, 0], ['0-9', 0, 9], ['5-15', 5, 15], ['10-10', 10, 10],
		['65535-65540', 65535, 65540], ['131000-', 131000, whole.length - 1],
		['-7', whole.length - 7, whole.length - 1], [`3-${n * 2}`, 3, whole.length - 1]]) {
		const a = await ask(rig.port, get(`/photo/${n}`, `Range: bytes=${range}`));
		assert.equal(a.status, 206, range);
		assert.equal(a.get('content-range'), `bytes ${from}-${to}/${whole.length}`);
		assert.equal(sha(a.body), sha(whole.subarray(from, to + 1)), range);
	}
	const nowhere = await ask(rig.port, get(`/photo/${n}`, 'Range: bytes=900000-'));
	assert.equal(nowhere.status, 416);
	assert.equal(nowhere.get('content-range'), `bytes */${whole.length}`);
	for (const range of ['bytes=0-1,4-5', 'bytes=9-3', 'lines=1-2', 'bytes=x'])
		assert.equal((await ask(rig.port, get(`/photo/${n}`, `Range: ${range}`))).body.length, whole.length);
	const same = await ask(rig.port, get(`/photo/${n}`, 'Range: bytes=0-1', 'If-Range: "e1"'));
	assert.equal(same.status, 206);
	const other = await ask(rig.port, get(`/photo/${n}`, 'Range: bytes=0-1', 'If-Range: "e2"'));
	assert.equal(other.status, 200);
	const inline = await ask(rig.port, get('/x', 'Range: bytes=0-1'));
	assert.equal(inline.status, 200);
	assert.equal(inline.get('accept-ranges'), undefined);
});

test('304 comes from the worker, without a body', async () => {
	const c = dial(rig.port);
	await c.send(get('/304', 'If-None-Match: "e1"') + get('/after'));
	await c.until((x) => x.text.includes('"path"'));
	const a = parse(c.bytes, true);
	assert.equal(a.status, 304);
	assert.equal(a.get('etag'), '"e1"');
	assert.match(a.left.toString('latin1'), /^HTTP\/1\.1 200/);
	c.socket.destroy();
});

test('a damaged blob cuts the connection and gives no wrong byte', async () => {
	const n = 1000000, good = pattern(n);
	const c = dial(rig.port);
	await c.send(get(`/damaged/${n}`));
	await c.end();
	const at = c.bytes.indexOf('\r\n\r\n') + 4;
	const body = c.bytes.subarray(at);
	assert.ok(body.length < n / 2 + 65536, `${body.length} bytes`);
	assert.equal(body.compare(good.subarray(0, body.length)), 0);
	await mustLive();
});

test('a sheet arrives in a memory file with the fields beside it', async () => {
	const bytes = randomBytes(3 * MIB);
	const body = Buffer.concat([field('token', 't1'), file('enfants.csv', bytes), field('after', '2'), last]);
	const a = await ask(rig.port, post('/roster/import', body, MULTI));
	assert.deepEqual(a.json.form.map((p) => p.map(unhex)), [['token', 't1'], ['after', '2']]);
	const [f] = a.json.file;
	assert.equal(unhex(f.name), 'enfants.csv');
	assert.equal(f.bytes, bytes.length);
	assert.equal(f.digest, sha(bytes));
	assert.equal(f.same, true);
	assert.equal(a.json.fds, 1);
	const two = await ask(rig.port, post('/roster/import',
		Buffer.concat([file('a', bytes.subarray(9)), file('b', bytes.subarray(0, 9)), last]), MULTI));
	assert.equal(two.status, 413);
});

test('files arrive encrypted, each whole, and a big one alone is refused', async () => {
	const before = rig.memory();
	const files = [12 * MIB, 0, 1, 65536, 20 * MIB, 41 * MIB, 30 * MIB].map((n) => randomBytes(n));
	const c = dial(rig.port);
	const parts = [field('token', 'good'), ...files.map((b, i) => file(`photo ${i}.jpg`, b)), field('after', 'x'), last];
	const length = parts.reduce((n, p) => n + p.length, 0);
	await c.send(`POST /album/7/photos HTTP/1.1\r\nHost: t\r\n${MULTI}\r\nContent-Length: ${length}\r\n\r\n`);
	let most = 0;
	for (const p of parts)
		for (let i = 0; i < p.length; i += MIB) {
			await c.send(p.subarray(i, i + MIB));
			most = Math.max(most, rig.memory());
		}
	await c.until((x) => parse(x.bytes));
	const { json } = parse(c.bytes);
	assert.equal(json.file.length, files.length);
	json.file.forEach((f, i) => {
		assert.equal(unhex(f.name), `photo ${i}.jpg`);
		if (i === 5) {
			assert.equal(f.state, 1, 'too big');
		} else {
			assert.equal(f.state, 0);
			assert.equal(f.digest, sha(files[i]), `file ${i}`);
			assert.equal(f.same, true);
		}
	});
	assert.deepEqual(json.form.map((p) => p.map(unhex)), [['token', 'good'], ['after', 'x']]);
	if (!process.env.PREAU_SANITIZED)
		assert.ok(most < 30, `memory ${before} to ${most} MB`);
	c.socket.destroy();
});

test('one file as the whole body', async () => {
	const bytes = randomBytes(5 * MIB);
	const a = await ask(rig.port, post('/album/7/photos', bytes, 'Content-Type: image/heic',
		'X-Preau-Name: %C3%A9t%C3%A9.heic', 'X-Preau-Form: tok', 'Expect: 100-continue'));
	const b = a.status === 100 ? parse(a.left) : a;
	assert.ok(a.status === 100 || a.status === 200);
	if (b) {
		assert.equal(unhex(b.json.file[0].name), 'été.heic');
		assert.equal(b.json.file[0].digest, sha(bytes));
		assert.equal(b.json.file[0].same, true);
	}
	const plain = await ask(rig.port, post('/album/7/photos', bytes, 'Content-Type: image/heic', 'X-Preau-Name: a'));
	assert.equal(plain.json.file[0].digest, sha(bytes));
	const refused = await ask(rig.port, post('/album/7/photos', bytes, 'Content-Type: image/heic',
		'X-Preau-Name: a', 'X-Preau-Form: bad'));
	assert.equal(refused.status, 403);
	const bad = await ask(rig.port, post('/album/7/photos', bytes, 'Content-Type: image/heic', 'X-Preau-Name: %00'));
	assert.equal(bad.status, 400);
});

test('a worker that refuses a file is heard', async () => {
	const body = Buffer.concat([field('token', 'bad'), file('a.jpg', randomBytes(3 * MIB)),
		file('b.jpg', randomBytes(MIB)), last]);
	const a = await ask(rig.port, post('/album/7/photos', body, MULTI));
	assert.equal(a.status, 403);
	assert.equal(a.page, 'refused');
});

test('129 files are 413', async () => {
	const parts = Array.from({ length: 129 }, (_, i) => file(`${i}.jpg`, Buffer.from('x')));
	const a = await ask(rig.port, post('/album/7/photos', Buffer.concat([...parts, last]), MULTI));
	assert.equal(a.status, 413);
});

test('an upload that stops leaves the front as it was', async () => {
	for (let i = 0; i < 5; i++) {
		const c = dial(rig.port);
		await c.send(`POST /album/7/photos HTTP/1.1\r\nHost: t\r\n${MULTI}\r\nContent-Length: 9000000\r\n\r\n`);
		await c.send(Buffer.concat([field('t', '1'), file('a.jpg', randomBytes(MIB))]));
		c.socket.destroy();
	}
	await mustLive();
});

test('names of files and fields may be anything but are not endless', async () => {
	const name = `${'é🚌'.repeat(100)}.jpg`;
	const a = await ask(rig.port, post('/album/7/photos',
		Buffer.concat([field('<"&', 'v'), file(name, Buffer.from('x')), last]), MULTI));
	const kept = Buffer.from(a.json.file[0].name, 'hex');
	assert.equal(kept.length, 255);
	assert.equal(kept.compare(Buffer.from(name).subarray(0, 255)), 0);
});

test('garbage instead of HTTP is cut', async () => {
	await Promise.all([randomBytes(2000), Buffer.from('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'),
		Buffer.from('\0\0\0\0\r\n\r\n'), Buffer.from('GET\r\n\r\n'),
		Buffer.from('GET / HTTP/9.9\r\nHost: t\r\n\r\n')].map(async (raw) => {
		const c = dial(rig.port);
		await c.send(raw);
		c.socket.end();
		await c.end();
		assert.doesNotMatch(c.text, /^HTTP\/1\.[01] 200/);
	}));
	await mustLive();
});

test('static files: for ever under their digest, gzip for whom it suits', async () => {
	const fixed = await ask(rig.port, get('/robots.txt'));
	assert.equal(fixed.status, 200);
	assert.equal(fixed.get('cache-control'), 'public, max-age=3600');
	const path = /^W\/"(\/static\/robots\.[0-9a-f]+\.txt)"$/.exec(fixed.get('etag'))[1];
	const a = await ask(rig.port, get(path));
	assert.equal(a.status, 200);
	assert.equal(a.get('cache-control'), 'public, max-age=31536000, immutable');
	assert.match(a.get('content-type'), /^text\/plain/);
	assert.match(a.get('content-security-policy'), /^default-src 'none'/);
	assert.deepEqual(a.body, fixed.body);
	const kept = dial(rig.port);
	await kept.send(get(path, `If-None-Match: ${a.get('etag')}`) + get('/after'));
	await kept.until((x) => x.text.includes('"path"'));
	assert.equal(parse(kept.bytes, true).status, 304);
	kept.socket.destroy();
	assert.equal((await ask(rig.port, get('/static/robots.00000000.txt'))).status, 404);
	const posted = await ask(rig.port, post(path, 'a=1', FORM));
	assert.equal(unhex(posted.json.path), path, 'a form is never for a file');
});

// A small generator with a seed, so that a failure can be had again.
const dice = (seed) => () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;

test('forms cut into packets anywhere say the same', async () => {
	const roll = dice(7);
	const files = [0, 1, 30000, 17000].map((n) => randomBytes(n));
	const body = Buffer.concat([field('token', 'good'), ...files.map((b, i) => file(`${i}`, b)),
		field('after', `\r\n--${EDGE.slice(0, 5)}`), last]);
	for (let round = 0; round < 25; round++) {
		const c = dial(rig.port);
		c.socket.setNoDelay(true);
		await c.send(`POST /album/7/photos HTTP/1.1\r\nHost: t\r\n${MULTI}\r\nContent-Length: ${body.length}\r\n\r\n`);
		for (let at = 0; at < body.length;) {
			const n = 1 + Math.floor(roll() ** 4 * 30000);
			await c.send(body.subarray(at, at + n));
			at += n;
			if (roll() < 0.3) await sleep(1);
		}
		await c.until((x) => parse(x.bytes));
		const { json } = parse(c.bytes);
		assert.deepEqual(json.file.map((x) => x.digest), files.map(sha), `round ${round}`);
		assert.ok(json.file.every((x) => x.same));
		assert.equal(unhex(json.form[1][1]), `\r\n--${EDGE.slice(0, 5)}`);
		c.socket.destroy();
	}
});

test('broken forms get an answer and leave nothing behind', async () => {
	const roll = dice(11);
	const good = Buffer.concat([field('token', 'x'), file('a.jpg', randomBytes(300)), field('b', 'y'), last]);
	for (let round = 0; round < 400; round++) {
		let body = Buffer.from(good);
		for (let k = 0; k < 1 + roll() * 6; k++)
			body[Math.floor(roll() * body.length)] = Math.floor(roll() * 256);
		if (roll() < 0.3) body = body.subarray(0, Math.floor(roll() * body.length));
		const a = await ask(rig.port, post(roll() < 0.5 ? '/album/7/photos' : '/roster/import', body, MULTI));
		assert.ok([200, 400, 413, 415].includes(a.status), `round ${round}: ${a.status}`);
	}
	await mustLive();
});

test('twenty thousand requests later it is no bigger', { skip: !!process.env.PREAU_SANITIZED }, async () => {
	const many = async (n) => Promise.all(Array.from({ length: 8 }, async (_, i) => {
		const c = dial(rig.port), raw = get(i < 6 ? '/x' : '/photo/70000').repeat(20);
		for (let k = 0; k < n; k += 160) {
			const from = c.size;
			await c.send(raw);
			await c.until((x) => x.size - from >= (i < 6 ? 20 * 700 : 20 * 70000));
			await sleep(2);
		}
		c.socket.destroy();
	}));
	await many(4000);
	const before = rig.memory();
	await many(16000);
	assert.ok(rig.memory() - before < 3, `${before} to ${rig.memory()} MB`);
	assert.ok(rig.memory() < 30);
});

test('nothing is left open', async () => {
	// Those who were refused are listened to for two seconds.
	// The second worker may have come after the first answer.
	await until(() => rig.descriptors() <= descriptors + 2, () => `${descriptors} to ${rig.descriptors()}`);
});

test('TLS from 1.2 on', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'preau-tls-'));
	execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost',
		'-days', '2', '-keyout', join(folder, 'k.pem'), '-out', join(folder, 'c.pem')], { stdio: 'ignore' });
	const r = await start('-w', 1, '-t', join(folder, 'c.pem'), join(folder, 'k.pem'));
	const fetch = (options) => new Promise((done) => {
		https.get({ port: r.port, host: '127.0.0.1', rejectUnauthorized: false, agent: false, ...options }, (a) => {
			const hash = createHash('sha256');
			a.on('data', (d) => hash.update(d));
			a.on('end', () => done({ status: a.statusCode, heads: a.headers, digest: hash.digest('hex') }));
		}).on('error', (e) => done({ error: e.code }));
	});
	for (const maxVersion of ['TLSv1.2', 'TLSv1.3']) {
		const a = await fetch({ path: '/blob/600000', maxVersion });
		assert.equal(a.status, 200);
		assert.equal(a.digest, sha(pattern(600000)));
		assert.equal(a.heads['strict-transport-security'], 'max-age=31536000');
	}
	const old = await fetch({ path: '/x', minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
	assert.ok(old.error, 'TLS 1.1 is refused');
	assert.equal((await ask(r.port, get('/x')))?.status, undefined, 'plain text on the same port');
	assert.equal((await r.stop()).exit, 0);
	rmSync(folder, { recursive: true, force: true });
});

test('a worker killed over a GET: another one answers', async () => {
	const a = await ask(rig.port, get('/die-once'));
	assert.equal(a.status, 200);
	await mustLive();
});

test('what waits in the channel of a worker that dies goes to the next one', async () => {
	const one = await start('-w', 1);
	await ask(one.port, get('/first')); // the worker has come
	const all = ['/slow/200', '/die-once', '/first', '/first'];
	const answers = await Promise.all(all.map((path) => ask(one.port, get(path))));
	for (const a of answers) assert.equal(a.status, 200);
	assert.equal((await one.stop()).exit, 0);
});

test('a worker killed over a GET twice, or over a form once: 503, then all is well', async () => {
	const twice = await ask(rig.port, get('/die'));
	assert.equal(twice.status, 503);
	assert.equal(twice.get('retry-after'), '2');
	const form = await ask(rig.port, post('/die', 'a=1', FORM));
	assert.equal(form.status, 503);
	assert.match(form.page, /vérifiez avant de recommencer/);
	await mustLive();
});

test('a queue that is full is 503 with Retry-After', async () => {
	const small = await start('-w', 1, 'queue', 2);
	await ask(small.port, get('/first')); // the worker has come
	const count = (answers, status) => answers.filter((a) => a.status === status).length;
	let answers = [];
	// Who came first is at work until the others are there too: on a machine that
	// was slower than that, it works for longer.
	for (let ms = 1000; count(answers, 200) !== 10; ms *= 3) {
		assert.ok(ms < 50_000, `${count(answers, 200)} of ${answers.length} were answered`);
		const slow = ask(small.port, get(`/slow/${ms}`));
		await sleep(ms / 10);
		answers = await Promise.all([slow, ...Array.from({ length: 11 }, () => ask(small.port, get('/slow/1')))]);
	}
	// One at work, seven ahead of their time in the channel, two in the queue.
	const busy = answers.filter((a) => a.status === 503);
	assert.equal(busy.length, 2);
	for (const a of busy) {
		assert.equal(a.get('retry-after'), '2');
		assert.match(a.page, /Beaucoup de monde/);
	}
	assert.equal((await small.stop()).exit, 0);
});

test('without workers requests wait, and are told so in the end', async () => {
	const none = await start('-w', 0, 'request_timeout_s', 1);
	assert.equal((await ask(none.port, get('/healthz'))).status, 503);
	const a = await ask(none.port, get('/x'));
	assert.equal(a.status, 503);
	await none.stop();
});

test('a worker that talks nonsense ends the front', async () => {
	const r = await start('-w', 1);
	const c = dial(r.port);
	await c.send(get('/nonsense'));
	assert.deepEqual(await r.ended(), { exit: 1, signal: 0 });
	c.socket.destroy();
	rmSync(r.folder, { recursive: true, force: true });
});

test('a header that dribbles in is cut, a body that dribbles too', async () => {
	const r = await start('-w', 1, 'request_timeout_s', 2);
	const slowHead = (async () => {
		const c = dial(r.port), begin = Date.now();
		await c.send('GET / HTTP/1.1\r\nHost: t\r\n');
		while (!c.closed && Date.now() - begin < PATIENCE_MS) { await c.send('X-a: b\r\n').catch(() => {}); await sleep(500); }
		assert.ok(c.closed, 'header');
	})();
	const slowBody = (async () => {
		const c = dial(r.port), begin = Date.now();
		await c.send(`POST /x HTTP/1.1\r\nHost: t\r\n${FORM}\r\nContent-Length: 60000\r\n\r\n`);
		while (!c.closed && Date.now() - begin < PATIENCE_MS) { await c.send('a').catch(() => {}); await sleep(200); }
		assert.ok(c.closed, 'body');
	})();
	const silent = (async () => {
		await dial(r.port).end();
	})();
	await Promise.all([slowHead, slowBody, silent]);
	assert.equal((await r.stop()).exit, 0);
});

test('one address has its share of connections and not more', async () => {
	const r = await start('-w', 1, 'connections', 80);
	const open = (all) => all.filter((c) => !c.closed).length;
	for (let late = true, tries = 0; late; tries++) {
		assert.ok(tries < 50, 'never in time');
		const begun = Date.now();
		const many = Array.from({ length: 40 }, () => dial(r.port));
		await until(() => open(many) <= 21, () => `${open(many)} open`);
		await sleep(700); // and no more are closed,
		const left = open(many);
		late = Date.now() - begun > 8000; // but those that say nothing for ten seconds
		assert.ok(late || left >= 16, `${left} open`);
		for (const c of many) c.socket.destroy();
		let status;
		for (const end = Date.now() + PATIENCE_MS; status !== 200 && Date.now() < end; await sleep(20))
			status = (await ask(r.port, get('/x')).catch(() => null))?.status;
		assert.equal(status, 200);
	}
	await r.stop();
});

test('a proxy’s word counts only from its address', async () => {
	const heads = ['X-Forwarded-For: 198.51.100.1, 203.0.113.9', 'X-Forwarded-Proto: https'];
	const no = (await ask(rig.port, get('/x', ...heads))).json;
	assert.equal(no.tls, false);
	assert.equal(no.address, '00000000000000000000ffff7f000001');
	const r = await start('-w', 1, 'trusted_proxy', '127.0.0.1');
	const a = await ask(r.port, get('/x', ...heads));
	assert.equal(a.json.tls, true);
	assert.equal(a.json.address, '00000000000000000000ffffcb007109');
	assert.equal(a.get('strict-transport-security'), 'max-age=31536000');
	const other = (await ask(r.port, get('/x', 'X-Forwarded-For: junk'))).json;
	assert.equal(other.address, '00000000000000000000ffff7f000001');
	await r.stop();
});

test('draining: what runs is finished, nothing new is taken', async () => {
	const r = await start('-w', 1);
	const idle = dial(r.port);
	await idle.send(get('/x'));
	await idle.until((x) => parse(x.bytes));
	// In hand is what its sender was told to go on with.
	const slow = dial(r.port);
	await slow.send(`POST /slow/500 HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\n${FORM}\r\nContent-Length: 3\r\n\r\n`);
	await slow.until((x) => /^HTTP\/1\.1 100 /.test(x.text));
	await slow.send('a=b');
	r.drain();
	await idle.end();
	await slow.end();
	const [said, a] = slow.text.split('\r\n\r\n');
	assert.match(said, /^HTTP\/1\.1 100 /);
	assert.match(a, /^HTTP\/1\.1 200 /);
	assert.match(a, /^connection: close/im);
	assert.deepEqual(await r.ended(), { exit: 0, signal: 0 });
	rmSync(r.folder, { recursive: true, force: true });
});
