/* N_("a comment is no use of a text") */
// nor is N_("this one")
#define N_(text) text
const char *const texts[] = { N_("Hello"), N_("A text "
	"on two lines"), "N_(\"no\")" };
const char *const plural[] = { N_P("%1 day", "%1 days") };
