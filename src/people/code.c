#include "people/code.h"

#include "base/rand.h"

static const char signs[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

str
code_new(struct arena *a, size_t n)
{
	unsigned char *p = NEW_N(a, unsigned char, n + 1);

	if (p == NULL)
		return (str){0};
	rand_bytes(p, n);
	for (size_t i = 0; i < n; i++)
		p[i] = (unsigned char)signs[p[i] & 31];
	p[n] = '\0';
	return (str){(const char *)p, n};
}

str
code_grouped(struct arena *a, str code, size_t group)
{
	char *p = NEW_N(a, char, code.n + code.n / group + 1);
	size_t n = 0;

	if (p == NULL)
		return (str){0};
	for (size_t i = 0; i < code.n; i++) {
		if (i > 0 && i % group == 0)
			p[n++] = '-';
		p[n++] = code.p[i];
	}
	return (str){p, n};
}

/* 0: no sign of ours. */
static char
sign_of(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'O')
		return '0';
	if (c == 'I' || c == 'L')
		return '1';
	return c != '\0' && strchr(signs, c) != NULL ? c : '\0';
}

bool
code_read(struct arena *a, str typed, size_t n, str *ret)
{
	char *p = NEW_N(a, char, n + 1);
	size_t have = 0;

	if (p == NULL)
		return false;
	for (size_t i = 0; i < typed.n; i++) {
		char c = typed.p[i];

		if (c == ' ' || c == '-' || c == '.' || c == '\t')
			continue;
		if (have == n || sign_of(c) == '\0')
			return false;
		p[have++] = sign_of(c);
	}
	if (have != n)
		return false;
	*ret = (str){p, n};
	return true;
}
