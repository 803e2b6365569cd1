# tar archives: members are files of their own, ARCHIVE!MEMBER; the archive is the file that the ledger counts.
. "$PRELUDE"
mkdir -p d t
printf 'one\ntwo KEY\n' >d/a.log
printf 'KEY\nKEY\n' >d/b.log
echo none >d/c.log
printf 'Rar!\032\007\0' >d/z.rar
pack() { tar --format=ustar -C d -cf "$@"; }
pack t/1.tar a.log b.log c.log
pack d/inner a.log
gzip -n d/b.log
tar --format=gnu -C d -czf t/2 b.log.gz inner c.log
pack t/3.tar a.log z.rar b.log.gz
head -c 900 t/1.tar >t/4.tar
b logs -n -e KEY t/1.tar
b logs -n -e KEY t/2
b logs -l -e KEY t/1.tar t/2
b logs -e KEY t
t logs -e KEY --format csv t/1.tar t/2
b logs -e nowhere t/1.tar
tar --format=gnu --label=BACKUP -C d -cf t/5.tar b.log.gz c.log
b logs -e KEY t/5.tar
