"""Finds every Chinese sentence the product can show: calls in Python, tags in templates."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent.parent / "maplegrid"
CALLS = {"_", "gettext", "gettext_lazy", "N_", "ngettext"}
TAG = re.compile(r"""{%\s*translate\s+(['"])(.+?)\1""", re.DOTALL)
BLOCK = re.compile(r"{%\s*blocktranslate\b[^%]*%}(.*?){%\s*endblocktranslate\s*%}", re.DOTALL)
VARIABLE = re.compile(r"{{\s*(\w+)\s*}}")
PLURAL = re.compile(r"{%\s*plural\s*%}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def sentences() -> dict[str, set[str]]:
    """msgid → files, for everything with a Chinese character in it."""
    found: dict[str, set[str]] = {}
    for path, words in [*_in_python(), *_in_templates()]:
        if CHINESE.search(words):
            found.setdefault(words, set()).add(path)
    return found


def _in_python() -> Iterator[tuple[str, str]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if "simulate" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in CALLS and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield str(path.relative_to(PACKAGE)), first.value


def _name(func: ast.expr) -> str:
    return func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""


def _in_templates() -> Iterator[tuple[str, str]]:
    for path in sorted(PACKAGE.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        for match in TAG.finditer(text):
            yield str(path.relative_to(PACKAGE)), match[2]
        for match in BLOCK.finditer(text):
            yield str(path.relative_to(PACKAGE)), VARIABLE.sub(r"%(\1)s", PLURAL.split(match[1])[0])
