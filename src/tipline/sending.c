#include "tipline/sending.h"

#include <assert.h>
#include <inttypes.h>

#include "hash/digest.h"
#include "tipline/inside.h"

#define REQUEST "tipline_call.request_enc"
#define STATUS "status" /* the step of a call that is none of a report */
#define FRESH_S 600     /* so long « it is well » counts */

/* ---- one report ---- */

static struct deed
deed_of(struct house *h, struct arena *a, const struct organisation *org,
    const struct tipline *f, int64_t now)
{
	return (struct deed){.house = h,
	    .arena = a,
	    .org = org,
	    .actor = f->sent_by,
	    .now = now,
	    .today = day_of(org->zone, now)};
}

static bool
load(struct house *h, struct arena *a, int64_t id,
    const struct organisation **ret_org, struct tipline *ret, struct err *e)
{
	struct sql_tipline_row row;
	bool found;

	if (!sql_tipline_by_id(h->db, a, id, &found, &row, e))
		return false;
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "report %" PRId64, id);
	return house_org(h, row.organisation, ret_org, e) &&
	       tipline_load(a, *ret_org, &row, ret, e);
}

/* ---- what a call says ---- */

static str
form_of(struct arena *a, const struct tipline *f)
{
	return arena_fmt(a, "id=%" PRId64, f->run.report_id);
}

/* The boundary stands in no list: it is digits, dates and our own words. */
static bool
parts_of(struct arena *a, const struct tipline *f, str *ret, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(EGRESS_BODY_MAX);
	str name, part = tipline_part(a, f->records, f->run.file, &name);

	buf_printf(&b,
	    "--" EGRESS_BOUNDARY "\r\n"
	    "Content-Disposition: form-data; name=\"id\"\r\n\r\n"
	    "%" PRId64 "\r\n--" EGRESS_BOUNDARY "\r\n"
	    "Content-Disposition: form-data; name=\"file\"; "
	    "filename=\"" STR_FMT "\"\r\n"
	    "Content-Type: text/csv\r\n\r\n",
	    f->run.report_id, STR_ARG(name));
	buf_str(&b, part);
	buf_str(&b, S("\r\n--" EGRESS_BOUNDARY "--\r\n"));
	return (part.n > 0 && !b.full && arena_str(a, b.p, b.n, ret)) ||
	       err_set(e, ERR_LIMIT, "list of report %" PRId64, f->id);
}

static bool
say(struct arena *a, const struct tipline *f, int64_t now,
    struct tipline_call *io, struct err *e)
{
	static const struct {
		const char *path;
		uint8_t method;
	} calls[NCMEC_STEPS] = {
	    [NCMEC_SUBMIT] = {"/submit", EGRESS_POST_XML},
	    [NCMEC_UPLOAD] = {"/upload", EGRESS_POST_PARTS},
	    [NCMEC_FILEINFO] = {"/fileinfo", EGRESS_POST_XML},
	    [NCMEC_FINISH] = {"/finish", EGRESS_POST_FORM},
	    [NCMEC_RETRACT] = {"/retract", EGRESS_POST_FORM},
	    [NCMEC_DROP] = {"/retract", EGRESS_POST_FORM},
	};

	io->path = str_c(calls[f->run.step].path);
	io->method = calls[f->run.step].method;
	if (f->run.step == NCMEC_UPLOAD)
		return parts_of(a, f, &io->body, e);
	if (f->run.step == NCMEC_FILEINFO)
		return tipline_fileinfo(a, f, now, &io->body, e);
	io->body = f->run.step == NCMEC_SUBMIT ? f->doc : form_of(a, f);
	return io->body.n > 0 ||
	       err_set(e, ERR_NOT_FOUND, "report %" PRId64 " has ended", f->id);
}

/* ---- taking ---- */

static bool
is_due(const struct house *h, int64_t next_at, int64_t now)
{
	const struct ncmec_run r = {.next_at = next_at};

	return ncmec_is_due(&r, now, h->conf->ncmec_retry_s);
}

bool
tipline_due(
    struct house *h, struct arena *a, int64_t now, int64_t *ret, struct err *e)
{
	struct sql_tipline_next_row row;
	bool found;

	if (!sql_tipline_next(
		h->db, a, h->conf->ncmec == CONF_NCMEC_TEST, &found, &row, e))
		return err_wrap(e, "reports to send");
	if (!found)
		*ret = DB_NULL;
	else
		*ret = is_due(h, row.next_at, now) ? now : row.next_at;
	return true;
}

/* It cannot be said: a person looks. */
static bool
give_up(const struct deed *d, struct tipline *f, struct err *e)
{
	f->run.end = NCMEC_STUCK;
	f->run.why = NCMEC_INVALID;
	return tipline_move(d, f, e);
}

/* Whether it is to be asked first if NCMEC works: before each « submit ». */
static bool
is_first(
    const struct deed *d, const struct tipline *f, bool *ret, struct err *e)
{
	struct sql_tipline_call_last_row last;
	bool found;

	*ret = false;
	if (f->run.step != NCMEC_SUBMIT)
		return true;
	if (!sql_tipline_call_last(
		d->house->db, d->arena, f->id, &found, &last, e))
		return false;
	*ret = !found || !str_eq(last.step, S(STATUS)) || last.code != 0 ||
	       last.heard_at > d->now || last.heard_at < d->now - FRESH_S;
	return true;
}

static bool
write_call(const struct deed *d, const struct tipline *f, const char *step,
    struct tipline_call *io, struct err *e)
{
	struct lock lock = tipline_lock(f);
	struct sql_tipline_call_add_row row;
	str sealed;

	if (!lock_seal(d, &lock, REQUEST, io->body.n > 0 ? io->body : io->path,
		&sealed, e) ||
	    !sql_tipline_call_add(d->house->db, d->arena, f->id, str_c(step),
		d->now, sealed, &row, e))
		return false;
	io->id = row.id;
	io->tipline = f->id;
	return true;
}

/* Where the case has ended, there is no key under which to write it down. */
static bool
begin_call(const struct deed *d, struct tipline *f, struct tipline_call *io,
    struct err *e)
{
	struct err said;
	bool first;

	if (f->doc.n == 0)
		return give_up(d, f, e);
	if (!is_first(d, f, &first, e))
		return false;
	if (first) {
		*io = (struct tipline_call){
		    .method = EGRESS_GET_XML, .path = S("/status")};
		return write_call(d, f, STATUS, io, e);
	}
	if (!say(d->arena, f, d->now, io, &said))
		return give_up(d, f, e);
	return write_call(d, f, ncmec_step_word(f->run.step), io, e);
}

static bool
take_one(struct house *h, struct arena *a, int64_t now,
    struct tipline_call *ret, struct err *e)
{
	const struct organisation *org;
	struct sql_tipline_next_row row;
	struct tipline f;
	struct deed d;
	bool found;

	if (!sql_tipline_next(
		h->db, a, h->conf->ncmec == CONF_NCMEC_TEST, &found, &row, e))
		return false;
	if (!found || !is_due(h, row.next_at, now))
		return true;
	if (!load(h, a, row.id, &org, &f, e))
		return false;
	d = deed_of(h, a, org, &f, now);
	return begin_call(&d, &f, ret, e);
}

static bool
settle(struct house *h, bool done, struct err *e)
{
	if (done && db_commit(h->db, e))
		return true;
	db_rollback(h->db);
	return false;
}

bool
tipline_take(struct house *h, struct arena *a, int64_t now,
    struct tipline_call *ret, struct err *e)
{
	*ret = (struct tipline_call){0};
	return (db_begin(h->db, e) &&
		   settle(h, take_one(h, a, now, ret, e), e)) ||
	       err_wrap(e, "reports to send");
}

/* ---- hearing ---- */

enum ncmec_way
tipline_way(const struct egress_answer *m)
{
	switch ((enum egress_outcome)m->outcome) {
	case EGRESS_ANSWERED:
		return NCMEC_CAME;
	case EGRESS_NOT_ALLOWED:
		return NCMEC_NOT_ALLOWED;
	case EGRESS_NO_ADDRESS:
	case EGRESS_UNREACHABLE:
	case EGRESS_UNTRUSTED:
		return NCMEC_NOT_SENT;
	case EGRESS_TOO_SLOW:
		return NCMEC_TOO_SLOW;
	case EGRESS_TOO_LARGE:
	case EGRESS_BROKEN:
	case EGRESS_REFUSED:
	case EGRESS_OUTCOMES:
		break;
	}
	return NCMEC_LOST;
}

/* A 401 has no body, and whatever else it has is not read. */
struct ncmec_heard
tipline_heard(const struct egress_answer *m, struct ncmec_answer *io_said)
{
	struct err ignored;
	bool read = m->outcome == EGRESS_ANSWERED && m->status != 401 &&
		    ncmec_answer_read(m->body, io_said, &ignored);

	return (struct ncmec_heard){.way = tipline_way(m),
	    .status = m->status,
	    .retry_s = m->retry_s,
	    .answer = read ? io_said : NULL};
}

static bool
md5_of(str bytes, char ret[NCMEC_MD5_HEX + 1], struct err *e)
{
	uint8_t all[DIGEST_KINDS][DIGEST_BYTES_MAX];
	CLEANUP(buf_done) struct buf b = BUF_MAX(NCMEC_MD5_HEX + 1);
	OWNED(digest) g = digest_new(e);

	if (g == NULL || !digest_add(g, bytes.p, bytes.n, e) ||
	    !digest_end(g, all, e))
		return false;
	buf_hex(&b, all[DIGEST_MD5], NCMEC_MD5_HEX / 2);
	buf_byte(&b, '\0');
	memcpy(ret, b.p, NCMEC_MD5_HEX + 1);
	return true;
}

static bool
write_answer(const struct deed *d, const struct tipline *f, int64_t call,
    const struct egress_answer *m, const struct ncmec_answer *said,
    struct err *e)
{
	struct lock lock = tipline_lock(f);
	str sealed = {0};
	int64_t rows;

	return lock_seal(d, &lock, TIPLINE_REPLY, m->body, &sealed, e) &&
	       sql_tipline_call_heard(d->house->db, d->now,
		   str_c(egress_outcome_word((enum egress_outcome)m->outcome)),
		   m->status, said == NULL ? DB_NULL : said->code, m->trace,
		   sealed, call, &rows, e);
}

static bool
add_md5(const struct deed *d, const struct tipline *f,
    char md5[NCMEC_MD5_HEX + 1], struct ncmec_heard *io, struct err *e)
{
	str name;

	if (f->run.step != NCMEC_UPLOAD)
		return true;
	io->md5 = md5;
	return md5_of(
	    tipline_part(d->arena, f->records, f->run.file, &name), md5, e);
}

/* step: of the call, in words. */
static bool
hear(const struct deed *d, struct tipline *f, int64_t call, str step,
    const struct egress_answer *m, struct err *e)
{
	int64_t retry_s = d->house->conf->ncmec_retry_s;
	char md5[NCMEC_MD5_HEX + 1] = "";
	struct ncmec_answer said;
	struct ncmec_heard h = tipline_heard(m, &said);

	if (!add_md5(d, f, md5, &h, e))
		return false;
	if (str_eq(step, S(STATUS)))
		ncmec_checked(&f->run, &h, d->now, retry_s);
	else
		ncmec_step(&f->run, &h, f->files, d->now, retry_s);
	return write_answer(d, f, call, m, h.answer, e) &&
	       tipline_move(d, f, e);
}

static bool
said_of(struct house *h, struct arena *a, int64_t call, int64_t tipline,
    const struct egress_answer *m, int64_t now, struct tipline *ret,
    struct err *e)
{
	const struct organisation *org;
	struct sql_tipline_call_by_id_row row;
	struct deed d;
	bool found;

	if (!load(h, a, tipline, &org, ret, e) ||
	    !sql_tipline_call_by_id(h->db, a, call, tipline, &found, &row, e))
		return false;
	if (!found || ret->state != TIPLINE_SENDING)
		return err_set(
		    e, ERR_CONFLICT, "nobody waits for call %" PRId64, call);
	d = deed_of(h, a, org, ret, now);
	return hear(&d, ret, call, row.step, m, e);
}

bool
tipline_said(struct house *h, struct arena *a, int64_t call, int64_t tipline,
    const struct egress_answer *m, int64_t now, bool *ret_stuck,
    const char **ret_why, struct err *e)
{
	struct tipline f = {0};

	if (!db_begin(h->db, e) ||
	    !settle(h, said_of(h, a, call, tipline, m, now, &f, e), e))
		return err_wrap(e, "report %" PRId64, tipline);
	*ret_stuck = f.run.end == NCMEC_STUCK;
	*ret_why = ncmec_sort_word(f.run.why);
	return true;
}

bool
tipline_start(struct house *h, struct arena *a, int64_t now, struct err *e)
{
	const struct egress_answer lost = {.outcome = EGRESS_BROKEN};
	struct sql_tipline_calls_open_rows rows;
	const char *why;
	bool stuck;

	if (!sql_tipline_calls_open(
		h->db, a, h->conf->ncmec == CONF_NCMEC_TEST, &rows, e))
		return err_wrap(e, "reports to send");
	for (size_t i = 0; i < rows.n; i++)
		if (!tipline_said(h, a, rows.v[i].id, rows.v[i].tipline, &lost,
			now, &stuck, &why, e))
			return false;
	return true;
}
