/* Hosts: what ranks on several hosts must have in common, checked before any work. */
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

enum { PROBES = 2, PROBE_TRIES = 50 };
#define PROBE_PAUSE 0.1 /* seconds; a network file system may show a new name late */

bool ms__several_hosts(const ms_pipeline *p)
{
    return !p->launch.one_host && ms_comm_size(p->comm) > 1;
}

/* A file of rank 0 by which the others recognize a shared directory. */
typedef struct probe {
    const char *what; /* "output" */
    const char *dir;
    char *path; /* owned; NULL: none could be made; writing the outputs will report why */
} probe;

static bool is_relative(const char *path)
{
    return path && path[0] != '/';
}

/* Is any path relative to the working directory, and is there an image to convert? */
static void find_relative(const ms_pipeline *p, bool *relative, bool *images)
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

static void make_probe(probe *to, const char *what, const char *dir, const char *host)
{
    ms_err ignored = {0};
    *to = (probe){.what = what, .dir = dir};
    if (asprintf(&to->path, "%s/.mpiscan-%.64s-%ld.probe", dir, host, (long)getpid()) < 0) {
        to->path = NULL;
        return;
    }
    int fd = ms_output_directory(dir, 0700, &ignored) == MS_OK
                 ? open(to->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)
                 : -1;
    if (fd < 0) {
        free(to->path);
        to->path = NULL;
    } else {
        (void)close(fd);
    }
}

/* Rank 0: its host and working directory (empty: it does not matter), and the probes. */
static ms_code put_common(const ms_pipeline *p, probe *probes, ms_bytes *to, ms_err *err)
{
    char directory[PATH_MAX] = "";
    bool relative = false;
    bool images = false;
    const char *host = ms_comm_host(p->comm);
    find_relative(p, &relative, &images);
    if (relative && !getcwd(directory, sizeof directory)) {
        return ms_err_set(err, MS_IO, errno, "the working directory has no name");
    }
    if (images) {
        make_probe(&probes[0], "output", ms__gray_dir(p->settings), host);
    }
    if (ms__journal_dir(p->settings)) {
        make_probe(&probes[1], "journal", ms__journal_dir(p->settings), host);
    }
    ms_bytes_put_blob(to, host, strlen(host) + 1);
    ms_bytes_put_blob(to, directory, strlen(directory) + 1);
    for (size_t i = 0; i < PROBES; i++) {
        const char *const texts[] = {probes[i].what, probes[i].dir, probes[i].path};
        for (size_t k = 0; k < 3; k++) {
            const char *text = probes[i].path ? texts[k] : "";
            ms_bytes_put_blob(to, text, strlen(text) + 1);
        }
    }
    ms_code code = ms_bytes_check(to);
    return code == MS_OK ? MS_OK : ms_err_set(err, code, 0, "out of memory for the hosts");
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

/* Does this host see the probe? Opening the directory makes a network file system look again. */
static bool sees(const char *dir, const char *path)
{
    for (int i = 0; i < PROBE_TRIES; i++) {
        DIR *opened = opendir(dir);
        if (opened) {
            (void)closedir(opened);
        }
        if (access(path, F_OK) == 0) {
            return true;
        }
        ms_clock_sleep(PROBE_PAUSE);
    }
    return false;
}

static ms_code find_probes(const ms_pipeline *p, ms_reader *from, const char *root_host, ms_err *err)
{
    char shown[256];
    for (size_t i = 0; i < PROBES; i++) {
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

/* What rank 0 has, seen from here. Local. */
static ms_code check_common(ms_pipeline *p, const ms_bytes *bytes, ms_err *err)
{
    ms_reader reader = ms_reader_over(bytes->data, bytes->len);
    const char *root_host = take_text(&reader);
    p->remote_host = strcmp(root_host, ms_comm_host(p->comm)) != 0;
    MS_TRY(enter_directory(p, take_text(&reader), root_host, err));
    return find_probes(p, &reader, root_host, err);
}

ms_code ms__hosts_agree(ms_pipeline *p, ms_err *err)
{
    probe probes[PROBES] = {{0}};
    ms_bytes bytes = {0};
    if (!ms__several_hosts(p)) {
        return MS_OK;
    }
    ms_code code = ms_pipeline_is_root(p) ? put_common(p, probes, &bytes, err) : MS_OK;
    MS_TRY_OR(done, ms_comm_agree(p->comm, code, err));
    MS_TRY_OR(done, ms_comm_broadcast(p->comm, &bytes, err));
    code = ms_comm_agree(p->comm, check_common(p, &bytes, err), err);
done:
    for (size_t i = 0; i < PROBES; i++) {
        if (probes[i].path) {
            (void)unlink(probes[i].path);
        }
        free(probes[i].path);
    }
    ms_bytes_fini(&bytes);
    return code;
}

bool ms__is_host_fault(const ms_record *record)
{
    static const char *const stages[] = {"open", "read", "write"};
    for (size_t i = 0; i < sizeof stages / sizeof stages[0] && record->status == MS_STATUS_FAILED; i++) {
        if (record->nstage == strlen(stages[i]) && memcmp(record->stage, stages[i], record->nstage) == 0) {
            return true;
        }
    }
    return false;
}
