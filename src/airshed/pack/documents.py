"""YAML and JSON as a pack holds them: nothing said twice or endless, and no word that is taken for a number."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import yaml

DEEPEST = 100
"""Levels of a document; a deeper one is no scenario and no descriptor."""
TOO_DEEP = "it is nested too deeply"


class TwiceError(ValueError):
    """A key stands twice in one object; where the second stands is in `line`, 0 where it is not known."""

    def __init__(self, key: str, line: int = 0) -> None:
        super().__init__(f"the key {key} is given twice")
        self.key, self.line = key, line


def yaml_of(text: str) -> Any:
    """Return what a YAML text holds; raises yaml.YAMLError, with the line, for what is said twice or endless.

    Only true, false, null and plain decimal numbers are more than text (the core schema of YAML 1.2): `off` is no
    boolean, 1:30 no number of base sixty, and what should be a number but is none of these is refused where it is used.
    """
    import yaml

    loader = _loader()(text)
    try:
        found = loader.get_single_data()
    except RecursionError:
        raise yaml.YAMLError(TOO_DEEP) from None
    finally:
        loader.dispose()
    if _deeper(found, DEEPEST):
        raise yaml.YAMLError(TOO_DEEP)
    return found


def json_of(text: str) -> Any:
    """Return what a JSON text holds; raises TwiceError for a key said twice, ValueError for a number without end."""
    try:
        found = json.loads(
            text, object_pairs_hook=_pairs, parse_constant=_constant, parse_float=_finite, parse_int=_whole
        )
    except TwiceError as why:
        raise TwiceError(why.key, _line(text)) from None
    except RecursionError:
        raise ValueError(TOO_DEEP) from None
    if _deeper(found, DEEPEST):
        raise ValueError(TOO_DEEP)
    return found


def line_of(text: str, steps: Sequence[str | int]) -> int:
    r"""Return the line of a YAML or JSON text in which a part of it begins, or what of the way there exists.

    steps : keys and places in lists from the whole to the part; 0 for the whole, and where the text cannot be read

    >>> line_of("a:\n - b: 1\n   c: 2", ["a", 0, "c"])
    3
    """
    import yaml

    try:
        node = yaml.compose(text.replace("\t", " "), Loader=_loader()) if steps else None
    except (yaml.YAMLError, RecursionError):
        return 0
    line = 0
    for step in steps:
        found = None
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(step)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            found = (node.value[step], node.value[step])
        if found is None:
            break
        line, node = found[0].start_mark.line + 1, found[1]
    return line


def steps_to(document: Any, said: str, steps: tuple[str | int, ...] = ()) -> tuple[str | int, ...]:
    """Return the way to the first text of a document that a message names, empty where it names none.

    >>> steps_to({"a": ["b", {"c": "KOR"}]}, "the region KOR is not known")
    ('a', 1, 'c')
    """
    words = set(re.split(r"[\s,:;'\"]+", said))
    waiting: list[tuple[tuple[str | int, ...], Any]] = [(steps, document)]
    while waiting:
        way, held = waiting.pop()
        if isinstance(held, str | int) and str(held) in words:
            return way
        if isinstance(held, dict):
            for key in held:
                if str(key) in words and way:
                    return (*way, key)
            waiting += [((*way, key), held[key]) for key in reversed(held)]
        elif isinstance(held, list):
            waiting += [((*way, place), held[place]) for place in reversed(range(len(held)))]
    return ()


def _deeper(document: Any, most: int) -> bool:
    """Say whether a document has more levels than that."""
    level = [document]
    for _ in range(most):
        level = [part for held in level if isinstance(held, dict | list) for part in _parts(held)]
        if not level:
            return False
    return True


def _parts(held: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return held.values() if isinstance(held, dict) else held


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held: dict[str, Any] = {}
    for key, value in pairs:
        if key in held:
            raise TwiceError(key)
        held[key] = value
    return held


def _constant(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:20]} is no number")
    return value


def _whole(text: str) -> int:
    if len(text) > DEEPEST:
        raise ValueError(f"{text[:20]}... has too many digits")
    return int(text)


def _line(text: str) -> int:
    """Return the line of the first key that stands twice: JSON is YAML, whose reader knows lines."""
    import yaml

    try:
        yaml_of(text.replace("\t", " "))
    except yaml.MarkedYAMLError as why:
        return why.problem_mark.line + 1 if why.problem_mark else 0
    except yaml.YAMLError:
        pass
    return 0


def _loader() -> type[yaml.SafeLoader]:
    import re

    import yaml

    class Loader(yaml.SafeLoader):
        """The reader; aliases are refused, since a few lines of them can stand for more than a memory holds."""

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # not typed in yaml
                raise yaml.composer.ComposerError(None, None, "an alias (*name) is not read; write it out", mark)
            return super().compose_node(parent, index)

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            seen = set()
            for key, _ in node.value:
                word = (key.tag, key.value) if isinstance(key, yaml.ScalarNode) else id(key)
                if word in seen:
                    raise _refused(f"the key {key.value} is given twice", key)
                seen.add(word)
            return super().construct_mapping(node, deep=deep)

    def _refused(what: str, node: Any) -> yaml.YAMLError:
        return yaml.constructor.ConstructorError(None, None, what, node.start_mark)

    def number(kind: Any) -> Any:
        def read(loader: Any, node: Any) -> Any:
            try:
                return kind(loader.construct_scalar(node))
            except ValueError as why:
                raise _refused(str(why), node) from None

        return read

    Loader.yaml_implicit_resolvers = {}
    plain = {
        "bool": (r"^(?:true|false)$", "tf"),
        "null": (r"^(?:null|~|)$", ["n", "~", ""]),
        "int": (r"^[-+]?[0-9]+$", "-+0123456789"),
        "float": (r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
    }
    for tag, (pattern, first) in plain.items():
        Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))
    Loader.add_constructor("tag:yaml.org,2002:int", number(_whole))
    Loader.add_constructor("tag:yaml.org,2002:float", number(_finite))
    return Loader
