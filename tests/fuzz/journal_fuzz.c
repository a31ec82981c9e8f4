/* The erasure journal and a backup's manifest as somebody else left them: both
 * are read before their digest is known to be right. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "audit/audit.h"
#include "backup/manifest.h"
#include "erasure/journal.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const struct key key = {"a key that is only for fuzzing  "};
static char folder[] = "/tmp/preau-fuzz-XXXXXX";
static char journal[64];

static void
remove_all(void)
{
	char path[64];

	(void)unlink(journal);
	(void)snprintf(path, sizeof(path), "%s/" MANIFEST_NAME, folder);
	(void)unlink(path);
	(void)rmdir(folder);
}

static void
put(const char *name, const uint8_t *p, size_t n)
{
	char path[64];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd == -1 || write(fd, p, n) == -1)
		abort();
	(void)close(fd);
}

static bool
no_entry(void *ctx, const struct erasure_entry *v, struct err *e)
{
	(void)ctx;
	(void)v;
	(void)e;
	__builtin_trap(); /* nobody can write one without the key */
}

static bool
no_file(void *ctx, const struct manifest_file *f, struct err *e)
{
	(void)ctx;
	(void)f;
	(void)e;
	__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct journal_state state;
	struct manifest_head head;
	uint8_t hash[KEY_DIGEST_BYTES];
	bool found;
	struct err e;
	OWNED_FD dir = -1;

	if (journal[0] == '\0') {
		if (!crypto_init(&e) || mkdtemp(folder) == NULL)
			abort();
		(void)snprintf(journal, sizeof(journal), "%s/journal", folder);
		(void)atexit(remove_all);
	}
	put("journal", p, n);
	put(MANIFEST_NAME, p, n);
	if (journal_read(journal, &key, NULL, no_entry, NULL, &state, &e))
		__builtin_trap();
	(void)!audit_head_read(journal, 1, &found, hash, &e);
	dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (manifest_read(dir, &key, &head, no_file, NULL, &e))
		__builtin_trap();
	return 0;
}
