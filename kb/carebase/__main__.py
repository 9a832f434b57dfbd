"""`python -m carebase` is the command `carebase`."""

from carebase.cli import main

main()
