/* The papers of each jurisdiction profile, as the program has them. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
/* clang-format on */
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "report/category.h"
#include "report/filing_book.h"

static struct arena *arena;
static struct filing_book book;

static str
own(void)
{
	static char bytes[FILING_BYTES_MAX];
	FILE *f = fopen(FILINGS, "re");
	size_t n;

	assert_non_null(f);
	n = fread(bytes, 1, sizeof(bytes), f);
	(void)fclose(f);
	return (str){bytes, n};
}

static int
begin(void **state)
{
	struct err e;

	(void)state;
	arena = arena_new(16 * FILING_BYTES_MAX);
	if (!filing_book_read(arena, own(), &book, &e))
		fail_msg("%s", e.msg);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

/* Of each profile, in the order in which pages show them. */
static void
every_profile_has_its_papers(void **state)
{
	/* clang-format off */
	static const struct { str profile, papers[8]; } want[] = {
		{ S("fr"), { S("fr-event"), S("fr-crip"), S("fr-prosecutor"), S("fr-pharos"), S("fr-pointdecontact"), S("fr-cnil"), S("eu-notice"), S("eu-reasons") } },
		{ S("ca"), { S("ca-address"), S("ca-police") } },
		{ S("ca-qc"), { S("ca-address"), S("ca-police"), S("qc-dpj") } },
		{ S("eu"), { S("fr-cnil"), S("eu-notice"), S("eu-reasons"), S("eu-suspicion") } },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		const struct filing_paper *last = NULL;

		for (size_t k = 0; k < 8 && want[i].papers[k].n > 0; k++) {
			const struct filing_paper *p =
			    filing_paper(&book, want[i].papers[k]);

			assert_non_null(p);
			assert_true(filing_has(p->profiles, want[i].profile));
			assert_true(last == NULL || p > last);
			last = p;
		}
	}
	assert_null(filing_paper(&book, S("us-form")));
	assert_false(filing_has(S("ca-qc eu"), S("ca")));
}

static bool
is_known(str words)
{
	bool more = true;

	while (more) {
		str one;

		more = str_cut(&words, ' ', &one);
		if (category_of(one) == NULL)
			return false;
	}
	return true;
}

/* French typography, as catalogue.c asks of every other text. */
static void
assert_typed(str s)
{
	static const str bad[] = {
	    S(" ;"), S(" !"), S(" ?"), S(" :"), S("« "), S(" »"), S("'")};

	assert_true(utf8_valid(s));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (s.n > 0 && memmem(s.p, s.n, bad[i].p, bad[i].n) != NULL)
			fail_msg("« %s » in: " STR_FMT, bad[i].p, STR_ARG(s));
}

static void
every_paper_has_its_law_with_a_source_and_a_day(void **state)
{
	(void)state;
	for (size_t i = 0; i < book.n_paper; i++) {
		const struct filing_paper *p = &book.paper[i];

		assert_true(str_starts(p->source, S("http")));
		assert_true(
		    p->source_on > 20000 && p->source_on <= book.reviewed_on);
		assert_true(is_known(p->categories));
		/* A paper that goes out says what must not go with it. */
		assert_true(p->opens.n > 0 || p->n_warning > 0);
		assert_typed(p->name.in[LANG_FR]);
		assert_typed(p->authority.in[LANG_FR]);
		assert_typed(p->when.in[LANG_FR]);
		assert_typed(p->deadline.in[LANG_FR]);
		for (size_t k = 0; k < p->n_warning; k++)
			assert_typed(p->warning[k].in[LANG_FR]);
		for (size_t k = 0; k < p->n_field; k++)
			assert_typed(p->field[k].label.in[LANG_FR]);
	}
	/* What no source was read for is not given out as if it were. */
	assert_false(filing_paper(&book, S("fr-event"))->confirmed);
	assert_false(filing_paper(&book, S("fr-cnil"))->confirmed);
}

static void
assert_order(str paper, const str *want, size_t n)
{
	const struct filing_paper *p = filing_paper(&book, paper);

	assert_int_equal(p->n_field, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(filing_field(p, want[i]), (int)i);
}

static void
fields_stand_in_the_order_of_the_paper(void **state)
{
	static const str crip[] = {S("date"), S("organisation"), S("number"),
	    S("author"), S("role"), S("contact"), S("last"), S("first"),
	    S("sex"), S("born"), S("home"), S("school"), S("parents"),
	    S("family"), S("siblings"), S("when"), S("place"), S("facts"),
	    S("witnesses"), S("done"), S("told"), S("why"), S("sign")};
	static const str address[] = {
	    S("provider"), S("number"), S("address"), S("when")};
	static const str notice[] = {
	    S("location"), S("reasons"), S("name"), S("email"), S("faith")};

	(void)state;
	assert_order(S("fr-crip"), crip, sizeof(crip) / sizeof(crip[0]));
	assert_order(
	    S("ca-address"), address, sizeof(address) / sizeof(address[0]));
	assert_order(
	    S("eu-notice"), notice, sizeof(notice) / sizeof(notice[0]));
}

static void
what_is_for_public_content_alone_asks_first(void **state)
{
	static const str papers[] = {S("fr-pharos"), S("fr-pointdecontact")};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct filing_field *f =
		    filing_paper(&book, papers[i])->field;

		assert_int_equal(f->kind, FILING_CHOICE);
		assert_true(f->required && str_eq(f->only, S("public")));
	}
}

/* Nothing of a case but its number and its time goes with an address. */
static void
an_address_alone_is_reported_in_canada(void **state)
{
	const struct filing_paper *p = filing_paper(&book, S("ca-address"));

	(void)state;
	for (size_t i = 0; i < p->n_field; i++)
		assert_true(p->field[i].from == FILING_HAND ||
			    p->field[i].from == FILING_NUMBER ||
			    p->field[i].from == FILING_REPORTED);
	assert_int_equal(p->keep_days, 0);
	assert_true(p->receipt);
	assert_int_equal(filing_paper(&book, S("ca-police"))->keep_days, 21);
	assert_int_equal(filing_paper(&book, S("fr-cnil"))->hours, 72);
}

#define HEAD                                                                \
	"\"id\":\"a\",\"profiles\":\"fr\",\"fr\":\"A\",\"en\":\"A\","       \
	"\"authority_fr\":\"B\",\"authority_en\":\"B\",\"law_fr\":\"C\","   \
	"\"law_en\":\"C\",\"source\":\"https://x\","                        \
	"\"source_on\":\"2026-11-29\",\"when_fr\":\"D\",\"when_en\":\"D\"," \
	"\"deadline_fr\":\"E\",\"deadline_en\":\"E\",\"categories\":"       \
	"\"worry\","
#define BOOK(papers)                                                   \
	"{\"format\":\"preau-filings-1\",\"reviewed\":\"2026-11-29\"," \
	"\"papers\":[" papers "]}"
#define FIELD                                                             \
	"{\"id\":\"f\",\"kind\":\"line\",\"from\":\"hand\",\"fr\":\"F\"," \
	"\"en\":\"F\"}"
#define PAPER(fields) "{" HEAD "\"routes\":\"post\",\"fields\":[" fields "]}"

static void
a_paper_that_is_not_whole_is_refused(void **state)
{
	static const char *const bad[] = {"", "{}", "[]", BOOK(""),
	    BOOK(PAPER("")), BOOK(PAPER(FIELD "," FIELD)),
	    BOOK(PAPER(FIELD) "," PAPER(FIELD)),
	    BOOK("{" HEAD "\"routes\":\"pigeon\",\"fields\":[" FIELD "]}"),
	    BOOK(PAPER("{\"id\":\"f\",\"kind\":\"choice\",\"from\":\"hand\","
		       "\"fr\":\"F\",\"en\":\"F\"}")),
	    BOOK(PAPER("{\"id\":\"f\",\"kind\":\"line\",\"from\":\"moon\","
		       "\"fr\":\"F\",\"en\":\"F\"}")),
	    BOOK(PAPER("{\"id\":\"f\",\"kind\":\"line\",\"from\":\"hand\","
		       "\"fr\":\"F\"}")),
	    BOOK(PAPER("{\"id\":\"f\",\"kind\":\"line\",\"from\":\"hand\","
		       "\"fr\":\"F\",\"en\":\"F\",\"max\":9000}")),
	    BOOK(PAPER(FIELD)) "x"};
	struct filing_book b;
	struct err e;

	(void)state;
	assert_true(filing_book_read(arena, S(BOOK(PAPER(FIELD))), &b, &e));
	assert_int_equal(b.paper[0].n_field, 1);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (filing_book_read(arena, str_c(bad[i]), &b, &e))
			fail_msg("taken: %s", bad[i]);
}

static void
a_book_that_is_cut_anywhere_is_refused(void **state)
{
	str whole = str_trim(own());

	(void)state;
	for (size_t n = 0; n < whole.n; n += 97) {
		OWNED(arena) a = arena_new(16 * FILING_BYTES_MAX);
		struct filing_book b;
		struct err e;

		assert_false(filing_book_read(a, str_sub(whole, 0, n), &b, &e));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_profile_has_its_papers),
	    cmocka_unit_test(every_paper_has_its_law_with_a_source_and_a_day),
	    cmocka_unit_test(fields_stand_in_the_order_of_the_paper),
	    cmocka_unit_test(what_is_for_public_content_alone_asks_first),
	    cmocka_unit_test(an_address_alone_is_reported_in_canada),
	    cmocka_unit_test(a_paper_that_is_not_whole_is_refused),
	    cmocka_unit_test(a_book_that_is_cut_anywhere_is_refused),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
