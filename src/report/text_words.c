#include "report/text_words.h"

#include "base/escape.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *ms_words_bytes(char *to, uint64_t nbytes)
{
    static const char *const units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
    if (nbytes < 1000) {
        (void)snprintf(to, MS_WORDS_SIZE, "%u B", (unsigned)nbytes);
        return to;
    }
    double value = (double)nbytes / 1e3;
    size_t unit = 0;
    while (value >= 999.95) { /* would be rounded to 1000.0 */
        value /= 1e3;
        unit++;
    }
    (void)snprintf(to, MS_WORDS_SIZE, "%.1f %s", value, units[unit]);
    return to;
}

const char *ms_words_seconds(char *to, double seconds)
{
    if (!isfinite(seconds) || seconds < 0) {
        (void)snprintf(to, MS_WORDS_SIZE, "-");
    } else if (seconds >= 1 || seconds <= 0) {
        (void)snprintf(to, MS_WORDS_SIZE, "%.3f s", seconds);
    } else if (seconds >= 1e-3) {
        (void)snprintf(to, MS_WORDS_SIZE, "%.3f ms", seconds * 1e3);
    } else {
        (void)snprintf(to, MS_WORDS_SIZE, "%.1f us", seconds * 1e6);
    }
    return to;
}

static size_t width(const uint8_t *data, size_t n)
{
    size_t columns = 0;
    for (size_t i = 0; i < n; i++) {
        columns += (data[i] & 0xC0) != 0x80;
    }
    return columns;
}

size_t ms_words_width(const char *text)
{
    return width((const uint8_t *)text, strlen(text));
}

/* One line of the text, escaped, wrapped between words. */
static void wrap_line(ms_sink *sink, const uint8_t *p, size_t n)
{
    size_t column = 0;
    for (size_t at = 0; at < n;) {
        const uint8_t *blank = memchr(p + at, ' ', n - at);
        size_t end = blank ? (size_t)(blank - p) : n;
        size_t word = width(p + at, end - at);
        if (at > 0 && column + 1 + word > MS_WORDS_COLUMNS) {
            ms_sink_text(sink, "\n");
            column = 0;
        } else if (at > 0) {
            ms_sink_text(sink, " ");
            column++;
        }
        ms_sink_put(sink, p + at, end - at);
        column += word;
        at = end + 1;
    }
    ms_sink_text(sink, "\n");
}

void ms_words_wrap(ms_sink *sink, const char *text)
{
    ms_bytes escaped = {0};
    for (const char *line = text; *line && ms_sink_ok(sink);) {
        size_t n = strcspn(line, "\n");
        ms_bytes_clear(&escaped);
        ms_escape_append(&escaped, line, n, MS_ESCAPE_MESSAGE);
        if (ms_bytes_check(&escaped) == MS_OK) {
            wrap_line(sink, escaped.data, escaped.len);
        } else {
            ms_sink_fail(sink, MS_NOMEM);
        }
        line += n + (line[n] == '\n');
    }
    ms_bytes_fini(&escaped);
}
