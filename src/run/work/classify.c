#include "run/work/classify.h"

#include "base/escape.h"
#include "logs/input/directory_cache.h"
#include "run/work/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where a name's ending begins, its dot included; its end when it has none. */
static size_t ending_of(const char *name, size_t n)
{
    for (size_t i = n; i > 1 && name[i - 1] != '/'; i--) {
        if (name[i - 1] == '.' && name[i - 2] != '/') {
            return i - 1;
        }
    }
    return n;
}

/* output_dir/relative, with the ending of the format it becomes when that is another one. */
static ms_code put_output(ms_str_list *outputs, const ms_classify_options *options, const char *relative,
                          ms_image_format from)
{
    ms_image_format to = ms_image_target_of(from, options->target);
    size_t n = strlen(relative);
    size_t stem = to == from ? n : ending_of(relative, n);
    const char *ext = to == from ? "" : ms_image_format_ext(to);
    char *path = NULL;
    int len =
        asprintf(&path, "%s/%.*s%s%s", options->output_dir, (int)stem, relative, ext[0] != 0 ? "." : "", ext);
    if (len < 0) {
        return MS_NOMEM;
    }
    ms_str_list_push(outputs, path, (size_t)len);
    free(path);
    return ms_str_list_check(outputs);
}

/* *why: the message when it is not an image. */
static ms_code format_of(ms_directory_cache *cache, const char *path, const ms_file_id *listed,
                         ms_image_format *format, const char **why, ms_err *err)
{
    uint8_t head[1024]; /* 32 bytes suffice for an image, the rest is for SVG */
    struct stat st;
    int fd = -1;
    MS_TRY(ms_directory_cache_open(cache, path, listed, &fd, err));
    ms_code code = ms_file_id_check(fd, listed, &st, err);
    ssize_t n = code == MS_OK ? pread(fd, head, sizeof head, 0) : 0;
    int failed = errno;
    (void)close(fd);
    MS_TRY(code);
    if (n < 0) {
        return ms_err_set(err, MS_IO, failed, "cannot read the header");
    }
    *format = ms_image_format_of(head, (size_t)n);
    *why = ms_image_is_svg(head, (size_t)n) ? "is an SVG drawing: not converted" : "is not an image";
    return MS_OK;
}

/* Sets kind, cost and output of entry i; a push onto outputs in any case. */
static ms_code classify_one(ms_entries *entries, size_t i, const ms_classify_options *options,
                            ms_directory_cache *cache)
{
    ms_entry *entry = &entries->list[i];
    ms_str path = ms_str_list_at(&entries->paths, i);
    ms_image_format format = MS_IMAGE_NONE;
    const ms_file_id listed = ms_entries_id(entries, i);
    ms_err detail = {0};
    if (entry->state != MS_ENTRY_FILE) {
        ms_str_list_push(&entries->outputs, "", 0);
        return ms_str_list_check(&entries->outputs);
    }
    const char *why = "";
    if (options->visit) {
        options->visit(options->user, path);
    }
    ms_code code = format_of(cache, path.data, &listed, &format, &why, &detail);
    if (code == MS_OK && format != MS_IMAGE_NONE) {
        entry->kind = MS_TASK_IMAGE;
        entry->byte_cost = ms_image_byte_cost(format);
        return put_output(&entries->outputs, options, path.data + entry->relative, format);
    }
    if (!options->logs_too) { /* errors of a log are reported when it is scanned */
        MS_TRY(ms_entries_refuse(entries, i, code == MS_OK ? MS_ENTRY_SKIP : MS_ENTRY_FAULT,
                                 code == MS_OK ? why : detail.text));
    }
    ms_str_list_push(&entries->outputs, "", 0);
    return ms_str_list_check(&entries->outputs);
}

static int by_output(const void *a, const void *b, void *user)
{
    return ms_str_compare(ms_str_list_at(user, *(const uint32_t *)a),
                          ms_str_list_at(user, *(const uint32_t *)b));
}

static ms_code refuse_collision(ms_entries *entries, uint32_t i)
{
    char shown[512];
    char text[sizeof shown + 60];
    ms_str name = ms_str_list_at(&entries->outputs, i);
    (void)snprintf(text, sizeof text, "another input has the same output %s",
                   ms_escape_to(shown, sizeof shown, name.data, name.len));
    return ms_entries_refuse(entries, i, MS_ENTRY_FAULT, text);
}

static int by_inode(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Is there a file of the output's name that is one of the inputs? Compares only inodes: an unnecessary fault
 * is better than a lost input. */
static bool replaces_input(const ms_entries *entries, uint32_t i, const uint64_t *inodes, size_t n)
{
    struct stat st;
    if (stat(ms_str_list_at(&entries->outputs, i).data, &st) != 0) {
        return false;
    }
    uint64_t inode = (uint64_t)st.st_ino;
    return bsearch(&inode, inodes, n, sizeof *inodes, by_inode) != NULL;
}

static ms_code refuse_collisions(ms_entries *entries, uint32_t *order, size_t n, const uint64_t *inodes,
                                 size_t ninodes)
{
    ms_code code = MS_OK;
    qsort_r(order, n, sizeof *order, by_output, &entries->outputs);
    for (size_t i = 0; i < n && code == MS_OK; i++) {
        bool twice = (i > 0 && by_output(&order[i - 1], &order[i], &entries->outputs) == 0) ||
                     (i + 1 < n && by_output(&order[i], &order[i + 1], &entries->outputs) == 0);
        if (twice) {
            code = refuse_collision(entries, order[i]);
        } else if (replaces_input(entries, order[i], inodes, ninodes)) {
            code = ms_entries_refuse(entries, order[i], MS_ENTRY_FAULT, "its output would replace an input");
        }
    }
    return code;
}

/* What all directories allow whose images go directly into the output directory: it is no more public. */
static mode_t mode_of_output(const ms_entries *entries, const uint32_t *images, size_t n)
{
    mode_t mode = 0777;
    size_t nlast = 0;
    const char *last = NULL; /* the directory seen last */
    for (size_t i = 0; i < n; i++) {
        ms_str path = ms_str_list_at(&entries->paths, images[i]);
        size_t nabove = entries->list[images[i]].relative;
        bool direct = !memchr(path.data + nabove, '/', path.len - nabove);
        struct stat st = {0};
        if (!direct || (last && nlast == nabove && memcmp(last, path.data, nabove) == 0)) {
            continue;
        }
        char *name = nabove > 0 ? strndup(path.data, nabove) : strdup(".");
        mode &= name && stat(name, &st) == 0 ? st.st_mode | S_IRWXU : S_IRWXU;
        free(name);
        last = path.data;
        nlast = nabove;
    }
    return mode;
}

ms_code ms_classify(ms_entries *entries, const ms_classify_options *options, ms_err *err)
{
    size_t count = entries->paths.count;
    uint32_t *order = calloc(count + 1, sizeof *order);
    uint64_t *inodes = calloc(count + 1, sizeof *inodes);
    ms_code code = order && inodes ? MS_OK : MS_NOMEM;
    ms_directory_cache cache = {0};
    size_t n = 0;
    for (size_t i = 0; i < count && code == MS_OK; i++) {
        inodes[i] = entries->list[i].inode;
        code = classify_one(entries, i, options, &cache);
        if (entries->list[i].state == MS_ENTRY_FILE && entries->list[i].kind == MS_TASK_IMAGE) {
            order[n++] = (uint32_t)i;
        }
    }
    if (code == MS_OK) {
        qsort(inodes, count, sizeof *inodes, by_inode);
        code = refuse_collisions(entries, order, n, inodes, count);
    }
    mode_t mode = code == MS_OK ? mode_of_output(entries, order, n) : 0;
    ms_directory_cache_fini(&cache);
    free(order);
    free(inodes);
    if (code != MS_OK) {
        return ms_err_set(err, code, 0, "out of memory for the list of images");
    }
    return n > 0 ? ms_output_directory(options->output_dir, mode, err) : MS_OK;
}
