/* senders — whom a report is about, by number, and from which addresses what it
 * is about was sent (medium.from_enc, custody/seal.h): where they are known. */
#include <inttypes.h>

#include "tipline/inside.h"

#define PORT_MARK S(" port ")
#define SAME_S 3600 /* of one connection, within that, once is enough */

struct origin {
	int64_t account, at;
	str address, port; /* port empty: not known */
};

struct origins {
	struct origin *v;
	size_t n, left;
};

/* "203.0.113.7 port 51234", or the address alone. */
static struct origin
read_origin(str text)
{
	struct origin o = {.address = text};

	for (size_t i = 0; i + PORT_MARK.n <= text.n; i++)
		if (str_eq(str_sub(text, i, PORT_MARK.n), PORT_MARK)) {
			o.address = str_sub(text, 0, i);
			o.port = str_sub(text, i + PORT_MARK.n, text.n);
		}
	return o;
}

static bool
is_there(const struct origins *all, const struct origin *o)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct origin *k = &all->v[i];
		int64_t apart = o->at > k->at ? o->at - k->at : k->at - o->at;

		if (k->account == o->account && apart <= SAME_S &&
		    str_eq(k->address, o->address) && str_eq(k->port, o->port))
			return true;
	}
	return false;
}

static bool
find_origins(const struct deed *d, const struct sql_tipline_media_rows *media,
    struct origins *ret, struct err *e)
{
	struct origins all = {
	    NEW_N(d->arena, struct origin, TIPLINE_EVENTS), 0, 0};

	if (all.v == NULL)
		return err_set(e, ERR_LIMIT, "no room for addresses");
	for (size_t i = 0; i < media->n; i++) {
		const struct sql_tipline_media_row *m = &media->v[i];
		struct origin o;

		if (m->from_enc.p == NULL)
			continue;
		o = read_origin(house_text(
		    d->arena, d->org, "medium.from_enc", m->from_enc));
		o.account = m->uploader;
		o.at = m->created_at;
		if (o.address.n == 0 || is_there(&all, &o))
			continue;
		if (all.n < TIPLINE_EVENTS)
			all.v[all.n++] = o;
		else
			all.left++;
	}
	*ret = all;
	return true;
}

/* Each as an upload, with its time: an address alone names nobody. */
static void
put_origin(const struct deed *d, const struct origin *o, struct ncmec_doc *doc,
    struct ncmec_node *user)
{
	struct ncmec_node *n = ncmec_put(doc, user, "ipCaptureEvent", S(""));

	(void)ncmec_put(doc, n, "ipAddress", o->address);
	(void)ncmec_put(doc, n, "eventName", S("Upload"));
	(void)ncmec_put(doc, n, "dateTime", ncmec_time(d->arena, o->at));
	if (o->port.n > 0)
		(void)ncmec_put(doc, n, "port", o->port);
}

/* By its number: who asks by right gets the name. */
static void
put_user(const struct deed *d, const struct tipline_draft *f, int64_t account,
    const struct origins *all, struct ncmec_doc *doc, struct ncmec_node *n)
{
	if (f->accounts)
		(void)ncmec_put(doc, n, "espIdentifier",
		    arena_fmt(d->arena, "account %" PRId64, account));
	(void)ncmec_put(
	    doc, n, "espService", str_sub(str_c(d->house->conf->url), 0, 100));
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].account == account)
			put_origin(d, &all->v[i], doc, n);
}

struct users {
	int64_t *v;
	size_t n;
};

static bool
is_among(const struct users *u, int64_t account)
{
	for (size_t i = 0; i < u->n; i++)
		if (u->v[i] == account)
			return true;
	return false;
}

static bool
has_origin(const struct origins *all, int64_t account)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].account == account)
			return true;
	return false;
}

/* Each once: who is named in the case, who is implied, who else sent it. */
static bool
find_users(const struct deed *d, const struct tipline_draft *f,
    const struct case_whom *whom, const struct origins *all, struct users *ret,
    struct err *e)
{
	struct users u = {NEW_N(d->arena, int64_t, whom->n + all->n + 1), 0};

	if (u.v == NULL)
		return err_set(e, ERR_LIMIT, "no room for accounts");
	for (int implied = 0; implied < 2; implied++)
		for (size_t i = 0; i < whom->n; i++)
			if (whom->v[i].implied == (implied == 1) &&
			    (f->accounts ||
				has_origin(all, whom->v[i].account)) &&
			    !is_among(&u, whom->v[i].account))
				u.v[u.n++] = whom->v[i].account;
	for (size_t i = 0; i < all->n; i++)
		if (!is_among(&u, all->v[i].account))
			u.v[u.n++] = all->v[i].account;
	*ret = u;
	return true;
}

/* A report has one of whom it is; the others stand beside that one. */
static void
put_users(const struct deed *d, const struct tipline_draft *f,
    const struct users *u, const struct origins *all, struct ncmec_doc *doc)
{
	struct ncmec_node *first = NULL, *n;

	for (size_t i = 0; i < u->n; i++) {
		n = i == 0 ? ncmec_put(
				 doc, doc->root, "personOrUserReported", S(""))
			   : ncmec_put(doc, first, "associatedAccount", S(""));
		if (i == 0)
			first = n;
		else
			(void)ncmec_put(doc, n, "type", S("Other"));
		put_user(d, f, u->v[i], all, doc, n);
	}
}

bool
tipline_put_senders(const struct deed *d, int64_t case_file,
    const struct tipline_draft *f, const struct sql_tipline_media_rows *media,
    struct ncmec_doc *doc, size_t *ret_left, struct err *e)
{
	struct origins all = {0};
	struct case_whom whom;
	struct users users;

	*ret_left = 0;
	if (!f->accounts && !f->addresses)
		return true;
	if (!case_whom(d, case_file, &whom, e) ||
	    (f->addresses && !find_origins(d, media, &all, e)) ||
	    !find_users(d, f, &whom, &all, &users, e))
		return false;
	put_users(d, f, &users, &all, doc);
	*ret_left = all.left;
	return true;
}
