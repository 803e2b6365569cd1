# Colors: on a terminal, unless NO_COLOR; --color; never in a file by itself.
echo key >a.log
show() { sed -n 's/\x1b/ESC/g;3p;/ESC.*COMPLETE/p'; }
terminal() { "$PYTHON" -c 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)' "$@" </dev/null | tr -d '\r'; }
echo auto, pipe && mpiscan logs -n -e key a.log | show
echo always && mpiscan logs -e key --color always a.log | show
echo always, NO_COLOR && NO_COLOR=1 mpiscan logs -e key --color always a.log | show
echo terminal && terminal mpiscan logs -e key a.log | show
echo terminal, NO_COLOR && NO_COLOR=1 terminal mpiscan logs -e key a.log | show
echo terminal, NO_COLOR empty && NO_COLOR='' terminal mpiscan logs -e key a.log | show
echo terminal, never && terminal mpiscan logs -e key --color never a.log | show
echo terminal, --output && terminal mpiscan logs -e key --output report a.log && show <report
echo always, --output && mpiscan logs -e key --color always --output report a.log && show <report
echo json, csv && mpiscan logs -e key --color always --format json a.log | sed -n 2p && mpiscan logs -e key --color always --format csv a.log | tr -d '\r'
echo INCOMPLETE && mpiscan logs -e key --color always a.log gone | sed -n 's/\x1b/ESC/g;/ESC/p'
