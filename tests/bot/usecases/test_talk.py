from datetime import date, time, timedelta

import pytest

from bot.commands import ChangeSettings, Hear, Leave, Pause, Say
from bot.domain.ids import MemberId
from bot.messages import Form, Message, Refused
from bot.usecases.talk import ORDERS, is_bare_order
from tests.bot.usecases.stories import NEED, OFFER, met, notices_of
from tests.world import COMMUNITY, START, World, in_memory

HEARD = "Je cherche quelqu’un qui sache réparer un vélo"


def key_of(reply: object) -> str:
    assert isinstance(reply, Message)
    return reply.key


@pytest.mark.parametrize("text", ["hello", "Bonjour !", "salut Comptoir", "good evening", "  Hey there"])
async def test_a_greeting_is_greeted(world: World, text: str) -> None:
    assert await world.say(await world.join("Amina"), text) == Message("talk.greeting")


@pytest.mark.parametrize(
    ("text", "kind"),
    [("hi, I need a plumber", "need"), ("Bonjour, je cherche un vélo", "need"), ("salut, je donne un lit", "offer")],
)
async def test_what_is_said_in_one_breath_with_a_greeting_is_heard(world: World, text: str, kind: str) -> None:
    assert key_of(await world.say(await world.join("Amina"), text)) == f"draft.preview.{kind}"


@pytest.mark.parametrize("text", ["thanks", "Merci beaucoup !", "thank you so much", "cheers"])
async def test_thanks_are_welcome(world: World, text: str) -> None:
    assert await world.say(await world.join("Amina"), text) == Message("talk.thanks")


@pytest.mark.parametrize("text", ["hm", "blue sky", "42", "nice weather", "il fait beau", "il pleut"])
async def test_a_word_or_two_that_mean_nothing_are_answered_with_examples(world: World, text: str) -> None:
    assert await world.say(await world.join("Amina"), text) == Message("talk.unclear")


@pytest.mark.parametrize(("text", "kind"), [(NEED, "need"), (OFFER, "offer"), ("I can lend a ladder", "offer")])
async def test_a_need_and_an_offer_are_understood(world: World, text: str, kind: str) -> None:
    assert key_of(await world.say(await world.join("Amina"), text)) == f"draft.preview.{kind}"


async def test_a_text_that_reads_like_neither_is_given_back_to_its_author(world: World) -> None:
    reply = await world.say(await world.join("Amina"), "the old harbour at dawn")

    assert isinstance(reply, Message)
    assert reply.key == "talk.which"
    assert reply.choices == ("need", "offer", "discard")
    assert reply.closes_at == START + timedelta(hours=1)


async def test_open_needs_do_not_stop_a_text_that_may_be_an_offer(world: World) -> None:
    amina = await world.join("Amina")
    for text in ("I need a loom", "I need German conversation", "I need a van on Saturday"):
        await world.post(amina, text)
    assert key_of(await world.say(amina, "the old harbour at dawn")) == "talk.which"

    assert await world.press(amina, "need") == Refused("refusal.too_many.need", {"count": 3})
    assert key_of(await world.press(amina, "offer")) == "draft.preview.offer"


async def test_a_need_and_an_offer_in_one_breath_make_two_drafts(world: World) -> None:
    amina = await world.join("Amina")
    reply = await world.say(amina, "I am looking for a drill. I can help with accounts.")

    assert isinstance(reply, Message)
    assert reply.key == "draft.both"
    assert [part.key for part in reply.parts] == ["draft.preview.need", "draft.preview.offer"]
    assert len(await notices_of(world, amina)) == 2


async def test_a_stranger_is_told_to_join_first(world: World) -> None:
    assert await world.send(Say(MemberId(f"{COMMUNITY}:nobody"), "hello")) == Refused("refusal.not_joined")


# --- what begins with a slash ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "kind"), [("need", "need"), ("besoin", "need"), ("offer", "offer"), ("offre", "offer")]
)
async def test_a_command_with_words_makes_a_draft_and_without_opens_a_form(world: World, word: str, kind: str) -> None:
    amina = await world.join("Amina")

    assert key_of(await world.say(amina, f"/{word} the old harbour at dawn")) == f"draft.preview.{kind}"
    assert await world.say(amina, f"/{word}") == Form(kind)


@pytest.mark.parametrize("word", ["me", "moi", "ME"])
async def test_my_notices_are_a_command_away(world: World, word: str) -> None:
    amina = await world.join("Amina")
    assert await world.say(amina, f"/{word}") == Message("me.empty")

    await world.post(amina, OFFER)
    assert key_of(await world.say(amina, f"/{word}")) == "me.notices"


@pytest.mark.parametrize("word", ["ties", "liens"])
async def test_my_ties_are_a_command_away(world: World, word: str) -> None:
    amina, _ = await met(world)

    assert key_of(await world.say(amina, f"/{word}")) == "me.ties"


@pytest.mark.parametrize("word", ["why", "pourquoi"])
async def test_the_reasons_are_a_command_away(world: World, word: str) -> None:
    assert await world.say(await world.join("Amina"), f"/{word}") == Message("why.nothing")


@pytest.mark.parametrize("word", ["help", "aide"])
async def test_help_is_a_command_away(world: World, word: str) -> None:
    assert await world.say(await world.join("Amina"), f"/{word}") == Message("help")


@pytest.mark.parametrize("word", ["resume", "reprise"])
async def test_pause_stop_and_back_again(world: World, word: str) -> None:
    amina = await world.join("Amina")

    assert key_of(await world.say(amina, "/pause 2026-12-24")) == "settings.paused"
    assert key_of(await world.say(amina, "/pause")) == "settings.paused"
    assert await world.say(amina, "/stop") == Message("settings.stopped")
    assert await world.say(amina, f"/{word}") == Message("settings.resumed")
    assert not (await world.dispatch.me(amina)).person.is_away(START)


@pytest.mark.parametrize(
    "text", ["Stop.", "STOP", "stop writing to me", "Leave me alone!", "unsubscribe", "arrête de m’écrire", "Arrêtez !"]
)
async def test_who_wishes_us_to_be_quiet_in_their_own_words_is_left_alone(world: World, text: str) -> None:
    amina = await world.join("Amina")

    assert await world.say(amina, text) == Message("settings.stopped")


@pytest.mark.parametrize("text", ["I need a stop watch", "stop motion film: I am looking for a camera"])
async def test_a_sentence_about_stopping_is_a_sentence(world: World, text: str) -> None:
    amina = await world.join("Amina")

    assert key_of(await world.say(amina, text)) == "draft.preview.need"


@pytest.mark.parametrize("text", ["ne m'écris plus", "Ne m’écrivez plus !", "please stop"])
async def test_a_wish_for_quiet_is_granted_at_once(world: World, text: str) -> None:
    amina = await world.join("Amina")

    assert await world.say(amina, text) == Message("settings.stopped")
    assert (await world.dispatch.me(amina)).person.stopped_at == START


@pytest.mark.parametrize(
    ("text", "days"),
    [("/pause 10", 10), ("/pause 10 days", 10), ("/pause 3 jours", 3), ("/pause pour 365 jours", 365), ("/pause 1", 1),
     ("/pause 2026-03-12", 10), ("/pause", 30), ("pause", 30), ("Pause !", 30), ("pause 10.", 10), ("pause 2 jours", 2),
     ("pause 2026-03-12, please", 10)],
)  # fmt: skip
async def test_a_pause_is_of_so_many_days(world: World, text: str, days: int) -> None:
    amina = await world.join("Amina")

    assert key_of(await world.say(amina, text)) == "settings.paused"
    paused = (await world.dispatch.me(amina)).person.paused_until
    assert paused is not None and paused.date() == START.date() + timedelta(days=days)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Paris"])
async def test_one_day_is_a_day_wherever_one_is(world: World, zone: str) -> None:
    amina = await world.join("Amina")
    await world.send(ChangeSettings(amina, zone=zone))

    for _ in range(24):
        assert key_of(await world.say(amina, "/pause 1")) == "settings.paused"
        await world.travel(hours=1)


@pytest.mark.parametrize("text", ["/pause 0", "/pause 366", "/pause 2027", "pause 999999 jours"])
async def test_a_pause_of_no_days_or_of_years_is_refused(world: World, text: str) -> None:
    amina = await world.join("Amina")

    assert await world.say(amina, text) == Refused("refusal.days_range", {"least": 1, "most": 365})
    assert not (await world.dispatch.me(amina)).person.is_away(START)


@pytest.mark.parametrize("text", ["/pause 10 minutes", "/pause -3", "/pause 1000000000", "/pause " + "9" * 900])
async def test_what_is_no_number_of_days_is_no_date_either(world: World, text: str) -> None:
    assert key_of(await world.say(await world.join("Amina"), text)) == "refusal.not_a_date"


@pytest.mark.parametrize("text", ["oublie-moi", "Please erase all my data", "I want to leave", "supprime mes données"])
async def test_who_wishes_to_go_is_told_where_and_nothing_is_done_yet(world: World, text: str) -> None:
    amina = await world.join("Amina")
    await world.post(amina, OFFER)

    assert await world.say(amina, text) == Message("talk.leaving")
    assert len(await notices_of(world, amina)) == 1


@pytest.mark.parametrize(
    "text",
    ["I can erase data from old disks", "Je cherche quelqu’un pour supprimer mes données d’un vieux disque",
     "I am looking for somebody to delete my data from a phone"],
)  # fmt: skip
async def test_erasing_data_may_be_what_a_notice_is_about(world: World, text: str) -> None:
    assert key_of(await world.say(await world.join("Amina"), text)).startswith("draft.preview.")


@pytest.mark.parametrize("text", ["are you a bot?", "es-tu un robot ?", "who are you?", "Qui êtes-vous ?"])
async def test_who_asks_what_we_are_is_told(world: World, text: str) -> None:
    assert await world.say(await world.join("Amina"), text) == Message("talk.who")


async def test_a_day_that_is_none_is_said_so(world: World) -> None:
    assert await world.say(await world.join("Amina"), "/pause soon") == Refused("refusal.not_a_date", {"text": "soon"})


@pytest.mark.parametrize(
    ("typed", "language"),
    [("/language fr", "fr"), ("/langue français", "fr"), ("/langue anglais", "en"), ("/language English", "en")],
)
async def test_the_language_is_a_command_away(world: World, typed: str, language: str) -> None:
    amina = await world.join("Amina", "fr" if language == "en" else "en")

    assert await world.say(amina, typed) == Message("settings.saved")
    assert (await world.dispatch.me(amina)).person.language == language


@pytest.mark.parametrize("typed", ["/language", "/language de"])
async def test_a_language_that_we_do_not_speak_is_refused(world: World, typed: str) -> None:
    assert await world.say(await world.join("Amina"), typed) == Refused("refusal.unknown_language")


@pytest.mark.parametrize("typed", ["/dance with me", "/", "/need/offer"])
async def test_an_unknown_command_is_said_back(world: World, typed: str) -> None:
    assert key_of(await world.say(await world.join("Amina"), typed)) == "refusal.unknown_command"


@pytest.mark.parametrize("text", [*ORDERS, "Stop", "pause 2027-01-05", "pause 5 janvier", "pause for two weeks"])
def test_words_without_a_slash_may_be_an_order(text: str) -> None:
    assert is_bare_order(text)


@pytest.mark.parametrize(
    "text", ["pause soon", "pause jusqu’à lundi", "need a ladder", "besoin d’aide", "why me?", "langue fr"]
)
def test_an_order_that_takes_words_takes_them(text: str) -> None:
    assert is_bare_order(text)


@pytest.mark.parametrize(
    "text",
    ["", "stop motion film", "help me move a piano", "pause café : je cherche une machine", "langue des signes",
     "pause of ten minutes with a coffee", "settings", "moi aussi"],
)  # fmt: skip
def test_a_sentence_that_begins_like_an_order_is_none(text: str) -> None:
    assert not is_bare_order(text)


@pytest.mark.parametrize("text", ["help", "Help me!", "help, please", "aide-moi s’il te plaît", "How does this work?"])
async def test_who_asks_for_help_with_us_is_helped(world: World, text: str) -> None:
    assert await world.say(await world.join("Amina"), text) == Message("help")


@pytest.mark.parametrize("text", ["help me move a piano", "help with my taxes", "aide au jardin samedi"])
async def test_who_needs_help_with_something_is_heard(world: World, text: str) -> None:
    assert key_of(await world.say(await world.join("Amina"), text)) in ("draft.preview.need", "talk.which")


def test_every_command_is_known_in_french_and_in_english() -> None:
    pairs = {"need": "besoin", "offer": "offre", "me": "moi", "ties": "liens", "why": "pourquoi", "resume": "reprise"}
    pairs |= {"language": "langue", "help": "aide", "charter": "charte", "pause": "pause", "stop": "stop"}

    assert set(ORDERS) == set(pairs) | set(pairs.values())


# --- what is heard in a channel --------------------------------------------------------------------------------------


@pytest.fixture
async def listening() -> World:
    return await in_memory().open(listening=("comptoir",))


async def test_a_need_heard_in_a_channel_is_asked_about_privately(listening: World) -> None:
    amina = await listening.join("Amina", "fr")
    reply = await listening.hear(amina, HEARD)

    assert isinstance(reply, Message)
    assert (reply.key, reply.choices, reply.beside) == ("heard.need", ("stop",), "comptoir")
    assert [part.key for part in reply.parts] == ["draft.preview.need"]
    await listening.travel(minutes=61)
    assert await notices_of(listening, amina) == []


async def test_what_was_heard_can_be_posted_with_one_tap(listening: World) -> None:
    amina = await listening.join("Amina", "fr")
    await listening.hear(amina, HEARD)
    await listening.press(amina, "post")

    assert len(await notices_of(listening, amina)) == 1


async def test_being_heard_can_be_stopped_with_one_tap(listening: World) -> None:
    amina = await listening.join("Amina", "fr")
    await listening.hear(amina, HEARD)
    await listening.press(amina, "stop")

    assert await listening.hear(amina, "Je cherche un escabeau pour samedi") is None


async def test_nothing_is_heard_where_stewards_did_not_switch_it_on(listening: World) -> None:
    amina = await listening.join("Amina", "fr")

    assert await listening.hear(amina, HEARD, channel="elsewhere") is None
    assert await notices_of(listening, amina) == []


@pytest.mark.parametrize("text", ["Quelle belle journée, non ?", "hm", "", "x" * 100_000, "\x00\x01\x02\x03\x04"])
async def test_small_talk_and_noise_are_passed_over(listening: World, text: str) -> None:
    assert await listening.hear(await listening.join("Amina", "fr"), text) is None


async def test_only_somebody_who_joined_and_is_not_away_is_heard(listening: World) -> None:
    amina, luc = await listening.join("Amina", "fr"), await listening.join("Luc", "fr")
    await listening.send(Leave(amina))
    await listening.send(Pause(luc, date(2026, 4, 1)))

    for member in (amina, luc, MemberId(f"{COMMUNITY}:nobody")):
        assert await listening.send(Hear(member, "comptoir", HEARD)) is None


async def test_whoever_has_asked_for_it_already_is_not_asked_again(listening: World) -> None:
    amina = await listening.join("Amina", "fr")
    await listening.hear(amina, HEARD)
    await listening.press(amina, "post")

    assert await listening.hear(amina, HEARD) is None


async def test_an_overheard_sentence_counts_against_the_budget_and_waits_for_nobodys_night(listening: World) -> None:
    amina = await listening.join("Amina", "fr")
    await listening.send(ChangeSettings(amina, monthly_budget=1))
    assert await listening.hear(amina, HEARD)
    assert await listening.hear(amina, "Je cherche aussi une machine à coudre") is None

    luc = await listening.join("Luc", "fr")
    await listening.send(ChangeSettings(luc, quiet_from=time(0), quiet_until=time(23, 59)))
    assert await listening.hear(luc, HEARD) is None


@pytest.mark.parametrize("text", ["how does this work?", "Comment ça marche ?", "help", "what is this", "c'est quoi ?"])
async def test_whoever_asks_what_this_is_is_told(world: World, text: str) -> None:
    amina = await world.join("Amina")
    reply = await world.say(amina, text)

    assert isinstance(reply, Message) and reply.key == "help"


async def test_in_private_an_unsure_need_is_shown_as_one(world: World) -> None:
    amina = await world.join("Amina")
    reply = await world.say(amina, "I want to learn accordion")

    assert isinstance(reply, Message) and reply.key == "draft.preview.need"
