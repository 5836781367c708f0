import Model

/// Why nothing was done: a wrong command line, file or configuration. Exit status 16.
struct Refusal: Error {
  let message: String

  init(_ message: String) { self.message = message }

  init(_ complaints: [Complaint]) { message = complaints.map(\.described).joined(separator: "\n") }
}
