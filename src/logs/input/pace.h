/* Pace: which of two ways to get at a file's bytes is the quicker one here: to read them, or to view them in
 * place. That depends on the size of the pages in which the kernel happens to hold the file: measured on one
 * machine, a view took 0.6 to 1.8 times as long as a read. So both are timed, again and again. It never
 * changes what is found. */
#ifndef MS_LOGS_INPUT_PACE_H
#define MS_LOGS_INPUT_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum ms_way {
    MS_WAY_QUICKER,
    MS_WAY_READ,
    MS_WAY_VIEW,
} ms_way;

typedef struct ms_pace {
    ms_way way;     /* the only one to go, or the quicker one */
    uint64_t every; /* bytes after which the slower way is tried once more */
    double read;    /* seconds of CPU time that a byte took lately; 0: not tried yet */
    double view;
    uint64_t nbytes; /* gone the quicker way since the slower one was tried */
} ms_pace;

/* Are the next bytes to be viewed? Local. */
bool ms_pace_views(const ms_pace *pace);
/* Is that because it is quicker, and no trial? Local. */
bool ms_pace_prefers_views(const ms_pace *pace);
/* n bytes have been searched this way in so many seconds. Local. */
void ms_pace_took(ms_pace *pace, ms_way way, size_t n, double seconds);

#endif
