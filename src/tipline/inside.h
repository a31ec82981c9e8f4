/* inside — what the files of tipline/ share. */
#ifndef TIPLINE_INSIDE_H
#define TIPLINE_INSIDE_H

#include "ipc/egress.h"
#include "report/lock.h"
#include "sql_tipline.h"
#include "tipline/tipline.h"

#define TIPLINE_DOC "tipline.doc_enc"
#define TIPLINE_RECORDS "tipline.records_enc"
#define TIPLINE_REPLY "tipline_call.reply_enc"

/* The document, checked, and the list; files: in how many parts it goes. */
bool tipline_compose(const struct deed *, const struct case_head *,
    const struct tipline_draft *, str *ret_doc, str *ret_records,
    int64_t *ret_files, struct ncmec_fault *ret_fault, struct err *) MUST_USE;
/* Whom it is about by number, and from which addresses what it is about was
 * sent, as the draft wants it.  *ret_left: addresses that had no room. */
bool tipline_put_senders(const struct deed *, int64_t case_file,
    const struct tipline_draft *, const struct sql_tipline_media_rows *,
    struct ncmec_doc *, size_t *ret_left, struct err *) MUST_USE;
/* The part of the list that is file i, and its name. */
str tipline_part(struct arena *, str records, int64_t i, str *ret_name);
/* What is said of it; false: it does not stand up to the rules. */
bool tipline_fileinfo(struct arena *, const struct tipline *, int64_t now,
    str *ret, struct err *) MUST_USE;

bool tipline_load(struct arena *, const struct organisation *,
    const struct sql_tipline_row *, struct tipline *ret, struct err *) MUST_USE;
/* Writes down where it stands, and what ends with it. */
bool tipline_move(
    const struct deed *, const struct tipline *, struct err *) MUST_USE;
struct lock tipline_lock(const struct tipline *);

/* What egress said, as ncmec/step.h reads it; *io_said is borrowed. */
enum ncmec_way tipline_way(const struct egress_answer *);
struct ncmec_heard tipline_heard(
    const struct egress_answer *, struct ncmec_answer *io_said);

#endif
