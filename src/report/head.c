#include "report/head.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/file.h>

#include "crypto/mac.h"
#include "sql_report.h"
#include "sql_safe.h"

#define PATH_ROOM 4096
#define PIECE 200 /* events at a time */
#define NUMBER_MAX 32

enum state { NEVER, LIVE, ENDED };

struct slot {
	char
	    number[NUMBER_MAX]; /* filled up with zeroes; of slot 0 the magic */
	int64_t organisation, event;
	int64_t state;
	uint8_t hash[KEY_DIGEST_BYTES];
	uint8_t mac[KEY_DIGEST_BYTES];
	char rest[8];
};
_Static_assert(sizeof(struct slot) == CASE_HEAD_SLOT, "a slot is one sector's");

/* An event of a case, or an entry of a safe. */
struct event {
	int64_t id, of, organisation;
	str hash, number;
};

struct events {
	struct event v[PIECE];
	size_t n;
};

static bool
cases_since(struct db *db, struct arena *a, int64_t since, struct events *ret,
    struct err *e)
{
	struct sql_case_event_since_rows rows;

	if (!sql_case_event_since(db, a, since, PIECE, &rows, e))
		return false;
	for (ret->n = 0; ret->n < rows.n && ret->n < PIECE; ret->n++) {
		const struct sql_case_event_since_row *r = &rows.v[ret->n];

		ret->v[ret->n] = (struct event){
		    r->id, r->case_file, r->organisation, r->hash, r->number};
	}
	return true;
}

static bool
safes_since(struct db *db, struct arena *a, int64_t since, struct events *ret,
    struct err *e)
{
	struct sql_safe_entry_since_rows rows;

	if (!sql_safe_entry_since(db, a, since, PIECE, &rows, e))
		return false;
	for (ret->n = 0; ret->n < rows.n && ret->n < PIECE; ret->n++) {
		const struct sql_safe_entry_since_row *r = &rows.v[ret->n];

		ret->v[ret->n] = (struct event){r->id, r->safe, r->organisation,
		    r->hash, arena_i64(a, r->safe)};
	}
	return true;
}

static bool
case_hash(struct db *db, struct arena *a, int64_t event, int64_t of,
    bool *ret_found, str *ret, struct err *e)
{
	struct sql_case_event_hash_row r = {0};

	if (!sql_case_event_hash(db, a, event, of, ret_found, &r, e))
		return false;
	*ret = r.hash;
	return true;
}

static bool
safe_hash(struct db *db, struct arena *a, int64_t event, int64_t of,
    bool *ret_found, str *ret, struct err *e)
{
	struct sql_safe_entry_hash_row r = {0};

	if (!sql_safe_entry_hash(db, a, event, of, ret_found, &r, e))
		return false;
	*ret = r.hash;
	return true;
}

static bool
newest_case(struct db *db, struct arena *a, int64_t *ret, struct err *e)
{
	struct sql_case_event_newest_row r;

	if (!sql_case_event_newest(db, a, &r, e))
		return false;
	*ret = r.id;
	return true;
}

static bool
newest_safe(struct db *db, struct arena *a, int64_t *ret, struct err *e)
{
	struct sql_safe_entry_newest_row r;

	if (!sql_safe_entry_newest(db, a, &r, e))
		return false;
	*ret = r.id;
	return true;
}

static const struct trail {
	const char *file, *purpose;
	str magic;
	bool (*since)(struct db *, struct arena *, int64_t, struct events *,
	    struct err *);
	bool (*hash)(struct db *, struct arena *, int64_t event, int64_t of,
	    bool *, str *, struct err *);
	bool (*newest)(struct db *, struct arena *, int64_t *, struct err *);
} trails[HEAD_KINDS] = {
    [HEAD_CASES] = {CASE_HEAD_FILE, "preau case head",
	S("preau-cases-head 1\n"), cases_since, case_hash, newest_case},
    [HEAD_SAFES] = {SAFE_HEAD_FILE, "preau safe head",
	S("preau-safes-head 1\n"), safes_since, safe_hash, newest_safe},
};

static void
slot_mac(const struct trail *t, const struct organisation *org,
    int64_t case_file, const struct slot *s, uint8_t ret[KEY_DIGEST_BYTES])
{
	struct mac m;

	mac_begin(&m, &org->chain, t->purpose);
	mac_i64(&m, case_file);
	mac_put(&m, s->number, sizeof(s->number));
	mac_i64(&m, s->organisation);
	mac_i64(&m, s->event);
	mac_i64(&m, s->state);
	mac_put(&m, s->hash, sizeof(s->hash));
	mac_end(&m, ret);
}

static bool
is_ours(const struct trail *t, const struct organisation *org,
    int64_t case_file, const struct slot *s)
{
	uint8_t mac[KEY_DIGEST_BYTES];

	slot_mac(t, org, case_file, s, mac);
	return s->organisation == org->id &&
	       memcmp(mac, s->mac, sizeof(mac)) == 0;
}

/* ---- the file ---- */

static bool
open_file(const struct house *h, const struct trail *t, int flags, int *ret,
    struct err *e)
{
	char path[PATH_ROOM];

	(void)snprintf(path, sizeof(path), "%s/%s", h->conf->data, t->file);
	*ret = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
	return *ret != -1 || (errno == ENOENT && (flags & O_CREAT) == 0) ||
	       err_sys(e, "%s", path);
}

/* What was never written is zeroes. */
static bool
get_slot(int fd, int64_t n, struct slot *ret, struct err *e)
{
	ssize_t got;

	memset(ret, 0, sizeof(*ret));
	if (fd == -1 || n > INT64_MAX / CASE_HEAD_SLOT - 1)
		return true;
	got = pread(fd, ret, sizeof(*ret), n * CASE_HEAD_SLOT);
	if (got == -1)
		return err_sys(e, "heads of cases");
	if (got != 0 && got != (ssize_t)sizeof(*ret))
		return err_set(e, ERR_CORRUPT, "heads of cases are cut short");
	return true;
}

static bool
put_slot(int fd, int64_t n, const struct slot *s, struct err *e)
{
	return pwrite(fd, s, sizeof(*s), n * CASE_HEAD_SLOT) ==
		   (ssize_t)sizeof(*s) ||
	       err_sys(e, "heads of cases");
}

static bool
open_to_write(
    const struct house *h, const struct trail *t, int *ret, struct err *e)
{
	OWNED_FD fd = -1;

	if (!open_file(h, t, O_RDWR | O_CREAT, &fd, e))
		return false;
	while (flock(fd, LOCK_EX) == -1)
		if (errno != EINTR)
			return err_sys(e, "heads of cases");
	*ret = fd;
	fd = -1;
	return true;
}

static bool
followed(const struct trail *t, int fd, int64_t *ret, struct err *e)
{
	struct slot first;

	if (!get_slot(fd, 0, &first, e))
		return false;
	if (first.number[0] != '\0' &&
	    memcmp(first.number, t->magic.p, t->magic.n) != 0)
		return err_set(e, ERR_CORRUPT, "these are no heads of cases");
	*ret = first.event;
	return true;
}

/* ---- one case ---- */

static bool
still_there(struct house *h, struct arena *a, const struct trail *t, int64_t of,
    const struct slot *s, bool *ret, struct err *e)
{
	str hash = {0};

	if (!t->hash(h->db, a, s->event, of, ret, &hash, e))
		return false;
	*ret = *ret &&
	       key_equal((str){(const char *)s->hash, sizeof(s->hash)}, hash);
	return true;
}

static bool
judge(struct house *h, struct arena *a, const struct trail *t,
    const struct organisation *org, int64_t case_file, const struct slot *s,
    enum case_head_fault *ret, struct err *e)
{
	bool there;

	*ret = CASE_HEAD_FINE;
	if (s->state == NEVER)
		return true;
	if (!is_ours(t, org, case_file, s)) {
		*ret = CASE_HEAD_ALTERED;
		return true;
	}
	if (s->state == ENDED)
		return true;
	if (!still_there(h, a, t, case_file, s, &there, e))
		return false;
	if (!there)
		*ret = CASE_HEAD_CUT;
	return true;
}

bool
case_head_check(struct house *h, struct arena *a, enum head_of of,
    const struct organisation *org, int64_t case_file,
    enum case_head_fault *ret, struct err *e)
{
	const struct trail *t = &trails[of];
	OWNED_FD fd = -1;
	struct slot s;

	return open_file(h, t, O_RDONLY, &fd, e) &&
	       get_slot(fd, case_file, &s, e) &&
	       judge(h, a, t, org, case_file, &s, ret, e);
}

/* ---- following ---- */

struct follow {
	struct house *house;
	const struct trail *trail;
	int fd;
	int64_t at;  /* the last event that was seen */
	int64_t cut; /* an event that a slot names and that is no more */
};

static bool
follow_one(
    struct follow *f, struct arena *a, const struct event *r, struct err *e)
{
	const struct organisation *org;
	enum case_head_fault fault;
	struct slot s;

	if (!house_org(f->house, r->organisation, &org, e) &&
	    (!house_reload(f->house, e) ||
		!house_org(f->house, r->organisation, &org, e)))
		return false;
	if (!get_slot(f->fd, r->of, &s, e) ||
	    !judge(f->house, a, f->trail, org, r->of, &s, &fault, e))
		return false;
	if (fault != CASE_HEAD_FINE) {
		f->cut = r->id;
		return true;
	}
	if (s.state == LIVE && s.event >= r->id)
		return true;
	if (r->number.n > sizeof(s.number) || r->hash.n != sizeof(s.hash))
		return err_set(e, ERR_CORRUPT, "event %" PRId64, r->id);
	s = (struct slot){
	    .organisation = r->organisation, .event = r->id, .state = LIVE};
	memcpy(s.number, r->number.p, r->number.n);
	memcpy(s.hash, r->hash.p, r->hash.n);
	slot_mac(f->trail, org, r->of, &s, s.mac);
	return put_slot(f->fd, r->of, &s, e);
}

static bool
follow_all(struct follow *f, struct err *e)
{
	struct events some;

	do {
		OWNED(arena) a = arena_new((size_t)1 << 20);

		if (!f->trail->since(f->house->db, a, f->at, &some, e))
			return false;
		for (size_t i = 0; i < some.n; i++) {
			if (!follow_one(f, a, &some.v[i], e))
				return false;
			f->at = some.v[i].id;
		}
	} while (some.n == PIECE);
	return true;
}

static bool
write_followed(const struct trail *t, int fd, int64_t at, struct err *e)
{
	struct slot first = {.event = at};

	memcpy(first.number, t->magic.p, t->magic.n);
	return put_slot(fd, 0, &first, e) &&
	       (fdatasync(fd) == 0 || err_sys(e, "heads of cases"));
}

/* Events that ended give their numbers back: from there on. */
static bool
from_where(struct house *h, const struct trail *t, int fd, int64_t *ret,
    bool *ret_new, struct err *e)
{
	OWNED(arena) a = arena_new((size_t)64 << 10);
	int64_t newest;

	if (!followed(t, fd, ret, e) || !t->newest(h->db, a, &newest, e))
		return false;
	*ret_new = newest != *ret;
	if (newest < *ret)
		*ret = newest;
	return true;
}

static bool
follow(struct house *h, const struct trail *t, struct err *e)
{
	struct follow f = {.house = h, .trail = t};
	OWNED_FD fd = -1;
	bool any;

	if (!open_to_write(h, t, &fd, e) ||
	    !from_where(h, t, fd, &f.at, &any, e))
		return false;
	f.fd = fd;
	if (any && (!follow_all(&f, e) || !write_followed(t, fd, f.at, e)))
		return false;
	return f.cut == 0 ||
	       err_set(e, ERR_CORRUPT,
		   "a chain was cut or altered before entry %" PRId64, f.cut);
}

/* Both, whatever is wrong with the first. */
bool
case_head_follow(struct house *h, struct err *e)
{
	struct err second;
	bool done =
	    follow(h, &trails[HEAD_CASES], e) || err_wrap(e, CASE_HEAD_FILE);
	bool also = follow(h, &trails[HEAD_SAFES], &second) ||
		    err_wrap(&second, SAFE_HEAD_FILE);

	if (done && !also)
		*e = second;
	return done && also;
}

bool
case_head_end(struct house *h, const struct organisation *org,
    int64_t case_file, struct err *e)
{
	const struct trail *t = &trails[HEAD_CASES];
	OWNED_FD fd = -1;
	struct slot s;

	if (!open_to_write(h, t, &fd, e) || !get_slot(fd, case_file, &s, e))
		return err_wrap(e, "heads of cases");
	if (s.state == NEVER || !is_ours(t, org, case_file, &s))
		return true;
	s.state = ENDED;
	slot_mac(t, org, case_file, &s, s.mac);
	return put_slot(fd, case_file, &s, e) &&
	       (fdatasync(fd) == 0 || err_sys(e, "heads of cases"));
}

/* ---- what is gone as a whole ---- */

static bool
gone_one(struct house *h, struct arena *a, const struct organisation *org,
    int64_t case_file, const struct slot *s, bool *ret, struct err *e)
{
	struct sql_case_by_id_row r;
	bool found;

	*ret = false;
	if (s->organisation != org->id || s->state != LIVE)
		return true;
	if (!sql_case_by_id(h->db, a, case_file, org->id, &found, &r, e))
		return false;
	*ret = !found && is_ours(&trails[HEAD_CASES], org, case_file, s);
	return true;
}

bool
case_head_gone(struct house *h, const struct organisation *org,
    case_head_gone_fn *tell, void *ctx, struct err *e)
{
	OWNED(arena) scratch = arena_new((size_t)1 << 20);
	OWNED_FD fd = -1;
	off_t bytes;
	bool gone;

	if (!open_file(h, &trails[HEAD_CASES], O_RDONLY, &fd, e))
		return false;
	bytes = fd == -1 ? 0 : lseek(fd, 0, SEEK_END);
	for (int64_t n = 1; n < bytes / CASE_HEAD_SLOT; n++) {
		struct slot s;

		arena_reset(scratch);
		if (!get_slot(fd, n, &s, e) ||
		    !gone_one(h, scratch, org, n, &s, &gone, e))
			return false;
		if (gone)
			tell(ctx, (str){s.number,
				      strnlen(s.number, sizeof(s.number))});
	}
	return true;
}
