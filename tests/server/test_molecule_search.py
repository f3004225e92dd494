"""Molecule search on a whole server, on each engine: what is taken in, and what comes first."""

from __future__ import annotations

import gzip
import math
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server_api import Api

DRUGS = {
    "aspirin": "CC(=O)Oc1ccccc1C(=O)O",
    "salicylic acid": "O=C(O)c1ccccc1O",
    "methyl salicylate": "COC(=O)c1ccccc1O",
    "paracetamol": "CC(=O)Nc1ccc(O)cc1",
    "phenacetin": "CCOc1ccc(NC(C)=O)cc1",
    "ibuprofen": "CC(C)Cc1ccc(C(C)C(=O)O)cc1",
    "caffeine": "Cn1c(=O)c2c(ncn2C)n(C)c1=O",
    "theophylline": "Cn1c(=O)c2[nH]cnc2n(C)c1=O",
    "benzene": "c1ccccc1",
    "phenol": "Oc1ccccc1",
    "ethanol": "CCO",
    "sodium salicylate": "[Na+].O=C([O-])c1ccccc1O",
}


def filled(api: Api) -> str:
    address = api.collection("molecule-search", fields={"boiling": "number"})
    boiling = {"benzene": 80.1, "phenol": 181.7, "ethanol": 78.4}
    records = [
        {"id": name, "name": name, "smiles": smiles}
        | ({"metadata": {"boiling": boiling[name]}} if name in boiling else {})
        for name, smiles in DRUGS.items()
    ]
    job = api.records(address, records)
    assert (job["done"], job["failed"]) == (len(DRUGS), 0)
    return address


@pytest.fixture
def drugs(any_api: Api) -> tuple[Api, str]:
    return any_api, filled(any_api)


@pytest.fixture
def lite_drugs(api: Api) -> tuple[Api, str]:
    return api, filled(api)


def test_similar_molecules_come_first_with_their_tanimoto(drugs: tuple[Api, str]) -> None:
    api, address = drugs
    hits = api.search(address, smiles="OC(=O)c1ccccc1OC(C)=O")["hits"]
    assert (hits[0]["item"]["name"], hits[0]["score"]) == ("aspirin", 1.0)
    assert hits[0]["segment"]["text"] == "CC(=O)Oc1ccccc1C(=O)O"
    assert {hit["item"]["name"] for hit in hits[1:3]} == {"salicylic acid", "methyl salicylate"}
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    # The salt is the same structure once standardised: folded, unless each is wanted.
    salts = api.search(address, smiles=DRUGS["salicylic acid"], limit=1)["hits"]
    assert len(salts[0]["similar"]) == 1
    apart = api.names(address, smiles=DRUGS["salicylic acid"], limit=2, group=False)
    assert sorted(apart) == ["salicylic acid", "sodium salicylate"]
    equal = api.names(address, smiles=DRUGS["salicylic acid"], mode="exact", group=True)
    assert sorted(equal) == ["salicylic acid", "sodium salicylate"]
    item = next(hit["item"]["id"] for hit in hits if hit["item"]["name"] == "paracetamol")
    assert api.names(address, item_id=item)[0] == "phenacetin"
    light = api.names(address, smiles=DRUGS["caffeine"], filter="molecular_weight < 190 and rings == 2")
    assert light == ["theophylline"]
    assert api.names(address, smiles=DRUGS["caffeine"], min_score=0.999) == ["caffeine"]


def test_parts_wholes_and_the_same_are_found_completely(drugs: tuple[Api, str]) -> None:
    api, address = drugs
    with_ring = api.search(address, smiles="c1ccccc1O", mode="substructure", limit=50)["hits"]
    assert with_ring[0]["item"]["name"] == "phenol"
    assert {hit["item"]["name"] for hit in with_ring} == {
        "aspirin", "salicylic acid", "methyl salicylate", "paracetamol", "phenacetin", "phenol", "sodium salicylate",
    }  # fmt: skip
    assert with_ring[0]["scores"] == {"substructure": 1.0}
    inside = api.names(address, smiles=DRUGS["aspirin"], mode="superstructure")
    assert inside == ["aspirin", "salicylic acid", "sodium salicylate", "phenol", "benzene", "ethanol"]
    assert api.names(address, smiles="C(O)C", mode="exact") == ["ethanol"]
    same = api.names(address, smiles="O=C([O-])c1ccccc1O", mode="exact")
    assert sorted(same) == ["salicylic acid", "sodium salicylate"]
    assert sorted(api.names(address, smarts="[#7]C(=O)[CH3]")) == ["paracetamol", "phenacetin"]
    assert api.names(address, smiles="c1ccccc1", mode="substructure", filter="tpsa < 1") == ["benzene"]
    assert api.names(address, name="Salic")[0] == "salicylic acid"
    assert api.names(address, name="cetamol") == ["paracetamol"]


def test_properties_are_predicted_from_neighbours(lite_drugs: tuple[Api, str]) -> None:
    api, address = lite_drugs
    asked = {"smiles": "Cc1ccccc1O", "field": "boiling", "neighbours": 2, "min_score": 0.1}
    answer = api.http.post(f"{address}/predict", json=asked).json()
    first, second = answer["neighbours"]
    assert (first["name"], second["name"]) == ("phenol", "benzene")
    weighted = (first["score"] * 181.7 + second["score"] * 80.1) / (first["score"] + second["score"])
    assert answer["value"] == pytest.approx(weighted)
    assert 0 < answer["spread"] < 60
    assert answer["nearest"] == first["score"]
    alone = api.http.post(f"{address}/predict", json={**asked, "neighbours": 1}).json()
    assert (alone["value"], alone["spread"]) == (181.7, None)
    far = api.http.post(f"{address}/predict", json={**asked, "min_score": 0.9}).json()
    assert (far["value"], far["neighbours"]) == (None, [])
    unknown = api.http.post(f"{address}/predict", json={**asked, "field": "name"})
    assert unknown.status_code == 422
    assert "there are molecular_weight" in unknown.json()["detail"]


def test_structures_are_drawn_with_what_they_share(lite_drugs: tuple[Api, str]) -> None:
    api, address = lite_drugs
    hits = api.search(address, smiles=DRUGS["paracetamol"], limit=3)["hits"]
    preview = api.http.get(hits[0]["item"]["links"]["preview"])
    assert preview.headers["content-type"].startswith("image/svg+xml")
    assert "default-src 'none'" in preview.headers["content-security-policy"]
    ids = [hit["item"]["id"] for hit in hits]
    plain = api.http.post(f"{address}/draw", json={"ids": ids}).json()
    marked = api.http.post(f"{address}/draw", json={"ids": [*ids, "0" * 64], "smiles": DRUGS["phenacetin"]}).json()
    assert set(plain["drawings"]) == set(marked["drawings"]) == set(ids)
    assert (plain["missing"], marked["missing"]) == ([], ["0" * 64])
    assert plain["query"] is None
    assert marked["query"].startswith("<?xml")
    assert "#8CCCF9" in marked["drawings"][ids[1]]
    assert "#8CCCF9" not in plain["drawings"][ids[1]]
    # Loose parts are marked all of them, and tear nothing that has them joined.
    whole = next(hit["item"]["id"] for hit in hits if hit["item"]["name"] == "phenacetin")
    one, both = (
        api.http.post(f"{address}/draw", json={"ids": [whole], "smiles": smiles}).json()["drawings"][whole]
        for smiles in ("CC(N)=O", "CC(N)=O.c1ccccc1")
    )
    assert both.count("#8CCCF9") > one.count("#8CCCF9") > 0
    longest = [max(bond_lengths(drawing)) for drawing in (plain["drawings"][whole], both)]
    assert longest[1] < 1.5 * longest[0]


def bond_lengths(drawing: str) -> list[float]:
    """Of lines that are bonds, or halves of them, in pixels."""
    ends = re.findall(r"<path class='bond-\d+ atom-\d+ atom-\d+' d='M ([\d.]+),([\d.]+) L ([\d.]+),([\d.]+)'", drawing)
    return [math.dist((float(x), float(y)), (float(u), float(v))) for x, y, u, v in ends]


def test_tables_and_structure_files_are_taken_in(lite_drugs: tuple[Api, str]) -> None:
    api, _ = lite_drugs
    address = api.collection("molecule-search", "files", fields={"SOL": "number"})
    block = "toluene\n\n\n  2  1  0  0  0  0            999 V2000\n" + "".join(
        f"{x:10.4f}    0.0000    0.0000 C   0  0  0  0  0  0  0  0  0  0  0  0\n" for x in (0, 1.5)
    )
    sdf = f"{block}  1  2  1  0\nM  END\n> <SOL>\n-2.1\n\n> <smiles>\nCN(H)C\n\n$$$$\nwrong\n$$$$\n"
    job = api.add(
        address,
        {
            "a.smi": b"CCO ethanol\nC1CC broken\n",
            "b.sdf.gz": gzip.compress(sdf.encode()),
            "c.csv": b"Compound,Canonical SMILES,colour\nacetone,CC(C)=O,none\nbad,CN(C)(C)(C)C,none\n",
            "d.tsv": b"smiles\tname\nC\tmethane\n",
        },
    )
    assert (job["done"], job["failed"]) == (4, 3)
    reasons = api.failures(job)
    assert "unclosed ring" in reasons["broken"]
    assert "Explicit valence for atom # 1 N, 5" in reasons["bad"]
    assert any("M  END" in reason for reason in reasons.values())
    (ethane,) = api.search(address, smiles="CC", mode="exact")["hits"]
    assert ethane["item"]["name"] == "toluene"
    assert ethane["item"]["metadata"]["SOL"] == -2.1
    assert ethane["item"]["metadata"]["formula"] == "C2H6"
    assert api.names(address, smiles="CC(=O)C", mode="exact") == ["acetone"]
    assert api.names(address, name="methane") == ["methane"]


def test_structures_may_be_kept_as_they_are(api: Api) -> None:
    address = api.collection("molecule-search")
    salt = "[Na+].O=C([O-])c1ccccc1O"
    api.records(address, [{"id": "whole", "smiles": salt, "standardise": False}, {"id": "part", "smiles": salt}])
    (part,) = api.search(address, name="part")["hits"]
    assert part["segment"]["text"] == "O=C(O)c1ccccc1O"
    weights = {
        item["key"]: item["metadata"]["molecular_weight"] for item in api.http.get(f"{address}/items").json()["items"]
    }
    assert weights["whole"] == pytest.approx(160.1, abs=0.1)
    assert weights["part"] == pytest.approx(138.1, abs=0.1)


def test_a_collection_may_keep_structures_as_they_are(api: Api) -> None:
    address = api.collection("molecule-search", options={"standardise": False})
    assert api.http.get(address).json()["options"] == {"standardise": False}
    salt = "[Na+].O=C([O-])c1ccccc1O"
    api.records(
        address,
        [
            {"id": "salt", "smiles": salt},
            {"id": "acid", "smiles": "O=C(O)c1ccccc1O"},
            {"id": "drug of it", "smiles": salt, "standardise": True},
        ],
    )
    assert api.names(address, smiles=salt, mode="exact") == ["salt"]
    assert sorted(api.names(address, smiles="O=C(O)c1ccccc1O", mode="exact")) == ["acid", "drug of it"]
    assert api.names(address, smiles="[Na+]", mode="substructure") == ["salt"]
    assert api.names(address, smiles=salt)[0] == "salt"
    # The sodium is drawn too, though it is bound to nothing.
    drawn = [api.http.get(hit["item"]["links"]["preview"]).text for hit in api.search(address, smiles=salt)["hits"]]
    assert "class='atom-0'" in drawn[0]
    assert "class='atom-10'" in drawn[0]
    assert all("class='atom-10'" not in one for one in drawn[1:])
    # Settled for ever: the same again changes nothing, anything else is refused.
    assert api.http.put(address, json={"options": {"standardise": False}}).status_code == 200
    assert api.http.put(address, json={}).status_code == 409
    assert api.http.put(f"{address}-2", json={"options": {"standardize": False}}).status_code == 422


def test_other_fingerprints_by_model_card(api: Api) -> None:
    address = api.collection("molecule-search", models={"structure": "path-2048"})
    api.records(address, [{"id": name, "smiles": smiles} for name, smiles in DRUGS.items()])
    assert api.search(address, smiles=DRUGS["caffeine"])["hits"][0]["item"]["key"] == "caffeine"
    chiral = api.collection("molecule-search", "chiral", models={"structure": "morgan-chiral-2048"})
    api.records(chiral, [{"id": "left", "smiles": "C[C@@H](N)C(=O)O"}, {"id": "right", "smiles": "C[C@H](N)C(=O)O"}])
    hits = api.search(chiral, smiles="C[C@H](N)C(=O)O")["hits"]
    assert [hit["item"]["key"] for hit in hits] == ["right", "left"]
    assert hits[1]["score"] < 1


@pytest.mark.parametrize(
    "query",
    [
        {"smiles": "C1CC"},
        {"smiles": "C1CC", "mode": "substructure"},
        {"smarts": "[C"},
        {"smiles": "C", "name": "x"},
        {"name": "x", "mode": "exact"},
        {},
    ],
)
def test_what_cannot_be_asked_is_refused(lite_drugs: tuple[Api, str], query: dict[str, Any]) -> None:
    api, address = lite_drugs
    refused = api.http.post(f"{address}/search", json=query)
    assert refused.status_code == 422
    assert refused.json()["detail"]


_TOKENS = [*"CNOcn12()[]=#@+-.%é/", "Cl", "\0"]
_GARBAGE = st.lists(st.sampled_from(_TOKENS), min_size=1, max_size=30).map("".join)


def test_garbage_is_never_a_fault_of_ours(lite_drugs: tuple[Api, str]) -> None:
    api, address = lite_drugs

    ids = [item["id"] for item in api.http.get(f"{address}/items", params={"limit": 3}).json()["items"]]
    modes = ("similar", "substructure", "superstructure", "exact")
    ways = [
        *(("search", field, {"mode": mode}) for field in ("smiles", "smarts", "name") for mode in modes),
        ("predict", "smiles", {"field": "boiling", "min_score": 0}),
        ("draw", "smiles", {"ids": ids}),
        ("draw", "smarts", {"ids": ids}),
    ]

    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
    @given(garbage=_GARBAGE, way=st.sampled_from(ways))
    def ask(garbage: str, way: tuple[str, str, dict[str, Any]]) -> None:
        route, field, others = way
        answer = api.http.post(f"{address}/{route}", json={field: garbage, **others})
        assert answer.status_code in (200, 422), answer.text

    ask()


def test_garbage_fails_alone_when_it_is_taken_in(lite_drugs: tuple[Api, str]) -> None:
    api, _ = lite_drugs
    address = api.collection("molecule-search", "garbage")

    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
    @given(lines=st.lists(_GARBAGE, min_size=1, max_size=40), kind=st.sampled_from(("a.smi", "a.csv", "a.sdf")))
    def take(lines: list[str], kind: str) -> None:
        head = {"a.smi": "", "a.csv": "smiles\n", "a.sdf": "C\n\n\nM  END\n"}[kind]
        job = api.add(address, {kind: (head + "\n".join(lines)).encode()})
        assert job["state"] == "succeeded"
        assert all(api.failures(job).values())

    take()
