#include "report/helpline.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/own.h"
#include "base/zone.h"
#include "crypto/key.h"

#define FORMAT S("preau-helplines-1")
#define SIGNATURE_BYTES 64

/* ---- the format ---- */

struct reader {
	struct arena *arena;
	struct json *json;
	struct helpline_book *book;
	str rest;
};

static bool
take_text(struct reader *r, str *ret, struct err *e)
{
	enum json_token t;
	str s;

	if (!json_next(r->json, &t, e))
		return false;
	s = json_text(r->json);
	if (t != JSON_STRING || json_cut(r->json) || s.n == 0)
		return err_set(e, ERR_INPUT,
		    "helplines: line %" PRId64 " is no text of that length",
		    json_line(r->json));
	return arena_str(r->arena, s.p, s.n, ret) ||
	       err_set(e, ERR_LIMIT, "helplines: too much");
}

/* Where a member goes; NULL: it is none of ours. */
static str *
member(struct helpline *l, str name)
{
	const struct {
		str name;
		str *at;
	} of[] = {
	    {S("profile"), &l->profile},
	    {S("number"), &l->number},
	    {S("tel"), &l->tel},
	    {S("fr"), &l->what[LANG_FR]},
	    {S("en"), &l->what[LANG_EN]},
	    {S("children_fr"), &l->children[LANG_FR]},
	    {S("children_en"), &l->children[LANG_EN]},
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
		if (str_eq(of[i].name, name))
			return of[i].at;
	return NULL;
}

/* What becomes a tel: link is digits. */
static bool
is_number(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0 && s.n <= 15;
}

static bool
is_whole(const struct helpline *l)
{
	return l->profile.n > 0 && l->number.n > 0 && is_number(l->tel) &&
	       l->what[LANG_FR].n > 0 && l->what[LANG_EN].n > 0 &&
	       (l->children[LANG_FR].n > 0) == (l->children[LANG_EN].n > 0);
}

static bool
read_line(struct reader *r, struct err *e)
{
	struct helpline l = {0};
	enum json_token t;

	for (;;) {
		str *to;

		if (!json_next(r->json, &t, e))
			return false;
		if (t == JSON_OBJECT_END)
			break;
		to = member(&l, json_text(r->json));
		if (to == NULL ? !json_skip(r->json, e) : !take_text(r, to, e))
			return false;
	}
	if (!is_whole(&l))
		return err_set(e, ERR_INPUT,
		    "helplines: what ends in line %" PRId64 " is not whole",
		    json_line(r->json));
	if (r->book->n == HELPLINE_LINES_MAX)
		return err_set(e, ERR_LIMIT, "helplines: too many");
	r->book->v[r->book->n++] = l;
	return true;
}

static bool
read_lines(struct reader *r, struct err *e)
{
	enum json_token t;

	if (!json_next(r->json, &t, e))
		return false;
	if (t != JSON_ARRAY)
		return err_set(e, ERR_INPUT, "helplines: lines are no array");
	for (;;) {
		if (!json_next(r->json, &t, e))
			return false;
		if (t == JSON_ARRAY_END)
			return true;
		if (t != JSON_OBJECT)
			return err_set(e, ERR_INPUT, "helplines: no object");
		if (!read_line(r, e))
			return false;
	}
}

static bool
read_member(struct reader *r, str *io_format, struct err *e)
{
	str name = json_text(r->json), day;

	if (str_eq(name, S("format")))
		return take_text(r, io_format, e);
	if (str_eq(name, S("lines")))
		return read_lines(r, e);
	if (!str_eq(name, S("reviewed")))
		return json_skip(r->json, e);
	return take_text(r, &day, e) &&
	       (day_parse(day, &r->book->reviewed_on) ||
		   err_set(e, ERR_INPUT, "helplines: reviewed on no day"));
}

static bool
read_all(struct reader *r, struct err *e)
{
	enum json_token t;
	str format = {0};

	if (!json_next(r->json, &t, e))
		return false;
	if (t != JSON_OBJECT)
		return err_set(e, ERR_INPUT, "helplines: no object");
	for (;;) {
		if (!json_next(r->json, &t, e))
			return false;
		if (t == JSON_OBJECT_END)
			break;
		if (!read_member(r, &format, e))
			return false;
	}
	if (!json_next(r->json, &t, e))
		return false;
	return (t == JSON_END && str_eq(format, FORMAT) &&
		   r->book->reviewed_on > 0 && r->book->n > 0) ||
	       err_set(e, ERR_INPUT, "helplines: not of the format");
}

/* A profile's lines stand together. */
static bool
is_grouped(const struct helpline_book *b)
{
	for (size_t i = 1; i < b->n; i++)
		for (size_t k = 0; k + 1 < i; k++)
			if (str_eq(b->v[k].profile, b->v[i].profile) &&
			    !str_eq(b->v[i - 1].profile, b->v[i].profile))
				return false;
	return true;
}

bool
helpline_read(
    struct arena *a, str json, struct helpline_book *ret, struct err *e)
{
	struct helpline_book book = {0};
	struct reader r = {.arena = a, .book = &book, .rest = json};
	bool done;

	if (json.n > HELPLINE_BYTES_MAX)
		return err_set(e, ERR_LIMIT, "helplines: too much");
	book.v = NEW_N(a, struct helpline, HELPLINE_LINES_MAX);
	r.json = json_new(json_read_str, &r.rest, HELPLINE_TEXT_MAX);
	if (book.v == NULL || r.json == NULL) {
		json_free(r.json);
		return err_set(e, ERR_LIMIT, "helplines: no room");
	}
	done = read_all(&r, e);
	json_free(r.json);
	if (!done)
		return false;
	if (!is_grouped(&book))
		return err_set(
		    e, ERR_INPUT, "helplines: a profile in two places");
	*ret = book;
	return true;
}

struct helpline_list
helpline_of(const struct helpline_book *b, str profile)
{
	struct helpline_list l = {b->v, 0};
	size_t from = 0;

	for (size_t i = 0; i < b->n; i++)
		if (str_eq(b->v[i].profile, profile)) {
			from = i;
			break;
		}
	l.v += from;
	while (from + l.n < b->n && str_eq(l.v[l.n].profile, l.v[0].profile))
		l.n++;
	return l;
}

bool
helpline_overdue(const struct helpline_book *b, int64_t today)
{
	return today > b->reviewed_on + HELPLINE_REVIEW_DAYS;
}

/* ---- the file ---- */

static bool
read_file(
    struct arena *a, const char *path, size_t max, str *ret, struct err *e)
{
	OWNED_FD fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;
	char *p;

	if (fd < 0)
		return err_sys(e, "%s", path);
	if (fstat(fd, &st) < 0)
		return err_sys(e, "%s", path);
	if (!S_ISREG(st.st_mode) || st.st_size <= 0 ||
	    (uint64_t)st.st_size > max)
		return err_set(
		    e, ERR_LIMIT, "%s is no file of that size", path);
	p = NEW_N(a, char, (size_t)st.st_size);
	if (p == NULL)
		return err_set(e, ERR_LIMIT, "%s: no room", path);
	if (read(fd, p, (size_t)st.st_size) != st.st_size)
		return err_set(e, ERR_IO, "%s: cut", path);
	*ret = (str){p, (size_t)st.st_size};
	return true;
}

static bool
is_signed(str bytes, str signature, const char *key)
{
	uint8_t public[crypto_sign_PUBLICKEYBYTES];
	size_t n;

	return signature.n == SIGNATURE_BYTES &&
	       sodium_hex2bin(public, sizeof(public), key, strlen(key), NULL,
		   &n, NULL) == 0 &&
	       n == sizeof(public) &&
	       crypto_sign_verify_detached((const uint8_t *)signature.p,
		   (const uint8_t *)bytes.p, bytes.n, public) == 0;
}

bool
helpline_file(struct arena *a, const struct conf *c, struct helpline_book *ret,
    struct err *e)
{
	str path = arena_fmt(a, "%s/helplines.json", c->data);
	str signature_path = arena_fmt(a, "%s/helplines.json.sig", c->data);
	str bytes, signature;

	if (path.n == 0 || signature_path.n == 0)
		return err_set(e, ERR_LIMIT, "helplines: no room");
	if (!read_file(a, path.p, HELPLINE_BYTES_MAX, &bytes, e))
		return false;
	if (!read_file(a, signature_path.p, SIGNATURE_BYTES, &signature, e) ||
	    !is_signed(bytes, signature, c->helplines_key))
		return err_set(e, ERR_DENIED,
		    "helplines.json is not signed by helplines_key");
	return helpline_read(a, bytes, ret, e);
}
