# --format csv: RFC 4180.
mkdir d
echo key >'d/plain'
echo key >'d/com,ma'
echo key >'d/quo"te'
echo key >"d/new
line"
echo key >"d/c
r"
echo key >'d/ blank'
echo key >'d/=1+1'
echo none >d/none
printf 'key\nk,e"y\nkey\n' >d/zz
(cd d && mv "c
r" "$(printf 'c\rr')" && cp plain "$(printf 'b\377d')")
mpiscan logs --format csv -e key -e 'k,e"y' d | cat -A
mpiscan logs --format csv -l -e key d/plain d/zz | cat -A
mpiscan logs --format csv -e nowhere d | cat -A
mpiscan logs --format csv -e key d | "$PYTHON" -c '
import csv, io, sys
text = io.TextIOWrapper(sys.stdin.buffer, newline="")
for row in csv.reader(text): print(row)'
mpiscan logs --format csv -e key d/plain gone 2>&1
echo "exit $?"
