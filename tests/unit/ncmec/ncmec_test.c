/* Documents for the CyberTipline, and its answers. */
#include "ncmec/doc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "ncmec/answer.h"
#include "ncmec/xsd.h"

#define NOW 1772648530 /* a few minutes after 2026-03-04T18:22:05+01:00 */
#define KIND "Online Enticement of Children for Sexual Acts"

static struct arena *a;

static int
begin(void **state)
{
	(void)state;
	a = arena_new((size_t)4 << 20);
	return a == NULL;
}

static int
end(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

/* ---- documents ---- */

struct report {
	struct ncmec_doc doc;
	struct ncmec_node *summary, *internet, *reporter, *person;
};

/* The smallest that is taken, put together in the wrong order on purpose. */
static struct report
smallest(void)
{
	struct report r = {.doc = ncmec_begin(a, &ncmec_report)};
	struct ncmec_node *root = r.doc.root, *chat;

	r.reporter = ncmec_put(&r.doc, root, "reporter", S(""));
	r.person = ncmec_put(&r.doc, r.reporter, "reportingPerson", S(""));
	(void)ncmec_put(
	    &r.doc, r.person, "email", S("protection@asso.example"));
	r.internet = ncmec_put(&r.doc, root, "internetDetails", S(""));
	chat = ncmec_put(&r.doc, r.internet, "chatImIncident", S(""));
	(void)ncmec_put(&r.doc, chat, "chatClient", S("Plateforme X"));
	r.summary = ncmec_put(&r.doc, root, "incidentSummary", S(""));
	(void)ncmec_put(&r.doc, r.summary, "incidentDateTime",
	    S("2026-03-04T18:22:05+01:00"));
	(void)ncmec_put(&r.doc, r.summary, "incidentType", S(KIND));
	return r;
}

static void
is_written(const struct ncmec_doc *d, const char *want)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(NCMEC_BYTES_MAX);
	struct ncmec_fault f;

	if (!ncmec_check(d, NOW, &f))
		fail_msg("%s", ncmec_fault_text(a, LANG_EN, &f).p);
	ncmec_write(&b, d);
	buf_byte(&b, '\0');
	assert_string_equal(b.p, want);
}

static void
the_smallest_report_is_written_in_the_order_of_the_schema(void **state)
{
	struct report r = smallest();

	(void)state;
	is_written(&r.doc, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
			   "<report>\n"
			   "  <incidentSummary>\n"
			   "    <incidentType>" KIND "</incidentType>\n"
			   "    <incidentDateTime>2026-03-04T18:22:05+01:00"
			   "</incidentDateTime>\n"
			   "  </incidentSummary>\n"
			   "  <internetDetails>\n"
			   "    <chatImIncident>\n"
			   "      <chatClient>Plateforme X</chatClient>\n"
			   "    </chatImIncident>\n"
			   "  </internetDetails>\n"
			   "  <reporter>\n"
			   "    <reportingPerson>\n"
			   "      <email>protection@asso.example</email>\n"
			   "    </reportingPerson>\n"
			   "  </reporter>\n"
			   "</report>\n");
}

static void
everything_stands_in_its_place_with_what_stands_beside_it(void **state)
{
	struct report r = smallest();
	struct ncmec_node *root = r.doc.root, *n;

	(void)state;
	(void)ncmec_put(&r.doc, root, "additionalInfo", S("a < b & \"c\""));
	n = ncmec_put(&r.doc, root, "lawEnforcement", S(""));
	(void)ncmec_put(&r.doc, n, "agencyName", S("Gendarmerie"));
	n = ncmec_put(&r.doc, r.summary, "reportAnnotations", S(""));
	(void)ncmec_put(&r.doc, n, "sextortion", S(""));
	n = ncmec_put(&r.doc, r.person, "phone", S("0601020304"));
	(void)ncmec_put(&r.doc, n, "countryCallingCode", S("+33"));
	(void)ncmec_put(&r.doc, n, "type", S("Work"));
	is_written(&r.doc,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<report>\n"
	    "  <incidentSummary>\n"
	    "    <incidentType>" KIND "</incidentType>\n"
	    "    <reportAnnotations>\n"
	    "      <sextortion/>\n"
	    "    </reportAnnotations>\n"
	    "    <incidentDateTime>2026-03-04T18:22:05+01:00"
	    "</incidentDateTime>\n"
	    "  </incidentSummary>\n"
	    "  <internetDetails>\n"
	    "    <chatImIncident>\n"
	    "      <chatClient>Plateforme X</chatClient>\n"
	    "    </chatImIncident>\n"
	    "  </internetDetails>\n"
	    "  <lawEnforcement>\n"
	    "    <agencyName>Gendarmerie</agencyName>\n"
	    "  </lawEnforcement>\n"
	    "  <reporter>\n"
	    "    <reportingPerson>\n"
	    "      <phone type=\"Work\" countryCallingCode=\"+33\">0601020304"
	    "</phone>\n"
	    "      <email>protection@asso.example</email>\n"
	    "    </reportingPerson>\n"
	    "  </reporter>\n"
	    "  <additionalInfo>a &lt; b &amp; &quot;c&quot;"
	    "</additionalInfo>\n"
	    "</report>\n");
}

static struct ncmec_doc
hash_match(void)
{
	struct ncmec_doc d = ncmec_begin(a, &ncmec_file);
	struct ncmec_node *r = d.root, *n;

	(void)ncmec_put(&d, r, "fileRelevance", S("Reported"));
	(void)ncmec_put(&d, r, "reportId", S("4564654"));
	(void)ncmec_put(&d, r, "fileId", S("b0754af766b426f2928a02c651ed4b99"));
	(void)ncmec_put(&d, r, "fileViewedByEsp", S("false"));
	n = ncmec_put(&d, r, "originalFileHash", S("00ff"));
	(void)ncmec_put(&d, n, "hashType", S("SHA256"));
	n = ncmec_put(&d, r, "details", S(""));
	(void)ncmec_put(&d, n, "type", S("HASH"));
	n = ncmec_put(&d, n, "nameValuePair", S(""));
	(void)ncmec_put(&d, n, "value", S("0f0f"));
	(void)ncmec_put(&d, n, "name", S("PDQ"));
	return d;
}

static void
the_record_of_a_hash_that_matched_is_written(void **state)
{
	struct ncmec_doc d = hash_match();

	(void)state;
	is_written(&d, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		       "<fileDetails>\n"
		       "  <reportId>4564654</reportId>\n"
		       "  <fileId>b0754af766b426f2928a02c651ed4b99</fileId>\n"
		       "  <fileViewedByEsp>false</fileViewedByEsp>\n"
		       "  <fileRelevance>Reported</fileRelevance>\n"
		       "  <originalFileHash hashType=\"SHA256\">00ff"
		       "</originalFileHash>\n"
		       "  <details type=\"HASH\">\n"
		       "    <nameValuePair>\n"
		       "      <name>PDQ</name>\n"
		       "      <value>0f0f</value>\n"
		       "    </nameValuePair>\n"
		       "  </details>\n"
		       "</fileDetails>\n");
}

/* ---- what the rules refuse ---- */

static void
is_refused(const struct ncmec_doc *d, const char *name, enum ncmec_why why)
{
	struct ncmec_fault f;

	if (ncmec_check(d, NOW, &f))
		fail_msg("%s is let through", name);
	assert_string_equal(f.field->name, name);
	assert_int_equal(f.why, why);
	for (int l = 0; l < LANGS; l++) {
		str said = ncmec_fault_text(a, (enum lang)l, &f);

		assert_true(said.n > strlen(name) / 2 && said.p[0] != ':');
	}
}

static str
signs(size_t n)
{
	char *p = arena_alloc(a, n + 1, 1);

	memset(p, 'x', n);
	return (str){p, n};
}

static void
refuse_summary(const char *name, str text, enum ncmec_why why)
{
	struct report r = smallest();

	/* In place of the one that is there. */
	for (struct ncmec_node *n = r.summary->first; n != NULL; n = n->next)
		if (strcmp(n->is->name, name) == 0) {
			n->text = text;
			is_refused(&r.doc, name, why);
			return;
		}
	(void)ncmec_put(&r.doc, r.summary, name, text);
	is_refused(&r.doc, name, why);
}

static void
a_time_has_its_zone_and_has_been(void **state)
{
	static const char *const no_zone[] = {"", "2026-03-04",
	    "2026-03-04T18:22:05", "2026-03-04 18:22:05Z",
	    "2026-03-04T18:22:05+0100", "2026-03-04T24:22:05Z",
	    "2026-02-30T18:22:05Z", "2026-03-04T18:22:05.Z",
	    "2026-03-04T18:22:05Zx", "2026-03-04T18:22:05+15:00",
	    "2026-03-04T18:-1:05Z"};

	(void)state;
	for (size_t i = 0; i < sizeof(no_zone) / sizeof(*no_zone); i++)
		refuse_summary(
		    "incidentDateTime", str_c(no_zone[i]), NCMEC_NO_ZONE);
	refuse_summary(
	    "incidentDateTime", S("2027-03-04T18:22:05Z"), NCMEC_TO_COME);
	/* Not yet, though its digits are those of a while ago. */
	refuse_summary(
	    "incidentDateTime", S("2026-03-04T18:22:05-01:00"), NCMEC_TO_COME);
}

static void
texts_have_their_lengths_and_words_are_literal(void **state)
{
	(void)state;
	refuse_summary("platform", signs(257), NCMEC_TOO_LONG);
	refuse_summary("platform", S(" \n "), NCMEC_EMPTY);
	refuse_summary("escalateToHighPriority", signs(3001), NCMEC_TOO_LONG);
	refuse_summary("escalateToHighPriority", S(" "), NCMEC_EMPTY);
	refuse_summary(
	    "incidentDateTimeDescription", signs(3001), NCMEC_TOO_LONG);
	refuse_summary("platform", S("a\x01"), NCMEC_NO_TEXT);
	refuse_summary("platform", S("\xff"), NCMEC_NO_TEXT);
	refuse_summary("incidentType", S("Other"), NCMEC_NO_WORD);
	refuse_summary("incidentType", S("child sex tourism"), NCMEC_NO_WORD);
}

static void
what_is_wanted_stands_there_as_often_as_it_is_wanted(void **state)
{
	struct report r = smallest();
	struct ncmec_doc none = ncmec_begin(a, &ncmec_report);

	(void)state;
	is_refused(&none, "incidentSummary", NCMEC_MISSING);
	(void)ncmec_put(&r.doc, r.summary, "incidentType", S(KIND));
	is_refused(&r.doc, "incidentType", NCMEC_TOO_MANY);
	r = smallest();
	(void)ncmec_put(&r.doc, r.internet, "emailIncident", S(""));
	is_refused(&r.doc, "internetDetails", NCMEC_NOT_ONE);
	r = smallest();
	r.internet->first = r.internet->last = NULL;
	is_refused(&r.doc, "internetDetails", NCMEC_NOT_ONE);
	r = smallest();
	r.reporter->next = r.reporter->next->next; /* without internetDetails */
	is_refused(&r.doc, "internetDetails", NCMEC_MISSING);
	r = smallest();
	(void)ncmec_put(&r.doc, r.doc.root, "victim", S(""));
	is_refused(&r.doc, "victimPerson", NCMEC_MISSING);
}

static void
addresses_ports_and_diallings_are_such(void **state)
{
	static const char *const bad[] = {
	    "a", "a@", "@b", "a b@c", "a@b@c", "<a@b>"};
	struct report r;
	struct ncmec_node *n;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		r = smallest();
		r.person->first->text = str_c(bad[i]);
		is_refused(&r.doc, "email", NCMEC_NO_MAIL);
	}
	r = smallest();
	r.person->first->text = S("");
	is_refused(&r.doc, "email", NCMEC_EMPTY);
	r = smallest();
	n = ncmec_put(&r.doc, r.person, "phone", S("06"));
	(void)ncmec_put(&r.doc, n, "countryCallingCode", S("33"));
	is_refused(&r.doc, "countryCallingCode", NCMEC_NO_NUMBER);
	r = smallest();
	n = ncmec_put(&r.doc, r.doc.root, "personOrUserReported", S(""));
	n = ncmec_put(&r.doc, n, "ipCaptureEvent", S(""));
	(void)ncmec_put(&r.doc, n, "ipAddress", S("203.0.113.7"));
	(void)ncmec_put(&r.doc, n, "port", S("65536"));
	is_refused(&r.doc, "port", NCMEC_NO_NUMBER);
}

static void
refuse_file(const char *name, str text, const char *other, str other_text,
    enum ncmec_why why)
{
	struct ncmec_doc d = hash_match();

	(void)ncmec_put(&d, d.root, name, text);
	for (struct ncmec_node *n = d.root->first; n != NULL; n = n->next)
		if (other != NULL && strcmp(n->is->name, other) == 0)
			n->text = other_text;
	if (other != NULL && strcmp(other, "fileAnnotations") == 0)
		(void)ncmec_put(&d, d.root, other, S(""));
	is_refused(&d, name, why);
}

static void
a_file_says_nothing_that_contradicts_itself(void **state)
{
	struct ncmec_doc d = hash_match();

	(void)state;
	refuse_file(
	    "exifViewedByEsp", S("true"), NULL, S(""), NCMEC_EXIF_UNSEEN);
	refuse_file("industryClassification", S("A1"), "fileRelevance",
	    S("Supplemental Reported"), NCMEC_CLASSED);
	refuse_file(
	    "industryClassification", S("C1"), NULL, S(""), NCMEC_NO_WORD);
	refuse_file(
	    "potentialMeme", S(""), "fileAnnotations", S(""), NCMEC_BOTH);
	refuse_file("publiclyAvailable", S("no"), NULL, S(""), NCMEC_NO_WORD);
	(void)ncmec_put(&d, d.root, "industryClassification", S("B2"));
	assert_true(ncmec_check(&d, NOW, &(struct ncmec_fault){0}));
}

static void
an_arena_that_is_full_makes_no_document(void **state)
{
	OWNED(arena) small = arena_new(64 << 10);
	struct ncmec_doc d = ncmec_begin(small, &ncmec_report);
	struct ncmec_fault f;

	(void)state;
	for (int i = 0; i < 4096; i++)
		(void)ncmec_put(&d, d.root, "victim", S(""));
	assert_true(d.full);
	assert_false(ncmec_check(&d, NOW, &f));
}

static void
the_kinds_of_incident_that_people_read_are_those_that_are_sent(void **state)
{
	const struct ncmec_field *is = ncmec_field_of(
	    ncmec_field_of(&ncmec_report, "incidentSummary"), "incidentType");

	(void)state;
	assert_int_equal(ncmec_incidents_n, 8);
	for (size_t i = 0; i < ncmec_incidents_n; i++)
		assert_string_equal(ncmec_incidents[i].word, is->words[i]);
	assert_null(is->words[ncmec_incidents_n]);
}

/* ---- answers ---- */

static bool
answers(const char *xml, struct ncmec_answer *ret)
{
	struct err e;

	return ncmec_answer_read(str_c(xml), ret, &e);
}

#define RESPONSE(inside) "<reportResponse>" inside "</reportResponse>"
#define CODE "<responseCode>0</responseCode>"

static void
answers_are_read_with_what_is_newer_in_them(void **state)
{
	struct ncmec_answer r;

	(void)state;
	assert_true(answers(
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" RESPONSE(
		"<responseCode>\n 4100 </responseCode><responseDescription>"
		"a &lt;b&gt;</responseDescription><x><reportId>9</reportId>"
		"</x><reportId>4564654</reportId>"),
	    &r));
	assert_int_equal(r.code, 4100);
	assert_int_equal(r.report_id, 4564654);
	assert_string_equal(r.words, "a <b>");
	assert_false(r.done);
	assert_true(answers(
	    RESPONSE(CODE "<responseDescription/><fileId>b0754af7</fileId>"
			  "<hash>FAFA5EFEAF3CBE3B23B2748D13E629A1</hash>"),
	    &r));
	assert_string_equal(r.file_id, "b0754af7");
	assert_string_equal(r.hash, "fafa5efeaf3cbe3b23b2748d13e629a1");
	assert_true(answers("<n:reportDoneResponse xmlns:n=\"x\">"
			    "<n:responseCode>0</n:responseCode><n:reportId>7"
			    "</n:reportId><n:files><n:fileId>a</n:fileId>"
			    "<n:fileId>b</n:fileId></n:files>"
			    "</n:reportDoneResponse>",
	    &r));
	assert_true(r.done && r.code == 0 && r.report_id == 7 && r.files == 2);
}

static void
what_is_no_whole_answer_says_nothing(void **state)
{
	static const char *const bad[] = {"", " ", "<html/>", "0", RESPONSE(""),
	    RESPONSE("<reportId>7</reportId>"), "<reportResponse>" CODE,
	    RESPONSE(CODE) "x", RESPONSE("<responseCode>-1</responseCode>"),
	    RESPONSE("<responseCode>0x</responseCode>"),
	    RESPONSE("<responseCode>99999999999</responseCode>"),
	    RESPONSE(CODE CODE), RESPONSE(CODE "<reportId>0</reportId>"),
	    RESPONSE(CODE "<reportId>99999999999999999999</reportId>"),
	    RESPONSE(CODE "<fileId>a/b</fileId>"),
	    RESPONSE(CODE "<hash>abc</hash>"),
	    /* Two numbers, and a refusal that reads as none. */
	    RESPONSE(CODE "<reportId>7</reportId><reportId>8</reportId>"),
	    RESPONSE(CODE "<fileId>a</fileId><fileId>b</fileId>"),
	    RESPONSE("<responseCode>410<x/>0</responseCode>"),
	    RESPONSE("<responseCode>41<x>1</x>0</responseCode>"),
	    "<!DOCTYPE reportResponse [<!ENTITY a \"0\">]>"
	    "<reportResponse><responseCode>&a;</responseCode>"
	    "</reportResponse>"};
	struct ncmec_answer r;
	CLEANUP(buf_done) struct buf b = BUF_MAX(1 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (answers(bad[i], &r))
			fail_msg("%s", bad[i]);
	buf_str(&b, S("<reportResponse>"));
	for (int i = 0; i < 100; i++)
		buf_str(&b, S("<x>"));
	buf_byte(&b, '\0');
	assert_false(answers(b.p, &r));
	buf_clear(&b);
	buf_str(&b, S("<reportResponse>" CODE "<responseDescription>"));
	buf_str(&b, signs(5000));
	buf_str(&b, S("</responseDescription></reportResponse>"));
	buf_byte(&b, '\0');
	assert_false(answers(b.p, &r));
}

static void
a_long_description_is_cut_between_two_signs(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(1 << 16);
	struct ncmec_answer r;

	(void)state;
	buf_str(&b, S("<reportResponse>" CODE "<responseDescription>x"));
	for (int i = 0; i < 300; i++)
		buf_str(&b, S("é"));
	buf_str(&b, S("</responseDescription></reportResponse>"));
	buf_byte(&b, '\0');
	assert_true(answers(b.p, &r));
	assert_int_equal(strlen(r.words), 299);
}

static void
what_is_no_whole_schema_says_nothing(void **state)
{
	static const char *const bad[] = {"", "<html/>", "<xs:schema>",
	    "<reportResponse><responseCode>0</responseCode></reportResponse>",
	    "<!DOCTYPE schema [<!ENTITY a \"b\">]><schema/>"};
	const char *lacks;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (ncmec_xsd_read(str_c(bad[i]), &lacks, &e))
			fail_msg("%s", bad[i]);
	assert_true(ncmec_xsd_read(S("<schema/>"), &lacks, &e));
	assert_string_equal(lacks, "report");
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(the_smallest_report_is_written_in_the_order_of_the_schema),
	    T(everything_stands_in_its_place_with_what_stands_beside_it),
	    T(the_record_of_a_hash_that_matched_is_written),
	    T(a_time_has_its_zone_and_has_been),
	    T(texts_have_their_lengths_and_words_are_literal),
	    T(what_is_wanted_stands_there_as_often_as_it_is_wanted),
	    T(addresses_ports_and_diallings_are_such),
	    T(a_file_says_nothing_that_contradicts_itself),
	    T(an_arena_that_is_full_makes_no_document),
	    T(the_kinds_of_incident_that_people_read_are_those_that_are_sent),
	    T(answers_are_read_with_what_is_newer_in_them),
	    T(what_is_no_whole_answer_says_nothing),
	    T(what_is_no_whole_schema_says_nothing),
	    T(a_long_description_is_cut_between_two_signs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
