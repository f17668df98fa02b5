"""What every answer bears, and every error's one shape: on pages, files, answers, streams."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from unit_served import PASSWORD, Desk, Unit, application, fresh_sqlite, served

from trawl.api.headers import ALWAYS
from trawl.api.limits import LARGEST, BodyLimit
from trawl.api.pages import static_folder
from trawl.model.access import Role

CLOSED = "default-src 'none'"
KINDS = {401: "not-signed-in", 403: "refused", 404: "not-found", 405: "bad-request"}
KINDS |= {413: "bad-request", 422: "bad-request"}


@pytest.fixture(scope="module")
def unit(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Unit]:
    folder = tmp_path_factory.mktemp("headers")
    with served(fresh_sqlite(sqlite_template, folder), folder) as made:
        yield made


@pytest.fixture
def grader(unit: Unit) -> Desk:
    return unit.desk(Role.GRADER)


def check_always(answer: Any) -> None:
    for name, value in ALWAYS.items():
        assert answer.headers.get_list(name) == [value]
    assert "server" not in answer.headers
    assert "access-control-allow-origin" not in answer.headers


def check_closed(answer: Any) -> None:
    """An answer that is no page: nothing in it runs, nothing of it is kept."""
    check_always(answer)
    assert answer.headers.get_list("content-security-policy") == [CLOSED]
    assert answer.headers.get_list("cache-control") == ["no-store"]


def check_error(answer: Any, status: int) -> None:
    """The one shape of errors, and nothing of what is inside."""
    check_closed(answer)
    assert answer.status_code == status, answer.text
    told = answer.json()
    assert list(told) == ["error"]
    assert {"kind", "message", "hint"} <= set(told["error"])
    assert told["error"]["kind"] == KINDS[status]
    assert told["error"]["message"]
    assert not re.search(r"Traceback|trawl\.|sqlalchemy|pydantic|\.py\b", answer.text)


# Pages and files --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/cases/1", "/index.html", "/apiary", "/join"])
def test_a_page_runs_its_own_scripts_and_nothing_else(unit: Unit, path: str) -> None:
    first, second = unit.ask("GET", path), unit.ask("GET", path)
    check_always(first)
    assert first.headers["cache-control"] == "no-store"
    policy = first.headers["content-security-policy"]
    parts = dict(one.strip().partition(" ")[::2] for one in policy.split(";"))
    assert parts["default-src"] == "'none'"
    assert parts["script-src"] == "'self'"
    assert parts["frame-ancestors"] == parts["base-uri"] == "'none'"
    assert "unsafe" not in policy
    assert "http:" not in policy
    nonce = re.findall(r"'nonce-([^']+)'", policy)
    assert len(nonce) == 1
    assert len(nonce[0]) >= 22
    assert nonce[0] not in second.headers["content-security-policy"]


def test_a_file_of_the_front_end_may_be_kept(unit: Unit) -> None:
    files = sorted((static_folder() / "assets").glob("*.js"))
    if not files:
        pytest.skip("the front end is not built (make web)")
    answer = unit.ask("GET", f"/assets/{files[0].name}")
    check_always(answer)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "nonce-none" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/assets/none.js",
        "/assets/../app.py",
        "/assets/%2e%2e/%2e%2e/app.py",
        "/assets/..%2f..%2fapp.py",
    ],
)
def test_no_file_beside_the_front_end(unit: Unit, path: str) -> None:
    answer = unit.ask("GET", path)
    check_always(answer)
    assert "create_app" not in answer.text


@pytest.mark.parametrize("path", ["/..%2fapp.py", "/%2e%2e%2fapp.py", "/.gitignore", "/%00"])
def test_no_file_under_a_page(unit: Unit, path: str) -> None:
    answer = unit.ask("GET", path)
    check_always(answer)
    assert "create_app" not in answer.text
    assert answer.status_code < 500


# Answers ---------------------------------------------------------------------------------------


def test_answers_of_the_api_are_closed_and_not_kept(grader: Desk) -> None:
    case = f"/api/cases/{grader.unit.case_id}"
    view = grader.made(f"{case}/views", {"source": "all"})["view"]
    for path in (
        *("/api/session", "/api/cases", case, f"{case}/tiles?ids=1", f"{case}/media/1/look"),
        *(f"{case}/views/{view}/buckets/0", f"{case}/facets", "/api/reception"),
    ):
        answer = grader.ask("GET", path)
        assert answer.status_code == 200
        check_closed(answer)


def test_a_stream_is_closed_and_not_kept(grader: Desk) -> None:
    answer = grader.ask("GET", f"/api/cases/{grader.unit.case_id}/events")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    check_closed(answer)


def test_the_cookie_is_for_this_server_alone(unit: Unit) -> None:
    unit.clock.pass_s(31)
    grader = unit.desk(Role.GRADER)
    for address, secure in (("http://testserver", False), ("https://testserver", True)):
        unit.client.cookies.clear()
        answer = unit.client.post(
            f"{address}/api/sign-in", json={"name": grader.name, "password": PASSWORD}
        )
        assert answer.status_code == 200
        (cookie,) = answer.headers.get_list("set-cookie")
        name, *flags = [part.strip() for part in cookie.split(";")]
        assert re.fullmatch(r"trawl_session=[\w-]{43}", name)
        assert set(flags) == {"HttpOnly", "Path=/", "SameSite=strict"} | (
            {"Secure"} if secure else set()
        )
        check_closed(answer)
    gone = Desk(unit, grader.id, grader.name, grader.role)
    gone.signed_in(answer)
    (cookie,) = gone.ask("DELETE", "/api/session").headers.get_list("set-cookie")
    assert "trawl_session=" in cookie
    assert "Max-Age=0" in cookie


# Errors -----------------------------------------------------------------------------------------


def test_errors_of_the_api_have_one_shape(grader: Desk) -> None:
    unit, case = grader.unit, f"/api/cases/{grader.unit.case_id}"
    check_error(unit.ask("GET", "/api/session"), 401)
    check_error(grader.ask("GET", "/api/officers"), 403)
    check_error(grader.ask("GET", f"{case}/media/987654"), 404)
    check_error(grader.ask("GET", "/api/no/such/route"), 404)
    check_error(unit.ask("GET", "/api"), 404)
    check_error(unit.ask("GET", "/api/"), 404)
    check_error(grader.ask("GET", f"{case}/tiles?ids=0"), 422)
    check_error(grader.ask("GET", "/api/cases/none"), 422)
    check_error(grader.ask("POST", "/api/talk", {"text": 5}), 422)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/api/cases"),
        ("PUT", "/api/session"),
        ("PATCH", "/api/talk"),
        ("TRACE", "/api/cases"),
        ("OPTIONS", "/api/cases"),
        ("POST", "/api/no/such/route"),
        ("POST", "/"),
    ],
)
def test_a_method_that_is_not_there(grader: Desk, method: str, path: str) -> None:
    check_error(grader.ask(method, path), 405)


@pytest.mark.parametrize("path", ["/api/cases/", "/api//cases", "/API/cases", "/api/cases/1/"])
def test_an_address_that_is_nearly_one_leads_nowhere_else(grader: Desk, path: str) -> None:
    answer = grader.ask("GET", path)
    check_always(answer)
    assert answer.status_code < 500
    assert "testserver" not in answer.headers.get("location", "")
    assert "Heron" not in answer.text


# Bodies -----------------------------------------------------------------------------------------


def post(desk: Desk, path: str, content: Any, kind: str = "application/json") -> Any:
    unit = desk.unit
    unit.client.cookies.clear()
    headers = {"cookie": f"trawl_session={desk.token}", "x-csrf": desk.csrf, "content-type": kind}
    return unit.client.post(path, content=content, headers=headers)


def test_a_body_over_the_limit_is_refused_by_its_told_length(grader: Desk) -> None:
    check_error(post(grader, "/api/talk", b'"' + b"x" * LARGEST), 413)
    nobody = Desk(grader.unit, 0, "", Role.GRADER)
    check_error(post(nobody, "/api/sign-in", b"x" * (LARGEST + 1)), 413)


def test_a_body_over_the_limit_is_refused_as_it_comes(grader: Desk) -> None:
    pieces = iter([b'{"text": "', *(b"x" * 65536,) * 17, b'"}'])
    check_error(post(grader, "/api/talk", pieces), 413)


def test_a_body_at_the_limit_is_read(grader: Desk) -> None:
    body = b'{"text": "' + b"x" * (LARGEST - 12) + b'"}'
    assert len(body) == LARGEST
    check_error(post(grader, "/api/talk", body), 422)  # a text is shorter
    assert BodyLimit in {one.cls for one in application(grader.unit).user_middleware}


NESTED = ("[" * 100_000, '{"credential":' * 2000, "[" * 900 + "]" * 900)


@pytest.mark.parametrize(
    "body",
    [
        *("", "{", "nul", "[]", "null", "5", '"x"', "{}{}", "{'a': 1}"),
        '{"text": "a", "text": 5}',
        '{"text": NaN}',
        '{"text": 1e999}',
        '{"text": ' + "9" * 5000 + "}",
        *NESTED,
    ],
    ids=lambda text: text[:12],
)
def test_odd_json_is_refused_in_one_shape(grader: Desk, body: str) -> None:
    answer = post(grader, "/api/talk", body.encode())
    assert answer.status_code in (400, 422), answer.text
    assert answer.json()["error"]["kind"] == "bad-request"
    check_closed(answer)


@pytest.mark.parametrize("content", [b"\xff\xfe{}", b"\x00", b'{"text": "\xff"}', b"text=a"])
@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data", ""])
def test_what_is_no_json_is_refused_in_one_shape(grader: Desk, content: bytes, kind: str) -> None:
    answer = post(grader, "/api/talk", content, kind)
    assert answer.status_code in (400, 422), answer.text
    assert answer.json()["error"]["kind"] == "bad-request"


DEEP = json.loads("[" * 500 + "]" * 500)
ODD_TEXTS = ("\x00", "a\x00b", "\ud800", "\U0010ffff", "a" * 50_000, "\u202e", "\r\n", "")


@pytest.mark.parametrize("deep", [DEEP, {"a": DEEP}, [DEEP] * 3], ids=["list", "in a map", "wide"])
def test_deep_json_where_any_json_may_be(grader: Desk, deep: Any) -> None:
    case = f"/api/cases/{grader.unit.case_id}"
    for path, body in (
        (f"{case}/filters", {"name": "deep", "value": {"a": deep}}),
        ("/api/sign-in/passkey", {"credential": {"response": deep}}),
        ("/api/account/passkeys", {"credential": {"id": deep, "response": {"a": deep}}}),
    ):
        answer = grader.ask("POST", path, body)
        assert answer.status_code < 500
        check_closed(answer)
    assert grader.ask("GET", f"{case}/filters").status_code == 200


@pytest.mark.slow
def test_odd_texts_in_every_field_on_both_databases(database_url: str, tmp_path: Path) -> None:
    with served(database_url, tmp_path) as unit:
        grader, admin, sam = unit.desk(Role.GRADER), unit.admin, unit.desk(Role.SUPERVISOR)
        case = f"/api/cases/{unit.case_id}"
        for text in ODD_TEXTS:
            say = json.dumps(text)
            for desk, path, body in (
                (grader, "/api/sign-in", f'{{"name": {say}, "password": {say}}}'),
                (
                    grader,
                    "/api/invitation",
                    f'{{"token": {say}, "name": {say}, "password": {say}}}',
                ),
                (grader, "/api/talk", f'{{"text": {say}}}'),
                (grader, f"{case}/media/1/notes", f'{{"text": {say}}}'),
                (grader, f"{case}/media/1/tags", f'{{"tag": {say}}}'),
                (grader, f"{case}/media/1/clues", f'{{"label": {say}, "at_ms": 1}}'),
                (grader, f"{case}/filters", f'{{"name": {say}, "value": {{{say}: {say}}}}}'),
                (grader, f"{case}/views", f'{{"filter": {{"path": {say}, "tags": [{say}]}}}}'),
                (grader, f"{case}/views", f'{{"filter": {{"text": {say}, "sets": [{say}]}}}}'),
                (grader, f"{case}/grades", f'{{"key": "k", "media": [1], "category": {say}}}'),
                (admin, "/api/officers", f'{{"name": {say}, "roles": ["grader"]}}'),
                (sam, "/api/cases", f'{{"name": {say}, "scheme": {say}}}'),
                (sam, "/api/cases", f'{{"name": {say}}}'),
                (grader, "/api/account/password", f'{{"old": {say}, "new": {say}}}'),
                (grader, "/api/account/totp", f'{{"code": {say}}}'),
                (grader, "/api/account/passkeys", f'{{"credential": {{}}, "label": {say}}}'),
            ):
                answer = post(desk, path, body.encode())
                assert answer.status_code < 500, (path, text, answer.text)
        auditor = unit.desk(Role.AUDITOR)
        for text in ("%00", "%ff", "%ed%a0%80", "%F0%9F%98%80"):
            for query in (f"act={text}", f"officer={text}", f"case={text}"):
                assert auditor.ask("GET", f"/api/audit?{query}").status_code < 500
            answer = unit.ask("GET", f"/api/invitation?token={text}")
            assert answer.status_code == 404
        for path in ("/api/audit?limit=500", "/api/talk", f"{case}/facets", "/api/officers"):
            for desk in (auditor, grader, admin):
                assert desk.ask("GET", path).status_code < 500
