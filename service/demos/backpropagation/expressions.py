"""Expressions as computation graphs: read with Python's grammar, never run as Python.

Only numbers, names, + - * / **, brackets and the functions of `operations` are understood; whatever else Python's
grammar knows is refused by name. All bounds are checked before anything is computed.
"""

import ast
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from service.demos.backpropagation.operations import FUNCTIONS, NEGATION, OPERATORS, Operation

MAX_CHARACTERS = 1000
MAX_OPERATIONS = 40  # an animation has two frames for each
MAX_DEPTH = 24  # operations behind each other: columns of the figure
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,15}")
# Whatever else Python's own reader would warn of or choke on never reaches it.
_TOKEN = re.compile(
    r"\s+|[A-Za-z]\w*|(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?(?![\w.])|\*\*|[-+*/(),^]",
    re.ASCII,
)

_OPERATOR_OF = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
_BINDING = {"+": 1, "-": 1, "*": 2, "/": 2, "neg": 3, "**": 4}
_ATOM = 5


class Unreadable(ValueError):
    """An expression that cannot be used; the message says what is wrong and where."""


@dataclass(frozen=True)
class Node:
    """A variable, a number or an operation on earlier nodes."""

    text: str  # the part of the expression that it computes
    operation: Operation | None = None
    inputs: tuple[int, ...] = ()
    number: float | None = None
    varies: bool = True  # whether it depends on a variable

    @property
    def label(self) -> str:
        """What stands in its box."""
        return self.text if self.operation is None else self.operation.sign


@dataclass(frozen=True)
class Graph:
    """Nodes in an order in which they can be computed; the last one is the result."""

    nodes: tuple[Node, ...]

    @property
    def variables(self) -> dict[str, int]:
        """The node of each variable, in the order of their first mention."""
        return {
            node.text: place for place, node in enumerate(self.nodes) if node.operation is None and node.number is None
        }

    @property
    def operations(self) -> list[int]:
        """The nodes that compute something, in order."""
        return [place for place, node in enumerate(self.nodes) if node.operation is not None]


def parse(expression: str) -> Graph:
    """Read an expression; Unreadable says what it may not hold."""
    if len(expression) > MAX_CHARACTERS:
        raise Unreadable(f"It has {len(expression)} characters; {MAX_CHARACTERS} are allowed.")
    source = " ".join(_tokens(expression))
    try:
        tree = ast.parse(source, mode="eval")
    except SyntaxError as error:
        read = source[: (error.offset or 1) - 1].strip()
        raise Unreadable(f"It cannot be read after {_shown(read[-30:])!r}: {error.msg}.") from error
    except (RecursionError, MemoryError) as error:
        raise Unreadable(_TOO_DEEP) from error
    builder = _Builder(source)
    builder.add(tree.body, depth=0)
    return Graph(tuple(builder.nodes))


def _tokens(expression: str) -> Iterator[str]:
    """Names, numbers and signs, in order."""
    place = 0
    while place < len(expression):
        token = _TOKEN.match(expression, place)
        if token is None:
            told = _shown(expression[place : place + 50])
            raise Unreadable(f"It cannot be read at character {place + 1}, {told!r}: {_GRAMMAR}")
        place = token.end()
        if not token[0].isspace():
            yield token[0]


class _Builder:
    """Turns Python's tree into nodes; a variable becomes one node, however often it is named."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.nodes: list[Node] = []
        self.bindings: list[int] = []  # how firmly each node's text holds together
        self.variables: dict[str, int] = {}
        self.operations = 0

    def add(self, tree: ast.expr, depth: int) -> int:
        """The place of the node that stands for a part of the tree."""
        if depth > MAX_DEPTH:
            raise Unreadable(_TOO_DEEP)
        match tree:
            case ast.Constant():
                return self._number(tree.value)
            case ast.Name(id=name):
                return self._variable(name)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
                return self._signed(operand, depth, minus=isinstance(sign, ast.USub))
            case ast.BinOp(op=op, left=left, right=right) if type(op) in _OPERATOR_OF:
                return self._operation(OPERATORS[_OPERATOR_OF[type(op)]], [left, right], depth)
            case ast.BinOp(op=ast.BitXor()):
                raise Unreadable("^ is not understood; powers are written **.")
            case ast.Call(func=ast.Name(id=name), args=given, keywords=[]):
                return self._call(name, given, depth)
            case _:
                part = self.source[tree.col_offset : tree.end_col_offset]
                raise Unreadable(f"{_shown(part)} is not understood: {_GRAMMAR}")

    def _signed(self, operand: ast.expr, depth: int, *, minus: bool) -> int:
        if not minus:
            return self.add(operand, depth + 1)
        if isinstance(operand, ast.Constant) and isinstance(operand.value, int | float):
            return self._number(-operand.value)
        return self._operation(NEGATION, [operand], depth)

    def _number(self, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Unreadable(f"{_shown(repr(value))} is no number.")
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise Unreadable("It holds a number that is too large.")
        text = f"{number:.12g}"
        return self._append(Node(text, number=number, varies=False), _ATOM if number >= 0 else _BINDING["neg"])

    def _variable(self, name: str) -> int:
        if name in FUNCTIONS:
            raise Unreadable(f"{name} is a function: write {name}(...).")
        if not NAME.fullmatch(name):
            raise Unreadable(
                f"{_shown(name)} is no name of a variable: up to 16 letters, digits and _, a letter first."
            )
        if name not in self.variables:
            self.variables[name] = self._append(Node(name), _ATOM)
        return self.variables[name]

    def _call(self, name: str, given: list[ast.expr], depth: int) -> int:
        if name not in FUNCTIONS:
            raise Unreadable(f"{_shown(name)} is no function here; there are {', '.join(FUNCTIONS)}.")
        if len(given) != FUNCTIONS[name].inputs:
            raise Unreadable(f"{name} takes {FUNCTIONS[name].inputs} numbers, not {len(given)}.")
        return self._operation(FUNCTIONS[name], given, depth)

    def _operation(self, operation: Operation, operands: list[ast.expr], depth: int) -> int:
        self.operations += 1
        if self.operations > MAX_OPERATIONS:
            raise Unreadable(f"It has more than {MAX_OPERATIONS} operations.")
        inputs = tuple(self.add(operand, depth + 1) for operand in operands)
        varies = any(self.nodes[place].varies for place in inputs)
        return self._append(
            Node(self._text(operation, inputs), operation, inputs, varies=varies),
            _BINDING.get(operation.name, _ATOM),
        )

    def _text(self, operation: Operation, inputs: tuple[int, ...]) -> str:
        """With brackets where reading it again would give another tree."""
        binding = _BINDING.get(operation.name, 0)
        texts = []
        for at, place in enumerate(inputs):
            loose = self.bindings[place] < binding or (
                self.bindings[place] == binding and (at == 0) is (operation.name == "**")
            )
            bracketed = operation.name not in FUNCTIONS and loose
            texts.append(f"({self.nodes[place].text})" if bracketed else self.nodes[place].text)
        return operation.text(*texts)

    def _append(self, node: Node, binding: int) -> int:
        self.nodes.append(node)
        self.bindings.append(binding)
        return len(self.nodes) - 1


_GRAMMAR = f"there are numbers, names, + - * / **, brackets and {', '.join(FUNCTIONS)}."
_TOO_DEEP = f"It is nested too deeply: {MAX_DEPTH} operations may stand inside each other."


def _shown(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
