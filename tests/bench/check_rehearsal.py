"""Sees that the rehearsal works, on 64 ranks, that it is deterministic, and that what it says of the policies holds."""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

HERE = os.path.dirname(os.path.realpath(__file__))


def rehearse(program, directory, *words):
    subprocess.run([sys.executable, os.path.join(HERE, "rehearse.py"), "--usual", "--ranks", "16,64", "--seeds", "2", "--set",
                    "files=60", *words, "--program", program, "--out", directory], check=True, stdout=subprocess.DEVNULL)
    with open(os.path.join(directory, "rehearsal.json"), encoding="utf-8") as file:
        runs = json.load(file)["runs"]
    for run in runs:
        run.pop("plan_seconds")
    return runs


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        runs = rehearse(options.program, directory)
        faults = [] if runs == rehearse(options.program, directory) else ["two rehearsals differ"]
        with open(os.path.join(directory, "rehearsal.md"), encoding="utf-8") as file:
            if file.read().count("\n| ") != 3 - 1:
                faults.append("the table has not a row for each number of ranks")
        plot = xml.etree.ElementTree.parse(os.path.join(directory, "rehearsal.svg"))
        if len(plot.findall("{http://www.w3.org/2000/svg}polyline")) != 3:
            faults.append("the plot has not a curve for each policy")
    for ranks, seed in {(run["ranks"], run["seed"]) for run in runs}:
        by = {run["policy"]: run for run in runs if (run["ranks"], run["seed"]) == (ranks, seed)}
        if not all(run["sound"] for run in by.values()):
            faults.append(f"{ranks} ranks, seed {seed}: not sound")
        if not by["static"]["efficiency"] < by["balanced"]["efficiency"] < by["stealing"]["efficiency"] <= 1.000001:
            faults.append(f"{ranks} ranks, seed {seed}: {[(p, run['efficiency']) for p, run in by.items()]}")
        if ranks == 64 and by["stealing"]["efficiency"] < 2 * by["balanced"]["efficiency"]:
            faults.append(f"{ranks} ranks, seed {seed}: a slow node is not helped")
    print("\n".join(f"FAILED: {fault}" for fault in faults) or "the rehearsal works")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
