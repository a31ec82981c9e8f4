#include "list/format.h"

const struct list_format list_formats[LIST_FORMATS] = {
    [LIST_PLAIN] = {"plain", "one hash a line", .needs_kind = true,
	.read = format_plain},
    [LIST_CSV] = {"csv", "a table whose header names its columns",
	.read = format_table},
    [LIST_HMA] = {"hma", "JSON of HMA and ThreatExchange", .changes = true,
	.scheme = "threatexchange", .read = format_hma},
    [LIST_STOPNCII] = {"stopncii", "JSON of StopNCII", .changes = true,
	.scheme = "stopncii", .read = format_stopncii},
    [LIST_NCMEC] = {"ncmec", "XML of NCMEC hash sharing, version 2",
	.changes = true, .scheme = "ncmec", .read = format_ncmec},
    [LIST_VICS] = {"vics", "JSON of Project VIC (1.3, 2.0) and CAID",
	.categories = "1,2,3", .read = format_vics},
    [LIST_ICSE] = {"icse", "CSV of ICSE", .scheme = "icse",
	.read = format_table},
    [LIST_IWF] = {"iwf", "CSV as IWF gives it, by the names of its columns",
	.scheme = "iwf", .read = format_table},
};

bool
list_format_of(str name, enum list_format_id *ret)
{
	for (int i = 0; i < LIST_FORMATS; i++)
		if (str_eq(name, str_c(list_formats[i].name))) {
			*ret = (enum list_format_id)i;
			return true;
		}
	return false;
}
