"""Provider files that tests write, and what becomes of them."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.domain.errors import StartError
from support.run.profiles.loading import load_profile
from support.run.profiles.profile import Profile
from support.run.settings import Settings

Entry = dict[str, Any]

VSPHERE: Entry = {
    "type": "vsphere",
    "version": "8.0",
    "api_url": "https://vc.example.com:8443/sdk",
    "username": "admin",
    "password": "vc-password",
}
BLOCK: Entry = {
    "storage_vendor_product": "powerstore",
    "datastore_id": "datastore-1",
    "storage_hostname": "https://array.example.com/api/rest",
    "storage_username": "array-admin",
    "storage_password": "array-password",
}


def write(folder: Path, content: str | bytes | Mapping[str, object]) -> Path:
    path = folder / "providers.json"
    data = (
        content
        if isinstance(content, bytes)
        else (content if isinstance(content, str) else json.dumps(content)).encode()
    )
    path.write_bytes(data)
    return path


def settings_for(path: Path, chosen: str = "mine") -> Settings:
    return replace(Settings(), providers_file=path, source_provider=chosen)


def load(folder: Path, entry: object, environ: Mapping[str, str] | None = None, **others: object) -> Profile:
    path = write(folder, {"mine": entry, **others})
    return load_profile(settings_for(path), environ or {})


def refused(folder: Path, entry: object, environ: Mapping[str, str] | None = None, **others: object) -> str:
    with pytest.raises(StartError) as caught:
        load(folder, entry, environ, **others)
    return str(caught.value)
