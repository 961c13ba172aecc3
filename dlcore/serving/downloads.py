"""Files to take away, as a route with a token: weights are read when they are asked for, not when a page is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dlcore.access import OPERATOR, Viewer
from dlcore.data.uploads import upload_access
from dlcore.errors import DlcoreError, RunNotFound
from dlcore.i18n import current_language, language
from dlcore.inference import file_names
from dlcore.runs.exports import ENDINGS, Kind
from dlcore.runs.runs import Epoch, WeightsFormat
from dlcore.serving.run_uploads import RunUploads
from dlcore.serving.store import runs


def weights_address(run_id: str, viewer: Viewer, epoch: Epoch = "best", format: WeightsFormat = "safetensors") -> str:
    """Where a browser downloads the weights of a run. Raises RunNotFound where the run is not theirs to see."""
    token = runs().token(run_id, viewer)
    return f"./downloads/{run_id}/weights.{format}?{urlencode({'epoch': epoch, 'token': token})}"


def export_address(run_id: str, viewer: Viewer, kind: Kind, epoch: Epoch = "best") -> str:
    """Where a browser downloads what `Runs.export` has made in the current language. Raises RunNotFound likewise."""
    asked = {"epoch": epoch, "language": current_language(), "token": runs().token(run_id, viewer)}
    return f"./downloads/{run_id}/{kind}?{urlencode(asked)}"


def yaml_address(run_id: str, viewer: Viewer) -> str:
    """Where a browser downloads the experiment of a run. Raises RunNotFound where the run is not theirs to see."""
    return f"./downloads/{run_id}/experiment.yaml?{urlencode({'token': runs().token(run_id, viewer)})}"


def report_address(run_ids: Sequence[str], viewer: Viewer) -> str:
    """Where a browser downloads the report of these runs, in the current language. Raises RunNotFound likewise."""
    signed = ",".join(f"{run_id}.{runs().token(run_id, viewer)}" for run_id in run_ids)
    return f"./downloads/report?{urlencode({'runs': signed, 'language': current_language()})}"


Read = Callable[[str, Request], tuple[str, bytes]]  # -> file name, content


async def _weights(request: Request) -> Response:
    return await run_in_threadpool(_answer, request, _read_weights)


async def _yaml(request: Request) -> Response:
    return await run_in_threadpool(_answer, request, _read_yaml)


async def _export(request: Request) -> Response:
    return await run_in_threadpool(_answer, request, _read_export)


async def _report(request: Request) -> Response:
    return await run_in_threadpool(_answer_report, request)


def _answer_report(request: Request) -> Response:
    from dlcore.serving.report import MOST_RUNS, report  # with torch, which the server starts without

    signed = [each.partition(".") for each in request.query_params.get("runs", "").split(",")[: MOST_RUNS + 1]]
    if not all(runs().check_token(run_id, token) for run_id, _dot, token in signed):
        return not_valid()

    run_ids = [run_id for run_id, _dot, _token in signed]

    def read() -> tuple[str, bytes]:
        with language(request.query_params.get("language", "en")), upload_access.using(RunUploads(runs(), run_ids)):
            title, written = report(runs(), run_ids, OPERATOR)
        return file_name(title, "html"), written.encode()

    return file_response(read)


def _answer(request: Request, read: Read) -> Response:
    run_id = request.path_params["run_id"]
    if not runs().check_token(run_id, request.query_params.get("token", "")):
        return not_valid()

    def on_its_data() -> tuple[str, bytes]:
        with upload_access.using(RunUploads(runs(), [run_id])):
            return read(run_id, request)

    return file_response(on_its_data)


def not_valid() -> Response:
    """The answer to an address with no token, or another one's."""
    return PlainTextResponse("This address is not valid.", status_code=403)


def file_response(read: Callable[[], tuple[str, bytes]]) -> Response:
    """The file that `read` gives with its name; what keeps it from being read is answered in a sentence."""
    try:
        name, content = read()
    except RunNotFound as error:
        return PlainTextResponse(str(error), status_code=404)
    except DlcoreError as error:
        return PlainTextResponse(str(error), status_code=409)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Cache-Control": "no-store",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)


def _read_weights(run_id: str, request: Request) -> tuple[str, bytes]:
    epoch = request.query_params.get("epoch", "best")
    format = request.url.path.rpartition(".")[2]
    return runs().weights_file(run_id, OPERATOR, epoch, format)  # type: ignore[arg-type]  # the store refuses unknown ones


def _read_export(run_id: str, request: Request) -> tuple[str, bytes]:
    kind: Kind = request.url.path.rpartition("/")[2]  # type: ignore[assignment]  # the routes name the kinds
    epoch: Epoch = request.query_params.get("epoch", "best")  # type: ignore[assignment]  # the store refuses others
    with language(request.query_params.get("language", "en")):
        made = runs().export(run_id, kind, OPERATOR, epoch)
    return made.name, made.path.read_bytes()


def _read_yaml(run_id: str, _request: Request) -> tuple[str, bytes]:
    experiment = runs().experiment(run_id, OPERATOR)
    return file_name(runs().status(run_id, OPERATOR).name, "yaml"), experiment.to_yaml().encode()


def file_name(name: str, ending: str) -> str:
    """A run's name as a file name: letters of any script and digits, joined by hyphens."""
    return f"{file_names.slug(name, 'experiment')}.{ending}"


routes = [
    *(Route(f"/downloads/{{run_id}}/weights.{each}", _weights) for each in ("safetensors", "pt")),
    *(Route(f"/downloads/{{run_id}}/{kind}", _export) for kind in ENDINGS if kind != "check"),
    Route("/downloads/{run_id}/experiment.yaml", _yaml),
    Route("/downloads/report", _report),
]
