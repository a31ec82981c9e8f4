#include "proc/role.h"

/* clang-format off */
const struct role roles[ROLES] = {
	[ROLE_MONITOR] = {	/* parses nothing hostile; starts the others,
				   so what it gives up, they have not either */
		.name = "monitor", .program = "preau",
		.sys = SYS_SPAWN | SYS_HOME,
		.peers = PEER(ROLE_FRONT) | PEER(ROLE_WORKER) |
		    PEER(ROLE_JOBS) | PEER(ROLE_MEDIA) | PEER(ROLE_MATCH) |
		    PEER(ROLE_EGRESS) | PEER(ROLE_VIDEO) |
		    PEER(ROLE_PRINT) | PEER(ROLE_DOCUMENT) | PEER(ROLE_SCAN) |
		    PEER(ROLE_OFFICE),
		.path = { { PLACE_PROGRAMS, PATH_EXEC },
		    { PLACE_SYSTEM, PATH_EXEC }, { PLACE_CONFIG, PATH_READ },
		    { PLACE_KERNEL, PATH_READ }, { PLACE_DEVICES, PATH_USE },
		    { PLACE_RESOLVER, PATH_READ },
		    { PLACE_RANDOM, PATH_READ }, { PLACE_ZONEINFO, PATH_READ },
		    { PLACE_FONTS, PATH_READ },
		    { PLACE_DATA, PATH_WRITE },
		    { PLACE_ERASURES, PATH_USE } },
	},
	[ROLE_FRONT] = {	/* parses HTTP from strangers: opens nothing,
				   writes into descriptors it is handed */
		.name = "front", .program = "preau-front",
		.sys = SYS_CORE | SYS_SERVE | SYS_STORE | SYS_MEMFD,
		.peers = PEER(ROLE_WORKER),
		.mem_mb = 1024, .nofile = 8192, .turns = true,
	},
	[ROLE_WORKER] = {	/* has the data: sees only checked requests */
		.name = "worker", .program = "preau-worker",
		.sys = SYS_CORE | SYS_FILE | SYS_STORE | SYS_MEMFD,
		.peers = PEER(ROLE_FRONT) | PEER(ROLE_JOBS) | PEER(ROLE_PRINT),
		.mem_mb = 1024, .nofile = 1024, .turns = true,
		.path = { { PLACE_DATA, PATH_WRITE },
		    { PLACE_ERASURES, PATH_USE },
		    { PLACE_ZONEINFO, PATH_READ },
		    { PLACE_RANDOM, PATH_READ } },
	},
	[ROLE_JOBS] = {		/* the same without a front; makes the index of
				   large lists */
		.name = "jobs", .program = "preau-worker",
		.sys = SYS_CORE | SYS_FILE | SYS_STORE | SYS_MEMFD,
		.peers = PEER(ROLE_WORKER) | PEER(ROLE_MEDIA) |
		    PEER(ROLE_MATCH) | PEER(ROLE_EGRESS) |
		    PEER(ROLE_LIST) | PEER(ROLE_VIDEO) |
		    PEER(ROLE_DOCUMENT) | PEER(ROLE_SCAN) |
		    PEER(ROLE_OFFICE),
		.mem_mb = 4096, .nofile = 1024, .nice = 5,
		.path = { { PLACE_DATA, PATH_WRITE },
		    { PLACE_ERASURES, PATH_USE },
		    { PLACE_ZONEINFO, PATH_READ },
		    { PLACE_RANDOM, PATH_READ } },
	},
	[ROLE_MEDIA] = {	/* decodes hostile files: descriptors in,
				   descriptors out, nothing else */
		.name = "media", .program = "preau-media",
		.sys = SYS_CORE | SYS_THREAD | SYS_MEMFD,
		.peers = PEER(ROLE_JOBS),
		.mem_mb = 1536, .nofile = 64, .fsize_mb = 64, .nice = 10,
	},
	[ROLE_MATCH] = {	/* knows hashes and numbers: the index comes as
				   a descriptor to read, mapped at most twice */
		.name = "match", .program = "preau-match",
		.sys = SYS_CORE,
		.peers = PEER(ROLE_JOBS),
		.mem_mb = 65536, .nofile = 16, .fsize_mb = 1, .nice = 5,
	},
	[ROLE_EGRESS] = {	/* calls other servers, whose answers it does
				   not understand: no file, no key of ours */
		.name = "egress", .program = "preau-egress",
		.sys = SYS_CORE | SYS_DIAL,
		.peers = PEER(ROLE_JOBS),
		.mem_mb = 256, .nofile = 32, .fsize_mb = 1,
	},
	[ROLE_LIST] = {		/* parses strangers' lists: bytes in by one
				   pipe, entries out by another; a command
				   stands in for jobs */
		.name = "list-reader", .program = "preau-list-reader",
		.sys = SYS_CORE,
		.peers = PEER(ROLE_JOBS),
		.mem_mb = 256, .nofile = 16, .fsize_mb = 1, .nice = 5,
	},
	[ROLE_VIDEO] = {	/* decodes hostile videos, and encodes them
				   anew into descriptors that it is handed,
				   behind all who somebody waits for */
		.name = "video", .program = "preau-video",
		.sys = SYS_CORE | SYS_STORE | SYS_MEMFD,
		.peers = PEER(ROLE_JOBS),
		.mem_mb = 1536, .nofile = 64, .fsize_mb = 2048, .nice = 10,
		.turns = true,
	},
	[ROLE_PRINT] = {	/* sets what people wrote on paper: the fonts
				   are all it can read, and its thread is
				   pango's, who looks for them */
		.name = "print", .program = "preau-print",
		.sys = SYS_CORE | SYS_THREAD | SYS_READ | SYS_MEMFD |
		    SYS_DEADLINE,
		.peers = PEER(ROLE_WORKER),
		.mem_mb = 2048, .nofile = 256, .fsize_mb = 64, .nice = 5,
		.path = { { PLACE_FONTS, PATH_READ } },
	},
	[ROLE_DOCUMENT] = {	/* draws hostile PDF files anew, into blobs
				   that it is handed */
		.name = "document", .program = "preau-document",
		.sys = SYS_CORE | SYS_STORE,
		.peers = PEER(ROLE_JOBS),
		.mem_mb = 1024, .nofile = 32, .fsize_mb = 512, .nice = 10,
		.turns = true,
	},
	[ROLE_SCAN] = {		/* reads files to clamd: the one connection
				   was made before the jail */
		.name = "scan", .program = "preau-scan",
		.sys = SYS_CORE,
		.peers = PEER(ROLE_JOBS),
		.mem_mb = 256, .nofile = 16, .fsize_mb = 1, .nice = 10,
		.turns = true,
	},
	[ROLE_OFFICE] = {	/* makes a new root for each file and reads
				   nothing itself; started before the
				   monitor's own jail, in which nobody could */
		.name = "office", .program = "preau-office",
		.sys = SYS_NEST,
		.peers = PEER(ROLE_JOBS),
		.nofile = 64, .fsize_mb = 256, .nice = 10, .turns = true,
	},
};

const struct role inners[INNERS] = {
	[INNER_GUARD] = {	/* decrypts one file, looks at its folder of
				   contents, starts nothing */
		.name = "office-guard",
		.sys = SYS_CORE | SYS_FILE | SYS_STORE | SYS_WAIT,
		.mem_mb = 512, .nofile = 16, .fsize_mb = 256,
	},
	[INNER_SUITE] = {	/* 256 MB of files lie in memory besides */
		.name = "office-suite",
		.sys = SYS_CORE | SYS_THREAD | SYS_FILE | SYS_STORE |
		    SYS_SUITE,
		.mem_mb = 2048, .nofile = 256, .fsize_mb = 256,
	},
};
/* clang-format on */
