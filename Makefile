# make demo    audits a recorded site after a qdel storm        make test    all tests, as CI runs them
# make check   format and rules        make bench   speed, as ratios        make install PREFIX=/usr/local
# make deb     the Debian package, below .build/deb        make deb-test   installs, upgrades, removes and purges it in a root of its own
# make accept  rewrites the scenarios' goldens, and fails so that the diff is read; make manuals does so with docs/man alone
# make lab     boots two nodes with a real Xen in QEMU, breaks them, and checks what is found (docs/lab.md)
# make soak SEED=1   audits simulated sites until it is told to stop; make words LENGTH=3   every short life of a small one
# make faults  kills it, fills its disk and takes its files away while it repairs (KILLS=100)
# make fuzz    mutated input through each door, or the DOOR named, for SECONDS each (docs/fuzzing.md)
# make fixtures  rebuilds the scenarios' captures from Fixtures/raw

PREFIX ?= /usr/local
SWIFT ?= swift
# lld, of the toolchain: the default linker warns of a function in Foundation that nobody here calls.
STATIC = -c release --static-swift-stdlib -Xswiftc -use-ld=lld
RELEASE = $(STATIC) --product trueup
PACKAGES = libsqlite3-dev pkg-config
# What only the tests need: real servers and real shells.
TEST_PACKAGES = libxml2-utils mandoc bash zsh fish bubblewrap busybox clustershell openssh-client openssh-server libpq5 postgresql \
  sqlite3 derby-tools libderby-java default-jre-headless gnuplot-nox \
  python3-jsonschema
DEB_PACKAGES = debhelper dpkg-dev lintian mmdebstrap
LAB_PACKAGES = openssh-client python3 qemu-system-x86
DEMO = Fixtures/storm-after

.PHONY: all deps build test check demo bench lab lab-deps soak words faults fuzz install deb deb-test accept manuals fixtures clean

all: build

# Installs what is missing where it may, else names it in one line.
deps:
	@command -v $(SWIFT) >/dev/null || { \
	  echo "trueup needs Swift 6.2 or later (https://www.swift.org/install): unpack it and put its usr/bin on PATH" >&2; exit 1; }
	@$(SWIFT) --version 2>/dev/null | grep -Eq 'Swift version (6\.[2-9]|6\.[1-9][0-9]|[7-9]|[1-9][0-9])' || { \
	  echo "trueup needs Swift 6.2 or later; this is: $$($(SWIFT) --version 2>/dev/null | head -1)" >&2; exit 1; }
	@missing=""; for p in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'install ok installed' || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then as=""; elif sudo -n true 2>/dev/null; then as=sudo; else as=none; fi; \
	  if [ "$$as" = none ] || ! command -v apt-get >/dev/null; then \
	    echo "please install:$$missing" >&2; exit 1; fi; \
	  echo "installing$$missing"; \
	  { $$as apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$as apt-get install -y -qq --no-install-recommends $$missing; } \
	    >/dev/null || { echo "could not install:$$missing" >&2; exit 1; }; \
	fi

build: deps
	$(SWIFT) build $(RELEASE)

# The tests start the servers that they need. A few run at a time, for some of them watch the clock. Last, the program judges
# itself on simulated sites (make soak: without end, and optimised). What failed is told once more at the end.
SITES ?= 150
test: PACKAGES += $(TEST_PACKAGES)
test: SHELL = bash
test: deps
	$(SWIFT) build --build-tests
	set -o pipefail; trap 'for server in Tests/servers/*.sh; do "$$server" stop; done' EXIT; \
	  $(SWIFT) test --skip-build --experimental-maximum-parallelization-width 4 2>&1 | tee .build/test.log || { \
	  echo; echo "What failed, of all that is in .build/test.log:"; grep -A 4 'recorded an issue' .build/test.log; exit 1; }
	program="$$($(SWIFT) build --show-bin-path)/trueup"; \
	  "$$program" simulate --rules Rules --words 2 && "$$program" simulate --rules Rules --audits 1 --count $(SITES)

check: deps
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests
	$(SWIFT) build --product trueup
	"$$($(SWIFT) build --show-bin-path)/trueup" rules lint
	"$$($(SWIFT) build --show-bin-path)/trueup" rules test

# Succeeds when the audit ends with the exit status that its site deserves.
demo: build
	@expected=$$(sed -n 's/^exit //p' $(DEMO)/expect/findings.txt); \
	program="$$($(SWIFT) build $(RELEASE) --show-bin-path)/trueup"; \
	echo "$$program audit --capture $(DEMO)/capture"; echo; \
	"$$program" audit --capture $(DEMO)/capture; status=$$?; echo; \
	if [ "$$status" = "$$expected" ]; then echo "The audit ended with exit status $$status, as this site deserves."; \
	else echo "The audit ended with exit status $$status, and this site deserves $$expected." >&2; exit 1; fi

# All races are run, though one misses its target.
bench: build
	$(SWIFT) build $(STATIC) --product read-postgresql
	@bin="$$($(SWIFT) build $(STATIC) --show-bin-path)"; status=0; \
	python3 Benchmarks/database.py --reader "$$bin/read-postgresql" || status=1; \
	python3 Benchmarks/nodes.py --trueup "$$bin/trueup" || status=1; \
	python3 Benchmarks/tree.py --trueup "$$bin/trueup" || status=1; \
	python3 Benchmarks/bench.py --trueup "$$bin/trueup" || status=1; \
	python3 Benchmarks/wave.py --trueup "$$bin/trueup" || status=1; \
	exit $$status

install: build
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/share/trueup/rules/preflight"
	install -m 755 -s "$$($(SWIFT) build $(RELEASE) --show-bin-path)/trueup" "$(DESTDIR)$(PREFIX)/bin/trueup"
	ln -sf trueup "$(DESTDIR)$(PREFIX)/bin/check_trueup"
	install -m 644 Rules/*.toml Rules/*.sql "$(DESTDIR)$(PREFIX)/share/trueup/rules/"
	install -m 644 Rules/preflight/* "$(DESTDIR)$(PREFIX)/share/trueup/rules/preflight/"
	for page in docs/man/*; do \
	  install -D -m 644 "$$page" "$(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/}" || exit 1; done
	set -e; completions() { mkdir -p "$(DESTDIR)$(PREFIX)/share/$$2"; \
	  "$(DESTDIR)$(PREFIX)/bin/trueup" --generate-completion-script "$$1" | sed '1{/^#!/d}' \
	  >"$(DESTDIR)$(PREFIX)/share/$$2/$$3"; }; \
	  completions bash bash-completion/completions trueup; \
	  completions zsh zsh/site-functions _trueup; \
	  completions fish fish/vendor_completions.d trueup.fish

# The Debian package. What is installed is what `make install` installs, and what packaging/ has for a system beside it.
DEB_VERSION ?= $(shell sed -n 's/.*current = "\(.*\)"/\1/p' Sources/trueup/Version.swift)
DEB = .build/deb/trueup-$(DEB_VERSION)
deb: PACKAGES += $(DEB_PACKAGES)
deb: build
	rm -rf "$(DEB)"
	$(MAKE) install DESTDIR="$(CURDIR)/$(DEB)/root" PREFIX=/usr
	install -D -m 644 -t "$(DEB)/root/lib/systemd/system" packaging/systemd/*
	install -D -m 644 -t "$(DEB)/root/etc/cron.d" packaging/cron.d/trueup
	install -D -m 644 -t "$(DEB)/root/etc/logrotate.d" packaging/logrotate.d/trueup
	install -D -m 755 -t "$(DEB)/root/usr/share/trueup" packaging/nightly
	install -D -m 755 -t "$(DEB)/root/usr/share/trueup/node" packaging/node/look packaging/node/as-root
	install -D -m 644 -t "$(DEB)/root/usr/share/trueup/node" packaging/node/sudoers
	install -D -m 644 -t "$(DEB)/root/usr/share/doc/trueup" docs/*.md CHANGELOG.md
	cp -R packaging/debian "$(DEB)/debian"
	printf 'trueup (%s) unstable; urgency=medium\n\n  * What changed is in CHANGELOG.md.\n\n -- %s  %s\n' "$(DEB_VERSION)" \
	  "$$(sed -n 's/^Maintainer: //p' packaging/debian/control)" "$$(git log -1 --format=%cD 2>/dev/null || date -R)" >"$(DEB)/debian/changelog"
	cd "$(DEB)" && dpkg-buildpackage --build=binary --no-sign
	lintian --fail-on error,warning --info .build/deb/trueup_$(DEB_VERSION)_*.changes

# An older one is made for it, that differs in nothing but its version.
deb-test: deb
	$(MAKE) deb DEB_VERSION=0.0.1
	Tests/Package/package.sh .build/deb/trueup_0.0.1_*.deb .build/deb/trueup_$(DEB_VERSION)_*.deb

accept: deps
	$(SWIFT) build --build-tests
	TRUEUP_ACCEPT=1 $(SWIFT) test --skip-build --filter 'ScenarioTests|ReportTests|RuleTests|DeedsTests|RepairedTests|ManualTests'

manuals: deps
	$(SWIFT) build --build-tests
	TRUEUP_ACCEPT=1 $(SWIFT) test --skip-build --filter ManualTests

lab lab-deps: PACKAGES += $(LAB_PACKAGES)
lab-deps: deps
lab: build
	python3 -B Tests/Lab/run.py --trueup "$$($(SWIFT) build $(RELEASE) --show-bin-path)/trueup" $(SCENARIOS)

SEED ?= 1
LENGTH ?= 3
soak: build
	"$$($(SWIFT) build $(RELEASE) --show-bin-path)/trueup" simulate --rules Rules --seed $(SEED) --count 0

words: build
	"$$($(SWIFT) build $(RELEASE) --show-bin-path)/trueup" simulate --rules Rules --words $(LENGTH)

KILLS ?= 100
faults: build
	python3 -B Tests/Faults/faults.py --trueup "$$($(SWIFT) build $(RELEASE) --show-bin-path)/trueup" --kills $(KILLS)

# A build of its own: every module of it is instrumented, and the optimised ones are let be tested.
FUZZ = -c release --scratch-path .build/fuzz/build --product fuzz --sanitize=address -Xswiftc -sanitize=fuzzer \
  -Xswiftc -enable-testing -Xcxx -fsanitize=fuzzer-no-link -Xcxx -fsanitize=address -Xswiftc -use-ld=lld
SECONDS ?= 300
JOBS ?= 1
fuzz: deps
	TRUEUP_FUZZ=1 $(SWIFT) build $(FUZZ)
	python3 -B Tests/Fuzz/fuzz.py --program "$$(TRUEUP_FUZZ=1 $(SWIFT) build $(FUZZ) --show-bin-path)/fuzz" \
	  --seconds $(SECONDS) --jobs $(JOBS) $(DOOR)

fixtures:
	python3 Fixtures/make.py

clean:
	rm -rf .build
