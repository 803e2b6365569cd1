/* Map: see map.h.
 *
 * A page that is missing raises SIGBUS in the thread that looks. The handler puts pages of zeros over it and
 * all that follow, so that the look goes on where it was. Signal handlers get no pointer of their own, so the
 * open map is found by the one variable of the program: `watched`. Whoever sets it from NULL has it. */
#include "logs/input/map.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

static _Atomic(ms_map *) watched;

/* Deals with a signal that has nothing to do with the map as if there was none. */
static void pass_on(const struct sigaction *previous, int number, siginfo_t *info, void *context)
{
    if (previous->sa_flags & SA_SIGINFO) {
        previous->sa_sigaction(number, info, context);
    } else if (previous->sa_handler != SIG_DFL && previous->sa_handler != SIG_IGN) {
        previous->sa_handler(number);
    } else {
        (void)sigaction(number, previous, NULL); /* the access that failed fails again, and is not caught */
        if (info->si_code <= 0) {                /* no access failed: sent by kill */
            (void)raise(number);
        }
    }
}

/* Calls only what is safe in a signal handler: mmap is a bare system call in the C libraries of Linux. */
static void on_missing_page(int number, siginfo_t *info, void *context)
{
    int saved = errno;
    ms_map *map = atomic_load(&watched);
    uintptr_t base = map ? (uintptr_t)map->base : 0;
    uintptr_t at = (uintptr_t)info->si_addr;
    if (!map || info->si_code <= 0 || at < base || at - base >= map->nbytes) {
        if (map) {
            pass_on(&map->previous, number, info, context);
        }
        errno = saved;
        return;
    }
    size_t skip = (at - base) / map->page * map->page;
    void *zeros = mmap(map->base + skip, map->nbytes - skip, PROT_READ,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
    map->torn = 1;
    if (zeros == MAP_FAILED) {
        pass_on(&map->previous, number, info, context);
    }
    errno = saved;
}

/* Numbers of file systems: statfs(2). Network file systems are not among them, nor is FUSE: a page that is
 * missing there costs a round trip each, and the largest read that can be asked for is the best. */
bool ms_map_pays(int fd)
{
    static const uint32_t local[] = {
        0xEF53,     /* ext2, ext3, ext4 */
        0x58465342, /* XFS */
        0x9123683E, /* Btrfs */
        0xF2F52010, /* F2FS */
        0x01021994, /* tmpfs */
        0x794C7630, /* overlayfs: containers */
    };
    struct statfs fs;
    if (fstatfs(fd, &fs) != 0) {
        return false;
    }
    for (size_t i = 0; i < sizeof local / sizeof local[0]; i++) {
        if ((uint32_t)fs.f_type == local[i]) {
            return true;
        }
    }
    return false;
}

/* Becomes the map that the handler knows. */
static bool watch(ms_map *map)
{
    ms_map *none = NULL;
    if (!atomic_compare_exchange_strong(&watched, &none, map)) {
        return false;
    }
    struct sigaction action = {.sa_sigaction = on_missing_page, .sa_flags = SA_SIGINFO | SA_RESTART};
    (void)sigemptyset(&action.sa_mask);
    if (sigaction(SIGBUS, &action, &map->previous) != 0) {
        atomic_store(&watched, NULL);
        return false;
    }
    return true;
}

bool ms_map_open(ms_map *map, int fd, uint64_t from, size_t n)
{
    *map = (ms_map){.fd = fd, .page = (size_t)sysconf(_SC_PAGESIZE)};
    size_t ahead = (size_t)(from % MS_MAP_ALIGN);
    map->offset = from - ahead;
    map->nbytes = n + ahead;
    void *base = mmap(NULL, map->nbytes, PROT_READ, MAP_SHARED, fd, (off_t)map->offset);
    if (base == MAP_FAILED) {
        return false;
    }
    map->base = base;
    if (!watch(map)) {
        (void)munmap(base, map->nbytes);
        map->base = NULL;
    }
    return map->base;
}

void ms_map_close(ms_map *map)
{
    if (!map->base) {
        return;
    }
    (void)sigaction(SIGBUS, &map->previous, NULL);
    atomic_store(&watched, NULL);
    (void)munmap(map->base, map->nbytes);
    map->base = NULL;
}

bool ms_map_is_whole(const ms_map *map, uint64_t end)
{
    struct stat st;
    return !map->torn && fstat(map->fd, &st) == 0 && (uint64_t)st.st_size >= end;
}
