/*
 * http — what the front tells a worker about a request, and what it answers.
 *
 * The front has parsed the request (libmicrohttpd), the worker trusts lengths
 * and ranges only after ipc/read.h.  Path, names and values are the decoded
 * bytes; they may hold any byte but NUL.
 *
 * An upload is three steps, all of the same HTTP request:
 *   1. HTTP_FILE_OPEN per file, when its first byte is there: the worker says
 *      who may, makes a row and a blob and answers HTTP_FILE_GO with the
 *      blob's descriptor and its key, or a HTTP_RESPONSE that refuses.
 *   2. the front encrypts the bytes into the blob (store/blob.h).
 *   3. HTTP_REQUEST with all files and how each ended.
 * One that comes in pieces (tus) is begun by a request of its own and then
 * takes these steps for each piece.
 */
#ifndef IPC_HTTP_H
#define IPC_HTTP_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "crypto/key.h"
#include "ipc/bundle.h"
#include "ipc/read.h"

enum http_kind {
	HTTP_REQUEST = 1,
	HTTP_FILE_OPEN = 2,
	HTTP_RESPONSE = 3,
	HTTP_FILE_GO = 4,
};

enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_POST,
	HTTP_PATCH,
	HTTP_DELETE,
	HTTP_OPTIONS,
	HTTP_METHODS
};

/* Changes nothing, so may be asked again. */
static inline bool
http_reads(uint8_t method)
{
	return method == HTTP_GET || method == HTTP_HEAD;
}

#define HTTP_PATH_MAX 1024
#define HTTP_VALUE_MAX 65536
#define HTTP_PAIRS_MAX 512
#define HTTP_FILES_MAX 128

struct http_pair {
	str name, value;
};

enum http_file_state {
	HTTP_FILE_WHOLE, /* every byte is in the blob, finished and synced */
	HTTP_FILE_TOO_BIG,
	HTTP_FILE_CUT,    /* the sender stopped */
	HTTP_FILE_FAILED, /* our disk */
	HTTP_FILE_PART, /* of a file that comes in pieces: kept, more to come */
	HTTP_FILE_WRONG,   /* a piece that is not what its checksum says */
	HTTP_FILE_DAMAGED, /* what was kept of it before does not open */
	HTTP_FILE_STATES
};

struct http_file {
	uint64_t handle; /* from HTTP_FILE_GO; 0: a sheet in a memfd */
	str name;        /* as the sender called it */
	uint64_t bytes;  /* of the file so far; asking for leave: announced */
	uint8_t state;
	uint8_t digest[32]; /* WHOLE: SHA-256 of the plain bytes */
};

#define HTTP_NO_BYTES (((uint64_t)1 << 40) - 1) /* nothing was announced */
#define HTTP_WORDS_MAX 2048

/* What the heads of an upload in pieces say (tus 1.0, front/tus.h); a length
 * or an offset that was not said is HTTP_NO_BYTES. */
struct http_tus {
	uint64_t length, offset;
	bool summed; /* a checksum comes along: the front compares it */
	str words;   /* Upload-Metadata as it stood */
	str name;    /* of the file, out of it */
};

/* One copy out of a bundle (ipc/bundle.h) that is being sent: the same request
 * once more, with what was promised of this copy. */
struct http_part {
	uint64_t copy; /* 0: the request is about the whole */
	uint8_t mark[BUNDLE_MARK];
	uint32_t begins; /* with this one: so many copies are in the whole */
};

struct http_request {
	uint64_t tag; /* the front's; comes back in the answer */
	uint8_t method;
	bool tls;            /* or a trusted proxy said so */
	uint8_t address[16]; /* of the client; IPv4 as ::ffff:a.b.c.d */
	uint16_t port;
	str path;
	str cookie, host, origin, fetch_site, accept_language, user_agent;
	str if_none_match, csrf; /* header X-Preau-Form, for the islands */
	str content_type;
	struct http_tus tus;
	struct http_part part;
	struct http_pair *query, *form;
	size_t n_query, n_form;
	struct http_file
	    *file; /* finished ones; in FILE_OPEN the one to open */
	size_t n_file;
};

/* What was read points into the message, lists are of the arena: both must
 * live as long as it is used. */
void http_request_write(struct buf *, const struct http_request *);
bool http_request_read(
    struct arena *, str, struct http_request *ret, struct err *) MUST_USE;

/* The body is: inline bytes, then (with a descriptor) a blob or a memfd, or one
 * viewer's picture composed out of a blob that holds a segmented rendition, or
 * (alone) what a bundle promises. */
enum http_body {
	HTTP_BODY_INLINE,
	HTTP_BODY_MEMFD,
	HTTP_BODY_BLOB,
	HTTP_BODY_COMPOSED,
	HTTP_BODY_BUNDLE,
	HTTP_BODIES
};

/* May the front answer a Range request? */
enum http_ranges {
	HTTP_RANGES_NONE,
	HTTP_RANGES,        /* the address names these bytes and no others */
	HTTP_RANGES_TAGGED, /* with an If-Range that proves it */
	HTTP_RANGES_KINDS
};

#define HTTP_CODE_MAX                                           \
	1024 /* bytes of a choice, as segment/plan.h reads them \
	      */
#define HTTP_HIDDEN_MAX 128
#define HTTP_LINE_MAX 512

struct http_response {
	uint64_t tag;
	uint16_t status;
	uint8_t body;
	str content_type;         /* empty: no body */
	struct http_pair *header; /* ours: Location, Set-Cookie, ETag, … the
				     list is in front/answer.c */
	size_t n_header;
	str inline_bytes; /* sent first, also before a blob */
	struct key key;   /* BLOB, COMPOSED: for this transfer only */
	uint64_t skip;    /* likewise: bytes left out at its start */
	uint64_t total;   /* whole length: inline_bytes.n + rest; COMPOSED:
			     of what is in front alone */
	str code, hidden; /* COMPOSED: what this viewer gets */
	str line;         /* likewise: the words under it (line/line.h) */
	uint8_t ranges;   /* enum http_ranges */
};

void http_response_write(struct buf *, const struct http_response *);
bool http_response_read(
    struct arena *, str, struct http_response *ret, struct err *) MUST_USE;

struct http_file_go {
	uint64_t tag;
	uint64_t handle;
	uint64_t max_bytes; /* of the whole file */
	/* In pieces: what is there, and what there will be.  0 and 0: the file
	 * is empty, and ends with the request. */
	uint64_t from, total;
	struct key key;
};

void http_file_go_write(struct buf *, const struct http_file_go *);
bool http_file_go_read(str, struct http_file_go *ret, struct err *) MUST_USE;

/*
 * What a path takes, known to the front before the body is read: more than
 * that is 413 at the header.  Everything not named here is HTTP_TAKES_FORM.
 */
enum http_takes {
	HTTP_TAKES_FORM,  /* urlencoded or multipart without files, 64 KiB */
	HTTP_TAKES_SHEET, /* a form with one file of at most 4 MiB, in a memfd
			   */
	HTTP_TAKES_MEDIA, /* files of at most 40 MiB each, 128 at a time; or one
			     file as the whole body (Content-Type image) with
			     its name in X-Preau-Name */
	HTTP_TAKES_TIME,  /* a form, or none; whoever answers is busy with it
			   */
	HTTP_TAKES_PIECES, /* tus: POST begins one; HEAD, PATCH and DELETE */
};

enum http_takes http_takes(str path);

#endif
