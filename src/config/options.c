/* The one table of options, and the table of commands. Parsing, --help and the man page all read it; nothing
 * else knows an option's name, range or default. Two rows may share a name when no command takes both. */
#include "config/config_internal.h"

#include <assert.h>

#define LOGS MS__IN(MS_COMMAND_LOGS)
#define IMAGES MS__IN(MS_COMMAND_IMAGES)
#define ALL MS__IN(MS_COMMAND_ALL)
#define GENERATE_LOGS MS__IN(MS_COMMAND_GENERATE_LOGS)
#define GENERATE_IMAGES MS__IN(MS_COMMAND_GENERATE_IMAGES)
#define REPORT MS__IN(MS_COMMAND_REPORT)
#define SEARCHES (LOGS | ALL)      /* search for keywords */
#define CONVERTS (IMAGES | ALL)    /* convert images */
#define RUNS (LOGS | IMAGES | ALL) /* process files and report on them */
#define AT(field) offsetof(ms__parsed, field)

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)
#define MOST_CONTEXT UINT64_C(1000)  /* each kept line may take --max-line bytes */
#define MOST_DEPTH UINT64_C(1000000) /* no path has as many parts */
#define MOST_FILES UINT64_C(10000000)
#define MOST_LINES UINT64_C(1000000000000)
#define MOST_PIXELS UINT64_C(1000000000000)
#define MOST_SCANS UINT64_C(1000000)
#define MOST_IMAGES UINT64_C(1000000)
#define MOST_SHARDS UINT64_C(1000000)

/* A choice is stored as an unsigned: see value.c. */
static_assert(sizeof(ms_format) == sizeof(unsigned) && sizeof(ms_when) == sizeof(unsigned) &&
                  sizeof(ms_baseline) == sizeof(unsigned) && sizeof(ms_style) == sizeof(unsigned) &&
                  sizeof(ms_command) == sizeof(unsigned) && sizeof(ms_formula) == sizeof(unsigned) &&
                  sizeof(ms_target) == sizeof(unsigned),
              "an enum that is an option's field has the size of an unsigned");

static const char *const formats[] = {
    [MS_FORMAT_TEXT] = "text", [MS_FORMAT_JSON] = "json", [MS_FORMAT_CSV] = "csv", NULL};
static const char *const whens[] = {
    [MS_WHEN_AUTO] = "auto", [MS_WHEN_ALWAYS] = "always", [MS_WHEN_NEVER] = "never", NULL};
static const char *const baselines[] = {[MS_BASELINE_AUTO] = "auto",
                                        [MS_BASELINE_RUN] = "run",
                                        [MS_BASELINE_ESTIMATE] = "estimate",
                                        [MS_BASELINE_OFF] = "off",
                                        NULL};
static const char *const styles[] = {[MS_STYLE_LOGIN] = "login", [MS_STYLE_SYSLOG] = "syslog", NULL};
static const char *const formulas[] = {
    [MS_FORMULA_BT601] = "bt601", [MS_FORMULA_BT709] = "bt709", [MS_FORMULA_LINEAR] = "linear", NULL};
static const char *const targets[] = {
    [MS_TARGET_SAME] = "same", [MS_TARGET_JPG] = "jpg",   [MS_TARGET_PNG] = "png",
    [MS_TARGET_WEBP] = "webp", [MS_TARGET_TIFF] = "tiff", NULL};

const char *const ms__group_titles[MS__GROUP_COUNT] = {
    [MS__GROUP_KEYWORDS] = "Keywords (logs, all)",
    [MS__GROUP_FILES] = "Files",
    [MS__GROUP_IMAGES] = "Conversion to gray (images, all)",
    [MS__GROUP_REPORT] = "Report",
    [MS__GROUP_COMPARE] = "Comparison with a one-rank run",
    [MS__GROUP_RESUME] = "Runs that may be interrupted",
    [MS__GROUP_SYNTHETIC] = "Synthetic files (generate)",
    [MS__GROUP_TUNING] = "Tuning",
    [MS__GROUP_HELP] = "Help",
};

const ms__command ms__commands[] = {
    {.id = MS_COMMAND_NONE, .name = "", .operands = "--help | --version", .max_operands = SIZE_MAX},
    {.id = MS_COMMAND_LOGS,
     .name = "logs",
     .words = {"logs"},
     .operands = "[OPTION...] [PATH...]",
     .what = "path",
     .max_operands = SIZE_MAX,
     .help = "Search files and directories for keywords; the PATH - is standard input. Without a PATH and "
             "without "
             "--files-from what is piped in is searched, or, with mpirun, or when nothing is, a demo set "
             "that is made in "
             "mpiscan-demo/logs, unless it exists already."},
    {.id = MS_COMMAND_IMAGES,
     .name = "images",
     .words = {"images"},
     .operands = "[OPTION...] [PATH...]",
     .what = "path",
     .max_operands = SIZE_MAX,
     .help =
         "Convert images to gray and write them into the directory of -o, with the same tree as the input. "
         "Without a PATH and without --files-from 10 demo images are made in mpiscan-demo/images, unless "
         "they exist already, and converted into mpiscan-demo/gray. See IMAGES."},
    {.id = MS_COMMAND_ALL,
     .name = "all",
     .words = {"all"},
     .operands = "[OPTION...] PATH...",
     .what = "path",
     .max_operands = SIZE_MAX,
     .help = "Both in one run: images are converted, all other files are searched as logs. Needs a PATH or "
             "--files-from, and -o."},
    {.id = MS_COMMAND_GENERATE_LOGS,
     .name = "generate logs",
     .words = {"generate", "logs"},
     .operands = "[OPTION...] DIR",
     .what = "directory to write into",
     .min_operands = 1,
     .max_operands = 1,
     .help = "Write synthetic logs into the directory DIR: the same options give the same bytes on every "
             "machine."},
    {.id = MS_COMMAND_GENERATE_IMAGES,
     .name = "generate images",
     .words = {"generate", "images"},
     .operands = "[OPTION...] DIR",
     .what = "directory to write into",
     .min_operands = 1,
     .max_operands = 1,
     .help = "Write synthetic photos, JPEG and PNG, into the directory DIR."},
    {.id = MS_COMMAND_REPORT,
     .name = "report",
     .words = {"report"},
     .operands = "[OPTION...] FILE...",
     .what = "result file",
     .min_operands = 1,
     .max_operands = SIZE_MAX,
     .help = "Report on a finished run from its result file (--result), in any format, without scanning "
             "again; or on all N shards of a run (--shard I/N) as one run, with the digest of a run without "
             "shards. The shards must have the same paths, options and keywords. The exit status is that of "
             "the run. No log is read and no MPI is needed."},
    {.id = MS_COMMAND_HELP,
     .name = "help",
     .words = {"help"},
     .operands = "",
     .max_operands = SIZE_MAX,
     .help = "Show the short help, as --help does."},
};
const size_t ms__ncommands = sizeof ms__commands / sizeof ms__commands[0];

/* clang-format off */
const ms__option ms__options[] = {
    {.name = "keyword", .short_name = 'e', .value = "KEYWORD", .commands = SEARCHES,
     .kind = MS__KIND_KEYWORDS, .offset = AT(settings.keywords), .group = MS__GROUP_KEYWORDS,
     .help = "search for KEYWORD; repeatable (default: unauthorized access)",
     .more = "A newline within KEYWORD separates keywords. An empty keyword would match every line and is a usage "
             "error. The default applies when neither -e nor -f is given."},
    {.name = "file", .short_name = 'f', .value = "FILE", .commands = SEARCHES,
     .kind = MS__KIND_LIST, .offset = AT(settings.keyword_files), .group = MS__GROUP_KEYWORDS,
     .help = "search for the keywords in FILE (- for standard input), one a line; repeatable",
     .more = "They are added to those of -e. FILE may have up to 256 MiB, and be compressed, UTF-16 or UTF-32. "
             "Standard input can be read only once, for this or for --files-from."},
    {.name = "ignore-case", .short_name = 'i', .commands = SEARCHES,
     .kind = MS__KIND_FLAG, .offset = AT(settings.ignore_case), .group = MS__GROUP_KEYWORDS,
     .help = "ignore case",
     .more = "In all letters, as grep has it in a UTF-8 locale."},
    {.name = "word", .short_name = 'w', .commands = SEARCHES,
     .kind = MS__KIND_FLAG, .offset = AT(settings.word), .group = MS__GROUP_KEYWORDS,
     .help = "match only whole words",
     .more = "The characters before and after the match are no letters, digits or underscores."},
    {.name = "whole-line", .short_name = 'x', .commands = SEARCHES,
     .kind = MS__KIND_FLAG, .offset = AT(settings.whole_line), .group = MS__GROUP_KEYWORDS,
     .help = "match only whole lines",
     .more = "The match is all of the line, without its terminator. -w changes nothing then."},
    {.name = "regex", .short_name = 'E', .commands = SEARCHES,
     .kind = MS__KIND_PICK, .min = MS__SYNTAX_REGEX, .offset = AT(syntax), .group = MS__GROUP_KEYWORDS,
     .help = "keywords are regular expressions",
     .more = "The syntax is that of grep -E, with \\d, \\x41, lazy quantifiers, lookaround and what else PCRE has "
             "that is no valid expression of grep -E. In brackets a backslash escapes, as in PCRE. An expression that "
             "cannot be compiled, or takes over 20 s to compile, is a usage error. The last of -E, -P and -F wins."},
    {.name = "perl", .short_name = 'P', .commands = SEARCHES,
     .kind = MS__KIND_PICK, .min = MS__SYNTAX_PERL, .offset = AT(syntax), .group = MS__GROUP_KEYWORDS,
     .help = "keywords are Perl-compatible regular expressions",
     .more = "The syntax is that of PCRE2, as grep -P has it."},
    {.name = "fixed", .short_name = 'F', .commands = SEARCHES,
     .kind = MS__KIND_PICK, .min = MS__SYNTAX_FIXED, .offset = AT(syntax), .group = MS__GROUP_KEYWORDS,
     .help = "keywords are fixed strings (the default)"},

    {.name = "and", .value = "KEYWORD", .commands = SEARCHES,
     .kind = MS__KIND_KEYWORDS, .offset = AT(settings.and_keywords), .group = MS__GROUP_KEYWORDS,
     .help = "only lines that KEYWORD matches too; repeatable",
     .more = "A line matches if a keyword of -e or -f does (without them: any line), all of --and do and none of "
             "--not does. -i, -w and -E hold for all of them. The report names and counts the keywords of -e and -f."},
    {.name = "not", .value = "KEYWORD", .commands = SEARCHES,
     .kind = MS__KIND_KEYWORDS, .offset = AT(settings.not_keywords), .group = MS__GROUP_KEYWORDS,
     .help = "only lines that KEYWORD does not match; repeatable",
     .more = "See --and. Alone: all lines without KEYWORD."},
    {.name = "invert-match", .short_name = 'v', .commands = SEARCHES,
     .kind = MS__KIND_FLAG, .offset = AT(settings.invert), .group = MS__GROUP_KEYWORDS,
     .help = "the lines that do not match, as of grep -v",
     .more = "It inverts --and and --not too. Such lines have no keywords to name or count."},

    {.name = "include", .value = "GLOB", .commands = RUNS,
     .kind = MS__KIND_GLOBS, .offset = AT(settings.include), .group = MS__GROUP_FILES,
     .help = "only files that match GLOB; repeatable",
     .more = "Globs are as in gitignore and ripgrep: ?, * (neither matches a slash), ** (any directories), [a-z], "
             "[!a-z], {a,b}, and \\ before a character that is meant itself. A GLOB without a slash is compared with "
             "the base name, one with a slash with the path below each operand, and with the path as it is shown. One "
             "that ends with a slash is for directories only. --include DIR/ and --include PATH/DIR include "
             "everything below DIR; --exclude does not enter a directory that matches. A GLOB that matched nothing is "
             "noted in the report. Operands are not compared."},
    {.name = "exclude", .value = "GLOB", .commands = RUNS,
     .kind = MS__KIND_GLOBS, .offset = AT(settings.exclude), .group = MS__GROUP_FILES,
     .help = "no files or directories that match GLOB; repeatable",
     .more = "The same globs as for --include."},
    {.name = "files-from", .value = "FILE", .commands = RUNS,
     .kind = MS__KIND_TEXT, .offset = AT(settings.files_from), .group = MS__GROUP_FILES,
     .help = "also take the paths in FILE (- for standard input), one a line"},
    {.name = "null", .short_name = '0', .commands = RUNS,
     .kind = MS__KIND_FLAG, .offset = AT(settings.null_separated), .group = MS__GROUP_FILES,
     .help = "paths of --files-from end with NUL, not newline",
     .more = "What \"find -print0\" writes. A usage error without --files-from."},
    {.name = "drop-cache", .commands = SEARCHES,
     .kind = MS__KIND_FLAG, .offset = AT(settings.drop_cache), .group = MS__GROUP_FILES,
     .help = "drop logs from the page cache after reading them",
     .more = "A search of very many logs then does not evict the data of others. Logs that were cached before the "
             "run stay cached on Linux 6.14 or newer; older kernels drop them too. Reading from disk is slower with "
             "it."},
    {.name = "follow", .commands = RUNS,
     .kind = MS__KIND_FLAG, .offset = AT(settings.follow), .group = MS__GROUP_FILES,
     .help = "follow symbolic links found in directories; a file that was reached already is skipped",
     .more = "Without it they are skipped, with the reason, unless they are operands. A file or directory that is "
             "reached already is skipped, and the path by which it is searched named: one that is no link, else the "
             "first by name. A link that leads nowhere is then a failed file."},
    {.name = "max-depth", .value = "N", .commands = RUNS,
     .kind = MS__KIND_NUMBER, .max = MOST_DEPTH, .offset = AT(settings.max_depth), .group = MS__GROUP_FILES,
     .help = "descend at most N levels into directories (default: no limit)",
     .more = "0: only the operands; 1: also the entries of a directory that is an operand. The report says how many "
             "directories were left out."},
    {.name = "text", .short_name = 'a', .commands = SEARCHES,
     .kind = MS__KIND_FLAG, .offset = AT(settings.text), .group = MS__GROUP_FILES,
     .help = "search also data that look compressed or encrypted, byte by byte",
     .more = "Without it a file of a format that hides its text (7z, Parquet, EVTX, ...) and one whose beginning looks "
             "compressed or encrypted are faults. What can be decompressed is decompressed with it, too."},
    {.name = "encoding", .value = "NAME", .commands = SEARCHES,
     .kind = MS__KIND_TEXT, .offset = AT(settings.encoding), .group = MS__GROUP_FILES,
     .help = "the logs are text in this encoding, e.g. latin1",
     .more = "One of the names that \"iconv -l\" lists. All logs without a byte-order mark, and keyword files that are "
             "not UTF-8, are converted to UTF-8; a byte that begins no character becomes U+FFFD. Without it UTF-16 "
             "and UTF-32 are found by contents, and other bytes are searched as they are."},
    {.name = "journal-fields", .commands = SEARCHES,
     .kind = MS__KIND_FLAG, .offset = AT(settings.journal_fields), .group = MS__GROUP_FILES,
     .help = "search all fields of systemd journals",
     .more = "Every field but the message is appended to the line of an entry, as \" FIELD=value\", so that "
             "_SYSTEMD_UNIT=ssh.service is found. See LOG FILES."},
    {.name = "max-decompressed", .value = "SIZE", .commands = SEARCHES,
     .kind = MS__KIND_SIZE, .max = UINT64_C(1) << 60, .initial = "1T", .offset = AT(settings.max_decompressed),
     .group = MS__GROUP_FILES,
     .help = "stop decompressing a log after SIZE of text; 0: no limit",
     .more = "A small file may expand to any amount of text (decompression bomb), which takes time, not memory. The "
             "text before the limit is searched, and the file is a fault."},
    {.name = "max-ratio", .value = "N", .commands = SEARCHES,
     .kind = MS__KIND_NUMBER, .max = UINT64_C(1) << 40, .initial = "10000", .offset = AT(settings.max_ratio),
     .group = MS__GROUP_FILES,
     .help = "stop decompressing a log after N times its size, and 1 GiB; 0: no limit",
     .more = "Layers within others, and the members of archives, count together. One layer of compression reaches "
             "such a ratio with long runs of a single byte or line only."},
    {.name = "memlimit-decompress", .value = "SIZE", .commands = SEARCHES,
     .kind = MS__KIND_SIZE, .min = MIB, .max = 2 * GIB, .initial = "128M", .offset = AT(settings.memlimit_decompress),
     .group = MS__GROUP_FILES,
     .help = "fail a log whose window or dictionary is larger, or twice that for those of all layers",
     .more = "Memory limit for decompression, as of xz: xz -9 needs 64 MiB, zstd --long or --ultra -22 128 MiB, most "
             "files 8 MiB or less. A file that needs more is a fault. The memory is allocated for that file only."},

    {.name = "shard", .value = "I/N", .commands = RUNS,
     .kind = MS__KIND_SHARD, .min = 1, .max = MOST_SHARDS, .offset = AT(settings.shard), .group = MS__GROUP_FILES,
     .help = "only shard I of N of the files, for runs without common MPI: see report",
     .more = "A path belongs to shard 1 + XXH3-64(path as printed) mod N, so every run with the same paths, options "
             "and N divides them in the same way. Files of other shards are ignored. \"mpiscan report\" joins the "
             "shards' result files (--result)."},

    {.name = "output", .short_name = 'o', .value = "DIR", .commands = CONVERTS,
     .kind = MS__KIND_TEXT, .offset = AT(settings.gray_dir), .group = MS__GROUP_IMAGES,
     .help = "write the gray images into the directory DIR",
     .more = "Required with a PATH or --files-from. DIR gets the same tree as the input and is created when it does "
             "not exist. A DIR within an input directory is not enumerated. Without a path the demo writes into "
             "mpiscan-demo/gray."},
    {.name = "gray", .value = "FORMULA", .commands = CONVERTS,
     .kind = MS__KIND_CHOICE, .choices = formulas, .initial = "bt601", .offset = AT(settings.formula),
     .group = MS__GROUP_IMAGES, .help = "formula of the gray value",
     .more = "See IMAGES. Only bt601 allows lossless conversion of a JPEG."},
    {.name = "to", .value = "FORMAT", .commands = CONVERTS,
     .kind = MS__KIND_CHOICE, .choices = targets, .initial = "same", .offset = AT(settings.target),
     .group = MS__GROUP_IMAGES, .help = "format of the output",
     .more = "same: that of the input; for formats that cannot be written see IMAGES."},
    {.name = "strip", .commands = CONVERTS,
     .kind = MS__KIND_FLAG, .offset = AT(settings.strip), .group = MS__GROUP_IMAGES,
     .help = "drop EXIF and XMP, but keep the orientation"},
    {.name = "image-memory", .value = "SIZE", .commands = CONVERTS,
     .kind = MS__KIND_SIZE, .min = 64 * MIB, .max = 1024 * GIB, .initial = "2G",
     .offset = AT(settings.image_memory), .group = MS__GROUP_IMAGES,
     .help = "memory limit for one image",
     .more = "An image that needs more is a fault; the run continues."},
    {.name = "image-timeout", .value = "SECS", .commands = CONVERTS,
     .kind = MS__KIND_FRACTION, .min = 1, .max = 864000, .parts = 10, .initial = "60",
     .offset = AT(settings.image_timeout), .group = MS__GROUP_IMAGES,
     .help = "time limit for one image, in seconds",
     .more = "An image that takes longer is a fault; the run continues."},
    {.name = "max-pixels", .value = "N", .commands = CONVERTS,
     .kind = MS__KIND_NUMBER, .min = 1, .max = MOST_PIXELS, .initial = "300000000",
     .offset = AT(settings.max_pixels), .group = MS__GROUP_IMAGES,
     .help = "fail an image of more than N pixels",
     .more = "Width times height times pages. A plain number, without a suffix."},

    {.name = "count", .short_name = 'c', .commands = SEARCHES | REPORT,
     .kind = MS__KIND_PICK, .min = MS__VIEW_COUNT, .offset = AT(view), .group = MS__GROUP_REPORT,
     .help = "show files with their number of matching lines (the default)",
     .more = "The last of -c and -n wins."},
    {.name = "line-number", .short_name = 'n', .commands = SEARCHES | REPORT,
     .kind = MS__KIND_PICK, .min = MS__VIEW_LINES, .offset = AT(view), .group = MS__GROUP_REPORT,
     .help = "also show the matching lines, each with its number",
     .more = "report shows the lines when the run had -n, unless -c is given; its own -n is an error when the run "
             "had no -n."},
    {.name = "files-with-matches", .short_name = 'l', .commands = SEARCHES,
     .kind = MS__KIND_FLAG, .offset = AT(settings.files_with_matches), .group = MS__GROUP_REPORT,
     .help = "show only names: stop at a file's first matching line",
     .more = "Cannot be combined with -n, -L, context lines or --event-start."},
    {.name = "files-without-match", .short_name = 'L', .commands = SEARCHES,
     .kind = MS__KIND_FLAG, .offset = AT(settings.files_without_match), .group = MS__GROUP_REPORT,
     .help = "show only the names of files without a matching line",
     .more = "Only files, and members of archives, that were searched to their end: a failed or skipped one is not "
             "among them. The exit status with --grep-status is 0 when a line matches, as "
             "grep's. Cannot be combined with -n, -l, context lines or --event-start."},
    {.name = "max-count", .short_name = 'm', .value = "N", .commands = SEARCHES,
     .kind = MS__KIND_NUMBER, .min = 1, .max = MOST_LINES, .offset = AT(settings.max_count),
     .group = MS__GROUP_REPORT,
     .help = "stop after N matching lines of a file",
     .more = "Of each member of an archive. Context lines after the last, or the rest of its event, are still shown; "
             "they may match too. No file is split into ranges then."},
    {.name = "quiet", .short_name = 'q', .commands = SEARCHES | REPORT,
     .kind = MS__KIND_FLAG, .offset = AT(settings.quiet), .group = MS__GROUP_REPORT,
     .help = "no report on standard output; exit status as of grep -q",
     .more = "0 when a line matches, even if a file failed; else 2 when one failed, else 1. All files are searched, "
             "each up to its first matching line (with -o or --result as without -q); there is no comparison with one "
             "rank."},
    {.name = "after-context", .short_name = 'A', .value = "N", .commands = SEARCHES,
     .kind = MS__KIND_NUMBER, .max = MOST_CONTEXT, .offset = AT(after), .group = MS__GROUP_REPORT,
     .help = "with -n: also N lines after a matching line"},
    {.name = "before-context", .short_name = 'B', .value = "N", .commands = SEARCHES,
     .kind = MS__KIND_NUMBER, .max = MOST_CONTEXT, .offset = AT(before), .group = MS__GROUP_REPORT,
     .help = "with -n: also N lines before a matching line"},
    {.name = "context", .short_name = 'C', .value = "N", .commands = SEARCHES,
     .kind = MS__KIND_NUMBER, .max = MOST_CONTEXT, .offset = AT(around), .group = MS__GROUP_REPORT,
     .help = "with -n: both; -A and -B take precedence"},
    {.name = "event-start", .value = "REGEX", .commands = SEARCHES,
     .kind = MS__KIND_TEXT, .offset = AT(settings.event_start), .group = MS__GROUP_REPORT,
     .help = "with -n: show whole events; one begins at each line that REGEX matches",
     .more = "An event ends before the next line that REGEX matches, so that a stack trace is one event. If a line of "
             "it matches, all its lines are shown, the others as context; -c counts matching lines. Of an event with "
             "more than 10000 lines or 16 MiB before a matching line the earlier ones are left out, which the report "
             "says. REGEX has the syntax of -E; -i and -w do not apply to it. No file is split into ranges then."},
    {.name = "max-line", .value = "SIZE", .commands = SEARCHES,
     .kind = MS__KIND_SIZE, .min = 1, .max = GIB, .initial = "64K", .offset = AT(settings.max_line),
     .group = MS__GROUP_REPORT,
     .help = "show at most SIZE bytes of a line",
     .more = "The whole line is searched. Of a longer line the part around its first match is shown."},
    {.name = "max-listing", .value = "SIZE", .commands = SEARCHES,
     .kind = MS__KIND_SIZE, .min = 1, .max = UINT64_C(1) << 50, .initial = "256M",
     .offset = AT(settings.max_listing), .group = MS__GROUP_REPORT,
     .help = "list at most SIZE bytes of lines of a file",
     .more = "Further lines are searched and counted, but not listed, and the file is a fault."},
    {.name = "format", .value = "FORMAT", .commands = RUNS | REPORT,
     .kind = MS__KIND_CHOICE, .choices = formats, .initial = "text", .offset = AT(settings.format),
     .group = MS__GROUP_REPORT, .help = "format of the report",
     .more = "See OUTPUT. csv has one kind of row only: it cannot be combined with -n or with the command all."},
    {.name = "output", .short_name = 'o', .value = "FILE", .commands = LOGS | REPORT,
     .kind = MS__KIND_TEXT, .offset = AT(settings.output), .group = MS__GROUP_REPORT,
     .help = "logs, report: write the report to FILE, atomically"},
    {.name = "report", .value = "FILE", .commands = CONVERTS,
     .kind = MS__KIND_TEXT, .offset = AT(settings.output), .group = MS__GROUP_REPORT,
     .help = "images, all: write the report to FILE, atomically"},
    {.name = "result", .value = "FILE", .commands = RUNS,
     .kind = MS__KIND_TEXT, .offset = AT(settings.result), .group = MS__GROUP_REPORT,
     .help = "also write the result to FILE, for mpiscan report",
     .more = "FILE is written atomically, readable only by its owner, also when the run was interrupted or is "
             "INCOMPLETE. With --shard, report makes one report from the files of all shards. It refuses a damaged "
             "FILE."},
    {.name = "color", .value = "WHEN", .commands = RUNS | REPORT,
     .kind = MS__KIND_CHOICE, .choices = whens, .initial = "auto", .offset = AT(settings.color),
     .group = MS__GROUP_REPORT, .help = "colors",
     .more = "auto: on a terminal, unless NO_COLOR is set."},
    {.name = "progress", .commands = RUNS,
     .kind = MS__KIND_FLAG, .offset = AT(settings.progress), .group = MS__GROUP_REPORT,
     .help = "without a terminal, too: a line every 30 s on standard error"},
    {.name = "grep-status", .commands = SEARCHES | REPORT,
     .kind = MS__KIND_FLAG, .offset = AT(settings.grep_status), .group = MS__GROUP_REPORT,
     .help = "exit status as of grep: 0 a hit, 1 none, 2 error"},

    {.name = "baseline", .value = "HOW", .commands = RUNS,
     .kind = MS__KIND_CHOICE, .choices = baselines, .initial = "auto", .offset = AT(settings.baseline),
     .group = MS__GROUP_COMPARE, .help = "how to get the time of one rank",
     .more = "run: rank 0 does everything alone, and both answers must be the same; estimate: the sum of the ranks' "
             "busy times; auto: run when that is predicted to take at most 10 seconds, else estimate. The output of "
             "images is discarded in these runs."},
    {.name = "repeat", .value = "N", .commands = RUNS,
     .kind = MS__KIND_NUMBER, .max = 1000, .initial = "0", .offset = AT(settings.repeat),
     .group = MS__GROUP_COMPARE,
     .help = "measure N pairs of runs; 0: as many as fit in 1 s"},

    {.name = "journal", .value = "DIR", .commands = RUNS,
     .kind = MS__KIND_TEXT, .offset = AT(settings.journal), .group = MS__GROUP_RESUME,
     .help = "record finished files in the new directory DIR",
     .more = "Each rank appends what it has finished to its own file in DIR, at least every 2 seconds. A run that "
             "was interrupted or killed continues with --resume DIR."},
    {.name = "resume", .value = "DIR", .commands = RUNS,
     .kind = MS__KIND_TEXT, .offset = AT(settings.resume), .group = MS__GROUP_RESUME,
     .help = "continue the run of the journal in DIR; begin one if it does not exist",
     .more = "With any number of ranks. Finished files are not processed again unless they have changed. The "
             "keywords and the options that affect the result must be the same."},
    {.name = "stall-warning", .value = "SECS", .commands = RUNS,
     .kind = MS__KIND_FRACTION, .max = 864000, .parts = 10, .initial = "60",
     .offset = AT(settings.stall_warning), .group = MS__GROUP_RESUME,
     .help = "report a rank that makes no progress for SECS seconds; 0: never",
     .more = "A file system that does not respond stalls a rank, and with it the run. The rank reports the file on "
             "standard error, again whenever the time has doubled, and when it continues."},

    {.name = "files", .value = "N", .commands = GENERATE_LOGS,
     .kind = MS__KIND_NUMBER, .min = 1, .max = MOST_FILES, .initial = "40", .offset = AT(settings.files),
     .group = MS__GROUP_SYNTHETIC, .help = "write N files"},
    {.name = "lines", .value = "N", .commands = GENERATE_LOGS,
     .kind = MS__KIND_NUMBER, .max = MOST_LINES, .initial = "1000", .offset = AT(settings.lines_a_file),
     .group = MS__GROUP_SYNTHETIC, .help = "of N lines each"},
    {.name = "inject", .value = "X", .commands = GENERATE_LOGS,
     .kind = MS__KIND_FRACTION, .max = 1, .initial = "0.3", .offset = AT(settings.inject),
     .group = MS__GROUP_SYNTHETIC, .help = "share of the files, 0 to 1, that get an alert line"},
    {.name = "seed", .value = "N", .commands = RUNS | GENERATE_LOGS | GENERATE_IMAGES,
     .kind = MS__KIND_NUMBER, .max = UINT64_MAX, .initial = "42", .offset = AT(settings.seed),
     .group = MS__GROUP_SYNTHETIC, .help = "seed of the random generator; also for the demo sets"},
    {.name = "style", .value = "STYLE", .commands = GENERATE_LOGS,
     .kind = MS__KIND_CHOICE, .choices = styles, .initial = "login", .offset = AT(settings.style),
     .group = MS__GROUP_SYNTHETIC, .help = "style of the lines",
     .more = "login: plain messages about logins; syslog: timestamp, host, process, user, address and port."},
    {.name = "count", .value = "N", .commands = GENERATE_IMAGES,
     .kind = MS__KIND_NUMBER, .min = 1, .max = MOST_IMAGES, .initial = "10", .offset = AT(settings.count),
     .group = MS__GROUP_SYNTHETIC, .help = "write N images"},
    {.name = "megapixels", .value = "X", .commands = GENERATE_IMAGES,
     .kind = MS__KIND_FRACTION, .min = 1, .max = 40000, .parts = 100, .initial = "6",
     .offset = AT(settings.megapixels), .group = MS__GROUP_SYNTHETIC,
     .help = "of X million pixels each"},

    {.name = "chunk-size", .value = "SIZE", .commands = RUNS, .hidden = true,
     .kind = MS__KIND_SIZE, .min = 1, .max = GIB, .initial = "16M", .offset = AT(settings.chunk_size),
     .group = MS__GROUP_TUNING, .help = "chunked collectives: move at most SIZE bytes at a time"},
    {.name = "buffer-size", .value = "SIZE", .commands = SEARCHES, .hidden = true,
     .kind = MS__KIND_SIZE, .min = 64, .max = 64 * MIB, .initial = "1M", .offset = AT(settings.buffer_size),
     .group = MS__GROUP_TUNING, .help = "read and search SIZE bytes at a time"},

    {.name = "split-size", .value = "SIZE", .commands = SEARCHES, .hidden = true,
     .kind = MS__KIND_SIZE, .max = UINT64_C(1) << 50, .initial = "64M", .offset = AT(settings.split_size),
     .group = MS__GROUP_TUNING, .help = "with several ranks: split a log of more than SIZE bytes into ranges",
     .more = "Each range is a task, so one big file keeps all ranks busy. Compressed logs are split if they are zstd "
             "with many frames, xz with many blocks or bzip2 with many streams. 0, or -A, -B, -C, -m, --event-start: "
             "no file is split."},
    {.name = "journal-every", .value = "SECS", .commands = RUNS, .hidden = true,
     .kind = MS__KIND_FRACTION, .max = 3600000, .parts = 1000, .initial = "2", .offset = AT(settings.journal_every),
     .group = MS__GROUP_TUNING, .help = "write the journal every SECS seconds"},
    {.name = "no-steal", .commands = RUNS, .hidden = true,
     .kind = MS__KIND_FLAG, .offset = AT(settings.no_steal), .group = MS__GROUP_TUNING,
     .help = "no work stealing between ranks"},
    {.name = "simulate", .value = "NSEC[,RANK:FACTOR]...", .commands = RUNS, .hidden = true,
     .kind = MS__KIND_TEXT, .offset = AT(settings.simulate), .group = MS__GROUP_TUNING,
     .help = "simulated tasks: read no file, but sleep NSEC nanoseconds per byte",
     .more = "FACTOR times as long on rank RANK. Nothing is found, and no image is written."},
    {.name = "max-scans", .value = "N", .commands = CONVERTS, .hidden = true,
     .kind = MS__KIND_NUMBER, .min = 1, .max = MOST_SCANS, .initial = "100", .offset = AT(settings.max_scans),
     .group = MS__GROUP_TUNING, .help = "fail a JPEG of more than N scans",
     .more = "A progressive JPEG may have any number of scans, each of which costs as much as the whole image."},

    {.name = "help", .short_name = 'h', .commands = MS__IN_ANY,
     .kind = MS__KIND_PICK, .min = MS_COMMAND_HELP, .offset = AT(settings.command), .group = MS__GROUP_HELP,
     .help = "show this help"},
    {.name = "version", .short_name = 'V', .commands = MS__IN_ANY,
     .kind = MS__KIND_PICK, .min = MS_COMMAND_VERSION, .offset = AT(settings.command), .group = MS__GROUP_HELP,
     .help = "show the version"},
    {.name = "man", .commands = MS__IN(MS_COMMAND_NONE), .hidden = true,
     .kind = MS__KIND_PICK, .min = MS_COMMAND_MAN, .offset = AT(settings.command), .group = MS__GROUP_HELP,
     .help = "write this manual page as roff"},
};
/* clang-format on */
const size_t ms__noptions = sizeof ms__options / sizeof ms__options[0];

static_assert(sizeof ms__options / sizeof ms__options[0] <= MS__OPTION_LIMIT,
              "getopt_long's arrays are too small");
