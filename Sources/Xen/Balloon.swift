import Model
import World

/// The balloon driver of dom0's kernel: `/proc/xen/balloon` (Xen 3.x) or the files of its sysfs folder in any
/// of the ways that a shell prints several files, once or many times over.
enum Balloon {
  static func read(_ observation: RawObservation, into sink: inout some RowSink) -> Reading {
    var reader = BalloonReader()
    for line in Lines(observation.stdout) { reader.read(line) }
    reader.finish()
    let complete = reader.samples.count { $0.figures[.current]?.value ?? .null != .null }
    guard complete > 0 else {
      let found = reader.samples.lazy.compactMap { $0.figures[.current]?.problem }.first
      return Reading(
        form: reader.form,
        coverage: .failed(Problem("expected what dom0 has (current_kb): \(found ?? "found none")")))
    }
    let clock = SampleClock(finished: observation.finished, samples: reader.samples)
    for sample in reader.samples {
      guard let row = sample.row(node: observation.node, at: clock.moment(of: sample)) else {
        reader.complaints.add(
          Problem("a sample without what dom0 has (current_kb)", offset: sample.range.lowerBound))
        continue
      }
      sink.insert(row)
    }
    return Reading(
      form: reader.form, coverage: reader.complaints.coverage, remarks: clock.remarks)
  }
}

/// When each sample was taken.
private struct SampleClock {
  let finished: Instant
  private let lastUptime: Int64?
  private let samplesWithoutTime: Int

  init(finished: Instant, samples: [BalloonSample]) {
    self.finished = finished
    lastUptime =
      samples.last { if case .uptime = $0.time { true } else { false } }
      .flatMap { if case .uptime(let uptime) = $0.time { uptime } else { nil } }
    samplesWithoutTime = samples.count { $0.time == .look }
  }

  func moment(of sample: BalloonSample) -> Told {
    switch sample.time {
    case .look: return Told(value: Value(finished))
    case .epoch(let told): return told
    case .uptime(let uptime):
      // The last was taken as the look ended; the others as much earlier as the node had been up for less.
      guard let lastUptime, uptime <= lastUptime else {
        return .odd("its uptime is above that of the last sample")
      }
      let (moment, overflow) = finished.milliseconds.subtractingReportingOverflow(lastUptime - uptime)
      return overflow ? .odd("its time is out of range") : Told(value: .integer(moment))
    }
  }

  var remarks: [Problem] {
    samplesWithoutTime > 1
      ? [Problem("\(samplesWithoutTime) samples do not tell their time: all have that of the look")] : []
  }
}
