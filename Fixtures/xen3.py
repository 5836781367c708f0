"""What Xen 3.0.3 printed. No such machine was at hand: the forms are those of its source. Standard library only."""
from __future__ import annotations

from world import MIB, Node


def xm_list(node: Node) -> bytes:
    """`xm list`, by the formats of `tools/python/xen/xm/main.py` at tag 3.0.3-branched."""
    text = "%-40s %3s %8s %5s %5s %9s\n" % ("Name", "ID", "Mem(MiB)", "VCPUs", "State", "Time(s)")
    rows = [("Domain-0", 0, node.current_kib // MIB, "r-----", 1521.8)]
    rows += [(guest.name, guest.domid, guest.mib, guest.state, 12.3) for guest in node.guests]
    for name, domid, mib, state, time in rows:
        text += "%-40s %3d %8d %5d %5s %8.1f\n" % (name, domid, mib, 1, state, time)
    return text.encode()


def xm_info(node: Node) -> bytes:
    """`xm info`: the keys of `xen/xend/XendNode.py` that say something of memory and version."""
    told = [
        ("host", node.name), ("release", "2.6.16.29-xen"), ("machine", "i686"), ("nr_cpus", 1), ("nr_nodes", 1),
        ("total_memory", node.total), ("free_memory", node.free_mib), ("xen_major", 3), ("xen_minor", 0),
        ("xen_extra", ".3-0"), ("xen_caps", "xen-3.0-x86_32"), ("xen_pagesize", 4096),
        ("platform_params", "virt_start=0xfc000000"), ("xen_changeset", "unavailable"), ("xend_config_format", 2),
    ]
    return "".join(f"{key:<23}: {value}\n" for key, value in told).encode()


def proc_balloon(node: Node, driver_kib: int) -> bytes:
    """`/proc/xen/balloon`, by `drivers/xen/balloon/balloon.c` of linux-2.6.18-xen."""
    told = [("Current allocation:", node.current_kib), ("Requested target:", node.target_kib),
            ("Low-mem balloon:", 0), ("High-mem balloon:", 0), ("Driver pages:", driver_kib)]
    lines = [f"{label:<19} {amount:8d} kB\n" for label, amount in told]
    return ("".join(lines) + "Xen hard limit:          ??? kB\n").encode()
