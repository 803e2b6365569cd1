# How hits are shown: counts, lines, context, names.
. "$PRELUDE"
printf 'one\ntwo KEY\nthree\nfour\nfive KEY KEY\nsix\nseven\n' >a.log
printf 'KEY\n' >b.log
echo none >c.log
b logs -e KEY a.log b.log c.log
b logs -c -e KEY .
b logs -n -e KEY .
b logs -n -C 1 -e KEY a.log
b logs -n -A 1 -e KEY a.log
b logs -n -B 2 -e KEY a.log
b logs -n -C 5 -A 0 -e KEY a.log
b logs -n -c -e KEY b.log
b logs -l -e KEY .
b logs -n --max-line 5 -e KEY a.log
b logs -e nowhere .
