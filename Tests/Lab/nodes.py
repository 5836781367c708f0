"""Nodes of the lab: machines that QEMU emulates, with a real Xen, reached by OpenSSH on loopback. Standard library only."""
from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BOOT_LIMIT = 600  # seconds: about 10 on an idle machine, and emulation is slow on a busy one
DOM0 = 882  # MiB


class LabError(Exception):
    """The lab itself failed; its findings say nothing."""


class Node:
    """One emulated machine. The kernel kills its QEMU when the program that started it ends, however that ends."""

    def __init__(self, folder: Path, image: Path, name: str, mib: int) -> None:
        self.name = name
        self.folder = folder
        self.serial = folder / f"{name}.serial"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        key = (folder / "key.pub").read_text().split()[1]
        dom0 = f"root=/dev/ram0 rdinit=/init console=hvc0 quiet nokaslr mitigations=off audit=0 lab.node={name} lab.key={key}"
        # Without smap: under QEMU's emulation of it dom0 dies at its first return from an interrupt.
        self.process = subprocess.Popen([
            "setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64", "-name", name, "-machine", "pc",
            "-accel", "tcg,thread=multi", "-cpu", "max,-smap", "-m", str(mib), "-nodefaults", "-display", "none", "-no-reboot",
            "-serial", f"file:{self.serial}", "-device", "virtio-net-pci,netdev=net,romfile=",
            "-netdev", f"user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:{self.port}-:22",
            "-kernel", str(image / "xen"),
            "-append", f"xen dom0_mem={DOM0}M,max:{DOM0}M console=com1 com1=115200,8n1 noreboot xpti=0 spec-ctrl=no",
            "-initrd", f"{image / 'vmlinux'} {dom0},{image / 'dom0.cpio'}",
        ], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=(folder / f"{name}.qemu").open("wb"))

    def wait(self) -> None:
        """Until dom0 has said that it is ready: QEMU takes connections long before."""
        deadline = time.monotonic() + BOOT_LIMIT
        while b"LAB-READY" not in (said := self.serial.read_bytes() if self.serial.exists() else b""):
            if self.process.poll() is not None or b"crashed" in said or b"Panic" in said:
                qemu = (self.folder / f"{self.name}.qemu").read_bytes()
                raise LabError(f"{self.name} did not boot:\n" + (qemu + said[-3000:]).decode(errors="replace"))
            if time.monotonic() > deadline:
                raise LabError(f"{self.name} was not ready after {BOOT_LIMIT} s:\n" + said[-3000:].decode(errors="replace"))
            time.sleep(0.2)
        if b"LAB-FAILED" in said:
            raise LabError(f"{self.name} came up in part:\n" + said[-3000:].decode(errors="replace"))

    def ssh(self, command: str, limit: float = 60) -> str:
        """What a command prints there; one that fails stops the lab."""
        try:
            done = subprocess.run(
                ["ssh", "-F", str(self.folder / "ssh_config"), self.name, command], stdin=subprocess.DEVNULL,
                capture_output=True, timeout=limit, text=True)
        except subprocess.TimeoutExpired as error:
            raise LabError(f"{self.name}: no end of: {command}") from error
        if done.returncode != 0:
            raise LabError(f"{self.name}: status {done.returncode} of: {command}\n{done.stdout}{done.stderr}")
        return done.stdout

    def until(self, condition: str, limit: float = 60) -> None:
        """Waits on the node until a condition of its shell holds."""
        self.ssh(f"for i in $(seq {int(limit * 5)}); do if {condition}; then exit 0; fi; sleep 0.2; done; exit 1", limit + 60)

    def set_clock(self) -> None:
        """Sets the node's clock by ours, as NTP would: Xen read the machine's in whole seconds, and a stopped one fell behind."""
        for _ in range(20):
            self.ssh(f"date -s @{time.time() + 0.2:.3f} > /dev/null")
            began = time.time()
            shown = float(self.ssh("date +%s.%N"))
            if began - 0.5 < shown < time.time() + 0.5:
                return
        raise LabError(f"the clock of {self.name} can't be set")

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """For as long as this lasts, connections to it are taken and nobody answers."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)


def boot(folder: Path, image: Path, sizes: dict[str, int]) -> list[Node]:
    """Starts machines of so many MiB and writes how OpenSSH reaches them: `ssh_config` and `known_hosts`."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", str(folder / "key")], check=True)
    nodes = [Node(folder, image, name, mib) for name, mib in sizes.items()]
    config, known = [], []
    for node in nodes:
        node.wait()
        said = subprocess.check_output(
            ["ssh-keyscan", "-T", "60", "-t", "ed25519", "-p", str(node.port), "127.0.0.1"],
            stderr=subprocess.DEVNULL, text=True)
        known += [f"{node.name} {line.split(' ', 1)[1]}" for line in said.splitlines()]
        config += [f"Host {node.name}", "  HostName 127.0.0.1", f"  Port {node.port}", f"  HostKeyAlias {node.name}"]
    config += [
        "Host *", "  User root", f"  IdentityFile {folder / 'key'}", "  IdentitiesOnly yes", "  BatchMode yes",
        "  StrictHostKeyChecking yes", f"  UserKnownHostsFile {folder / 'known_hosts'}", "  GlobalKnownHostsFile none",
        "  LogLevel ERROR",
    ]
    (folder / "ssh_config").write_text("\n".join(config) + "\n")
    (folder / "known_hosts").write_text("\n".join(known) + "\n")
    return nodes
