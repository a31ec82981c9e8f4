/* write — the counterpart of ipc/read.h: little-endian fields into a buf. */
#ifndef IPC_WRITE_H
#define IPC_WRITE_H

#include "base/buf.h"

static inline void
write_u8(struct buf *b, uint8_t v)
{
	buf_byte(b, (char)v);
}

static inline void
write_u32(struct buf *b, uint32_t v)
{
	const uint8_t p[4] = { (uint8_t)v, (uint8_t)(v >> 8),
		(uint8_t)(v >> 16), (uint8_t)(v >> 24) };

	buf_put(b, p, sizeof(p));
}

static inline void
write_u64(struct buf *b, uint64_t v)
{
	write_u32(b, (uint32_t)v);
	write_u32(b, (uint32_t)(v >> 32));
}

static inline void
write_bytes(struct buf *b, str s)
{
	write_u32(b, (uint32_t)s.n);
	buf_put(b, s.p, s.n);
}

#endif
