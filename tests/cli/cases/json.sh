# --format json: one object a line, in canonical order, every field of every kind.
. "$PRELUDE"
mkdir d
printf 'x\nunauthorized access "quoted" \\ back\ny\n' >d/b.log
printf 'unauthorized access\nfailed password for unauthorized access\n' >d/a.log
mkfifo d/pipe
t logs --format json -e 'unauthorized access' -e 'failed password' d gone
t logs --format json -n d
t logs --format json -n -C 1 d/b.log
t logs --format json -l d
t logs --format json -n --max-line 4 d/b.log
t logs --format json --exclude '*' d
mpiscan logs --format json d gone | "$PYTHON" -c '
import json, sys
objects = [json.loads(line) for line in sys.stdin]
print([o["type"] for o in objects])
s = objects[-1]
print(sorted(s), s["files"], s["complete"])'
