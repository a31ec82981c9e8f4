#include "jobs/infected.h"

#include "hash/digest.h"
#include "hash/kind.h"
#include "jobs/intake.h"
#include "people/deed.h"
#include "store/blob.h"

#define PIECE ((size_t)64 * 1024)

static const uint8_t kinds[DIGEST_KINDS] = {
    [DIGEST_MD5] = HASH_MD5,
    [DIGEST_SHA1] = HASH_SHA1,
    [DIGEST_SHA256] = HASH_SHA256,
};

static bool
add_all(struct blob_reader *b, struct digest *d, struct err *e)
{
	static char piece[PIECE];
	size_t n = 1;
	bool done = true;

	for (int64_t at = 0; done && n > 0; at += (int64_t)n)
		done = blob_read(b, at, piece, sizeof(piece), &n, e) &&
		       digest_add(d, piece, n, e);
	explicit_bzero(piece, sizeof(piece));
	return done;
}

static bool
fill_rows(struct arena *of, uint8_t is[DIGEST_KINDS][DIGEST_BYTES_MAX],
    struct hashes *ret, struct err *e)
{
	struct hash_row *v = NEW_N(of, struct hash_row, DIGEST_KINDS);

	if (v == NULL)
		return err_set(e, ERR_LIMIT, "hashes");
	for (size_t i = 0; i < DIGEST_KINDS; i++) {
		v[i] = (struct hash_row){
		    .kind = kinds[i], .quality = HASHES_NO_QUALITY};
		if (!arena_str(
			of, (const char *)is[i], digest_bytes[i], &v[i].value))
			return err_set(e, ERR_LIMIT, "hashes");
	}
	*ret = (struct hashes){v, DIGEST_KINDS};
	return true;
}

bool
infected_hashes(struct house *h, struct arena *a, int64_t medium,
    struct arena *of, struct hashes *ret, struct err *e)
{
	CLEANUP(key_done) struct key key = {{0}};
	uint8_t is[DIGEST_KINDS][DIGEST_BYTES_MAX];
	OWNED(blob_reader) reader = NULL;
	OWNED(digest) d = digest_new(e);
	struct sql_medium_to_take_row m;
	OWNED_FD fd = -1;

	return d != NULL && intake_row(h, a, medium, &m, e) &&
	       intake_blob(
		   h, a, m.organisation, m.name, m.key_wrapped, &fd, &key, e) &&
	       (reader = blob_reader_new(fd, &key, e)) != NULL &&
	       add_all(reader, d, e) && digest_end(d, is, e) &&
	       fill_rows(of, is, ret, e);
}

static bool
note_found(struct house *h, struct arena *a,
    const struct sql_medium_to_take_row *m, const char *name, struct err *e)
{
	const struct organisation *org;
	struct deed d = {.house = h, .arena = a, .now = house_now(h)};
	struct deed_about about = {.kind = "medium", .id = m->id};

	about.detail = arena_fmt(
	    a, "%s; its bytes are in no list; nobody looked at it", name);
	if (!intake_org(h, m->organisation, &org, e))
		return false;
	d.org = org;
	d.today = day_of(org->zone, d.now);
	if (!db_begin(h->db, e))
		return false;
	if (deed_note(&d, AUDIT_MEDIUM_INFECTED, &about, e) &&
	    db_commit(h->db, e))
		return true;
	db_rollback(h->db);
	return false;
}

bool
infected_destroy(struct house *h, struct arena *a, int64_t medium,
    const char *name, struct err *e)
{
	struct sql_medium_to_take_row m;

	return intake_row(h, a, medium, &m, e) &&
	       note_found(h, a, &m, name, e) &&
	       intake_refuse(h, a, medium, "infected", house_now(h), e);
}
