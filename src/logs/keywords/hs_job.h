/* Compilation by Hyperscan, in a thread of its own, so that it can be given up: some expressions take hours
 * and the library cannot be interrupted. A job works on copies of its input. One that is ended before it is
 * done stays until the process exits, which then does not run the exit handlers of the libraries. Private to
 * logs/. */
#ifndef MS_LOGS_KEYWORDS_HS_JOB_H
#define MS_LOGS_KEYWORDS_HS_JOB_H

#include "base/err.h"

#include <hs/hs.h>

/* What hs_expression_info (INFO: of the first expression), hs_compile_multi and hs_compile_lit_multi take. */
typedef struct ms_hs_input {
    enum { MS_HS_INFO, MS_HS_REGEXES, MS_HS_LITERALS } call;
    const char *const *expressions; /* NUL-terminated, except literals */
    const unsigned *flags;          /* NULL: 0 */
    const unsigned *ids;            /* NULL: 0 */
    const size_t *lens;             /* of literals */
    size_t n;
    unsigned mode; /* HS_MODE_* of a database */
} ms_hs_input;

typedef struct ms_hs_result {
    hs_error_t rc;
    hs_compile_error_t *error; /* NULL with HS_SUCCESS */
    hs_expr_info_t *info;
    hs_database_t *db;
    double seconds; /* of CPU time */
} ms_hs_result;

typedef struct ms_hs_job ms_hs_job;

/* Starts a job; `input` is copied. Without another thread the job is done when this returns. MS_NOMEM.
 * Local, as all below. */
MS_MUST_CHECK ms_code ms_hs_job_start(ms_hs_job **job, const ms_hs_input *input);
/* Waits until the job is done (true) or has used `seconds` of CPU time since its start. */
bool ms_hs_job_wait(ms_hs_job *job, double seconds);
/* The CPU time that a job has used so far, in seconds. */
double ms_hs_job_seconds(ms_hs_job *job);
/* What a job that is done has made: the caller owns it from now on. */
ms_hs_result ms_hs_job_take(ms_hs_job *job);
/* Frees, or leaves a job behind that is not done. Accepts NULL. */
void ms_hs_job_end(ms_hs_job *job);

/* Frees what is left; accepts {0}. */
void ms_hs_result_fini(ms_hs_result *result);
/* hs_expression_info, for at most `seconds` of CPU time: then MS_LIMIT, else MS_OK with the library's own
 * result, or MS_NOMEM. */
MS_MUST_CHECK ms_code ms_hs_info(ms_hs_result *result, const char *expression, unsigned flags,
                                 double seconds);

#endif
