import PostgreSQL
import Testing

@Suite("A database's address")
struct AddressTests {
  @Test(
    "is told by the parts that say where it is",
    arguments: [
      ("host=db dbname=nimbus user=me sslmode=require", "host=db dbname=nimbus user=me"),
      ("postgresql://me@db:5433/nimbus?connect_timeout=9", "host=db port=5433 dbname=nimbus user=me"),
      ("service=nimbus passfile=/etc/secret", "service=nimbus"),
      (#"dbname='the \'grid\''"#, #"dbname='the \'grid\''"#),
    ])
  func told(string: String, parts: String) throws {
    #expect(try Address(connectionString: string).description == parts)
  }

  @Test(
    "is never repeated when it is not understood",
    arguments: ["host=db hunter2", "postgresql://a:hunter2@[x"])
  func broken(string: String) {
    let error = #expect(throws: PostgreSQLError.self) { try Address(connectionString: string) }
    #expect(error?.message.contains("none that libpq understands") == true)
    #expect(error?.message.contains("hunter2") == false)
  }

  @Test("is a name, unless libpq would take it for more")
  func name() {
    #expect(!Address.isConnectionString("nimbus"))
    #expect(Address.isConnectionString("service=nimbus"))
    #expect(Address.isConnectionString("postgres://db/nimbus"))
    #expect(Address(database: "nimbus").description == "dbname=nimbus")
    #expect(
      Address(database: "n", host: "db", port: 5433, user: "me").description
        == "host=db port=5433 dbname=n user=me")
  }
}
