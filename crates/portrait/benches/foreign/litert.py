"""Runs a network over and over with LiteRT on one thread, for ../face.rs.

The arguments are the files of the networks. Each line of input is the number of one of them and how often to run it; the
answer is the median time of one run in nanoseconds, and the largest number of bytes that this process had in memory.
"""

import resource
import sys
from statistics import median
from time import perf_counter_ns

import numpy as np
from ai_edge_litert.interpreter import Interpreter

networks = []
for file in sys.argv[1:]:
    network = Interpreter(file, num_threads=1)
    network.allocate_tensors()
    [given] = network.get_input_details()
    numbers = np.arange(np.prod(given["shape"])) % 251 / 250
    network.set_tensor(given["index"], numbers.astype(np.float32).reshape(given["shape"]))
    networks.append(network)

for line in sys.stdin:
    index, rounds = map(int, line.split())
    times = []
    for _ in range(rounds):
        start = perf_counter_ns()
        networks[index].invoke()
        times.append(perf_counter_ns() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(round(median(times)), peak, flush=True)
