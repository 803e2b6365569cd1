# Nothing to search: an empty directory, an empty file, a file of one byte.
. "$PRELUDE"
mkdir d
b logs d
: >e
b logs e
printf '\n' >n
b logs -n e n
printf k >k
b logs -n -e k k
t logs --format json d
t logs --format csv d
t logs ''
$MPIRUN -np 2 mpiscan logs d | sed '/^rank/,$d'
