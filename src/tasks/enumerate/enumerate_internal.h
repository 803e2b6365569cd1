/* Private to tasks/enumerate: the listing (entries found so far), operands, filter, and directory walk.
 * enumerate.c adds the operands to the listing, walk.c the contents of directories, entries.c sorts. */
#ifndef MS_TASKS_ENUMERATE_ENUMERATE_INTERNAL_H
#define MS_TASKS_ENUMERATE_ENUMERATE_INTERNAL_H

#include "base/glob.h"
#include "tasks/enumerate/enumerate.h"

#include <sys/stat.h>

#define MS__NONE UINT32_MAX

/* Reallocates for more items and sets *cap; NULL (nothing changed) without memory. */
void *ms__grown(void *list, size_t *cap, size_t item_size);

/* ---- index.c: a hash table from keys to item numbers ---- */

typedef struct ms__index {
    uint64_t *slots; /* owned; hash in the upper half, item + 1 in the lower; 0: free */
    size_t cap;      /* a power of two, or 0 */
    size_t used;
} ms__index;

/* Whether `item` has the key. */
typedef bool ms__same(const void *items, uint32_t item, const void *key);

/* The item with this hash and key, or MS__NONE. */
uint32_t ms__index_find(const ms__index *index, uint32_t hash, ms__same *same, const void *items,
                        const void *key);
/* Adds an item (< MS__NONE) that is not in the index. On MS_NOMEM nothing has changed. */
MS_MUST_CHECK ms_code ms__index_add(ms__index *index, uint32_t hash, uint32_t item);
void ms__index_fini(ms__index *index);

/* ---- entries.c: the entries found so far, in any order ---- */

typedef struct ms__listing {
    ms_str_list paths;
    ms_entry *list; /* owned; paths.count of them */
    size_t cap;
    ms_str_list reasons;
    ms__index reason_index;
    uint64_t nfiltered;
    size_t relative;           /* for the entries added next: see ms_entry */
    ms_directory_id directory; /* likewise: they are in it */
    bool named;                /* likewise: they are operands */
} ms__listing;

void ms__listing_fini(ms__listing *listing);
/* The number of the reason in listing->reasons, to which it is added if need be. */
MS_MUST_CHECK ms_code ms__listing_reason(ms__listing *listing, const char *reason, uint32_t *number);
/* Appends an entry; st may be NULL (unknown), reason is for SKIP and FAULT only. */
MS_MUST_CHECK ms_code ms__listing_add(ms__listing *listing, ms_str path, ms_entry_state state,
                                      const struct stat *st, const char *reason);
/* Appends a FAULT with the text of sys_errno. */
MS_MUST_CHECK ms_code ms__listing_fault(ms__listing *listing, ms_str path, int sys_errno);
/* Appends a FILE, or a SKIP (of an operand: FAULT) with the reason, according to st, which is not a
 * directory. */
MS_MUST_CHECK ms_code ms__listing_add_stat(ms__listing *listing, ms_str path, const struct stat *st,
                                           ms_entry_link link, const ms_enumerate_options *options);
/* Entry i is a duplicate: ms__listing_finish drops it. */
void ms__listing_drop(ms__listing *listing, uint32_t i);
/* Moves the entries, sorted and unique, into the empty *to. On MS_NOMEM *to is {0}; *listing needs fini
 * either way. */
MS_MUST_CHECK ms_code ms__listing_finish(ms__listing *listing, ms_entries *to);

/* ---- links.c: files that are listed more than once, for --follow ---- */

/* Makes all but one of each SKIPs that name that one: no symbolic link if there is another, the first name.
 */
MS_MUST_CHECK ms_code ms__links_deduplicate(ms__listing *listing);

/* ---- filter.c: include and exclude ---- */

typedef struct ms__globs {
    ms_glob *list; /* owned, as the next */
    bool *used;    /* which of them have matched something */
    size_t count;
    const char *option;
} ms__globs;

typedef struct ms__filter {
    ms__globs include, exclude;
} ms__filter;

/* What is compared with the globs. */
typedef struct ms__candidate {
    ms_str path;
    size_t relative; /* offset of the part below the operand; path.len: the operand itself */
    size_t base;     /* offset of the base name */
    bool is_directory;
} ms__candidate;

/* MS_USAGE for an invalid glob, MS_NOMEM; *filter needs fini either way. */
MS_MUST_CHECK ms_code ms__filter_init(ms__filter *filter, const ms_enumerate_options *options, ms_err *err);
void ms__filter_fini(ms__filter *filter);
bool ms__filter_excludes(ms__filter *filter, const ms__candidate *of);
/* Of a directory: is everything below it included? */
bool ms__filter_includes(ms__filter *filter, const ms__candidate *of);
/* Appends a line for each glob that has matched nothing. */
MS_MUST_CHECK ms_code ms__filter_list_unused(const ms__filter *filter, const ms_enumerate_options *options,
                                             ms_str_list *to);

/* ---- enumerate.c ---- */

/* options->visit, if set. */
void ms__visit(const ms_enumerate_options *options, ms_str path);

/* ---- operands.c: paths of the command line that are not directories ---- */

/* Identity of a file, independent of its path: parent directory and base name. */
typedef struct ms__operand {
    uint64_t dev, ino; /* of the parent directory */
    uint32_t entry;    /* its entry in the listing */
    uint32_t root;     /* index of the operand */
    uint32_t base;     /* offset of the base name in the path */
} ms__operand;

typedef struct ms__operands {
    ms__operand *list; /* owned */
    size_t count;
    size_t cap;
    ms_str parent;     /* path of the last parent directory, borrowed from the roots, */
    uint64_t dev, ino; /* and its identity */
    bool parent_known;
} ms__operands;

void ms__operands_fini(ms__operands *operands);
/* Finds the directory of an operand: of the entry that is added next. */
MS_MUST_CHECK ms_code ms__operands_enter(ms__operands *operands, ms__listing *listing, ms_str path);
/* Adds operand `root`, with this path, whose entry is the last of the listing. */
MS_MUST_CHECK ms_code ms__operands_add(ms__operands *operands, const ms__listing *listing, ms_str path,
                                       uint32_t root);
/* After the last operand: sorts, and drops the entries of duplicates, except the first operand's. */
void ms__operands_deduplicate(ms__operands *operands, ms__listing *listing);
/* The operands directly in a directory: list[*first] .. list[*first + count - 1]; returns the count. */
size_t ms__operands_in(const ms__operands *operands, uint64_t dev, uint64_t ino, size_t *first);
/* The one of `count` operands in one directory that has this base name, or NULL. */
const ms__operand *ms__operands_find(const ms__operand *list, size_t count, const ms__listing *listing,
                                     ms_str name);

/* ---- walk.c: directories ---- */

typedef struct ms__directory {
    uint64_t dev, ino; /* once opened */
    uint64_t depth;    /* the smallest at which it was entered; UINT64_MAX: not yet */
    uint32_t
        same_as; /* directory with the same identity that was read (usually itself); MS__NONE: not opened */
    uint32_t parent;      /* the directory it was found in; MS__NONE: an operand */
    uint32_t first_child; /* the directories found in it */
    uint32_t nchildren;
    uint32_t root; /* the operand it was reached from */
    bool link;     /* is a symbolic link found below a root */
    bool linked;   /* is one or lies below one */
    bool included; /* a glob includes everything below it */
} ms__directory;

/* A directory to enter at a depth. */
typedef struct ms__step {
    uint64_t depth;
    uint32_t directory;
} ms__step;

typedef struct ms__steps {
    ms__step *list; /* owned */
    size_t count;
    size_t cap;
} ms__steps;

typedef struct ms__walk {
    const ms_enumerate_options *options; /* borrowed, as the next three are */
    const ms__operands *operands;
    ms__listing *listing;
    ms__filter *filter;
    ms_str_list paths;          /* of the directories */
    ms__directory *directories; /* owned; paths.count of them */
    size_t cap;
    ms__index by_id; /* the opened ones by (dev, ino) */
    ms__steps todo;  /* a stack */
    ms__steps links; /* deferred until everything reachable without links is done */
    ms_bytes path;   /* of the current child, with its NUL */
} ms__walk;

void ms__walk_fini(ms__walk *walk);
/* Adds an operand that is a directory; operands in order, before ms__walk_run. */
MS_MUST_CHECK ms_code ms__walk_add_root(ms__walk *walk, ms_str path, uint32_t root);
/* Lists everything below the roots. */
MS_MUST_CHECK ms_code ms__walk_run(ms__walk *walk);

/* ---- directory.c: the children of one directory ---- */

/* Appends a directory that is not opened yet. */
MS_MUST_CHECK ms_code ms__walk_add_directory(ms__walk *walk, ms_str path, const ms__directory *directory);
/* Lists the children of the opened directory i; directories among them become its children. Closes fd. */
MS_MUST_CHECK ms_code ms__directory_read(ms__walk *walk, uint32_t i, int fd);

#endif
