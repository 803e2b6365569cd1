/* Source: pbm(5), pgm(5), ppm(5), "plain" formats. */
#include "images/formats/pnm_text.h"

#include <stddef.h>
#include <unistd.h>

enum { BUFFER = 16 * 1024 };

static bool is_blank(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Words from the file's beginning on, without comments; stops at `enough`. */
static uint64_t count_words(int fd, uint64_t enough)
{
    uint8_t buffer[BUFFER];
    uint64_t words = 0;
    uint64_t at = 0;
    bool in_word = false;
    bool in_comment = false;
    ssize_t got = pread(fd, buffer, sizeof buffer, 0);
    while (got > 0 && words < enough) {
        for (ssize_t i = 0; i < got; i++) {
            in_comment = in_comment ? buffer[i] != '\n' : buffer[i] == '#';
            bool word = !in_comment && !is_blank(buffer[i]) && buffer[i] != '#';
            words += word && !in_word ? 1 : 0;
            in_word = word;
        }
        at += (uint64_t)got;
        got = pread(fd, buffer, sizeof buffer, (off_t)at);
    }
    return words;
}

bool ms_pnm_is_complete(int fd, uint64_t samples)
{
    uint8_t magic[2] = {0};
    if (pread(fd, magic, sizeof magic, 0) != (ssize_t)sizeof magic || magic[1] < '1' || magic[1] > '3') {
        return true;
    }
    uint64_t header = magic[1] == '1' ? 3 : 4; /* magic, width, height, and but for P1 maximum */
    return count_words(fd, header + samples) >= header + samples;
}
