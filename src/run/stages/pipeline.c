/* Pipeline: the stages of a run, in the order in which the data go through them, once, with no way back:
 *
 *   enumerate > plan > scatter > work > gather > merge > compare > report
 *
 * Enumerate is prepare.c, plan .. merge are runs.c (the comparison needs them more than once), compare is
 * compare_runs.c, report is not ours. */
#include "base/clock.h"
#include "base/escape.h"
#include "run/stages/pipeline_internal.h"

#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Blocks of as many bytes and more are memory of their own, which the system has back when they are freed. By
 * itself malloc keeps up to 32 MB of each size that it has seen: between two stages of a run over a million
 * files that would be more than what the next stage needs. */
enum { OWN_MEMORY = 4 << 20 };

enum { USUAL_RANKS = 64 }; /* when the launcher does not say how many there are */

#define COMPILING "the keywords were compiled"

void ms_pipeline_guard_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) < 0) {
            int opened = open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
            (void)opened; /* it takes the lowest free number: fd */
        }
    }
}

bool ms_pipeline_speaks(void)
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
    (void)fprintf(stderr, "mpiscan: what was finished before is kept: --resume %s goes on with it\n",
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

/* Rank 0's own findings; with a launcher also the keywords, compiled for all ranks. */
static void prepare_all(ms_pipeline *p)
{
    ms__prepared *prepared = &p->prepared;
    ms__monitor_guard(p->monitor, "the files were listed");
    ms__prepare(prepared, p->settings, p->launch.size > 0 ? (size_t)p->launch.size : USUAL_RANKS, p->monitor);
    ms__monitor_guard(p->monitor, NULL);
    if (p->launch.launched && prepared->code == MS_OK) {
        ms__monitor_guard(p->monitor, COMPILING);
        prepared->code = ms_matcher_compile(&prepared->keywords, &prepared->compiled, &prepared->err);
        ms__monitor_guard(p->monitor, NULL);
    }
}

static void *prepare_thread(void *user)
{
    prepare_all(user);
    return NULL;
}

/* enumerate, and compile, on rank 0, while MPI starts. */
static ms_code begin_launched(ms_pipeline *p, ms_err *err)
{
    pthread_t thread;
    bool threaded = p->launch.rank == 0 && pthread_create(&thread, NULL, prepare_thread, p) == 0;
    ms_code code = ms_comm_start(&p->comm, &p->launch, err);
    code = code == MS_OK ? ms__monitor_connect(p->monitor, p->comm, p->settings->stall_warning, err) : code;
    if (threaded) {
        (void)pthread_join(thread, NULL);
    }
    if (code == MS_OK && !threaded && ms_pipeline_is_root(p)) {
        prepare_all(p);
    }
    return code;
}

ms_code ms_pipeline_begin(ms_pipeline **pipeline, const ms_settings *settings, ms_err *err)
{
    ms_pipeline *p = calloc(1, sizeof *p);
    *pipeline = p;
    if (!p) {
        return ms_err_set(err, MS_NOMEM, 0, "no memory to begin");
    }
    p->settings = settings;
    p->begin = ms_clock_now();
    p->launch = ms_launch_detect();
    if (p->launch.no_pmi) {
        return ms_err_set(
            err, MS_USAGE, 0,
            "srun started several tasks without an interface for MPI: use srun --mpi=pmix, or mpirun");
    }
    ms__stop_arm(); /* before there are other threads, which inherit it */
    p->monitor = ms__monitor_start(p->settings->stall_warning, p->launch.launched ? p->launch.rank : -1);
    (void)mallopt(M_MMAP_THRESHOLD, OWN_MEMORY);
    ms_launch_prepare(&p->launch);
    if (p->launch.launched) {
        return begin_launched(p, err);
    }
    prepare_all(p);
    return ms_comm_start(&p->comm, &p->launch, err);
}

static ms__progress_mode choose_progress(const ms_pipeline *p)
{
    if (ms_launch_user_terminal(&p->launch, 2)) {
        return MS__PROGRESS_BAR;
    }
    return p->settings->progress ? MS__PROGRESS_LINES : MS__PROGRESS_NONE;
}

/* Rank 0's findings that every rank needs: the kind of progress, the keywords as typed and as compiled. */
static ms_code put_shared(const ms_pipeline *p, ms_bytes *to)
{
    ms_bytes keywords = {0};
    ms_code code = ms_keywords_encode(&p->prepared.keywords, &keywords);
    ms_bytes_put_u8(to, (uint8_t)choose_progress(p));
    ms_bytes_put_u32(to, p->prepared.resumed.attempt);
    ms_bytes_put_blob(to, keywords.data, keywords.len);
    ms_bytes_put_blob(to, p->prepared.compiled.data, p->prepared.compiled.len);
    ms_bytes_fini(&keywords);
    return code == MS_OK ? ms_bytes_check(to) : code;
}

static ms_code take_shared(ms_pipeline *p, const ms_bytes *from, ms_err *err)
{
    ms_reader reader = ms_reader_over(from->data, from->len);
    size_t nkeywords = 0;
    size_t ncompiled = 0;
    p->progress.mode = (ms__progress_mode)ms_reader_u8(&reader);
    p->attempt = ms_reader_u32(&reader);
    const uint8_t *keywords = ms_reader_blob(&reader, &nkeywords);
    const uint8_t *compiled = ms_reader_blob(&reader, &ncompiled);
    if (ms_pipeline_is_root(p)) {
        return MS_OK;
    }
    ms_code code = reader.failed ? MS_FORMAT : ms_keywords_decode(&p->prepared.keywords, keywords, nkeywords);
    if (code == MS_OK) {
        ms_bytes_append(&p->prepared.compiled, compiled, ncompiled);
        code = ms_bytes_check(&p->prepared.compiled);
    }
    return code == MS_OK
               ? MS_OK
               : ms_err_set(err, code, 0, "the keywords of rank 0 cannot be read: %s", ms_code_text(code));
}

static ms_code share(ms_pipeline *p, ms_err *err)
{
    ms_bytes bytes = {0};
    ms_code code = ms_pipeline_is_root(p) ? put_shared(p, &bytes) : MS_OK;
    code = ms_comm_agree(p->comm, code, err);
    code = code == MS_OK ? ms_comm_broadcast(p->comm, &bytes, err) : code;
    if (code == MS_OK) {
        code = ms_comm_agree(p->comm, take_shared(p, &bytes, err), err);
    }
    ms_bytes_fini(&bytes);
    return code;
}

static ms_scan_options scan_options(const ms_settings *settings)
{
    return (ms_scan_options){
        .lines = settings->lines,
        .files_with_matches = settings->files_with_matches,
        .before = (size_t)settings->before,
        .after = (size_t)settings->after,
        .max_line = (size_t)settings->max_line,
        .max_listing = settings->max_listing,
        .window = (size_t)settings->window,
        .decode = {.max_decompressed = settings->max_decompressed,
                   .max_window = settings->memlimit_decompress},
        .drop_cache = settings->drop_cache,
    };
}

/* --simulate on this rank. */
static void set_simulated(ms_pipeline *p)
{
    double nsec = 0;
    if (p->settings->simulate &&
        ms_settings_simulated(p->settings->simulate, ms_comm_rank(p->comm), &nsec) == MS_OK) {
        ms_worker_simulate(p->worker, nsec);
    }
}

static ms_code add_images(ms_pipeline *p, ms_err *err)
{
    static const ms_gray_formula formulas[] = {[MS_FORMULA_BT601] = MS_GRAY_BT601,
                                               [MS_FORMULA_BT709] = MS_GRAY_BT709,
                                               [MS_FORMULA_LINEAR] = MS_GRAY_LINEAR};
    const ms_settings *settings = p->settings;
    ms_gray_request request = {
        .formula = formulas[settings->formula],
        .target = ms__image_target(settings),
        .strip = settings->strip,
        .max_pixels = settings->max_pixels,
        .max_scans = (uint32_t)settings->max_scans,
    };
    ms_gray_limits limits = {.memory = settings->image_memory, .timeout = settings->image_timeout};
    return ms_worker_add_images(p->worker, &request, &limits, err);
}

/* Rank 0 may still be enumerating, or compiling. */
static ms_code take_prepared(ms_pipeline *p, ms_err *err)
{
    if (!ms_pipeline_is_root(p)) {
        ms__monitor_guard(p->monitor, "rank 0 prepared the run");
    }
    ms_code code = ms_comm_sleeping_barrier(p->comm, NULL, NULL, NULL, err);
    if (code == MS_OK) {
        *err = p->prepared.err;
        code = ms_comm_agree(p->comm, p->prepared.code, err);
    }
    code = code == MS_OK ? share(p, err) : code;
    ms__monitor_guard(p->monitor, NULL);
    return code;
}

/* Agrees on what rank 0 has prepared, and makes every rank ready to work. */
static ms_code settle(ms_pipeline *p, ms_err *err)
{
    ms_comm_set_chunk_size(p->comm, p->settings->chunk_size);
    ms_code code = take_prepared(p, err);
    code = code == MS_OK ? ms__hosts_agree(p, err) : code;
    if (code == MS_OK) {
        ms_scan_options options = scan_options(p->settings);
        const ms_bytes *compiled = p->launch.launched ? &p->prepared.compiled : NULL;
        ms__monitor_guard(p->monitor, COMPILING);
        code = ms_worker_new(&p->worker, &p->prepared.keywords, compiled, &options, err);
        ms__monitor_guard(p->monitor, NULL);
        ms_bytes_fini(&p->prepared.compiled);
        if (code == MS_OK && p->settings->command != MS_COMMAND_LOGS) {
            code = add_images(p, err);
        }
        if (code == MS_OK && p->remote_host) {
            ms_worker_set_remote_host(p->worker);
        }
        code = code == MS_OK ? ms__journal_begin(p, err) : code;
        if (code == MS_OK) {
            set_simulated(p);
        }
        code = ms_comm_agree(p->comm, code, err);
    }
    p->progress.comm = p->comm;
    if (p->progress.mode == MS__PROGRESS_BAR) {
        ms__monitor_clears_bar(p->monitor);
    }
    return code;
}

/* Rank 0: says so when a rank's journal is not whole. */
static void note_journals(const ms_pipeline *p, const ms__run *run, ms_run_result *run_result)
{
    size_t nended = 0;
    for (size_t r = 0; r < ms_comm_size(p->comm); r++) {
        nended += run->ranks[r].journal_ended;
    }
    size_t used = strlen(run_result->notes);
    if (nended > 0) {
        (void)snprintf(
            run_result->notes + used, sizeof run_result->notes - used,
            "The journal of %zu rank%s could not be written to its end: a resumed run would do again what is "
            "missing. On rank 0: %s\n",
            nended, nended == 1 ? "" : "s",
            p->journal_err.code != MS_OK ? p->journal_err.text : "nothing was wrong");
    }
}

/* Rank 0: names the rank that stalled longest, if any did for long. */
static void note_stalls(const ms_pipeline *p, const ms__run *run, ms_run_result *run_result)
{
    const ms_rankstat *worst = &run->ranks[0];
    char shown[256];
    size_t nstood = 0;
    for (size_t r = 0; r < ms_comm_size(p->comm); r++) {
        nstood += run->ranks[r].stood_seconds > 0;
        worst = run->ranks[r].stood_seconds > worst->stood_seconds ? &run->ranks[r] : worst;
    }
    size_t used = strlen(run_result->notes);
    if (nstood > 0) {
        (void)snprintf(
            run_result->notes + used, sizeof run_result->notes - used,
            "%zu rank%s stalled longer than --stall-warning, rank %u on %s longest: %.0f s at %s.\n", nstood,
            nstood == 1 ? "" : "s", worst->rank, worst->host, worst->stood_seconds,
            ms_escape_to(shown, sizeof shown, worst->stood_at, strlen(worst->stood_at)));
    }
}

/* Rank 0: what the report needs and the comparison does not. */
static ms_code fill_run_result(ms_pipeline *p, ms__run *run, ms_run_result *run_result, ms_err *err)
{
    const ms_str_list *keywords = &p->prepared.keywords.list;
    for (size_t i = 0; i < keywords->count; i++) {
        ms_str name = ms_str_list_at(keywords, i);
        ms_str_list_push(&run_result->keywords, name.data, name.len);
    }
    if (ms_str_list_check(&run_result->keywords) != MS_OK) {
        return ms_err_set(err, MS_NOMEM, 0, "no memory for the report");
    }
    run_result->paths = p->prepared.entries.paths; /* moved */
    p->prepared.entries.paths = (ms_str_list){0};
    run_result->nfiltered = p->prepared.entries.nfiltered;
    run_result->stages = run->stages;
    run_result->stages.enumerate = p->prepared.seconds;
    note_journals(p, run, run_result);
    note_stalls(p, run, run_result);
    run_result->merged = run->merged;
    run_result->ranks = run->ranks;
    run_result->nranks = ms_comm_size(p->comm);
    run_result->stopped = run->stopped && run->merged.ledger.undone > 0; /* it may have come too late */
    *run = (ms__run){0};
    return MS_OK;
}

ms_code ms_pipeline_run(ms_pipeline *pipeline, ms_run_result *run_result, ms_err *err)
{
    ms_pipeline *p = pipeline;
    ms__run run = {0};
    ms_code code = settle(p, err);
    if (code == MS_OK) {
        ms__progress_begin(&p->progress,
                           p->settings->command == MS_COMMAND_IMAGES ? "converting" : "scanning",
                           p->prepared.nbytes);
        if (ms_pipeline_is_root(p)) {
            ms__note_match_density(p);
        }
        code = ms__run_parallel(p, true, &run, err); /* plan, scatter, work, gather, merge */
        run_result->wall_seconds = ms_clock_now() - p->begin - ms_comm_start_seconds(p->comm);
        (void)snprintf(run_result->notes, sizeof run_result->notes, "%s%s", p->prepared.notes,
                       p->settings->simulate ? "--simulate: a rehearsal, no file was read.\n" : "");
        if (code == MS_OK && ms_pipeline_is_root(p)) {
            ms__hosts_note(p, &run, run_result);
        }
    }
    code = code == MS_OK ? ms__compare(p, &run, run_result, err) : code;
    ms__stop_disarm();
    if (code == MS_OK || code == MS_MISMATCH) { /* two answers: the first is still reported, as what it is */
        ms_err filling = {0};
        ms_code filled = ms_pipeline_is_root(p) ? fill_run_result(p, &run, run_result, &filling) : MS_OK;
        filled = ms_comm_agree(p->comm, filled, &filling);
        if (filled != MS_OK) {
            *err = filling;
            code = filled;
        }
    }
    ms__run_fini(&run);
    return code;
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
    if (settings->grep_status) {
        return !ms_ledger_complete(ledger) ? 2 : ledger->matching_files > 0 ? 0 : 1;
    }
    return ms_ledger_complete(ledger) ? MS_EXIT_COMPLETE : MS_EXIT_INCOMPLETE;
}

static void pipeline_free(ms_pipeline *p)
{
    ms__monitor_end(p->monitor);
    ms_journal_close(p->journal);
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
    ms_code code = ms_comm_sleeping_barrier(p->comm, NULL, NULL, NULL, &ignored);
    code = code == MS_OK ? ms_comm_agree(p->comm, mine, err) : MS_MPI;
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
    if (settings->format == MS_FORMAT_CSV && ledger->failed > 0) {
        (void)fprintf(stderr,
                      "mpiscan: INCOMPLETE: %llu of %llu files failed (--format text or json tells why)\n",
                      (unsigned long long)ledger->failed, (unsigned long long)ledger->enumerated);
    }
}

int ms_pipeline_exit(const ms_settings *settings, ms_code code, const ms_run_result *run_result,
                     const ms_err *err)
{
    if (code != MS_OK && ms_pipeline_speaks()) {
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
    bool speaks = ms_pipeline_speaks();
    int exit_code = code == MS_USAGE ? MS_EXIT_USAGE : MS_EXIT_FAILED;
    if (p && p->comm && code != MS_MPI) {
        code = agree_exit(p, code, run_result, &exit_code, err);
    }
    if (code != MS_OK && (speaks || code == MS_MPI)) {
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
