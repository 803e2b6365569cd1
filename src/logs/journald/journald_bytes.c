/* Pages of the file, and pieces of it that may cross a boundary between two. */
#include "logs/journald/journald_internal.h"

#include <stdlib.h>
#include <string.h>

ms_code ms__journald_bytes_init(ms__journald_bytes *bytes, ms_pread_fn pread, void *self, uint64_t size,
                                ms_err *err)
{
    bytes->pread = pread;
    bytes->self = self;
    bytes->size = size;
    bytes->pages = malloc((size_t)MS__NJPAGES * MS__JPAGE);
    return bytes->pages ? MS_OK : ms_err_set(err, MS_NOMEM, 0, "out of memory for a journal");
}

/* The page with this id, or the one that it replaces. */
static size_t find_page(const ms__journald_bytes *bytes, uint64_t id)
{
    size_t first = (size_t)(id % (MS__NJPAGES / MS__NJWAYS)) * MS__NJWAYS;
    size_t oldest = first;
    for (size_t i = first; i < first + MS__NJWAYS; i++) {
        if (bytes->ids[i] == id) {
            return i;
        }
        oldest = bytes->used[i] < bytes->used[oldest] ? i : oldest;
    }
    return oldest;
}

/* Makes the page with this id the one used last. */
static ms_code load(ms__journald_bytes *bytes, uint64_t id, ms_err *err)
{
    size_t page = find_page(bytes, id);
    if (bytes->ids[page] != id) {
        uint64_t from = (id - 1) * MS__JPAGE;
        size_t want = bytes->size - from < MS__JPAGE ? (size_t)(bytes->size - from) : MS__JPAGE;
        size_t n = 0;
        bytes->ids[page] = 0;
        MS_TRY(bytes->pread(bytes->self, from, bytes->pages + page * MS__JPAGE, want, &n, err));
        if (n < want) {
            return ms_err_set(err, MS_IO, 0,
                              "the file shrank while it was read: %llu of %llu bytes were there",
                              (unsigned long long)(from + n), (unsigned long long)bytes->size);
        }
        bytes->ids[page] = id;
    }
    bytes->used[page] = ++bytes->clock;
    bytes->last = page;
    return MS_OK;
}

ms_code ms__journald_bytes_at(ms__journald_bytes *bytes, uint64_t offset, size_t n, const uint8_t **at,
                              ms_err *err)
{
    size_t done = 0;
    size_t in_page = (size_t)(offset % MS__JPAGE);
    if (bytes->ids[bytes->last] != offset / MS__JPAGE + 1) {
        MS_TRY(load(bytes, offset / MS__JPAGE + 1, err));
    }
    *at = bytes->pages + bytes->last * MS__JPAGE + in_page;
    if (n <= MS__JPAGE - in_page) {
        return MS_OK;
    }
    done = MS__JPAGE - in_page;
    memcpy(bytes->across, *at, done);
    MS_TRY(load(bytes, offset / MS__JPAGE + 2, err));
    memcpy(bytes->across + done, bytes->pages + bytes->last * MS__JPAGE, n - done);
    *at = bytes->across;
    return MS_OK;
}
