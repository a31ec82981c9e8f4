#include "ncmec/xsd.h"

#include <expat.h>
#include <string.h>

#include "ncmec/schema.h"

#define DEPTH_MAX 64
#define WORDS_MAX 64

/* clang-format off */
const char *const ncmec_sent[] = {
	"report", "incidentSummary", "incidentType", "platform",
	"escalateToHighPriority", "incidentDateTime", "internetDetails",
	"webPageIncident", "url", "reporter", "reportingPerson", "email",
	"personOrUserReported", "associatedAccount", "espIdentifier", "espService",
	"ipCaptureEvent", "ipAddress", "eventName", "dateTime", "port",
	"additionalInfo", "fileDetails", "reportId", "fileId",
	"originalFileName", "publiclyAvailable", "fileRelevance", NULL };
/* clang-format on */

/* Beside the kinds of incident. */
static const char *const values[] = {
    "Upload", "Supplemental Reported", "Other"};

#define ELEMENTS (sizeof(ncmec_sent) / sizeof(*ncmec_sent) - 1)
#define VALUES (sizeof(values) / sizeof(*values))

struct reading {
	XML_Parser parser;
	unsigned depth;
	bool failed;
	bool element[ELEMENTS], value[VALUES], incident[WORDS_MAX];
};

static void
fail(struct reading *r)
{
	r->failed = true;
	(void)XML_StopParser(r->parser, XML_FALSE);
}

static const char *
plain_name(const char *name)
{
	const char *at = strrchr(name, ':');

	return at == NULL ? name : at + 1;
}

static const char *
attribute(const char **all, const char *name)
{
	for (; all[0] != NULL; all += 2)
		if (strcmp(all[0], name) == 0)
			return all[1];
	return NULL;
}

static void
take_element(struct reading *r, const char *name)
{
	for (size_t i = 0; name != NULL && i < ELEMENTS; i++)
		r->element[i] |= strcmp(ncmec_sent[i], name) == 0;
}

static void
take_value(struct reading *r, const char *word)
{
	if (word == NULL)
		return;
	for (size_t i = 0; i < VALUES; i++)
		r->value[i] |= strcmp(values[i], word) == 0;
	for (size_t i = 0; i < ncmec_incidents_n && i < WORDS_MAX; i++)
		r->incident[i] |= strcmp(ncmec_incidents[i].word, word) == 0;
}

static void
on_begin(void *ctx, const char *name, const char **attributes)
{
	struct reading *r = ctx;

	name = plain_name(name);
	if (++r->depth > DEPTH_MAX ||
	    (r->depth == 1 && strcmp(name, "schema") != 0)) {
		fail(r);
		return;
	}
	if (strcmp(name, "element") == 0)
		take_element(r, attribute(attributes, "name"));
	if (strcmp(name, "enumeration") == 0)
		take_value(r, attribute(attributes, "value"));
}

static void
on_end(void *ctx, const char *name)
{
	struct reading *r = ctx;

	(void)name;
	r->depth--;
}

static void
on_doctype(void *ctx, const char *name, const char *system, const char *public,
    int internal)
{
	(void)name;
	(void)system;
	(void)public;
	(void)internal;
	fail(ctx);
}

static const char *
lacks(const struct reading *r)
{
	for (size_t i = 0; i < ELEMENTS; i++)
		if (!r->element[i])
			return ncmec_sent[i];
	for (size_t i = 0; i < VALUES; i++)
		if (!r->value[i])
			return values[i];
	for (size_t i = 0; i < ncmec_incidents_n && i < WORDS_MAX; i++)
		if (!r->incident[i])
			return ncmec_incidents[i].word;
	return NULL;
}

bool
ncmec_xsd_read(str s, const char **ret_lacks, struct err *e)
{
	struct reading r = {0};
	bool done;

	if (s.n == 0 || s.n > INT32_MAX)
		return err_set(e, ERR_INPUT, "a schema of no bytes");
	r.parser = XML_ParserCreate(NULL);
	if (r.parser == NULL)
		return err_set(e, ERR_LIMIT, "no memory");
	XML_SetUserData(r.parser, &r);
	XML_SetElementHandler(r.parser, on_begin, on_end);
	XML_SetStartDoctypeDeclHandler(r.parser, on_doctype);
	done =
	    XML_Parse(r.parser, s.p, (int)s.n, 1) == XML_STATUS_OK && !r.failed;
	XML_ParserFree(r.parser);
	if (!done)
		return err_set(e, ERR_INPUT, "no schema of the CyberTipline");
	*ret_lacks = lacks(&r);
	return true;
}
