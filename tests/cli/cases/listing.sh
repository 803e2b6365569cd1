. "$PRELUDE"
# A file with more matching lines than may be listed: all are counted, and that some are not listed is a fault.
for i in 1 2 3 4 5 6 7 8 9; do echo "key $i"; done >a.log
b logs -n -e key --max-listing 100 a.log
b logs -e key --max-listing 1 a.log
