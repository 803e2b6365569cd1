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
