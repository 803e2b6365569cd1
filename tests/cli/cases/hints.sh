# What was probably meant otherwise.
. "$PRELUDE"
h() {
    t "$@" | sed -n '1p;/^searched/p;/^FAILED/p;/^exit/p;/^stderr/p;/^nothing/p;/COMPLETE/p;/SIMULATED/p;/does not exist/p;/CR LF/,$p'
}
echo error >sys.log
h logs error sys.log
h logs 'failed login' sys.log
h logs "it's" sys.log
h logs "$(printf 'e\033')"
h logs sys.log gone
h logs -e error gone
h logs -e error -- -x
printf '\357\273\277sys.log\n' >list
h logs -e error --files-from list
printf 'sys.log\r\ngone\r\n' >list
h logs -e error --files-from list
printf 'sys.log\ngone\r\n' >list
h logs -e error --files-from list
printf '\377\376s\0y\0s\0\n\0' | h logs -e error --files-from -
printf 'sys.log\0' | h logs -e error --files-from -
printf '\n' >blank
h logs -f /dev/null -e error sys.log
h logs -f /dev/null -f blank sys.log
h logs --simulate 1 -e error sys.log
h logs --simulate 1 -e error sys.log --result r >/dev/null
h report r
mpiscan report r --format json | grep -o '"complete":[a-z]*,"simulated":[a-z]*'
h logs -e error sys.log --result no/r
h logs -e error sys.log --result r/x
h logs -e error sys.log -o report --result sys.log/x
ls
