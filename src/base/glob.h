/* Glob: a pattern of names as gitignore(5) and ripgrep have it: ? and * (not '/'), ** (whole directories),
 * classes, braces, and \ before a character that is meant itself. Characters are those of UTF-8; an invalid
 * byte is one character. Matching takes time proportional to the pattern times the name, whatever they are.
 */
#ifndef MS_BASE_GLOB_H
#define MS_BASE_GLOB_H

#include "base/err.h"

#include <stdint.h>

typedef struct ms_glob_op ms_glob_op;

typedef struct ms_glob {
    ms_glob_op *ops; /* owned; a program for ms_glob_matches */
    uint32_t *marks; /* owned; scratch of it: 4 * nops */
    uint32_t nops;
    bool is_path;        /* has a '/' before its end: for paths, else for base names */
    bool is_absolute;    /* began with '/', which is not in the program */
    bool is_directory;   /* ended with '/', which is not in the program */
    bool ends_literally; /* no wildcard after the last '/' that remains */
} ms_glob;

/* Compiles a pattern; "./" at its beginning is dropped. MS_USAGE with the reason ("'[' without ']'"),
 * MS_NOMEM; then *glob is {0}. Local. */
MS_MUST_CHECK ms_code ms_glob_init(ms_glob *glob, const char *pattern, ms_err *err);
/* Frees; idempotent, accepts {0}. Local. */
void ms_glob_fini(ms_glob *glob);
/* Does all of the name match? A path is given without its leading '/'. Not for two threads at a time. Local.
 */
bool ms_glob_matches(ms_glob *glob, const char *name, size_t n);

#endif
