"""A study to take away, as routes with a token: the table of its runs, a script that repeats it, a report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dlcore.access import OPERATOR, Viewer, student
from dlcore.data.uploads import upload_access
from dlcore.i18n import current_language, language
from dlcore.runs import Runs
from dlcore.serving.downloads import file_name, file_response, not_valid
from dlcore.serving.store import runs

Kind = Literal["csv", "py", "html"]


def study_address(study_id: str, viewer: Viewer, kind: Kind) -> str:
    """Where a browser downloads a study, in the current language. Raises RunNotFound where it is not theirs to see."""
    asked = {"language": current_language(), "token": runs().study_token(study_id, viewer)}
    return f"./downloads/studies/{study_id}/study.{kind}?{urlencode(asked)}"


async def _study(request: Request) -> Response:
    return await run_in_threadpool(_answer, request)


def _answer(request: Request) -> Response:
    study_id, kind = request.path_params["study_id"], request.url.path.rpartition(".")[2]
    if not runs().check_study_token(study_id, request.query_params.get("token", "")):
        return not_valid()

    def read() -> tuple[str, bytes]:
        stored = runs().stored_study(study_id, OPERATOR)
        asked = request.query_params.get("language", "en")
        with language(asked), upload_access.using(runs().upload_access(student(stored.owner))):
            content = WRITERS[kind](runs(), study_id)
        return file_name(stored.name or "study", kind), content

    return file_response(read)


def _csv(store: Runs, study_id: str) -> bytes:
    from dlcore.serving.study_csv import study_csv

    return study_csv(store.study_record(study_id, OPERATOR))


def _script(store: Runs, study_id: str) -> bytes:
    from dlcore.codegen.study_script import study_code  # with torch, which the server starts without

    return study_code(store.study(study_id, OPERATOR), store.settings.threads).encode()


def _report(store: Runs, study_id: str) -> bytes:
    from dlcore.serving.study_report import study_report

    return study_report(store.study_record(study_id, OPERATOR))[1].encode()


WRITERS: dict[str, Callable[[Runs, str], bytes]] = {"csv": _csv, "py": _script, "html": _report}

routes = [Route(f"/downloads/studies/{{study_id}}/study.{kind}", _study) for kind in WRITERS]
