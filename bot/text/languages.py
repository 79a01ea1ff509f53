"""Languages to choose from."""

from typing import Final

#: Languages by their own names, which need no translation.
NAMES: Final = {"en": "English", "fr": "Français"}
#: Others in which people may be glad to meet; whoever speaks one that is not here keeps it.
OTHERS: Final = (
    "ar", "bg", "br", "ca", "cs", "da", "de", "el", "es", "eu", "fa", "fi", "ga", "gl", "he", "hi", "hr", "hu", "it",
    "ja", "ko", "ku", "ln", "nl", "no", "oc", "pl", "pt", "ro", "ru", "sk", "so", "sq", "sr", "sv", "sw", "ta", "tr",
    "uk", "ur", "vi", "wo", "zh",
)  # fmt: skip
