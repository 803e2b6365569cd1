# A keyword that types a CR is searched for in a line with the CR of its CR LF, too, as grep has it; all others without.
. "$PRELUDE"
cr=$(printf '\r')
{
    printf 'foo\r\nfoo\nxfoo\r\nfoox\r\nfoo\r\r\n\r\n\nFOO\r\nf\303\266o foo\r\nbar\r\na\rfoo b\r\n'
    awk 'BEGIN { for (i = 0; i < 3000; i++) printf "word%d ", i; printf "foo\r\n"; for (i = 0; i < 3000; i++) printf "\303\266rd%d ", i; printf "foo\r\nfoo\n" }'
    printf 'foo\r'
} >a.log
sed 's/\r$//' a.log | sed '$s/$/\r/' >without
# what grep finds without the CR; with a CR in the keyword, and what it finds with it
right() {
    {
        LC_ALL=C.UTF-8 grep -an "$@" without
        case $* in *"$cr"* | *'\r'* | *'\x0d'*) LC_ALL=C.UTF-8 grep -an "$@" a.log ;; esac
    } | cut -d: -f1 | sort -nu | tr '\n' ' '
}
found() {
    mpiscan logs -n --format json --baseline off "$@" a.log 2>&1 | sed -n 's/.*"line_number":\([0-9]*\),.*/\1/p' | tr '\n' ' '
}
check() {
    wanted=$(right "$@")
    for how in '--buffer-size 1M' '--buffer-size 4096' '--split-size 4096' '--buffer-size 64'; do
        got=$(found $how "$@")
        test "$got" = "$wanted" || echo "wrong with $how: $got"
    done
    echo "$*: $wanted" | tr '\r' '^'
}
for options in -F -Fw -Fx -Fi -Fwi -P -Pw -Px -Pi; do
    check $options -e "foo$cr"
    check $options -e foo
    check $options -e "$cr"
done
for regex in 'foo\r$' '^foo\r$' 'foo\r\r' '(foo|bar)\r' 'o.\r' 'foo$' 'foo.$' 'foo\s' 'foo\x0d' '^\r$' 'ö.* foo\r' '[\r]$' 'foo(?=\r)' 'foo(?!\r)' 'foo\r?$'; do
    check -P -e "$regex"
done
check -F -e "foo$cr" -e bar
