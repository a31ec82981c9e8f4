#include "web/alt.h"

static str
with(struct view *v, str words, str more)
{
	return arena_fmt(
	    v->arena, STR_FMT " (" STR_FMT ")", STR_ARG(words), STR_ARG(more));
}

str
alt_words(struct view *v, int64_t at, int64_t of, str caption, str album,
    bool video, const struct hidden_photo *h)
{
	const str arg[] = {arena_i64(v->arena, at), arena_i64(v->arena, of),
	    caption.n > 0 ? caption : album};
	const str masked[] = {arena_i64(v->arena, h->masked)};
	const char *words[2][2] = {
	    {N_("Photo %1 of %2, %3"), N_("Photo %1 of %2: %3")},
	    {N_("Video %1 of %2, %3"), N_("Video %1 of %2: %3")}};
	str ret = lang_fill(
	    v->arena, lang_text(v->lang, words[video][caption.n > 0]), arg, 3);

	if (h->withheld)
		return with(v, ret,
		    lang_text(v->lang, N_("not shown to these families")));
	if (h->waits)
		return with(v, ret, lang_text(v->lang, N_("being prepared")));
	if (h->masked == 0)
		return ret;
	return with(v, ret,
	    lang_fill(v->arena,
		lang_plural(v->lang, N_P("%1 face masked", "%1 faces masked"),
		    h->masked),
		masked, 1));
}
