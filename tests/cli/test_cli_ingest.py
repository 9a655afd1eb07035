"""coursegraph ingest: what it prints, what it returns, and what it leaves alone."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from service.inference import minilm

Command = Callable[..., Result]

PAGE = "# Trees\n\n## Oaks\n* [Oaks, a paper](https://arxiv.org/abs/1207.0580)\n"


def test_the_report_of_one_page_names_every_change_with_its_line(command: Command, tmp_path: Path) -> None:
    (tmp_path / "trees.md").write_text(PAGE)

    result = command("ingest", "trees.md")

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "trees: Trees (revision 1)",
        "  topics        1 added",
        "  resources     1 added",
        "  prerequisites none",
        "  line    3: added    topic        Oaks",
        "  line    4: added    paper        Oaks, a paper",
    ]


def test_a_dry_run_says_so_and_changes_nothing(command: Command, tmp_path: Path) -> None:
    (tmp_path / "trees.md").write_text(PAGE)

    first, second = command("ingest", "--dry-run", "trees.md"), command("ingest", "--dry-run", "trees.md")

    assert first.stdout == second.stdout
    assert first.stdout.startswith("trees: Trees (dry run, nothing was changed)")


def test_what_could_not_be_done_is_told_and_the_page_is_there(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(minilm, "PACKAGE", "no_such_package")
    (tmp_path / "trees.md").write_text(PAGE + "\n## Acorns\n* [Acorns](https://example.org)\n")

    result = command("ingest", "trees.md")

    assert result.exit_code == 0
    assert "trees: Trees (revision 1)" in result.output
    assert "  not done: The weights of MiniLM-L6-v2 are missing" in result.output


def test_the_same_page_again_is_nothing_new_wherever_it_lies(command: Command, tmp_path: Path) -> None:
    (tmp_path / "trees.md").write_text(PAGE)
    command("ingest", "trees.md")

    result = command("ingest", str(tmp_path / "trees.md"))

    assert result.output.splitlines()[0] == "trees: Trees (nothing new, revision 1)"


def test_json_is_for_machines(command: Command, tmp_path: Path) -> None:
    (tmp_path / "trees.md").write_text(PAGE)

    report = json.loads(command("ingest", "--json", "trees.md").stdout)

    (page,) = report["pages"]
    assert (page["page"], page["is_changed"], page["dry_run"]) == ("trees", True, False)
    assert page["counts"]["resources"]["added"] == 1
    assert page["resources"][0]["line"] == 4


def test_a_folder_gives_all_its_pages_and_one_bad_page_leaves_the_others_be(command: Command, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    (folder / "more").mkdir(parents=True)
    (folder / "trees.md").write_text(PAGE)
    (folder / "more" / "README.md").write_text(PAGE.replace("Oaks", "Elms").replace("1207.0580", "1803.08494"))
    (folder / "latin.md").write_bytes("# Bäume\n".encode("latin-1"))

    result = command("ingest", "pages")

    assert result.exit_code == 1
    assert [line.split(":")[0] for line in result.stdout.splitlines() if "(revision" in line] == [
        "more-readme",
        "trees",
    ]
    assert "latin.md" in result.stderr
    assert "UTF-8" in result.stderr


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("absent.md", "absent.md: No such file or directory"),
        ("empty", "empty: there is no Markdown file in this folder"),
        ("http://127.0.0.1:9/page.md", "is not a public address"),
        ("http://nowhere.invalid/page.md", "nowhere.invalid"),
    ],
)
def test_what_cannot_be_read_is_named_and_fails(command: Command, tmp_path: Path, target: str, reason: str) -> None:
    (tmp_path / "empty").mkdir()

    result = command("ingest", target)

    assert reason in (result.stderr + str(result.exception))
    assert result.exit_code == 1


def test_a_page_over_the_bound_is_refused_with_its_size(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSEGRAPH_MAX_PAGE_BYTES", "10")
    (tmp_path / "trees.md").write_text(PAGE)

    result = command("ingest", "trees.md")

    assert result.exit_code == 1
    assert result.stderr.endswith(f"coursegraph: trees.md: it has {len(PAGE)} bytes; the bound is 10\n")


def test_an_edition_that_drops_much_asks_for_a_confirmation(command: Command, tmp_path: Path) -> None:
    page = tmp_path / "trees.md"
    page.write_text(PAGE + "* [Elms, a paper](https://arxiv.org/abs/1803.08494)\n")
    command("ingest", "trees.md")
    page.write_text(PAGE)

    refused, confirmed = command("ingest", "trees.md"), command("ingest", "--confirm-removals", "trees.md")

    assert "removes 1 of 2 resources" in refused.stderr
    assert (refused.exit_code, confirmed.exit_code) == (1, 0)
    assert "1 removed" in confirmed.output


def test_another_page_in_a_file_of_the_same_name_gets_a_name_of_its_own(command: Command, tmp_path: Path) -> None:
    (tmp_path / "shrubs").mkdir()
    (tmp_path / "trees.md").write_text(PAGE)
    (tmp_path / "shrubs" / "trees.md").write_text("# Shrubs\n## Roses\n* [Roses](https://example.org/roses)\n")
    command("ingest", "trees.md")

    refused = command("ingest", "shrubs/trees.md")
    named = command("ingest", "shrubs/trees.md", "--name", "Shrubs")

    assert "if it is another page, give it another name" in refused.stderr
    assert named.output.splitlines()[0] == "shrubs: Shrubs (revision 2)"
    assert command("ingest", ".", "--name", "all").exit_code == 2


def test_a_wrong_call_exits_with_2(command: Command) -> None:
    assert command("ingest").exit_code == 2
    assert command("ingest", "--no-such-option", "x").exit_code == 2


def test_the_installed_command_tells_an_error_in_one_line(tmp_path: Path) -> None:
    environment = os.environ | {"COURSEGRAPH_STATE_DIR": str(tmp_path), "COURSEGRAPH_PORT": "eighty"}

    run = subprocess.run(
        [sys.executable, "-c", "from service.cli import main; main()", "settings"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (run.returncode, run.stderr) == (1, "coursegraph: COURSEGRAPH_PORT='eighty' is not a whole number.\n")
