/*
 * proc/role — who may do what.  The table in role.c is the security policy: a
 * process is a row, and what is not in its row it cannot do.
 */
#ifndef PROC_ROLE_H
#define PROC_ROLE_H

#include <sys/resource.h>

#include "base/err.h"
#include "conf/conf.h"

enum role_id {
	ROLE_MONITOR,
	ROLE_FRONT,
	ROLE_WORKER,
	ROLE_JOBS,
	ROLE_MEDIA,
	ROLE_MATCH,
	ROLE_EGRESS,
	ROLE_LIST, /* started by the command line, not by the monitor */
	ROLE_VIDEO,
	ROLE_PRINT,
	ROLE_DOCUMENT,
	ROLE_SCAN,
	ROLE_OFFICE,
	ROLES
};

#define PEER(id) (1u << (id))

/* Groups of system calls, see sandbox_calls.c. */
enum sys_set {
	SYS_CORE = 1 << 0, /* memory, clocks, exit, descriptors we hold */
	SYS_THREAD = 1 << 1,
	SYS_FILE = 1 << 2,  /* open below the role's paths (Landlock) */
	SYS_STORE = 1 << 3, /* write and sync descriptors that it was handed */
	SYS_SERVE = 1 << 4, /* accept on the inherited listeners */
	SYS_MEMFD = 1 << 5, /* make and seal memory files */
	SYS_SPAWN = 1 << 6, /* the monitor: all but the calls of attackers */
	SYS_DIAL = 1 << 7,  /* TCP to the ports of egress_hosts; name servers */
	SYS_HOME = 1 << 8, /* the monitor: no socket, for it or its roles … */
	SYS_ABROAD = 1 << 9, /* … or, when there is somebody to call, none but
				of the internet: stands in for SYS_HOME */
	SYS_READ = 1 << 11,  /* open to read below the role's paths */
	SYS_DEADLINE = 1 << 10, /* a signal to itself, after a while */
	/* … or none but local ones, when there is an antivirus, or both. */
	SYS_BESIDE = 1 << 12,
	SYS_AROUND = 1 << 13,
	/* Makes the jails of INNER_…: all but the calls of attackers, sockets
	 * and programs of its own; no Landlock, under which nobody mounts. */
	SYS_NEST = 1 << 14,
	SYS_WAIT = 1 << 15,  /* for the one child */
	SYS_SUITE = 1 << 16, /* what LibreOffice does besides */
};

/* Where a role's path comes from: the configuration, or a fixed place. */
enum role_place {
	PLACE_END, /* ends the list of a row */
	PLACE_DATA,
	PLACE_ERASURES, /* the journal, one file */
	PLACE_ZONEINFO,
	PLACE_RANDOM,   /* /dev/urandom */
	PLACE_PROGRAMS, /* the folder of the running program */
	PLACE_SYSTEM, /* /usr, and /lib… where they are folders of their own */
	PLACE_CONFIG,   /* /etc */
	PLACE_KERNEL,   /* /proc, /sys */
	PLACE_DEVICES,  /* /dev/null, /dev/zero */
	PLACE_RESOLVER, /* where /etc/resolv.conf may lead to */
	PLACE_FONTS,
};

enum path_access {
	PATH_READ,
	PATH_WRITE, /* and make, remove, rename */
	PATH_EXEC,  /* and read */
	PATH_USE,   /* read and write the file that is there */
	PATH_WORK,  /* as PATH_WRITE, and make local sockets */
};

struct path_rule {
	enum role_place place;
	enum path_access access;
};

#define ROLE_PATHS_MAX 12

struct role {
	const char *name, *program; /* program: beside the monitor's own */
	unsigned sys;
	unsigned peers; /* roles that it may have a channel to */
	rlim_t mem_mb, nofile, fsize_mb; /* 0: not limited */
	int nice;
	bool turns; /* SCHED_BATCH: woken, it waits for whoever runs */
	struct path_rule path[ROLE_PATHS_MAX + 1];
};

extern const struct role roles[ROLES];

/* Who lives in a root of its own that ROLE_OFFICE makes (office/jail.h): there
 * is nothing in it but what they may read, and the folder that they write. */
enum inner_id {
	INNER_GUARD, /* has the key of one file and looks at it first */
	INNER_SUITE, /* LibreOffice: has neither key nor descriptor */
	INNERS
};

extern const struct role inners[INNERS];

struct inner_path {
	const char *path; /* what is not there is left out */
	enum path_access access;
};

/* As sandbox_enter; no Landlock is a failure.  The process is a fork of one
 * that had a single thread. */
bool sandbox_enter_inner(
    enum inner_id, const struct inner_path *, size_t n, struct err *) MUST_USE;

/* The folders and files of a place, at most ROLE_PLACE_MAX; returns how many.
 * Those of an optional place that are not there are left out later. */
#define ROLE_PLACE_MAX 4
#define ROLE_PATH_MAX 4096
size_t role_place(enum role_place, const struct conf *,
    char ret[ROLE_PLACE_MAX][ROLE_PATH_MAX], bool *ret_optional);

/*
 * No way back: no_new_privs, not dumpable, no capability, rlimits, Landlock,
 * seccomp over all threads.  On failure the process must exit, there is no
 * fallback; a path of the role that is missing, or more than one thread in a
 * role that opens files, is a failure.  Call it after the warm-up of
 * libraries, and before the first byte of a stranger.
 *
 * *ret_weak: the kernel has no (or too old a) Landlock and the configuration
 * says `sandbox no-landlock`; pages of administrators show it.
 */
bool sandbox_enter(
    enum role_id, const struct conf *, bool *ret_weak, struct err *) MUST_USE;

/* The Landlock ABI of this kernel, 0 when there is none that is enough. */
int sandbox_landlock_abi(void);

#endif
