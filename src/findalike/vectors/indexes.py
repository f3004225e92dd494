"""How each kind of index is built and searched: for high recall rather than the last bit of speed."""

from __future__ import annotations

LITE_INDEXES = frozenset({"FLAT", "HNSW", "HNSW_SQ", "IVF_FLAT", "IVF_SQ8"})
"""Those that Milvus Lite 3.2 has: it accepts other names, and fails when it loads."""

SERVER_INDEXES = frozenset({"FLAT", "HNSW", "IVF_FLAT", "IVF_SQ8", "IVF_PQ", "SCANN", "DISKANN"})
"""Those that servers from 2.3 on have."""

_GRAPH = {"M": 16, "efConstruction": 200}
# What servers have by default; Milvus Lite's own default differs.
_BM25 = {"bm25_k1": 1.2, "bm25_b": 0.75}
_LISTS = 128
_PROBES = 32
_LARGEST_EF = 32768


def build_params(index: str, dimension: int) -> dict[str, int | float | bool | str]:
    """Milvus's parameters to build an index over vectors of this dimension."""
    match index:
        case "SPARSE_INVERTED_INDEX":
            return {**_BM25}
        case "HNSW":
            return {**_GRAPH}
        case "HNSW_SQ":
            return {**_GRAPH, "sq_type": "SQ8"}
        case "IVF_FLAT" | "IVF_SQ8":
            return {"nlist": _LISTS}
        case "IVF_PQ":
            # The parts must divide the vector evenly; four floats to a part is customary.
            parts = max(m for m in range(1, max(1, dimension // 4) + 1) if dimension % m == 0)
            return {"nlist": _LISTS, "m": parts, "nbits": 8}
        case "SCANN":
            return {"nlist": _LISTS, "with_raw_data": True}
    return {}


def search_params(index: str, limit: int) -> dict[str, int]:
    """Milvus's parameters to find `limit` rows."""
    deep = min(_LARGEST_EF, max(256, 2 * limit))
    match index:
        case "HNSW" | "HNSW_SQ":
            return {"ef": deep}
        case "IVF_FLAT" | "IVF_SQ8" | "IVF_PQ":
            return {"nprobe": _PROBES}
        case "SCANN":
            return {"nprobe": _PROBES, "reorder_k": deep}
        case "DISKANN":
            return {"search_list": deep}
    return {}
