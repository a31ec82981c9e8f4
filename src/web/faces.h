/* faces — what the pages of boxing faces are given. */
#ifndef WEB_FACES_H
#define WEB_FACES_H

#include "faces/ask.h"
#include "faces/unseen.h"
#include "faces/wait.h"
#include "faces/word.h"
#include "sharing/album.h"
#include "web/web.h"

struct faces_album {
	const struct album *album;
	const struct word_list *words;
	const struct face_children *named; /* on photos */
	const struct face_unseen_list *unseen;
	const struct word_gate *gate;
	str lookers;  /* whose second look it waits for, by name; "" nobody */
	int64_t next; /* photo with something to do; 0 none */
};

struct faces_photo {
	const struct album *album;
	const struct album_photo *photo;
	const struct region_list *boxes;
	const struct region *chosen;                /* NULL: none */
	const struct face_children *roster, *named; /* of the day; in boxes */
	const struct face_child *last; /* named before in this album; or NULL */
	const struct word_list *words;
	const struct word_photo *here;
	int64_t at, next;
	int64_t before, after; /* of a still: stills of the same video; or 0 */
	int64_t length;        /* of that video, in ms */
	int64_t width, height; /* of the picture as it is shown */
	int64_t tap_width, tap_height; /* of the one to be tapped */
	const char *fault;             /* catalogue key, or NULL */
};

struct mask_page {
	int64_t post, medium, width, height;
	int64_t page, pages; /* of a document, from 1; 0: it is none */
	int64_t length;      /* of a video, in ms; DB_NULL: not known */
	bool video;
};

/* For the families of a group, or (post not 0) of an album. */
struct faces_list {
	int64_t group, post;
	str title;
	int64_t day;
	const struct face_children *children;
	int64_t masked;
};

static inline int64_t
faces_px(int64_t units, int64_t side)
{
	return (units * side + REGION_UNITS / 2) / REGION_UNITS;
}

static inline int64_t
faces_percent(int64_t units)
{
	return (units * 100 + REGION_UNITS / 2) / REGION_UNITS;
}

#define FACES_SHOWN 1024
#define FACES_TAP_WIDE 320 /* no wider than the narrowest phone */
#define FACES_TAP_TALL 420

/* The size of a photo within wide x tall, of its own proportions. */
void faces_fit(const struct album_photo *, int64_t wide, int64_t tall,
    int64_t *ret_w, int64_t *ret_h);
/* The fields "tap.x" and "tap.y" of a picture that was shown so wide and tall,
 * in REGION_UNITS.  False: nobody tapped. */
bool faces_tap(struct request *, int64_t w, int64_t h, int64_t *ret_x,
    int64_t *ret_y) MUST_USE;
/* The field "size": how much of a side the face takes, in REGION_UNITS. */
int64_t faces_part(struct request *);

/* « Léa », « an adult »: what stands beside a box. */
str faces_who(struct view *, const struct region *);
/* The same with what these families will see, where they will not. */
str faces_says(
    struct view *, const struct faces_photo *, const struct region *);
enum face_leave faces_box_leave(
    const struct faces_photo *, const struct region *);
/* The class of its drawing: masked as these families will see it. */
const char *faces_look_of(const struct faces_photo *, const struct region *);
int64_t faces_masked(const struct faces_photo *);
/* What the audience may see of a child, a catalogue key. */
const char *faces_leave_text(enum face_leave);
const char *faces_leave_tag(enum face_leave);

/* What waits for this person, and is this person's to know of. */
bool faces_waits(
    struct request *, struct face_waits *ret, struct err *) MUST_USE;
/* Who else may give the second word about an album that waits for it, by name
 * with commas; "" nobody. */
bool faces_lookers(
    struct request *, int64_t post, str *ret, struct err *) MUST_USE;

/* What the handlers of these pages share. */
bool faces_may_edit(struct request *, struct err *) MUST_USE;
bool faces_see_album(struct request *, struct response *);
/* box 0: the photo itself. */
bool faces_see_photo(
    struct request *, struct response *, int64_t medium, int64_t box);
bool faces_show_fault(struct request *, struct response *, const char *fault,
    struct err *) MUST_USE;
/* *ret_at: from 1; NULL: not of this album, or not ready. */
const struct word_photo *faces_place_of(
    const struct word_list *, int64_t medium, int64_t *ret_at);

handler faces_list_group, faces_list_album;
handler faces_rest_do, faces_second_do, faces_word_do;

#endif
