#include "seat.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ipc/control.h"
#include "matcher/serve.h"
#include "proc/role.h"

struct chan
seat_of_mine(struct chan *control)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(64);
	struct control_peer p = {.role = ROLE_MATCH};
	struct err e;
	int fd[2];

	control_peer_write(&b, &p);
	if (!chan_pair(fd, &e) ||
	    !chan_send(control, CONTROL_PEER, buf_view(&b), &fd[1], 1, &e))
		abort();
	(void)close(fd[1]);
	return (struct chan){fd[0], match_to_matcher};
}

static void
sit(struct chan *c)
{
	static char in[MATCH_BODY_MAX + 1];
	struct chan_msg m;
	struct err e;
	struct matcher *matcher = matcher_new(&e);

	while (matcher != NULL) {
		bool good = true;

		if (chan_recv(c, in, sizeof(in),
			matcher_is_busy(matcher) ? 0 : -1, &m, &e)) {
			good = matcher_serve(matcher, c, &m, &e);
			chan_msg_done(&m);
		} else if (e.kind != ERR_BUSY) {
			break;
		}
		if (!good || !matcher_work(matcher, c, &e))
			_exit(1);
	}
	_exit(0);
}

pid_t
seat_start(struct chan *control)
{
	struct chan c = seat_of_mine(control);
	pid_t pid = fork();

	assert(pid >= 0);
	if (pid == 0) {
		(void)close(control->fd);
		sit(&c);
	}
	(void)close(c.fd);
	return pid;
}

void
seat_kill(pid_t pid)
{
	if (pid <= 0)
		return;
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}
