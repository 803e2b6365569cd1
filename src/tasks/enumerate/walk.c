/* The directory walk: in which order directories are entered; each is read once. All directories are kept, so
 * that one that is reached again (overlapping operands, links) is recognized, and one that is reached at a
 * smaller depth is only continued below. Order: each operand completely; then the links found, by path, each
 * completely; then the links found by these. */
#include "tasks/enumerate/enumerate_internal.h"

#include "base/escape.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct identity {
    uint64_t dev, ino;
};

static void steps_fini(ms__steps *steps)
{
    free(steps->list);
    *steps = (ms__steps){0};
}

void ms__walk_fini(ms__walk *walk)
{
    ms_str_list_fini(&walk->paths);
    free(walk->directories);
    ms__index_fini(&walk->by_id);
    steps_fini(&walk->todo);
    steps_fini(&walk->links);
    ms_bytes_fini(&walk->path);
    *walk = (ms__walk){0};
}

ms_code ms__walk_add_root(ms__walk *walk, ms_str path, uint32_t root)
{
    ms__candidate candidate = {.path = path, .relative = path.len, .is_directory = true};
    for (; candidate.path.len > 1 && path.data[candidate.path.len - 1] == '/'; candidate.path.len--) {
    }
    const char *slash = memrchr(path.data, '/', candidate.path.len);
    candidate.base = slash ? (size_t)(slash - path.data) + 1 : 0;
    ms__directory directory = {.depth = UINT64_MAX,
                               .same_as = MS__NONE,
                               .parent = MS__NONE,
                               .root = root,
                               .included = ms__filter_includes(walk->filter, &candidate)};
    return ms__walk_add_directory(walk, path, &directory);
}

static ms_code push_step(ms__steps *steps, uint32_t directory, uint64_t depth)
{
    if (steps->count == steps->cap) {
        ms__step *list = ms__grown(steps->list, &steps->cap, sizeof *list);
        if (!list) {
            return MS_NOMEM;
        }
        steps->list = list;
    }
    steps->list[steps->count++] = (ms__step){.directory = directory, .depth = depth};
    return MS_OK;
}

/* Descending: the last one on a stack is done first. */
static int compare_steps(const void *a, const void *b, void *user)
{
    const ms__step *left = a;
    const ms__step *right = b;
    return ms_str_compare(ms_str_list_at(user, right->directory), ms_str_list_at(user, left->directory));
}

static void sort_steps(ms__walk *walk, ms__steps *steps, size_t from)
{
    if (steps->count > from + 1) {
        qsort_r(steps->list + from, steps->count - from, sizeof *steps->list, compare_steps, &walk->paths);
    }
}

/* Directory i has been read and is now reached at `depth`: if that is less than before, its child directories
 * are entered (again). Without a limit every depth is 0, so this happens once. */
static ms_code enter_children(ms__walk *walk, uint32_t i, uint64_t depth)
{
    ms__directory *directory = &walk->directories[i];
    if (depth >= directory->depth) {
        return MS_OK;
    }
    directory->depth = depth;
    bool limited = walk->options->max_depth != UINT64_MAX;
    uint64_t below = limited ? depth + 1 : 0;
    if (limited && below >= walk->options->max_depth) {
        return MS_OK;
    }
    size_t from = walk->todo.count;
    for (uint32_t k = directory->first_child; k < directory->first_child + directory->nchildren; k++) {
        bool later = walk->directories[k].link && walk->directories[k].same_as == MS__NONE;
        if (push_step(later ? &walk->links : &walk->todo, k, below) != MS_OK) {
            return MS_NOMEM;
        }
    }
    sort_steps(walk, &walk->todo, from);
    return MS_OK;
}

static bool is_within(const ms__walk *walk, uint32_t i, uint32_t ancestor)
{
    while (i != MS__NONE && i != ancestor) {
        i = walk->directories[i].parent;
    }
    return i == ancestor;
}

/* Directory i was already read under another path. Not reported when operands overlap; otherwise a SKIP says
 * where its files are. */
static ms_code report_same(ms__walk *walk, uint32_t i)
{
    const ms__directory *directory = &walk->directories[i];
    const ms__directory *first = &walk->directories[directory->same_as];
    if (!directory->linked && !first->linked && directory->root != first->root) {
        return MS_OK;
    }
    bool loop = directory->link && is_within(walk, directory->parent, directory->same_as);
    ms_str name = ms_str_list_at(&walk->paths, directory->same_as);
    char shown[1024];
    char text[sizeof shown + 40];
    (void)snprintf(text, sizeof text, "%s %s",
                   loop ? "symbolic link loop to" : "directory already reached as",
                   ms_escape_to(shown, sizeof shown, name.data, name.len));
    return ms__listing_add(walk->listing, ms_str_list_at(&walk->paths, i), MS_ENTRY_SKIP, NULL, text);
}

static bool same_directory(const void *items, uint32_t item, const void *key)
{
    const ms__directory *directories = items;
    const struct identity *id = key;
    return directories[item].dev == id->dev && directories[item].ino == id->ino;
}

/* Sets same_as of directory i: the first directory with this identity, which may be itself. */
static ms_code identify(ms__walk *walk, uint32_t i, const struct stat *st)
{
    struct identity id = {.dev = (uint64_t)st->st_dev, .ino = (uint64_t)st->st_ino};
    uint32_t hash = ms_hash(&id, sizeof id);
    uint32_t found = ms__index_find(&walk->by_id, hash, same_directory, walk->directories, &id);
    ms__directory *directory = &walk->directories[i];
    directory->same_as = found != MS__NONE ? found : i;
    directory->dev = id.dev;
    directory->ino = id.ino;
    return found != MS__NONE ? MS_OK : ms__index_add(&walk->by_id, hash, i);
}

/* Found below a root, and not a link: it must not have become one since (O_NOFOLLOW). */
static bool is_physical(const ms__directory *directory)
{
    return directory->parent != MS__NONE && !directory->link;
}

static bool is_left_out(const ms_enumerate_options *options, const struct stat *st)
{
    for (size_t i = 0; i < options->nleft_out; i++) {
        if (ms_device_of(st->st_dev) == options->left_out[i].device &&
            st->st_ino == options->left_out[i].inode) {
            return true;
        }
    }
    return false;
}

/* Opens directory i, and reads it unless it was read before. It is identified even when it cannot be opened,
 * so that the error is reported once. */
static ms_code open_directory(ms__walk *walk, uint32_t i)
{
    ms__directory *directory = &walk->directories[i];
    bool physical = is_physical(directory);
    ms_str path = ms_str_list_at(&walk->paths, i);
    ms__visit(walk->options, path);
    int fd = open(path.data, O_RDONLY | O_DIRECTORY | O_CLOEXEC | (physical ? O_NOFOLLOW : 0));
    int error = fd < 0 ? errno : 0;
    struct stat st = {0};
    int known =
        fd < 0 ? fstatat(AT_FDCWD, path.data, &st, physical ? AT_SYMLINK_NOFOLLOW : 0) : fstat(fd, &st);
    error = known != 0 && error == 0 ? errno : error;
    ms_code code = MS_OK;
    if (known == 0) {
        code = identify(walk, i, &st);
    } else {
        directory->same_as = i;
    }
    if (code == MS_OK && directory->same_as != i) {
        code = report_same(walk, i);
    } else if (code == MS_OK && !(known == 0 && is_left_out(walk->options, &st))) {
        /* directories that this run writes are not input */
        if (error == 0) {
            walk->listing->directory =
                (ms_directory_id){.inode = st.st_ino, .device = ms_device_of(st.st_dev)};
            return ms__directory_read(walk, i, fd);
        }
        code = ms__listing_fault(walk->listing, path, error);
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    return code;
}

/* Processes the stack until it is empty. Terminates: children are pushed only when the depth of their
 * directory decreases. */
static ms_code drain(ms__walk *walk)
{
    while (walk->todo.count > 0) {
        ms__step step = walk->todo.list[--walk->todo.count];
        if (walk->options->stopped && walk->options->stopped(walk->options->user)) {
            return MS_STOPPED;
        }
        if (walk->directories[step.directory].same_as == MS__NONE &&
            open_directory(walk, step.directory) != MS_OK) {
            return MS_NOMEM;
        }
        if (enter_children(walk, walk->directories[step.directory].same_as, step.depth) != MS_OK) {
            return MS_NOMEM;
        }
    }
    return MS_OK;
}

/* Processes the deferred links, each completely; links found by these are deferred to the next round. */
static ms_code follow_links(ms__walk *walk)
{
    ms__steps round = walk->links;
    walk->links = (ms__steps){0};
    sort_steps(walk, &round, 0);
    ms_code code = MS_OK;
    while (round.count > 0) {
        ms__step step = round.list[--round.count];
        MS_TRY_OR(fini_round, push_step(&walk->todo, step.directory, step.depth));
        MS_TRY_OR(fini_round, drain(walk));
    }
fini_round:
    steps_fini(&round);
    return code;
}

/* Counts the directories that were found but never opened, each once; one whose identity is unknown counts
 * separately.
 */
static ms_code count_unopened(ms__walk *walk)
{
    for (uint32_t i = 0; i < walk->paths.count; i++) {
        ms__directory *directory = &walk->directories[i];
        if (directory->same_as != MS__NONE) {
            continue;
        }
        struct stat st = {0};
        directory->same_as = i;
        ms__visit(walk->options, ms_str_list_at(&walk->paths, i));
        if (fstatat(AT_FDCWD, ms_str_list_at(&walk->paths, i).data, &st,
                    is_physical(directory) ? AT_SYMLINK_NOFOLLOW : 0) == 0) {
            MS_TRY(identify(walk, i, &st));
        }
        walk->listing->nfiltered += directory->same_as == i ? 1 : 0;
    }
    return MS_OK;
}

ms_code ms__walk_run(ms__walk *walk)
{
    uint32_t nroots = walk->options->max_depth > 0 ? (uint32_t)walk->paths.count : 0;
    for (uint32_t i = 0; i < nroots; i++) {
        MS_TRY(push_step(&walk->todo, i, 0));
        MS_TRY(drain(walk));
    }
    while (walk->links.count > 0) {
        MS_TRY(follow_links(walk));
    }
    return count_unopened(walk);
}
