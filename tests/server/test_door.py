"""The safety of the door, each point of it."""

from __future__ import annotations

from typing import Any

import pytest

from findalike.catalog.keys import Scope
from server_api import Api, Start, drawn


def key(api: Api, scope: Scope) -> dict[str, str]:
    """A new key, as the header that carries it; the door looks anew at once."""
    _, secret = api.http.app.state.keys.create(scope, scope)  # type: ignore[attr-defined]
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture(autouse=True)
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys are looked up at every request, not every two seconds."""
    monkeypatch.setattr("findalike.server.door._REMEMBER", -1.0)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "localhost.evil.example:8000"])
def test_requests_for_other_hosts_are_refused(api: Api, host: str) -> None:
    answer = api.http.get("/healthz", headers={"Host": host})
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:9", "[::1]:8000", "LOCALHOST"])
def test_loopback_names_are_answered(api: Api, host: str) -> None:
    assert api.http.get("/healthz", headers={"Host": host}).status_code == 200


def test_more_hosts_and_origins_can_be_allowed(start: Start, lite_uri: str) -> None:
    api = start(lite_uri, allowed_hosts=["search.example"], allowed_origins=["https://app.example"])
    assert api.http.get("/healthz", headers={"Host": "search.example"}).status_code == 200
    body = {"json": {"key": "x"}}
    allowed = api.http.post("/api/v1/session", headers={"Origin": "https://app.example"}, **body)
    assert allowed.status_code == 401
    assert api.http.post("/api/v1/session", headers={"Origin": "https://x.example"}, **body).status_code == 403


@pytest.mark.parametrize(
    "settings",
    [{"host": "fd00::5", "insecure": True}, {"allowed_hosts": ["fd00::5"]}, {"allowed_hosts": ["[FD00::5]"]}],
)
def test_a_server_on_an_ipv6_address_answers_for_it(start: Start, lite_uri: str, settings: dict[str, Any]) -> None:
    api = start(lite_uri, **settings)
    for host in ("[fd00::5]:8000", "[fd00::5]", "[FD00::5]:8000"):
        assert api.http.get("/healthz", headers={"Host": host}).status_code == 200
    for host in ("[fd00::6]:8000", "fd00", "[]"):
        assert api.http.get("/healthz", headers={"Host": host}).status_code == 403, host


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost:1", "http://localhost.evil.example", "http://[::1"]
)
def test_unsafe_requests_from_other_origins_are_refused(api: Api, origin: str) -> None:
    assert api.http.post("/api/v1/media", content=drawn(1), headers={"Origin": origin}).status_code == 403
    assert api.http.get("/api/v1/apps", headers={"Origin": origin}).status_code == 200


def test_no_answer_allows_cross_origin_reading(api: Api) -> None:
    answer = api.http.get("/api/v1/apps", headers={"Origin": "https://evil.example"})
    assert not [name for name in answer.headers if name.startswith("access-control")]
    preflight = api.http.options(
        "/api/v1/apps", headers={"Origin": "https://e.example", "Access-Control-Request-Method": "PUT"}
    )
    assert preflight.status_code == 405


def test_one_key_locks_the_door_and_scopes_count(api: Api) -> None:
    address = api.collection("vector-search", dimension=2)
    assert api.http.get(address).status_code == 200
    reader = key(api, "read")
    locked = api.http.get(address)
    assert (locked.status_code, locked.headers["www-authenticate"]) == (401, "Bearer")
    assert api.http.get(address, headers={"Authorization": "Bearer fa_wrong"}).status_code == 401
    assert api.http.get(address, headers=reader).status_code == 200
    assert api.http.post(f"{address}/search", json={"vector": [1, 2]}, headers=reader).status_code == 200
    assert api.http.post("/api/v1/media", content=drawn(1), headers=reader).status_code == 201
    assert api.http.delete(address, headers=reader).status_code == 403
    for path in ("/metrics", "/metrics%0A", "/api/v1/apps%0A", "//metrics", "/%0Ametrics", "/api%0A/v1/apps"):
        assert api.http.get(f"http://localhost{path}").status_code == 401
    for path in ("/healthz", "/docs", "/openapi.json", "/", "/apps/vector-search/things"):
        assert api.http.get(path).status_code == 200
    assert api.http.delete(address, headers=key(api, "write")).status_code == 204


def test_a_session_cookie_stands_for_its_key_and_ends(api: Api) -> None:
    secret = key(api, "read")["Authorization"].removeprefix("Bearer ")
    assert api.http.post("/api/v1/session", json={"key": "fa_wrong"}).status_code == 401
    begun = api.http.post("/api/v1/session", json={"key": secret})
    cookie = begun.headers["set-cookie"].lower()
    assert all(part in cookie for part in ("httponly", "samesite=strict", "path=/"))
    assert secret not in cookie
    assert begun.json() == {"name": "read", "scope": "read"}
    assert api.http.get("/api/v1/apps").status_code == 200
    token = api.http.cookies["findalike_session"]
    assert api.http.delete("/api/v1/session").status_code == 204
    assert api.http.get("/api/v1/apps", headers={"Cookie": f"findalike_session={token}"}).status_code == 401


def test_a_revoked_key_is_refused_and_keys_are_stored_hashed(api: Api) -> None:
    header = key(api, "admin")
    key(api, "read")
    keys = api.http.app.state.keys  # type: ignore[attr-defined]
    stored = (api.settings.data_dir / "catalog.sqlite").read_bytes()
    assert header["Authorization"].removeprefix("Bearer ").encode() not in stored
    assert api.http.get("/api/v1/apps", headers=header).status_code == 200
    keys.remove(next(one.id for one in keys.all() if one.scope == "admin"))
    assert api.http.get("/api/v1/apps", headers=header).status_code == 401


def test_without_keys_a_door_to_the_network_stays_locked(start: Start, lite_uri: str) -> None:
    """The last key was revoked: on loopback everybody may come in again, from the network nobody."""
    address = "192.0.2.7"
    api = start(lite_uri, host=address)
    host = {"Host": address}
    header = key(api, "admin")
    keys = api.http.app.state.keys  # type: ignore[attr-defined]
    assert api.http.get("/api/v1/apps", headers={**host, **header}).status_code == 200
    keys.remove(keys.all()[0].id)
    assert not keys.any()
    for headers in (host, {**host, **header}):
        assert api.http.get("/api/v1/apps", headers=headers).status_code == 401
    assert api.http.get("/healthz", headers=host).status_code == 200


def test_authentication_comes_before_the_body_is_read(api: Api) -> None:
    key(api, "read")
    sent: list[int] = []

    def endless() -> object:
        for number in range(1000):
            sent.append(number)
            yield b"x" * 65536

    answer = api.http.post("/api/v1/apps/image-search/collections/x/items", content=endless())  # type: ignore[arg-type]
    assert answer.status_code == 401
    assert not [path for path in (api.settings.data_dir / "media").rglob("*") if path.is_file()]


def test_json_bodies_are_bounded(api: Api) -> None:
    address = api.collection("vector-search", dimension=2)
    big = b'{"vector": [' + b"1," * 5_000_000 + b"1]}"
    answer = api.http.post(f"{address}/search", content=big, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


def test_every_answer_carries_harmless_headers(api: Api) -> None:
    for path in ("/api/v1/apps", "/healthz", "/nothing"):
        headers = api.http.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "default-src 'none'" in headers["content-security-policy"]


def test_documentation_needs_no_other_host(api: Api) -> None:
    for path, asset in (("/docs", "swagger-ui-bundle.js"), ("/redoc", "redoc.standalone.js")):
        page = api.http.get(path)
        assert "https://" not in page.text
        assert f"/static/{asset}" in page.text
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert api.http.get(f"/static/{asset}").status_code == 200


def test_metrics_count_routes_and_not_addresses(api: Api) -> None:
    api.http.get(f"/api/v1/jobs/{'0' * 32}")
    text = api.http.get("/metrics").text
    assert 'route="/api/v1/jobs/{job}"' in text
    assert "0" * 32 not in text


def test_metrics_do_not_repeat_methods_that_clients_invent(api: Api) -> None:
    assert api.http.request("BREW", "/healthz").status_code == 405
    api.http.request("HEAD", "/nothing")
    text = api.http.get("/metrics").text
    assert 'method="other"' in text
    assert 'method="HEAD"' in text
    assert "BREW" not in text


def test_readiness_names_what_is_missing(start: Start, lite_uri: str) -> None:
    assert start(lite_uri).http.get("/healthz").json() == {"status": "ok"}
    away = start("http://127.0.0.1:9", milvus_timeout=1).http.get("/readyz")
    assert away.status_code == 503
    assert away.json()["milvus"] != "ok"


def test_a_websocket_from_elsewhere_is_closed(api: Api) -> None:
    from starlette.websockets import WebSocketDisconnect

    with (
        pytest.raises(WebSocketDisconnect) as closed,
        api.http.websocket_connect("/api/v1/live/x/y", headers={"Origin": "https://evil.example"}),
    ):
        pass
    assert closed.value.code == 1008


def test_an_application_that_is_not_there_is_named_with_those_that_are(api: Api) -> None:
    answer = api.http.get("/api/v1/apps/imagesearch/collections")
    assert answer.status_code == 404
    assert answer.json()["detail"].startswith("There is no application 'imagesearch' here; there are: ")
    assert "image-search" in answer.json()["detail"]


def test_what_another_application_can_do_is_said_to_be_its(api: Api) -> None:
    address = api.collection("molecule-search")
    detail = api.http.post(f"{address}/recommend", json={}).json()["detail"]
    assert detail.startswith("'recommend' is nothing of molecule-search, but of recommendation. A collection")
    assert detail.endswith("draw.")
    assert "'dance' is nothing of molecule-search. A" in api.http.post(f"{address}/dance").json()["detail"]
    assert "GET /api/v1/apps lists" in api.http.get("/api/v1/apps/molecule-search/other").json()["detail"]


@pytest.mark.parametrize(
    ("body", "field", "sentence"),
    [
        ({"smiles": ""}, "smiles", "It is empty: write something, or leave it out."),
        ({"smiles": "C", "smile": 1}, "smile", "Nothing here has this name: leave it out, or look in /docs"),
        ({"smiles": "C", "limit": 0}, "limit", "Give at least 1."),
        ({"smiles": "C", "limit": "many"}, "limit", "Give a whole number."),
        ({"smiles": "C", "limit": 100_000}, "limit", "Give at most 1,000."),
        ({"smiles": 1}, "smiles", "Give a text."),
        ({"smiles": "C" * 20_001}, "smiles", "It is too long: there may be at most 20,000 characters."),
        ({"smiles": "C", "group": "maybe"}, "group", "Give true or false."),
        ({"smiles": "C", "min_score": "high"}, "min_score", "Give a number."),
        ({"smiles": "C", "mode": "near"}, "mode", "Give one of these: 'similar', 'substructure', 'superstructure', "),
        ([], "body", "Send a JSON object, and say so"),
    ],
)
def test_what_is_wrong_with_a_field_is_said_in_plain_words(api: Api, body: Any, field: str, sentence: str) -> None:
    answer = api.http.post("/api/v1/apps/molecule-search/collections/any/search", json=body)
    assert answer.status_code == 422
    (one,) = answer.json()["errors"]
    assert one["field"] == field
    assert one["detail"].startswith(sentence)


def test_names_and_ids_are_described_and_not_by_patterns(api: Api) -> None:
    named = api.http.put("/api/v1/apps/molecule-search/collections/No Spaces", json={})
    assert "at most 63 small letters" in named.json()["detail"]
    address = api.collection("molecule-search")
    assert "those are 64 letters and digits" in api.http.get(f"{address}/items/x").json()["detail"]
