/*
 * voice — who is heard in the videos of an album, as the team says it.
 *
 * A video with sound is heard by those who may hear everybody in it
 * (consent/board.h, CONSENT_VOICE); the others get it without its sound
 * (sharing/permit.h).  Until somebody says who it is, that is every child of
 * the album's day and whoever is in its pictures.  A child that is erased stays
 * heard: the sound is gone for all, until somebody says anew who is left.
 *
 * As region.h: inside the caller's transaction, with leave from permit to
 * change the post.  A video that is not of this post or has no sound:
 * ERR_NOT_FOUND.
 */
#ifndef FACES_VOICE_H
#define FACES_VOICE_H

#include "faces/word.h"

enum voice_heard {
	VOICE_UNKNOWN,
	VOICE_NOBODY, /* whom anybody could know */
	VOICE_SOME,
	VOICE_GONE, /* one of them was erased */
	VOICES_HEARD
};

struct voice_child {
	const struct face_child *child; /* leave: to be heard by the audience */
	bool heard; /* it was said, or, until somebody does, it is seen */
};

struct voice_children {
	struct voice_child *v; /* by name */
	size_t n;
};

struct face_voice {
	int64_t video;
	enum voice_heard heard;
	bool silent; /* for part of the audience, as it stands */
	str names;   /* VOICE_SOME: because of whom, with commas */
	bool made;   /* its lines without sound are there */
	bool lost;   /* they could not be made */
	struct voice_children children;
};

struct face_voices {
	struct face_voice *v; /* videos with sound, in the album's order */
	size_t n;
};

/* director: as of face_roster. */
bool face_voices(const struct deed *, int64_t post, bool director,
    struct face_voices *ret, struct err *) MUST_USE;
const struct face_voice *face_voice_of(
    const struct face_voices *, int64_t video); /* NULL: it has none */

/* To anything but VOICE_GONE; a child that is not among those of face_voices is
 * left out, and VOICE_SOME of nobody is VOICE_UNKNOWN. */
bool face_voice_say(const struct deed *, int64_t post,
    const struct face_voice *, enum voice_heard, const int64_t *child, size_t n,
    struct err *) MUST_USE;
bool voice_heard_of(str word, enum voice_heard *ret) MUST_USE;

#endif
