# No path: the demo set is made, and used again.
mpiscan logs && mpiscan logs -l | tail -n 4 && ls mpiscan-demo/logs | wc -l && sha256sum mpiscan-demo/logs/log_0002.log
rm mpiscan-demo/logs/log_0003.log && echo tampered >>mpiscan-demo/logs/log_0004.log
mpiscan logs | tail -n 2
mpiscan logs --seed 7 | sed -n '/^40 files/p'
