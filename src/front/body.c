#include "front/body.h"

#include <strings.h>
#include <sys/mman.h>

#include "base/num.h"
#include "front/front.h"
#include "front/parts.h"
#include "front/target.h"

#define KIB ((uint64_t)1024)
#define MIB (1024 * KIB)
#define FORM_MAX (64 * KIB)
#define SHEET_BODY_MAX (UPLOAD_SHEET_MAX + FORM_MAX)
#define MEDIA_BODY_MAX (HTTP_FILES_MAX * (UPLOAD_FILE_MAX + KIB) + FORM_MAX)
#define WHOLE_FILE_BODY_MAX (UPLOAD_FILE_MAX + MIB)
/* Read in vain after a refusal, so that the sender sees why. */
#define WASTE_FORM (256 * KIB)
#define WASTE_FILES (64 * MIB)
/* Of the body, between two looks at what was found. */
#define SLICE ((size_t)16 * 1024)

static bool
type_is(const struct exchange *x, const char *type)
{
	str t = x->q.content_type, word;

	(void)str_cut(&t, ';', &word);
	word = str_trim(word);
	return word.n == strlen(type) && strncasecmp(word.p, type, word.n) == 0;
}

static enum page
choose_kind(struct exchange *x)
{
	x->body_max = FORM_MAX;
	x->wasted_max = WASTE_FORM;
	if (x->q.method == HTTP_PATCH) {
		x->kind = BODY_WHOLE_FILE;
		x->body_max = UPLOAD_VIDEO_MAX_BYTES;
	} else if (x->q.content_type.n == 0 &&
		   (x->content_length.n == 0 ||
		       str_eq(x->content_length, S("0")))) {
		x->kind = BODY_URLENCODED;
	} else if (type_is(x, "application/x-www-form-urlencoded")) {
		x->kind = BODY_URLENCODED;
	} else if (type_is(x, "multipart/form-data")) {
		x->kind = BODY_MULTIPART;
		if (x->takes == HTTP_TAKES_SHEET)
			x->body_max = SHEET_BODY_MAX;
		if (x->takes == HTTP_TAKES_MEDIA)
			x->body_max = MEDIA_BODY_MAX;
	} else if (x->takes == HTTP_TAKES_MEDIA && x->file_name.n > 0) {
		x->kind = BODY_WHOLE_FILE;
		x->body_max = WHOLE_FILE_BODY_MAX;
	} else {
		return PAGE_TYPE;
	}
	if (x->body_max > FORM_MAX)
		x->wasted_max = WASTE_FILES;
	return PAGE_NONE;
}

static enum page
check_length(const struct exchange *x, uint64_t *ret_n)
{
	int64_t n;

	*ret_n = HTTP_NO_BYTES;
	if (x->content_length.p == NULL)
		return PAGE_NONE;
	for (size_t i = 0; i < x->content_length.n; i++)
		if (x->content_length.p[i] < '0' ||
		    x->content_length.p[i] > '9')
			return PAGE_MALFORMED;
	if (x->content_length.n == 0)
		return PAGE_MALFORMED;
	if (!num_i64(x->content_length, 0, INT64_MAX, &n) ||
	    (uint64_t)n > x->body_max)
		return PAGE_TOO_LARGE;
	*ret_n = (uint64_t)n;
	return PAGE_NONE;
}

/* The worker is asked with what is known so far. */
static void
ask_leave(struct exchange *x, str name, uint64_t bytes)
{
	struct http_file *one = &x->q.file[x->q.n_file];

	*one = (struct http_file){.name = name, .bytes = bytes};
	x->ask = HTTP_FILE_OPEN;
	x->asking = true;
	exchange_sleep(x);
	if (!pool_submit(x->front, x))
		exchange_page(x, PAGE_BUSY);
}

static enum page
make_file_list(struct exchange *x)
{
	x->q.file = NEW_N(x->arena, struct http_file, HTTP_FILES_MAX);
	return x->q.file == NULL ? PAGE_TOO_LARGE : PAGE_NONE;
}

static enum page
begin_whole_file(struct exchange *x, uint64_t bytes)
{
	enum page p = make_file_list(x);
	str name;

	if (p != PAGE_NONE)
		return p;
	if (target_decode(x->arena, x->file_name, false, &name) != TARGET_FINE)
		return PAGE_MALFORMED;
	x->stage = STAGE_LEAVE;
	ask_leave(x, str_sub(name, 0, 255), bytes);
	return PAGE_NONE;
}

enum page
body_begin(struct exchange *x)
{
	enum page p;
	uint64_t bytes;

	x->stage = STAGE_BODY;
	if (x->q.method != HTTP_POST && x->q.method != HTTP_PATCH)
		return PAGE_NONE;
	if ((p = choose_kind(x)) != PAGE_NONE ||
	    (p = check_length(x, &bytes)) != PAGE_NONE)
		return p;
	if (x->kind == BODY_WHOLE_FILE)
		return begin_whole_file(x, bytes);
	if (x->kind != BODY_MULTIPART)
		return PAGE_NONE;
	if (!parts_begin(x))
		return PAGE_MALFORMED;
	return make_file_list(x);
}

/* One more form field stands in the list; room grows by doubling. */
static bool
add_field(struct exchange *x, str name, str value)
{
	if (x->q.n_form == HTTP_PAIRS_MAX)
		return false;
	if (x->q.n_form == x->form_room) {
		size_t room = x->form_room == 0 ? 16 : x->form_room * 2;
		struct http_pair *v = NEW_N(x->arena, struct http_pair, room);

		if (v == NULL)
			return false;
		if (x->q.n_form > 0)
			memcpy(v, x->q.form, x->q.n_form * sizeof(*v));
		x->q.form = v;
		x->form_room = room;
	}
	x->q.form[x->q.n_form++] = (struct http_pair){name, value};
	return true;
}

static enum page
end_field(struct exchange *x)
{
	str value;

	x->in_field = false;
	if (x->value.full || x->form_bytes > FORM_MAX)
		return PAGE_TOO_LARGE;
	if (x->value.n > 0 && memchr(x->value.p, 0, x->value.n) != NULL)
		return PAGE_MALFORMED;
	if (!arena_str(x->arena, x->value.n > 0 ? x->value.p : "", x->value.n,
		&value) ||
	    !add_field(x, x->field, value))
		return PAGE_TOO_LARGE;
	return PAGE_NONE;
}

static enum page
end_part(struct exchange *x)
{
	if (x->in_field)
		return end_field(x);
	if (x->upload.open)
		upload_finish(&x->upload, &x->q.file[x->q.n_file++]);
	return PAGE_NONE;
}

static enum page
begin_field(struct exchange *x, str name)
{
	x->form_bytes += name.n;
	buf_clear(&x->value);
	x->in_field = true;
	return arena_str(x->arena, name.p, name.n, &x->field) ? PAGE_NONE
							      : PAGE_TOO_LARGE;
}

static enum page
begin_file(struct exchange *x, str name)
{
	str kept;

	if (name.n == 0)
		return PAGE_NONE; /* nothing was chosen: no file */
	if (x->takes == HTTP_TAKES_FORM || x->takes == HTTP_TAKES_TIME)
		return PAGE_TYPE;
	if (x->q.n_file == HTTP_FILES_MAX ||
	    (x->takes == HTTP_TAKES_SHEET && x->q.n_file == 1) ||
	    !arena_str(x->arena, name.p, name.n, &kept))
		return PAGE_TOO_LARGE;
	if (x->takes == HTTP_TAKES_MEDIA) {
		ask_leave(x, kept, 0);
		return PAGE_NONE;
	}
	x->q.file[0].name = kept;
	return upload_sheet(&x->upload) ? PAGE_NONE : PAGE_BROKEN;
}

static enum page
take_event(struct exchange *x, enum part_event what, str bytes)
{
	enum page p;

	if (what == PART_DATA) {
		if (x->in_field) {
			x->form_bytes += bytes.n;
			buf_put(&x->value, bytes.p, bytes.n);
		} else {
			upload_write(&x->upload, bytes.p, bytes.n);
		}
		return PAGE_NONE;
	}
	p = end_part(x);
	if (p != PAGE_NONE)
		return p;
	return what == PART_FIELD ? begin_field(x, bytes)
				  : begin_file(x, bytes);
}

static void
hand_on(struct exchange *x)
{
	x->ask = HTTP_REQUEST;
	exchange_sleep(x);
	if (!pool_submit(x->front, x))
		exchange_page(x, PAGE_BUSY);
}

void
body_advance(struct exchange *x)
{
	enum part_event what;
	str bytes;
	enum page p;

	while (!x->refused && !x->asking && parts_next(x, &what, &bytes)) {
		p = take_event(x, what, bytes);
		if (p != PAGE_NONE)
			exchange_page(x, p);
	}
	if (x->refused || x->asking)
		return;
	if (!x->body_ended) {
		exchange_wake(x);
		return;
	}
	p = end_part(x);
	if (p != PAGE_NONE)
		exchange_page(x, p);
	else
		hand_on(x);
}

static void
feed_parts(struct exchange *x, const char *p, size_t n)
{
	if (parts_feed(x, p, n))
		body_advance(x);
	else
		exchange_page(x, PAGE_MALFORMED);
}

/* What is too large by its first bytes is not read to its end. */
static void
feed_file(struct exchange *x, const char *p, size_t n)
{
	upload_write(&x->upload, p, n);
	if (x->upload.state == HTTP_FILE_TOO_BIG && x->upload.total > 0)
		exchange_page(x, PAGE_TOO_LARGE);
}

size_t
body_feed(struct exchange *x, const char *p, size_t n)
{
	if (x->kind == BODY_MULTIPART && n > SLICE)
		n = SLICE;
	x->body_bytes += n;
	if (x->refused)
		return n;
	if (x->body_bytes > x->body_max) {
		exchange_page(x, PAGE_TOO_LARGE);
		return n;
	}
	if (x->kind == BODY_MULTIPART)
		feed_parts(x, p, n);
	else if (x->kind == BODY_WHOLE_FILE)
		feed_file(x, p, n);
	else
		buf_put(&x->value, p, n);
	return n;
}

static enum page
end_urlencoded(struct exchange *x)
{
	switch (target_pairs(x->arena, buf_view(&x->value), HTTP_PAIRS_MAX,
	    &x->q.form, &x->q.n_form)) {
	case TARGET_FINE:
		return PAGE_NONE;
	case TARGET_TOO_LONG:
		return PAGE_TOO_LARGE;
	default:
		return PAGE_MALFORMED;
	}
}

void
body_end(struct exchange *x)
{
	enum page p = PAGE_NONE;

	x->body_ended = true;
	if (x->answer != NULL) {
		x->stage = STAGE_ANSWER;
		return;
	}
	if (x->kind == BODY_URLENCODED)
		p = end_urlencoded(x);
	else if (x->kind == BODY_MULTIPART && !parts_end(x))
		p = PAGE_MALFORMED;
	if (p != PAGE_NONE)
		exchange_page(x, p);
	else if (x->kind == BODY_MULTIPART)
		body_advance(x);
	else if ((p = end_part(x)) != PAGE_NONE)
		exchange_page(x, p);
	else
		hand_on(x);
}
