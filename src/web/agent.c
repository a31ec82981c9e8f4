#include "web/agent.h"

struct sign {
	const char *in, *name;
};

/* The first that is found names it: many browsers claim to be others too. */
static const struct sign browsers[] = {
    {"Edg", "Edge"},
    {"OPR/", "Opera"},
    {"SamsungBrowser", "Samsung Internet"},
    {"Firefox", "Firefox"},
    {"FxiOS", "Firefox"},
    {"CriOS", "Chrome"},
    {"Chrome", "Chrome"},
    {"Safari", "Safari"},
    {0},
};

static const struct sign systems[] = {
    {"Android", "Android"},
    {"iPhone", "iPhone"},
    {"iPad", "iPad"},
    {"Windows", "Windows"},
    {"Mac OS X", "macOS"},
    {"CrOS", "ChromeOS"},
    {"Linux", "Linux"},
    {0},
};

static str
find(const struct sign *s, str agent)
{
	for (; s->in != NULL; s++)
		if (memmem(agent.p, agent.n, s->in, strlen(s->in)) != NULL)
			return str_c(s->name);
	return (str){0};
}

str
agent_name(struct view *v, str user_agent)
{
	str browser, system;

	if (user_agent.n == 0)
		return lang_text(v->lang, N_("A browser that says no name"));
	browser = find(browsers, user_agent);
	system = find(systems, user_agent);
	if (browser.n == 0 || system.n == 0)
		return lang_text(v->lang, N_("A browser that we do not know"));
	return arena_fmt(
	    v->arena, STR_FMT ", " STR_FMT, STR_ARG(browser), STR_ARG(system));
}
