// The door to child processes. Whatever a command does (hang, flood, ignore signals, leave grandchildren), running it
// ends by its deadline, keeps what came until then, and leaves no process of its own behind.

public import Model
import Subprocess
import Synchronization
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
  /// Runs it to its end or its deadline. It gets no standard input and a session of its own, and the whole of that session
  /// is ended when time is up, when it floods, and when the task is cancelled: first SIGTERM, a second later SIGKILL.
  ///
  /// `arriving` sees each piece of standard output as it comes, with the moment of its coming.
  public func run(
    clock: ObserverClock, arriving: (@Sendable ([UInt8], Instant) -> Void)? = nil
  ) async -> Outcome {
    let started = clock.now
    let pipes = Pipes(byteLimit: byteLimit)
    let ending = await withTaskGroup(of: RawObservation.Ending?.self) { group in
      group.addTask { await child(pipes, clock: clock, arriving: arriving) }
      group.addTask {
        try? await Task.sleep(for: deadline)
        return nil
      }
      // The child, or nil: the time is up. Either way the other is called off, and the child is waited for.
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
    pipes.endStragglers()
    let kept = pipes.kept
    return Outcome(
      stdout: kept.stdout, stderr: kept.stderr,
      ending: kept.isFlooded
        ? .failure("printed more than \(byteLimit >> 20) MiB, and was ended")
        : ending ?? .failure(Task.isCancelled ? "cancelled" : "timed out after \(deadline.seconds) s"),
      started: started, finished: clock.now)
  }

  private func child(
    _ pipes: Pipes, clock: ObserverClock, arriving: (@Sendable ([UInt8], Instant) -> Void)?
  ) async -> RawObservation.Ending {
    let name = arguments.first ?? ""
    var options = PlatformOptions()
    options.createSession = true
    options.teardownSequence = [
      .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .seconds(1))
    ]
    do {
      let result = try await Subprocess.run(
        name.contains("/") ? .path(FilePath(name)) : .name(name),
        arguments: Arguments(Array(arguments.dropFirst())),
        environment: .inherit.updating(
          Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(rawValue: $0) ?? "", $1) })),
        platformOptions: options, input: .none, output: .sequence, error: .sequence
      ) { execution in
        pipes.session = execution.processIdentifier.value
        try await withThrowingTaskGroup { group in
          group.addTask {
            for try await piece in execution.standardError { pipes.keepStderr(piece.bytes) }
          }
          for try await piece in execution.standardOutput {
            let bytes = piece.bytes
            arriving?(bytes, clock.now)
            guard pipes.keepStdout(bytes) else { throw CancellationError() }
          }
          try await group.waitForAll()
        }
      }
      switch result.terminationStatus {
      case .exited(let code): return .exit(Int(code))
      case .signaled(let signal): return .failure("was ended by signal \(signal)")
      }
    } catch {
      // Whoever called it off says why.
      if pipes.session != nil { return .failure("cancelled") }
      return .failure("\(name) could not be started: \(reason(error))")
    }
  }

  private func reason(_ error: any Error) -> String {
    guard let error = error as? SubprocessError else { return "\(error)" }
    return error.code == .executableNotFound ? "there is no such command" : "\(error)"
  }
}

extension SubprocessOutputSequence.Buffer {
  fileprivate var bytes: [UInt8] { unsafe withUnsafeBytes { unsafe Array($0) } }
}
