#include "base/file_id.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

uint32_t ms_device_of(dev_t dev)
{
    return ((uint32_t)major(dev) << 20) | (uint32_t)minor(dev);
}

int ms_file_id_flags(const ms_file_id *listed)
{
    return listed->link ? 0 : O_NOFOLLOW;
}

/* The same inode of the same device: is it a new file that has got the number of the listed one, which is
 * gone? Then it was made after the listed one was last written, by the clock of the same file system. A file
 * that has not changed needs no second look. */
static bool is_reborn(int fd, const ms_file_id *listed, const struct stat *st)
{
    struct statx found;
    if (ms_time_ns(st->st_mtim) == listed->mtime_ns ||
        statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &found) != 0 || (found.stx_mask & STATX_BTIME) == 0) {
        return false;
    }
    struct timespec born = {.tv_sec = found.stx_btime.tv_sec, .tv_nsec = (long)found.stx_btime.tv_nsec};
    return ms_time_ns(born) > listed->mtime_ns;
}

/* File systems without inode numbers of their own may number a file anew when the kernel has forgotten it:
 * FUSE (libfuse without use_ino), SMB without serverino, FAT and exFAT. By linux/magic.h. */
static bool numbers_anew(int fd)
{
    static const uint32_t unstable[] = {0x65735546, 0xFF534D42, 0xFE534D42, 0x517B, 0x4D44, 0x2011BAB0};
    struct statfs system;
    bool found = false;
    if (fstatfs(fd, &system) != 0) {
        return false;
    }
    for (size_t i = 0; i < sizeof unstable / sizeof unstable[0]; i++) {
        found = found || (uint32_t)system.f_type == unstable[i];
    }
    return found;
}

static bool is_renumbered(int fd, const ms_file_id *listed, const struct stat *st)
{
    return ms_time_ns(st->st_mtim) == listed->mtime_ns && (uint64_t)st->st_size == listed->size &&
           numbers_anew(fd);
}

ms_code ms_file_id_check_directory(int fd, const ms_file_id *listed, ms_err *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0) {
        return ms_err_set(err, MS_IO, errno, "its directory cannot be examined");
    }
    bool same =
        (uint64_t)st.st_ino == listed->directory.inode && ms_device_of(st.st_dev) == listed->directory.device;
    if (same || listed->directory.device == 0 || listed->remote || numbers_anew(fd)) {
        return MS_OK;
    }
    return ms_err_set(err, MS_IO, 0, "its directory has been replaced since it was listed");
}

ms_code ms_file_id_check(int fd, const ms_file_id *listed, struct stat *st, ms_err *err)
{
    if (fstat(fd, st) != 0) {
        return ms_err_set(err, MS_IO, errno, "cannot be examined");
    }
    if (!S_ISREG(st->st_mode)) {
        return ms_err_set(err, MS_IO, 0, "is no longer a regular file");
    }
    bool other_inode = (uint64_t)st->st_ino != listed->inode;
    bool other_device = ms_device_of(st->st_dev) != listed->device;
    if (listed->remote) {
        bool other = other_inode && ms_time_ns(st->st_mtim) != listed->mtime_ns;
        return other ? ms_err_set(err, MS_IO, 0, "is another file here than on the host that listed it")
                     : MS_OK;
    }
    if (listed->device != 0 &&
        (other_device || (other_inode && !is_renumbered(fd, listed, st)) || is_reborn(fd, listed, st))) {
        return ms_err_set(err, MS_CHANGED, 0, "is not the file that was listed: replaced or rotated since");
    }
    return MS_OK;
}

ms_code ms_file_id_not_opened(const ms_file_id *listed, ms_err *err)
{
    int error = errno;
    return error == ELOOP && !listed->link
               ? ms_err_set(err, MS_IO, 0,
                            "is not the file that was listed: replaced by a symbolic link since")
               : ms_err_set(err, MS_IO, error, "cannot be opened");
}
