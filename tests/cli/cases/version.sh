# --version names the libraries of the build; and the manual page it belongs to.
mpiscan --version >../first && cat ../first
for command in "-V" "logs --version" "generate logs -V"; do
    mpiscan $command | cmp - ../first
done
mpiscan --man | sed -n '/^\.TH/p'
