### Every sentence that the assistant itself says, in plain English that is easy to hear.
### Short sentences, full words, no emoji. A name on the left never changes; the words on the right may.
### Words between { } are filled in by the program.
### One word for one thing: an answer is saved, and then stands in the bookmarks, from which it is removed and put back; what is
### kept about a person is erased; "delete" is what people do in Telegram itself, whose buttons say so.

## What was heard

heard-back = I heard: "{ $words }"
# Said aloud when it is not sure what was meant.
heard-back-spoken = I heard: { $words }.
heard-back-long-spoken = I heard: { $words }, and so on.

## An answer

footer-source = Source: { $source }
footer-not-reviewed = Not yet reviewed by a doctor or nurse.
footer-reviewed = Reviewed by { $reviewer } on { DATETIME($date, dateStyle: "long") }.
footer-review-due = Reviewed by { $reviewer } on { DATETIME($date, dateStyle: "long") }. This review is out of date.
footer-general = General information, not medical advice.

# What the assistant adds to some answers, after the vetted text and in its own name.
# It begins with whose words these are.
closing-own = A word from me, not from the article.
closing-medicines = Do not stop or change a medicine, a treatment or your diet on your own. Ask your doctor first.
closing-warning-signs = If there is trouble breathing or chest pain now, call { $number }. Also call if someone suddenly gets much worse.
closing-source-differs = The article does not say the same everywhere. Please ask your doctor what holds for you.

## Buttons (their words can also be said or typed)

option-listen = Listen
option-save = Save
option-remove-bookmark = Remove from bookmarks
option-next = Next
option-previous = Previous
option-next-part = Next part
option-previous-part = Previous part
option-listen-all = Listen to the whole topic
option-continue = Continue where I stopped
option-related = Related questions
option-sections = All sections
option-sections-of = All sections of { $topic }
option-faq = Common questions
option-bookmarks = My bookmarks
option-settings = Settings
option-help = Help
option-more-help = More help
option-more-privacy = More about privacy
option-about = About this assistant
option-privacy = Privacy
option-undo = Put it back
option-none-of-these = None of these
option-yes-named = Yes, { $title }
option-show-more = Show more
option-show-earlier = Show earlier
option-export = Send me my data
option-erase = Erase everything about me
option-erase-yes = Yes, erase everything
option-erase-no = No, keep everything
option-answer-as-asked = Answer the way I ask
option-answer-by-text = Answer by text
option-answer-by-voice = Answer by voice
option-answer-by-both = Answer by text and voice
option-speak-slow = Speak slowly
option-speak-normal = Speak at normal speed
option-speak-fast = Speak fast
option-cloud-on = Let Google hear my voice
option-cloud-off = Do not let Google hear my voice
option-keep-questions = Keep my questions
option-keep-questions-yes = Yes, keep my questions
option-keep-questions-no = No, do not keep them
option-keep-questions-off = Stop keeping my questions
option-helped = That helped
option-not-helped = That did not help

# Two buttons in one message never have the same words.
option-numbered = { $label }, number { $number }

## What to say next (said aloud after everything else: first what it does, then the words for it)
# Two or three words are heard far better than one short one: "undo" comes back as "and do".

invite-undo = To have it back, say: put it back.
invite-next = To hear what comes next, say: next.
invite-next-part = To hear part { $number }, say: next.
invite-go-on = To go on, say: next.
invite-continue = To go on where you stopped, say: continue where I stopped.
invite-back = To go back, say: back.
invite-listen-all = To hear all sections in a row, say: listen to the whole topic.
invite-repeat = To hear this again, say: repeat.
invite-save = To save this, say: save.
invite-remove-bookmark = To remove it from your bookmarks, say: remove bookmark.
invite-related = For something close to this, say: related questions.
invite-sections = To choose a section, say: all sections.
invite-faq = To hear common questions, say: common questions.
invite-bookmarks = To hear your bookmarks, say: my bookmarks.
invite-settings = To change how I answer, say: settings.
invite-help = For help, say: help.
invite-more-help = To hear more of what you can do, say: more help.
invite-more-privacy = To hear more of this, say: more about privacy.
invite-start = To begin again, say: start.
invite-about = To hear about me, say: tell me about yourself.
invite-privacy = To hear what I keep about you, say: what do you know about me.
invite-export = To get a copy of all that I keep about you, say: send me my data.
invite-keep-questions = To let me keep your questions, say: keep my questions.
invite-stop-keeping-questions = To stop me from keeping your questions, say: stop keeping my questions.
invite-forget-me = To erase all your data, say: erase everything.
invite-text-only = To get text only, say: text only.
invite-both = To get text and voice, say: text and voice.
invite-audio-on = To hear my answers, say: speak to me.
invite-voice-only = To get voice only, say: voice only.
invite-slower = For a slower voice, say: speak slower.
invite-faster = For a faster voice, say: speak faster.
invite-by-label = For a list of sections, say: { $label }.

## Listening to long answers

# A long answer is heard in parts: "Symptoms, part one of two".
# Before every answer whose title does not name its illness: whoever asked about another one notices at once.
answer-title = { $topic }: { $title }
part-name = { $title }, part { $number } of { $count }
number-in-words = { $number ->
    [1] one
    [2] two
    [3] three
    [4] four
    [5] five
    [6] six
    [7] seven
    [8] eight
    [9] nine
   *[other] { $number }
}
you-were-at = You were at this answer: { $name }.
where-title = Where you are
where-you-are = You are at this answer: { $name }. It is about { $topic }.
where-section = This is section { $number } of { $count }.
where-next-part = Next comes part { $number }.
where-next = Next comes: { $title }.
where-last = Nothing comes after it.
where-left = You also stopped at this answer: { $name }.
listen-all-begins = These are all sections about { $topic }: { $sections } sections in { $parts } parts, about { $minutes } minutes. After each part, say: next. I will keep your place.
end-of-whole-topic = That was the whole topic.
stop-reply = I have stopped. To go on where you were, say: continue.
volume-reply = I cannot change how loud I am. Please use the volume keys of your phone. I can also speak slower or faster.
thanks-reply = You are welcome. Take good care.
# After "that helped" and "that did not help".
feedback-glad = I am glad that it helped.
feedback-sorry = I am sorry that it did not help.
feedback-counted = I count that, but I do not keep who said it.
feedback-otherwise = You can ask me in other words, or ask a doctor.
sympathy-reply = I am sorry that it is hard. It may help to tell your doctor, or somebody you trust, how you feel. You can ask me about the illness at any time.

## Lists

list-sections = Sections
list-faq = Common questions
list-related = Related questions
list-choose = Choose one, or ask me in your own words.
# Said aloud after the name of each thing in a list.
list-number-spoken = Say { $number }.
list-count-spoken = There are { $count } in this list. These are the first { $named }.
list-part-spoken = These are numbers { $first } to { $last } of { $count }.
list-one-spoken = This is number { $number } of { $count }.
list-pick-spoken = To choose one, say its number or its name.
list-more-spoken = To hear more, say: next.
list-end = That was the end of the list.
list-start = That was the start of the list.
related-none = I have nothing more on that. All sections may help.

## When it is not clear what is meant

choice-ask = Which one do you mean?
also-asked = You also asked about this: { $title }.
invite-also-asked = To hear that answer too, say: number one.
# Written in the person's own language; this is what is said aloud, as the voice speaks English.
only-english = I only understand English so far. In an emergency, call { $number }.
choice-none-spoken = To leave this list, say: none of these.
choice-none-again = All right. You can also choose from all sections.
ask-back = Did you ask about this: { $title }?
ask-back-spoken = Say yes or no.
ask-back-others-spoken = Or was it one of these?
choice-none = All right, none of these. Please ask me in other words, or look at all sections.
which-one = I do not know which one you mean. Please choose one of these.
nothing-offered = I do not know which one you mean. Please say its name, or say: all sections.
nothing-in-hand = You have not opened an answer yet. To choose one, say: all sections.
end-of-topic = Nothing comes after this answer.
start-of-topic = Nothing comes before this answer.
not-covered = I have no answer to that. I do not want to guess.
not-covered-nearest = These are the closest that I have.
not-covered-human = A doctor, a pharmacist or a patient group may be able to help.
can-be-asked = You can ask me about { $topic }. Some of its sections are: symptoms, causes, treatment and outlook.
can-be-asked-any = You can ask me what an illness is, how it shows, what causes it, and what helps.
retired = That answer is no longer here. The people who look after the answers removed it. You can choose another one from all sections.
retired-named = "{ $title }" is no longer here. The people who look after the answers removed it. You can choose another one from all sections.
yes-to-nothing = Good. What would you like to know?
no-to-nothing = All right. What would you like to know?
no-to-an-answer = I am sorry. Please ask me in other words.

## Emergencies

emergency-number-default = 112, 911 or your local number
# The same, for a voice.
emergency-number-default-spoken = 1 1 2, 9 1 1, or your local number
# The same, the second time.
emergency-number-again = 112 or 911
emergency-number-again-spoken = 1 1 2 or 9 1 1
# With this each text about an emergency ends.
emergency-again = Call { $number } now.
# Whom to talk to who thinks of suicide, where the operator has named nobody. Crisis lines differ from country to
# country, and this site lists them.
crisis-line-default = the website findahelpline.com
crisis-line-default-spoken = the website find a helpline dot com
emergency-title = Get help now
emergency-call = This may be an emergency. Call for help now: { $number }.
# Said before an answer to a message that only may be an emergency, of a kind that has no line of its own.
emergency-caution = If anyone is in danger right now, call { $number }.

## When a voice message gave no words

unheard-silent = I heard nothing. Please hold the phone closer and say it again, or type it.
unheard-unclear = I did not understand that. Please say it again in English, or type it.
# Said after it, the first time.
unheard-emergency = In an emergency, call { $number }.
unheard-too-big = That file is too big for me. Please send a short voice message, or type your question.
unheard-unreadable = I could not open that file. Please send a voice message, or type your question.
unheard-unavailable = I could not listen just now. Please try again in a minute, or type your question.

# Said with the answer to a long recording.
heard-beginning = That was long. I listened to the first { $seconds } seconds only.

## First contact

start-title = Hello
start-topic = You can ask me about { $topic }.
start-topics = You can ask me about these illnesses.
start-many-topics = You can ask me about { $count } illnesses. Just name the illness in your question.
start-limits = I am a program, not a doctor. I only give answers that were written ahead of time. I make nothing up.
start-not-reviewed = Not every answer has been reviewed by a doctor or nurse. Each answer says if it was.
start-emergency = In an emergency, do not wait for me. Call { $number }.
start-ask = Type your question, or send a voice message. I answer by text or by voice, as you like.
# Only shown: the voice says so in its last words anyway.
start-help = Say "help" at any time.
start-unknown-link = I do not have the answer that this link leads to. It may have been removed.
start-only-english = I am sorry, I only speak English so far.

## Help

help-title = Help
help-ask = Ask in your own words. You can ask about the symptoms, for example.
help-voice = You can do everything by voice. For all sections, say: all sections. To go on, say: next. To hear an answer again, say: repeat.
help-listen = To hear all sections in a row, say: listen to the whole topic. To hear your place, say: where am I. To go on where you stopped, say: continue where I stopped.
help-speed = For a slower voice, say: speak slower. For a faster voice, say: speak faster.
help-answers = To hear my answers, say: speak to me. To only read them, say: text only.
help-bookmarks = To save an answer in your bookmarks, say: save. To hear your bookmarks, say: my bookmarks.
help-feedback = To tell me about an answer, say: that helped. Or say: that did not help.
help-type = You can also type the same words, or press the buttons.
help-limits = I am not a doctor. I cannot say what is right for you. Please ask a doctor or a patient group about that.

## About

about-title = About this assistant
about-what = I help people who live with { $topic }, and those who care for them.
about-how = My answers were written ahead of time. They retell a public article in plain words. I give them as they were written, and make nothing up.
about-not-reviewed = Not every answer has been reviewed by a doctor or nurse. Each answer says if it was.
about-limits = I tell you what is known in general. I am not a doctor, and I cannot take the place of one.
about-voice = My voice is made by a computer.

## Privacy

privacy-title = Privacy
privacy-kept = I keep your Telegram number, your settings, your bookmarks, and your place in the answers. The people who run me store them. I keep them until you erase them.
privacy-messages = I do not keep your voice messages or your questions after I answer. Telegram keeps this chat until you delete it.
privacy-messages-kept = I do not keep your voice messages. You let me keep the words of your questions, for { $days } days at most. Telegram keeps this chat until you delete it.
privacy-questions-off = You can let me keep your questions, to help those who write my answers. To hear what I would keep, say: keep my questions.
privacy-questions-on = To make me erase your questions and keep no more, say: stop keeping my questions.
privacy-feedback = When you tell me that an answer helped, or did not, I count it. I do not keep who said it.
privacy-voice = I turn your voice into words myself. Your voice goes to nobody else.
privacy-cloud-off = You can let Google hear your voice instead, in the settings.
privacy-cloud-on = You let Google hear your voice messages, to turn them into words. You can stop that in the settings.
privacy-who = The people who run me could look at what I keep.
privacy-who-editors = The people who run me could look at what I keep. Those who write my answers can read your questions, without your Telegram number.
privacy-no-one-else = I show what I keep to no one else. Only if my own voice fails, Google speaks for me. Then it gets the words that I say aloud: my answers, and the names of your bookmarks.
# Where Google's voice is used: what is said aloud, lists of bookmarks too, goes there to be spoken.
privacy-cloud-voice = Google makes my voice. So Google gets the words that I say aloud: my answers, and the names of your bookmarks.
privacy-copies = { $count ->
        [0] I make no spare copies.
        [one] A spare copy is made each day, in case the computer breaks. Only the last one is kept. When you erase all, it goes from that too.
       *[other] A spare copy is made each day, in case the computer breaks. The last { $count } are kept. When you erase all, it goes from them too.
    }
privacy-export = To get a copy of all that I keep about you, say: send me my data.
privacy-erase = To erase all your data, say: erase everything.

## Settings

settings-title = Settings
answers-as-asked = When you speak, I answer by voice and text. When you type, I answer by text.
answers-by-text = I answer by text.
answers-by-voice = I answer by voice.
answers-by-both = I answer by text and by voice.
speaks-slow = I speak slowly.
speaks-normal = I speak at normal speed.
speaks-fast = I speak fast.
speaks-slowest = I cannot speak slower.
speaks-fastest = I cannot speak faster.
cloud-is-on = You let Google hear your voice messages, to turn them into words.
cloud-is-off = Google does not hear your voice messages. I turn them into words myself.
cloud-not-offered = Your voice messages go to nobody else. There is nothing to turn on or off.
questions-are-kept = I keep the words of your questions for { $days } days, to help those who write my answers.
questions-are-not-kept = I do not keep your questions.
settings-changed = Done.
# After "text only" and "stop": only shown, since the voice says it among the things to say next.
answers-by-text-way-back = To hear my answers again, choose { option-answer-by-both }, or say: speak to me.
place-is-kept = I keep your place: { $name }.
language-only-english = I only speak English so far. Please write and speak to me in English.

## Bookmarks

bookmarks-title = My bookmarks
bookmarks-none = You have no bookmarks yet. When an answer helps you, choose Save, or say: save.
bookmarks-choose = Choose one to open it.
bookmarks-retired = "{ $title }" is no longer here. To remove it, say: remove bookmark.
bookmark-saved = I saved "{ $title }" in your bookmarks.
bookmark-saved-already = "{ $title }" is already in your bookmarks.
bookmark-removed = I removed "{ $title }" from your bookmarks.
bookmark-not-there = "{ $title }" is not in your bookmarks.
bookmark-not-there-unnamed = That answer is not in your bookmarks.
bookmark-put-back = I put "{ $title }" back in your bookmarks.
undo-nothing = There is nothing to put back.

## Keeping questions, for whoever agrees to it

keep-questions-title = Keeping your questions
keep-questions-why = It helps the people who write my answers to see what I cannot answer yet.
keep-questions-what = I would keep the words of each question, my answer, and the time. I never keep your voice, or what may be about an emergency.
keep-questions-who = The people who run me can read them, and those who write my answers. So please leave names out.
keep-questions-how-long = I erase each question after { $days } days, and all of them when you stop. I answer you just as well if you say no.
keep-questions-ask = Shall I keep your questions?
keep-questions-ask-spoken = Say yes or no.
keep-questions-ask-again = I am not sure that you said yes. I keep no questions yet. Shall I keep your questions?
keep-questions-ask-again-spoken = Say: yes, keep my questions. Or say: no, do not keep them.
keep-questions-on = Thank you. From now on I keep your questions, each for { $days } days. To make me keep no more, say: stop keeping my questions.
keep-questions-on-already = I keep your questions already, each for { $days } days. To make me keep no more, say: stop keeping my questions.
keep-questions-left = All right. I keep none of your questions.
keep-questions-off = I do not keep your questions. Those that I had kept are erased.

## A copy of what is kept

export-title = All that I keep about you
export-done = I sent you a file. It holds your settings, your place in the answers, and { $bookmarks ->
    [0] no bookmarks
    [one] one bookmark
   *[other] { $bookmarks } bookmarks
}.
export-done-questions = It also holds { $count ->
    [one] one question that you let me keep
   *[other] { $count } questions that you let me keep
}.
export-stays = You can read it here or save it. It stays in this chat until you delete it.
export-caption = All that I keep about you, to read.
kept-not-read = I cannot read what I keep just now. Please ask me again in a minute.
# What stands in the file.
export-made = This copy was made on { DATETIME($date, dateStyle: "long") }. It holds all that I keep about you, and no one else.
export-number-title = Your number
export-number = In Telegram you have the number { $number }. I do not keep your name.
export-settings-title = Your settings
export-place-title = Your place in the answers
export-shown = The buttons that I showed you last:
export-nothing = I keep nothing of this kind.
export-bookmark = { $number }. { $title }, saved on { DATETIME($date, dateStyle: "long") }.
export-bookmark-removed = { $title }, saved on { DATETIME($date, dateStyle: "long") }. You removed it, and it can still be put back.
export-questions-title = Your questions that you let me keep
export-question = { $number }. { $words }, asked on { DATETIME($date, dateStyle: "long") }.
export-messages-title = Your messages that I have not answered yet
export-messages = { $count ->
    [one] There is one. It is the one that asks for this file, if you sent no other. I erase it when I have answered.
   *[other] There are { $count }. One of them asks for this file. I erase each when I have answered it.
}
export-raw-title = The same, line by line
export-raw = These are the same facts, line by line, as the computer stores them.

## Erasing everything

forget-title = Erase everything?
forget-ask = I will erase your Telegram number, your settings, your bookmarks, and your place in the answers. I will also erase the questions that you let me keep. You cannot undo this. Shall I?
forget-ask-spoken = Say yes or no.
forget-ask-again = I am not sure that you said yes. I have erased nothing yet. Shall I erase everything?
forget-ask-again-spoken = Say: yes, erase everything. Or say: no, keep everything.
forget-left = I erased nothing.
forget-done = Done. I erased everything that I kept about you. The messages in this chat stay until you delete them.
forget-kept = All right. I erased nothing.

## When something goes wrong

not-saved = I could not save that just now, so nothing was changed. Please try again in a minute.
bookmarks-not-reached = I cannot reach your bookmarks just now. Please try again in a minute.

## Words that the assistant listens for, never says, after it has named a few things
## Separated by commas. "pick-words-1" is whatever means the first of them.

pick-words-1 = 1, one, first, 1st, won
pick-words-2 = 2, two, second, 2nd, to, too, tow, secnd
pick-words-3 = 3, three, third, 3rd
pick-words-4 = 4, four, fourth, 4th, for
pick-words-5 = 5, five, fifth, 5th
pick-words-6 = 6, six, sixth, 6th
pick-words-7 = 7, seven, seventh, 7th
pick-words-8 = 8, eight, eighth, 8th, ate
pick-words-9 = 9, nine, ninth, 9th
pick-words-10 = 10, ten, tenth, 10th
pick-words-11 = 11, eleven, eleventh, 11th
pick-words-12 = 12, twelve, twelfth, 12th
pick-words-13 = 13, thirteen, thirteenth, 13th
pick-words-14 = 14, fourteen, fourteenth, 14th
pick-words-15 = 15, fifteen, fifteenth, 15th
pick-words-16 = 16, sixteen, sixteenth, 16th
pick-words-17 = 17, seventeen, seventeenth, 17th
pick-words-18 = 18, eighteen, eighteenth, 18th
pick-words-19 = 19, nineteen, nineteenth, 19th
pick-words-20 = 20, twenty, twentieth, 20th
pick-words-last = last, final
pick-numbered = number { $number }
# What can be said at any time, in the words that are told to people: short recordings are compared with these.
pick-always = next, back, repeat, slower, faster, save, listen, help, stop, settings, my bookmarks, related questions, all sections, common questions, where am I?, text only, audio on, speak to me, remove bookmark, put it back, privacy, start over, continue
# Said when only one thing was named, or was asked about, these mean yes.
pick-that = that, that one, this one, the one, that is it, that's it, that's the one, yes that one, this
# Yes and no, while a question waits for one of them, and what a short word is misheard for then. Only the words
# of "pick-yes" can erase anything.
pick-yes = yes, yeah, yep, yup, yea
pick-like-yes = ya, yah, yap, yas, yet, us, aye, chess, guess
pick-no = no, nope, nah, nay
pick-like-no = know, now, note, number, nor, knows, nose, noah, nold, low, snow, oh
# While "Erase everything?" waits, these are a no as well, alone or after a word like no: "now, keep it". While
# "Shall I keep your questions?" waits, they are likely a yes, which is asked about again.
pick-keep = keep it, keep it all, keep that, keep this, keep them, keep all, keep all of it, keep all of them, keep everything, keep my bookmarks, i will keep it, i'll keep it, i will keep everything, i want to keep it, i want to keep everything, let me keep it
# Messages of these pictures alone. Blanks between them make no difference.
signs-of-thanks = 👍 ♥️ 🫶 ❤️‍🩹 👌 🙏 🤝 👏 ❤️ 🧡 💛 💚 💙 💜 🤍 🖤 💕 💖 💗 💐 🌹 🌷 😊 🙂 😀 😃 😄 😁 😍 🥰 😘 🤗 😇 ✅ ✔️ ☑️ 💯 🎉 ⭐ 🌟 ☺️
signs-of-sadness = 😢 😰 🥲 😕 😭 😞 😔 😟 🙁 ☹️ 😥 😓 😩 😫 😣 😖 🥺 💔 😿
pick-polite = please, thanks, thank, you, tanks, fanks, sir, madam, dear
# What starts the answer in hand again while it is heard in parts, and is the command "start" or "repeat" at all other times.
pick-start-again = start again, start over, start from the beginning, begin again, restart, from the top, from the beginning, from the start, repeat from the beginning, again from the beginning, again from the start, begin from the beginning, start it over, start it again
# They may stand around the word that matters: "please open the second one".
pick-around = no, nr, num, n, pls, plz, please, thx, ty, doc, doctor, nurse, dear, sir, madam, then, okay, open, show, me, read, play, choose, select, pick, take, i, want, mean, the, a, number, option, answer, bookmark, item, section, question, one, to
# How somebody begins who corrects what was heard or understood: "no, I said treatment".
correction-begins = [no|oh no|sorry|wait] (i|i have|i had) (said|meant|asked), [no] i mean, [no|sorry] i was asking, [no] (that|this) is not what i (said|meant|asked) i (said|meant|asked), [no] (not that|wrong) i (said|meant|asked), [no] what i (said|meant|asked) (was|is), [no] you (misheard|misunderstood) i (said|meant|asked)
correction-asks = [no] i (asked|was asking) (about|for), [no] (i said|i meant|i mean) to ask, [no] i (meant|mean) to say
correction-no = no, nope, nah, wrong, sorry
# Words that name no answer by themselves.
pick-idle = with, what, when, where, which, does, have, that, this, there, your, from, about, will, they, them, than, then, more, some, into, like, only, just, very, want, need, know, tell

## Telegram

# What stands in Telegram's menu of commands, beside each command.
telegram-menu-start = Start here
telegram-menu-sections = All sections
telegram-menu-faq = Common questions
telegram-menu-bookmarks = Your bookmarks
telegram-menu-settings = How I answer you
telegram-menu-about = What I am, and what I am not
telegram-menu-help = What you can ask and do
telegram-menu-privacy = What I keep about you
telegram-menu-export = A copy of all that I keep about you
telegram-menu-forget = Erase everything about you

# What a person sees before the first message (512 characters at most), and on the bot's page (120 at most).
telegram-description =
    Ask about a rare illness by voice or by text, and hear or read the answer.
    I only give answers that were written ahead of time. I make nothing up.
    I am a program, not a doctor. In an emergency, call your emergency number.
telegram-short-description = Answers about a rare illness, to hear or to read. General information, not medical advice.

telegram-too-many-messages = That was a lot at once. Please wait a minute, and then ask me again.
telegram-too-many-voices = Those were a lot of voice messages at once. Please wait a minute, or type your question.
telegram-cannot-take = I cannot look at that. Please type your question, or send it as a voice message.
# So many voice messages wait that this one has to wait too. It is answered later.
telegram-heard-later = Many people are asking at the moment. I will listen to your message as soon as I can, and answer it. You can also type your question. Then the answer comes sooner.
# Said before the answer to what is written under a picture.
telegram-only-words-read = I cannot look at pictures or files, so I read only your words.
# Said before the answer to a message that was changed.
telegram-mended = You changed your message. Here is the answer to it as it is now.
# A small note at a button that was pressed twice.
telegram-pressed-again = I am already doing that.
telegram-unknown-command = I do not know that command. Here is what I can do.
telegram-unknown-button = That button no longer works. Here is what I can do.
telegram-went-wrong = Something went wrong on my side, and I could not answer. Please ask me again in a minute.

# In groups, where others read along.
telegram-private-only = That is only for you, so I do not show it here. Please ask me in our private chat.
telegram-open-private = Open our private chat

telegram-voice-refused = Your Telegram settings do not let me send you voice messages, so here are the words. You can change that in Telegram, under Privacy and Security, Voice Messages.
telegram-voice-unavailable = I cannot speak just now, so here are the words.
telegram-audio-performer = Health assistant

# Under an answer that somebody shares from another chat.
telegram-inline-open = Ask me more
telegram-inline-nothing = No answer found. Ask me in our own chat.
