/* What a document is and whether it may be opened, on files made here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <zlib.h>

#include <cmocka.h>

#include "office/archive.h"

#define ROOM ((size_t)4 << 20)
#define PARTS_MAX 9000

/* A ZIP while it is written. */
static struct {
	char *p;
	size_t n;
	struct {
		const char *name;
		uint32_t at, packed, whole;
		uint16_t method, flags;
	} part[PARTS_MAX];
	size_t parts;
} zip;

static void
put(const void *p, size_t n)
{
	assert_true(zip.n + n <= ROOM);
	memcpy(zip.p + zip.n, p, n);
	zip.n += n;
}

static void
put16(unsigned v)
{
	const uint8_t b[] = {(uint8_t)v, (uint8_t)(v >> 8)};

	put(b, 2);
}

static void
put32(uint32_t v)
{
	put16(v & 0xffff);
	put16(v >> 16);
}

static void
begin(void)
{
	zip.n = zip.parts = 0;
}

static void
add_bytes(const char *name, const char *bytes, size_t n, uint32_t whole,
    uint16_t method, uint16_t flags)
{
	size_t i = zip.parts++;

	assert_true(i < PARTS_MAX);
	zip.part[i].name = name;
	zip.part[i].at = (uint32_t)zip.n;
	zip.part[i].packed = (uint32_t)n;
	zip.part[i].whole = whole;
	zip.part[i].method = method;
	zip.part[i].flags = flags;
	put("PK\3\4", 4);
	put16(20);
	put16(flags);
	put16(method);
	put32(0);
	put32(0);
	put32((uint32_t)n);
	put32(whole);
	put16((unsigned)strlen(name));
	put16(0);
	put(name, strlen(name));
	put(bytes, n);
}

static void
add(const char *name, const char *text)
{
	add_bytes(name, text, strlen(text), (uint32_t)strlen(text), 0, 0);
}

static void
add_packed(const char *name, const char *text)
{
	static char out[4096];
	z_stream z = {.next_in = (Bytef *)(uintptr_t)text,
	    .avail_in = (uInt)strlen(text),
	    .next_out = (Bytef *)out,
	    .avail_out = sizeof(out)};

	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, -15, 8, 0), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	(void)deflateEnd(&z);
	add_bytes(
	    name, out, sizeof(out) - z.avail_out, (uint32_t)strlen(text), 8, 0);
}

static void
put_entry(size_t i)
{
	put("PK\1\2", 4);
	put16(20);
	put16(20);
	put16(zip.part[i].flags);
	put16(zip.part[i].method);
	put32(0);
	put32(0);
	put32(zip.part[i].packed);
	put32(zip.part[i].whole);
	put16((unsigned)strlen(zip.part[i].name));
	put16(0);
	put16(0);
	put16(0);
	put16(0);
	put32(0);
	put32(zip.part[i].at);
	put(zip.part[i].name, strlen(zip.part[i].name));
}

static void
end(void)
{
	size_t at = zip.n, n;

	for (size_t i = 0; i < zip.parts; i++)
		put_entry(i);
	n = zip.n - at;
	put("PK\5\6", 4);
	put32(0);
	put16((unsigned)zip.parts);
	put16((unsigned)zip.parts);
	put32((uint32_t)n);
	put32((uint32_t)at);
	put16(0);
}

/* A copy of just so many bytes, so that a sanitizer sees one more. */
static enum office_verdict
look_at(size_t n, enum office_kind *ret)
{
	char *p = malloc(n + (n == 0));
	enum office_verdict v;

	assert_non_null(p);
	memcpy(p, zip.p, n);
	v = archive_look((str){p, n}, ret);
	free(p);
	return v;
}

static enum office_verdict
look(void)
{
	enum office_kind kind;

	end();
	return look_at(zip.n, &kind);
}

static void
begin_docx(void)
{
	begin();
	add("[Content_Types].xml", "<Types/>");
	add("word/document.xml", "<document/>");
}

static enum office_kind
kind_now(void)
{
	enum office_kind kind;

	end();
	assert_int_equal(look_at(zip.n, &kind), OFFICE_OK);
	return kind;
}

static enum office_kind
kind_with(const char *folder)
{
	begin();
	add("[Content_Types].xml", "<Types/>");
	add(folder, "<x/>");
	return kind_now();
}

static enum office_kind
kind_of_type(const char *type)
{
	begin();
	add("mimetype", type);
	add_packed("META-INF/manifest.xml", "<manifest:manifest/>");
	add("content.xml", "<x/>");
	return kind_now();
}

static void
a_document_is_what_is_in_it(void **state)
{
	(void)state;
	assert_int_equal(kind_with("word/document2.xml"), OFFICE_DOCX);
	assert_int_equal(kind_with("xl/workbook.xml"), OFFICE_XLSX);
	assert_int_equal(kind_with("ppt/presentation.xml"), OFFICE_PPTX);
	for (int k = OFFICE_ODT; k < OFFICE_KINDS; k++)
		assert_int_equal(kind_of_type(office_kind_facts[k].type), k);
}

static void
what_is_none_of_these_is_unknown(void **state)
{
	enum office_kind kind;

	(void)state;
	begin();
	add("a.txt", "Bonjour");
	assert_int_equal(look(), OFFICE_UNKNOWN);
	assert_int_equal(
	    kind_of_type(office_kind_facts[OFFICE_ODT].type), OFFICE_ODT);
	begin();
	add("mimetype", "application/vnd.oasis.opendocument.text-template");
	assert_int_equal(look(), OFFICE_UNKNOWN);
	begin();
	add("x", "y"); /* its type stands first, or nowhere */
	add("mimetype", office_kind_facts[OFFICE_ODT].type);
	assert_int_equal(look(), OFFICE_UNKNOWN);
	begin_docx();
	add("xl/workbook.xml", "<x/>");
	assert_int_equal(look(), OFFICE_UNKNOWN);
	begin();
	put("GIF89a", 6);
	assert_int_equal(look_at(zip.n, &kind), OFFICE_UNKNOWN);
	assert_int_equal(look_at(0, &kind), OFFICE_UNKNOWN);
}

static void
the_old_kinds_are_told_apart_from_what_is_locked(void **state)
{
	static const char old[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 W";
	static const char name[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a"
				   "\0g\0e\0";
	enum office_kind kind;

	(void)state;
	begin();
	put(old, sizeof(old));
	assert_int_equal(look_at(zip.n, &kind), OFFICE_OLD);
	put(name, sizeof(name));
	assert_int_equal(look_at(zip.n, &kind), OFFICE_LOCKED);
	begin();
	put("{\\rtf1 x}", 9);
	assert_int_equal(look_at(zip.n, &kind), OFFICE_OLD);
}

static void
a_password_is_seen_in_both_families(void **state)
{
	(void)state;
	begin_docx();
	add_bytes("word/x", "x", 1, 1, 0, 1);
	assert_int_equal(look(), OFFICE_LOCKED);
	begin();
	add("mimetype", office_kind_facts[OFFICE_ODT].type);
	add_packed("META-INF/manifest.xml",
	    "<manifest:file-entry><manifest:encryption-data/>");
	assert_int_equal(look(), OFFICE_LOCKED);
}

static void
programs_are_found_by_where_they_lie(void **state)
{
	static const char *const names[] = {"word/vbaProject.bin",
	    "xl/VBAPROJECT.BIN", "word/vbaData.xml", "word/activeX/a.xml",
	    "xl/macrosheets/s.xml", "Basic/Standard/m.xml",
	    "Scripts/python/x.py"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		begin();
		add("[Content_Types].xml", "<Types/>");
		add(names[i][0] == 'x' ? "xl/w.xml" : "word/w.xml", "<x/>");
		add(names[i], "x");
		assert_int_equal(look(), OFFICE_MACROS);
	}
}

static void
what_unpacks_to_too_much_is_a_bomb(void **state)
{
	(void)state;
	begin_docx(); /* one part, all together, and against its size */
	add_bytes("word/a", "x", 1, (128u << 20) + 1, 8, 0);
	assert_int_equal(look(), OFFICE_BOMB);
	begin_docx();
	for (int i = 0; i < 3; i++)
		add_bytes(i == 0   ? "a"
			  : i == 1 ? "b"
				   : "c",
		    "x", 1, 100u << 20, 8, 0);
	assert_int_equal(look(), OFFICE_BOMB);
	begin_docx();
	add_bytes("word/a", "x", 1, 9u << 20, 8, 0);
	assert_int_equal(look(), OFFICE_BOMB);
	begin_docx();
	add_bytes("word/a", "x", 1, 7u << 20, 8, 0);
	assert_int_equal(look(), OFFICE_OK);
}

static void
parts_that_share_bytes_or_a_name_are_a_bomb(void **state)
{
	(void)state;
	begin_docx(); /* the same part, named twice */
	zip.part[zip.parts] = zip.part[zip.parts - 1];
	zip.parts++;
	assert_int_equal(look(), OFFICE_BOMB);
	begin_docx(); /* one that swallows the next */
	zip.part[0].packed += 40;
	zip.part[0].whole += 40;
	assert_int_equal(look(), OFFICE_BOMB);
	begin_docx();
	add("word/document.xml", "<other/>");
	assert_int_equal(look(), OFFICE_BOMB);
}

static void
too_many_parts_or_documents_inside_are_a_bomb(void **state)
{
	static char name[PARTS_MAX][16];

	(void)state;
	for (size_t i = 0; i < PARTS_MAX; i++) {
		name[i][0] = 'p';
		for (size_t j = 0, v = i; j < 4; j++, v /= 10)
			name[i][1 + j] = (char)('0' + v % 10);
	}
	begin_docx();
	for (size_t i = 0; i < ARCHIVE_PARTS_MAX - 1; i++)
		add(name[i], "");
	assert_int_equal(look(), OFFICE_BOMB);
	begin_docx();
	for (size_t i = 0; i < ARCHIVE_INSIDE_MAX; i++)
		add(name[i], "PK\3\4");
	assert_int_equal(look(), OFFICE_OK);
	begin_docx();
	for (size_t i = 0; i <= ARCHIVE_INSIDE_MAX; i++)
		add(name[i], "PK\3\4");
	assert_int_equal(look(), OFFICE_BOMB);
}

static void
a_name_leads_nowhere_else(void **state)
{
	static const char *const names[] = {"/etc/passwd", "../x", "word/../x",
	    "word//x", "a\\b", "c:x", "word/./x", "x\x01"};
	static char lengthy[ARCHIVE_NAME_MAX + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		begin_docx();
		add(names[i], "x");
		assert_int_equal(look(), OFFICE_DAMAGED);
	}
	memset(lengthy, 'x', ARCHIVE_NAME_MAX);
	begin_docx();
	add(lengthy, "x");
	assert_int_equal(look(), OFFICE_DAMAGED);
	lengthy[ARCHIVE_NAME_MAX - 1] = '\0';
	begin_docx();
	add(lengthy, "x");
	add("word/..x/y", "x");
	assert_int_equal(look(), OFFICE_OK);
}

static void
what_stands_before_a_part_must_agree(void **state)
{
	enum office_kind kind;

	(void)state;
	begin_docx();
	zip.part[1].name = "word/documend.xml";
	assert_int_equal(look(), OFFICE_DAMAGED);
	begin_docx();
	zip.part[1].method = 12;
	assert_int_equal(look(), OFFICE_DAMAGED);
	begin_docx();
	zip.part[1].at = 0xfffffff0;
	assert_int_equal(look(), OFFICE_DAMAGED);
	begin_docx();
	zip.part[1].packed = UINT32_MAX; /* ZIP64 */
	assert_int_equal(look(), OFFICE_DAMAGED);
	begin_docx();
	end();
	put("x", 1);
	assert_int_equal(look_at(zip.n, &kind), OFFICE_DAMAGED);
}

static void
cut_anywhere_it_is_damaged(void **state)
{
	enum office_kind kind;

	(void)state;
	begin_docx();
	end();
	for (size_t n = 4; n < zip.n; n++)
		assert_int_equal(look_at(n, &kind), OFFICE_DAMAGED);
}

static void
answers_come_through_whole_or_not_at_all(void **state)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(OFFICE_MESSAGE_MAX);
	struct office_taken t = {.id = 3, .kind = OFFICE_ODT, .bytes = 9}, got;
	struct office_take ask = {.id = 4}, asked;
	struct err e;

	(void)state;
	office_taken_write(&b, &t);
	assert_true(office_taken_read(buf_view(&b), &got, &e));
	assert_int_equal(got.kind, OFFICE_ODT);
	buf_clear(&b);
	t.bytes = 0;
	office_taken_write(&b, &t);
	assert_false(office_taken_read(buf_view(&b), &got, &e));
	buf_clear(&b);
	t = (struct office_taken){.id = 3, .verdict = OFFICE_OFF};
	office_taken_write(&b, &t);
	assert_false(office_taken_read(buf_view(&b), &got, &e));
	buf_clear(&b);
	memset(ask.made.b, 7, KEY_BYTES);
	office_take_write(&b, &ask);
	assert_true(office_take_read(buf_view(&b), &asked, &e));
	assert_memory_equal(asked.made.b, ask.made.b, KEY_BYTES);
	assert_false(office_take_read((str){b.p, b.n - 1}, &asked, &e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_document_is_what_is_in_it),
	    cmocka_unit_test(what_is_none_of_these_is_unknown),
	    cmocka_unit_test(the_old_kinds_are_told_apart_from_what_is_locked),
	    cmocka_unit_test(a_password_is_seen_in_both_families),
	    cmocka_unit_test(programs_are_found_by_where_they_lie),
	    cmocka_unit_test(what_unpacks_to_too_much_is_a_bomb),
	    cmocka_unit_test(parts_that_share_bytes_or_a_name_are_a_bomb),
	    cmocka_unit_test(too_many_parts_or_documents_inside_are_a_bomb),
	    cmocka_unit_test(a_name_leads_nowhere_else),
	    cmocka_unit_test(what_stands_before_a_part_must_agree),
	    cmocka_unit_test(cut_anywhere_it_is_damaged),
	    cmocka_unit_test(answers_come_through_whole_or_not_at_all),
	};
	int failed;

	zip.p = malloc(ROOM);
	if (zip.p == NULL)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	free(zip.p);
	return failed;
}
