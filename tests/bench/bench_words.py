"""The benchmark's keywords and expressions, seeded.

The long lists look like what a security team feeds to such a program: phrases of alerts, domains, file names, addresses.
Nearly all of them are not in the data; a few are, each on less than a percent of the lines, as it is with a real list.
"""
import random

ONE = ["unauthorized access"]  # `mpiscan generate --inject` writes it into a share of the files, on one line each
EIGHT = ["unauthorized access", "possible break-in", "out of memory", "segfault at", "buffer overflow",
         "privilege escalation", "authentication bypass", "reverse shell"]
# What the extended expressions of grep, ripgrep, ugrep, Python and mpiscan all understand alike.
EXPRESSIONS = ["unauthorized (access|login|user)", "possible break-in attempt from [0-9]+[.][0-9]+",
               "out of memory: killed process [0-9]+", "segfault at [0-9a-f]+ ip [0-9a-f]+",
               "(sql|command|ldap) injection (attempt|detected)"]
IN_THE_DATA = ["out of memory", "from 203.0.113.27 port", "rhost=198.51.100.158", "from 192.0.2.77 port", "src=192.0.2.201"]

ACTIONS = """suspicious unexpected malicious repeated blocked denied unsigned hidden rogue forged tampered encoded encrypted
injected stolen leaked abnormal anonymous forbidden expired revoked poisoned spoofed replayed truncated corrupted hijacked
illegal outbound inbound remote""".split()
THINGS = """credential payload beacon keylogger rootkit backdoor dropper implant webshell miner botnet trojan ransomware
exfiltration escalation traversal overflow injection persistence bootkit spyware certificate signature checksum token
handshake tunnel listener socket process library driver script macro attachment archive registry scheduler crontab sudoers
passwd shadow keytab ticket session cookie header request redirect upload download snapshot backup volume partition
firmware hypervisor container namespace capability syscall kernel module""".split()
SUBDOMAINS = "update login secure cdn mail static api files cloud sync media assets gate track pixel portal".split()
ENDINGS = "xyz top ru cn info biz click online site pw cc su".split()
SUFFIXES = "exe dll ps1 vbs hta bat scr jar so elf sh php jsp aspx".split()


def made_up(rng):
    """One keyword that looks real and is not in the data."""
    deed, thing, other = rng.choice(ACTIONS), rng.choice(THINGS), rng.choice(THINGS)
    number = rng.randrange(1, 1000)
    kind = rng.randrange(100)
    if kind < 40:
        return f"{deed} {thing} {rng.choice(['in', 'from', 'by', 'of'])} {other}"
    if kind < 65:
        return f"{rng.choice(SUBDOMAINS)}-{thing}{number}.{rng.choice(ENDINGS)}"
    if kind < 85:
        return f"{thing}_{deed}{number % 100}.{rng.choice(SUFFIXES)}"
    return f"{rng.randrange(11, 170)}.{rng.randrange(20, 256)}.{rng.randrange(256)}.{rng.randrange(10, 256)}"


def keywords(count, seed):
    """`count` different keywords. One in twenty, but at most five, is in the data."""
    if count == 1:
        return ONE
    if count == 8:
        return EIGHT
    rng = random.Random(f"{seed} {count}")
    found = dict.fromkeys(IN_THE_DATA[:max(1, count // 20)] + ONE)
    while len(found) < count:
        found[made_up(rng)] = None
    shuffled = list(found)
    rng.shuffle(shuffled)
    return shuffled
