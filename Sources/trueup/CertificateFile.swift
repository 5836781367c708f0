import Capture
import Commands
import Glibc
import Model
import Preflight

/// A certificate as a file: written once, and held against what it says later.
enum CertificateFile {
  static func refuseExisting(_ path: String) throws(Refusal) {
    if access(path, F_OK) == 0 {
      throw Refusal("\(path) is there already: a certificate is never overwritten")
    }
  }

  /// Writes the certificate of a go; the seal comes last, so that a file without one was not finished. Gives until when it
  /// is valid.
  static func write(
    _ path: String, of result: PreflightResult, validFor span: Duration, capture: Capture
  ) async throws(Refusal) -> Instant {
    let whole = result.observations.filter { $0.coverage == .complete }.map(\.id)
    let checksums = try await checksums(of: whole, in: capture)
    guard let certificate = Certificate(result, validFor: span, checksums: checksums) else {
      throw Refusal("only GO has a certificate")
    }
    try Disk.create(path, Array(certificate.text.utf8))
    let seal = try await Checksum.sha256(of: [path])
    try Disk.append(path, Array(Seal.text(seal.first ?? "").utf8))
    return certificate.validUntil
  }

  /// What can be said of a certificate.
  struct Verification {
    var text = ""
    var holds = true

    fileprivate mutating func say(_ fact: Bool, _ yes: String, _ no: String) {
      text += (fact ? "yes  \(yes)" : "no   \(no)") + "\n"
      holds = holds && fact
    }
  }

  static func verify(_ path: String, capture: String?) async throws(Refusal) -> Verification {
    let bytes = try Disk.read(path)
    let certificate: Certificate
    do throws(Complaints) { certificate = try Certificate(bytes, file: path) } catch {
      throw Refusal(error.all)
    }
    var verification = Verification()
    if let count = Seal.sealedByteCount(bytes) {
      let found = try await Checksum.sha256(of: path, byteCount: count)
      verification.say(
        Seal.closes(bytes, with: found), "intact: its bytes are those that were sealed",
        "changed since it was sealed")
    } else {
      verification.say(false, "", "not finished: it has no seal")
    }
    let until = certificate.validUntil
    verification.say(
      ObserverClock().now <= until, "valid until \(until.rfc3339)",
      "no longer valid: it was until \(until.rfc3339)")
    if let capture { try await hold(certificate, against: capture, &verification) }
    return verification
  }

  private static func hold(
    _ certificate: Certificate, against path: String, _ verification: inout Verification
  ) async throws(Refusal) {
    let capture = try Recording.capture(at: path)
    let known = Dictionary(uniqueKeysWithValues: capture.observations.map { ($0.number, $0) })
    let same = certificate.observations.filter { seen in
      known[seen.number].map { $0.kind.rawValue == seen.what && $0.produced == seen.started } ?? false
    }
    let sums = try await checksums(of: same.filter { $0.sha256 != nil }.map(\.number), in: capture)
    let kept = same.filter { $0.sha256 == nil || $0.sha256 == sums[$0.number] }
    let other = certificate.observations.first { !kept.contains($0) }
    verification.say(
      other == nil, "of \(path): its \(kept.count) observations are there, with the same bytes",
      "not of \(path): \(other.map { "\($0.what)\($0.node.isEmpty ? "" : " of \($0.node)")" } ?? "") "
        + "at \(other?.started.rfc3339 ?? "") is not there, or has other bytes")
  }

  /// The SHA-256 of what observations printed, by their numbers. One that printed nothing has that of nothing.
  private static func checksums(of numbers: [Int], in capture: Capture) async throws(Refusal) -> [Int: String]
  {
    let files = Dictionary(
      uniqueKeysWithValues: capture.observations.map { observation in
        (observation.number, observation.entry.stdout.map { "\(capture.path)/\($0)" } ?? "/dev/null")
      })
    let sums = try await Checksum.sha256(of: numbers.map { files[$0] ?? "/dev/null" })
    return Dictionary(uniqueKeysWithValues: zip(numbers, sums))
  }
}
