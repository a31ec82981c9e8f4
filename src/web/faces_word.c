/* faces_word — the word about a photo, about all stills of a video, about all
 * that waits for a second look; and masking the rest of an album. */
#include <inttypes.h>

#include "web/faces.h"
#include "web/share.h"

const struct word_photo *
faces_place_of(const struct word_list *l, int64_t medium, int64_t *ret_at)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].id == medium) {
			*ret_at = (int64_t)i + 1;
			return &l->v[i];
		}
	return NULL;
}

bool
faces_rest_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);

	if (!faces_may_edit(r, e) || !region_mask_rest(&d, r->id[0], 0, e))
		return false;
	respond_notice(r, out,
	    N_("Every box that nobody had resolved is masked. Each photo still "
	       "needs your word."));
	return faces_see_album(r, out);
}

/* « Nothing was missed », of all that wait for this second look. */
bool
faces_second_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	int64_t n;

	if (!faces_may_edit(r, e) || !word_say_second(&d, r->id[0], &n, e))
		return false;
	if (n > 0)
		respond_notice(
		    r, out, N_("Thank you: your look is noted on each photo."));
	return faces_see_album(r, out);
}

static bool
lead_on(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	struct word_list words;
	int64_t next;

	if (!word_of_post(&d, r->id[0], &words, e))
		return false;
	next = word_next(&words, r->id[1]);
	return next == 0 ? faces_see_album(r, out)
			 : faces_see_photo(r, out, next, 0);
}

/* Of all stills of the video that this one is of. */
static bool
say_video(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	const struct word_photo *here;
	struct word_list words;
	int64_t at, n;

	if (!word_of_post(&d, r->id[0], &words, e))
		return false;
	here = faces_place_of(&words, r->id[1], &at);
	if (here == NULL || here->video == 0)
		return err_set(e, ERR_NOT_FOUND, "no still of a video");
	if (!word_say_video(&d, r->id[0], here->video, &n, e))
		return false;
	respond_notice(r, out,
	    N_("Noted for each picture of the video in which no box is left "
	       "open."));
	return lead_on(r, out, e);
}

bool
faces_word_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	str what = request_field(r, "do");
	enum word_answer answer;
	bool done;

	if (!faces_may_edit(r, e))
		return false;
	if (str_eq(what, S("rest")))
		return region_mask_rest(&d, r->id[0], r->id[1], e) &&
		       faces_see_photo(r, out, r->id[1], 0);
	if (str_eq(what, S("video")))
		return say_video(r, out, e);
	done = str_eq(what, S("nobody"))
		   ? word_nobody(&d, r->id[0], r->id[1], &answer, e)
		   : word_say(&d, r->id[0], r->id[1], &answer, e);
	if (!done)
		return false;
	if (answer == WORD_OPEN)
		return faces_show_fault(r, out,
		    N_("A box of this photo is not resolved yet: say who it "
		       "is, or mask it."),
		    e);
	if (answer == WORD_SECOND)
		respond_notice(r, out,
		    N_("Noted. A child of that day may not be shown: somebody "
		       "else of the team has to look too."));
	return lead_on(r, out, e);
}
