"""What the matcher knows of English: short forms, polite words, and the cues of tense, denial and asking."""

import re
from typing import Final

SHORT_FORMS: Final[dict[str, str]] = {
    # Apostrophes are gone by the time these are looked up, so "can't" and "cant" are one.
    "cant": "can not",
    "cannot": "can not",
    "couldnt": "could not",
    "wont": "will not",
    "wouldnt": "would not",
    "shouldnt": "should not",
    "dont": "do not",
    "doesnt": "does not",
    "didnt": "did not",
    "isnt": "is not",
    "arent": "are not",
    "wasnt": "was not",
    "werent": "were not",
    "hasnt": "has not",
    "havent": "have not",
    "hadnt": "had not",
    "aint": "is not",
    "im": "i am",
    "ive": "i have",
    "youre": "you are",
    "youve": "you have",
    "theyre": "they are",
    "theyve": "they have",
    "weve": "we have",
    "hes": "he is",
    "shes": "she is",
    "its": "it is",
    "thats": "that is",
    "theres": "there is",
    "heres": "here is",
    "whats": "what is",
    "whos": "who is",
    "hows": "how is",
    "wheres": "where is",
    "whens": "when is",
    "lets": "let us",
    "gonna": "going to",
    "wanna": "want to",
    "gotta": "got to",
    "gimme": "give me",
    "lemme": "let me",
    "dunno": "do not know",
    "wat": "what",
    "wot": "what",
    "wut": "what",
    "wht": "what",
    "u": "you",
    "ur": "your",
    "r": "are",
    "n": "and",
    "w": "with",
    "pls": "please",
    "plz": "please",
    "thx": "thanks",
    "ty": "thank you",
    "ppl": "people",
    "doc": "doctor",
    "docs": "doctors",
    "meds": "medicines",
    "xray": "x ray",
    "xrays": "x rays",
    "cos": "because",
    "coz": "because",
    "cuz": "because",
    "bc": "because",
    "tmrw": "tomorrow",
    "abt": "about",
    "b4": "before",
    "info": "information",
    "shud": "should",
    "shld": "should",
    "cud": "could",
    "cld": "could",
    "wud": "would",
    "wld": "would",
    "hav": "have",
    "av": "have",
    "dnt": "do not",
    "wen": "when",
    "wiv": "with",
    "dat": "that",
    "dis": "this",
    "da": "the",
    "becos": "because",
    "bcoz": "because",
    "bcos": "because",
    "bcuz": "because",
    "sumthing": "something",
    "sumthin": "something",
    "nuffin": "nothing",
    "tho": "though",
    "thru": "through",
    "ya": "you",
    "soz": "sorry",
    "appt": "appointment",
    "hosp": "hospital",
    # As clinicians write.
    "tx": "treatment",
    "rx": "treatment",
    "dx": "diagnosis",
    "dxd": "diagnosed",
    "sx": "symptoms",
}
"""How people shorten words in chats and how recognisers drop apostrophes, with the words written out."""

NUMBER_WORDS: Final[dict[str, int]] = {
    word: number
    for number, words in enumerate(
        (
            ("one", "first"),
            ("two", "second"),
            ("three", "third"),
            ("four", "fourth"),
            ("five", "fifth"),
            ("six", "sixth"),
            ("seven", "seventh"),
            ("eight", "eighth"),
            ("nine", "ninth"),
            ("ten", "tenth"),
        ),
        start=1,
    )
    for word in words
}

POLITE: Final = re.compile(
    r"\b(?:(?:can|could|would|will|might) (?:you|we)"
    r"(?: (?:please|possibly|perhaps|maybe|kindly|just|be so (?:kind|good) as to|mind))?(?= \w+ )|"
    r"(?:i would|i) (?:like|want|need) you to(?= \w)|would you mind|"
    r"(?:be|if you would be) so (?:kind|good) as to|(?:i wonder|i was wondering|would it be possible)"
    r"(?: if you (?:can|could|would))?(?: to)?(?= \w)|"
    r"if (?:it is|that is) (?:not too much trouble|all right|possible|okay)|"
    r"if you (?:do not mind|would|can|could|like|please)$|"
    r"please|possibly|kindly|thanks|thank you(?: very much)?|cheers|if you can|if you like|"
    r"hey|hi|hello|(?:my )?(?:dear|love|darling|friend)$|dear|sir|madam|bot|assistant|computer|robot|"
    r"excuse me|sorry|well|um|umm|uh|uhm|erm|er|hmm|ooh|oh|ah|"
    r"okay so|ok so|right then|now then|right now|for me|would you$|will you$|could you$)\b"
)
"""Words that change nothing about what is asked for."""

FILLERS: Final = re.compile(
    r"\b(?:um+|uh+|uhm|erm?|hmm+|you know|i mean|sort of|kind of like|basically|honestly|actually|idk|lol|"
    r"please|thanks|thank you|good (?:morning|afternoon|evening)|hello|hi there|hi|hey|dear doctor|"
    r"i (?:just )?(?:wanted|want|would like) to (?:ask|know)|i was (?:just )?wondering(?: if| whether)?|"
    r"(?:can|could|would) you (?:please )?tell me|do you know|what i want to know is|"
    r"uh what was i gonna say|oh yeah|quick question)\b"
)
"""Words around a question that are not part of it."""

CLAUSE_ENDS: Final = re.compile(
    r"[.!?;:\n]+|,| - |\b(?:but|because|and (?:what|how|why|is|can|does|do|will|i was|the)(?= )|"
    r"what i want to know is|i (?:was )?(?:just )?(?:wanted to ask|wondering|wonder))\b",
    re.IGNORECASE,
)
"""Where a long message may be cut so that the question in it stands alone."""

QUESTION_ENDS: Final = re.compile(
    r"[.!?;\n]+|\b(?:and|also|plus)(?: also)? (?=(?:what|how|why|who|when|is|are|can|does|do|will|could)\b)",
    re.IGNORECASE,
)
"""Where one question may end and another begin."""

STOP_WORDS: Final = frozenset(
    """
    a an the of to in on at by for with from and or so as if is am are was were be been being do does
    did has have had having i me my mine we us our you your he him his she her it its they them their
    this that these those there here some any can could will would shall should may might must just very
    really too also please about
    """.split()  # noqa: SIM905  # a list of quoted words is harder to read
)
"""Words too common to tell one question from another; question words stay in."""

NEGATIONS: Final = frozenset({"no", "not", "never", "without"})
"""Words that turn a request into its opposite: "do not delete it"."""

ASKS_FOR_AN_END: Final = re.compile(
    r"\b(?:how (?:many|much|high|far)|which|what|enough)\b.*"
    r"\b(?:to die|to kill (?:me|myself|you|yourself|someone|somebody|a person)|to end (?:it all|my life))\b"
    r"|\b(?:lethal|deadly|fatal) dose\b"
)
"""How somebody asks what it takes to end a life: that never goes without the line about help."""

ASKING: Final = re.compile(
    r"^(?:(?:hi|hello|hey|and|so|ok|okay|um|uh|but|please|also|then)\s+)*"
    r"(?:can|does|do|is|are|could|will|would|should|why|what|which|might|may|when|how|who|did|has|have|tell)\b"
)
"""How a question begins."""
