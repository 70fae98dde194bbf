#!/usr/bin/python3
"""Whether being watched slows a load run: the schedule delay of `sluice replay --ui web` with ten viewers of its
dashboard and with none, run in turn against nginx's static reply."""
import http.client
import multiprocessing
import re
import statistics
import time
import urllib.parse

import parts
import replay

VIEWERS = 10


def watch(url, ready, received):
    """Reads ten streams to their end, as ten pages would; counts the states of each."""
    address = urllib.parse.urlsplit(url)
    streams = []
    for _ in range(VIEWERS):
        connection = http.client.HTTPConnection(address.netloc, timeout=60)
        connection.request("GET", f"/events?{address.query}")
        streams.append((connection, connection.getresponse()))
    ready.set()
    for connection, answer in streams:
        states, text = 0, b""
        while b"event: end" not in text:
            text = text[-20:] + answer.read1(1 << 20)
            states += text.count(b"event: state")
        received.put(states)
    for connection, _ in streams:
        connection.close()


def run(options, server, seconds, rate, is_watched):
    """p50 and p99 of the schedule delay in us, its maximum in ms, and the states that each viewer got."""
    command = replay.replay_command(options, replay.OPEN, server.address, "--set", f"/duration={seconds}s", "--set",
                                    f'/workloads/0/arrivals={{"type":"poisson","rate":"{rate}/s"}}')
    command[command.index("none")] = "web"
    process = replay.begin(command)
    url = None
    while not url:  # a warning may come first
        url = re.search(rb"dashboard: (\S+)", process.stderr.readline())
    url = url.group(1).decode()
    states = []
    if is_watched:
        ready, received = multiprocessing.Event(), multiprocessing.Queue()
        viewers = multiprocessing.Process(target=watch, args=(url, ready, received))
        viewers.start()
        ready.wait()
        states = [received.get() for _ in range(VIEWERS)]
        viewers.join()
    text, _, _ = replay.end(process, accepted=(0, 5))
    delay = replay.json.loads(text)["load"]["schedule_delay"]
    return delay["p50"] * 1e6, delay["p99"] * 1e6, delay["max"] * 1e3, states


def viewers(table, options):
    """The median of the rounds' ratios: watched over not watched."""
    seconds, rounds = (2, 2) if options.quick else (10, 7)
    for rate in (1000, 10_000):
        alone, watched = [], []
        with replay.nginx() as server:
            for _ in range(rounds):
                alone.append(run(options, server, seconds, rate, False))
                watched.append(run(options, server, seconds, rate, True))
                time.sleep(0.2)
        for column, name in enumerate(("p50", "p99")):
            before, after = ([row[column] for row in rows] for rows in (alone, watched))
            ratios = [b / a for a, b in zip(before, after)]
            table.row(f"{VIEWERS} viewers / none, {rate:,}/s, delay {name}", statistics.median(ratios),
                      f"dashboard_delay_{name}_ratio_max",
                      f"{statistics.median(before):.1f} to {statistics.median(after):.1f} us; "
                      f"{min(ratios):.2f} to {max(ratios):.2f} in {rounds} pairs")
        states = [count for row in watched for count in row[3]]
        worst = [statistics.median(row[2] for row in rows) for rows in (alone, watched)]
        table.row(f"states a viewer got, {rate:,}/s", statistics.mean(states), None,
                  f"{min(states)} to {max(states)} in {seconds} s; worst delay {worst[0]:.1f} to {worst[1]:.1f} ms")


if __name__ == "__main__":
    parts.main(__doc__, {"viewers": viewers})
