/// Words that are no names, and words that may be either.
enum Vocabulary {
  /// These stay wherever they stand: accounts that every system has, the names that Xen and the service give to guests,
  /// the words for "nobody", the ends of domains that tell no country, and what redaction filled.
  static func stays(_ label: [UInt8]) -> Bool {
    if label.count < 24, standing.contains(String(decoding: label, as: UTF8.self)) { return true }
    if label.count > 2, label.allSatisfy({ $0 == Page.filler }) { return true }
    guard let hyphen = label.lastIndex(of: 45), label[(hyphen + 1)...].allSatisfy(isDigit),
      hyphen + 1 < label.count
    else { return false }
    return ["wrksp", "workspace", "domain", "pool"].contains { label[..<hyphen].elementsEqual($0.utf8) }
  }

  /// Whether it may be a word of some format, or of English: then it is a name only where a name must stand. A user can be
  /// called `free`, and nodes are `free`.
  static func isWord(_ label: [UInt8]) -> Bool {
    label.split { isJoint($0) }.allSatisfy { part in
      part.allSatisfy { $0 < 128 && !isDigit($0) }
        && (part.count < 3 || words.contains(String(decoding: part, as: UTF8.self)))
    }
  }

  /// The keys of distinguished names, which are no part of the person.
  static func isKeyOfName(_ label: [UInt8]) -> Bool {
    label.count < 24 && keysOfNames.contains(String(decoding: label, as: UTF8.self))
  }

  private static func set(_ text: String) -> Set<String> {
    Set(text.split { $0 == " " || $0 == "\n" }.map(String.init))
  }

  private static let keysOfNames = set(
    "c cn dc e email emailaddress givenname gn l o ou postalcode s serialnumber sn st street t title uid userid"
  )

  private static let standing = set(
    """
    root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc nobody adm operator shutdown halt ftp
    ntp dbus messagebus systemd sshd rpc rpcuser
    null none any xenstore
    localhost localdomain local lan internal com org net edu gov mil int arpa
    """)

  /// What the readers of the sources look for, and what else is common in the sources.
  private static let words = set(
    """
    access account accounting active address admin aliases all allocateandconfigure allocation alter
    alternate amp and any apos apr arch are args arm array association associations assocs async
    attribute aug automatic avail available availmem balloon balloons bash batch beans begin begins
    bigint bin blankspace blob blocked boot bridge bridged broadcast btime bubble busy but bytes can cap
    cat centos chain change char charge check checkpoint claim claims client cluster cmd command commandline
    comment commit committed comp complete completed conf config configuration connect connected
    connection console constraint contact control copy cores coschedid count counter cpu cpuclock cput
    crash crashed create created creation creator credential critical ctime ctrl ctxt current
    customization data date debian debug dec default defaultconfig delay delete denied depend deployment
    deployments derby destination detected destroy dev device devid dhcp dhcpd diagnostics dir directory disk
    domain domains domid done down driver drop duration dying earlywaitratio echo egroup elapsed enable enabled
    encoding end ended ensemb ensembleid entries env epilog epoch eprkey errno error errors etc ethernet
    etime euser event events exclusive exec execution exit export extra failed false fault feb fedora
    file files find finished fixed float flock for foreign format found free fri from ftp gateway gnu
    gpus grace gres grid group groupid groupresources groups groupsize guest guests hardware has
    hashname have head history high hold home homedirectory host hostname hosts hotplug how http https
    hypervisor idletime ignore image imagemount images ind index indices info init input insert integer interval
    into intr invalid ipaddress iptrack its jan java jdbc job jobname jobs join json jul jun keep kernel key
    keys kill killnine kvm last launch lib libxl line linux list loadave local lock lockfile locks log
    logfiledir logfileprefix logging loglevel loglvl logs low lrmhandle lstart mac machine machines
    mactrack mail major manager mar master maui max maximum maxmem may mem memavailable memfree memkb
    memlocked memory memtotal method mib min minmem minor minutes mnt moab mode mom momctl mon msr mtime
    name ncpus needed neednodes netload network never nfs nics nicset nictype nimbus node nodect
    nodename nodes none not note notification notifications nov nsessions ntype null number nusers obittime oct
    offline one only ops opsys opt org other otherlogs our out output outstanding owner padding
    pagehandle pages parameters params partitions partofgroup password path paused pbs pbsnodes pending
    pendingremove perl permission persistence physcpu physmem pid pilot pilotnotifications pilots points
    pool port position postgres postgresql power poweroff ppid ppn pragma preemptable primary priority
    private proc processes procs prolog prop properties pts public python qdel qmgr qstat qsub qtime
    quantum queue queues quot radix rank ratio readwrite reboot rectime redhat refused relaxed release
    remaining remove removed replace request requested requestminutes requestor requests required
    rerunable reserve reserved reserveslot reset resource resourcepool resourcepools resources response
    restrict result retry root rootdisk route row run running runs runtime sat sbin sched schedule
    scheduler schema scp script scripts seconds secret section secureimages select selected sep server
    servers service services session sessions set setting shadow share shared sharing shell short shutdown
    sidlist sigterm site slave slot slotid slots smallint socket softirq spool sqlite srv ssh
    sshcredential staging standard start started starting stat state static status stderr stdin stdout
    stime submit subnetmask substate such sudo sun suspend swapfree swaptotal sys system table tag tail
    target tasks tate term terminal test text that the they this thu time timed timeout timestamp tmp token
    tolerant tool torque total totmem trace transaction true tty tue two txt type types uid uname unique
    unix unknown unprivileged unprop unrestrict unstable update uptime usage use used user username
    users usr utc utf uuid value values var varattr varchar variable vcpus version video vif vifname
    virt vmem vmid vmm vms walltime warning was wed weight will with work worker workspace workspaceid
    workspacepilot workspid wrksp xen xend xenstore xenstored xml xmsudo yes yet
    """)
}
