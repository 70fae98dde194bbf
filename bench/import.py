#!/usr/bin/python3
"""How fast logs of others are read, on one core: CPU seconds of whole processes over the same files, in turn with jq
and with a reader in Python. All three have to find the same calls."""
import json
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

import claude_code_logs
import compare
import parts

JQ = """[inputs | select(.type == "assistant" and .message.usage != null) | .message |
  {id, output: .usage.output_tokens, input: (.usage | .input_tokens + .cache_creation_input_tokens +
   .cache_read_input_tokens)}] | group_by(.id) | map(max_by(.output)) |
  {calls: length, input_tokens: (map(.input) | add), output_tokens: (map(.output) | add)}"""


def run(command):
    """What the program found, its CPU seconds and, if it says, its peak memory in MB."""
    with tempfile.TemporaryFile("w+") as output:
        seconds, _ = compare.finish(subprocess.Popen(list(map(str, command)), stdout=output))
        output.seek(0)
        found = json.load(output)
    calls = {name: found[name] for name in ("calls", "input_tokens", "output_tokens")}
    return calls, seconds, found.get("peak_megabytes")


def some_of(files, size):
    """The first of the files that are together at least so large, and their size."""
    some, total = [], 0
    for path in files:
        some.append(path)
        total += path.stat().st_size
        if total >= size:
            break
    return some, total


def claude_code(table, options):
    """The slow ones read a part of the logs, which the fast one reads too, in the same rounds."""
    size, part, rounds = (30e6, 10e6, 1) if options.quick else (1e9, 100e6, 5)
    with tempfile.TemporaryDirectory(prefix="sluice-import-") as folder:
        total = claude_code_logs.write(pathlib.Path(folder), size)
        ours = [options.build / "claude_code_bench"]
        runs = [run([*ours, folder]) for _ in range(rounds)]
        best = min(seconds for _, seconds, _ in runs)
        table.row("Claude Code logs, MB/s on one core", total / 1e6 / best, "import_claude_code_megabytes_per_second_min",
                  f"{total / 1e6:.0f} MB, {runs[0][0]['calls']:,} calls, "
                  f"{best:.2f} to {max(row[1] for row in runs):.2f} CPU s")
        table.row("Claude Code logs, peak MB", max(row[2] for row in runs), "import_claude_code_peak_megabytes_max")
        files, total = some_of(sorted(pathlib.Path(folder).rglob("*.jsonl")), part)
        peers = {"Python": ["/usr/bin/python3", compare.HERE / "peers" / "claude_code_reader.py"]}
        if shutil.which("jq"):
            peers["jq"] = ["jq", "-n", JQ]
        for name, command in peers.items():
            against(table, (name, [*command, *files]), [*ours, *files], (total, rounds))


def against(table, peer, ours, measure):
    (name, command), (total, rounds) = peer, measure
    ratios, speeds = [], []
    for _ in range(rounds):
        found, seconds, _ = run(ours)
        theirs, slow, _ = run(command)
        if found != theirs:
            sys.exit(f"{name} finds {theirs}, sluice {found}")
        ratios.append(slow / seconds)
        speeds.append(total / 1e6 / slow)
    table.row(f"sluice / {name}, Claude Code logs", statistics.median(ratios), None,
              f"{name} reads {statistics.median(speeds):.0f} MB/s; {min(ratios):.1f} to {max(ratios):.1f} in {rounds} pairs")


if __name__ == "__main__":
    parts.main(__doc__, {"claude-code": claude_code})
