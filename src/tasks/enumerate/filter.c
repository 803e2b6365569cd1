/* Include and exclude: globs of fnmatch(3) without flags, so that '*' matches '/' and a leading '.' too. A
 * glob without '/' matches the base name, one with '/' the whole path as printed. */
#include "tasks/enumerate/enumerate_internal.h"

#include <fnmatch.h>
#include <string.h>

static bool matches_one_of(const ms_str_list *globs, const char *path, const char *name)
{
    for (size_t i = 0; globs && i < globs->count; i++) {
        const char *glob = ms_str_list_at(globs, i).data;
        if (fnmatch(glob, strchr(glob, '/') ? path : name, 0) == 0) {
            return true;
        }
    }
    return false;
}

bool ms__filter_excludes(const ms_enumerate_options *options, const char *path, const char *name)
{
    return matches_one_of(options->exclude, path, name);
}

bool ms__filter_includes(const ms_enumerate_options *options, const char *path, const char *name)
{
    return !options->include || options->include->count == 0 || matches_one_of(options->include, path, name);
}
