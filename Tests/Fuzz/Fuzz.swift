import Glibc

/// libFuzzer over one door. Which one is told by TRUEUP_FUZZ_DOOR, for the arguments are libFuzzer's own; without it the
/// doors are listed.
@main
enum Fuzz {
  /// The door is chosen before the first input.
  private static let door = getenv("TRUEUP_FUZZ_DOOR").flatMap { Door(name: String(cString: $0)) }

  static func main() {
    guard door != nil else {
      for door in Door.allCases { print(door.name) }
      return
    }
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    exit(runLibFuzzer(&count, &arguments, enter))
  }

  private static let enter: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt = { bytes, count in
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    Allowance.check(byteCount: count) { door?.enter(input) }
    return 0
  }
}

/// libFuzzer as a library: the program's entry point stays Swift's.
@_silgen_name("LLVMFuzzerRunDriver")
private func runLibFuzzer(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt
