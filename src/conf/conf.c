#include "conf/conf.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/num.h"
#include "base/utf8.h"
#include "conf/hosts.h"
#include "conf/mail.h"
#include "conf/ncmec.h"
#include "conf/services.h"

#define FILE_MAX_BYTES (64u << 10)
#define OPTIONS_MAX 64

static const char *const sandbox_words[] = {"full", "no-landlock", NULL};
static const char *const tls_words[] = {"starttls", "tls", "none", NULL};
static const char *const ncmec_words[] = {"off", "test", "production", NULL};
static const char *const level_words[] = {
    "debug", "info", "warn", "error", NULL}; /* as enum log_level */

/* clang-format off */
#define TEXT(field, fallback, what)                                           \
	{ #field, what, CONF_TEXT, offsetof(struct conf, field), fallback,    \
	    0, CONF_TEXT_MAX - 1, NULL }
#define NUMBER(field, fallback, min, max, what)                               \
	{ #field, what, CONF_NUMBER, offsetof(struct conf, field), fallback,  \
	    min, max, NULL }
#define CHOICE(field, fallback, words, what)                                  \
	{ #field, what, CONF_CHOICE, offsetof(struct conf, field), fallback,  \
	    0, sizeof(words) / sizeof(words[0]) - 2, words }

const struct conf_option conf_options[] = {
	TEXT(data, "/var/lib/preau/data",
	    "The folder of the database and of the encrypted files; only the "
	    "service may read it."),
	TEXT(master_key, "",
	    "The file of the key that opens every other one, 32 bytes and mode "
	    "0600; keep it outside of the data folder and of its backups. With "
	    "a systemd credential, its path below $CREDENTIALS_DIRECTORY. "
	    "Empty means keys/master.key beside the data folder."),
	TEXT(erasures, "",
	    "The journal of what was erased, outside of the data folder and of "
	    "its backups, so that a restored backup does not bring it back. "
	    "Empty means erasures.log beside the data folder."),
	TEXT(listen, "127.0.0.1:8420",
	    "The addresses and ports to listen on, as address:port or "
	    "[address]:port, with commas between; at most four."),
	TEXT(url, "http://127.0.0.1:8420",
	    "The address that people type, without a slash at its end: printed "
	    "on letters, and the only origin that forms are accepted from. "
	    "Behind a proxy it is the proxy's; what Host the proxy sends on "
	    "does not matter."),
	TEXT(tls_certificate, "",
	    "The certificate chain in PEM; empty means plain HTTP, for loopback "
	    "or behind a proxy."),
	TEXT(tls_key, "", "The private key of the certificate in PEM."),
	TEXT(trusted_proxy, "",
	    "The address of the proxy whose X-Forwarded-For and "
	    "X-Forwarded-Proto are believed; empty means nobody's."),
	NUMBER(workers, "0", 0, 64,
	    "Processes that answer requests; 0 is one per processor, at most "
	    "four."),
	NUMBER(media_workers, "0", 0, 64,
	    "Processes that decode pictures; 0 is one per processor, at most "
	    "four."),
	NUMBER(media_idle_s, "60", 1, 86400,
	    "Seconds without work after which a process that decodes pictures "
	    "ends; it comes back when it is needed."),
	NUMBER(queue, "256", 1, 65536,
	    "Requests that may wait for a worker; beyond, the answer is to try "
	    "again later."),
	NUMBER(connections, "1000", 8, 65536,
	    "Connections that may be open at the same time."),
	NUMBER(kept_photos_mb, "48", 0, 128,
	    "Megabytes of photos that stay decrypted in memory for at most ten "
	    "seconds after they were sent, because the next family asks for "
	    "the same ones; 0 keeps none."),
	NUMBER(request_timeout_s, "30", 1, 3600,
	    "Seconds without a byte after which a connection is closed."),
	NUMBER(session_days, "90", 1, 400,
	    "Days after which a family signs in again."),
	NUMBER(staff_session_hours, "12", 1, 168,
	    "Hours after which a member of staff signs in again."),
	NUMBER(staff_lock_min, "15", 1, 240,
	    "Minutes without a request after which the session of a member of "
	    "staff asks for the passphrase."),
	NUMBER(letter_days, "30", 1, 120,
	    "Days before an invitation by letter expires."),
	CHOICE(sandbox, "full", sandbox_words,
	    "What confines the processes: no-landlock allows a kernel without "
	    "Landlock, and every administrator's page then says so."),
	CHOICE(log_level, "info", level_words,
	    "The least important messages that are logged."),
	TEXT(user, "",
	    "The user to become when the server is started as root; empty "
	    "means to stay root, without any of its capabilities."),
	TEXT(egress_hosts, "",
	    "The other servers that this one may call, as name or name:port, "
	    "with commas between; at most eight. name:port=address names the "
	    "address too, and is the only way to one of the local network. "
	    "Empty means none: the process that could call is not started."),
	TEXT(egress_ca, "/etc/ssl/certs/ca-certificates.crt",
	    "The authorities, in PEM, whose certificates are believed when "
	    "another server is called."),
	TEXT(shield_url, "https://shield.projectarachnid.com",
	    "Where Arachnid Shield is, without a slash at its end; its name "
	    "must stand in egress_hosts too."),
	TEXT(shield_user, "",
	    "The user name of your account with Arachnid Shield. Empty means "
	    "that it is not asked."),
	NUMBER(shield_retry_s, "20", 1, 900,
	    "Seconds after which Arachnid Shield is asked again when it did not "
	    "answer; doubled with each failure, up to a quarter of an hour."),
	TEXT(shield_password, "",
	    "The file of the password of that account, mode 0600; with a "
	    "systemd credential, its path below $CREDENTIALS_DIRECTORY."),
	TEXT(helplines_key, "",
	    "The Ed25519 public key, 64 hexadecimal digits, by which a newer "
	    "list of numbers to call is signed: helplines.json and "
	    "helplines.json.sig in the data folder. Empty means the list in the "
	    "program."),
	TEXT(clamav_socket, "",
	    "The local socket of clamd(8), as its LocalSocket says. Every file "
	    "that somebody sends is then asked about before anything else "
	    "looks into it, and held while nobody answers. Empty means that "
	    "there is no antivirus, and the director's page says so."),
	NUMBER(clamav_retry_s, "20", 1, 900,
	    "Seconds after which clamd is asked again when it did not "
	    "answer."),
	TEXT(office, "/usr/lib/libreoffice/program/soffice.bin",
	    "LibreOffice's own program, which turns the documents of word "
	    "processors, spreadsheets and presentations into PDF. Where it is "
	    "not installed, or cannot be locked in, as the director's page "
	    "says, only PDF is taken. Empty means the same."),
	NUMBER(office_s, "60", 1, 600,
	    "Seconds of the processor that LibreOffice has for a file; ten "
	    "times as many may pass."),
	TEXT(mail_server, "",
	    "The server that takes the e-mails, as name:port; it must stand in "
	    "egress_hosts too. Empty means that no e-mail is sent."),
	CHOICE(mail_tls, "starttls", tls_words,
	    "How it is spoken to: starttls asks for encryption first (port "
	    "587) and says nothing without it, tls begins with it (port 465). "
	    "none sends what families are told in the clear, without a "
	    "password, and the page of messages sent then says so."),
	TEXT(mail_from, "",
	    "The address that the e-mails come from; what cannot be delivered "
	    "later comes back to it."),
	TEXT(mail_bounce, "",
	    "Another address for what cannot be delivered later: each e-mail's "
	    "is this one with +number-tag before the @, and the mail server "
	    "must hand what comes there to \"preau bounce\". Empty means "
	    "mail_from."),
	TEXT(mail_user, "",
	    "The user name with that server; empty means without."),
	TEXT(mail_password, "",
	    "The file of its password, mode 0600; with a systemd credential, "
	    "its path below $CREDENTIALS_DIRECTORY."),
	NUMBER(mail_retry_s, "60", 1, 900,
	    "Seconds after which the mail server is tried again when it cannot "
	    "be reached; doubled with each failure, up to an hour."),
	TEXT(push_services, "",
	    "The push services that notifications may go to, with commas "
	    "between: the word browsers stands for those of the browsers in "
	    "use; others as in egress_hosts. Empty means that there are no "
	    "notifications."),
	NUMBER(push_retry_s, "60", 1, 900,
	    "Seconds after which a push service is tried again; doubled with "
	    "each failure, up to four hours."),
	CHOICE(ncmec, "off", ncmec_words,
	    "Whether those who handle reports can send one to NCMEC's "
	    "CyberTipline. Only for an organisation that is registered there; "
	    "test is its environment for tests, and what is sent there is no "
	    "report."),
	TEXT(ncmec_url, "",
	    "Where that service is, without a slash at its end; its name must "
	    "stand in egress_hosts too."),
	TEXT(ncmec_user, "", "The user name of your account with NCMEC."),
	TEXT(ncmec_password, "",
	    "The file of its password, mode 0600; with a systemd credential, "
	    "its path below $CREDENTIALS_DIRECTORY. Each environment has its "
	    "own."),
	TEXT(ncmec_email, "",
	    "The address at which NCMEC and the police reach who handles "
	    "reports: it stands in each one."),
	NUMBER(ncmec_retry_s, "60", 1, 900,
	    "Seconds after which NCMEC is tried again; later tries wait "
	    "longer, up to two days, and there are nine."),
};
/* clang-format on */
const size_t conf_options_n = sizeof(conf_options) / sizeof(conf_options[0]);

static_assert(sizeof(conf_options) / sizeof(conf_options[0]) <= OPTIONS_MAX,
    "one bit per option in struct given");

/* Every field is a char[CONF_TEXT_MAX] or an int64_t, as its kind says. */
static char *
text_at(struct conf *c, const struct conf_option *o)
{
	return (char *)c + o->at;
}

static const char *
const_text_at(const struct conf *c, const struct conf_option *o)
{
	return (const char *)c + o->at;
}

static int64_t
number_at(const struct conf *c, const struct conf_option *o)
{
	int64_t n;

	memcpy(&n, (const char *)c + o->at, sizeof(n));
	return n;
}

static void
put_number(struct conf *c, const struct conf_option *o, int64_t n)
{
	memcpy((char *)c + o->at, &n, sizeof(n));
}

static bool
find(str name, size_t *ret)
{
	for (size_t i = 0; i < conf_options_n; i++)
		if (str_eq(name, str_c(conf_options[i].name))) {
			*ret = i;
			return true;
		}
	return false;
}

static bool
set_text(struct conf *c, const struct conf_option *o, str value, struct err *e)
{
	char *to = text_at(c, o);

	if (value.n >= CONF_TEXT_MAX)
		return err_set(e, ERR_LIMIT, "%s: at most %d bytes", o->name,
		    CONF_TEXT_MAX - 1);
	if (!utf8_valid(value))
		return err_set(e, ERR_INPUT, "%s: not UTF-8", o->name);
	for (size_t i = 0; i < value.n; i++)
		if ((unsigned char)value.p[i] < ' ' || value.p[i] == 0x7f)
			return err_set(
			    e, ERR_INPUT, "%s: control characters", o->name);
	memset(to, 0, CONF_TEXT_MAX);
	if (value.n > 0)
		memcpy(to, value.p, value.n);
	return true;
}

static bool
set_choice(
    struct conf *c, const struct conf_option *o, str value, struct err *e)
{
	char words[128] = "";
	size_t n = 0;

	for (int i = 0; o->choices[i] != NULL; i++) {
		int more = snprintf(words + n, sizeof(words) - n, "%s%s",
		    i == 0 ? "" : ", ", o->choices[i]);

		n += more > 0 ? (size_t)more : 0;
		if (str_eq(value, str_c(o->choices[i]))) {
			put_number(c, o, i);
			return true;
		}
		if (n >= sizeof(words))
			break;
	}
	return err_set(e, ERR_INPUT, "%s: one of %s", o->name, words);
}

static bool
set_option(
    struct conf *c, const struct conf_option *o, str value, struct err *e)
{
	int64_t n;

	switch (o->kind) {
	case CONF_TEXT:
		return set_text(c, o, value, e);
	case CONF_CHOICE:
		return set_choice(c, o, value, e);
	case CONF_NUMBER:
		break;
	}
	if (!num_i64(value, o->min, o->max, &n))
		return err_set(e, ERR_INPUT,
		    "%s: a number from %" PRId64 " to %" PRId64, o->name,
		    o->min, o->max);
	put_number(c, o, n);
	return true;
}

void
conf_defaults(struct conf *c)
{
	struct err e;

	*c = (struct conf){0};
	for (size_t i = 0; i < conf_options_n; i++) {
		const struct conf_option *o = &conf_options[i];
		bool ok = set_option(c, o, str_c(o->fallback), &e);

		assert(ok);
	}
}

bool
conf_set(struct conf *c, str name, str value, struct err *e)
{
	size_t i;

	if (!find(name, &i))
		return err_set(e, ERR_INPUT,
		    "no option is named \"" STR_FMT "\"",
		    STR_ARG(str_sub(name, 0, 40)));
	return set_option(c, &conf_options[i], value, e);
}

/* As str_trim sees it: what stands before # once it is trimmed away. */
static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* One line: nothing, or a name, blanks and a value (which may be missing for
 * an empty text).  A value may hold # but not after a blank. */
static bool
parse_line(struct conf *c, str line, uint64_t *seen, struct err *e)
{
	size_t n = 0, i;
	str name;

	for (size_t at = 0; at < line.n; at++)
		if (line.p[at] == '#' &&
		    (at == 0 || is_blank(line.p[at - 1]))) {
			line.n = at;
			break;
		}
	line = str_trim(line);
	if (line.n == 0)
		return true;
	while (n < line.n && !is_blank(line.p[n]))
		n++;
	name = str_sub(line, 0, n);
	if (!find(name, &i))
		return err_set(e, ERR_INPUT,
		    "no option is named \"" STR_FMT "\"",
		    STR_ARG(str_sub(name, 0, 40)));
	if ((*seen >> i & 1) != 0)
		return err_set(
		    e, ERR_CONFLICT, "%s is given twice", conf_options[i].name);
	*seen |= (uint64_t)1 << i;
	return set_option(
	    c, &conf_options[i], str_trim(str_sub(line, n, line.n)), e);
}

bool
conf_parse(str text, struct conf *io, struct err *e)
{
	struct conf c = *io;
	uint64_t seen = 0;
	int line_number = 0;
	str line;

	while (text.n > 0) {
		(void)str_cut(&text, '\n', &line);
		line_number++;
		if (!parse_line(&c, line, &seen, e))
			return err_wrap(e, "line %d", line_number);
	}
	*io = c;
	return true;
}

static void
file_cleanup(FILE **f)
{
	if (*f != NULL)
		(void)fclose(*f);
}

static bool
load_file(const char *path, struct conf *io, struct err *e)
{
	CLEANUP(file_cleanup) FILE *f = fopen(path, "re");
	CLEANUP(buf_done) struct buf text = BUF_MAX(FILE_MAX_BYTES);
	char part[4096];
	size_t n;

	if (f == NULL)
		return err_sys(e, "%s", path);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_put(&text, part, n);
	if (ferror(f))
		return err_sys(e, "%s", path);
	if (text.full)
		return err_set(e, ERR_LIMIT, "%s: more than %u bytes", path,
		    FILE_MAX_BYTES);
	return conf_parse(buf_view(&text), io, e) || err_wrap(e, "%s", path);
}

/* "name=value" */
static bool
override(struct conf *c, const char *arg, struct err *e)
{
	str value = str_c(arg), name;

	if (!str_cut(&value, '=', &name))
		return err_set(
		    e, ERR_INPUT, "--set %.40s: expected name=value", arg);
	return conf_set(c, name, value, e) || err_wrap(e, "--set");
}

/* Beside the data folder, by its name alone: it may not exist yet. */
static bool
put_beside_data(
    const struct conf *c, const char *name, char *ret, struct err *e)
{
	str data = str_c(c->data);
	int n;

	if (ret[0] != '\0')
		return true;
	while (data.n > 1 && data.p[data.n - 1] == '/')
		data.n--;
	if (str_ends(data, S("..")))
		return err_set(e, ERR_INPUT, "data: ends in ..");
	while (data.n > 0 && data.p[data.n - 1] != '/')
		data.n--;
	n = snprintf(ret, CONF_TEXT_MAX, STR_FMT "%s", STR_ARG(data), name);
	if (n < 0 || n >= CONF_TEXT_MAX)
		return err_set(e, ERR_LIMIT, "data: this path is too long");
	return true;
}

/* Who is asked about photos must be one who may be called. */
static bool
check_shield(
    const struct conf *c, const struct conf_hosts *hosts, struct err *e)
{
	struct conf_host at;
	str path;

	if ((c->shield_user[0] == '\0') != (c->shield_password[0] == '\0'))
		return err_set(e, ERR_INPUT,
		    "shield_user and shield_password go together");
	if (c->shield_user[0] == '\0')
		return true;
	if (strchr(c->shield_user, ':') != NULL)
		return err_set(e, ERR_INPUT, "shield_user: no colon");
	if (!conf_url_read(str_c(c->shield_url), &at, &path, e))
		return err_wrap(e, "shield_url");
	if (str_ends(path, S("/")))
		return err_set(e, ERR_INPUT, "shield_url: no slash at its end");
	if (conf_hosts_find(hosts, &at) == NULL)
		return err_set(e, ERR_INPUT,
		    "shield_url: %s is not among egress_hosts", at.name);
	return true;
}

static bool
check_egress(const struct conf *c, struct err *e)
{
	struct conf_services services;
	struct conf_hosts hosts;

	if (!conf_hosts_read(str_c(c->egress_hosts), &hosts, e))
		return false;
	if (!conf_services_read(str_c(c->push_services), &services, e))
		return false;
	if (conf_calls_out(c) && c->egress_ca[0] == '\0')
		return err_set(e, ERR_INPUT,
		    "egress_ca: cannot be empty beside egress_hosts or "
		    "push_services");
	return check_shield(c, &hosts, e) && conf_check_mail(c, &hosts, e) &&
	       conf_check_ncmec(c, &hosts, e);
}

/* What a browser calls the origin of a page there. */
static bool
is_origin(str url)
{
	size_t n = str_starts(url, S("http://"))    ? 7
		   : str_starts(url, S("https://")) ? 8
						    : url.n;

	for (size_t i = n; i < url.n; i++)
		if (url.p[i] <= ' ' || (unsigned char)url.p[i] > 0x7e ||
		    strchr("/?#@\\", url.p[i]) != NULL)
			return false;
	return url.n > n;
}

/* What no single option can say. */
static bool
check_whole(const struct conf *c, struct err *e)
{
	if ((c->tls_certificate[0] == '\0') != (c->tls_key[0] == '\0'))
		return err_set(
		    e, ERR_INPUT, "tls_certificate and tls_key go together");
	if (c->data[0] == '\0' || c->erasures[0] == '\0' ||
	    c->listen[0] == '\0' || c->url[0] == '\0')
		return err_set(e, ERR_INPUT,
		    "data, erasures, listen and url cannot be empty");
	if (!is_origin(str_c(c->url)))
		return err_set(e, ERR_INPUT,
		    "url: http:// or https://, a name and at most a port, as a "
		    "browser shows them: no path, no slash at its end, and a "
		    "name with accents as xn--");
	return check_egress(c, e);
}

bool
conf_load(const char *path, const char *const *overrides, size_t n,
    struct conf *ret, struct err *e)
{
	struct conf c;

	conf_defaults(&c);
	if (path != NULL && !load_file(path, &c, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!override(&c, overrides[i], e))
			return false;
	if (!put_beside_data(&c, "keys/master.key", c.master_key, e) ||
	    !put_beside_data(&c, "erasures.log", c.erasures, e) ||
	    !check_whole(&c, e))
		return false;
	*ret = c;
	return true;
}

void
conf_print(const struct conf *c, FILE *f)
{
	for (size_t i = 0; i < conf_options_n; i++) {
		const struct conf_option *o = &conf_options[i];

		switch (o->kind) {
		case CONF_TEXT:
			fprintf(f, "%s %s\n", o->name, const_text_at(c, o));
			break;
		case CONF_NUMBER:
			fprintf(
			    f, "%s %" PRId64 "\n", o->name, number_at(c, o));
			break;
		case CONF_CHOICE:
			fprintf(
			    f, "%s %s\n", o->name, o->choices[number_at(c, o)]);
			break;
		}
	}
}
