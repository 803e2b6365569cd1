# No path: the demo set is made, and used again; another seed makes another; a foreign directory is refused.
mpiscan logs && mpiscan logs -l | tail -n 4 && ls mpiscan-demo/logs | wc -l && sha256sum mpiscan-demo/logs/log_0002.log
mpiscan logs --seed 7 | sed -n '/^40 files/p'
rm mpiscan-demo/logs.made
mpiscan logs 2>&1; echo $?
