/*
 * clamd — one file asked about by the protocol of clamd(8): zINSTREAM, chunks
 * behind their length, an empty one at the end, and one answer.
 *
 * The connection is a session (zIDSESSION), made before the jail: the process
 * that holds it can make no other.
 */
#ifndef SCAN_CLAMD_H
#define SCAN_CLAMD_H

#include "ipc/scan.h"
#include "store/blob.h"

#define CLAMD_ANSWER_MAX 512
#define CLAMD_PATIENCE_MS 120000

/* A session at this socket; -1: there is nobody. */
int clamd_open(const char *path);

/* SCAN_NOBODY: the session is of no use any more.  False: our own file cannot
 * be read. */
bool clamd_ask(
    int fd, struct blob_reader *, struct scan_said *ret, struct err *) MUST_USE;

/* « 1: stream: Eicar-Signature FOUND », without the NUL; what is no answer to a
 * file is SCAN_NOBODY. */
void clamd_answer(str, struct scan_said *ret);

#endif
