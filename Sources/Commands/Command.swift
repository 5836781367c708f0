// The door to child processes. Whatever a command does (hang, flood, ignore signals, leave grandchildren), running it
// ends by its deadline, keeps what came until then, and leaves no process of its own behind.

public import Model
import Subprocess
import SystemPackage
public import World

/// A command to run, by its argument vector.
public struct Command: Sendable {
  /// The first is looked up in PATH unless it has a slash.
  public var arguments: [String]
  /// Set over the inherited environment. Never a secret: others can read it.
  public var environment: [String: String]
  public var deadline: Duration
  /// More than this of standard output is not kept; the command is ended.
  public var byteLimit: Int

  public init(
    _ arguments: [String], environment: [String: String] = [:], deadline: Duration,
    byteLimit: Int = 256 << 20
  ) {
    self.arguments = arguments
    self.environment = environment
    self.deadline = deadline
    self.byteLimit = byteLimit
  }

  public enum Stream: Sendable { case stdout, stderr }

  /// Takes each piece of output as it comes, with the moment of its coming.
  public typealias Arriving = @Sendable (Stream, [UInt8], Instant) -> Void

  /// How it went, with all that it printed until it ended or was ended.
  public struct Outcome: Sendable {
    public var stdout: [UInt8]
    public var stderr: [UInt8]
    public var ending: RawObservation.Ending
    public var started: Instant
    public var finished: Instant
  }
}

extension Command {
  /// Runs it to its end or its deadline. It gets no standard input and a session of its own, and the whole of its process
  /// group is ended when time is up, when it floods, and when the task is cancelled: first SIGTERM, half a second later
  /// SIGKILL. What moved into another session, as a daemon does, is left alone, and nobody waits for it.
  ///
  /// With `arriving`, the pieces go there, and the outcome has none of them.
  public func run(clock: ObserverClock, arriving: Arriving? = nil) async -> Outcome {
    let started = clock.now
    let pipes = Pipes(byteLimit: byteLimit, clock: clock, arriving: arriving)
    let ending = Task.isCancelled ? nil : await endingInTime(pipes)
    pipes.endStragglers()
    let kept = pipes.kept
    return Outcome(
      stdout: kept.stdout, stderr: kept.stderr,
      ending: kept.isFlooded
        ? .failure("printed more than \(byteLimit >> 20) MiB, and was ended")
        : ending ?? .failure(Task.isCancelled ? "cancelled" : "timed out after \(deadline.secondsWorded) s"),
      started: started, finished: clock.now)
  }

  /// Nil when the time is up, or the task was cancelled.
  private func endingInTime(_ pipes: Pipes) async -> RawObservation.Ending? {
    await withTaskGroup(of: RawObservation.Ending?.self) { group in
      group.addTask { await child(pipes) }
      group.addTask {
        try? await Task.sleep(for: deadline)
        return nil
      }
      // Whichever is first calls the other off, and the child is waited for.
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
  }

  private func child(_ pipes: Pipes) async -> RawObservation.Ending {
    let name = arguments.first ?? ""
    guard let path = SearchPath.find(name) else {
      return .failure("\(name) could not be started: there is no such command")
    }
    var options = PlatformOptions()
    options.createSession = true
    options.teardownSequence = [
      .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500))
    ]
    do {
      let result = try await Subprocess.run(
        .path(FilePath(path)),
        arguments: Arguments(executablePathOverride: name, remainingValues: Array(arguments.dropFirst())),
        environment: .inherit.updating(
          Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0), $1) })),
        platformOptions: options, input: .none, output: .sequence, error: .sequence
      ) { execution in
        pipes.session = execution.processIdentifier.value
        try await withThrowingTaskGroup { group in
          group.addTask {
            for try await piece in execution.standardError { try pipes.take(piece.bytes, from: .stderr) }
          }
          for try await piece in execution.standardOutput { try pipes.take(piece.bytes, from: .stdout) }
          try await group.waitForAll()
        }
      }
      switch result.terminationStatus {
      case .exited(let code): return .exit(Int(code))
      case .signaled(let signal): return .failure("was ended by signal \(signal)")
      }
    } catch is CancellationError {
      // Whoever called it off says why.
      return .failure("cancelled")
    } catch {
      let what = pipes.session == nil ? "could not be started" : "was lost"
      return .failure("\(name) \(what): \(error)")
    }
  }
}

extension SubprocessOutputSequence.Buffer {
  fileprivate var bytes: [UInt8] { unsafe withUnsafeBytes { unsafe Array($0) } }
}
