# As in the README: mpirun, the demo set, the comparison with one rank, JSON. Then each rank's slice by itself.
$MPIRUN -np 2 mpiscan logs --baseline run --repeat 3
$MPIRUN -np 2 mpiscan logs --no-steal --baseline off --format json | tail -n 3
$MPIRUN -np 2 mpiscan logs --no-steal --baseline estimate | sed '1,/^rank/d'
