/* about — the pages that anybody may read: what this place is, and the
 * language. */
#include "html_about.h"
#include "web/web.h"

static str
organisation_name(const struct request *r)
{
	return r->org == NULL ? S("Préau") : r->org->name;
}

static bool
about_show(struct request *r, struct response *out, struct err *e)
{
	(void)e;
	html_about_page(&r->view, organisation_name(r));
	return respond_page(r, out, 200);
}

/* Where the reader was: a path of ours, nothing else. */
static str
back_path(struct request *r)
{
	str back = request_query(r, "back");

	if (back.n < 1 || back.p[0] != '/' ||
	    (back.n > 1 && back.p[1] == '/') ||
	    memchr(back.p, '\\', back.n) != NULL)
		return S("/");
	for (size_t i = 0; i < back.n; i++)
		if (back.p[i] <= ' ' || back.p[i] >= 0x7f)
			return S("/");
	return back;
}

static bool
lang_choose(struct request *r, struct response *out, struct err *e)
{
	enum lang lang;

	if (!lang_of_code(r->word[0], &lang))
		return err_set(e, ERR_NOT_FOUND, "language");
	respond_lang(r, out, lang);
	return respond_see_other(r, out, back_path(r));
}

const struct route about_routes[] = {
    {HTTP_GET, "/about", about_show, NEED_NOBODY},
    {HTTP_GET, "/language/:word", lang_choose, NEED_NOBODY},
    {0},
};
