# A file that says its size is 0 and is not empty.
[ -r /proc/self/status ] || { echo "no /proc here"; exit 77; }
mpiscan logs -e Name: -e Pid: -E -e '^VmSize' /proc/self/status | sed -n '1,/^COMPLETE/p'
mpiscan logs -n -w -e Linux /proc/version | sed -n '3p;/^ *1:Linux/s/Linux.*/Linux/p;/^COMPLETE/p'
# One of /proc that never ends is given up, not read for ever; attributes of /sys are shorter than they say.
mpiscan logs /proc/self/pagemap | sed -n '/^FAILED/p;/^INCOMPLETE/p'
[ ! -r /sys/kernel/mm/transparent_hugepage/enabled ] || mpiscan logs -e madvise -l /sys/kernel/mm/transparent_hugepage/enabled | sed -n '3p;/^FAILED/p'
