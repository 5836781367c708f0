import Model
import Testing
import World

@Suite("A pilot's settings")
struct SettingsTests {
  @Test("are read from a file of the site")
  func file() {
    let seen = Seen(.named("settings/site.conf"))
    #expect(
      seen.table("pilot_setting", "section", "key", "value") == [
        "http secret -", "http account pilotaccount", "logging logfiledir /var/log/pilot/",
        "logging logfileprefix workspace-pilot-", "xen xmsudo yes", "xen xm /usr/sbin/xm", "xen minmem 256",
        "xen dom0_mem 882", "systempaths ssh ssh", "systempaths sudo /usr/bin/sudo",
        "other earlywaitratio 0.5",
        "other sshcredential /home/globus/.ssh/pilot", "other lockfile /tmp/workspace-pilot.lock",
      ])
    #expect(seen.problems == [])
  }

  @Test("are read from the text in the program, and from no other text in it")
  func embedded() {
    let seen = Seen(.named("settings/embedded.py.txt"))
    let rows = seen.table("pilot_setting", "section", "key", "value")
    #expect(rows.count == 11)
    #expect(rows.contains("xen dom0_mem 2007"))
    #expect(rows.last == "other earlywaitratio 0.5")
    #expect(seen.problems == [])
  }

  @Test("never give away a secret", arguments: ["secret", "Secret", "db_password", "mypasswd"])
  func secrets(key: String) {
    let seen = Seen(.pilotSettings, "[http]\n\(key) = hush-1\n  hush-2\n\(key)x hush-3\n[http\nhush: 4\n")
    #expect(seen.table("pilot_setting", "value").first == "-")
    let told = seen.dump + seen.problems + seen.reading.remarks.map(\.described)
    #expect(!told.contains { $0.contains("hush-") })
  }

  @Test("are read as the pilot's parser reads them")
  func dialect() {
    let seen = Seen(
      .pilotSettings,
      "[Xen]\r\nA : 1\r\na = 2 ; why\r\nb = x;y\n c\nrem not a key = 1\nREM\n#k = 1\n[o] ; more\nd =\ne = \"\"\n"
    )
    #expect(
      seen.table("pilot_setting", "section", "key", "value") == ["Xen a 2", "Xen b x;y\nc", "o d ", "o e "])
    #expect(seen.reading.remarks.map(\.message) == ["Xen.a is told twice; the last counts"])
    #expect(seen.problems == [])
  }

  @Test("fail where there are none, and are not whole where a line is lost")
  func broken() {
    #expect(Seen(.pilotSettings, "").isFailed)
    #expect(Seen(.pilotSettings, "a = 1\n").isFailed)
    #expect(Seen(.pilotSettings, "#!/usr/bin/env python\nx = 1\n").isFailed)
    #expect(
      Seen(.pilotSettings, "[a]\nb = 1\nnonsense\n").problems == [
        "a line that is neither a [section] nor key: value (line 3)"
      ])
    #expect(Seen(.pilotSettings, "[a]\nb = 1").problems.count == 1)
    let control = Seen(.pilotSettings, "[a]\nb = \u{1}\nc = 2\n")
    #expect(control.table("pilot_setting", "key", "value") == ["b -", "c 2"])
    #expect(control.isComplete)
    #expect(control.defects.count == 1)
  }

  @Test("of two files leave open which is in force")
  func two() {
    let seen = Seen(.pilotSettings, "==> /a.conf <==\n[x]\na = 1\n\n==> /b.conf <==\n[x]\na = 2\n")
    #expect(seen.rows.count == 2)
    #expect(seen.problems.count == 1)
  }
}
