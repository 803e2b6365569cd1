/* Hosts: what ranks on several hosts must have in common, checked before any work; and which host it was that
 * could not reach a file. The host is in no record, as the answer must not depend on which rank did a task:
 * it is told in the report's notes. */
#include "base/clock.h"
#include "base/escape.h"
#include "run/stages/pipeline_internal.h"
#include "run/work/output_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_MARKS = 2, MARK_TRIES = 50, SHOWN_HOSTS = 3 };
#define MARK_PAUSE 0.1 /* seconds; a network file system may show a new name late */

bool ms__several_hosts(const ms_pipeline *p)
{
    return !p->launch.one_host && ms_comm_size(p->comm) > 1;
}

/* A file of rank 0 by which the others know that a directory is the same one. */
typedef struct mark {
    const char *what; /* "output" */
    const char *dir;
    char *path; /* owned; NULL: none could be made, which is told remote_host */
} mark;

static bool is_relative(const char *path)
{
    return path && path[0] != '/';
}

/* Is anything meant relative to the working directory, and is there an image to convert? */
static void look(const ms_pipeline *p, bool *relative, bool *images)
{
    const ms_entries *entries = &p->prepared.entries;
    *relative = is_relative(ms__gray_dir(p->settings)) || is_relative(ms__journal_dir(p->settings));
    *images = false;
    for (size_t i = 0; i < entries->paths.count && !(*relative && *images); i++) {
        bool file = entries->list[i].state == MS_ENTRY_FILE;
        *relative = *relative || (file && is_relative(ms_str_list_at(&entries->paths, i).data));
        *images = *images || (file && entries->list[i].kind == MS_TASK_IMAGE);
    }
}

static void make_mark(mark *to, const char *what, const char *dir, const char *host)
{
    ms_err ignored = {0};
    *to = (mark){.what = what, .dir = dir};
    if (asprintf(&to->path, "%s/.mpiscan-%.64s-%ld.mark", dir, host, (long)getpid()) < 0) {
        to->path = NULL;
        return;
    }
    int fd = ms_output_directory(dir, &ignored) == MS_OK
                 ? open(to->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)
                 : -1;
    if (fd < 0) {
        free(to->path);
        to->path = NULL;
    } else {
        (void)close(fd);
    }
}

/* Rank 0: its host and working directory (empty: it does not matter), and the marks. */
static ms_code put_common(const ms_pipeline *p, mark *marks, ms_bytes *to, ms_err *err)
{
    char directory[PATH_MAX] = "";
    bool relative = false;
    bool images = false;
    const char *host = ms_comm_host(p->comm);
    look(p, &relative, &images);
    if (relative && !getcwd(directory, sizeof directory)) {
        return ms_err_set(err, MS_IO, errno, "the working directory has no name");
    }
    if (images) {
        make_mark(&marks[0], "output", ms__gray_dir(p->settings), host);
    }
    if (ms__journal_dir(p->settings)) {
        make_mark(&marks[1], "journal", ms__journal_dir(p->settings), host);
    }
    ms_bytes_put_blob(to, host, strlen(host) + 1);
    ms_bytes_put_blob(to, directory, strlen(directory) + 1);
    for (size_t i = 0; i < MOST_MARKS; i++) {
        const char *const texts[] = {marks[i].what, marks[i].dir, marks[i].path};
        for (size_t k = 0; k < 3; k++) {
            const char *text = marks[i].path ? texts[k] : "";
            ms_bytes_put_blob(to, text, strlen(text) + 1);
        }
    }
    ms_code code = ms_bytes_check(to);
    return code == MS_OK ? MS_OK : ms_err_set(err, code, 0, "no memory for the hosts");
}

/* A blob that is a C string. */
static const char *take_text(ms_reader *from)
{
    size_t n = 0;
    const uint8_t *text = ms_reader_blob(from, &n);
    return text && n > 0 && text[n - 1] == 0 ? (const char *)text : "";
}

/* Goes to rank 0's working directory, so that a relative path means the same on all ranks. */
static ms_code enter_directory(const ms_pipeline *p, const char *directory, const char *root_host,
                               ms_err *err)
{
    char here[PATH_MAX];
    char shown[256];
    if (directory[0] == 0 || (getcwd(here, sizeof here) && strcmp(here, directory) == 0) ||
        chdir(directory) == 0) {
        return MS_OK;
    }
    int reason = errno;
    return ms_err_set(err, MS_USAGE, reason,
                      "rank %" PRIu32 " on %s cannot enter %s, the working directory of rank 0 on %s, which "
                      "relative paths begin in; give absolute paths, or a directory that every host has",
                      ms_comm_rank(p->comm), ms_comm_host(p->comm),
                      ms_escape_to(shown, sizeof shown, directory, strlen(directory)), root_host);
}

/* Does this host see the mark? Opening the directory makes a network file system look again. */
static bool sees(const char *dir, const char *path)
{
    for (int i = 0; i < MARK_TRIES; i++) {
        DIR *opened = opendir(dir);
        if (opened) {
            (void)closedir(opened);
        }
        if (access(path, F_OK) == 0) {
            return true;
        }
        ms_clock_sleep(MARK_PAUSE);
    }
    return false;
}

static ms_code find_marks(const ms_pipeline *p, ms_reader *from, const char *root_host, ms_err *err)
{
    char shown[256];
    for (size_t i = 0; i < MOST_MARKS; i++) {
        const char *what = take_text(from);
        const char *dir = take_text(from);
        const char *path = take_text(from);
        if (path[0] != 0 && !sees(dir, path)) {
            return ms_err_set(err, MS_USAGE, 0,
                              "rank %" PRIu32
                              " on %s does not see what rank 0 on %s writes into the %s directory %s: it "
                              "must be one directory that all hosts share",
                              ms_comm_rank(p->comm), ms_comm_host(p->comm), root_host, what,
                              ms_escape_to(shown, sizeof shown, dir, strlen(dir)));
        }
    }
    return MS_OK;
}

ms_code ms__hosts_agree(ms_pipeline *p, ms_err *err)
{
    mark marks[MOST_MARKS] = {{0}};
    ms_bytes bytes = {0};
    if (!ms__several_hosts(p)) {
        return MS_OK;
    }
    ms_code code = ms_pipeline_is_root(p) ? put_common(p, marks, &bytes, err) : MS_OK;
    code = ms_comm_agree(p->comm, code, err);
    code = code == MS_OK ? ms_comm_broadcast(p->comm, &bytes, err) : code;
    if (code == MS_OK) {
        ms_reader reader = ms_reader_over(bytes.data, bytes.len);
        const char *root_host = take_text(&reader);
        p->remote_host = strcmp(root_host, ms_comm_host(p->comm)) != 0;
        code = enter_directory(p, take_text(&reader), root_host, err);
        code = code == MS_OK ? find_marks(p, &reader, root_host, err) : code;
        code = ms_comm_agree(p->comm, code, err);
    }
    for (size_t i = 0; i < MOST_MARKS; i++) {
        if (marks[i].path) {
            (void)unlink(marks[i].path);
        }
        free(marks[i].path);
    }
    ms_bytes_fini(&bytes);
    return code;
}

bool ms__hosts_fault(const ms_record *record)
{
    static const char *const stages[] = {"open", "read", "write"};
    for (size_t i = 0; i < sizeof stages / sizeof stages[0] && record->status == MS_STATUS_FAILED; i++) {
        if (record->nstage == strlen(stages[i]) && memcmp(record->stage, stages[i], record->nstage) == 0) {
            return true;
        }
    }
    return false;
}

/* What one host, or one rank, could not reach. */
typedef struct tally {
    uint64_t nfaults, ntasks;
    ms_record first; /* of them; borrowed from the merged parts */
} tally;

static void count_part(const ms_bytes *part, tally *to)
{
    ms_reader reader = ms_reader_over(part->data, part->len);
    while (ms_reader_left(&reader) > 0) {
        ms_reader ahead = reader;
        const uint8_t *data = ms_reader_take(&reader, ms_reader_u64(&ahead));
        ms_record record = ms_record_view(data); /* the merge has validated it */
        if (ms__hosts_fault(&record)) {
            to->first = to->nfaults == 0 ? record : to->first;
            to->nfaults++;
        }
    }
}

/* All ranks of the host of rank r; false when an earlier rank of it has faults and so has been here. */
static bool sum_host(const ms__run *run, const tally *ranks, size_t nranks, size_t r, tally *to)
{
    *to = (tally){0};
    for (size_t i = 0; i < nranks; i++) {
        if (strcmp(run->ranks[i].host, run->ranks[r].host) != 0) {
            continue;
        }
        if (i < r && ranks[i].nfaults > 0) {
            return false;
        }
        to->first = to->nfaults == 0 ? ranks[i].first : to->first;
        to->nfaults += ranks[i].nfaults;
        to->ntasks += run->ranks[i].tasks;
    }
    return true;
}

static void note_host(const ms_pipeline *p, const char *host, const tally *of, ms_run_result *run_result)
{
    char path[120];
    char why[120];
    size_t used = strlen(run_result->notes);
    ms_str name = ms_str_list_at(&p->prepared.entries.paths, of->first.entry);
    (void)snprintf(run_result->notes + used, sizeof run_result->notes - used,
                   "%s could not read or write %" PRIu64 " of its %" PRIu64 " files, as %s (%s).\n", host,
                   of->nfaults, of->ntasks, ms_escape_to(path, sizeof path, name.data, name.len),
                   ms_escape_to(why, sizeof why, of->first.message, of->first.nmessage));
}

/* Rank 0 alone looks for files: whether another host has what it lacks makes no difference. */
static void note_enumeration(const ms_pipeline *p, const ms__run *run, ms_run_result *run_result)
{
    size_t used = strlen(run_result->notes);
    for (size_t i = 0; i < p->prepared.entries.paths.count; i++) {
        if (p->prepared.entries.list[i].state == MS_ENTRY_FAULT) {
            (void)snprintf(run_result->notes + used, sizeof run_result->notes - used,
                           "The files were listed on %s, so what it cannot reach has failed.\n",
                           run->ranks[0].host);
            return;
        }
    }
}

void ms__hosts_note(const ms_pipeline *p, const ms__run *run, ms_run_result *run_result)
{
    size_t nranks = ms_comm_size(p->comm);
    size_t nhosts = 0;
    tally *ranks = ms__several_hosts(p) ? calloc(nranks, sizeof *ranks) : NULL;
    if (!ranks) {
        return; /* they are only notes */
    }
    note_enumeration(p, run, run_result);
    for (size_t r = 0; r < nranks; r++) {
        count_part(&run->merged.parts[r], &ranks[r]);
    }
    for (size_t r = 0; r < nranks; r++) {
        tally sum;
        if (ranks[r].nfaults > 0 && sum_host(run, ranks, nranks, r, &sum) && nhosts++ < SHOWN_HOSTS) {
            note_host(p, run->ranks[r].host, &sum, run_result);
        }
    }
    size_t used = strlen(run_result->notes);
    if (nhosts > SHOWN_HOSTS) {
        (void)snprintf(run_result->notes + used, sizeof run_result->notes - used,
                       "So it was on %zu more hosts.\n", nhosts - SHOWN_HOSTS);
        used = strlen(run_result->notes);
    }
    if (nhosts > 0) {
        (void)snprintf(run_result->notes + used, sizeof run_result->notes - used,
                       "A path must lead to the same file on every host.\n");
    }
    free(ranks);
}
