# Names, lines and keywords that are not UTF-8.
mkdir d
printf 'key\n' >"$(printf 'd/\377name')"
printf 'key \200\n\303\244 key\n\303 key\n' >d/text
mpiscan logs --format json -n -e key d | grep -v -e '"rank"' -e '"summary"'
mpiscan logs --format json -n -e "$(printf '\200')" -e '\x80' -e "$(printf '\303\244')" d/text | grep -v -e '"rank"' -e '"summary"'
mpiscan logs --format json "$(printf 'gone\377')" | grep fault
mpiscan logs --format json -n -e key d | "$PYTHON" -c '
import base64, json, sys
for o in map(json.loads, sys.stdin.buffer.read().decode("utf-8").splitlines()):
    for k in o:
        if k.endswith("_base64"): print(k, base64.b64decode(o[k]))'
