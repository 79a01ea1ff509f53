"""The network of a community: circles, weak ties and layout; how long they take, and how good they are.

Planted circles of about 50 people, ten ties a person, eight in ten of them within the circle, from a seed. Circles are
judged by modularity, a layout by the mean length of a tie over the mean distance of two people (lower is better) and by
how many people stand nearer to the middle of their own circle than to any other. networkx and rustworkx are given the
same network, turn about with ours, each turn in a process of its own that is stopped after `--patience` seconds of
processor time; what did not finish is not tried on more people. Imports are not counted; their cost is printed first.
Processor time, one thread.

    python -m benchmarks.network --sizes 1000,10000,100000 --turns 3
"""

import argparse
import importlib.metadata
import multiprocessing
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from matching.layout import positions
from matching.network import circles
from matching.ties import Network, bridges, overlap

IMPORTS = "numpy", "scipy.sparse", "networkit", "ortools.graph.python.linear_sum_assignment"
#: What NetworKit imports when it is there, and no community's installation has.
EXTRAS = "pandas", "networkx", "matplotlib", "sklearn", "seaborn", "IPython"


def planted(count: int, seed: int) -> tuple[Network, Any]:
    """The network, and the circle of each person."""
    chance = np.random.default_rng(seed)
    number = max(2, count // 50)
    own = np.sort(chance.integers(0, number, count))
    start, size = np.searchsorted(own, np.arange(number)), np.bincount(own, minlength=number)
    a = chance.integers(0, count, count * 5)
    near = start[own[a]] + (chance.random(len(a)) * size[own[a]]).astype(int)
    b = np.where(chance.random(len(a)) < 0.8, near, chance.integers(0, count, len(a)))
    left, right = np.unique(np.sort(np.stack([a, b], axis=1)[a != b], axis=1), axis=0).T
    return Network(count, left, right), own


def modularity(ties: Network, own: Any) -> float:
    """Newman's, of a division into circles."""
    degree = np.bincount(ties.left, minlength=ties.count) + np.bincount(ties.right, minlength=ties.count)
    total = len(ties.left)
    share = np.bincount(own, weights=degree) / (2 * total)
    return float((own[ties.left] == own[ties.right]).mean() - (share**2).sum())


def length(ties: Network, place: Any) -> float:
    """Of a tie, as a share of the distance of two people."""
    chance = np.random.default_rng(0)
    a, b = chance.integers(0, ties.count, (2, 200_000))
    along = np.linalg.norm(place[ties.left] - place[ties.right], axis=1).mean()
    return float(along / np.linalg.norm(place[a] - place[b], axis=1).mean())


def at_home(place: Any, own: Any) -> float:
    """Share of people who stand nearest to the middle of their own circle."""
    from scipy.spatial import cKDTree

    size = np.bincount(own)
    middle = np.stack([np.bincount(own, place[:, axis]) / size for axis in (0, 1)], axis=1)
    return float((cKDTree(middle).query(place)[1] == own).mean())


def in_networkx(ties: Network) -> Any:
    """The same for networkx."""
    import networkx

    graph = networkx.Graph()
    graph.add_nodes_from(range(ties.count))
    graph.add_edges_from(zip(ties.left.tolist(), ties.right.tolist(), strict=True))
    return graph


def in_rustworkx(ties: Network) -> Any:
    """The same for rustworkx."""
    import rustworkx

    graph = rustworkx.PyGraph()
    graph.add_nodes_from(range(ties.count))
    graph.add_edges_from_no_data(list(zip(ties.left.tolist(), ties.right.tolist(), strict=True)))
    return graph


def as_circles(ties: Network, sets: Any) -> Any:
    """Sets of people as numbers."""
    own = np.zeros(ties.count, dtype=np.int64)
    for at, one in enumerate(sets):
        own[list(one)] = at
    return own


def nx_louvain(ties: Network, own: Any) -> str:
    """Communities by networkx."""
    import networkx

    found = networkx.community.louvain_communities(in_networkx(ties), seed=1)
    return f"modularity {modularity(ties, as_circles(ties, found)):.4f}"


def our_circles(ties: Network, own: Any) -> str:
    """Ours."""
    return f"modularity {modularity(ties, circles(ties, seed=1)):.4f}"


def our_weak_ties(ties: Network, own: Any) -> str:
    """Ours: overlaps and bridges."""
    return f"mean overlap {overlap(ties).mean():.4f}, {bridges(ties).sum()} bridges"


def nx_betweenness(ties: Network, own: Any) -> str:
    """Of each tie, exact: what overlap stands in for."""
    import networkx

    return f"{len(networkx.edge_betweenness_centrality(in_networkx(ties)))} ties"


def nx_bridges(ties: Network, own: Any) -> str:
    """Bridges alone."""
    import networkx

    return f"{sum(1 for _ in networkx.bridges(in_networkx(ties)))} bridges"


def rx_bridges(ties: Network, own: Any) -> str:
    """Bridges alone."""
    import rustworkx

    return f"{len(rustworkx.bridges(in_rustworkx(ties)))} bridges"


def judged(ties: Network, place: Any, own: Any) -> str:
    """How good a layout is."""
    return f"tie length {length(ties, place):.3f}, {at_home(place, own):.0%} nearest to their own circle"


def our_layout(ties: Network, own: Any) -> str:
    """Ours, from circles that are found and not given; these count in the time."""
    return judged(ties, positions(ties, circles(ties, seed=1), seed=1), own)


def rx_layout(ties: Network, own: Any) -> str:
    """Fruchterman and Reingold's by rustworkx, 50 turns."""
    import rustworkx

    found = rustworkx.spring_layout(in_rustworkx(ties), seed=1)
    return judged(ties, np.array([found[one] for one in range(ties.count)]), own)


def nx_layout(ties: Network, own: Any) -> str:
    """Fruchterman and Reingold's by networkx, 50 turns."""
    import networkx

    found = networkx.spring_layout(in_networkx(ties), seed=1, method="force")
    return judged(ties, np.array([found[one] for one in range(ties.count)]), own)


TASKS: dict[str, dict[str, Callable[[Network, Any], str]]] = {
    "circles": {"ours": our_circles, "networkx": nx_louvain},
    "weak ties": {
        "ours": our_weak_ties,
        "rustworkx bridges": rx_bridges,
        "networkx bridges": nx_bridges,
        "networkx betweenness": nx_betweenness,
    },
    "layout": {"ours": our_layout, "rustworkx": rx_layout, "networkx": nx_layout},
}


def one_turn(work: Callable[[Network, Any], str], ties: Network, own: Any, patience: int, out: Any) -> None:
    """In a process of its own, so that it can be stopped."""
    small, part = planted(100, 1)
    work(small, part)  # Imports are not counted.
    stop = int(time.process_time()) + patience
    resource.setrlimit(resource.RLIMIT_CPU, (stop, stop + 1))
    began = time.process_time()
    said = work(ties, own)
    out.send((time.process_time() - began, said))


def measured(work: Callable[[Network, Any], str], ties: Network, own: Any, patience: int) -> tuple[float, str] | None:
    """Seconds and what came out; None when it was stopped or is not installed."""
    here, there = multiprocessing.Pipe(duplex=False)
    arguments = (work, ties, own, patience, there)
    child = multiprocessing.get_context("fork").Process(target=one_turn, args=arguments)
    child.start()
    there.close()
    try:
        return here.recv()
    except EOFError:
        return None
    finally:
        child.join()


def cost_of_import(module: str) -> str:
    """In a bare process, without what a community's installation does not have."""
    program = (
        "import sys, time\nfrom pathlib import Path\n"
        "held = lambda: int(Path('/proc/self/statm').read_text().split()[1]) * 4096 / 2**20\n"
        f"for name in {EXTRAS!r}: sys.modules[name] = None\n"
        "before = held(); began = time.process_time()\n"
        f"import {module}\n"
        "print(f'{time.process_time() - began:.2f} s, {held() - before:.0f} MB')"
    )
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--patience", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    versions = [f"{name} {importlib.metadata.version(name)}" for name in ("numpy", "scipy", "networkit")]
    print(f"Python {platform.python_version()}, {', '.join(versions)}")
    for module in IMPORTS:
        print(f"import {module}: {cost_of_import(module)}")
    out: set[str] = set()
    for count in map(int, options.sizes.split(",")):
        ties, own = planted(count, options.seed)
        for task, solvers in TASKS.items():
            found: dict[str, list[tuple[float, str]]] = {name: [] for name in solvers if f"{task} {name}" not in out}
            for _ in range(options.turns):
                for name in list(found):
                    turn = measured(solvers[name], ties, own, options.patience)
                    if turn is None:
                        print(f"{task:9} {count:7,}  {name:20} did not finish within {options.patience} s", flush=True)
                        del found[name]
                        out.add(f"{task} {name}")
                    else:
                        found[name].append(turn)
            ours = statistics.median([took for took, _ in found.get("ours", [])] or [float("nan")])
            for name, turns in found.items():
                took = statistics.median(took for took, _ in turns)
                same = "" if len({said for _, said in turns}) == 1 else "; not the same each time"
                print(
                    f"{task:9} {count:7,} {len(ties.left):9,} ties  {name:20} {took:8.3f} s  ×{took / ours:7.2f}  "
                    f"{turns[-1][1]}{same}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
