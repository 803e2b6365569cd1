/* Abandon: ends the program when it is asked to stop while it can neither look for that nor has done
 * anything: the matching library may compile for minutes. */
#ifndef MS_RUN_MONITOR_ABANDON_H
#define MS_RUN_MONITOR_ABANDON_H

#include <stdbool.h>

typedef struct ms__abandon ms__abandon;

/* From now on a request (stop.h; the signals are blocked) that has waited for most of a second ends the
 * process with MS_EXIT_STOPPED, after a line on standard error that names `what` (borrowed). Only the `first`
 * rank is so quick, others wait for as long again. NULL when that cannot be had. Local, as all here. */
ms__abandon *ms__abandon_begin(const char *what, bool first);
/* What comes from now on, or has come a moment before, waits for ms__stop_wanted. Frees; accepts NULL. */
void ms__abandon_end(ms__abandon *abandon);

#endif
