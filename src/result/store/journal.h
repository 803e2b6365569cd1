/* Journal: the finished tasks of the ranks on disk, so that a run that was interrupted or killed can be
 * resumed. Which tasks are reused, and whether a file has changed since, is decided by the caller. */
#ifndef MS_RESULT_STORE_JOURNAL_H
#define MS_RESULT_STORE_JOURNAL_H

#include "base/str_list.h"

/* A directory with one file per attempt and rank, "AAAA-RRRRRR.journal" in decimal. A file is a sequence of
 * frames (frame.h): a header, then one frame for each finished task. A torn or damaged frame is dropped,
 * and reading continues at the next mark. */

/* The file of a finished task, and its state. */
typedef struct ms_journal_file {
    ms_str path;
    uint64_t size;
    int64_t mtime_ns;
    int64_t ctime_ns; /* its owner can set the time of modification, but not this one */
    uint64_t inode;
} ms_journal_file;

typedef struct ms_journal ms_journal;

/* Creates the journal of rank `rank` in attempt `attempt` in the existing directory `dir`, for the user
 * alone, and writes the settings. MS_IO with the path, also when the file exists, or the directory is not to
 * be trusted (ms_directory_open_own). Local, as all below. */
MS_MUST_CHECK ms_code ms_journal_create(ms_journal **journal, const char *dir, uint32_t attempt,
                                        uint32_t rank, double every, const ms_str_list *settings,
                                        ms_err *err);
/* Adds the encoded record, nrecord bytes, of a finished task; `now` is ms_clock_now. It is written with
 * the next group: at once when that is large, at a call `every` seconds after the last one, or at
 * ms_journal_flush. A write error is kept and returned by every later call: the journal then ends at its last
 * whole group. MS_NOMEM, MS_IO. */
MS_MUST_CHECK ms_code ms_journal_put(ms_journal *journal, const ms_journal_file *file, const uint8_t *record,
                                     size_t nrecord, double now, ms_err *err);
/* Writes the group when `every` seconds have passed since the last. MS_IO. */
MS_MUST_CHECK ms_code ms_journal_tick(ms_journal *journal, double now, ms_err *err);
/* Writes the group, if not empty, without waiting for the disk. MS_IO. */
MS_MUST_CHECK ms_code ms_journal_write(ms_journal *journal, double now, ms_err *err);
/* Writes the group and waits for the disk. MS_IO. */
MS_MUST_CHECK ms_code ms_journal_flush(ms_journal *journal, ms_err *err);
/* Closes without writing; accepts NULL. */
void ms_journal_close(ms_journal *journal);

/* Result of ms_journal_read. */
typedef struct ms_journal_summary {
    uint64_t nfiles;       /* journals read */
    uint64_t nframes;      /* finished tasks in them */
    uint64_t ndamaged;     /* torn or damaged frames dropped */
    uint32_t last_attempt; /* 0: no journal in the directory */
} ms_journal_summary;

/* Called for each finished task; everything is borrowed for the call. The record has not been validated.
 * Anything but MS_OK ends the reading with that code. */
typedef ms_code (*ms_journal_fn)(void *user, const ms_journal_file *file, const uint8_t *record,
                                 size_t nrecord);

/* Reads all journals in `dir`, by attempt and rank. MS_USAGE when one was made with other settings (names the
 * first that differs) or by another version of the program, MS_IO with the path, also when somebody else can
 * write what is read, MS_NOMEM. A missing directory has no journals. `fn` NULL: only lists the files. */
MS_MUST_CHECK ms_code ms_journal_read(const char *dir, const ms_str_list *settings, ms_journal_fn fn,
                                      void *user, ms_journal_summary *summary, ms_err *err);

#endif
