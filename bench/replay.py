#!/usr/bin/python3
"""What `sluice replay` costs and how well it keeps a schedule, measured on the program itself over loopback:
its rate against nginx's static reply in turn with wrk, hey and autocannon, the lateness of its sends, what it says
of a server that stands still, the memory of open streams and of millions of samples. bench/README.md says what
the rows mean."""
import collections
import contextlib
import http.server
import json
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

import compare
import http_compare
import mock
import parts

HERE = pathlib.Path(__file__).resolve().parent
AUTOCANNON = HERE / "peers" / "node_modules" / "autocannon" / "autocannon.js"
CLOSED, OPEN, STREAMS = (HERE / f"replay_{name}.json" for name in ("closed", "open", "streams"))
USERS = 64
USAGE = {"input_tokens": 48, "output_tokens": 64, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}


def message():
    """What nginx answers: a whole Message of about 540 bytes."""
    text = "A token bucket holds what may be spent at once and is filled up at the rate that may be kept. "
    return json.dumps({
        "id": "msg_01BenchBenchBenchBenchBe", "type": "message", "role": "assistant", "model": "claude-haiku-4-5",
        "content": [{"type": "text", "text": (text * 3)[:240].strip()}],
        "stop_reason": "end_turn", "stop_sequence": None, "usage": USAGE})


class Nginx:
    """One worker that answers everything with the same Message. Counts requests, and writes when they came if asked."""

    def __init__(self, folder, logs=False):
        port = http_compare.free_port()
        self.address, self.log = f"http://127.0.0.1:{port}", folder / "access.log"
        temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in
                            ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        access = f"log_format instant '$msec'; access_log {self.log} instant;" if logs else "access_log off;"
        (folder / "nginx.conf").write_text(f"""
worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_rlimit_nofile 30000;
events {{ worker_connections 20000; }}
http {{ {access} keepalive_requests 1000000000; default_type application/json; {temporary}
  server {{ listen 127.0.0.1:{port} backlog=4096;
    location /v1/messages {{ return 200 '{message()}'; }}
    location = /v1/messages/count_tokens {{ return 404; }}
    location = /count {{ access_log off; stub_status; }} }} }}
""")
        self.process = subprocess.Popen(["nginx", "-c", folder / "nginx.conf", "-e", folder / "error.log"])
        for _ in range(100):
            with contextlib.suppress(OSError):
                self.served()
                return
            time.sleep(0.05)
        sys.exit(f"nginx does not start: {(folder / 'error.log').read_text()}")

    def served(self):
        with urllib.request.urlopen(self.address + "/count", timeout=10) as answer:
            return int(re.search(rb"\n *\d+ +\d+ +(\d+)", answer.read()).group(1))

    def worker(self):
        pid = self.process.pid
        return int(pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


@contextlib.contextmanager
def nginx(logs=False):
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        server = Nginx(pathlib.Path(name), logs)
        try:
            yield server
        finally:
            server.stop()


def replay_command(options, scenario, target, *more):
    return [str(options.build / "sluice"), "replay", str(scenario), "--target", target, "--ui", "none",
            "--format", "json", *map(str, more)]


def begin(command):
    """Starts a program with a key in its environment; its report goes to a file, for pipes fill up."""
    report = tempfile.TemporaryFile()
    environment = dict(os.environ, ANTHROPIC_API_KEY="bench")
    process = subprocess.Popen(command, stdout=report, stderr=subprocess.PIPE, env=environment)
    process.report = report
    return process


def end(process, accepted=(0,)):
    """Its report, and what it used: (text, CPU seconds, peak MB)."""
    errors = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in accepted:
        sys.exit(f"{process.args[:3]} failed with exit code {process.returncode}: {errors}")
    process.report.seek(0)
    return process.report.read().decode(), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def finished(command):
    """The report as JSON and what the run used. Exit code 5 is a finding, not a failure."""
    text, cpu, megabytes = end(begin(command), accepted=(0, 5))
    report = json.loads(text)
    if report["requests"]["failed"]["total"]:
        sys.exit(f"requests failed: {report['attempts']['ended']}")
    return report, cpu, megabytes


def captured_request(options):
    """Head and body of a request of the closed loop, so that all clients send the same bytes."""
    seen = []

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self.answer(404, b"{}")

        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            if not self.path.endswith("/messages"):
                return self.answer(404, b"{}")
            seen.append((dict(self.headers), body))
            return self.answer(200, message().encode())

        def answer(self, status, body):
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    finished(replay_command(options, CLOSED, f"http://127.0.0.1:{server.server_port}",
                          "--set", "/workloads/0/max_requests=1"))
    server.shutdown()
    fields, body = seen[-1]
    own = ("host", "content-length", "connection")
    return {name: value for name, value in fields.items() if name.lower() not in own}, body


def run_wrk(target, request, seconds, folder):
    fields, body = request
    (folder / "body").write_bytes(body)
    lines = "\n".join(f'wrk.headers["{name}"] = "{value}"' for name, value in fields.items())
    (folder / "post.lua").write_text(
        f'wrk.method = "POST"\nwrk.body = io.open("{folder}/body", "rb"):read("*a")\n{lines}\n')
    text, cpu, _ = end(begin(["wrk", "-t1", f"-c{USERS}", f"-d{seconds}s", "-s", folder / "post.lua",
                              target + "/v1/messages"]))
    if re.search(r"Non-2xx|Socket errors", text):
        sys.exit(f"wrk: not every request was answered with 200:\n{text}")
    requests, rate = (float(re.search(p, text).group(1)) for p in (r"(\d+) requests in", r"Requests/sec: +([\d.]+)"))
    return rate, cpu / requests * 1e6


def run_hey(target, request, seconds, folder):
    fields, body = request
    (folder / "body").write_bytes(body)
    # It lets its own content-type win.
    kind = next(value for name, value in fields.items() if name.lower() == "content-type")
    given = [part for name, value in fields.items() if name.lower() != "content-type"
             for part in ("-H", f"{name}: {value}")]
    text, cpu, _ = end(begin(["hey", "-z", f"{seconds}s", "-c", str(USERS), "-m", "POST", "-D", folder / "body",
                              "-T", kind, *given, target + "/v1/messages"]))
    statuses = dict(re.findall(r"\[(\d+)\]\s+(\d+) responses", text))
    if set(statuses) != {"200"}:
        sys.exit(f"hey: not every request was answered with 200:\n{text}")
    # Of more than a million it counts only the first in that table.
    rate, total = (float(re.search(p, text).group(1)) for p in (r"Requests/sec:\s+([\d.]+)", r"Total:\s+([\d.]+)"))
    return rate, cpu / (rate * total) * 1e6


def run_autocannon(target, request, seconds, folder):
    fields, body = request
    (folder / "body").write_bytes(body)
    given = [part for name, value in fields.items() for part in ("-H", f"{name}={value}")]
    text, cpu, _ = end(begin(["node", AUTOCANNON, "-c", str(USERS), "-d", str(seconds), "-m", "POST", "-j", "-i",
                              folder / "body", *given, target + "/v1/messages"]))
    found = json.loads(text)
    if found["non2xx"] or found["errors"]:
        sys.exit(f"autocannon: not every request was answered with 200:\n{text}")
    return found["2xx"] / found["duration"], cpu / found["2xx"] * 1e6


PEERS = {"wrk": run_wrk, "hey": run_hey, "autocannon": run_autocannon}


def throughput(table, options):
    """Requests a second of 64 connections without a pause, in turn with other clients."""
    seconds, rounds = (1, 2) if options.quick else (3, 5)
    request = captured_request(options)
    rates, costs = collections.defaultdict(list), collections.defaultdict(list)
    own_thread = []
    with nginx() as server, tempfile.TemporaryDirectory() as name:
        for _ in range(rounds):
            report, cpu, _ = finished(replay_command(options, CLOSED, server.address, "--set", f"/duration={seconds}s"))
            count = report["attempts"]["total"]
            rates["sluice"].append(count / report["load"]["wall"])
            costs["sluice"].append(cpu / count * 1e6)
            own_thread.append(report["load"]["cpu"] / count * 1e6)
            for peer, run in PEERS.items():
                rate, cost = run(server.address, request, seconds, pathlib.Path(name))
                rates[peer].append(rate)
                costs[peer].append(cost)
    print(f"  {len(request[1])} bytes asked, {len(message())} answered; requests/s and CPU us/request:")
    for client in ("sluice", *PEERS):
        print(f"  {client:12} {statistics.median(rates[client]):10,.0f} {statistics.median(costs[client]):8.2f}")
    print(f"  of sluice without its start and its simulation before the run: {statistics.median(own_thread):.2f} us",
          flush=True)
    for peer in PEERS:
        ratios = [own / other for own, other in zip(rates["sluice"], rates[peer])]
        cheaper = statistics.median(other / own for own, other in zip(costs["sluice"], costs[peer]))
        table.row(f"replay / {peer}, requests a second", statistics.median(ratios), f"replay_over_{peer}_min",
                  f"{min(ratios):.2f} to {max(ratios):.2f} in {rounds} rounds; CPU of {peer} / replay {cheaper:.2f}")


def lateness(options, *more):
    """Medians over the rounds of p50 and p99 of the schedule delay of 10,000 requests a second, in us."""
    seconds, rounds = (1, 2) if options.quick else (5, 5)
    found = []
    with nginx() as server:
        for _ in range(rounds):
            report, _, _ = finished(replay_command(options, OPEN, server.address, "--set", f"/duration={seconds}s",
                                                   *more))
            delay = report["load"]["schedule_delay"]
            found.append((delay["p50"] * 1e6, delay["p99"] * 1e6, delay["max"] * 1e3, report["load"]["cpu_share"]))
    middle = [statistics.median(row[i] for row in found) for i in range(4)]
    return middle, [(min(row[i] for row in found), max(row[i] for row in found)) for i in range(4)]


def index_of_dispersion(instants, begin_at, bins, width=0.01):
    counts = [0] * bins
    for instant in instants:
        place = int((instant - begin_at) / width)
        if 0 <= place < bins:
            counts[place] += 1
    return statistics.pvariance(counts) / statistics.mean(counts)


def pacing(table, options):
    """How late requests leave, and how evenly."""
    for name, more, budget in (("", [], "replay_delay"), (" --spin", ["--spin"], "replay_spin_delay")):
        (p50, p99, most, share), spans = lateness(options, *more)
        detail = f"{spans[0][0]:.1f} to {spans[0][1]:.1f}; {share * 100:.0f} % of a core"
        table.row(f"Poisson 10,000/s{name}, delay p50 us", p50, f"{budget}_p50_us_max", detail)
        table.row(f"Poisson 10,000/s{name}, delay p99 us", p99, f"{budget}_p99_us_max" if not more else None,
                  f"{spans[1][0]:.1f} to {spans[1][1]:.1f}; worst {most:.1f} ms")
    seconds = 2 if options.quick else 10
    with nginx(logs=True) as server:
        report, _, _ = finished(replay_command(options, OPEN, server.address, "--set", f"/duration={seconds}s", "--set",
                                             '/workloads/0/arrivals={"type":"constant","rate":"1000/s"}'))
        instants = sorted(float(line) for line in server.log.read_text().split())[-1000 * seconds:]
    table.row("constant 1,000/s, index of dispersion", report["load"]["dispersion"]["sent"], "replay_dispersion_max",
              f"10 ms bins, {report['load']['sent']:,} sends")
    seen = index_of_dispersion(instants, instants[0], 100 * seconds - 1)
    table.row("the same by nginx's log", seen, "replay_dispersion_max", f"{len(instants):,} lines, in steps of 1 ms")


def freeze(table, options):
    """nginx stands still for 2 s in the middle of 6 s at 1,000/s."""
    errors, middles = [], []
    for _ in range(1 if options.quick else 3):
        with nginx() as server:
            before = server.served()
            process = begin(replay_command(options, OPEN, server.address, "--set", "/duration=6s", "--set",
                                           '/workloads/0/arrivals={"type":"constant","rate":"1000/s"}'))
            while server.served() < before + 2000:
                time.sleep(0.01)
            worker = server.worker()
            os.kill(worker, signal.SIGSTOP)
            stopped = time.monotonic()
            try:
                time.sleep(2)
            finally:
                os.kill(worker, signal.SIGCONT)
            frozen = time.monotonic() - stopped
            report = json.loads(end(process, accepted=(0, 5))[0])
        latency = report["latency"]["success"]
        # Those due while it stands still wait for the rest of that time: evenly from all of it to none.
        expected = frozen - 0.01 * report["requests"]["offered"] / 1000
        errors.append(abs(latency["p99"] / expected - 1) * 100)
        middles.append(latency["p50"] * 1e3)
        detail = f"p90 {latency['p90']:.3f} s, p99 {latency['p99']:.3f} s where {expected:.3f} is right"
    table.row("server frozen for 2 s, p99 off by %", statistics.median(errors), "replay_freeze_error_percent_max",
              detail)
    table.row("server frozen for 2 s, p50 ms", statistics.median(middles), "replay_freeze_p50_ms_max",
              f"{report['requests']['succeeded']:,} of {report['requests']['offered']:,} succeeded")


def streams(table, options):
    """Peak memory with 5,000 streams open at once."""
    # The mock's own part of it does not matter here.
    command = [str(options.build / "sluice"), "mock", str(STREAMS), "--port", "0"]
    server = http_compare.Server("mock", command, "/v1/messages")
    server.wait_for_url()
    try:
        process = begin(replay_command(options, STREAMS, server.url.replace("/v1/messages", "")))
        most = 0
        deadline = time.monotonic() + 30
        while most < 4900 and time.monotonic() < deadline:
            most = max(most, mock.Mock.in_flight(server))
            time.sleep(0.05)
        text, _, megabytes = end(process, accepted=(0, 5))
    finally:
        server.stop()
    report = json.loads(text)
    table.row("5,000 streams open, peak MB", megabytes, "replay_streams_megabytes_max",
              f"{most:,} seen at once by the mock; {report['requests']['succeeded']:,} succeeded, delay p99 "
              f"{report['load']['schedule_delay']['p99'] * 1e3:.2f} ms")


def memory_over_time(table, options):
    """Resident memory of a flat-out run when so many requests have been answered."""
    marks = [100_000, 200_000, 500_000] if options.quick else [1_000_000, 2_000_000, 5_000_000, 10_000_000]
    readings = []
    with nginx() as server:
        process = begin(replay_command(options, CLOSED, server.address, "--set", "/duration=20m", "--set",
                                       f"/workloads/0/max_requests={marks[-1] + 100_000}"))
        for mark in marks:
            while server.served() < mark:
                time.sleep(0.02)
            readings.append(http_compare.resident_kilobytes(process.pid))
            print(f"  {mark:11,} requests: {readings[-1] / 1024:.2f} MB", flush=True)
        end(process, accepted=(0, 5))
    growth = (readings[-1] / readings[0] - 1) * 100
    table.row(f"memory, {marks[0]:,} to {marks[-1]:,} samples, %", growth, "replay_memory_growth_percent_max",
              f"{readings[-1] / 1024:.1f} MB")


PARTS = {"throughput": throughput, "pacing": pacing, "freeze": freeze, "streams": streams, "memory": memory_over_time}


if __name__ == "__main__":
    parts.main(__doc__, PARTS)
