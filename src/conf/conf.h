/*
 * conf — the options, as one table: the parser, `preau config`, the help and
 * preau.conf(5) are made from it.
 *
 * The file is lines of `name value`; # starts a comment.  Order of force:
 * command line (--set name=value), file, default.  An unknown name, a value
 * out of range and a name given twice are errors that say the line.
 */
#ifndef CONF_CONF_H
#define CONF_CONF_H

#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "base/str.h"

#define CONF_TEXT_MAX 256

enum conf_mail_tls { CONF_MAIL_STARTTLS, CONF_MAIL_TLS, CONF_MAIL_NONE };
enum conf_ncmec { CONF_NCMEC_OFF, CONF_NCMEC_TEST, CONF_NCMEC_ON };
enum conf_sandbox { CONF_SANDBOX_FULL, CONF_SANDBOX_NO_LANDLOCK };

struct conf {
	char data[CONF_TEXT_MAX];       /* folder of database and blobs */
	char master_key[CONF_TEXT_MAX]; /* file; conf_load: keys/master.key
					   beside data */
	char erasures[CONF_TEXT_MAX];   /* journal, outside data and backups */
	char listen[CONF_TEXT_MAX];     /* 127.0.0.1:8420 */
	char url[CONF_TEXT_MAX]; /* as people type it, for letters and Origin */
	char tls_certificate[CONF_TEXT_MAX], tls_key[CONF_TEXT_MAX];
	char trusted_proxy[CONF_TEXT_MAX]; /* address whose X-Forwarded-* counts
					    */
	int64_t workers;                   /* 0: one per processor, at most 4 */
	int64_t media_workers;             /* same */
	int64_t media_idle_s; /* a media worker retires after that */
	int64_t queue;        /* requests that may wait for a worker */
	int64_t connections;
	int64_t kept_photos_mb; /* opened ones, front/reading.h; 0: none */
	int64_t request_timeout_s;
	int64_t session_days; /* families */
	int64_t staff_session_hours;
	int64_t staff_lock_min; /* idle time before a staff session locks */
	int64_t letter_days;    /* before an invitation expires */
	int64_t sandbox;        /* enum conf_sandbox */
	int64_t log_level;
	char user[CONF_TEXT_MAX];         /* started as root: become that one */
	char egress_hosts[CONF_TEXT_MAX]; /* conf/hosts.h; empty: no egress
					     process */
	char
	    egress_ca[CONF_TEXT_MAX]; /* PEM, whose certificates are believed */
	char shield_url[CONF_TEXT_MAX];
	char shield_user[CONF_TEXT_MAX]; /* empty: Shield is not asked */
	int64_t shield_retry_s;
	char shield_password[CONF_TEXT_MAX]; /* file */
	char helplines_key[CONF_TEXT_MAX];   /* empty: the program's alone */
	char clamav_socket[CONF_TEXT_MAX];   /* empty: no antivirus */
	int64_t clamav_retry_s;
	char office[CONF_TEXT_MAX]; /* soffice.bin; CONF_OFFICE_… when it is
				       not to be had */
	int64_t office_s;
	char mail_server[CONF_TEXT_MAX]; /* name:port; empty: no e-mail */
	int64_t mail_tls;                /* enum conf_mail_tls */
	char mail_from[CONF_TEXT_MAX];
	char mail_bounce[CONF_TEXT_MAX]; /* empty: mail_from */
	char mail_user[CONF_TEXT_MAX];
	char mail_password[CONF_TEXT_MAX]; /* file */
	int64_t mail_retry_s;
	char push_services[CONF_TEXT_MAX]; /* conf/services.h; empty: none */
	int64_t push_retry_s;
	int64_t ncmec; /* enum conf_ncmec */
	char ncmec_url[CONF_TEXT_MAX];
	char ncmec_user[CONF_TEXT_MAX];
	char ncmec_password[CONF_TEXT_MAX]; /* file */
	char ncmec_email[CONF_TEXT_MAX];
	int64_t ncmec_retry_s;
};

/* What the monitor puts in place of the path. */
#define CONF_OFFICE_OFF ""
#define CONF_OFFICE_MISSING "missing"
#define CONF_OFFICE_UNJAILED "unjailed"

/* Is there any other server that this one may call? */
static inline bool
conf_calls_out(const struct conf *c)
{
	return c->egress_hosts[0] != '\0' || c->push_services[0] != '\0';
}

enum conf_kind { CONF_TEXT, CONF_NUMBER, CONF_CHOICE };

struct conf_option {
	const char *name, *what; /* what: one English sentence for the manual */
	enum conf_kind kind;
	size_t at; /* offsetof in struct conf */
	const char *fallback;
	int64_t min, max;
	const char *const *choices; /* CONF_CHOICE: the number is its index */
};

extern const struct conf_option conf_options[];
extern const size_t conf_options_n;

void conf_defaults(struct conf *);
/* path NULL: no file.  Fills *ret from defaults, file, then overrides. */
bool conf_load(const char *path, const char *const *overrides, size_t n,
    struct conf *ret, struct err *) MUST_USE;
bool conf_parse(str text, struct conf *io, struct err *) MUST_USE;
bool conf_set(struct conf *, str name, str value, struct err *) MUST_USE;
void conf_print(const struct conf *, FILE *); /* name value, as a file */
void conf_print_manual(FILE *);               /* roff of the OPTIONS section */

#endif
