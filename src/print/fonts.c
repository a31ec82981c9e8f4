#include "print/fonts.h"

#include <fontconfig/fontconfig.h>

/* clang-format off */
static const FcChar8 configuration[] =
    "<?xml version=\"1.0\"?>"
    "<fontconfig>"
    "<dir>/usr/share/fonts</dir>"
    "<dir>/usr/local/share/fonts</dir>"
    "<cachedir>/var/cache/fontconfig</cachedir>"
    "<selectfont><rejectfont>"
    "<pattern><patelt name=\"color\"><bool>true</bool></patelt></pattern>"
    "<pattern><patelt name=\"scalable\"><bool>false</bool></patelt></pattern>"
    "</rejectfont></selectfont>"
    "<config><rescan><int>0</int></rescan></config>"
    "</fontconfig>";
/* clang-format on */

bool
fonts_init(struct err *e)
{
	static bool done;
	FcConfig *c;

	if (done)
		return true;
	c = FcConfigCreate();
	if (c == NULL ||
	    !FcConfigParseAndLoadFromMemory(c, configuration, FcTrue) ||
	    !FcConfigBuildFonts(c) || !FcConfigSetCurrent(c))
		return err_set(e, ERR_IO, "no fonts");
	FcConfigDestroy(c); /* it is held as the current one */
	done = true;
	return true;
}
