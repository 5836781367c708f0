import Batch
import Json
import Model
import World

/// `qstat -f -F json`, with `-x` also of jobs that have ended.
///
/// Times are told as `ctime` writes them, in the zone of whoever asks. So they are known only where the command says that it
/// was asked in UTC: `env TZ=UTC0 qstat ...`.
enum JobsJson {
  static let form = "qstat -f -F json"

  static func read(_ observation: RawObservation, into sink: inout some RowSink) -> Reading {
    let isUTC = observation.command.contains { $0 == "TZ=UTC0" || $0 == "TZ=UTC" }
    var listing = Listing(of: "Jobs", groups: ["Resource_List"])
    listing.read(observation.stdout) { job in record(of: job, isUTC: isUTC).insert(into: &sink) }
    let zone = Problem("times without a zone are not known: ask with env TZ=UTC0 qstat -f -F json")
    return Reading(
      form: form, coverage: listing.coverage, remarks: isUTC || listing.isEmpty ? [] : [zone])
  }

  private static func record(of job: Thing, isUTC: Bool) -> JobRecord {
    var record = JobRecord(hasInstants: isUTC)
    record.bytes = job.bytes
    record.isAmbiguous = job.isAmbiguous
    record.set(.id, job.name)
    for attribute in job.attributes {
      if let key = keys[attribute.name] { take(attribute, as: key, into: &record) }
    }
    // Versions without obittime tell when a job became history.
    if record[.completed] == nil, let told = job.text("history_timestamp") { record.set(.completed, told) }
    // A request that is no node list has a selection.
    if record[.nodes] == nil, let told = job.text("Resource_List.select") { record.set(.nodes, told) }
    return record
  }

  private static func take(_ attribute: Thing.Attribute, as key: JobKey, into record: inout JobRecord) {
    guard let text = attribute.text else {
      return record.refuse(key, attribute.value.described ?? "nothing")
    }
    switch key {
    case .state: record.set(key, states[Array(text)] ?? text)
    case .created, .modified, .eligible, .started, .completed:
      record.set(key, CalendarTime(text).map { Array(String($0.secondsSince1970).utf8)[...] } ?? text)
    default: record.set(key, text)
    }
  }

  /// OpenPBS's own letters in those of the snapshot. F and X have ended; S and U are suspended, and hold all that they held; of
  /// an array in B some element has begun. M is at another server, and of what it does there nothing is known.
  private static let states: [[UInt8]: ArraySlice<UInt8>] = [
    ascii("F"): ascii("C")[...], ascii("X"): ascii("C")[...], ascii("S"): ascii("R")[...],
    ascii("U"): ascii("R")[...], ascii("B"): ascii("R")[...],
  ]

  private static let keys: [[UInt8]: JobKey] = [
    ascii("Job_Name"): .name, ascii("Job_Owner"): .owner, ascii("job_state"): .state, ascii("queue"): .queue,
    ascii("server"): .server, ascii("ctime"): .created, ascii("mtime"): .modified, ascii("etime"): .eligible,
    ascii("stime"): .started, ascii("obittime"): .completed, ascii("session_id"): .session,
    ascii("substate"): .substate, ascii("Exit_status"): .exitStatus, ascii("exec_host"): .execHost,
    ascii("Output_Path"): .outputPath, ascii("Resource_List.walltime"): .walltime,
    ascii("Resource_List.mem"): .memory, ascii("Resource_List.nodes"): .nodes,
  ]
}
