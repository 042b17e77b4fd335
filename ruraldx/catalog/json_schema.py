"""JSON Schemas of what the catalog reads, for editors that check a file while it is written. Pure."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel

from ruraldx.catalog.amendments import Amendment
from ruraldx.catalog.crosswalk import Crosswalk
from ruraldx.catalog.labels import LABELS
from ruraldx.catalog.provincial import ProvincialSet
from ruraldx.catalog.schema import CriteriaSet

MODELS: Final[dict[str, type[BaseModel]]] = {
    "set": CriteriaSet,
    "province": ProvincialSet,
    "amendment": Amendment,
    "crosswalk": Crosswalk,
}
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def schema_of(kind: str) -> dict[str, Any]:
    """The JSON Schema of a kind of file; every property has its Vietnamese title. Raises KeyError."""
    schema = MODELS[kind].model_json_schema(by_alias=True)
    for part in (schema, *schema.get("$defs", {}).values()):
        for name, property_ in part.get("properties", {}).items():
            property_["title"] = str(LABELS[name])
    return {"$schema": DIALECT, **schema}


def schemas() -> dict[str, Any]:
    """Every schema by kind of file."""
    return {kind: schema_of(kind) for kind in MODELS}
