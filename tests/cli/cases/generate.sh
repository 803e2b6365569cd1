# generate: the same bytes on every machine.
. "$PRELUDE"
sum() { cat "$1"/* | sha256sum; ls "$1" | wc -l; }
t generate logs a --files 3 --lines 10 --seed 5 && sum a
t generate logs b --files 3 --lines 10 --seed 5 && cmp a/log_0001.log b/log_0001.log
t generate logs c --files 3 --lines 10 --seed 6 && sum c
t generate logs d --files 3 --lines 10 --style syslog --inject 1 && sum d
b logs d
t generate logs e/deep/er --files 2 --lines 0 --inject 0 && sum e/deep/er
t generate logs f --files 2 --inject 0.0 && sum f
t generate logs a --files 2 --lines 1 --seed 5 && sum a
echo file >g
t generate logs g
t generate logs g/below
t generate logs "$(printf 'n\033ame')" --files 2 --lines 1
