# Encodings, with a mark and without, of logs and of keyword files; formats that hide text, and what only looks like them.
. "$PRELUDE"
printf 'l\0o\0g\0o\0n\0 \0f\0o\0o\0\r\0\n\0' >le.log
printf '\0f\0o\0o\0\r\0\n' >be.log
printf '\377\376\0\0f\0\0\0o\0\0\0o\0\0\0' >utf32.log
printf '\377\3762026 foo in ASCII\n' >mark.log
printf 'ascii foo\nf\0o\0o\0\r\0\n\0' >appended.log
printf '0707011530001234 foo login\nfoo 2\n' >cpio.log
printf 'x\234 foo\n' >zlib.log
printf 'ElfFile\0\0\0\0\0\0\0\0\0foo' >events.evtx
printf '\0\001\002\003\004\005\006\007foo\n' >damaged.log.gz
printf '\213\003\200foo bar\n\003' >brotli.log.br # by brotli(1)
printf 'foo in a text\n' >text.log.gz
printf 'caf\351 foo\n' >latin1.log
printf '\223\372\226{\214\352 foo\n' >shift_jis.log
b logs -n -e foo le.log be.log utf32.log mark.log appended.log cpio.log zlib.log text.log.gz
b logs -e foo events.evtx damaged.log.gz brotli.log.br
b logs -a -e foo events.evtx damaged.log.gz
b logs -n --encoding latin1 -e 'café' latin1.log
b logs -n --encoding shift_jis -e '日本語' shift_jis.log
b logs --encoding latin-one -e foo latin1.log
printf '\377\376f\0o\0o\0\r\0\n\0c\0a\0f\0\351\0\n\0' >keywords
b logs -n -f keywords text.log.gz
gzip -nc keywords >keywords.gz
b logs -n -f keywords.gz text.log.gz
b logs -n --encoding latin1 -f latin1.log latin1.log
b logs -n -f events.evtx text.log.gz
tar -cf keywords.tar keywords
b logs -n -f keywords.tar text.log.gz
# ranges: a span that is cut, and one that is not in the first range
{ printf 'one foo\ntwo\n'; printf 'u\0n\0f\0o\0o\0\n\0'; printf 'last foo, as bytes again\n'; } >mixed.log
for size in 1 7 13 20; do
    mpiscan logs --baseline off --split-size $size --format json -n -e foo mixed.log | sed -n 's/.*"line_number":\([0-9]*\),"byte_offset":\([0-9]*\),.*"text":"\([^"]*\)".*/\1 \2 \3/p'
done
{ mpiscan logs --baseline off -n -e foo -; } <mixed.log | sed -n 3,6p
b logs -n -v -e foo mixed.log
b logs -n -m 1 -e foo mixed.log
b logs -n --event-start '^[ou]' -e 'foo' le.log mixed.log
b logs -L -e nothing le.log
gzip -c mixed.log >mixed.gz
tar -cf mixed.tar mixed.log le.log mixed.gz
b logs -n -e foo mixed.gz mixed.tar
# one line that begins like an image hides nothing, also in gzip and tar
printf 'GIF89a user login failed\nfoo\n' >gif.log
printf '\377\330\377 user login failed\nfoo\n' >jpeg.log
printf 'RIFFabcdWEBPVP8 user foo\n' >webp.log
printf 'P5\n1 1 1\nuser foo\n' >pnm.log
printf '\377\nfoo\n' >jxl.log
gzip -c gif.log >gif.gz
tar -cf images.tar gif.log pnm.log gif.gz
b logs -n -e foo gif.log jpeg.log webp.log pnm.log jxl.log gif.gz images.tar
# which files are searched as binary data
printf 'foo\0\1\2\3\n' >records
printf 'bar\0\1\2\3\n' >others
tar -cf records.tar others text.log.gz
b logs -e foo records others records.tar le.log
mpiscan logs --baseline off --format json -e foo records others records.tar | sed -n 's/.*\("type":"\(file\|binary\)","path":"[a-z.]*"\).*/\1/p; s/.*\("files":{[^}]*}\).*/\1/p'
