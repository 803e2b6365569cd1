# --help, word for word, and its other spellings.
mpiscan --help
for args in -h help 'logs --help' 'logs -h' 'generate --help' 'generate logs --help' 'logs a b --help --bogus'; do
    mpiscan --help >../help && mpiscan $args | cmp - ../help && echo "$args: the same"
done
mpiscan --help | awk 'length > 79 { print "too long: " $0 }'
