"""All that the lint tests hold the tree to, in one place: layers, limits, words and exceptions.

An exception is (rule, path, subject, reason). One that is no longer needed is reported, so that the list stays true.
"""

# directory: (layer, what it may use, libraries whose headers it may include). src/README.md has the same table, and the
# link lines of src/CMakeLists.txt say the same once more; lint_layers.py compares all three.
LAYERS = {
    "base": (0, "", ""),
    "comm": (1, "base", "mpi"),
    "config": (1, "base", ""),
    "demo": (1, "base", "zlib turbojpeg"),
    "images/protocol": (1, "base", ""),
    "logs/input": (1, "base", ""),
    "logs/keywords": (1, "base", "hs pcre2 pthread"),
    "logs/text": (1, "base", ""),
    "result": (1, "base", "xxhash"),
    "tasks/enumerate": (1, "base", "xxhash"),
    "images/client": (2, "images/protocol base", ""),
    "images/formats": (2, "images/protocol base", "xxhash"),
    "logs/decode": (2, "logs/text logs/input base", "isa-l zstd lzma bz2 lz4"),
    "logs/prefilter": (2, "logs/keywords base", ""),
    "result/store": (2, "result base", "xxhash"),
    "run/monitor": (2, "comm base", "pthread"),
    "tasks/schedule": (2, "tasks/enumerate base", ""),
    "images/jpeg": (3, "images/formats base", "turbojpeg"),
    "images/vips": (3, "images/formats images/protocol base", "vips"),
    "logs/archive": (3, "logs/decode logs/input base", "isa-l xxhash"),
    "logs/journald": (3, "logs/decode logs/input base", "lz4"),
    "logs/compile": (3, "logs/prefilter logs/keywords base", "hs xxhash"),
    "logs/match": (4, "logs/compile logs/prefilter logs/keywords base", "hs pcre2"),
    "logs/split": (3, "logs/decode logs/input base", "lzma"),
    "report": (3, "result/store config result base", "jansson"),
    "run/journal": (3, "result/store run/monitor tasks/schedule config result base", ""),
    "images/worker": (4, "images/jpeg images/vips images/formats images/protocol base", "seccomp"),
    "logs/stream": (4, "logs/split logs/archive logs/journald logs/decode logs/text logs/input base", ""),
    "logs/scan": (5, "logs/stream logs/match logs/keywords base", ""),
    "run/work": (6,
        "logs/scan logs/stream logs/match images/client logs/decode tasks/schedule images/protocol logs/input result tasks/enumerate base",
        ""),
    "run/steal": (7, "run/work run/monitor tasks/schedule comm result base", ""),
    "run/stages": (8,
        "run/steal run/work logs/match logs/compile run/journal result/store run/monitor tasks/schedule comm config demo logs/keywords logs/input result tasks/enumerate base",
        "pthread"),
    "main": (9, "run/stages report config base", ""),
}

# Headers of third parties -> the library's name in LAYERS.
LIBRARIES = {
    r"mpi\.h": "mpi",
    r"hs(/.*|\.h)": "hs",
    r"pcre2\.h": "pcre2",
    r"xxhash\.h": "xxhash",
    r"jansson\.h": "jansson",
    r"(isa-l(/.*|\.h)|igzip_lib\.h)": "isa-l",
    r"(zstd|zstd_errors|zdict)\.h": "zstd",
    r"lzma(/.*|\.h)": "lzma",
    r"bzlib\.h": "bz2",
    r"lz4(|hc|frame)\.h": "lz4",
    r"zlib\.h": "zlib",
    r"(turbojpeg|jpeglib|jerror)\.h": "turbojpeg",
    r"vips(/.*)": "vips",
    r"(seccomp\.h|linux/(capability|seccomp|filter|audit)\.h)": "seccomp",
    r"(pthread|threads)\.h": "pthread",
}

# What a link line calls them. Any other target on a link line is reported.
TARGETS = {
    "MPI::MPI_C": "mpi",
    "PkgConfig::HS": "hs",
    "PkgConfig::PCRE2": "pcre2",
    "PkgConfig::XXHASH": "xxhash",
    "PkgConfig::JANSSON": "jansson",
    "PkgConfig::ISAL": "isa-l",
    "PkgConfig::ZSTD": "zstd",
    "PkgConfig::LZMA": "lzma",
    "BZip2::BZip2": "bz2",
    "PkgConfig::LZ4": "lz4",
    "PkgConfig::TURBOJPEG": "turbojpeg",
    "PkgConfig::LIBJPEG": "turbojpeg",
    "PkgConfig::ZLIB": "zlib",
    "PkgConfig::VIPS": "vips",
    "PkgConfig::SECCOMP": "seccomp",
    "Threads::Threads": "pthread",
}

# What "libc" means: C17, POSIX, and a few headers of glibc. A header that is in neither list is reported.
LIBC = set("""
assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg stdatomic
stdbool stddef stdint stdio stdlib stdnoreturn string strings tgmath time uchar wchar wctype dirent dlfcn endian fcntl
fnmatch ftw getopt glob grp iconv langinfo libgen malloc poll pwd sched semaphore spawn termios unistd sys/eventfd
sys/file sys/ioctl sys/mman sys/param sys/prctl sys/random sys/resource sys/sendfile sys/signalfd sys/socket sys/stat sys/syscall
sys/statvfs sys/sysmacros sys/time sys/types sys/uio sys/un sys/utsname sys/vfs sys/wait
""".split())

# Functions (a regular expression over the whole name) -> where they may be called, why nowhere else.
CALLS = [
    (r"exit|quick_exit|atexit|at_quick_exit", (), "nothing ends the process but a return from main"),
    (r"_exit|_Exit", ("src/comm/", "src/logs/keywords/hs_job.c"), "only comm may end a process from within"),
    (r"abort|assert", (), "a failure is an ms_code, not a crash"),
    (r"w?printf|v[w]?printf|puts|putchar|perror", (), "results go through report/, failures upward"),
    (r"v?d?f?printf|fputs|fputc|putc", ("src/main.c", "src/run/"), "nothing below the pipeline prints"),
    (r"system|popen|exec(l|lp|le|v|vp|ve|vpe|veat)|fexecve", (), "no shell, no other program"),
    (r"strcpy|stpcpy|strcat|v?sprintf|gets|alloca|strdupa|strndupa", (), "unbounded"),
]

MAX_FUNCTION_LINES = 60
MAX_MEDIAN_FUNCTION_LINES = 15  # of src/
MAX_FILE_LINES = 500
MAX_FILES = 20  # in one directory of src/
MAX_MAIN_LINES = 60
MAX_COLUMNS = 120
MAX_HEAD_COMMENT_LINES = 8

TOP_LEVEL = set("CMakeLists.txt CMakePresets.json README.md LICENSE src tests hostfiles slurm".split())

# Test cases that `ctest -N` has to show at least; raise it when tests are added.
FLOOR = 200

# Words (regular expressions) that no string literal of src/ may hold -> what to say instead.
PRIVATE_WORDS = {
    "(?:a|last|lost|late) letter": "message",
    "stood still|standstill": "stalled, stall",
    "taken over": "stolen, or already done",
    "that is none": "invalid",
    "cannot be had": "unavailable",
    "of no use": "unusable",
    "stands? behind": "follow, after",
    "folders?": "directory",
    "colours?": "color",
}

CORE = "clang-analyzer-core."
OTHER_FILE = "what ms_err_set and ms_comm_agree return is not followed into their files"
EXCEPTIONS = [
    ("must-check", "src/base/err.h", "ms_err_set", "cannot fail: returns the code that it is given"),
    ("must-check", "src/base/err.h", "ms_err_prefix", "cannot fail: returns the code that err has"),
    ("must-check", "src/config/config_internal.h", "ms__usage", "cannot fail: always MS_USAGE, for return"),
    ("must-check", "src/config/config_internal.h", "ms__no_memory", "cannot fail: always MS_NOMEM, for return"),
    ("head-comment", "src/result/record.h", "src/result/record.h", "holds the layout of the wire format"),
    ("word", "src/config/other_options.c", "colour", "an option of grep, as its users write it"),
    ("tidy", "src", "clang-analyzer-optin.portability.UnixAPI", "malloc(0) is no error in glibc and musl: can be freed"),
    ("tidy", "src/demo/demo_encode.c", "bugprone-not-null-terminated-result", "bytes of PNG's format, not strings"),
    ("tidy", "src/demo/demo_picture.c", CORE + "UndefinedBinaryOperatorResult", "the land covers the row before"),
    ("tidy", "src/images/vips/picture.c", CORE + "NullDereference", OTHER_FILE),
    ("tidy", "src/images/client/client.c", CORE + "NonNullParamChecker", OTHER_FILE),
    ("tidy", "src/logs/compile/compile.c", CORE + "NullDereference", OTHER_FILE),
    ("tidy", "src/logs/prefilter/pair_frequency.c", CORE + "UndefinedBinaryOperatorResult", "a width is 1 to 8"),
    ("tidy", "src/run", CORE + "NullDereference", OTHER_FILE),
]
