# A path reached twice counts once, under the name it is reached by first.
. "$PRELUDE"
mkdir -p d/sub
echo key >d/a
echo key >d/sub/b
b logs -e key d/a d/a
b logs -e key d/a ./d/a d//a
b logs -e key d d
b logs -e key d d/a
b logs -e key d/a d
b logs -e key d ./d/sub
b logs -e key ./d/sub d
b logs -e key "$PWD/d" d | sed "s|$PWD|PWD|"
printf 'd/a\nd\n' | b logs -e key --files-from - d/sub/b
