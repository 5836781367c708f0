"""A site's batch server as OpenPBS would have told of it: what TORQUE printed, told again as `-F json` prints it.

Nobody ran OpenPBS for this. The form is that of its sources, git cd7ab5eda: `qstat.c` (`prt_attr`: a job's name, account
and project are texts, moments are those of `ctime`, variables are an object), `pbsnodes.c` (`encode_to_json`: jobs without
their slots, nothing that is assigned and zero), `pbs_cjson.c` (every other value is typed by trial) and the printer of
cJSON 1.7. The attributes and their order are those of `master_job_attr_def.xml` and of listings that sites show. What
OpenPBS tells and TORQUE does not is synthetic. Standard library only.
"""
from __future__ import annotations

import json
import re
import time
from dataclasses import replace

from world import Answer, World, told

VERSION = "23.06.06"
TEXTS = {"Job_Name", "project", "Account_Name"}


# --- The printer ------------------------------------------------------------------------------------------------------


def typed(text: str):
    """A value as cJSON reads it: a number, an object or a word where it looks like one, else the text that it is."""
    if re.fullmatch(r"-?\d[\d.eE+-]*", text):
        try:
            return float(text)
        except ValueError:
            return text
    if text in ("true", "false", "null") or text[:1] in ('"', "{", "["):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def number(value: float) -> str:
    if value.is_integer() and abs(value) < 2**31:
        return str(int(value))
    short = f"{value:.15g}"
    return short if float(short) == value else f"{value:.17g}"


def quoted(text: str) -> str:
    names = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(names.get(c, f"\\u{ord(c):04x}" if ord(c) < 32 else c) for c in text) + '"'


def printed(value, depth: int = 0) -> str:
    """As `cJSON_Print` sets it."""
    if isinstance(value, dict):
        lines = [f"{chr(9) * (depth + 1)}{quoted(key)}:\t{printed(each, depth + 1)}" for key, each in value.items()]
        return "{\n" + ",\n".join(lines) + ("\n" if lines else "") + "\t" * depth + "}"
    if isinstance(value, list):
        return "[" + ", ".join(printed(each, depth + 1) for each in value) + "]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return quoted(value) if isinstance(value, str) else number(float(value))


def document(now: int, server: str, **things) -> bytes:
    head = {"timestamp": now, "pbs_version": VERSION, "pbs_server": server}
    return (printed({**head, **things}) + "\n").encode()


# --- What it says -----------------------------------------------------------------------------------------------------


def moment(seconds: str) -> str:
    """As `ctime` writes it in UTC; empty where none is told."""
    return time.asctime(time.gmtime(int(seconds))) if seconds else ""


def split(text: str) -> list[str]:
    return [pair for pair in text.split(",") if pair]


def job(record: bytes) -> dict:
    """One job of `qstat -f -x`, with the attributes that OpenPBS has for the same things."""
    state = told(record, "job_state")
    has_ended, has_begun = state == "C", told(record, "exec_host") != ""
    status = told(record, "exit_status")
    memory = "65536kb"
    host = told(record, "exec_host").split("/")[0]
    used = re.search(rb"<resources_used>(.*?)</resources_used>", record, re.S)
    requested = re.search(rb"<Resource_List>(.*?)</Resource_List>", record, re.S)
    parts = {} if requested is None else {
        name.decode(): text.decode() for name, text in re.findall(rb"<(\w+)>(.*?)</\1>", requested.group(1), re.S)}
    about: dict = {"Job_Name": told(record, "Job_Name"), "Job_Owner": told(record, "Job_Owner")}
    if used:
        figures = {name.decode(): text.decode() for name, text in re.findall(rb"<(\w+)>(.*?)</\1>", used.group(1))}
        figures = {"cpupercent": "0", **figures, "ncpus": "1"}
        about["resources_used"] = {name: typed(figures[name]) for name in sorted(figures)}
    about["job_state"] = "F" if has_ended else state
    for name in ("queue", "server", "Checkpoint"):
        about[name] = told(record, name)
    about["ctime"] = moment(told(record, "ctime"))
    about["Error_Path"] = told(record, "Error_Path")
    if has_begun:
        about["exec_host"] = told(record, "exec_host")
        about["exec_vnode"] = f"({host}:mem={memory}:ncpus=1)"
    for name in ("Hold_Types", "Join_Path", "Keep_Files", "Mail_Points"):
        about[name] = told(record, name)
    about["mtime"] = moment(told(record, "mtime"))
    about["Output_Path"] = told(record, "Output_Path")
    about["Priority"] = told(record, "Priority")
    about["qtime"] = moment(told(record, "qtime"))
    about["Rerunable"] = told(record, "Rerunable")
    asked = {"mem": parts.get("mem", "64mb"), "ncpus": "1", "nodect": parts.get("nodect", "1"),
             "nodes": parts.get("nodes", "1"), "place": "scatter", "select": "1:ncpus=1",
             "walltime": parts.get("walltime", "01:00:00")}
    about["Resource_List"] = {name: typed(text) for name, text in asked.items()}
    if has_begun:
        about["stime"] = moment(told(record, "start_time"))
    if has_ended:
        about["obittime"] = moment(told(record, "comp_time"))
    if has_begun:
        about["session_id"] = told(record, "session_id")
        about["jobdir"] = "/opt/torque/home/globus"
    about["substate"] = ("91" if status == "271" else "92") if has_ended else told(record, "substate")
    pairs = [pair.partition("=") for pair in split(told(record, "Variable_List"))]
    about["Variable_List"] = {name: typed(text) for name, _, text in pairs}
    if has_begun and told(record, "start_time"):
        begun = time.strftime("%a %b %d at %H:%M", time.gmtime(int(told(record, "start_time"))))
        about["comment"] = f"Job run at {begun} on {about['exec_vnode']}" + (" and finished" if has_ended else "")
    about["etime"] = moment(told(record, "etime"))
    if has_begun:
        about["run_count"] = "1"
    if has_ended:
        about["Exit_status"] = status
    about["Submit_arguments"] = told(record, "submit_args")
    if has_ended:
        about["history_timestamp"] = told(record, "comp_time")
    about["project"] = "_pbs_project_default"
    about["Submit_Host"] = "gridsn.example.org"
    return {name: value if name in TEXTS or not isinstance(value, str) else typed(value)
            for name, value in about.items() if value != ""}


def jobs(text: bytes, now: int) -> bytes:
    """`qstat -x -f -F json`, of what `qstat -f -x` of TORQUE printed; without a job there is no `Jobs`."""
    records = re.findall(rb"<Job>.*?</Job>", text, re.S)
    listed = {told(record, "Job_Id"): job(record) for record in records}
    return document(now, "gridsn", **({"Jobs": listed} if listed else {}))


def node(record: bytes) -> dict:
    """A node of `pbsnodes -x`. It is busy where each of its processors has a job."""
    name, processors = told(record, "name"), int(told(record, "np"))
    held = [each.partition("/")[2] for each in told(record, "jobs").replace(" ", "").split(",") if each]
    state = told(record, "state")
    if state == "job-exclusive" or (state == "free" and len(held) >= processors):
        state = "job-busy"
    about: dict = {"Mom": f"{name}.gridsn.example.org", "Port": 15002, "pbs_version": VERSION, "ntype": "PBS",
                   "state": state, "pcpus": processors}
    if held:
        about["jobs"] = list(dict.fromkeys(held))
    about["resources_available"] = {
        "arch": "linux", "host": name, "mem": "24684092kb", "ncpus": processors, "vnode": name}
    about["resources_assigned"] = {"mem": f"{65536 * len(held)}kb", "ncpus": len(held)} if held else {}
    if told(record, "note"):
        about["comment"] = typed(told(record, "note"))
    about.update({"resv_enable": "True", "sharing": "default_shared", "last_state_change_time": 1795375200})
    return about


def nodes(text: bytes, now: int) -> bytes:
    records = re.findall(rb"<Node>.*?</Node>", text, re.S)
    return document(now, "gridsn", nodes={told(record, "name"): node(record) for record in records})


def server(text: bytes, now: int) -> bytes:
    """`qstat -B -f -F json`; the jobs are those that are not history."""
    count = len(re.findall(rb"<job_state>[^C]</job_state>", text))
    about = {"server_state": "Idle", "server_host": "gridsn", "scheduling": "True", "total_jobs": count,
             "default_queue": "batch", "log_events": 511, "job_history_enable": "True", "pbs_version": VERSION}
    return document(now, "gridsn", Server={"gridsn": about})


def queues(now: int, kill_delay: int | None = None) -> bytes:
    about = {"queue_type": "Execution", "total_jobs": 0,
             "state_count": "Transit:0 Queued:0 Held:0 Waiting:0 Running:0 Exiting:0 Begun:0 ",
             "resources_default": {"nodes": 1, "walltime": "01:00:00"}, "enabled": "True", "started": "True"}
    about |= {} if kill_delay is None else {"kill_delay": kill_delay}
    return document(now, "gridsn", Queue={"batch": about})


class Retold:
    """A world of which OpenPBS tells."""

    def __init__(self, world: World, kill_delay: int | None = None):
        self.world, self.kill_delay = world, kill_delay

    def observations(self, now: int) -> list[tuple[str, str, list[str], str, Answer]]:
        seen = []
        asked = ["env", "TZ=UTC0", "qstat", "-f", "-x", "-F", "json"]
        for what, node_name, command, file, answer in self.world.observations(now):
            if what == "torque.jobs":
                count = ("torque.server", "", ["qstat", "-B", "-f", "-F", "json"], "server.json",
                         Answer(server(answer.out, now)))
                told_now = replace(answer, out=jobs(answer.out, now))
                seen += [count, (what, "", asked, "qstat.json", told_now), count]
            elif what == "torque.nodes":
                seen.append((what, "", ["pbsnodes", "-av", "-F", "json"], "pbsnodes.json",
                             replace(answer, out=nodes(answer.out, now))))
            elif what == "torque.settings":
                seen.append((what, "", ["qstat", "-Q", "-f", "-F", "json"], "queues.json",
                             Answer(queues(now, self.kill_delay))))
            else:
                seen.append((what, node_name, command, file, answer))
        return seen
