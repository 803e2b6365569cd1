/* Packing: how most of a file is compressed, by a look at its beginning. Only a guess, for what decoding will
 * cost. */
#ifndef MS_LOGS_STREAM_CODEC_GUESS_H
#define MS_LOGS_STREAM_CODEC_GUESS_H

#include "logs/decode/codec.h"
#include "logs/input/file.h"

/* The file's own compression; of a plain tar archive, that of the first member that has contents and stands
 * near its beginning. NONE also when nothing can be read. At most some small reads. Local. */
ms_codec ms_codec_guess(const ms_file *file);

#endif
