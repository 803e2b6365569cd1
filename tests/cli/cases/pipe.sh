# A reader that has gone ends the output quietly, with the run's own exit status; a full device is an error.
. "$PRELUDE"
mkdir d
i=0
while [ $i -lt 3000 ]; do
    i=$((i + 1))
    echo key >"d/$i.log"
done
gone() {
    { mpiscan "$@" 2>err; echo "exit $?" >code; } | head -n 1 >/dev/null
    cat code err
}
gone logs -n -e key d
gone logs -n --format json -e key d
gone logs --format csv -e key d
gone logs -e key d missing
gone --help
gone --version
gone --man
gone generate logs made --files 1
{ mpiscan logs -e key d; echo "exit $?" >code; } 2>&1 | true
cat code
mkfifo f
head -n 1 f >/dev/null &
mpiscan logs -e key d -o f
echo "exit $?"
wait
head -c 1 f >/dev/null &
mpiscan logs -e key d --result f >/dev/null
echo "exit $?"
wait
mpiscan logs -e key d >/dev/full
echo "exit $?"
mpiscan --help >/dev/full
echo "exit $?"
