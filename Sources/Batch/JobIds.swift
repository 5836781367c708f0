public import Model
import World

/// The ids of a listing so far. A server lists no job twice: if one is there twice, the bytes are of two
/// listings, or somebody's, and what is missing can't be told.
public struct JobIds {
  private var ids: Set<ArraySlice<UInt8>> = []

  public init() {}

  public var isEmpty: Bool { ids.isEmpty }

  public mutating func problem(with record: JobRecord) -> Problem? {
    guard let id = record[.id], !ids.insert(id).inserted else { return nil }
    return Problem("job \(Text.printable(id)) is listed twice", offset: record.bytes.lowerBound)
  }
}
