/* Second proofs of the formats of known_formats.c: does the rest of the header hold? Each gets the file's
 * first bytes, whose magic number has been compared. Private to logs/decode. */
#ifndef MS_LOGS_DECODE_FORMAT_PROOFS_H
#define MS_LOGS_DECODE_FORMAT_PROOFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef bool (*ms__proof)(const uint8_t *head, size_t n);

bool ms__proof_binary(const uint8_t *head, size_t n); /* the bytes are no text */
bool ms__proof_compress(const uint8_t *head, size_t n);
bool ms__proof_arj(const uint8_t *head, size_t n);
bool ms__proof_arc(const uint8_t *head, size_t n);
bool ms__proof_lha(const uint8_t *head, size_t n);
bool ms__proof_rzip(const uint8_t *head, size_t n);
bool ms__proof_bzip3(const uint8_t *head, size_t n);
bool ms__proof_zpaq(const uint8_t *head, size_t n);
bool ms__proof_squashfs(const uint8_t *head, size_t n);
bool ms__proof_avro(const uint8_t *head, size_t n);
bool ms__proof_age(const uint8_t *head, size_t n);
bool ms__proof_android(const uint8_t *head, size_t n);
bool ms__proof_etl(const uint8_t *head, size_t n);
bool ms__proof_openpgp(const uint8_t *head, size_t n); /* has no magic number */
bool ms__proof_openpgp_key(const uint8_t *head, size_t n);
bool ms__proof_zlib(const uint8_t *head, size_t n); /* has no magic number */
bool ms__proof_lzma(const uint8_t *head, size_t n); /* a trial: text and zeros are not */

#endif
