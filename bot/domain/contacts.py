"""Contact details and secrets in what people type, noticed so that no card tells who its author is (I1)."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import phonenumbers

from bot.domain.contact_looks import CALLS_FOR_ALL, ISBN, LONG_NUMBER, LOOKS

#: What stands where something was taken out.
GAP: Final = "…"
Span = tuple[int, int, str]

#: Numbers as they are written at home in these countries; the first is where most members are.
REGIONS: Final = ("FR", "GB", "US", "BE", "CH")


def without_contacts(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with contact details and secrets taken out, and the kinds of what was there, sorted.

    Kinds: "account", "address", "handle", "iban", "link", "mail", "phone", "secret". Each is replaced by "…"; when
    nothing else is left, the text is empty. What calls everybody ("@everyone") stays as a word that calls nobody.
    """
    quiet = CALLS_FOR_ALL.sub(lambda m: m[1] or m[2], text)
    spans = _outermost(_found(quiet))
    if not spans:
        return quiet, ()
    pieces, at = [], 0
    for start, end, _ in spans:
        pieces.append(quiet[at : max(at, start)])
        at = max(at, end)
    left, more = without_contacts(_tidy(GAP.join([*pieces, quiet[at:]])))
    return left, tuple(sorted({kind for _, _, kind in spans} | set(more)))


def _outermost(spans: Iterable[Span]) -> list[Span]:
    """Those that lie inside no other, in order; of equal ones the first found."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s[0], -s[1])):
        if not kept or span[1] > kept[-1][1]:
            kept.append(span)
    return kept


def _found(text: str) -> Iterator[Span]:
    books = [m.span() for m in ISBN.finditer(text)]
    for start, end, kind in _candidates(text):
        if not any(a <= start < b for a, b in books):
            yield start, end, kind


def _candidates(text: str) -> Iterator[Span]:
    for kind, look in LOOKS:
        yield from ((*m.span(), kind) for m in look.finditer(text))
    for match in LONG_NUMBER.finditer(text):
        compact = re.sub(r"[ \-]", "", match[0]).upper()
        if compact.isdigit():
            if _is_card(compact):
                yield *match.span(), "secret"
        elif _is_iban(compact):
            yield *match.span(), "iban"
    for region in REGIONS:
        leniency = phonenumbers.Leniency.VALID if region == "FR" else phonenumbers.Leniency.STRICT_GROUPING
        for number in phonenumbers.PhoneNumberMatcher(text, region, leniency=leniency):
            if not number.raw_string.isdigit() or region == "FR":
                yield number.start, number.end, "phone"


def _is_iban(compact: str) -> bool:
    """Whether the check digits fit. Source: ISO 13616."""
    return len(compact) >= 15 and int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1


def _is_card(digits: str) -> bool:
    """Whether the check digit fits. Source: ISO/IEC 7812-1 (Luhn)."""
    doubled = [sum(divmod(2 * int(d), 10)) for d in digits[-2::-2]]
    return len(digits) != 13 and (sum(doubled) + sum(map(int, digits[-1::-2]))) % 10 == 0


def _tidy(text: str) -> str:
    joined = re.sub(r"(?:…[\s,;/|()\[\]<>-]*)+…", GAP, text)
    spaced = re.sub(r"\s+", " ", re.sub(r"[(\[<]\s*…\s*[)\]>]", GAP, joined)).strip()
    return "" if not re.search(r"\w", spaced) else spaced
