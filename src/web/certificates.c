/*
 * certificates — what was erased, proved: for directors, and for the person
 * whose request it answers.
 */
#include "web/certificates.h"

#include <inttypes.h>

#include "claim/claim.h"
#include "html_certificates.h"
#include "web/member.h"

/* clang-format off */
static const struct { const char *word, *label; } lines[] = {
	{ "number", N_("Number") },
	{ "organisation", N_("Organisation") },
	{ "subject", N_("What was erased") },
	{ "subject-number", N_("Its number") },
	{ "request", N_("Number of the request") },
	{ "by-order-of", N_("By order of") },
	{ "law", N_("By which law") },
	{ "erased-at", N_("Erased at") },
	{ "made-at", N_("Certificate made at") },
	{ "keys-of-originals-destroyed", N_("Originals whose keys are destroyed") },
	{ "keys-of-renditions-destroyed", N_("Other sizes whose keys are destroyed") },
	{ "own-key-destroyed", N_("Own keys destroyed: names, dates, reasons") },
	{ "exports", N_("Exports that the server keeps") },
	{ "readable", N_("Files that can still be read") },
	{ "held-by-law", N_("Files that the law keeps in place") },
	{ "last-backup-with-unreadable-bytes", N_("Last backup that holds bytes of it, which nobody can read") },
	{ "backups-gone-by", N_("That backup is gone by") },
	{ "backups", N_("Backups") },
	{ "erasure-journal-entries", N_("Entries of the erasure journal") },
	{ "erasure-journal-digest", N_("Digest of the erasure journal") },
	{ "key", N_("Key of the signature") },
	{ "signature", N_("Signature") },
};
static const struct { const char *word, *label; } values[] = {
	{ "child", N_("a child") },
	{ "account", N_("an account") },
	{ "album", N_("an album") },
	{ "season", N_("the photos of a season") },
	{ "request", N_("the person concerned") },
	{ "director", N_("the director") },
	{ "rule", N_("the rule of retention") },
	{ "none are kept", N_("none") },
	{ "none", N_("none is known") },
	{ "hold the name until they are gone; restored, it is erased again",
	  N_("they hold the name until they are gone; restored, it is erased again") },
};
static const char *const whats[CERTIFICATE_KINDS] = {
	[CERTIFICATE_CHILD] = N_("a child"),
	[CERTIFICATE_ACCOUNT] = N_("an account"),
	[CERTIFICATE_ALBUM] = N_("an album"),
	[CERTIFICATE_SEASON] = N_("the photos of a season"),
	[CERTIFICATE_SEAL] = N_("what was sealed"),
};
/* clang-format on */

static const char *
label_of(str word)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		if (str_eq(word, str_c(lines[i].word)))
			return lines[i].label;
	return NULL;
}

/* Words of ours in the reader's language; names and numbers as they are. */
static str
value_of(struct request *r, str word, str value)
{
	if (str_eq(word, S("organisation")))
		return value;
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		if (str_eq(value, str_c(values[i].word)))
			return lang_text(r->view.lang, values[i].label);
	return value;
}

static bool
read_rows(struct request *r, const struct certificate *c,
    struct certificate_row_list *ret, struct err *e)
{
	str rest = c->file, word, value;

	ret->v = NEW_N(
	    r->arena, struct certificate_row, sizeof(lines) / sizeof(*lines));
	ret->n = 0;
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "no room for a certificate");
	while (ret->n < sizeof(lines) / sizeof(*lines) &&
	       certificate_line(&rest, &word, &value))
		if (label_of(word) != NULL)
			ret->v[ret->n++] = (struct certificate_row){
			    label_of(word), value_of(r, word, value)};
	return true;
}

/* A director, or whose request it answers. */
static bool
load(struct request *r, struct certificate *ret, struct err *e)
{
	struct deed d = member_deed(r);
	struct claim claim;

	if (!certificate_load(&d, r->id[0], ret, e))
		return false;
	if (viewer_is_director(r->viewer))
		return true;
	if (ret->claim == DB_NULL || !claim_load(&d, ret->claim, &claim, e))
		return err_set(e, ERR_NOT_FOUND, "another's certificate");
	return claim.asker == r->viewer->account ||
	       err_set(e, ERR_NOT_FOUND, "another's certificate");
}

static bool
certificate_show(struct request *r, struct response *out, struct err *e)
{
	struct certificate c;
	struct certificate_page p = {
	    .certificate = &c, .director = viewer_is_director(r->viewer)};

	if (!load(r, &c, e) || !read_rows(r, &c, &p.rows, e))
		return false;
	html_certificate_page(&r->view, &p);
	return respond_page(r, out, 200);
}

static bool
certificate_take(struct request *r, struct response *out, struct err *e)
{
	struct certificate c;

	if (!load(r, &c, e))
		return false;
	respond_header(r, out, "Content-Disposition",
	    arena_fmt(r->arena,
		"attachment; filename=\"certificate-%" PRId64 ".txt\"",
		c.number));
	return respond_bytes(r, out, S("text/plain; charset=utf-8"), c.file);
}

/* ---- all of them, and a new one ---- */

enum { F_KIND, F_SUBJECT };

static const struct field_option kinds[] = {
    {"season", N_("the photos of a season")},
    {"album", N_("an album")},
    {"child", N_("a child")},
    {"account", N_("an account")},
    {0},
};

static const struct field make_fields[] = {
    [F_KIND] = {"kind", N_("What was erased"), NULL, FIELD_CHOICE, true, 0, 0,
	NULL, kinds},
    [F_SUBJECT] = {"subject", N_("Its number"),
	N_("The number at the end of the address of its page."), FIELD_NUMBER,
	true, 1, INT64_MAX, NULL, NULL},
    {0},
};

static bool
list_page(struct request *r, struct response *out, const struct form *f,
    bool again, struct err *e)
{
	struct deed d = member_deed(r);
	struct certificates_page p = {.form = f};
	struct certificates l;

	if (!certificate_list(&d, &l, e))
		return false;
	p.items.v = NEW_N(r->arena, struct certificate_list_item, l.n + 1);
	if (p.items.v == NULL)
		return err_set(e, ERR_LIMIT, "too many certificates");
	for (size_t i = 0; i < l.n; i++)
		p.items.v[p.items.n++] =
		    (struct certificate_list_item){&l.v[i], whats[l.v[i].kind]};
	html_certificates_page(&r->view, &p);
	return again ? member_again(r, out) : respond_page(r, out, 200);
}

static bool
certificates_show(struct request *r, struct response *out, struct err *e)
{
	struct form f;

	form_start(make_fields, &f);
	return list_page(r, out, &f, false, e);
}

static bool
certificate_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	enum certificate_kind k;
	struct form f;
	int64_t id;

	if (!form_read(r, make_fields, &f))
		return list_page(r, out, &f, true, e);
	if (!certificate_of_word(f.value[F_KIND], &k))
		return err_set(e, ERR_INPUT, "kind of certificate");
	if (!certificate_make(&d, k, f.number[F_SUBJECT], DB_NULL, &id, e)) {
		if (e->kind != ERR_NOT_FOUND && e->kind != ERR_CONFLICT)
			return false;
		form_fault(&f, F_SUBJECT,
		    e->kind == ERR_CONFLICT
			? N_("Not all of it is erased yet.")
			: N_("There is nothing of that number here."));
		return list_page(r, out, &f, true, e);
	}
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/certificates/%" PRId64, id));
}

const struct route certificates_routes[] = {
    {HTTP_GET, "/certificates", certificates_show, NEED_DIRECTOR},
    {HTTP_POST, "/certificates", certificate_do, NEED_DIRECTOR},
    {HTTP_GET, "/certificates/:id", certificate_show, NEED_MEMBER},
    {HTTP_GET, "/certificates/:id/file", certificate_take, NEED_MEMBER},
    {0},
};
