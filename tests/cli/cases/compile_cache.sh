# A set of expressions that takes seconds to compile is compiled once, and kept for its owner alone.
. "$PRELUDE"
XDG_CACHE_HOME=$PWD/cache
export XDG_CACHE_HOME
awk 'BEGIN { for (i = 0; i < 1500; i++) printf "a%03db.*c%03dd.*e%03df.*g%03dh[a-z]{1,40}x\n", i, i * 7 % 1000, i * 13 % 1000, i * 29 % 1000 }' >many
echo 'a003b c021d e039f g087hzzx' >a.log
scan() {
    "$@" logs -c -E -f many a.log --baseline off --grep-status | grep -c 'a.log'
    find cache -printf '%y %m ./%P\n' 2>/dev/null | sort | sed 's/[0-9a-f]\{32\}/KEY/'
}
mpiscan logs -E -e 'a003b.*x' a.log --baseline off >/dev/null # not many
find cache 2>/dev/null
scan mpiscan
find cache -name '*.hsdb' -printf '%i\n' >first
scan mpiscan
find cache -name '*.hsdb' -printf '%i\n' | cmp - first && echo kept
for cached in cache/mpiscan/*.hsdb; do
    printf x | dd of="$cached" bs=1 seek=3000 conv=notrunc 2>/dev/null
done
scan $MPIRUN -np 2 mpiscan
find cache -name '*.hsdb' -printf '%i\n' | cmp -s - first || echo replaced
