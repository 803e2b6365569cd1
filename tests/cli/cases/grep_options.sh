# What grep's users expect: -v, -L, -m, -q, --and, --not; whole events; the match of a long line.
. "$PRELUDE"

# Without ranks and summary.
j() {
    t "$@" | grep -v '^{"type":"\(rank\|summary\)"'
}
printf 'one KEY\ntwo\r\nthree KEY other\n\nfive other\nsix KEY' >a.log
printf 'none\n' >b.log
: >empty.log
printf '\037\213\010 no gzip' >bad.gz
b logs -v -n -e KEY a.log b.log empty.log
b logs -v -e KEY .
b logs -v -l -e KEY .
b logs -L -e KEY .
j logs -L -e KEY --format json a.log b.log empty.log
b logs -L -e KEY --format csv a.log b.log empty.log
b logs -v -n -B 1 -e KEY a.log
b logs -m 2 -n -A 1 -e KEY a.log
b logs -m 1 -v -e KEY a.log
b logs -n -e KEY --and other a.log
b logs -n -e KEY --not other a.log b.log
b logs -n --and other a.log
b logs -n --not KEY a.log
b logs -n --not KEY --not other -v a.log
j logs -n --format json -e KEY -e other --and other --not five a.log
t logs -q -e KEY a.log
t logs -q -e KEY b.log
t logs -q -e KEY b.log bad.gz
t logs -q -e KEY a.log bad.gz
t logs -q -n -e KEY -o quiet.out a.log
head -1 quiet.out
cat >trace.log <<'EOF'
2026-11-30 10:00:00 INFO start
2026-11-30 10:00:01 ERROR failed
  at a.b(c.java:1)
  caused by: KEY
  at d.e(f.java:2)
  caused by: KEY again
  at g.h(i.java:3)
2026-11-30 10:00:02 INFO next
2026-11-30 10:00:03 INFO KEY
EOF
b logs -n -e KEY --event-start '^[0-9]{4}-' trace.log
b logs -n -m 1 -e KEY --event-start '^[0-9]{4}-' trace.log
b logs -c -e KEY --event-start '^[0-9]{4}-' trace.log
b logs -n -e KEY --event-start '(' trace.log
{ head -c 300000 /dev/zero | tr '\0' x; printf ' KEY '; head -c 300000 /dev/zero | tr '\0' y; printf '\n'; } >long.log
{ head -c 262144 /dev/zero; printf 'KEY after a hole\n'; } >hole.log
b logs -n --max-line 40 -e KEY long.log
j logs -n --max-line 40 --format json -e KEY long.log
b logs -n -e KEY hole.log
mkdir t
cp a.log b.log empty.log t
tar --sort=name -cf t.tar t
b logs -L -e KEY t.tar
j logs -L -e KEY --format json t.tar
b logs -m 1 -n -e KEY t.tar
b logs -v -m 1 -e KEY t.tar
b logs -L -e KEY --result t.result t.tar a.log b.log
b report t.result
b report -q t.result
