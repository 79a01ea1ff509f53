"""Rounds: how long it takes to bring everybody together, and how near the result is to a proved bound.

Two kinds of graph, made from a seed. "plain": 18 edges a person by chance, weights even in [0, 1]: matching alone.
"members": people with interests, languages, hours, circles and three past meetings each: the whole round, pairs thought
of included. Peers get the very same edges, turn about with ours, are stopped after `--patience` seconds of processor
time, and are then not tried on more: networkx and rustworkx (exact, integer weights), HiGHS through scipy (exact), and
a greedy choice. Processor time, one thread.

    python -m benchmarks.rounds --sizes 1000,10000,100000 --turns 3
"""

import argparse
import importlib.metadata
import multiprocessing
import platform
import resource
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from matching.edges import Edges
from matching.pairing import heaviest_pairing
from matching.pool import Participant, Pool
from matching.rounds import Rules, pair_everybody

Meetings = list[tuple[str, str]]


def plain(count: int, seed: int) -> Edges:
    """A graph by chance."""
    chance = np.random.default_rng(seed)
    ends = np.sort(chance.integers(0, count, (count * 9, 2)), axis=1)
    left, right = np.unique(ends[ends[:, 0] != ends[:, 1]], axis=0).T
    return Edges(count, left, right, chance.random(len(left)))


def members(count: int, seed: int) -> tuple[list[Participant], Meetings]:
    """A community: interests as unevenly spread as words are, four ways of speaking, ten waking hours anywhere."""
    chance = np.random.default_rng(seed)
    interests = max(60, count // 50)
    share = 1 / np.arange(1, interests + 1) ** 0.8
    share /= share.sum()
    spoken = [frozenset({"fr"}), frozenset({"en"}), frozenset({"fr", "en"}), frozenset[str]()]
    people = []
    for at in range(count):
        wakes = int(chance.integers(24))
        people.append(
            Participant(
                f"m{at}",
                interests=frozenset(f"i{one}" for one in chance.choice(interests, chance.integers(0, 7), p=share)),
                languages=spoken[int(chance.integers(4))],
                circles=frozenset(f"c{one}" for one in chance.integers(0, max(3, count // 100), chance.integers(0, 3))),
                hours=frozenset((wakes + hour) % 24 for hour in range(10)),
                sat_out=bool(chance.random() < 0.01),
            )
        )
    met = [(f"m{a}", f"m{b}") for a, b in chance.integers(0, count, (count * 3, 2)).tolist()]
    return people, met


def weight_of(edges: Edges, mate: Any) -> float:
    """What pairs weigh."""
    return float(edges.weight[np.asarray(mate)[edges.left] == edges.right].sum())


def mates(count: int, pairs: Any) -> list[int]:
    """With whom each goes."""
    mate = [-1] * count
    for a, b in pairs:
        mate[a], mate[b] = b, a
    return mate


def ours(edges: Edges) -> Any:
    """This program's."""
    return heaviest_pairing(edges).mate


def greedy(edges: Edges) -> Any:
    """The heaviest pair that is left, time and again."""
    mate = [-1] * edges.count
    order = np.argsort(-edges.weight, kind="stable")
    for a, b in zip(edges.left[order].tolist(), edges.right[order].tolist(), strict=True):
        if mate[a] < 0 and mate[b] < 0:
            mate[a], mate[b] = b, a
    return mate


def by_networkx(edges: Edges) -> Any:
    """Exact."""
    import networkx

    graph = networkx.Graph()
    graph.add_weighted_edges_from(zip(edges.left.tolist(), edges.right.tolist(), edges.weight.tolist(), strict=True))
    return mates(edges.count, networkx.max_weight_matching(graph))


def by_rustworkx(edges: Edges) -> Any:
    """Exact on integer weights."""
    import rustworkx

    graph = rustworkx.PyGraph()
    graph.add_nodes_from(range(edges.count))
    whole = np.ceil(edges.weight * (1 << 20)).astype(int).tolist()
    graph.add_edges_from(list(zip(edges.left.tolist(), edges.right.tolist(), whole, strict=True)))
    return mates(edges.count, rustworkx.max_weight_matching(graph, weight_fn=int))


def by_highs(edges: Edges) -> Any:
    """Exact, by branch and cut."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    number = len(edges.left)
    ends = np.concatenate([edges.left, edges.right])
    once = csr_array((np.ones(2 * number), (ends, np.tile(np.arange(number), 2))), shape=(edges.count, number))
    found = milp(
        -edges.weight,
        constraints=LinearConstraint(once, ub=1),
        integrality=np.ones(number),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    chosen = found.x > 0.5
    return mates(edges.count, zip(edges.left[chosen].tolist(), edges.right[chosen].tolist(), strict=True))


SOLVERS: dict[str, Callable[[Edges], Any]] = {
    "ours": ours,
    "greedy": greedy,
    "scipy HiGHS": by_highs,
    "rustworkx": by_rustworkx,
    "networkx": by_networkx,
}


def one_turn(name: str, edges: Edges, patience: int, out: Any) -> None:
    """In a process of its own, so that it can be stopped, and its memory seen."""
    small = Edges(2, np.array([0]), np.array([1]), np.array([1.0]))
    SOLVERS[name](small)  # Imports are not counted.
    stop = int(time.process_time()) + patience
    resource.setrlimit(resource.RLIMIT_CPU, (stop, stop + 1))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    mate = SOLVERS[name](edges)
    took = time.process_time() - began
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    out.send((took, weight_of(edges, mate), sum(one >= 0 for one in mate), more))


def measured(name: str, edges: Edges, patience: int) -> tuple[float, float, int, float] | None:
    """Seconds, weight, people paired, megabytes; None when it was stopped or is not installed."""
    here, there = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=one_turn, args=(name, edges, patience, there))
    child.start()
    there.close()
    try:
        return here.recv()
    except EOFError:
        return None
    finally:
        child.join()


def compare(kind: str, edges: Edges, turns: int, patience: int, out: set[str]) -> None:
    """A table of all solvers on one graph; whoever did not finish is put `out` and not tried on a larger one."""
    bound = heaviest_pairing(edges).bound
    found: dict[str, list[tuple[float, float, int, float]]] = {name: [] for name in SOLVERS if name not in out}
    for _ in range(turns):
        for name in list(found):
            turn = measured(name, edges, patience)
            if turn is None:
                print(f"{kind:8} {edges.count:7,}  {name:12} did not finish within {patience} s")
                del found[name]
                out.add(name)
            else:
                found[name].append(turn)
    own = statistics.median([turn[0] for turn in found.get("ours", [])] or [float("nan")])
    for name, all_turns in found.items():
        took = statistics.median(turn[0] for turn in all_turns)
        _, weight, paired, more = all_turns[-1]
        print(
            f"{kind:8} {edges.count:7,} {len(edges.left):9,} edges  {name:12} {took:9.3f} s  ×{took / own:7.2f}  "
            f"{weight / bound:9.4%} of the bound  {paired / edges.count:7.2%} paired  {more:+6.0f} MB",
            flush=True,
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="100,1000,10000,100000")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--patience", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    versions = [f"{name} {importlib.metadata.version(name)}" for name in ("numpy", "scipy", "ortools")]
    print(f"Python {platform.python_version()}, {', '.join(versions)}")
    out: set[str] = set()
    for count in map(int, options.sizes.split(",")):
        people, met = members(count, options.seed)
        everybody = np.arange(count)
        pool = Pool(people, met=met, blocks=(), rules=Rules(), seed=options.seed)
        compare("plain", plain(count, options.seed), options.turns, options.patience, out)
        compare("members", pool.edges(everybody), options.turns, options.patience, out)
        for size in (2, 3):
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            began = time.process_time()
            found = pair_everybody(people, seed=options.seed, met=met, size=2 if size == 2 else 3)
            took = time.process_time() - began
            again = {frozenset(pair) for pair in met}
            repeats = sum(frozenset(pair) in again for pair in found.pairs)
            more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
            print(
                f"round    {count:7,} in {'pairs' if size == 2 else 'trios'}: {took:.2f} s, {found.share:.4%} of the "
                f"bound, {len(found.pairs):,} pairs, {len(found.trios):,} trios, {len(found.alone)} alone, "
                f"{repeats} repeats, peak {more:+.0f} MB",
                flush=True,
            )


if __name__ == "__main__":
    main()
