#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "web/agent.h"

static void
says(const char *agent, const char *want)
{
	OWNED(arena) a = arena_new(1 << 16);
	struct view v = {.arena = a, .lang = LANG_EN};

	assert_true(str_eq(agent_name(&v, str_c(agent)), str_c(want)));
}

static void
a_browser_is_called_by_its_own_name(void **state)
{
	(void)state;
	says("Mozilla/5.0 (Linux; Android 14; SM-A057F) AppleWebKit/537.36 "
	     "(KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
	    "Chrome, Android");
	says("Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 (KHTML, like "
	     "Gecko) SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
	    "Samsung Internet, Android");
	says("Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) "
	     "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 "
	     "Mobile/15E148 Safari/604.1",
	    "Safari, iPhone");
	says("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 "
	     "(KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 "
	     "Edg/131.0.0.0",
	    "Edge, Windows");
	says("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 "
	     "Firefox/128.0",
	    "Firefox, Linux");
}

static void
what_nobody_knows_is_said_so(void **state)
{
	(void)state;
	says("", "A browser that says no name");
	says("curl/7.88.1", "A browser that we do not know");
	says("Chrome", "A browser that we do not know");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_browser_is_called_by_its_own_name),
	    cmocka_unit_test(what_nobody_knows_is_said_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
