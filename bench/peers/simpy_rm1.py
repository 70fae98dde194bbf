#!/usr/bin/python3
"""Peer: the reference model RM-1 (bench/README.md) in SimPy, one process a request, as its manual teaches.
Needs Debian's python3-simpy3. Prints one line of JSON."""
import argparse
import json
import math
import random
import time

import simpy

HISTOGRAM_BITS = 7


class Bucket:
    def __init__(self, rate):
        self.rate = rate
        self.capacity = 2 * rate
        self.level = self.capacity
        self.updated = 0.0

    def refill(self, now):
        self.level = min(self.capacity, self.level + (now - self.updated) * self.rate)
        self.updated = now


class Histogram:
    """Log-linear over microseconds; a cell is named by its lower bound."""

    def __init__(self):
        self.cells = {}
        self.count = 0

    def record(self, seconds):
        value = int(seconds * 1e6)
        shift = max(0, value.bit_length() - 1 - HISTOGRAM_BITS)
        cell = value >> shift << shift
        self.cells[cell] = self.cells.get(cell, 0) + 1
        self.count += 1

    def quantile(self, share):
        below = 0
        for cell in sorted(self.cells):
            below += self.cells[cell]
            if below > int(share * self.count):
                return cell * 1e-6
        return 0.0


class Model:
    def __init__(self, env, pending, seed):
        self.env = env
        self.rate = pending / 5
        self.random = random.Random(seed)
        self.buckets = (Bucket(self.rate), Bucket(0.9 * self.rate * 1000 * math.exp(0.5)),
                        Bucket(self.rate * 250 * math.exp(0.32)))
        self.latency = Histogram()
        self.accepted = 0
        self.retries = 0
        self.microdollars = 0

    def arrivals(self, requests):
        for _ in range(requests):
            self.env.process(self.request())
            yield self.env.timeout(self.random.expovariate(self.rate))

    def admit(self, cost):
        for bucket in self.buckets:
            bucket.refill(self.env.now)
        if any(bucket.level < amount for bucket, amount in zip(self.buckets, cost)):
            return False
        for bucket, amount in zip(self.buckets, cost):
            bucket.level -= amount
        return True

    def request(self):
        start = self.env.now
        inputs = min(max(int(self.random.lognormvariate(math.log(1000), 1.0)), 1), 200_000)
        outputs = min(max(int(self.random.lognormvariate(math.log(250), 0.8)), 1), 8_192)
        attempt = 0
        while not self.admit((1, inputs, outputs)):
            if attempt == 5:
                return
            wait = self.random.uniform(0, min(8.0, 0.5 * 2 ** attempt))
            attempt += 1
            self.retries += 1
            yield self.env.timeout(wait)
        self.accepted += 1
        yield self.env.timeout(0.4 + 50e-6 * inputs + 0.0125 * outputs)
        self.latency.record(self.env.now - start)
        self.microdollars += 3 * inputs + 15 * outputs


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=50_000)
    parser.add_argument("--pending", type=float, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    start = time.process_time()
    env = simpy.Environment()
    model = Model(env, options.pending, options.seed)
    env.process(model.arrivals(options.requests))
    env.run()
    seconds = time.process_time() - start
    print(json.dumps({
        "engine": "simpy", "requests": options.requests,
        "accepted_share": round(model.accepted / options.requests, 5),
        "retries_per_request": round(model.retries / options.requests, 5),
        "p50": round(model.latency.quantile(0.5), 3), "p99": round(model.latency.quantile(0.99), 3),
        "cost": model.microdollars * 1e-6, "cpu_seconds": round(seconds, 4),
        "ns_per_request": round(seconds * 1e9 / options.requests, 1)}))


if __name__ == "__main__":
    main()
