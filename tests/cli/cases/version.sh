# --version names the libraries of the build; and the manual page it belongs to.
mpiscan --version >../first && cat ../first
for command in "-V" "logs --version" "generate logs -V"; do
    mpiscan $command | cmp - ../first
done
mpiscan --man >../man && sed -n '/^\.TH/p' ../man
mpiscan --help | sed -n 's/^.*--\([a-z][a-z-]*\).*/\1/p' | sort -u | while read -r name; do
    grep -q -e "$(echo "$name" | sed 's/-/\\\\-/g')" ../man || echo "not in the manual page: $name"
done
