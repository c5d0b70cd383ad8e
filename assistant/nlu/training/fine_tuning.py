"""Teaches the encoder and its heads from examples, each varied anew every time it is seen."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  # its name everywhere
from tokenizers import Tokenizer
from torch import Tensor

from assistant.nlu.index.labels import CALM, NONE, Kinds
from assistant.nlu.training.augmentation import Augmentation, Rates
from assistant.nlu.training.examples import HOUSE, Example
from assistant.nlu.training.network import Network

SEED: Final = 1
_BATCH: Final = 32
_SORTED: Final = 20
"""Batches that are sorted by length together: little is lost on padding."""
_WARM_UP: Final = 0.06
_DECAY: Final = 0.01
_STEADY: Final = 0.02
"""The share of the rate that is left at the end."""
_SECOND_BEST: Final = 0.35
"""How much another right answer counts beside the best."""
_HOUSE_SHARE: Final = 0.7
_SENTENCE_SHARE: Final = 0.5
"""How often they are drawn, where a line of somebody who wrote without having seen the program counts 1."""


@dataclass(frozen=True, slots=True)
class Phase:
    """How long, how fast, of what, and how varied. Tried on writers left out."""

    epochs: int
    seen: int
    """Examples an epoch."""
    rate: float
    head_rate: float
    shares: Mapping[str, float]
    """What is drawn: questions, others (which nothing answers), commands, emergencies, and what is calm (no
    emergency, and anything else)."""
    rates: Rates = field(default_factory=Rates)


RECIPE: Final = (
    Phase(
        epochs=4,
        seen=20_000,
        rate=5e-5,
        head_rate=1e-3,
        shares={"questions": 0.30, "others": 0.30, "commands": 0.13, "emergencies": 0.16, "calm": 0.11},
    ),
    Phase(
        epochs=4,
        seen=17_000,
        rate=4e-5,
        head_rate=3e-4,
        shares={"questions": 0.35, "others": 0.27, "commands": 0.13, "emergencies": 0.20, "calm": 0.05},
        rates=Rates(typos=0.28, misheard=0.30, other_name=0.30),
    ),
)
"""First what is meant, then how differently people and recognisers write it down."""

Told = Callable[[int, float, float], None]
"""Told after each epoch: its number, and the loss of both heads."""


def fine_tuned(
    examples: Sequence[Example],
    kinds: Kinds,
    augmentation: Augmentation,
    tokenizer: Tokenizer,
    shipped: Path,
    told: Told,
) -> Network:
    """The trained network. The same examples, recipe, library and processor give the same weights."""
    torch.manual_seed(SEED)
    chance = Random(SEED)  # noqa: S311  # training is to be repeatable
    network = Network(shipped, kinds)
    for phase in RECIPE:
        _go_through(network, phase, examples, kinds, augmentation, tokenizer, chance, told)
    network.eval()
    return network


def _go_through(
    network: Network,
    phase: Phase,
    examples: Sequence[Example],
    kinds: Kinds,
    augmentation: Augmentation,
    tokenizer: Tokenizer,
    chance: Random,
    told: Told,
) -> None:
    augmentation.rates = phase.rates
    heads = [*network.intents.parameters(), *network.alarms.parameters()]
    of_heads = {id(each) for each in heads}
    body = [each for each in network.parameters() if id(each) not in of_heads]
    optimizer = torch.optim.AdamW(
        [
            {"params": body, "lr": phase.rate, "weight_decay": _DECAY},
            {"params": heads, "lr": phase.head_rate, "weight_decay": 0.0},
        ]
    )
    steps = max(1, phase.epochs * phase.seen // _BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, step / (_WARM_UP * steps)) * max(_STEADY, 1 - step / steps)
    )
    network.train()
    for epoch in range(phase.epochs):
        of_intents = of_alarms = 0.0
        batches = list(_batches(_drawn(examples, phase, chance), augmentation, tokenizer, chance))
        for batch in batches:
            intents, alarms = network(*padded([tokens for tokens, _ in batch]))
            wanted = torch.tensor(np.stack([_wanted(example, kinds) for _, example in batch]))
            known = max(1.0, float(wanted.sum()))
            intent_loss = -(wanted * F.log_softmax(intents, dim=1)).sum() / known
            alarm_loss = _alarm_loss(alarms, [example.alarm for _, example in batch], kinds)
            optimizer.zero_grad()
            (intent_loss + alarm_loss).backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            of_intents += float(intent_loss.detach())
            of_alarms += float(alarm_loss.detach())
        told(epoch, of_intents / len(batches), of_alarms / len(batches))


def padded(texts: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Token ids in rows of one length, and which of them belong to a text."""
    longest = max(map(len, texts))
    tokens = torch.zeros((len(texts), longest), dtype=torch.int64)
    seen = torch.zeros((len(texts), longest), dtype=torch.int64)
    for number, text in enumerate(texts):
        tokens[number, : len(text)] = torch.tensor(text)
        seen[number, : len(text)] = 1
    return tokens, seen


def _drawn(examples: Sequence[Example], phase: Phase, chance: Random) -> list[Example]:
    groups: dict[str, list[Example]] = {}
    for example in examples:
        groups.setdefault(_group(example), []).append(example)
    found: list[Example] = []
    for name, group in groups.items():
        count = int(phase.seen * phase.shares[name])
        found += chance.choices(group, [_share(example) for example in group], k=count)
    chance.shuffle(found)
    return found


def _group(example: Example) -> str:
    if example.alarm != CALM:
        return "emergencies"
    if example.is_command:
        return "commands"
    if not example.intents:
        return "calm"
    return "others" if example.intents[0] == NONE else "questions"


def _share(example: Example) -> float:
    if example.source == "sentence":
        return _SENTENCE_SHARE
    return _HOUSE_SHARE if example.writer == HOUSE else 1.0


_Batch = list[tuple[list[int], Example]]


def _batches(
    examples: Sequence[Example], augmentation: Augmentation, tokenizer: Tokenizer, chance: Random
) -> Iterator[_Batch]:
    varied = [augmentation.varied(example) for example in examples]
    read = [(tokenizer.encode(example.text).ids, example) for example in varied]
    batches: list[_Batch] = []
    for start in range(0, len(read), _BATCH * _SORTED):
        several = sorted(read[start : start + _BATCH * _SORTED], key=lambda pair: len(pair[0]))
        batches += [several[first : first + _BATCH] for first in range(0, len(several), _BATCH)]
    chance.shuffle(batches)
    yield from batches


def _wanted(example: Example, kinds: Kinds) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    shares = np.zeros(len(kinds.intents), dtype=np.float32)
    for place, label in enumerate(example.intents):
        shares[kinds.intents.index(label)] = _SECOND_BEST if place else 1.0
    return shares / max(1.0, float(shares.sum())) if example.intents else shares


def _alarm_loss(logits: Tensor, alarms: Sequence[str], kinds: Kinds) -> Tensor:
    """Of an emergency of an unknown kind only that it is one is right."""
    beliefs = F.log_softmax(logits, dim=1)
    lost = []
    for row, alarm in zip(beliefs, alarms, strict=True):
        is_known = alarm in kinds.alarms
        lost.append(-row[kinds.alarms.index(alarm)] if is_known else -torch.logsumexp(row[1:], dim=0))
    return torch.stack(lost).mean()
