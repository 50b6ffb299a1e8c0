"""Finds every Chinese sentence the product can show: calls in Python, tags in templates."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent.parent / "maplegrid"
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop", "N_", "ngettext"}
TAG = re.compile(r"""{%\s*translate\s+(['"])(.+?)\1""", re.DOTALL)
BLOCK = re.compile(r"{%\s*blocktranslate\b[^%]*%}(.*?){%\s*endblocktranslate\s*%}", re.DOTALL)
VARIABLE = re.compile(r"{{\s*(.+?)\s*}}")
PLURAL = re.compile(r"{%\s*plural\s*%}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def sentences() -> dict[str, set[str]]:
    """msgid → files, for everything with a Chinese character in it."""
    found: dict[str, set[str]] = {}
    for path, words in [*_in_python(), *_in_templates()]:
        if CHINESE.search(words):
            found.setdefault(words, set()).add(path)
    return found


def plurals() -> dict[str, str]:
    """msgid → its Chinese plural, for what is counted: `ngettext` in Python, `{% plural %}` in templates."""
    counted: dict[str, str] = {}
    for path in sorted(PACKAGE.rglob("*.html")):
        for match in BLOCK.finditer(path.read_text(encoding="utf-8")):
            forms = [_as_django(form) for form in PLURAL.split(match[1])]
            counted |= {forms[0]: forms[1]} if len(forms) > 1 else {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) == "ngettext":
                counted[ast.literal_eval(node.args[0])] = ast.literal_eval(node.args[1])
    return counted


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
            yield str(path.relative_to(PACKAGE)), match[2].replace("%", "%%")
        for match in BLOCK.finditer(text):
            yield str(path.relative_to(PACKAGE)), _as_django(PLURAL.split(match[1])[0])


def _as_django(text: str) -> str:
    """The msgid Django looks up for the words of a block: percent signs doubled, variables as %(name)s."""
    return VARIABLE.sub(r"%(\1)s", text.replace("%", "%%"))
