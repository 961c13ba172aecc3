"""Taking a bundle of modules apart, and leaving out what no kept statement names."""

from __future__ import annotations

import logging
import re

import plotly.graph_objects as go
import pytest

from dlcore.figures.style import plotly_javascript
from dlcore.serving import plotly_bundle
from dlcore.serving.javascript import declared, needed, statements

PIECES = [
    "var a=1;",
    'var b="};{;";',
    "var c='it\\'s;';",
    "var d=/[/;}]\\/;/g;",
    "var e=a/2;",
    "var f=(a)/2/a;",
    "function g(){return/;}/.test(a)}",
    "var h=`;${[`}${a};`,{b:1}]}}`;",
    "/* ;} */var i=()=>{a;b};",
    "async function j(){for(let k=0;k<1;)k+=1/1}",
    "class l{m(){;}}",
    "var n=W((o,p)=>{p.exports=a?/[)]/:b});",
    "var q=typeof/;/;",
]


def test_a_script_falls_into_its_statements_wherever_their_marks_stand() -> None:
    assert [each.strip() for each in statements("".join(PIECES))] == PIECES


@pytest.mark.parametrize("torn", ["function a(){", "var a=(1];", "var a=`${1;", "}", 'var a="1;', "var a=/1;"])
def test_what_is_torn_is_no_script(torn: str) -> None:
    with pytest.raises(ValueError, match=r"bracket|end"):
        list(statements(torn))


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("function a(b){c()}", "a"),
        ("async function a(){}", "a"),
        ("function*a(){}", "a"),
        ("var a=W((b,c)=>{c.exports=1});", "a"),
        ("var a=W(b=>{});", "a"),
        ("var b,c,a=Ea(()=>{b=1});", "a"),
        ("var a={};", "a"),
        ("Fp(a,{default:()=>b,c:()=>d});", "a"),
        ("var a=Object.create;", None),
        ("a(b);", None),
        ("var a=b(c);", None),
    ],
)
def test_a_statement_is_asked_for_by_the_name_it_declares(statement: str, name: str | None) -> None:
    assert declared(statement) == name


def test_what_nobody_asks_for_goes_and_what_works_by_itself_stays() -> None:
    parts = [
        "var create=Object.create;",
        "function used(){return deep()}",
        "function deep(){return x}",
        "function unused(){return unusedToo()}",
        "function unusedToo(){return unused()}",
        "var x,module=Ea(()=>{x=1});",
        "var exported={};",
        "Fp(exported,{y:()=>used});",
        "start(module,used);",
    ]
    assert needed(parts) == [each for each in parts if "unused" not in each and "exported" not in each]


# plotly.js


@pytest.fixture(scope="module")
def whole() -> str:
    return plotly_javascript()[1].read_text("utf-8")


@pytest.fixture(scope="module")
def part(whole: str) -> str:
    return plotly_bundle.reduced(whole)


def test_a_third_of_plotly_is_left_and_it_names_itself_and_its_licence(whole: str, part: str) -> None:
    assert len(part) < len(whole) / 3
    assert part[:150] == whole[:150]
    assert "plotly.js v" in part[:150]
    assert "MIT license" in part[:150]


def test_every_statement_that_is_left_is_one_of_the_whole_but_the_list_of_traces(whole: str, part: str) -> None:
    begin = whole.index("(()=>{") + 6
    known = set(statements(whole[begin : whole.rindex("return", 0, whole.rindex("})();"))]))
    left = list(statements(part[begin : part.rindex("return", 0, part.rindex("})();"))]))
    (changed,) = [each for each in left if each not in known]
    assert ".register([" in changed


def test_the_kinds_of_traces_are_those_that_are_left(whole: str, part: str) -> None:
    def kinds(script: str) -> set[str]:
        return set(re.findall(r'moduleType:"trace",name:"(\w+)"', script))

    assert {"bar", "heatmap", "scatter"} <= kinds(part)
    assert not kinds(part) & {"scattergeo", "surface", "sankey", "scattermap", "violin", "sunburst"}
    assert len(kinds(whole)) > 40


def test_no_figure_of_ours_has_a_trace_that_was_left_out() -> None:
    from pathlib import Path

    import dlcore.figures

    written = "".join(path.read_text("utf-8") for path in Path(dlcore.figures.__path__[0]).glob("**/*.py"))
    used = {each.lower() for each in re.findall(r"\bgo\.(\w+)\(", written)} - {"figure", "layout"}
    assert used <= set(plotly_bundle.TRACES)
    assert all(hasattr(go, each.capitalize()) for each in used)


@pytest.mark.parametrize(
    "script",
    [
        "",
        "something else",
        "var Plotly=(()=>{var a=1;return a();})();",
        'var Plotly=(()=>{var a=W((b,c)=>{"use strict";c.register([d()])});return a();})();',
        "var Plotly=(()=>{var a=W((b,c)=>{;return a();})();",
    ],
)
def test_a_script_of_another_form_is_sent_whole(script: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert plotly_bundle.reduced(script) == script
    assert "sent whole" in caplog.text
