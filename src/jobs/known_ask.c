/* Questions to the match process, and its answers. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "base/log.h"
#include "hash/kind.h"
#include "hash/tmk.h"
#include "jobs/known_inside.h"
#include "list/reel.h"

#define QUERY_MS 60000
#define ASKING_ARENA ((size_t)24 << 20)
#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)
#define QUERY_BYTES (MATCH_BODY_MAX - 1024) /* beside the head */

/* A PDQ hash of a poor picture is near to too many others. */
static bool
is_compared(const struct hash_row *r)
{
	return hash_kind_is_fixed((enum hash_kind)r->kind) &&
	       !(r->kind == HASH_PDQ && r->quality < PDQ_QUALITY_MIN);
}

static bool
copy_rows(struct asking *a, const struct hashes *t, struct err *e)
{
	struct hash_row *v = NEW_N(a->arena, struct hash_row, t->n + 1);

	a->row = NEW_N(a->arena, size_t, t->n + 1);
	if (v == NULL || a->row == NULL)
		return err_set(e, ERR_LIMIT, "hashes");
	for (size_t i = 0; i < t->n; i++) {
		v[i] = t->v[i];
		if (!arena_str(a->arena, t->v[i].value.p, t->v[i].value.n,
			&v[i].value))
			return err_set(e, ERR_LIMIT, "hashes");
		if (is_compared(&v[i]))
			a->row[a->n_items++] = i;
	}
	a->hashes = (struct hashes){v, t->n};
	return a->n_items > 0 ||
	       err_set(e, ERR_CORRUPT, "nothing that can be compared");
}

/* As many items as a message has room for. */
static size_t
write_query(const struct asking *a, struct match_query *q, struct buf *b)
{
	size_t bytes = 0, n = 0;

	for (; a->at + n < a->n_items && n < MATCH_ITEMS_MAX; n++) {
		bytes += 6 + a->hashes.v[a->row[a->at + n]].value.n;
		if (bytes > QUERY_BYTES)
			break;
	}
	q->n_items = (uint32_t)n;
	match_query_write(b, q);
	for (size_t i = 0; i < n; i++) {
		const struct hash_row *r = &a->hashes.v[a->row[a->at + i]];
		const struct match_item item = {
		    r->kind, r->hypothesis, r->value};

		match_item_write(b, &item);
	}
	return n;
}

static size_t
write_video(struct match_query *q, struct buf *b)
{
	q->n_items = 1;
	match_video_write(b, q);
	return 1;
}

static bool
send_query(struct known *k, struct asking *a, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(MATCH_BODY_MAX);
	struct match_query q = {
	    .id = k->serial + 1, .n_lists = (uint32_t)a->n_lists};
	size_t n;

	memcpy(q.list, a->list, sizeof(q.list));
	n = a->is_video ? write_video(&q, &b) : write_query(a, &q, &b);
	if (b.full)
		return err_set(e, ERR_LIMIT, "no memory for a query");
	if (!chan_try_send(&k->chan, a->is_video ? MATCH_VIDEO : MATCH_QUERY,
		buf_view(&b), &a->fd, a->is_video, e))
		return false;
	a->id = k->serial = q.id;
	a->told = a->at == 0 || a->told == k->tell.told ? k->tell.told : 0;
	a->sent = n;
	a->held = false;
	a->until_ms = clock_ms() + QUERY_MS;
	return true;
}

/* Whatever waits and is not under way. */
void
known_send(struct known *k)
{
	struct err e;

	if (known_tell_holds_up(k))
		return;
	for (size_t i = 0; i < KNOWN_ASKINGS && known_ready(k); i++) {
		struct asking *a = &k->asking[i];

		if (a->state != ASKING_WAITS || a->id != 0 ||
		    (a->held && k->loaded != k->generation) ||
		    send_query(k, a, &e))
			continue;
		if (e.kind == ERR_BUSY)
			return; /* its answers make room */
		log_err(LOG_LEVEL_WARN, &e, "match");
		known_lose(k);
	}
}

static struct asking *
take_place(
    struct known *k, const uint32_t *lists, size_t n_lists, struct err *e)
{
	struct asking *a = NULL;

	for (size_t i = 0; i < KNOWN_ASKINGS && a == NULL; i++)
		if (k->asking[i].state == ASKING_NONE)
			a = &k->asking[i];
	if (a == NULL || n_lists > MATCH_LISTS_MAX) {
		(void)err_set(e, ERR_BUSY, "too much to compare");
		return NULL;
	}
	*a = (struct asking){.state = ASKING_WAITS,
	    .arena = arena_new(ASKING_ARENA),
	    .n_lists = n_lists};
	if (n_lists > 0)
		memcpy(a->list, lists, n_lists * sizeof(*lists));
	return a;
}

struct asking *
known_ask(struct known *k, const struct hashes *t, const uint32_t *lists,
    size_t n_lists, struct err *e)
{
	struct asking *a = take_place(k, lists, n_lists, e);

	if (a == NULL)
		return NULL;
	if (!copy_rows(a, t, e)) {
		known_forget(a);
		return NULL;
	}
	known_send(k);
	return a;
}

static bool
check_tmk(str file, struct err *e)
{
	struct tmk *t = malloc(sizeof(*t));
	bool good;

	if (t == NULL)
		return err_sys(e, "video");
	good = tmk_read(file, t, e);
	free(t);
	if (!good)
		e->kind = ERR_CORRUPT;
	return good;
}

/* The file goes to the match process sealed. */
static bool
seal_file(str file, int *ret_fd, struct err *e)
{
	OWNED_FD fd = memfd_create("video", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	ssize_t n;

	if (fd == -1)
		return err_sys(e, "memory file");
	for (str rest = file; rest.n > 0;
	     rest = str_sub(rest, (size_t)n, rest.n)) {
		n = write(fd, rest.p, rest.n);
		if (n == -1 && errno == EINTR)
			n = 0;
		if (n == -1)
			return err_sys(e, "memory file");
	}
	if (fcntl(fd, F_ADD_SEALS, SEALS) == -1)
		return err_sys(e, "sealing a memory file");
	*ret_fd = fd;
	fd = -1;
	return true;
}

static bool
take_video(struct asking *a, str tmk, struct err *e)
{
	struct hash_row *row = NEW(a->arena, struct hash_row);
	uint8_t *digest = NEW_N(a->arena, uint8_t, REEL_DIGEST);

	a->row = NEW(a->arena, size_t);
	if (row == NULL || digest == NULL || a->row == NULL)
		return err_set(e, ERR_LIMIT, "hashes");
	if (!check_tmk(tmk, e) || !seal_file(tmk, &a->fd, e))
		return false;
	a->is_video = true;
	reel_digest((const uint8_t *)tmk.p, digest);
	*row = (struct hash_row){.kind = HASH_TMK,
	    .quality = HASHES_NO_QUALITY,
	    .value = {(const char *)digest, REEL_DIGEST}};
	a->hashes = (struct hashes){row, 1};
	a->n_items = 1;
	return true;
}

struct asking *
known_ask_video(struct known *k, str tmk, const uint32_t *lists, size_t n_lists,
    struct err *e)
{
	struct asking *a = take_place(k, lists, n_lists, e);

	if (a == NULL)
		return NULL;
	if (!take_video(a, tmk, e)) {
		known_forget(a);
		return NULL;
	}
	known_send(k);
	return a;
}

void
known_ask_again(struct known *k, struct asking *a)
{
	a->state = ASKING_WAITS;
	a->at = a->n_hits = 0;
	a->cut = false;
	a->id = 0;
	known_send(k);
}

bool
known_holds(struct known *k, const struct asking *a, bool *ret_newer)
{
	known_follow(k);
	*ret_newer = k->damaged > 0 || !known_is_current(k);
	return a->generation != 0 && a->generation == k->loaded &&
	       a->told == k->tell.told;
}

void
known_forget(struct asking *a)
{
	if (a == NULL)
		return;
	arena_free(a->arena);
	if (a->is_video)
		(void)close(a->fd);
	*a = (struct asking){.state = ASKING_NONE};
}

/* ---- answers ---- */

static struct asking *
asked(struct known *k, uint32_t id)
{
	for (size_t i = 0; i < KNOWN_ASKINGS; i++)
		if (k->asking[i].state == ASKING_WAITS && k->asking[i].id == id)
			return &k->asking[i];
	return NULL;
}

static bool
keep_hit(struct asking *a, const struct match_hit *h, struct err *e)
{
	if (a->n_hits == a->cap_hits) {
		size_t cap = a->cap_hits == 0 ? 64 : 2 * a->cap_hits;
		struct known_hit *v = NEW_N(a->arena, struct known_hit, cap);

		if (v == NULL)
			return err_set(e, ERR_LIMIT, "too many hits");
		if (a->n_hits > 0)
			memcpy(v, a->hit, a->n_hits * sizeof(*v));
		a->hit = v;
		a->cap_hits = cap;
	}
	a->hit[a->n_hits++] = (struct known_hit){a->row[a->at + h->item], *h};
	return true;
}

/* False: it says nonsense; or there are more than can be kept, and then the
 * asking has failed. */
static bool
read_hits(struct asking *a, const struct match_answer *n, struct reader *r,
    struct err *e)
{
	uint32_t item = UINT32_MAX, of_item = 0;
	struct match_hit h;

	for (uint32_t i = 0; i < n->n_hits; i++) {
		match_hit_read(r, &h);
		if (r->bad || h.item >= n->done)
			return err_set(e, ERR_CORRUPT, "match hit: malformed");
		of_item = h.item == item ? of_item + 1 : 1;
		item = h.item;
		if (of_item >= MATCH_ITEM_HITS_MAX)
			a->cut = true;
		if (!keep_hit(a, &h, e)) {
			a->state = ASKING_FAILED;
			return true;
		}
	}
	return read_end(r) ||
	       err_set(e, ERR_CORRUPT, "match ANSWER: malformed");
}

static bool
take_answer(struct known *k, struct asking *a, const struct match_answer *n,
    struct reader *r, struct err *e)
{
	if (n->done > a->sent)
		return err_set(e, ERR_CORRUPT, "more answers than questions");
	/* Numbers of entries are those of the index; another one is coming. */
	if (n->n_hits > 0 && n->generation != (uint64_t)k->generation) {
		a->at = a->n_hits = 0;
		a->held = true;
		return true;
	}
	a->generation = a->at == 0 || a->generation == (int64_t)n->generation
			    ? (int64_t)n->generation
			    : 0;
	if (!read_hits(a, n, r, e))
		return false;
	a->at += n->done;
	if (a->state == ASKING_WAITS && a->at == a->n_items)
		a->state = ASKING_DONE;
	return true;
}

bool
known_answered(struct known *k, str body, struct err *e)
{
	struct match_answer n;
	struct reader hits;
	struct asking *a;

	if (!match_answer_read(body, &n, &hits, e))
		return false;
	a = asked(k, n.id);
	if (a == NULL) /* nobody waits for it any more */
		return true;
	a->id = 0;
	if (n.verdict == MATCH_OK)
		return take_answer(k, a, &n, &hits, e);
	if (n.verdict == MATCH_NO_INDEX)
		k->loaded = 0; /* it asks again when there is one */
	else
		a->state = ASKING_FAILED;
	return true;
}
