/* no_landlock PROGRAM ARGUMENT… — becomes that program on a kernel that has
 * no Landlock, as far as it can tell. */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);

	if (argc < 2 || f == NULL ||
	    seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS),
		SCMP_SYS(landlock_create_ruleset), 0) != 0 ||
	    seccomp_load(f) != 0) {
		(void)fprintf(stderr, "no_landlock: cannot take it away\n");
		return 1;
	}
	seccomp_release(f);
	(void)execv(argv[1], argv + 1);
	perror(argv[1]);
	return 1;
}
