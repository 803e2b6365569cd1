# systemd journals: one line an entry, under any name, compressed or in an archive; damage is a fault, the rest is kept.
. "$PRELUDE"
mkdir -p d t
tail -c +2 "$CASES/../../data/fuzz/journald/regular" >d/log
b logs -n -e user3 -e user5 d/log
b logs -e ssh.service d/log
b logs -n -e _SYSTEMD_UNIT=ssh.service --journal-fields d/log
b logs -n -E -e 'user[23] from 3$' d/log
gzip -n <d/log >t/system.journal~.gz
b logs -n -e user3 t
tar --format=ustar -C d -czf t/sosreport.tgz log
b logs -n -e user3 t/sosreport.tgz
TMPDIR=/proc b logs -e user3 t/system.journal~.gz
head -c 2000 d/log >t/cut
b logs -c -e Failed t/cut
tr 3 4 <d/log >t/changed
b logs -c -e Failed t/changed
{ head -c 12 d/log; printf '\100'; tail -c +14 d/log; } >t/flags
b logs -e Failed t/flags
head -c 8 d/log >t/magic
printf 'LPKSHHRH Failed\n' >t/text
b logs -e Failed t/magic t/text
