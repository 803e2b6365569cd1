/* Trees for the tests of this directory, made in the current directory, and a listing of them as text to
 * compare. */
#ifndef TESTS_UNIT_TASK_TREE_H
#define TESTS_UNIT_TASK_TREE_H

#include "tasks/enumerate/enumerate.h"

#include "unit.h"

/* Missing parent directories are made, too. */
void tree_file(const char *path, size_t nbytes);
void tree_directory(const char *path);
void tree_link(const char *target, const char *path);

typedef struct tree_case {
    const char *roots[8]; /* up to NULL, as the next two */
    const char *include[3];
    const char *exclude[3];
    bool follow;
    bool limited;
    uint64_t max_depth;   /* when limited */
    const char *expected; /* lines "PATH = SIZE", "PATH skip REASON", "PATH fault REASON"; names escaped */
    uint64_t nfiltered;
} tree_case;

/* Pushes strings up to NULL. */
void tree_names(ms_str_list *names, const char *const *texts);
/* Enumerates; checks that the result is sorted, unique and sound. */
void tree_enumerate(ms_entries *entries, const ms_enumerate_options *options);
/* The entries as text, to be freed. */
char *tree_text(const ms_entries *entries);
/* Enumerates and compares. */
void tree_check(const tree_case *test);

#endif
