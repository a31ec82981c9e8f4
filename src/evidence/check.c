#include "evidence/check.h"

#include <sodium.h>

#include "base/num.h"
#include "base/zone.h"

#define LOCAL_FIXED ((size_t)30)
#define NAME_MAX_BYTES 200
#define HEAD_MAX ((size_t)512)
#define WALK_MORE ((size_t)64) /* files that nobody expects, at most */

const char *
evidence_fault_text(enum evidence_fault f)
{
	static const char *const texts[EVIDENCE_FAULTS] = {
	    [EVIDENCE_NONE] = "is not a bundle of Préau",
	    [EVIDENCE_CUT] = "is cut off",
	    [EVIDENCE_ALTERED] = "was altered",
	    [EVIDENCE_SIGNED] = "is not what the house signed",
	    [EVIDENCE_LINKED] = "does not follow from the entry before",
	    [EVIDENCE_MISSING] = "is missing",
	    [EVIDENCE_ADDED] = "was added",
	    [EVIDENCE_MOVED] = "is not where it was",
	    [EVIDENCE_HEADER] = "its header in the ZIP was altered",
	    [EVIDENCE_DIRECTORY] = "the directory of the ZIP was altered",
	};

	return texts[f];
}

struct check {
	struct arena *arena;
	str zip;
	struct evidence_report *report;
	int64_t made_at;
	uint8_t key[EVIDENCE_KEY_BYTES];
	struct evidence_file *file; /* as chain.json says */
	struct buf central;         /* as it must be */
	size_t at;                  /* where the next file begins */
};

static void
find(struct check *c, enum evidence_fault fault, str name, int64_t entry)
{
	struct evidence_report *r = c->report;

	if (r->n < EVIDENCE_FINDINGS)
		r->v[r->n++] = (struct evidence_finding){fault, name, entry};
}

/* ---- a header that may be anything ---- */

static uint32_t
get16(str s, size_t at)
{
	return (uint32_t)(uint8_t)s.p[at] | (uint32_t)(uint8_t)s.p[at + 1] << 8;
}

static uint32_t
get32(str s, size_t at)
{
	return get16(s, at) | get16(s, at + 2) << 16;
}

struct seen {
	str name;
	size_t bytes, content; /* where it begins */
	uint32_t crc;
};

static bool
see_header(str zip, size_t at, struct seen *ret)
{
	size_t name, more;

	if (at > zip.n || zip.n - at < LOCAL_FIXED ||
	    get32(zip, at) != 0x04034b50)
		return false;
	name = get16(zip, at + 26);
	more = get16(zip, at + 28);
	ret->crc = get32(zip, at + 14);
	ret->bytes = get32(zip, at + 18);
	if (zip.n - at - LOCAL_FIXED < name + more || name == 0)
		return false;
	ret->name = str_sub(zip, at + LOCAL_FIXED, name);
	ret->content = at + LOCAL_FIXED + name + more;
	return zip.n - ret->content >= ret->bytes;
}

/* ---- one file where it must be ---- */

struct wanted {
	str name;
	uint64_t bytes;
	const uint8_t *sha256; /* NULL: not known */
};

static bool
same_bytes(str zip, size_t at, str want)
{
	return at <= zip.n && zip.n - at >= want.n &&
	       memcmp(zip.p + at, want.p, want.n) == 0;
}

/* A content that was altered is told by itself: the header is compared with the
 * sum that stands in it. */
static bool
check_header(
    struct check *c, const struct wanted *w, struct zip_entry *z, bool altered)
{
	CLEANUP(buf_done) struct buf head = BUF_MAX(HEAD_MAX);

	if (altered && c->zip.n - c->at >= LOCAL_FIXED)
		z->crc = get32(c->zip, c->at + 14);
	zip_local(&head, z);
	if (same_bytes(c->zip, c->at, buf_view(&head)))
		return true;
	find(c, EVIDENCE_HEADER, w->name, 0);
	return false;
}

/* *ret: its bytes.  False: there is not enough left of the ZIP. */
static bool
check_file(struct check *c, const struct wanted *w, str *ret)
{
	struct zip_entry z = evidence_entry(w->name, w->bytes, 0, c->made_at);
	CLEANUP(buf_done) struct buf head = BUF_MAX(HEAD_MAX);
	uint8_t digest[EVIDENCE_DIGEST];
	bool altered = false;

	zip_local(&head, &z);
	if (head.full || c->zip.n - c->at < head.n ||
	    c->zip.n - c->at - head.n < w->bytes) {
		find(c, EVIDENCE_CUT, w->name, 0);
		return false;
	}
	*ret = str_sub(c->zip, c->at + head.n, (size_t)w->bytes);
	z.crc = zip_sum(*ret);
	z.at = c->at;
	if (w->sha256 != NULL) {
		evidence_digest(*ret, digest);
		altered = memcmp(digest, w->sha256, sizeof(digest)) != 0;
	} else {
		altered = z.crc != get32(c->zip, c->at + 14);
	}
	if (altered)
		find(c, EVIDENCE_ALTERED, w->name, 0);
	(void)check_header(c, w, &z, altered);
	zip_central(&c->central, &z);
	c->at += head.n + (size_t)w->bytes;
	return true;
}

/* ---- chain.json ---- */

static bool
eat(str *s, str want)
{
	if (!str_starts(*s, want))
		return false;
	*s = str_sub(*s, want.n, s->n);
	return true;
}

/* The rest of a JSON string, its closing quote too; *ret as it stands. */
static bool
eat_string(str *s, str *ret)
{
	for (size_t i = 0; i < s->n && s->p[i] != '\n'; i++) {
		if (s->p[i] == '"') {
			*ret = str_sub(*s, 0, i);
			*s = str_sub(*s, i + 1, s->n);
			return true;
		}
		i += s->p[i] == '\\';
	}
	return false;
}

static bool
eat_time(str s, int64_t *ret)
{
	int64_t day, h, m, sec;

	if (s.n != 20 || s.p[10] != 'T' || s.p[13] != ':' || s.p[16] != ':' ||
	    s.p[19] != 'Z' || !day_parse(str_sub(s, 0, 10), &day) ||
	    !num_i64(str_sub(s, 11, 2), 0, 23, &h) ||
	    !num_i64(str_sub(s, 14, 2), 0, 59, &m) ||
	    !num_i64(str_sub(s, 17, 2), 0, 60, &sec))
		return false;
	*ret = day * 86400 + h * 3600 + m * 60 + sec;
	return true;
}

static bool
read_head(struct check *c, str *s)
{
	struct evidence_report *r = c->report;

	return eat(s, S("{\"preau-evidence\":1,\"what\":\"")) &&
	       eat_string(s, &r->what) && eat(s, S(",\"title\":\"")) &&
	       eat_string(s, &r->title) && eat(s, S(",\"house\":\"")) &&
	       eat_string(s, &r->house) && eat(s, S(",\"key\":\"")) &&
	       eat_string(s, &r->key) &&
	       num_hex(r->key, c->key, sizeof(c->key)) &&
	       eat(s, S(",\"made_at\":\"")) && eat_string(s, &r->made_at) &&
	       eat_time(r->made_at, &c->made_at) &&
	       eat(s, S(",\"entries\":[\n"));
}

static bool
follows(str line, int64_t n, const uint8_t before[EVIDENCE_DIGEST])
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(HEAD_MAX);

	evidence_begin(&b, n, before);
	return str_starts(line, buf_view(&b)) && str_ends(line, S("}"));
}

static bool
read_entries(struct check *c, str *s)
{
	uint8_t before[EVIDENCE_DIGEST] = {0};
	str line;

	while (!eat(s, S("],\"files\":[\n"))) {
		if (!str_cut(s, '\n', &line))
			return false;
		if (str_ends(line, S(",")))
			line.n--;
		c->report->entries++;
		if (!follows(line, (int64_t)c->report->entries, before))
			find(c, EVIDENCE_LINKED, S(EVIDENCE_CHAIN),
			    (int64_t)c->report->entries);
		evidence_digest(line, before);
	}
	return true;
}

static bool
is_fine_name(str s)
{
	static const char fine[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_/";

	for (size_t i = 0; i < s.n; i++)
		if (memchr(fine, s.p[i], sizeof(fine) - 1) == NULL)
			return false;
	return s.n > 0 && s.n <= NAME_MAX_BYTES;
}

static bool
read_file_line(str line, struct evidence_file *ret)
{
	int64_t bytes;
	str number, digest;

	if (!eat(&line, S("{\"name\":\"")) || !eat_string(&line, &ret->name) ||
	    !is_fine_name(ret->name) || !eat(&line, S(",\"bytes\":")) ||
	    !str_cut(&line, ',', &number) ||
	    !num_i64(number, 0, (int64_t)1 << 40, &bytes) ||
	    !eat(&line, S("\"sha256\":\"")) || !eat_string(&line, &digest) ||
	    !num_hex(digest, ret->sha256, sizeof(ret->sha256)) ||
	    !str_eq(line, S("}")))
		return false;
	ret->bytes = (uint64_t)bytes;
	return true;
}

static bool
read_files(struct check *c, str *s)
{
	str line;

	c->file = NEW_N(c->arena, struct evidence_file, EVIDENCE_FILES_MAX);
	while (c->file != NULL && !eat(s, S("]}\n"))) {
		if (c->report->files == EVIDENCE_FILES_MAX ||
		    !str_cut(s, '\n', &line))
			return false;
		if (str_ends(line, S(",")))
			line.n--;
		if (!read_file_line(line, &c->file[c->report->files]))
			return false;
		c->report->files++;
	}
	return c->file != NULL && s->n == 0;
}

static bool
is_signed(const struct check *c, str chain, str signature)
{
	return crypto_sign_verify_detached((const uint8_t *)signature.p,
		   (const uint8_t *)chain.p, chain.n, c->key) == 0;
}

/* What chain.json says of itself counts only once its signature is right. */
static bool
read_chain(struct check *c)
{
	static const str name = S(EVIDENCE_CHAIN);
	struct seen seen;
	str chain, rest, signature;

	if (!see_header(c->zip, 0, &seen) || !str_eq(seen.name, name) ||
	    seen.bytes > EVIDENCE_CHAIN_MAX) {
		bool like = str_starts(c->zip, S("PK")) ||
			    str_eq(str_sub(c->zip, LOCAL_FIXED, name.n), name);

		find(c, like ? EVIDENCE_HEADER : EVIDENCE_NONE, name, 0);
		return false;
	}
	rest = str_sub(c->zip, seen.content, seen.bytes);
	if (!read_head(c, &rest)) {
		find(c,
		    zip_sum(str_sub(c->zip, seen.content, seen.bytes)) ==
			    seen.crc
			? EVIDENCE_NONE
			: EVIDENCE_ALTERED,
		    name, 0);
		return false;
	}
	if (!check_file(c, &(struct wanted){name, seen.bytes, NULL}, &chain) ||
	    !check_file(c,
		&(struct wanted){
		    S(EVIDENCE_SIGNATURE), EVIDENCE_SIGNATURE_BYTES, NULL},
		&signature))
		return false;
	if (!is_signed(c, chain, signature)) {
		if (c->report->n == 0)
			find(c, EVIDENCE_SIGNED, name, 0);
		return false;
	}
	if (read_entries(c, &rest) && read_files(c, &rest))
		return true;
	find(c, EVIDENCE_NONE, name, 0);
	return false;
}

/* ---- which files are there ---- */

static bool
is_expected(struct check *c, str name, bool *seen)
{
	for (size_t i = 0; i < c->report->files; i++)
		if (!seen[i] && str_eq(c->file[i].name, name))
			return seen[i] = true;
	return false;
}

/* Files that were put in, left out or moved are named; a header that cannot be
 * read ends the walk, and is found where it must be. */
static bool
walk(struct check *c)
{
	bool *seen = NEW_N(c->arena, bool, c->report->files + 1);
	size_t n = 0, before = c->report->n, at = c->at;
	str moved = {0};
	struct seen s;

	if (seen == NULL)
		return true;
	for (; n < c->report->files + WALK_MORE && see_header(c->zip, at, &s);
	     n++, at = s.content + s.bytes) {
		if (!is_expected(c, s.name, seen))
			find(c, EVIDENCE_ADDED, s.name, 0);
		else if (moved.p == NULL && n < c->report->files &&
			 !str_eq(c->file[n].name, s.name))
			moved = s.name;
	}
	if (c->zip.n - at < 4 || get32(c->zip, at) != 0x02014b50)
		return true; /* not walked to its end */
	for (size_t i = 0; i < c->report->files; i++)
		if (!seen[i])
			find(c, EVIDENCE_MISSING, c->file[i].name, 0);
	if (c->report->n == before && moved.p != NULL)
		find(c, EVIDENCE_MOVED, moved, 0);
	return c->report->n == before;
}

/* ---- the end ---- */

static str
last_name(const struct check *c)
{
	size_t n = c->report->files;

	return n > 0 ? c->file[n - 1].name : S(EVIDENCE_CHAIN);
}

static void
check_directory(struct check *c)
{
	size_t n = c->report->files + 2, bytes = c->central.n;
	str want;

	zip_end(&c->central, n, c->at, bytes);
	want = buf_view(&c->central);
	if (c->central.full)
		find(c, EVIDENCE_DIRECTORY, last_name(c), 0);
	else if (c->zip.n - c->at < want.n)
		find(c, EVIDENCE_CUT, S("the directory"), 0);
	else if (!same_bytes(c->zip, c->at, want))
		find(c, EVIDENCE_DIRECTORY, S("the directory"), 0);
	else if (c->zip.n - c->at > want.n)
		find(c, EVIDENCE_ADDED, S(""), 0);
}

static void
check_all(struct check *c)
{
	str bytes;

	if (!read_chain(c) || !walk(c))
		return;
	for (size_t i = 0; i < c->report->files; i++) {
		const struct evidence_file *f = &c->file[i];

		if (!check_file(c,
			&(struct wanted){f->name, f->bytes, f->sha256}, &bytes))
			return;
	}
	check_directory(c);
}

bool
evidence_check(
    struct arena *a, str zip, struct evidence_report *ret, struct err *e)
{
	struct check c = {.arena = a,
	    .zip = zip,
	    .report = ret,
	    .central = BUF_MAX(EVIDENCE_FILES_MAX * HEAD_MAX)};

	*ret = (struct evidence_report){0};
	check_all(&c);
	buf_done(&c.central);
	return ret->files == 0 || c.file != NULL ||
	       err_set(e, ERR_LIMIT, "no room for a bundle");
}
