/* What the sources of images/ share: bytes of a file that is probed, bounded in what is read of it; one
 * parser of sizes per family of formats; and the worker as a process. Nothing here is for other directories.
 */
#ifndef MS_IMAGES_CLIENT_CLIENT_INTERNAL_H
#define MS_IMAGES_CLIENT_CLIENT_INTERNAL_H

#include "images/client/client.h"
#include "images/client/probe.h"

#include <sys/types.h>

/* ---- probe: the bytes ---- */

enum {
    MS__SOURCE_BLOCK = 1024, /* read at a time */
    MS__SOURCE_READS = 48,   /* of a file in all: 48 KiB */
    MS__SOURCE_STEPS = 4096, /* boxes, segments, entries looked at in all */
    MS__SOURCE_TAKE_MAX = 64 /* bytes asked for at once */
};

/* A file in memory, or behind a descriptor with one block of it at hand. */
typedef struct ms__source {
    const uint8_t *data; /* borrowed; NULL: fd is read */
    size_t n;            /* bytes at data */
    int fd;
    unsigned nreads;
    unsigned nsteps;
    int failed;        /* errno of a read */
    uint64_t block_at; /* offset of the block */
    size_t block_len;
    uint8_t block[MS__SOURCE_BLOCK];
} ms__source;

/* n bytes (<= MS__SOURCE_TAKE_MAX) at `offset`, valid until the next call; NULL when the file is shorter, or
 * enough of it has been read. Local. */
const uint8_t *ms__source_take(ms__source *source, uint64_t offset, size_t n);
/* One step of a loop over hostile bytes; false when there have been too many. Local. */
bool ms__source_step(ms__source *source);

static inline uint32_t ms__le16(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}
static inline uint32_t ms__le32(const uint8_t *p)
{
    return ms__le16(p) | ms__le16(p + 2) << 16;
}
static inline uint32_t ms__be16(const uint8_t *p)
{
    return (uint32_t)p[0] << 8 | (uint32_t)p[1];
}
static inline uint32_t ms__be32(const uint8_t *p)
{
    return ms__be16(p) << 16 | ms__be16(p + 2);
}
static inline uint64_t ms__be64(const uint8_t *p)
{
    return (uint64_t)ms__be32(p) << 32 | ms__be32(p + 4);
}

/* ---- probe: sizes. Each fills width and height, or leaves both 0 ---- */

void ms__probe_jpeg(ms__source *source, ms_image_probe *probe); /* and lossless_way */
void ms__probe_tiff(ms__source *source, ms_image_probe *probe);
void ms__probe_pnm(ms__source *source, ms_image_probe *probe);
void ms__probe_heif(ms__source *source, ms_image_probe *probe); /* HEIF and AVIF */
void ms__probe_jp2(ms__source *source, ms_image_probe *probe);
void ms__probe_jxl(ms__source *source, ms_image_probe *probe);

/* ---- client: the worker as a process ---- */

typedef struct ms__worker_process {
    pid_t pid;  /* 0: none; the rest is then of no meaning */
    int socket; /* ours of the pair; owned */
    int errors; /* the reading end of the worker's standard error; owned */
} ms__worker_process;

/* How a child ended, for words. */
typedef struct ms__worker_process_end {
    bool known;     /* false: somebody else reaped it, or it does not go away */
    bool ours;      /* killed by ms__worker_process_kill while it lived */
    int status;     /* of waitpid */
    bool no_memory; /* it complained of that on its standard error */
    char said[160]; /* the first line of what it wrote there, escaped; may be empty */
} ms__worker_process_end;

/* Starts `program --socket 3 --memory BYTES` with nothing open but descriptors 0 to 3, signals as if never
 * touched, in a process group of its own (a terminal's Ctrl-C is for the rank, which decides). On failure
 * *child is {0}. Local. */
MS_MUST_CHECK ms_code ms__worker_process_start(ms__worker_process *child, const char *program,
                                               uint64_t memory, ms_err *err);
/* Forgets what it has written to its standard error so far. Local. */
void ms__worker_process_hush(const ms__worker_process *child);
/* Waits up to `grace` seconds for it to end by itself, kills it if it does not, reaps it and closes our ends:
 * *child is {0} then. `end` may be NULL. Accepts {0}. Local. */
void ms__worker_process_end_of(ms__worker_process *child, double grace, ms__worker_process_end *end);
/* The end in words ("was killed by signal 11 (Segmentation fault)"), and the code that fits it. Local. */
void ms__worker_process_stderr(const ms__worker_process_end *end, uint64_t memory, ms_code *code, char *text,
                               size_t size);

#endif
