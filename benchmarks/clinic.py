"""Every remedy on every patient of the clinic, on ten seeds each: `python -m benchmarks.clinic`.

The question: does the right remedy, and no other, bring the recovery over the threshold, on every seed? A
remedy that finds nothing to change (writing a line that stands there already) leaves the very same game: it
is not played a second time, its recovery is 0 by definition (tests/engines/test_clinic.py shows that it is).
"""

import os
import sys
from collections import defaultdict
from multiprocessing import Pool

import torch

from benchmarks.report import machine, publish, table
from helpers.gan.clinic import CARE, CURED, EXAM, REMEDIES, SEEDS, Patient, follow, recovery, settled
from helpers.gan.clinic_cases import CASES

Job = tuple[str | None, int, str | None]    # case, seed, remedy


def played(job: Job) -> tuple[Job, list[float]]:
    """Play one course, on one thread."""
    torch.set_num_threads(1)
    return job, follow(*job)


def jobs(seeds: int) -> list[Job]:
    """All courses that differ from each other."""
    pairs = [(case, remedy) for case in CASES for remedy in REMEDIES if Patient(case).treat(remedy)]
    return [(case, seed, remedy) for seed in range(seeds)
            for case, remedy in [(None, None), *((case, None) for case in CASES), *pairs]]


def rows(curves: dict[Job, list[float]], seeds: int) -> list[tuple[str, ...]]:
    """One row a case: the worst that the right remedy did, the best that anything else did."""
    out = []
    for case in CASES:
        reached = defaultdict(list)
        for (sick, seed, remedy), curve in curves.items():
            if sick == case and remedy:
                reached[remedy].append(recovery(curve, curves[case, seed, None], curves[None, seed, None]))
        wrong = {remedy: max(values) for remedy, values in reached.items() if remedy != case}
        best = max(wrong, key=wrong.__getitem__)
        left = max(settled(curves[case, seed, None]) for seed in range(seeds))
        passed = min(reached[case]) >= CURED > max(0, wrong[best])
        idle = len(REMEDIES) - len(reached)
        out.append((f"`{case}`", f"{min(reached[case]):.2f}", f"{left:.2f}", f"{wrong[best]:.2f} (`{best}`)",
                    f"{idle} of {len(REMEDIES) - 1}", "yes" if passed else "NO"))
    return out


def main(seeds: int = SEEDS) -> None:
    """Measure and publish."""
    words, todo = machine("torch"), jobs(seeds)
    with Pool(os.cpu_count()) as pool:
        curves = dict(pool.imap_unordered(played, todo))
    healthy = [settled(curves[None, seed, None]) for seed in range(seeds)]
    head = ("case", "right remedy, least", "no remedy: match, most", "wrong remedies, most",
            "wrong ones that change nothing", "only the right one cures")
    publish("clinic", f"{words} {seeds} seeds a case, {EXAM} turns sick and {CARE} with a remedy, "
                      f"{len(todo)} courses. Recovery: 0 as with no remedy, 1 as never sick; cured from "
                      f"{CURED} on. Match of the healthy twins: {min(healthy):.2f} to {max(healthy):.2f}."
                      f"\n\n{table(head, rows(curves, seeds))}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
