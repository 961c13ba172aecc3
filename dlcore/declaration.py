"""What a layer, loss, optimizer or data set is declared with.

A `Declaration` is a frozen pydantic model whose fields say everything about a setting: its default, its
bounds and one sentence of help for the learner. Its form in the browser, its validation, its YAML and its
documentation are drawn from these fields; none of them is written a second time anywhere.

    class Dropout(Layer):
        p: float = setting(0.5, ge=0, lt=1, help=N_("Share of the values set to zero while training."))

A `Call` is a call of torch written down: `Call("Conv2d", 3, 16, 3, padding=1)` both builds the module and
prints the line of source code, so the two cannot differ.
"""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticUndefined

from dlcore.errors import SHOWN, ExperimentError, unknown
from dlcore.foreign_names import misplaced_layer
from dlcore.i18n import N_, Text
from dlcore.lookup import Registry


class Shape(tuple[int, ...]):
    """The sizes of one example, without the batch axis: `Shape((3, 28, 28))` is an image of 3 channels.

    `vocabulary` is set where the values are whole numbers that stand for words: how many words there are.
    `axes` says what the sizes are, where their number alone does not: `LF` is a sequence of vectors, `CL` a
    sequence with channels, and both have two sizes.
    """

    vocabulary: int | None
    axes: str | None

    def __new__(cls, sizes: Iterable[int] = (), vocabulary: int | None = None, axes: str | None = None) -> Self:
        shape = super().__new__(cls, sizes)
        shape.vocabulary, shape.axes = vocabulary, axes
        return shape

    def __str__(self) -> str:
        """`64`, or `3 × 28 × 28`: as cards and messages show it."""
        return " × ".join(map(str, self)) or "1"


class Call:
    """A call of `torch.nn` (or of another module) written down: it builds the object, and prints its source.

    >>> Call("Linear", 64, 10).source()
    'nn.Linear(64, 10)'
    """

    def __init__(self, name: str, *arguments: Any, module: str = "torch.nn", **settings: Any) -> None:
        self.name, self.module = name, module
        self.arguments, self.settings = arguments, settings

    def build(self) -> Any:
        """The object itself. Arguments that are Calls are built first."""
        import importlib

        make = getattr(importlib.import_module(self.module), self.name)
        return make(
            *(_built(argument) for argument in self.arguments),
            **{name: _built(value) for name, value in self.settings.items()},
        )

    def source(self) -> str:
        """The line of Python that makes it: `nn.Conv2d(3, 16, 3, padding=1)`."""
        written = [_written(argument) for argument in self.arguments]
        written += [f"{name}={_written(value)}" for name, value in self.settings.items()]
        prefix = "nn." if self.module == "torch.nn" else f"{self.module}." if self.module.startswith("torch") else ""
        return f"{prefix}{self.name}({', '.join(written)})"

    def __repr__(self) -> str:
        return f"Call({self.source()})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Call) and (self.module, self.source()) == (other.module, other.source())

    def __hash__(self) -> int:
        return hash((self.module, self.source()))


def _built(value: Any) -> Any:
    return value.build() if isinstance(value, Call) else value


def _written(value: Any) -> str:
    return value.source() if isinstance(value, Call) else repr(value)


def setting(
    default: Any = PydanticUndefined,
    *,
    help: str,
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    lt: float | None = None,
    advanced: bool = False,
    main: bool = False,
    log: bool = False,
    hot: bool = False,
    registry: Registry[Any] | None = None,
    example: str = "",
) -> Any:
    """One setting: default, bounds, help.

    help: one sentence for the learner, marked with `N_` so that it reaches the catalogue.
    advanced: shown only when the learner asks for more.
    main: the setting that a layer's compact row shows.
    log: steps of the input multiply instead of adding (learning rates).
    hot: can be changed while a run trains (`dlcore.experiment.changes`).
    registry: where the things are registered of which one may stand here, by name or with settings.
    example: names with values that may stand here, as YAML writes them.
    """
    extra: dict[str, Any] = {"advanced": advanced, "main": main, "log": log, "hot": hot}
    extra |= {"registry": registry, "example": example}
    return Field(
        default,
        description=help,
        ge=ge,
        gt=gt,
        le=le,
        lt=lt,
        json_schema_extra=extra,
    )


class Declaration(BaseModel):
    """Something declared once. Frozen; unknown settings are refused; numbers are not guessed from strings."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    REGISTRY: ClassVar[Registry[Any] | None] = None  # each kind names its own
    KEY: ClassVar[str] = "name"  # the key that holds the name in YAML: `layer: Linear`
    name: ClassVar[str] = ""  # the class's own name unless it says otherwise

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if "name" not in cls.__dict__:
            cls.name = cls.__name__
        if cls.REGISTRY is not None and not cls.__dict__.get("abstract", False) and "REGISTRY" not in cls.__dict__:
            cls.REGISTRY.register(cls.name, cls)

    @classmethod
    def summary(cls) -> str:
        """The first sentence of the docstring, as a msgid: what this is, for a learner."""
        return inspect.cleandoc(cls.__doc__ or "").split("\n\n")[0].replace("\n", " ")

    @classmethod
    def settings(cls) -> dict[str, Setting]:
        """The declared settings by name, with what a form needs to know of each."""
        return {name: Setting.of(name, field) for name, field in cls.model_fields.items()}

    @classmethod
    def parse(cls, given: Mapping[str, Any], field: str = "") -> Self:
        """An instance from plain settings. Raises ExperimentError that names the field of the first thing wrong."""
        try:
            return cls(**given)
        except ValidationError as error:
            raise _explain(cls, error, field) from None
        except ExperimentError as error:
            raise ExperimentError(error.text, join(field, error.field)) from None
        except TypeError:  # a key that is no string
            raise ExperimentError(Text(N_("must be names with values")), field) from None

    def to_dict(self) -> dict[str, Any]:
        """`{"layer": "Linear", "out_features": 512}`: the name and every setting, plain data."""
        return {self.KEY: self.name, **self.model_dump(mode="json")}


def parse_declared(registry: Registry[type[Declaration]], key: str, given: Any, field: str = "") -> Declaration:
    """`{"layer": "Linear", "out_features": 8}` -> Linear(out_features=8). A bare name stands for all defaults.

    Raises ExperimentError that names the field.
    """
    if isinstance(given, Declaration):
        return given
    if isinstance(given, str):
        given = {key: given}
    if not isinstance(given, Mapping):
        raise ExperimentError(
            Text(
                N_("must be the name of a {kind} with its settings, but {received} came"),
                kind=Text(registry.kind),
                received=shown(given),
            ),
            field,
        )
    if key not in given:
        raise _nameless(registry, key, given, field)
    declared = registry.find(given[key], join(field, key))
    return declared.parse({name: value for name, value in given.items() if name != key}, field)


def _nameless(registry: Registry[Any], key: str, given: Mapping[Any, Any], field: str) -> ExperimentError:
    """Settings, and no word of whose they are."""
    name = misplaced_layer(given, registry) if key == "layer" else None
    if name is not None:
        text = Text(N_("A layer is written with its name first: {example}"), example=f"{{layer: {name}, …}}")
        return ExperimentError(text, field)
    text = Text(
        N_("needs {key}: the name of a {kind}. Allowed: {allowed}"),
        key=key,
        kind=Text(registry.kind),
        allowed=", ".join(registry),
    )
    return ExperimentError(text, field)


def parse_many(
    registry: Registry[type[Declaration]], key: str, given: Any, most: int, field: str
) -> tuple[Declaration, ...]:
    """A list of at most so many, each as `parse_declared` takes it.

    Raises ExperimentError that names which of them it is about.
    """
    if not isinstance(given, list | tuple) or len(given) > most:
        raise ExperimentError(
            Text(N_("must be a list of at most {most} entries, but {received} came"), most=most, received=shown(given)),
            field,
        )
    return tuple(parse_declared(registry, key, each, join(field, str(number))) for number, each in enumerate(given))


def join(*fields: str) -> str:
    """Dotted path of nested fields: join("training", "optimizer") is training.optimizer; empty parts vanish."""
    return ".".join(field for field in fields if field)


@dataclass(frozen=True)
class Setting:
    """What a form, a check or a message needs to know of one setting."""

    name: str
    type: type
    optional: bool  # None is allowed
    default: Any
    help: str  # a msgid
    ge: float | None
    gt: float | None
    le: float | None
    lt: float | None
    choices: tuple[Any, ...]  # where only these are allowed
    advanced: bool
    main: bool
    log: bool
    hot: bool = False
    registry: Registry[Any] | None = field(default=None, compare=False)  # of the things of which one may stand here
    example: str = ""  # names with values that may stand here

    @classmethod
    def of(cls, name: str, info: FieldInfo) -> Setting:
        kind, optional, choices = _kind(info.annotation)
        bounds: dict[str, Any] = dict.fromkeys(("ge", "gt", "le", "lt"))
        for each in info.metadata:
            bounds.update({bound: getattr(each, bound) for bound in bounds if hasattr(each, bound)})
        extra: dict[str, Any] = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        return cls(
            name=name,
            type=kind,
            optional=optional,
            choices=choices,
            default=info.get_default(),
            help=info.description or "",
            **bounds,
            **{flag: bool(extra.get(flag)) for flag in ("advanced", "main", "log", "hot")},
            registry=extra.get("registry"),
            example=extra.get("example", ""),
        )

    def allowed(self) -> Text:
        """What may stand here, in words: «a whole number from 1 to 1024»."""
        if self.choices:
            return Text(N_("one of {choices}"), choices=", ".join(map(str, self.choices)))
        if self.type is bool:
            return Text(N_("true or false"))
        if self.registry is not None:
            return one_of(self.registry)
        if self.example:
            return Text(N_("names with values, as in {example}"), example=self.example)
        if self.type not in (int, float):
            return Text(N_("a text")) if self.type is str else Text(N_("a list"))
        noun = Text(N_("a whole number")) if self.type is int else Text(N_("a number"))
        low = self.ge if self.ge is not None else self.gt
        high = self.le if self.le is not None else self.lt
        if low is not None and high is not None:
            if self.gt is None and self.lt is None:
                return Text(N_("{noun} from {low} to {high}"), noun=noun, low=_number(low), high=_number(high))
            if self.gt is not None and self.lt is not None:
                return Text(N_("{noun} above {low} and below {high}"), noun=noun, low=_number(low), high=_number(high))
            if self.lt is not None:
                return Text(N_("{noun} from {low} to below {high}"), noun=noun, low=_number(low), high=_number(high))
            return Text(N_("{noun} above {low}, at most {high}"), noun=noun, low=_number(low), high=_number(high))
        if low is not None:
            sentence = N_("{noun}, {low} or more") if self.gt is None else N_("{noun} above {low}")
            return Text(sentence, noun=noun, low=_number(low))
        return noun


def _number(value: float) -> str:
    return f"{value:g}" if abs(value) < 1e6 else f"{value:,.0f}"


def _kind(annotation: Any) -> tuple[type, bool, tuple[Any, ...]]:
    """(the plain type, whether None is allowed, the allowed literals) of a field's annotation."""
    origin = typing.get_origin(annotation)
    if origin in (typing.Union, types.UnionType):
        parts = [part for part in typing.get_args(annotation) if part is not type(None)]
        kind, _, choices = _kind(parts[0])
        return kind, len(parts) < len(typing.get_args(annotation)), choices
    if origin is Literal:
        choices = typing.get_args(annotation)
        return type(choices[0]), False, choices
    if origin is typing.Annotated:
        return _kind(typing.get_args(annotation)[0])
    return (origin or annotation), False, ()


def one_of(registry: Registry[Any]) -> Text:
    """«one of these names, alone or with its settings: MSELoss, …»: what may stand where a thing is chosen."""
    return Text(N_("one of these names, alone or with its settings: {names}"), names=", ".join(registry))


def shown(value: Any) -> str:
    """A received value as an error message repeats it: short, and never longer than the message."""
    try:
        text = repr(value)
    except ValueError:  # Python writes no whole number of more than some thousand digits
        return f"<{type(value).__name__}>"
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "…"


def _explain(declared: type[Declaration], error: ValidationError, field: str) -> ExperimentError:
    wrong: list[ErrorDetails] = error.errors(include_url=False)
    first = next((each for each in wrong if each["type"] != "missing"), wrong[0])  # `lr: 0.1` says why no optimizer is
    name = str(first["loc"][0])[:SHOWN] if first["loc"] else ""
    if first["type"] == "extra_forbidden":
        return _unknown_setting(declared, name, first["input"], field)
    if name not in declared.model_fields:
        return ExperimentError(Text(N_("cannot stand so: {reason}"), reason=first["msg"]), field)
    allowed = declared.settings()[name].allowed()
    if first["type"] == "missing":
        return ExperimentError(missing(allowed), join(field, name))
    return ExperimentError(
        Text(N_("must be {allowed}, but {received} came"), allowed=allowed, received=shown(first["input"])),
        join(field, name),
    )


def missing(allowed: Text) -> Text:
    """«is missing; here may stand a whole number from 1 to 64»: the sentence for a field that must be there."""
    return Text(N_("is missing; here may stand {allowed}"), allowed=allowed)


def _unknown_setting(declared: type[Declaration], name: str, value: object, field: str) -> ExperimentError:
    known = [each for each in declared.model_fields if each != "abstract"]
    text = unknown(Text(N_("setting")), name, known, value)
    if not known and "pointer" not in text.values:
        text = Text(N_("{owner} has no settings"), owner=declared.name)
    return ExperimentError(text, join(field, name))
