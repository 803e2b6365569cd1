# What is no regular file is skipped with its reason and never waited for; links.
. "$PRELUDE"
mkdir -p d/sub
echo key >d/real
ln -s real d/link
ln -s sub d/directory
ln -s nowhere d/dangling
ln -s . d/loop
ln d/real d/hard
mkfifo d/fifo
"$PYTHON" -c 'import socket; s = socket.socket(socket.AF_UNIX); s.bind("d/socket")'
ln -s /dev/null d/device
echo key >d/sub/x
b logs -e key d
b logs -e key --follow d
b logs -e key d/socket d/dangling /dev/null d/link d/directory
ln -s self self
b logs -e key self
