"""Series of dom0's memory with known truth: a square wave of leases, ramps, drifts, slots that are lost, noise. Needs NumPy."""

import numpy

BASE, SLOT = 882.0, 64.0
DEPLOYED, REMOVED = 45, 20


def day(seed, noise, samples=86_400, drifts=True):
    """One sample a second, MiB, and the places where a new level begins."""
    dice = numpy.random.default_rng(seed)
    target = numpy.empty(samples)
    base, place = BASE, 0
    while place < samples:
        low = place + REMOVED + int(dice.integers(0, 5))
        high = low + DEPLOYED + int(dice.integers(0, 5))
        target[place:low] = base
        target[low:high] = base - SLOT
        chance = dice.random()
        if drifts and chance < 0.02 and base > 500:
            base -= SLOT
        elif drifts and chance < 0.10 and base > 500:
            base -= float(dice.integers(1, 6))
        place = high
    # A balloon takes two seconds for a slot; less is there at once.
    series = numpy.empty(samples)
    current = target[0]
    for at in range(samples):
        step = target[at] - current
        current += max(-SLOT / 2, min(SLOT / 2, step))
        series[at] = current
    changes = [at for at in range(1, samples) if series[at] == target[at] and target[at] != target[at - 1]]
    changes += [at for at in range(1, samples) if series[at] == target[at] != series[at - 1] and target[at] == target[at - 1]]
    return series + dice.normal(0, noise, samples) if noise else series, sorted(set(changes))


def write(path, series, start=1_795_305_600):
    with open(path, "w", encoding="ascii") as file:
        file.write("epoch,dom0_mib\n")
        file.write("\n".join(f"{start + at},{amount:.3f}" for at, amount in enumerate(series)))
        file.write("\n")
