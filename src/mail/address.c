#include "mail/address.h"

#define LOCAL_MAX 64
#define DOMAIN_MAX 253
#define LABEL_MAX 63

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

static bool
is_atom(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_alnum(s.p[i]) &&
		    (s.p[i] == '\0' ||
			strchr("!#$%&'*+-/=?^_`{|}~", s.p[i]) == NULL))
			return false;
	return s.n > 0;
}

static bool
is_label(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_alnum(s.p[i]) && s.p[i] != '-')
			return false;
	return s.n > 0 && s.n <= LABEL_MAX && s.p[0] != '-' &&
	       s.p[s.n - 1] != '-';
}

/* How many parts, each of that kind, between dots; 0: one is not. */
static size_t
parts(str s, bool (*fine)(str))
{
	bool more = true;
	size_t n = 0;
	str part;

	for (; more; n++) {
		more = str_cut(&s, '.', &part);
		if (!fine(part))
			return 0;
	}
	return n;
}

bool
mail_address_fine(str s)
{
	str local, domain = s;

	return s.n <= MAIL_ADDRESS_MAX && str_cut(&domain, '@', &local) &&
	       local.n <= LOCAL_MAX && domain.n <= DOMAIN_MAX &&
	       parts(local, is_atom) > 0 && parts(domain, is_label) > 1;
}

str
mail_address_domain(str s)
{
	str local;

	(void)str_cut(&s, '@', &local);
	return s;
}
