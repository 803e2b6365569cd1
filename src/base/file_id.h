/* File identity: what the listing knew of a file, and whether the file that a path leads to later is that
 * one. Logs are rotated, and hostile users replace files, while a run is under way. */
#ifndef MS_BASE_FILE_ID_H
#define MS_BASE_FILE_ID_H

#include "base/err.h"

#include <stdint.h>
#include <sys/stat.h>

/* A directory, independent of its path. */
typedef struct ms_directory_id {
    uint64_t inode;
    uint32_t device; /* ms_device_of; 0: not known */
} ms_directory_id;

typedef struct ms_file_id {
    uint64_t size;    /* bytes; only for what reads it: a log may grow */
    int64_t mtime_ns; /* since the epoch */
    uint64_t inode;
    uint32_t device;           /* ms_device_of; 0: nothing is known, nothing but the type compared */
    ms_directory_id directory; /* that the path's last component is in */
    bool link;                 /* the path may end with a symbolic link */
    bool remote;               /* listed on another host, where devices have other numbers */
} ms_file_id;

/* A device number as the kernel has it: 12 bits major, 20 bits minor (linux/kdev_t.h), so none is lost. */
uint32_t ms_device_of(dev_t dev);

/* open(2) flag for the path of a listed file: O_NOFOLLOW, unless it is a link. */
int ms_file_id_flags(const ms_file_id *listed);
/* Is the open directory the one that the file was listed in? MS_IO: another one, in which a file of that name
 * is not one of those that were asked for. True of any on another host. Local. */
MS_MUST_CHECK ms_code ms_file_id_check_directory(int fd, const ms_file_id *listed, ms_err *err);
/* Fills *st of an open file and compares. MS_CHANGED with a text: another regular file, or one that was made
 * after the listed one was last written, with the same number; MS_IO: none any more, or, if `remote`, another
 * one: both its inode and its time differ. Local. */
MS_MUST_CHECK ms_code ms_file_id_check(int fd, const ms_file_id *listed, struct stat *st, ms_err *err);
/* Fills *err (MS_IO) for a listed file that open(2) has failed for, by errno. Local. */
MS_MUST_CHECK ms_code ms_file_id_not_opened(const ms_file_id *listed, ms_err *err);

#endif
