/* Quiesce MPI threads: MPI must not end before the threads that it runs in this process sleep.
 *
 * Open MPI 4 posts an event to its own thread in MPI_Init, and MPI_Finalize unloads the plugin with the
 * event's code before it stops that thread. On a busy machine the thread may not get a core in all of a short
 * run: it then runs unmapped code, and the process dies of SIGSEGV after all work is done (about one run in a
 * thousand here; open-mpi/ompi#10117). A thread that sleeps has no pending event. */
#include "comm/comm_internal.h"

#include "base/clock.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Whether the thread runs or is runnable: see proc(5), /proc/pid/stat. */
static bool is_awake(const char *tid)
{
    char path[64], text[128];
    (void)snprintf(path, sizeof path, "/proc/self/task/%.20s/stat", tid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : 0;
    if (fd >= 0) {
        (void)close(fd);
    }
    text[n > 0 ? n : 0] = 0;
    const char *name_end = strrchr(text, ')'); /* the name may contain ')', the state does not */
    return name_end && (strncmp(name_end, ") R", 3) == 0 || strncmp(name_end, ") D", 3) == 0);
}

static bool any_other_is_awake(void)
{
    bool awake = false;
    long self = (long)gettid();
    DIR *tasks = opendir("/proc/self/task");
    for (const struct dirent *entry = NULL; tasks && !awake && (entry = readdir(tasks));) {
        awake = entry->d_name[0] != '.' && strtol(entry->d_name, NULL, 10) != self && is_awake(entry->d_name);
    }
    if (tasks) {
        (void)closedir(tasks);
    }
    return awake;
}

void ms__quiesce_mpi_threads(double seconds)
{
    double until = ms_clock_now() + seconds;
    while (any_other_is_awake() && ms_clock_now() < until) {
        ms_clock_sleep(500e-6);
    }
}
