/* Include and exclude: globs (base/glob.h), compiled once. One without '/' is for base names; one with a '/'
 * for paths, from an operand on, or as printed. */
#include "tasks/enumerate/enumerate_internal.h"

#include "base/escape.h"

#include <stdlib.h>
#include <string.h>

static ms_code compile_globs(ms__globs *globs, const ms_str_list *from, const char *option, ms_err *err)
{
    globs->count = from ? from->count : 0;
    globs->option = option;
    if (globs->count == 0) {
        return MS_OK;
    }
    globs->list = calloc(globs->count, sizeof *globs->list);
    globs->used = calloc(globs->count, sizeof *globs->used);
    if (!globs->list || !globs->used) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for the globs");
    }
    for (size_t i = 0; i < globs->count; i++) {
        MS_TRY(ms_glob_init(&globs->list[i], ms_str_list_at(from, i).data, err));
    }
    return MS_OK;
}

static void free_globs(ms__globs *globs)
{
    for (size_t i = 0; globs->list && i < globs->count; i++) {
        ms_glob_fini(&globs->list[i]);
    }
    free(globs->list);
    free(globs->used);
}

ms_code ms__filter_init(ms__filter *filter, const ms_enumerate_options *options, ms_err *err)
{
    MS_TRY(compile_globs(&filter->include, options->include, "--include", err));
    return compile_globs(&filter->exclude, options->exclude, "--exclude", err);
}

void ms__filter_fini(ms__filter *filter)
{
    free_globs(&filter->include);
    free_globs(&filter->exclude);
    *filter = (ms__filter){0};
}

/* The path as printed, without what "./" and '/' it begins with; *absolute: it began with '/'. */
static ms_str shown_path(ms_str path, bool *absolute)
{
    const char *at = path.data;
    *absolute = *at == '/';
    while (at[0] == '/' || (at[0] == '.' && at[1] == '/')) {
        at += at[0] == '/' ? 1 : 2;
    }
    return (ms_str){.data = at, .len = path.len - (size_t)(at - path.data)};
}

static bool matches(ms_glob *glob, const ms__candidate *of)
{
    if (glob->is_directory && !of->is_directory) {
        return false;
    }
    if (!glob->is_path) {
        return ms_glob_matches(glob, of->path.data + of->base, of->path.len - of->base);
    }
    bool absolute = false;
    ms_str shown = shown_path(of->path, &absolute);
    return (of->relative < of->path.len &&
            ms_glob_matches(glob, of->path.data + of->relative, of->path.len - of->relative)) ||
           (absolute == glob->is_absolute && ms_glob_matches(glob, shown.data, shown.len));
}

bool ms__filter_excludes(ms__filter *filter, const ms__candidate *of)
{
    bool found = false;
    for (size_t i = 0; i < filter->exclude.count; i++) {
        if ((!found || !filter->exclude.used[i]) && matches(&filter->exclude.list[i], of)) {
            filter->exclude.used[i] = true;
            found = true;
        }
    }
    return found;
}

bool ms__filter_includes(ms__filter *filter, const ms__candidate *of)
{
    bool found = filter->include.count == 0;
    for (size_t i = 0; i < filter->include.count; i++) {
        ms_glob *glob = &filter->include.list[i];
        bool whole = glob->is_directory || (glob->is_path && glob->ends_literally);
        if ((of->is_directory ? whole : true) && (!found || !filter->include.used[i]) && matches(glob, of)) {
            filter->include.used[i] = true;
            found = true;
        }
    }
    return found;
}

static void list_unused(const ms__globs *globs, const ms_str_list *from, ms_str_list *to)
{
    char shown[256];
    for (size_t i = 0; i < globs->count; i++) {
        ms_str glob = ms_str_list_at(from, i);
        if (!globs->used[i]) {
            ms_str_list_printf(to, "%s '%s' matched nothing.", globs->option,
                               ms_escape_to(shown, sizeof shown, glob.data, glob.len));
        }
    }
}

ms_code ms__filter_list_unused(const ms__filter *filter, const ms_enumerate_options *options, ms_str_list *to)
{
    list_unused(&filter->include, options->include, to);
    list_unused(&filter->exclude, options->exclude, to);
    return ms_str_list_check(to);
}
