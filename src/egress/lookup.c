#include "egress/lookup.h"

#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>
#include <stdlib.h>

/* Seconds for the first round of the servers; the second waits twice that. */
#define WAIT_S 2
#define TRIES 2

struct lookup {
	struct __res_state state;
	uint8_t answer[NS_MAXMSG];
};

struct lookup *
lookup_new(struct err *e)
{
	struct lookup *l = calloc(1, sizeof(*l));

	if (l == NULL) {
		err_set(e, ERR_LIMIT, "no memory");
		return NULL;
	}
	if (res_ninit(&l->state) == -1) {
		free(l);
		err_sys(e, "resolv.conf");
		return NULL;
	}
	l->state.retrans = WAIT_S;
	l->state.retry = TRIES;
	l->state.options &= ~(unsigned long)(RES_DNSRCH | RES_DEFNAMES);
	return l;
}

void
lookup_free(struct lookup *l)
{
	if (l == NULL)
		return;
	res_nclose(&l->state);
	free(l);
}

void
lookup_use(struct lookup *l, const struct sockaddr_in *server)
{
	l->state.nscount = 1;
	l->state.nsaddr_list[0] = *server;
}

static void
take_record(
    const ns_rr *rr, ns_type type, struct address ret[LOOKUP_MAX], size_t *n)
{
	size_t bytes = type == ns_t_a ? 4 : 16;

	if ((ns_type)ns_rr_type(*rr) != type || ns_rr_class(*rr) != ns_c_in ||
	    ns_rr_rdlen(*rr) != bytes || *n == LOOKUP_MAX)
		return;
	ret[*n] =
	    (struct address){.family = type == ns_t_a ? AF_INET : AF_INET6};
	memcpy(ret[*n].b, ns_rr_rdata(*rr), bytes);
	(*n)++;
}

/* Names in the answer are not compared: a server that lies can lie about the
 * address too; the certificate is what counts. */
static bool
take_answer(const uint8_t *p, int bytes, ns_type type,
    struct address ret[LOOKUP_MAX], size_t *n)
{
	ns_msg m;
	ns_rr rr;

	if (ns_initparse(p, bytes, &m) == -1)
		return false;
	for (int i = 0; i < ns_msg_count(m, ns_s_an); i++) {
		if (ns_parserr(&m, ns_s_an, i, &rr) == -1)
			return false;
		take_record(&rr, type, ret, n);
	}
	return true;
}

/* False only when nobody answered. */
static bool
ask(struct lookup *l, const char *name, ns_type type,
    struct address ret[LOOKUP_MAX], size_t *n)
{
	int bytes = res_nquery(&l->state, name, ns_c_in, (int)type, l->answer,
	    (int)sizeof(l->answer));
	int why = l->state.res_h_errno;

	if (bytes == -1)
		return why == HOST_NOT_FOUND || why == NO_DATA;
	if (bytes > (int)sizeof(l->answer))
		bytes = (int)sizeof(l->answer);
	return take_answer(l->answer, bytes, type, ret, n);
}

bool
lookup_name(struct lookup *l, const char *name, struct address ret[LOOKUP_MAX],
    size_t *ret_n, struct err *e)
{
	size_t n = 0;

	/* Whoever has an IPv4 is called by it, whatever becomes of the rest. */
	if (!ask(l, name, ns_t_a, ret, &n) ||
	    (!ask(l, name, ns_t_aaaa, ret, &n) && n == 0))
		return err_set(e, ERR_IO, "no name server answers");
	if (n == 0)
		return err_set(e, ERR_NOT_FOUND, "%s has no address", name);
	*ret_n = n;
	return true;
}
