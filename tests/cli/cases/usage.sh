# Every usage error: its text, exit code 2, nothing on standard output.
. "$PRELUDE"
echo key >a.log
t
t frobnicate
t generate
t generate images
t --bogus
t logs --bogus
t logs -Z
t logs --format
t logs -e
t logs --follow=yes a.log
t --format json
t logs --files 3
t logs --style syslog
t generate logs
t generate logs ''
t generate logs a b
t generate logs a -n
t logs -e '' a.log
t logs -e 'a

b' a.log
t logs -f '' a.log
t logs --include '' a.log
t logs --output '' a.log
t logs --files-from '' a.log
t logs --format xml a.log
t logs --color sometimes a.log
t logs --baseline maybe a.log
t generate logs x --style fancy
t logs --max-depth -1 a.log
t logs --max-depth 1x a.log
t logs --max-depth 18446744073709551616 a.log
t logs --shard 0/4 a.log
t logs --shard 5/4 a.log
t logs --shard 4 a.log
t logs --shard 1/ a.log
t logs --shard 1/4/4 a.log
t logs --shard 1/1000001 a.log
t logs -C 1000001 -n a.log
t logs --max-line 0 a.log
t logs --max-line 2G a.log
t logs --repeat 1001 a.log
t logs --seed -3
t generate logs x --files 0
t generate logs x --inject 1.1
t generate logs x --inject nan
t generate logs x --lines 1e3
t logs -n -l a.log
t logs -l -C 1 a.log
t logs -C 1 a.log
t logs -n --format csv a.log
t logs -o same --result same a.log
t report
t report -l a.log
t merge a.log
t logs -0 a.log
t logs -f missing a.log
t logs --files-from missing
t logs -E -e '(' a.log
t logs -E -e key -e 'a[b' a.log
t logs -P -e 'a(?<=b*)' a.log
t logs --colo always a.log
t logs "--bo$(printf '\033')gus"
t "$(printf 'lo\377gs')"
t logs --buffer-size 1 a.log
t logs --chunk-size 0 a.log
for option in -r -R -H -I -s -g -j -z -b -u -S -U -3 --recursive --exclude-dir=x --regexp=x --null-data --ignroe-case; do
    t logs $option -e key a.log
done
t logs -o -e key a.log
t images -i a.log
t -i key a.log
t error a.log
ls -A
