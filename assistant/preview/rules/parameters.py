"""From an HTTP request to checked parameters: JSON, form, multipart and query string alike."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import BodyPartReader, MultipartReader, web

from assistant.preview.rules.methods import OBJECTS, Shape
from assistant.preview.rules.refusals import RequestRefusedError, bad_request

MAX_UPLOAD_BYTES = 50 * 1024 * 1024
"""The biggest file that a bot may send (core.telegram.org/bots/api#sending-files)."""
MAX_FIELDS_BYTES = 1024 * 1024
"""What everything in one request that is not a file may come to."""

_INTEGER = re.compile(r"-?[0-9]{1,19}\Z")
_TRUTH = {"true": True, "1": True, "false": False, "0": False}
_JSON_TYPES: Mapping[str, type] = {"Integer": int, "String": str, "Boolean": bool}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request. Its bytes stay out of its representation and of comparisons."""

    file_name: str
    mime_type: str
    size: int
    data: bytes

    def __repr__(self) -> str:
        return f"<file of {self.size} bytes>"


@dataclass(frozen=True, slots=True)
class RawRequest:
    """Parameters as they came: strings (or JSON values, for a JSON body) and files by part name."""

    fields: Mapping[str, Any]
    files: Mapping[str, Upload]
    typed: bool
    """Whether the fields came as JSON, so that a number must be a number."""


async def read_request(request: web.Request) -> RawRequest:
    """Read every parameter of a request, from its address and its body.

    Raises RequestRefusedError with 413 when it is too big and with 400 when the body cannot be read.
    """
    fields: dict[str, Any] = dict(request.query)
    if request.method != "POST" or not request.can_read_body:
        return RawRequest(fields, {}, typed=False)
    if request.content_type == "application/json":
        return RawRequest(fields | await _read_json(request), {}, typed=True)
    if request.content_type == "multipart/form-data":
        more, files = await _read_multipart(request)
        return RawRequest(fields | more, files, typed=False)
    if request.content_type == "application/x-www-form-urlencoded":
        form = await request.post()
        return RawRequest(fields | {name: str(value) for name, value in form.items()}, {}, typed=False)
    raise bad_request("unsupported content type of the request body")


async def _read_json(request: web.Request) -> dict[str, Any]:
    body = await request.content.read(MAX_FIELDS_BYTES + 1)
    while len(body) <= MAX_FIELDS_BYTES and (more := await request.content.read(MAX_FIELDS_BYTES)):
        body += more
    if len(body) > MAX_FIELDS_BYTES:
        raise RequestRefusedError(413, "Request Entity Too Large")
    try:
        value = json.loads(body)
    except ValueError:
        raise bad_request("can't parse JSON of the request body") from None
    if not isinstance(value, dict):
        raise bad_request("the request body must be a JSON object")
    return value


async def _read_multipart(request: web.Request) -> tuple[dict[str, str], dict[str, Upload]]:
    fields: dict[str, str] = {}
    files: dict[str, Upload] = {}
    try:
        reader = await request.multipart()
        while (part := await reader.next()) is not None:
            if isinstance(part, MultipartReader) or not part.name:
                raise bad_request("can't parse the multipart request body")
            if part.filename is None:
                fields[part.name] = (await _read_part(part, MAX_FIELDS_BYTES)).decode("utf-8")
            else:
                data = await _read_part(part, MAX_UPLOAD_BYTES)
                mime_type = part.headers.get("Content-Type", "application/octet-stream")
                files[part.name] = Upload(part.filename, mime_type, len(data), data)
    except UnicodeDecodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    except ValueError:
        raise bad_request("can't parse the multipart request body") from None
    return fields, files


async def _read_part(part: BodyPartReader, most_bytes: int) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk(256 * 1024):
        data += chunk
        if len(data) > most_bytes:
            raise RequestRefusedError(413, "Request Entity Too Large")
    return bytes(data)


def decode(raw: RawRequest, shape: Shape) -> dict[str, Any]:
    """The parameters with the types that `shape` names. Files appear as Upload values.

    Raises RequestRefusedError for an unknown, missing or ill-typed one. Telegram ignores unknown parameters;
    here they are refused so that a misspelt one is noticed.
    """
    files = dict(raw.files)
    given = dict(raw.fields)
    for name in list(files):
        if shape.type_of(name) is not None:
            given[name] = files.pop(name)
    decoded: dict[str, Any] = {}
    for name, value in given.items():
        kind = shape.type_of(name)
        if kind is None:
            raise bad_request(f'unknown parameter "{name}"')
        decoded[name] = _decode_parameter(name, value, kind, files, raw.typed)
    if files:
        raise bad_request("a file was uploaded that no parameter refers to")
    for name in shape.required:
        if name not in decoded:
            raise bad_request(_missing(name))
    return decoded


def _missing(name: str) -> str:
    # The wordings that Telegram has for the commonest ones.
    return {"text": "message text is empty", "chat_id": "chat_id is empty"}.get(
        name, f'parameter "{name}" is required'
    )


def _decode_parameter(name: str, value: Any, kind: str, files: dict[str, Upload], typed: bool) -> Any:
    if isinstance(value, Upload):
        if "InputFile" not in kind.split("|"):
            raise bad_request(f'parameter "{name}" must be of type {kind}, not a file')
        return value
    if "InputFile" in kind.split("|"):
        return _decode_file(name, value, files)
    if kind == "Integer|String":
        return _decode_chat(name, value)
    if kind in _JSON_TYPES:
        return _decode_simple(name, value, kind, typed)
    return check_value(name, _from_json(name, value, kind), kind)


def _decode_file(name: str, value: Any, files: dict[str, Upload]) -> Any:
    if not isinstance(value, str):
        raise bad_request(f'parameter "{name}" must be a file or a String')
    if not value.startswith("attach://"):
        return value
    upload = files.pop(value.removeprefix("attach://"), None)
    if upload is None:
        raise bad_request("can't find the attached file")
    return upload


def _decode_chat(name: str, value: Any) -> int | str:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise bad_request(f'parameter "{name}" must be of type Integer or String')
    if isinstance(value, str) and _INTEGER.match(value):
        return int(value)
    return value


def _decode_simple(name: str, value: Any, kind: str, typed: bool) -> Any:
    if typed:
        return check_value(name, value, kind)
    if kind == "String":
        return value
    if kind == "Integer" and _INTEGER.match(value):
        return int(value)
    if kind == "Boolean" and value.lower() in _TRUTH:
        return _TRUTH[value.lower()]
    raise bad_request(f'parameter "{name}" must be of type {kind}')


def _from_json(name: str, value: Any, kind: str) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise bad_request(f'can\'t parse {kind} JSON of the parameter "{name}"') from None


def check_value(where: str, value: Any, kind: str) -> Any:
    """`value` when it is of the JSON type `kind`, its inner objects checked too; else RequestRefusedError."""
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            raise bad_request(f'"{where}" must be an Array')
        for item in value:
            check_value(where, item, kind.removeprefix("Array of "))
        return value
    if kind == "Integer|String":
        return _decode_chat(where, value)
    if kind in _JSON_TYPES:
        if not isinstance(value, _JSON_TYPES[kind]) or (kind == "Integer" and isinstance(value, bool)):
            raise bad_request(f'"{where}" must be of type {kind}')
        return value
    return _check_object(where, value, kind)


def _check_object(where: str, value: Any, kind: str) -> Any:
    if not isinstance(value, dict):
        raise bad_request(
            "object expected as reply markup" if where == "reply_markup" else f'"{where}" must be an Object'
        )
    shape = OBJECTS[kind]
    for name, inner in value.items():
        inner_kind = shape.type_of(name)
        if inner_kind is None:
            raise bad_request(f'unknown field "{name}" in {kind}')
        check_value(name, inner, inner_kind)
    for name in shape.required:
        if name not in value:
            raise bad_request(f'can\'t find field "{name}" in {kind}')
    return value
