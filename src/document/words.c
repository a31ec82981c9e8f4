#include "document/words.h"

void
words_keep(const struct words *w, struct buf *to)
{
	uint32_t here = UINT32_MAX;

	for (size_t i = 0; i < w->n; i++) {
		const struct words_line *l = &w->line[i];

		if (l->paragraph != here) {
			if (here != UINT32_MAX)
				buf_byte(to, '\n');
			here = l->paragraph;
			buf_byte(to, w->heading[here] ? 'h' : 'p');
		} else {
			buf_byte(to, ' ');
		}
		buf_put(to, w->text.p + l->at, l->n);
	}
	if (here != UINT32_MAX)
		buf_byte(to, '\n');
	buf_byte(to, '\f');
}
