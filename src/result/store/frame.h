/* Frames: the one form in which results are stored, in the ranks' journals (journal.h) and in result files
 * (result_file.h). A damaged frame is detected by its checksum, and the next one is found by its mark.
 *
 * A file is a sequence of frames: 8 bytes MS_FRAME_MARK, u64 n, n bytes of content, u64 XXH3-64 of the
 * content with seed n. The content's first byte is the frame's kind, ms_frame_kind; what follows is given
 * there. Integers are little-endian, written byte by byte (base/bytes.h); so are f64, the bits of an IEEE 754
 * binary64. */
#ifndef MS_RESULT_STORE_FRAME_H
#define MS_RESULT_STORE_FRAME_H

#include "base/str_list.h"

#define MS_FRAME_MARK "\xFFmframe\n"
#define MS_FRAME_MARK_BYTES 8U
/* Of the whole format: of every kind of frame, and of the records in them. */
#define MS_FRAME_VERSION 3U

/* The type of a file, in the header. */
typedef enum ms_frame_file { MS_FRAME_JOURNAL = 1, MS_FRAME_RESULT = 2 } ms_frame_file;

/* In their order in a file. A new kind needs a new version. */
typedef enum ms_frame_kind {
    MS_FRAME_HEADER = 1, /* u32 version, u8 ms_frame_file, names: the settings that the result depends on, one
                            "name=value" each. The first frame of every file, and only there */
    MS_FRAME_TASK =
        2, /* journals: blob path, u64 size, u64 mtime_ns, u64 ctime_ns, u64 inode, record of a task */
    MS_FRAME_QUERY = 3, /* result files, once: u64 shard, u64 shards (0, 0: all files), names: keywords,
                           names: run_result.search */
    MS_FRAME_ENTRY = 4, /* result files: blob path, record of the whole file, whose entry is the number of
                           ENTRY frames before; ascending by path */
    MS_FRAME_RANK = 5,  /* result files: what a rank did (rankstat.h) */
    MS_FRAME_RUN = 6,   /* result files, once: see result_file.h */
    MS_FRAME_END = 7    /* result files, the last one: u64 number of frames before it */
} ms_frame_kind;

/* Begins a frame at the end of *to; returns `at` for ms_frame_end. Local, as all here. */
size_t ms_frame_begin(ms_bytes *to, ms_frame_kind kind);
/* Ends the frame, whose content has been appended since. MS_NOMEM when the writer has failed. */
MS_MUST_CHECK ms_code ms_frame_end(ms_bytes *to, size_t at);
/* A whole header frame. */
MS_MUST_CHECK ms_code ms_frame_put_header(ms_bytes *to, ms_frame_file file, const ms_str_list *settings);

/* A file being read; its bytes are not trusted. `window` holds bytes [at, at + window.len) of it. */
typedef struct ms_frames {
    int fd;            /* borrowed */
    const char *shown; /* the file's name for messages; borrowed */
    uint64_t size;
    uint64_t at;
    ms_bytes window; /* owned */
    size_t used;     /* bytes at the window's beginning that are consumed */
} ms_frames;

typedef struct ms_frame {
    uint64_t offset; /* of its mark in the file */
    uint8_t kind;    /* not validated: may be no ms_frame_kind */
    ms_reader body;  /* over the content without the kind; borrowed until the next call */
} ms_frame;

/* The offset of the next frame; equal to frames->size at the end. */
uint64_t ms_frames_offset(const ms_frames *frames);
/* The frame at the offset, if a whole and valid one begins there; else *found is false and the offset
 * unchanged. MS_IO, MS_NOMEM. */
MS_MUST_CHECK ms_code ms_frames_next(ms_frames *frames, ms_frame *frame, bool *found, ms_err *err);
/* Moves to the next mark after the offset, or to the end. MS_IO, MS_NOMEM. */
MS_MUST_CHECK ms_code ms_frames_skip(ms_frames *frames, ms_err *err);
void ms_frames_fini(ms_frames *frames);

/* Reads a header. MS_FORMAT when it is not a header, MS_USAGE when it is of another version or file
 * type, with a text that begins with `shown`. On failure *settings is {0}. */
MS_MUST_CHECK ms_code ms_frame_take_header(const ms_frame *frame, ms_frame_file file, const char *shown,
                                           ms_str_list *settings, ms_err *err);

/* The first difference of two lists of settings. */
typedef enum ms_difference {
    MS_DIFFERENCE_NONE,
    MS_DIFFERENCE_VALUE,  /* word_a in the first, word_b in the second */
    MS_DIFFERENCE_ONLY_A, /* word_a is in the first list only */
    MS_DIFFERENCE_ONLY_B,
    MS_DIFFERENCE_ORDER /* the same words, but word_a at another place */
} ms_difference;
ms_difference ms_settings_difference(const ms_str_list *a, const ms_str_list *b, ms_str *word_a,
                                     ms_str *word_b);

#endif
