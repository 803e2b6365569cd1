/* What the sources of demo/ share: a file's lines as a stream of blocks, and files that are made whole or not
 * at all. A stream is a plain value: a copy of a fresh one gives the same bytes once more. */
#ifndef MS_DEMO_DEMO_INTERNAL_H
#define MS_DEMO_DEMO_INTERNAL_H

#include "demo/demo_logs.h"
#include "demo/demo_random.h"

enum {
    MS__DEMO_LINE_MAX = 512,           /* bytes; longer than any line with its terminator */
    MS__DEMO_BLOCK_BYTES = 256 * 1024, /* generated and written at a time */
    MS__DEMO_NAME_MAX = 32,            /* a log's name with its NUL */
};

/* One host's syslog. */
typedef struct ms__syslog {
    ms__random random;
    uint32_t second; /* of the year */
    uint32_t micro;  /* of that second; only the kernel's stamps show it */
    uint32_t uptime; /* seconds since the host's boot */
    uint32_t pid;
    uint32_t session;
    uint32_t head_len;
    char head[40];      /* "Jan  1 00:00:00 web01 " */
    uint8_t kinds[256]; /* 8 random bits -> index of a message: the frequencies */
} ms__syslog;

/* The name of file `number` (1-based) of a set of `files`: "log_0001.log". Local. */
void ms__demo_name(char name[MS__DEMO_NAME_MAX], uint64_t files, uint64_t number);

/* The lines of one file. */
typedef struct ms__demo_lines {
    uint64_t line_no; /* the next one, 1-based */
    uint64_t nlines;
    uint64_t alert_line; /* its number; 0 when there is none */
    uint32_t alert_host; /* N of 192.168.0.N */
    bool is_syslog;
    ms__random random; /* of the plain style */
    ms__syslog syslog;
} ms__demo_lines;

/* The lines of file `index` (0-based); `injected` says whether one of them is the alert. Local. */
void ms__demo_lines_init(ms__demo_lines *lines, const ms_demo_logs_options *options, uint64_t index,
                         bool injected);
/* As many whole lines as surely fit into `size` bytes (size >= MS__DEMO_LINE_MAX); 0 bytes at the end. Local.
 */
size_t ms__demo_lines_fill(ms__demo_lines *lines, char *to, size_t size);

/* `random` is taken over as the syslog's own. Local. */
void ms__syslog_init(ms__syslog *syslog, ms__random random);
/* Puts the next line with its '\n' at `to` (room for MS__DEMO_LINE_MAX bytes) and returns the end. Local. */
char *ms__syslog_line(ms__syslog *syslog, char *to);
/* The same moment's line with `text` (without '\n'; at most 128 bytes) instead, drawing nothing. Local. */
char *ms__syslog_alert(const ms__syslog *syslog, char *to, const char *text, size_t n);
/* Decimal digits of value; returns the end. Local. */
char *ms__put_decimal(char *to, uint32_t value);

/* A directory to make files in, and the memory for it. */
typedef struct ms__demo_directory {
    const char *path; /* borrowed */
    int fd;           /* owned; valid while `block` is not NULL */
    char *block;      /* owned: MS__DEMO_BLOCK_BYTES */
} ms__demo_directory;

/* Makes the directory and its missing parents. MS_IO names the path; on failure *directory is {0}. Local. */
MS_MUST_CHECK ms_code ms__demo_directory_open(ms__demo_directory *directory, const char *path, ms_err *err);
/* Idempotent, accepts {0}. Local. */
void ms__demo_directory_close(ms__demo_directory *directory);
/* Writes the lines into a new file beside and renames it to `name`, over whatever was there. On failure that
 * is untouched and nothing new is left. `lines` is fresh and stays so. Local. */
MS_MUST_CHECK ms_code ms__demo_directory_put(const ms__demo_directory *directory, const char *name,
                                             const ms__demo_lines *lines, uint64_t *nbytes, ms_err *err);
/* The same for bytes in memory. Local. */
MS_MUST_CHECK ms_code ms__demo_directory_put_bytes(const ms__demo_directory *directory, const char *name,
                                                   const ms_bytes *bytes, ms_err *err);

/* *made: the set that `text` describes is in the directory already. MS_USAGE: something else is. Local. */
MS_MUST_CHECK ms_code ms__demo_made_begin(const char *path, const char *text, bool *made, ms_err *err);
/* The directory now holds the set `text`; "": a part of one. MS_IO, MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms__demo_made_set(const char *path, const char *text, ms_err *err);

#endif
