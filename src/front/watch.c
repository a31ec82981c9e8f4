#include <sys/epoll.h>

#include "front/front.h"

bool
front_watch(struct front *f, int fd, enum watch what, uint32_t which)
{
	struct epoll_event ev = {
	    .events = EPOLLIN, .data.u64 = (uint64_t)what << 32 | which};

	return epoll_ctl(f->epoll, EPOLL_CTL_ADD, fd, &ev) == 0;
}
