/* casefile_inside — what the files of casefile share. */
#ifndef REPORT_CASEFILE_INSIDE_H
#define REPORT_CASEFILE_INSIDE_H

#include "report/casefile.h"
#include "report/matter.h"

bool casefile_head(struct house *, struct arena *, int64_t organisation,
    int64_t id, struct case_head *ret, struct err *) MUST_USE;

#endif
