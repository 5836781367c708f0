/// The version of this program, said once.
enum Version {
  static let current = "0.1.0"
}
