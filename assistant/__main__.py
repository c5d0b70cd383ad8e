"""`python -m assistant` is the console script `assistant`."""

from assistant.cli import main

main()
