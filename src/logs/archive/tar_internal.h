/* What the files of the tar reader share: tar_extra.c reads long names and pax headers, tar_sparse.c gives
 * files that are stored without their holes as they were, tar.c is the reader. */
#ifndef MS_LOGS_ARCHIVE_TAR_INTERNAL_H
#define MS_LOGS_ARCHIVE_TAR_INTERNAL_H

#include "logs/archive/members_internal.h"
#include "logs/archive/tar_header.h"

/* A part of a sparse file that is stored. */
typedef struct ms__tar_part {
    uint64_t offset, size;
} ms__tar_part;

/* A file that is stored without its holes: its map, and how far it has been read. Begins with {0}. */
typedef struct ms__tar_sparse {
    ms__tar_part *parts; /* owned */
    size_t n, cap;
    bool is_sparse;  /* there is a map, perhaps without parts */
    bool in_data;    /* the map is in the contents' first blocks (GNU, pax 1.0) */
    bool invalid;    /* of the map */
    bool has_offset; /* of a part whose size is next */
    uint64_t offset, real_size;
    uint64_t at;     /* offset in the file of the next byte */
    size_t next;     /* part that is not yet read to its end */
    uint64_t nzeros; /* of holes of all members that were read, not skipped */
    ms_decode_limits limits;
} ms__tar_sparse;

/* Without a map; keeps the memory. Local, as all below. */
void ms__tar_sparse_clear(ms__tar_sparse *sparse);
void ms__tar_sparse_fini(ms__tar_sparse *sparse);
/* Adds a number of the map: an offset, then a size, and so on. MS_NOMEM. */
MS_MUST_CHECK ms_code ms__tar_sparse_add(ms__tar_sparse *sparse, uint64_t number);
/* The map in the `size` bytes at the next one, decimal numbers with a `separator` each: reads it. MS_NOMEM;
 * `sparse->invalid` when it is, or is cut off. Returns the bytes read in *nread. */
MS_MUST_CHECK ms_code ms__tar_sparse_read_numbers(ms__tar_sparse *sparse, ms_lookahead *in, uint64_t size,
                                                  uint8_t separator, uint64_t *nread);
/* The map of pax 1.0, before the contents: its length in blocks is in *nread. */
MS_MUST_CHECK ms_code ms__tar_sparse_read_map(ms__tar_sparse *sparse, ms_lookahead *in, uint64_t size,
                                              uint64_t *nread);
/* Does the map describe a file of which `stored` bytes are stored? Then it is read from its beginning. */
bool ms__tar_sparse_begin(ms__tar_sparse *sparse, uint64_t stored);
/* Up to cap bytes of the file, of which *left are stored and not yet read; 0 at its end, or when *left is not
 * 0 and the archive ends. MS_LIMIT: more zeros than allowed. */
MS_MUST_CHECK ms_code ms__tar_sparse_read(ms__tar_sparse *sparse, ms_lookahead *in, uint64_t *left,
                                          uint8_t *buf, size_t cap, size_t *n, ms_err *err);
/* Skips a multiple of `unit` zeros of a hole; how many. */
uint64_t ms__tar_sparse_skip_hole(ms__tar_sparse *sparse, uint64_t unit);

/* Extra headers before a member's header, which override it. */
typedef struct ms__tar_extra {
    ms_bytes name;
    bool has_name, has_size;
    bool sparse_name; /* the name is GNU.sparse.name, and `path` is made up */
    uint64_t size;
} ms__tar_extra;

typedef struct ms__tar_reader {
    ms__archive_reader base;
    uint64_t left;      /* unread bytes of the member's contents, as they are stored */
    size_t padding;     /* bytes after the contents up to the next block */
    bool in_member;     /* a member's header has been read */
    bool end_mark;      /* a block of zeros follows the last member */
    ms__tar_extra next; /* of the next member only */
    ms__tar_extra all;  /* of all members from here on */
    ms__tar_sparse sparse;
    ms_bytes name;
} ms__tar_reader;

/* The `size` bytes after an extra header of this type begin at the next byte: reads them and what fills their
 * last block. Errors as of ms_members_next. */
MS_MUST_CHECK ms_code ms__tar_read_extra(ms__tar_reader *tar, uint8_t type, uint64_t size);

#endif
