/* What somebody who knows grep, ripgrep or ugrep types, and what it is here. Only options that this program
 * does not have; what differs in meaning only (ripgrep's -L, -E) is in the manual page. */
#include "config/config_internal.h"

#include <stdlib.h>
#include <string.h>

#define ALWAYS_RECURSIVE "directories are always searched recursively"
#define ALWAYS_NAMES "file names are always shown"
#define ALWAYS_ALL "hidden and ignored files are always searched; --exclude GLOB leaves some out"
#define ALWAYS_BINARY "binary files are searched too"
#define FIXED_ORDER "the order is always that of the paths"
#define ONE_FORM "the text has one form; use --format json for another"
#define LINES_ONLY "a match is within one line; for events of several lines use --event-start REGEX"
#define NOT_OFFERED_PART "not offered; the whole line is shown (-n), in --format json with its byte_offset"

static const struct {
    const char *name; /* a letter, or a long name */
    const char *use;
} rows[] = {
    {"r", ALWAYS_RECURSIVE},
    {"recursive", ALWAYS_RECURSIVE},
    {"R", ALWAYS_RECURSIVE "; use --follow for symbolic links"},
    {"dereference-recursive", ALWAYS_RECURSIVE "; use --follow for symbolic links"},
    {"d", ALWAYS_RECURSIVE "; for a limit use --max-depth N"},
    {"directories", ALWAYS_RECURSIVE "; for a limit use --max-depth N"},
    {"D", "devices are always skipped; FIFOs are read when they are named"},
    {"devices", "devices are always skipped; FIFOs are read when they are named"},
    {"depth", "use --max-depth N"},
    {"maxdepth", "use --max-depth N"},
    {"dereference", "use --follow"},
    {"one-file-system", "not offered; use --exclude DIR/"},
    {"H", ALWAYS_NAMES},
    {"with-filename", ALWAYS_NAMES},
    {"I", ALWAYS_BINARY ", and file names are always shown"},
    {"no-filename", ALWAYS_NAMES "; to process the output use --format json"},
    {"binary", ALWAYS_BINARY},
    {"binary-files", ALWAYS_BINARY},
    {"U", ALWAYS_BINARY "; " LINES_ONLY},
    {"multiline", LINES_ONLY},
    {"multiline-dotall", LINES_ONLY},
    {"s", "unreadable files are always reported; for the case of letters use -i"},
    {"no-messages", "unreadable files are always reported"},
    {"case-sensitive", "that is the default"},
    {"no-ignore-case", "that is the default"},
    {"y", "use -i"},
    {"S", "use -i"},
    {"smart-case", "use -i"},
    {"only-matching", NOT_OFFERED_PART},
    {"replace", "not offered: nothing is changed"},
    {"b", "use --format json -n, which has byte_offset"},
    {"byte-offset", "use --format json -n, which has byte_offset"},
    {"column", "use --format json -n, which has byte_offset of the line"},
    {"vimgrep", "use -n, or --format json -n"},
    {"json", "use --format json"},
    {"csv", "use --format csv"},
    {"count-matches", "use -c, which counts matching lines"},
    {"include-zero", "use -L for the files without a match"},
    {"N", "lines are shown with -n only, and then with numbers"},
    {"no-line-number", "lines are shown with -n only, and then with numbers"},
    {"regexp", "use -e KEYWORD; with -E it is a regular expression"},
    {"extended-regexp", "use -E"},
    {"basic-regexp", "use -E: extended expressions; without it keywords are fixed strings"},
    {"G", "use -E: extended expressions; without it keywords are fixed strings"},
    {"fixed-strings", "use -F"},
    {"pcre2", "use -P"},
    {"perl-regexp", "use -P"},
    {"line-regexp", "use -x"},
    {"engine", "use -P or -E; each expression is searched by the engine that is right for it"},
    {"auto-hybrid-regex", "use -P; each expression is searched by the engine that is right for it"},
    {"no-unicode", "not offered: lines that are valid UTF-8 are characters, others bytes"},
    {"word-regexp", "use -w"},
    {"silent", "use -q"},
    {"g", "use --include GLOB or --exclude GLOB"},
    {"glob", "use --include GLOB or --exclude GLOB"},
    {"iglob", "use --include GLOB or --exclude GLOB, such as '*.[lL][oO][gG]'"},
    {"glob-case-insensitive", "use --include GLOB, such as '*.[lL][oO][gG]'"},
    {"t", "use --include '*.EXT'"},
    {"type", "use --include '*.EXT'"},
    {"T", "use --exclude '*.EXT'; lines are not aligned with tabs"},
    {"type-not", "use --exclude '*.EXT'"},
    {"type-list", "there are no file types; use --include '*.EXT'"},
    {"initial-tab", "lines are not aligned with tabs"},
    {"include-dir", "use --include 'DIR/**'"},
    {"exclude-dir", "use --exclude 'DIR/'"},
    {"exclude-from", "use --exclude GLOB for each"},
    {"include-from", "use --include GLOB for each"},
    {"ignore-file", "use --exclude GLOB for each"},
    {"u", ALWAYS_ALL},
    {"unrestricted", ALWAYS_ALL},
    {"hidden", ALWAYS_ALL},
    {".", ALWAYS_ALL},
    {"no-ignore", ALWAYS_ALL},
    {"no-ignore-vcs", ALWAYS_ALL},
    {"max-filesize", "use find -size ... -print0 with --files-from - -0"},
    {"z", "compressed files are always searched, by their first bytes"},
    {"decompress", "compressed files are always searched, by their first bytes"},
    {"search-zip", "compressed files are always searched, by their first bytes"},
    {"pre", "not offered: compressed files and archives are searched without it"},
    {"null-data", "not offered: lines end with a newline"},
    {"Z", "use --format json: a name in it cannot be misread"},
    {"print0", "use --format json: a name in it cannot be misread"},
    {"j", "ranks take the place of threads: mpirun -np N mpiscan ..."},
    {"threads", "ranks take the place of threads: mpirun -np N mpiscan ..."},
    {"jobs", "ranks take the place of threads: mpirun -np N mpiscan ..."},
    {"mmap", "not offered: files are read"},
    {"no-mmap", "that is the default: files are read"},
    {"colour", "use --color WHEN"},
    {"colors", "use --color WHEN"},
    {"pretty", "use --color always"},
    {"p", "use --color always"},
    {"stats", "that is always shown"},
    {"M", "use --max-line SIZE"},
    {"max-columns", "use --max-line SIZE"},
    {"max-columns-preview", "use --max-line SIZE"},
    {"width", "use --max-line SIZE"},
    {"trim", ONE_FORM},
    {"heading", ONE_FORM},
    {"no-heading", ONE_FORM},
    {"group-separator", ONE_FORM},
    {"no-group-separator", ONE_FORM},
    {"context-separator", ONE_FORM},
    {"field-match-separator", ONE_FORM},
    {"label", ONE_FORM},
    {"line-buffered", "the report is written at the end; --progress shows that the run goes on"},
    {"block-buffered", "that is the default"},
    {"passthru", "not offered; -C N shows lines around a match"},
    {"sort", FIXED_ORDER},
    {"sortr", FIXED_ORDER},
    {"crlf", "a carriage return before the newline is no part of a line"},
    {"dfa-size-limit", "not offered"},
    {"regex-size-limit", "not offered"},
    {"debug", "use --progress"},
    {"trace", "use --progress"},
    {"no-config", "there are no configuration files"},
    {"W", "use --help"},
};

const char *ms__other_option(const char *name, size_t n)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strlen(rows[i].name) == n && memcmp(rows[i].name, name, n) == 0) {
            return rows[i].use;
        }
    }
    return n == 1 && *name >= '1' && *name <= '9' ? "use -C N for N lines of context" : NULL;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Letters to insert, delete, replace or swap with their neighbor (optimal string alignment). */
static size_t distance(const char *a, size_t na, const char *b, size_t nb)
{
    enum { LONGEST = 32 };
    size_t d[LONGEST + 1][LONGEST + 1];
    if (na > LONGEST || nb > LONGEST) {
        return SIZE_MAX;
    }
    for (size_t i = 0; i <= na; i++) {
        for (size_t k = 0; k <= nb; k++) {
            if (i == 0 || k == 0) {
                d[i][k] = i + k;
                continue;
            }
            bool swapped = i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1];
            d[i][k] = least(least(d[i - 1][k], d[i][k - 1]) + 1, d[i - 1][k - 1] + (a[i - 1] != b[k - 1]));
            d[i][k] = swapped ? least(d[i][k], d[i - 2][k - 2] + 1) : d[i][k];
        }
    }
    return d[na][nb];
}

const char *ms__nearest_option(const ms__command *command, const char *name, size_t n)
{
    const char *best = NULL;
    size_t best_distance = n < 5 ? 2 : 3; /* less than this */
    for (size_t i = 0; i < ms__noptions; i++) {
        const char *own = ms__options[i].name;
        if (!(ms__options[i].commands & MS__IN(command->id)) || ms__options[i].hidden) {
            continue;
        }
        bool begun = n >= 3 && strncmp(own, name, n) == 0;
        size_t away = begun ? 0 : distance(name, n, own, strlen(own));
        if (away < best_distance) {
            best = own;
            best_distance = away;
        }
    }
    return best;
}
