/* Confinement of the worker by namespaces, where the kernel lets it have them: a root directory in which
 * there is nothing, no network, no capabilities. Beside the seccomp filter, which may have a gap. */
#ifndef MS_IMAGES_WORKER_CONFINE_H
#define MS_IMAGES_WORKER_CONFINE_H

#include <stdbool.h>

/* While there is one thread: root becomes nobody; namespaces of its own for users, mounts, network, IPC and
 * host name, as far as they are allowed. Returns whether there is one for users, in which limits count its
 * own threads only. Local, as the next. */
bool ms_confine_begin(void);
/* When no more files are opened: the root directory becomes an empty one that is removed, and the last
 * capabilities go. What is not allowed is left out: the filter alone confines then. */
void ms_confine_end(void);

#endif
