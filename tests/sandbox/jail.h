/*
 * jail — runs one act in a child that has entered a role's sandbox, and says
 * how it ended.
 */
#ifndef TEST_JAIL_H
#define TEST_JAIL_H

#include "proc/role.h"

enum ending {
	REFUSED,    /* the act was told no */
	DIED,       /* the kernel killed the process for asking */
	ESCAPED,    /* it worked */
	NOT_JAILED, /* the sandbox was not entered, so nothing was tried */
	FAULTED     /* killed by SIGSEGV: the machine has no such instruction */
};

/* An act returns ESCAPED or REFUSED. */
typedef enum ending act_fn(void);

/* A scratch place: <root>/data with a file, <root>/keys with another, a
 * journal beside them; what the acts aim at. */
struct scene {
	char root[64];
	char keys[128], file[128], outside[128];
	struct conf conf;
	int tcp; /* a socket that was there before */
	int listener;
};

extern struct scene scene;

void scene_make(void);
void scene_clear(void);
enum ending in_jail(enum role_id, act_fn *);

/* Called in the child before the sandbox, when set. */
extern void (*before_jail)(void);

/* With --as-nobody and as root: goes on as an ordinary user; false: skip. */
bool as_asked(int argc, char **argv);

#endif
