/// Why an act can't be carried out on what was seen, as a sentence without a full stop.
public struct DeedRefusal: Error, Hashable, Sendable {
  public let reason: String

  public init(_ reason: String) { self.reason = reason }
}
