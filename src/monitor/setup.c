#include "monitor/setup.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/log.h"
#include "erasure/journal.h"
#include "house/house.h"
#include "monitor/listen.h"

#define PEM_MAX ((off_t)256 * 1024)
#define CA_MAX ((off_t)1024 * 1024)
#define SECRET_MAX ((off_t)255)

/* Roles are started from the root folder and never see a relative path. */
static bool
make_absolute(char path[CONF_TEXT_MAX], struct err *e)
{
	char here[ROLE_PATH_MAX], whole[ROLE_PATH_MAX + CONF_TEXT_MAX];
	int n;

	if (path[0] == '/' || path[0] == '\0')
		return true;
	if (getcwd(here, sizeof(here)) == NULL)
		return err_sys(e, "getcwd");
	n = snprintf(whole, sizeof(whole), "%s/%s", here, path);
	if (n >= CONF_TEXT_MAX)
		return err_set(e, ERR_LIMIT, "the path %s is too long", path);
	memcpy(path, whole, (size_t)n + 1);
	return true;
}

static bool
make_paths_absolute(struct conf *c, struct err *e)
{
	return make_absolute(c->data, e) && make_absolute(c->master_key, e) &&
	       make_absolute(c->erasures, e) &&
	       make_absolute(c->tls_certificate, e) &&
	       make_absolute(c->tls_key, e) && make_absolute(c->egress_ca, e) &&
	       make_absolute(c->shield_password, e) &&
	       make_absolute(c->mail_password, e) &&
	       make_absolute(c->ncmec_password, e) &&
	       (chdir("/") == 0 || err_sys(e, "/"));
}

static bool
print_conf(struct setup *s, struct err *e)
{
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	if (f == NULL)
		return err_sys(e, "configuration");
	conf_print(&s->conf, f);
	if (fclose(f) != 0)
		return err_sys(e, "configuration");
	s->conf_text = BUF_MAX(CONTROL_CONF_MAX);
	buf_put(&s->conf_text, text, n);
	free(text);
	return !s->conf_text.full ||
	       err_set(e, ERR_LIMIT, "the configuration is too long");
}

bool
setup_without_office(struct setup *s, const char *why, struct err *e)
{
	(void)snprintf(s->conf.office, sizeof(s->conf.office), "%s", why);
	buf_done(&s->conf_text);
	return print_conf(s, e);
}

/* The descriptors that roles get by number are never a file of ours. */
static bool
reserve_fds(struct setup *s, struct err *e)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	while (fd != -1 && fd <= CONTROL_FD);
	if (fd == -1)
		return err_sys(e, "/dev/null");
	s->null = fd;
	return true;
}

static bool
find_programs(struct setup *s, struct err *e)
{
	char path[ROLE_PLACE_MAX][ROLE_PATH_MAX];
	char program[ROLE_PATH_MAX + 32];
	bool optional;

	(void)role_place(PLACE_PROGRAMS, &s->conf, path, &optional);
	memcpy(s->programs, path[0], sizeof(s->programs));
	for (int r = ROLE_FRONT; r < ROLES; r++) {
		(void)snprintf(program, sizeof(program), "%s/%s", s->programs,
		    roles[r].program);
		if (access(program, X_OK) == -1)
			return err_sys(e, "%s", program);
	}
	return true;
}

/* One server per data folder: two would hand out the same work twice. */
static bool
lock_data(struct setup *s, struct err *e)
{
	OWNED_FD fd = open(s->conf.data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1 && errno == ENOENT)
		return err_set(e, ERR_NOT_FOUND,
		    "%s does not exist: run \"preau init\" first",
		    s->conf.data);
	if (fd == -1)
		return err_sys(e, "%s", s->conf.data);
	if (flock(fd, LOCK_EX | LOCK_NB) == -1) {
		if (errno == EWOULDBLOCK)
			return err_set(e, ERR_CONFLICT,
			    "%s: another server uses it", s->conf.data);
		return err_sys(e, "%s", s->conf.data);
	}
	s->data_lock = fd;
	fd = -1;
	return true;
}

static bool
copy_into(int from, int to, off_t n, const char *path, struct err *e)
{
	char piece[4096];
	ssize_t got = 0;

	for (off_t at = 0; at < n; at += got) {
		got = pread(from, piece, sizeof(piece), at);
		if (got <= 0 || write(to, piece, (size_t)got) != got)
			return err_sys(e, "%s", path);
	}
	explicit_bzero(piece, sizeof(piece));
	return true;
}

/* Who may open nothing gets the bytes. */
static bool
memory_file(
    const char *path, off_t max, const char *what, int *ret, struct err *e)
{
	OWNED_FD from = open(path, O_RDONLY | O_CLOEXEC);
	OWNED_FD to = -1;
	struct stat st;

	if (from == -1 || fstat(from, &st) == -1)
		return err_sys(e, "%s", path);
	if (!S_ISREG(st.st_mode) || st.st_size == 0 || st.st_size > max)
		return err_set(e, ERR_INPUT, "%s is not a %s file", path, what);
	to = memfd_create("role", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (to == -1)
		return err_sys(e, "memfd");
	if (!copy_into(from, to, st.st_size, path, e))
		return false;
	if (fcntl(to, F_ADD_SEALS,
		F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_WRITE | F_SEAL_SEAL) == -1)
		return err_sys(e, "seal");
	*ret = to;
	to = -1;
	return true;
}

static bool
open_tls(struct setup *s, struct err *e)
{
	bool cert = s->conf.tls_certificate[0] != '\0';
	bool key = s->conf.tls_key[0] != '\0';

	if (cert != key)
		return err_set(
		    e, ERR_INPUT, "tls_certificate and tls_key go together");
	return !cert || (memory_file(s->conf.tls_certificate, PEM_MAX, "PEM",
			     &s->tls_certificate, e) &&
			    memory_file(s->conf.tls_key, PEM_MAX, "PEM",
				&s->tls_key, e));
}

/* A password that others can read is none. */
static bool
check_private(const char *path, struct err *e)
{
	struct stat st;

	if (stat(path, &st) == -1)
		return err_sys(e, "%s", path);
	return (st.st_mode & 077) == 0 ||
	       err_set(e, ERR_DENIED,
		   "%s can be read by others: it should have mode 0600", path);
}

static bool
open_secret(const char *path, int *ret, struct err *e)
{
	return path[0] == '\0' ||
	       (check_private(path, e) &&
		   memory_file(path, SECRET_MAX, "password", ret, e));
}

static bool
open_egress(struct setup *s, struct err *e)
{
	if (!conf_calls_out(&s->conf))
		return true;
	if (!memory_file(s->conf.egress_ca, CA_MAX, "PEM", &s->ca, e))
		return false;
	return open_secret(s->conf.shield_password, &s->secret, e) &&
	       open_secret(s->conf.mail_password, &s->mail, e) &&
	       (s->conf.ncmec == CONF_NCMEC_OFF ||
		   open_secret(s->conf.ncmec_password, &s->ncmec, e));
}

static bool
switch_to(const struct passwd *pw, struct err *e)
{
	if (setgroups(1, &pw->pw_gid) == -1 ||
	    setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) == -1 ||
	    setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) == -1)
		return err_sys(e, "user %s", pw->pw_name);
	return true;
}

static bool
become_user(const struct setup *s, struct err *e)
{
	const char *name = s->conf.user;
	const struct passwd *pw;

	if (name[0] == '\0') {
		if (geteuid() == 0)
			log_warn("running as root, without its capabilities; "
				 "the option \"user\" names a safer one");
		return true;
	}
	errno = 0;
	pw = getpwnam(name);
	if (pw == NULL)
		return err_set(e, ERR_INPUT, "user %s does not exist", name);
	if (geteuid() == pw->pw_uid)
		return true;
	if (geteuid() != 0)
		return err_set(
		    e, ERR_DENIED, "only root can become user %s", name);
	return switch_to(pw, e);
}

/* Nobody of this server can write to what belongs to another: say it before
 * the roles fail one by one. */
static bool
check_owner(const struct setup *s, struct err *e)
{
	struct stat st;

	if (fstat(s->data_lock, &st) == -1)
		return err_sys(e, "%s", s->conf.data);
	if (st.st_uid != geteuid())
		return err_set(e, ERR_DENIED,
		    "%s belongs to user %u, the server is user %u: see the "
		    "option \"user\"",
		    s->conf.data, st.st_uid, geteuid());
	return true;
}

static bool
open_parts(struct setup *s, struct err *e)
{
	return reserve_fds(s, e) && find_programs(s, e) && lock_data(s, e) &&
	       crypto_init(e) &&
	       master_read(s->conf.master_key, false, &s->master, e) &&
	       open_tls(s, e) && open_egress(s, e) &&
	       listen_open(str_c(s->conf.listen), s->listen, CONTROL_LISTEN_MAX,
		   &s->n_listen, e) &&
	       become_user(s, e) && check_owner(s, e) &&
	       journal_prepare(s->conf.erasures, &s->master, NULL, e);
}

bool
setup_init(struct setup *s, const struct conf *c, struct err *e)
{
	*s = (struct setup){.conf = *c,
	    .tls_certificate = -1,
	    .tls_key = -1,
	    .ca = -1,
	    .secret = -1,
	    .mail = -1,
	    .ncmec = -1,
	    .data_lock = -1,
	    .null = -1};
	if (make_paths_absolute(&s->conf, e) && print_conf(s, e) &&
	    open_parts(s, e))
		return true;
	setup_done(s);
	return false;
}

void
setup_stop_listening(struct setup *s)
{
	while (s->n_listen > 0)
		(void)close(s->listen[--s->n_listen]);
}

void
setup_done(struct setup *s)
{
	const int fds[] = {s->tls_certificate, s->tls_key, s->ca, s->secret,
	    s->mail, s->ncmec, s->data_lock, s->null};

	setup_stop_listening(s);
	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++)
		if (fds[i] != -1)
			(void)close(fds[i]);
	key_done(&s->master);
	buf_done(&s->conf_text);
}

bool
setup_address(
    const struct setup *s, size_t i, char *ret, size_t cap, struct err *e)
{
	char name[64];

	if (!listen_name(s->listen[i], name, sizeof(name), e))
		return false;
	(void)snprintf(
	    ret, cap, "http%s://%s/", s->tls_key == -1 ? "" : "s", name);
	return true;
}
