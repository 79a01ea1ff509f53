"""What somebody wishes of us who writes nothing else: quiet, a pause, to leave, to be forgotten, to know who we are.

Only a whole message is taken for one, with a word of courtesy around it at most: "delete my data" is a wish, and "I can
delete data from old disks" an offer.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from matching.text import fold


class Wish(StrEnum):
    """What is done about each of them is for whoever asks."""

    QUIET = "quiet"
    PAUSE = "pause"
    LEAVE = "leave"
    FORGET = "forget"
    #: Who, or what, we are.
    WHO = "who"


#: In letters. No wish is longer.
LONGEST: Final = 120
#: How somebody says how long: a number of days, with the word for them or without.
DAYS: Final = re.compile(r"(?:(?:for|pour|pendant) )?(\d{1,6})(?: ?(?:days?|jours?|d|j))?", re.IGNORECASE)

_PLEASE: Final = r"please|pls|svp|stp|s'il (?:te|vous) plait"
_BEFORE: Final = (
    rf"{_PLEASE}|hi|hello|hey|bonjour|bonsoir|salut|comptoir|can you|could you|would you|peux tu|tu peux|pouvez vous"
    r"|vous pouvez"
)
_AFTER: Final = rf"{_PLEASE}|thanks|thank you|merci|now|right now|maintenant|tout de suite|comptoir"
_WANT: Final = r"(?:(?:i want to|i would like to|i'd like to|i wish to|je (?:veux|voudrais|souhaite)|j'aimerais) )?"

#: As they read once folded, without punctuation and without hyphens between letters.
_WISHES: Final[Mapping[Wish, str]] = {
    Wish.QUIET: (
        r"stop(?: (?:it|this|everything)| (?:writing|messaging|talking|contacting|bothering|spamming)(?: to)?(?: me)?"
        r"| sending(?: me)?(?: any| these| your)?(?: messages| cards| things)?)?|unsubscribe(?: me)?|leave me alone"
        r"|(?:i (?:do not|don't) want (?:to get |to receive )?(?:any )?more|no more|enough) (?:messages|cards)"
        r"|that's enough"
        r"|(?:do not|don't|never) (?:write|message|contact|talk)(?: to)? me(?: again| any ?more)?"
        r"|arrete[rz]?(?: de m'ecrire| (?:de )?m'envoyer (?:des |tes |vos )?messages| tout| ca)?|ca suffit"
        r"|desinscri(?:re|ption|s moi|vez moi)|desabonnez? moi|laissez? moi tranquille"
        r"|(?:(?:je ne veux )?plus|je (?:ne )?veux plus recevoir) (?:de|aucun|tes|vos) messages?"
        r"|(?:ne )?m'ecri(?:s|t|vez) plus|n'ecri(?:s|vez) plus|(?:ne )?me (?:contacte|parle|derange)z? plus"
    ),
    Wish.PAUSE: r"pause(?: (?:(?:for|pour|pendant) )?\d{1,6}(?: ?(?:days?|jours?|d|j))?| \d{4}-\d\d-\d\d)?",
    Wish.LEAVE: (
        rf"{_WANT}(?:leave|quit)(?: (?:here|this community|this server|this workspace))?|i quit|(?:i'm|i am) leaving"
        rf"|{_WANT}(?:partir|m'en aller|quitter(?: la communaute| ce serveur)?)|je (?:pars|quitte|m'en vais)"
    ),
    Wish.FORGET: (
        rf"{_WANT}(?:be forgotten|erase|forget (?:about )?me|forget (?:all|everything)(?: about me)?)"
        rf"|{_WANT}(?:delete|erase|remove|wipe) (?:me|everything|(?:all|everything)(?: you \w+)? about me"
        r"|(?:all )?(?:of )?my (?:personal )?(?:data|account|profile|information|info|details))"
        rf"|{_WANT}(?:etre oubliee?|effacer|m'effacer|me supprimer)|oubliez? moi"
        rf"|{_WANT}(?:supprim|effac|enlev|retir)(?:e|er|ez) (?:moi|tout(?: sur moi| ce qui me concerne)?"
        r"|(?:toutes )?mes (?:donnees|informations|infos)(?: personnelles)?|mon (?:compte|profil))"
    ),
    Wish.WHO: (
        r"(?:are you|is this|is it) (?:an? )?(?:(?:real )?(?:person|human)|(?:ro)?bot|chatbot|machine|program|ai|real)"
        r"|(?:who|what) are you|who is this"
        r"|(?:est ce que )?(?:es tu|etes vous|tu es|vous etes|t'es|c'est) "
        r"(?:une? )?(?:(?:vraie )?personne|humaine?|(?:ro)?bot|chatbot|machine|programme|ia)"
        r"|qui (?:es tu|etes vous)|(?:tu es|t'es|vous etes) qui"
    ),
}
_WHOLE: Final = {
    wish: re.compile(rf"(?:(?:{_BEFORE}) )*(?:{words})(?: (?:{_AFTER}))*") for wish, words in _WISHES.items()
}


def wish_of(text: str) -> Wish | None:
    """What a text says, if it says nothing else."""
    if len(text) > LONGEST:
        return None
    plain = re.sub(r"[^\w'-]+", " ", fold(text))
    plain = re.sub(r"(?<=[^\W\d])-(?=[^\W\d])", " ", plain).strip(" -'")
    return next((wish for wish, pattern in _WHOLE.items() if pattern.fullmatch(plain)), None)
