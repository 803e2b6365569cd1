# Nothing from a name or a line may drive the terminal of the reader.
. "$PRELUDE"
mkdir d
printf 'key \033[31m red \007 bell \r over \t tab \177 del \302\233 csi\n' >"$(printf 'd/na\033[2Jme\tx')"
printf 'key \342\200\256 override \342\201\246 isolate\nkey \377\376 bytes \303\244\n' >"$(printf 'd/z\nline \342\200\256')"
b logs -n -e key d
t logs -e key -E -e "$(printf 'k\033?ey')" d | head -n 4
b logs "$(printf 'go\033ne')"
mpiscan logs -n -e key d | LC_ALL=C grep -c "$(printf '[\001-\010\013-\037\177]')"
b logs -n --format json -e key d | grep -v -e '"rank"' -e '"summary"'
mpiscan logs -n --format json -e key d | LC_ALL=C grep -c "$(printf '[\001-\011\013-\037\177]')"
true # grep -c says 0, and that is what is wanted
