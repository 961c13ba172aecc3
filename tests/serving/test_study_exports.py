"""A study to take away through its routes: every run and epoch as a table, the script, and whose it is."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from urllib.parse import unquote

import pandas as pd
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dlcore.access import OPERATOR, student
from dlcore.codegen.study_script import study_code
from dlcore.errors import RunNotFound
from dlcore.i18n import Text, language
from dlcore.runs import Runs
from dlcore.serving import study_downloads
from dlcore.serving.study_downloads import study_address
from dlcore.studies import Arm, Study
from dlcore.studies.with_without import WithWithout
from dlcore.training.events import EpochEnded, Scores
from tests.pages.test_live_routes import Worker
from tests.runs.living import digits

DANGEROUS = "=HYPERLINK(1)"


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=study_downloads.routes)) as client:
        yield client


@pytest.fixture
def study_id(store: Runs) -> str:
    """Two arms, two seeds, one of the arms with a name that a spreadsheet would compute."""
    made = Study.of(WithWithout(), digits(), 2, "My ← study/1")
    arms = (made.arms[0], Arm(Text("{name}", name=DANGEROUS), made.arms[1].experiment))
    return store.submit_study(Study(made.kind, arms, made.seeds, made.metric, made.epoch, made.name), student("ada"))


def ended(epoch: int, loss: float, accuracy: float) -> EpochEnded:
    return EpochEnded(epoch, Scores(loss / 2, accuracy=1.0), Scores(loss, accuracy=accuracy), 0.1, None, 1.0, 9.0)


def test_the_table_has_every_epoch_of_every_run_and_a_row_for_one_that_measured_nothing(
    client: TestClient, store: Runs, study_id: str
) -> None:
    results = store.study_results(study_id, OPERATOR)
    worker = Worker(store, results[3].run_id)
    worker.tell(ended(0, 2.5, 0.1), ended(1, 2.0, 0.25), ended(1, 1.5, 0.5))  # measured again after a checkpoint
    worker.end()
    store.delete(results[0].run_id, OPERATOR)
    answer = client.get(study_address(study_id, student("ada"), "csv").removeprefix("."))
    assert unquote(answer.headers["content-disposition"]).endswith("My-study-1.csv")
    assert answer.content.startswith("\ufeff".encode())
    table = pd.read_csv(io.BytesIO(answer.content))
    assert list(table.arm) == ["As it is"] * 2 + ["'" + DANGEROUS] * 3
    assert list(table.state) == ["missing", "queued", "queued", "finished", "finished"]
    assert list(table.seed) == [0, 1, 0, 1, 1]
    assert list(table.epoch.dropna()) == [0, 1]
    assert list(table.validation_loss.dropna()) == [2.5, 1.5]
    assert list(table.validation_accuracy.dropna()) == [0.1, 0.5]
    assert list(table.train_loss.dropna()) == [1.25, 0.75]
    assert "validation_r2" not in table


def test_the_script_is_that_of_the_study_in_the_language_in_which_it_was_asked_for(
    client: TestClient, store: Runs, study_id: str
) -> None:
    with language("zh_CN"):
        address = study_address(study_id, student("ada"), "py")
        wanted = study_code(store.study(study_id, OPERATOR), store.settings.threads)
    assert client.get(address.removeprefix(".")).text == wanted


def test_it_is_given_to_its_owner_alone(client: TestClient, store: Runs, study_id: str) -> None:
    with pytest.raises(RunNotFound):
        study_address(study_id, student("eve"), "csv")
    address = study_address(study_id, student("ada"), "csv").removeprefix(".")
    other = store.submit_study(Study.of(WithWithout(), digits(), 1), student("eve"))
    assert client.get(address.replace(study_id, other)).status_code == 403
    assert client.get(address.replace("token=", "token=0")).status_code == 403
    store.delete_study(study_id, student("ada"))
    assert client.get(address).status_code == 404


def test_the_report_holds_verdicts_charts_and_every_run_and_asks_no_network_for_anything(
    client: TestClient, store: Runs, study_id: str
) -> None:
    results = store.study_results(study_id, OPERATOR)
    for number, result in enumerate(results):
        worker = Worker(store, result.run_id)
        worker.tell(ended(0, 2.5, 0.1), ended(1, 2.0 - 0.1 * number, 0.25))
        worker.end()
    with language("zh_CN"):
        address = study_address(study_id, student("ada"), "html").removeprefix(".")
    page = client.get(address).text
    assert '<html lang="zh-CN">' in page
    assert "default-src 'none'" in page
    assert page.count("data-figure=") == 3  # every seed, loss, accuracy
    assert not re.search(r"""(src|href)=["']https?:""", page.partition("</head>")[2])
    assert page.count(f"<td>{DANGEROUS}</td>") >= 2 + 1  # its runs, and its line in the table
    assert len(re.findall(r"<td>完成</td>|<td>已完成</td>", page)) == 4
