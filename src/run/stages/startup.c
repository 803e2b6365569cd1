/* Startup: from settings to ranks that are ready to work. Rank 0 prepares while MPI starts. */
#include "base/clock.h"
#include "logs/compile/compile_cache.h"
#include "logs/match/matcher.h"
#include "run/stages/pipeline_internal.h"

#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>

/* Blocks of at least so many bytes are mapped on their own, and go back to the system when they are freed. By
 * default malloc keeps up to 32 MB of each size that it has seen: between two stages of a run over a million
 * files that is more than what the next stage needs. */
enum { OWN_MEMORY = 4 << 20 };

enum { USUAL_RANKS = 64 }; /* when the launcher does not say how many there are */

#define COMPILING "the keywords were compiled"

/* Keywords and files; with a launcher also the keywords, compiled for all ranks. Rank 0. */
static void prepare_all(ms_pipeline *p)
{
    ms__prepared *prepared = &p->prepared;
    prepared->launched = p->launch.launched;
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
    if (code == MS_OK) {
        code = ms__monitor_connect(p->monitor, p->comm, p->settings->stall_warning, err);
    }
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
        return ms_err_set(err, MS_NOMEM, 0, "out of memory");
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
    MS_TRY(code);
    return ms_bytes_check(to);
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
        p->prepared.keywords.cache = p->prepared.keywords.regex ? ms_compile_cache_parent() : NULL;
        p->prepared.keywords.cache_read_only = true; /* rank 0 writes it */
    }
    return code == MS_OK
               ? MS_OK
               : ms_err_set(err, code, 0, "the keywords of rank 0 cannot be read: %s", ms_code_text(code));
}

static ms_code share(ms_pipeline *p, ms_err *err)
{
    ms_bytes bytes = {0};
    ms_code code = ms_pipeline_is_root(p) ? put_shared(p, &bytes) : MS_OK;
    MS_TRY_OR(done, ms_comm_agree(p->comm, code, err));
    MS_TRY_OR(done, ms_comm_broadcast(p->comm, &bytes, err));
    code = ms_comm_agree(p->comm, take_shared(p, &bytes, err), err);
done:
    ms_bytes_fini(&bytes);
    return code;
}

static ms_scan_options scan_options(const ms_settings *settings)
{
    return (ms_scan_options){
        .lines = settings->lines,
        .files_with_matches = settings->files_with_matches || settings->files_without_match,
        .files_without_match = settings->files_without_match,
        .invert = settings->invert,
        .max_count = settings->max_count,
        .event_start = settings->lines ? settings->event_start : NULL,
        .before = (size_t)settings->before,
        .after = (size_t)settings->after,
        .max_line = (size_t)settings->max_line,
        .max_listing = settings->max_listing,
        .buffer_size = (size_t)settings->buffer_size,
        .decode = {.max_decompressed = settings->max_decompressed,
                   .max_ratio = settings->max_ratio,
                   .max_window = settings->memlimit_decompress},
        .journal_fields = settings->journal_fields,
        .text = settings->text,
        .encoding = settings->encoding,
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
    return ms_worker_add_images(p->worker, ms__gray_dir(p->settings), &request, &limits, err);
}

/* Rank 0 may still be enumerating, or compiling. */
static ms_code take_prepared(ms_pipeline *p, ms_err *err)
{
    if (!ms_pipeline_is_root(p)) {
        ms__monitor_guard(p->monitor, "rank 0 prepared the run");
    }
    ms_code code = MS_OK;
    MS_TRY_OR(done, ms_comm_sleeping_barrier(p->comm, NULL, NULL, NULL, err));
    *err = p->prepared.err;
    MS_TRY_OR(done, ms_comm_agree(p->comm, p->prepared.code, err));
    code = share(p, err);
done:
    ms__monitor_guard(p->monitor, NULL);
    return code;
}

/* This rank's worker, ready for all kinds of tasks. Local. */
static ms_code make_worker(ms_pipeline *p, ms_err *err)
{
    ms_scan_options options = scan_options(p->settings);
    const ms_bytes *compiled = p->launch.launched ? &p->prepared.compiled : NULL;
    ms__monitor_guard(p->monitor, COMPILING);
    ms_code code = ms_worker_new(&p->worker, &p->prepared.keywords, compiled, &options, err);
    ms__monitor_guard(p->monitor, NULL);
    ms_bytes_fini(&p->prepared.compiled);
    MS_TRY(code);
    if (p->settings->command != MS_COMMAND_LOGS) {
        MS_TRY(add_images(p, err));
    }
    if (p->remote_host) {
        ms_worker_set_remote_host(p->worker);
    }
    set_simulated(p);
    return MS_OK;
}

/* Opens this rank's journal, if one is kept. Local. */
static ms_code begin_journal(ms_pipeline *p, ms_err *err)
{
    if (p->attempt == 0) {
        return MS_OK;
    }
    ms_code code = ms__journaling_begin(&p->journaling, p->settings, &p->prepared.keywords.list, p->attempt,
                                        ms_comm_rank(p->comm), err);
    if (code != MS_OK && p->prepared.resumed.summary.last_attempt == 0) {
        p->attempt = 0; /* there is nothing that could be resumed */
    }
    return code;
}

ms_code ms__setup(ms_pipeline *p, ms_err *err)
{
    ms_comm_set_chunk_size(p->comm, p->settings->chunk_size);
    MS_TRY(take_prepared(p, err));
    MS_TRY(ms__hosts_agree(p, err));
    ms_code code = make_worker(p, err);
    if (code == MS_OK) {
        code = begin_journal(p, err);
    }
    MS_TRY(ms_comm_agree(p->comm, code, err));
    p->progress.comm = p->comm;
    if (p->progress.mode == MS__PROGRESS_BAR) {
        ms__monitor_clears_bar(p->monitor);
    }
    return MS_OK;
}
