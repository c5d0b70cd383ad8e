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
}
"""How people shorten words in chats and how recognisers drop apostrophes, with the words written out."""

SHORT_NOUNS: Final[dict[str, str]] = {
    "op": "operation",
    "ops": "operations",
    "physio": "physiotherapy",
    "docs": "doctors",
    "rehab": "rehabilitation",
}
"""Written out only after misheard words are mended: "by op see" is a biopsy."""

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
    r"\b(?:(?:can|could|would|will) you(?: please)?(?= \w+ )|i would like you to|i want you to|"
    r"would you mind|please|kindly|thanks|thank you(?: very much)?|if you can|if you like|"
    r"hey|hi|hello|dear|sir|madam|bot|assistant|excuse me|sorry|well|um|umm|uh|uhm|erm|er|hmm|"
    r"okay so|ok so|right now|for me)\b"
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

STOP_WORDS: Final = frozenset(
    """
    a an the of to in on at by for with from and or so as if is am are was were be been being do does
    did has have had having i me my mine we us our you your he him his she her it its they them their
    this that these those there here some any can could will would shall should may might must just very
    really too also please about
    """.split()  # noqa: SIM905  # a list of quoted words is harder to read
)
"""Words too common to tell one question from another; question words stay in."""

DENYING: Final = frozenset(
    "stop no not off without never delete remove erase wipe clear forget".split()  # noqa: SIM905  # as above
)
"""Words that turn a request into its opposite."""

ASKING: Final = re.compile(
    r"^(?:(?:hi|hello|hey|and|so|ok|okay|um|uh|but|please|doctor|for my \w+)\s+)*"
    r"(?:can|does|do|is|are|could|will|would|should|why|what|which|might|may|when|how|who|did|has|have)\b"
    r"(?! you (?:please )?(?:help|call|send|get|phone|ring)| not | i do | somebody| someone| anyone)"
    r"|\b(?:is|was|are|could|would|can|does|might|did) (?:that|this|it|they|these|my illness|the \w+) "
    r"(?:be |have been |mean |come |count |belong |related|connected|normal|usual|common|a (?:sign|symptom)|"
    r"part of|from|due to|because of|the (?:condition|illness|disease|calcium|cause))"
    r"|\b(?:symptoms?|signs?|part|feature|result|caused|linked|link|related|connected) (?:of|by|to|with) "
    r"(?:it|this|that|the)\b|\bwhy (?:do|does|would|did)\b|\bis there a link\b"
    r"|\b(?:does|did|can|could|would|has|will) (?:this|that) (?:\w+ )?(?:\w+)\b"
    r"|\b(?:does|did|can|could|would) (?:it|these|they|the (?:illness|disease|calcium|deposits|lumps))\b"
    r"(?! not)"
    r"|\b(?:is|was) (?:that|it|this) (?:why|what|how|possible|typical|expected)\b"
    r"|\b(?:what for|how (?:many|often|common)|what (?:treatment|tests?|helps?|causes?|kinds?))\b"
)
"""Somebody asks *about* a thing rather than telling that it happens."""

OVER: Final = re.compile(
    r"\b(?:(?:years?|months?|weeks?|decades?|long|a while|some time) ago|last (?:year|month|week|winter|"
    r"spring|summer|autumn|january|february|march|april|may|june|july|august|september|october|november|"
    r"december)|"
    r"used to|in the past|in my (?:youth|twenties|thirties|forties|fifties)|as a (?:child|boy|girl|kid)|"
    r"when i was|back (?:in|then)|in (?:19|20)\d\d|"
    r"for (?:many |several |some |a few |two |three |ten )?years|"
    r"on and off|(?:is|are|has|have|was) (?:\w+ )?"
    r"(?:gone now|over|fine|better|healed|cleared|settled|recovered)|"
    r"(?:went|gone) away|long since|"
    r"once (?:had|took|fainted)|recovered from|(?:fine|well|normal|better) (?:now|again)|"
    r"has healed|died (?:of|young|in|from|at))\b"
)
"""It has been, or has gone on quietly for long."""

TOLD: Final = re.compile(
    r"\b(?:i (?:have )?(?:read|heard|saw|watched|learned)|"
    r"for (?:my|an|a) (?:essay|homework|exam|course|assignment)|"
    r"in (?:a|the) (?:film|book|article|story|novel|news)|"
    r"(?:worried|afraid|scared|fear|anxious) (?:that|of|about) (?:it|this|the|getting|having|some)|"
    r"what if|in case|is it true|somebody (?:told|wrote)|"
    r"some(?:one| people) (?:say|says|said)|patients? (?:say|who)|"
    r"people with|no emergency|just a question|only (?:a question|asking)|"
    r"not in danger|some day|one day|eventually)\b"
)
"""A story, a worry or a what-if."""

DENIED_BEFORE: Final = re.compile(
    r"\b(?:not|no|never|without|neither|nor|stopped having|free of|nothing like|any)(?: \w+){0,3} ?$"
)
"""What stands right before an alarming phrase when it is denied."""

DENIED: Final = re.compile(
    r"\b(?:(?:do|does|did) not (?:have|feel|get) (?:any |a |an |the )?(?:\w+ )?"
    r"(?:pain|pains|fever|bleeding|trouble|problems?|infection|chest)|"
    r"(?:is|am|are|was) not (?:bleeding|in (?:any )?(?:danger|pain))|no (?:fever|pain|problems?|trouble)|"
    r"(?:do|does|did) not want to (?:die|be dead|kill|hurt|harm)|all (?:was|is) (?:well|fine|good)|"
    r"never had|(?:have|has|had) not (?:taken|had|lost|been|swallowed)|is (?:no|not an) emergency)\b"
)
"""The alarming thing is said not to be there."""

HAPPENING: Final = re.compile(
    r"\b(?:right now|at this moment|just now|this minute|help me|please help|help|ambulance|"
    r"(?<!no )(?<!not an )emergency|hurry|"
    r"(?:minutes?|an hour|half an hour|hours) ago|"
    r"getting worse|tonight|what (?:do|should|can) i do|come quickly|urgent|"
    r"(?:please|come|be) quick|quick please)\b"
)
"""It is happening now, whatever the form of the sentence."""
