func isWhite(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 || byte == 13 }

func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

func isHexadecimal(_ byte: UInt8) -> Bool {
  isDigit(byte) || (65...70).contains(byte) || (97...102).contains(byte)
}

/// Digits and nothing else, of a number that fits; nil for anything else.
func wholeNumber(_ digits: ArraySlice<UInt8>) -> Int64? {
  Int64(String(decoding: digits, as: UTF8.self))
}
