/* The one table of options, and the table of commands. Parsing, --help and the man page all read it; nothing
 * else knows an option's name, range or default. Two rows may share a name when no command takes both. */
#include "config/config_internal.h"

#include <assert.h>

#define LOGS MS__IN(MS_COMMAND_LOGS)
#define IMAGES MS__IN(MS_COMMAND_IMAGES)
#define ALL MS__IN(MS_COMMAND_ALL)
#define GENERATE MS__IN(MS_COMMAND_GENERATE_LOGS)
#define PICTURES MS__IN(MS_COMMAND_GENERATE_IMAGES)
#define REPORT MS__IN(MS_COMMAND_REPORT)
#define SEARCHES (LOGS | ALL)      /* what looks for keywords */
#define CONVERTS (IMAGES | ALL)    /* what makes images gray */
#define RUNS (LOGS | IMAGES | ALL) /* what takes files and reports on them */
#define AT(field) offsetof(ms__parsed, field)

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)
#define MOST_CONTEXT UINT64_C(1000)  /* each kept line may take --max-line bytes */
#define MOST_DEPTH UINT64_C(1000000) /* no path has as many parts */
#define MOST_FILES UINT64_C(10000000)
#define MOST_LINES UINT64_C(1000000000000)
#define MOST_PIXELS UINT64_C(1000000000000)
#define MOST_SCANS UINT64_C(1000000)
#define MOST_PICTURES UINT64_C(1000000)
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
    [MS__GROUP_KEYWORDS] = "Which keywords (logs, all)",
    [MS__GROUP_FILES] = "Which files",
    [MS__GROUP_IMAGES] = "How images become gray (images, all)",
    [MS__GROUP_REPORT] = "What is reported",
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
     .help =
         "Search files and directories for keywords. Without a PATH and without --files-from a demo set is "
         "made in "
         "mpiscan-demo/logs (once; it is used again when it is there and whole) and searched."},
    {.id = MS_COMMAND_IMAGES,
     .name = "images",
     .words = {"images"},
     .operands = "[OPTION...] [PATH...]",
     .what = "path",
     .max_operands = SIZE_MAX,
     .help =
         "Turn images gray and write them into the directory of -o, which gets the same tree as the input. "
         "Without a PATH and without --files-from 10 demo pictures are made in mpiscan-demo/images (once) "
         "and converted into mpiscan-demo/gray. See IMAGES."},
    {.id = MS_COMMAND_ALL,
     .name = "all",
     .words = {"all"},
     .operands = "[OPTION...] PATH...",
     .what = "path",
     .max_operands = SIZE_MAX,
     .help =
         "Both in one run: images are converted, all other files are searched as logs. It needs a PATH or "
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
     .help = "Report again on a run that has written a result file (--result), in any format, without "
             "scanning; or on "
             "the shards of a run (--shard I/N) as one run, with the digest of a run without shards. They "
             "must be all "
             "N shards, of the same paths, options and keywords. The exit status is that of the run. It "
             "reads no log "
             "and needs no MPI."},
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
    {.name = "keyword", .letter = 'e', .value = "KEYWORD", .commands = SEARCHES,
     .kind = MS__KIND_KEYWORDS, .offset = AT(settings.keywords), .group = MS__GROUP_KEYWORDS,
     .help = "search for KEYWORD; repeatable. An empty one is refused (default: unauthorized access)",
     .more = "A newline within KEYWORD separates keywords. An empty keyword would match every line and is a usage "
             "error. The default holds when neither -e nor -f is given."},
    {.name = "file", .letter = 'f', .value = "FILE", .commands = SEARCHES,
     .kind = MS__KIND_LIST, .offset = AT(settings.keyword_files), .group = MS__GROUP_KEYWORDS,
     .help = "search for the keywords in FILE (- for standard input), one a line; repeatable",
     .more = "They are added to those of -e. FILE may have 256 MiB. Standard input can be read only once, for this "
             "or for --files-from."},
    {.name = "ignore-case", .letter = 'i', .commands = SEARCHES,
     .kind = MS__KIND_FLAG, .offset = AT(settings.ignore_case), .group = MS__GROUP_KEYWORDS,
     .help = "upper and lower case are the same"},
    {.name = "word", .letter = 'w', .commands = SEARCHES,
     .kind = MS__KIND_FLAG, .offset = AT(settings.word), .group = MS__GROUP_KEYWORDS,
     .help = "only whole words match",
     .more = "No letter, digit or underscore stands directly before or behind the match."},
    {.name = "regex", .letter = 'E', .commands = SEARCHES,
     .kind = MS__KIND_PICK, .min = MS__SYNTAX_REGEX, .offset = AT(syntax), .group = MS__GROUP_KEYWORDS,
     .help = "keywords are regular expressions",
     .more = "The syntax is Hyperscan's subset of PCRE: no backreferences and no look-around. A pattern that cannot "
             "be compiled is a usage error. The last of -E and -F wins."},
    {.name = "fixed", .letter = 'F', .commands = SEARCHES,
     .kind = MS__KIND_PICK, .min = MS__SYNTAX_FIXED, .offset = AT(syntax), .group = MS__GROUP_KEYWORDS,
     .help = "keywords are fixed strings (the default)"},

    {.name = "include", .value = "GLOB", .commands = RUNS,
     .kind = MS__KIND_GLOBS, .offset = AT(settings.include), .group = MS__GROUP_FILES,
     .help = "only files that match GLOB; repeatable",
     .more = "A GLOB without a slash is compared with the base name, one with a slash with the whole path as it is "
             "shown. * matches any characters, also a slash or a leading dot. A [ without its ] is a usage error."},
    {.name = "exclude", .value = "GLOB", .commands = RUNS,
     .kind = MS__KIND_GLOBS, .offset = AT(settings.exclude), .group = MS__GROUP_FILES,
     .help = "no files or directories that match GLOB; repeatable",
     .more = "The same globs as for --include."},
    {.name = "files-from", .value = "FILE", .commands = RUNS,
     .kind = MS__KIND_TEXT, .offset = AT(settings.files_from), .group = MS__GROUP_FILES,
     .help = "also take the paths in FILE (- for standard input), one a line"},
    {.name = "null", .letter = '0', .commands = RUNS,
     .kind = MS__KIND_FLAG, .offset = AT(settings.null_separated), .group = MS__GROUP_FILES,
     .help = "paths of --files-from end with NUL, not newline",
     .more = "What \"find -print0\" writes. A usage error without --files-from."},
    {.name = "drop-cache", .commands = SEARCHES,
     .kind = MS__KIND_FLAG, .offset = AT(settings.drop_cache), .group = MS__GROUP_FILES,
     .help = "logs do not stay in the file cache",
     .more = "What others have there is not pushed out by a search of very many logs. Logs that were there before "
             "stay there with Linux 6.14 or newer; older ones drop them too. Reading from a disk is slower with it."},
    {.name = "follow", .commands = RUNS,
     .kind = MS__KIND_FLAG, .offset = AT(settings.follow), .group = MS__GROUP_FILES,
     .help = "follow symbolic links to directories"},
    {.name = "max-depth", .value = "N", .commands = RUNS,
     .kind = MS__KIND_NUMBER, .max = MOST_DEPTH, .offset = AT(settings.max_depth), .group = MS__GROUP_FILES,
     .help = "descend at most N levels into directories (default: no limit)",
     .more = "0: only the paths named themselves; 1: also what lies directly in a directory named. The report says "
             "how many directories were left out."},
    {.name = "max-decompressed", .value = "SIZE", .commands = SEARCHES,
     .kind = MS__KIND_SIZE, .max = UINT64_C(1) << 60, .initial = "1T", .offset = AT(settings.max_decompressed),
     .group = MS__GROUP_FILES,
     .help = "give up a compressed log behind SIZE of text; 0: never",
     .more = "A small file may stand for any amount of text. It takes time, not memory; with this it ends. The text "
             "before is searched, and the file is a fault."},
    {.name = "memlimit-decompress", .value = "SIZE", .commands = SEARCHES,
     .kind = MS__KIND_SIZE, .min = MIB, .max = 2 * GIB, .initial = "128M", .offset = AT(settings.memlimit_decompress),
     .group = MS__GROUP_FILES,
     .help = "give up a log whose window or dictionary is larger",
     .more = "So much text zstd and xz may make a rank remember: xz -9 64 MiB, zstd --long or --ultra -22 128 MiB, "
             "most files 8 MiB or less. A file that needs more is a fault. The memory is taken for that file alone."},

    {.name = "shard", .value = "I/N", .commands = RUNS,
     .kind = MS__KIND_SHARD, .min = 1, .max = MOST_SHARDS, .offset = AT(settings.shard), .group = MS__GROUP_FILES,
     .help = "only part I of N of the files, for runs that share no MPI: see report",
     .more = "A path belongs to part 1 + XXH3-64(path as printed) mod N, so every run with the same paths, options and "
             "N divides them alike. Files of other parts are as if not there. \"mpiscan report\" joins the parts' "
             "result files (--result)."},

    {.name = "output", .letter = 'o', .value = "DIR", .commands = CONVERTS,
     .kind = MS__KIND_TEXT, .offset = AT(settings.gray_dir), .group = MS__GROUP_IMAGES,
     .help = "write the gray images into the directory DIR",
     .more = "It is needed when there is a PATH or --files-from, and gets the same tree as the input; it is made when "
             "it is not there. A DIR within an input directory is not enumerated. Without a path the demo writes into "
             "mpiscan-demo/gray."},
    {.name = "gray", .value = "FORMULA", .commands = CONVERTS,
     .kind = MS__KIND_CHOICE, .choices = formulas, .initial = "bt601", .offset = AT(settings.formula),
     .group = MS__GROUP_IMAGES, .help = "formula of the gray value",
     .more = "See IMAGES. Only bt601 lets a JPEG become gray without loss."},
    {.name = "to", .value = "FORMAT", .commands = CONVERTS,
     .kind = MS__KIND_CHOICE, .choices = targets, .initial = "same", .offset = AT(settings.target),
     .group = MS__GROUP_IMAGES, .help = "format of the output",
     .more = "same: that of the input; what cannot be written in its own format has a stand-in, see IMAGES."},
    {.name = "strip", .commands = CONVERTS,
     .kind = MS__KIND_FLAG, .offset = AT(settings.strip), .group = MS__GROUP_IMAGES,
     .help = "drop EXIF and XMP; the orientation stays right"},
    {.name = "image-memory", .value = "SIZE", .commands = CONVERTS,
     .kind = MS__KIND_SIZE, .min = 64 * MIB, .max = 1024 * GIB, .initial = "2G",
     .offset = AT(settings.image_memory), .group = MS__GROUP_IMAGES,
     .help = "memory that one image may take",
     .more = "An image that needs more fails; the run goes on."},
    {.name = "image-timeout", .value = "SECS", .commands = CONVERTS,
     .kind = MS__KIND_FRACTION, .min = 1, .max = 864000, .parts = 10, .initial = "60",
     .offset = AT(settings.image_timeout), .group = MS__GROUP_IMAGES,
     .help = "seconds that one image may take",
     .more = "An image that takes longer fails; the run goes on."},
    {.name = "max-pixels", .value = "N", .commands = CONVERTS,
     .kind = MS__KIND_NUMBER, .min = 1, .max = MOST_PIXELS, .initial = "300000000",
     .offset = AT(settings.max_pixels), .group = MS__GROUP_IMAGES,
     .help = "refuse an image of more than N pixels",
     .more = "Width times height times pages. A plain number, without a suffix."},

    {.name = "count", .letter = 'c', .commands = SEARCHES | REPORT,
     .kind = MS__KIND_PICK, .min = MS__VIEW_COUNT, .offset = AT(view), .group = MS__GROUP_REPORT,
     .help = "files with their number of matching lines (the default)",
     .more = "The last of -c and -n wins."},
    {.name = "line-number", .letter = 'n', .commands = SEARCHES | REPORT,
     .kind = MS__KIND_PICK, .min = MS__VIEW_LINES, .offset = AT(view), .group = MS__GROUP_REPORT,
     .help = "also the matching lines, each with its number",
     .more = "Of report: the lines are shown when the run was made with -n, unless -c is given; with -n it is an error "
             "when they were not kept."},
    {.name = "files-with-matches", .letter = 'l', .commands = SEARCHES,
     .kind = MS__KIND_FLAG, .offset = AT(settings.files_with_matches), .group = MS__GROUP_REPORT,
     .help = "only names: stop at a file's first matching line",
     .more = "Cannot be combined with -n or with context lines."},
    {.name = "after-context", .letter = 'A', .value = "N", .commands = SEARCHES,
     .kind = MS__KIND_NUMBER, .max = MOST_CONTEXT, .offset = AT(after), .group = MS__GROUP_REPORT,
     .help = "with -n: also N lines behind a matching line"},
    {.name = "before-context", .letter = 'B', .value = "N", .commands = SEARCHES,
     .kind = MS__KIND_NUMBER, .max = MOST_CONTEXT, .offset = AT(before), .group = MS__GROUP_REPORT,
     .help = "with -n: also N lines before a matching line"},
    {.name = "context", .letter = 'C', .value = "N", .commands = SEARCHES,
     .kind = MS__KIND_NUMBER, .max = MOST_CONTEXT, .offset = AT(around), .group = MS__GROUP_REPORT,
     .help = "with -n: both; -A and -B take precedence"},
    {.name = "max-line", .value = "SIZE", .commands = SEARCHES,
     .kind = MS__KIND_SIZE, .min = 1, .max = GIB, .initial = "64K", .offset = AT(settings.max_line),
     .group = MS__GROUP_REPORT,
     .help = "show at most SIZE bytes of a line",
     .more = "The whole line is searched all the same."},
    {.name = "max-listing", .value = "SIZE", .commands = SEARCHES,
     .kind = MS__KIND_SIZE, .min = 1, .max = UINT64_C(1) << 50, .initial = "256M",
     .offset = AT(settings.max_listing), .group = MS__GROUP_REPORT,
     .help = "list at most SIZE bytes of lines of a file",
     .more = "Its further lines are searched and counted; that they are not listed makes the file a fault."},
    {.name = "format", .value = "FORMAT", .commands = RUNS | REPORT,
     .kind = MS__KIND_CHOICE, .choices = formats, .initial = "text", .offset = AT(settings.format),
     .group = MS__GROUP_REPORT, .help = "form of the report",
     .more = "See OUTPUT. csv has one kind of row: it cannot be combined with -n, and not with all."},
    {.name = "output", .letter = 'o', .value = "FILE", .commands = LOGS | REPORT,
     .kind = MS__KIND_TEXT, .offset = AT(settings.output), .group = MS__GROUP_REPORT,
     .help = "logs, report: write the report into FILE, whole or not at all"},
    {.name = "report", .value = "FILE", .commands = CONVERTS,
     .kind = MS__KIND_TEXT, .offset = AT(settings.output), .group = MS__GROUP_REPORT,
     .help = "images, all: write the report into FILE, whole or not at all"},
    {.name = "result", .value = "FILE", .commands = RUNS,
     .kind = MS__KIND_TEXT, .offset = AT(settings.result), .group = MS__GROUP_REPORT,
     .help = "also keep the result in FILE, for mpiscan report",
     .more = "FILE is written whole or not at all, and only its owner can read it. It is written besides the report, "
             "also when the run was interrupted or is INCOMPLETE. With --shard, report makes one report of all "
             "shards' files. A damaged FILE is refused."},
    {.name = "color", .value = "WHEN", .commands = RUNS | REPORT,
     .kind = MS__KIND_CHOICE, .choices = whens, .initial = "auto", .offset = AT(settings.color),
     .group = MS__GROUP_REPORT, .help = "colors",
     .more = "auto: on a terminal, unless NO_COLOR is set."},
    {.name = "progress", .commands = RUNS,
     .kind = MS__KIND_FLAG, .offset = AT(settings.progress), .group = MS__GROUP_REPORT,
     .help = "off a terminal too: a line each 30 s on standard error"},
    {.name = "grep-status", .commands = SEARCHES | REPORT,
     .kind = MS__KIND_FLAG, .offset = AT(settings.grep_status), .group = MS__GROUP_REPORT,
     .help = "exit like grep: 0 a hit, 1 none, 2 trouble"},

    {.name = "baseline", .value = "HOW", .commands = RUNS,
     .kind = MS__KIND_CHOICE, .choices = baselines, .initial = "auto", .offset = AT(settings.baseline),
     .group = MS__GROUP_COMPARE, .help = "how",
     .more = "run: rank 0 does everything alone, and both answers must be the same; estimate: the sum of the "
             "ranks' busy times, and the report calls it an estimate; auto: run when that is predicted to take at "
             "most 10 seconds, else estimate. Images are then converted again into nothing: no output is written "
             "twice."},
    {.name = "repeat", .value = "N", .commands = RUNS,
     .kind = MS__KIND_NUMBER, .max = 1000, .initial = "0", .offset = AT(settings.repeat),
     .group = MS__GROUP_COMPARE,
     .help = "measure N pairs of runs; 0: as many as fit into 1 s"},

    {.name = "journal", .value = "DIR", .commands = RUNS,
     .kind = MS__KIND_TEXT, .offset = AT(settings.journal), .group = MS__GROUP_RESUME,
     .help = "keep what is finished in the new directory DIR",
     .more = "Each rank writes what it has finished into a file of its own there, at least every 2 seconds, so that a "
             "run that was stopped or killed can go on with --resume DIR."},
    {.name = "resume", .value = "DIR", .commands = RUNS,
     .kind = MS__KIND_TEXT, .offset = AT(settings.resume), .group = MS__GROUP_RESUME,
     .help = "go on where the journal in DIR ends; begin one if there is none",
     .more = "With any number of ranks. What was finished is taken over; a file that has changed since is done again. "
             "Keywords and options that the result depends on must be the same."},
    {.name = "stall-warning", .value = "SECS", .commands = RUNS,
     .kind = MS__KIND_FRACTION, .max = 864000, .parts = 10, .initial = "60",
     .offset = AT(settings.stall_warning), .group = MS__GROUP_RESUME,
     .help = "name a rank that makes no progress for SECS seconds; 0: do not",
     .more = "A file system that does not answer holds a rank up, and with it the run. The rank says on standard "
             "error which file it is at, again whenever the time has doubled, and when it goes on."},

    {.name = "files", .value = "N", .commands = GENERATE,
     .kind = MS__KIND_NUMBER, .min = 1, .max = MOST_FILES, .initial = "40", .offset = AT(settings.files),
     .group = MS__GROUP_SYNTHETIC, .help = "write N files"},
    {.name = "lines", .value = "N", .commands = GENERATE,
     .kind = MS__KIND_NUMBER, .max = MOST_LINES, .initial = "1000", .offset = AT(settings.lines_a_file),
     .group = MS__GROUP_SYNTHETIC, .help = "of N lines each"},
    {.name = "inject", .value = "X", .commands = GENERATE,
     .kind = MS__KIND_FRACTION, .max = 1, .initial = "0.3", .offset = AT(settings.inject),
     .group = MS__GROUP_SYNTHETIC, .help = "share of the files, 0 to 1, that get an alert line"},
    {.name = "seed", .value = "N", .commands = RUNS | GENERATE | PICTURES,
     .kind = MS__KIND_NUMBER, .max = UINT64_MAX, .initial = "42", .offset = AT(settings.seed),
     .group = MS__GROUP_SYNTHETIC, .help = "what is drawn at random; also for the demo sets"},
    {.name = "style", .value = "STYLE", .commands = GENERATE,
     .kind = MS__KIND_CHOICE, .choices = styles, .initial = "login", .offset = AT(settings.style),
     .group = MS__GROUP_SYNTHETIC, .help = "look of the lines",
     .more = "login: plain messages about logins; syslog: time stamp, host, process, user, address and port."},
    {.name = "count", .value = "N", .commands = PICTURES,
     .kind = MS__KIND_NUMBER, .min = 1, .max = MOST_PICTURES, .initial = "10", .offset = AT(settings.count),
     .group = MS__GROUP_SYNTHETIC, .help = "write N pictures"},
    {.name = "megapixels", .value = "X", .commands = PICTURES,
     .kind = MS__KIND_FRACTION, .min = 1, .max = 40000, .parts = 100, .initial = "6",
     .offset = AT(settings.megapixels), .group = MS__GROUP_SYNTHETIC,
     .help = "of X million pixels each"},

    {.name = "chunk-size", .value = "SIZE", .commands = RUNS, .hidden = true,
     .kind = MS__KIND_SIZE, .min = 1, .max = GIB, .initial = "16M", .offset = AT(settings.chunk_size),
     .group = MS__GROUP_TUNING, .help = "a collective operation moves at most SIZE bytes at a time"},
    {.name = "buffer-size", .value = "SIZE", .commands = SEARCHES, .hidden = true,
     .kind = MS__KIND_SIZE, .min = 64, .max = 64 * MIB, .initial = "1M", .offset = AT(settings.window),
     .group = MS__GROUP_TUNING, .help = "a rank searches SIZE bytes at a time"},

    {.name = "split-size", .value = "SIZE", .commands = SEARCHES, .hidden = true,
     .kind = MS__KIND_SIZE, .max = UINT64_C(1) << 50, .initial = "64M", .offset = AT(settings.split_size),
     .group = MS__GROUP_TUNING, .help = "several ranks: search a log of more than SIZE bytes in ranges",
     .more = "Each range is a task of its own, so one big file keeps all ranks busy. Of compressed logs, those of "
             "zstd with many frames, of xz with many blocks and of bzip2 with many streams have ranges. 0, or -A, -B, "
             "-C: files stay whole."},
    {.name = "journal-every", .value = "SECS", .commands = RUNS, .hidden = true,
     .kind = MS__KIND_FRACTION, .max = 3600000, .parts = 1000, .initial = "2", .offset = AT(settings.journal_every),
     .group = MS__GROUP_TUNING, .help = "a rank writes what it has finished into its journal each SECS seconds"},
    {.name = "no-steal", .commands = RUNS, .hidden = true,
     .kind = MS__KIND_FLAG, .offset = AT(settings.no_steal), .group = MS__GROUP_TUNING,
     .help = "no rank takes over tasks from another that is behind"},
    {.name = "simulate", .value = "NSEC[,RANK:FACTOR]...", .commands = RUNS, .hidden = true,
     .kind = MS__KIND_TEXT, .offset = AT(settings.simulate), .group = MS__GROUP_TUNING,
     .help = "a rehearsal: read no file, but sleep NSEC nanoseconds a byte",
     .more = "On rank RANK it is FACTOR times as long. Nothing is found, and no image is written."},
    {.name = "max-scans", .value = "N", .commands = CONVERTS, .hidden = true,
     .kind = MS__KIND_NUMBER, .min = 1, .max = MOST_SCANS, .initial = "100", .offset = AT(settings.max_scans),
     .group = MS__GROUP_TUNING, .help = "refuse a JPEG of more than N scans",
     .more = "A progressive JPEG may repeat scans without end, each of which costs as much as the whole image."},

    {.name = "help", .letter = 'h', .commands = MS__IN_ANY,
     .kind = MS__KIND_PICK, .min = MS_COMMAND_HELP, .offset = AT(settings.command), .group = MS__GROUP_HELP,
     .help = "show this help"},
    {.name = "version", .letter = 'V', .commands = MS__IN_ANY,
     .kind = MS__KIND_PICK, .min = MS_COMMAND_VERSION, .offset = AT(settings.command), .group = MS__GROUP_HELP,
     .help = "show the version"},
    {.name = "man", .commands = MS__IN(MS_COMMAND_NONE), .hidden = true,
     .kind = MS__KIND_PICK, .min = MS_COMMAND_MAN, .offset = AT(settings.command), .group = MS__GROUP_HELP,
     .help = "write this manual page in roff"},
};
/* clang-format on */
const size_t ms__noptions = sizeof ms__options / sizeof ms__options[0];

static_assert(sizeof ms__options / sizeof ms__options[0] <= MS__OPTION_LIMIT,
              "getopt_long's arrays are too small");
