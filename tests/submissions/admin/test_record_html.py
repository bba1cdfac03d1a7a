"""What stands at every field of a record, drawn without a template."""

from django.utils.translation import override

from practices.presentation.whole import ADDED, REMOVED, SAME, Part, Piece
from submissions.templatetags.record import remark_form, value, word_by_word

CHARACTERS = """<script>"it's" & more</script>"""
ESCAPED = "&lt;script&gt;&quot;it&#x27;s&quot; &amp; more&lt;/script&gt;"


def test_words_that_went_and_came_are_marked_and_said():
    with override("de"):
        drawn = word_by_word([Piece(SAME, "A <b>"), Piece(REMOVED, CHARACTERS), Piece(ADDED, CHARACTERS)])

    assert drawn == (
        "A &lt;b&gt;"
        f'<del><bdi class="visually-hidden" lang="de">Entfernt: </bdi>{ESCAPED}</del>'
        f'<ins><bdi class="visually-hidden" lang="de">Hinzugefügt: </bdi>{ESCAPED}</ins>'
    )


def test_a_text_says_its_language_and_where_it_comes_from():
    with override("en"):
        drawn = value([[Part(CHARACTERS, "nl", provenance="by a person")], [Part("plain")]])

    assert drawn == (
        '<p class="desk-text"><span class="desk-language">Dutch · by a person</span>'
        f'<span lang="nl" dir="auto">{ESCAPED}</span></p>\n'
        '<p class="desk-text"><span dir="auto">plain</span></p>'
    )


def test_the_parts_of_an_entry_stand_below_each_other_and_addresses_can_be_followed():
    address = 'https://one.example/?a=1&b="'

    drawn = value([[Part(CHARACTERS, None, "Title"), Part(address, None, is_address=True, state="opens")]])

    assert drawn == (
        f'<p class="desk-text"><span class="desk-cell">Title</span> <span dir="auto">{ESCAPED}</span><br>'
        '<span dir="auto"><a href="https://one.example/?a=1&amp;b=&quot;" rel="noopener noreferrer">'
        'https://one.example/?a=1&amp;b=&quot;</a></span> <span class="desk-meta">opens</span></p>'
    )


def test_nothing_stated_is_said():
    assert value([]) == '<p class="desk-none">Not stated</p>'


def test_each_field_has_a_form_of_its_own():
    drawn = remark_form("summary", "token")

    assert '<input type="hidden" name="csrfmiddlewaretoken" value="token">' in drawn
    assert '<input type="hidden" name="path" value="summary">' in drawn
    assert '<label for="remark-summary">Remark</label><textarea id="remark-summary" name="text"' in drawn
    assert "<script>" not in remark_form(CHARACTERS, CHARACTERS)
