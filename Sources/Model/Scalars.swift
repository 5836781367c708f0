extension String {
  /// With another text in the place of each such scalar. Not by characters: a mark may combine with a quote, which is a quote
  /// all the same to whoever reads the bytes.
  public func replacing(scalar: Unicode.Scalar, with other: String) -> String {
    unicodeScalars.reduce(into: "") { text, next in
      if next == scalar { text += other } else { text.unicodeScalars.append(next) }
    }
  }
}
