/* The decision, as a table of situations: who, what about, and the answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "sharing/permit.h"

#define NOW 1000
#define SQUIRRELS 11 /* groups */
#define FOXES 12
#define LEA 21 /* children */
#define TOM 22
#define NOAH 23
#define SAMI 31 /* accounts */

#define SEE AUTHORITY_SEE
#define DOWN (AUTHORITY_SEE | AUTHORITY_DOWNLOAD)
#define ALL AUTHORITY_ALL

/* clang-format off */
#define N(v) (sizeof(v) / sizeof((v)[0]))
/* Enrolled today, in whatever group. */
#define KID(i, r) { .id = (i), .rights = (r), .n_group = 1 }
#define GROUPS(...) .group = (struct viewer_group[]){ __VA_ARGS__ }, \
	.n_group = N(((struct viewer_group[]){ __VA_ARGS__ }))
#define CHILDREN(...) .child = (struct viewer_child[]){ __VA_ARGS__ }, \
	.n_child = N(((struct viewer_child[]){ __VA_ARGS__ }))
#define BARRED_GROUPS(...) .barred_group = (int64_t[]){ __VA_ARGS__ }, \
	.n_barred_group = N(((int64_t[]){ __VA_ARGS__ }))
#define BARRED_CHILDREN(...) .barred_child = (int64_t[]){ __VA_ARGS__ }, \
	.n_barred_child = N(((int64_t[]){ __VA_ARGS__ }))
#define PERSON(k) .account = 41, .organisation = 1, .kind = (k), \
	.state = VIEWER_ACTIVE
#define STAFF(r) .account = 51, .organisation = 1, .kind = VIEWER_STAFF, \
	.role = (r), .state = VIEWER_ACTIVE

/* Léa is a squirrel; her mother has every right. */
static const struct viewer mother = { PERSON(VIEWER_GUARDIAN),
	CHILDREN(KID(LEA, ALL)), GROUPS({ SQUIRRELS, ALL }) };
static const struct viewer mother_of_two = { PERSON(VIEWER_GUARDIAN),
	CHILDREN(KID(LEA, ALL), KID(TOM, ALL)),
	GROUPS({ SQUIRRELS, ALL }, { FOXES, ALL }) };
static const struct viewer suspended = { .account = 41, .organisation = 1,
	.kind = VIEWER_GUARDIAN, .state = VIEWER_SUSPENDED,
	CHILDREN(KID(LEA, ALL)), GROUPS({ SQUIRRELS, ALL }) };
static const struct viewer pending = { .account = 41, .organisation = 1,
	.kind = VIEWER_GUARDIAN, .state = VIEWER_PENDING,
	CHILDREN(KID(LEA, ALL)), GROUPS({ SQUIRRELS, ALL }) };
static const struct viewer closed = { .account = 41, .organisation = 1,
	.kind = VIEWER_GUARDIAN, .state = VIEWER_CLOSED,
	CHILDREN(KID(LEA, ALL)), GROUPS({ SQUIRRELS, ALL }) };
static const struct viewer elsewhere = { .account = 41, .organisation = 2,
	.kind = VIEWER_GUARDIAN, .state = VIEWER_ACTIVE,
	CHILDREN(KID(LEA, ALL)), GROUPS({ SQUIRRELS, ALL }) };
static const struct viewer fox_family = { PERSON(VIEWER_GUARDIAN),
	CHILDREN(KID(TOM, ALL)), GROUPS({ FOXES, ALL }) };
/* The enrolment ended, or has not begun: the child is theirs, no group is. */
static const struct viewer not_enrolled = { PERSON(VIEWER_GUARDIAN),
	CHILDREN({ .id = LEA, .rights = ALL, .n_group = 0 }) };
static const struct viewer no_child = { PERSON(VIEWER_GUARDIAN) };
static const struct viewer grandmother = { PERSON(VIEWER_RELATIVE),
	CHILDREN(KID(LEA, SEE)), GROUPS({ SQUIRRELS, SEE }) };
static const struct viewer uncle = { PERSON(VIEWER_RELATIVE),
	CHILDREN(KID(LEA, 0)), GROUPS({ SQUIRRELS, 0 }) };
static const struct viewer downloader = { PERSON(VIEWER_RELATIVE),
	CHILDREN(KID(LEA, AUTHORITY_DOWNLOAD)),
	GROUPS({ SQUIRRELS, AUTHORITY_DOWNLOAD }) };
static const struct viewer godfather = { PERSON(VIEWER_RELATIVE),
	CHILDREN(KID(LEA, DOWN)), GROUPS({ SQUIRRELS, DOWN }) };
/* Sees one child only, may download of the other only. */
static const struct viewer mixed = { PERSON(VIEWER_RELATIVE),
	CHILDREN(KID(LEA, SEE), KID(TOM, AUTHORITY_DOWNLOAD)),
	GROUPS({ SQUIRRELS, SEE }, { FOXES, AUTHORITY_DOWNLOAD }) };
/* May not come near Noah, who is a squirrel; Léa is his daughter. */
static const struct viewer barred_father = { PERSON(VIEWER_GUARDIAN),
	CHILDREN(KID(LEA, ALL), KID(TOM, ALL)),
	GROUPS({ SQUIRRELS, ALL }, { FOXES, ALL }),
	BARRED_CHILDREN(NOAH), BARRED_GROUPS(SQUIRRELS) };
static const struct viewer child_account = { PERSON(VIEWER_CHILD),
	CHILDREN(KID(LEA, ALL)), GROUPS({ SQUIRRELS, ALL }) };

static const struct viewer director = { STAFF(STAFF_DIRECTOR) };
static const struct viewer squirrel_staff = { STAFF(STAFF_ANIMATEUR),
	GROUPS({ SQUIRRELS, 0 }) };
static const struct viewer fox_staff = { STAFF(STAFF_ANIMATEUR),
	GROUPS({ FOXES, 0 }) };
static const struct viewer sami = { .account = SAMI, .organisation = 1,
	.kind = VIEWER_STAFF, .role = STAFF_ANIMATEUR,
	.state = VIEWER_ACTIVE, GROUPS({ SQUIRRELS, 0 }) };
static const struct viewer sami_moved = { .account = SAMI, .organisation = 1,
	.kind = VIEWER_STAFF, .role = STAFF_ANIMATEUR,
	.state = VIEWER_ACTIVE, GROUPS({ FOXES, 0 }) };
static const struct viewer sami_suspended = { .account = SAMI,
	.organisation = 1, .kind = VIEWER_STAFF, .role = STAFF_ANIMATEUR,
	.state = VIEWER_SUSPENDED, GROUPS({ SQUIRRELS, 0 }) };
static const struct viewer silenced_staff = { STAFF(STAFF_ANIMATEUR),
	.silenced = true, GROUPS({ SQUIRRELS, 0 }) };
static const struct viewer silenced_director = { STAFF(STAFF_DIRECTOR),
	.silenced = true };
/* With more than a viewer of the database has (viewer.c takes group and role). */
static const struct viewer sami_apart = { .account = SAMI, .organisation = 1,
	.kind = VIEWER_STAFF, .role = STAFF_DIRECTOR, .state = VIEWER_ACTIVE,
	.apart = true, GROUPS({ SQUIRRELS, 0 }) };
static const struct viewer safeguarding = { STAFF(STAFF_SAFEGUARDING) };
static const struct viewer safeguarding_near = { STAFF(STAFF_SAFEGUARDING),
	GROUPS({ SQUIRRELS, 0 }) };
static const struct viewer barred_staff = { STAFF(STAFF_DIRECTOR),
	BARRED_CHILDREN(NOAH), BARRED_GROUPS(SQUIRRELS) };
static const struct viewer director_elsewhere = { .account = 51,
	.organisation = 2, .kind = VIEWER_STAFF, .role = STAFF_DIRECTOR,
	.state = VIEWER_ACTIVE };

#define FOR(...) .audience = (const struct audience[]){ __VA_ARGS__ }, \
	.n_audience = N(((const struct audience[]){ __VA_ARGS__ }))
#define POST(s, at) .organisation = 1, .author = SAMI, .state = (s), \
	.publish_at = (at), .medium = MEDIUM_READY
#define OUT POST(POST_PUBLISHED, NOW - 1)

static const struct post_facts nothing = { 0 };
static const struct post_facts squirrels = { OUT, FOR({ .group = SQUIRRELS }) };
static const struct post_facts album_alone = { .organisation = 1,
	.author = SAMI, .state = POST_PUBLISHED, .publish_at = NOW - 1,
	.medium = MEDIUM_NONE, FOR({ .group = SQUIRRELS }) };
static const struct post_facts both = { OUT,
	FOR({ .group = SQUIRRELS }, { .group = FOXES }) };
static const struct post_facts foxes = { OUT, FOR({ .group = FOXES }) };
static const struct post_facts to_lea = { OUT,
	FOR({ .child = LEA, .near = true }) };
static const struct post_facts to_lea_far = { OUT, FOR({ .child = LEA }) };
static const struct post_facts to_noah_and_lea = { OUT,
	FOR({ .child = LEA, .near = true }, { .child = NOAH, .near = true }) };
static const struct post_facts to_nobody = { OUT };
static const struct post_facts this_second = { POST(POST_PUBLISHED, NOW),
	FOR({ .group = SQUIRRELS }) };
static const struct post_facts tonight = { POST(POST_PUBLISHED, NOW + 1),
	FOR({ .group = SQUIRRELS }) };
static const struct post_facts no_hour = { POST(POST_PUBLISHED, DB_NULL),
	FOR({ .group = SQUIRRELS }) };
static const struct post_facts draft = { POST(POST_DRAFT, DB_NULL),
	FOR({ .group = SQUIRRELS }) };
static const struct post_facts waiting_draft = { POST(POST_DRAFT, DB_NULL),
	.second = true, FOR({ .group = SQUIRRELS }) };
static const struct post_facts new_draft = { POST(POST_DRAFT, DB_NULL) };
static const struct post_facts withdrawn = { POST(POST_WITHDRAWN, NOW - 9),
	FOR({ .group = SQUIRRELS }) };

#define MEDIUM(m) { .organisation = 1, .author = SAMI, \
	.state = POST_PUBLISHED, .publish_at = NOW - 1, .medium = (m), \
	FOR({ .group = SQUIRRELS }) }
static const struct post_facts receiving = MEDIUM(MEDIUM_RECEIVING);
static const struct post_facts queued = MEDIUM(MEDIUM_QUEUED);
static const struct post_facts refused = MEDIUM(MEDIUM_REFUSED);
static const struct post_facts deleted = MEDIUM(MEDIUM_DELETED);
static const struct post_facts locked = MEDIUM(MEDIUM_LOCKED);
static const struct post_facts held = MEDIUM(MEDIUM_HELD);

/* A paper about Léa that account 41 signed and account 51 saw. */
#define PAPER(s, w, m) .organisation = 1, .author = SAMI, \
	.state = POST_DRAFT, .publish_at = DB_NULL, .medium = (m), \
	.paper = true, .signer = (s), .witness = (w)
static const struct post_facts paper = { PAPER(41, 51, MEDIUM_READY),
	FOR({ .child = LEA, .near = true }) };
static const struct post_facts papers_of_others = { PAPER(49, 59, MEDIUM_READY),
	FOR({ .child = LEA, .near = true }) };
static const struct post_facts paper_of_the_child = { PAPER(0, 59, MEDIUM_READY),
	FOR({ .child = LEA, .near = true }) };
static const struct post_facts paper_about_noah = { PAPER(41, 51, MEDIUM_READY),
	FOR({ .child = NOAH, .near = true }) };
#define NOTICE(s, at) .organisation = 1, .author = SAMI, .state = (s), .publish_at = (at), .notice = true
static const struct post_facts word = { NOTICE(POST_PUBLISHED, NOW - 9), FOR({ .group = SQUIRRELS }) };
static const struct post_facts word_to_lea = { NOTICE(POST_PUBLISHED, NOW - 9), FOR({ .child = LEA, .near = true }) };
static const struct post_facts word_tonight = { NOTICE(POST_PUBLISHED, NOW + 1), FOR({ .group = SQUIRRELS }) };
static const struct post_facts word_draft = { NOTICE(POST_DRAFT, DB_NULL), FOR({ .group = SQUIRRELS }) };
static const struct post_facts word_withdrawn = { NOTICE(POST_WITHDRAWN, NOW - 9), FOR({ .group = SQUIRRELS }) };
static const struct post_facts word_never = { NOTICE(POST_WITHDRAWN, NOW + 9), FOR({ .group = SQUIRRELS }) };
static const struct post_facts locked_paper = { PAPER(41, 51, MEDIUM_LOCKED),
	FOR({ .child = LEA }) };
static const struct post_facts coming_paper = { PAPER(41, 51, MEDIUM_QUEUED),
	FOR({ .child = LEA }) };
/* Should the data ever say so. */
static const struct post_facts published_paper = { OUT, .paper = true,
	.signer = 49, .witness = 59,
	FOR({ .child = LEA, .near = true }, { .group = SQUIRRELS }) };

/* The evidence safe of account 41, open to a case or not. */
#define SAFE(m) .organisation = 1, .author = 41, .state = POST_DRAFT, \
	.publish_at = DB_NULL, .medium = (m), .safe = true, .owner = 41
static const struct post_facts safe = { SAFE(MEDIUM_READY) };
static const struct post_facts safe_shown = { SAFE(MEDIUM_READY), .shown = true };
static const struct post_facts safe_locked = { SAFE(MEDIUM_LOCKED), .shown = true };
static const struct post_facts safe_film = { SAFE(MEDIUM_READY), .shown = true, .kind = MEDIUM_VIDEO };
/* Should the data ever say so. */
static const struct post_facts safe_published = { OUT, .safe = true, .owner = 49,
	FOR({ .group = SQUIRRELS }) };

/* What a medium is, where that says more. */
static const struct post_facts film = { OUT, .kind = MEDIUM_VIDEO,
	FOR({ .group = SQUIRRELS }) };
static const struct post_facts still = { OUT, .kind = MEDIUM_STILL,
	FOR({ .group = SQUIRRELS }) };
static const struct post_facts filmed_paper = { PAPER(41, 51, MEDIUM_READY),
	.kind = MEDIUM_VIDEO, FOR({ .child = LEA }) };

/* Brought from another house, about Léa. */
#define HOLDER(i) { .id = (i), .rights = ALL, .n_group = 1, .holder = true }
static const struct viewer holder = { PERSON(VIEWER_GUARDIAN),
	CHILDREN(HOLDER(LEA)), GROUPS({ SQUIRRELS, ALL }) };
static const struct viewer holder_of_tom = { PERSON(VIEWER_GUARDIAN),
	CHILDREN(HOLDER(TOM)), GROUPS({ SQUIRRELS, ALL }) };
static const struct viewer holder_left = { PERSON(VIEWER_GUARDIAN),
	CHILDREN({ .id = LEA, .rights = ALL, .holder = true }) };
static const struct viewer holder_suspended = { .account = 41,
	.organisation = 1, .kind = VIEWER_GUARDIAN, .state = VIEWER_SUSPENDED,
	CHILDREN(HOLDER(LEA)) };
#define BROUGHT(s, at) .organisation = 1, .author = SAMI, .state = (s), \
	.publish_at = (at), .medium = MEDIUM_READY, .brought = true
static const struct post_facts brought = { BROUGHT(POST_PUBLISHED, NOW - 9),
	FOR({ .child = LEA, .near = true }) };
static const struct post_facts brought_half = { BROUGHT(POST_DRAFT, DB_NULL),
	FOR({ .child = LEA, .near = true }) };
static const struct post_facts brought_to_two = {
	BROUGHT(POST_PUBLISHED, NOW - 9),
	FOR({ .child = LEA, .near = true }, { .group = SQUIRRELS }) };

struct situation {
	const char *what;
	const struct viewer *viewer;
	const struct post_facts *facts;
	const char *may; /* of "sdeopw": see, download, edit, original; see a
			  * paper, write to it; read a notice, change it, be
			  * told that it is gone; see a safe, add to it */
};

static const struct situation situations[] = {
	{ "a guardian and her child's group", &mother, &squirrels, "sd" },
	{ "the album itself, not one photo", &mother, &album_alone, "sd" },
	{ "a family's own safe", &mother, &safe, "oka" },
	{ "suspended, her safe", &suspended, &safe, "" },
	{ "the director, a safe", &director, &safe, "" },
	{ "who looks after safety, a safe that is not open", &safeguarding, &safe, "" },
	{ "who looks after safety, a safe that is open to a case", &safeguarding, &safe_shown, "k" },
	{ "kept apart from children, a safe that is open", &sami_apart, &safe_shown, "" },
	{ "elsewhere, a safe that is open", &director_elsewhere, &safe_shown, "" },
	{ "a picture of a safe that is stopped", &mother, &safe_locked, "" },
	{ "a video in a safe", &mother, &safe_film, "" },
	{ "another's safe, published by a fault", &mother, &safe_published, "" },
	{ "the same, the team", &squirrel_staff, &safe_published, "" },
	{ "a video", &mother, &film, "sd" },
	{ "a still of a video", &mother, &still, "" },
	{ "a still, for a grandmother", &grandmother, &still, "" },
	{ "a video of another group", &fox_family, &film, "" },
	{ "a paper is no video", &mother, &filmed_paper, "" },
	{ "published this very second", &mother, &this_second, "sd" },
	{ "tonight is not yet", &mother, &tonight, "" },
	{ "published without an hour", &mother, &no_hour, "" },
	{ "a draft", &mother, &draft, "" },
	{ "withdrawn", &mother, &withdrawn, "" },
	{ "something that does not exist", &mother, &nothing, "" },
	{ "published to nobody", &mother, &to_nobody, "" },
	{ "another group", &mother, &foxes, "" },
	{ "one of two groups", &mother, &both, "sd" },
	{ "the other of two groups", &fox_family, &both, "sd" },
	{ "another group's family", &fox_family, &squirrels, "" },
	{ "two children, either group", &mother_of_two, &foxes, "sd" },
	{ "her own child's family named", &mother, &to_lea, "sd" },
	{ "another child's family named", &fox_family, &to_lea, "" },
	{ "the family named, not enrolled any more", &not_enrolled, &to_lea, "" },
	{ "an ended enrolment, or one to come", &not_enrolled, &squirrels, "" },
	{ "a guardian without any child", &no_child, &squirrels, "" },
	{ "a suspended account", &suspended, &squirrels, "" },
	{ "a pending account", &pending, &squirrels, "" },
	{ "a closed account", &closed, &squirrels, "" },
	{ "an account of another organisation", &elsewhere, &squirrels, "" },
	{ "a grandmother who may see", &grandmother, &squirrels, "s" },
	{ "a grandmother, her grandchild named", &grandmother, &to_lea, "s" },
	{ "an uncle without a right", &uncle, &squirrels, "" },
	{ "an uncle, the child named", &uncle, &to_lea, "" },
	{ "a right to download without one to see", &downloader, &squirrels, "" },
	{ "a godfather with both rights", &godfather, &squirrels, "sd" },
	{ "rights over two children do not mix", &mixed, &both, "s" },
	{ "a child's own account, not yet a thing", &child_account, &squirrels, "" },
	{ "no contact: the group of that child", &barred_father, &squirrels, "" },
	{ "no contact: both groups at once", &barred_father, &both, "" },
	{ "no contact: a group without that child", &barred_father, &foxes, "sd" },
	{ "no contact: own child named alone", &barred_father, &to_lea, "sd" },
	{ "no contact: named beside own child", &barred_father, &to_noah_and_lea, "" },
	{ "no contact: for staff too", &barred_staff, &squirrels, "" },
	{ "no contact: staff, another group", &barred_staff, &foxes, "sdeo" },
	{ "a file still coming", &mother, &receiving, "" },
	{ "a file being prepared", &mother, &queued, "" },
	{ "a refused file", &mother, &refused, "" },
	{ "a deleted photo", &mother, &deleted, "" },
	{ "a locked medium", &mother, &locked, "" },
	{ "a held medium", &mother, &held, "" },
	{ "a grandmother, a locked medium", &grandmother, &locked, "" },

	{ "the director", &director, &squirrels, "sdeo" },
	{ "the director, what is to come", &director, &tonight, "sdeo" },
	{ "the director, somebody's draft", &director, &draft, "sdeo" },
	{ "the director, withdrawn", &director, &withdrawn, "sdeo" },
	{ "the director of another organisation", &director_elsewhere, &squirrels, "" },
	{ "the director, a deleted photo", &director, &deleted, "" },
	{ "the director, nothing", &director, &nothing, "" },
	{ "staff of the group", &squirrel_staff, &squirrels, "sdeo" },
	{ "silenced staff of the group", &silenced_staff, &squirrels, "sd" },
	{ "a silenced director", &silenced_director, &squirrels, "sd" },
	{ "a silenced director, somebody's draft", &silenced_director, &draft, "sd" },
	{ "a silenced director, the draft of a notice", &silenced_director, &word_draft, "n" },
	{ "staff kept apart from children", &sami_apart, &squirrels, "" },
	{ "staff kept apart from children, a draft of their own", &sami_apart, &draft, "" },
	{ "staff kept apart from children, a notice", &sami_apart, &word_draft, "" },
	{ "staff of the group, a still", &squirrel_staff, &still, "sdeo" },
	{ "the director, a video as a paper", &director, &filmed_paper, "w" },
	{ "staff of the group, tonight", &squirrel_staff, &tonight, "sdeo" },
	{ "staff of the group, withdrawn", &squirrel_staff, &withdrawn, "sdeo" },
	{ "staff of the group, a colleague's draft", &squirrel_staff, &draft, "" },
	{ "staff of the group, a draft that waits for a second person", &squirrel_staff, &waiting_draft, "sdeo" },
	{ "staff of another group, a draft that waits for a second person", &fox_staff, &waiting_draft, "" },
	{ "no contact: staff, a draft that waits for a second person", &barred_staff, &waiting_draft, "" },
	{ "a guardian, a draft that waits for a second person", &mother, &waiting_draft, "" },
	{ "the author, moved, a draft that waits for a second person", &sami_moved, &waiting_draft, "sdeo" },
	{ "the safeguarding lead, a draft that waits for a second person", &safeguarding, &waiting_draft, "" },
	{ "staff of another group", &fox_staff, &squirrels, "" },
	{ "staff of one of two groups", &fox_staff, &both, "sdeo" },
	{ "staff near a named child", &squirrel_staff, &to_lea, "sdeo" },
	{ "staff far from a named child", &squirrel_staff, &to_lea_far, "" },
	{ "the author's own draft", &sami, &draft, "sdeo" },
	{ "the author's draft for nobody yet", &sami, &new_draft, "sdeo" },
	{ "the author, moved to another group", &sami_moved, &squirrels, "" },
	{ "the author, moved, own draft", &sami_moved, &draft, "sdeo" },
	{ "the author, suspended", &sami_suspended, &draft, "" },
	{ "the author, a refused file", &sami, &refused, "e" },
	{ "the author, a file being prepared", &sami, &queued, "e" },
	{ "the author, a file still coming", &sami, &receiving, "e" },
	{ "the author, a deleted photo", &sami, &deleted, "" },
	{ "the author, a locked medium", &sami, &locked, "" },
	{ "the author, a held medium", &sami, &held, "" },
	{ "the director, a locked medium", &director, &locked, "" },
	{ "the director, a held medium", &director, &held, "" },
	{ "staff of the group, a locked medium", &squirrel_staff, &locked, "" },
	{ "the safeguarding lead, a locked medium", &safeguarding, &locked, "" },
	{ "the safeguarding lead of the group, a locked medium",
		&safeguarding_near, &locked, "" },
	{ "the safeguarding lead of the group, a held medium",
		&safeguarding_near, &held, "" },
	{ "the safeguarding lead, unasked", &safeguarding, &squirrels, "" },
	{ "the safeguarding lead, a draft", &safeguarding, &draft, "" },
	{ "the safeguarding lead of the group", &safeguarding_near, &squirrels, "sdeo" },

	{ "who signed a paper", &mother, &paper, "p" },
	{ "a paper that another parent signed", &mother, &papers_of_others, "" },
	{ "a paper that the child signed", &mother, &paper_of_the_child, "" },
	{ "who signed, about a child that is not theirs any more", &mother, &paper_about_noah, "" },
	{ "who signed, the child not enrolled any more", &not_enrolled, &paper, "p" },
	{ "who signed, without any child", &no_child, &paper, "" },
	{ "who signed, suspended", &suspended, &paper, "" },
	{ "who signed, in another organisation", &elsewhere, &paper, "" },
	{ "who signed, and may not come near that child", &barred_father, &paper_about_noah, "" },
	{ "a paper, published by a fault of the data", &mother, &published_paper, "" },
	{ "a paper, published by a fault, for the team", &squirrel_staff, &published_paper, "" },
	{ "the director, a paper", &director, &papers_of_others, "pw" },
	{ "the director, a paper by the child", &director, &paper_of_the_child, "pw" },
	{ "the director of another organisation, a paper", &director_elsewhere, &paper, "" },
	{ "the director who may not come near that child, a paper", &barred_staff, &paper_about_noah, "" },
	{ "the director, a locked paper", &director, &locked_paper, "" },
	{ "the director, a paper on its way", &director, &coming_paper, "w" },
	{ "the witness of a paper", &fox_staff, &paper, "p" },
	{ "staff of the child's group, a paper", &sami, &paper, "" },
	{ "who entered a paper and is no director", &sami, &papers_of_others, "" },
	{ "the safeguarding lead, a paper of others", &safeguarding, &papers_of_others, "" },
	{ "nobody signed: an account without number", &(struct viewer){ .organisation = 1,
		.kind = VIEWER_GUARDIAN, .state = VIEWER_ACTIVE, CHILDREN(KID(LEA, ALL)) },
		&paper_of_the_child, "" },

	{ "a mother, a notice to her group", &mother, &word, "n" },
	{ "a mother, a notice to her child", &mother, &word_to_lea, "n" },
	{ "a grandmother, a notice", &grandmother, &word, "n" },
	{ "a mother, a notice whose hour has not come", &mother, &word_tonight, "" },
	{ "a mother, the draft of a notice", &mother, &word_draft, "" },
	{ "a mother, a withdrawn notice", &mother, &word_withdrawn, "g" },
	{ "a grandmother, a withdrawn notice", &grandmother, &word_withdrawn, "g" },
	{ "another family, a withdrawn notice", &fox_family, &word_withdrawn, "" },
	{ "an uncle without a right, a withdrawn notice", &uncle, &word_withdrawn, "" },
	{ "no contact: a withdrawn notice", &barred_father, &word_withdrawn, "" },
	{ "a notice withdrawn before its hour", &mother, &word_never, "" },
	{ "another family, a notice", &fox_family, &word, "" },
	{ "a suspended mother, a notice", &suspended, &word, "" },
	{ "a child that is not enrolled any more, a notice", &not_enrolled, &word_to_lea, "" },
	{ "no contact: a notice to that group", &barred_father, &word, "" },
	{ "no contact: staff, a notice", &barred_staff, &word, "" },
	{ "another organisation, a notice", &elsewhere, &word, "" },
	{ "staff of the group, a notice", &squirrel_staff, &word, "nm" },
	{ "staff of the group, a withdrawn notice", &squirrel_staff, &word_withdrawn, "nm" },
	{ "staff of the group, a colleague's draft of a notice", &squirrel_staff, &word_draft, "" },
	{ "the author's draft of a notice", &sami, &word_draft, "nm" },
	{ "staff of another group, a notice", &fox_staff, &word, "" },
	{ "the safeguarding lead, a notice", &safeguarding, &word, "" },
	{ "the director, the draft of a notice", &director, &word_draft, "nm" },
	{ "the director of another organisation, a notice", &director_elsewhere, &word, "" },

	{ "who decides for a child, what was brought for it", &holder, &brought, "sde" },
	{ "who decides for another child", &holder_of_tom, &brought, "" },
	{ "who decides for a child that left", &holder_left, &brought, "" },
	{ "who decides, suspended", &holder_suspended, &brought, "" },
	{ "what is still being taken in", &holder, &brought_half, "" },
	{ "what was brought, for more than one by a fault", &holder, &brought_to_two, "" },
	{ "a relative of that child, what was brought", &mother, &brought, "" },
	{ "a grandmother, what was brought", &grandmother, &brought, "" },
	{ "the director, what was brought", &director, &brought, "" },
	{ "staff of the child's group, what was brought", &squirrel_staff, &brought, "" },
	{ "its author on the team, what was brought", &sami, &brought, "" },
	{ "its author on the team, the draft of it", &sami, &brought_half, "" },
};
/* clang-format on */

static void
every_situation_has_its_answer(void **state)
{
	static const char letters[] = "sdeopwnmgka";

	(void)state;
	for (size_t i = 0; i < N(situations); i++)
		for (int w = PERMIT_SEE; w <= PERMIT_SAFE_EDIT; w++) {
			const struct situation *s = &situations[i];
			bool want = strchr(s->may, letters[w]) != NULL;
			bool got = permit_decide(
			    s->viewer, s->facts, NOW, (enum permit_want)w);

			if (got != want)
				print_error(
				    "%s: %c is %d\n", s->what, letters[w], got);
			assert_int_equal(got, want);
		}
}

static void
empty_facts_allow_nobody_anything(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(situations); i++)
		for (int w = PERMIT_SEE; w <= PERMIT_SAFE_EDIT; w++)
			assert_false(permit_decide(situations[i].viewer,
			    &nothing, NOW, (enum permit_want)w));
}

static void
a_viewer_of_zeros_may_nothing(void **state)
{
	static const struct viewer zeros;

	(void)state;
	for (size_t i = 0; i < N(situations); i++)
		assert_false(permit_decide(
		    &zeros, situations[i].facts, NOW, PERMIT_SEE));
}

static bool
tells(enum viewer_kind kind, enum viewer_state state, struct viewer_child c,
    bool barred)
{
	int64_t no_contact[] = {LEA};
	struct viewer v = {.account = 41,
	    .organisation = 1,
	    .kind = kind,
	    .state = state,
	    .child = &c,
	    .n_child = 1,
	    .barred_child = no_contact,
	    .n_barred_child = barred};

	return permit_tell(&v, LEA);
}

static void
who_holds_authority_or_was_given_the_right_tells_an_absence(void **state)
{
	const struct viewer_child hers = {
	    .id = LEA, .holder = true, .n_group = 1};
	const struct viewer_child given = {
	    .id = LEA, .rights = SEE | AUTHORITY_TELL, .n_group = 1};
	const struct viewer_child seen = {
	    .id = LEA, .rights = ALL, .n_group = 1};
	const struct viewer_child left = {.id = LEA, .holder = true};
	const struct viewer_child other = {
	    .id = TOM, .holder = true, .n_group = 1};

	(void)state;
	assert_true(tells(VIEWER_GUARDIAN, VIEWER_ACTIVE, hers, false));
	assert_true(tells(VIEWER_RELATIVE, VIEWER_ACTIVE, given, false));
	assert_false(tells(VIEWER_RELATIVE, VIEWER_ACTIVE, seen, false));
	assert_false(tells(VIEWER_GUARDIAN, VIEWER_ACTIVE, left, false));
	assert_false(tells(VIEWER_GUARDIAN, VIEWER_ACTIVE, other, false));
	assert_false(tells(VIEWER_GUARDIAN, VIEWER_ACTIVE, hers, true));
	assert_false(tells(VIEWER_GUARDIAN, VIEWER_SUSPENDED, hers, false));
	assert_false(tells(VIEWER_GUARDIAN, VIEWER_PENDING, hers, false));
	assert_false(tells(VIEWER_STAFF, VIEWER_ACTIVE, hers, false));
	assert_false(tells(VIEWER_CHILD, VIEWER_ACTIVE, hers, false));
}

static void
the_day_of_a_group_is_for_its_team_and_the_directors(void **state)
{
	(void)state;
	assert_true(permit_day(&squirrel_staff, SQUIRRELS));
	assert_true(permit_day(&director, SQUIRRELS));
	assert_true(permit_day(&safeguarding_near, SQUIRRELS));
	assert_false(permit_day(&fox_staff, SQUIRRELS));
	assert_false(permit_day(&safeguarding, SQUIRRELS));
	assert_false(permit_day(&sami_suspended, SQUIRRELS));
	assert_false(permit_day(&barred_staff, SQUIRRELS));
	assert_false(permit_day(&mother, SQUIRRELS));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_situation_has_its_answer),
	    cmocka_unit_test(empty_facts_allow_nobody_anything),
	    cmocka_unit_test(a_viewer_of_zeros_may_nothing),
	    cmocka_unit_test(
		who_holds_authority_or_was_given_the_right_tells_an_absence),
	    cmocka_unit_test(
		the_day_of_a_group_is_for_its_team_and_the_directors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
