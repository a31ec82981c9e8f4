#include "audit/audit.h"

#include <assert.h>
#include <inttypes.h>

#include "audit/anchor.h"
#include "audit/chain.h"
#include "lang/lang.h"
#include "store/db.h"

/* Rows of one step of verifying, and the memory that they may take. */
#define STEP 500
#define STEP_MAX ((size_t)4 << 20)
#define DETAIL_MAX 500

/* clang-format off */
static const struct {
	const char *word, *sentence;
} actions[AUDIT_ACTIONS] = {
	[AUDIT_SIGN_IN] = { "sign-in", N_("%1 signed in") },
	[AUDIT_SIGN_IN_FAILED] = { "sign-in-failed",
		N_("%1 tried to sign in and did not succeed") },
	[AUDIT_SIGN_OUT] = { "sign-out", N_("%1 signed out") },
	[AUDIT_SESSION_REVOKED] = { "session-revoked",
		N_("%1 closed a session on another device") },
	[AUDIT_ACCOUNT_CREATED] = { "account-created",
		N_("%1 created an account") },
	[AUDIT_ACCOUNT_APPROVED] = { "account-approved",
		N_("%1 approved an account") },
	[AUDIT_ACCOUNT_REFUSED] = { "account-refused",
		N_("%1 refused an account") },
	[AUDIT_ACCOUNT_SUSPENDED] = { "account-suspended",
		N_("%1 suspended an account") },
	[AUDIT_ACCOUNT_RESTORED] = { "account-restored",
		N_("%1 gave access back to an account") },
	[AUDIT_ACCOUNT_STOP_ASKED] = { "account-stop-asked",
		N_("%1 asked that an account be stopped, which takes two") },
	[AUDIT_ACCOUNT_STOP_WITHDRAWN] = { "account-stop-withdrawn",
		N_("%1 took back that an account be stopped") },
	[AUDIT_SECOND_FACTOR_SET] = { "second-factor-set",
		N_("%1 set up the second step of signing in") },
	[AUDIT_RECOVERY_USED] = { "recovery-used",
		N_("%1 used a recovery code") },
	[AUDIT_PASSPHRASE_CHANGED] = { "passphrase-changed",
		N_("%1 changed a passphrase") },
	[AUDIT_INVITED] = { "invited", N_("%1 prepared an invitation") },
	[AUDIT_INVITATION_REVOKED] = { "invitation-revoked",
		N_("%1 cancelled an invitation") },
	[AUDIT_LETTERS_PRINTED] = { "letters-printed",
		N_("%1 prepared the letters to the families") },
	[AUDIT_GROUP_CREATED] = { "group-created", N_("%1 created a group") },
	[AUDIT_SEASON_CREATED] = { "season-created",
		N_("%1 created a season") },
	[AUDIT_STAFF_ASSIGNED] = { "staff-assigned",
		N_("%1 changed who works with a group") },
	[AUDIT_ROSTER_IMPORTED] = { "roster-imported",
		N_("%1 imported the list of children") },
	[AUDIT_AUTHORITY_CHANGED] = { "authority-changed",
		N_("%1 changed who may see this child") },
	[AUDIT_ENROLMENT_CHANGED] = { "enrolment-changed",
		N_("%1 changed the enrolment of a child") },
	[AUDIT_CHILD_VIEWED] = { "child-viewed",
		N_("%1 opened a child’s record") },
	[AUDIT_ROSTER_VIEWED] = { "roster-viewed",
		N_("%1 looked at the list of children") },
	[AUDIT_POST_VIEWED] = { "post-viewed", N_("%1 opened the album") },
	[AUDIT_MEDIUM_VIEWED] = { "medium-viewed", N_("%1 opened the photo") },
	[AUDIT_MEDIUM_DOWNLOADED] = { "medium-downloaded",
		N_("%1 downloaded the photo") },
	[AUDIT_MEDIUM_UPLOADED] = { "medium-uploaded",
		N_("%1 added photos") },
	[AUDIT_MEDIUM_INFECTED] = { "medium-infected",
		N_("%1 destroyed a file in which the antivirus found something") },
	[AUDIT_MEDIUM_DELETED] = { "medium-deleted",
		N_("%1 deleted a photo for good") },
	[AUDIT_POST_PUBLISHED] = { "post-published",
		N_("%1 published the album") },
	[AUDIT_POST_CHANGED] = { "post-changed", N_("%1 changed the album") },
	[AUDIT_POST_WITHDRAWN] = { "post-withdrawn",
		N_("%1 withdrew the album") },
	[AUDIT_CHILD_ERASED] = { "child-erased",
		N_("%1 erased everything about a child") },
	[AUDIT_BACKUP_MADE] = { "backup-made", N_("%1 made a backup") },
	[AUDIT_BACKUP_RESTORED] = { "backup-restored",
		N_("%1 restored a backup") },
	[AUDIT_MEDIUM_STOPPED] = { "medium-stopped",
		N_("%1 stopped a file") },
	[AUDIT_STOP_OPENED] = { "stop-opened",
		N_("%1 read why a photo was stopped") },
	[AUDIT_STOP_CONFIRMED] = { "stop-confirmed",
		N_("%1 confirmed that a photo stays stopped") },
	[AUDIT_STOP_PROPOSED] = { "stop-proposed",
		N_("%1 said that a photo was stopped by mistake") },
	[AUDIT_STOP_REFUSED] = { "stop-refused",
		N_("%1 did not agree that it was a mistake") },
	[AUDIT_STOP_AGREED] = { "stop-agreed",
		N_("%1 agreed that it was a mistake") },
	[AUDIT_STOP_RELEASED] = { "stop-released",
		N_("%1 let a stopped photo go") },
	[AUDIT_STOP_REST] = { "stop-rest-released",
		N_("%1 let the photos go that waited beside a stopped one") },
	[AUDIT_STOP_KEPT_OUT] = { "stop-kept-out",
		N_("%1 kept a withdrawn picture out") },
	[AUDIT_HANDLER_NAMED] = { "handler-named",
		N_("%1 said who looks into stopped photos") },
	[AUDIT_HANDLER_ENDED] = { "handler-ended",
		N_("%1 said who does not look into stopped photos any more") },
	[AUDIT_CUSTODIAN_NAMED] = { "custodian-named",
		N_("%1 named somebody who keeps the key of what is sealed") },
	[AUDIT_CUSTODIAN_READY] = { "custodian-ready",
		N_("%1 set a passphrase for what is sealed") },
	[AUDIT_CUSTODIAN_ENDED] = { "custodian-ended",
		N_("%1 said who does not keep the key of what is sealed any more") },
	[AUDIT_HANDLER_WRITTEN] = { "handler-written",
		N_("%1 wrote in the register of those who handle reports") },
	[AUDIT_LIST_ADDED] = { "list-added",
		N_("%1 added a list of known material") },
	[AUDIT_LIST_IMPORTED] = { "list-imported",
		N_("%1 imported into a list of known material") },
	[AUDIT_LIST_ENABLED] = { "list-enabled",
		N_("%1 let a list of known material count") },
	[AUDIT_LIST_DISABLED] = { "list-disabled",
		N_("%1 let a list of known material count no more") },
	[AUDIT_LIST_ENTRY_OFF] = { "list-entry-off",
		N_("%1 switched off an entry of a list of known material") },
	[AUDIT_LIST_ENTRY_ON] = { "list-entry-on",
		N_("%1 switched an entry of a list of known material on again") },
	[AUDIT_CONSENT_SAID] = { "consent-said",
		N_("%1 answered what may be done with pictures of a child") },
	[AUDIT_CONSENT_PAPER] = { "consent-paper",
		N_("%1 entered answers that were given on paper") },
	[AUDIT_CONSENT_EXPIRED] = { "consent-expired",
		N_("%1 noted that a consent is over") },
	[AUDIT_CONSENT_BLOCKED] = { "consent-blocked",
		N_("%1 noted that a court forbids pictures of a child") },
	[AUDIT_CONSENT_LIFTED] = { "consent-lifted",
		N_("%1 noted that a court’s order about pictures is over") },
	[AUDIT_CONSENT_STANDING] = { "consent-standing",
		N_("%1 noted who decides alone for a child") },
	[AUDIT_CONSENT_ASKED] = { "consent-asked",
		N_("%1 changed what families are asked about pictures") },
	[AUDIT_CONSENT_VIEWED] = { "consent-viewed",
		N_("%1 read the consents about a child") },
	[AUDIT_CONSENT_PRINTED] = { "consent-printed",
		N_("%1 prepared forms of consent on paper") },
	[AUDIT_CONSENT_EXPORTED] = { "consent-exported",
		N_("%1 took out the proofs of consent about a child") },
	[AUDIT_CONSENT_CONFIRMED] = { "consent-confirmed",
		N_("%1 said about a judge’s decision whether they saw it too") },
	[AUDIT_PAPER_VIEWED] = { "paper-viewed",
		N_("%1 looked at the picture of a signed paper") },
	[AUDIT_PAPER_ADDED] = { "paper-added",
		N_("%1 added the picture of a signed paper") },
	[AUDIT_FACE_BOXED] = { "face-boxed",
		N_("%1 boxed a face, or said who is in a box") },
	[AUDIT_FACES_SAID] = { "faces-said",
		N_("%1 said that every face of a photo is boxed") },
	[AUDIT_VIDEO_MASKED] = { "video-masked",
		N_("%1 asked to mask somebody all through a video") },
	[AUDIT_VIDEO_SHOWN] = { "video-shown",
		N_("%1 looked at a masked video and decided whether families get it") },
	[AUDIT_VIDEO_HEARD] = { "video-heard",
		N_("%1 said who is heard in a video") },
	[AUDIT_MASK_ASKED] = { "mask-asked",
		N_("%1 asked to hide a face on a photo") },
	[AUDIT_MASK_DECIDED] = { "mask-decided",
		N_("%1 decided about a face that somebody wanted hidden") },
	[AUDIT_MASK_SHAPE] = { "mask-shape",
		N_("%1 chose what masked faces are covered with") },
	[AUDIT_TRACE_ASKED] = { "trace-asked",
		N_("%1 asked to trace a copy that was found outside") },
	[AUDIT_TRACE_ALLOWED] = { "trace-allowed",
		N_("%1 allowed a copy to be traced") },
	[AUDIT_TRACE_REFUSED] = { "trace-refused",
		N_("%1 did not allow a copy to be traced") },
	[AUDIT_TRACE_TOLD] = { "trace-told",
		N_("%1 wrote down what the trace of a copy says") },
	[AUDIT_TRACE_READ] = { "trace-read",
		N_("%1 read what the trace of a copy says") },
	[AUDIT_TRACE_CLOSED] = { "trace-closed",
		N_("%1 closed a trace; the copy is destroyed") },
	[AUDIT_MEMORIES_TAKEN] = { "memories-taken",
		N_("%1 took home the photos that a child is in (%2)") },
	[AUDIT_LINE_ON] = { "line-on",
		N_("%1 had the name of whoever looks written under photos") },
	[AUDIT_LINE_OFF] = { "line-off",
		N_("%1 had no name written under photos any more") },
	[AUDIT_ABSENCE_TOLD] = { "absence-told",
		N_("%1 told whether a child comes (%2)") },
	[AUDIT_NOTICE_PUBLISHED] = { "notice-published",
		N_("%1 published a notice (version %2)") },
	[AUDIT_NOTICE_CHANGED] = { "notice-changed",
		N_("%1 changed a notice (version %2)") },
	[AUDIT_NOTICE_WITHDRAWN] = { "notice-withdrawn",
		N_("%1 withdrew a notice (version %2)") },
	[AUDIT_NOTICE_REMINDED] = { "notice-reminded",
		N_("%1 reminded families of a notice (version %2)") },
	[AUDIT_NOTICE_VIEWED] = { "notice-viewed",
		N_("%1 looked at who has answered a notice (version %2)") },
	[AUDIT_NOTICE_READ] = { "notice-read",
		N_("%1 said that a notice was read (version %2)") },
	[AUDIT_NOTICE_SIGNED] = { "notice-signed",
		N_("%1 signed a notice (version %2)") },
	[AUDIT_NOTICE_PAPER] = { "notice-paper",
		N_("%1 entered a notice that was signed on paper (version %2)") },
	[AUDIT_ENDS_CHOSEN] = { "ends-chosen",
		N_("%1 chose how long something is kept, in days: %2") },
	[AUDIT_ENDED] = { "ended", N_("%1 ended what had its time: %2") },
	[AUDIT_HOLD_PLACED] = { "hold-placed",
		N_("%1 placed a hold: nothing of this ends meanwhile") },
	[AUDIT_HOLD_ASKED] = { "hold-asked",
		N_("%1 asked to release a hold") },
	[AUDIT_HOLD_RELEASED] = { "hold-released",
		N_("%1 released a hold") },
	[AUDIT_CLAIM_ENTERED] = { "claim-entered",
		N_("%1 asked for something by right: %2") },
	[AUDIT_CLAIM_EXTENDED] = { "claim-extended",
		N_("%1 took more time to answer what was asked by right") },
	[AUDIT_CLAIM_ANSWERED] = { "claim-answered",
		N_("%1 answered what was asked by right: %2") },
	[AUDIT_CLAIM_WITHDRAWN] = { "claim-withdrawn",
		N_("%1 asks for something by right no more") },
	[AUDIT_CLAIM_VIEWED] = { "claim-viewed",
		N_("%1 read what was asked by right") },
	[AUDIT_OWN_DATA_TAKEN] = { "own-data-taken",
		N_("%1 took out what is kept about them and their children") },
	[AUDIT_ACCOUNT_ERASED] = { "account-erased",
		N_("%1 erased everything about an account") },
	[AUDIT_CERTIFICATE_MADE] = { "certificate-made",
		N_("%1 made the certificate of an erasure: number %2") },
	[AUDIT_ITEM_PUBLISHED] = { "item-published",
		N_("%1 published something of the centre’s life") },
	[AUDIT_ITEM_CHANGED] = { "item-changed",
		N_("%1 changed something of the centre’s life") },
	[AUDIT_ITEM_WITHDRAWN] = { "item-withdrawn",
		N_("%1 withdrew something of the centre’s life") },
	[AUDIT_ITEM_VIEWED] = { "item-viewed",
		N_("%1 looked at who has answered a poll or a list") },
	[AUDIT_ITEM_ANSWERED] = { "item-answered",
		N_("%1 answered a poll or a list") },
	[AUDIT_FEED_MADE] = { "feed-made",
		N_("%1 made an address of a calendar") },
	[AUDIT_FEED_ENDED] = { "feed-ended",
		N_("%1 ended the address of a calendar") },
	[AUDIT_URGENT_WRITTEN] = { "urgent-written",
		N_("%1 wrote an urgent message") },
	[AUDIT_URGENT_APPROVED] = { "urgent-approved",
		N_("%1 approved an urgent message, and it went") },
	[AUDIT_URGENT_ENDED] = { "urgent-ended",
		N_("%1 ended an urgent message") },
	[AUDIT_UNREACHED_VIEWED] = { "unreached-viewed",
		N_("%1 looked at whom no e-mail reaches, and their telephones") },
	[AUDIT_PUSH_KEY_RENEWED] = { "push-key-renewed",
		N_("%1 made the key anew by which push services know this place") },
	[AUDIT_MOVE_ASKED] = { "move-asked",
		N_("%1 asked to take a child’s folder to another organisation") },
	[AUDIT_MOVE_AGREED] = { "move-agreed",
		N_("%1 agreed that a child’s folder goes to another organisation") },
	[AUDIT_MOVE_REFUSED] = { "move-refused",
		N_("%1 refused that a child’s folder goes to another organisation") },
	[AUDIT_MOVE_MADE] = { "move-made",
		N_("%1 made the folder of a child that moves (%2 pictures)") },
	[AUDIT_MOVE_TAKEN] = { "move-taken",
		N_("%1 took the folder of a child that moves") },
	[AUDIT_MOVE_ENDED] = { "move-ended",
		N_("%1 ended the move of a child’s folder") },
	[AUDIT_MOVE_BROUGHT] = { "move-brought",
		N_("%1 brought the folder of a child from another organisation") },
	[AUDIT_MOVE_DAMAGED] = { "move-damaged",
		N_("%1 did not take in a folder from another organisation (%2)") },
	[AUDIT_MOVE_ACCEPTED] = { "move-accepted",
		N_("%1 accepted a child’s folder from another organisation") },
	[AUDIT_MOVE_TURNED_AWAY] = { "move-turned-away",
		N_("%1 refused a child’s folder from another organisation") },
	[AUDIT_MOVE_CONFIRMED] = { "move-confirmed",
		N_("%1 confirmed that a child’s folder is taken in") },
	[AUDIT_MOVE_DONE] = { "move-done",
		N_("%1 took in the folder of a child (%2 pictures)") },
	[AUDIT_NCMEC_SCHEMA] = { "ncmec-schema",
		N_("%1 looked at what changed in the form of reports to NCMEC") },
};
/* clang-format on */

const char *
audit_word(enum audit_action a)
{
	return actions[a].word;
}

const char *
audit_sentence(enum audit_action a)
{
	return actions[a].sentence;
}

bool
audit_action_of(str word, enum audit_action *ret)
{
	for (int a = 0; a < AUDIT_ACTIONS; a++)
		if (str_eq(word, str_c(actions[a].word))) {
			*ret = (enum audit_action)a;
			return true;
		}
	return false;
}

const char *
audit_nobody(int64_t actor)
{
	if (actor == 0)
		return N_("The administrator of the server");
	if (actor == AUDIT_SERVER)
		return N_("The server itself");
	return actor < 0 ? N_("Somebody who was not signed in") : NULL;
}

/* What a column that may not be NULL holds. */
static str
some(str s)
{
	return s.p == NULL ? S("") : s;
}

bool
audit_append(struct db *db, struct arena *a, const struct key *k,
    const struct audit_event *v, struct err *e)
{
	struct sql_audit_after_row row = {
	    .organisation = v->organisation,
	    .at = v->at,
	    .actor = v->actor,
	    .action = str_c(actions[v->action].word),
	    .subject_kind = some(str_c(v->subject_kind)),
	    .subject = v->subject,
	    .child = v->child,
	    .activity_group = v->activity_group,
	    .detail = some(v->detail),
	};
	uint8_t before[KEY_DIGEST_BYTES] = {0}, hash[KEY_DIGEST_BYTES];
	struct sql_audit_next_id_row next;
	struct sql_audit_last_row last;
	int64_t rows;
	bool found;

	assert(db_in_transaction(db));
	if (row.detail.n > DETAIL_MAX)
		return err_set(e, ERR_LIMIT, "audit: detail too long");
	if (!sql_audit_last(db, a, v->organisation, &found, &last, e) ||
	    !sql_audit_next_id(db, a, &next, e))
		return err_wrap(e, "audit");
	if (found && last.hash.n != sizeof(before))
		return err_set(e, ERR_CORRUPT,
		    "audit: entry %" PRId64 " has "
		    "no hash",
		    last.id);
	if (found)
		memcpy(before, last.hash.p, sizeof(before));
	row.id = next.next_id;
	chain_hash(k, before, &row, hash);
	return sql_audit_insert(db, row.id, row.organisation, row.at, row.actor,
		   row.action, row.subject_kind, row.subject, row.child,
		   row.activity_group, row.detail,
		   (str){(const char *)hash, sizeof(hash)}, &rows, e) ||
	       err_wrap(e, "audit");
}

struct verify {
	const struct key *key;
	const uint8_t *head;
	uint8_t hash[KEY_DIGEST_BYTES];
	int64_t last;
	bool head_seen;
	struct audit_report *report;
};

/* False when this entry does not follow from the one before. */
static bool
follows(struct verify *v, const struct sql_audit_after_row *r)
{
	uint8_t want[KEY_DIGEST_BYTES];

	chain_hash(v->key, v->hash, r, want);
	if (!key_equal(r->hash, (str){(char *)want, sizeof(want)})) {
		v->report->first_bad = r->id;
		return false;
	}
	memcpy(v->hash, want, sizeof(want));
	v->last = r->id;
	v->report->entries++;
	if (v->head != NULL && memcmp(v->head, want, sizeof(want)) == 0)
		v->head_seen = true;
	return true;
}

static bool
verify_all(struct verify *v, struct db *db, int64_t organisation, struct err *e)
{
	OWNED(arena) a = arena_new(STEP_MAX);
	struct sql_audit_after_rows rows;
	struct audit_anchor anchor;
	bool sound;

	if (!audit_anchor_read(db, a, v->key, organisation, &anchor, &sound, e))
		return false;
	memcpy(v->hash, anchor.hash, sizeof(v->hash));
	v->last = anchor.entry;
	if (!sound) {
		v->report->first_bad = anchor.entry > 0 ? anchor.entry : 1;
		return true;
	}
	do {
		arena_reset(a);
		if (!sql_audit_after(
			db, a, organisation, v->last, STEP, &rows, e))
			return false;
		for (size_t i = 0; i < rows.n; i++)
			if (!follows(v, &rows.v[i]))
				return true;
	} while (rows.n == STEP);
	return true;
}

bool
audit_verify(struct db *db, struct arena *a, const struct key *k,
    int64_t organisation, const uint8_t *head, struct audit_report *ret,
    struct err *e)
{
	struct audit_report report = {0};
	struct verify v = {.key = k, .head = head, .report = &report};

	(void)a; /* a chain may be longer than any arena of the caller's */
	if (!verify_all(&v, db, organisation, e))
		return err_wrap(
		    e, "audit of organisation %" PRId64, organisation);
	if (report.first_bad == 0 && head != NULL && !v.head_seen) {
		report.cut_off = true;
		report.missing_after = v.last;
	}
	*ret = report;
	return true;
}
