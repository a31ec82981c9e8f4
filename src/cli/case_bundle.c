#include "cli/case_bundle.h"

#include <ctype.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "evidence/check.h"

struct mapped {
	void *p;
	size_t n;
};

static void
unmap(struct mapped *m)
{
	if (m->n > 0)
		(void)munmap(m->p, m->n);
}

static bool
map(const char *path, struct mapped *ret, struct err *e)
{
	OWNED_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd == -1 || fstat(fd, &st) == -1)
		return err_sys(e, "%s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_INPUT, "%s is no file", path);
	if (st.st_size == 0)
		return true;
	ret->p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (ret->p == MAP_FAILED)
		return err_sys(e, "%s", path);
	ret->n = (size_t)st.st_size;
	return true;
}

/* A name of a stranger's, for a terminal. */
static str
clean(struct cli *c, str name)
{
	char *p = NEW_N(c->arena, char, name.n + 1);

	if (p == NULL)
		return S("?");
	for (size_t i = 0; i < name.n; i++)
		p[i] = isprint((unsigned char)name.p[i]) ? name.p[i] : '?';
	return (str){p, name.n};
}

static void
say_finding(struct cli *c, const struct evidence_finding *f)
{
	if (f->name.n == 0)
		fprintf(c->out, "what follows behind the end");
	else
		fprintf(c->out, STR_FMT, STR_ARG(clean(c, f->name)));
	if (f->entry > 0)
		fprintf(c->out, ", entry %" PRId64, f->entry);
	fprintf(c->out, ": %s\n", evidence_fault_text(f->fault));
}

static void
say(struct cli *c, const struct evidence_report *r)
{
	for (size_t i = 0; i < r->n; i++)
		say_finding(c, &r->v[i]);
	if (r->n > 0)
		return;
	fprintf(c->out,
	    "whole: %zu entries, %zu files, made at " STR_FMT
	    "\nsigned by the key\n" STR_FMT
	    "\nCompare it with the one that the house shows.\n",
	    r->entries, r->files, STR_ARG(r->made_at), STR_ARG(r->key));
}

static void
say_json(struct cli *c, const struct evidence_report *r)
{
	fprintf(c->out, "{\"whole\":%s,\"entries\":%zu,\"files\":%zu,\"key\":",
	    r->n == 0 ? "true" : "false", r->entries, r->files);
	json_str(c->out, r->key);
	fprintf(c->out, ",\"wrong\":[");
	for (size_t i = 0; i < r->n; i++) {
		fprintf(c->out, "%s{\"file\":", i > 0 ? "," : "");
		json_str(c->out, r->v[i].name);
		fprintf(
		    c->out, ",\"entry\":%" PRId64 ",\"what\":", r->v[i].entry);
		json_str(c->out, str_c(evidence_fault_text(r->v[i].fault)));
		fprintf(c->out, "}");
	}
	fprintf(c->out, "]}\n");
}

bool
case_bundle_verify(struct cli *c, const char *path, struct err *e)
{
	CLEANUP(unmap) struct mapped m = {0};
	const char *key = cli_option(c, "key");
	struct evidence_report r;

	if (!map(path, &m, e) ||
	    !evidence_check(c->arena, (str){m.p, m.n}, &r, e))
		return err_wrap(e, "%s", path);
	(c->json ? say_json : say)(c, &r);
	if (r.n > 0)
		return err_set(e, ERR_CORRUPT,
		    "%s is not as it was made: " STR_FMT " %s", path,
		    STR_ARG(clean(c, r.v[0].name)),
		    evidence_fault_text(r.v[0].fault));
	return key == NULL || str_eq(r.key, str_c(key)) ||
	       err_set(e, ERR_DENIED, "%s was signed by another key", path);
}
