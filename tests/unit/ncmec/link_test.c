/* How it stands with NCMEC in a house: tried when somebody asks, its schema
 * fetched once a week.  The test stands for egress and for the other side. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "ncmec/schema.h"
#include "ncmec/xsd.h"
#include "tipline/link.h"
#include "village.h"

#define DAY_S 86400

static struct village v;
static enum err_kind answer;

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

static int
begin(void **state)
{
	(void)state;
	village_open(&v);
	v.conf.ncmec = CONF_NCMEC_ON;
	v.conf.ncmec_retry_s = 1;
	return 0;
}

static int
end(void **state)
{
	(void)state;
	village_close(&v);
	return 0;
}

static str
schema_without(const char *word)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(16384);
	static const char *const values[] = {
	    "Upload", "Supplemental Reported", "Other"};
	str s;

	buf_str(&b, S("<xs:schema xmlns:xs=\"x\">"));
	for (size_t i = 0; ncmec_sent[i] != NULL; i++)
		if (strcmp(ncmec_sent[i], word) != 0)
			buf_printf(
			    &b, "<xs:element name=\"%s\"/>\n", ncmec_sent[i]);
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		buf_printf(&b, "<xs:enumeration value=\"%s\"/>", values[i]);
	for (size_t i = 0; i < ncmec_incidents_n; i++)
		if (strcmp(ncmec_incidents[i].word, word) != 0)
			buf_printf(&b, "<xs:enumeration value=\"%s\"/>",
			    ncmec_incidents[i].word);
	buf_str(&b, S("</xs:schema>"));
	DONE(arena_str(v.arena, b.p, b.n, &s));
	return s;
}

static struct tipline_link
take_schema(str body, uint32_t status, int64_t now)
{
	const struct egress_answer m = {
	    .outcome = EGRESS_ANSWERED, .status = status, .body = body};
	struct tipline_link l;
	const char *why;

	DONE(tipline_link_said(
	    &v.house, v.arena, LINK_SCHEMA, &m, now, &why, &v.e));
	DONE(tipline_link_read(&v.house, v.arena, &l, &v.e));
	return l;
}

static void
the_schema_is_fetched_once_a_week_and_a_change_is_said_until_somebody_looked(
    void **state)
{
	struct deed d = village_deed(&v, SAFETY);
	enum tipline_link_call what;
	struct tipline_link l;
	int64_t at;

	(void)state;
	DONE(tipline_link_due(&v.house, v.arena, NOW, &what, &at, &v.e));
	assert_true(what == LINK_SCHEMA && at <= NOW);
	l = take_schema(schema_without(""), 200, NOW);
	assert_true(!l.changed && l.lacks.n == 0 && l.known_at == NOW);
	DONE(tipline_link_due(&v.house, v.arena, NOW, &what, &at, &v.e));
	assert_int_equal(at, NOW + 7 * DAY_S);
	/* A clock that was a year ahead. */
	DONE(tipline_link_due(
	    &v.house, v.arena, NOW - 365 * DAY_S, &what, &at, &v.e));
	assert_int_equal(at, NOW - 365 * DAY_S);
	/* What is no schema, or did not come, changes nothing. */
	l = take_schema(S("<html/>"), 200, NOW + 1);
	assert_true(!l.changed && l.schema_why == NCMEC_SERVER);
	l = take_schema(S(""), 401, NOW + 1);
	assert_true(!l.changed && l.schema_why == NCMEC_LOGIN);
	assert_int_equal(l.schema_due_at, NOW + 1 + 60);
	l = take_schema(schema_without("victim"), 200, NOW + 2);
	assert_false(l.changed);
	l = take_schema(schema_without("port"), 200, NOW + 3);
	assert_true(l.changed && str_eq(l.lacks, S("port")));
	DO(tipline_link_known(&d, S("00"), &v.e));
	assert_int_equal(answer, ERR_CONFLICT);
	DO(tipline_link_known(&d, l.digest, &v.e));
	assert_int_equal(answer, ERR_NONE);
	DONE(tipline_link_read(&v.house, v.arena, &l, &v.e));
	assert_true(!l.changed && str_eq(l.lacks, S("port")));
	assert_int_equal(
	    village_count(&v, "audit WHERE action = 'ncmec-schema'"), 1);
	l = take_schema(schema_without(ncmec_incidents[2].word), 200, NOW + 4);
	assert_true(str_eq(l.lacks, str_c(ncmec_incidents[2].word)));
	/* The other environment has its own. */
	v.conf.ncmec = CONF_NCMEC_TEST;
	DONE(tipline_link_read(&v.house, v.arena, &l, &v.e));
	assert_true(l.digest.n == 0 && !l.changed);
}

static void
somebody_has_the_connection_tried_and_reads_what_came(void **state)
{
	struct deed d = village_deed(&v, SAFETY);
	struct egress_answer m = {.outcome = EGRESS_UNTRUSTED};
	enum tipline_link_call what;
	struct tipline_link l;
	const char *why;
	int64_t at;

	(void)state;
	DO(tipline_link_want(&d, &v.e));
	assert_int_equal(answer, ERR_NONE);
	DONE(tipline_link_due(&v.house, v.arena, NOW, &what, &at, &v.e));
	assert_true(what == LINK_STATUS && at == NOW);
	DONE(tipline_link_said(
	    &v.house, v.arena, LINK_STATUS, &m, NOW + 1, &why, &v.e));
	assert_string_equal(why, "server");
	DONE(tipline_link_read(&v.house, v.arena, &l, &v.e));
	assert_true(l.wanted_at == DB_NULL && l.status_at == NOW + 1);
	assert_true(l.status_why == NCMEC_SERVER && l.well_at == DB_NULL);
	m = (struct egress_answer){.outcome = EGRESS_ANSWERED,
	    .status = 200,
	    .body = S("<reportResponse><responseCode>0</responseCode>"
		      "</reportResponse>")};
	DONE(tipline_link_said(
	    &v.house, v.arena, LINK_STATUS, &m, NOW + 2, &why, &v.e));
	DONE(tipline_link_read(&v.house, v.arena, &l, &v.e));
	assert_true(l.status_why == NCMEC_NO_TROUBLE && l.well_at == NOW + 2);
	v.conf.ncmec = CONF_NCMEC_OFF;
	DO(tipline_link_want(&d, &v.e));
	assert_int_equal(answer, ERR_NOT_FOUND);
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(the_schema_is_fetched_once_a_week_and_a_change_is_said_until_somebody_looked),
	    T(somebody_has_the_connection_tried_and_reads_what_came),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
