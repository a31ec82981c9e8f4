/* seal_record — what a seal's record says, in the reader's words. */
#include "base/num.h"
#include "web/member.h"
#include "web/seals.h"

static const struct {
	str word;
	const char *label;
} labels[] = {
    {S("sent-by"), N_("Sent by")},
    {S("sent-at"), N_("Sent at")},
    {S("sent-from"), N_("From this address")},
    {S("album"), N_("Album")},
    {S("album-number"), N_("Number of the album")},
    {S("album-state"), N_("State of the album then")},
    {S("shown-from"), N_("To be seen from")},
    {S("file-state"), N_("State of the file then")},
    {S("for-group"), N_("For the group")},
    {S("for-child"), N_("For the family of the child number")},
    {S("received-by"), N_("Opened or taken by")},
    {S("received-at"), N_("For the first time at")},
};

static const char *
label_of(str word)
{
	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++)
		if (str_eq(labels[i].word, word))
			return labels[i].label;
	return NULL;
}

/* « 2026-11-29T18:04:09Z ». */
static bool
time_of(str value, int64_t *ret)
{
	int64_t day, hour, minute, second;

	if (value.n != 20 || value.p[10] != 'T' || value.p[19] != 'Z' ||
	    !day_parse(str_sub(value, 0, 10), &day) ||
	    !num_i64(str_sub(value, 11, 2), 0, 23, &hour) ||
	    !num_i64(str_sub(value, 14, 2), 0, 59, &minute) ||
	    !num_i64(str_sub(value, 17, 2), 0, 60, &second))
		return false;
	*ret = ((day * 24 + hour) * 60 + minute) * 60 + second;
	return true;
}

/* The reader's hour, with the exact one beside it. */
static str
said_time(struct view *v, int64_t at, str value)
{
	return arena_fmt(v->arena, STR_FMT ", " STR_FMT " (" STR_FMT ")",
	    STR_ARG(say_date(v, day_of(v->org->zone, at))),
	    STR_ARG(say_time(v, at)), STR_ARG(value));
}

/* Words of the record itself; everything else in it is somebody's own. */
static str
said(struct view *v, str word, str value)
{
	static const struct {
		str word, value;
		const char *text;
	} own[] = {
	    {S("sent-from"), S("unknown"), N_("an address that is not known")},
	    {S("album-state"), S("draft"), N_("not published yet")},
	    {S("album-state"), S("published"), N_("published")},
	    {S("album-state"), S("withdrawn"), N_("withdrawn already")},
	    {S("file-state"), S("ready"), N_("could be seen")},
	    {S("file-state"), S("queued"), N_("was being prepared")},
	    {S("file-state"), S("held"), N_("was hidden already")},
	    {S("file-state"), S("locked"), N_("was stopped already")},
	};
	int64_t at;

	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		if (str_eq(own[i].word, word) && str_eq(own[i].value, value))
			return lang_text(v->lang, own[i].text);
	return time_of(value, &at) ? said_time(v, at, value) : value;
}

static void
read_line(struct view *v, str word, str value, struct seal_record *io)
{
	struct seal_names *sent = &io->sent;
	struct seal_name *last = sent->n > 0 ? &sent->v[sent->n - 1] : NULL;
	const char *label = label_of(word);
	int64_t day;

	if (label != NULL)
		io->rows.v[io->rows.n++] =
		    (struct seal_row){label, said(v, word, value)};
	else if (str_eq(word, S("could-see")))
		io->see.v[io->see.n++] = (struct seal_name){.name = value};
	else if (str_eq(word, S("sent-to")))
		sent->v[sent->n++] = (struct seal_name){.name = value};
	else if (str_eq(word, S("sent-first")) && last != NULL)
		last->first = said(v, word, value);
	else if (str_eq(word, S("sent-last")) && last != NULL)
		last->last = day_parse(value, &day) ? say_date(v, day) : value;
	io->lists |= str_eq(word, S("file-state"));
}

bool
seal_record_read(
    struct view *v, str record, struct seal_record *ret, struct err *e)
{
	size_t most = 1;
	str line, word;

	for (size_t i = 0; i < record.n; i++)
		most += record.p[i] == '\n';
	*ret = (struct seal_record){
	    .rows = {NEW_N(v->arena, struct seal_row, most), 0},
	    .see = {NEW_N(v->arena, struct seal_name, most), 0},
	    .sent = {NEW_N(v->arena, struct seal_name, most), 0}};
	if (ret->rows.v == NULL || ret->see.v == NULL || ret->sent.v == NULL)
		return err_set(e, ERR_LIMIT, "too long a record");
	while (record.n > 0) {
		(void)str_cut(&record, '\n', &line);
		if (str_cut(&line, ':', &word))
			read_line(v, word, str_trim(line), ret);
	}
	return true;
}
