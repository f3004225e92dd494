"""Markdown to blocks: CommonMark with GitHub's tables and strikethrough, through HTML."""

from __future__ import annotations

from findalike.decoders.markup import Markup, read_markup


def read_markdown(text: str) -> Markup:
    """Read Markdown. HTML in it counts as HTML does; a header of settings between lines of --- is left out."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.front_matter import front_matter_plugin

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(front_matter_plugin)
    return Markup(None, None, read_markup(parser.render(text)).blocks)
