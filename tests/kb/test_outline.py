"""Taking a page apart at its top elements agrees with Python's own parser of HTML."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from carebase.articles.sections import _Outline, _plain_elements

PIECES = [
    *("<p>", "</p>", "<h2>", '<h2 id="a">', "</h2>", "<h3>", "</h3>", "<div>", "</div>", "<ul>"),
    *("</ul>", "<li>", "</li>", "<br>", "<br />", "<img src='a'>", '<img src="a">', "<hr>"),
    *("<b>", "</b>", '<a href="#x">', "</a>", "text", " ", "\n", "<P>", "</P>", "<H2>", "</H2>"),
    *("<p>one</p>", '<h2 id="b" class="c">Two</h2>', "<li>three</li>", "<p>a <b>c</b> d</p>"),
    *('<p><code class="x">a</code> <a href="#y">b</a></p>', "<p><b>a <i>c</i></b> d</p>", "<em>"),
    *("<p><a>a</b></p>", "<p><b>a</p>", '<pre><span></span><code><span class="k">a</span></pre>'),
]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@settings(max_examples=1000, deadline=None)
def test_the_quick_way_finds_what_the_parser_finds(text: str) -> None:
    found = _plain_elements(text)
    if found is not None:
        assert _Outline(text).found == found
