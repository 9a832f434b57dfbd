"""Questions are told by their sign, in Arabic and Chinese as in English."""

from __future__ import annotations

import pytest

from carebase.articles.sections import wrap_questions
from carebase.asking import asks


@pytest.mark.parametrize("text", ["Why?", "Why? ", "لماذا؟", "为什么？", "¿Por qué?"])
def test_a_question(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize("text", ["", "Why", "? Why", "لماذا"])
def test_no_question(text: str) -> None:
    assert not asks(text)


def test_an_arabic_question_opens_and_closes() -> None:
    made = wrap_questions('<h2 id="a">كيف أنظف الجهاز؟</h2><p>بالماء.</p><h2 id="b">ملاحظة</h2>')

    assert 1 == made.count('<details class="cb-question">')
    assert "<p>بالماء.</p></div></details>" in made
