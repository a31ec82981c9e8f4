/*
 * upload — one file on its way: encrypted into a blob, or plain into a memory
 * file for a sheet, with the digest of its plain bytes.
 */
#ifndef FRONT_UPLOAD_H
#define FRONT_UPLOAD_H

#include <sodium.h>

#include "ipc/http.h"
#include "store/blob.h"

#define UPLOAD_FILE_MAX ((uint64_t)40 * 1024 * 1024)
#define UPLOAD_SHEET_MAX ((uint64_t)4 * 1024 * 1024)

struct upload {
	bool open;
	int fd; /* owned while open; a sheet's stays until the request ends */
	struct blob_writer *blob; /* NULL: a sheet */
	crypto_hash_sha256_state digest;
	uint64_t bytes, max;
	uint8_t state; /* enum http_file_state */
	uint64_t handle;
};

void upload_init(struct upload *);
void upload_done(struct upload *);

/* A failure is a state of the file, for the worker to judge; fd is taken. */
void upload_blob(struct upload *, int fd, const struct http_file_go *);
bool upload_sheet(struct upload *); /* false: no memory file */
void upload_write(struct upload *, const void *, size_t);
/* Fills all but the name of *ret, and closes; a sheet's fd stays open. */
void upload_finish(struct upload *, struct http_file *ret);

#endif
