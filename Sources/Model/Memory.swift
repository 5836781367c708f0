/// Amounts of memory. The three systems speak in three units, and a sum over mixed units is how memory gets lost;
/// so each unit is a type and KiB is the one that is stored and compared.

/// 1,024 bytes: the unit of the snapshot, of xenstore, of sysfs and of `/proc/xen/balloon`.
public struct Kibibytes: Hashable, Comparable, Sendable {
  public let count: Int64

  public init(_ count: Int64) { self.count = count }

  /// Nil where the product does not fit: bytes from outside may say anything.
  public init?(_ mebibytes: Mebibytes) {
    let (product, overflow) = mebibytes.count.multipliedReportingOverflow(by: 1024)
    if overflow { return nil }
    count = product
  }

  /// Nil where the product does not fit.
  public init?(_ pages: Pages, pageSize: Kibibytes = Kibibytes(4)) {
    let (product, overflow) = pages.count.multipliedReportingOverflow(by: pageSize.count)
    if overflow { return nil }
    count = product
  }

  public static func < (left: Kibibytes, right: Kibibytes) -> Bool { left.count < right.count }
}

/// 1,048,576 bytes: the unit of `xl list`, `xm list`, `xm mem-set`, the pilot and the database.
public struct Mebibytes: Hashable, Comparable, Sendable {
  public let count: Int64

  public init(_ count: Int64) { self.count = count }

  public static func < (left: Mebibytes, right: Mebibytes) -> Bool { left.count < right.count }
}

/// Pages of the machine, 4 KiB each unless `xl info` says otherwise.
public struct Pages: Hashable, Sendable {
  public let count: Int64

  public init(_ count: Int64) { self.count = count }
}
