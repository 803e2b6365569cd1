# Which keywords: -e -f -i -w -E -F, the default.
. "$PRELUDE"
printf 'unauthorized access\nUnauthorized Access\nrooted\nroot\nuser.root,x\nr00t\na.b\naxb\n' >a.log
printf 'root\r\n\nr00t\n' >words
b logs a.log
b logs -i a.log
b logs -n -e root a.log
b logs -n -w -e root a.log
b logs -n -E -e 'r[o0]+t$' a.log
b logs -n -E -w -e 'r[o0]+t' a.log
b logs -n -e a.b a.log
b logs -n -E -e a.b a.log
b logs -n -E -F -e a.b a.log
b logs -n -e root -e user -e root a.log
b logs -e 'root
r00t' a.log
b logs -f words -e a.b a.log
b logs -i -e ROOT -e rOOt a.log
printf 'Ä\nä\n' >utf8
b logs -n -i -e ä utf8
echo a keyword that stands everywhere
yes 'he sees these eels' | head -c 17000000 >big.log
yes 'no such letters in it: a-b-c' | head -c 17000000 >small.log
for keyword in e eels zzz; do
    echo "$keyword: $(mpiscan logs -e "$keyword" big.log | grep -c 'the search will be slow')"
done
mpiscan logs -e nothing -e e big.log small.log | grep 'occurs about every'
mpiscan logs -E -e '[aeiou]' big.log | grep 'occurs about every'
head -c 17000000 /dev/urandom | base64 | gzip -1 >packed.gz
mpiscan logs -e a -e b -e c -e d packed.gz | grep 'occurs about every'
