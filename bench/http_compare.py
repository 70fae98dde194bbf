#!/usr/bin/python3
"""CPU time per request of HTTP servers, in turn against nginx's static reply of the same size.

    bench/http_compare.py --server 'sluice=build/bench/sluice mock --port 0 --latency off' \\
                          --server 'node=node bench/peers/http_server.js 0'

Each server prints its URL (http://host:port) within its first lines and serves until SIGTERM. The first one's answer sets
the size of nginx's. All run at once and are loaded by wrk one after the other, round by round; the figure is the server's
CPU time (its children included) over wrk's count of requests, median of the rounds. A shared machine drifts:
only the ratios of one run mean something.
"""
import argparse
import contextlib
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

REQUEST = {
    "model": "claude-haiku-4-5",
    "max_tokens": 64,
    "messages": [{"role": "user", "content": "Say in one sentence what a token bucket is and why a server that "
                                             "limits its clients has one for requests and others for tokens. "}],
    "metadata": {"user_id": "bench"},
}
HEADERS = {"content-type": "application/json", "x-api-key": "bench", "anthropic-version": "2023-06-01"}
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    """User and system time of a process and of its children that run."""
    total = 0
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    total += int(fields[11]) + int(fields[12])
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            total += cpu_seconds(int(child)) * TICKS
    return total / TICKS


def resident_kilobytes(pid):
    match = re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())
    return int(match.group(1))


class Server:
    def __init__(self, name, command, path):
        self.name, self.path = name, path
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.figures, self.rates = [], []
        self.url, self.megabytes = None, 0.0

    def wait_for_url(self):
        for line in self.process.stdout:
            found = re.search(r"http://[\w.\[\]:]+:\d+", line)
            if found:
                self.url = found.group(0) + self.path
                return
        sys.exit(f"{self.name} ended without a URL")

    def ask(self, body):
        request = urllib.request.Request(self.url, data=body, headers=HEADERS)
        with urllib.request.urlopen(request, timeout=10) as answer:
            head = sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
            return head, answer.read()

    def measure(self, script, arguments):
        before = cpu_seconds(self.process.pid)
        requests = self.drive(script, arguments.connections, arguments.seconds)
        used = cpu_seconds(self.process.pid) - before
        self.figures.append(used / requests * 1e6)
        self.rates.append(requests / arguments.seconds)

    def drive(self, script, connections, seconds):
        """Loads it with wrk; how many requests it has answered."""
        output = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", script, self.url],
                                capture_output=True, text=True, check=True).stdout
        if re.search(r"Non-2xx|Socket errors", output):
            sys.exit(f"{self.name}: not every request was answered with 200:\n{output}")
        return int(re.search(r"(\d+) requests in", output).group(1))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()


def nginx(folder, port, head_size, body_size, path):
    """nginx with a static reply; one field fills its head up to the size of the first server's."""
    own = len("Server: nginx/1.22.1" "Date: Sat, 21 Nov 2026 02:24:01 GMT" "Content-Type: application/json"
              "Content-Length: 537" "Connection: keep-alive") + 10
    padding = max(1, head_size - own - len("X-Fill: ") - 2)
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in
                        ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(f"""
worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 8192; }}
http {{ access_log off; keepalive_requests 1000000000; default_type application/json; {temporary}
  server {{ listen 127.0.0.1:{port}; location / {{ add_header X-Fill '{"f" * padding}'; return 200 '{"x" * body_size}'; }} }} }}
""")
    server = Server("nginx", ["nginx", "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")], path)
    server.url = f"http://127.0.0.1:{port}{path}"
    for _ in range(100):
        try:
            server.ask(b"{}")
            return server
        except OSError:
            time.sleep(0.05)
    sys.exit(f"nginx does not start: {(folder / 'error.log').read_text()}")


def free_port():
    import socket
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def request_script(body):
    """wrk's script that posts this body."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "body").write_bytes(body)
        fields = "\n".join(f'wrk.headers["{key}"] = "{value}"' for key, value in HEADERS.items())
        script = folder / "post.lua"
        script.write_text(f'wrk.method = "POST"\nwrk.body = io.open("{folder}/body", "rb"):read("*a")\n{fields}\n')
        yield script


def compare(definitions, body, path, arguments):
    """Measures nginx and these (name, command) round by round. The servers have stopped; their figures stay."""
    servers = []
    with tempfile.TemporaryDirectory() as name, request_script(body) as script:
        folder = pathlib.Path(name)
        os.chmod(folder, 0o755)
        try:
            for server_name, command in definitions:
                servers.append(Server(server_name, command, path))
                servers[-1].wait_for_url()
            head_size, answer = servers[0].ask(body)
            servers.insert(0, nginx(folder, free_port(), head_size, len(answer), path))
            for _ in range(arguments.rounds):
                for server in servers:
                    server.measure(script, arguments)
            for server in servers:
                server.megabytes = resident_kilobytes(server.process.pid) / 1024
        finally:
            for server in servers:
                server.stop()
    return argparse.Namespace(servers=servers, head_size=head_size, answer_size=len(answer))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", action="append", required=True, metavar="NAME=COMMAND")
    parser.add_argument("--path", default="/v1/messages")
    parser.add_argument("--body", type=pathlib.Path, help="the request's body, instead of a short message")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="one line of JSON instead of a table")
    arguments = parser.parse_args()
    for tool in ("wrk", "nginx"):
        if shutil.which(tool) is None:
            sys.exit(f"{tool} is not installed: apt-get install wrk nginx-light")
    body = arguments.body.read_bytes() if arguments.body else json.dumps(REQUEST).encode()
    definitions = [(name, shlex.split(command)) for name, command in (one.split("=", 1) for one in arguments.server)]
    result = compare(definitions, body, arguments.path, arguments)
    report(result.servers, result.head_size, result.answer_size, len(body), arguments.json)


def report(servers, head_size, answer_size, body_size, as_json):
    base = servers[0].figures
    rows = []
    for server in servers:
        ratio = statistics.median(figure / other for figure, other in zip(server.figures, base))
        rows.append({"server": server.name, "microseconds_per_request": round(statistics.median(server.figures), 3),
                     "of_nginx": round(ratio, 3), "requests_per_second": round(statistics.median(server.rates)),
                     "resident_megabytes": round(server.megabytes, 1)})
    if as_json:
        print(json.dumps({"request_bytes": body_size, "answer_bytes": answer_size, "rows": rows}))
        return
    print(f"request {body_size} bytes; answer {answer_size} bytes and {head_size} of header lines")
    print(f"{'server':14} {'us/request':>10} {'x nginx':>8} {'requests/s':>11} {'MB':>7}")
    for row in rows:
        print(f"{row['server']:14} {row['microseconds_per_request']:10.2f} {row['of_nginx']:8.2f} "
              f"{row['requests_per_second']:11,} {row['resident_megabytes']:7.1f}")


if __name__ == "__main__":
    main()
