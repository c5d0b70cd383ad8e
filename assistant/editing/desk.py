"""The editors' page on this machine: what there is, a form and its preview, what people miss, and saving."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from assistant.app import Services, UnderstandsNothing, make_dialogue
from assistant.dialogue.prepared_scripts import NOBODY, scripts_of_answers
from assistant.dialogue.processor import DialogueProcessor
from assistant.editing.desk_view import (
    answer_form,
    answers_view,
    findings_view,
    question_view,
    reply_view,
    spoken_view,
    state_view,
)
from assistant.editing.edited_answer import (
    AnswerOnDisk,
    ChangedMeanwhileError,
    TriedOut,
    on_disk,
    save,
    try_out,
    with_changes,
    with_review_of_words,
)
from assistant.editing.live_content import LiveContent
from assistant.errors import ContentError, SettingsError, SpeechError, StorageError
from assistant.evaluation.weekly_report import OneAnswer, weekly_report
from assistant.library.editable_file import EditableFile
from assistant.library.entries import EntryRef, Library
from assistant.library.topic_folder import TopicParts
from assistant.nlu.intents import Command, CommandName
from assistant.preview.guards import TYPES, Guard, PostRefusedError, document, posted
from assistant.reply_kind import ReplyKind
from assistant.speech.tts.script import Script, Speed
from assistant.storage.durability.recovery import database_of
from assistant.storage.question_report import AskedQuestion, asked_questions

_STATIC: Final = Path(__file__).parent / "static"
_WAIT_S: Final = 15.0
_RECORDINGS_KEPT: Final = 20


class Desk:
    """Serves the page beside the bot of this machine; `serve` runs as long as that does."""

    def __init__(self, live: LiveContent) -> None:
        self._live = live
        self._guard = Guard()
        self._services: Services | None = None
        self._saving = asyncio.Lock()
        self._recordings: OrderedDict[str, bytes] = OrderedDict()

    def add_to(self, app: web.Application) -> None:
        """Serve the page and what it needs. Raises OSError when a file of the page is missing."""
        secured, guarded = self._guard.secured, self._guard.guarded
        app.router.add_get("/desk", secured(document(_STATIC / "desk.html")))
        for path in sorted(_STATIC.iterdir()):
            if path.suffix in TYPES:
                app.router.add_get(f"/desk/static/{path.name}", secured(document(path)))
        app.router.add_get("/desk/session", secured(self._session))
        app.router.add_get("/desk/state", secured(self._state))
        app.router.add_get("/desk/answer", secured(self._answer))
        app.router.add_get("/desk/questions", secured(self._questions))
        app.router.add_get("/desk/recordings/{key}", secured(self._recording))
        app.router.add_post("/desk/preview", guarded(self._told_of_content(self._preview)))
        app.router.add_post("/desk/speak", guarded(self._told_of_content(self._speak)))
        app.router.add_post("/desk/save", guarded(self._told_of_content(self._save)))

    async def serve(self, services: Services) -> None:
        """Let the content be edited that these services answer from, until it is cancelled."""
        self._services = services
        await self._live.follow(services)

    # --- what there is

    async def _session(self, _request: web.Request) -> web.StreamResponse:
        loaded, state = self._live.loaded, self._live.state
        today = datetime.now(UTC).date()
        said = await self._said()
        return web.json_response(
            {
                "token": self._guard.token,
                "topics": answers_view(loaded.topics, state, said, today),
                "state": state_view(state, self._live.folder),
            }
        )

    async def _state(self, request: web.Request) -> web.StreamResponse:
        """The state, as soon as it is another one than the page knows."""
        after = request.query.get("after", "")
        with suppress(TimeoutError):  # nothing new: the page asks again
            await asyncio.wait_for(self._live.after(int(after) if after.isdecimal() else -1), _WAIT_S)
        return web.json_response(state_view(self._live.state, self._live.folder))

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        ref = _ref(request.query.get("ref"))
        answer = await asyncio.to_thread(self._read, ref)
        return web.json_response(self._form(ref, answer))

    async def _questions(self, _request: web.Request) -> web.StreamResponse:
        """What people asked who agreed to it, and got no answer or several."""
        database = self._ready().settings.database_url
        try:
            asked = await asyncio.to_thread(_asked, database)
        except (SettingsError, StorageError) as error:
            raise PostRefusedError(str(error), 503) from None
        missed = [each for each in asked if each.outcome is not ReplyKind.ANSWER]
        return web.json_response({"questions": [question_view(each) for each in missed]})

    # --- trying out

    async def _preview(self, request: web.Request) -> web.StreamResponse:
        ref, edited, _ = await self._edited(request)
        tried = await self._tried(ref, edited)
        shown: dict[str, Any] = {"findings": findings_view(tried.problems, self._live.folder)}
        if tried.library is not None:
            dialogue = self._dialogue(tried.library)
            reply = dialogue.phrase(Command(CommandName.SHOW, str(ref)), NOBODY)
            scripts = [script for each, script in scripts_of_answers(dialogue, tried.library) if each == ref]
            shown |= {"reply": reply_view(reply), "spoken": spoken_view(scripts)}
        return web.json_response(shown)

    async def _speak(self, request: web.Request) -> web.StreamResponse:
        ref, edited, told = await self._edited(request)
        tried = await self._tried(ref, edited)
        if tried.library is None:
            raise PostRefusedError("This cannot be spoken yet. Mend what the check finds first.")
        scripts = scripts_of_answers(self._dialogue(tried.library), tried.library)
        own: list[Script] = [script for each, script in scripts if each == ref]
        part = told.get("part")
        if not isinstance(part, int) or not 0 <= part < len(own):
            raise PostRefusedError("There is no such part any more. Play it again.", 410)
        try:
            recording = await self._ready().tts.record(own[part], Speed.NORMAL)
        except SpeechError:
            raise PostRefusedError("The voice failed. Try again in a minute.", 503) from None
        self._recordings[recording.key] = recording.ogg
        while len(self._recordings) > _RECORDINGS_KEPT:
            self._recordings.popitem(last=False)
        return web.json_response({"address": f"/desk/recordings/{recording.key}"})

    async def _recording(self, request: web.Request) -> web.StreamResponse:
        data = self._recordings.get(request.match_info["key"])
        if data is None:
            raise PostRefusedError("This recording is no longer kept. Play it again.", 404)
        return web.Response(body=data, content_type="audio/ogg")

    # --- saving

    async def _save(self, request: web.Request) -> web.StreamResponse:
        ref, edited, told = await self._edited(request)
        async with self._saving:
            before = await asyncio.to_thread(self._read, ref)
            edited, lost_review = with_review_of_words(before.file, edited)
            try:
                await asyncio.to_thread(save, edited, str(told.get("version")))
            except ChangedMeanwhileError as error:
                theirs = self._form(ref, before)
                return web.json_response({"error": str(error), "theirs": theirs}, status=409)
            except OSError as error:
                reason = error.strerror or "the system did not say why"
                raise PostRefusedError(f"It was not saved: {reason}. Your text is still here.", 500) from None
            after = await asyncio.to_thread(self._read, ref)
        return web.json_response({"lost_review": lost_review, **self._form(ref, after)})

    # --- what these need

    def _ready(self) -> Services:
        if self._services is None or self._live.library is None:
            raise PostRefusedError("The bot is still starting. Try again in a few seconds.", 503)
        return self._services

    def _told_of_content(
        self, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """The handler; what cannot be written into a file is told as the check tells it."""

        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                return await handler(request)
            except ContentError as error:
                findings = findings_view(error.problems, self._live.folder)
                first = error.problems[0]
                return web.json_response(
                    {"error": f"{first.problem} {first.remedy}", "findings": findings}, status=422
                )

        return answer

    async def _edited(self, request: web.Request) -> tuple[EntryRef, EditableFile, dict[str, Any]]:
        """Which answer, what the form makes of its file, and all that the page sent."""
        self._ready()
        told = await posted(request)
        ref = _ref(told.get("ref"))
        answer = await asyncio.to_thread(self._read, ref)
        return ref, with_changes(answer.file, told), told

    def _topic(self, ref: EntryRef) -> TopicParts | None:
        return next((each for each in self._live.loaded.topics if each.folder.name == ref.topic), None)

    def _read(self, ref: EntryRef) -> AnswerOnDisk:
        topic = self._topic(ref)
        entry = topic.entries.get(ref.entry) if topic else None
        if entry is None:
            raise PostRefusedError("There is no such answer any more.", 404)
        try:
            return on_disk(entry.path)
        except (ContentError, OSError):
            raise PostRefusedError(
                "The file of this answer cannot be read as one. Mend it in a text editor first.", 422
            ) from None

    def _form(self, ref: EntryRef, answer: AnswerOnDisk) -> dict[str, Any]:
        library = self._live.library
        return answer_form(answer, self._topic(ref), library.aspects if library else ())

    async def _tried(self, ref: EntryRef, edited: EditableFile) -> TriedOut:
        state = self._live.state
        known = {*state.problems, *state.unfinished, *state.warnings}
        return await asyncio.to_thread(try_out, self._live.folder, edited, ref, known)

    def _dialogue(self, library: Library) -> DialogueProcessor:
        services = self._ready()
        return make_dialogue(
            services.settings, library, UnderstandsNothing(), services.store, services.sentences
        )

    async def _said(self) -> dict[str, OneAnswer]:
        """What people said of each answer, and how often it was asked for."""
        library = self._live.library
        if self._services is None or library is None:
            return {}
        try:
            async with self._services.store.read() as unit:
                counted = await unit.tallies.all()
        except StorageError:
            return {}
        return {str(each.ref): each for each in weekly_report(counted, (), library).answers}


def _asked(database_url: str) -> tuple[AskedQuestion, ...]:
    return asked_questions(database_of(database_url), datetime.now(UTC))


def _ref(text: object) -> EntryRef:
    try:
        return EntryRef.parse(str(text))
    except ValueError:
        raise PostRefusedError("There is no such answer.", 404) from None
