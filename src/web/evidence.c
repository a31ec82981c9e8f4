#include "web/evidence.h"

#include <sys/mman.h>
#include <unistd.h>

#include "ipc/bundle.h"
#include "parcel/seal.h"
#include "sharing/viewer.h"
#include "web/asset.h"
#include "web/escape.h"

#define TEXT_ROOM ((size_t)32 << 20)

struct packing {
	struct buf text, central;
	struct bundle_piece *v;
	struct bundle_head head;
	uint64_t entries;
	int64_t made_at;
};

static void
packing_done(struct packing *p)
{
	buf_done(&p->text);
	buf_done(&p->central);
}

static struct bundle_piece *
begin_piece(struct packing *p)
{
	struct bundle_piece *piece = &p->v[p->head.pieces++];

	*piece =
	    (struct bundle_piece){.at = p->head.bytes, .text_at = p->text.n};
	return piece;
}

static void
end_piece(struct packing *p, struct bundle_piece *piece)
{
	piece->text_n = (uint32_t)(p->text.n - piece->text_at);
	p->head.bytes = bundle_piece_end(piece);
}

static void
put_part(struct packing *p, const struct evidence_part *part)
{
	const struct evidence_file *f = &part->file;
	struct bundle_piece *piece = begin_piece(p);
	struct zip_entry z =
	    evidence_entry(f->name, f->bytes, f->crc, p->made_at);

	z.at = piece->at;
	zip_local(&p->text, &z);
	zip_central(&p->central, &z);
	buf_str(&p->text, part->bytes);
	if (part->bytes.p == NULL && f->bytes > 0) {
		piece->copy_n = (uint32_t)f->bytes;
		piece->copy = (uint64_t)part->medium;
		memcpy(piece->mark, part->mark, sizeof(piece->mark));
		p->head.copies++;
	}
	p->entries++;
	end_piece(p, piece);
}

static void
put_end(struct packing *p)
{
	struct bundle_piece *piece = begin_piece(p);
	uint64_t bytes = p->central.n;

	zip_end(&p->central, p->entries, piece->at, bytes);
	buf_str(&p->text, buf_view(&p->central));
	end_piece(p, piece);
}

/* ---- what every bundle has ---- */

static struct evidence_part
literal(const char *name, str bytes)
{
	return (struct evidence_part){
	    .file = evidence_file(str_c(name), bytes), .bytes = bytes};
}

/* The verifier is kept as a text, so that no page of ours runs it. */
static const char recipe[] =
    "How to verify this bundle without Préau\n"
    "Comment vérifier ce dossier sans Préau\n"
    "\n"
    "  openssl pkeyutl -verify -pubin -inkey house.pem -rawin \\\n"
    "    -in chain.json -sigfile chain.json.sig\n"
    "  sha256sum -c SHA256SUMS\n"
    "\n"
    "SHA256SUMS and house.pem are listed in chain.json, which is signed.\n"
    "SHA256SUMS et house.pem figurent dans chain.json, qui est signé.\n"
    "Each entry of chain.json holds the SHA-256 of the line above it,\n"
    "without the comma at its end.  Compare the key with the house's.\n"
    "Chaque entrée de chain.json porte le SHA-256 de la ligne précédente,\n"
    "sans sa virgule finale. Comparez la clé avec celle de la structure.\n"
    "\n"
    "  preau case verify FILE.zip\n"
    "\n"
    "verifies every byte and names what was altered; verify.html does it in\n"
    "a browser, without a network.\n"
    "vérifie chaque octet et nomme ce qui a été modifié ; verify.html le fait\n"
    "dans un navigateur, sans réseau.\n";

static str
sums_of(struct arena *a, const struct evidence_part *v, size_t n)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX((size_t)1 << 20);
	str ret = {0};

	for (size_t i = 0; i < n; i++) {
		buf_hex(&b, v[i].file.sha256, sizeof(v[i].file.sha256));
		buf_printf(&b, "  " STR_FMT "\n", STR_ARG(v[i].file.name));
	}
	if (!arena_str(a, b.p, b.n, &ret))
		return (str){0};
	return ret;
}

static bool
add_own(struct request *r, const struct evidence *v, struct evidence_part *part,
    size_t *io, struct err *e)
{
	CLEANUP(buf_done) struct buf pem = BUF_MAX(512);
	str key, sums;

	evidence_pem(&pem, v->key);
	part[(*io)++] =
	    literal("verify.html", asset_named("verify.txt")->bytes);
	part[(*io)++] =
	    literal("HOW-TO-VERIFY.txt", (str){recipe, sizeof(recipe) - 1});
	if (!arena_str(r->arena, pem.p, pem.n, &key))
		return err_set(e, ERR_LIMIT, "no room for a key");
	part[(*io)++] = literal("house.pem", key);
	sums = sums_of(r->arena, part, *io);
	if (sums.n == 0)
		return err_set(e, ERR_LIMIT, "no room for sums");
	part[(*io)++] = literal("SHA256SUMS", sums);
	return true;
}

/* ---- the whole ---- */

static bool
sign(struct request *r, struct evidence *v, const struct evidence_part *part,
    size_t n, struct evidence_part ret[2], struct err *e)
{
	uint8_t *signature = NEW_N(r->arena, uint8_t, EVIDENCE_SIGNATURE_BYTES);
	CLEANUP(buf_done) struct buf chain = BUF_MAX(EVIDENCE_CHAIN_MAX);
	struct evidence_file *file = NEW_N(r->arena, struct evidence_file, n);
	str text;

	if (signature == NULL || file == NULL)
		return err_set(e, ERR_LIMIT, "no room for a bundle");
	for (size_t i = 0; i < n; i++)
		file[i] = part[i].file;
	v->file = file;
	v->n_file = n;
	if (!evidence_write(v, &chain, signature, e))
		return false;
	if (!arena_str(r->arena, chain.p, chain.n, &text))
		return err_set(e, ERR_LIMIT, "no room for a chain");
	ret[0] = literal(EVIDENCE_CHAIN, text);
	ret[1] = literal(EVIDENCE_SIGNATURE,
	    (str){(const char *)signature, EVIDENCE_SIGNATURE_BYTES});
	return true;
}

static bool
write_bundle(struct packing *p, int *ret_fd, uint64_t *ret_bytes, struct err *e)
{
	OWNED_FD fd = -1;

	if (p->text.full || p->central.full)
		return err_set(e, ERR_LIMIT, "too long a bundle");
	fd = memfd_create("evidence", MFD_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "memfd");
	if (!bundle_write(fd, &p->head, p->v, buf_view(&p->text), e))
		return false;
	*ret_bytes = p->head.bytes;
	*ret_fd = fd;
	fd = -1;
	return true;
}

bool
evidence_pack(struct request *r, struct evidence *v, struct evidence_part *part,
    size_t n, int *ret_fd, uint64_t *ret_bytes, struct err *e)
{
	CLEANUP(packing_done)
	struct packing p = {.text = BUF_MAX(TEXT_ROOM),
	    .central = BUF_MAX(TEXT_ROOM),
	    .made_at = v->made_at,
	    .v = NEW_N(r->arena, struct bundle_piece, n + EVIDENCE_OWN + 3)};
	struct evidence_part first[2];
	struct seal_keys keys;
	bool done;

	if (p.v == NULL)
		return err_set(e, ERR_LIMIT, "no room for a bundle");
	p.head.owner = (uint64_t)r->viewer->account;
	seal_keys(&r->org->key, &keys);
	v->key = keys.sign;
	v->secret = keys.sign_secret;
	done = add_own(r, v, part, &n, e) && sign(r, v, part, n, first, e);
	seal_keys_done(&keys);
	v->key = v->secret = NULL;
	if (!done)
		return false;
	put_part(&p, &first[0]);
	put_part(&p, &first[1]);
	for (size_t i = 0; i < n; i++)
		put_part(&p, &part[i]);
	put_end(&p);
	return write_bundle(&p, ret_fd, ret_bytes, e);
}

html
evidence_style(struct request *r)
{
	str css = asset_named("memories.css")->bytes;

	return html_raw(arena_fmt(r->arena,
	    "<style>" STR_FMT "\nimg { aspect-ratio: auto; object-fit: "
			      "contain; height: auto }</style>",
	    STR_ARG(css)));
}

bool
evidence_answer(struct request *r, struct response *out, str what)
{
	struct civil c = zone_local(r->org->zone, r->now);

	out->status = 200;
	out->http.body = HTTP_BODY_BUNDLE;
	out->http.content_type = S("application/zip");
	respond_header(r, out, "Content-Disposition",
	    arena_fmt(r->arena,
		"attachment; filename=\"" STR_FMT "-%04d-%02d-%02d.zip\"",
		STR_ARG(what), (int)c.year, c.month, c.day));
	respond_header(r, out, "Cache-Control", S("private, no-store"));
	return true;
}
