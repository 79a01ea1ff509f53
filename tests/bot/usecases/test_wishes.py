"""Whole messages that wish something of us, and sentences that only sound like one."""

import pytest

from bot.usecases.wishes import LONGEST, Wish, wish_of

WISHES = {
    Wish.QUIET: (
        "Stop.", "STOP", "please stop!", "stop writing to me", "Leave me alone!", "unsubscribe", "Don’t write to me",
        "don't message me anymore, please", "arrête de m’écrire", "Arrêtez !", "laisse-moi tranquille",
        "ne m'écris plus", "Ne m’écris plus.", "ne m’écrivez plus, s’il vous plaît", "ne me contactez plus",
        "désinscription", "désabonne-moi", "please stop sending me messages", "stop sending these cards",
        "I don’t want any more messages", "no more messages, please", "arrête tout", "stop everything", "ok stop",
        "arrêtez de m’envoyer des messages, svp", "je ne veux plus recevoir de messages", "Stop, stop, stop!",
        "je ne veux plus de messages", "je veux plus recevoir vos messages",
        "Je ne souhaite plus recevoir vos messages",
        "I want to stop", "I want to unsubscribe", "je veux me désinscrire", "comment me désinscrire ?",
        "I no longer want messages", "I don’t want to hear from you", "merci de ne plus m’écrire", "Merci d’arrêter",
        "non merci, arrêtez", "ne m’envoyez plus de messages", "ne m’envoie plus rien", "arrêtez les messages",
        "Arrêtez de me contacter", "ne m’écrivez plus jamais", "dont write to me",
    ),
    Wish.PAUSE: ("pause", "Pause !", "pause, s’il te plaît", "pause 10", "pause 3 jours", "pause for 5 days",
                 "pause 2027-01-05", "mets-moi en pause", "je veux faire une pause"),
    Wish.LEAVE: (
        "I want to leave", "leave", "Leave this community.", "I’m leaving", "I quit!", "je veux partir", "quitter",
        "Je m'en vais", "je voudrais quitter la communauté", "leave the server",
        "leave this group", "quitter le serveur", "how do I leave?",
    ),
    Wish.FORGET: (
        "forget me", "Forget me, please!", "please erase all my data", "delete my data", "Delete me", "erase",
        "Can you delete my account?", "I’d like to be forgotten", "I want to delete all of my personal data",
        "delete everything you know about me", "oublie-moi", "Oubliez-moi, s’il vous plaît.", "supprime mes données",
        "efface mes données stp", "Bonjour, supprimez toutes mes données personnelles", "efface tout",
        "je voudrais supprimer mon compte", "peux-tu effacer mes données ?", "efface-moi", "je veux être oubliée",
        "how do I delete my account?", "comment supprimer mon compte ?", "I want my data deleted",
        "je voudrais que tu m’oublies", "Supprime tout ce que tu sais sur moi",
        "Veuillez supprimer mes données", "I’d like you to delete my data",
    ),
    Wish.WHO: (
        "are you a bot?", "Are you human?", "who are you?", "what are you", "is this a robot?", "es-tu un robot ?",
        "Êtes-vous un bot ?", "est-ce que tu es une machine ?", "t’es un robot ?", "qui es-tu ?", "qui êtes-vous ?",
        "tu es qui ?", "are you a bot or a human?", "tu es humain ou un robot ?",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("wish", "text"), [(wish, text) for wish, texts in WISHES.items() for text in texts])
def test_a_whole_message_may_be_a_wish(wish: Wish, text: str) -> None:
    assert wish_of(text) is wish


@pytest.mark.parametrize(
    "text",
    [
        "", "?", "-", "hello", "help", "merci", "please", "x" * (LONGEST + 1), "stop " * LONGEST,
        "I can erase data from old disks", "delete my data from an old disk, please",
        "Je cherche quelqu’un pour supprimer mes données d’un vieux disque", "supprimer mes données d’un vieux disque",
        "I can help you delete your data", "efface mes tableaux", "I want to leave my bike to somebody",
        "leave a message for Luc", "je veux partir en randonnée", "je pars en vacances, je prête mon vélo",
        "quitter mon travail", "I want to be a robot builder", "who are you looking for", "are you a botanist?",
        "es-tu un robot de cuisine", "stop motion film", "I need a stop watch", "Stop by with a ladder, please",
        "pause café", "pause of ten minutes with a coffee", "pause 10 minutes", "une pause pour le groupe",
        "ne m’écris plus de poèmes", "don’t write to me in French", "forget me not seeds", "oublie-moi ça",
        "remove me a wasp nest", "erase my whiteboard", "stop sending letters", "I need more messages",
        "plus de messages sur le tableau", "je veux plus de messages", "Plus de messages, svp.",
        "That’s enough, thanks", "Ça suffit, merci", "Stop this please", "arrête ça", "C’est une machine", "is it real",
        "/unsubscribe", "/arrêtez", "/stop!", "/ stop",
    ],
)  # fmt: skip
def test_a_sentence_about_something_else_is_none(text: str) -> None:
    assert wish_of(text) is None
