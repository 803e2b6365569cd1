/* The settings of a run: parsed once from argv, validated, then const for everybody. */
#ifndef MS_CONFIG_SETTINGS_H
#define MS_CONFIG_SETTINGS_H

#include "base/names.h"

typedef enum ms_command {
    MS_COMMAND_NONE = 0,
    MS_COMMAND_LOGS = 1,          /* mpiscan logs [PATH...] */
    MS_COMMAND_GENERATE_LOGS = 2, /* mpiscan generate logs DIR */
    MS_COMMAND_HELP = 4,
    MS_COMMAND_VERSION = 8,
    MS_COMMAND_MAN = 16
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

typedef struct ms_settings {
    ms_command command;
    ms_names paths; /* operands, in the order given; for generate the one folder */

    /* which keywords */
    ms_names keywords;      /* -e, in order, as typed (a newline inside separates keywords as in grep) */
    ms_names keyword_files; /* -f; "-" at most once, and not with files_from "-" */
    bool ignore_case;       /* -i */
    bool word;              /* -w */
    bool regex;             /* -E */

    /* which files */
    ms_names include;       /* --include globs */
    ms_names exclude;       /* --exclude globs */
    const char *files_from; /* --files-from FILE or "-"; NULL; borrowed from argv */
    bool null_separated;    /* -0 */
    bool follow;            /* --follow */
    uint64_t max_depth;     /* --max-depth; UINT64_MAX: no limit. 0: the operands themselves only */

    /* what to report */
    bool lines;           /* -n */
    bool names_only;      /* -l */
    uint64_t before;      /* -B, -C: context lines */
    uint64_t after;       /* -A, -C */
    uint64_t max_line;    /* --max-line: bytes of a line that are shown */
    uint64_t max_listing; /* --max-listing: bytes of lines that are listed of a file */
    ms_format format;     /* --format */
    const char *output;   /* --output; NULL; borrowed from argv */
    ms_when color;        /* --color */
    bool progress;        /* --progress */
    bool grep_status;     /* --grep-status */

    /* how to compare */
    ms_baseline baseline; /* --baseline */
    uint64_t repeat;      /* --repeat; 0: as many pairs as fit into one second */

    /* the demo and generate */
    uint64_t files;        /* --files */
    uint64_t lines_a_file; /* --lines */
    double inject;         /* --inject: share of the files that get an alert line, 0..1 */
    uint64_t seed;         /* --seed */
    ms_style style;        /* --style */

    /* for tests and tuning; listed in the man page only */
    uint64_t round_limit; /* --round-limit: bytes a collective moves at a time */
    uint64_t window;      /* --window: bytes of the scanner's window */
} ms_settings;

/* Frees; idempotent, accepts {0}. Local. */
void ms_settings_fini(ms_settings *settings);

/* argv -> validated settings; reads no file and prints nothing. MS_USAGE with a text that names the offending
 * word and how to get help. On failure *settings is {0}. Strings are borrowed from argv. Local. */
MS_MUST_CHECK ms_code ms_settings_parse(ms_settings *settings, int argc, char *const *argv, ms_err *err);

/* The texts of --help, --man (roff, man(7)) and --version, from the one table of options. Local. */
MS_MUST_CHECK ms_code ms_settings_help(ms_bytes *to);
MS_MUST_CHECK ms_code ms_settings_man(ms_bytes *to);
MS_MUST_CHECK ms_code ms_settings_version(ms_bytes *to);
/* The one of them that settings->command asks for. Local. */
MS_MUST_CHECK ms_code ms_settings_text(const ms_settings *settings, ms_bytes *to);

#endif
