/* consents_court — what a judge decided about pictures of one child, as the
 * director notes it: an order that forbids, who decides alone. */
#include "web/consents_child.h"
#include "web/member.h"

/* ---- a court ---- */

static bool
court_word(struct request *r, const struct consent_word *w, struct err *e)
{
	struct deed d = member_deed(r);
	int64_t id;

	return consent_record(&d, w, &id, e);
}

static struct consent_word
court(struct request *r, enum consent_action action)
{
	return (struct consent_word){.child = r->id[0],
	    .media = CONSENT_MEDIA,
	    .speaker = CONSENT_COURT,
	    .action = action,
	    .method = r->session.factor == 2 ? CONSENT_SECOND_STEP
					     : CONSENT_SIGNED_IN,
	    .from_on = r->today,
	    .until_on = DB_NULL,
	    .acted_at = r->now,
	    .note = str_trim(request_field(r, "document"))};
}

/* Every publication on its own, so that one may be allowed again. */
static bool
block_publications(struct request *r, const struct consent_child_page *page,
    struct consent_word *w, struct err *e)
{
	const struct consent_purposes *p = &page->sheet.purposes;

	for (size_t i = 0; i < p->n; i++) {
		w->purpose = p->v[i].id;
		if (p->v[i].publication && !court_word(r, w, e))
			return false;
	}
	return true;
}

bool
block_enter(struct request *r, struct response *out, struct err *e)
{
	struct consent_word w = court(r, CONSENT_BLOCK);
	str until = request_field(r, "until");
	struct consent_child_page page;
	int64_t witness;
	bool done;

	if (!consents_child_read(r, &page, e))
		return false;
	if (w.note.n < 3 || w.note.n > CONSENT_NOTE_MAX)
		return consents_child_again(r, out, &page,
		    N_("Say on which order it rests: the court and the "
		       "day."));
	if (consents_child_number(r, "witness", &witness) &&
	    consents_child_witness(&page, witness))
		w.witness = witness;
	if (until.n > 0 &&
	    (!day_parse(until, &w.until_on) || w.until_on < r->today))
		return consents_child_again(
		    r, out, &page, N_("This day is past."));
	done = str_eq(request_field(r, "all"), S("1"))
		   ? court_word(r, &w, e)
		   : block_publications(r, &page, &w, e);
	return done && consents_child_back(
			   r, out, N_("The order is in force as of now."));
}

bool
block_lift(struct request *r, struct response *out, struct err *e)
{
	struct consent_word w = court(r, CONSENT_LIFT);
	struct consent_child_page page;

	if (!consents_child_read(r, &page, e))
		return false;
	for (size_t i = 0; i < page.blocks.n; i++)
		if (page.blocks.v[i].event == r->id[1])
			w.lifts = r->id[1];
	if (w.lifts == 0)
		return err_set(e, ERR_CONFLICT, "no such order");
	if (w.note.n < 3 || w.note.n > CONSENT_NOTE_MAX)
		return consents_child_again(r, out, &page,
		    N_("Say on which order it rests: the court and the "
		       "day."));
	return court_word(r, &w, e) &&
	       consents_child_back(
		   r, out, N_("The order is lifted as of now."));
}

/* ---- who decides alone ---- */

static bool
knows_adult(const struct consent_child_page *p, int64_t guardian)
{
	for (size_t i = 0; i < p->adults.n; i++)
		if (p->adults.v[i].guardian == guardian)
			return true;
	return false;
}

/* An empty day is the one that is given. */
static bool
read_day(const struct request *r, const char *name, int64_t *io)
{
	str day = request_field(r, name);

	return day.n == 0 || day_parse(day, io);
}

static const char *
read_decision(const struct request *r, const struct consent_child_page *page,
    struct consent_standing_new *io)
{
	if (!read_day(r, "from", &io->from_on) ||
	    !read_day(r, "until", &io->until_on))
		return N_("This is not a day.");
	if (io->until_on != DB_NULL &&
	    (io->until_on < io->from_on || io->until_on < r->today))
		return N_("This day is past.");
	if (io->kind == CONSENT_SOLE)
		return io->purpose == 0
			   ? NULL
			   : N_("Authority over one matter alone is a judge’s "
				"decision.");
	if (io->purpose != 0 &&
	    consent_purpose_by_id(&page->sheet.purposes, io->purpose) == NULL)
		return N_("Say what it is about.");
	return consents_child_witness(page, io->witness)
		   ? NULL
		   : N_("Say who of the team saw it too: a judge’s decision "
			"needs a second pair of eyes.");
}

/* The catalogue's words for what is wrong; NULL: nothing is. */
static const char *
read_standing(const struct request *r, const struct consent_child_page *page,
    struct consent_standing_new *ret)
{
	bool delegated = str_eq(request_field(r, "kind"), S("delegated"));

	*ret = (struct consent_standing_new){.child = r->id[0],
	    .kind = delegated ? CONSENT_DELEGATED : CONSENT_SOLE,
	    .from_on = r->today,
	    .until_on = DB_NULL,
	    .document = str_trim(request_field(r, "document"))};
	if (!consents_child_number(r, "who", &ret->guardian) ||
	    (delegated ? !knows_adult(page, ret->guardian)
		       : ret->guardian == 0 ||
			     !consents_child_knows(page, ret->guardian)))
		return N_("Say who decides alone.");
	if (ret->document.n < 3 || ret->document.n > CONSENT_NOTE_MAX)
		return N_("Say on which document it rests, and of which day.");
	if (!consents_child_number(r, "matter", &ret->purpose))
		ret->purpose = 0;
	if (!consents_child_number(r, "witness", &ret->witness) ||
	    !consents_child_witness(page, ret->witness))
		ret->witness = 0;
	return read_decision(r, page, ret);
}

bool
standing_enter(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct consent_standing_new n;
	struct consent_child_page page;
	const char *fault;
	int64_t id;

	if (!consents_child_read(r, &page, e))
		return false;
	fault = read_standing(r, &page, &n);
	if (fault != NULL)
		return consents_child_again(r, out, &page, fault);
	return consent_standing_add(&d, &n, &id, e) &&
	       consents_child_back(r, out,
		   n.kind == CONSENT_SOLE
		       ? N_("It is noted, and counts as of now.")
		       : N_("It is noted. It counts once the second person has "
			    "confirmed it."));
}

bool
standing_over(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);

	return consent_standing_end(&d, r->id[0], r->id[1], e) &&
	       consents_child_back(r, out, N_("This is ended as of now."));
}
