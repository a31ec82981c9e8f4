/* faces — what the pages of boxing faces are given. */
#ifndef WEB_FACES_H
#define WEB_FACES_H

#include "faces/ask.h"
#include "faces/word.h"
#include "sharing/album.h"
#include "web/web.h"

struct faces_album {
	const struct album *album;
	const struct word_list *words;
	const struct face_children *named;
	int64_t next; /* photo with something to do; 0 none */
};

struct faces_photo {
	const struct album *album;
	const struct album_photo *photo;
	const struct region_list *boxes;
	const struct region *chosen; /* NULL: none */
	const struct face_children *roster;
	const struct face_child *last; /* named before in this album; or NULL */
	const struct word_list *words;
	const struct word_photo *here;
	int64_t at, next;
	int64_t width, height;         /* of the picture as it is shown */
	int64_t tap_width, tap_height; /* of the one to be tapped */
	const char *fault;             /* catalogue key, or NULL */
};

struct mask_page {
	int64_t post, medium, width, height;
};

struct faces_list {
	str group;
	int64_t day;
	const struct face_children *children;
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
/* The field "tap.x" of a picture that was shown so wide, in REGION_UNITS. */
bool faces_tap(struct request *, const char *field, int64_t side, int64_t *ret);

/* « Léa », « an adult »: what stands beside a box. */
str faces_who(struct view *, const struct region *);
/* The class of its drawing. */
const char *faces_look_of(const struct region *);
/* What the audience may see of a child, in words; "" nothing to say. */
const char *faces_leave_text(enum face_leave, bool gone);
const char *faces_leave_tag(enum face_leave);

#endif
