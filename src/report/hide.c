#include "report/hide.h"

#include <inttypes.h>

#include "sql_post.h"
#include "sql_report.h"

/* ---- what it is about ---- */

struct gathered {
	int64_t *implied, *group, *child;
	size_t n_implied, n_group, n_child;
};

static bool
gather_places(const struct deed *d, int64_t post, int64_t whole,
    struct gathered *io, struct err *e)
{
	struct sql_report_groups_rows to;
	struct sql_report_boxed_rows boxed;

	if (!sql_report_groups(d->house->db, d->arena, post, &to, e) ||
	    !sql_report_boxed(d->house->db, d->arena, whole, &boxed, e))
		return false;
	io->group = NEW_N(d->arena, int64_t, to.n + 1);
	io->child = NEW_N(d->arena, int64_t, to.n + boxed.n + 1);
	if (io->group == NULL || io->child == NULL)
		return err_set(e, ERR_LIMIT, "too many children");
	for (size_t i = 0; i < to.n; i++)
		if (to.v[i].activity_group != DB_NULL)
			io->group[io->n_group++] = to.v[i].activity_group;
		else
			io->child[io->n_child++] = to.v[i].child;
	for (size_t i = 0; i < boxed.n; i++)
		io->child[io->n_child++] = boxed.v[i].child;
	return true;
}

static bool
gather_medium(const struct deed *d, struct report_new *io, struct gathered *g,
    struct err *e)
{
	struct sql_report_medium_row r;
	bool found;

	if (!sql_report_medium(
		d->house->db, d->arena, io->subject, d->org->id, &found, &r, e))
		return err_wrap(e, "medium %" PRId64, io->subject);
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "no such medium");
	g->implied = NEW_N(d->arena, int64_t, 2);
	if (g->implied == NULL)
		return err_set(e, ERR_LIMIT, "too many people");
	g->implied[g->n_implied++] = r.uploader;
	g->implied[g->n_implied++] = r.author;
	io->subject = r.whole;
	return gather_places(d, r.post, r.whole, g, e);
}

static bool
gather_post(const struct deed *d, const struct report_new *n,
    struct gathered *g, struct err *e)
{
	struct sql_report_senders_rows senders;
	struct sql_report_post_row r;
	bool found;

	if (!sql_report_post(d->house->db, d->arena, n->subject, d->org->id,
		&found, &r, e) ||
	    !sql_report_senders(
		d->house->db, d->arena, n->subject, &senders, e))
		return err_wrap(e, "post %" PRId64, n->subject);
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "no such post");
	g->implied = NEW_N(d->arena, int64_t, senders.n + 1);
	if (g->implied == NULL)
		return err_set(e, ERR_LIMIT, "too many people");
	g->implied[g->n_implied++] = r.author;
	for (size_t i = 0; i < senders.n; i++)
		g->implied[g->n_implied++] = senders.v[i].uploader;
	return gather_places(d, n->subject, 0, g, e);
}

bool
hide_matter(const struct deed *d, struct report_new *io, struct err *e)
{
	struct gathered g = {0};

	if (io->subject_kind != REPORT_MEDIUM &&
	    io->subject_kind != REPORT_POST)
		return true;
	if (!(io->subject_kind == REPORT_MEDIUM ? gather_medium(d, io, &g, e)
						: gather_post(d, io, &g, e)))
		return false;
	io->implied = g.implied;
	io->n_implied = g.n_implied;
	io->group = g.group;
	io->n_group = g.n_group;
	io->child = g.child;
	io->n_child = g.n_child;
	return true;
}

/* ---- hiding ---- */

static bool
hide_medium(const struct deed *d, int64_t case_file, int64_t whole, bool *ret,
    struct err *e)
{
	struct sql_report_medium_row r;
	struct db *db = d->house->db;
	int64_t rows;
	bool found;

	if (!sql_report_medium(
		db, d->arena, whole, d->org->id, &found, &r, e) ||
	    !sql_hide_media(db, whole, &rows, e))
		return false;
	*ret = found && rows > 0;
	return !*ret || (sql_hide_add(db, case_file, whole, DB_NULL, (str){0},
			     d->now, &rows, e) &&
			    sql_post_recount(db, r.post, &rows, e));
}

static bool
hide_post(const struct deed *d, int64_t case_file, int64_t post, bool *ret,
    struct err *e)
{
	struct sql_report_post_row r;
	struct db *db = d->house->db;
	int64_t rows, media;
	bool found;

	if (!sql_report_post(db, d->arena, post, d->org->id, &found, &r, e) ||
	    !sql_hide_post(db, d->now, post, &rows, e) ||
	    !sql_hide_media_of_post(db, post, &media, e))
		return false;
	*ret = found && rows > 0;
	return !*ret || (sql_hide_add(db, case_file, DB_NULL, post, r.state,
			     d->now, &rows, e) &&
			    sql_post_recount(db, post, &rows, e));
}

bool
hide_subject(const struct deed *d, int64_t case_file,
    enum report_subject subject_kind, int64_t subject, bool *ret, struct err *e)
{
	*ret = false;
	if (subject_kind == REPORT_MEDIUM)
		return hide_medium(d, case_file, subject, ret, e) ||
		       err_wrap(e, "medium %" PRId64, subject);
	if (subject_kind == REPORT_POST)
		return hide_post(d, case_file, subject, ret, e) ||
		       err_wrap(e, "post %" PRId64, subject);
	return true;
}

/* ---- showing again ---- */

static bool
show_medium(const struct deed *d, int64_t whole, struct err *e)
{
	struct sql_report_medium_row r;
	int64_t rows;
	bool found;

	return sql_report_medium(
		   d->house->db, d->arena, whole, d->org->id, &found, &r, e) &&
	       (!found ||
		   (sql_show_media(d->house->db, whole, &rows, e) &&
		       sql_post_recount(d->house->db, r.post, &rows, e)));
}

static bool
show_post(const struct deed *d, int64_t post, str was, struct err *e)
{
	int64_t rows;

	return sql_show_post(d->house->db, was, d->now, post, &rows, e) &&
	       sql_show_media_of_post(d->house->db, post, &rows, e) &&
	       sql_post_recount(d->house->db, post, &rows, e);
}

bool
hide_lift(const struct deed *d, int64_t case_file, bool *ret, struct err *e)
{
	struct sql_hide_open_row r;
	int64_t rows;

	if (!sql_hide_open(d->house->db, d->arena, case_file, ret, &r, e))
		return err_wrap(e, "case %" PRId64, case_file);
	if (!*ret)
		return true;
	return (sql_show_item(d->house->db, d->now, r.id, &rows, e) &&
		   (r.medium != DB_NULL
			   ? show_medium(d, r.medium, e)
			   : show_post(d, r.post, r.post_was, e))) ||
	       err_wrap(e, "case %" PRId64, case_file);
}
