#include "logs/text/byte_test.h"

#include "base/escape.h"

#include <string.h>

enum { LEAST_RANDOM = 32 };

static bool is_control(unsigned byte)
{
    bool common = (byte >= '\a' && byte <= '\r') || byte == 0x1B; /* terminals and printers */
    return (byte < ' ' && !common) || byte == 0x7F;
}

static inline bool are_ascii(const uint8_t *data, size_t n)
{
    uint8_t odd = 0;
    for (size_t i = 0; i < n; i++) { /* without a branch, so that the compiler uses vectors */
        uint8_t byte = data[i];
        bool common = (uint8_t)(byte - '\a') <= '\r' - '\a' || byte == 0x1B;
        odd |= (uint8_t)(byte - ' ') >= 0x7F - ' ' && !common;
    }
    return odd == 0;
}

#if defined(__x86_64__)
/* The same loop with registers of 32 bytes. */
__attribute__((target("avx2"))) static bool are_ascii_avx2(const uint8_t *data, size_t n)
{
    return are_ascii(data, n);
}

bool ms_bytes_are_ascii(const uint8_t *data, size_t n)
{
    return __builtin_cpu_supports("avx2") ? are_ascii_avx2(data, n) : are_ascii(data, n);
}
#else
bool ms_bytes_are_ascii(const uint8_t *data, size_t n)
{
    return are_ascii(data, n);
}
#endif

bool ms_bytes_are_utf8(const uint8_t *data, size_t n)
{
    size_t whole = n;
    while (whole > 0 && n - whole < 3 && (data[whole - 1] & 0xC0) == 0x80) {
        whole--;
    }
    bool cut = whole > 0 && data[whole - 1] >= 0xC2 && data[whole - 1] < 0xF5;
    return ms_utf8_valid(data, n) || (cut && ms_utf8_valid(data, whole - 1));
}

bool ms_bytes_are_binary(const uint8_t *data, size_t n)
{
    size_t ncontrols = 0;
    if (n > 0 && memchr(data, 0, n)) {
        return true;
    }
    for (size_t i = 0; i < n; i++) {
        ncontrols += is_control(data[i]);
    }
    return ncontrols > n / 40 && (ncontrols > n / 8 || !ms_bytes_are_utf8(data, n));
}

/* The share of pairs of equal bytes, times 256, is 1 for random bytes with a deviation of 23 / n, 1 to 1.3
 * for compressed ones, from 2 for text without ASCII, 6 for machine code, 10 for text. */
bool ms_bytes_are_random(const uint8_t *data, size_t n)
{
    uint32_t counts[256] = {0};
    uint64_t pairs = 0;
    size_t ncontrols = 0;
    size_t nprintable = 0;
    n = n < MS_BYTE_TEST_SAMPLE ? n : MS_BYTE_TEST_SAMPLE;
    if (n < LEAST_RANDOM) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        counts[data[i]]++;
    }
    for (unsigned byte = 0; byte < 256; byte++) {
        uint64_t count = counts[byte];
        pairs += count > 0 ? count * (count - 1) : 0;
        ncontrols += is_control(byte) ? count : 0;
        nprintable += byte >= ' ' && byte < 0x7F ? count : 0;
    }
    bool even = 256 * pairs * 10 < 14 * (uint64_t)n * (n - 1) + 500 * (uint64_t)(n - 1);
    return even && ncontrols * 32 >= n && nprintable * 100 < n * 62 && !ms_bytes_are_utf8(data, n);
}
