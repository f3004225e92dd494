"""What Milvus Lite answers a search with, put together faster where keys and texts are asked for.

lite_search.py puts it in. Milvus Lite makes a dictionary of every hit's columns and then columns of the dictionaries.
"""

from __future__ import annotations

from itertools import chain
from typing import Any

from milvus_lite.adapter.grpc.translators.result import build_search_result_data as original
from milvus_lite.schema.types import DataType
from pymilvus.grpc_gen import schema_pb2


def build_search_result_data(
    results: list[list[dict[str, Any]]],
    schema: Any,
    top_k: int,
    pk_name: str,
    output_fields: list[str] | None = None,
    **more: Any,
) -> Any:
    """In place of the function of this name, whose documentation says what the arguments are."""
    kinds = {field.name: field.dtype for field in schema.fields if not field.nullable}
    asked = output_fields or []
    texts = [name for name in asked if name != pk_name]
    plain = pk_name in asked and kinds[pk_name] == DataType.INT64
    if not plain or any(kinds.get(name) != DataType.VARCHAR for name in texts) or more.get("group_by_field"):
        return original(results, schema, top_k, pk_name, output_fields, **more)
    hits = list(chain.from_iterable(results))
    keys = schema_pb2.LongArray(data=[hit["id"] for hit in hits])
    columns = [(pk_name, schema_pb2.Int64, schema_pb2.ScalarField(long_data=keys))]
    for name in texts:
        column = schema_pb2.StringArray(data=[hit["entity"][name] for hit in hits])
        columns.append((name, schema_pb2.VarChar, schema_pb2.ScalarField(string_data=column)))
    return schema_pb2.SearchResultData(
        num_queries=len(results),
        top_k=top_k,
        fields_data=[
            schema_pb2.FieldData(type=kind, field_name=name, scalars=scalars) for name, kind, scalars in columns
        ],
        scores=[hit["distance"] for hit in hits],
        ids=schema_pb2.IDs(int_id=keys),
        topks=[len(one) for one in results],
        output_fields=[name for name, _, _ in columns],
        primary_field_name=pk_name,
    )
