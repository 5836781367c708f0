import Model
import Testing

@Suite("Settings")
struct SettingsTests {
  @Test(
    "Each setting of the server and its queues is a row",
    arguments: [
      ("2.5.txt", 18, "60"), ("6.1.txt", 25, "60"),
    ])
  func fixture(file: String, count: Int, keepCompleted: String) throws {
    let outcome = try read(.torqueSettings, fixture: file)
    #expect(outcome.rows.count == count)
    let row = try outcome.row("lrms_setting", where: "attribute", is: "keep_completed")
    #expect(row.text("value") == keepCompleted && row.text("object") == "server" && row["name"] == nil)
    let queue = try outcome.row("lrms_setting", where: "attribute", is: "resources_default.walltime")
    #expect(
      queue.text("object") == "queue" && queue.text("name") == "batch" && queue.text("value") == "01:00:00")
  }

  @Test("Added values are rows of their own, quotes are taken off, equals signs belong to the value")
  func values() throws {
    let outcome = try read(
      .torqueSettings,
      """
      set server managers = root@a
      set server managers += root@b
      set server comment = "down, for = now"
      set queue q Priority = 7

      """)
    #expect(outcome.isComplete)
    #expect(outcome.texts("lrms_setting", "value") == ["root@a", "root@b", "down, for = now", "7"])
    #expect(outcome.texts("lrms_setting", "name") == ["q"])
  }

  @Test(
    "Without settings of the server nothing is known",
    arguments: ["", "# nothing\n", "create queue q\nset queue q a = b\n"])
  func none(text: String) throws {
    #expect(try read(.torqueSettings, text).isFailed)
  }

  @Test(
    "What is no command makes the source partial",
    arguments: ["qmgr: oops\n", "set server x\n", "set server = 1\n", "set server y = 1"])
  func partial(line: String) throws {
    let outcome = try read(.torqueSettings, "set server a = b\n" + line)
    #expect(outcome.isPartial)
    #expect(outcome.texts("lrms_setting", "attribute") == ["a"])
  }
}
