"""What Whisper writes is believed only when there is reason to."""

import math
from dataclasses import dataclass, field

import pytest
import sounds

from assistant.speech.stt.hypothesis_filter import LEAST_CONFIDENCE, judged
from assistant.transcript import Heard, Unheard, UnheardReason

PROMPT = "Today we talk about maple syrup, pancakes and waffles. People mention butter, flour, eggs and milk."
SPOKEN = sounds.white_noise(3.0, 0.1)


@dataclass
class Piece:
    """What faster-whisper says about a stretch of sound."""

    text: str
    avg_logprob: float = -0.1
    compression_ratio: float = 1.2
    tokens: list[int] = field(default_factory=lambda: [1] * 10)


def unclear() -> Unheard:
    return Unheard(UnheardReason.UNCLEAR)


def test_clear_words_are_heard_with_their_mean_probability() -> None:
    heard = judged([Piece(" How are pancakes made?", -0.2)], PROMPT, SPOKEN)
    assert heard == Heard("How are pancakes made?", pytest.approx(math.exp(-0.2)), pytest.approx(3.0))


def test_longer_pieces_weigh_more_in_the_confidence() -> None:
    pieces = [Piece("One two three.", -0.1, tokens=[1] * 30), Piece("Four.", -0.5, tokens=[1] * 10)]
    heard = judged(pieces, "", SPOKEN)
    assert isinstance(heard, Heard)
    assert heard.text == "One two three. Four."
    assert heard.confidence == pytest.approx(math.exp(-0.2))


def test_confidence_never_passes_one() -> None:
    heard = judged([Piece("Yes.", 0.01)], "", SPOKEN)
    assert isinstance(heard, Heard)
    assert heard.confidence == 1.0


def test_nothing_found_in_a_quiet_recording_is_silence() -> None:
    assert judged([], PROMPT, sounds.silence(3.0)) == Unheard(UnheardReason.SILENT)
    assert judged([Piece(" ... ")], PROMPT, sounds.white_noise(3.0, 0.001)) == Unheard(UnheardReason.SILENT)


def test_nothing_found_in_a_loud_recording_is_noise() -> None:
    assert judged([], PROMPT, SPOKEN) == unclear()


def test_doubtful_words_are_not_heard() -> None:
    floor = math.log(LEAST_CONFIDENCE)
    assert isinstance(judged([Piece("Is it far?", floor + 0.01)], "", SPOKEN), Heard)
    assert judged([Piece("Is it far?", floor - 0.01)], "", SPOKEN) == unclear()


def test_a_loop_is_not_heard_however_sure_it_is() -> None:
    assert judged([Piece("mum " * 60, -0.05, compression_ratio=20.0)], "", SPOKEN) == unclear()


def test_a_short_loop_is_not_heard_either() -> None:
    assert judged([Piece("They go on, they go on, they go on, they go on.")], "", SPOKEN) == unclear()
    assert isinstance(
        judged([Piece("They go home when they go out and come home again.")], "", SPOKEN), Heard
    )


def test_a_loop_at_the_end_of_real_words_is_left_out() -> None:
    real = Piece("I would like to bake a cake for my sister on Sunday.", -0.1, tokens=[1] * 15)
    loop = Piece("bye " * 20, -0.1, compression_ratio=9.0, tokens=[1] * 10)
    heard = judged([real, loop], "", SPOKEN)
    assert isinstance(heard, Heard)
    assert heard.text == real.text


def test_a_copy_of_the_prompt_is_not_heard() -> None:
    assert judged([Piece("People mention butter, flour, eggs and milk.")], PROMPT, SPOKEN) == unclear()


def test_a_question_in_the_words_of_the_prompt_is_heard() -> None:
    for question in (
        "Maple syrup",
        "butter, flour, eggs",
        "Should I talk about butter and flour with my baker?",
    ):
        assert isinstance(judged([Piece(question)], PROMPT, SPOKEN), Heard)


@pytest.mark.parametrize("stock", ["Thank you.", "Thank you very much. Bye!", "Thanks for watching!", "you"])
def test_closing_words_of_videos_are_heard_only_when_said_clearly(stock: str) -> None:
    assert judged([Piece(stock, math.log(0.7))], "", SPOKEN) == unclear()
    assert isinstance(judged([Piece(stock, math.log(0.8))], "", SPOKEN), Heard)


def test_thanks_before_a_question_do_no_harm() -> None:
    assert isinstance(judged([Piece("Thank you. Is it far?", math.log(0.65))], "", SPOKEN), Heard)
