# What is read once: -, what is piped in, FIFOs, descriptors.
. "$PRELUDE"
mkdir d
echo key >d/a
printf 'one\nkey two\n' | b logs -n -e key -
printf 'one\nkey two\n' | b logs -n -e key
printf 'key\n' | b logs -e key - d/a d
printf 'key\n' | b logs -e key /dev/stdin
printf 'key\n' | gzip | b logs -e key -
(cd d && tar cf - a) | b logs -e key -
printf '\377\376k\0e\0y\0\n\0' | b logs -e key -
(exec 7<d/a && b logs -e key /dev/fd/7)
b logs -e key - <d/a
b logs -e key - </dev/null
mkfifo fifo
echo key >fifo &
b logs -e key fifo
wait
b logs -e key --max-depth 1 .
printf 'key\n' >d/-
(cd d && printf -- '-\n' | b logs -e key --files-from -)
(cd d && b logs -e key ./-)
echo key | b logs -e key - --files-from -
echo key | b logs -f - -
echo key | b logs -e key - /dev/stdin
echo key | b images - -o gray
echo key | b logs -f - d
b logs -e key -
echo key | $MPIRUN -np 2 mpiscan logs -e key - d/a --format csv --baseline off
echo key | $MPIRUN -np 2 mpiscan logs -e key d/a --format csv --baseline off
