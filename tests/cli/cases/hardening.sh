# How the two programs are linked: against overwritten addresses, and code on the stack.
command -v readelf >/dev/null || exit 77
for program in "$(command -v mpiscan)" "$BUILT/mpiscan-gray"; do
    basename "$program"
    readelf -hW "$program" | sed -n 's/^ *Type: *\([A-Z]*\) .*/\1/p'
    readelf -lW "$program" | sed -n 's/^ *\(GNU_RELRO\) .*/\1/p; s/^ *\(GNU_STACK\) .* \(RWE*\) .*/\1 \2/p'
    readelf -dW "$program" | sed -n 's/.*(FLAGS) *\(BIND_NOW\).*/\1/p'
    readelf -sW "$program" | grep -o '__stack_chk_fail' | head -1
done
