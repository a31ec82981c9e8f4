#include "ncmec/schema.h"

#include "lang/lang.h"

#define URL_MAX 2083
#define LONG_MAX_SIGNS 3000
#define FREE_MAX 16384 /* where the documentation names no limit: our own */

/* clang-format off */
const struct ncmec_incident ncmec_incidents[] = {
	{ "Child Pornography (possession, manufacture, and distribution)",
	    N_("Sexual pictures of a child") },
	{ "Child Sex Trafficking", N_("A child is sold or offered") },
	{ "Child Sex Tourism", N_("Travelling to abuse children") },
	{ "Child Sexual Molestation", N_("A child was abused") },
	{ "Misleading Domain Name", N_("The name of a site misleads children") },
	{ "Misleading Words or Digital Images on the Internet",
	    N_("Words or pictures mislead children") },
	{ "Online Enticement of Children for Sexual Acts",
	    N_("A child is approached online for sexual ends") },
	{ "Unsolicited Obscene Material Sent to a Child",
	    N_("Something obscene was sent to a child") },
};
const size_t ncmec_incidents_n =
    sizeof(ncmec_incidents) / sizeof(ncmec_incidents[0]);

/* The same words, for the check of a document. */
static const char *const incident_words[] = {
	"Child Pornography (possession, manufacture, and distribution)",
	"Child Sex Trafficking", "Child Sex Tourism",
	"Child Sexual Molestation", "Misleading Domain Name",
	"Misleading Words or Digital Images on the Internet",
	"Online Enticement of Children for Sexual Acts",
	"Unsolicited Obscene Material Sent to a Child", NULL };

static const char *const meme_words[] = { "VIRAL_POTENTIAL_MEME", NULL };
static const char *const phone_words[] = { "Mobile", "Home", "Business", "Work", "Fax", "Internet", "Recovery", NULL };
static const char *const mail_words[] = { "Home", "Work", "Business", "Recovery", NULL };
static const char *const address_words[] = { "Home", "Business", "Billing", "Shipping", "Technical", NULL };
static const char *const event_words[] = { "Login", "Registration", "Purchase", "Upload", "Other", "Unknown", NULL };
static const char *const tie_words[] = { "Billing", "Linked", "Business", "Creator", "Parent/Guardian", "Other", NULL };
static const char *const relevance_words[] = { "Reported", "Supplemental Reported", NULL };
static const char *const class_words[] = { "A1", "A2", "B1", "B2", NULL };
static const char *const detail_words[] = { "EXIF", "HASH", NULL };

#define END { NULL }
#define TEXT(name, most) { name, NCMEC_TEXT, .min = 1, .max = (most) }
#define TEXTS(name, most) { name, NCMEC_TEXT, .many = true, .min = 1, .max = (most) }
#define FLAG(name) { name, NCMEC_FLAG }
#define BOOL(name) { name, NCMEC_BOOL }
#define TIME(name) { name, NCMEC_TIME }
#define WORD(name, list) { name, NCMEC_WORD, .words = list }
#define GROUP(name, table) { name, NCMEC_GROUP, .inside = table }
#define GROUPS(name, table) { name, NCMEC_GROUP, .many = true, .inside = table }

/* ---- pieces that several have ---- */

static const struct ncmec_field phone_beside[] = { WORD("type", phone_words),
	BOOL("verified"), TIME("verificationDate"),
	{ "countryCallingCode", NCMEC_DIALLING }, TEXT("extension", 20), END };
static const struct ncmec_field mail_beside[] = { WORD("type", mail_words),
	BOOL("verified"), TIME("verificationDate"), END };
static const struct ncmec_field address_beside[] = {
	WORD("type", address_words), END };
static const struct ncmec_field address_inside[] = { TEXT("address", 200),
	TEXT("city", 100), TEXT("zipCode", 20), TEXT("state", 2),
	TEXT("nonUsaState", 100), { "country", NCMEC_TEXT, .min = 2, .max = 2 }, END };

#define PHONE { "phone", NCMEC_TEXT, .many = true, .min = 1, .max = 50, .beside = phone_beside }
#define ADDRESS { "address", NCMEC_GROUP, .many = true, .inside = address_inside, .beside = address_beside }
#define MAIL { "email", NCMEC_MAIL, .many = true, .min = 1, .max = 255, \
	.beside = mail_beside, .label = N_("E-mail address") }

static const struct ncmec_field person[] = { TEXT("firstName", 100),
	TEXT("lastName", 100), PHONE, MAIL, ADDRESS,
	{ "age", NCMEC_NUMBER, .min = 0, .max = 150 },
	{ "dateOfBirth", NCMEC_DAY }, END };
static const struct ncmec_field contact[] = { TEXT("firstName", 100),
	TEXT("lastName", 100), PHONE, MAIL, ADDRESS, END };

static const struct ncmec_field ip_event[] = {
	{ "ipAddress", NCMEC_TEXT, .must = true, .min = 2, .max = 45 },
	WORD("eventName", event_words), TIME("dateTime"), BOOL("possibleProxy"),
	{ "port", NCMEC_NUMBER, .min = 1, .max = 65535 }, END };
static const struct ncmec_field device[] = {
	{ "idType", NCMEC_TEXT, .must = true, .min = 1, .max = 255 },
	{ "idValue", NCMEC_TEXT, .must = true, .min = 1, .max = URL_MAX },
	WORD("eventName", event_words), TIME("dateTime"), END };

/* ---- incidentSummary ---- */

static const struct ncmec_field batched_beside[] = {
	{ "reason", NCMEC_WORD, .must = true, .words = meme_words }, END };
static const struct ncmec_field annotations[] = { FLAG("sextortion"),
	FLAG("csamSolicitation"), FLAG("minorToMinorInteraction"), FLAG("spam"),
	FLAG("sadisticOnlineExploitation"), END };
static const struct ncmec_field summary[] = {
	{ "incidentType", NCMEC_WORD, .must = true, .words = incident_words,
	    .label = N_("What happened") },
	TEXT("platform", 256),
	{ "escalateToHighPriority", NCMEC_TEXT, .min = 1, .max = LONG_MAX_SIGNS,
	    .label = N_("Why it is urgent") },
	GROUP("reportAnnotations", annotations),
	{ "incidentDateTime", NCMEC_PAST, .must = true,
	    .label = N_("When it happened") },
	{ "incidentDateTimeDescription", NCMEC_TEXT, .min = 1, .max = LONG_MAX_SIGNS,
	    .label = N_("About that time") }, END };

/* ---- internetDetails ---- */

#define MORE TEXT("additionalInfo", FREE_MAX)
static const struct ncmec_field web_beside[] = {
	BOOL("thirdPartyHostedContent"), END };
static const struct ncmec_field web_page[] = { TEXTS("url", URL_MAX), MORE, END };
static const struct ncmec_field e_mail[] = {
	{ "emailAddress", NCMEC_MAIL, .many = true, .min = 1, .max = 255 },
	TEXT("content", FREE_MAX), MORE, END };
static const struct ncmec_field newsgroup[] = { TEXT("name", FREE_MAX),
	{ "emailAddress", NCMEC_MAIL, .many = true, .min = 1, .max = 255 },
	TEXT("content", FREE_MAX), MORE, END };
static const struct ncmec_field chat[] = { TEXT("chatClient", FREE_MAX),
	TEXT("chatRoomName", 255), TEXT("content", FREE_MAX), MORE, END };
static const struct ncmec_field gaming[] = { TEXT("gameName", FREE_MAX),
	TEXT("console", FREE_MAX), TEXT("content", FREE_MAX), MORE, END };
static const struct ncmec_field cell_phone[] = {
	{ "phoneNumber", NCMEC_TEXT, .min = 1, .max = 50, .beside = phone_beside },
	TEXT("latitude", 20), TEXT("longitude", 20), MORE, END };
static const struct ncmec_field elsewhere[] = { TEXT("locationName", FREE_MAX),
	{ "incidentAddress", NCMEC_GROUP, .many = true, .inside = address_inside, .beside = address_beside },
	MORE, END };
static const struct ncmec_field peer[] = { TEXT("client", FREE_MAX),
	GROUPS("ipCaptureEvent", ip_event), TEXT("fileNames", FREE_MAX), MORE, END };
static const struct ncmec_field internet[] = {
	{ "webPageIncident", NCMEC_GROUP, .inside = web_page, .beside = web_beside },
	GROUP("emailIncident", e_mail), GROUP("newsgroupIncident", newsgroup),
	GROUP("chatImIncident", chat), GROUP("onlineGamingIncident", gaming),
	GROUP("cellPhoneIncident", cell_phone), GROUP("nonInternetIncident", elsewhere),
	GROUP("peer2peerIncident", peer), END };

/* ---- who tells, who is told of ---- */

static const struct ncmec_field legal_beside[] = { TEXT("fleaCountry", 2), END };
static const struct ncmec_field police[] = {
	{ "agencyName", NCMEC_TEXT, .must = true, .min = 1, .max = FREE_MAX },
	TEXT("caseNumber", FREE_MAX), GROUP("officerContact", contact),
	BOOL("reportedToLe"), BOOL("servedLegalProcessDomestic"),
	{ "servedLegalProcessInternational", NCMEC_BOOL, .beside = legal_beside }, END };
static const struct ncmec_field reporter[] = {
	{ "reportingPerson", NCMEC_GROUP, .must = true, .inside = person },
	GROUP("contactPerson", contact), TEXT("companyTemplate", FREE_MAX),
	TEXT("termsOfService", LONG_MAX_SIGNS), TEXT("legalURL", URL_MAX), END };
static const struct ncmec_field for_a_time[] = { TIME("disabledDate"),
	BOOL("userNotified"), TIME("userNotifiedDate"), TIME("reenabledDate"), END };
static const struct ncmec_field for_good[] = { TIME("disabledDate"),
	BOOL("userNotified"), TIME("userNotifiedDate"), END };
static const struct ncmec_field place_beside[] = { BOOL("verified"),
	TIME("timestamp"), END };
static const struct ncmec_field place[] = { TEXT("city", 100),
	TEXT("region", 100), TEXT("countryCode", 2), END };
static const struct ncmec_field account_beside[] = {
	{ "type", NCMEC_WORD, .must = true, .words = tie_words }, END };
static const struct ncmec_field platform_beside[] = {
	BOOL("thirdPartyUser"), END };

#define NUMBER_OF_IT { "espIdentifier", NCMEC_TEXT, .min = 1, .max = 255, \
	.label = N_("The account that sent it") }
#define SHOWN TEXT("screenName", 256), TEXTS("displayName", 256), \
	TEXTS("profileUrl", URL_MAX), TEXT("profileBio", FREE_MAX)
#define SEEN GROUPS("ipCaptureEvent", ip_event), GROUPS("deviceId", device)
#define DISABLED \
	{ "accountTemporarilyDisabled", NCMEC_BOOL, .beside = for_a_time }, \
	{ "accountPermanentlyDisabled", NCMEC_BOOL, .beside = for_good }
#define PLACE { "estimatedLocation", NCMEC_GROUP, .inside = place, .beside = place_beside }
#define OTHERS { "associatedAccount", NCMEC_GROUP, .many = true, .inside = account, .beside = account_beside }

static const struct ncmec_field account[] = {
	{ "platform", NCMEC_TEXT, .min = 1, .max = 256, .beside = platform_beside },
	TEXT("firstName", 100), TEXT("middleName", 100), TEXT("lastName", 100),
	{ "approximateAge", NCMEC_NUMBER, .min = 0, .max = 150 },
	{ "dateOfBirth", NCMEC_DAY }, PHONE, MAIL, BOOL("allEmailsReported"),
	ADDRESS, TEXT("espService", 100), NUMBER_OF_IT,
	TEXTS("profileUrl", URL_MAX), TEXT("screenName", 256),
	TEXTS("displayName", 256), TEXT("profileBio", FREE_MAX),
	TEXT("groupIdentifier", 255), BOOL("compromisedAccount"), DISABLED, SEEN,
	TEXTS("priorCTReport", 20), MORE, END };
static const struct ncmec_field user[] = {
	GROUP("personOrUserReportedPerson", person),
	TEXT("vehicleDescription", 300), NUMBER_OF_IT, TEXT("espService", 100),
	BOOL("compromisedAccount"), SHOWN, SEEN, BOOL("thirdPartyUserReported"),
	TEXTS("priorCTReports", 20), TEXT("groupIdentifier", 255), DISABLED,
	PLACE, BOOL("allEmailsReported"), OTHERS, MORE, END };
static const struct ncmec_field recipient[] = {
	GROUP("intendedRecipientPerson", person), NUMBER_OF_IT,
	TEXT("espService", 100), BOOL("compromisedAccount"), SHOWN, SEEN,
	TEXTS("priorCTReports", 20), TEXT("groupIdentifier", 255), DISABLED,
	PLACE, BOOL("allEmailsReported"), TEXTS("additionalInfo", FREE_MAX), END };
static const struct ncmec_field victim[] = {
	{ "victimPerson", NCMEC_GROUP, .must = true, .inside = person },
	NUMBER_OF_IT, TEXT("espService", 100), BOOL("compromisedAccount"), SHOWN,
	SEEN, TEXT("schoolName", 255), TEXTS("priorCTReports", 20), DISABLED,
	PLACE, BOOL("allEmailsReported"), OTHERS, MORE, END };

/* ---- the documents ---- */

static const struct ncmec_field report[] = {
	{ "batchedReport", NCMEC_FLAG, .beside = batched_beside },
	{ "incidentSummary", NCMEC_GROUP, .must = true, .inside = summary },
	{ "internetDetails", NCMEC_CHOICE, .must = true, .many = true, .inside = internet,
	    .label = N_("Where it happened") },
	GROUP("lawEnforcement", police),
	{ "reporter", NCMEC_GROUP, .must = true, .inside = reporter },
	GROUP("personOrUserReported", user), GROUPS("intendedRecipient", recipient),
	GROUPS("victim", victim),
	{ "additionalInfo", NCMEC_TEXT, .min = 1, .max = FREE_MAX,
	    .label = N_("What happened, in your words") }, END };
const struct ncmec_field ncmec_report = { "report", NCMEC_GROUP, .inside = report };

static const struct ncmec_field hash_beside[] = {
	{ "hashType", NCMEC_TEXT, .must = true, .min = 1, .max = 64 }, END };
static const struct ncmec_field details_beside[] = {
	{ "type", NCMEC_WORD, .must = true, .words = detail_words }, END };
static const struct ncmec_field pair[] = {
	{ "name", NCMEC_TEXT, .must = true, .min = 1, .max = 64 },
	{ "value", NCMEC_TEXT, .must = true, .min = 1, .max = FREE_MAX }, END };
static const struct ncmec_field details[] = {
	{ "nameValuePair", NCMEC_GROUP, .must = true, .many = true, .inside = pair }, END };
static const struct ncmec_field marks[] = { FLAG("animeDrawingVirtualHentai"),
	FLAG("potentialMeme"), FLAG("viral"), FLAG("possibleSelfProduction"),
	FLAG("physicalHarm"), FLAG("violenceGore"), FLAG("bestiality"),
	FLAG("liveStreaming"), FLAG("infant"), FLAG("generativeAi"), END };
static const struct ncmec_field file[] = {
	{ "reportId", NCMEC_NUMBER, .must = true, .min = 1, .max = INT64_MAX },
	{ "fileId", NCMEC_TEXT, .must = true, .min = 1, .max = 64 },
	TEXT("fileName", 2056), TEXT("originalFileName", 2056),
	TIME("uploadedToEspTimestamp"), TEXT("locationOfFile", URL_MAX),
	BOOL("fileViewedByEsp"), BOOL("exifViewedByEsp"),
	BOOL("publiclyAvailable"), WORD("fileRelevance", relevance_words),
	FLAG("potentialMeme"), GROUP("fileAnnotations", marks),
	WORD("industryClassification", class_words),
	{ "originalFileHash", NCMEC_TEXT, .many = true, .min = 1, .max = 1024, .beside = hash_beside },
	GROUP("ipCaptureEvent", ip_event), GROUPS("deviceId", device),
	{ "details", NCMEC_GROUP, .many = true, .inside = details, .beside = details_beside },
	TEXTS("additionalInfo", FREE_MAX), END };
const struct ncmec_field ncmec_file = { "fileDetails", NCMEC_GROUP, .inside = file };
/* clang-format on */

static const struct ncmec_field *
find(const struct ncmec_field *v, const char *name)
{
	for (; v != NULL && v->name != NULL; v++)
		if (strcmp(v->name, name) == 0)
			return v;
	return NULL;
}

const struct ncmec_field *
ncmec_field_of(const struct ncmec_field *f, const char *name)
{
	const struct ncmec_field *in = find(f->inside, name);

	return in != NULL ? in : find(f->beside, name);
}
