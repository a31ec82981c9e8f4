const char *const texts[] = { N_("Hello"), N_("Missing"),
	N_("Photo %1 of %2"), N_("Straight"), N_("Narrow"), N_("Glued"),
	N_("Dots"), N_("Twice"), N_("Quote"), N_("URL") };
const char *const plural[] = { N_P("%1 day", "%1 days"),
	N_P("%1 hour", "%1 hours"), N_P("%1 hour", "%1 other hours") };
