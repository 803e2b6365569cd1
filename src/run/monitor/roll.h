/* Roll: rank 0 keeps a list of when it has last heard of each rank, and where that was; it names those that
 * stand still, and those of which nothing is heard any more. The letters go from thread to thread, past the
 * threads that work: they may be stuck in a system call. */
#ifndef MS_RUN_MONITOR_ROLL_H
#define MS_RUN_MONITOR_ROLL_H

#include "comm/comm.h"

typedef struct ms__roll ms__roll;

/* What a rank has to say of itself. */
typedef enum ms__roll_word {
    MS__ROLL_HERE, /* nothing */
    MS__ROLL_STUCK,
    MS__ROLL_GOES_ON, /* after it was said to be stuck */
    MS__ROLL_WORDS
} ms__roll_word;

typedef struct ms__roll_entry {
    ms__roll_word word;
    double seconds;   /* that it has stood still */
    const char *path; /* where it is; "" for nowhere. Borrowed */
} ms__roll_entry;

/* `seconds` after which a silent rank is named; `able`: this rank can take part. *roll is NULL, without an
 * error, when a rank cannot or MPI does not let two threads write, and with one rank. MS_MPI. Collective. */
MS_MUST_CHECK ms_code ms__roll_open(ms__roll **roll, ms_comm *comm, double seconds, bool able, ms_err *err);
/* The last letters, and frees; accepts NULL. From the thread that opened it, when no other uses it any more.
 * MS_MPI. Collective. */
MS_MUST_CHECK ms_code ms__roll_close(ms__roll *roll, ms_err *err);

/* One line on standard error about a rank; `who` is "rank 3 on node2: " or empty, `bar`: there is one on the
 * screen. Local, as all below; from one thread at a time. */
void ms__roll_write(const char *who, const ms__roll_entry *entry, bool bar);
/* Says this of this rank: rank 0 writes it to standard error, at other ranks a letter is sent, now and then
 * also when there is nothing to tell. When none can be sent, this rank writes it itself. */
void ms__roll_tell(ms__roll *roll, const char *who, const ms__roll_entry *entry, bool bar);
/* Rank 0: takes the letters that have come, and writes what there is to tell. */
void ms__roll_call(ms__roll *roll, bool bar);

#endif
