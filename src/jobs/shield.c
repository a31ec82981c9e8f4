#include "jobs/shield.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "hash/kind.h"
#include "shield/query.h"
#include "sql_shield_answer.h"

#define WANTED_MAX 4096
#define ANSWER_MS 10000        /* the service is quick or it is down */
#define GRACE_MS 5000          /* for the way to egress and back */
#define BACK_OFF_MAX_S 900     /* of our own accord */
#define RETRY_AFTER_MAX_S 3600 /* when the service asks for it */
#define PURGE_EVERY_MS (3600 * 1000)
#define DIGEST_CONTEXT "shield_answer.pdq"

static_assert(SHIELD_PDQ_BYTES == SHIELD_PDQ, "one kind of hash");

struct shield_state {
	struct house *house;
	uint8_t wanted[WANTED_MAX][SHIELD_PDQ]; /* the first are asked about */
	size_t n_wanted;
	size_t n_asked; /* 0: no question is on its way */
	uint32_t id;    /* of the last question */
	int64_t until_ms, retry_ms, purge_ms;
	unsigned failures; /* in a row */
	const char *why;   /* of the last one */
};

bool
shield_init(struct shield *s, struct house *h, struct err *e)
{
	*s = (struct shield){.egress = {-1, egress_to_jobs}};
	if (h->conf->shield_user[0] == '\0')
		return true;
	s->state = calloc(1, sizeof(*s->state));
	if (s->state == NULL)
		return err_set(e, ERR_LIMIT, "no memory");
	s->state->house = h;
	s->state->why = "not_asked";
	return true;
}

void
shield_done(struct shield *s)
{
	if (s->egress.fd >= 0)
		(void)close(s->egress.fd);
	s->egress.fd = -1;
	free(s->state);
	s->state = NULL;
}

/* ---- asking ---- */

static int64_t
back_off_s(int64_t first_s, unsigned failures, uint32_t retry_s)
{
	int64_t s = BACK_OFF_MAX_S;

	if (failures < 6 && first_s << (failures - 1) < s)
		s = first_s << (failures - 1);
	if (retry_s > RETRY_AFTER_MAX_S)
		retry_s = RETRY_AFTER_MAX_S;
	return retry_s > s ? retry_s : s;
}

/* What was asked stays wanted; everybody goes on waiting. */
static void
failed(struct shield_state *t, const char *why, uint32_t retry_s)
{
	int64_t s;

	t->failures++;
	s = back_off_s(t->house->conf->shield_retry_s, t->failures, retry_s);
	t->n_asked = 0;
	t->retry_ms = clock_ms() + s * 1000;
	t->why = why;
	log_warn("Shield says nothing: why=%s failures=%u again_s=%" PRId64,
	    why, t->failures, s);
}

static void
lose_egress(struct shield *s)
{
	(void)close(s->egress.fd);
	s->egress.fd = -1;
	if (s->state != NULL && s->state->n_asked > 0)
		failed(s->state, "egress_died", 0);
	if (s->beside != NULL)
		s->beside->lost(s->beside->ctx);
}

static void
write_question(const struct shield_state *t, size_t n, struct buf *b)
{
	CLEANUP(buf_done) struct buf body = BUF_MAX(EGRESS_BODY_MAX);
	char url[CONF_TEXT_MAX + sizeof(SHIELD_PATH)];
	int len = snprintf(
	    url, sizeof(url), "%s" SHIELD_PATH, t->house->conf->shield_url);

	shield_query_write(&body, t->wanted, n);
	egress_ask_write(b, &(struct egress_ask){.id = t->id,
				.method = EGRESS_POST_JSON,
				.auth = EGRESS_AUTH_SHIELD,
				.timeout_ms = ANSWER_MS,
				.reply_max = EGRESS_REPLY_MAX,
				.url = {url, (size_t)len},
				.body = buf_view(&body)});
	assert(!body.full && !b->full);
}

static void
ask(struct shield *s)
{
	struct shield_state *t = s->state;
	CLEANUP(buf_done) struct buf b = BUF_MAX(EGRESS_ASK_BUF);
	int64_t now_ms = clock_ms();
	struct err e;
	size_t n;

	if (t->n_asked > 0 || t->n_wanted == 0 || s->egress.fd < 0 ||
	    now_ms < t->retry_ms)
		return;
	n = t->n_wanted < SHIELD_BATCH_MAX ? t->n_wanted : SHIELD_BATCH_MAX;
	t->id++;
	write_question(t, n, &b);
	t->n_asked = n;
	t->until_ms = now_ms + ANSWER_MS + GRACE_MS;
	if (!chan_try_send(&s->egress, EGRESS_ASK, buf_view(&b), NULL, 0, &e)) {
		if (e.kind == ERR_BUSY)
			failed(t, "egress_busy", 0);
		else
			lose_egress(s);
	}
}

/* A question that was under way is lost with the process that had it. */
void
shield_peer(struct shield *s, int fd)
{
	if (s->egress.fd >= 0)
		lose_egress(s);
	s->egress.fd = fd;
	if (s->state != NULL)
		ask(s);
}

/* ---- what is kept ---- */

static bool
digest_of(const struct shield_state *t, struct arena *a, const uint8_t *pdq,
    str *ret, struct err *e)
{
	*ret = key_digest(a, &t->house->master, DIGEST_CONTEXT,
	    (str){(const char *)pdq, SHIELD_PDQ});
	return ret->p != NULL || err_set(e, ERR_LIMIT, "no memory");
}

static bool
look_up(const struct shield_state *t, struct arena *a, const uint8_t *pdq,
    bool *ret_found, struct sql_shield_answer_get_row *ret, struct err *e)
{
	int64_t fresh = house_now(t->house) - SHIELD_CLEAN_S;
	str digest;

	return digest_of(t, a, pdq, &digest, e) &&
	       sql_shield_answer_get(
		   t->house->db, a, digest, fresh, ret_found, ret, e);
}

static bool
keep(const struct shield_state *t, struct arena *a, const uint8_t *pdq,
    const struct shield_said *said, struct err *e)
{
	int64_t rows;
	str digest;

	return digest_of(t, a, pdq, &digest, e) &&
	       sql_shield_answer_put(t->house->db, digest, said->known,
		   str_c(said->classification), str_c(said->match_type),
		   house_now(t->house), &rows, e);
}

static bool
keep_all(const struct shield_state *t, struct arena *a,
    const struct shield_said *said, struct err *e)
{
	bool done = db_begin(t->house->db, e);

	for (size_t i = 0; i < t->n_asked && done; i++)
		done = keep(t, a, t->wanted[i], &said[i], e);
	if (done && db_commit(t->house->db, e))
		return true;
	db_rollback(t->house->db);
	return false;
}

/* ---- the check ---- */

static void
want(struct shield_state *t, const uint8_t *pdq)
{
	for (size_t i = 0; i < t->n_wanted; i++)
		if (memcmp(t->wanted[i], pdq, SHIELD_PDQ) == 0)
			return;
	if (t->n_wanted < WANTED_MAX) /* else when it is checked again */
		memcpy(t->wanted[t->n_wanted++], pdq, SHIELD_PDQ);
}

static void
copy_word(char *to, size_t cap, str word)
{
	(void)snprintf(to, cap, STR_FMT, STR_ARG(word));
}

/* *ret_missing: how many of them nothing is known of. */
static bool
check_kept(struct shield_state *t, struct arena *a,
    const uint8_t (*pdq)[SHIELD_PDQ_BYTES], size_t n,
    struct shield_finding *ret, size_t *ret_missing, struct err *e)
{
	struct sql_shield_answer_get_row row;
	bool found;

	*ret_missing = 0;
	for (size_t i = 0; i < n; i++) {
		if (!look_up(t, a, pdq[i], &found, &row, e))
			return false;
		if (!found) {
			want(t, pdq[i]);
			(*ret_missing)++;
		} else if (row.known != 0) {
			ret->verdict = SHIELD_KNOWN;
			ret->hash = i;
			copy_word(ret->classification,
			    sizeof(ret->classification), row.classification);
			copy_word(ret->match_type, sizeof(ret->match_type),
			    row.match_type);
			return true;
		}
	}
	return true;
}

static const char *
why_wait(const struct shield *s)
{
	if (s->egress.fd < 0)
		return "shield: no_egress";
	if (s->state->failures > 0)
		return "shield: no_answer";
	return "shield: asked";
}

bool
shield_check(struct shield *s, struct arena *a,
    const uint8_t (*pdq)[SHIELD_PDQ_BYTES], size_t n,
    struct shield_finding *ret, struct err *e)
{
	struct shield_finding f = {.verdict = SHIELD_OFF};
	size_t missing = 0;

	if (s->state != NULL) {
		f.verdict = SHIELD_CLEAN;
		if (!check_kept(s->state, a, pdq, n, &f, &missing, e))
			return err_wrap(e, "Shield");
		if (f.verdict == SHIELD_CLEAN && (missing > 0 || n == 0)) {
			ask(s);
			f.verdict = SHIELD_WAIT;
			f.why = n == 0 ? "shield: no_hash" : why_wait(s);
		}
	}
	*ret = f;
	return true;
}

/* ---- a medium ---- */

/* The picture as it is, by whichever rule it was made small. */
static bool
is_asked_about(const struct hash_row *r)
{
	return r->kind == HASH_PDQ && r->hypothesis == 0 &&
	       r->value.n >= SHIELD_PDQ;
}

bool
shield_check_medium(struct shield *s, struct arena *a, const struct hashes *h,
    struct shield_finding *ret, struct err *e)
{
	uint8_t(*pdq)[SHIELD_PDQ] = arena_alloc(a, h->n + 1, SHIELD_PDQ);
	size_t *row = NEW_N(a, size_t, h->n + 1);
	size_t n = 0, unfit = 0;

	if (pdq == NULL || row == NULL)
		return err_set(e, ERR_LIMIT, "Shield: too many hashes");
	for (size_t i = 0; i < h->n; i++) {
		if (!is_asked_about(&h->v[i]))
			continue;
		if (h->v[i].unfit != 0) {
			unfit++;
			continue;
		}
		memcpy(pdq[n], h->v[i].value.p, SHIELD_PDQ);
		row[n++] = i;
	}
	if (s->state != NULL && n == 0 && unfit > 0) {
		*ret = (struct shield_finding){.verdict = SHIELD_CLEAN};
		return true;
	}
	if (!shield_check(s, a, (const uint8_t(*)[SHIELD_PDQ])pdq, n, ret, e))
		return false;
	if (ret->verdict == SHIELD_KNOWN)
		ret->hash = row[ret->hash];
	return true;
}

void
shield_hit(const struct hashes *h, const struct shield_finding *f,
    struct stop_hit *ret)
{
	const struct hash_row *r = &h->v[f->hash];
	uint32_t most = hash_kind_facts(HASH_PDQ)->distance;
	str pdq = str_sub(r->value, 0, SHIELD_PDQ);
	bool exact = str_eq(str_c(f->match_type), S("exact"));

	*ret = (struct stop_hit){.list = STOP_SHIELD,
	    .entry = {.kind = HASH_PDQ,
		.quality = ENTRY_NO_QUALITY,
		.value = pdq,
		.id = S(""),
		.scheme = S(STOP_SHIELD_SOURCE),
		.category = str_c(f->classification),
		.detail = S("")},
	    .value = pdq,
	    .quality = r->quality,
	    .frame = r->frame,
	    .distance = exact ? 0 : most,
	    .threshold = most};
}

/* ---- the answer ---- */

static const char *
word_of_status(uint32_t status)
{
	if (status == 401 || status == 403)
		return "account_refused";
	if (status == 429)
		return "too_many_questions";
	return status >= 500 ? "server_error" : "unexpected_status";
}

static void
answered(struct shield_state *t)
{
	size_t left = t->n_wanted - t->n_asked;

	memmove(t->wanted, t->wanted + t->n_asked, left * SHIELD_PDQ);
	t->n_wanted = left;
	t->n_asked = 0;
	if (t->failures > 0)
		log_info("Shield answers again");
	t->failures = 0;
	t->retry_ms = 0;
}

static bool
take_answer(
    struct shield_state *t, struct arena *a, const struct egress_answer *m)
{
	struct shield_said said[SHIELD_BATCH_MAX];
	struct err e;

	if (t->n_asked == 0 || m->id != t->id)
		return false; /* too late: it was given up */
	if (m->outcome != EGRESS_ANSWERED) {
		failed(
		    t, egress_outcome_word((enum egress_outcome)m->outcome), 0);
		return false;
	}
	if (m->status != 200) {
		failed(t, word_of_status(m->status), m->retry_s);
		return false;
	}
	if (!shield_query_read(m->body, t->wanted, t->n_asked, said, &e)) {
		log_err(LOG_LEVEL_WARN, &e, "answer");
		failed(t, "unsound_answer", 0);
		return false;
	}
	if (!keep_all(t, a, said, &e)) {
		log_err(LOG_LEVEL_ERROR, &e, "Shield");
		failed(t, "not_kept", 0);
		return false;
	}
	answered(t);
	return true;
}

bool
shield_hear(struct shield *s, struct arena *a)
{
	static char bytes[EGRESS_ANSWER_BUF + 1];
	CLEANUP(chan_msg_done) struct chan_msg m = {0};
	struct egress_answer answer;
	struct err e;
	bool news;

	if (!chan_recv(&s->egress, bytes, sizeof(bytes), 0, &m, &e) ||
	    !egress_answer_read(m.body, &answer, &e)) {
		if (e.kind != ERR_BUSY && e.kind != ERR_NONE)
			log_err(LOG_LEVEL_ERROR, &e, "egress");
		if (e.kind != ERR_BUSY) /* the monitor starts another */
			lose_egress(s);
		return false;
	}
	if (s->beside != NULL && (answer.id & s->beside->bit) != 0) {
		s->beside->hear(s->beside->ctx, a, &answer);
		return false;
	}
	if (s->state == NULL)
		return false;
	news = take_answer(s->state, a, &answer);
	ask(s);
	return news;
}

/* ---- time ---- */

int64_t
shield_due_ms(const struct shield *s)
{
	const struct shield_state *t = s->state;
	int64_t due;

	if (t == NULL)
		return INT64_MAX;
	due = t->purge_ms;
	if (t->n_asked > 0 && t->until_ms < due)
		due = t->until_ms;
	if (t->n_asked == 0 && t->n_wanted > 0 && s->egress.fd >= 0 &&
	    t->retry_ms < due)
		due = t->retry_ms;
	return due;
}

static void
purge(struct shield_state *t, int64_t now_ms)
{
	int64_t rows;
	struct err e;

	t->purge_ms = now_ms + PURGE_EVERY_MS;
	if (!sql_shield_answer_purge(
		t->house->db, house_now(t->house) - SHIELD_CLEAN_S, &rows, &e))
		log_err(LOG_LEVEL_ERROR, &e, "Shield");
}

void
shield_tick(struct shield *s)
{
	struct shield_state *t = s->state;
	int64_t now_ms = clock_ms();

	if (t == NULL)
		return;
	if (t->n_asked > 0 && t->until_ms <= now_ms)
		failed(t, "egress_silent", 0);
	if (t->purge_ms <= now_ms)
		purge(t, now_ms);
	ask(s);
}
