"""`carebase inbox`: one file for each of its commands."""

from carebase.cli.inbox.answer import answer
from carebase.cli.inbox.change import restore, set_state
from carebase.cli.inbox.erase import erase
from carebase.cli.inbox.export import write
from carebase.cli.inbox.files import save
from carebase.cli.inbox.listing import command
from carebase.cli.inbox.show import show
from carebase.cli.inbox.signals import signals

for one in (show, save, answer, set_state, restore, erase, write, signals):
    command.add_command(one)

__all__ = ["command"]
