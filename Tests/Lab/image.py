"""Makes what a node of the lab boots from, out of Debian's packages and nothing else: Xen, dom0's kernel, its file system.

The packages and the result are kept in `${XDG_CACHE_HOME:-~/.cache}/trueup-lab`; remove that folder for newer packages.
No step needs root. Standard library only.
"""
from __future__ import annotations

import gzip
import hashlib
import lzma
import os
import shutil
import stat
import subprocess
import tarfile
import tempfile
from pathlib import Path, PurePosixPath

import guest

HERE = Path(__file__).resolve().parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "trueup-lab"

XEN = "usr/lib/xen-4.17/bin"
DAEMONS = ("xenstored", "xenconsoled", "xen-init-dom0")
# What a node has of each package. Busybox serves to boot; what a collector runs is what a node of Debian's has.
PROGRAMS = {
    "xen-hypervisor-4.17-amd64": ["boot/xen-4.17-amd64.gz"],
    "xen-utils-4.17": [f"{XEN}/{name}" for name in ("xl", "libxl-save-helper", *DAEMONS)],
    "xen-utils-common": ["etc/xen/xl.conf"],
    "xenstore-utils": ["usr/bin/*"],
    "coreutils": ["bin/*"],
    "dash": ["bin/dash"],
    "dropbear-bin": ["usr/sbin/dropbear"],
    "findutils": ["bin/find"],
    "procps": ["bin/ps"],
    "util-linux": ["bin/flock", "bin/setsid"],
    "busybox-static": ["bin/busybox"],
}
LIBRARIES = """
libacl1 libattr1 libc6 libcap2 libcom-err2 libcrypt1 libext2fs2 libgcc-s1 libgcrypt20 libgmp10 libgpg-error0 liblz4-1
liblzma5 libncurses6 libpcre2-8-0 libproc2-0 libselinux1 libsystemd0 libtinfo6 libtomcrypt1 libtommath1 libuuid1
libxencall1 libxendevicemodel1 libxenevtchn1 libxenforeignmemory1 libxengnttab1 libxenhypfs1 libxenmisc4.17 libxenstore4
libxentoolcore1 libxentoollog1 libyajl2 libzstd1 zlib1g
""".split()
# In the order in which they are loaded: the package has no list of what needs what.
MODULES = """
failover net_failover virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_net
xen-privcmd xenfs xen-evtchn xen-gntdev xen-gntalloc
""".split()
FOLDERS = """
dev etc/dropbear guest home/.ssh opt/workspace/mnt opt/workspace/persistence opt/workspace/secureimages proc run sys tmp
usr/bin usr/lib/modules usr/lib64 usr/sbin var/lib/xen var/lib/xenstored var/log/xen
""".split()
LINKS = {
    "bin": "usr/bin", "sbin": "usr/sbin", "lib": "usr/lib", "lib64": "usr/lib64",
    "usr/bin/python": "dash", "usr/bin/sh": "dash", "var/lock": "/run/lock", "var/run": "/run",
    **{f"usr/sbin/{name}": f"/{XEN}/{name}" for name in ("xl", *DAEMONS)},
}
TEXTS = {
    "etc/passwd": "root:x:0:0:root:/home:/bin/sh\n", "etc/group": "root:x:0:\n", "etc/shells": "/bin/sh\n",
    # What makes a deleted pilot wait short enough for a MOM of 2.5.13.
    "etc/workspacepilot.conf": (
        "[xen]\nminmem: 256\ndom0_mem: 882\n\n[other]\nearlywaitratio = 0.3\nlockfile: /tmp/workspace-pilot.lock\n"),
    "tmp/workspace-pilot.lock": "",
    "guest/slot.cfg": 'type = "pv"\nkernel = "/guest/kernel"\nmemory = 64\nvcpus = 1\n',
}
SCRIPTS = {
    "init": "init", "opt/workspacepilot.py": "pilot", "opt/workspace/bin/workspace-control": "workspace-control",
}

Entry = tuple[int, bytes]  # of a file system: its mode, and its content or where it leads


def file(content: bytes, mode: int = 0o644) -> Entry:
    return stat.S_IFREG | mode, content


def link(target: str) -> Entry:
    return stat.S_IFLNK | 0o777, target.encode()


def packages() -> list[Path]:
    """The packages' files, the kernel's first; downloaded if they are not there."""
    debs = CACHE / "debs"
    debs.mkdir(parents=True, exist_ok=True)
    needed = subprocess.check_output(["apt-cache", "depends", "linux-image-amd64"], text=True).split()
    kernel = next(word for word in needed if word.startswith("linux-image-6"))
    wanted = [kernel, *LIBRARIES, *PROGRAMS]
    missing = [name for name in wanted if not list(debs.glob(f"{name}_*.deb"))]
    if missing:
        print(f"downloading {len(missing)} packages", flush=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as part:
            subprocess.run(["apt-get", "-qq", "download", *missing], cwd=part, check=True)
            for deb in Path(part).iterdir():
                deb.rename(debs / deb.name)
    return [max(debs.glob(f"{name}_*.deb")) for name in wanted]


def unpacked(deb: Path, patterns: list[str]) -> dict[str, Entry]:
    """The files of a package that match, by their paths where /bin, /sbin and /lib lead into /usr."""
    found = {}
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE) as process:
        with tarfile.open(fileobj=process.stdout, mode="r|") as archive:
            for member in archive:
                path = PurePosixPath(member.name)
                if member.isdir() or not any(path.match(pattern) for pattern in patterns):
                    continue
                inside = path if path.parts[0] in ("boot", "etc", "usr") else "usr" / path
                if member.isfile():
                    found[str(inside)] = file(archive.extractfile(member).read(), member.mode)
                else:
                    found[str(inside)] = link(member.linkname if member.issym() else f"/{member.linkname}")
    return found


def file_system(debs: list[Path]) -> dict[str, Entry]:
    """All that dom0 has, by path."""
    tree: dict[str, Entry] = {}
    for deb in debs:
        tree |= unpacked(deb, PROGRAMS.get(deb.name.split("_")[0], ["lib/x86_64-linux-gnu/*.so*", "lib64/*"]))
    tree |= {path: link(target) for path, target in LINKS.items()}
    tree |= {path: file(text.encode()) for path, text in TEXTS.items()}
    tree |= {path: file((HERE / name).read_bytes(), 0o755) for path, name in SCRIPTS.items()}
    return tree | {"guest/kernel": file(guest.kernel())}


def archived(tree: dict[str, Entry]) -> bytes:
    """The tree as the kernel takes it: a cpio archive in the form newc, in which everything is root's."""
    above = {str(parent) for path in [*tree, *(f"{path}/x" for path in FOLDERS)] for parent in PurePosixPath(path).parents}
    tree = {path: (stat.S_IFDIR | 0o755, b"") for path in above - {"."}} | tree
    parts = []
    for number, (path, (mode, content)) in enumerate([*sorted(tree.items()), ("TRAILER!!!", (0, b""))], 1):
        name = path.encode() + b"\0"
        head = b"070701" + b"".join(
            b"%08x" % field for field in (number, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name), 0)) + name
        parts += [head, bytes(-len(head) % 4), content, bytes(-len(content) % 4)]
    return b"".join(parts)


def kernel(deb: Path) -> tuple[bytes, dict[str, Entry]]:
    """The kernel, unpacked since that takes long at an emulated machine's speed, and its modules in their order."""
    found = unpacked(deb, ["boot/vmlinuz-*", *(f"{name}.ko" for name in MODULES)])
    by_name = {PurePosixPath(path).stem: entry for path, entry in found.items()}
    packed = next(content for path, (_, content) in found.items() if path.startswith("boot/"))
    elf = lzma.LZMADecompressor(lzma.FORMAT_XZ).decompress(packed[packed.index(b"\xfd7zXZ\0"):])
    return elf, {f"usr/lib/modules/{place:02}-{name}.ko": by_name[name] for place, name in enumerate(MODULES)}


def image() -> Path:
    """A folder with `xen`, `vmlinux` and `dom0.cpio`, made anew when a package or what goes into it has changed."""
    debs = packages()
    recipe = [(HERE / name).read_bytes() for name in ("image.py", "guest.py", *SCRIPTS.values())]
    digest = hashlib.sha256(b"".join([deb.name.encode() for deb in debs] + recipe)).hexdigest()[:16]
    made = CACHE / f"image-{digest}"
    if not made.exists():
        print("making the nodes' image", flush=True)
        for old in CACHE.glob("image-*"):
            shutil.rmtree(old)
        elf, modules = kernel(debs[0])
        tree = file_system(debs[1:])
        xen = gzip.decompress(tree.pop("boot/xen-4.17-amd64.gz")[1])
        part = Path(tempfile.mkdtemp(dir=CACHE))
        for name, content in (("xen", xen), ("vmlinux", elf), ("dom0.cpio", archived(tree | modules))):
            (part / name).write_bytes(content)
        part.rename(made)
    return made
