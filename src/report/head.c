#include "report/head.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/file.h>

#include "crypto/mac.h"
#include "sql_report.h"

#define PATH_ROOM 4096
#define MAGIC S("preau-cases-head 1\n")
#define PIECE 200 /* events at a time */
#define NUMBER_MAX 32

enum state { NEVER, LIVE, ENDED };

struct slot {
	char number[NUMBER_MAX]; /* filled up with zeroes; of slot 0 MAGIC */
	int64_t organisation, event;
	int64_t state;
	uint8_t hash[KEY_DIGEST_BYTES];
	uint8_t mac[KEY_DIGEST_BYTES];
	char rest[8];
};
_Static_assert(sizeof(struct slot) == CASE_HEAD_SLOT, "a slot is one sector's");

static void
slot_mac(const struct organisation *org, int64_t case_file,
    const struct slot *s, uint8_t ret[KEY_DIGEST_BYTES])
{
	struct mac m;

	mac_begin(&m, &org->chain, "preau case head");
	mac_i64(&m, case_file);
	mac_put(&m, s->number, sizeof(s->number));
	mac_i64(&m, s->organisation);
	mac_i64(&m, s->event);
	mac_i64(&m, s->state);
	mac_put(&m, s->hash, sizeof(s->hash));
	mac_end(&m, ret);
}

static bool
is_ours(const struct organisation *org, int64_t case_file, const struct slot *s)
{
	uint8_t mac[KEY_DIGEST_BYTES];

	slot_mac(org, case_file, s, mac);
	return s->organisation == org->id &&
	       memcmp(mac, s->mac, sizeof(mac)) == 0;
}

/* ---- the file ---- */

static bool
open_file(const struct house *h, int flags, int *ret, struct err *e)
{
	char path[PATH_ROOM];

	(void)snprintf(path, sizeof(path), "%s/" CASE_HEAD_FILE, h->conf->data);
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
open_to_write(const struct house *h, int *ret, struct err *e)
{
	OWNED_FD fd = -1;

	if (!open_file(h, O_RDWR | O_CREAT, &fd, e))
		return false;
	while (flock(fd, LOCK_EX) == -1)
		if (errno != EINTR)
			return err_sys(e, "heads of cases");
	*ret = fd;
	fd = -1;
	return true;
}

static bool
followed(int fd, int64_t *ret, struct err *e)
{
	struct slot first;

	if (!get_slot(fd, 0, &first, e))
		return false;
	if (first.number[0] != '\0' &&
	    memcmp(first.number, MAGIC.p, MAGIC.n) != 0)
		return err_set(e, ERR_CORRUPT, "these are no heads of cases");
	*ret = first.event;
	return true;
}

/* ---- one case ---- */

static bool
still_there(struct house *h, struct arena *a, int64_t case_file,
    const struct slot *s, bool *ret, struct err *e)
{
	struct sql_case_event_hash_row r;

	if (!sql_case_event_hash(h->db, a, s->event, case_file, ret, &r, e))
		return false;
	*ret = *ret &&
	       key_equal((str){(const char *)s->hash, sizeof(s->hash)}, r.hash);
	return true;
}

static bool
judge(struct house *h, struct arena *a, const struct organisation *org,
    int64_t case_file, const struct slot *s, enum case_head_fault *ret,
    struct err *e)
{
	bool there;

	*ret = CASE_HEAD_FINE;
	if (s->state == NEVER)
		return true;
	if (!is_ours(org, case_file, s)) {
		*ret = CASE_HEAD_ALTERED;
		return true;
	}
	if (s->state == ENDED)
		return true;
	if (!still_there(h, a, case_file, s, &there, e))
		return false;
	if (!there)
		*ret = CASE_HEAD_CUT;
	return true;
}

bool
case_head_check(struct house *h, struct arena *a,
    const struct organisation *org, int64_t case_file,
    enum case_head_fault *ret, struct err *e)
{
	OWNED_FD fd = -1;
	struct slot s;

	return open_file(h, O_RDONLY, &fd, e) &&
	       get_slot(fd, case_file, &s, e) &&
	       judge(h, a, org, case_file, &s, ret, e);
}

/* ---- following ---- */

struct follow {
	struct house *house;
	int fd;
	int64_t at;  /* the last event that was seen */
	int64_t cut; /* an event that a slot names and that is no more */
};

static bool
follow_one(struct follow *f, struct arena *a,
    const struct sql_case_event_since_row *r, struct err *e)
{
	const struct organisation *org;
	enum case_head_fault fault;
	struct slot s;

	if (!house_org(f->house, r->organisation, &org, e) &&
	    (!house_reload(f->house, e) ||
		!house_org(f->house, r->organisation, &org, e)))
		return false;
	if (!get_slot(f->fd, r->case_file, &s, e) ||
	    !judge(f->house, a, org, r->case_file, &s, &fault, e))
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
	slot_mac(org, r->case_file, &s, s.mac);
	return put_slot(f->fd, r->case_file, &s, e);
}

static bool
follow_all(struct follow *f, struct err *e)
{
	struct sql_case_event_since_rows rows;

	do {
		OWNED(arena) a = arena_new((size_t)1 << 20);

		if (!sql_case_event_since(
			f->house->db, a, f->at, PIECE, &rows, e))
			return false;
		for (size_t i = 0; i < rows.n; i++) {
			if (!follow_one(f, a, &rows.v[i], e))
				return false;
			f->at = rows.v[i].id;
		}
	} while (rows.n == PIECE);
	return true;
}

static bool
write_followed(int fd, int64_t at, struct err *e)
{
	struct slot first = {.event = at};

	memcpy(first.number, MAGIC.p, MAGIC.n);
	return put_slot(fd, 0, &first, e) &&
	       (fdatasync(fd) == 0 || err_sys(e, "heads of cases"));
}

/* Events that ended give their numbers back: from there on. */
static bool
from_where(struct house *h, int fd, int64_t *ret, bool *ret_new, struct err *e)
{
	OWNED(arena) a = arena_new((size_t)64 << 10);
	struct sql_case_event_newest_row newest;

	if (!followed(fd, ret, e) ||
	    !sql_case_event_newest(h->db, a, &newest, e))
		return false;
	*ret_new = newest.id != *ret;
	if (newest.id < *ret)
		*ret = newest.id;
	return true;
}

bool
case_head_follow(struct house *h, struct err *e)
{
	struct follow f = {.house = h};
	OWNED_FD fd = -1;
	bool any;

	if (!open_to_write(h, &fd, e) || !from_where(h, fd, &f.at, &any, e))
		return err_wrap(e, "heads of cases");
	f.fd = fd;
	if (any && (!follow_all(&f, e) || !write_followed(fd, f.at, e)))
		return err_wrap(e, "heads of cases");
	return f.cut == 0 ||
	       err_set(e, ERR_CORRUPT,
		   "the chain of a case was cut or altered before event "
		   "%" PRId64,
		   f.cut);
}

bool
case_head_end(struct house *h, const struct organisation *org,
    int64_t case_file, struct err *e)
{
	OWNED_FD fd = -1;
	struct slot s;

	if (!open_to_write(h, &fd, e) || !get_slot(fd, case_file, &s, e))
		return err_wrap(e, "heads of cases");
	if (s.state == NEVER || !is_ours(org, case_file, &s))
		return true;
	s.state = ENDED;
	slot_mac(org, case_file, &s, s.mac);
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
	*ret = !found && is_ours(org, case_file, s);
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

	if (!open_file(h, O_RDONLY, &fd, e))
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
