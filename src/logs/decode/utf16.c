#include "logs/decode/utf16.h"

static size_t put_code_point(uint8_t *out, uint32_t code_point)
{
    if (code_point < 0x80) {
        out[0] = (uint8_t)code_point;
        return 1;
    }
    if (code_point < 0x800) {
        out[0] = (uint8_t)(0xC0 | code_point >> 6);
        out[1] = (uint8_t)(0x80 | (code_point & 0x3F));
        return 2;
    }
    if (code_point < 0x10000) {
        out[0] = (uint8_t)(0xE0 | code_point >> 12);
        out[1] = (uint8_t)(0x80 | (code_point >> 6 & 0x3F));
        out[2] = (uint8_t)(0x80 | (code_point & 0x3F));
        return 3;
    }
    out[0] = (uint8_t)(0xF0 | code_point >> 18);
    out[1] = (uint8_t)(0x80 | (code_point >> 12 & 0x3F));
    out[2] = (uint8_t)(0x80 | (code_point >> 6 & 0x3F));
    out[3] = (uint8_t)(0x80 | (code_point & 0x3F));
    return 4;
}

/* One code unit; at most 6 bytes out (a lost high surrogate, then this unit). */
static size_t decode_unit(ms_utf16 *state, uint32_t unit, uint8_t *out)
{
    size_t n = 0;
    if (unit >= 0xDC00 && unit <= 0xDFFF && state->high != 0) {
        uint32_t code_point = 0x10000 + ((uint32_t)(state->high - 0xD800) << 10) + (unit - 0xDC00);
        state->high = 0;
        return put_code_point(out, code_point);
    }
    if (state->high != 0) {
        n = put_code_point(out, 0xFFFD);
        state->high = 0;
    }
    if (unit >= 0xD800 && unit <= 0xDBFF) {
        state->high = (uint16_t)unit;
        return n;
    }
    return n + put_code_point(out + n, unit >= 0xDC00 && unit <= 0xDFFF ? 0xFFFD : unit);
}

void ms_utf16_decode(ms_utf16 *state, const uint8_t *in, size_t *nin, uint8_t *out, size_t *nout)
{
    size_t used = 0;
    size_t made = 0;
    while (used < *nin && *nout - made >= 6) {
        uint8_t byte = in[used++];
        if (!state->has_odd) {
            state->has_odd = true;
            state->odd = byte;
            continue;
        }
        state->has_odd = false;
        uint32_t unit =
            state->big_endian ? (uint32_t)state->odd << 8 | byte : (uint32_t)byte << 8 | state->odd;
        made += decode_unit(state, unit, out + made);
    }
    *nin = used;
    *nout = made;
}

size_t ms_utf16_finish(ms_utf16 *state, uint8_t out[6])
{
    size_t n = state->high != 0 ? put_code_point(out, 0xFFFD) : 0;
    n += state->has_odd ? put_code_point(out + n, 0xFFFD) : 0;
    state->high = 0;
    state->has_odd = false;
    return n;
}
