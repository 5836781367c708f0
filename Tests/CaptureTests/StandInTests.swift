import Testing

@testable import Capture

@Suite("Stand-ins")
struct StandInTests {
  private let standIns = StandIns(SipHash(key: (1, 2)))

  @Test("rest on SipHash as its authors define it")
  func sipHash() {
    let hash = SipHash(key: (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908))
    #expect(hash(Array(0..<15)) == 0xa129_ca61_49be_45e5)
    #expect(hash([]) == 0x726f_db47_dd0e_0e31)
  }

  @Test("are never shared, and never what they stand for")
  func names() {
    let letters = Array(UInt8(97)...122)
    var names = letters.map { [$0] }
    for letter in letters { for digit in UInt8(48)...57 { names.append([letter, 45, digit]) } }
    let found = names.map(standIns.name)
    #expect(Set(found).count == names.count)
    #expect(zip(names, found).allSatisfy { $0 != $1 && $0.count == $1.count })
    #expect(found.allSatisfy { $0.count == 1 || $0[1] == 45 })
  }

  @Test("of names in other letters are as long, and UTF-8")
  func otherLetters() throws {
    for name in ["müller", "山田太郎", "o’brien", "ééé"] {
      let found = standIns.name(Array(name.utf8))
      let text = try #require(String(validating: found, as: UTF8.self))
      #expect(text != name)
      #expect(text.unicodeScalars.count == name.unicodeScalars.count)
    }
  }

  @Test("of a network are as many addresses in one network, spelled with as many digits")
  func network() {
    let all = (0..<256).map { standIns.ipv4([203, 0, 113, $0]) }
    #expect(Set(all).count == 256)
    #expect(Set(all.map { $0.dropLast() }).count == 1)
    for (host, address) in all.enumerated() {
      #expect(address[3] != host && String(address[3]).count == String(host).count)
      #expect(address.map { String($0).count }.prefix(3) == [3, 1, 3])
    }
  }

  @Test("of private addresses are private, and masks and this host stay")
  func kinds() {
    #expect(standIns.ipv4([192, 168, 7, 9]).prefix(2) == [192, 168])
    #expect(standIns.ipv4([172, 20, 7, 9]).prefix(2) == [172, 20])
    #expect(standIns.ipv4([10, 1, 2, 3])[0] == 10)
    for octets in [[255, 255, 255, 0], [127, 0, 0, 1], [0, 0, 0, 0], [224, 0, 0, 1]] {
      #expect(standIns.ipv4(octets) == octets)
    }
    for first in 1..<224 where first != 127 && first != 10 {
      let address = standIns.ipv4([first, 20, 1, 1])
      #expect(address[0] != 127 && address[0] < 224 && address[0] > 0)
      #expect((address[0] == 172) == (first == 172) || first != 172)
    }
  }

  @Test("of hardware addresses keep who may give them out, and small octets small")
  func hardware() {
    var found: Set<[Int]> = []
    for last in 0..<256 {
      let address = standIns.hardware([0xA2, 0xAA, 0, 1, 2, last])
      #expect(address[0] & 3 == 2)
      #expect(address[2] < 16 && address[3] < 16 && (address[5] < 16) == (last < 16))
      found.insert(address)
    }
    #expect(found.count == 256)
    #expect(standIns.hardware([0xFE, 255, 255, 255, 255, 255]) == [0xFE, 255, 255, 255, 255, 255])
  }

  @Test("of addresses are found by their looks, and numbers, moments and versions are none")
  func shapes() {
    let shapes = AddressShapes(standIns: standIns)
    func found(_ text: String) -> [String] {
      let bytes = Array(text.utf8)
      return shapes.all(in: bytes).map {
        #expect($0.standIn.count == $0.range.count)
        return bytes[$0.range].map { String(Unicode.Scalar($0)) }.joined()
      }
    }
    #expect(
      found("host 10.1.2.3:41999, 0:16:3e:0:0:1 A2:AA:BB:00:00:02") == [
        "10.1.2.3", "0:16:3e:0:0:1", "A2:AA:BB:00:00:02",
      ])
    #expect(
      found("[2001:db8::5]:22 fe80::216:3eff:fe00:1/64 1:2:3:4:5:6:7:8 ::1") == [
        "2001:db8::5", "fe80::216:3eff:fe00:1", "1:2:3:4:5:6:7:8",
      ])
    #expect(
      found(#"a\n192.168.0.2 http:%2F%2F192.168.0.3 ::ffff:192.168.0.4"#) == [
        "192.168.0.2", "192.168.0.3", "::ffff:", "192.168.0.4",
      ])
    for text in [
      "19:29:32", "00:10:00", "2.5.13", "1.2.3.4.5", "300.1.2.3", "4.17.5-1",
      "877d9d4c-4152-4d94-8548-3e0be52cc494",
      "10-11-22-20-57-13", "job[71]", "a:b", "fe:00:1311", "01.02.03.04",
    ] { #expect(found(text) == [], "\(text)") }
  }

  @Test("under the same key are the same, and under another key others")
  func keys() throws {
    let name = Array("gsn-wn1".utf8)
    let bytes = Array("sixteen bytes or".utf8)
    #expect(Pseudonyms.Key(Array(bytes.dropLast())) == nil)
    let one = try Pseudonyms(key: #require(Pseudonyms.Key(bytes)))
    let same = try Pseudonyms(key: #require(Pseudonyms.Key(bytes)))
    let other = Pseudonyms(key: Pseudonyms.Key())
    func node(_ pseudonyms: Pseudonyms) -> [UInt8] {
      pseudonyms.apply(site: Array("name = \"".utf8) + name + [34])
    }
    #expect(node(one) == node(same))
    #expect(node(one) != node(other))
  }
}
