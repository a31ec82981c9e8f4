/* telling — what the pages about being told are given. */
#ifndef WEB_TELLING_H
#define WEB_TELLING_H

#include "tell/choice.h"
#include "tell/device.h"
#include "tell/urgent.h"
#include "web/form.h"
#include "web/share.h"

enum {
	TELL_F_DAILY,
	TELL_F_WAY,
	TELL_F_AT,
	TELL_F_FROM,
	TELL_F_TO,
	TELL_F_PAUSE
};

/* Notifications. */
struct telling_devices {
	bool on; /* this server sends any */
	bool here;
	str key; /* for PushManager.subscribe */
	str agent;
	struct tell_devices list;
};

struct telling_page {
	struct tell_state state;
	struct telling_devices devices;
	const struct form *form;
	bool staff, mail; /* mail: this server sends any */
};

/* « Envois ». */
struct sending {
	str name;
	const char *kind, *way, *why, *todo; /* catalogue keys */
	int64_t at, status;                  /* at: it ended, or goes again */
};

struct sendings {
	struct sending *v;
	size_t n;
};

struct sendings_page {
	bool mail, clear, push;
	struct sendings_count {
		int64_t sent, queued, failed;
	} mails, pushes;
	struct sendings failures, waiting;
};

/* Whom no e-mail reaches, by group, for paper. */
struct unreached {
	int64_t group;
	str group_name, name, phone;
	const char *why; /* catalogue key */
};

struct unreached_page {
	struct unreached *v; /* by group */
	size_t n;
	int64_t group; /* of this one alone; 0: all */
	str group_name;
	str *title; /* of what was published for it today */
	size_t n_title;
	int64_t today;
};

struct telling_titles {
	const str *v;
	size_t n;
};

static inline struct telling_titles
telling_titles(const struct unreached_page *p)
{
	return (struct telling_titles){p->title, p->n_title};
}

struct urgent_page {
	struct urgent_list list;
	const struct choices *groups;
	const struct form *form;
	int64_t chosen; /* group, when the form is shown again */
};

struct urgent_one {
	struct urgent is;
	struct urgent_adults who;
	bool may_approve;
};

bool devices_load(
    struct request *, struct telling_devices *ret, struct err *) MUST_USE;
/* In the transaction that signs in. */
bool devices_signed_in(struct request *, int64_t account, int64_t session,
    const struct organisation *, struct err *) MUST_USE;

/* Of the first page: those that go to this family. */
bool urgent_first(
    struct request *, struct urgent_list *ret, struct err *) MUST_USE;
/* Of the team's first page: how many wait for this person's word. */
bool urgent_waits(struct request *, int64_t *ret, struct err *) MUST_USE;

#endif
