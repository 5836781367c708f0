"""Writes captures: the files, the manifest, and the site's configuration beside it. Standard library only."""
from __future__ import annotations

import shutil
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path

from world import DOM0, Answer, World


@dataclass
class Site:
    """`site.toml`."""

    dom0: dict[str, int] = field(default_factory=lambda: dict(DOM0))
    mode: str = "pilot"
    balloons: bool = True
    workspace_control: bool = True
    absent: tuple[str, ...] = ("db.accounting",)
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    batch: str = "torque"

    def text(self) -> str:
        lines = ['name = "gridsn"', f'mode = "{self.mode}"']
        if self.mode == "pilot":
            lines += ["", "[pilot]", 'account = "globus"', 'grace = "8 s"', 'padding = "2 s"']
            lines += [] if self.balloons else ["balloons = false"]
        lines += ["", "[memory]", 'quantum = "64 MiB"', 'dom0_minimum = "256 MiB"']
        lines += [] if self.workspace_control else ["", "[nodes]", 'workspace_control = ""']
        lines += [] if self.batch == "torque" else ["", "[torque]", f'kind = "{self.batch}"']
        for name, mib in self.dom0.items():
            aliases = listed(self.aliases.get(name, ()))
            lines += ["", "[[node]]", f'name = "{name}"', f"aliases = {aliases}", f'dom0 = "{mib} MiB"']
        lines += ["", "[sources]", f"absent = {listed(self.absent)}", "required = []"]
        return "\n".join(lines) + "\n"


def listed(texts) -> str:
    return "[" + ", ".join(f'"{text}"' for text in texts) + "]"


def moment(seconds: float) -> str:
    """RFC 3339 in UTC, to the millisecond."""
    text = datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def write(folder: Path, looks: list[tuple[int, World]], site: Site) -> None:
    """Writes a capture of these looks: when each began, and the world then."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / "site.toml").write_text(site.text())
    lines = ["format = 1", 'site = "site.toml"']
    kept: dict[tuple[str, bytes], str] = {}
    for number, (began, world) in enumerate(looks, 1):
        lines += ["", "[[round]]", f"started = {moment(began)}"]
        clock = began + 0.1
        for what, node, command, file, answer in world.observations(began):
            ended = clock + answer.seconds
            if answer.at:
                answer = replace(answer, out=answer.at(clock + answer.seconds / 2))
            lines += observation(what, node, command, clock, ended, answer)
            for key, name, content in (("stdout", file, answer.out), ("stderr", file + ".err", answer.err)):
                if content:
                    lines.append(f'  {key} = "{keep(folder, number, name, content, kept)}"')
            if answer.failure is None:
                lines.append(f"  bytes = {len(answer.out) if answer.count is None else answer.count}")
            clock = ended + 0.1
    (folder / "manifest.toml").write_text("\n".join(lines) + "\n")


def observation(
    what: str, node: str, command: list[str], began: float, ended: float, answer: Answer,
) -> list[str]:
    lines = ["", "  [[round.observation]]", f'  what = "{what}"']
    lines += [f'  node = "{node}"'] if node else []
    lines += [f"  command = {listed(answer.command or command)}"]
    lines += [f"  started = {moment(began)}", f"  finished = {moment(ended)}"]
    lines += [f"  produced = {answer.produced}"] if answer.produced else []
    lines += [f'  failure = "{answer.failure}"'] if answer.failure else [f"  exit = {answer.exit}"]
    return lines


def keep(folder: Path, number: int, name: str, content: bytes, kept: dict[tuple[str, bytes], str]) -> str:
    """Writes a file once: a later look that printed the same refers to it."""
    place = kept.setdefault((name, content), f"{number}/{name}")
    path = folder / place
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return place
