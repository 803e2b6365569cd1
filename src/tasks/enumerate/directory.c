/* The children of one directory: each becomes an entry, a directory to traverse, or is filtered out by a glob
 * and counted. One stat per file, none when d_type says that it is not a regular file. Opens nothing. */
#include "tasks/enumerate/enumerate_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

/* State while a directory is read. */
struct reading {
    ms__walk *walk;
    uint32_t directory;
    int fd;
    size_t prefix;            /* length of the directory in walk->path, with its '/' */
    const ms__operand *named; /* operands in this directory */
    size_t nnamed;
};

/* A directory entry. */
struct child {
    ms_str path;
    const char *name;
    unsigned char type; /* DT_* */
};

ms_code ms__walk_add_directory(ms__walk *walk, ms_str path, const ms__directory *directory)
{
    if (walk->paths.count == walk->cap) {
        ms__directory *directories = ms__grown(walk->directories, &walk->cap, sizeof *directories);
        if (!directories) {
            return MS_NOMEM;
        }
        walk->directories = directories;
    }
    if (walk->paths.count >= MS__NONE) {
        return MS_NOMEM;
    }
    ms_str_list_push(&walk->paths, path.data, path.len);
    MS_TRY(ms_str_list_check(&walk->paths));
    walk->directories[walk->paths.count - 1] = *directory;
    return MS_OK;
}

/* A directory below the one being read. */
static ms_code add_child_directory(struct reading *reading, const struct child *child, bool link)
{
    const ms__directory *parent = &reading->walk->directories[reading->directory];
    ms__directory directory = {.depth = UINT64_MAX,
                               .same_as = MS__NONE,
                               .parent = reading->directory,
                               .root = parent->root,
                               .link = link,
                               .linked = link || parent->linked};
    return ms__walk_add_directory(reading->walk, child->path, &directory);
}

/* Stat of a child, of its target when it is a symbolic link; returns an errno, or 0. */
static int stat_child(const struct reading *reading, const struct child *child, struct stat *st, bool *link)
{
    *link = child->type == DT_LNK;
    ms__visit(reading->walk->options, child->path);
    if (fstatat(reading->fd, child->name, st, *link ? 0 : AT_SYMLINK_NOFOLLOW) != 0) {
        return errno;
    }
    if (S_ISLNK(st->st_mode)) {
        *link = true;
        return fstatat(reading->fd, child->name, st, 0) != 0 ? errno : 0;
    }
    return 0;
}

static ms_code filter_out(struct reading *reading)
{
    reading->walk->listing->nfiltered++;
    return MS_OK;
}

/* A child whose type is not DT_DIR. */
static ms_code add_other(struct reading *reading, const struct child *child)
{
    ms__listing *listing = reading->walk->listing;
    const ms_enumerate_options *options = reading->walk->options;
    bool included = ms__filter_includes(options, child->path.data, child->name);
    bool maybe_directory = child->type == DT_LNK || child->type == DT_UNKNOWN;
    if (!included && !maybe_directory) {
        return filter_out(reading);
    }
    struct stat st = {.st_mode = DTTOIF((mode_t)child->type)};
    if (!maybe_directory && child->type != DT_REG) {
        return ms__listing_add_stat(listing, child->path, &st, options);
    }
    bool link = false;
    int error = stat_child(reading, child, &st, &link);
    if (error != 0 && !(link && (error == ENOENT || error == ELOOP))) {
        return ms__listing_fault(listing, child->path, error);
    }
    if (error == 0 && S_ISDIR(st.st_mode)) {
        if (!link || options->follow) {
            return add_child_directory(reading, child, link);
        }
        return ms__listing_add(listing, child->path, MS_ENTRY_SKIP, NULL,
                               "symbolic link to a directory (--follow walks it)");
    }
    if (!included) {
        return filter_out(reading);
    }
    if (error != 0) {
        return ms__listing_add(listing, child->path, MS_ENTRY_SKIP, NULL,
                               error == ELOOP ? "symbolic link loop" : "dangling symbolic link");
    }
    return ms__listing_add_stat(listing, child->path, &st, options);
}

static ms_code add_child(struct reading *reading, const struct child *child)
{
    if (child->path.len >= PATH_MAX) {
        return ms__listing_fault(reading->walk->listing, child->path, ENAMETOOLONG);
    }
    if (child->type == DT_DIR) {
        return add_child_directory(reading, child, false);
    }
    return add_other(reading, child);
}

/* Whether the entry of the operand is kept instead of this one. The first path without links wins; but an
 * operand that failed is always reported. */
static bool keeps_operand(const struct reading *reading, const ms__operand *operand)
{
    const ms__directory *directory = &reading->walk->directories[reading->directory];
    return operand->root < directory->root || directory->linked ||
           reading->walk->listing->list[operand->entry].state == MS_ENTRY_FAULT;
}

static ms_code add_or_skip_operand(struct reading *reading, const struct child *child)
{
    ms__listing *listing = reading->walk->listing;
    const ms__operand *operand = ms__operands_find(reading->named, reading->nnamed, listing,
                                                   (ms_str){.data = child->name, .len = strlen(child->name)});
    if (operand && keeps_operand(reading, operand)) {
        return MS_OK;
    }
    if (ms__filter_excludes(reading->walk->options, child->path.data, child->name)) {
        return operand ? MS_OK : filter_out(reading);
    }
    size_t count = listing->paths.count;
    uint64_t nfiltered = listing->nfiltered;
    ms_code code = add_child(reading, child);
    if (operand && code == MS_OK && listing->paths.count > count) {
        ms__listing_drop(listing, operand->entry);
    }
    if (operand) {
        listing->nfiltered = nfiltered; /* an operand is not filtered */
    }
    return code;
}

/* Appends the child's name to the directory's path. */
static ms_code set_path(struct reading *reading, const struct dirent *dirent, struct child *child)
{
    ms_bytes *path = &reading->walk->path;
    ms_bytes_cut(path, reading->prefix);
    ms_bytes_append(path, dirent->d_name, strlen(dirent->d_name) + 1);
    MS_TRY(ms_bytes_check(path));
    child->path = (ms_str){.data = (const char *)path->data, .len = path->len - 1};
    child->name = child->path.data + reading->prefix;
    child->type = dirent->d_type;
    return MS_OK;
}

static bool is_dots(const char *name)
{
    return name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0));
}

static ms_code read_children(struct reading *reading, DIR *dir)
{
    for (;;) {
        errno = 0;
        const struct dirent *dirent = readdir(dir);
        if (!dirent) {
            ms_str directory = ms_str_list_at(&reading->walk->paths, reading->directory);
            return errno != 0 ? ms__listing_fault(reading->walk->listing, directory, errno) : MS_OK;
        }
        struct child child = {0};
        if (is_dots(dirent->d_name)) {
            continue;
        }
        if (set_path(reading, dirent, &child) != MS_OK || add_or_skip_operand(reading, &child) != MS_OK) {
            return MS_NOMEM;
        }
    }
}

/* "DIR/" for DIR, DIR/ and DIR//; "/" for /. */
static ms_code set_prefix(struct reading *reading)
{
    ms_str name = ms_str_list_at(&reading->walk->paths, reading->directory);
    while (name.len > 0 && name.data[name.len - 1] == '/') {
        name.len--;
    }
    ms_bytes *path = &reading->walk->path;
    ms_bytes_clear(path);
    ms_bytes_append(path, name.data, name.len);
    ms_bytes_append(path, "/", 1);
    reading->prefix = path->len;
    return ms_bytes_check(path);
}

/* Offset of the part of a path below an operand: after it and one '/'. */
static size_t relative_offset(const ms__walk *walk, uint32_t root)
{
    ms_str name = ms_str_list_at(walk->options->roots, root);
    size_t n = name.len;
    while (n > 0 && name.data[n - 1] == '/') {
        n--;
    }
    return n + 1;
}

ms_code ms__directory_read(ms__walk *walk, uint32_t i, int fd)
{
    walk->listing->relative = relative_offset(walk, walk->directories[i].root);
    struct reading reading = {.walk = walk, .directory = i, .fd = fd};
    size_t first = 0;
    reading.nnamed =
        ms__operands_in(walk->operands, walk->directories[i].dev, walk->directories[i].ino, &first);
    reading.named = reading.nnamed > 0 ? walk->operands->list + first : NULL;
    ms_code code = set_prefix(&reading);
    if (code != MS_OK) {
        (void)close(fd);
        return code;
    }
    DIR *dir = fdopendir(fd);
    if (!dir) {
        code = ms__listing_fault(walk->listing, ms_str_list_at(&walk->paths, i), errno);
        (void)close(fd);
        return code;
    }
    walk->directories[i].first_child = (uint32_t)walk->paths.count;
    code = read_children(&reading, dir);
    walk->directories[i].nchildren = (uint32_t)walk->paths.count - walk->directories[i].first_child;
    (void)closedir(dir);
    return code;
}
