#include "office/suite.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "conf/conf.h"
#include "office/jail.h"

#define RESTART 81 /* desktop/source/inc/exithelper.h calls it so */
#define NOT_STARTED 127
#define PROFILE JAIL_WORK "/profile"
#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* What the one who drives it may not change by a document. */
#define SET(path, name, value)                                               \
	"<item oor:path=\"/org.openoffice.Office." path "\"><prop oor:name=" \
	"\"" name "\" oor:op=\"fuse\"><value>" value "</value></prop></item>"
static const char settings[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<oor:items xmlns:oor=\"http://openoffice.org/2001/registry\" "
    "xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" "
    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">"
    /* clang-format off */
    SET("Common/Security/Scripting", "DisableMacrosExecution", "true")
    SET("Common/Security/Scripting", "MacroSecurityLevel", "3")
    SET("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true")
    SET("Common/Security/Scripting", "DisableActiveContent", "true")
    SET("Common/Security/Scripting", "DisableOLEAutomation", "true")
    SET("Common/Save/Document", "CreateBackup", "false")
    SET("Common/History", "PickListSize", "0")
    SET("Java/VirtualMachine", "Enable", "false")
    SET("Writer/Content/Update", "Link", "0")
    SET("Calc/Content/Update", "Link", "0")
    SET("Recovery/AutoSave", "Enabled", "false")
    SET("Jobs/Jobs/org.openoffice.Office.Jobs:Job['UpdateCheck']/Arguments",
	"AutoCheckEnabled", "false")
    /* clang-format on */
    "</oor:items>\n";

#define PDF(who)                                                            \
	"pdf:" who "_pdf_Export:{\"UseTaggedPDF\":{\"type\":\"boolean\","   \
	"\"value\":\"true\"},\"PageRange\":{\"type\":\"string\",\"value\":" \
	"\"" SUITE_PAGES "\"}}"
static const char *const filters[OFFICE_KINDS] = {
    [OFFICE_DOCX] = PDF("writer"),
    [OFFICE_XLSX] = PDF("calc"),
    [OFFICE_PPTX] = PDF("impress"),
    [OFFICE_ODT] = PDF("writer"),
    [OFFICE_ODS] = PDF("calc"),
    [OFFICE_ODP] = PDF("impress"),
};

/* ---- the launcher ---- */

static void
start(const char *program, enum office_kind kind)
{
	/* There is no /proc that would say where it is. */
	char in[64], libraries[CONF_TEXT_MAX + 32];
	const char *const argv[] = {program,
	    "-env:UserInstallation=file://" PROFILE, "--headless",
	    "--norestore", "--nologo", "--nodefault", "--nolockcheck",
	    "--nofirststartwizard", "--convert-to", filters[kind], "--outdir",
	    JAIL_WORK "/out", in, NULL};
	const char *const env[] = {"HOME=" JAIL_WORK,
	    "TMPDIR=" JAIL_WORK "/tmp", "LANG=C.UTF-8", "SAL_USE_VCLPLUGIN=svp",
	    "PATH=/", libraries, NULL};
	const char *slash = strrchr(program, '/');

	(void)snprintf(libraries, sizeof(libraries), "LD_LIBRARY_PATH=%.*s",
	    (int)(slash - program), program);
	(void)snprintf(
	    in, sizeof(in), SUITE_IN "%s", office_kind_facts[kind].name);
	(void)execve(
	    program, (char *const *)(uintptr_t)argv, (char **)(uintptr_t)env);
}

/* It has no descriptor but that of the word, and /dev/null three times. */
static bool
strip(int go, struct err *e)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null == -1 || dup2(null, STDIN_FILENO) == -1 ||
	    dup2(null, STDOUT_FILENO) == -1 ||
	    dup2(null, STDERR_FILENO) == -1 ||
	    dup3(go, STDERR_FILENO + 1, O_CLOEXEC) == -1 ||
	    close_range(STDERR_FILENO + 2, UINT_MAX, 0) == -1)
		return err_sys(e, "descriptors");
	return true;
}

static void
launch(const char *program, int64_t cpu_s, int go)
{
	const struct rlimit cpu = {(rlim_t)cpu_s, (rlim_t)cpu_s + 1};
	uint8_t kind = OFFICE_NOTHING;
	struct err e;

	if (go == STDERR_FILENO + 1)
		go = fcntl(go, F_DUPFD_CLOEXEC, STDERR_FILENO + 2);
	if (setrlimit(RLIMIT_CPU, &cpu) == 0 && strip(go, &e) &&
	    jail_as_suite(program, &e) &&
	    read(STDERR_FILENO + 1, &kind, 1) == 1 && kind < OFFICE_KINDS &&
	    kind != OFFICE_NOTHING)
		start(program, (enum office_kind)kind);
	_exit(NOT_STARTED);
}

static bool
stand_by(struct suite *s, size_t i, const char *program, int64_t cpu_s,
    struct err *e)
{
	int go[2];

	if (pipe2(go, O_CLOEXEC) == -1)
		return err_sys(e, "pipe");
	s->pid[i] = fork();
	if (s->pid[i] == 0)
		launch(program, cpu_s, go[0]);
	(void)close(go[0]);
	s->go[i] = go[1];
	return s->pid[i] != -1 || err_sys(e, "fork");
}

bool
suite_stand_by(
    struct suite *ret, const char *program, int64_t cpu_s, struct err *e)
{
	for (size_t i = 0; i < SUITE_STARTS; i++)
		if (!stand_by(ret, i, program, cpu_s, e))
			return false;
	return true;
}

/* ---- the guard's side ---- */

bool
suite_prepare(struct err *e)
{
	static const char *const folders[] = {
	    JAIL_WORK "/tmp", JAIL_WORK "/out", PROFILE, PROFILE "/user"};
	OWNED_FD fd = -1;
	ssize_t n = (ssize_t)sizeof(settings) - 1;

	for (size_t i = 0; i < COUNT(folders); i++)
		if (mkdir(folders[i], 0700) == -1)
			return err_sys(e, "%s", folders[i]);
	fd = open(PROFILE "/user/registrymodifications.xcu",
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return (fd != -1 && write(fd, settings, (size_t)n) == n) ||
	       err_sys(e, "profile");
}

/* Its status, or -1: it could not even be told. */
static int
run_once(struct suite *s, size_t i, uint8_t kind)
{
	int status = -1;

	if (write(s->go[i], &kind, 1) != 1)
		return -1;
	while (waitpid(s->pid[i], &status, 0) == -1 && errno == EINTR)
		;
	return status;
}

enum office_verdict
suite_run(struct suite *s, enum office_kind kind)
{
	for (size_t i = 0; i < SUITE_STARTS; i++) {
		int status = run_once(s, i, (uint8_t)kind);

		if (status == -1)
			return OFFICE_FAILED;
		if (WIFSIGNALED(status))
			return WTERMSIG(status) == SIGXCPU ? OFFICE_TOO_HEAVY
							   : OFFICE_FAILED;
		if (WEXITSTATUS(status) != RESTART)
			return WEXITSTATUS(status) == 0 ? OFFICE_OK
							: OFFICE_FAILED;
	}
	return OFFICE_FAILED;
}
