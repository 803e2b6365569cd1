# Exit code and messages through mpirun: once, not once per rank.
echo key >a.log
$MPIRUN -np 3 mpiscan --version | grep '^mpiscan'
$MPIRUN -np 2 mpiscan logs --format xml 2>../err; echo "exit $?"; grep -c xml ../err
$MPIRUN -np 2 mpiscan logs -e key a.log gone 2>../err >../out; echo "exit $?"; sed -n '3p;/INCOMPLETE/p' ../out; grep -c mpiscan: ../err
$MPIRUN -np 2 mpiscan logs -e none a.log --grep-status >../out 2>../err; echo "exit $?"
$MPIRUN -np 2 mpiscan logs -e key a.log --format csv --baseline off --output report; echo "exit $?"; tr -d '\r' <report
$MPIRUN -np 2 mpiscan generate logs g --files 2 --lines 1
