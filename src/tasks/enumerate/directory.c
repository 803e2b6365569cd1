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

static ms__candidate candidate_of(const struct reading *reading, const struct child *child, bool is_directory)
{
    return (ms__candidate){.path = child->path,
                           .relative = reading->walk->listing->relative,
                           .base = reading->prefix,
                           .is_directory = is_directory};
}

static ms_code filter_out(struct reading *reading)
{
    reading->walk->listing->nfiltered++;
    return MS_OK;
}

/* A directory below the one being read. */
static ms_code add_child_directory(struct reading *reading, const struct child *child, bool link)
{
    ms__filter *filter = reading->walk->filter;
    ms__candidate candidate = candidate_of(reading, child, true);
    if (ms__filter_excludes(filter, &candidate)) {
        return filter_out(reading);
    }
    const ms__directory *parent = &reading->walk->directories[reading->directory];
    ms__directory directory = {.depth = UINT64_MAX,
                               .same_as = MS__NONE,
                               .parent = reading->directory,
                               .root = parent->root,
                               .link = link,
                               .linked = link || parent->linked,
                               .included = ms__filter_includes(filter, &candidate) || parent->included};
    return ms__walk_add_directory(reading->walk, child->path, &directory);
}

/* A symbolic link. Where it leads is only of interest when links are followed, or to tell a file that no glob
 * includes from a directory. */
static ms_code add_link(struct reading *reading, const struct child *child, bool included)
{
    ms__listing *listing = reading->walk->listing;
    const ms_enumerate_options *options = reading->walk->options;
    struct stat st = {0};
    bool needed = options->follow || !included;
    int error = needed && fstatat(reading->fd, child->name, &st, 0) != 0 ? errno : 0;
    bool directory = needed && error == 0 && S_ISDIR(st.st_mode);
    bool nowhere = error == ENOENT || error == ELOOP;
    if (!included && !directory && (nowhere || error == 0 || !options->follow)) {
        return filter_out(reading);
    }
    if (!options->follow) {
        return ms__listing_add(listing, child->path, MS_ENTRY_SKIP, NULL,
                               "symbolic link: not followed (--follow)");
    }
    if (nowhere) {
        return ms__listing_add(listing, child->path, MS_ENTRY_FAULT, NULL,
                               error == ELOOP ? "symbolic link loop" : "dangling symbolic link");
    }
    if (error != 0) {
        return ms__listing_fault(listing, child->path, error);
    }
    return directory ? add_child_directory(reading, child, true)
                     : ms__listing_add_stat(listing, child->path, &st, MS_LINK_FOUND, options);
}

/* A child that is no directory, or whose type is unknown. */
static ms_code add_other(struct reading *reading, const struct child *child)
{
    ms__listing *listing = reading->walk->listing;
    const ms_enumerate_options *options = reading->walk->options;
    ms__candidate candidate = candidate_of(reading, child, false);
    bool included = ms__filter_includes(reading->walk->filter, &candidate) ||
                    reading->walk->directories[reading->directory].included;
    struct stat st = {.st_mode = DTTOIF((mode_t)child->type)};
    if (!included && child->type != DT_LNK && child->type != DT_UNKNOWN) {
        return filter_out(reading);
    }
    if (child->type == DT_REG || child->type == DT_UNKNOWN) {
        ms__visit(options, child->path);
        if (fstatat(reading->fd, child->name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
            return ms__listing_fault(listing, child->path, errno);
        }
    }
    if (S_ISLNK(st.st_mode)) {
        ms__visit(options, child->path);
        return add_link(reading, child, included);
    }
    if (S_ISDIR(st.st_mode)) {
        return add_child_directory(reading, child, false);
    }
    return included ? ms__listing_add_stat(listing, child->path, &st, MS_LINK_NONE, options)
                    : filter_out(reading);
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
 * operand that failed is always reported, and a link that is named is followed. */
static bool keeps_operand(const struct reading *reading, const ms__operand *operand)
{
    const ms__directory *directory = &reading->walk->directories[reading->directory];
    const ms_entry *entry = &reading->walk->listing->list[operand->entry];
    return operand->root < directory->root || directory->linked || entry->state == MS_ENTRY_FAULT ||
           entry->link == MS_LINK_NAMED;
}

static ms_code add_or_skip_operand(struct reading *reading, const struct child *child)
{
    ms__listing *listing = reading->walk->listing;
    const ms__operand *operand = ms__operands_find(reading->named, reading->nnamed, listing,
                                                   (ms_str){.data = child->name, .len = strlen(child->name)});
    if (operand && keeps_operand(reading, operand)) {
        return MS_OK;
    }
    ms__candidate candidate = candidate_of(reading, child, false);
    if (child->type != DT_DIR && ms__filter_excludes(reading->walk->filter, &candidate)) {
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
