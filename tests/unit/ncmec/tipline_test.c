/* A report to NCMEC in its house: the process that sends it dies between any
 * two steps, the case ends, nobody outside of the path finds it.  The test
 * stands for egress and for the other side. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "ends/round.h"
#include "hash/digest.h"
#include "ncmec/xsd.h"
#include "sql_seal.h"
#include "tipline/late.h"
#include "tipline/link.h"
#include "tipline/sending.h"
#include "village.h"

#define DAY_S 86400
#define OPEN "tipline WHERE state IN ('checking', 'sending', 'stuck')"

static struct village v;
static enum err_kind answer;
static int64_t number; /* of the last draft of the other side */
static int finished;

#define DONE(x)                                  \
	do {                                     \
		if (!(x))                        \
			fail_msg("%s", v.e.msg); \
	} while (0)
#define DO(call)                                           \
	do {                                               \
		DONE(db_begin(v.house.db, &v.e));          \
		answer = (call) ? ERR_NONE : v.e.kind;     \
		if (answer == ERR_NONE)                    \
			DONE(db_commit(v.house.db, &v.e)); \
		else                                       \
			db_rollback(v.house.db);           \
	} while (0)
#define count(what) village_count(&v, what)

static int
begin(void **state)
{
	(void)state;
	village_open(&v);
	v.conf.ncmec = CONF_NCMEC_ON;
	v.conf.ncmec_retry_s = 1;
	(void)snprintf(v.conf.url, CONF_TEXT_MAX, "https://asso.example");
	(void)snprintf(
	    v.conf.ncmec_email, CONF_TEXT_MAX, "protection@asso.example");
	number = 100;
	finished = 0;
	return 0;
}

static int
end(void **state)
{
	(void)state;
	village_close(&v);
	return 0;
}

/* A mother reports something; the lead handles it. */
static int64_t
a_case_about(enum report_subject kind, int64_t subject)
{
	struct deed d = village_deed(&v, MOTHER);
	struct report_made made;
	struct report_new n = {.category = &categories().v[0],
	    .who = S("guardian"),
	    .reporter = MOTHER,
	    .lang = LANG_FR,
	    .words = S("Look at this."),
	    .subject_kind = kind,
	    .subject = subject};

	DO(report_make(&d, &n, &made, &v.e));
	assert_int_equal(answer, ERR_NONE);
	return made.case_file;
}

/* A photo of SAMI's. */
static int64_t
a_case(void)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);

	return a_case_about(REPORT_MEDIUM, village_photo(&v, post, "a meadow"));
}

static enum err_kind
write_it(int64_t actor, int64_t file, int64_t at, int64_t *ret_id)
{
	const struct tipline_draft draft = {
	    &ncmec_incidents[6], at, S("Some words."), S(""), true, true};
	struct deed d = village_deed(&v, actor);
	struct ncmec_fault fault;

	DO(tipline_make(&d, file, &draft, ret_id, &fault, &v.e));
	return answer;
}

static int64_t
a_report(int64_t file)
{
	struct deed d = village_deed(&v, SAFETY);
	int64_t id = 0;

	assert_int_equal(write_it(SAFETY, file, NOW - 60, &id), ERR_NONE);
	DO(tipline_send(&d, file, id, &v.e));
	assert_int_equal(answer, ERR_NONE);
	return id;
}

/* ---- the other side ---- */

/* « hash » of what stands between the last blank line and the boundary. */
static str
md5_of(str body)
{
	uint8_t all[DIGEST_KINDS][DIGEST_BYTES_MAX];
	OWNED(digest) g = digest_new(&v.e);
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	const char *from = body.p, *at;
	str hex;

	while ((at = memmem(from, (size_t)(body.p + body.n - from), "\r\n\r\n",
		    4)) != NULL)
		from = at + 4;
	at = memmem(from, (size_t)(body.p + body.n - from), "\r\n--", 4);
	assert_non_null(at);
	DONE(digest_add(g, from, (size_t)(at - from), &v.e));
	DONE(digest_end(g, all, &v.e));
	buf_hex(&b, all[DIGEST_MD5], 16);
	DONE(arena_str(v.arena, b.p, b.n, &hex));
	return hex;
}

static str
says(const struct tipline_call *c)
{
	str extra = S("");

	if (str_eq(c->path, S("/submit")))
		extra = arena_fmt(
		    v.arena, "<reportId>%d</reportId>", (int)++number);
	if (str_eq(c->path, S("/upload")))
		extra = arena_fmt(v.arena,
		    "<fileId>f</fileId><hash>" STR_FMT "</hash>",
		    STR_ARG(md5_of(c->body)));
	finished += str_eq(c->path, S("/finish"));
	if (str_eq(c->path, S("/finish")))
		return S("<reportDoneResponse><responseCode>0</responseCode>"
			 "</reportDoneResponse>");
	return arena_fmt(v.arena,
	    "<reportResponse><responseCode>0</responseCode>" STR_FMT
	    "</reportResponse>",
	    STR_ARG(extra));
}

static void
hear(const struct tipline_call *c, str body, int64_t now)
{
	const struct egress_answer m = {.outcome = EGRESS_ANSWERED,
	    .status = 200,
	    .trace = S("4f-9"),
	    .body = body};
	const char *why;
	bool stuck;

	DONE(tipline_said(
	    &v.house, v.arena, c->id, c->tipline, &m, now, &stuck, &why, &v.e));
	assert_false(stuck);
}

/* ---- */

static void
a_process_that_dies_between_any_two_steps_tells_it_once(void **state)
{
	/* Dies before the n-th call goes out, or after it was heard there. */
	for (int at = 0; at < 10; at++) {
		struct tipline_call c;
		int64_t file, now = NOW;

		(void)begin(state);
		file = a_case();
		(void)a_report(file);
		for (int i = 0; i < 16; i++, now += 10) {
			DONE(tipline_take(&v.house, v.arena, now, &c, &v.e));
			if (c.id == 0)
				continue;
			if (i == at / 2 && at % 2 == 1 &&
			    !str_eq(c.path, S("/finish")))
				(void)says(&c);
			if (i != at / 2) {
				hear(&c, says(&c), now);
				continue;
			}
			/* Another process begins. */
			DONE(tipline_start(&v.house, v.arena, now, &v.e));
		}
		assert_int_equal(count("tipline WHERE state = 'finished'"), 1);
		assert_int_equal(finished, 1);
		assert_int_equal(
		    count("tipline_call WHERE heard_at IS NULL"), 0);
		assert_int_equal(count("hold_order WHERE subject_kind = "
				       "'case' AND released_at IS NULL"),
		    1);
		(void)end(state);
	}
}

static void
nobody_outside_of_the_path_writes_sends_or_cancels(void **state)
{
	int64_t file = a_case(), id = a_report(file), other;
	struct deed d = village_deed(&v, SAMI);

	(void)state;
	assert_int_equal(write_it(SAMI, file, NOW - 60, &other), ERR_NOT_FOUND);
	DO(tipline_send(&d, file, id, &v.e));
	assert_int_equal(answer, ERR_NOT_FOUND);
	DO(tipline_cancel(&d, file, id, &v.e));
	assert_int_equal(answer, ERR_NOT_FOUND);
	assert_int_equal(
	    write_it(SAFETY, file, NOW - 60, &other), ERR_CONFLICT);
}

static void
what_the_rules_refuse_is_not_kept(void **state)
{
	int64_t file = a_case(), id;

	(void)state;
	assert_int_equal(write_it(SAFETY, file, NOW + 60, &id), ERR_INPUT);
	assert_int_equal(count("tipline"), 0);
	v.conf.ncmec = CONF_NCMEC_OFF;
	assert_int_equal(write_it(SAFETY, file, NOW - 60, &id), ERR_NOT_FOUND);
}

static void
a_report_of_the_other_environment_stays_where_it_is(void **state)
{
	int64_t file = a_case(), at;
	struct tipline_call c;

	(void)state;
	(void)a_report(file);
	v.conf.ncmec = CONF_NCMEC_TEST;
	DONE(tipline_due(&v.house, v.arena, NOW, &at, &v.e));
	assert_int_equal(at, DB_NULL);
	DONE(tipline_take(&v.house, v.arena, NOW, &c, &v.e));
	assert_int_equal(c.id, 0);
	v.conf.ncmec = CONF_NCMEC_ON;
	DONE(tipline_due(&v.house, v.arena, NOW, &at, &v.e));
	assert_int_equal(at, NOW);
}

static void
hear_all(int64_t now)
{
	struct tipline_call c;

	for (int i = 0; i < 8; i++, now++) {
		DONE(tipline_take(&v.house, v.arena, now, &c, &v.e));
		if (c.id != 0)
			hear(&c, says(&c), now);
	}
}

static void
what_stands_in_the_other_environment_blocks_no_case(void **state)
{
	struct deed d = village_deed(&v, SAFETY);
	int64_t file = a_case(), id;
	struct tipline_call c;

	(void)state;
	/* A test with a call out that is never heard: there is no report. */
	v.conf.ncmec = CONF_NCMEC_TEST;
	id = a_report(file);
	for (int i = 0; i < 2; i++) {
		DONE(tipline_take(&v.house, v.arena, NOW + i, &c, &v.e));
		hear(&c, says(&c), NOW + i);
	}
	DONE(tipline_take(&v.house, v.arena, NOW + 2, &c, &v.e));
	assert_true(str_eq(c.path, S("/upload")));
	v.conf.ncmec = CONF_NCMEC_ON;
	DO(tipline_cancel(&d, file, id, &v.e));
	assert_int_equal(answer, ERR_NONE);
	id = a_report(file);
	DONE(tipline_start(&v.house, v.arena, NOW, &v.e));
	DONE(tipline_take(&v.house, v.arena, NOW, &c, &v.e));
	hear(&c, says(&c), NOW);
	DONE(tipline_take(&v.house, v.arena, NOW, &c, &v.e));
	hear(&c, says(&c), NOW);
	/* Of a report that was begun only its own environment can say. */
	v.conf.ncmec = CONF_NCMEC_TEST;
	DO(tipline_cancel(&d, file, id, &v.e));
	assert_int_equal(answer, ERR_CONFLICT);
	v.conf.ncmec = CONF_NCMEC_ON;
	hear_all(NOW);
	assert_int_equal(finished, 1);
	assert_int_equal(count("tipline WHERE state = 'finished'"), 1);
}

static void
what_nobody_waits_for_changes_nothing(void **state)
{
	const struct egress_answer m = {
	    .outcome = EGRESS_ANSWERED, .status = 401};
	int64_t file = a_case(), id = a_report(file);
	struct tipline_call c;
	const char *why;
	bool stuck;

	(void)state;
	DONE(tipline_take(&v.house, v.arena, NOW, &c, &v.e));
	hear(&c, says(&c), NOW);
	assert_false(tipline_said(
	    &v.house, v.arena, c.id, id, &m, NOW, &stuck, &why, &v.e));
	assert_int_equal(v.e.kind, ERR_CONFLICT);
	assert_int_equal(count("tipline WHERE state = 'sending'"), 1);
	hear_all(NOW);
	assert_int_equal(finished, 1);
}

/* ---- what is told on a first page ---- */

static size_t
late_of(int64_t account, int64_t now)
{
	struct deed d = village_deed(&v, account);
	struct tipline_lates l;

	d.now = now;
	DONE(tipline_late(&d, &l, &v.e));
	return l.n;
}

static void
what_does_not_get_through_is_told_to_its_path_alone(void **state)
{
	int64_t file = a_case(), now = NOW;
	const char *why;
	bool stuck;

	(void)state;
	(void)a_report(file);
	assert_int_equal(late_of(SAFETY, now), 0);
	/* Nobody answers: after half a day it is told … */
	while (now < NOW + 13 * 3600) {
		const struct egress_answer m = {.outcome = EGRESS_UNREACHABLE};
		struct tipline_call c;

		DONE(tipline_take(&v.house, v.arena, now, &c, &v.e));
		if (c.id != 0)
			DONE(tipline_said(&v.house, v.arena, c.id, c.tipline,
			    &m, now, &stuck, &why, &v.e));
		now += 3600;
		if (count("tipline WHERE state = 'stuck'") == 1)
			break;
	}
	assert_true(count("tipline_call") > 1);
	assert_int_equal(late_of(SAFETY, now), 1);
	/* … and not to who sent what it is about. */
	assert_int_equal(late_of(SAMI, now), 0);
	assert_int_equal(late_of(MOTHER, now), 0);
	village_sql(
	    &v, "UPDATE tipline SET state = 'sending', begun_at = 1000000");
	assert_int_equal(late_of(SAFETY, 1000000 + 12 * 3600), 0);
	assert_int_equal(late_of(SAFETY, 1000000 + 12 * 3600 + 1), 1);
	assert_int_equal(late_of(SAMI, 1000000 + 12 * 3600 + 1), 0);
	v.conf.ncmec = CONF_NCMEC_OFF;
	assert_int_equal(late_of(SAFETY, now), 0);
}

/* Directors read how it stands with NCMEC, and one may be whom it is about. */
static void
that_a_report_goes_out_shows_on_the_page_of_its_case_alone(void **state)
{
	int64_t file = a_case();
	struct deed d = village_deed(&v, SAFETY);
	const struct egress_answer down = {.outcome = EGRESS_TOO_SLOW};
	struct tipline_link before, l;
	struct tipline_call c;
	const char *why;
	bool stuck;

	(void)state;
	(void)a_report(file);
	DONE(tipline_link_read(&v.house, v.arena, &before, &v.e));
	DONE(tipline_take(&v.house, v.arena, NOW, &c, &v.e));
	assert_true(str_eq(c.path, S("/status")));
	hear(&c, says(&c), NOW);
	DONE(tipline_link_read(&v.house, v.arena, &l, &v.e));
	assert_int_equal(l.status_at, before.status_at);
	assert_int_equal(l.well_at, before.well_at);
	DONE(tipline_link_of_case(&d, file + 1, &l, &v.e));
	assert_int_equal(l.status_at, before.status_at);
	DONE(tipline_link_of_case(&d, file, &l, &v.e));
	assert_true(l.status_at == NOW && l.well_at == NOW);
	assert_int_equal(l.status_why, NCMEC_NO_TROUBLE);
	/* Asked anew, and no answer. */
	DONE(tipline_take(&v.house, v.arena, NOW + 700, &c, &v.e));
	assert_true(str_eq(c.path, S("/status")));
	DONE(tipline_said(&v.house, v.arena, c.id, c.tipline, &down, NOW + 700,
	    &stuck, &why, &v.e));
	DONE(tipline_link_of_case(&d, file, &l, &v.e));
	assert_int_equal(l.status_at, NOW + 700);
	assert_int_equal(l.status_why, NCMEC_SLOW);
	assert_int_equal(l.well_at, NOW);
	/* Tried by hand since. */
	l.status_at = NOW + 800;
	l.status_why = NCMEC_NO_TROUBLE;
	DONE(tipline_link_of_case(&d, file, &l, &v.e));
	assert_int_equal(l.status_why, NCMEC_NO_TROUBLE);
}

/* ---- from where it was sent ---- */

static bool
doc_has(str doc, const char *words)
{
	return memmem(doc.p, doc.n, words, strlen(words)) != NULL;
}

static str
doc_of(int64_t file, bool accounts, bool addresses)
{
	const struct tipline_draft draft = {&ncmec_incidents[6], NOW - 60,
	    S("Some words."), S(""), accounts, addresses};
	struct deed d = village_deed(&v, SAFETY);
	struct ncmec_fault fault;
	struct tiplines all;
	int64_t id;

	DO(tipline_make(&d, file, &draft, &id, &fault, &v.e));
	assert_int_equal(answer, ERR_NONE);
	DONE(tipline_of_case(&d, file, &all, &v.e));
	DO(tipline_cancel(&d, file, id, &v.e));
	assert_int_equal(answer, ERR_NONE);
	return all.v[0].doc;
}

static void
set_origin(str text)
{
	struct deed d = village_deed(&v, SAMI);
	int64_t rows;
	str enc;

	DONE(deed_seal(&d, "medium.from_enc", text, &enc, &v.e));
	DONE(sql_seal_from(v.house.db, enc, 1, &rows, &v.e));
	assert_int_equal(rows, 1);
}

static void
addresses_are_told_where_they_are_wanted_and_known(void **state)
{
	int64_t file = a_case();
	str doc;

	(void)state;
	assert_int_equal(count("medium WHERE id = 1"), 1);
	assert_false(doc_has(doc_of(file, false, true), "ipCaptureEvent"));
	set_origin(S("203.0.113.7 port 51234"));
	assert_false(doc_has(doc_of(file, false, false), "ipCaptureEvent"));
	doc = doc_of(file, false, true);
	assert_true(doc_has(doc, "    <ipCaptureEvent>\n"
				 "      <ipAddress>203.0.113.7</ipAddress>\n"
				 "      <eventName>Upload</eventName>\n"));
	assert_true(doc_has(doc, "      <port>51234</port>\n"));
	assert_false(doc_has(doc, "espIdentifier"));
	set_origin(S("2001:db8::7"));
	doc = doc_of(file, false, true);
	assert_true(doc_has(doc, "<ipAddress>2001:db8::7</ipAddress>"));
	assert_false(doc_has(doc, "<port>"));
}

/* The schema takes one. */
static void
one_is_reported_and_every_other_account_stands_beside_it(void **state)
{
	struct deed d = village_deed(&v, SAFETY);
	int64_t file = a_case();
	str doc, before;

	(void)state;
	set_origin(S("203.0.113.7"));
	DO(case_name(&d, file, FOX_STAFF, &v.e));
	assert_int_equal(answer, ERR_NONE);
	doc = doc_of(file, true, true);
	assert_true(doc_has(
	    doc, arena_fmt(v.arena,
		     "  <personOrUserReported>\n"
		     "    <espIdentifier>account %d</espIdentifier>\n"
		     "    <espService>https://asso.example</espService>\n"
		     "    <associatedAccount type=\"Other\">\n"
		     "      <espService>https://asso.example</espService>\n"
		     "      <espIdentifier>",
		     FOX_STAFF)
		     .p));
	assert_true(doc_has(doc, "        <ipAddress>203.0.113.7"));
	while (str_cut(&doc, '<', &before) &&
	       !str_starts(doc, S("/personOrUserReported>")))
		continue;
	assert_false(doc_has(doc, "<personOrUserReported"));
}

static void
words_alone_go_without_a_list_and_speak_of_none(void **state)
{
	int64_t file = a_case_about(REPORT_NOTHING, 0);
	str doc = doc_of(file, false, true);
	struct tipline_call c;

	(void)state;
	assert_true(doc_has(doc, "of a private platform for families.</"));
	assert_false(doc_has(doc, "digests"));
	(void)a_report(file);
	for (int i = 0; i < 8; i++) {
		DONE(tipline_take(&v.house, v.arena, NOW + i, &c, &v.e));
		assert_false(str_eq(c.path, S("/upload")));
		if (c.id != 0)
			hear(&c, says(&c), NOW + i);
	}
	assert_int_equal(finished, 1);
}

/* Every element of what goes out is one that the schema is asked for. */
static void
all_are_asked_for(str doc)
{
	str before, name, alone, rest;

	while (str_cut(&doc, '<', &before) && str_cut(&doc, '>', &name)) {
		bool there = name.p[0] == '/' || name.p[0] == '?';

		rest = name; /* without what stands beside it */
		if (str_cut(&rest, ' ', &alone))
			name = alone;
		for (size_t i = 0; ncmec_sent[i] != NULL; i++)
			there |= str_eq(name, str_c(ncmec_sent[i]));
		if (!there)
			fail_msg("%.*s", (int)name.n, name.p);
	}
}

static void
what_is_sent_is_what_the_schema_is_asked_for(void **state)
{
	const struct tipline_draft draft = {&ncmec_incidents[6], NOW - 60,
	    S("Some words."), S("A child waits there."), true, true};
	struct deed d = village_deed(&v, SAFETY);
	int64_t file = a_case(), id;
	struct ncmec_fault fault;
	struct tipline_call c;
	int seen = 0;

	(void)state;
	set_origin(S("203.0.113.7 port 51234"));
	DO(case_name(&d, file, FOX_STAFF, &v.e));
	assert_int_equal(answer, ERR_NONE);
	DO(tipline_make(&d, file, &draft, &id, &fault, &v.e));
	DO(tipline_send(&d, file, id, &v.e));
	for (int i = 0; i < 8; i++) {
		DONE(tipline_take(&v.house, v.arena, NOW + i, &c, &v.e));
		if (c.id == 0)
			continue;
		if (c.method == EGRESS_POST_XML) {
			all_are_asked_for(c.body);
			seen++;
		}
		hear(&c, says(&c), NOW + i);
	}
	assert_int_equal(seen, 2);
}

static void
whether_a_file_was_opened_is_what_the_register_says(void **state)
{
	int64_t post = village_draft(&v, SQUIRRELS, 0);
	int64_t photo = village_photo(&v, post, "a lake");
	static const struct {
		int64_t actor;
		enum audit_action action;
		const char *detail;
		bool opened;
	} lines[] = {
	    {SAFETY, AUDIT_MEDIUM_VIEWED, "", false},
	    {SAFETY, AUDIT_MEDIUM_DOWNLOADED, "", false},
	    {MOTHER, AUDIT_MEDIUM_DOWNLOADED, "original print", false},
	    {SAFETY, AUDIT_MEDIUM_DOWNLOADED, "original safety", true},
	};
	struct deed d;
	bool opened;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		const struct deed_about about = {.kind = "medium",
		    .id = photo,
		    .detail = str_c(lines[i].detail)};

		d = village_deed(&v, lines[i].actor);
		DO(deed_note(&d, lines[i].action, &about, &v.e));
		DONE(tipline_viewed(&d, photo, &opened, &v.e));
		assert_int_equal(opened, lines[i].opened);
	}
	DONE(tipline_viewed(&d, photo + 1, &opened, &v.e));
	assert_false(opened);
}

/* What is said of a file is true when it is sent, not when it was written. */
static void
a_file_that_was_opened_since_is_told_anew(void **state)
{
	const struct deed_about about = {
	    .kind = "medium", .id = 1, .detail = S("original safety")};
	struct deed d = village_deed(&v, SAFETY);
	int64_t file = a_case(), id = 0;
	struct tiplines all;
	bool outdated;

	(void)state;
	assert_int_equal(write_it(SAFETY, file, NOW - 60, &id), ERR_NONE);
	DONE(tipline_of_case(&d, file, &all, &v.e));
	assert_true(doc_has(all.v[0].records, ",no,no,"));
	DONE(tipline_outdated(&d, &all.v[0], &outdated, &v.e));
	assert_false(outdated);
	DO(deed_note(&d, AUDIT_MEDIUM_DOWNLOADED, &about, &v.e));
	DONE(tipline_outdated(&d, &all.v[0], &outdated, &v.e));
	assert_true(outdated);
	DO(tipline_send(&d, file, id, &v.e));
	assert_int_equal(answer, ERR_CONFLICT);
	DO(tipline_cancel(&d, file, id, &v.e));
	assert_int_equal(answer, ERR_NONE);
	(void)a_report(file);
	DONE(tipline_of_case(&d, file, &all, &v.e));
	assert_true(doc_has(all.v[0].records, ",yes,no,"));
}

static void
it_ends_with_its_case_and_not_before_it_is_over(void **state)
{
	int64_t file = a_case(), id = a_report(file);
	struct deed d = village_deed(&v, SAFETY);
	int64_t late = NOW + (int64_t)4000 * DAY_S;
	bool more = true;

	(void)state;
	DO(case_decide(&d, file, CASE_PASSED_ON, S("Passed on."), &v.e));
	assert_int_equal(answer, ERR_NONE);
	/* Nothing ends before the rules were there for a while. */
	DONE(ends_round(&v.house, v.arena, NOW, &more, &v.e));
	for (int i = 0; i < 20; i++)
		DONE(ends_round(&v.house, v.arena, late + i, &more, &v.e));
	assert_int_equal(count("case_file"), 1);
	assert_int_equal(count(OPEN), 1);
	DO(tipline_cancel(&d, file, id, &v.e));
	assert_int_equal(answer, ERR_NONE);
	for (int i = 0; i < 20; i++)
		DONE(ends_round(
		    &v.house, v.arena, late + DAY_S + i, &more, &v.e));
	assert_int_equal(count("case_file"), 0);
	assert_int_equal(count("tipline"), 0);
	assert_int_equal(count("tipline_call"), 0);
}

static void
a_case_that_was_erased_leaves_nothing_to_read(void **state)
{
	int64_t file = a_case(), id = a_report(file);
	struct deed d = village_deed(&v, SAFETY);
	struct tiplines all;

	(void)state;
	DO(tipline_cancel(&d, file, id, &v.e));
	DONE(tipline_of_case(&d, file, &all, &v.e));
	assert_true(all.n == 1 && all.v[0].doc.n > 100);
	village_sql(
	    &v, "UPDATE case_file SET key_wrapped = NULL, ended_at = 1");
	DONE(tipline_of_case(&d, file, &all, &v.e));
	assert_int_equal(all.v[0].doc.n, 0);
	assert_int_equal(all.v[0].records.n, 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_process_that_dies_between_any_two_steps_tells_it_once),
	    T(nobody_outside_of_the_path_writes_sends_or_cancels),
	    T(what_the_rules_refuse_is_not_kept),
	    T(a_report_of_the_other_environment_stays_where_it_is),
	    T(what_stands_in_the_other_environment_blocks_no_case),
	    T(what_nobody_waits_for_changes_nothing),
	    T(what_does_not_get_through_is_told_to_its_path_alone),
	    T(that_a_report_goes_out_shows_on_the_page_of_its_case_alone),
	    T(addresses_are_told_where_they_are_wanted_and_known),
	    T(one_is_reported_and_every_other_account_stands_beside_it),
	    T(words_alone_go_without_a_list_and_speak_of_none),
	    T(what_is_sent_is_what_the_schema_is_asked_for),
	    T(whether_a_file_was_opened_is_what_the_register_says),
	    T(a_file_that_was_opened_since_is_told_anew),
	    T(it_ends_with_its_case_and_not_before_it_is_over),
	    T(a_case_that_was_erased_leaves_nothing_to_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
