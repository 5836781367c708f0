import FoundationEssentials

/// One domain as `xl list -l` writes it, as far as it is needed. An odd field does not lose the others.
///
/// Source: Xen RELEASE-4.17.5 `tools/libs/light/libxl_types.idl`, and captures. Amounts are KiB.
struct JSONDomain: Decodable {
  let domid: Field<Int64>?
  let config: Field<Config>?

  struct Config: Decodable {
    let created: Field<Created>?
    let built: Field<Built>?
    let nics: Field<[Field<Nic>]>?

    enum CodingKeys: String, CodingKey {
      case created = "c_info"
      case built = "b_info"
      case nics
    }
  }

  /// Its own `domid` is 4294967295: it was unset when the domain was created.
  struct Created: Decodable {
    let name: Field<String>?
    let uuid: Field<String>?
  }

  struct Built: Decodable {
    let target: Field<Int64>?
    let maximum: Field<Int64>?
    let video: Field<Int64>?

    enum CodingKeys: String, CodingKey {
      case target = "target_memkb"
      case maximum = "max_memkb"
      case video = "video_memkb"
    }
  }

  struct Nic: Decodable {
    let mac: Field<String>?
    let bridge: Field<String>?
    let ip: Field<String>?
    let vifname: Field<String>?
  }

  /// A value of the expected kind, or what was there instead.
  enum Field<Content: Decodable>: Decodable {
    case value(Content)
    case odd(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let content = try? container.decode(Content.self) {
        self = .value(content)
      } else if let text = try? container.decode(String.self) {
        self = .odd("the text \"\(shown(Array(text.utf8)))\"")
      } else if let number = try? container.decode(Double.self) {
        self = .odd("the number \(number)")
      } else if let flag = try? container.decode(Bool.self) {
        self = .odd("\(flag)")
      } else {
        self = .odd("a list or an object")
      }
    }

    var content: Content? {
      if case .value(let content) = self { content } else { nil }
    }
  }
}
