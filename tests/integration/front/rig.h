/* rig — see rig.c. */
#ifndef FRONT_RIG_H
#define FRONT_RIG_H

/* Answers requests on that channel until it is closed; FOLDER is for blobs. */
void rig_worker(int fd, const char *folder);

#endif
