/* Every layout of lists, with values that are nobody's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include <cmocka.h>
#include <sodium.h>

#include "list/reel.h"
#include "read.h"

#define MD5_A "00112233445566778899aabbccddeeff"
#define MD5_B "0123456789abcdef0123456789abcdef"
#define SHA1_A "00112233445566778899aabbccddeeff00112233"
#define PDQ_A "f8f8f0cce0f4e84d0e370a22028f67f0b36e2ed596623e1d33e6b39c4e9c9b22"
#define PDQ_B "54a977c221d14c1c43ba5e6e21d4a13989a3553f1462611cbb85fa7be8a677b1"

static struct arena *arena;
static struct read r;

static void
plain_lines_are_hashes_and_anything_behind_a_comma_is_not(void **state)
{
	const struct list_ask ask = {.format = LIST_PLAIN, .kind = HASH_PDQ};

	(void)state;
	assert_true(read_asked(&r, arena, &ask,
	    S("\xef\xbb\xbf# made up\r\n" PDQ_A "\r\n\r\n"
	      "hash=" PDQ_B ",quality=80,x\n"
	      "not a hash\n  " PDQ_A "  \nend")));
	assert_int_equal(r.n, 3);
	must_be(&r, 0, "", HASH_PDQ, PDQ_A);
	must_be(&r, 1, "", HASH_PDQ, PDQ_B);
	assert_int_equal(r.entry[1].record, 1);
	assert_int_equal(r.n_fault, 2);
	assert_int_equal(r.fault[0].line, 5);
	assert_int_equal(r.fault[0].kind, HASH_PDQ);
	assert_int_equal(r.fault[1].line, 7);
	assert_int_equal(r.end.faults, 2);
	assert_int_equal(r.end.records, 5);
}

static void
a_plain_list_of_no_kind_is_refused(void **state)
{
	(void)state;
	assert_false(read_list(&r, arena, LIST_PLAIN, S(MD5_A "\n")));
	assert_int_equal(r.error.kind, ERR_INPUT);
}

static void
a_table_is_read_by_the_names_of_its_columns(void **state)
{
	(void)state;
	assert_true(read_list(&r, arena, LIST_CSV,
	    S("MD5;SHA-1;Category;Quality;Age band;\"ID\"\n" MD5_A ";" SHA1_A
	      ";\"A\";;7-10;e1\n;;B;;;e2\n\"" MD5_B "\";;;;;e3\n")));
	assert_int_equal(r.n, 3);
	must_be(&r, 0, "e1", HASH_MD5, MD5_A);
	must_be(&r, 1, "e1", HASH_SHA1, SHA1_A);
	assert_true(str_eq(r.entry[0].category, S("A")));
	assert_true(str_eq(r.entry[0].detail, S("age=7-10")));
	must_be(&r, 2, "e3", HASH_MD5, MD5_B);
	assert_int_equal(r.n_fault, 1);
	assert_int_equal(r.fault[0].fault, LIST_FAULT_NOTHING);
	assert_int_equal(r.fault[0].line, 3);
}

static void
a_table_may_say_the_kind_in_a_column(void **state)
{
	(void)state;
	assert_true(read_list(&r, arena, LIST_CSV,
	    S("sep=,\ntype,value,quality\npdq," PDQ_A ",87\nvideo_md5," MD5_A
	      ",\nsha512,00,\nnonsense,00,\n")));
	assert_int_equal(r.n, 2);
	must_be(&r, 0, "", HASH_PDQ, PDQ_A);
	assert_int_equal(r.entry[0].quality, 87);
	assert_int_equal(r.entry[1].quality, ENTRY_NO_QUALITY);
	assert_int_equal(r.end.skipped, 1);
	assert_int_equal(r.fault[0].fault, LIST_FAULT_KIND);
}

static void
a_table_without_hashes_is_refused(void **state)
{
	(void)state;
	assert_false(read_list(&r, arena, LIST_CSV, S("a,b,c\n1,2,3\n")));
	assert_false(read_list(&r, arena, LIST_CSV, S("")));
	assert_false(read_list(&r, arena, LIST_IWF, S(MD5_A "\n" MD5_B "\n")));
}

static void
a_row_without_end_is_a_fault_and_the_next_one_is_read(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(1 << 20);

	(void)state;
	buf_str(&b, S("md5,id\n"));
	for (int i = 0; i < 300000; i++)
		buf_byte(&b, 'a');
	buf_str(&b, S(",x\n" MD5_A ",y\n"));
	assert_true(read_list(&r, arena, LIST_CSV, buf_view(&b)));
	assert_int_equal(r.n, 1);
	must_be(&r, 0, "y", HASH_MD5, MD5_A);
	assert_int_equal(r.fault[0].fault, LIST_FAULT_ROW);
}

static void
icse_and_iwf_are_tables(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(4096);
	char dna[2 * 144 + 1];

	(void)state;
	for (int i = 0; i < 144; i++)
		(void)snprintf(dna + 2 * i, 3, "%02x", (i * 7) & 0xff);
	buf_printf(&b,
	    "MD5;SHA1;PhotoDNA;Image ID;Is distributed;Victim identified;"
	    "Offender identified;Series name;Number of submissions;File "
	    "Available;Media Type;Baseline\n"
	    "%s;%s;%s;77;Yes;No;No;Somebody's name;3;Yes;Image;Yes\n",
	    MD5_A, SHA1_A, dna);
	assert_true(read_list(&r, arena, LIST_ICSE, buf_view(&b)));
	assert_int_equal(r.n, 3);
	must_be(&r, 2, "77", HASH_PHOTODNA, dna);
	assert_true(str_eq(r.entry[0].scheme, S("icse")));
	assert_int_equal(r.entry[0].media, ENTRY_IMAGE);
	assert_true(str_eq(
	    r.entry[0].detail, S("distributed=Yes; victim_identified=No; "
				 "offender_identified=No")));
	assert_true(read_list(&r, arena, LIST_IWF,
	    S("Reference,SHA256,Severity,Age Range\nR1," PDQ_A ",C,3-6\n")));
	must_be(&r, 0, "R1", HASH_SHA256, PDQ_A);
	assert_true(str_eq(r.entry[0].scheme, S("iwf")));
	assert_true(str_eq(r.entry[0].category, S("C")));
}

static void
what_says_nothing_is_left_out(void **state)
{
	(void)state;
	assert_true(read_list(&r, arena, LIST_CSV,
	    S("md5,sha1,pdq,size\n"
	      "d41d8cd98f00b204e9800998ecf8427e,"
	      "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709,"
	      "000000000000000000000000000000000000000000000000000000000000"
	      "0000,\n" MD5_A ",,,12\n" MD5_B ",,,4000\n")));
	assert_int_equal(r.n, 1);
	must_be(&r, 0, "", HASH_MD5, MD5_B);
	assert_int_equal(r.end.skipped, 4);
	assert_int_equal(r.n_fault, 0);
}

static void
threatexchange_says_what_changed(void **state)
{
	(void)state;
	assert_true(read_list(&r, arena, LIST_HMA,
	    S("{\"data\":["
	      "{\"id\":\"1\",\"indicator\":\"" PDQ_A
	      "\",\"type\":\"HASH_PDQ\",\"last_updated\":1700000000,"
	      "\"should_delete\":false,\"tags\":[\"t1\",\"t2\"]},"
	      "{\"id\":\"2\",\"indicator\":\"" MD5_A
	      "\",\"type\":\"HASH_MD5\",\"last_updated\":1700000005,"
	      "\"should_delete\":true},"
	      "{\"id\":\"3\",\"indicator\":\"" MD5_B
	      "\",\"type\":\"HASH_MD5\",\"status\":\"NON_MALICIOUS\"},"
	      "{\"id\":\"4\",\"indicator\":\"http://x\",\"type\":\"URI\"},"
	      "{\"id\":\"5\",\"indicator\":\"" MD5_B
	      "\",\"type\":\"HASH_MD5\",\"descriptors\":{\"data\":["
	      "{\"owner\":{\"id\":\"9\"},\"status\":\"NON_MALICIOUS\"},"
	      "{\"owner\":{\"id\":\"8\"},\"status\":\"MALICIOUS\"}]}}],"
	      "\"paging\":{\"next\":\"https://x\",\"cursors\":{\"a\":1}}}")));
	assert_int_equal(r.n_entries, 2);
	must_be(&r, 0, "1", HASH_PDQ, PDQ_A);
	assert_int_equal(r.entry[0].stamp, 1700000000);
	assert_true(str_eq(r.entry[0].detail, S("tag=t1; tag=t2")));
	assert_int_equal(r.n_gone, 2);
	assert_true(r.gone[1] && r.gone[2]);
	assert_int_equal(r.entry[1].kind, HASH_NONE);
	must_be(&r, 3, "5", HASH_MD5, MD5_B);
	assert_false(r.end.whole);
	assert_true(str_eq(r.end.text, S("1700000005")));
	assert_int_equal(r.end.skipped, 1);
}

static void
hma_has_its_signals_beside_their_kinds(void **state)
{
	(void)state;
	assert_true(read_list(&r, arena, LIST_HMA,
	    S("[{\"id\":7,\"signals\":{\"pdq\":\"" PDQ_A
	      "\",\"video_md5\":\"" MD5_A "\",\"raw_text\":\"x\"}},"
	      "{\"id\":8,\"signal_type\":\"vpdq\",\"signal_value\":"
	      "\"[\\\"" PDQ_A ",90,0\\\",\\\"" PDQ_B ",40,1.5\\\"]\"}]")));
	assert_int_equal(r.n, 4);
	must_be(&r, 0, "7", HASH_PDQ, PDQ_A);
	must_be(&r, 1, "7", HASH_MD5, MD5_A);
	must_be(&r, 2, "8", HASH_VPDQ, PDQ_A);
	must_be(&r, 3, "8", HASH_VPDQ, PDQ_B);
	assert_int_equal(r.entry[2].quality, 90);
	assert_int_equal(r.entry[2].record, r.entry[3].record);
	assert_true(r.end.whole);
}

/* A record of HMA that holds a .tmk file in base64. */
static str
tmk_record(const uint8_t *file)
{
	size_t room = sodium_base64_ENCODED_LEN(
	    TMK_BYTES, sodium_base64_VARIANT_ORIGINAL);
	char *text = NEW_N(arena, char, room);
	str s;

	assert_non_null(text);
	(void)sodium_bin2base64(
	    text, room, file, TMK_BYTES, sodium_base64_VARIANT_ORIGINAL);
	s = arena_fmt(arena,
	    "[{\"id\":5,\"signal_type\":\"video_tmk\",\"signal_value\":"
	    "\"%s\"}]",
	    text);
	assert_non_null(s.p);
	return s;
}

static void
a_video_by_tmk_comes_in_parts_that_are_the_file_again(void **state)
{
	static struct tmk video;
	static struct reel reel;
	static uint8_t file[TMK_BYTES];
	float frame[PDQ_BITS];
	struct err e;

	(void)state;
	tmk_begin(&video);
	for (unsigned t = 0; t < 20; t++) {
		for (unsigned k = 0; k < PDQ_BITS; k++)
			frame[k] = (float)(k * t % 31);
		assert_true(tmk_add(&video, frame, &e));
	}
	tmk_end(&video);
	tmk_write(&video, file);
	assert_true(read_list(&r, arena, LIST_HMA, tmk_record(file)));
	assert_int_equal(r.n_fault, 0);
	assert_int_equal(r.n_entries, REEL_PARTS);
	for (size_t i = 0; i < r.n; i++) {
		assert_int_equal(r.entry[i].kind, HASH_TMK);
		assert_int_equal(r.entry[i].media, ENTRY_VIDEO);
		assert_true(
		    i == 0 || entry_order(&r.entry[i - 1], &r.entry[i]) < 0);
		assert_true(reel_add(&reel, r.entry[i].value, &e));
		assert_int_equal(reel_is_whole(&reel), i + 1 == REEL_PARTS);
	}
	assert_memory_equal(reel.file, file, sizeof(file));
	/* A part that is left out, and one that is of another file. */
	reel.n = 0;
	assert_true(reel_add(&reel, r.entry[0].value, &e));
	assert_false(reel_add(&reel, r.entry[2].value, &e));
	assert_int_equal(e.kind, ERR_CORRUPT);
	reel.n = REEL_PARTS - 1;
	reel.file[7] ^= 1;
	assert_false(reel_add(&reel, r.entry[REEL_PARTS - 1].value, &e));
	/* One that cannot be compared is a fault, no entry. */
	file[20] ^= 1;
	assert_true(read_list(&r, arena, LIST_HMA, tmk_record(file)));
	assert_int_equal(r.n, 0);
	assert_int_equal(r.n_fault, 1);
	assert_int_equal(r.fault[0].kind, HASH_TMK);
}

static void
stopncii_withdraws_by_value(void **state)
{
	(void)state;
	assert_true(read_list(&r, arena, LIST_STOPNCII,
	    S("{\"count\":4,\"nextPageToken\":\"\",\"hashRecords\":["
	      "{\"lastModtimestamp\":1700000000,\"signalType\":\"ImagePDQ\","
	      "\"hashValue\":\"" PDQ_A "\",\"hashStatus\":\"Active\","
	      "\"caseNumbers\":{\"x\":1},\"CSPFeedbacks\":[{\"y\":[1]}]},"
	      "{\"lastModtimestamp\":1700000009,\"signalType\":\"ImagePDQ\","
	      "\"hashValue\":\"" PDQ_B "\",\"hashStatus\":\"Withdrawn\"},"
	      "{\"lastModtimestamp\":1,\"signalType\":\"VideoTMK\","
	      "\"hashValue\":\"abc\",\"hashStatus\":\"Active\"},"
	      "{\"lastModtimestamp\":1,\"signalType\":\"VideoMD5\","
	      "\"hashValue\":\"" MD5_A "\",\"hashStatus\":\"Perhaps\"}]}")));
	assert_int_equal(r.n, 2);
	must_be(&r, 0, "", HASH_PDQ, PDQ_A);
	must_be(&r, 1, "", HASH_PDQ, PDQ_B);
	assert_true(!r.gone[0] && r.gone[1]);
	assert_int_equal(r.end.skipped, 1);
	assert_int_equal(r.n_fault, 1);
	assert_int_equal(r.fault[0].fault, LIST_FAULT_STATUS);
	assert_true(r.end.whole);
	assert_true(str_eq(r.end.text, S("1700000009")));
}

#define NCMEC_HEAD                                                  \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<queryResult " \
	"xmlns=\"https://hashsharing.ncmec.org/hashsharing/v2\">\n"

static void
ncmec_pages_say_whether_another_follows(void **state)
{
	(void)state;
	assert_true(read_list(&r, arena, LIST_NCMEC,
	    S(NCMEC_HEAD
		"<images count=\"2\" maxTimestamp=\"2026-01-02T03:04:05Z\">"
		"<image><member id=\"42\">Somebody</member>"
		"<timestamp>2026-01-02T03:04:00Z</timestamp><id>i1</id>"
		"<classification>A1</classification><fingerprints>"
		"<md5>" MD5_A "</md5><sha1> " SHA1_A "\n</sha1>"
		"<tmk-pdqf rel=\"self\" href=\"/v2/x\"/></fingerprints>"
		"<feedback><negativeFeedback><members><member id=\"43\"/>"
		"</members></negativeFeedback></feedback></image>"
		"<deletedImage><member id=\"43\"/><id>i2</id>"
		"<timestamp>2026-01-02T03:04:01Z</timestamp></deletedImage>"
		"</images><videos count=\"1\" "
		"maxTimestamp=\"2026-01-02T03:04:06Z\"><video>"
		"<member id=\"42\"/><id>v&#49;</id><fingerprints><md5>zz</md5>"
		"</fingerprints></video></videos>"
		"<paging><next>/v2/entries?from=x&amp;to=y</next></paging>"
		"</queryResult>")));
	assert_int_equal(r.n, 3);
	must_be(&r, 0, "42:i1", HASH_MD5, MD5_A);
	must_be(&r, 1, "42:i1", HASH_SHA1, SHA1_A);
	assert_true(str_eq(r.entry[0].scheme, S("ncmec")));
	assert_true(str_eq(r.entry[0].category, S("A1")));
	assert_int_equal(r.entry[0].media, ENTRY_IMAGE);
	assert_int_equal(r.entry[0].stamp, 1767323040);
	assert_true(r.gone[2]);
	assert_true(str_eq(r.entry[2].id, S("43:i2")));
	/* The large one is at an address: told, and no fault of the file. */
	assert_int_equal(r.end.skipped, 1);
	assert_int_equal(r.end.elsewhere, 1);
	assert_int_equal(r.end.faults, 1);
	assert_int_equal(r.n_fault, 2);
	assert_int_equal(r.fault[0].fault, LIST_FAULT_ELSEWHERE);
	assert_int_equal(r.fault[0].kind, HASH_TMK);
	assert_int_equal(r.fault[1].kind, HASH_MD5);
	assert_false(r.end.whole);
	assert_true(str_eq(r.end.text, S("2026-01-02T03:04:06Z")));
	assert_true(read_list(&r, arena, LIST_NCMEC,
	    S(NCMEC_HEAD "<paging></paging></queryResult>")));
	assert_true(r.end.whole);
}

static void
xml_that_declares_anything_or_is_not_theirs_is_refused(void **state)
{
	static const char *const wrong[] = {"", "<queryResult/>", "<a",
	    "<!DOCTYPE queryResult [<!ENTITY a \"aaaa\">]>\n<queryResult "
	    "xmlns=\"https://hashsharing.ncmec.org/hashsharing/v2\">&a;"
	    "</queryResult>",
	    "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><x/>",
	    NCMEC_HEAD "<images>", NCMEC_HEAD "<images></videos></queryResult>",
	    NCMEC_HEAD "</queryResult><x/>",
	    "<status xmlns=\"https://hashsharing.ncmec.org/hashsharing/v2\"/>"};
	CLEANUP(buf_done) struct buf b = BUF_MAX(4096);

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		assert_false(read_list(&r, arena, LIST_NCMEC, str_c(wrong[i])));
		assert_int_equal(r.error.kind, ERR_INPUT);
	}
	buf_str(&b, S(NCMEC_HEAD));
	for (int i = 0; i < 100; i++)
		buf_str(&b, S("<a>"));
	assert_false(read_list(&r, arena, LIST_NCMEC, buf_view(&b)));
	assert_int_equal(r.error.kind, ERR_LIMIT);
}

#define VICS13                                                      \
	"{\"odata.metadata\":\"http://github.com/ICMEC/ProjectVic/" \
	"DataModels/1.3.xml#Media\",\"value\":["
#define VICS20                                                              \
	"{\"@odata.context\":\"http://github.com/VICSDATAMODEL/ProjectVic/" \
	"DataModels/2.0.xml/US/$metadata#"

static void
vics_keeps_scheme_beside_category_and_leaves_out_what_is_no_match(void **state)
{
	(void)state;
	assert_true(read_list(&r, arena, LIST_VICS,
	    S("\xef\xbb\xbf" VICS13 "{\"MediaID\":12,\"Category\":1,\"MD5\":\""
	      "00112233445566778899AABBCCDDEEFF\",\"SHA1\":\"" SHA1_A
	      "\",\"MediaSize\":\"20000\",\"VictimIdentified\":\"true\","
	      "\"Series\":\"a name\",\"MediaFiles\":[{\"FileName\":\"x\"}],"
	      "\"Exifs\":[[[[]]]]},"
	      "{\"MediaID\":13,\"Category\":0,\"MD5\":\"" MD5_B "\"},"
	      "{\"MediaID\":14,\"Category\":2,\"MD5\":\"" MD5_B
	      "\",\"MediaSize\":3}]}")));
	assert_int_equal(r.n, 2);
	must_be(&r, 0, "12", HASH_MD5, MD5_A);
	assert_true(str_eq(r.entry[0].scheme, S("vics-us")));
	assert_true(str_eq(r.entry[0].category, S("1")));
	assert_true(str_eq(r.entry[0].detail, S("victim_identified=true")));
	assert_int_equal(r.end.skipped, 2);
	assert_int_equal(r.n_fault, 0);
}

static void
vics_two_has_cases_and_hashes_in_arrays(void **state)
{
	(void)state;
	assert_true(read_list(&r, arena, LIST_VICS,
	    S(VICS20
		"Cases\",\"value\":[{\"CaseID\":\"c\",\"CaseNumber\":\"n\","
		"\"Media\":[{\"MediaID\":1,\"Category\":1,\"MD5\":\"" MD5_A
		"\",\"AlternativeHashes\":[{\"HashName\":\"PDQ\","
		"\"HashValue\":\"" PDQ_A "\"}]},{\"MediaID\":2,"
		"\"Category\":1,\"SHA1\":\"short\"}],\"X\":1}]}")));
	assert_int_equal(r.n, 2);
	must_be(&r, 0, "1", HASH_MD5, MD5_A);
	must_be(&r, 1, "1", HASH_PDQ, PDQ_A);
	assert_int_equal(r.n_fault, 1);
}

static void
a_caid_list_counts_as_in_its_country(void **state)
{
	(void)state;
	assert_true(read_list(&r, arena, LIST_VICS,
	    S("{\"odata.metadata\":\"http://github.com/ICMEC/ProjectVic/"
	      "DataModels/1.2.xml#Media\",\"value\":[{\"MediaID\":1,"
	      "\"Category\":3,\"MD5\":\"" MD5_A "\"}]}")));
	assert_true(str_eq(r.entry[0].scheme, S("caid-uk")));
}

static void
json_that_is_not_theirs_is_refused(void **state)
{
	static const char *const wrong[] = {"", "[]", "{}", "{\"value\":[]}",
	    "{\"odata.metadata\":\"http://x\",\"value\":[]}", "{\"a\":1",
	    VICS13, VICS13 "]", VICS13 "{\"MD5\":}]}"};
	CLEANUP(buf_done) struct buf b = BUF_MAX(8192);

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		assert_false(read_list(&r, arena, LIST_VICS, str_c(wrong[i])));
		assert_int_equal(r.error.kind, ERR_INPUT);
	}
	assert_false(read_list(&r, arena, LIST_HMA, S("{\"a\":[]}")));
	assert_false(read_list(&r, arena, LIST_HMA, S("7")));
	assert_false(read_list(&r, arena, LIST_STOPNCII, S("{\"x\":[]}")));
	buf_str(&b, S(VICS13 "{\"Exifs\":"));
	for (int i = 0; i < 200; i++)
		buf_byte(&b, '[');
	assert_false(read_list(&r, arena, LIST_VICS, buf_view(&b)));
	assert_int_equal(r.error.kind, ERR_LIMIT);
	assert_non_null(strstr(r.error.msg, "byte"));
}

static size_t
packed(const char *text, char *p, size_t cap)
{
	z_stream z = {0};
	char copy[512];

	(void)snprintf(copy, sizeof(copy), "%s", text);
	assert_int_equal(
	    deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, 0), Z_OK);
	z.next_in = (Bytef *)copy;
	z.avail_in = (uInt)strlen(copy);
	z.next_out = (Bytef *)p;
	z.avail_out = (uInt)cap;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(deflateEnd(&z), Z_OK);
	return cap - z.avail_out;
}

static void
gzip_is_unpacked_and_refused_when_cut_or_damaged(void **state)
{
	char p[512];
	size_t n = packed("md5\n" MD5_A "\n", p, sizeof(p));

	(void)state;
	assert_true(read_list(&r, arena, LIST_CSV, (str){p, n}));
	must_be(&r, 0, "", HASH_MD5, MD5_A);
	for (size_t i = 2; i < n; i++) {
		assert_false(read_list(&r, arena, LIST_CSV, (str){p, i}));
		assert_int_equal(r.error.kind, ERR_INPUT);
	}
	p[n - 6] ^= 1; /* the sum at its end */
	assert_false(read_list(&r, arena, LIST_CSV, (str){p, n}));
	assert_non_null(strstr(r.error.msg, "gzip"));
}

static void
times_are_read_in_the_forms_that_sources_use(void **state)
{
	int64_t at = -1;

	(void)state;
	assert_true(stamp_parse(S("1700000000"), &at) && at == 1700000000);
	assert_true(stamp_parse(S("1700000000123"), &at) && at == 1700000000);
	assert_true(stamp_parse(S("1970-01-02"), &at) && at == 86400);
	assert_true(
	    stamp_parse(S("1970-01-01T01:00:00.5+01:00"), &at) && at == 0);
	assert_true(stamp_parse(S("1970-01-01 00:01"), &at) && at == 60);
	assert_false(stamp_parse(S("yesterday"), &at));
	assert_false(stamp_parse(S("2026-13-01"), &at));
	assert_false(stamp_parse(S("2026-01-01T25:00:00Z"), &at));
	assert_false(stamp_parse(S("2026-01-01T05:00:00X"), &at));
}

static int
setup(void **state)
{
	(void)state;
	arena = arena_new((size_t)16 << 20);
	return arena == NULL ? -1 : 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		plain_lines_are_hashes_and_anything_behind_a_comma_is_not),
	    cmocka_unit_test(a_plain_list_of_no_kind_is_refused),
	    cmocka_unit_test(a_table_is_read_by_the_names_of_its_columns),
	    cmocka_unit_test(a_table_may_say_the_kind_in_a_column),
	    cmocka_unit_test(a_table_without_hashes_is_refused),
	    cmocka_unit_test(
		a_row_without_end_is_a_fault_and_the_next_one_is_read),
	    cmocka_unit_test(icse_and_iwf_are_tables),
	    cmocka_unit_test(what_says_nothing_is_left_out),
	    cmocka_unit_test(threatexchange_says_what_changed),
	    cmocka_unit_test(hma_has_its_signals_beside_their_kinds),
	    cmocka_unit_test(
		a_video_by_tmk_comes_in_parts_that_are_the_file_again),
	    cmocka_unit_test(stopncii_withdraws_by_value),
	    cmocka_unit_test(ncmec_pages_say_whether_another_follows),
	    cmocka_unit_test(
		xml_that_declares_anything_or_is_not_theirs_is_refused),
	    cmocka_unit_test(
		vics_keeps_scheme_beside_category_and_leaves_out_what_is_no_match),
	    cmocka_unit_test(vics_two_has_cases_and_hashes_in_arrays),
	    cmocka_unit_test(a_caid_list_counts_as_in_its_country),
	    cmocka_unit_test(json_that_is_not_theirs_is_refused),
	    cmocka_unit_test(gzip_is_unpacked_and_refused_when_cut_or_damaged),
	    cmocka_unit_test(times_are_read_in_the_forms_that_sources_use),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
