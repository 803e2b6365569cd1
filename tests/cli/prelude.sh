# What the cases share: `. "$PRELUDE"`. A transcript on standard output: the command, what it wrote, how it ended.

# t ARG...: all of it.
t() {
    printf '$'
    printf ' %s' mpiscan "$@"
    echo
    mpiscan "$@" >../out 2>../err
    code=$?
    cat ../out
    sed 's/^/stderr: /' ../err
    [ $code -eq 0 ] || echo "exit $code"
}

# b ARG...: the same without the table of ranks and what follows it.
b() {
    t "$@" | sed '/^rank  *host  *tasks/,/^exit/{/^exit/!d;}'
}
