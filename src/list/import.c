#include "list/import.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "list/folder.h"
#include "list/format.h"
#include "list/gone.h"
#include "sql_list.h"
#include "sql_list_import.h"

#define FILE_NAME_MAX 64

/* One import from its beginning to its end. */
struct import {
	struct db *db;
	struct arena *arena;
	const struct conf *conf;
	const struct list_import_ask *ask;
	struct sql_list_by_id_row row;
	struct list_folder folder;
	struct fetch fetch;
	struct gone *gone;
	uint8_t file_digest[crypto_hash_sha256_BYTES];
	bool digested;
	char name[FILE_NAME_MAX]; /* of the new generation */
	bool named;               /* the file has its name */
	uint8_t digest[ENTRIES_DIGEST];
	uint64_t of_kind[HASH_KINDS];
	struct merge_counts merged;
};

static bool
is_input(const char *path)
{
	return strcmp(path, "-") == 0;
}

static int
open_one(const char *path, struct err *e)
{
	int fd = is_input(path) ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 4)
				: open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		err_sys(e, "%s", path);
	return fd;
}

/* Also says at once which of many files cannot be opened. */
static bool
measure(struct import *m, struct err *e)
{
	for (size_t i = 0; i < m->ask->n_files; i++) {
		OWNED_FD fd = open_one(m->ask->file[i], e);
		struct stat st;

		if (fd == -1)
			return false;
		if (fstat(fd, &st) == -1)
			return err_sys(e, "%s", m->ask->file[i]);
		if (S_ISDIR(st.st_mode))
			return err_set(
			    e, ERR_INPUT, "%s is a folder", m->ask->file[i]);
		m->fetch.total +=
		    S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
	}
	return true;
}

static bool
fetch_all(struct import *m, enum list_format_id format, struct err *e)
{
	struct list_ask ask = {.format = (uint8_t)format,
	    .kind = (uint8_t)m->row.hash_kind,
	    .scheme = m->row.scheme,
	    .categories = m->row.categories};

	for (size_t i = 0; i < m->ask->n_files; i++) {
		OWNED_FD fd = open_one(m->ask->file[i], e);

		if (fd == -1)
			return false;
		if (!fetch_file(&m->fetch, fd, &ask, e))
			return err_wrap(e, "%s", m->ask->file[i]);
	}
	(void)crypto_hash_sha256_final(&m->fetch.digest, m->file_digest);
	m->digested = true;
	return true;
}

/* More that cannot be understood than what can: this is another format, or
 * another kind of hash. */
static bool
is_believable(const struct import *m, struct err *e)
{
	const struct fetch *f = &m->fetch;
	bool whole = str_eq(m->row.takes, S("whole"));

	if (f->faults > f->entries + f->gone + f->skipped)
		return err_set(e, ERR_INPUT,
		    "%llu malformed, %llu understood: is that the format of "
		    "the list?",
		    (unsigned long long)f->faults,
		    (unsigned long long)(f->entries + f->gone + f->skipped));
	if (whole && f->entries == 0 && m->row.entries > 0 &&
	    !m->ask->may_shrink)
		return err_set(e, ERR_INPUT,
		    "no entry at all; --shrink says that the list is empty");
	return true;
}

static bool
has_not_shrunk(const struct import *m, struct err *e)
{
	uint64_t before = (uint64_t)m->row.entries;

	if (m->ask->may_shrink || before < IMPORT_SHRINK_FROM ||
	    !str_eq(m->row.takes, S("whole")) ||
	    m->merged.removed <= before / 2)
		return true;
	return err_set(e, ERR_INPUT,
	    "it would lose %llu of its %llu entries; --shrink says that this "
	    "is right",
	    (unsigned long long)m->merged.removed, (unsigned long long)before);
}

static struct entries *
open_old(struct import *m, struct err *e)
{
	const char *path;

	if (!list_path(m->arena, m->conf->data, m->row.entries_file, &path, e))
		return NULL;
	return entries_open(path, e);
}

/* Into a file aside; *ret_same: nothing is new in it. */
static bool
write_generation(
    struct import *m, struct entries_writer *w, bool *ret_same, struct err *e)
{
	enum merge_how how =
	    str_eq(m->row.takes, S("whole")) ? MERGE_WHOLE : MERGE_CHANGES;
	OWNED(entries) old = NULL;

	if (m->row.generation > 0) {
		old = open_old(m, e);
		if (old == NULL)
			return false;
	}
	if (!sort_run(m->fetch.sort, e) ||
	    !merge_run(how, m->fetch.sort, old, w, m->ask->now,
		gone_past(m->gone), &m->merged, e) ||
	    !has_not_shrunk(m, e))
		return false;
	*ret_same = m->row.generation > 0 && m->merged.added == 0 &&
		    m->merged.removed == 0 && m->merged.changed == 0;
	return true;
}

static bool
merge_and_name(struct import *m, bool *ret_same, struct err *e)
{
	int64_t generation = m->row.generation + 1;
	OWNED(entries_writer) w = NULL;

	(void)snprintf(m->name, sizeof(m->name), "%lld-%lld.entries",
	    (long long)m->row.id, (long long)generation);
	w = entries_writer_new(m->folder.fd, m->name, m->row.id, generation, e);
	if (w == NULL || !write_generation(m, w, ret_same, e))
		return false;
	if (*ret_same)
		return true;
	if (!entries_writer_finish(w, m->digest, e))
		return false;
	m->named = true;
	for (int k = 0; k < HASH_KINDS; k++)
		m->of_kind[k] = entries_writer_count_of(w, (enum hash_kind)k);
	return true;
}

static bool
set_kinds(struct import *m, struct err *e)
{
	int64_t changed;

	if (!sql_list_kinds_forget(m->db, m->row.id, &changed, e))
		return false;
	for (int k = 0; k < HASH_KINDS; k++) {
		const struct hash_kind_facts *f =
		    hash_kind_facts((enum hash_kind)k);

		if (m->of_kind[k] > 0 && f != NULL &&
		    !sql_list_kind_count(m->db, m->row.id, k, f->distance,
			(int64_t)m->of_kind[k], &changed, e))
			return false;
	}
	return true;
}

static bool
set_generation(struct import *m, struct err *e)
{
	str digest = {(const char *)m->digest, sizeof(m->digest)};
	int64_t changed;

	return sql_list_set_generation(m->db, m->row.generation + 1,
		   str_c(m->name), digest, (int64_t)m->merged.kept,
		   m->row.entries_file, m->row.id, &changed, e) &&
	       set_kinds(m, e) &&
	       sql_list_propose(
		   m->db, m->ask->by, m->ask->now, m->row.id, &changed, e);
}

/* The checkpoint of a window of which a page is missing would lose entries. */
static bool
set_checkpoint(struct import *m, struct err *e)
{
	str checkpoint = str_c(m->fetch.checkpoint);
	int64_t changed;

	return !m->fetch.whole || checkpoint.n == 0 ||
	       sql_list_set_checkpoint(
		   m->db, checkpoint, m->row.id, &changed, e);
}

static const char *
fault_reason(struct arena *a, const struct fetch_fault *f)
{
	const struct hash_kind_facts *kind =
	    hash_kind_facts((enum hash_kind)f->kind);
	str s = arena_fmt(a, "%s%s%s", kind == NULL ? "" : kind->name,
	    kind == NULL ? "" : ": ", list_fault_text(f->fault));

	return s.p == NULL ? "" : s.p;
}

static bool
record_import(struct import *m, str outcome, str reason, int64_t generation,
    struct err *e)
{
	const struct fetch *f = &m->fetch;
	str digest = {(const char *)m->file_digest,
	    m->digested ? sizeof(m->file_digest) : 0};
	struct sql_list_import_insert_row row;
	int64_t changed;

	if (!sql_list_import_insert(m->db, m->arena, m->row.id, outcome, reason,
		m->ask->by, m->ask->now, digest, (int64_t)f->bytes, generation,
		(int64_t)f->entries, (int64_t)f->faults, (int64_t)f->skipped,
		(int64_t)f->gone, (int64_t)m->merged.added,
		(int64_t)m->merged.removed, str_c(f->checkpoint), &row, e))
		return false;
	for (size_t i = 0; i < f->n_fault; i++)
		if (!sql_list_malformed_insert(m->db, row.id, f->fault[i].file,
			(int64_t)f->fault[i].line, (int64_t)f->fault[i].offset,
			str_c(fault_reason(m->arena, &f->fault[i])), &changed,
			e))
			return false;
	return true;
}

static bool
commit(struct import *m, bool same, struct err *e)
{
	int64_t generation = m->row.generation + (same ? 0 : 1);

	if (!db_begin(m->db, e))
		return false;
	if ((same || set_generation(m, e)) && set_checkpoint(m, e) &&
	    gone_keep(m->gone, e) &&
	    record_import(m, same ? S("unchanged") : S("done"), (str){0},
		generation, e) &&
	    (m->ask->taken == NULL || m->ask->taken(m->ask->ctx, e)) &&
	    db_commit(m->db, e))
		return true;
	db_rollback(m->db);
	return false;
}

/* As well as can be: a full disk may not even take this. */
static void
record_refusal(struct import *m, const struct err *why)
{
	struct err lost;

	if (!m->digested)
		(void)crypto_hash_sha256_final(
		    &m->fetch.digest, m->file_digest);
	m->digested = true;
	m->merged = (struct merge_counts){0};
	if (!db_begin(m->db, &lost))
		return;
	if (!record_import(m, S("refused"), str_c(why->msg), DB_NULL, &lost) ||
	    !db_commit(m->db, &lost))
		db_rollback(m->db);
}

static bool
is_same_file(struct import *m, bool *ret, struct err *e)
{
	str digest = {(const char *)m->file_digest, sizeof(m->file_digest)};
	struct sql_list_import_last_row last;

	return sql_list_import_last(
		   m->db, m->arena, m->row.id, ret, &last, e) &&
	       ((*ret = *ret && str_eq(last.file_digest, digest) &&
			last.generation == m->row.generation) ||
		   true);
}

static bool
read_and_merge(struct import *m, struct err *e)
{
	enum list_format_id format;
	bool same;

	if (!list_format_of(m->row.format, &format))
		return err_set(e, ERR_CORRUPT, "a format that is not known");
	if (!fetch_all(m, format, e) || !is_believable(m, e) ||
	    !is_same_file(m, &same, e))
		return false;
	if (!same && !merge_and_name(m, &same, e))
		return false;
	return commit(m, same, e);
}

static void
tell(const struct import *m, struct list_imported *ret)
{
	const struct fetch *f = &m->fetch;

	*ret = (struct list_imported){
	    .outcome = m->named ? LIST_DONE : LIST_UNCHANGED,
	    .generation = m->row.generation + (m->named ? 1 : 0),
	    .bytes = f->bytes,
	    .accepted = f->entries,
	    .skipped = f->skipped,
	    .elsewhere = f->elsewhere,
	    .malformed = f->faults,
	    .tombstones = f->gone,
	    .merged = m->merged,
	    .window_is_whole = f->whole,
	    .n_fault = f->n_fault};
	memcpy(ret->checkpoint, f->checkpoint, sizeof(ret->checkpoint));
	memcpy(ret->fault, f->fault, sizeof(ret->fault));
}

static bool
import_in(struct import *m, struct err *e)
{
	list_folder_sweep(&m->folder, m->db, m->arena);
	m->fetch.sort = sort_new(m->folder.fd,
	    merge_sort_by(
		str_eq(m->row.takes, S("whole")) ? MERGE_WHOLE : MERGE_CHANGES),
	    SORT_MEMORY, e);
	m->gone = gone_new(m->db, m->arena, m->row.id, e);
	if (m->fetch.sort == NULL || m->gone == NULL)
		return false;
	if (!read_and_merge(m, e)) {
		if (m->named)
			(void)unlinkat(m->folder.fd, m->name, 0);
		record_refusal(m, e);
		return false;
	}
	/* The one before the one before. */
	list_folder_sweep(&m->folder, m->db, m->arena);
	return true;
}

bool
list_import(struct db *db, struct arena *a, const struct conf *conf,
    const struct list_import_ask *ask, struct list_imported *ret, struct err *e)
{
	struct import m = {.db = db,
	    .arena = a,
	    .conf = conf,
	    .ask = ask,
	    .fetch = {
		.conf = conf, .progress = ask->progress, .ctx = ask->ctx}};
	bool done;

	(void)crypto_hash_sha256_init(&m.fetch.digest);
	if (!measure(&m, e) || !list_folder_open(&m.folder, conf->data, e))
		return false;
	/* Only now nobody else changes it. */
	done = sql_list_by_id(db, a, ask->list, &m.row, e) && import_in(&m, e);
	sort_free(m.fetch.sort);
	gone_free(m.gone);
	list_folder_close(&m.folder);
	if (done)
		tell(&m, ret);
	return done;
}
