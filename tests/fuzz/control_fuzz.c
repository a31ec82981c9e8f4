/* What a role says to the monitor, and the monitor to a role. */
#include <assert.h>

#include "ipc/control.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	str in = {(const char *)p, n};
	struct control_start start;
	struct control_peer peer;
	uint32_t number;
	struct err e;
	bool weak;

	for (size_t fds = 0; fds < 8; fds++)
		if (control_start_read(in, fds, &start, &e))
			assert(start.n_listen <= CONTROL_LISTEN_MAX &&
			       start.conf.n <= CONTROL_CONF_MAX);
	if (control_peer_read(in, &peer, &e))
		assert(peer.role <= CONTROL_ROLES);
	(void)!control_ready_read(in, &weak, &e);
	(void)!control_drop_read(in, &number, &e);
	if (control_born_read(in, &number, &e))
		assert(number <= INT32_MAX);
	return 0;
}
