"""Molecules: intake beside bare RDKit and bare Milvus, searches beside the Milvus call, both beside brute force."""

from __future__ import annotations

import csv
import http.client
import io
import json
import multiprocessing
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pymilvus import MilvusClient

from findalike.applications.molecule_search import MoleculeSearch
from findalike.bench.harness import Result, Run, fresh_server
from findalike.catalog import Catalog
from findalike.client import Client
from findalike.models.datasets import DataCache, DataCards
from findalike.models.samples import SAMPLES
from findalike.settings import Settings
from findalike.vectors import TableSpec, bits
from findalike.vectors.filters import columns
from findalike.vectors.lite import MilvusLite
from findalike.vectors.milvus import MilvusStore

_BITS, _RADIUS = 2048, 2
_INSERT = 500
_QUERIES, _PARTS = 100, 50
_TABLE = "bare"
_PLAIN = "Milvus Lite as it is"
_SEARCH = "/api/v1/apps/molecule-search/collections/bench/search"

Made = tuple[str, bytes, bytes, dict[str, Any]]
"""A molecule's canonical SMILES, its packed fingerprint, RDKit's binary form, and its properties."""


def run(molecules: int, tell: Run) -> Result:
    """On the sample of chemicals; its first `molecules`, which are the commonest."""
    settings = Settings()
    result = tell.begin("molecules", {"molecules": molecules})
    tell("reading the sample")
    ((_, table, _),) = DataCache(settings.cache_dir).members(DataCards(SAMPLES).get("chemicals"))
    rows = list(csv.DictReader(io.StringIO(table.decode())))[:molecules]
    rng = np.random.default_rng(0)
    with multiprocessing.get_context("spawn").Pool(settings.decoder_processes) as pool:
        pool.map(_made, ["C"] * settings.decoder_processes)
        tell("bare RDKit")
        began = time.perf_counter()
        made = pool.map(_made, [row["smiles"] for row in rows], chunksize=200)
        bare = time.perf_counter() - began
        sound = [(at, one) for at, one in enumerate(made) if one]
        packed = np.stack([np.frombuffer(one[1], np.uint8) for _, one in sound])
        with fresh_server() as (url, server), Client(url) as client, TemporaryDirectory() as folder:
            tell("end to end")
            whole = _whole(client, Path(folder) / "chemicals.csv", rows, len(sound))
            tell("bare Milvus")
            with _bare_milvus(Path(folder), packed, [one[3] for _, one in sound]) as (uri, inserting):
                result.add("bare RDKit", "molecules/s", len(sound) / bare)
                result.add("bare RDKit and Milvus", "molecules/s", len(sound) / (bare + inserting))
                result.add("end to end", "molecules/s", len(sound) / whole)
                result.add("time of the whole over the bare", "", whole / (bare + inserting), "≤ 1.3")
                tell("similar")
                tables = {_PLAIN: (uri, _TABLE), "the server's Milvus Lite": _table(server)}
                _similar(result, url, tables, sound, packed, rng.choice(len(sound), _QUERIES, replace=False))
            tell("substructures")
            _parts(result, client, pool, sound, rng)
    result.notes.append(f"{len(rows) - len(sound)} of {len(rows)} are refused by RDKit, or too large.")
    return result


def _made(smiles: str) -> Made | None:
    """What intake computes of a molecule, and nothing else."""
    from rdkit import Chem

    from findalike.decoders import molecules
    from findalike.errors import InvalidInput

    try:
        molecule = molecules.of_record({"smiles": smiles})
    except InvalidInput:
        return None
    properties = molecules.properties(molecule)
    molecules.screen(molecule)
    fingerprint = molecules.fingerprint(molecule, "morgan", _BITS, _RADIUS, False)
    return Chem.MolToSmiles(molecule), fingerprint.tobytes(), molecule.ToBinary(), properties


def _whole(client: Client, path: Path, rows: Sequence[dict[str, str]], sound: int) -> float:
    """Seconds from the first byte sent to the end of the job."""
    client.create_collection("molecule-search", "bench", fields={"cas": "text"})
    client.wait(client.add_records("molecule-search", "bench", [{"id": "warm", "smiles": "C"}]).id)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    began = time.perf_counter()
    job = client.wait(client.add_files("molecule-search", "bench", [path]).id)
    seconds = time.perf_counter() - began
    assert job.done == sound, job
    return seconds


def _table(settings: Settings) -> tuple[str, str]:
    """The server's own Milvus Lite, and the name of its table."""
    note = json.loads((settings.data_dir / "milvus.pid").read_text())
    catalog = Catalog(settings.catalog_url)
    try:
        collection = catalog.collections.get("molecule-search", "bench")
        prefix = f"fa_{catalog.keys.identity()}_"
        return f"http://127.0.0.1:{note['port']}", prefix + collection.table(collection.generation, "structure")
    finally:
        catalog.close()


@contextmanager
def _bare_milvus(
    folder: Path, packed: NDArray[np.uint8], properties: Sequence[dict[str, Any]]
) -> Iterator[tuple[str, float]]:
    """A Milvus Lite without our search, and the seconds in which pymilvus inserts there what the service writes:
    fingerprints, and the fields that filters use."""
    lite = MilvusLite(folder / "milvus", folder / "milvus.log", plain=True)
    lite.start()
    try:
        with closing(MilvusStore(lite.uri, prefix="")) as store, closing(MilvusClient(lite.uri)) as milvus:
            store.create(TableSpec(_TABLE, _BITS, "JACCARD", fields=MoleculeSearch.fields))
            began = time.perf_counter()
            for start in range(0, len(packed), _INSERT):
                some = packed[start : start + _INSERT]
                parts = {
                    "id": range(start + 1, start + len(some) + 1),
                    "bits": [one.tobytes().hex() for one in some],
                    "vector": bits.fold(np.unpackbits(some, axis=1).astype(np.float32)),
                    **columns(properties[start : start + _INSERT], MoleculeSearch.fields),
                }
                rows = [dict(zip(parts, row, strict=True)) for row in zip(*parts.values(), strict=True)]
                milvus.insert(_TABLE, rows)
            seconds = time.perf_counter() - began
        yield lite.uri, seconds
    finally:
        lite.stop()


def _similar(
    result: Result,
    url: str,
    tables: Mapping[str, tuple[str, str]],
    sound: Sequence[tuple[int, Made]],
    packed: NDArray[np.uint8],
    queries: NDArray[Any],
) -> None:
    """recall@10 against brute force over all fingerprints, and the time of a search over that of a Milvus call."""
    # What the server's own does without our search in it; beside it, what the server adds to its Milvus call.
    goals = {_PLAIN: "≤ 2"}
    clients = {name: MilvusClient(uri) for name, (uri, _) in tables.items()}
    recalls = []
    # As `findalike bench search` asks: what a client does with the answer is not the server's time.
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=120)
    for query in queries:
        body = json.dumps({"smiles": sound[query][1][0], "limit": 10, "group": False})
        began = time.perf_counter()
        connection.request("POST", _SEARCH, body, {"Content-Type": "application/json"})
        content = connection.getresponse().read()
        took = time.perf_counter() - began
        answer = json.loads(content)
        folded = bits.fold(np.unpackbits(packed[query : query + 1], axis=1).astype(np.float32))
        result.add("a similarity search", "ms", 1000 * took)
        result.add("of it reading the query", "ms", answer["took"]["encode_ms"])
        result.add("of it finding candidates and comparing them", "ms", answer["took"]["vectors_ms"])
        for name, milvus in clients.items():
            bare = _timed(milvus, tables[name][1], folded)
            result.add(f"the bare call of {name}", "ms", 1000 * bare)
            result.add(f"time of a search over that of {name}", "", took / bare, goals.get(name, ""))
        best = np.sort(bits.tanimoto(packed[query], packed))[::-1][:10]
        # Ties may be broken either way: what counts is how many are as good as the tenth.
        recalls.append(float(np.mean([hit["score"] >= best[-1] - 1e-5 for hit in answer["hits"]])))
    result.add("recall@10 against brute force", "", float(np.mean(recalls)), "≥ 0.995")
    connection.close()
    for milvus in clients.values():
        milvus.close()


def _timed(milvus: MilvusClient, table: str, vectors: NDArray[np.float32]) -> float:
    """Seconds of a call for the ten nearest."""
    began = time.perf_counter()
    milvus.search(table, data=list(vectors), limit=10, output_fields=["id"], search_params={"metric_type": "IP"})
    return time.perf_counter() - began


def _parts(
    result: Result, client: Client, pool: Any, sound: Sequence[tuple[int, Made]], rng: np.random.Generator
) -> None:
    """Substructure searches to their last page, beside matching all molecules."""
    wanted = _fragments([one[0] for _, one in sound], rng)
    binaries = [one[2] for _, one in sound]
    shares = np.array_split(np.arange(len(binaries)), 8)
    work = [(wanted, [binaries[at] for at in share]) for share in shares]
    brute = np.concatenate(pool.starmap(_matches, work), axis=1).sum(axis=1)
    for smiles, there in zip(wanted, brute, strict=True):
        began = time.perf_counter()
        pages = client.search_pages("molecule-search", "bench", smiles=smiles, mode="substructure", limit=1000)
        count, first = 0, None
        for page in pages:
            first = first or time.perf_counter() - began
            count += len(page.hits)
        # The molecule that warmed the server is methane, which is no fragment.
        result.add("substructure hits missing or too many", "", float(abs(count - int(there))), "0")
        began = time.perf_counter()
        client.search("molecule-search", "bench", smiles=smiles, mode="substructure", limit=24)
        result.add("a page of 24 substructure hits", "ms", 1000 * (time.perf_counter() - began))
        result.add("substructure hits", "", float(count))


def _fragments(smiles: Sequence[str], rng: np.random.Generator) -> list[str]:
    """Random connected parts of random molecules, of four to fourteen atoms."""
    from rdkit import Chem, rdBase

    found: list[str] = []
    while len(found) < _PARTS:
        molecule = Chem.MolFromSmiles(smiles[int(rng.integers(len(smiles)))])
        size = int(rng.integers(4, 15))
        chosen = {int(rng.integers(molecule.GetNumAtoms()))}
        while len(chosen) < size:
            near = {atom.GetIdx() for at in chosen for atom in molecule.GetAtomWithIdx(at).GetNeighbors()} - chosen
            if not near:
                break
            chosen.add(int(rng.choice(sorted(near))))
        with rdBase.BlockLogs():
            part = Chem.MolFromSmiles(Chem.MolFragmentToSmiles(molecule, sorted(chosen)))
        if part is not None and part.GetNumAtoms() >= 4:
            found.append(Chem.MolToSmiles(part))
    return found


def _matches(wanted: Sequence[str], binaries: Sequence[bytes]) -> NDArray[np.bool_]:
    """Which molecules contain which structures, by RDKit alone: (structures, molecules)."""
    from rdkit import Chem

    from findalike.decoders.molecules import of_query

    parts = [of_query(smiles, largest=False) for smiles in wanted]
    molecules = [Chem.Mol(one) for one in binaries]
    return np.array([[molecule.HasSubstructMatch(part) for molecule in molecules] for part in parts])
