#!/usr/bin/python3
"""What `sluice mock` costs, measured on the program itself over loopback: processor time of a message against
nginx's static reply of the same size and against Node.js, of a large prompt, of streams that are read and of
streams that wait, and its memory over millions of requests. bench/README.md says what the rows mean."""
import argparse
import json
import pathlib
import random
import re
import statistics
import subprocess
import sys
import time
import urllib.request

import compare
import http_compare
import parts

HERE = pathlib.Path(__file__).resolve().parent
SCENARIO = HERE / "mock_open_limits.json"
OFF = ["--latency", "off"]


def mock_command(options, *more):
    return [str(options.build / "sluice"), "mock", str(SCENARIO), "--port", "0", *map(str, more)]


class Mock(http_compare.Server):
    """The program, running."""

    def __init__(self, options, *more):
        super().__init__("sluice", mock_command(options, *more), "/v1/messages")
        self.wait_for_url()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def cpu(self):
        return http_compare.cpu_seconds(self.process.pid)

    def resident(self):
        return http_compare.resident_kilobytes(self.process.pid)

    def port(self):
        return re.search(r":(\d+)/", self.url).group(1)

    def in_flight(self):
        with urllib.request.urlopen(self.url.replace("/v1/messages", "/metrics"), timeout=10) as answer:
            return int(re.search(rb"^sluice_mock_in_flight (\d+)", answer.read(), re.M).group(1))


def against_others(table, options):
    """A message answered at once, in turn with nginx and Node.js."""
    arguments = argparse.Namespace(connections=64, seconds=1 if options.quick else 3, rounds=2 if options.quick else 5)
    definitions = [("sluice", mock_command(options, *OFF)), ("node", ["node", str(HERE / "peers" / "http_server.js")])]
    result = http_compare.compare(definitions, json.dumps(http_compare.REQUEST).encode(), "/v1/messages", arguments)
    base, sluice, node = (server.figures for server in result.servers)
    ratios = [figure / other for figure, other in zip(sluice, base)]
    table.row("message / nginx's static reply, CPU", statistics.median(ratios), "mock_over_nginx_max",
              f"{statistics.median(sluice):.2f} us; {min(ratios):.2f} to {max(ratios):.2f} in {len(ratios)} rounds; "
              f"{result.head_size} + {result.answer_size} bytes")
    ratios = [figure / other for figure, other in zip(node, sluice)]
    table.row("Node.js / message, CPU", statistics.median(ratios), "mock_node_ratio_min",
              f"{statistics.median(node):.2f} us; {min(ratios):.2f} to {max(ratios):.2f}")


def large_body():
    """200 kB as people write it: words of many lengths, lines, quotes, letters beyond ASCII."""
    draw = random.Random(1)
    words = ["".join(draw.choices("etaoinshrdlucmfwypvbgk", k=draw.randint(1, 11))) for _ in range(4000)]
    text = ""
    while len(text.encode()) < 200_000:
        end = draw.choices([" ", ", ", ". ", ".\n", ' "', "\u00e9 ", " \u4e2d\u6587 "], [80, 8, 6, 3, 1, 1, 1])[0]
        text += draw.choice(words) + end
    request = dict(http_compare.REQUEST, messages=[{"role": "user", "content": text}])
    return json.dumps(request, ensure_ascii=False).encode()


def large_prompt(table, options):
    body = large_body()
    arguments = argparse.Namespace(connections=8, seconds=1 if options.quick else 3)
    with Mock(options, *OFF) as mock, http_compare.request_script(body) as script:
        for _ in range(1 if options.quick else 5):
            mock.measure(script, arguments)
        table.row("prompt of 200 kB, CPU ms", statistics.median(mock.figures) / 1e3, "mock_large_prompt_ms_max",
                  f"{len(body):,} bytes; {min(mock.figures) / 1e3:.3f} to {max(mock.figures) / 1e3:.3f}")


def busy_streams(table, options):
    count, rate, seconds = 1000, 80, 3 if options.quick else 20
    with Mock(options) as mock:
        reader = subprocess.Popen([options.build / "mock_streams", mock.port(), str(count), str(rate), str(seconds)],
                                  stdout=subprocess.PIPE, text=True)
        if reader.stdout.readline() != "ready\n":
            sys.exit("the streams did not begin")
        before = mock.cpu()
        row = json.loads(reader.stdout.readline())
        used = mock.cpu() - before
        reader.wait()
    expected = count * rate * row["seconds"]
    if row["events"] < 0.99 * expected:
        sys.exit(f"{row['events']} events came where {expected:.0f} were due")
    table.row("1,000 streams x 80 events/s, cores", used / row["seconds"], "mock_stream_cores_max",
              f"{row['events']:,} events in {row['seconds']:.1f} s")
    table.row("an event of a stream, CPU us", used / row["events"] * 1e6, "mock_event_us_max")
    table.row("lateness of an event, p99 ms", row["lateness_ms_p99"], "mock_lateness_ms_max",
              f"p50 {row['lateness_ms_p50']:.2f}, worst {row['lateness_ms_max']:.1f}")


def idle_streams(table, options):
    count = 5000
    with Mock(options, "--set", '/models/haiku-4.5/ttft="30m"') as mock:
        mock.in_flight()
        before = mock.resident()
        reader = subprocess.Popen([options.build / "mock_streams", mock.port(), str(count), "1", "0"],
                                  stdout=subprocess.PIPE, text=True)
        reader.stdout.readline()
        for _ in range(100):
            if mock.in_flight() == count:
                break
            time.sleep(0.1)
        else:
            sys.exit(f"{mock.in_flight()} of {count} streams are open")
        table.row("5,000 idle streams, kB each", (mock.resident() - before) / count, "mock_idle_stream_kb_max",
                  f"{before / 1024:.1f} MB before, {mock.resident() / 1024:.1f} MB with them")
        reader.kill()
        reader.wait()


def memory_over_time(table, options):
    """Resident memory when so many requests have been served."""
    marks = [100_000, 200_000, 500_000] if options.quick else [1_000_000, 2_000_000, 5_000_000, 10_000_000]
    readings, served = [], 0
    with Mock(options, *OFF) as mock, http_compare.request_script(json.dumps(http_compare.REQUEST).encode()) as script:
        for mark in marks:
            while served < mark:
                served += mock.drive(script, 64, 1 if options.quick else 2)
            readings.append(mock.resident())
            print(f"  {served:11,} requests: {readings[-1] / 1024:.2f} MB", flush=True)
    growth = (readings[-1] / readings[0] - 1) * 100
    table.row(f"memory, {marks[0]:,} to {marks[-1]:,} requests, %", growth, "mock_memory_growth_percent_max")


PARTS = {"message": against_others, "prompt": large_prompt, "streams": busy_streams, "idle": idle_streams,
         "memory": memory_over_time}


if __name__ == "__main__":
    parts.main(__doc__, PARTS)
