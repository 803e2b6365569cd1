/* First the operands, then the directories among them, recursively, then everything is sorted. */
#include "tasks/enumerate/enumerate_internal.h"

#include <errno.h>
#include <string.h>

void ms__visit(const ms_enumerate_options *options, ms_str path)
{
    if (options->visit) {
        options->visit(options->user, path);
    }
}

/* One operand: an entry, or a directory to traverse. */
static ms_code add_operand(ms__listing *listing, ms__operands *operands, ms__walk *walk, uint32_t root)
{
    ms_str path = ms_str_list_at(walk->options->roots, root);
    struct stat st = {0};
    const char *slash = memrchr(path.data, '/', path.len);
    listing->relative = slash ? (size_t)(slash - path.data) + 1 : 0;
    if (memchr(path.data, 0, path.len)) {
        return ms__listing_add(listing, path, MS_ENTRY_FAULT, NULL, "a file name cannot contain a NUL byte");
    }
    ms__visit(walk->options, path);
    if (stat(path.data, &st) != 0) {
        MS_TRY(ms__listing_fault(listing, path, errno));
    } else if (S_ISDIR(st.st_mode)) {
        return ms__walk_add_root(walk, path, root);
    } else {
        MS_TRY(ms__listing_add_stat(listing, path, &st, walk->options));
    }
    return ms__operands_add(operands, listing, path, root);
}

ms_code ms_enumerate(ms_entries *entries, const ms_enumerate_options *options, ms_err *err)
{
    ms__listing listing = {0};
    ms__operands operands = {0};
    ms__walk walk = {.options = options, .operands = &operands, .listing = &listing};
    ms_code code = options->roots->count < MS__NONE ? MS_OK : MS_NOMEM;
    for (size_t i = 0; i < options->roots->count && code == MS_OK; i++) {
        code = add_operand(&listing, &operands, &walk, (uint32_t)i);
    }
    if (code == MS_OK) {
        ms__operands_deduplicate(&operands, &listing);
        code = ms__walk_run(&walk);
    }
    ms__walk_fini(&walk);
    ms__operands_fini(&operands);
    if (code == MS_OK) {
        code = ms__listing_finish(&listing, entries);
    }
    ms__listing_fini(&listing);
    if (code == MS_STOPPED) {
        return ms_err_set(err, code, 0, "stopped on request");
    }
    return code == MS_OK ? MS_OK : ms_err_set(err, code, 0, "out of memory while listing the files");
}
