/* Demo: a file's lines as a stream of blocks, files written whole or not at all, and the marker of a set. A
 * stream is a plain value: a copy of a fresh one gives the same bytes again. */
#ifndef MS_DEMO_DEMO_INTERNAL_H
#define MS_DEMO_DEMO_INTERNAL_H

#include "demo/demo_logs.h"
#include "demo/demo_random.h"

enum {
    MS__DEMO_LINE_MAX = 512,           /* bytes; longer than any line with its terminator */
    MS__DEMO_BLOCK_BYTES = 256 * 1024, /* generated and written at a time */
    MS__DEMO_NAME_MAX = 32,            /* a file's name with its NUL */
};

/* One host's syslog. */
typedef struct ms__syslog {
    ms__random random;
    uint32_t second; /* of the year */
    uint32_t micro;  /* of that second; only in the kernel's stamps */
    uint32_t uptime; /* seconds since the host's boot */
    uint32_t pid;
    uint32_t session;
    uint32_t head_len;
    char head[40];      /* "Jan  1 00:00:00 web01 " */
    uint8_t kinds[256]; /* 8 random bits -> index of a message, by frequency */
} ms__syslog;

/* The name of file `number` (1-based) of a set of `count`: "log_0001.log". Local. */
void ms__demo_name(char name[MS__DEMO_NAME_MAX], const char *prefix, uint64_t count, uint64_t number,
                   const char *ext);

/* The lines of one file. */
typedef struct ms__demo_lines {
    uint64_t line_no; /* the next one, 1-based */
    uint64_t nlines;
    uint64_t alert_line; /* its number; 0: no alert */
    uint32_t alert_host; /* N of 192.168.0.N */
    bool is_syslog;
    ms__random random; /* of the plain style */
    ms__syslog syslog;
} ms__demo_lines;

/* The lines of file `index` (0-based); `injected` says whether one of them is the alert. Local. */
void ms__demo_lines_init(ms__demo_lines *lines, const ms_demo_logs_options *options, uint64_t index,
                         bool injected);
/* Writes whole lines to `to`, size >= MS__DEMO_LINE_MAX bytes; returns their bytes, 0 at the end. Local. */
size_t ms__demo_lines_fill(ms__demo_lines *lines, char *to, size_t size);

/* `random` is copied. Local. */
void ms__syslog_init(ms__syslog *syslog, ms__random random);
/* Writes the next line with its '\n' (at most MS__DEMO_LINE_MAX bytes) and returns the end. Local. */
char *ms__syslog_line(ms__syslog *syslog, char *to);
/* A line of the same time with `text` (without '\n'; at most 128 bytes); uses no random numbers. Local. */
char *ms__syslog_alert(const ms__syslog *syslog, char *to, const char *text, size_t n);
/* Writes value in decimal; returns the end. Local. */
char *ms__put_decimal(char *to, uint32_t value);

typedef struct ms__demo_directory {
    const char *path; /* borrowed */
    int fd;           /* owned; valid while `block` is not NULL */
    char *block;      /* owned: buffer of MS__DEMO_BLOCK_BYTES */
} ms__demo_directory;

/* Makes the directory and its missing parents. MS_IO names the path, MS_NOMEM; on failure *directory is {0}.
 * Local. */
MS_MUST_CHECK ms_code ms__demo_directory_open(ms__demo_directory *directory, const char *path, ms_err *err);
/* Idempotent, accepts {0}. Local. */
void ms__demo_directory_close(ms__demo_directory *directory);
/* Writes the lines (fresh; not changed) to a temporary file and renames it to `name`, replacing any file of
 * that name. On failure nothing changes. MS_IO names the path. Local. */
MS_MUST_CHECK ms_code ms__demo_directory_put(const ms__demo_directory *directory, const char *name,
                                             const ms__demo_lines *lines, uint64_t *nbytes, ms_err *err);
/* The same for bytes in memory. Local. */
MS_MUST_CHECK ms_code ms__demo_directory_put_bytes(const ms__demo_directory *directory, const char *name,
                                                   const ms_bytes *bytes, ms_err *err);

/* Writes the files of a set. */
typedef ms_code ms__demo_fill(const ms__demo_directory *directory, void *user, ms_err *err);
/* Makes a set in directory `path` by `fill`. With `options` (text that identifies the set; NULL: do not) a
 * set that was made with the same ones is reused, and a directory with other contents refused: MS_USAGE.
 * MS_IO, MS_NOMEM, and the codes of fill. Local. */
MS_MUST_CHECK ms_code ms__demo_make(const char *path, const char *options, bool *reused, ms__demo_fill *fill,
                                    void *user, ms_err *err);

#endif
