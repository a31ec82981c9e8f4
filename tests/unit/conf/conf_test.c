/* The table of options and what reads it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "conf/conf.h"

static void
refused(const char *text, const char *says)
{
	struct conf c, before;
	struct err e;

	conf_defaults(&c);
	before = c;
	assert_false(conf_parse(str_c(text), &c, &e));
	if (strstr(e.msg, says) == NULL)
		fail_msg("expected \"%s\" in: %s", says, e.msg);
	assert_memory_equal(&c, &before, sizeof(c));
}

static void
a_file_is_lines_of_name_and_value(void **state)
{
	struct conf c;
	struct err e;

	(void)state;
	conf_defaults(&c);
	assert_true(
	    conf_parse(S("# ours\n\n  listen\t[::1]:80  # later\r\n"
			 "workers 3\nsandbox no-landlock\ntls_key \v# no\n"
			 "url http://x.example/#a"),
		&c, &e));
	assert_string_equal(c.listen, "[::1]:80");
	assert_string_equal(c.url, "http://x.example/#a");
	assert_string_equal(c.tls_key, "");
	assert_int_equal(c.workers, 3);
	assert_int_equal(c.sandbox, CONF_SANDBOX_NO_LANDLOCK);
}

static void
a_fault_says_its_line_and_changes_nothing(void **state)
{
	(void)state;
	refused(
	    "workers 1\n\nworker 2", "line 3: no option is named \"worker\"");
	refused("workers 1\nworkers 1", "line 2: workers is given twice");
	refused("workers 65", "line 1: workers: a number from 0 to 64");
	refused("workers", "line 1: workers: a number");
	refused("workers 1 2", "a number from");
	refused("queue 0", "a number from 1");
	refused("sandbox none", "sandbox: one of full, no-landlock");
	refused("sandbox", "one of");
	refused("url \xff", "url: not UTF-8");
	refused("url a\x01"
		"b",
	    "control characters");
	refused("\xff\xfe", "no option is named");
}

static void
a_text_has_its_limit(void **state)
{
	char line[CONF_TEXT_MAX + 8] = "url ";
	struct conf c;
	struct err e;

	(void)state;
	conf_defaults(&c);
	memset(line + 4, 'x', CONF_TEXT_MAX - 1);
	assert_true(conf_parse(str_c(line), &c, &e));
	assert_int_equal(strlen(c.url), CONF_TEXT_MAX - 1);
	line[CONF_TEXT_MAX + 3] = 'x';
	refused(line, "at most 255 bytes");
}

static void
the_command_line_is_stronger_than_the_file(void **state)
{
	static const char *const set[] = {
	    "workers=2", "url=https://a=b", "master_key="};
	char path[] = "/tmp/conf_test_XXXXXX";
	int fd = mkstemp(path);
	struct conf c;
	struct err e;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "workers 7\nqueue 9\ndata /d\n", 26), 26);
	(void)close(fd);
	assert_true(conf_load(path, set, 3, &c, &e));
	assert_int_equal(c.workers, 2);
	assert_int_equal(c.queue, 9);
	assert_string_equal(c.url, "https://a=b");
	assert_string_equal(c.master_key, "/keys/master.key");
	(void)unlink(path);
	assert_false(conf_load(path, set, 3, &c, &e));
	assert_int_equal(e.sys, ENOENT);
}

static void
the_key_and_the_journal_stand_beside_the_data(void **state)
{
	static const struct {
		const char *data, *key;
	} rows[] = {
	    {"data=/var/lib/preau/data", "/var/lib/preau/keys/master.key"},
	    {"data=var/demo/data//", "var/demo/keys/master.key"},
	    {"data=here", "keys/master.key"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct conf c;
		struct err e;

		assert_true(conf_load(NULL, &rows[i].data, 1, &c, &e));
		assert_string_equal(c.master_key, rows[i].key);
		assert_true(str_ends(str_c(c.erasures), S("erasures.log")));
	}
}

static void
what_does_not_fit_together_is_refused(void **state)
{
	static const char *const wrong[] = {"tls_key=/k", "data=", "data=a/..",
	    "url=ftp://x", "url=http://x/", "url=https://x/a", "url=https://",
	    "url=https://u@x", "url=https://pr\303\251au.example",
	    "listen=", "workers", "=1"};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct conf c;
		struct err e;

		assert_false(conf_load(NULL, &wrong[i], 1, &c, &e));
		assert_int_equal(e.kind, ERR_INPUT);
	}
}

static void
what_is_printed_reads_back_the_same(void **state)
{
	struct conf c, back;
	struct err e;
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	(void)state;
	assert_non_null(f);
	assert_true(conf_load(NULL, NULL, 0, &c, &e));
	c.workers = 5;
	c.log_level = 3;
	conf_print(&c, f);
	(void)fclose(f);
	conf_defaults(&back);
	assert_true(conf_parse((str){text, n}, &back, &e));
	assert_memory_equal(&c, &back, sizeof(c));
	free(text);
}

static void
the_manual_names_every_option(void **state)
{
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	(void)state;
	assert_non_null(f);
	conf_print_manual(f);
	(void)fclose(f);
	for (size_t i = 0; i < conf_options_n; i++) {
		char head[64];

		assert_true(strlen(conf_options[i].what) > 20);
		(void)snprintf(
		    head, sizeof(head), ".TP\n.B %s\n", conf_options[i].name);
		assert_non_null(strstr(text, head));
	}
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_file_is_lines_of_name_and_value),
	    cmocka_unit_test(a_fault_says_its_line_and_changes_nothing),
	    cmocka_unit_test(a_text_has_its_limit),
	    cmocka_unit_test(the_command_line_is_stronger_than_the_file),
	    cmocka_unit_test(the_key_and_the_journal_stand_beside_the_data),
	    cmocka_unit_test(what_does_not_fit_together_is_refused),
	    cmocka_unit_test(what_is_printed_reads_back_the_same),
	    cmocka_unit_test(the_manual_names_every_option),
	};

	return cmocka_run_group_tests_name("conf", tests, NULL, NULL);
}
