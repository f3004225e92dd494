"""Settings, from (strongest first) arguments, `FINDALIKE_…` variables, and a TOML file.

Nothing reads them at import: doors make one `Settings()` and hand it down.
The TOML file is `findalike.toml` in the working directory, or what `FINDALIKE_CONFIG` names.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

MIB = 1024 * 1024


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Settings(BaseSettings):
    """All that an operator can set. Sizes are bytes and times seconds, unless the name says otherwise."""

    model_config = SettingsConfigDict(env_prefix="FINDALIKE_", extra="forbid", frozen=True)

    data_dir: Path = Field(
        default_factory=lambda: user_data_path("findalike"),
        description="Catalog, originals and the embedded Milvus Lite live here.",
    )
    cache_dir: Path = Field(
        default_factory=lambda: user_cache_path("findalike"),
        description="Fetched model weights and sample data; may be deleted at any time.",
    )

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    allowed_hosts: list[str] = Field(
        default_factory=list,
        description="Host names requests may ask for, beside the loopback names and `host`.",
    )
    allowed_origins: list[str] = Field(
        default_factory=list,
        description="Origins, beside the server's own, that may send unsafe requests.",
    )
    insecure: bool = Field(False, description="Allow binding beyond loopback without any API key.")
    http: Literal["auto", "1", "2"] = "auto"

    milvus_uri: str | None = Field(
        None, description="A Milvus server, e.g. http://milvus:19530; without it, Milvus Lite is started."
    )
    milvus_token: SecretStr | None = None
    milvus_timeout: float = Field(30.0, gt=0)
    milvus_lite_plain: bool = Field(
        False, description="Leave searching to Milvus Lite itself, which is slower, with the same answers."
    )

    encoder_threads: int = Field(default_factory=_cores, ge=1)
    decoder_processes: int = Field(default_factory=lambda: max(1, _cores()), ge=1)
    decoder_timeout: float = Field(60.0, gt=0, description="One file may take so long to decode.")
    decoder_memory: int = Field(2048 * MIB, ge=256 * MIB, description="Address space of a decoder process.")
    encode_batch: int = Field(16, ge=1, le=512)
    insert_batch: int = Field(256, ge=1, le=4096)

    max_upload: int = Field(2048 * MIB, ge=1, description="Largest single file.")
    max_request: int = Field(16 * 1024 * MIB, ge=1, description="Largest request body.")
    max_query_media: int = Field(64 * MIB, ge=1, description="Largest file for use in queries.")
    max_archive_files: int = Field(200_000, ge=1)
    max_archive_bytes: int = Field(64 * 1024 * MIB, ge=1, description="Unpacked size of one archive.")
    query_media_ttl: float = Field(24 * 3600.0, gt=0)
    media_grace: float = Field(3600.0, ge=0, description="Unreferenced originals are kept so long.")
    open_job_timeout: float = Field(600.0, gt=0, description="An open job nobody feeds closes itself.")
    fetch_urls: bool = Field(False, description="Let clients name URLs to take items from.")
    fetch_timeout: float = Field(30.0, gt=0)

    search_depth: int = Field(1000, ge=10, le=16384, description="How deep a search ranks.")
    queue_limit: int = Field(512, ge=1, description="Waiting queries per stage before 429.")
    coalesce_limit: int = Field(128, ge=1, description="Most queries merged into one call; 1 switches it off.")
    query_cache: int = Field(4096, ge=0, description="Query embeddings kept in memory.")

    llm_base_url: str | None = Field(
        None,
        pattern=r"^https?://",
        description="An OpenAI-compatible server for generated answers, e.g. http://127.0.0.1:11434/v1.",
    )
    llm_model: str = Field("default", min_length=1, description="The model's name at that server.")
    llm_key: SecretStr | None = None
    llm_timeout: float = Field(60.0, gt=0, description="Silence that ends a generated answer.")
    llm_window: int = Field(8192, ge=2048, description="Tokens that the model takes, question and answer together.")
    llm_answer: int = Field(1024, ge=16, description="Tokens of an answer, at most.")
    answer_threshold: float = Field(
        0.35, ge=-1, le=1, description="Passages less near to a question than this (a cosine) do not answer it."
    )

    faces: bool = Field(True, description="Find and compare faces; without it the routes for them are gone.")

    job_retention: float = Field(
        30 * 24 * 3600.0, gt=0, description="Jobs that ended are kept so long, and what failed in them for a retry."
    )
    job_threads: int = Field(3, ge=1, le=32, description="Jobs worked on at once.")
    job_lease: float = Field(30.0, gt=0, description="A worker silent for so long has lost its job.")

    models: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="Own model cards by name; see docs/models.md."
    )

    @property
    def catalog_url(self) -> str:
        return f"sqlite:///{self.data_dir / 'catalog.sqlite'}"

    def as_environment(self) -> dict[str, str]:
        """What was set, wherever, as the `FINDALIKE_…` variables that set the same in another process."""
        given = self.model_dump(mode="json", include=self.model_fields_set, exclude_none=True)
        secrets = {name: getattr(self, name) for name in given}
        given |= {name: one.get_secret_value() for name, one in secrets.items() if isinstance(one, SecretStr)}
        return {
            f"FINDALIKE_{name.upper()}": value if isinstance(value, str) else json.dumps(value)
            for name, value in given.items()
        }

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        toml = Path(os.environ.get("FINDALIKE_CONFIG", "findalike.toml"))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=toml)
