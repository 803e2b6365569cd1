"""Results as Markdown: tables for README.md and tests/bench/README.md, a report with every figure, and verdicts on the bars.

Works on plain data as it is kept in results.json, so that rows of several runs make one report.
"""
import bench_measure

FEW = ("one", "small", "words1000", "gz", "whole")  # rows of README.md
BEGIN, END = "<!-- made by tests/bench/bench_logs.py --update-readme: begin -->", "<!-- end -->"
COLUMNS = [("mpiscan", ["mpiscan"]), ("ripgrep", ["rg"]), ("rg --no-unicode", ["rg --no-unicode"]), ("ugrep", ["ugrep"]),
           ("grep, zgrep", ["grep", "zgrep"]), ("parallel + grep", ["parallel + grep"]), ("Python", ["Python"])]
FEW_COLUMNS = [column for column in COLUMNS if column[0] not in ("rg --no-unicode", "Python")]
QUIET = 0.3  # cores that others may keep busy before a row counts as disturbed


def seconds_text(seconds):
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


def ratio_text(ratio):
    return f"{ratio:.2f} ×" if ratio < 10 else f"{ratio:.0f} ×"


def figure_text(value, unit=""):
    return f"{value:.3g}{' ' + unit if unit else ''}"


def times_of(row, tool):
    return next((m["seconds"] for m in row["measures"] if m["tool"] == tool), [])


def ratio_to_mpiscan(row, tool):
    ours, theirs = times_of(row, "mpiscan"), times_of(row, tool)
    return bench_measure.median(theirs) / bench_measure.median(ours) if ours and theirs else None


def least_ratio(row, tool):
    """For a program that was stopped: it takes at least so many times mpiscan's time. Else None."""
    ours = times_of(row, "mpiscan")
    stopped = next((m["stopped"] for m in row["measures"] if m["tool"] == tool), 0)
    return stopped / bench_measure.median(ours) if stopped and ours else None


def value_of(row, bar):
    if bar.tool:
        return ratio_to_mpiscan(row, bar.tool) or least_ratio(row, bar.tool)
    return next((bench_measure.median(f["values"]) for f in row["figures"] if f["name"] == bar.figure), None)


def judge(row, bar, scale):
    """{text, value, unit, met, verdict} of one bar; met is None when there is nothing to judge."""
    value = value_of(row, bar)
    unit = "×" if bar.tool else bar.unit
    if bar.tool and least_ratio(row, bar.tool):
        unit += " or more"
    met = None if value is None else value <= bar.limit if bar.at_most else value >= bar.limit
    if value is None:
        verdict = "not measured"
    elif scale != 1:
        met, verdict = None, f"{figure_text(value, unit)}, not judged at scale {scale:g}"
    elif not met and unit.endswith("more"):
        met, verdict = None, f"not judged: {bar.tool} was stopped at {figure_text(value, unit)}"
    elif met:
        verdict = f"met: {figure_text(value, unit)}"
    else:
        off = abs(value / bar.limit - 1)
        by = f"by {100 * off:.0f} %" if off < 1 else f"{value / bar.limit:.0f}-fold"
        verdict = f"**missed** {by}: {figure_text(value, unit)}"
    if any(m["disagrees"] for m in row["measures"]):
        met, verdict = False if met is not None else None, verdict + " (counts DISAGREE)"
    return {"text": bar.text, "value": value, "unit": unit, "met": met, "verdict": verdict}


def cell(row, tools):
    """One program's cell in the short table."""
    for measure in (m for m in row["measures"] if m["tool"] in tools):
        if measure["disagrees"]:
            return "DISAGREES"
        if measure["stopped"]:
            least = least_ratio(row, measure["tool"])
            return f"> {measure['stopped']:g} s" + (f" (> {ratio_text(least)})" if least else "")
        if not measure["seconds"]:
            return measure["note"] or "–"
        text = seconds_text(bench_measure.median(measure["seconds"]))
        ratio = ratio_to_mpiscan(row, measure["tool"])
        return text if measure["tool"] == "mpiscan" or not ratio else f"{text} ({ratio_text(ratio)})"
    return "–"


def table(header, lines):
    return ["| " + " | ".join(header) + " |", "|" + "---|" * len(header),
            *("| " + " | ".join(str(c).replace("|", "\\|") for c in line) + " |" for line in lines)]


def bars_text(row):
    """The verdicts; a row that others disturbed says so, as its figures are worth less."""
    lines = [f"{b['text']}: {b['verdict']}" for b in row["bars"]]
    if row["timed"] and row["others"] > QUIET:
        lines.append(f"disturbed: others kept {row['others']:.1f} cores busy")
    return "<br>".join(lines)


def few_rows(rows):
    return table(["work", *(name for name, _ in FEW_COLUMNS)],
                 [[r["title"], *(cell(r, tools) for _, tools in FEW_COLUMNS)] for r in rows if r["name"] in FEW])


def all_tables(rows):
    timed = [r for r in rows if any(m["seconds"] for m in r["measures"]) and not r["figures"]]
    other = [r for r in rows if r not in timed]
    lines = table(["work", *(name for name, _ in COLUMNS), "bar"],
                  [[r["title"], *(cell(r, tools) for _, tools in COLUMNS), bars_text(r)] for r in timed])
    if other:
        lines += ["", *table(["work", "measured", "bar"], [[r["title"], figures_text(r), bars_text(r)] for r in other])]
    return lines


def figures_text(row):
    parts = []
    for figure in row["figures"]:
        if figure["name"].startswith("before: "):
            continue
        if figure["values"]:
            middle = figure_text(bench_measure.median(figure["values"]), figure["unit"])
            spread = f" ({min(figure['values']):.3g}..{max(figure['values']):.3g})" if len(figure["values"]) > 1 else ""
            parts.append(f"{figure['name']} {middle}{spread}")
        else:
            parts.append(f"{figure['name']}: {figure['note']}")
    problems = [f"{m['tool']}: {m['note']}" for m in row["measures"] if m["note"] and not row["figures"]]
    return "<br>".join(parts or problems or row["notes"] or ["–"])


def machine_text(machine, versions):
    programs = ", ".join(f"{name} {version}" for name, version in versions.items())
    return (f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_gb']} GB, Linux {machine['kernel']}, "
            f"{machine['file_system']}; {programs}; {machine['date']}.")


def before_ratios(row):
    """What the other build (--before) measured over what mpiscan did: {"time" and "CPU" or a figure's name: ratio}."""
    measures = {m["tool"]: m for m in row["measures"]}
    values = {f["name"].removeprefix("mpiscan: "): f["values"] for f in row["figures"]}
    for name, field in (("time", "seconds"), ("CPU", "cpu")):
        for tool, prefix in (("mpiscan", ""), ("before", "before: ")):
            values[prefix + name] = measures[tool][field] if tool in measures else []
    pairs = {name: (bench_measure.median(v), bench_measure.median(values.get("before: " + name))) for name, v in values.items()}
    return {name: round(before / now, 4) for name, (now, before) in pairs.items() if now and before}


def before_table(rows):
    """A line for each row that both builds did; [] when there is none."""
    lines = [[r["title"], ", ".join(f"{name} {ratio:.3f}" for name, ratio in r["before"].items())]
             for r in rows if r.get("before")]
    return table(["work", "before / now"], lines) if lines else []


def block(results, tables):
    """Between the markers of a README."""
    return "\n".join([BEGIN, machine_text(results["machine"], results["versions"]), "", *tables, "", END])


def replace_block(text, new):
    """The README's text with its block replaced; ValueError when it has no markers."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the README has no lines {BEGIN} and {END}")
    return before + new + after


def details(row):
    """Everything about a row."""
    lines = [f"## {row['name']}: {row['title']}", "",
             f"{row['date']}; load average {row['load'][0]} before, {row['load'][1]} after; others kept "
             f"{row['others']:.2f} cores busy.", ""]
    if row["measures"]:
        lines += table(["program", "median", "min..max", "to mpiscan", "CPU", "runs", "matching lines", "anonymous memory",
                        "note"], [measure_line(row, m) for m in row["measures"]])
        lines.append("")
    if row["figures"]:
        lines += table(["figure", "median", "min..max", "runs", "note"], [figure_line(f) for f in row["figures"]])
        lines.append("")
    lines += [f"- {b['text']}: {b['verdict']}" for b in row["bars"]]
    lines += [f"- {note}" for note in row["notes"]]
    return lines + [""]


def measure_line(row, measure):
    seconds, ratio = measure["seconds"], ratio_to_mpiscan(row, measure["tool"])
    return [measure["tool"],
            seconds_text(bench_measure.median(seconds)) if seconds else "–",
            f"{min(seconds):.3f}..{max(seconds):.3f} s" if seconds else "–",
            ratio_text(ratio) if ratio else "–",
            cpu_text(row, measure),
            len(seconds),
            "–" if measure["hits"] is None else measure["hits"],
            f"{measure['anon'] / 1e6:.1f} MB" if measure["anon"] else "–",
            measure["note"]]


def cpu_text(row, measure):
    """CPU time with its own ratio: on a machine that is not idle it says more than wall time."""
    ours = next((m["cpu"] for m in row["measures"] if m["tool"] == "mpiscan"), [])
    if not measure["cpu"]:
        return "–"
    cpu = bench_measure.median(measure["cpu"])
    return f"{cpu:.2f} s" + (f" ({ratio_text(cpu / bench_measure.median(ours))})" if ours else "")


def figure_line(figure):
    values = figure["values"]
    return [figure["name"], figure_text(bench_measure.median(values), figure["unit"]) if values else "–",
            f"{min(values):.3g}..{max(values):.3g}" if values else "–", len(values), figure["note"]]


def report(results, rows):
    bars = [[r["title"], b["text"], b["verdict"], f"{r['others']:.1f}"] for r in rows for b in r["bars"]]
    lines = ["# mpiscan logs beside other programs", "", machine_text(results["machine"], results["versions"]), "",
             f"Scale {results['scale']:g}, seed {results['seed']}, warm caches, medians of alternating runs after a "
             "discarded warm-up. Ratios are a program's median over mpiscan's: more than 1 is slower than mpiscan.", "",
             "![](plot.svg)", "", "## Bars", "", *table(["work", "bar", "verdict", "cores kept busy by others"], bars), ""]
    if compared := before_table(rows):
        lines += ["## The other build over this one", "", "Medians of alternating runs; a time above 1: the other build is slower.", "",
                  *compared, ""]
    for row in rows:
        lines += details(row)
    return "\n".join(lines).rstrip("\n") + "\n"
