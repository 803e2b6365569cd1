# Lines as grep sees them, and what grep would not: CRLF, NUL, no last newline, UTF-16, long lines.
. "$PRELUDE"
printf 'key\r\nend key' >crlf
printf 'a\0key\0\nkey\n' >nul
printf '\377\376k\0e\0y\0\n\0x\0\n\0k\0e\0y\0' >utf16
printf '\357\273\277key\n' >bom
{ head -c 700000 /dev/zero | tr '\0' x; printf 'key\nkey\n'; } >long
printf '7z\274\257\047\034\0\004' >7z.log
b logs -n -E -e 'key$' crlf
b logs -n -E -e '^key' crlf nul bom
b logs -n -e key nul
b logs -n -e key utf16
b logs -n --max-line 10 -e key long
b logs -n -e key 7z.log
