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

/* stat of an operand, of its target when it is a symbolic link. */
static int stat_operand(const char *path, struct stat *st, ms_entry_link *link)
{
    *link = MS_LINK_NONE;
    int known = lstat(path, st);
    if (known == 0 && S_ISLNK(st->st_mode)) {
        *link = MS_LINK_NAMED;
        known = stat(path, st);
    }
    return known;
}

/* A path that leads to a descriptor of this process, whatever that is. */
static bool is_descriptor(const char *path)
{
    static const char *const names[] = {"/dev/fd/", "/proc/self/fd/"};
    bool found = strcmp(path, "-") == 0 || strcmp(path, "/dev/stdin") == 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        found = found || strncmp(path, names[i], strlen(names[i])) == 0;
    }
    return found;
}

/* One operand: an entry, or a directory to traverse. */
static ms_code add_operand(ms__listing *listing, ms__operands *operands, ms__walk *walk, uint32_t root)
{
    bool streams = walk->options->streams;
    ms_str path = ms_str_list_at(walk->options->roots, root);
    struct stat st = {0};
    ms_entry_link link = MS_LINK_NONE;
    const char *slash = memrchr(path.data, '/', path.len);
    listing->relative = slash ? (size_t)(slash - path.data) + 1 : 0;
    if (memchr(path.data, 0, path.len)) {
        return ms__listing_add(listing, path, MS_ENTRY_FAULT, NULL, "a file name cannot contain a NUL byte");
    }
    if (streams && is_descriptor(path.data)) {
        return ms__listing_add(listing, path, MS_ENTRY_STREAM, NULL, NULL);
    }
    ms__visit(walk->options, path);
    MS_TRY(ms__operands_enter(operands, listing, path));
    if (stat_operand(path.data, &st, &link) != 0) {
        MS_TRY(ms__listing_fault(listing, path, errno));
    } else if (S_ISDIR(st.st_mode)) {
        return ms__walk_add_root(walk, path, root);
    } else if (streams && S_ISFIFO(st.st_mode)) {
        MS_TRY(ms__listing_add(listing, path, MS_ENTRY_STREAM, NULL, NULL));
    } else {
        MS_TRY(ms__listing_add_stat(listing, path, &st, link, walk->options));
    }
    return ms__operands_add(operands, listing, path, root);
}

static ms_code list_all(ms_entries *entries, ms__listing *listing, ms__operands *operands, ms__walk *walk)
{
    const ms_enumerate_options *options = walk->options;
    if (options->roots->count >= MS__NONE) {
        return MS_NOMEM;
    }
    listing->named = true;
    for (size_t i = 0; i < options->roots->count; i++) {
        MS_TRY(add_operand(listing, operands, walk, (uint32_t)i));
    }
    listing->named = false;
    ms__operands_deduplicate(operands, listing);
    MS_TRY(ms__walk_run(walk));
    if (options->follow) {
        MS_TRY(ms__links_deduplicate(listing));
    }
    MS_TRY(ms__listing_finish(listing, entries));
    return ms__filter_list_unused(walk->filter, options, &entries->notes);
}

ms_code ms_enumerate(ms_entries *entries, const ms_enumerate_options *options, ms_err *err)
{
    ms__listing listing = {0};
    ms__operands operands = {0};
    ms__filter filter = {0};
    ms__walk walk = {.options = options, .operands = &operands, .listing = &listing, .filter = &filter};
    ms_err why = {0};
    ms_code code = MS_OK;
    MS_TRY_OR(fini, ms__filter_init(&filter, options, &why));
    MS_TRY_OR(fini, list_all(entries, &listing, &operands, &walk));
fini:
    ms__walk_fini(&walk);
    ms__operands_fini(&operands);
    ms__filter_fini(&filter);
    ms__listing_fini(&listing);
    if (code != MS_OK) {
        ms_entries_fini(entries);
    }
    if (code == MS_STOPPED) {
        return ms_err_set(err, code, 0, "stopped on request");
    }
    if (code == MS_USAGE) {
        return ms_err_set(err, code, 0, "invalid glob: %s", why.text);
    }
    return code == MS_OK ? MS_OK : ms_err_set(err, code, 0, "out of memory while listing the files");
}
