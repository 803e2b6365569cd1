/* Process: what concerns the process as a whole: its descriptors and signals, its terminal, its exit code. */
#include "run/stages/pipeline_internal.h"

#include "base/escape.h"
#include "result/store/journal.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ms_pipeline_init_process(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) < 0) {
            int opened = open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
            (void)opened; /* it takes the lowest free number: fd */
        }
    }
    (void)signal(SIGPIPE, SIG_IGN); /* a closed pipe, or a size limit, is an error of the write */
    (void)signal(SIGXFSZ, SIG_IGN);
}

bool ms_pipeline_reports(void)
{
    return ms_launch_detect().rank == 0;
}

bool ms_pipeline_is_root(const ms_pipeline *pipeline)
{
    return ms_comm_rank(pipeline->comm) == 0;
}

static void print_failure(ms_code code, const ms_err *err)
{
    (void)fprintf(stderr, "mpiscan: %s\n", err->text[0] != 0 ? err->text : ms_code_text(code));
}

/* A run with a journal has failed. */
static void print_resumable(const ms_settings *settings)
{
    char shown[256];
    const char *dir = ms__journal_dir(settings);
    (void)fprintf(stderr, "mpiscan: finished tasks are kept; continue with --resume %s\n",
                  ms_escape_to(shown, sizeof shown, dir, strlen(dir)));
}

bool ms_pipeline_color(const ms_settings *settings)
{
    const ms_launch launch = ms_launch_detect();
    const char *no_color = getenv("NO_COLOR");
    if (settings->color != MS_WHEN_AUTO) {
        return settings->color == MS_WHEN_ALWAYS;
    }
    return !settings->output && !(no_color && no_color[0] != 0) && ms_launch_user_terminal(&launch, 1);
}

static int exit_code_of(const ms_settings *settings, ms_code code, const ms_run_result *run_result)
{
    if (code == MS_USAGE) {
        return MS_EXIT_USAGE;
    }
    if (code == MS_STOPPED) {
        return MS_EXIT_STOPPED;
    }
    if (code != MS_OK) {
        return settings->grep_status ? 2 : MS_EXIT_FAILED;
    }
    const ms_ledger *ledger = &run_result->merged.ledger;
    if (run_result->stopped) {
        return MS_EXIT_STOPPED;
    }
    if (settings->quiet && ledger->matching_files > 0) {
        return 0;
    }
    if (settings->grep_status) {
        return !ms_ledger_complete(ledger) ? 2 : ledger->matching_files > 0 ? 0 : 1;
    }
    return ms_ledger_complete(ledger) ? MS_EXIT_COMPLETE : MS_EXIT_INCOMPLETE;
}

static void pipeline_free(ms_pipeline *p)
{
    ms__monitor_end(p->monitor);
    ms_journal_close(p->journaling.journal);
    ms_worker_free(p->worker);
    ms__prepared_fini(&p->prepared);
    ms_comm_finish(p->comm);
    free(p);
}

/* Every rank's code, and rank 0's view of the run_result -> one exit code. Rank 0 may still be writing the
 * report, so the others wait asleep. MS_MPI when nothing can be agreed upon. Collective. */
static ms_code agree_exit(ms_pipeline *p, ms_code mine, const ms_run_result *run_result, int *exit_code,
                          ms_err *err)
{
    ms_err ignored = {0};
    ms_bytes shared = {0};
    if (ms_comm_sleeping_barrier(p->comm, NULL, NULL, NULL, &ignored) != MS_OK) {
        return MS_MPI;
    }
    ms_code code = ms_comm_agree(p->comm, mine, err);
    if (code == MS_MPI) {
        return code;
    }
    ms_bytes_put_u8(&shared, (uint8_t)exit_code_of(p->settings, code, run_result));
    if (ms_bytes_check(&shared) != MS_OK || ms_comm_broadcast(p->comm, &shared, &ignored) != MS_OK) {
        code = MS_MPI;
    } else {
        *exit_code = shared.data[0];
    }
    ms_bytes_fini(&shared);
    return code;
}

/* CSV has no place for what is missing. */
static void print_missing(const ms_settings *settings, const ms_run_result *run_result)
{
    const ms_ledger *ledger = &run_result->merged.ledger;
    if (settings->format == MS_FORMAT_CSV && ledger->skipped > 0) {
        (void)fprintf(stderr, "mpiscan: %llu of %llu files were skipped (see --format text or json)\n",
                      (unsigned long long)ledger->skipped, (unsigned long long)ledger->enumerated);
    }
    if (settings->format == MS_FORMAT_CSV && ledger->failed > 0) {
        (void)fprintf(stderr, "mpiscan: INCOMPLETE: %llu of %llu files failed (see --format text or json)\n",
                      (unsigned long long)ledger->failed, (unsigned long long)ledger->enumerated);
    }
}

int ms_pipeline_exit(const ms_settings *settings, ms_code code, const ms_run_result *run_result,
                     const ms_err *err)
{
    if (code != MS_OK && ms_pipeline_reports()) {
        print_failure(code, err);
    }
    if (run_result) {
        if (code == MS_OK) {
            print_missing(settings, run_result);
        }
        return exit_code_of(settings, code, run_result);
    }
    return code == MS_OK ? MS_EXIT_COMPLETE : code == MS_USAGE ? MS_EXIT_USAGE : MS_EXIT_FAILED;
}

int ms_pipeline_end(ms_pipeline *pipeline, ms_code code, const ms_run_result *run_result, ms_err *err)
{
    ms_pipeline *p = pipeline;
    bool reports = ms_pipeline_reports();
    int exit_code = code == MS_USAGE ? MS_EXIT_USAGE : MS_EXIT_FAILED;
    if (p && p->comm && code != MS_MPI) {
        code = agree_exit(p, code, run_result, &exit_code, err);
    }
    if (code != MS_OK && (reports || code == MS_MPI)) {
        print_failure(code, err);
        if (p && p->attempt > 0) {
            print_resumable(p->settings);
        }
    }
    if (code == MS_OK && p && ms_pipeline_is_root(p)) {
        print_missing(p->settings, run_result);
    }
    if (code == MS_MPI && p) {
        ms_comm_abort(p->comm, MS_EXIT_FAILED);
    }
    if (p) {
        pipeline_free(p);
    }
    return exit_code;
}
