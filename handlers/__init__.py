"""Telegram, and nothing else: updates in, messages out."""

from handlers.deferred_models import import_types

# Before any room of Telegram's is imported, for each of them imports aiogram.
import_types()
