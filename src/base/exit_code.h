/* The program's exit codes: the same on every rank, as a launcher and a batch system check each. */
#ifndef MS_BASE_EXIT_CODE_H
#define MS_BASE_EXIT_CODE_H

enum {
    MS_EXIT_COMPLETE = 0,
    MS_EXIT_INCOMPLETE = 1,
    MS_EXIT_USAGE = 2,
    MS_EXIT_FAILED = 3,
    MS_EXIT_STOPPED = 75
};

#endif
