"""The data cards of texts that ship with findalike."""

from __future__ import annotations

import sysconfig
from pathlib import Path

from findalike.models.datasets import DataCard, DataFile

# No package ships them: they belong to the very Python that runs.
_TOPICS = DataFile(
    sources=(Path(sysconfig.get_path("stdlib"), "pydoc_data", "topics.py").as_uri(),),
    licence="Python's language reference, PSF-2.0",
)
_DJANGO = DataFile(
    sources=("pypi:django==5.2.19/django-5.2.19.tar.gz",),
    sha256="ad03d8abc51dbff95ebf34b27123cf0c26a3b62db7ba0cd520783686362533d1",
    licence="Django's documentation, BSD-3-Clause",
    members=tuple(f"django-5.2.19/docs/{folder}/*.txt" for folder in ("faq", "howto", "intro", "topics")),
)
_EVALS = DataFile(
    sources=("pypi:evals==3.0.1.post1/evals-3.0.1.post1-py3-none-any.whl",),
    sha256="0abcb2051303500784b1641a6e4f6b813ed43ad64f879a37d344a6774eb8eb78",
    licence="SQuAD 2.0 (Wikipedia), CC BY-SA 4.0, out of OpenAI's evals, MIT",
    members=("evals/registry/data/unsolvable_questions/samples.jsonl",),
)
_CHATTERBOT = DataFile(
    sources=("pypi:chatterbot-corpus==1.3.3/chatterbot_corpus-1.3.3-py2.py3-none-any.whl",),
    sha256="86de5300afb9a80826386339d3bec79c0a72eb0358abb8327e2ecef5ae0ce154",
    licence="ChatterBot's corpus, BSD-3-Clause",
    members=tuple(
        f"chatterbot_corpus/data/english/{topic}.yml"
        for topic in (
            "ai", "coding", "computers", "food", "health", "history", "literature", "money", "movies", "politics",
            "psychology", "science", "sports", "tech_support", "trivia",
        )
    ),
)  # fmt: skip

TEXTS: tuple[DataCard, ...] = (
    DataCard(
        name="python-topics",
        title="Python's own language reference, a page a topic",
        application="text-search",
        files=(_TOPICS,),
        format="topics",
    ),
    DataCard(
        name="django-documentation",
        title="Django's documentation: guides, topics, frequent questions",
        application="text-search",
        files=(_DJANGO,),
        format="pages",
    ),
    DataCard(
        name="wikipedia-passages",
        title="299 passages of Wikipedia, each with a question about it that it answers or does not",
        application="text-search",
        files=(_EVALS,),
        format="comprehension",
        fields={"question": "text", "answered": "text"},
    ),
    DataCard(
        name="chatterbot",
        title="Some 700 questions with answers: computers and their troubles, science, trivia",
        application="question-answering",
        files=(_CHATTERBOT,),
        format="conversations",
        fields={"topic": "text"},
    ),
)
