#!/usr/bin/python3
"""Runs sluice and its peers on the reference model RM-1 in turn (A B A B) and prints ratios: medians of pairs,
in CPU seconds, because a shared machine drifts by a third for minutes. Then the figures of whole
processes, those of the mock (mock.py) and of the load tester (replay.py), and the micro benchmarks. bench/README.md says what the rows mean."""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
BUDGETS = json.loads((HERE / "budgets.json").read_text(encoding="utf-8"))


def run_model(command, requests, pending, seed):
    """One run of RM-1; the row it prints."""
    output = subprocess.run([*command, "--requests", str(requests), "--pending", str(pending), "--seed", str(seed)],
                            check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(output)


def pairs(first, second, repeat):
    """Runs two (command, requests, pending) in turn: ns per request of each, and the ratio second / first."""
    costs, ratios = ([], []), []
    for seed in range(1, repeat + 1):
        a, b = (run_model(*one, seed)["ns_per_request"] for one in (first, second))
        costs[0].append(a)
        costs[1].append(b)
        ratios.append(b / a)
    return statistics.median(costs[0]), statistics.median(costs[1]), statistics.median(ratios), ratios


def start_process(command):
    return subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL)


def finish(process):
    """CPU seconds and peak memory (MB) of a child, its threads included."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{process.args[0]} failed with exit code {process.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


class Table:
    """Rows of the report, and whether each is within its budget."""

    def __init__(self):
        self.missed = []

    def row(self, name, value, budget=None, detail=""):
        verdict = ""
        if budget:
            limit = BUDGETS[budget]
            ok = value >= limit if budget.endswith("_min") else value <= limit
            verdict = f"{'>=' if budget.endswith('_min') else '<='} {limit:g} {'ok' if ok else 'MISSED'}"
            if not ok:
                self.missed.append(name)
        print(f"{name:44} {value:10.2f}  {verdict:15} {detail}", flush=True)

    def verdict(self, checks):
        """Names what was missed; the exit code."""
        if self.missed:
            print(f"\nbudgets missed: {', '.join(self.missed)}")
        return 1 if self.missed and checks else 0


def compare_models(table, build, options):
    ours = [build / "bench_rm1", "--style", "simulation"]
    switch = [build / "bench_rm1", "--style", "switch"]
    naive = [build / "naive_rm1"]
    simpy = ["/usr/bin/python3", HERE / "peers" / "simpy_rm1.py"]
    n, few = (1_000_000, 50_000) if options.quick else (5_000_000, 200_000)
    agreement([("sluice", ours, n), ("naive", naive, n), ("simpy", simpy, few)], options)
    spread = lambda ratios: f"{min(ratios):.2f} to {max(ratios):.2f} in {len(ratios)} pairs"  # noqa: E731
    a, b, ratio, ratios = pairs((ours, n, 10_000), (naive, n, 10_000), options.repeat)
    table.row("sluice, million requests/s", 1e3 / a, "million_requests_per_second_min", f"{a:.1f} ns/request")
    table.row("naive engine / sluice", ratio, "naive_ratio_min", f"{b:.0f} ns/request, {spread(ratios)}")
    _, b, ratio, ratios = pairs((ours, n, 10_000), (simpy, few, 10_000), max(options.repeat // 2, 1))
    table.row("SimPy / sluice", ratio, "simpy_ratio_min", f"{b:.0f} ns/request, {spread(ratios)}")
    a, _, ratio, ratios = pairs((switch, n, 10_000), (ours, n, 10_000), options.repeat)
    table.row("simulation / hand-written switch", ratio, "simulation_over_switch_max",
              f"{a:.1f} ns/request, {spread(ratios)}")
    large = n if options.quick else 4 * n
    _, b, ratio, ratios = pairs((ours, n, 100), (ours, large, 1_000_000), max(options.repeat // 2, 1))
    table.row("1,000,000 pending / 100 pending", ratio, "pending_growth_max", f"{b:.1f} ns/request, {spread(ratios)}")


def agreement(models, options):
    """The same model must give the same numbers, or the ratios mean nothing."""
    print(f"{'RM-1, 10,000 pending':24} {'accepted':>9} {'retries':>9} {'p50 s':>8} {'p99 s':>8} {'ns/request':>11}")
    for name, command, requests in models:
        row = run_model(command, requests if options.quick or name != "simpy" else 1_000_000, 10_000, 1)
        print(f"{name:24} {row['accepted_share']:9.4f} {row['retries_per_request']:9.4f} {row['p50']:8.3f} "
              f"{row['p99']:8.2f} {row['ns_per_request']:11.1f}", flush=True)
    print()


def compare_processes(table, build, options):
    """Whole runs, start-up and report included."""
    if (build / "bench_rm1").exists() and not options.quick:
        command = [build / "bench_rm1", "--requests", 100_000_000, "--pending", 1000, "--style", "simulation"]
        seconds, megabytes = finish(start_process(command))
        table.row("100 million requests, 1,000 pending, peak MB", megabytes, "memory_megabytes_max", f"{seconds:.1f} CPU s")
    if not (build / "sluice").exists():
        print(f"{build}/sluice is not built; whole runs are left out", file=sys.stderr)
        return
    simulate = [build / "sluice", "simulate"]
    repeat = 1 if options.quick else 3
    day = HERE.parent / "scenarios" / "scale-day.json"
    runs = [finish(start_process([*simulate, day])) for _ in range(repeat)]
    table.row("scale-day.json, CPU s", statistics.median(seconds for seconds, _ in runs), "day_cpu_seconds_max",
              f"{max(megabytes for _, megabytes in runs):.0f} MB")
    ratios = [thread_efficiency(simulate, day) for _ in range(repeat)]
    table.row("2 processes at once / 2 threads, wall", statistics.median(ratios), "thread_efficiency_min",
              f"{min(ratios):.2f} to {max(ratios):.2f}")


def thread_efficiency(simulate, scenario):
    """Wall time of two processes with one replication each over that of one with two threads."""
    start = time.monotonic()
    both = [start_process([*simulate, scenario, "--seed", seed]) for seed in (1, 2)]
    for process in both:
        finish(process)
    middle = time.monotonic()
    finish(start_process([*simulate, scenario, "--replications", 2, "--threads", 2]))
    return (middle - start) / (time.monotonic() - middle)


def compare_mock(table, options):
    """The rows of mock.py, which needs more programs than this does."""
    missing = [tool for tool in ("wrk", "nginx", "node") if shutil.which(tool) is None]
    missing += [name for name in ("sluice", "mock_streams") if not (options.build / name).exists()]
    if missing:
        print(f"no {', '.join(missing)}; the mock is left out", file=sys.stderr)
        return
    import mock  # they import this file
    import parts
    parts.run(mock.PARTS, table, argparse.Namespace(build=options.build.resolve(), quick=options.quick))


def compare_replay(table, options):
    """The rows of replay.py, which needs more programs than this does."""
    missing = [tool for tool in ("wrk", "hey", "nginx", "node") if shutil.which(tool) is None]
    missing += ["sluice"] if not (options.build / "sluice").exists() else []
    missing += ["autocannon"] if not (HERE / "peers" / "node_modules" / "autocannon").exists() else []
    if missing:
        print(f"no {', '.join(missing)}; the load tester is left out", file=sys.stderr)
        return
    import parts  # they import this file
    import replay
    parts.run(replay.PARTS, table, argparse.Namespace(build=options.build.resolve(), quick=options.quick))


def micro_benchmarks(build, options):
    for source in sorted(HERE.glob("*.cpp")):
        program = build / source.stem
        if "BENCHMARK_MAIN" in source.read_text(encoding="utf-8") and program.exists():
            print(f"\n{source.stem}", flush=True)
            minimum = "0.02" if options.quick else "0.2"
            done = subprocess.run([program, f"--benchmark_min_time={minimum}"], stderr=subprocess.PIPE, text=True)
            if done.returncode:
                sys.exit(f"{done.stderr}{source.stem} failed with exit code {done.returncode}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent / "build" / "bench",
                        help="the build folder (default: build/bench)")
    parser.add_argument("--repeat", type=int, default=7, help="pairs of runs (default: 7)")
    parser.add_argument("--quick", action="store_true", help="small runs, to see that all of it works")
    parser.add_argument("--check", action="store_true", help="fail if a figure misses bench/budgets.json")
    parser.add_argument("--engine", action="store_true", help="the model and the whole processes alone")
    options = parser.parse_args()
    if options.quick:
        options.repeat = 1
    table = Table()
    if (options.build / "bench_rm1").exists():
        compare_models(table, options.build.resolve(), options)
    else:
        print(f"{options.build}/bench_rm1 is not built; peers are not compared", file=sys.stderr)
    compare_processes(table, options.build.resolve(), options)
    if not options.engine:
        compare_mock(table, options)
        compare_replay(table, options)
        micro_benchmarks(options.build.resolve(), options)
    sys.exit(table.verdict(options.check))


if __name__ == "__main__":
    main()
