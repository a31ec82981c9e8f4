/* wire — which processes get a channel to each other. */
#ifndef MONITOR_WIRE_H
#define MONITOR_WIRE_H

#include "monitor/slot.h"

/* A fresh channel between `fresh` and each running slot that the table of
 * roles makes its peer.  Of those that make jails the first alone, and once it
 * is ready: called again then.  One that does not take its end is killed: it is
 * dead already, or it does not listen. */
void wire(struct slot *slots, size_t n, struct slot *fresh);

#endif
