#include "logs/scan/event_starts.h"

#include <stdlib.h>
#include <string.h>

ms_code ms_event_starts_init(ms_event_starts *starts, const char *expression, ms_err *err)
{
    if (!expression) {
        return MS_OK;
    }
    starts->keywords.regex = true;
    MS_TRY(ms_keywords_add(&starts->keywords, expression, strlen(expression), err));
    ms_code code = ms_matcher_new(&starts->matcher, &starts->keywords, NULL, err);
    if (code == MS_USAGE) {
        ms_err_prefix(err, "--event-start");
    }
    return code;
}

void ms_event_starts_fini(ms_event_starts *starts)
{
    ms_matcher_free(starts->matcher);
    ms_keywords_fini(&starts->keywords);
    free(starts->list);
    *starts = (ms_event_starts){0};
}

/* An ms_match_fn. */
static ms_code add_start(void *user, const ms_match *match)
{
    ms_event_starts *starts = user;
    if (starts->count == starts->cap) {
        size_t cap = starts->cap > 0 ? 2 * starts->cap : 256;
        uint32_t *grown = reallocarray(starts->list, cap, sizeof *grown);
        if (!grown) {
            return MS_NOMEM;
        }
        starts->list = grown;
        starts->cap = cap;
    }
    starts->list[starts->count++] = (uint32_t)match->start;
    return MS_OK;
}

ms_code ms_event_starts_find(ms_event_starts *starts, const uint8_t *block, size_t n, ms_err *err)
{
    starts->count = 0;
    return starts->matcher ? ms_matcher_block(starts->matcher, block, n, add_start, starts, err) : MS_OK;
}

void ms_event_starts_take_fault(ms_event_starts *starts, ms_err *fault)
{
    if (starts->matcher) {
        ms_matcher_take_fault(starts->matcher, fault);
    }
}

ms_code ms_event_starts_begin(ms_event_starts *starts, ms_err *err)
{
    return starts->matcher ? ms_matcher_long_begin(starts->matcher, err) : MS_OK;
}

ms_code ms_event_starts_feed(ms_event_starts *starts, const uint8_t *data, size_t n, ms_err *err)
{
    return starts->matcher ? ms_matcher_long_feed(starts->matcher, data, n, err) : MS_OK;
}

void ms_event_starts_cr(ms_event_starts *starts)
{
    if (starts->matcher) {
        ms_matcher_long_cr(starts->matcher);
    }
}

ms_code ms_event_starts_end(ms_event_starts *starts, bool *is_start, ms_err *err)
{
    const uint32_t *ids = NULL;
    uint32_t nids = 0;
    *is_start = false;
    if (starts->matcher) {
        MS_TRY(ms_matcher_long_end(starts->matcher, &ids, &nids, err));
        *is_start = nids > 0;
    }
    return MS_OK;
}
