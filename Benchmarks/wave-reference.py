#!/usr/bin/env python3
"""What trueup wave is raced against: the levels of series by NumPy and ruptures, and of them the leases and what was lost.

Usage: wave-reference.py FILE...

ruptures' KernelCPD (linear kernel, in C) is its fastest exact search; the penalty is that of the Bayesian information
criterion for a change of mean, with the noise told by the median of differences.
"""

import json
import sys

import numpy
import ruptures

RESOLUTION, SLOT = 1.0, 64.0


def levels(series):
    noise = numpy.median(numpy.abs(numpy.diff(series))) / 0.954
    penalty = max(2 * noise**2 * numpy.log(len(series)), RESOLUTION / 2)
    ends = ruptures.KernelCPD(kernel="linear", min_size=2).fit(series.reshape(-1, 1)).predict(pen=penalty)
    begins = [0, *ends[:-1]]
    return [(begin, float(series[begin:end].mean()), end - begin) for begin, end in zip(begins, ends)]


def merged(found):
    """Without the steps of ramps, and with what noise has parted put together."""
    kept = []
    for place, (begin, mean, count) in enumerate(found):
        if count <= 2 and kept and place + 1 < len(found):
            low, high = sorted((kept[-1][1], found[place + 1][1]))
            if low < mean < high and high - low > 8:
                continue
        if kept and abs(kept[-1][1] - mean) < RESOLUTION / 2:
            first, before, samples = kept[-1]
            kept[-1] = (first, (before * samples + mean * count) / (samples + count), samples + count)
        else:
            kept.append((begin, mean, count))
    return kept


def main():
    nodes = []
    for path in sys.argv[1:]:
        table = numpy.loadtxt(path, delimiter=",", skiprows=1, usecols=(0, 1))
        moments, series = table[:, 0], table[:, 1]
        found = merged(levels(series))
        means = [mean for _, mean, _ in found]
        falls = sum(round((a - b) / SLOT) for a, b in zip(means, means[1:]) if a - b > SLOT / 2)
        rises = sum(round((b - a) / SLOT) for a, b in zip(means, means[1:]) if b - a > SLOT / 2)
        nodes.append({
            "node": path, "levels": [[moments[begin], mean] for begin, mean, _ in found],
            "leases": falls, "not_restored": falls - rises})
    json.dump(nodes, sys.stdout)


if __name__ == "__main__":
    main()
