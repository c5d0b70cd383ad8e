"""Content files made to do harm: each is refused with its file, a line and a remedy, and quickly."""

import pytest
from tiny_content import TinyContent

_BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
"""Nine lines that mean 9 ** 9 things to whatever follows aliases."""


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(_BOMB.encode(), "Anchors and aliases", id="a billion laughs"),
        pytest.param(b"yes: &y [a]\n<<: *y\n", "Anchors and aliases", id="a merge key"),
        pytest.param(b"[" * 100_000, "nested too deeply", id="a hundred thousand brackets"),
        pytest.param(b"yes: !!python/object/apply:os.system [ls]\n", "Tags", id="a call"),
        pytest.param(b"%TAG ! tag:x,2000:\n---\nyes: !a [b]\n", "Tags", id="a tag under another name"),
        pytest.param(b"x: [y]\n" * 300_000, "larger than 512 KiB", id="two megabytes"),
        pytest.param("yes: [да]\n".encode("utf-16"), "not UTF-8", id="another encoding"),
        pytest.param(b"yes: [a]\nyes: [b]\n", "stands here twice", id="a key that stands twice"),
    ],
)
def test_a_file_made_to_do_harm_is_refused_where_it_stands(
    content: TinyContent, data: bytes, said: str
) -> None:
    content.write("commands.yaml", data)
    found = [problem for problem in content.problems() if said in problem.problem]
    assert [problem.path for problem in found] == [content.path("commands.yaml")], content.problems()
    assert found[0].line >= 1
    assert found[0].remedy
