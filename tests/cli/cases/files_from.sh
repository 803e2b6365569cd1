# --files-from: a file, standard input, NUL-separated; with operands; empty.
. "$PRELUDE"
mkdir d
echo key >d/a
echo key >d/b
echo key >'d/with space'
echo key >"d/new
line"
printf 'd/a\n\nd/with space\n' >list
b logs -l -e key --files-from list
b logs -l -e key --files-from list d/b
find d -type f -print0 | b logs -l -e key --files-from - -0
printf 'd/b' | b logs -l -e key --files-from -
printf '' | b logs --files-from -
printf 'gone\nd/a\n' | b logs -l -e key --files-from -
b logs --files-from missing
b logs -0 d
