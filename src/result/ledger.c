#include "result/ledger.h"

bool ms_ledger_complete(const ms_ledger *ledger)
{
    return ledger->failed == 0 && ledger->scanned + ledger->skipped == ledger->enumerated;
}

/* false when a sum does not fit. */
static bool count_image(ms_ledger *ledger, const ms_image_part *image)
{
    uint64_t pixels = (uint64_t)image->width * image->height;
    ledger->images++;
    ledger->lossless += image->lossless ? 1 : 0;
    return !__builtin_mul_overflow(pixels, image->pages, &pixels) &&
           !__builtin_add_overflow(ledger->pixels, pixels, &ledger->pixels) &&
           !__builtin_add_overflow(ledger->nbytes_out, image->nbytes_out, &ledger->nbytes_out);
}

static void count_members(ms_ledger *ledger, const ms_record *record)
{
    ms_str name;
    ms_record member;
    for (size_t at = 0; ms_record_next_member(record, &at, &name, &member);) {
        ledger->matching_members += member.nmatching > 0 ? 1 : 0;
        ledger->skipped_members += member.status == MS_STATUS_SKIPPED ? 1 : 0;
    }
}

bool ms_ledger_add(ms_ledger *ledger, const ms_record *record)
{
    ledger->enumerated++;
    switch (record->status) {
    case MS_STATUS_SCANNED:
        ledger->scanned++;
        break;
    case MS_STATUS_SKIPPED:
        ledger->skipped++;
        break;
    case MS_STATUS_FAILED:
        ledger->failed++;
        break;
    case MS_STATUS_UNDONE:
        ledger->undone++;
        break;
    }
    ledger->binary += (record->flags & MS_RECORD_BINARY) != 0 ? 1 : 0;
    /* What was found in a file before it failed counts: a hit is never lost. */
    ledger->matching_files += record->nmatching > 0 ? 1 : 0;
    count_members(ledger, record);
    return !__builtin_add_overflow(ledger->nbytes, record->nbytes, &ledger->nbytes) &&
           !__builtin_add_overflow(ledger->matching_lines, record->nmatching, &ledger->matching_lines) &&
           (!ms_record_has_image(record) || count_image(ledger, &record->image));
}
