#include "base/json_out.h"
#include "base/zone.h"
#include "web/decision.h"

/* What each step is called in the database of statements of reasons; NULL: it
 * has no such field.  end: the field of its last day. */
/* clang-format off */
static const struct { const char *field, *value, *end; } words[STATEMENT_STEPS] = {
	[STEP_WARNING] = { "decision_visibility", "[\"DECISION_VISIBILITY_OTHER\"]", "end_date_visibility_restriction" },
	[STEP_CONTENT] = { "decision_visibility", "[\"DECISION_VISIBILITY_CONTENT_DISABLED\"]", "end_date_visibility_restriction" },
	[STEP_PUBLISH] = { "decision_provision", "\"DECISION_PROVISION_PARTIAL_SUSPENSION\"", "end_date_service_restriction" },
	[STEP_CHILDREN] = { "decision_provision", "\"DECISION_PROVISION_PARTIAL_SUSPENSION\"", "end_date_service_restriction" },
	[STEP_SUSPEND] = { "decision_account", "\"DECISION_ACCOUNT_SUSPENDED\"", "end_date_account_restriction" },
	[STEP_CLOSE] = { "decision_account", "\"DECISION_ACCOUNT_TERMINATED\"", "end_date_account_restriction" },
};
/* clang-format on */

static void
put_day(struct buf *b, const char *name, int64_t day)
{
	struct civil c = day_to_civil(day);

	buf_printf(b, ",\"%s\":\"%04d-%02d-%02d\"", name, (int)c.year,
	    (int)c.month, (int)c.day);
}

static void
put_ground(struct buf *b, const struct statement *s)
{
	buf_printf(b, ",\"decision_ground\":\"%s\",\"%s\":",
	    s->law ? "DECISION_GROUND_ILLEGAL_CONTENT"
		   : "DECISION_GROUND_INCOMPATIBLE_CONTENT",
	    s->law ? "illegal_content_legal_ground"
		   : "incompatible_content_ground");
	json_out(b, s->rule);
}

void
decision_dsa(
    const struct statement *s, str territory, enum lang lang, struct buf *b)
{
	buf_printf(b, "{\"puid\":");
	json_out(b, s->number);
	buf_printf(b, ",\"%s\":%s", words[s->step].field, words[s->step].value);
	put_ground(b, s);
	buf_printf(b,
	    ",\"category\":\"%s\",\"territorial_scope\":[\"%.*s\"],"
	    "\"content_language\":\"%s\",\"source_type\":\"SOURCE_ARTICLE_16\","
	    "\"automated_detection\":\"No\","
	    "\"automated_decision\":\"AUTOMATED_DECISION_NOT_AUTOMATED\"",
	    s->category->dsa, STR_ARG(territory),
	    lang == LANG_FR ? "FR" : "EN");
	put_day(b, "application_date", s->made_at / 86400);
	if (s->until_on != DB_NULL)
		put_day(b, words[s->step].end, s->until_on);
	buf_printf(b, "}\n");
}
