/* An index file whose sums are right, whatever it says: it is refused, or all
 * that can be asked of it is asked.  The input is laid over a good file at the
 * place its first two bytes say, or stands alone when it is long. */
#include <stdlib.h>
#include <sys/mman.h>

#include "match/build.h"
#include "match/builder.h"
#include "match/live.h"
#include "match/video.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static uint8_t *good;
static size_t good_bytes;

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
fill(struct match_builder *b)
{
	struct vpdq_frame frame[4] = {{.quality = 90}};
	struct vpdq video = {frame, 4};
	struct match_index_list list;
	uint8_t value[HASH_VALUE_MAX];
	struct err e;

	for (uint32_t n = 0; n < 2; n++) {
		match_index_list_init(&list, n);
		must(match_builder_list(b, &list, &e));
	}
	for (uint32_t i = 0; i < 24; i++)
		for (int k = 0; k < HASH_KINDS; k++) {
			enum hash_kind kind = (enum hash_kind)k;
			const struct hash_kind_facts *f = hash_kind_facts(kind);
			const void *p = value;

			if (!hash_kind_is_fixed(kind) || (i > 2 && k > 2))
				continue;
			memset(value, (int)(i * 37), sizeof(value));
			must(match_builder_add(
			    b, kind, (str){p, f->bytes}, i % 2, i, &e));
		}
	must(match_builder_video(b, &video, 0, 1, 3, &e));
}

static int
file_of(const uint8_t *p, size_t n)
{
	int fd = memfd_create("index", MFD_CLOEXEC);

	must(fd >= 0 && write(fd, p, n) == (ssize_t)n);
	return fd;
}

/* Without tables of its own: those are megabytes. */
static void
make_good(void)
{
	struct err e;
	OWNED(match_builder) b = match_builder_new(1 << 24, &e);
	OWNED_FD fd = file_of(NULL, 0);

	must(b != NULL);
	fill(b);
	must(match_builder_write(b, fd, 1, &e));
	good_bytes = (size_t)lseek(fd, 0, SEEK_END);
	good = malloc(good_bytes);
	must(good != NULL &&
	     pread(fd, good, good_bytes, 0) == (ssize_t)good_bytes);
}

/* The sums of what is there: one block, as this is small. */
static void
seal(uint8_t *p, size_t n)
{
	struct match_file_head *head = (void *)p;
	size_t summed = n - MATCH_FILE_HEAD - sizeof(uint64_t);
	uint64_t sum = match_sum(0, p + MATCH_FILE_HEAD, summed);

	memcpy(head->magic, MATCH_FILE_MAGIC, sizeof(head->magic));
	head->version = MATCH_FILE_VERSION;
	head->bytes = n;
	memcpy(p + n - sizeof(sum), &sum, sizeof(sum));
	head->sums_sum = match_sum(0, &sum, sizeof(sum));
	head->sum = 0;
	head->sum = match_sum(0, p, MATCH_FILE_HEAD);
}

static void
ask(struct match_live *live)
{
	CLEANUP(match_index_hits_done)
	struct match_index_hits hits = MATCH_INDEX_HITS(1000);
	static const uint8_t value[2 * HASH_VALUE_MAX];
	struct match_video_rule rule = MATCH_VIDEO_RULE;
	struct match_video_hit *videos;
	struct vpdq_frame frame = {.quality = 90};
	struct vpdq video = {&frame, 1};
	OWNED(arena) a = arena_new(1 << 20);
	struct err e;
	size_t n;

	for (int k = 0; k < HASH_KINDS; k++)
		for (int join = 0; join < 2; join++) {
			hits.n = 0;
			(void)!(join ? match_live_join : match_live_query)(
			    live, (enum hash_kind)k, value, 2, NULL, &hits, &e);
		}
	(void)!match_live_video(live, a, &video, &rule, NULL, &videos, &n, &e);
	OWNED_FD fd = file_of(NULL, 0);
	(void)!match_live_merge(live, fd, 2, 1 << 24, &e);
}

static void
try(const uint8_t *p, size_t n)
{
	OWNED_FD fd = file_of(p, n);
	struct err e;
	OWNED(match_live) live = match_live_new(&e);
	struct match_index *ix = match_index_open(fd, MATCH_INDEX_MAPPED, &e);

	must(live != NULL && (ix != NULL || e.kind != ERR_NONE));
	match_live_swap(live, ix, true);
	if (ix != NULL)
		ask(live);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t file[MATCH_FILE_HEAD + 65536];
	size_t at, n;

	if (good == NULL)
		make_good();
	must(good_bytes < sizeof(file));
	if (size < 2)
		return 0;
	if (size < sizeof(file))
		try(data, size);
	memset(file, 0, sizeof(file));
	memcpy(file, good, good_bytes);
	at = ((size_t)data[0] << 8 | data[1]) % good_bytes;
	n = size - 2 < good_bytes - at ? size - 2 : good_bytes - at;
	memcpy(file + at, data + 2, n);
	seal(file, good_bytes);
	try(file, good_bytes);
	return 0;
}
