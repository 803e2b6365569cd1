#include "logs/scan/long_scan.h"

#include "logs/scan/surroundings.h"

#include <stdlib.h>
#include <string.h>

ms_code ms_long_scan_init(ms_long_scan *line, const ms_scan_options *options)
{
    line->options = options;
    line->head = malloc(options->max_line);
    return line->head ? MS_OK : MS_NOMEM;
}

void ms_long_scan_fini(ms_long_scan *line)
{
    free(line->head);
    ms_bytes_fini(&line->window);
    *line = (ms_long_scan){0};
}

ms_code ms_long_scan_begin(ms_long_scan *line, ms_matcher *matcher, ms_err *err)
{
    ms_bytes_clear(&line->window);
    line->nbytes = 0;
    line->found = 0;
    return ms_matcher_long_begin(matcher, err);
}

static bool has_window(const ms_long_scan *line)
{
    return line->options->lines && !line->options->invert;
}

/* Keeps what may be shown of these bytes, the line's next. */
static ms_code keep(ms_long_scan *line, const uint8_t *data, size_t n, ms_err *err)
{
    size_t max_line = line->options->max_line;
    ms_bytes *window = &line->window;
    if (line->nbytes < max_line) {
        size_t left = max_line - (size_t)line->nbytes;
        memcpy(line->head + line->nbytes, data, n < left ? n : left);
    }
    uint64_t end = line->found > 0 ? ms_surroundings_end(line->found, max_line) : UINT64_MAX;
    if (!has_window(line) || line->nbytes >= end) {
        return MS_OK;
    }
    ms_bytes_append(window, data, n < end - line->nbytes ? n : (size_t)(end - line->nbytes));
    if (ms_bytes_check(window) != MS_OK) {
        return ms_err_set(err, MS_NOMEM, 0, "out of memory for a long line");
    }
    if (window->len / 2 >= max_line) {
        memmove(window->data, window->data + window->len - max_line, max_line);
        window->len = max_line;
    }
    return MS_OK;
}

ms_code ms_long_scan_feed(ms_long_scan *line, ms_matcher *matcher, const uint8_t *data, size_t n, ms_err *err)
{
    size_t max_line = line->options->max_line;
    size_t step = ms_surroundings_step(max_line);
    while (n > 0) {
        bool searching = has_window(line) && line->found == 0;
        size_t left = step - (size_t)(line->nbytes % step);
        size_t part = searching && left < n ? left : n;
        MS_TRY(ms_matcher_long_feed(matcher, data, part, err));
        MS_TRY(keep(line, data, part, err));
        line->nbytes += part;
        if (searching && ms_matcher_long_found(matcher)) {
            line->found = ms_surroundings_found(line->nbytes, max_line);
        }
        data += part;
        n -= part;
    }
    return MS_OK;
}

ms_code ms_long_scan_skip(ms_long_scan *line, uint64_t n, ms_err *err)
{
    static const uint8_t zeros[4096];
    uint64_t shown = n < line->options->max_line ? n : line->options->max_line; /* more would not change it */
    for (uint64_t at = 0; at < shown;) {
        size_t part = shown - at < sizeof zeros ? (size_t)(shown - at) : sizeof zeros;
        MS_TRY(keep(line, zeros, part, err));
        line->nbytes += part;
        at += part;
    }
    line->nbytes += n - shown;
    return MS_OK;
}

ms_code ms_long_scan_end(ms_long_scan *line, ms_matcher *matcher, ms_long_line *out, ms_err *err)
{
    size_t max_line = line->options->max_line;
    *out = (ms_long_line){.text = line->head, .nbytes = line->nbytes};
    MS_TRY(ms_matcher_long_end(matcher, &out->ids, &out->nids, err));
    if (out->nids > 0 && has_window(line)) {
        const uint8_t *whole = NULL;
        size_t place = line->found > 0 ? 0 : ms_matcher_long_place(matcher, &whole);
        uint64_t end = place > 0 ? place : line->nbytes;
        uint64_t found = line->found > 0 ? line->found : ms_surroundings_found(end, max_line);
        out->window_begin = ms_surroundings_begin(line->nbytes, found, max_line);
        const uint8_t *window =
            place > 0 ? whole + out->window_begin : line->window.data + line->window.len - max_line;
        out->window = out->window_begin > 0 ? window : NULL;
    }
    return MS_OK;
}
