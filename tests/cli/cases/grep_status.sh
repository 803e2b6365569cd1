# Exit codes: 0 and 1 for complete and incomplete; with --grep-status as grep's.
. "$PRELUDE"
echo key >a.log
for args in '-e key a.log' '-e none a.log' '-e key a.log gone' '-e none gone' '--bogus'; do
    for status in '' --grep-status; do
        mpiscan logs $args $status >/dev/null 2>&1
        echo "$args $status: $?"
    done
done
mpiscan logs -e key --grep-status a.log --output no/such 2>/dev/null
echo "cannot be written: $?"
