/*
 * The jail of LibreOffice itself: another program stands where LibreOffice
 * would, tries what must not be possible, and what it says comes out as the
 * PDF.
 */
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "ipc/office.h"
#include "proc/helper.h"
#include "store/blob.h"

#define SAID_MAX 65536
#define PATIENCE_MS 600000

static char program[256]; /* that stands for LibreOffice */
static int64_t cpu_s = 60;
static struct key original_key, made_key;

static int
file_with(const char *bytes, size_t n)
{
	OWNED(blob_writer) w = NULL;
	int fd = memfd_create("original", MFD_CLOEXEC);
	int64_t size;
	struct err e;

	w = blob_writer_new(fd, &original_key, &e);
	assert_non_null(w);
	assert_true(blob_write(w, bytes, n, &e));
	assert_true(blob_finish(w, &size, &e));
	return fd;
}

static void
ask(struct helper *h, const char *bytes, size_t n, int made,
    struct office_taken *ret)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(OFFICE_MESSAGE_MAX);
	CLEANUP(chan_msg_done) struct chan_msg m = {0};
	const struct office_take t = {7, original_key, made_key};
	char in[OFFICE_MESSAGE_MAX + 1];
	int fd[] = {file_with(bytes, n), made};
	struct err e;

	office_take_write(&b, &t);
	assert_true(chan_send(&h->peer, OFFICE_TAKE, buf_view(&b), fd, 2, &e));
	(void)close(fd[0]);
	assert_true(chan_recv(&h->peer, in, sizeof(in), PATIENCE_MS, &m, &e));
	assert_true(office_taken_read(m.body, ret, &e));
	assert_int_equal(ret->id, 7);
}

/* What it made of it; ret_said: SAID_MAX. */
static enum office_verdict
turn_with(const char *suite, const char *bytes, size_t n, char *ret_said)
{
	static struct conf conf;
	struct office_taken taken;
	struct helper h;
	struct err e = {0};
	int made = memfd_create("made", MFD_CLOEXEC);

	conf_defaults(&conf);
	(void)snprintf(conf.office, sizeof(conf.office), "%s", suite);
	conf.office_s = cpu_s;
	if (!helper_start(&h, ROLE_OFFICE, "preau-office", ROLE_JOBS,
		office_from_worker, &conf, &e))
		fail_msg("%s", e.msg);
	ask(&h, bytes, n, made, &taken);
	helper_stop(&h);
	if (taken.verdict == OFFICE_OK && ret_said != NULL) {
		OWNED(blob_reader) r = blob_reader_new(made, &made_key, &e);
		size_t got;

		assert_non_null(r);
		assert_true(blob_read(r, 0, ret_said, SAID_MAX - 1, &got, &e));
		ret_said[got] = '\0';
	}
	(void)close(made);
	return (enum office_verdict)taken.verdict;
}

/* A document of one part, whose only letter says what is to be done. */
static size_t
document(char act, char ret[512])
{
	static const char head[] =
	    "PK\3\4\24\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\1\0\0\0";
	static const char central[] =
	    "PK\1\2\24\0\24\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\1\0\0\0";
	static const char *const names[] = {
	    "[Content_Types].xml", "word/document.xml"};
	size_t n = 0, at[2], begin;

	memset(ret, 0, 512);
	for (size_t i = 0; i < 2; i++) {
		at[i] = n;
		memcpy(ret + n, head, 26);
		ret[n + 26] = (char)strlen(names[i]);
		n += 30;
		memcpy(ret + n, names[i], strlen(names[i]));
		n += strlen(names[i]);
		ret[n++] = act;
	}
	begin = n;
	for (size_t i = 0; i < 2; i++) {
		memcpy(ret + n, central, 28);
		ret[n + 28] = (char)strlen(names[i]);
		ret[n + 42] = (char)at[i];
		n += 46;
		memcpy(ret + n, names[i], strlen(names[i]));
		n += strlen(names[i]);
	}
	memcpy(ret + n, "PK\5\6", 4);
	ret[n + 8] = ret[n + 10] = 2;
	ret[n + 12] = (char)(n - begin);
	ret[n + 16] = (char)begin;
	return n + 22;
}

static enum office_verdict
act(char what, char *ret_said)
{
	char bytes[512];
	size_t n = document(what, bytes);

	return turn_with(program, bytes, n, ret_said);
}

static void
who_stands_for_libreoffice_gets_out_nowhere(void **state)
{
	static char said[SAID_MAX];

	(void)state;
	assert_int_equal(act('e', said), OFFICE_OK);
	assert_non_null(strstr(said, "wrote to its folder\n"));
	assert_non_null(strstr(said, "tried all\n"));
	if (strstr(said, "ESCAPED") != NULL)
		fail_msg("%s", said);
}

static void
what_kills_a_process_kills_only_this_one(void **state)
{
	(void)state;
	for (const char *a = "pmux"; *a != '\0'; a++)
		assert_int_equal(act(*a, NULL), OFFICE_FAILED);
}

static void
who_never_ends_or_sleeps_is_ended(void **state)
{
	(void)state;
	cpu_s = 1;
	assert_int_equal(act('s', NULL), OFFICE_TOO_HEAVY);
	assert_int_equal(act('z', NULL), OFFICE_TOO_HEAVY);
	cpu_s = 60;
}

static void
who_is_killed_or_makes_nothing_has_failed(void **state)
{
	(void)state;
	assert_int_equal(act('k', NULL), OFFICE_FAILED);
	assert_int_equal(act('n', NULL), OFFICE_FAILED);
	assert_int_equal(act('l', NULL), OFFICE_FAILED);
}

static void
its_folder_ends_at_its_size(void **state)
{
	static char said[SAID_MAX];

	(void)state;
	assert_int_equal(act('d', said), OFFICE_OK);
	assert_non_null(strstr(said, "full\n"));
}

static void
a_start_that_asks_for_another_gets_one(void **state)
{
	static char said[SAID_MAX];

	(void)state;
	assert_int_equal(act('r', said), OFFICE_OK);
	assert_non_null(strstr(said, "again\n"));
}

/* ---- a folder of our own ---- */

static char folder[] = "/tmp/preau-office-XXXXXX";
static const char *const there[] = {
    "test", "preau-office", "lo", "lo/program", "lo/program/soffice.bin"};

static const char *
below(const char *name)
{
	static char path[128];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void
copy(const char *from, const char *name)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(below(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0755);

	while (copy_file_range(in, NULL, out, NULL, 1 << 20, 0) > 0)
		;
	(void)close(in);
	(void)close(out);
}

/* Programs are looked for beside the one that starts them, and nobody may not
 * look into where they were built: the test goes on from a folder of its own.
 */
static void
move_away(const char *suite, const char *office)
{
	char *argv[] = {folder, folder, NULL};
	char whole[PATH_MAX]; /* a runner may name it from where it stands */

	if (realpath(office, whole) == NULL || mkdtemp(folder) == NULL ||
	    chmod(folder, 0755) == -1 || mkdir(below("lo"), 0755) == -1 ||
	    mkdir(below("lo/program"), 0755) == -1 ||
	    symlink(whole, below("preau-office")) == -1)
		abort();
	copy("/proc/self/exe", "test");
	copy(suite, "lo/program/soffice.bin");
	(void)execv(below("test"), argv);
	abort();
}

static void
clear(void)
{
	for (size_t i = sizeof(there) / sizeof(*there); i-- > 0;)
		(void)remove(below(there[i]));
	(void)rmdir(folder);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(who_stands_for_libreoffice_gets_out_nowhere),
	    cmocka_unit_test(what_kills_a_process_kills_only_this_one),
	    cmocka_unit_test(who_never_ends_or_sleeps_is_ended),
	    cmocka_unit_test(who_is_killed_or_makes_nothing_has_failed),
	    cmocka_unit_test(its_folder_ends_at_its_size),
	    cmocka_unit_test(a_start_that_asks_for_another_gets_one),
	};
	struct err e;
	int failed;

	if (argc == 3)
		move_away(argv[1], argv[2]);
	if (argc < 2 || !crypto_init(&e))
		return 1;
	memcpy(folder, argv[1], sizeof(folder));
	(void)snprintf(
	    program, sizeof(program), "%s", below("lo/program/soffice.bin"));
	key_random(&original_key);
	key_random(&made_key);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	clear();
	return failed;
}
