import Glibc

/// What an input may cost: time and memory in proportion to its length. More is a defect, as a crash is.
enum Allowance {
  /// A second per megabyte, times four for the instruments in the program; and what any input costs.
  private static let secondsPerByte = 4.0 / 1_048_576
  private static let secondsAtLeast = 0.25
  /// Beside the input itself, at any moment.
  private static let heapPerByte = 64
  private static let heapAtLeast = 4 << 20

  static func check(byteCount: Int, _ work: () -> Void) {
    Heap.start()
    let first = seconds(work)
    let heap = Heap.peak
    let allowed = max(secondsAtLeast, Double(byteCount) * secondsPerByte)
    // What is slow once may have been the machine.
    if first > allowed {
      let seconds = min(first, seconds(work))
      demand(seconds <= allowed, "\(byteCount) bytes took \(seconds) s, and may take \(allowed) s")
    }
    let allowedHeap = max(heapAtLeast, byteCount * heapPerByte)
    demand(heap <= allowedHeap, "\(byteCount) bytes took \(heap) of memory, and may take \(allowedHeap)")
  }

  private static func seconds(_ work: () -> Void) -> Double {
    let start = processorSeconds()
    work()
    return processorSeconds() - start
  }

  /// Of this thread, so that a busy machine is nobody's fault.
  private static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// Ends the run with a sentence, which an optimised `precondition` would swallow.
func demand(_ isHeld: Bool, _ broken: @autoclosure () -> String) {
  if isHeld { return }
  let sentence = Array("\(broken())\n".utf8)
  write(STDERR_FILENO, sentence, sentence.count)
  abort()
}

/// How much memory is allocated, and how much at most since the start, from the sanitizer's own account.
enum Heap {
  nonisolated(unsafe) private static var held = 0
  nonisolated(unsafe) private static var most = 0
  private static let isWatched =
    installHooks({ _, size in Heap.grow(size) }, { place in Heap.grow(-allocatedSize(place)) }) != 0

  static var peak: Int { most }

  static func start() {
    demand(isWatched, "the sanitizer takes no more hooks")
    held = 0
    most = 0
  }

  private static func grow(_ size: Int) {
    held += size
    if held > most { most = held }
  }
}

@_silgen_name("__sanitizer_install_malloc_and_free_hooks")
private func installHooks(
  _ malloc: @convention(c) (UnsafeRawPointer?, Int) -> Void,
  _ free: @convention(c) (UnsafeRawPointer?) -> Void
) -> CInt

@_silgen_name("__sanitizer_get_allocated_size")
private func allocatedSize(_ place: UnsafeRawPointer?) -> Int
