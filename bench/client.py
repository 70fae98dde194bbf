#!/usr/bin/python3
"""Requests per second of HTTP load generators, in turn against nginx's static reply.

    bench/client.py --client 'sluice=build/bench/bench_http_client {url} {seconds} {connections}' \\
                    [--body FILE --autocannon NODE_MODULES/.bin/autocannon]

wrk, hey and autocannon run where they are found. A client of --client prints a line of JSON with "requests" and
"per_second". One after the other, round by round, each against the same nginx; the ratio to wrk is the median of the
rounds' ratios. A shared machine drifts: only the ratios of one run mean something.
"""
import argparse
import json
import os
import pathlib
import re
import resource
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile

from http_compare import free_port, nginx


def run(command):
    """Its output, and the processor time that it has used."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{shlex.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


class Wrk:
    name = "wrk"

    def __init__(self, arguments, folder):
        self.arguments, self.script = arguments, folder / "post.lua"
        self.script.write_text(f'wrk.method = "POST"\nwrk.body = io.open("{folder}/body", "rb"):read("*a")\n'
                               'wrk.headers["content-type"] = "application/json"\n')

    def measure(self, url):
        output, cpu = run(["wrk", "-t1", f"-c{self.arguments.connections}", f"-d{self.arguments.seconds}s", "-s",
                           str(self.script), url])
        if re.search(r"Non-2xx|Socket errors", output):
            sys.exit(f"wrk: not every request was answered with 200:\n{output}")
        requests = int(re.search(r"(\d+) requests in", output).group(1))
        return float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1)), cpu / requests


class Hey:
    name = "hey"

    def __init__(self, arguments, folder):
        self.arguments, self.body = arguments, folder / "body"

    def measure(self, url):
        output, cpu = run(["hey", "-z", f"{self.arguments.seconds}s", "-c", str(self.arguments.connections), "-m", "POST",
                           "-T", "application/json", "-D", str(self.body), url])
        rate = float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1))
        return rate, cpu / (rate * self.arguments.seconds)


class Autocannon:
    name = "autocannon"

    def __init__(self, arguments, folder):
        self.arguments, self.body = arguments, folder / "body"

    def measure(self, url):
        output, cpu = run([self.arguments.autocannon, "-j", "-d", str(self.arguments.seconds), "-c",
                           str(self.arguments.connections), "-m", "POST", "-H", "content-type=application/json", "-i",
                           str(self.body), url])
        result = json.loads(output)
        return result["requests"]["total"] / result["duration"], cpu / result["requests"]["total"]


class Client:
    def __init__(self, definition, arguments, folder):
        self.name, self.command = definition.split("=", 1)
        self.arguments, self.body = arguments, folder / "body"

    def measure(self, url):
        values = {"url": url, "seconds": self.arguments.seconds, "connections": self.arguments.connections,
                  "body": self.body}
        output, cpu = run([part.format(**values) for part in shlex.split(self.command)])
        result = json.loads(output.strip().splitlines()[-1])
        return result["per_second"], cpu / result["requests"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--client", action="append", required=True, metavar="NAME=COMMAND")
    parser.add_argument("--body", type=pathlib.Path, help="the request's body, instead of a short message")
    parser.add_argument("--answer", type=int, default=537, help="bytes of the answer's body")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--autocannon", default=shutil.which("autocannon"))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        os.chmod(folder, 0o755)
        body = arguments.body.read_bytes() if arguments.body else json.dumps({"fill": "x" * 250}).encode()
        (folder / "body").write_bytes(body)
        peers = [Wrk(arguments, folder)] if shutil.which("wrk") else []
        peers += [Client(definition, arguments, folder) for definition in arguments.client]
        peers += [Hey(arguments, folder)] if shutil.which("hey") else []
        peers += [Autocannon(arguments, folder)] if arguments.autocannon else []
        server = nginx(folder, free_port(), 200, arguments.answer, "/v1/messages")
        try:
            rounds = [{peer.name: peer.measure(server.url) for peer in peers} for _ in range(arguments.rounds)]
        finally:
            server.stop()
    report(peers, rounds)


def report(peers, rounds):
    print(f"{'client':12} {'requests/s':>11} {'x wrk':>7} {'CPU us/request':>15}")
    for peer in peers:
        rate = statistics.median(one[peer.name][0] for one in rounds)
        cpu = statistics.median(one[peer.name][1] for one in rounds) * 1e6
        ratio = "-"
        if "wrk" in rounds[0]:
            ratio = f"{statistics.median(one[peer.name][0] / one['wrk'][0] for one in rounds):.2f}"
        print(f"{peer.name:12} {rate:11,.0f} {ratio:>7} {cpu:15.2f}")


if __name__ == "__main__":
    main()
