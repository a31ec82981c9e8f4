#include "jobs/film.h"

#include "hash/kind.h"
#include "jobs/intake.h"

bool
film_hashes(struct arena *a, str table, struct hashes *ret, struct err *e)
{
	struct hashes t;

	if (!hashes_read(a, table, HASHES_FILM_ROWS_MAX, &t, e))
		return err_wrap(e, "frames of a video");
	for (size_t i = 0; i < t.n; i++)
		if (t.v[i].kind != HASH_PDQ || t.v[i].pipeline != PDQ_CORE ||
		    !intake_is_whole(&t.v[i]))
			return err_set(e, ERR_CORRUPT,
			    "frame %zu of a video is not what it says", i);
	if (t.n == 0)
		return err_set(e, ERR_CORRUPT, "a video without frames");
	*ret = t;
	return true;
}
