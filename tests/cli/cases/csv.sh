# --format csv: RFC 4180; nothing that controls a terminal or runs in a spreadsheet; names come back exactly.
. "$PRELUDE"
mkdir d
echo key >'d/plain'
echo key >'d/com,ma'
echo key >'d/quo"te'
echo key >"d/new
line"
echo key >'d/ blank'
echo key >'d/=1+1'
echo key >'d/semi;colon'
echo key >'d/back\xff'
echo none >d/none
printf 'key\nk,e"y\nkey\n=cmd; @x\n' >d/zz
(cd d && cp plain "$(printf 'c\rr')" && cp plain "$(printf 'b\377d')" && cp plain "$(printf 'e\033[2J\302\233\342\200\256')")
mpiscan logs --format csv -e key -e 'k,e"y' -e '=cmd; @x' d | cat -A
mpiscan logs --format csv -l -e key d/plain d/zz | cat -A
mpiscan logs --format csv -e nowhere d | cat -A
(cd d && for name in =1 +1 -1 @1 "$(printf '\t=1')" ' =1' "$(printf '\357\274\2351')"; do echo key >"./$name"; done
 find . -name '*1' -printf '%P\n' | mpiscan logs --format csv -e key --files-from -)
mpiscan logs --format csv -e key d | "$PYTHON" -c '
import csv, io, os, re, sys
def undo(text):
    short = {b"t": b"\t", b"n": b"\n", b"r": b"\r", b"\\": b"\\"}
    one = lambda m: short[m[1]] if m[1] else bytes([int(m[2], 16)])
    return re.sub(rb"\\(?:([tnr\\])|x([0-9a-f]{2}))", one, text.encode())
data = sys.stdin.buffer.read()
rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
names = [undo(row[0]) for row in rows[1:]]
files = sorted(b"d/" + name for name in os.listdir(b"d") if b"key" in open(b"d/" + name, "rb").read())
print(names == files, len(names), re.search(rb"[\0-\x09\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]", data.replace("\uff1d".encode(), b"")))
print([row for row in rows if row[0].lstrip()[0] in "=+-@\t\r"])'
mpiscan logs --format csv -e key d/plain gone 2>&1
echo "exit $?"
