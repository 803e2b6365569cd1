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
