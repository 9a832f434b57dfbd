"""Taking a page apart at its top elements agrees with Python's own parser of HTML."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from carebase.articles.sections import _counted_headings, _Outline, _plain_elements

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


def within(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Give elements that hold others, each with its end."""
    names = st.sampled_from(
        ["div", 'div class="a b"', "ul", "li", "h2", 'h2 id="c"', "h2 id='d'", "h3", "H2", "p", "b"]
    )
    held = st.lists(inner, max_size=4).map("".join)
    return st.builds(lambda name, text: f"<{name}>{text}</{name.split()[0]}>", names, held)


WHOLE = st.recursive(
    st.sampled_from(
        [
            *("text", " ", "\n", "a / b", "<br>", "<br />", '<img src="a" />', '<img alt="a>b">'),
            *("<svg><path d='M0'/></svg>", "<!-- <h2>no</h2> -->", "<script>'<h2>'</script>"),
            *('<h2 id="e">Five</h2>', "<h3>Six</h3>", "<p>seven</p>", "<p>no end", "<hr>"),
        ]
    ),
    within,
    max_leaves=12,
)


@given(st.lists(WHOLE, max_size=8).map("".join), st.sampled_from([(2,), (3,), (2, 3, 4)]))
@settings(max_examples=2000, deadline=None)
def test_counting_finds_the_headings_that_the_parser_finds(
    text: str, levels: tuple[int, ...]
) -> None:
    found = _counted_headings(text, levels)
    if found is not None:
        tags = {f"h{level}" for level in levels}
        assert [one for one in _Outline(text).found if one.tag in tags] == found


def test_counting_is_enough_for_what_is_written_most() -> None:
    text = '<p>a<br />b</p><h2 id="x">One <a href="#x">#</a></h2><ul><li>c</li></ul><h2>Two</h2>'
    found = _counted_headings(text, (2,))
    assert found is not None
    assert [text[one.inner : one.end] for one in found] == ['One <a href="#x">#</a>', "Two"]
