/* Codec: see codec.h. */
#include "logs/codec.h"

#include "logs/codec_internal.h"

#include <string.h>

/* Is it the beginning of data with this magic? Data that end within it are, from the second byte on. */
static bool begins_with(const uint8_t *head, size_t n, const char *magic, size_t nmagic)
{
    return n >= 2 && memcmp(head, magic, n < nmagic ? n : nmagic) == 0;
}

ms_codec ms_codec_of(const uint8_t *head, size_t n)
{
    static const struct {
        ms_codec codec;
        const char *magic;
        size_t n;
    } magics[] = {
        {MS_CODEC_GZIP, "\x1F\x8B\x08", 3}, /* RFC 1952, 2.3.1 */
    };
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
        if (begins_with(head, n, magics[i].magic, magics[i].n)) {
            return magics[i].codec;
        }
    }
    return MS_CODEC_NONE;
}

const char *ms_codec_name(ms_codec codec)
{
    static const char *const names[] = {"no", "gzip"};
    return names[codec];
}

const ms_codec_ops *ms_codec_ops_of(ms_codec codec)
{
    static const ms_codec_ops *const ops[] = {NULL, &ms__codec_gzip};
    return ops[codec];
}
