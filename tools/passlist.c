/*
 * passlist — data/common-pass.txt becomes a C table that can be searched.
 *
 * Usage: passlist common-pass.txt common_pass.c
 *
 * Lines of lower-case letters, # for comments.  The words are sorted, and a
 * line that folding could never produce fails the build: it would never match.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 60000
#define WORDS_MAX 10000
#define WORD_MAX 64

static char text[TEXT_MAX + 1];
static char *words[WORDS_MAX];
static size_t n_words;

static int
by_word(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
fail(const char *path, size_t line, const char *why)
{
	(void)fprintf(stderr, "%s:%zu: %s\n", path, line, why);
	return false;
}

static bool
read_words(const char *path)
{
	FILE *f = fopen(path, "r");
	size_t n = f == NULL ? 0 : fread(text, 1, sizeof(text), f);
	char *at = text;

	if (f != NULL)
		(void)fclose(f);
	if (n == 0 || n > TEXT_MAX || text[n - 1] != '\n')
		return fail(path, 0, "cannot be read, or is too long");
	for (size_t line = 1; at < text + n; line++) {
		char *end = memchr(at, '\n', (size_t)(text + n - at));

		*end = '\0';
		if (*at != '#') {
			size_t len = strspn(at, "abcdefghijklmnopqrstuvwxyz");

			if (at + len != end || len == 0 || len > WORD_MAX)
				return fail(path, line, "not a folded word");
			if (n_words == WORDS_MAX)
				return fail(path, line, "too many words");
			words[n_words++] = at;
		}
		at = end + 1;
	}
	qsort(words, n_words, sizeof(*words), by_word);
	for (size_t i = 1; i < n_words; i++)
		if (strcmp(words[i - 1], words[i]) == 0)
			return fail(path, 0, words[i]);
	return true;
}

static bool
write_table(const char *path)
{
	FILE *f = fopen(path, "w");
	size_t at = 0;

	if (f == NULL)
		return fail(path, 0, "cannot be written");
	(void)fprintf(f, "#include \"crypto/common_pass.h\"\n\n"
			 "const char pass_common[] =\n");
	for (size_t i = 0; i < n_words; i++)
		(void)fprintf(f, "\t\"%s\\0\"\n", words[i]);
	(void)fprintf(f, "\t;\n\nconst uint16_t pass_common_at[] = {\n");
	for (size_t i = 0; i < n_words; i++) {
		(void)fprintf(f, "\t%zu,\n", at);
		at += strlen(words[i]) + 1;
	}
	(void)fprintf(f, "};\n\nconst size_t pass_common_n = %zu;\n", n_words);
	if (ferror(f) != 0 || fclose(f) != 0)
		return fail(path, 0, "cannot be written");
	return true;
}

int
main(int argc, char **argv)
{
	if (argc != 3)
		return fail("passlist", 0, "usage: passlist list out.c") ? 0
									 : 64;
	return read_words(argv[1]) && write_table(argv[2]) ? 0 : 1;
}
