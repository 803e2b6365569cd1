# Keywords are about characters: -i, -w, -x and expressions in text beyond ASCII; what PCRE2 has and Hyperscan has not.
. "$PRELUDE"

printf 'λάθος\nstraße\nüber\nber\nÉx\näää\nää\nx\302\240y\n\342\204\252elvin\nÅ\n' >chars.log
printf 'foo \377 bar\nfo\344r\nfoo\377\nÄ\377x\n' >bytes.log
printf 'foobar\nfoobaz\nabab\nabba\nthe end\nend\n' >ascii.log
n() {
    t logs -n "$@" | grep '^  [0-9]\|^exit\|^FAILED\|^\$'
}
n -i -e ΛΆΘΟΣ -e STRAẞE chars.log
n -i -E -e ΛΆΘΟΣ -e 'STRAẞE$' chars.log
n -w -e ber chars.log
n -w -E -e 'b.r' chars.log
n -E -e '^[éÉ]x' chars.log
n -E -e '^ä{2}$' chars.log
n -E -e '^.x' -e '^.{4}$' chars.log
n -E -e '\bber' -e 'x\sy' chars.log
n -i -E -e '^kel' -e '^å' chars.log
n -P -e '\p{Greek}{5}' -e '^\X\X$' chars.log
n -x -e ber -e ää chars.log
n -x -E -e '..|b' chars.log
n -E -e 'foo.*bar' -e '\xff' -e '^fo.r$' bytes.log
n -i -E -e '^ä.x' bytes.log
n -P -e 'foo(?!bar)' -e '(?<=the )end' ascii.log
n -E -e '(ab)\1' -e '^(.)(.)\2\1$' ascii.log
n -E -e '(^|x)foo' ascii.log
n -E -w -e '^the|end$' ascii.log
n -E -e '\<.*z' ascii.log
n -x -e end -e foo ascii.log
n -x -i -E -e 'THE.*' ascii.log
n -P -e 'foo\Kbar' -e 'a(?>b+)b' ascii.log

# Each line has a number of steps: a line that takes more is a fault, and the others are searched.
printf '%040d!\nxyy\n' 0 | tr 0 x >slow.log
b logs -P -n -e '^(x+x+)+\K$' -e yy slow.log

# A long line is shown around its match, also where that is known at the line's end only.
printf '%03000d KEY bar %03000d\303\251\n' 0 0 >long.log
for size in 64 65536; do
    n --buffer-size $size --max-line 40 -P -e 'KEY(?= bar)' long.log
    n --buffer-size $size --max-line 40 -i -E -e 'key b.r' long.log
done
