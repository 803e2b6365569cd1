/* Private to config: the tables of options and of commands, what argv is read into, and the texts of --help
 * and
 * --man. A row of the table is the only place that knows an option: its names, field, range, default, text.
 */
#ifndef MS_CONFIG_CONFIG_INTERNAL_H
#define MS_CONFIG_CONFIG_INTERNAL_H

#include "config/settings.h"

/* What argv says, before it is validated: most options have their field in `settings` itself, the others here
 * until all of argv is known. */
typedef struct ms__parsed {
    ms_settings settings;
    unsigned syntax; /* ms__syntax: the last of -E, -F */
    unsigned view;   /* ms__view: the last of -n, -c */
    uint64_t before; /* -B; MS__NOT_GIVEN */
    uint64_t after;  /* -A; MS__NOT_GIVEN */
    uint64_t around; /* -C; MS__NOT_GIVEN */
} ms__parsed;

#define MS__NOT_GIVEN UINT64_MAX

enum ms__syntax { MS__SYNTAX_FIXED, MS__SYNTAX_REGEX, MS__SYNTAX_PERL };
enum ms__view { MS__VIEW_DEFAULT, MS__VIEW_COUNT, MS__VIEW_LINES };

typedef enum ms__kind {
    MS__KIND_FLAG,   /* bool; no value: becomes true */
    MS__KIND_PICK,   /* an enum or unsigned; no value: becomes `min`, so that the last of several rows wins */
    MS__KIND_NUMBER, /* uint64_t, min..max */
    MS__KIND_SIZE,   /* uint64_t, min..max, with K, M, G, T */
    MS__KIND_FRACTION, /* double, min..max, both in units of 1 / parts */
    MS__KIND_TEXT,     /* const char *, borrowed from argv; never empty */
    MS__KIND_LIST,     /* ms_str_list: every value is appended; never empty */
    MS__KIND_GLOBS,    /* a LIST whose values are globs of fnmatch(3) */
    MS__KIND_KEYWORDS, /* a LIST whose values are newline-separated keywords, none of them empty */
    MS__KIND_SHARD,    /* ms_shard: I/N, 1 <= I <= N <= max */
    MS__KIND_CHOICE    /* an enum: the index in `choices` */
} ms__kind;

typedef enum ms__group {
    MS__GROUP_KEYWORDS,
    MS__GROUP_FILES,
    MS__GROUP_IMAGES,
    MS__GROUP_REPORT,
    MS__GROUP_COMPARE,
    MS__GROUP_RESUME,
    MS__GROUP_SYNTHETIC,
    MS__GROUP_TUNING,
    MS__GROUP_HELP,
    MS__GROUP_COUNT
} ms__group;

/* The bit of a command in ms__option.commands; MS_COMMAND_NONE: before any command. */
#define MS__IN(command) (1U << (unsigned)(command))
#define MS__IN_ANY (~0U)

typedef struct ms__option {
    const char *name;           /* long name, without dashes */
    const char *value;          /* what its value is called; NULL: no value */
    const char *const *choices; /* NULL-terminated; CHOICE only */
    const char *initial;        /* the default, as one would type it; NULL: the field stays 0 */
    const char *help;           /* one or two lines for --help; choices and default are appended */
    const char *more;           /* further sentences for the man page, or NULL */
    size_t offset;              /* of its field within ms__parsed */
    uint64_t min, max;
    unsigned parts;    /* FRACTION only; 0 stands for 1 */
    unsigned commands; /* MS__IN bits */
    ms__kind kind;
    ms__group group;
    char short_name; /* 0: none */
    bool hidden;     /* not in --help, but in the man page */
} ms__option;

typedef struct ms__command {
    ms_command id;
    const char *name;     /* "generate logs" */
    const char *words[3]; /* the same, word by word; NULL-terminated */
    const char *operands; /* for the usage line */
    const char *what;     /* what an operand is, for messages */
    const char *help;     /* one or two sentences for the man page */
    size_t min_operands, max_operands;
} ms__command;

#define MS__OPTION_LIMIT 96 /* most rows, for the arrays made for getopt_long */

extern const ms__option ms__options[];
extern const size_t ms__noptions;
extern const ms__command ms__commands[]; /* [0] is MS_COMMAND_NONE */
extern const size_t ms__ncommands;
extern const char *const ms__group_titles[MS__GROUP_COUNT];

/* A word of argv, escaped and cut for a message. */
typedef struct ms__word {
    char text[160];
} ms__word;

const char *ms__show(ms__word *to, const char *typed);
/* Fill *err: MS_USAGE with the text and a hint to --help; MS_NOMEM. Local. */
ms_code ms__usage(ms_err *err, const char *fmt, ...) MS_PRINTF(2, 3);
ms_code ms__no_memory(ms_err *err);

/* Sets the option's field from `value`, which is NULL for an option that takes none and is borrowed by a TEXT
 * field. Local. */
MS_MUST_CHECK ms_code ms__store(ms__parsed *parsed, const ms__option *option, const char *value, ms_err *err);
/* Parses the arguments of `command`: argv[0] is the last word of its name and argc counts it. An option that
 * chooses another command (--help) ends the reading. On failure the caller frees what is in parsed->settings.
 * Local. */
MS_MUST_CHECK ms_code ms__parse_arguments(ms__parsed *parsed, const ms__command *command, int argc,
                                          char *const *argv, ms_err *err);

/* What to use instead of an option of grep or ripgrep, whose letter or long name it is; NULL: unknown. Local.
 */
const char *ms__other_option(const char *name, size_t n);
/* The command's long option that a mistyped or abbreviated name was meant for; NULL: none is near. Local. */
const char *ms__nearest_option(const ms__command *command, const char *name, size_t n);

/* An end of a FRACTION's range, which its row gives as `value`. Local. */
double ms__fraction_of(const ms__option *option, uint64_t value);

/* A size as one would type it: 524288 is 512K. Returns `to`. Local. */
const char *ms__size_text(char to[32], uint64_t nbytes);

/* Lines of roff, NULL-terminated: DESCRIPTION, the beginning of OPTIONS, IMAGES, and all after it. */
extern const char *const ms__man_description[];
extern const char *const ms__man_options[];
extern const char *const ms__man_logs[];
extern const char *const ms__man_images[];
extern const char *const ms__man_end[];

/* These append to *to; a failure stays in it. Local. */
void ms__put_text(ms_bytes *to, const char *text);
/* At most 255 bytes. */
void ms__put_format(ms_bytes *to, const char *fmt, ...) MS_PRINTF(2, 3);
/* The words of `text`, broken at column 79 and indented by `indent`. The line so far ends at `column` (when
 * that is after `indent`, a blank follows); afterwards a new line begins. */
void ms__put_wrapped(ms_bytes *to, const char *text, size_t indent, size_t column);
/* `text` such that roff shows exactly these characters, also at the start of a line or within a macro's
 * argument. */
void ms__put_roff(ms_bytes *to, const char *text);
/* ": a, b or c (default b)", as far as the option has them. */
void ms__put_choices(ms_bytes *to, const ms__option *option);

#endif
