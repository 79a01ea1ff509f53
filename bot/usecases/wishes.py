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
    rf"{_PLEASE}|hi|hello|hey|bonjour|bonsoir|salut|comptoir|ok|okay|no|non|no thanks|no thank you|non merci"
    r"|can you|could you|would you|peux tu|tu peux|pouvez vous|vous pouvez|merci de|veuillez"
    r"|i would like you to|i'd like you to"
)
_AFTER: Final = rf"{_PLEASE}|thanks|thank you|merci|now|right now|maintenant|tout de suite|comptoir"
_WANT: Final = (
    r"(?:(?:i want to|i would like to|i'd like to|i wish to|how do i|how can i|je (?:veux|voudrais|souhaite)|j'aimerais"
    r"|comment) )?"
)
_HERE: Final = r"(?:here|(?:this|the) (?:community|server|workspace|group))"
_ICI: Final = r"(?:la communaute|l'espace|(?:ce|le) (?:serveur|groupe))"

#: As they read once folded, without punctuation and without hyphens between letters.
_WISHES: Final[Mapping[Wish, str]] = {
    Wish.QUIET: (
        rf"{_WANT}stop(?: stop)*(?: everything| (?:writing|messaging|talking|contacting|bothering|spamming)(?: to)?"
        r"(?: me)?| sending(?: me)?(?: any| these| your)? (?:messages|cards))?"
        rf"|{_WANT}unsubscribe(?: me)?|leave me alone"
        r"|i (?:no longer want|(?:do not|don't) want (?:to (?:get|receive) )?any more) (?:messages|cards)"
        r"|no more (?:messages|cards)|i (?:do not|don't) want to hear from you(?: again| any ?more)?"
        r"|(?:do not|don'?t|never) (?:write|message|contact|talk)(?: to)? me(?: again| any ?more)?"
        r"|(?:merci d')?arrete[rz]?(?: de (?:m'ecrire|me (?:contacter|parler)|m'envoyer (?:des|tes|vos) messages)"
        r"| les messages| tout)?"
        rf"|{_WANT}(?:me )?desinscrire|desinscription|desinscri(?:s|vez) moi|desabonnez? moi|laissez? moi tranquille"
        r"|(?:je (?:ne )?(?:veux|souhaite) plus recevoir|je ne (?:veux|souhaite) plus) (?:de|aucun|tes|vos) messages?"
        r"|(?:ne )?m'ecri(?:s|t|vez) plus(?: jamais)?|n'ecri(?:s|vez) plus|(?:ne )?me (?:contacte|parle|derange)z? plus"
        r"|(?:ne )?m'envo(?:ie|ies|yez) plus (?:de messages?|rien)|ne plus (?:m'ecrire|me contacter)"
    ),
    Wish.PAUSE: rf"{_WANT}(?:(?:mets|mettez) moi en |faire une )?pause(?: {DAYS.pattern}| \d{{4}}-\d\d-\d\d)?",
    Wish.LEAVE: (
        rf"{_WANT}(?:leave|quit)(?: {_HERE})?|i quit|(?:i'm|i am) leaving(?: {_HERE})?"
        rf"|{_WANT}(?:partir|m'en aller|quitter(?: {_ICI})?)|je (?:pars|quitte|m'en vais)|je quitte {_ICI}"
    ),
    Wish.FORGET: (
        rf"{_WANT}(?:be forgotten|erase|forget (?:about )?me|forget (?:all|everything)(?: about me)?)"
        rf"|{_WANT}(?:delete|erase|remove|wipe) (?:me|everything|(?:all|everything)(?: you \w+)? about me"
        r"|(?:all )?(?:of )?my (?:personal )?(?:data|account|profile|information|info|details))"
        r"|i want my (?:personal )?data (?:deleted|erased|removed)"
        rf"|{_WANT}(?:etre oubliee?|effacer|m'effacer|me supprimer)|oubliez? moi|je (?:veux|voudrais) que "
        r"(?:tu m'oublies|vous m'oubliiez)"
        rf"|{_WANT}(?:supprim|effac|enlev|retir)(?:e|er|ez) (?:moi|tout(?: sur moi| ce qui me concerne"
        r"| ce que (?:tu sais|vous savez) (?:sur|de) moi)?"
        r"|(?:toutes )?mes (?:donnees|informations|infos)(?: personnelles)?|mon (?:compte|profil))"
    ),
    Wish.WHO: (
        r"(?:are you|is this) (?:an? )?(?:(?:real )?(?:person|human)|(?:ro)?bot|chatbot|machine|program|ai|real)"
        r"(?: or (?:an? )?\w+)?|(?:who|what) are you|who is this"
        r"|(?:est ce que )?(?:es tu|etes vous|tu es|vous etes|t'es) "
        r"(?:une? )?(?:(?:vraie )?personne|humaine?|(?:ro)?bot|chatbot|machine|programme|ia)(?: ou (?:une? )?\w+)?"
        r"|qui (?:es tu|etes vous)|(?:tu es|t'es|vous etes) qui"
    ),
}
_WHOLE: Final = {
    wish: re.compile(rf"(?:(?:{_BEFORE}) )*(?:{words})(?: (?:{_AFTER}))*") for wish, words in _WISHES.items()
}


def wish_of(text: str) -> Wish | None:
    """What a text says, if it says nothing else."""
    if len(text) > LONGEST or text.lstrip().startswith("/"):
        return None  # an order is no wish
    plain = re.sub(r"[^\w'-]+", " ", fold(text))
    plain = re.sub(r"(?<=[^\W\d])-(?=[^\W\d])", " ", plain).strip(" -'")
    return next((wish for wish, pattern in _WHOLE.items() if pattern.fullmatch(plain)), None)
