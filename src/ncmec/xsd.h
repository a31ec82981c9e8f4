/*
 * xsd — the schema that the CyberTipline hands out (« GET /xsd »), held against
 * what this program sends.
 *
 * Whether it changed is said by its digest.  Whether that matters: a schema
 * that does not have one of our elements, or one of the words that we choose
 * among, takes no report of ours any more.  Foreign bytes: no document type,
 * no depth.
 */
#ifndef NCMEC_XSD_H
#define NCMEC_XSD_H

#include "base/err.h"
#include "base/str.h"

/* The elements that stand in our documents; ends at NULL. */
extern const char *const ncmec_sent[];

/* ERR_INPUT: no schema, or not whole.  *ret_lacks: the first word of ours that
 * it does not have, NULL: it has all. */
bool ncmec_xsd_read(str, const char **ret_lacks, struct err *) MUST_USE;

#endif
