"""A site's batch server as OpenPBS would have told of it: what TORQUE printed, told again as `-F json` prints it.

Nobody ran OpenPBS for this. The form is that of its sources, git cd7ab5eda: `qstat.c` (`prt_attr`: a job's name, account
and project are texts, moments are those of `ctime`, variables are an object), `pbsnodes.c` (`encode_to_json`: jobs without
their slots, nothing that is assigned and zero), `pbs_cjson.c` (every other value is typed by trial) and the printer of
cJSON 1.7. The attributes and their order are those of `master_job_attr_def.xml` and of listings that sites show. What
OpenPBS tells and TORQUE does not is synthetic.

`python3 Fixtures/openpbs.py` writes the fixtures of the parser's own tests, `parsers/openpbs`. Standard library only.
"""
from __future__ import annotations

import json
import re
import time
from dataclasses import replace

from world import HERE, Answer, World, raw, told

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


class Pairs(list):
    """The members of an object in which a name may be there twice: cJSON does not mind."""


def printed(value, depth: int = 0) -> str:
    """As `cJSON_Print` sets it."""
    if isinstance(value, dict):
        value = Pairs(value.items())
    if isinstance(value, Pairs):
        lines = [f"{chr(9) * (depth + 1)}{quoted(key)}:\t{printed(each, depth + 1)}" for key, each in value]
        return "{\n" + ",\n".join(lines) + ("\n" if lines else "") + "\t" * depth + "}"
    if isinstance(value, list):
        return "[" + ", ".join(printed(each, depth + 1) for each in value) + "]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return quoted(value) if isinstance(value, str) else number(float(value))


def document(now: int, server: str, **things) -> bytes:
    head = {"timestamp": now, "pbs_version": VERSION, "pbs_server": server}
    return (printed({**head, **things}) + "\n").encode(errors="surrogateescape")


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
    asked = {"mem": parts.get("mem"), "ncpus": "1", "nodect": parts.get("nodect", "1"),
             "nodes": parts.get("nodes", "1"), "place": "scatter", "select": "1:ncpus=1",
             "walltime": parts.get("walltime", "01:00:00")}
    about["Resource_List"] = {name: typed(text) for name, text in asked.items() if text}
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


def record(line: str, begun: dict[str, dict[str, str]]) -> str:
    """A record of the accounting log, in OpenPBS's order and with what it has more of (`acct_job`, `account_jobend`)."""
    written, kind, job_id, message = line.split(";", 3)
    if kind not in "QSE":
        return line
    told_now = dict(pair.split("=", 1) for pair in message.split()) if kind != "Q" else begun.get(job_id, {})
    common = "user={user} group={group} project=_pbs_project_default jobname={jobname} queue={queue} ctime={ctime} " \
             "qtime={qtime} etime={etime} "
    place = "start={start} exec_host={exec_host} exec_vnode=({host}:mem=65536kb:ncpus=1) "
    rest = "Resource_List.mem=64mb Resource_List.ncpus=1 Resource_List.nodect=1 Resource_List.nodes=1:ppn=1 " \
           "Resource_List.place=scatter Resource_List.select=1:ncpus=1 Resource_List.walltime=00:10:00 "
    if kind == "Q" and not told_now:
        return line
    told_now["host"] = told_now["exec_host"].split("/")[0]
    end = "session={session} end={end} Exit_status={Exit_status} resources_used.cpupercent=0 " \
          "resources_used.cput=00:00:00 resources_used.mem=0kb resources_used.ncpus=1 resources_used.vmem=0kb " \
          "resources_used.walltime=00:00:51 run_count=1"
    form = common + ("" if kind == "Q" else place) + rest + (end if kind == "E" else "")
    return f"{written};{kind};{job_id};{form.format(**told_now)}"


def accounting(text: bytes) -> bytes:
    # What users wrote into accounts is another story (parsers/torque/accounting).
    forged = {line.split(";")[2] for line in text.decode().splitlines() if " account=" in line}
    lines = [line for line in text.decode().splitlines() if line.split(";")[2] not in forged]
    begun = {line.split(";")[2]: dict(pair.split("=", 1) for pair in line.split(";", 3)[3].split())
             for line in lines if line.split(";")[1:2] == ["S"]}
    return ("\n".join(record(line, begun) for line in lines) + "\n").encode()


def more_accounting(text: bytes) -> bytes:
    """The same with an array, a reservation, licences and other records that only OpenPBS writes, among the first of it."""
    lines = text.decode().splitlines()
    time_of = lines[0].split(";")[0]
    array = "user=alice group=alice account=\"a b\" project=_pbs_project_default jobname=sweep queue=batch ctime=1795375772 " \
            "qtime=1795375772 etime=1795375772 start=1795375772 array_indices=0-1 Resource_List.ncpus=1 "
    added = [f"{time_of};L;license;floating license hour:0 day:0 month:0 max:0", f"{time_of};S;900[].gridsn;{array}",
             f"{time_of};U;R901.gridsn;requestor=alice@gridsn", f"{time_of};D;R901.gridsn;requestor=alice@gridsn",
             f"{time_of};u;0.gridsn.example.org;user=globus group=globus jobname=STDIN",
             f"{time_of};a;0.gridsn.example.org;Resource_List.walltime=00:20:00"]
    return ("\n".join(added + lines) + "\n").encode()


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
            elif what == "torque.accounting":
                command = ["cat", "/var/spool/pbs/server_priv/accounting/20261122"]
                seen.append((what, "", command, file, replace(answer, out=accounting(answer.out))))
            else:
                seen.append((what, node_name, command, file, answer))
        return seen


# --- The fixtures of the parser's tests -------------------------------------------------------------------------------


def odd_jobs() -> dict[str, dict]:
    """What users and time make of jobs: variables that look like JSON, bytes that are none, all states, no pilots."""
    def plain(**more) -> dict:
        about = {"Job_Name": "sleep", "Job_Owner": "alice@gridsn", "job_state": "R", "queue": "batch", "server": "gridsn",
                 "ctime": moment("1795375892"), "exec_host": "gsn-wn1/0", "mtime": moment("1795375892"),
                 "Output_Path": "gridsn:/home/alice/sleep.o1", "stime": moment("1795375893"), "substate": 42}
        return {**about, **more}
    variables = [("X", "1"), ("QUOTE", 'say "hi" \\'), ("BRACE", "{"), ("JSON", '{"a":{"b":[1,2]}}'), ("NL", "a\nb"),
                 ("ESC", "\x1b[31m"), ("NULL", "null"), ("X", "2"), ('a"b', "}"), ("LATIN", "caf\udce9")]
    return {
        "1.gridsn": plain(Job_Name="007", Account_Name='x","job_state":"C', Variable_List=Pairs(
            (name, typed(text)) for name, text in variables)),
        "2.gridsn": plain(Job_Owner="caf\udce9@gridsn", comment=typed('{"deep":' * 40 + "0" + "}" * 40)),
        "3[].gridsn": plain(job_state="B", array="True", array_indices_submitted="0-1"),
        "3[0].gridsn": plain(job_state="X", Exit_status=0),
        "4.gridsn": plain(job_state="S", substate=43, exec_host="gsn-wn1/0*2+gsn-wn2/1"),
        "5.gridsn": plain(job_state="M", queue="far@other"),
        "6.gridsn": plain(job_state="W", exec_host="gsn wn1/0", Resource_List={"mem": True, "walltime": "100:00:00"}),
        "7.gridsn": plain(job_state="F", Exit_status=-1, history_timestamp=1795375950, ctime="yesterday"),
        "8.gridsn": plain(job_state=1, exec_host=["gsn-wn1/0"], Output_Path=7, session_id=1e30),
    }


def older(text: bytes) -> bytes:
    """As versions before cJSON set it: four blanks for a tab, none behind a colon."""
    lines = text.decode(errors="surrogateescape").splitlines(keepends=True)
    plain = [re.sub(r'^(\t+"[^"]*":)\t', r"\1", line) for line in lines]
    return "".join(re.sub(r"^\t+", lambda tabs: "    " * len(tabs.group()), line) for line in plain).encode(
        errors="surrogateescape")


def main() -> None:
    now = 1795375860
    busy = nodes(raw("torque/mix-pbsnodes-x.xml"), now)
    parts = {f"gsn-wn1[{part}]": {
        "Mom": "gsn-wn1", "state": "free", "resources_available": {"host": "gsn-wn1", "ncpus": 6, "vnode": f"gsn-wn1[{part}]"}
    } for part in (0, 1)}
    whole = {"gsn-wn1": {"state": "offline,down", "resources_available": {"host": "gsn-wn1", "ncpus": 0},
                         "comment": 'trueup: "x"'},
             **parts, "gsn-wn2": {"state": "state-unknown,down", "resources_available": {"host": "gsn-wn2"}, "comment": 7}}
    files = {
        "accounting/storm.log": more_accounting(accounting(raw("torque/storm-accounting.log"))),
        "jobs/none.json": jobs(b"", now),
        "jobs/mix.json": jobs(raw("torque/mix-qstat-f-x.xml"), now),
        "jobs/history.json": jobs(raw("torque/storm-after-qstat-f-x.xml"), 1795376015),
        "jobs/odd.json": document(now, "gridsn", Jobs=odd_jobs()),
        "jobs/older.json": older(jobs(raw("torque/mix-qstat-f-x.xml"), now)),
        "nodes/idle.json": nodes(raw("torque/idle-pbsnodes-x.xml"), now),
        "nodes/mix.json": busy,
        "nodes/down.json": nodes(raw("torque/mom-killed-pbsnodes-x.xml"), now),
        "nodes/parts.json": document(now, "gridsn", nodes=whole),
        "server/idle.json": server(b"", now),
        "settings/queues.json": queues(now),
        "settings/kill-delay.json": queues(now, kill_delay=4),
    }
    for name, text in files.items():
        path = HERE / "parsers/openpbs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)


if __name__ == "__main__":
    main()
