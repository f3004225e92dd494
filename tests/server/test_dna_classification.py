"""DNA classification on a whole server, on each engine."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evolution import Evolution
from findalike.decoders.sequences import reverse_complement
from server_api import Api

FAMILIES = 4
_GARBAGE = st.text(alphabet="ACGTNRYacgu>-*\n 0\0é", min_size=1, max_size=40)


@pytest.fixture
def genes(any_api: Api) -> tuple[Api, str, Evolution, list[str]]:
    """A collection of four families of ten genes each, and a contig that has one of the first family within it."""
    evolution = Evolution(1)
    ancestors = [evolution.ancestor(900) for _ in range(FAMILIES)]
    address = any_api.collection("dna-classification")
    lines = [
        f">f{family}-{member} a gene\n{evolution.descendant(ancestor, 0.1)}\n"
        for family, ancestor in enumerate(ancestors)
        for member in range(10)
    ]
    table = "name,class,sequence\n" + "\n".join(
        f"t{family},family {family},{evolution.descendant(ancestor, 0.08)}" for family, ancestor in enumerate(ancestors)
    )
    inside = evolution.descendant(ancestors[0], 0.02)
    contig = f">contig\n{evolution.ancestor(4000)}{inside}{evolution.ancestor(3100)}\n"
    job = any_api.add(
        address,
        {"a.fasta.gz": gzip.compress("".join(lines).encode()), "b.csv": table.encode(), "c.fa": contig.encode()},
    )
    assert (job["done"], job["failed"]) == (45, 0)
    return any_api, address, evolution, ancestors


def test_the_nearest_are_aligned_and_a_gene_is_found_inside_a_contig(
    genes: tuple[Api, str, Evolution, list[str]],
) -> None:
    api, address, evolution, ancestors = genes
    asked = evolution.descendant(ancestors[0], 0.02)
    hits = api.search(address, sequence=asked, limit=12)["hits"]
    assert {hit["item"]["name"][:2] for hit in hits[:11]} <= {"f0", "t0", "co"}
    first = hits[0]["details"]
    assert first["identity"] > 0.8
    assert first["coverage"] > 0.9
    assert len(first["lines"]) == 3
    (contig,) = api.search(address, sequence=asked, filter='name == "contig"')["hits"]
    assert contig["segment"]["place"]["start"] <= 4450
    assert contig["segment"]["place"]["end"] >= 4450
    place = contig["details"]["place"]
    assert abs(place["start"] - 4000) < 700
    assert contig["details"]["identity"] > 0.9
    backwards = api.search(address, sequence=reverse_complement(asked), limit=1)["hits"][0]
    assert backwards["item"]["name"] == hits[0]["item"]["name"]
    assert backwards["details"]["strand"] == -1
    plain = api.search(address, sequence=asked, align=False, limit=1)["hits"][0]
    assert plain["details"] == {}
    similar = api.search(address, item_id=hits[0]["item"]["id"], limit=1)["hits"]
    assert similar[0]["item"]["name"][:2] in {"f0", "t0"}


def test_what_has_an_exact_piece_is_first_and_pages_are_slices(any_api: Api) -> None:
    evolution = Evolution(2)
    ancestor = evolution.ancestor(900)
    family = {f"m{number}": evolution.descendant(ancestor, 0.1) for number in range(30)}
    address = any_api.collection("dna-classification")
    any_api.records(address, [{"id": id, "name": id, "sequence": sequence} for id, sequence in family.items()])
    profiles = []
    for id in ("m3", "m11", "m27"):
        piece = family[id][400:460]
        asked = {"sequence": reverse_complement(piece) if id == "m11" else piece}
        whole = any_api.search(address, **asked, limit=30)["hits"]
        assert [whole[0]["item"]["key"], whole[0]["details"]["identity"], whole[0]["details"]["coverage"]] == [id, 1, 1]
        plain = any_api.search(address, **asked, align=False, limit=30)["hits"]
        assert {hit["item"]["key"] for hit in plain} == {hit["item"]["key"] for hit in whole} == set(family)
        profiles.append(plain[0]["item"]["key"] == id)
        pages, cursor = [], None
        while len(pages) < 30:
            page = any_api.search(address, **asked, limit=7, cursor=cursor)
            pages, cursor = pages + page["hits"], page["next_cursor"]
        assert pages == whole
        assert cursor is None
    assert not all(profiles)


def test_only_so_many_are_put_in_order_anew(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    evolution = Evolution(3)
    ancestor = evolution.ancestor(300)
    address = api.collection("dna-classification")
    api.records(address, [{"id": f"{n}", "sequence": evolution.descendant(ancestor, 0.1)} for n in range(20)])
    monkeypatch.setattr("findalike.applications.dna_classification._CANDIDATES", 8)
    plain, whole = (
        [hit["item"]["key"] for hit in api.search(address, sequence=ancestor[:90], align=align, limit=20)["hits"]]
        for align in (False, True)
    )
    assert (set(whole[:8]), whole[8:]) == (set(plain[:8]), plain[8:])
    pages, cursor = [], None
    while len(pages) < 20:
        page = api.search(address, sequence=ancestor[:90], limit=5, cursor=cursor)
        pages, cursor = pages + [hit["item"]["key"] for hit in page["hits"]], page["next_cursor"]
    assert pages == whole


def test_a_sequence_is_classified_or_unknown(genes: tuple[Api, str, Evolution, list[str]]) -> None:
    api, address, evolution, ancestors = genes
    for family, ancestor in enumerate(ancestors):
        asked = {"sequence": evolution.descendant(ancestor, 0.1), "neighbours": 3}
        answer = api.http.post(f"{address}/classify", json=asked).json()
        assert answer["label"] == f"family {family}"
        assert answer["confidence"] > 0.7
        assert answer["evidence"][0]["label"] == f"family {family}"
        assert answer["classes"][0] == {"label": answer["label"], "confidence": answer["confidence"]}
    stranger = api.http.post(f"{address}/classify", json={"sequence": evolution.ancestor(900)}).json()
    assert (stranger["label"], stranger["confidence"], stranger["classes"]) == (None, 0, [])
    assert stranger["evidence"]


def test_what_is_no_sequence_is_refused_with_its_reason(api: Api) -> None:
    address = api.collection("dna-classification")
    job = api.add(address, {"a.fa": b">good\nACGTACGT\n>protein\nMKVLAAGE\n>none\n"})
    assert (job["done"], job["failed"]) == (1, 2)
    assert "'L' at place 4" in api.failures(job)["protein"]
    refused = api.http.post(f"{address}/search", json={"sequence": "hello"})
    assert refused.status_code == 422
    assert "IUPAC" in refused.json()["detail"]
    assert api.http.post(f"{address}/classify", json={"sequence": "ACGTACGTACGT"}).json()["label"] is None
    for short, way in (("ACGT", "classify"), ("N" * 40, "search"), ("ACGTRYACGTNNACGT", "search")):
        answer = api.http.post(f"{address}/{way}", json={"sequence": short})
        assert (answer.status_code, "at least 11 letters" in answer.text) == (422, True)
    two = api.http.post(f"{address}/search", json={"sequence": ">one\nACGTACGTACGT"})
    assert "lines that begin with '>'" in two.json()["detail"]


def test_garbage_is_never_a_fault_of_ours(api: Api) -> None:
    address = api.collection("dna-classification")
    api.records(address, [{"id": "a", "sequence": "ACGTACGTTT", "label": "x"}])

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(text=_GARBAGE, way=st.sampled_from(("search", "classify")))
    def ask(text: str, way: str) -> None:
        answer = api.http.post(f"{address}/{way}", json={"sequence": text})
        assert answer.status_code in (200, 422), answer.text

    ask()

    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
    @given(texts=st.lists(_GARBAGE, min_size=1, max_size=20), kind=st.sampled_from(("a.fasta", "a.csv")))
    def take(texts: list[str], kind: str) -> None:
        head, between = (">first\n", "\n>another one\n") if kind == "a.fasta" else ("sequence\n", "\n")
        job = api.add(address, {kind: (head + between.join(texts)).encode()})
        assert job["state"] == "succeeded"
        assert all(api.failures(job).values())

    take()
