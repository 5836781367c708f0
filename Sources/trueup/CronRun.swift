import ArgumentParser
import History
import Model
import Nightly
import Report

/// An audit that cron runs, and mails what it prints. It says what its reader does not know, and else nothing at all, on
/// standard error neither. The exit status is the audit's.
struct CronRun {
  private let note: FailureNote
  /// What the site is called; empty where that is not known.
  private let site: String

  /// What an audit came to, for the mail.
  struct Outcome: Sendable {
    let entry: History.Entry
    let rules: [Rule]
    let history: History
    /// What to call the history.
    let place: String
    /// The end of the audit's last look.
    let at: Instant
    /// Why its report was not written, where it was to be.
    let unwritten: String?
  }

  init(_ note: FailureNote, site: String) { (self.note, self.site) = (note, site) }

  /// Runs an audit, and says what is to be said. `audit` gets what to do when it is called off.
  func run(
    _ audit: (_ cancelled: @escaping @Sendable () -> Void) async throws -> Outcome
  ) async throws -> ExitStatus {
    do {
      let outcome = try await audit { tell(of: "it was called off by a signal", status: .cancelled) }
      try await tell(of: outcome)
      return outcome.entry.result.exitStatus.union(outcome.unwritten == nil ? [] : .notWhole)
    } catch let error as ValidationError {
      throw error
    } catch {
      tell(of: Self.words(for: error), status: .usage)
      return .usage
    }
  }

  // MARK: An audit

  private func tell(of outcome: Outcome) async throws {
    let (site, place, now) = (outcome.entry.result.site, outcome.place, outcome.at)
    var all = News(
      outcome.entry.result, standing: outcome.entry.open, accepted: outcome.entry.accepted,
      rules: outcome.rules)
    all.matters += outcome.unwritten.map { [News.unwritten($0)] } ?? []
    let news = all
    let result = outcome.entry.result
    // That it works is news where it did not.
    let (works, known) = note.memory.next(News(matters: []), at: Wall.now)
    let words = try await outcome.history.remember(of: site) { text in
      let (bulletin, next) = (text.flatMap { Memory(text: $0) } ?? Memory()).next(news, at: now)
      var memory = next
      let bulletins = [works, bulletin].compactMap(\.self)
      if !bulletins.isEmpty {
        let mail = BulletinText.mail(bulletins, site: site, result: result, history: place)
        memory.unsent = [memory.unsent, mail].compactMap(\.self).joined(separator: "\n")
      }
      return (memory.text, memory.unsent)
    }
    note.keep(known)
    guard let words, Terminal.deliver(words) else { return }
    _ = try await outcome.history.remember(of: site) { text in
      var memory = text.flatMap { Memory(text: $0) } ?? Memory()
      // Another run may have had more to say meanwhile.
      if memory.unsent == words { memory.unsent = nil }
      return (memory.text, ())
    }
  }

  // MARK: A failure

  /// What is wrong before where: the subject has room for the first of it.
  private static func words(for error: any Error) -> String {
    guard let complaint = error as? Complaint else { return Main.words(for: error) }
    return Complaint(file: complaint.problem, problem: complaint.file, remedy: complaint.remedy).described
  }

  private func tell(of reason: String, status: ExitStatus) {
    let (bulletin, memory) = note.memory.next(.failed(reason), at: Wall.now)
    if let bulletin { Terminal.write(BulletinText.failure(bulletin, site: site, exitStatus: status)) }
    note.keep(memory)
  }
}
