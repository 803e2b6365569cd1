/* The settings of a run: parsed once from argv, validated, then const for everybody. */
#ifndef MS_CONFIG_SETTINGS_H
#define MS_CONFIG_SETTINGS_H

#include "base/str_list.h"

typedef enum ms_command {
    MS_COMMAND_NONE,
    MS_COMMAND_LOGS,            /* mpiscan logs [PATH...] */
    MS_COMMAND_IMAGES,          /* mpiscan images [PATH...] */
    MS_COMMAND_ALL,             /* mpiscan all PATH... */
    MS_COMMAND_GENERATE_LOGS,   /* mpiscan generate logs DIR */
    MS_COMMAND_GENERATE_IMAGES, /* mpiscan generate images DIR */
    MS_COMMAND_REPORT,          /* mpiscan report FILE... */
    MS_COMMAND_HELP,
    MS_COMMAND_VERSION,
    MS_COMMAND_MAN
} ms_command;

typedef enum ms_format { MS_FORMAT_TEXT, MS_FORMAT_JSON, MS_FORMAT_CSV } ms_format;
typedef enum ms_when { MS_WHEN_AUTO, MS_WHEN_ALWAYS, MS_WHEN_NEVER } ms_when;
typedef enum ms_baseline {
    MS_BASELINE_AUTO,
    MS_BASELINE_RUN,
    MS_BASELINE_ESTIMATE,
    MS_BASELINE_OFF
} ms_baseline;
typedef enum ms_style { MS_STYLE_LOGIN, MS_STYLE_SYSLOG } ms_style;

typedef enum ms_formula { MS_FORMULA_BT601, MS_FORMULA_BT709, MS_FORMULA_LINEAR } ms_formula;
typedef enum ms_target {
    MS_TARGET_SAME,
    MS_TARGET_JPG,
    MS_TARGET_PNG,
    MS_TARGET_WEBP,
    MS_TARGET_TIFF
} ms_target;

/* Part `index` of `count` of the files: see tasks/enumerate/shard.h. */
typedef struct ms_shard {
    uint64_t index; /* 1..count */
    uint64_t count; /* 0: no shards */
} ms_shard;

typedef struct ms_settings {
    ms_command command;
    ms_str_list paths; /* operands in order; for generate the one directory, for report the result files */

    /* which keywords */
    ms_str_list keywords;      /* -e, in order, as typed (a newline inside separates keywords as in grep) */
    ms_str_list keyword_files; /* -f; "-" at most once, and not with files_from "-" */
    ms_str_list and_keywords;  /* --and */
    ms_str_list not_keywords;  /* --not */
    bool ignore_case;          /* -i */
    bool word;                 /* -w */
    bool whole_line;           /* -x */
    bool regex;                /* -E or -P */
    bool perl;                 /* -P */

    /* which files */
    ms_str_list include;          /* --include globs */
    ms_str_list exclude;          /* --exclude globs */
    const char *files_from;       /* --files-from FILE or "-"; NULL; borrowed from argv */
    bool null_separated;          /* -0 */
    bool follow;                  /* --follow */
    uint64_t max_depth;           /* --max-depth; UINT64_MAX: no limit. 0: the operands themselves only */
    ms_shard shard;               /* --shard */
    const char *encoding;         /* --encoding NAME, which iconv(3) knows; NULL; borrowed from argv */
    bool journal_fields;          /* --journal-fields */
    bool text;                    /* --text */
    uint64_t max_decompressed;    /* --max-decompressed: bytes of text of a compressed file; 0: no limit */
    uint64_t max_ratio;           /* --max-ratio: decoded bytes for one of a log; 0: no limit */
    uint64_t memlimit_decompress; /* --memlimit-decompress: bytes of a decoder's window */

    /* what to report */
    bool lines;               /* -n */
    bool counts;              /* -c: report does not show the stored lines */
    bool files_with_matches;  /* -l */
    bool files_without_match; /* -L */
    bool invert;              /* -v */
    bool quiet;               /* -q: no report on standard output; then grep_status too */
    uint64_t max_count;       /* -m: lines of a file; 0: no limit */
    const char *event_start;  /* --event-start; NULL; borrowed from argv; not with before or after */
    uint64_t before;          /* -B, -C: context lines */
    uint64_t after;           /* -A, -C */
    uint64_t max_line;        /* --max-line: bytes of a line that are shown */
    uint64_t max_listing;     /* --max-listing: bytes of lines that are listed of a file */
    ms_format format;         /* --format */
    const char *output;       /* --output of logs, --report of images and all; NULL; borrowed from argv */
    const char *result;       /* --result; NULL; borrowed from argv; never equal to output */
    ms_when color;            /* --color */
    bool progress;            /* --progress */
    bool grep_status;         /* --grep-status */

    /* how to compare */
    ms_baseline baseline; /* --baseline */
    uint64_t repeat;      /* --repeat; 0: as many pairs as fit into one second */

    /* runs that may be interrupted */
    const char *journal;  /* --journal DIR; NULL; borrowed from argv; not with resume */
    double journal_every; /* --journal-every, seconds */
    double stall_warning; /* --stall-warning, seconds; 0: no warning */
    const char *resume;   /* --resume DIR; NULL; borrowed from argv */

    /* images */
    const char *gray_dir;  /* -o DIR of images and all (required with a path); NULL; borrowed from argv */
    ms_formula formula;    /* --gray */
    ms_target target;      /* --to */
    bool strip;            /* --strip */
    uint64_t image_memory; /* --image-memory, bytes */
    double image_timeout;  /* --image-timeout, seconds */
    uint64_t max_pixels;   /* --max-pixels */
    uint64_t max_scans;    /* --max-scans */

    /* the demo and generate */
    uint64_t files;        /* --files */
    uint64_t lines_a_file; /* --lines */
    double inject;         /* --inject: share of the files that get an alert line, 0..1 */
    uint64_t seed;         /* --seed */
    uint64_t count;        /* --count: images of generate images */
    double megapixels;     /* --megapixels: of each of them */
    ms_style style;        /* --style */

    uint64_t split_size; /* --split-size: plain logs above it are split into ranges; 0: never */

    /* for tests and tuning; in the man page only */
    uint64_t chunk_size;  /* --chunk-size: bytes a collective moves at a time */
    uint64_t buffer_size; /* --buffer-size: bytes of the scanner's buffer */
    bool no_steal;        /* --no-steal: every rank processes its own slice only */
    const char *simulate; /* --simulate: see ms_settings_simulated; NULL; borrowed from argv */
    bool drop_cache;      /* --drop-cache */
} ms_settings;

/* Frees; idempotent, accepts {0}. Local. */
void ms_settings_fini(ms_settings *settings);

/* argv -> validated settings; reads no file and prints nothing. MS_USAGE with a text that names the offending
 * argument. On failure *settings is {0}. Strings are borrowed from argv. Local. */
MS_MUST_CHECK ms_code ms_settings_parse(ms_settings *settings, int argc, char *const *argv, ms_err *err);

/* The result-relevant settings of logs, images or all, without the keywords and the shard: the command's
 * name, then the operands as "path=PATH", then the options as typed ("--follow", "--max-depth=3"). Two runs
 * with the same list (and keywords) over the same files give the same answer. Appends to *to. Local. */
MS_MUST_CHECK ms_code ms_settings_result_relevant(const ms_settings *settings, ms_str_list *to);

/* What a report says of the search besides the keywords: where they came from, as "--keyword" (-e) and
 * "--file=NAME" for each -f, nothing for the default; then the words of ms_settings_result_relevant that are
 * options for keywords, as "--ignore-case". Nothing for images. Appends to *to. Local. */
MS_MUST_CHECK ms_code ms_settings_search(const ms_settings *settings, ms_str_list *to);

/* The value of --simulate, NSEC[,RANK:FACTOR]...: nanoseconds per byte on this rank. MS_USAGE when it is
 * invalid, which ms_settings_parse has excluded. Local. */
MS_MUST_CHECK ms_code ms_settings_simulated(const char *text, uint32_t rank, double *nsec_a_byte);

/* The texts of --help, --man (roff, man(7)) and --version, from the one table of options. Local. */
MS_MUST_CHECK ms_code ms_settings_help(ms_bytes *to);
MS_MUST_CHECK ms_code ms_settings_man(ms_bytes *to);
MS_MUST_CHECK ms_code ms_settings_version(ms_bytes *to);
/* The one of them that settings->command asks for. Local. */
MS_MUST_CHECK ms_code ms_settings_text(const ms_settings *settings, ms_bytes *to);

#endif
