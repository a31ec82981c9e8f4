/*
 * permit — may this viewer see this medium now?  The one function that says.
 *
 * permit_decide is pure: the viewer (viewer.h), the facts of a post, the hour,
 * what is wanted.  permit_medium and permit_post fetch the facts and ask it;
 * a thing that does not exist goes the same way with empty facts.  Every "no"
 * is ERR_NOT_FOUND with the same words.
 *
 * The rules:
 * - an order of no contact in force wins over everything, for staff too: no
 *   post for a group in which that child is or was, none for its family;
 * - a family sees what is published and whose hour has come, when one audience
 *   is a group of a child of theirs enrolled today, or the family of a child of
 *   theirs enrolled anywhere today, and the right over that child allows it;
 * - staff see the posts for the groups they work with (for a named child: a
 *   group in which the child is enrolled today), published, to come or
 *   withdrawn, and may change them; a draft is its author's and the director's,
 *   and theirs too once it waits for a second person (faces/word.h);
 * - staff whom a case silenced change nothing, staff whom it keeps apart from
 *   children see nothing, not even what they wrote (report/statement.h);
 * - the director sees and changes every post of the organisation;
 * - a safeguarding lead sees no picture unasked: only by working with a group;
 * - downloads by staff, and originals, are for those who may change the post;
 * - an account that is not active, a medium that is not ready: nothing;
 * - what is hidden from a viewer (hidden.h) is covered in each of the bytes
 * that it gets; while that is not drawn yet, it gets none (ERR_BUSY);
 * - a medium that is locked or held (stop/stop.h): nothing, for anybody, not
 *   even to change it;
 * - of a video, whoever would have anything hidden in one of its stills gets
 *   the lines that are masked through the shot (faces/veil.h), when they are
 *   masked in each of these boxes and a person has looked at them; else none of
 *   it, and for a family it is not there.  Staff are told, and see its picture,
 *   covered.  Masked lines that nobody has looked at yet are played by those
 *   who may change the post;
 * - a video in which somebody is heard who may not be (faces/voice.h) is given
 *   without its sound, to whoever may not hear that child, asked at each range;
 *   where it was not made yet without, or not masked without, it is withheld;
 * - a still of a video is seen by staff alone, who box its faces, while the
 *   video is ready; families see the first one as the video's picture;
 * - a document is read page by page, each page covered as a photo is, and with
 *   its text; the PDF of all of it cannot be covered, and whoever would have
 *   anything hidden on one of its pages does not get that;
 * - the picture of a signed paper (paper.h) is no photo of an album: none of
 *   the above gives it.  It is seen by who signed, while the child is theirs,
 *   by the directors and by its witness; directors add to it and take away;
 * - what a family brought from another house (move/arrive.h) is seen, kept and
 *   taken away by the holders of authority over that child alone, enrolled
 *   today; not by relatives, nor by the team;
 * - what lies in the evidence safe of a family (safe/safe.h) is seen, added to
 *   and taken along by its account alone; it is seen too by those whom the path
 *   of a case leads to to which it was opened, as long as it is;
 * - a post of words (life/notice.h, life/item.h) is no album either: it is read
 *   and changed by the rules of albums, and only when it is asked for as what
 *   it is; that it was withdrawn is told to the families that could read it.
 */
#ifndef SHARING_PERMIT_H
#define SHARING_PERMIT_H

#include "segment/plan.h"
#include "sharing/viewer.h"

enum permit_want {
	PERMIT_SEE,
	PERMIT_DOWNLOAD,
	PERMIT_EDIT,
	PERMIT_ORIGINAL,
	PERMIT_PAPER,      /* to see it */
	PERMIT_PAPER_EDIT, /* to add to it and to take away */
	PERMIT_NOTICE,     /* to read it */
	PERMIT_NOTICE_EDIT,
	PERMIT_NOTICE_GONE, /* to be told that there was one, not what it said
			     */
	PERMIT_SAFE,        /* to see what is in it */
	PERMIT_SAFE_EDIT,
	PERMIT_VEILED, /* the masked lines of a video, before they are shown */
};

/* POST_NONE and MEDIUM_NONE are first: empty facts allow nothing. */
enum post_state { POST_NONE, POST_DRAFT, POST_PUBLISHED, POST_WITHDRAWN };
enum medium_state {
	MEDIUM_NONE, /* the question is about the post alone */
	MEDIUM_RECEIVING,
	MEDIUM_QUEUED,
	MEDIUM_READY,
	MEDIUM_REFUSED,
	MEDIUM_DELETED,
	MEDIUM_LOCKED, /* stop/stop.h */
	MEDIUM_HELD,
};

enum medium_kind {
	MEDIUM_PHOTO,
	MEDIUM_VIDEO,
	MEDIUM_STILL, /* of a video, or a page of a document */
	MEDIUM_DOCUMENT,
};

/* Exactly one of group and child is not 0. */
struct audience {
	int64_t group, child;
	bool near; /* staff: works with a group where the child is today */
};

struct post_facts {
	int64_t organisation, author;
	enum post_state state;
	int64_t publish_at; /* DB_NULL: a draft */
	enum medium_state medium;
	enum medium_kind kind;
	const struct audience *audience;
	size_t n_audience;
	bool second; /* a draft that waits for a second person */
	bool paper;  /* audience: the one child; accounts, 0: none */
	int64_t signer, witness;
	bool notice;
	bool paged;    /* a still that is a page of a document */
	bool reported; /* nobody changes it until that case is decided */
	bool brought;  /* audience: the one child; from another house */
	bool safe;     /* of this account, 0: of none; no audience */
	int64_t owner;
	bool shown; /* a case to which it is open leads to the viewer, and it
		     * was not taken back */
};

bool permit_decide(const struct viewer *, const struct post_facts *,
    int64_t now, enum permit_want);

/* May this member of a family say that the child does not come, and read what
 * was said?  Who holds authority, and a relative with that right; of a child
 * who is enrolled today. */
bool permit_tell(const struct viewer *, int64_t child);
/* Who comes to a group and who does not: for those who work with it and the
 * directors (whose organisation's it is, the statements ask). */
bool permit_day(const struct viewer *, int64_t group);

/* The urgent messages of a group (tell/urgent.h): for a family that sees its
 * albums. */
bool permit_urgent(const struct viewer *, int64_t group);

/* Fills near of the n audiences of a post; asks nothing for a family. */
bool permit_near(struct house *, struct arena *, const struct viewer *,
    int64_t post, int64_t today, struct audience *, size_t n,
    struct err *) MUST_USE;

/* What a yes is made of.  Only permit.c makes one, and without one nobody gets
 * at a blob's descriptor or key; it lives in the arena. */
struct grant;

/* side: 2048, 1024, 320, of a video or document its (first) picture; 1 and 2:
 * the PDF and the text of a document; 720, 480, 240: lines of a video,
 * MEDIUM_VEILED of them with PERMIT_VEILED and nothing else; 0 the original,
 * and then want must be PERMIT_ORIGINAL.  A side that the medium does not have
 * is ERR_NOT_FOUND; ERR_BUSY: a box that is hidden from the viewer is not drawn
 * yet. */
bool permit_medium(struct house *, struct arena *, const struct viewer *,
    int64_t medium, int side, enum permit_want, int64_t now, int64_t today,
    const struct grant **ret, struct err *) MUST_USE;
/* The page around a photo, without its bytes: it is there while a box is drawn
 * and the photo itself is not (grant_hidden says so). */
bool permit_medium_page(struct house *, struct arena *, const struct viewer *,
    int64_t medium, int side, int64_t now, int64_t today,
    const struct grant **ret, struct err *) MUST_USE;
/* The picture of one page of a document, from 0. */
bool permit_page(struct house *, struct arena *, const struct viewer *,
    int64_t document, int64_t page, int side, int64_t now, int64_t today,
    const struct grant **ret, struct err *) MUST_USE;
bool permit_post(struct house *, struct arena *, const struct viewer *,
    int64_t post, enum permit_want, int64_t now, int64_t today,
    const struct grant **ret, struct err *) MUST_USE;
/* To change a medium whatever has become of its bytes (ready, refused …). */
bool permit_medium_edit(struct house *, struct arena *, const struct viewer *,
    int64_t medium, int64_t now, int64_t today, const struct grant **ret,
    struct err *) MUST_USE;

int64_t grant_post(const struct grant *);
const struct post_facts *grant_facts(const struct grant *);
enum permit_want grant_want(const struct grant *);
/* To put bytes in, or to take them away. */
bool grant_may_change(const struct grant *);

struct grant_blob {
	str type;      /* "image/jpeg" */
	int64_t bytes; /* of what is stored */
	int64_t width, height;
	/* Of a rendition (segment/file.h); 0: an original, or a video's. */
	int64_t segments;
};

/* Of permit_medium_page: how many boxes of the photo are hidden from the
 * viewer; *ret_waits: one of them is not drawn yet. */
int64_t grant_hidden(const struct grant *, bool *ret_waits);

/* Of permit_medium_page: it is a video, and the viewer gets none of it, or a
 * document, and the viewer does not get its PDF. */
bool grant_withheld(const struct grant *);
/* Of the page or the lines of a video: the viewer gets it without its sound. */
bool grant_silent(const struct grant *);
/* For a grant of a medium; the word of the row. */
enum medium_kind grant_kind(const struct grant *);
enum medium_kind medium_kind_of(str word);
bool medium_is_lines(int64_t side); /* 240, 480, 720 */
#define MEDIUM_PDF 1                /* sides of a document */
#define MEDIUM_TEXT 2
/* The side under which the same lines are kept masked. */
#define MEDIUM_VEILED(lines) ((lines) + 1)
/* … and without sound, masked nowhere. */
#define MEDIUM_QUIET(lines) ((lines) + 2)

const struct grant_blob *grant_blob(const struct grant *);
/* Which variant of each segment this viewer gets, as a plan_choice: by the code
 * word of the account and what is hidden from it.  {0}, and nothing hidden, for
 * an original. */
bool grant_choice(struct arena *, const struct organisation *,
    const struct grant *, struct plan_choice *ret, struct err *) MUST_USE;
/* The words of the visible line under this viewer's picture (line/line.h); "":
 * it has none.  ERR_CORRUPT: the account has no name that can be read, and gets
 * no picture without one. */
bool grant_line(struct arena *, const struct organisation *,
    const struct grant *, str *ret, struct err *) MUST_USE;
/* A word that changes with the bytes that this viewer gets and says nothing
 * about them: for ETag. */
str grant_mark(
    struct arena *, const struct organisation *, const struct grant *);
/* The descriptor is the caller's, the key is wiped by the caller. */
bool grant_open_blob(struct house *, struct arena *,
    const struct organisation *, const struct grant *, int *ret_fd,
    struct key *ret_key, struct err *) MUST_USE;

#endif
