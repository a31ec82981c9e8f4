/* devices — notifications on the browsers of an account: allowed in one of
 * them, listed, ended. */
#include "push/vapid.h"
#include "sharing/viewer.h"
#include "sql_push.h"
#include "web/agent.h"
#include "web/member.h"
#include "web/telling.h"

#define KEYS_BACK 8

/* clang-format off */
enum { F_ADDRESS, F_POINT, F_AUTH, F_NAME, F_KEY };

/* The first three are filled in by the script. */
static const struct field fields[] = {
	[F_ADDRESS] = { "endpoint", N_("Address"), NULL, FIELD_LINE,
	    .required = true, .max = PUSH_ADDRESS_MAX },
	[F_POINT] = { "p256dh", N_("Key"), NULL, FIELD_LINE, .required = true,
	    .max = PUSH_POINT_CHARS },
	[F_AUTH] = { "auth", N_("Secret"), NULL, FIELD_LINE, .required = true,
	    .max = PUSH_AUTH_CHARS },
	[F_NAME] = { "name", N_("Name of this device"),
	    N_("So that you know it again in this list."), FIELD_LINE,
	    .max = DEVICE_NAME_MAX },
	/* Of this house, as the browser was given it. */
	[F_KEY] = { "key", N_("Key"), NULL, FIELD_LINE,
	    .max = PUSH_POINT_CHARS },
	{ 0 },
};
/* clang-format on */

static str
device_cookie(const struct request *r)
{
	return request_cookie(r, COOKIE_DEVICE);
}

static bool
public_key(struct request *r, int64_t number, str *ret, struct err *e)
{
	OWNED(curve_key) k = vapid_key(&r->org->key, number, e);

	if (k == NULL)
		return false;
	*ret = vapid_public(r->arena, k);
	return true;
}

static bool
present_key(struct request *r, int64_t *ret, struct err *e)
{
	struct sql_push_key_row row;

	if (!sql_push_key(r->house->db, r->arena, r->org->id, &row, e))
		return err_wrap(e, "push key");
	*ret = row.push_key;
	return true;
}

/* A page that was open while the key was made anew has the one before. */
static bool
key_given(struct request *r, str given, int64_t *ret, struct err *e)
{
	int64_t number;
	str key;

	if (!present_key(r, &number, e))
		return false;
	*ret = number;
	for (int64_t n = number; n >= 0 && n > number - KEYS_BACK; n--) {
		if (!public_key(r, n, &key, e))
			return false;
		if (str_eq(key, given)) {
			*ret = n;
			return true;
		}
	}
	return true;
}

bool
devices_load(struct request *r, struct telling_devices *ret, struct err *e)
{
	struct telling_devices t = {
	    .on = r->house->conf->push_services[0] != '\0'};
	struct deed d = member_deed(r);

	int64_t number;

	if (t.on &&
	    (!present_key(r, &number, e) || !public_key(r, number, &t.key, e)))
		return false;
	if (!device_list(&d, r->session.account, device_cookie(r), &t.list, e))
		return false;
	for (size_t i = 0; i < t.list.n; i++)
		t.here |= t.list.v[i].here;
	t.agent = agent_name(&r->view, r->http->user_agent);
	*ret = t;
	return true;
}

bool
devices_signed_in(struct request *r, int64_t account, int64_t session,
    const struct organisation *o, struct err *e)
{
	struct deed d = member_deed(r);

	d.org = o;
	return device_signed_in(&d, account, session, device_cookie(r), e);
}

/* What is wrong is wrong in the script, or somebody's try: one word for all. */
static bool
read_device(
    struct request *r, struct form *f, struct push_target *ret, struct err *e)
{
	struct conf_services s;

	return conf_services_read(
		   str_c(r->house->conf->push_services), &s, e) &&
	       form_read(r, fields, f) &&
	       push_target_read(&s, f->value[F_ADDRESS], f->value[F_POINT],
		   f->value[F_AUTH], ret, e);
}

static bool
back(struct request *r, struct response *out, const char *said)
{
	respond_notice(r, out, said);
	return respond_see_other(r, out, S("/account/telling"));
}

static bool
device_allow(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct push_target target;
	struct device_new n = {.account = r->session.account,
	    .session = r->session.id,
	    .staff = viewer_is_staff(r->viewer),
	    .target = &target,
	    .cookie = device_cookie(r)};
	struct form f;
	str cookie;

	if (!read_device(r, &f, &target, e))
		return back(r, out,
		    N_("This browser gave an address for notifications that "
		       "this server does not know."));
	n.name = f.value[F_NAME];
	n.agent = agent_name(&r->view, r->http->user_agent);
	if (!key_given(r, f.value[F_KEY], &n.house_key, e))
		return false;
	if (!device_add(&d, &n, &cookie, e))
		return false;
	if (cookie.n == 0)
		return back(r, out,
		    N_("There are too many devices: remove one first."));
	respond_device(r, out, cookie);
	return back(r, out, N_("This device is told from now on."));
}

static bool
device_remove(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	bool done;

	if (!device_end(&d, r->session.account, r->id[0], &done, e))
		return false;
	return done ? back(r, out, N_("That device is told no more."))
		    : err_set(e, ERR_NOT_FOUND, "no such device");
}

const struct route devices_routes[] = {
    {HTTP_POST, "/account/telling/device", device_allow, NEED_MEMBER},
    {HTTP_POST, "/account/telling/device/:id/end", device_remove, NEED_MEMBER},
    {0},
};
