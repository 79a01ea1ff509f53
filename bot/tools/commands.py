"""The commands with which a community tries the engine on files of its own; no settings and no database needed."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final, Literal

from cyclopts import App, Parameter

from bot.console import complain, print_json, progressing, said, say, tell
from bot.messages import Phrase
from bot.tools.lines import STANDARD

Offers = Annotated[Path, Parameter(help=say("command.option.offers"))]
Needs = Annotated[Path, Parameter(help=say("command.option.needs"))]
Top = Annotated[int, Parameter(help=say("command.option.top"))]
Ranked = Annotated[Path, Parameter(name="--run", allow_leading_hyphen=True, help=say("command.option.ranked"))]
Cut = Annotated[bool, Parameter(negative=(), help=say("command.option.cut"))]
Lexical = Annotated[bool, Parameter(negative=(), help=say("command.option.lexical"))]
Skip = Annotated[bool, Parameter(negative=(), help=say("command.option.skip"))]
Run = Annotated[Path, Parameter(name="--run", help=say("command.option.run"))]
Judged = Annotated[Path, Parameter(name="--qrels", help=say("command.option.qrels"))]
Json = Annotated[bool, Parameter(name="--json", negative=(), help=say("command.option.json"))]
Members = Annotated[Path, Parameter(help=say("command.option.members"))]
Groups = Annotated[Path, Parameter(name="--pairs", allow_leading_hyphen=True, help=say("command.option.pairs"))]
Size = Annotated[Literal[2, 3], Parameter(help=say("command.option.size"))]
Seed = Annotated[int, Parameter(help=say("command.option.seed"))]

#: Names that are listed after a count; more would hide it.
NAMED: Final = 5


def _say_and_go_on(fault: Phrase) -> None:
    complain(said(fault))


def _about(skip: bool) -> Callable[[Phrase], None] | None:
    return _say_and_go_on if skip else None


def search(
    *, offers: Offers, needs: Needs, run: Ranked, top: Top = 100, cut: Cut = False, lexical: Lexical = False,
    skip: Skip = False,
) -> None:  # fmt: skip
    """Rank every offer for every need."""
    from bot.tools.search import search as ranked
    from matching.encoder import built_in

    encoder = None if lexical else built_in()
    if encoder is None and not lexical:
        complain(say("command.search.lexical"))
    with progressing() as progress:
        count = ranked(
            offers, needs, top=top, run=run, encoder=encoder, cut=cut, complain=_about(skip), progress=progress
        )
    if run != STANDARD:
        tell(say("command.search.done", count=count, path=str(run)))


def evaluate(*, run: Run, qrels: Judged, json: Json = False) -> None:
    """Say what a ranking is worth."""
    from bot.tools.evaluate import DEPTH, read_judgements, read_run
    from bot.tools.evaluate import evaluate as compared

    figures = compared(read_run(run), read_judgements(qrels))
    measures = {
        "MRR": figures.mrr,
        f"nDCG@{DEPTH}": figures.ndcg,
        "MAP": figures.map,
        **{f"Recall@{depth}": value for depth, value in figures.recall.items()},
    }
    if json:
        odd = {"missing": figures.missing, "unjudged": figures.unjudged, "unknown": figures.unknown}
        print_json({"needs": figures.needs} | {name: round(value, 6) for name, value in measures.items()} | odd)
        return
    tell(say("command.evaluate.needs", count=figures.needs))
    for name, value in measures.items():
        tell(f"{name:<12}{value:.4f}")
    for ids, key in (
        (figures.missing, "command.evaluate.missing"),
        (figures.unjudged, "command.evaluate.unjudged"),
        (figures.unknown, "command.evaluate.unknown"),
    ):
        if ids:
            complain(say(key, count=len(ids), ids=", ".join(ids[:NAMED]) + ("…" if len(ids) > NAMED else "")))


def classify(*, skip: Skip = False) -> None:
    """Say of each text whether it is a need, an offer or neither."""
    from bot.tools.classify import classify as judged
    from matching.encoder import built_in

    judged(STANDARD, STANDARD, complain=_about(skip), encoder=built_in())


def hold_round(
    *, members: Members, pairs: Groups, size: Size = 2, seed: Seed = 0, skip: Skip = False, json: Json = False
) -> None:
    """Bring everybody together, in pairs or trios."""
    from bot.tools.round import hold_round as held

    with progressing() as progress:
        outcome = held(members, pairs, size=size, seed=seed, complain=_about(skip), progress=progress)
    for left in outcome.left_out:
        complain(say("command.round.left_out", member=left.member, name=left.key, value=left.value))
    if json:
        print_json(
            {
                "members": outcome.members,
                "pairs": outcome.pairs,
                "trios": outcome.trios,
                "alone": outcome.alone,
                "weight": outcome.weight,
                "bound": outcome.bound,
                "share": outcome.share,
                "seconds": round(outcome.seconds, 3),
            }
        )
        return
    tell(say("command.round.members", count=outcome.members))
    tell(say("command.round.groups", pairs=outcome.pairs, trios=outcome.trios, alone=len(outcome.alone)))
    tell(
        say(
            "command.round.worth",
            weight=f"{outcome.weight:.1f}",
            bound=f"{outcome.bound:.1f}",
            share=f"{100 * outcome.share:.2f}",
            seconds=f"{outcome.seconds:.1f}",
        )
    )
    if pairs != STANDARD:
        tell(say("command.round.written", path=str(pairs)))


def add_to(app: App) -> None:
    """Make them commands of `comptoir`."""
    app.command(search, help=say("command.search.help"))
    app.command(evaluate, help=say("command.evaluate.help"))
    app.command(classify, help=say("command.classify.help"))
    app.command(hold_round, name="round", help=say("command.round.help"))
