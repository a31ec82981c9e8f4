#include "media/tagwrite.h"

#include <stdio.h>

#include "base/utf8.h"

enum {
	TAG_DESCRIPTION = 0x010e,
	TAG_ARTIST = 0x013b,
	TAG_COPYRIGHT = 0x8298,
	TAG_EXIF_IFD = 0x8769,
	TAG_VERSION = 0x9000,
	TAG_ORIGINAL = 0x9003,
};

enum { TYPE_ASCII = 2, TYPE_LONG = 4, TYPE_UNDEFINED = 7 };

#define ENTRY 12
#define IFD0_AT 8
#define ENTRIES_MAX 8
#define SEGMENT_MAX 65533

struct entry {
	uint16_t tag, type;
	str value; /* as it stands in the file */
};

struct ifd {
	struct entry v[ENTRIES_MAX];
	unsigned n;
};

static void
put16(struct buf *b, size_t v)
{
	buf_byte(b, (char)(v >> 8 & 0xff));
	buf_byte(b, (char)(v & 0xff));
}

static void
put32(struct buf *b, size_t v)
{
	put16(b, v >> 16 & 0xffff);
	put16(b, v & 0xffff);
}

/* At most TAG_TEXT_MAX bytes of whole letters. */
static str
shorten(str s)
{
	size_t n = s.n;

	if (n <= TAG_TEXT_MAX)
		return s;
	n = TAG_TEXT_MAX;
	while (n > 0 && ((uint8_t)s.p[n] & 0xc0) == 0x80)
		n--;
	return str_sub(s, 0, n);
}

/* Tags in rising order, as TIFF wants them. */
static void
add(struct ifd *f, uint16_t tag, uint16_t type, str value)
{
	if (value.n > 0 && f->n < ENTRIES_MAX)
		f->v[f->n++] = (struct entry){tag, type, value};
}

/* A text is counted with the NUL behind it. */
static size_t
stored(const struct entry *x)
{
	return x->value.n + (x->type == TYPE_ASCII ? 1 : 0);
}

/* Where what follows an IFD at `at` begins: behind its long values. */
static size_t
ifd_end(const struct ifd *f, size_t at)
{
	size_t end = at + 2 + (size_t)f->n * ENTRY + 4;

	for (unsigned i = 0; i < f->n; i++)
		if (stored(&f->v[i]) > 4)
			end += (stored(&f->v[i]) + 1) / 2 * 2;
	return end;
}

static void
put_value(struct buf *b, const struct entry *x, size_t room)
{
	buf_str(b, x->value);
	for (size_t i = x->value.n; i < room; i++)
		buf_byte(b, '\0');
}

static void
put_ifd(struct buf *b, const struct ifd *f, size_t at)
{
	size_t data = at + 2 + (size_t)f->n * ENTRY + 4;

	put16(b, f->n);
	for (unsigned i = 0; i < f->n; i++) {
		const struct entry *x = &f->v[i];
		size_t n = stored(x);

		put16(b, x->tag);
		put16(b, x->type);
		put32(b, x->type == TYPE_LONG ? 1 : n);
		if (n <= 4) {
			put_value(b, x, 4);
			continue;
		}
		put32(b, data);
		data += (n + 1) / 2 * 2;
	}
	put32(b, 0); /* no further IFD: no thumbnail */
	for (unsigned i = 0; i < f->n; i++)
		if (stored(&f->v[i]) > 4)
			put_value(b, &f->v[i], (stored(&f->v[i]) + 1) / 2 * 2);
}

static str
exif_date(const struct tag_facts *t, char to[static 40])
{
	const uint16_t *d = t->taken;
	int n = snprintf(to, 40, "%04u:%02u:%02u %02u:%02u:%02u", d[0], d[1],
	    d[2], d[3], d[4], d[5]);

	return (str){to, n > 0 ? (size_t)n : 0};
}

static void
put_segment(struct buf *to, str head, const struct buf *body)
{
	put16(to, 0xffe1);
	put16(to, 2 + head.n + body->n);
	buf_str(to, head);
	buf_str(to, buf_view(body));
}

static void
put_exif(struct buf *to, const struct tag_facts *t)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(SEGMENT_MAX);
	struct ifd ifd0 = {0}, exif = {0};
	char date[40], pointer[4];
	size_t at;

	add(&ifd0, TAG_DESCRIPTION, TYPE_ASCII, t->caption);
	add(&ifd0, TAG_ARTIST, TYPE_ASCII, t->organisation);
	add(&ifd0, TAG_COPYRIGHT, TYPE_ASCII, t->organisation);
	if (t->has_taken) {
		add(&exif, TAG_VERSION, TYPE_UNDEFINED, S("0232"));
		add(&exif, TAG_ORIGINAL, TYPE_ASCII, exif_date(t, date));
		add(&ifd0, TAG_EXIF_IFD, TYPE_LONG,
		    (str){pointer, sizeof(pointer)});
	}
	/* 0x8298 stands before 0x8769, so the order holds. */
	at = ifd_end(&ifd0, IFD0_AT);
	pointer[0] = pointer[1] = 0;
	pointer[2] = (char)(at >> 8);
	pointer[3] = (char)(at & 0xff);
	buf_str(&b, S("MM\0*"));
	put32(&b, IFD0_AT);
	put_ifd(&b, &ifd0, IFD0_AT);
	if (t->has_taken)
		put_ifd(&b, &exif, at);
	put_segment(to, S("Exif\0\0"), &b);
}

/* XML 1.0 has no way to write most control characters: they are left out. */
static void
put_xml(struct buf *b, str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '&')
			buf_str(b, S("&amp;"));
		else if (c == '<')
			buf_str(b, S("&lt;"));
		else if (c == '>')
			buf_str(b, S("&gt;"));
		else if ((uint8_t)c >= 0x20 || c == '\n' || c == '\t')
			buf_byte(b, c);
	}
}

static void
put_element(struct buf *b, const char *open, str text, const char *close)
{
	if (text.n == 0)
		return;
	buf_str(b, str_c(open));
	put_xml(b, text);
	buf_str(b, str_c(close));
}

static void
put_xmp(struct buf *to, const struct tag_facts *t)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(SEGMENT_MAX);
	const uint16_t *d = t->taken;

	buf_str(
	    &b, S("<?xpacket begin='\xef\xbb\xbf' "
		  "id='W5M0MpCehiHzreSzNTczkc9d'?>"
		  "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf="
		  "'http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
		  "<rdf:Description rdf:about=''"
		  " xmlns:dc='http://purl.org/dc/elements/1.1/'"
		  " xmlns:photoshop='http://ns.adobe.com/photoshop/1.0/'>"));
	put_element(&b,
	    "<dc:description><rdf:Alt><rdf:li xml:lang='x-default'>",
	    t->caption, "</rdf:li></rdf:Alt></dc:description>");
	put_element(
	    &b, "<photoshop:Credit>", t->organisation, "</photoshop:Credit>");
	if (t->has_taken)
		buf_printf(&b,
		    "<photoshop:DateCreated>%04u-%02u-%02uT%02u:%02u:%02u"
		    "</photoshop:DateCreated>",
		    d[0], d[1], d[2], d[3], d[4], d[5]);
	buf_str(&b, S("</rdf:Description></rdf:RDF></x:xmpmeta>"
		      "<?xpacket end='r'?>"));
	put_segment(to, S("http://ns.adobe.com/xap/1.0/\0"), &b);
}

bool
tagwrite(const struct tag_facts *t, struct buf *ret, struct err *e)
{
	struct tag_facts f = *t;

	if (!utf8_valid(f.caption) || !utf8_valid(f.organisation))
		return err_set(e, ERR_INPUT, "tags: not UTF-8");
	f.caption = shorten(f.caption);
	f.organisation = shorten(f.organisation);
	put16(ret, 0xffd8);
	put_exif(ret, &f);
	put_xmp(ret, &f);
	if (ret->full)
		return err_set(e, ERR_LIMIT, "tags: too long");
	return true;
}
