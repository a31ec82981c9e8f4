/* papers — what the page of a signed paper is given. */
#ifndef WEB_PAPERS_H
#define WEB_PAPERS_H

#include "sharing/paper.h"
#include "web/view.h"

struct paper_page {
	struct paper paper;
	bool may_edit;
	str back;
};

struct paper_scan_list {
	const struct paper_scan *v;
	size_t n;
};

static inline struct paper_scan_list
paper_scans(const struct paper *p)
{
	return (struct paper_scan_list){p->v, p->n};
}

/* Why a file is no picture of a paper, as a catalogue key. */
const char *paper_reason(str word);

#endif
