/* Error codes and their details. Every fallible function returns an ms_code; the function that detects the
 * error fills the ms_err once, its callers only prefix context. Nothing below main prints, exits or aborts.
 */
#ifndef MS_BASE_ERR_H
#define MS_BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>

#define MS_MUST_CHECK __attribute__((warn_unused_result))
#define MS_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

#define MS_CODES(X)                                                                                          \
    X(OK, "no error")                                                                                        \
    X(NOMEM, "out of memory")                                                                                \
    X(USAGE, "usage error")                                                                                  \
    X(IO, "input/output error")                                                                              \
    X(FORMAT, "malformed data")                                                                              \
    X(LIMIT, "a limit was exceeded")                                                                         \
    X(MPI, "MPI error")                                                                                      \
    X(MISMATCH, "two runs that must agree do not")                                                           \
    X(STOPPED, "stopped on request")                                                                         \
    X(INTERNAL, "internal error")                                                                            \
    X(FOREIGN, "belongs to another job")                                                                     \
    X(ARCHIVE, "is an archive")                                                                              \
    X(CHANGED, "is another file than before")

typedef enum ms_code {
#define X(name, text) MS_##name,
    MS_CODES(X)
#undef X
        MS_CODE_COUNT
} ms_code;

typedef struct ms_err {
    ms_code code;
    int sys_errno;  /* errno or a library's code; 0: none */
    char text[480]; /* printable: bytes of file names in it are escaped */
} ms_err;

/* The code's fixed text. Local; never NULL. */
const char *ms_code_text(ms_code code);

/* Fills *err (may be NULL) and returns `code`, for `return ms_err_set(...)`. With a sys_errno other than 0,
 * ": strerror" is appended to the text. */
ms_code ms_err_set(ms_err *err, ms_code code, int sys_errno, const char *fmt, ...) MS_PRINTF(4, 5);

/* Prefixes the text with "context: " and returns err's code. err must not be NULL. */
ms_code ms_err_prefix(ms_err *err, const char *fmt, ...) MS_PRINTF(2, 3);

/* Returns from the calling function, which owns nothing yet, when the expression is not MS_OK. */
#define MS_TRY(expression)                                                                                   \
    do {                                                                                                     \
        ms_code ms_try_code = (expression);                                                                  \
        if (ms_try_code != MS_OK) {                                                                          \
            return ms_try_code;                                                                              \
        }                                                                                                    \
    } while (0)

/* The same where something has to be released: sets the local variable `code` and jumps to `label`. */
#define MS_TRY_OR(label, expression)                                                                         \
    do {                                                                                                     \
        code = (expression);                                                                                 \
        if (code != MS_OK) {                                                                                 \
            goto label;                                                                                      \
        }                                                                                                    \
    } while (0)

/* The program's exit codes: the same on every rank, as a launcher and a batch system check each. */
enum {
    MS_EXIT_COMPLETE = 0,
    MS_EXIT_INCOMPLETE = 1,
    MS_EXIT_USAGE = 2,
    MS_EXIT_FAILED = 3,
    MS_EXIT_STOPPED = 75
};

#endif
