#!/usr/bin/python3
"""What common random numbers are worth: for every shipped scenario a natural pair (the retry policy it has against full
jitter, the organization against the next tier, or a tenth more traffic), replicated with the same random numbers, and
the variance of the paired differences against that of independent ones. bench/README.md says what the rows mean."""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
METRICS = ("goodput.per_minute", "latency.offered.p95", "attempts.total", "cost.total")
FULL_JITTER = '{"policy":"full-jitter","max_retries":8,"base":"1s","cap":"60s"}'

# What varies in each scenario, and what is cut so that ten pairs are quick. Half an hour of a week is still the scenario's own
# traffic.
PAIRS = {
    "coding-agents": ("/workloads/0/arrivals/users=40,44", []),
    "deployment-doubles-traffic": ("/organization/tier=start,build", []),
    "diurnal-week": ("/organization/tier=start,build", ["/duration=6h"]),
    "key-rotation": ("/workloads/0/arrivals/rate=120/min,132/min", []),
    "launch-spike": (f"/clients/app/retry=anthropic-sdk-typescript,{FULL_JITTER}", []),
    "legacy-tier-1": ("/organization/tier=tier_1,tier_2", []),
    "mixed-fleet": ("/workloads/0/arrivals/rate=1200/min,1320/min", ["/duration=10m"]),
    "mooncake": ("/organization/tier=start,build", ["/duration=10m"]),
    "overload-window": ("/clients/patient/retry/policy=full-jitter,anthropic-sdk-python", []),
    "overnight-batch": ("/organization/tier=start,build", ["/duration=1h"]),
    "quickstart": ("/workloads/0/arrivals/rate=400/min,440/min", []),
    "retry-storm": ("/clients/jobs/retry/policy=anthropic-sdk-typescript,full-jitter", []),
    "rm1": ("/clients/rm1/retry/policy=full-jitter,anthropic-sdk-python", ["/duration=20s"]),
    "scale-day": ("/organization/tier=scale,build", ["/duration=5m"]),
    "spend-cap": ("/workloads/0/arrivals/rate=15/min,16.5/min", []),
    "support-chat": ("/organization/tier=start,build", []),
}


def sweep(program, name, vary, overrides, replications):
    command = [program, "sweep", str(HERE.parent / "scenarios" / f"{name}.json"), "--vary", vary, "--format", "json",
               "--replications", str(replications), "--threads", "2"]
    for metric in METRICS:
        command += ["--metric", metric]
    for override in overrides:
        command += ["--set", override]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if "No such file" in run.stderr:
        return None
    if run.returncode != 0:
        sys.exit(f"{name}: {run.stderr}")
    return json.loads(run.stdout)


def factors(result):
    """Variance of independent differences over that of paired ones, by metric; None where all differences are equal."""
    figures = result["cells"][1]["figures"]
    return [figure["against_first"] and figure["against_first"]["variance_reduction"] for figure in figures]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="build folder with the program")
    parser.add_argument("--replications", type=int, default=20)
    arguments = parser.parse_args()
    program = str(pathlib.Path(arguments.build) / "sluice")
    shipped = {path.stem for path in (HERE.parent / "scenarios").glob("*.json")}
    if missing := shipped - PAIRS.keys():
        sys.exit(f"no pair for {', '.join(sorted(missing))}: add one to bench/crn.py")
    print(f"{'scenario':28}" + "".join(f"{metric:>22}" for metric in METRICS))
    everything = []
    medians = []
    for name in sorted(PAIRS):
        result = sweep(program, name, *PAIRS[name], arguments.replications)
        if result is None:
            print(f"{name:28}  its trace is not here")
            continue
        row = factors(result)
        known = [factor for factor in row if factor is not None]
        everything += known
        if known:
            medians.append(statistics.median(known))
        print(f"{name:28}" + "".join(f"{'exact' if factor is None else format(factor, '.2f'):>22}" for factor in row), flush=True)
    print(f"\nmedian over scenarios (exact ones left out) {statistics.median(medians):.1f}-fold, over all figures "
          f"{statistics.median(everything):.1f}-fold, least {min(everything):.2f}")


if __name__ == "__main__":
    main()
