/* mpiscan merge: the JSON reports of all shards of a run -> one report. */
#ifndef MS_REPORT_MERGE_SHARDS_H
#define MS_REPORT_MERGE_SHARDS_H

#include "config/settings.h"

/* Reads the reports settings->paths, which must be all N shards of one run (--shard I/N), and writes the
 * report of the run without shards as ms_report_write does: its entries, ledger and digest are the same; its
 * ranks are those of all shards, its wall time is the longest shard's, and there is no comparison. *complete:
 * nothing failed. Holds the records of all, as rank 0 of the run would. MS_USAGE when the files are no such
 * set or cannot be read, MS_FORMAT when one was damaged (the text names file and line), MS_IO, MS_NOMEM.
 * Local. */
MS_MUST_CHECK ms_code ms_merge_shards(const ms_settings *settings, bool color, bool *complete, ms_err *err);

#endif
