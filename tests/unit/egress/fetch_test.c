/* Calls to other servers, each made by a process in the sandbox of egress. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/clock.h"
#include "egress/fetch.h"
#include "egress/notify.h"
#include "peer.h"
#include "proc/role.h"

#define OK(head) "HTTP/1.1 200 OK\r\n" head "\r\n"

static struct conf conf;
static char answered[EGRESS_ANSWER_BUF];
static struct egress_answer got;
static const struct sockaddr_in *name_server;
static const char *authority;
static int stop_fd;
static const struct egress_push *notified; /* in place of the question */

static int
setup(void **state)
{
	(void)state;
	conf_defaults(&conf);
	name_server = NULL;
	authority = NULL;
	stop_fd = -1;
	notified = NULL;
	return 0;
}

static void
child(const struct egress_ask *a, int out)
{
	struct buf b = BUF_MAX(EGRESS_ANSWER_BUF);
	struct egress_answer ret;
	struct fetch *f;
	struct err e;
	bool weak;

	f = fetch_new(&conf, str_c(authority), S("pass:word"), &e);
	if (f == NULL)
		_exit(3);
	if (conf.ncmec != CONF_NCMEC_OFF &&
	    !fetch_may_report(f, &conf, S("an:other"), &e))
		_exit(6);
	if (name_server != NULL)
		lookup_use(fetch_lookup(f), name_server);
	if (!sandbox_enter(ROLE_EGRESS, &conf, &weak, &e))
		_exit(4);
	if (notified != NULL)
		notify_one(f, notified, stop_fd, &ret);
	else
		fetch_one(f, a, stop_fd, &ret);
	egress_answer_write(&b, &ret);
	for (size_t at = 0; at < b.n;) {
		ssize_t n = write(out, b.p + at, b.n - at);

		if (n <= 0)
			_exit(5);
		at += (size_t)n;
	}
	_exit(0);
}

static void
fetch(const struct egress_ask *a)
{
	int out[2], status = 0;
	size_t n = 0;
	ssize_t more;
	struct err e;
	pid_t pid;

	assert_int_equal(pipe(out), 0);
	(void)fflush(NULL);
	pid = fork();
	if (pid == 0)
		child(a, out[1]);
	(void)close(out[1]);
	while ((more = read(out[0], answered + n, sizeof(answered) - n)) > 0)
		n += (size_t)more;
	(void)close(out[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (status != 0)
		fail_msg("the caller ended with %#x", (unsigned)status);
	assert_true(egress_answer_read((str){answered, n}, &got, &e));
	assert_int_equal(got.id, a->id);
}

static struct egress_ask
question(const struct peer *p, const char *path)
{
	static char url[EGRESS_URL_MAX];

	(void)snprintf(
	    url, sizeof(url), "https://peer.test:%u%s", p->port, path);
	return (struct egress_ask){.id = 7,
	    .method = EGRESS_POST_JSON,
	    .timeout_ms = 20000,
	    .reply_max = 4096,
	    .url = str_c(url),
	    .body = S("{\"hashes\":[]}")};
}

/* The peer, known by its address. */
static void
know(const struct peer *p)
{
	(void)snprintf(conf.egress_hosts, sizeof(conf.egress_hosts),
	    "peer.test:%u=127.0.0.1", p->port);
	authority = p->ca;
}

/* One call to a peer of this plan; what it heard is in ret. */
static void
call(const struct peer_plan *plan, char *ret, size_t cap)
{
	struct peer p;
	struct egress_ask a;

	peer_start(&p, plan);
	know(&p);
	a = question(&p, "/v1/pdq/");
	fetch(&a);
	peer_stop(&p);
	(void)peer_heard(&p, ret, cap);
}

static enum egress_outcome
outcome_of(const struct peer_plan *plan)
{
	char heard[4096];

	call(plan, heard, sizeof(heard));
	return (enum egress_outcome)got.outcome;
}

static void
a_question_goes_out_and_its_answer_comes_back(void **state)
{
	static const struct peer_plan plan = {
	    .name = "peer.test", .answer = OK("Content-Length: 5\r\n") "hello"};
	char heard[4096];

	(void)state;
	call(&plan, heard, sizeof(heard));
	assert_int_equal(got.outcome, EGRESS_ANSWERED);
	assert_int_equal(got.status, 200);
	assert_true(str_eq(got.body, S("hello")));
	assert_ptr_equal(strstr(heard, "POST /v1/pdq/ HTTP/1.1\r\n"), heard);
	assert_non_null(
	    strstr(heard, "\r\nContent-Type: application/json\r\n"));
	assert_non_null(strstr(heard, "\r\nUser-Agent: preau\r\n"));
	assert_non_null(strstr(heard, "\r\n\r\n{\"hashes\":[]}"));
	assert_null(strstr(heard, "Authorization"));
	assert_null(strstr(heard, "Cookie"));
}

static void
a_proxy_of_the_environment_is_not_used(void **state)
{
	static const struct peer_plan plan = {
	    .name = "peer.test", .answer = OK("Content-Length: 0\r\n")};

	(void)state;
	(void)setenv("https_proxy", "http://127.0.0.1:1", 1);
	(void)setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
	assert_int_equal(outcome_of(&plan), EGRESS_ANSWERED);
	(void)unsetenv("https_proxy");
	(void)unsetenv("ALL_PROXY");
}

static void
only_the_certificate_of_that_name_is_believed(void **state)
{
	static const struct peer_plan other = {
	    .name = "other.test", .answer = OK("Content-Length: 0\r\n")};
	static const struct peer_plan late = {.name = "peer.test",
	    .answer = OK("Content-Length: 0\r\n"),
	    .expired = true};

	(void)state;
	assert_int_equal(outcome_of(&other), EGRESS_UNTRUSTED);
	assert_int_equal(outcome_of(&late), EGRESS_UNTRUSTED);
}

static void
only_the_authorities_that_were_given_are_believed(void **state)
{
	static const struct peer_plan plan = {
	    .name = "peer.test", .answer = OK("Content-Length: 0\r\n")};
	struct peer p, q;
	struct egress_ask a;
	char heard[4096];

	(void)state;
	peer_start(&p, &plan);
	peer_start(&q, &plan);
	know(&p);
	authority = q.ca;
	a = question(&p, "/");
	fetch(&a);
	peer_stop(&p);
	peer_stop(&q);
	assert_int_equal(got.outcome, EGRESS_UNTRUSTED);
	assert_int_equal(peer_heard(&p, heard, sizeof(heard)), 0);
	(void)peer_heard(&q, heard, sizeof(heard));
}

static void
what_speaks_no_tls_is_not_listened_to(void **state)
{
	static const struct peer_plan plan = {.name = "peer.test",
	    .answer = OK("Content-Length: 0\r\n"),
	    .plain = true};

	(void)state;
	assert_int_equal(outcome_of(&plan), EGRESS_UNTRUSTED);
}

static void
a_redirect_is_an_answer_and_not_followed(void **state)
{
	static const struct peer_plan plan = {.name = "peer.test",
	    .answer = "HTTP/1.1 302 Found\r\nLocation: https://peer.test/x\r\n"
		      "Content-Length: 0\r\n\r\n"};
	char heard[4096];

	(void)state;
	call(&plan, heard, sizeof(heard));
	assert_int_equal(got.outcome, EGRESS_ANSWERED);
	assert_int_equal(got.status, 302);
	assert_null(strstr(heard + 1, "POST "));
}

static void
how_long_to_wait_is_handed_on(void **state)
{
	static const struct peer_plan plan = {.name = "peer.test",
	    .answer = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 90\r\n"
		      "Content-Length: 0\r\n\r\n"};
	static const struct peer_plan never = {.name = "peer.test",
	    .answer = "HTTP/1.1 503 No\r\nRetry-After: 99999999999\r\n"
		      "Content-Length: 0\r\n\r\n"};

	(void)state;
	assert_int_equal(outcome_of(&plan), EGRESS_ANSWERED);
	assert_int_equal(got.status, 429);
	assert_int_equal(got.retry_s, 90);
	assert_int_equal(outcome_of(&never), EGRESS_ANSWERED);
	assert_true(got.retry_s <= EGRESS_RETRY_MAX_S);
}

static void
an_answer_without_end_is_cut_off(void **state)
{
	static const struct peer_plan body = {.name = "peer.test",
	    .answer = OK("Content-Length: 999999999\r\n") "x",
	    .repeat = 1 << 20};
	static const struct peer_plan unsaid = {.name = "peer.test",
	    .answer = OK("Connection: close\r\n") "x",
	    .repeat = 1 << 20};
	static const struct peer_plan head = {.name = "peer.test",
	    .answer = "HTTP/1.1 200 OK\r\nX: x",
	    .repeat = 1 << 20};

	(void)state;
	assert_int_equal(outcome_of(&body), EGRESS_TOO_LARGE);
	assert_int_equal(outcome_of(&unsaid), EGRESS_TOO_LARGE);
	assert_int_not_equal(outcome_of(&head), EGRESS_ANSWERED);
}

static void
an_answer_that_is_none_is_broken(void **state)
{
	static const struct peer_plan cut = {.name = "peer.test",
	    .answer = OK("Content-Length: 10\r\n") "short"};
	static const struct peer_plan none = {
	    .name = "peer.test", .answer = "\r\n"};
	static const struct peer_plan old = {
	    .name = "peer.test", .answer = "hello, this is HTTP/0.9"};

	(void)state;
	assert_int_equal(outcome_of(&cut), EGRESS_BROKEN);
	assert_int_equal(outcome_of(&none), EGRESS_BROKEN);
	assert_int_equal(outcome_of(&old), EGRESS_BROKEN);
}

static void
silence_has_an_end(void **state)
{
	static const struct peer_plan plan = {.name = "peer.test"};
	struct peer p;
	struct egress_ask a;
	char heard[4096];

	(void)state;
	peer_start(&p, &plan);
	know(&p);
	a = question(&p, "/");
	a.timeout_ms = 300;
	fetch(&a);
	peer_stop(&p);
	(void)peer_heard(&p, heard, sizeof(heard));
	assert_int_equal(got.outcome, EGRESS_TOO_SLOW);
}

static void
who_is_called_away_breaks_off(void **state)
{
	static const struct peer_plan plan = {.name = "peer.test"};
	struct peer p;
	struct egress_ask a;
	char heard[4096];
	int fd[2];

	(void)state;
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], "x", 1), 1);
	stop_fd = fd[0];
	peer_start(&p, &plan);
	know(&p);
	a = question(&p, "/");
	fetch(&a);
	peer_stop(&p);
	(void)peer_heard(&p, heard, sizeof(heard));
	(void)close(fd[0]);
	(void)close(fd[1]);
	assert_int_equal(got.outcome, EGRESS_BROKEN);
}

static void
nobody_there_is_unreachable(void **state)
{
	static const struct peer_plan plan = {.name = "peer.test"};
	struct peer p;
	struct egress_ask a;
	char heard[16];

	(void)state;
	peer_start(&p, &plan);
	know(&p);
	a = question(&p, "/");
	peer_stop(&p);
	(void)peer_heard(&p, heard, sizeof(heard));
	fetch(&a);
	assert_int_equal(got.outcome, EGRESS_UNREACHABLE);
}

/* ---- the password ---- */

static void
be_shield(const struct peer *p, const char *path)
{
	know(p);
	(void)snprintf(conf.shield_url, sizeof(conf.shield_url),
	    "https://peer.test:%u%s", p->port, path);
	(void)snprintf(conf.shield_user, sizeof(conf.shield_user), "ecole");
}

static void
the_password_goes_to_shield_and_when_asked_for(void **state)
{
	static const struct peer_plan plan = {
	    .name = "peer.test", .answer = OK("Content-Length: 0\r\n")};
	struct egress_ask a;
	struct peer p;
	char heard[8192];

	(void)state;
	peer_start(&p, &plan);
	be_shield(&p, "/base");
	a = question(&p, "/base/v1/pdq/");
	fetch(&a);
	a.auth = EGRESS_AUTH_SHIELD;
	fetch(&a);
	assert_int_equal(got.outcome, EGRESS_ANSWERED);
	a = question(&p, "/basement");
	a.auth = EGRESS_AUTH_SHIELD;
	fetch(&a);
	assert_int_equal(got.outcome, EGRESS_NOT_ALLOWED);
	peer_stop(&p);
	(void)peer_heard(&p, heard, sizeof(heard));
	/* ecole:pass:word */
	assert_non_null(
	    strstr(heard, "Authorization: Basic ZWNvbGU6cGFzczp3b3Jk\r\n"));
	assert_null(
	    strstr(strstr(heard, "Authorization") + 1, "Authorization"));
}

static void
a_report_goes_out_as_xml_with_its_own_password_and_its_number_comes_back(
    void **state)
{
	static const struct peer_plan plan = {.name = "peer.test",
	    .answer = OK("request-id:  4f-\x01\xe9"
			 "9 \r\nContent-Length: 0\r\n")};
	struct egress_ask a;
	struct peer p;
	char heard[4096];

	(void)state;
	peer_start(&p, &plan);
	know(&p);
	(void)snprintf(conf.ncmec_url, sizeof(conf.ncmec_url),
	    "https://peer.test:%u/ispws", p.port);
	(void)snprintf(conf.ncmec_user, sizeof(conf.ncmec_user), "ecole");
	conf.ncmec = CONF_NCMEC_ON;
	a = question(&p, "/ispws/submit");
	a.method = EGRESS_POST_XML;
	a.auth = EGRESS_AUTH_SHIELD;
	fetch(&a);
	assert_int_equal(got.outcome, EGRESS_NOT_ALLOWED);
	a.auth = EGRESS_AUTH_NCMEC;
	fetch(&a);
	assert_int_equal(got.outcome, EGRESS_ANSWERED);
	assert_true(str_eq(got.trace, S("4f-9")));
	peer_stop(&p);
	(void)peer_heard(&p, heard, sizeof(heard));
	assert_non_null(
	    strstr(heard, "\r\nContent-Type: text/xml; charset=utf-8\r\n"));
	/* ecole:an:other */
	assert_non_null(
	    strstr(heard, "Authorization: Basic ZWNvbGU6YW46b3RoZXI=\r\n"));
}

static void
the_password_goes_to_nobody_else(void **state)
{
	static const struct peer_plan plan = {
	    .name = "peer.test", .answer = OK("Content-Length: 0\r\n")};
	struct egress_ask a;
	struct peer p;
	char heard[4096];

	(void)state;
	peer_start(&p, &plan);
	know(&p);
	(void)snprintf(conf.shield_user, sizeof(conf.shield_user), "ecole");
	a = question(&p, "/v1/pdq/"); /* shield_url is the service's own */
	a.auth = EGRESS_AUTH_SHIELD;
	fetch(&a);
	assert_int_equal(got.outcome, EGRESS_NOT_ALLOWED);
	conf.shield_user[0] = '\0';
	fetch(&a);
	assert_int_equal(got.outcome, EGRESS_NOT_ALLOWED);
	peer_stop(&p);
	assert_int_equal(peer_heard(&p, heard, sizeof(heard)), 0);
}

/* ---- whom ---- */

static void
who_is_not_listed_is_not_called(void **state)
{
	static const struct peer_plan plan = {
	    .name = "peer.test", .answer = OK("Content-Length: 0\r\n")};
	static const char *const urls[] = {"https://other.test/",
	    "https://peer.test/", "http://peer.test/", "file:///etc/passwd",
	    "https://127.0.0.1/", "https://x@peer.test/", "ftp://peer.test/",
	    ""};
	struct egress_ask a;
	struct peer p;
	char heard[4096];

	(void)state;
	peer_start(&p, &plan);
	know(&p);
	a = question(&p, "/");
	for (size_t i = 0; i < sizeof(urls) / sizeof(*urls); i++) {
		a.url = str_c(urls[i]);
		fetch(&a);
		assert_int_equal(got.outcome, EGRESS_NOT_ALLOWED);
	}
	peer_stop(&p);
	assert_int_equal(peer_heard(&p, heard, sizeof(heard)), 0);
}

/* The peer stands on loopback, and its name leads there. */
static enum egress_outcome
by_name(const struct names *names)
{
	static const struct peer_plan plan = {
	    .name = "peer.test", .answer = OK("Content-Length: 0\r\n")};
	struct sockaddr_in at;
	struct egress_ask a;
	struct peer p;
	char heard[4096];
	pid_t pid = names_start(names, &at);

	peer_start(&p, &plan);
	know(&p);
	*strchr(conf.egress_hosts, '=') = '\0';
	name_server = &at;
	a = question(&p, "/");
	a.timeout_ms = 20000;
	fetch(&a);
	peer_stop(&p);
	names_stop(pid);
	assert_int_equal(peer_heard(&p, heard, sizeof(heard)), 0);
	return (enum egress_outcome)got.outcome;
}

static void
a_name_that_leads_to_the_local_network_is_not_called(void **state)
{
	static const struct names loopback = {
	    .n_a = 2, .a = {{127, 0, 0, 1}, {10, 0, 0, 1}}};
	static const struct names v6 = {.n_aaaa = 1, .aaaa = {{[15] = 1}}};

	(void)state;
	assert_int_equal(by_name(&loopback), EGRESS_NOT_ALLOWED);
	assert_int_equal(by_name(&v6), EGRESS_NOT_ALLOWED);
}

static void
a_name_without_an_address_is_said(void **state)
{
	static const struct names none = {.code = 0}, unknown = {.code = 3},
				  failed = {.code = 2},
				  nonsense = {.n_a = 1,
				      .a = {{1, 1, 1, 1}},
				      .nonsense = true};

	(void)state;
	assert_int_equal(by_name(&none), EGRESS_NO_ADDRESS);
	assert_int_equal(by_name(&unknown), EGRESS_NO_ADDRESS);
	assert_int_equal(by_name(&failed), EGRESS_NO_ADDRESS);
	assert_int_equal(by_name(&nonsense), EGRESS_NO_ADDRESS);
}

static void
names_are_looked_up_in_both_families(void **state)
{
	static const struct names both = {.n_a = 1,
	    .a = {{1, 2, 3, 4}},
	    .n_aaaa = 2,
	    .aaaa = {{0x2a, [15] = 1}, {0x2a, [15] = 2}}};
	struct address a[LOOKUP_MAX];
	struct sockaddr_in at;
	pid_t pid = names_start(&both, &at);
	struct err e;
	struct lookup *l = lookup_new(&e);
	size_t n;

	(void)state;
	assert_non_null(l);
	lookup_use(l, &at);
	assert_true(lookup_name(l, "peer.test", a, &n, &e));
	assert_int_equal(n, 3);
	assert_int_equal(a[0].family, AF_INET);
	assert_int_equal(a[0].b[3], 4);
	assert_int_equal(a[2].family, AF_INET6);
	assert_int_equal(a[2].b[15], 2);
	lookup_free(l);
	names_stop(pid);
}

#define TEST(f) cmocka_unit_test_setup(f, setup)

/* ---- notifications ---- */

static void
notify(const char *url)
{
	static struct egress_push p;

	p = (struct egress_push){.id = 7,
	    .timeout_ms = 20000,
	    .ttl_s = 3600,
	    .urgent = true,
	    .url = str_c(url),
	    .token = S("vapid t=a.b.c, k=d"),
	    .sealed = S("sealed")};
	notified = &p;
	fetch(&(struct egress_ask){.id = 7});
}

/* The peer is a push service that the configuration names. */
static void
notify_peer(const struct peer_plan *plan, char *heard, size_t cap)
{
	struct peer p;
	char url[64];

	peer_start(&p, plan);
	(void)snprintf(conf.push_services, sizeof(conf.push_services),
	    "browsers,peer.test:%u=127.0.0.1", p.port);
	authority = p.ca;
	(void)snprintf(url, sizeof(url), "https://peer.test:%u/p/1", p.port);
	notify(url);
	peer_stop(&p);
	(void)peer_heard(&p, heard, cap);
}

static void
a_notification_goes_out_with_what_the_service_wants(void **state)
{
	static const struct peer_plan plan = {.name = "peer.test",
	    .answer = "HTTP/1.1 201 Created\r\nLocation: https://peer.test/m"
		      "\r\nContent-Length: 0\r\n\r\n"};
	static const char *const wanted[] = {"POST /p/1 HTTP/1.1\r\n",
	    "\r\nAuthorization: vapid t=a.b.c, k=d\r\n", "\r\nTTL: 3600\r\n",
	    "\r\nUrgency: high\r\n", "\r\nTopic: urgent\r\n",
	    "\r\nContent-Encoding: aes128gcm\r\n", "\r\nContent-Length: 6\r\n",
	    "\r\n\r\nsealed"};
	char heard[4096] = {0};

	(void)state;
	notify_peer(&plan, heard, sizeof(heard));
	assert_int_equal(got.outcome, EGRESS_ANSWERED);
	assert_int_equal(got.status, 201);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		if (strstr(heard, wanted[i]) == NULL)
			fail_msg("no %s in %s", wanted[i], heard);
	assert_null(strstr(heard, "json"));
}

static void
what_a_service_says_is_cut_off_and_thrown_away(void **state)
{
	static const struct peer_plan endless = {
	    .name = "peer.test", .answer = OK("") "a", .repeat = 100000};
	static const struct peer_plan busy = {.name = "peer.test",
	    .answer = "HTTP/1.1 429 Slow\r\nRetry-After: 90\r\n"
		      "Content-Length: 4\r\n\r\nwait"};
	static const struct peer_plan away = {.name = "peer.test",
	    .answer = "HTTP/1.1 307 There\r\nLocation: https://127.0.0.1/\r\n"
		      "Content-Length: 0\r\n\r\n"};
	char heard[4096];

	(void)state;
	notify_peer(&endless, heard, sizeof(heard));
	assert_int_equal(got.outcome, EGRESS_TOO_LARGE);
	notify_peer(&busy, heard, sizeof(heard));
	assert_int_equal(got.status, 429);
	assert_int_equal(got.retry_s, 90);
	assert_int_equal(got.body.n, 0);
	notify_peer(&away, heard, sizeof(heard));
	assert_int_equal(got.status, 307);
}

static void
a_notification_goes_to_nobody_but_a_service(void **state)
{
	static const struct names loopback = {
	    .n_a = 2, .a = {{127, 0, 0, 1}, {192, 168, 1, 1}}};
	struct sockaddr_in at;
	pid_t pid = names_start(&loopback, &at);
	static const char *const urls[] = {
	    "https://fcm.googleapis.com/fcm/send/x", /* that leads here */
	    "https://x.notify.windows.com/w", "https://other.test/p/1",
	    "https://fcm.googleapis.com:25/x", "http://fcm.googleapis.com/x",
	    "https://127.0.0.1/x", "https://peer.test/p/1"};

	(void)state;
	name_server = &at;
	authority = "";
	/* Who may be asked is not who may be notified. */
	(void)snprintf(conf.egress_hosts, sizeof(conf.egress_hosts),
	    "peer.test=127.0.0.1");
	(void)snprintf(
	    conf.push_services, sizeof(conf.push_services), "browsers");
	for (size_t i = 0; i < sizeof(urls) / sizeof(*urls); i++) {
		notify(urls[i]);
		assert_int_equal(got.outcome, EGRESS_NOT_ALLOWED);
	}
	names_stop(pid);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_question_goes_out_and_its_answer_comes_back),
	    TEST(
		a_report_goes_out_as_xml_with_its_own_password_and_its_number_comes_back),
	    TEST(a_proxy_of_the_environment_is_not_used),
	    TEST(only_the_certificate_of_that_name_is_believed),
	    TEST(only_the_authorities_that_were_given_are_believed),
	    TEST(what_speaks_no_tls_is_not_listened_to),
	    TEST(a_redirect_is_an_answer_and_not_followed),
	    TEST(how_long_to_wait_is_handed_on),
	    TEST(an_answer_without_end_is_cut_off),
	    TEST(an_answer_that_is_none_is_broken),
	    TEST(silence_has_an_end),
	    TEST(who_is_called_away_breaks_off),
	    TEST(nobody_there_is_unreachable),
	    TEST(the_password_goes_to_shield_and_when_asked_for),
	    TEST(the_password_goes_to_nobody_else),
	    TEST(who_is_not_listed_is_not_called),
	    TEST(a_name_that_leads_to_the_local_network_is_not_called),
	    TEST(a_name_without_an_address_is_said),
	    TEST(names_are_looked_up_in_both_families),
	    TEST(a_notification_goes_out_with_what_the_service_wants),
	    TEST(what_a_service_says_is_cut_off_and_thrown_away),
	    TEST(a_notification_goes_to_nobody_but_a_service),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
