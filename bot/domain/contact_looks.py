"""What contact details and secrets look like, in French and English, plain and in disguise."""

import re
from typing import Final

_AT = r"\s?(?:@|＠|[(\[{_]\s?(?:at|a|arobase|@)\s?[)\]}_]|\s(?:at|arobase|arobas|chez)\s)\s?"
_DOT = r"(?:\.|\s?[(\[{_]\s?(?:dot|point|\.)\s?[)\]}_]\s?|\s(?:dot|point|\.)\s)"
_MAIL_HOSTS = r"(?:gmail|yahoo|hotmail|outlook|orange|laposte|proton(?:mail)?|icloud|wanadoo|sfr|gmx|live|riseup)"
_ENDINGS = (
    r"(?:com|org|net|fr|eu|io|dev|app|uk|info|biz|tv|gg|ly|xyz|online|blog|shop|studio|club|paris|bzh|coop|edu|gov|"
    r"social)"
)
#: Any other ending, which may be a word that a space is missing before: only with a path behind it.
_OTHER_ENDINGS = r"(?!js/)[a-z]{2,9}"
_NETWORK = (
    r"(?:git ?hub|git ?lab|insta(?:gram)?|ig|twitter|facebook|fb|linked ?in|telegram|signal|whats ?app|discord|"
    r"snap(?:chat)?|tik ?tok|mastodon|bluesky|skype|steam|slack|twitch|you ?tube|matrix|threads|messenger|"
    r"pinterest|reddit|viber|vinted|leboncoin|strava|etsy|behance|soundcloud|patreon|paypal|lydia|venmo|revolut|wechat)"
)
_NAME = r"[\w][\w.\-]{1,38}"
_IS = r"(?:\s(?:is|est|c'est|c’est)\s|\s?[:=]\s?|\s?[-=]?->?\s?|\s?→\s?)"
#: A number as it is said, as a whole word: "cinq" is not the beginning of "cinquante".
_NUMBER_WORDS = (
    r"(?:z[ée]ro|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|"
    r"trente|quarante|cinquante|soixante|septante|huitante|nonante|oh|one|two|three|four|five|seven|eight|nine|ten|"
    r"eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|"
    r"seventy|eighty|ninety|\d{1,4})\b"
)
#: What may follow "my GitHub is" without being a name.
_NO_NAME = (
    r"(?:down|broken|public|private|privé|vide|empty|here|ici|the|a|an|not|no|un|une|le|la|les|en|dans|sur|pas|plein|full|new|"
    r"nouveau|old|très|very|trop|too|so|my|mon|better|great|nul|hacked|piraté|bloqué|blocked|still|encore|toujours|pour|for|où|"
    r"where|what|used|utilisé|is|est|and|et|or|ou)\b"
)

#: Kind to what it looks like. Order matters only for the name under which an overlap is reported.
LOOKS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("secret", r"-----BEGIN [A-Z ]+-----.*?(?:-----END [A-Z ]+-----|$)"),
        ("secret", r"\bx(?:ox[a-z]|app)-[\w-]{6,}|\b(?:sk|pk|rk|key)[-_](?:live_|test_|proj-|ant-)?[\w-]{12,}"),
        (
            "secret",
            r"\bgh[pousr]_\w{16,}|\bgithub_pat_\w+|\bglpat-[\w-]+|\bAKIA[0-9A-Z]{12,}|\bAIza[\w-]{20,}|\bhf_\w{20,}",
        ),
        (
            "secret",
            r"\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?|\b[\w-]{23,28}\.[\w-]{6}\.[\w-]{27,}|\bbearer\s+[\w.\-]{12,}",
        ),
        (
            "secret",
            r"\b(?:mdp|mot de passe|pass ?word|passwd|pwd|passphrase|api[ _-]?key|clé (?:api|wifi|wi-fi)|token|secret|"
            r"digicode|code (?:wifi|wi-fi|pin|d['’]accès|de la porte|porte|secret)|door code|pin code|"
            r"wifi (?:code|key))"
            r"(?:\s(?:is|est|c['’]est)\s(?:\S*[\d!#$%&*]\S*|['\"«]\s?\S+)|(?:\s(?:is|est))?\s?[:=]\s?\S+)",
        ),
        ("secret", r"\b(?:mdp|mot de passe|pass ?word|pwd|code wifi|digicode)\s(?=\S*\d)\S+"),
        ("secret", r"(?<!\d)[12]\s?\d{2}\s?(?:0[1-9]|1[0-2])\s?\d[\dab]\s?\d{3}\s?\d{3}(?:\s?\d{2})?(?!\d)"),
        ("iban", r"\biban\b\W{0,5}[a-z]{2}\s?\d{2}[\w\s]{8,34}\d\b"),
        (
            "mail",
            r"\b(?:mailto:)?[\w.+\-]{1,64}"
            + _AT
            + r"[\w\-]{1,63}(?:"
            + _DOT
            + r"[\w\-]{1,63}){0,4}"
            + _DOT
            + r"[a-z]{2,24}\b",
        ),
        (
            "mail",
            r"\b\w{1,40}(?:\s(?:dot|point)\s\w{1,40}){0,3}" + _AT + r"\w[\w\-]{0,62}(?:" + _DOT + r"\w{1,24}){1,4}",
        ),
        ("mail", r"\b[\w.+\-]{1,64}" + _AT + _MAIL_HOSTS + r"\b"),
        ("link", r"<?\b(?:h(?:tt|xx)ps?|ftp|javascript|tel|slack|discord):(?://)?[^\s<>]+>?|\bwww\d?\.[^\s<>]+"),
        (
            "link",
            r"\b(?!(?:asp|ado)\.net\b)(?:[a-z0-9\-]{1,63}\.){1,5}(?:"
            + _ENDINGS
            + r"\b(?:/[^\s<>]*)?|"
            + _OTHER_ENDINGS
            + r"/[^\s<>]+)",
        ),
        (
            "link",
            r"\b(?!(?:un|le|ce|au|du|a|the)\b)[a-z0-9\-]{2,63}(?:\s?[(\[]\s?(?:dot|point|\.)\s?[)\]]\s?|\s(?:dot|point)\s)(?:com|fr|org|net|io|eu)\b",
        ),
        ("handle", r"<[@#!][^<>\s]{1,80}>"),
        ("handle", r"(?<![\w.])[@＠][a-z0-9_][\w.\-]{1,38}(?:[@:][\w\-]+(?:\.[\w\-]+)+)?"),
        ("handle", r"\b[\w.]{2,32}#\d{4}\b|(?<![\w/])/?u/[\w\-]{3,20}\b"),
        ("account", r"\b(?:my|mon|ma|notre|our)\s" + _NETWORK + r"(?:\s\w+)?" + _IS + r"(?!" + _NO_NAME + r")" + _NAME),
        ("account", r"\b" + _NETWORK + r"\s(?:\w+\s)?@?(?:live:)?(?=[\w.\-]*[a-z][_.\d])[a-z][\w.\-]{2,38}\w"),
        (
            "account",
            r"\b" + _NETWORK + r"(?:\s(?:id|handle|pseudo|compte|account|user(?:name)?))?\s?[:=→]\s?@?" + _NAME,
        ),
        (
            "account",
            r"\b(?:on|sur|via|par)\s"
            + _NETWORK
            + r"(?:,\s|\s(?:as|under|sous(?: le (?:nom|pseudo)(?: de)?)?|avec le pseudo|at)"
            r"\s|\s?\(|,? (?:my|mon) (?:name|handle|pseudo|nom)" + _IS + r"|,?\s(?:c['’]est|it['’]s|i['’]m|je suis)\s)"
            r"(?!" + _NO_NAME + r")" + _NAME + r"\)?",
        ),
        ("account", r"\b" + r"(?=[\w.\-]*[\d_.])[a-z][\w.\-]{2,38}\s(?:on|sur)\s" + _NETWORK + r"\b"),
        (
            "account",
            r"\b(?:my|mon)\s(?:user ?name|handle|pseudo|gamertag|login|identifiant|nickname|@)\b(?:\s(?:on|sur)\s\w+)?"
            + _IS
            + _NAME,
        ),
        (
            "phone",
            r"\b(?:t[ée]l(?:[ée]phone)?|phone|mobile|portable|whats ?app|signal|sms|text(?: me)?|call(?: me)?|"
            r"appel(?:ez|le)(?:-moi)?|num[ée]ro)\b[^\d\n]{0,14}(?:\+\s?)?\(?\d(?:[\s().\-/]{0,3}\d){6,14}\b",
        ),
        (
            "phone",
            r"(?<![\w+])(?:(?:\+|00)\s?33\s?(?:\(0\)\s?)?|[0o])[1-9](\s?[._/\-]?\s?)\d{2}(?:\1\d{2}){3}(?![\d/])",
        ),
        ("phone", r"\b(?:z[ée]ro|oh)(?:[\s\-,.]+(?:et[\s\-]+)?" + _NUMBER_WORDS + r"){5,}"),
        ("phone", r"(?<!\d)0(?:[\s.\-]\d){9}(?!\d)|(?<![\w+])(?:\+|00)\d{1,3}(?:[\s().\-]{0,3}\d){7,12}(?!\d)"),
        (
            "address",
            r"\b\d{1,4}\s?(?:bis|ter)?,?\s(?:place|cours|square|route)\s"
            r"(?:de la\s|de l['’]|d[eu]s?\s|d['’])?(?-i:[A-ZÉ])[^,.;!?\n]{2,40}",
        ),
        (
            "address",
            r"\b\d{1,4}\s?(?:bis|ter)?,?\s(?:rue|avenue|boulevard|bd|impasse|allée|chemin|quai|faubourg)\s(?:d[eu]s?\s|d['’]|l['’]|l[ae]s?\s|(?-i:[A-ZÉ]))[^,.;!?\n]{2,40}"
            r"(?:,?\s\d{5}(?:\s[A-ZÉ]\w+)?)?",
        ),
        (
            "address",
            r"\b\d{1,5}\s(?:[A-Z]\w+\s){1,3}(?:street|road|avenue|lane|drive|crescent|terrace|square|close|way|boulevard|st|rd|ave)\b",
        ),
    )
)
CALLS_FOR_ALL: Final = re.compile(
    r"[@＠](everyone|here|channel|group|all|tous)\b|<!(everyone|here|channel)(?:\|[^>]*)?>", re.I
)
LONG_NUMBER: Final = re.compile(r"\b(?:[A-Z]{2}\d{2}[ \-]?(?:[A-Z0-9]{2,4}[ \-]?){3,8}|\d(?:[ \-]?\d){12,18})\b")
ISBN: Final = re.compile(r"\bISBN(?:-1[03])?:?\s*[\d\-\s]{9,17}[\dX]\b", re.IGNORECASE)
