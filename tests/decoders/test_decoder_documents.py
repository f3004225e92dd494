from __future__ import annotations

from pathlib import Path

import pytest
from documents import docx, docx_parts, epub, epub_parts, packed, pdf, word

from findalike.decoders import documents, packages
from findalike.decoders.blocks import Block, Document
from findalike.decoders.documents import DOCX, open_document
from findalike.errors import InvalidInput, TooLarge, UndecodableMedia, UnsupportedMedia

EPUB, PDF, HTML, MARKDOWN, TEXT = (
    "application/epub+zip", "application/pdf", "text/html", "text/markdown", "text/plain",
)  # fmt: skip


def _open(folder: Path, content: bytes | str, kind: str) -> Document:
    path = folder / "file"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return open_document(path, kind)


def _told(document: Document) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, block.text) for block in document.blocks]


def test_plain_text(tmp_path: Path) -> None:
    found = _open(tmp_path, "One line,\r\nanother.\r\n\r\n \t\r\n\r\nA second\tparagraph\x07.\n\n\n", TEXT)
    assert found == Document((Block("One line,\nanother."), Block("A second\tparagraph.")))
    assert found.text == "One line,\nanother.\n\nA second\tparagraph."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Grüße aus Köln, wo man gern für ein Kölsch früh aufsteht.", "utf-8"),
        ("Grüße aus Köln, wo man gern für ein Kölsch früh aufsteht.", "utf-8-sig"),
        ("Grüße aus Köln, wo man gern für ein Kölsch früh aufsteht.", "utf-16"),
        ("Grüße aus Köln, wo man gern für ein Kölsch früh aufsteht.", "utf-32"),
        ("Grüße aus Köln, wo man gern für ein Kölsch früh aufsteht.", "latin-1"),
        ("The price of the “bouquet garni” is £5 – that’s cheap, n’est-ce pas?", "cp1252"),
        ("図書館は九時に開き、夜遅くに閉まります。本を借りるには会員証が必要です。", "shift_jis"),
        ("図書館は九時に開き、夜遅くに閉まります。本を借りるには会員証が必要です。", "euc_jp"),
        ("图书馆九点开门，晚上很晚才关门。借书需要会员卡，请不要忘记带。", "gb18030"),
        ("Библиотека открывается в девять часов и закрывается поздно вечером.", "cp1251"),
        ("Библиотека открывается в девять часов и закрывается поздно вечером.", "koi8-r"),
        ("도서관은 아홉 시에 열고 저녁 늦게 닫습니다.", "cp949"),
    ],
)
def test_encodings(tmp_path: Path, text: str, encoding: str) -> None:
    assert _open(tmp_path, text.encode(encoding), TEXT).text == text


@pytest.mark.parametrize("encoding", ["windows-1251", "shift_jis", "utf-8", "UTF-16"])
def test_html_in_the_encoding_that_it_declares(tmp_path: Path, encoding: str) -> None:
    text = "図書館" if encoding == "shift_jis" else "Чай"
    page = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={encoding}"></head>{text}</html>'
    assert _open(tmp_path, page.encode(encoding), HTML).text == text


def test_latin_1_means_windows_1252(tmp_path: Path) -> None:
    assert _open(tmp_path, b'<meta charset="iso-8859-1">it\x92s', HTML).text == "it’s"


PAGE = """<!DOCTYPE html><html><head><title> On
  Tea </title><meta name="Author" content="A. Leaf"><style>p { color: red }</style></head>
<body><nav><a href="/">Home</a></nav><div role="navigation">More</div>
<script>alert("</p>")</script><!-- nothing --><template>later</template>
<h1>Tea<a href="#tea">¶</a></h1>
Loose <b>wo<i>rd</i>s</b><br>on two lines.
<p>Green   tea &amp; black
tea<!-- in between -->.<p>Not closed
<ul><li>first <em>item</em></li><li><p>second</p><ol><li>nested</li></ol></li></ul>
<h2>Prices</h2>
<table><caption>All of them</caption><tr><th>Tea</th><th>Price</th></tr><tr><td>Green</td><td><p>3</p></td></tr></table>
<pre>def tea():
    return   1</pre>
<p hidden>hidden</p><p>The <span aria-hidden="true">x</span>end</p>
<select><option>one</option></select><table><tr><td><table><tr><td>laid out</td></tr></table></td></tr></table>
</body></html>"""


def test_html(tmp_path: Path) -> None:
    found = _open(tmp_path, PAGE, HTML)
    assert (found.title, found.author, found.pages) == ("On Tea", "A. Leaf", None)
    assert _told(found) == [
        ("heading", 1, "Tea"),
        ("paragraph", 0, "Loose words\non two lines."),
        ("paragraph", 0, "Green tea & black tea."),
        ("paragraph", 0, "Not closed"),
        ("list", 0, "first item\nsecond\nnested"),
        ("heading", 2, "Prices"),
        ("paragraph", 0, "All of them"),
        ("table", 0, "Tea | Price\nGreen | 3"),
        ("code", 0, "def tea():\n    return   1"),
        ("paragraph", 0, "The end"),
        ("table", 0, "laid out"),
    ]


def test_html_that_is_hardly_any(tmp_path: Path) -> None:
    assert _open(tmp_path, "</p>just<p>words</table></li></ul>", HTML).text == "just\n\nwords"
    deep = "<div>" * 1500 + "deep" + "</div>" * 1500 + "after"
    assert _open(tmp_path, deep, HTML).text == "deep\n\nafter"
    assert _open(tmp_path, "<ul><li><h2>A</h2>b<li>c", HTML).text == "A\n\nb\nc"


def test_markdown(tmp_path: Path) -> None:
    text = (
        "---\nlayout: page\n---\n# Tea\n\nGreen *tea* [here](http://x).\n\n- one\n- two\n\n"
        "| a | b |\n|---|---|\n| 1 | ~~2~~ |\n\n```python\nx = 1\n```\n\n<script>no()</script><b>yes</b>\n"
    )
    found = _open(tmp_path, text, MARKDOWN)
    assert found.title == "Tea"
    assert _told(found) == [
        ("heading", 1, "Tea"),
        ("paragraph", 0, "Green tea here."),
        ("list", 0, "one\ntwo"),
        ("table", 0, "a | b\n1 | 2"),
        ("code", 0, "x = 1"),
        ("paragraph", 0, "yes"),
    ]


def test_docx(tmp_path: Path) -> None:
    cells = "".join(f"<w:tc>{word(text)}</w:tc>" for text in ("Green", "3"))
    body = word("Tea", "H1") + word("Hot &amp; wet.") + word("Sorts", "H2") + f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
    found = _open(tmp_path, docx(body), DOCX)
    assert (found.title, found.author) == ("On Tea", "A. Leaf")
    assert _told(found) == [
        ("heading", 1, "Tea"),
        ("paragraph", 0, "Hot & wet."),
        ("heading", 2, "Sorts"),
        ("table", 0, "Green | 3"),
    ]


def test_epub(tmp_path: Path) -> None:
    head = '<?xml version="1.0"?><!DOCTYPE html><html><head><title/><script src="x"/></head>'
    one = head + "<body><h1>One</h1></body></html>"
    found = _open(tmp_path, epub(one, "<html><body><p>Two&nbsp;and<a id='x'/> three</p></body></html>"), EPUB)
    assert (found.title, found.author) == ("The Book", "A. Writer")
    assert _told(found) == [("heading", 1, "One"), ("paragraph", 0, "Two and three")]


def test_pdf(tmp_path: Path) -> None:
    lines = [f"This is line {number} of a paragraph that goes on for a while, or more," for number in range(5)]
    first = [("Tea", 24), ("", 12), *((line, 10) for line in lines), ("and ends.", 10), ("Another one", 10), ("1", 10)]
    second = [("Sorts of tea", 16), *((line, 10) for line in lines), ("- 2 -", 10)]
    found = _open(tmp_path, pdf(first, second, title="On Tea"), PDF)
    assert (found.title, found.pages) == ("On Tea", 2)
    assert [(block.kind, block.level, block.page) for block in found.blocks] == [
        ("heading", 1, 1),
        ("paragraph", 0, 1),
        ("paragraph", 0, 1),
        ("heading", 2, 2),
        ("paragraph", 0, 2),
    ]
    assert found.blocks[1].text == " ".join([*lines, "and ends."])
    assert found.blocks[2].text == "Another one"


def test_pdf_with_hyphens_and_junk_before_it(tmp_path: Path) -> None:
    found = _open(tmp_path, b"From: me\r\n\r\n" + pdf([("an inter-", 10), ("national order", 10)]), PDF)
    assert found.text == "an international order"


@pytest.mark.parametrize(
    ("content", "kind", "error", "says"),
    [
        (b" \n ", TEXT, InvalidInput, "no text in the document"),
        (b"<nav>all</nav><!-- c -->", HTML, InvalidInput, "no text in the document"),
        (b"", HTML, InvalidInput, "no text in the document"),
        (b"a\0b", TEXT, UndecodableMedia, "This is not text"),
        (pdf([("secret", 10)], password="x"), PDF, InvalidInput, "locked by a password"),
        (pdf([]), PDF, InvalidInput, "text recognition"),
        (pdf([("a", 10)])[:300], PDF, UndecodableMedia, "PDF is damaged"),
        (b"%PDF-1.7 nothing", PDF, UndecodableMedia, "PDF is damaged"),
        (b"", PDF, UndecodableMedia, "PDF is damaged"),
        (docx(word("tea"))[:-30], DOCX, UndecodableMedia, "document is damaged"),
        (docx("<w:p>"), DOCX, UndecodableMedia, "document is damaged"),
        (packed({"a.xml": "<a/>"}), DOCX, UndecodableMedia, "document is damaged"),
        (packed({"mimetype": "application/epub+zip"}), EPUB, UndecodableMedia, "document is damaged"),
        (epub(), EPUB, UndecodableMedia, "no chapters"),
        (b"PK", EPUB, UndecodableMedia, "document is damaged"),
        (b"x", "application/rtf", UnsupportedMedia, "save it as DOCX"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, content: bytes, kind: str, error: type[InvalidInput], says: str) -> None:
    with pytest.raises(error, match=says):
        _open(tmp_path, content, kind)


def test_a_locked_book(tmp_path: Path) -> None:
    def lock(method: str) -> str:
        return f'<e xmlns="http://www.w3.org/2001/04/xmlenc#"><EncryptionMethod Algorithm="{method}"/></e>'

    parts = epub_parts("<p>words</p>")
    fonts = packed({**parts, "META-INF/encryption.xml": lock("http://www.idpf.org/2008/embedding")})
    assert _open(tmp_path, fonts, EPUB).text == "words"
    with pytest.raises(InvalidInput, match="DRM"):
        _open(tmp_path, packed({**parts, "META-INF/encryption.xml": lock("aes256")}), EPUB)


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(tmp_path: Path, encoding: str) -> None:
    parts = docx_parts(word("&b;"))
    parts["word/document.xml"] = (BOMB + str(parts["word/document.xml"])).encode(encoding)
    with pytest.raises(UndecodableMedia, match="entities"):
        _open(tmp_path, packed(parts), DOCX)
    book = epub_parts("<p>words</p>")
    book["OEBPS/book.opf"] = (BOMB + str(book["OEBPS/book.opf"])).encode(encoding)
    with pytest.raises(UndecodableMedia, match="entities"):
        _open(tmp_path, packed(book), EPUB)


def test_entities_in_a_page_are_not_expanded(tmp_path: Path) -> None:
    assert "aaaaaaaaaaaaaaaaaaaa" not in _open(tmp_path, BOMB + "<html><p>&b; words</p></html>", HTML).text


def test_bombs_are_not_unpacked(tmp_path: Path) -> None:
    blank = b" " * (packages.MAX_UNPACKED + 1)
    with pytest.raises(TooLarge, match="unpacks to more than 64 MiB"):
        _open(tmp_path, packed({**docx_parts(word("tea")), "word/footnotes.xml": blank}), DOCX)
    with pytest.raises(TooLarge, match="unpacks to more than 64 MiB"):
        _open(tmp_path, packed({**epub_parts("x"), "OEBPS/text/c 0.xhtml": blank}), EPUB)
    # Pictures are not even looked at.
    assert _open(tmp_path, packed({**docx_parts(word("tea")), "word/media/a.png": blank}), DOCX).text == "tea"


def test_size_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_CHARACTERS", 10)
    assert _open(tmp_path, "12345\n\n67890", TEXT).blocks[1].text == "67890"
    with pytest.raises(TooLarge, match="more than 10 characters"):
        _open(tmp_path, "12345\n\n678901", TEXT)
    monkeypatch.setattr(documents, "_MAX_BYTES", 12)
    with pytest.raises(TooLarge, match="at most"):
        _open(tmp_path, "12345\n\n678901", TEXT)
