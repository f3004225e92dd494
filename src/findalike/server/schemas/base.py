"""What all schemas share."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

API = "/api/v1"


class In(BaseModel):
    """What clients send: names that nothing has are refused."""

    model_config = ConfigDict(extra="forbid")
