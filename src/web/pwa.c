/* pwa — what makes this place one on a home screen: the manifest
 * (w3.org/TR/appmanifest), and the page that stands in where there is no
 * network.  Both are kept on devices, so neither says anything of anybody. */
#include "html_later.h"
#include "sharing/upload.h"
#include "base/json_out.h"
#include "web/web.h"

#define PAPER "#faf7f2" /* of app.css, by day */
#define SLATE "#1f5f6b"

static const struct {
	const char *asset, *sizes, *purpose;
} icons[] = {
    {"icon-192.png", "192x192", "any"},
    {"icon-512.png", "512x512", "any"},
    {"icon-safe-192.png", "192x192", "maskable"},
    {"icon-safe-512.png", "512x512", "maskable"},
};

static void
put_icons(struct buf *out)
{
	for (size_t i = 0; i < sizeof(icons) / sizeof(icons[0]); i++)
		buf_printf(out,
		    "%s{\"src\":\"" STR_FMT
		    "\",\"sizes\":\"%s\",\"type\":\"image/png\","
		    "\"purpose\":\"%s\"}",
		    i == 0 ? "" : ",", STR_ARG(asset_path(icons[i].asset)),
		    icons[i].sizes, icons[i].purpose);
}

static bool
manifest_show(struct request *r, struct response *out, struct err *e)
{
	struct buf *b = r->view.out;
	enum lang lang;

	if (!lang_of_code(r->word[0], &lang))
		return err_set(e, ERR_NOT_FOUND, "language");
	buf_str(b, S("{\"id\":\"/\",\"start_url\":\"/\",\"scope\":\"/\","
		     "\"display\":\"standalone\",\"background_color\":\"" PAPER
		     "\",\"theme_color\":\"" SLATE "\",\"lang\":"));
	json_out(b, str_c(lang_codes[lang]));
	buf_str(b, S(",\"name\":"));
	json_out(b, r->org == NULL ? S("Préau") : r->org->name);
	buf_str(b, S(",\"short_name\":\"Préau\",\"description\":"));
	json_out(b,
	    lang_text(lang, N_("The life of the groups, for their families.")));
	buf_str(b, S(",\"icons\":["));
	put_icons(b);
	buf_str(b, S("]}"));
	respond_header(r, out, "Cache-Control", S("private, max-age=3600"));
	return respond_bytes(
	    r, out, S("application/manifest+json"), buf_view(b));
}

/* The same for everybody: it is taken along as it is. */
static bool
offline_show(struct request *r, struct response *out, struct err *e)
{
	if (!lang_of_code(r->word[0], &r->view.lang))
		return err_set(e, ERR_NOT_FOUND, "language");
	r->view.viewer = NULL;
	r->view.path = S("/");
	html_offline_page(
	    &r->view, (int64_t)UPLOAD_BYTES_MAX, (int64_t)UPLOAD_VIDEO_MAX);
	return respond_page(r, out, 200);
}

const struct route pwa_routes[] = {
    {HTTP_GET, "/manifest/:word", manifest_show, NEED_NOBODY, ROUTE_QUIET},
    {HTTP_GET, "/offline/:word", offline_show, NEED_NOBODY, ROUTE_QUIET},
    {0},
};
