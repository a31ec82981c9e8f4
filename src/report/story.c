#include "report/story.h"

#include <inttypes.h>

#include "crypto/mac.h"
#include "report/lock.h"
#include "sql_report.h"

#define COLUMN "case_event.words_enc"

/* clang-format off */
static const struct { str word; const char *sentence; } deeds[STORY_DEEDS] = {
	[STORY_OPENED] = { S("opened"), N_("Reported") },
	[STORY_JOINED] = { S("joined"), N_("Reported by somebody else too") },
	[STORY_HIDDEN] = { S("hidden"), N_("Hidden from everybody until somebody has decided") },
	[STORY_SHOWN] = { S("shown"), N_("Shown again") },
	[STORY_READ] = { S("read"), N_("Read by %1") },
	[STORY_SAFE_READ] = { S("safe-read"), N_("%1 read the evidence safe of the family") },
	[STORY_SAFE_SEEN] = { S("safe-seen"), N_("%1 opened a picture of the evidence safe") },
	[STORY_TAKEN] = { S("taken"), N_("Taken on by %1") },
	[STORY_LEFT] = { S("left"), N_("Handed back by %1") },
	[STORY_NAMED] = { S("named"), N_("%1 wrote down one more person whom it is about") },
	[STORY_NOTED] = { S("noted"), N_("Note of %1") },
	[STORY_ASKED] = { S("asked"), N_("Question to who reported") },
	[STORY_ANSWERED] = { S("answered"), N_("Answer of who reported") },
	[STORY_DECIDED] = { S("decided"), N_("Decided by %1") },
	[STORY_AGAIN] = { S("again"), N_("A second look was asked for") },
	[STORY_UPHELD] = { S("upheld"), N_("%1 looked again: the decision stands") },
	[STORY_HELD] = { S("held"), N_("%1 holds what belongs to it") },
	[STORY_RELEASE_ASKED] = { S("release-asked"), N_("%1 asked to release a hold") },
	[STORY_RELEASED] = { S("released"), N_("A hold is over") },
	[STORY_CHANGED] = { S("changed"), N_("%1 looked again: the decision was changed") },
	[STORY_STATED] = { S("stated"), N_("%1 decided something about somebody") },
	[STORY_TOLD] = { S("told"), N_("%1 told whom it concerns") },
	[STORY_LIFTED] = { S("lifted"), N_("What was taken from somebody was given back") },
	[STORY_SEAL_WANTED] = { S("seal-wanted"), N_("%1 had it sealed: nobody sees it any more") },
	[STORY_SEALED] = { S("sealed"), N_("Sealed: only two custodians together can hand it over") },
	[STORY_HANDED] = { S("handed"), N_("%1 handed it over to an authority") },
	[STORY_SEAL_RELEASED] = { S("seal-released"), N_("%1 wrote down that an authority lets it be destroyed") },
	[STORY_DESTROYED] = { S("destroyed"), N_("Destroyed by two custodians, with %1") },
	[STORY_APPEALED] = { S("appealed"), N_("Whom it concerns appealed") },
	[STORY_APPEAL_UPHELD] = { S("appeal-upheld"), N_("%1 answered the appeal: it stays as it is") },
	[STORY_LOOKED] = { S("read"), N_("%1 was shown a picture: small, grey and blurred") },
	[STORY_LOOKED_CLOSER] = { S("read"), N_("%1 was shown a picture: small and grey") },
	[STORY_PASSED] = { S("left"), N_("Handed on to somebody else") },
	[STORY_APPEAL_REVERSED] = { S("appeal-reversed"), N_("%1 answered the appeal: it is undone") },
	[STORY_PAPER_BEGUN] = { S("paper-begun"), N_("%1 began an official paper") },
	[STORY_PAPER_CHECKED] = { S("paper-checked"), N_("%1 checked an official paper") },
	[STORY_PAPER_SENT] = { S("paper-sent"), N_("%1 sent an official paper") },
	[STORY_PAPER_DROPPED] = { S("paper-dropped"), N_("%1 said that an official paper is not to be sent") },
	[STORY_PAPER_OVER] = { S("paper-over"), N_("The time for which the law has related data kept is over") },
	[STORY_PAPER_CLOSED] = { S("paper-closed"), N_("%1 said what became of related data") },
};
/* clang-format on */

str
story_word(enum story_deed d)
{
	return deeds[d].word;
}

const char *
story_sentence(enum story_deed d)
{
	return deeds[d].sentence;
}

struct link {
	int64_t case_file, at, actor, told;
	str deed, detail, words_enc;
};

static void
link_hash(const struct key *k, const uint8_t before[KEY_DIGEST_BYTES],
    const struct link *l, uint8_t ret[KEY_DIGEST_BYTES])
{
	struct mac m;

	mac_begin(&m, k, "preau case 1");
	mac_put(&m, before, KEY_DIGEST_BYTES);
	mac_i64(&m, l->case_file);
	mac_i64(&m, l->at);
	mac_i64(&m, l->actor);
	mac_str(&m, l->deed);
	mac_i64(&m, l->told);
	mac_str(&m, l->detail);
	mac_str(&m, l->words_enc);
	mac_end(&m, ret);
}

static bool
hash_before(const struct deed *d, int64_t case_file,
    uint8_t ret[KEY_DIGEST_BYTES], struct err *e)
{
	struct sql_case_event_last_row last;
	bool found;

	memset(ret, 0, KEY_DIGEST_BYTES);
	if (!sql_case_event_last(
		d->house->db, d->arena, case_file, &found, &last, e))
		return false;
	if (found && last.hash.n != KEY_DIGEST_BYTES)
		return err_set(e, ERR_CORRUPT, "event %" PRId64, last.id);
	if (found)
		memcpy(ret, last.hash.p, KEY_DIGEST_BYTES);
	return true;
}

/* A reporter's own words are under the report's key, all others under the
 * case's. */
static struct lock
lock_of(str deed, str number, str case_key, str report_key)
{
	bool own = str_eq(deed, deeds[STORY_ANSWERED].word) ||
		   str_eq(deed, deeds[STORY_AGAIN].word);

	return own && report_key.p != NULL
		   ? (struct lock){LOCK_REPORT, number, report_key}
		   : (struct lock){LOCK_CASE, number, case_key};
}

static bool
seal_words(const struct deed *d, struct link *io, str words, struct err *e)
{
	struct sql_case_keys_row row;
	struct lock lock;
	bool found;

	if (words.n == 0)
		return true;
	if (!sql_case_keys(d->house->db, d->arena,
		io->told > 0 ? io->told : DB_NULL, io->case_file, &found, &row,
		e))
		return false;
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "no such case");
	lock = lock_of(io->deed, row.number, row.key_wrapped, row.report_key);
	return lock_seal(d, &lock, COLUMN, words, &io->words_enc, e);
}

bool
story_add(const struct deed *d, int64_t case_file, enum story_deed deed,
    int64_t told, str detail, str words, struct err *e)
{
	struct link l = {.case_file = case_file,
	    .at = d->now,
	    .actor = deed_author(d),
	    .deed = deeds[deed].word,
	    .detail = detail,
	    .told = told};
	uint8_t before[KEY_DIGEST_BYTES], hash[KEY_DIGEST_BYTES];
	struct sql_case_event_add_row row;

	if (!seal_words(d, &l, words, e) ||
	    !hash_before(d, case_file, before, e))
		return false;
	link_hash(&d->org->chain, before, &l, hash);
	return sql_case_event_add(d->house->db, d->arena, case_file, l.at,
		   l.actor, l.deed, told != STORY_INSIDE,
		   told > 0 ? told : DB_NULL, detail, l.words_enc,
		   (str){(const char *)hash, sizeof(hash)}, &row, e) ||
	       err_wrap(e, "case %" PRId64, case_file);
}

static bool
deed_of(str word, enum story_deed *ret)
{
	for (int i = 0; i < STORY_DEEDS; i++)
		if (str_eq(deeds[i].word, word)) {
			*ret = (enum story_deed)i;
			return true;
		}
	return false;
}

/* Three share their word with another: the detail says which it is. */
static enum story_deed
told_apart(enum story_deed deed, str detail)
{
	if (deed == STORY_READ && detail.n > 0)
		return str_starts(detail, S("sharp")) ? STORY_LOOKED_CLOSER
						      : STORY_LOOKED;
	return deed == STORY_LEFT && detail.n > 0 ? STORY_PASSED : deed;
}

static int64_t
told_of(const struct sql_case_story_row *r)
{
	if (r->told == 0)
		return STORY_INSIDE;
	return r->report == DB_NULL ? STORY_TOLD_ALL : r->report;
}

static bool
is_whole(const struct organisation *org, int64_t case_file,
    const struct sql_case_story_row *r, uint8_t io[KEY_DIGEST_BYTES])
{
	const struct link l = {.case_file = case_file,
	    .at = r->at,
	    .actor = r->actor,
	    .deed = r->deed,
	    .detail = r->detail,
	    .words_enc = r->words_enc,
	    .told = told_of(r)};

	link_hash(&org->chain, io, &l, io);
	return key_equal((str){(const char *)io, KEY_DIGEST_BYTES}, r->hash);
}

bool
story_load(struct house *h, struct arena *a, const struct organisation *org,
    int64_t case_file, struct story *ret, struct err *e)
{
	uint8_t hash[KEY_DIGEST_BYTES] = {0};
	struct sql_case_story_rows rows;
	struct story s = {0};

	if (!sql_case_story(h->db, a, case_file, &rows, e))
		return err_wrap(e, "case %" PRId64, case_file);
	s.v = NEW_N(a, struct story_event, rows.n + 1);
	if (s.v == NULL)
		return err_set(e, ERR_LIMIT, "too long a story");
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_case_story_row *r = &rows.v[i];
		struct story_event *to = &s.v[s.n++];
		struct lock lock;

		if (!deed_of(r->deed, &to->deed))
			return err_set(e, ERR_CORRUPT, "event %" PRId64, r->id);
		to->deed = told_apart(to->deed, r->detail);
		to->id = r->id;
		to->at = r->at;
		to->told = told_of(r);
		to->actor =
		    house_text(a, org, "account.name_enc", r->actor_name_enc);
		to->detail = r->detail;
		lock =
		    lock_of(r->deed, r->number, r->key_wrapped, r->report_key);
		to->words = lock_text(a, org, &lock, COLUMN, r->words_enc);
		if (!is_whole(org, case_file, r, hash) && s.broken == 0)
			s.broken = r->id;
	}
	*ret = s;
	return true;
}
