/* Enumerate: paths -> the sorted list of files to process, and of those skipped or not accessible, with the
 * reason. Rank 0 only. Reads directories and metadata, never the contents of a file. */
#ifndef MS_TASKS_ENUMERATE_ENUMERATE_H
#define MS_TASKS_ENUMERATE_ENUMERATE_H

#include "base/file_id.h"
#include "base/str_list.h"

#include <sys/types.h>

typedef enum ms_entry_state {
    MS_ENTRY_FILE,  /* a regular file: a task */
    MS_ENTRY_SKIP,  /* not processed: see `reason` */
    MS_ENTRY_FAULT, /* not accessible: see `reason` (stage "enumerate") */
    MS_ENTRY_STREAM /* standard input or a FIFO: a task of rank 0, which can read it once */
} ms_entry_state;

/* How a file's path leads to it. */
typedef enum ms_entry_link {
    MS_LINK_NONE,  /* the file itself */
    MS_LINK_NAMED, /* a symbolic link that is an operand */
    MS_LINK_FOUND  /* a symbolic link found below one, and followed */
} ms_entry_link;

typedef enum ms_task_kind { MS_TASK_LOG = 0, MS_TASK_IMAGE = 1 } ms_task_kind;

/* 64 bytes, and 9 of ms_str_list, beyond the name. */
typedef struct ms_entry {
    uint64_t size;    /* bytes, as stat said */
    int64_t mtime_ns; /* since the epoch */
    int64_t ctime_ns; /* likewise; only the kernel sets it */
    uint64_t inode;
    uint64_t directory_inode;  /* of the directory that the path's last component is in */
    uint32_t directory_device; /* 0: not known */
    union {
        uint32_t byte_cost; /* of a FILE or STREAM: see ms_cost_of */
        uint32_t reason;    /* of any other: index into ms_entries.reasons */
    };
    uint32_t relative; /* offset in the path of the part that is mirrored below an output directory */
    uint8_t state;     /* ms_entry_state */
    uint8_t kind;      /* ms_task_kind */
    bool splits;       /* can be split into ranges */
    uint8_t link;      /* ms_entry_link */
    uint32_t device;   /* ms_device_of */
} ms_entry;

typedef struct ms_entries {
    ms_str_list paths;   /* ascending by bytes, unique */
    ms_entry *list;      /* owned; paths.count of them, the same order */
    ms_str_list reasons; /* each text once */
    ms_str_list outputs; /* of images: one per entry, empty for other files; or empty list */
    ms_str_list notes;   /* a line for each glob that has matched nothing */
    uint64_t
        nfiltered; /* files and directories filtered out by include / exclude; directories below max_depth */
} ms_entries;

/* Called with each path before a system call on it, which may block. */
typedef void (*ms_visit_fn)(void *user, ms_str path);

typedef struct ms_enumerate_options {
    const ms_str_list *roots; /* operands; followed when they are symbolic links */
    /* Globs (base/glob.h) for what is found below a directory, not for operands: without '/' for base names,
     * with one for the path below an operand, and for the path as printed; ending with '/' for directories
     * only. NULL allowed. */
    const ms_str_list *include; /* files, and everything below directories whose path or trailing '/' is
                                   given; empty: everything */
    const ms_str_list *exclude; /* files, and directories, which are then not entered */
    uint64_t max_depth; /* 0: only the roots; 1: also what a root directory contains; UINT64_MAX: no limit */
    bool follow;        /* follow symbolic links found below a root; otherwise each is a SKIP */
    bool streams; /* operands may be "-" (standard input), /dev/stdin, /dev/fd/N, or FIFOs; otherwise they are
                     FAULTs */
    bool has_output; /* out_dev/out_ino: the report's file, skipped */
    dev_t out_dev;
    ino_t out_ino;
    ms_directory_id left_out[2]; /* directories that this run writes: neither entered nor listed */
    size_t nleft_out;
    bool (*stopped)(void *user); /* called before each directory: true ends with MS_STOPPED. NULL allowed */
    ms_visit_fn visit;           /* NULL allowed */
    void *user;
} ms_enumerate_options;

/* Frees; idempotent, accepts {0}. Local. */
void ms_entries_fini(ms_entries *entries);

/* Fills the empty *entries. An error of one path becomes an entry; only MS_NOMEM, MS_STOPPED and MS_USAGE (an
 * invalid glob) are returned (then *entries is {0}). A file (identified by parent directory and base name:
 * hard links are several files) and a directory (device and inode) are listed once, by whatever paths they
 * are reached. The path is that of the first operand that reaches them without following a link below it; a
 * link to a directory that is listed already is a SKIP that names it, and so is, if links are followed, any
 * file (by device and inode); a path that is no link comes first, then the first one by bytes. A link to a
 * directory that it is in is a SKIP, one that leads nowhere a FAULT. Directories below max_depth are not
 * entered and have no entry; each is counted once in nfiltered. The result does not depend on the order of
 * readdir. Local. */
MS_MUST_CHECK ms_code ms_enumerate(ms_entries *entries, const ms_enumerate_options *options, ms_err *err);

/* How to recognize entry i, a FILE, when it is opened. Local. */
ms_file_id ms_entries_id(const ms_entries *entries, size_t i);

/* Makes entry i a SKIP or FAULT with that reason. Local. */
MS_MUST_CHECK ms_code ms_entries_refuse(ms_entries *entries, size_t i, ms_entry_state state,
                                        const char *reason);

/* Removes each entry for whose path `keep` is false; the order stays. After MS_NOMEM *entries can only be
 * freed. Local.
 */
MS_MUST_CHECK ms_code ms_entries_keep(ms_entries *entries, bool (*keep)(void *user, ms_str path), void *user);

/* Splits the contents of a --files-from list into names: by NUL, or by newline (a CR before it is kept: names
 * may contain any byte). Empty names are dropped; "-" is a file of that name, "./-". Appends to *roots.
 * Local. */
MS_MUST_CHECK ms_code ms_files_from_split(ms_str_list *roots, const void *data, size_t n,
                                          bool null_separated);
/* Reads the list from a file, or from standard input when path is "-"; of one separated by newlines a UTF-8
 * byte-order mark is dropped. MS_IO with the path in the text; MS_USAGE when one separated by newlines is
 * UTF-16 or holds a NUL. Local. */
MS_MUST_CHECK ms_code ms_files_from_read(ms_str_list *roots, const char *path, bool null_separated,
                                         ms_err *err);

#endif
