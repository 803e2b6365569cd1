# --include, --exclude, --max-depth.
. "$PRELUDE"
mkdir -p d/sub/deep d/skip
for f in d/a.log d/b.txt d/.hidden.log d/sub/c.log d/sub/deep/e.log d/skip/f.log; do echo key >$f; done
b logs -l -e key d
b logs -l -e key --include '*.log' d
b logs -l -e key --exclude '*.log' d
b logs -l -e key --include '*.log' --include '*.txt' --exclude skip d
b logs -l -e key --exclude 'd/sub/*' d
b logs -l -e key --include '*.log' d/b.txt
b logs -l -e key --include 'nothing' d
b logs -l -e key --max-depth 0 d d/a.log
b logs -l -e key --max-depth 1 d
b logs -l -e key --max-depth 2 d
b logs -l -e key --exclude 'skip/' --exclude './d/sub/deep' d
b logs -l -e key --include 'sub/' d
b logs -l -e key --include 'sub/*.log' d
b logs -l -e key --include '/{a,b}.*' d
b logs -l -e key --include '*.log' --include '*.gz' --exclude 'a.log/' d
b logs -e key --include '{a' d
b logs -e key --exclude 'a}' d
