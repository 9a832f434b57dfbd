"""GIFT, the text format for questions that Moodle and other learning systems read and write.

Source: docs.moodle.org, "GIFT format"; the grammar of gift-pegjs where that is silent.
"""

from carebase.training.gift.model import Choice, GiftQuestion, Pair, Rich
from carebase.training.gift.parse import parse_gift
from carebase.training.gift.write import write_gift

__all__ = ["Choice", "GiftQuestion", "Pair", "Rich", "parse_gift", "write_gift"]
