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

NEGATIONS: Final = frozenset({"no", "not", "never", "without"})
"""Those of them that take nothing away themselves: "do not delete it"."""

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

ABOUT_IT: Final = re.compile(
    r"^(?:and |but |so |or )?(?:is|are|was|does|do|did|can|could|will|would|has|have|might|how \w+ (?:is|"
    r"does|can)|"
    r"how (?:is|does|can|do)|when (?:is|does|do)|why (?:is|does|do|are)) "
    r"(?:it|this|they|these|people|patients|children|adults|doctors|somebody|someone|everybody|everyone)\b"
)
"""A question whose subject is the illness or people with it, and not the assistant."""

OVER: Final = re.compile(
    r"\b(?:(?:years?|months?|weeks?|decades?|long|a while|some time) (?:ago|back|since)|"
    r"(?:and|but) (?:it )?(?:has|have|did) not (?:\w+ )?(?:since|again|come back)|not since then|"
    r"never (?:again|since)|"
    r"(?:is|are|am|was|were|been|came|sent|went) (?:\w+ )?home (?:again|now|since|the same day|soon)|"
    r"back home|"
    r"(?:full|good|complete) recovery|got over it|came through|survived|discharged|"
    r"when (?:i|he|she|we|my \w+) (?:was|were|had) (?!this|just)|(?:was|were|been) in (?:the )?hospital|"
    r"at the time|the other year|all (?:over|behind) (?:now|us|me)|as a teenager|"
    r"last (?:year|month|week|winter|"
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
    r"(?:just )?out of (?:interest|curiosity)|just (?:curious|asking|wondering)|i (?:only |"
    r"just )?wonder(?:ed)? (?:if|"
    r"whether|why|how|what)|hypothetically|suppose|supposing|imagine|poor (?:thing|man|woman|soul)|"
    r"(?:if|should) (?:i|he|she|it|they|somebody|someone|anyone) (?:ever|should|were to|happened to)|"
    r"on (?:television|tv|the radio)|documentary|a friend of mine once|once (?:had|saw|knew|met)|"
    r"for (?:my|an|a) (?:essay|homework|exam|course|assignment)|"
    r"in (?:a|the) (?:film|book|article|story|novel|news)|"
    r"(?:worried|afraid|scared|fear|anxious) (?:that|of|about) (?:it|this|the|getting|having|some)|"
    r"what if|in case|is it true|somebody (?:told|wrote)|"
    r"some(?:one| people) (?:say|says|said)|patients? (?:say|who)|"
    r"people with|no emergency|just a question|only (?:a question|asking)|"
    r"not in danger|some day|one day|eventually)\b"
)
"""A story, a worry or a what-if."""

FIGURE: Final = re.compile(
    r"\b(?:dying (?:to|for)|(?:bored|worried|scared|frightened|tickled|sick|loved|starved) to death|"
    r"(?:nearly|almost|could have) died (?:of|laughing|with)|died of (?:embarrassment|laughter|boredom|"
    r"shame)|"
    r"(?:waiting|suspense|boredom|heat|shoes?|feet|curiosity|stairs|noise) (?:is|are) killing|killing time|"
    r"(?:could|would) (?:kill|murder) (?:for|a)|over my dead body|took (?:my|our|her|his) breath away|"
    r"(?:by|take|to|learn|learned|bless your|bless|dear|broken|sweet|cross my|change of|off by) heart|"
    r"heart (?:sank|goes out|went out|bleeds|is broken|was broken)|breaks my heart|bleeding heart|"
    r"(?:gave|gives|give) (?:me|him|her) a heart attack|heart attack when|"
    r"drowning in|choked up|breathing space|(?:get|got) (?:this|it|that) off my chest|"
    r"overdose of (?:good|bad|news|information|work|sun)|collapsed (?:in|with|onto|into) (?:laughter|"
    r"tears|bed|"
    r"the sofa|a chair)|fell (?:asleep|in love)|(?:a|my) (?:phone|car|computer|laptop|battery|"
    r"printer) (?:\w+ ){0,2}"
    r"(?:dead|died)|(?:a )?(?:great|big|real|wonderful) help)\b"
)
"""Alarming words in a figure of speech."""

DENIED_BEFORE: Final = re.compile(
    r"\b(?:(?:not|no|never|without|neither|nor|stopped having|free of|nothing like|any)(?: \w+){0,3}|"
    r"(?:never|without|neither)(?: (?!but|now|and|suddenly)\w+){0,6}) ?$"
)
"""What stands right before an alarming phrase when it is denied."""

DENIED: Final = re.compile(
    r"\b(?:(?:have|has|had) never|never (?:had|have|felt|taken|thought|fainted|collapsed|bled)|"
    r"no (?:\w+ ){0,2}(?:pain|pains|fever|bleeding|breathlessness|trouble|problems|danger) (?:here|at all|"
    r"so far|"
    r"now|today|any more)|nothing (?:serious|urgent|acute|bad)|(?:i am|we are|all|everybody is|he is|"
    r"she is|it is) "
    r"(?:perfectly |quite |all |doing )?(?:fine|well|safe|okay|ok|right)(?: now| again| here)?(?! but)|"
    r"not (?:me|mine|now|at the moment)$|"
    r"(?:do|does|did) not (?:have|feel|get) (?:any |a |an |the )?(?:\w+ )?"
    r"(?:pain|pains|fever|bleeding|trouble|problems?|infection|chest)|"
    r"(?:is|am|are|was) not (?:bleeding|in (?:any )?(?:danger|pain))|no (?:fever|pain|problems?|trouble)|"
    r"(?:do|does|did) not want to (?:die|be dead|kill|hurt|harm)|all (?:was|is) (?:well|fine|good)|"
    r"never had|(?:have|has|had) not (?:taken|had|lost|been|swallowed)|is (?:no|not an) emergency)\b"
)
"""The alarming thing is said not to be there."""

HAPPENING: Final = re.compile(
    r"\b(?:right now|at this moment|just now|this minute|help me|please help|"
    r"(?<!great )(?<!big )(?<!your )(?<!the )(?<!for )(?<!of )(?<!to )help(?! page| menu| with)|ambulance|"
    r"(?<!no )(?<!not an )emergency|hurry|"
    r"(?:minutes?|an hour|half an hour|hours) ago|"
    r"getting worse|tonight|what (?:do|should|can) i do|come quickly|urgent|"
    r"(?:please|come|be) quick|quick please)\b"
)
"""It is happening now, whatever the form of the sentence."""
