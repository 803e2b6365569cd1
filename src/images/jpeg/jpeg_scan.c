/* A block is a DC symbol, the difference to the previous block of its component, and AC symbols that depend
 * on nothing outside. So Y's AC bits are copied unchanged, and the DC differences are encoded again, as the
 * order changes: the input has blocks by MCU (Y's of 16 x 16 pixels, then the colors'), the output row by
 * row. Row r of an MCU row is collected in rows[r]; its first DC symbol is written when the row before is
 * complete. Bits are read from `clean`, without stuffing and markers. An MCU is begun only if the longest
 * possible one is in `clean`, or, before a marker, enough zeros; after it, `at` is checked against the
 * marker. */
#include "images/jpeg/jpeg_scan.h"

#include "images/jpeg/bit_io.h"
#include "images/jpeg/huffman.h"

#include <stdlib.h>
#include <string.h>

enum {
    BLOCK = 64,
    TABLES = NUM_HUFF_TBLS,
    COMPONENTS = 3,
    MCU_BLOCKS = D_MAX_BLOCKS_IN_MCU,   /* T.81, B.2.3: ten */
    ROWS = MAX_SAMP_FACTOR,             /* of Y's blocks in an MCU */
    BLOCK_BITS = 27 + (BLOCK - 1) * 26, /* 16 for a code, 11 or 10 for a value */
    BLOCK_BYTES = BLOCK_BITS / 8 + 1,
    PADDING = MCU_BLOCKS * BLOCK_BYTES + 16,
    CLEAN = 64 * 1024,
    DC_SIZES = 12, /* categories of a DC difference (T.81, table F.1) */
    DC_MAX = 32767,
    RST0 = 0xD0,
    EOI = 0xD9
};

/* One block of an MCU. */
typedef struct block_kind {
    const ms_huffman *dc, *ac;
    unsigned component;
    int row; /* of Y within the MCU; -1: a color */
} block_kind;

struct ms_jpeg_scan {
    ms_huffman *dc[TABLES], *ac[TABLES]; /* owned; NULL: not used */
    block_kind kinds[MCU_BLOCKS];
    unsigned nkinds, nrows, ncolumns; /* of an MCU: blocks; rows and columns of Y's */
    unsigned width, height;           /* of Y in blocks */
    unsigned interval;                /* MCUs between restart markers; 0: none */
    unsigned next_restart;            /* number of the next marker, 0 to 7 */
    int marker;                       /* the one after `clean`; 0: not read yet */
    uint64_t at;                      /* bit of `clean` */
    size_t nclean;
    int dc_in[COMPONENTS];    /* of the last block read */
    ms_bit_writer rows[ROWS]; /* owned; the first one is the output itself */
    bool begun[ROWS];
    int first[ROWS], last[ROWS]; /* DC of a row's blocks */
    uint16_t dc_code[DC_SIZES];
    uint8_t dc_bits[DC_SIZES];
    uint8_t clean[CLEAN + PADDING];
};

/* ---- setup ---- */

/* The table of that number, made at its first use. *table is NULL with MS_OK if it is missing or unusable. */
static ms_code get_table(ms_huffman **made, JHUFF_TBL *const from[TABLES], int number, bool ac,
                         const ms_huffman **table)
{
    *table = NULL;
    if (number < 0 || number >= TABLES || !from[number]) {
        return MS_OK;
    }
    if (!made[number]) {
        made[number] = calloc(1, sizeof **made);
        if (!made[number]) {
            return MS_NOMEM;
        }
        if (ms_huffman_set(made[number], from[number]->bits, from[number]->huffval, ac) != MS_OK) {
            return MS_OK;
        }
    }
    *table = made[number];
    return MS_OK;
}

/* Adds a component's blocks of an MCU. Clears *supported if they are too many or have no tables. */
static ms_code add_component(ms_jpeg_scan *scan, const struct jpeg_decompress_struct *from,
                             const jpeg_component_info *component, bool *supported)
{
    bool alone = from->comps_in_scan == 1; /* an MCU is one block then (T.81, A.2.2) */
    unsigned columns = alone ? 1 : (unsigned)component->h_samp_factor;
    unsigned rows = alone ? 1 : (unsigned)component->v_samp_factor;
    block_kind kind = {.component = (unsigned)component->component_index, .row = -1};
    MS_TRY(get_table(scan->dc, from->dc_huff_tbl_ptrs, component->dc_tbl_no, false, &kind.dc));
    MS_TRY(get_table(scan->ac, from->ac_huff_tbl_ptrs, component->ac_tbl_no, true, &kind.ac));
    *supported = *supported && kind.dc && kind.ac && scan->nkinds + rows * columns <= MCU_BLOCKS;
    for (unsigned i = 0; i < rows * columns && *supported; i++) {
        kind.row = kind.component == 0 ? (int)(i / columns) : -1;
        scan->kinds[scan->nkinds++] = kind;
    }
    if (kind.component == 0) {
        scan->nrows = rows;
        scan->ncolumns = columns;
    }
    return MS_OK;
}

/* For the longest blocks; pages that are not written to take no memory. */
static ms_code make_rows(ms_jpeg_scan *scan)
{
    for (unsigned i = 0; i < scan->nrows; i++) {
        size_t rows = i == 0 ? scan->nrows : 1;
        scan->rows[i].data = malloc(rows * scan->width * BLOCK_BYTES + PADDING);
        if (!scan->rows[i].data) {
            return MS_NOMEM;
        }
    }
    return MS_OK;
}

static bool is_baseline(const struct jpeg_decompress_struct *from)
{
    return !from->progressive_mode && !from->arith_code && from->data_precision == 8 &&
           from->num_components <= COMPONENTS && from->comps_in_scan == from->num_components &&
           from->Ss == 0 && from->Se == BLOCK - 1 && from->Ah == 0 && from->Al == 0;
}

/* Whether Y's quantization table is valid (T.81, B.2.4.1): libjpeg divides by its values. */
static bool has_valid_quantization(const struct jpeg_decompress_struct *from)
{
    int number = from->comp_info[0].quant_tbl_no;
    const JQUANT_TBL *table = number >= 0 && number < NUM_QUANT_TBLS ? from->quant_tbl_ptrs[number] : NULL;
    bool valid = table != NULL;
    for (size_t i = 0; valid && i < BLOCK; i++) {
        valid = table->quantval[i] > 0 && table->quantval[i] <= 255;
    }
    return valid;
}

ms_code ms_jpeg_scan_new(ms_jpeg_scan **scan, const struct jpeg_decompress_struct *from)
{
    *scan = NULL;
    if (!is_baseline(from) || !has_valid_quantization(from)) {
        return MS_OK;
    }
    ms_jpeg_scan *made = calloc(1, sizeof *made);
    if (!made) {
        return MS_NOMEM;
    }
    bool supported = true;
    ms_code code = MS_OK;
    made->width = (from->image_width + DCTSIZE - 1) / DCTSIZE;
    made->height = (from->image_height + DCTSIZE - 1) / DCTSIZE;
    made->interval = from->restart_interval;
    for (int i = 0; i < from->comps_in_scan && supported; i++) {
        supported =
            from->cur_comp_info[i] == &from->comp_info[i]; /* a hostile scan may have a component twice */
        MS_TRY_OR(free_made,
                  supported ? add_component(made, from, from->cur_comp_info[i], &supported) : MS_OK);
    }
    if (!supported) {
        goto free_made;
    }
    MS_TRY_OR(free_made, make_rows(made));
    *scan = made;
    return MS_OK;
free_made:
    ms_jpeg_scan_free(made);
    return code;
}

void ms_jpeg_scan_free(ms_jpeg_scan *scan)
{
    for (unsigned i = 0; scan && i < TABLES; i++) {
        free(scan->dc[i]);
        free(scan->ac[i]);
    }
    for (unsigned i = 0; scan && i < ROWS; i++) {
        free(scan->rows[i].data);
    }
    free(scan);
}

/* ---- input ---- */

static uint8_t next_byte(ms_jpeg_job *job)
{
    if (job->source.bytes_in_buffer == 0) {
        (void)(*job->source.fill_input_buffer)(&job->from); /* or jumps */
    }
    job->source.bytes_in_buffer--;
    return *job->source.next_input_byte++;
}

/* Fills `clean` from bit `at` on, up to a marker. */
static void refill(ms_jpeg_scan *scan, ms_jpeg_job *job)
{
    struct jpeg_source_mgr *source = &job->source;
    size_t used = (size_t)(scan->at >> 3);
    memmove(scan->clean, scan->clean + used, scan->nclean - used);
    scan->nclean -= used;
    scan->at &= 7;
    while (scan->marker == 0 && scan->nclean < CLEAN) {
        size_t n = CLEAN - scan->nclean;
        n = source->bytes_in_buffer < n ? source->bytes_in_buffer : n;
        const uint8_t *stuffed = memchr(source->next_input_byte, 0xFF, n);
        n = stuffed ? (size_t)(stuffed - source->next_input_byte) : n;
        memcpy(scan->clean + scan->nclean, source->next_input_byte, n);
        scan->nclean += n;
        source->next_input_byte += n;
        source->bytes_in_buffer -= n;
        uint8_t byte = next_byte(job);
        scan->marker = byte == 0xFF ? next_byte(job) : 0;
        if (scan->marker == 0) {
            scan->clean[scan->nclean++] = byte;
        }
    }
    memset(scan->clean + scan->nclean, 0, PADDING - 1);
}

/* Whether all bits before the marker are consumed, but for padding. */
static bool is_consumed(ms_jpeg_scan *scan, ms_jpeg_job *job)
{
    if (scan->marker == 0) {
        refill(scan, job);
    }
    uint64_t end = (uint64_t)scan->nclean * 8;
    return scan->marker != 0 && scan->at <= end && end - scan->at < 8;
}

static bool skip_restart(ms_jpeg_scan *scan, ms_jpeg_job *job)
{
    if (!is_consumed(scan, job) || scan->marker != RST0 + (int)scan->next_restart) {
        return false;
    }
    scan->next_restart = (scan->next_restart + 1) % 8;
    scan->marker = 0;
    scan->nclean = 0;
    scan->at = 0;
    memset(scan->dc_in, 0, sizeof scan->dc_in);
    return true;
}

/* One AC symbol; *k is the coefficient it begins with, then the next one's. */
static bool skip_symbol(const ms_huffman *table, uint64_t word, uint64_t *at, unsigned *k)
{
    ms_huffman_symbol symbol = table->symbols[word >> (64 - MS_HUFFMAN_PEEK)];
    *at += symbol.code_bits + symbol.value_bits;
    *k = symbol.skip == 0 ? BLOCK : *k + symbol.skip;
    return symbol.code_bits > 0 && *k <= BLOCK;
}

/* Skips the AC symbols from bit *at on. */
static bool skip_ac(const ms_huffman *table, const uint8_t *data, uint64_t *at)
{
    uint64_t now = *at;
    unsigned k = 1;
    while (k < BLOCK) {
        uint64_t word = ms_bits_peek(data, now);
        ms_huffman_run run = table->runs[word >> (64 - MS_HUFFMAN_RUN)];
        if (k + run.skip < BLOCK) { /* nearly always; enough bits are loaded for another lookup */
            now += run.bits;
            k += run.skip;
            word <<= run.bits;
            run = table->runs[word >> (64 - MS_HUFFMAN_RUN)];
        }
        unsigned next = k + run.skip;
        if (next <= BLOCK) {
            now += run.bits;
            k = next;
        } else if (next / BLOCK == MS_HUFFMAN_END / BLOCK) {
            now += run.bits;
            k = BLOCK;
        } else if (!skip_symbol(table, word, &now, &k)) {
            return false;
        }
    }
    *at = now;
    return true;
}

/* The DC difference at bit *at (T.81, F.2.2.1). */
static bool get_dc(const ms_huffman *table, const uint8_t *data, uint64_t *at, int *difference)
{
    uint64_t word = ms_bits_peek(data, *at);
    ms_huffman_symbol symbol = table->symbols[word >> (64 - MS_HUFFMAN_PEEK)];
    unsigned size = symbol.value_bits;
    *difference = 0;
    if (size > 0) {
        int value = (int)(word << symbol.code_bits >> (64 - size));
        *difference = value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
    }
    *at += symbol.code_bits + size;
    return symbol.code_bits > 0;
}

/* ---- output ---- */

static void set_dc_codes(ms_jpeg_scan *scan, const JHUFF_TBL *table)
{
    unsigned code = 0;
    unsigned n = 0;
    for (unsigned length = 1; length <= MS_HUFFMAN_PEEK; length++, code <<= 1) {
        for (unsigned i = 0; i < table->bits[length] && n < 256; i++, n++, code++) {
            if (table->huffval[n] < DC_SIZES) {
                scan->dc_code[table->huffval[n]] = (uint16_t)code;
                scan->dc_bits[table->huffval[n]] = (uint8_t)length;
            }
        }
    }
}

/* False for a difference that 8-bit samples cannot have. */
static bool put_dc(ms_jpeg_scan *scan, ms_bit_writer *to, int difference)
{
    unsigned size = 0;
    for (unsigned left = (unsigned)abs(difference); left > 0; left >>= 1) {
        size++;
    }
    if (size >= DC_SIZES) {
        return false;
    }
    unsigned value = (unsigned)(difference < 0 ? difference + (1 << size) - 1 : difference);
    unsigned n = scan->dc_bits[size] + size;
    ms_bits_put(to, ((uint64_t)scan->dc_code[size] << size | value) << (64 - n), n);
    return true;
}

static bool put_block(ms_jpeg_scan *scan, unsigned row, int dc, uint64_t ac_at)
{
    ms_bit_writer *to = &scan->rows[row];
    bool known = scan->begun[row] || row == 0;
    if (known && !put_dc(scan, to, dc - scan->last[row])) {
        return false;
    }
    if (!known) {
        scan->first[row] = dc;
    }
    scan->begun[row] = true;
    scan->last[row] = dc;
    ms_bits_copy(to, scan->clean, ac_at, scan->at);
    return true;
}

static void put_byte(ms_jpeg_job *job, uint8_t byte)
{
    *job->sink.next_output_byte++ = byte;
    if (--job->sink.free_in_buffer == 0) {
        (void)(*job->sink.empty_output_buffer)(&job->to);
    }
}

/* Byte stuffing: a 0 after each FF. */
static void put_stuffed(ms_jpeg_job *job, const uint8_t *data, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        put_byte(job, data[i]);
        if (data[i] == 0xFF) {
            put_byte(job, 0);
        }
    }
}

/* Writes the whole words. */
static void flush(ms_jpeg_job *job, ms_bit_writer *run)
{
    for (size_t i = 0; i < run->nbytes; i += 8) {
        uint64_t word = 0;
        memcpy(&word, run->data + i, sizeof word);
        bool stuffing =
            ((~word - 0x0101010101010101U) & word & 0x8080808080808080U) != 0; /* a byte may be FF */
        if (stuffing || job->sink.free_in_buffer <= sizeof word) {
            put_stuffed(job, run->data + i, sizeof word);
        } else {
            memcpy(job->sink.next_output_byte, &word, sizeof word);
            job->sink.next_output_byte += sizeof word;
            job->sink.free_in_buffer -= sizeof word;
        }
    }
    run->nbytes = 0;
}

/* Concatenates the rows of an MCU row, and writes them. */
static bool join_rows(ms_jpeg_scan *scan, ms_jpeg_job *job, unsigned nrows)
{
    ms_bit_writer *to = &scan->rows[0];
    for (unsigned i = 1; i < nrows; i++) {
        ms_bit_writer *row = &scan->rows[i];
        if (!put_dc(scan, to, scan->first[i] - scan->last[i - 1])) {
            return false;
        }
        for (size_t at = 0; at < row->nbytes; at += 8) {
            ms_bits_put(to, ms_bits_peek(row->data, at * 8), 64);
        }
        ms_bits_put(to, row->last, row->nlast);
        row->nbytes = row->nlast = 0;
        row->last = 0;
        scan->begun[i] = false;
    }
    scan->last[0] = scan->last[nrows - 1];
    flush(job, to);
    return true;
}

static void finish(ms_jpeg_scan *scan, ms_jpeg_job *job)
{
    ms_bit_writer *to = &scan->rows[0];
    unsigned pad = (8 - to->nlast % 8) % 8;
    ms_bits_put(to, pad > 0 ? ~(UINT64_MAX >> pad) : 0, pad);
    flush(job, to);
    uint64_t last = htobe64(to->last);
    put_stuffed(job, (const uint8_t *)&last, to->nlast / 8);
    put_byte(job, 0xFF);
    put_byte(job, EOI);
    (*job->sink.term_destination)(&job->to);
}

/* ---- copying ---- */

/* One MCU; the first nrows and ncolumns of Y's blocks are in the image. */
static bool copy_mcu(ms_jpeg_scan *scan, unsigned nrows, unsigned ncolumns)
{
    unsigned column = 0;
    for (unsigned i = 0; i < scan->nkinds; i++) {
        const block_kind *kind = &scan->kinds[i];
        int difference = 0;
        if (!get_dc(kind->dc, scan->clean, &scan->at, &difference)) {
            return false;
        }
        uint64_t ac_at = scan->at;
        int dc = scan->dc_in[kind->component] + difference;
        scan->dc_in[kind->component] = dc;
        if (abs(dc) > DC_MAX || !skip_ac(kind->ac, scan->clean, &scan->at)) {
            return false;
        }
        if (kind->row >= 0) {
            bool inside = (unsigned)kind->row < nrows && column < ncolumns;
            if (inside && !put_block(scan, (unsigned)kind->row, dc, ac_at)) {
                return false;
            }
            column = (column + 1) % scan->ncolumns;
        }
    }
    return scan->at <= (uint64_t)scan->nclean * 8;
}

static unsigned min_of(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

bool ms_jpeg_scan_run(ms_jpeg_scan *scan, ms_jpeg_job *job)
{
    unsigned to_restart = scan->interval;
    set_dc_codes(scan, job->to.dc_huff_tbl_ptrs[0]);
    for (unsigned y = 0; y < scan->height; y += scan->nrows) {
        unsigned nrows = min_of(scan->nrows, scan->height - y);
        for (unsigned x = 0; x < scan->width; x += scan->ncolumns) {
            if (scan->interval > 0 && to_restart-- == 0) {
                if (!skip_restart(scan, job)) {
                    return false;
                }
                to_restart = scan->interval - 1;
            }
            if (scan->marker == 0 && scan->nclean - (size_t)(scan->at >> 3) < PADDING) {
                refill(scan, job);
            }
            if (!copy_mcu(scan, nrows, min_of(scan->ncolumns, scan->width - x))) {
                return false;
            }
        }
        if (!join_rows(scan, job, nrows)) {
            return false;
        }
    }
    if (!is_consumed(scan, job) || scan->marker != EOI) {
        return false;
    }
    finish(scan, job);
    return true;
}
