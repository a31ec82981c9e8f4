/* A record that is being put together, whatever its layout, and what becomes
 * of it. */
#include "base/num.h"
#include "base/utf8.h"
#include "hash/vpdq.h"
#include "list/format.h"
#include "list/record.h"
#include "list/reel.h"

#define HASHES_MAX ((size_t)4 << 20) /* bytes of one record: a long video */
#define VALUE_MAX ((size_t)4 << 20)
#define VIDEO_ARENA ((size_t)16 << 20)
#define TINY_BYTES 100 /* a file so small is nobody's picture */
#define COUNT(a) (sizeof(a) / sizeof(*(a)))

void
draft_init(struct draft *d)
{
	d->value = BUF_MAX(VALUE_MAX);
	d->hashes = BUF_MAX(HASHES_MAX);
}

void
draft_done(struct draft *d)
{
	buf_done(&d->value);
	buf_done(&d->hashes);
}

void
draft_begin(struct reading *g, int64_t line, int64_t offset)
{
	struct buf value = g->draft.value, hashes = g->draft.hashes;

	buf_clear(&value);
	buf_clear(&hashes);
	g->draft = (struct draft){.line = line,
	    .offset = offset,
	    .value = value,
	    .hashes = hashes,
	    .size = -1,
	    .quality = ENTRY_NO_QUALITY};
}

static void
tell(struct reading *g, enum list_fault fault, uint8_t kind)
{
	wire_put(&g->frames, &(struct wire_frame){.type = WIRE_FAULT,
				 .fault = fault,
				 .kind = kind,
				 .line = (uint64_t)g->draft.line,
				 .offset = (uint64_t)g->draft.offset});
}

void
draft_fault(struct reading *g, enum list_fault fault, uint8_t kind)
{
	g->draft.faulty = true;
	if (g->faults++ < WIRE_FAULTS_MAX)
		tell(g, fault, kind);
}

void
draft_elsewhere(struct reading *g, uint8_t kind)
{
	g->draft.skipped++;
	if (g->draft.gone)
		return;
	if (g->elsewhere + g->draft.elsewhere++ < WIRE_ELSEWHERE_MAX)
		tell(g, LIST_FAULT_ELSEWHERE, kind);
}

static void
put_hash(struct draft *d, uint8_t kind, int quality, str value)
{
	uint8_t head[4] = {kind, (uint8_t)(int8_t)quality, (uint8_t)value.n,
	    (uint8_t)(value.n >> 8)};

	buf_put(&d->hashes, head, sizeof(head));
	buf_str(&d->hashes, value);
	d->n_hashes++;
}

/* The digests of nothing, and hashes of pictures without anything on them:
 * they would stop what has nothing to do with the list. */
static bool
says_nothing(uint8_t kind, const uint8_t *v, size_t n)
{
	static const char *const empty[HASH_KINDS] = {
	    [HASH_MD5] = "d41d8cd98f00b204e9800998ecf8427e",
	    [HASH_SHA1] = "da39a3ee5e6b4b0d3255bfef95601890afd80709",
	    [HASH_SHA256] = "e3b0c44298fc1c149afbf4c8996fb924"
			    "27ae41e4649b934ca495991b7852b855",
	};
	uint8_t none[HASH_VALUE_MAX];
	bool same = true;

	if (empty[kind] != NULL)
		return num_hex(str_c(empty[kind]), none, n) &&
		       memcmp(v, none, n) == 0;
	for (size_t i = 1; i < n && same; i++)
		same = v[i] == v[0];
	return same && (v[0] == 0 || v[0] == 0xff);
}

static bool
set_video(struct reading *g, str text, struct err *e)
{
	OWNED(arena) a = arena_new(VIDEO_ARENA);
	struct vpdq video;
	uint8_t v[PDQ_BITS / 8];
	struct err bad;

	if (a == NULL)
		return err_set(e, ERR_LIMIT, "no memory");
	if (!vpdq_read(a, text, &video, &bad)) {
		draft_fault(g, LIST_FAULT_FRAMES, HASH_VPDQ);
		return true;
	}
	for (size_t i = 0; i < video.n; i++) {
		pdq_bytes(&video.v[i].hash, v);
		if (says_nothing(HASH_PDQ, v, sizeof(v)))
			continue;
		put_hash(&g->draft, HASH_VPDQ, video.v[i].quality,
		    (str){(const char *)v, sizeof(v)});
	}
	if (g->draft.n_hashes == 0)
		g->draft.skipped++;
	g->draft.media = ENTRY_VIDEO;
	return true;
}

/* By its first three bytes, in hexadecimal digits or base64. */
static bool
begins_like_tmk(str text)
{
	uint8_t v[3];

	return num_hex(str_sub(text, 0, 6), v, sizeof(v))
		   ? memcmp(v, "TMK", sizeof(v)) == 0
		   : str_starts(text, S("VE1L"));
}

static bool
read_tmk(struct arena *a, str text, uint8_t *ret)
{
	struct tmk *video = NEW(a, struct tmk);
	struct err bad;

	return video != NULL &&
	       (num_hex(text, ret, TMK_BYTES) ||
		   hash_base64_read(text, ret, TMK_BYTES)) &&
	       tmk_read((str){(const char *)ret, TMK_BYTES}, video, &bad);
}

static void
put_reel(struct draft *d, const uint8_t *file)
{
	uint8_t digest[REEL_DIGEST], v[ENTRY_VALUE_MAX];

	reel_digest(file, digest);
	for (size_t i = 0; i < REEL_PARTS; i++) {
		size_t n = reel_part(file, digest, i, v);

		put_hash(
		    d, HASH_TMK, ENTRY_NO_QUALITY, (str){(const char *)v, n});
	}
	d->media = ENTRY_VIDEO;
}

/* Some services have forms of their own, an address or what is packed: those
 * are of a kind that is not compared here. */
static bool
set_tmk(struct reading *g, str text, struct err *e)
{
	OWNED(arena) a = arena_new(VIDEO_ARENA);
	uint8_t *file = NEW_N(a, uint8_t, TMK_BYTES);

	if (file == NULL)
		return err_set(e, ERR_LIMIT, "no memory");
	if (!begins_like_tmk(text))
		g->draft.skipped++;
	else if (!read_tmk(a, text, file))
		draft_fault(g, LIST_FAULT_VALUE, HASH_TMK);
	else
		put_reel(&g->draft, file);
	return true;
}

static bool
set_hash(struct reading *g, uint8_t kind, str text, struct err *e)
{
	uint8_t v[HASH_VALUE_MAX];

	if (kind == HASH_VPDQ)
		return set_video(g, text, e);
	if (kind == HASH_TMK)
		return set_tmk(g, text, e);
	if (!hash_kind_is_fixed((enum hash_kind)kind)) {
		g->draft.skipped++; /* a kind that lists cannot hold here */
		return true;
	}
	if (!hash_value_parse((enum hash_kind)kind, text, v)) {
		draft_fault(g, LIST_FAULT_VALUE, kind);
		return true;
	}
	if (says_nothing(kind, v, hash_kind_facts((enum hash_kind)kind)->bytes))
		g->draft.skipped++;
	else
		put_hash(&g->draft, kind, ENTRY_NO_QUALITY,
		    (str){(const char *)v,
			hash_kind_facts((enum hash_kind)kind)->bytes});
	return true;
}

/* Words of several services for a kind; a kind of HASH_NONE is something that
 * is no hash of a picture, or one that is not compared here. */
static const struct {
	const char *word;
	uint8_t kind;
} types[] = {
    {"hashpdq", HASH_PDQ},
    {"imagepdq", HASH_PDQ},
    {"pdqf", HASH_NONE},
    {"hashmd5", HASH_MD5},
    {"videomd5", HASH_MD5},
    {"imagemd5", HASH_MD5},
    {"hashsha1", HASH_SHA1},
    {"hashsha256", HASH_SHA256},
    {"hashphotodna", HASH_PHOTODNA},
    {"imagephotodna", HASH_PHOTODNA},
    {"pdna", HASH_PHOTODNA},
    {"videovpdq", HASH_VPDQ},
    {"videopdq", HASH_VPDQ},
    {"hashvpdq", HASH_VPDQ},
    {"hashtmk", HASH_TMK},
    {"videotmk", HASH_TMK},
    {"videotmkpdqf", HASH_TMK},
    {"tmkpdqf", HASH_TMK},
    {"hashtext", HASH_NONE},
    {"text", HASH_NONE},
    {"rawtext", HASH_NONE},
    {"trendquery", HASH_NONE},
    {"keyword", HASH_NONE},
    {"url", HASH_NONE},
    {"uri", HASH_NONE},
    {"domain", HASH_NONE},
    {"sha512", HASH_NONE},
    {"hashsha512", HASH_NONE},
};

static bool
type_of(str word, uint8_t *ret)
{
	char p[32];
	str plain = reading_plain(word, p, sizeof(p));
	enum hash_kind kind;

	for (size_t i = 0; i < COUNT(types); i++)
		if (str_eq(plain, str_c(types[i].word))) {
			*ret = types[i].kind;
			return true;
		}
	if (!hash_kind_of(plain, &kind))
		return false;
	*ret = (uint8_t)kind;
	return true;
}

static bool
is_one_of(str word, const char *const *v)
{
	char p[32];
	str plain = reading_plain(word, p, sizeof(p));

	for (; *v != NULL; v++)
		if (str_eq(plain, str_c(*v)))
			return true;
	return false;
}

static void
set_status(struct reading *g, str text)
{
	static const char *const in_force[] = {"active", "received",
	    "malicious", "suspicious", "unknown", "enabled", "new", NULL};
	static const char *const gone[] = {"withdrawn", "deleted", "removed",
	    "disabled", "inactive", "expired", "nonmalicious", NULL};

	if (is_one_of(text, gone))
		g->draft.gone = true;
	else if (!is_one_of(text, in_force)) {
		draft_fault(g, LIST_FAULT_STATUS, HASH_NONE);
		g->draft.refused = true;
	}
}

static bool
says_yes(str text)
{
	static const char *const yes[] = {"true", "yes", "1", "y", NULL};

	return is_one_of(text, yes);
}

static void
set_media(struct draft *d, str text)
{
	char p[32];
	str plain = reading_plain(text, p, sizeof(p));

	if (str_starts(plain, S("image")) || str_starts(plain, S("photo")))
		d->media = ENTRY_IMAGE;
	else if (str_starts(plain, S("video")) || str_starts(plain, S("movie")))
		d->media = ENTRY_VIDEO;
}

static void
add_detail(struct reading *g, const char *word, str text)
{
	struct text *t = &g->draft.detail, one;
	size_t n = strlen(word);

	text_put(g, &one, text);
	if (one.n == 0 || t->n + n + one.n + 3 > sizeof(t->p))
		return;
	if (t->n > 0) {
		memcpy(t->p + t->n, "; ", 2);
		t->n += 2;
	}
	memcpy(t->p + t->n, word, n);
	t->p[t->n + n] = '=';
	memcpy(t->p + t->n + n + 1, one.p, one.n);
	t->n += n + 1 + one.n;
}

static void
set_number(struct draft *d, enum draft_field what, str text)
{
	int64_t v;

	if (what == DRAFT_STAMP && stamp_parse(text, &v))
		d->stamp = v;
	else if (what == DRAFT_QUALITY && num_i64(text, 0, 100, &v))
		d->quality = (int)v;
	else if (what == DRAFT_SIZE && num_i64(text, 0, INT64_MAX - 1, &v))
		d->size = v;
}

bool
draft_set(
    struct reading *g, const struct list_field *f, str text, struct err *e)
{
	struct draft *d = &g->draft;

	text = str_trim(text);
	if (text.n == 0)
		return true;
	switch (f->what) {
	case DRAFT_HASH:
		return set_hash(g, f->kind, text, e);
	case DRAFT_VALUE:
		buf_clear(&d->value);
		buf_str(&d->value, text);
		d->has_value = true;
		break;
	case DRAFT_TYPE:
		text_put(g, &d->type, text);
		break;
	case DRAFT_ID:
		text_put(g, &d->id, text);
		break;
	case DRAFT_MEMBER:
		text_put(g, &d->member, text);
		break;
	case DRAFT_CATEGORY:
		text_put(g, &d->category, text);
		break;
	case DRAFT_SCHEME:
		text_put(g, &d->scheme, text);
		break;
	case DRAFT_STAMP:
	case DRAFT_QUALITY:
	case DRAFT_SIZE:
		set_number(d, f->what, text);
		break;
	case DRAFT_MEDIA:
		set_media(d, text);
		break;
	case DRAFT_STATUS:
		set_status(g, text);
		break;
	case DRAFT_GONE:
		d->gone = d->gone || says_yes(text);
		break;
	case DRAFT_DETAIL:
		add_detail(g, f->word, text);
		break;
	case DRAFT_IGNORE:
		break;
	}
	return true;
}

static bool
category_is_taken(const struct reading *g)
{
	const struct draft *d = &g->draft;
	str wanted = g->ask.categories, one;
	str category = {d->category.p, d->category.n};
	bool more = true;

	if (wanted.n == 0 || category.n == 0)
		return true;
	while (more) {
		more = str_cut(&wanted, ',', &one);
		if (str_eq(str_trim(one), category))
			return true;
	}
	return false;
}

bool
draft_resolve(struct reading *g, struct err *e)
{
	struct draft *d = &g->draft;
	uint8_t kind = g->ask.kind;

	if (!d->has_value)
		return true;
	d->has_value = false;
	if (d->type.n > 0 && !type_of((str){d->type.p, d->type.n}, &kind)) {
		draft_fault(g, LIST_FAULT_KIND, HASH_NONE);
		return true;
	}
	if (d->type.n == 0 && kind == HASH_NONE) {
		draft_fault(g, LIST_FAULT_KIND, HASH_NONE);
		return true;
	}
	if (kind == HASH_NONE) {
		d->skipped++;
		return true;
	}
	return set_hash(g, kind, buf_view(&d->value), e);
}

/* Member and number, as the source tells its entries apart. */
static str
whole_id(const struct draft *d, char *p, size_t cap)
{
	size_t n = 0, more;

	if (d->member.n > 0 && d->id.n > 0) {
		n = d->member.n < cap / 2 ? d->member.n : cap / 2;
		memcpy(p, d->member.p, n);
		p[n++] = ':';
	}
	more = d->id.n < cap - n ? d->id.n : cap - n;
	memcpy(p + n, d->id.p, more);
	n += more;
	while (n > 0 && !utf8_valid((str){p, n}))
		n--;
	return (str){p, n};
}

static bool
take_hash(const struct buf *b, size_t *at, struct entry *t)
{
	const uint8_t *p = (const uint8_t *)b->p + *at;
	size_t n;

	if (*at == b->n)
		return false;
	n = (size_t)p[2] | (size_t)p[3] << 8;
	t->kind = p[0];
	t->quality = (int8_t)p[1];
	t->value = (str){(const char *)p + 4, n};
	*at += 4 + n;
	return true;
}

static bool
say_entries(struct reading *g, bool gone, struct err *e)
{
	const struct draft *d = &g->draft;
	char id[ENTRY_TEXT_MAX];
	struct wire_frame f = {.type = gone ? WIRE_GONE : WIRE_ENTRY};
	struct entry *t = &f.entry;
	size_t at = 0;

	t->record = g->record;
	t->media = d->media;
	t->stamp = d->stamp;
	t->quality = ENTRY_NO_QUALITY;
	t->id = whole_id(d, id, sizeof(id));
	t->scheme =
	    d->scheme.n > 0 ? (str){d->scheme.p, d->scheme.n} : g->ask.scheme;
	t->category = (str){d->category.p, d->category.n};
	t->detail = (str){d->detail.p, d->detail.n};
	if (d->category.n == 0)
		t->scheme = S("");
	if (gone && t->id.n > 0) /* all that goes by this name */
		return reading_say(g, &f, e);
	while (take_hash(&d->hashes, &at, t)) {
		if (t->quality == ENTRY_NO_QUALITY)
			t->quality = (int8_t)d->quality;
		if (!reading_say(g, &f, e))
			return false;
	}
	return true;
}

static bool
say_withdrawn(struct reading *g, struct err *e)
{
	if (g->draft.id.n > 0 || g->draft.n_hashes > 0)
		return say_entries(g, true, e);
	if (!g->draft.faulty && g->draft.skipped == 0)
		draft_fault(g, LIST_FAULT_NAME, HASH_NONE);
	return true;
}

static bool
say(struct reading *g, struct err *e)
{
	struct draft *d = &g->draft;
	bool left_out = !category_is_taken(g) || d->left_out ||
			(d->size >= 0 && d->size < TINY_BYTES);

	if (d->refused)
		return true;
	g->skipped += d->skipped + (left_out && !d->gone);
	g->elsewhere += d->elsewhere;
	if (d->gone || (left_out && list_formats[g->ask.format].changes))
		return say_withdrawn(g, e);
	if (left_out)
		return true;
	if (d->n_hashes > 0)
		return say_entries(g, false, e);
	if (!d->faulty && d->skipped == 0)
		draft_fault(g, LIST_FAULT_NOTHING, HASH_NONE);
	return true;
}

bool
draft_end(struct reading *g, struct err *e)
{
	if (!draft_resolve(g, e))
		return false;
	if (g->draft.hashes.full)
		draft_fault(g, LIST_FAULT_FRAMES, HASH_VPDQ);
	else if (!say(g, e))
		return false;
	if (g->record == UINT32_MAX)
		return err_set(e, ERR_LIMIT, "too many records");
	g->record++;
	return true;
}
