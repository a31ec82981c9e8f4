/*
 * archive — what a document is, by its own bytes, and whether it may be opened:
 * the folder of contents of the ZIP that it is, read before anything unpacks
 * it.  Source: PKWARE's APPNOTE 6.3.10, 4.3; ISO/IEC 29500-2; OpenDocument 1.3
 * part 2.
 *
 * It is strict where the format is not: nothing before, between or after its
 * parts that would be read by one and not by another, no part twice, none that
 * shares bytes with another (that is how a few kilobytes become petabytes), no
 * ZIP64, no disks.  Whatever the folder promises can still be a lie: the jail
 * has a memory and a time of its own (jail.h).
 */
#ifndef OFFICE_ARCHIVE_H
#define OFFICE_ARCHIVE_H

#include "base/str.h"
#include "ipc/office.h"

/* A report of 200 pages with a picture on each has some 600 parts. */
#define ARCHIVE_PARTS_MAX 8192
/* As long as a path in the format's own examples, many times over. */
#define ARCHIVE_NAME_MAX 256
/* 40 MB of pictures do not shrink; a spreadsheet of 200,000 rows is 60 MB. */
#define ARCHIVE_PART_MAX ((uint64_t)128 << 20)
#define ARCHIVE_ALL_MAX ((uint64_t)256 << 20)
/* XML shrinks to a thirtieth; what is small anyway is not asked. */
#define ARCHIVE_RATIO_MAX 100u
#define ARCHIVE_RATIO_FREE ((uint64_t)8 << 20)
/* Documents inside the document, which LibreOffice may open too. */
#define ARCHIVE_INSIDE_MAX 32u
/* The list of an OpenDocument's parts, the only one that is unpacked here. */
#define ARCHIVE_MANIFEST_MAX ((size_t)1 << 20)

/* OFFICE_OK, with the kind; or why not: OFFICE_UNKNOWN, _OLD, _LOCKED, _MACROS,
 * _BOMB, _DAMAGED.  Reads nothing outside of the bytes. */
enum office_verdict archive_look(str file, enum office_kind *ret);

#endif
