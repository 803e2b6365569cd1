# --output: into a file, whole; an old file keeps its mode, a new one is private, a link is refused,
# a device is written to.
. "$PRELUDE"
echo key >a.log
t logs -e key a.log --output report && sed -n 3p report
echo old >old && chmod 640 old && ln -s old link
t logs --format csv -e key a.log -o old && stat -c %a old && cat old
t logs --format csv -e key a.log -o link
t logs --format csv -e key a.log --output /dev/stdout
t logs --format csv -e key a.log --output ./
t logs --format csv -e key a.log --output no/such/directory
ln -s nowhere dangling
t logs --format csv -e key a.log --output dangling
mkdir d && echo key >d/a && echo key >d/report
b logs -e key d --output d/report && sed -n '/^skipped/p' d/report
umask 027 && mpiscan logs a.log --output new && stat -c %a new
ls -A
