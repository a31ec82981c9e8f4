#include "sharing/once.h"

#include <inttypes.h>

#include "sql_form_used.h"

#define DIGEST 16
#define NUMBER 8 /* of the post, the high byte first */

struct note {
	char b[DIGEST + NUMBER];
};

static bool
note_of(const struct deed *d, str word, struct note *ret, struct err *e)
{
	str digest = key_digest(d->arena, &d->house->login, "post.once",
	    arena_fmt(
		d->arena, "%" PRId64 " " STR_FMT, d->actor, STR_ARG(word)));

	if (word.n < ONCE_MIN || word.n > ONCE_MAX)
		return err_set(e, ERR_INPUT, "no word to know it again by");
	if (digest.n < DIGEST)
		return err_set(e, ERR_LIMIT, "no room for a digest");
	*ret = (struct note){{0}};
	memcpy(ret->b, digest.p, DIGEST);
	return true;
}

static int64_t
number_of(str note)
{
	int64_t n = 0;

	for (size_t i = 0; i < NUMBER; i++)
		n = n << 8 | (unsigned char)note.p[DIGEST + i];
	return n;
}

bool
once_find(const struct deed *d, str word, int64_t *ret_post, struct err *e)
{
	struct sql_form_used_made_row row;
	struct note first, last;
	bool found;

	if (!note_of(d, word, &first, e))
		return false;
	last = first;
	memset(last.b + DIGEST, 0xff, NUMBER);
	if (!sql_form_used_made(d->house->db, d->arena,
		(str){first.b, sizeof(first.b)}, (str){last.b, sizeof(last.b)},
		&found, &row, e))
		return err_wrap(e, "what was asked for once");
	if (found && row.nonce.n != sizeof(first.b))
		return err_set(e, ERR_CORRUPT, "a note of another length");
	*ret_post = found ? number_of(row.nonce) : 0;
	return true;
}

bool
once_note(const struct deed *d, str word, int64_t post, struct err *e)
{
	struct note note;
	int64_t rows;

	if (!note_of(d, word, &note, e))
		return false;
	for (size_t i = 0; i < NUMBER; i++)
		note.b[DIGEST + i] = (char)(post >> (8 * (NUMBER - 1 - i)));
	return sql_form_used_add(
	    d->house->db, (str){note.b, sizeof(note.b)}, d->now, &rows, e);
}
