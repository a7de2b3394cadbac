#!/usr/bin/env python3
"""Finds the texts of user errors in the source, and prints those that the catalogues lack as blocks to fill in.

A text is what is handed to AirshedError or a class derived from it. Its template has a placeholder for everything that
is computed. A local name, a choice (`a if b else c`), and what a function of the package returns are followed. What
callers hand over through a parameter (the kind of a code, the detail of a missing table) is a part: its context
(msgctxt) names the placeholder that it fills.

    python tools/error_texts.py              all templates
    python tools/error_texts.py --missing    what errors.ko.po and errors.zh.po lack, ready to be pasted
    python tools/error_texts.py --left       what they hold and no error says any more
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "airshed"
LANGUAGES = ("ko", "zh")
ROOT_ERROR = "AirshedError"
COMPLAINT = "complaint"
TABLES = {COMPLAINT: "COMPLAINTS"}
"""Functions that take their text from a table of texts of their module; it fills a placeholder of the same name."""
WORDS = frozenset({"kind", "what", "holds", "wanted"})
"""Placeholders that single words of prose fill; elsewhere single words are codes, the same in every language."""
MESSAGES = frozenset({"message", COMPLAINT})
"""Placeholders that whole messages fill."""
WRAPPERS = frozenset(
    {"len", "str", "int", "float", "sorted", "list", "next", "iter", "repr", "min", "max", "shape", "argmax", "argmin"}
)
DEPTH = 6
Key = tuple[str, str]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Scope:
    """Where an expression stands: its file, the function around it, and what is known of the parameters."""

    module: str
    function: Function | None = None
    given: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def parameters(self) -> list[str]:
        """Names that callers fill."""
        if self.function is None:
            return []
        taken = self.function.args
        return [one.arg for one in (*taken.posonlyargs, *taken.args, *taken.kwonlyargs)]


class Source:
    """The parsed package, and the templates found in it: {(context, template): places}."""

    def __init__(self, package: Path = PACKAGE) -> None:
        self.modules = {
            str(path.relative_to(package)): ast.parse(path.read_text(encoding="utf-8"))
            for path in sorted(package.rglob("*.py"))
        }
        self.found: dict[Key, list[str]] = {}
        self.passed_on: list[str] = []
        self._asked: set[tuple[str, str, str]] = set()
        for held in self.calls.values():
            for call, scope, inside in held:
                self._error(call, scope, inside)

    @cached_property
    def calls(self) -> dict[str, list[tuple[ast.Call, Scope, str]]]:
        """All calls by the name that is called, with their scope and the name of the class around them."""
        result: dict[str, list[tuple[ast.Call, Scope, str]]] = {}
        for module, tree in self.modules.items():
            for found in calls(tree, Scope(module)):
                result.setdefault(callee(found[0]), []).append(found)
        return result

    @cached_property
    def errors(self) -> dict[str, ast.ClassDef]:
        """Classes of user errors by name."""
        known: dict[str, ast.ClassDef] = {}
        every = [node for tree in self.modules.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
        count = -1
        while count < len(known):
            count = len(known)
            for node in every:
                if node.name == ROOT_ERROR or {name_of(base, strip=False) for base in node.bases} & {*known}:
                    known[node.name] = node
        return known

    @cached_property
    def functions(self) -> dict[str, list[tuple[str, Function]]]:
        """Functions and methods of the package by name, with their file."""
        result: dict[str, list[tuple[str, Function]]] = {}
        for module, tree in self.modules.items():
            for node in ast.walk(tree):
                if isinstance(node, Function):
                    result.setdefault(node.name, []).append((module, node))
        return result

    @cached_property
    def makers(self) -> dict[str, Function]:
        """Constructors of the errors that build their message themselves."""
        held = {
            name: next((item for item in node.body if isinstance(item, Function) and item.name == "__init__"), None)
            for name, node in self.errors.items()
            if name != ROOT_ERROR
        }
        return {name: node for name, node in held.items() if node is not None}

    def _error(self, call: ast.Call, scope: Scope, inside: str) -> None:
        """Note the texts of a call if it makes an error."""
        function = call.func
        name = callee(call) if isinstance(function, ast.Name) else ""
        is_parent = isinstance(function, ast.Attribute) and function.attr == "__init__" and inside in self.errors
        if (is_parent and inside != ROOT_ERROR) or (name in self.errors and name not in self.makers):
            for text in [*call.args, *(item.value for item in call.keywords)]:
                self._note("", text, scope)
        elif name == "ValueError" and scope.function is not None and is_validator(scope.function):
            self._note(COMPLAINT, call.args[0], scope)
        elif name in self.makers and self.makers[name].args.kwarg:
            for item in call.keywords:
                self._note(item.arg or "", item.value, scope)

    def _note(self, context: str, text: ast.expr, scope: Scope, depth: int = 0) -> None:
        place = f"{scope.module}:{text.lineno}"
        for template in self.texts(text, scope, depth, whole=context):
            literal = re.sub(r"{\w+}", "", template).strip()
            told = re.search(r"[A-Za-z]{2}", literal) or (literal and MESSAGES & {*re.findall(r"{(\w+)}", template)})
            if told and (not context or context in WORDS or " " in template):
                self.found.setdefault((context, template), []).append(place)
            elif template and not context:
                self.passed_on.append(f"{scope.module} {template}")

    def texts(self, node: ast.expr, scope: Scope, depth: int = 0, whole: str | None = None) -> list[str]:
        """Return the templates that an expression may come to; whole : the context, where it is all of a text."""
        if depth > DEPTH:
            return [f"{{{name_of(node)}}}"]
        match node:
            case ast.Constant(value=value):
                return [str(value)] if value is not None else []
            case ast.JoinedStr(values=values):
                return joined([self.texts(value, scope, depth) for value in values])
            case ast.FormattedValue(value=value):
                return self.texts(value, scope, depth)
            case ast.IfExp(body=body, orelse=orelse):
                return self.texts(body, scope, depth, whole) + self.texts(orelse, scope, depth, whole)
            case ast.BoolOp(op=ast.Or(), values=values):
                return [text for value in values for text in self.texts(value, scope, depth, whole)]
            case ast.BinOp(op=ast.Add(), left=left, right=right) if is_text(left) or is_text(right):
                return joined([self.texts(left, scope, depth), self.texts(right, scope, depth)])
            case ast.Name(id=name):
                return self._named(name, scope, depth, whole)
            case ast.Call():
                return self._called(node, callee(node), scope, depth)
        return [f"{{{name_of(node)}}}"]

    def _named(self, name: str, scope: Scope, depth: int, whole: str | None) -> list[str]:
        if name in scope.given:
            return scope.given[name]
        if name in scope.parameters and scope.function is not None:
            self._from_callers(name, scope, depth, name if whole is None else whole)
            return [f"{{{name.strip('_').lower()}}}"]
        for value in assigned(name, scope.function):
            if is_text(value) or (isinstance(value, ast.Call) and callee(value) in self.functions):
                return [text for one in assigned(name, scope.function) for text in self.texts(one, scope, depth + 1)]
        for value in looped(name, scope.function):
            self._note(name, value, scope, depth=depth + 1)
        if whole is not None:
            for value in assigned(name, self.modules[scope.module]):
                if is_text(value):
                    return self.texts(value, Scope(scope.module), depth + 1)
        return [f"{{{name.strip('_').lower()}}}"]

    def _from_callers(self, name: str, scope: Scope, depth: int, context: str) -> None:
        """Note as parts what callers hand over for a parameter."""
        function = scope.function
        if function is None or (scope.module + function.name, name, context) in self._asked:
            return
        self._asked.add((scope.module + function.name, name, context))
        owner = next((key for key, node in self.makers.items() if node is function), function.name)
        for value in defaults(function).get(name, []):
            self._note(context, value, scope)
        for call, around, _ in self.calls.get(owner, []):
            value = handed(call, function, name)
            if value is not None and self._calls(call, around.module, scope.module, function):
                self._note(context, value, around, depth=depth + 1)

    def _calls(self, call: ast.Call, module: str, home: str, function: Function) -> bool:
        """Say whether a call in a module can mean a function of another: a method, or a name that is there."""
        is_method = Scope(home, function).parameters[:1] == ["self"] and function.name != "__init__"
        if is_method or isinstance(call.func, ast.Attribute):
            return is_method and isinstance(call.func, ast.Attribute)
        return module == home or callee(call) in self.imported[module]

    @cached_property
    def imported(self) -> dict[str, set[str]]:
        """Names that each module imports from others."""
        return {
            module: {one.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for one in node.names}
            for module, tree in self.modules.items()
        }

    def _called(self, node: ast.Call, name: str, scope: Scope, depth: int) -> list[str]:
        if name in TABLES:
            self._table(name)
            return [f"{{{name}}}"]
        for module, function in self.functions.get(name, []):
            if not self._calls(node, scope.module, module, function):
                continue
            asked = Scope(module, function).parameters[callable_from(function) :]
            if len(node.args) + len(node.keywords) > len(asked) or len(node.args) < len(asked) - len(
                defaults(function)
            ):
                continue
            given = {}
            for one in Scope(module, function).parameters:
                value = handed(node, function, one)
                if isinstance(value, ast.Constant | ast.JoinedStr):
                    given[one] = self.texts(value, scope, depth + 1)
            ends = [item.value for item in ast.walk(function) if isinstance(item, ast.Return) and item.value]
            if name_of(function.returns) == "str" and any(is_text(end) for end in ends):
                inner = Scope(module, function, given)
                texts = [text for end in ends for text in self.texts(end, inner, depth + 1)]
                if not any("{{" in text for text in texts):
                    return texts
        return [f"{{{name_of(node)}}}"]

    def _table(self, name: str) -> None:
        """Note the texts of a table of texts."""
        for module, _ in self.functions.get(name, []):
            for value in assigned(TABLES[name], self.modules[module]):
                for text in value.values if isinstance(value, ast.Dict) else []:
                    literal = ast.literal_eval(text)
                    self.found.setdefault((name, literal), []).append(f"{module}:{text.lineno}")


def joined(alternatives: list[list[str]]) -> list[str]:
    """Return every text that the alternatives make in order, repeated placeholders numbered."""
    return list(dict.fromkeys(_numbered("".join(parts)) for parts in product(*alternatives)))


def _numbered(text: str) -> str:
    seen: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        name = re.sub(r"_\d+$", "", match[1])
        seen[name] = seen.get(name, 0) + 1
        return f"{{{name}_{seen[name]}}}" if seen[name] > 1 else f"{{{name}}}"

    return re.sub(r"{(\w+)}", number, text)


def calls(tree: ast.AST, scope: Scope, inside: str = "") -> Iterator[tuple[ast.Call, Scope, str]]:
    """Yield every call with its scope and the name of the class around it."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function):
            yield from calls(node, Scope(scope.module, node), inside)
        elif isinstance(node, ast.ClassDef):
            yield from calls(node, scope, node.name)
        else:
            if isinstance(node, ast.Call):
                yield node, scope, inside
            yield from calls(node, scope, inside)


def assigned(name: str, inside: ast.AST | None) -> list[ast.expr]:
    """Return what a name is set to in a function or module, in any place."""
    found = []
    for node in ast.walk(inside) if inside is not None else ():
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name) and target.id == name:
                    found.append(node.value)
    return found


def looped(name: str, inside: ast.AST | None) -> list[ast.expr]:
    """Return the prose that a loop over a literal puts into a name."""
    found: list[ast.expr] = []
    for node in ast.walk(inside) if inside is not None else ():
        if isinstance(node, ast.For | ast.comprehension) and name in {
            one.id for one in ast.walk(node.target) if isinstance(one, ast.Name)
        }:
            held = node.iter.func.value if isinstance(node.iter, ast.Call) and is_items(node.iter) else node.iter
            several = assigned(held.id, inside) if isinstance(held, ast.Name) else [held]
            found += [one for value in several for one in elements(value) if is_text(one)]
    return found


def elements(value: ast.expr) -> Iterator[ast.expr]:
    """Yield what a literal holds: the keys of a mapping, the items of a list and of tuples inside it."""
    for one in value.keys if isinstance(value, ast.Dict) else getattr(value, "elts", []):
        yield from one.elts if isinstance(one, ast.Tuple) else [one]


def callee(call: ast.Call) -> str:
    """Return the name that is called, empty where it is computed."""
    return name_of(call.func, strip=False) if isinstance(call.func, ast.Name | ast.Attribute) else ""


def is_validator(function: Function) -> bool:
    """Say whether pydantic calls a function, and tells what it raises."""
    return any(name_of(one, strip=False) in ("model_validator", "field_validator") for one in function.decorator_list)


def is_items(call: ast.Call) -> bool:
    """Say whether a call asks a mapping for its items."""
    return isinstance(call.func, ast.Attribute) and call.func.attr == "items"


def is_text(node: ast.expr | None) -> bool:
    """Say whether an expression is written as a text."""
    match node:
        case ast.Constant(value=str()) | ast.JoinedStr():
            return True
        case ast.IfExp(body=body, orelse=orelse):
            return is_text(body) or is_text(orelse)
        case ast.BoolOp(values=values):
            return any(map(is_text, values))
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return is_text(left) or is_text(right)
    return False


def defaults(function: Function) -> dict[str, list[ast.expr]]:
    """Return the defaults of the parameters that have one."""
    taken = function.args
    plain = [*taken.posonlyargs, *taken.args]
    pairs = [*zip(plain[len(plain) - len(taken.defaults) :], taken.defaults, strict=True)]
    pairs += [(one, value) for one, value in zip(taken.kwonlyargs, taken.kw_defaults, strict=True) if value]
    return {one.arg: [value] for one, value in pairs}


def handed(call: ast.Call, function: Function, name: str) -> ast.expr | None:
    """Return what a call hands over for a parameter."""
    for item in call.keywords:
        if item.arg == name:
            return item.value
    plain = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    plain = plain[callable_from(function) :]
    place = plain.index(name) if name in plain else len(call.args)
    return call.args[place] if place < len(call.args) else None


def callable_from(function: Function) -> int:
    """Return how many parameters of a function come before those of its calls: 1 for a method."""
    return int(bool(function.args.args) and function.args.args[0].arg in ("self", "cls"))


def name_of(node: ast.AST | None, strip: bool = True) -> str:
    """Return a name for what an expression computes: the last name in it that says something."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.strip("_").lower() if strip else name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
        case ast.Subscript(slice=ast.Tuple(elts=[*_, ast.Constant(value=str(name))])):
            return name
        case ast.Subscript(value=inner) | ast.Starred(value=inner) | ast.UnaryOp(operand=inner):
            return name_of(inner, strip)
        case ast.BinOp(left=left, right=right):
            return name_of(left if not isinstance(left, ast.Constant) else right, strip)
        case ast.GeneratorExp(generators=[first, *_]) | ast.ListComp(generators=[first, *_]):
            return name_of(first.iter, strip)
        case ast.Tuple(elts=[first, *_]) | ast.List(elts=[first, *_]):
            return name_of(first, strip)
        case ast.Call():
            return name_of(subject(node), strip)
    return "value"


def subject(call: ast.Call) -> ast.AST:
    """Return what a call is about: what it is given, or whose method it is, or itself."""
    match call:
        case ast.Call(func=ast.Name(id="map"), args=[_, second, *_]):
            return second
        case ast.Call(func=ast.Attribute(value=ast.Name(id="ast")) | ast.Attribute(attr="join"), args=[first, *_]):
            return first
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[first, *_]) if name in WRAPPERS:
            return first
        case ast.Call(func=ast.Attribute(value=inner)):
            return inner
    return call.func


def held(language: str) -> dict[Key, str]:
    """Return a catalogue as it is written, by context and English."""
    from babel.messages.pofile import read_po

    with (PACKAGE / "locale" / f"errors.{language}.po").open("rb") as handle:
        read = read_po(handle, locale=language, abort_invalid=True)
    return {(item.context or "", str(item.id)): str(item.string) for item in read if item.id}


def block(key: Key, places: list[str]) -> str:
    """Return an entry of a catalogue to be filled in."""
    context, template = key
    quoted = template.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    head = [f"#: {' '.join(sorted({place.split(':')[0] for place in places}))}"] if places else []
    return "\n".join([*head, *([f'msgctxt "{context}"'] if context else []), f'msgid "{quoted}"', 'msgstr ""', ""])


def main() -> int:
    """Print what was asked for; 1 if something is missing or left over."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--missing", action="store_true")
    parser.add_argument("--left", action="store_true")
    asked = parser.parse_args()
    source = Source()
    if not asked.missing and not asked.left:
        print("\n".join(block(key, places) for key, places in source.found.items()))
        return 0
    wrong = 0
    for language in LANGUAGES:
        known = {key for key, text in held(language).items() if text}
        listed = [key for key in source.found if key not in known] if asked.missing else [*known - {*source.found}]
        wrong += len(listed)
        print(f"# errors.{language}.po: {len(listed)}\n")
        print("\n".join(block(key, source.found.get(key, [])) for key in sorted(listed)))
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
