# Perso. `make` builds, `make demo` shows, `make check` judges.
#
#   make check-quick     build and unit tests, for editing
#   make MODULES="base crypto" unit   only these folders and their tests
#
# Everything made lies under build/.

VERSION    := 0.1.0
PREFIX     ?= /usr/local
DESTDIR    ?=
PKG_CONFIG ?= pkg-config
CC         ?= gcc
V          ?= release
B          ?= build/$(V)
GEN        := build/gen

ALL_MODULES := base crypto mrz bio profile record store pki card lds seal \
	access gp order chip render sim line verify cli
MODULES ?= $(ALL_MODULES)

PKGS := libcrypto libpcsclite jansson yaml-0.1 sqlite3 \
	libpng libjpeg libopenjp2 lcms2 libseccomp \
	pangocairo pangoft2 fontconfig freetype2 libqrencode libdmtx zbar
WARN := -Wall -Wextra -Wshadow -Wcast-qual -Wconversion -Wsign-conversion \
	-Wformat=2 -Wvla -Wundef -Wstrict-prototypes -Wmissing-prototypes
HARDEN := -fstack-protector-strong -fstack-clash-protection -fPIE
OPT_release := -O2 -g -D_FORTIFY_SOURCE=3
OPT_clang := -O2 -g -D_FORTIFY_SOURCE=2
OPT_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
LD_asan := -fsanitize=address,undefined
OPT_fuzz := -O1 -g -fsanitize=fuzzer-no-link,address,undefined
# gcc 12 warns of conversions that UBSan's own code makes.
ifeq ($(V),asan)
WARN := $(filter-out -Wconversion -Wsign-conversion,$(WARN))
endif
ifneq ($(filter clang fuzz,$(V)),)
CC := clang
endif
ifneq ($(CI)$(WERROR),)
WARN += -Werror
endif

CFLAGS ?=
CPPFLAGS += -D_GNU_SOURCE -DPERSO_VERSION='"$(VERSION)"' -Iinclude -I$(GEN) \
	$(shell $(PKG_CONFIG) --cflags $(PKGS) 2>/dev/null)
ALL_CFLAGS = -std=c17 $(WARN) $(HARDEN) $(OPT_$(V)) $(CFLAGS)
LDFLAGS += -pie -Wl,--as-needed -Wl,-z,relro,-z,now $(LD_$(V))
LDLIBS += $(shell $(PKG_CONFIG) --libs $(PKGS) 2>/dev/null) -lpthread -lm

# The library is everything but the program's own files and the simulator's
# bridge; generated tables belong to it.
SRC     := $(sort $(foreach m,$(MODULES),$(wildcard src/$(m)/*.c)))
LIB_SRC := $(filter-out src/cli/%,$(SRC))
CLI_SRC := $(filter src/cli/%,$(SRC))
GEN_C   := $(if $(filter mrz,$(MODULES)),$(GEN)/mrz_tables.c)
LIB_OBJ := $(LIB_SRC:%.c=$(B)/%.o) $(GEN_C:$(GEN)/%.c=$(B)/gen/%.o)
CLI_OBJ := $(CLI_SRC:%.c=$(B)/%.o)
LIB     := $(B)/libperso.a
PERSO   := $(B)/perso

.PHONY: all lib
all: $(PERSO)
lib: $(LIB)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(if $(filter src/base/% src/crypto/%,$<),-DPERSO_RAW_BYTES) $(if $(filter src/render/%,$<),-include src/render/libs.h) $(if $(filter src/verify/page_glyphs.c,$<),-include src/verify/libs.h) -include src/base/banned.h $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
$(B)/gen/%.o: $(GEN)/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
$(LIB): $(LIB_OBJ)
	@rm -f $@
	ar rcs $@ $^
$(PERSO): $(CLI_OBJ) $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Transliteration, state and document codes: text in profiles/mrz/, const
# tables in build/.
$(GEN)/gen-mrz: tools/gen-mrz.c
	@mkdir -p $(@D)
	$(CC) -std=c17 -D_GNU_SOURCE -O1 -Wall -Wextra -o $@ $<
$(GEN)/mrz_tables.c: $(GEN)/gen-mrz $(wildcard profiles/mrz/*)
	$(GEN)/gen-mrz profiles/mrz $@

# ---------------------------------------------------------------- tests
# Criterion programs: one for each folder of tests/unit, and tests/line. The
# program's own files but main go in as an archive.
TEST_CFLAGS = $(filter-out -Wconversion -Wsign-conversion -Wcast-qual,$(ALL_CFLAGS)) \
	-Wno-conversion -Wno-sign-conversion
CLI_LIB := $(B)/libcli.a
$(CLI_LIB): $(filter-out %/main.o,$(CLI_OBJ))
	@rm -f $@
	ar rcs $@ $^

UNIT_DIRS := $(filter $(MODULES),$(notdir $(wildcard tests/unit/*)))
UNIT := $(UNIT_DIRS:%=$(B)/tests/unit-%)
LINE := $(if $(filter cli,$(MODULES)),$(if $(wildcard tests/line/*.c),$(B)/tests/line-runs))

define criterion_rule
$(1): $(patsubst %.c,$(B)/%.o,$(wildcard $(2)/*.c) \
    $(wildcard tests/support/*.c)) $(CLI_LIB) $(LIB)
	@mkdir -p $$(@D)
	$(CC) $(LDFLAGS) -o $$@ $$(filter %.o,$$^) $(CLI_LIB) $(LIB) $(LDLIBS) -lcriterion
endef
$(foreach d,$(UNIT_DIRS),$(eval $(call criterion_rule,$(B)/tests/unit-$(d),tests/unit/$(d))))
$(if $(LINE),$(eval $(call criterion_rule,$(LINE),tests/line)))

$(B)/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Isrc -Itests/support $(TEST_CFLAGS) -MMD -MP -c -o $@ $<

# Fuzz targets: the ordinary run replays the corpora.
FUZZ_SRC := $(wildcard tests/fuzz/fuzz_*.c)
FUZZ := $(FUZZ_SRC:tests/fuzz/%.c=$(B)/tests/fuzz/%)
$(B)/tests/fuzz/fuzz_%: $(B)/tests/fuzz/fuzz_%.o $(B)/tests/fuzz/support/replay.o $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Programs that tests and benches start.
BENCH := $(patsubst tests/bench/%.c,$(B)/tests/bench/%,$(wildcard tests/bench/bench_*.c))
$(B)/tests/bench/bench_%: $(B)/tests/bench/bench_%.o $(B)/tests/bench/bench.o $(CLI_LIB) $(LIB)
	$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(CLI_LIB) $(LIB) $(LDLIBS)

SCRIPT_DIRS := cli pcsc peers install
export ASAN_OPTIONS := abort_on_error=1:detect_leaks=1
export LSAN_OPTIONS := suppressions=$(CURDIR)/tests/lsan.supp:print_suppressions=0

SCRIPTS := $(wildcard $(SCRIPT_DIRS:%=tests/%/test_*.sh) $(SCRIPT_DIRS:%=tests/%/test_*.py))

.PHONY: unit line fuzz-replay scripts tests
unit: $(UNIT)
	@tests/run-programs $(UNIT)
line: $(LINE)
	@tests/run-programs $(LINE)
fuzz-replay: $(FUZZ)
	@tests/run-fuzz $(FUZZ)
scripts: $(PERSO) $(LIB)
	@B=$(B) V=$(V) CC=$(CC) tests/run-scripts $(SCRIPT_DIRS:%=tests/%)
tests: $(UNIT) $(LINE) $(FUZZ) $(PERSO) $(LIB)
	@B=$(B) V=$(V) CC=$(CC) FUZZ="$(FUZZ)" tests/run-queue $(LINE) $(UNIT) \
	  fuzz $(SCRIPTS)

# ---------------------------------------------------- what people type
.PHONY: deps check unit-quick check-quick check-inner lint demo bench soak fuzz
deps:
	@tools/install-deps

check: deps
	@+$(MAKE) --no-print-directory check-inner
check-inner:
	@tests/check-all
check-quick:
	@+$(MAKE) --no-print-directory -s -j$(shell nproc) all unit-quick
unit-quick: $(UNIT:%=%.run)
$(B)/tests/unit-%.run: $(B)/tests/unit-%
	@tests/run-programs $<
lint:
	@tools/lint
demo: deps
	@+$(MAKE) --no-print-directory -s all
	@PERSO=$(PERSO) tools/demo
bench: $(BENCH) $(PERSO)
	@PERSO=$(PERSO) tools/bench $(BENCH)
soak: $(BENCH) $(PERSO)
	@B=$(B) SECONDS_EACH=$(SECONDS) tests/soak

# The fuzzer itself: make fuzz T=cert SECONDS=60. Library and target are
# instrumented objects in build/fuzz, made once for all targets.
SECONDS ?= 60
$(B)/fuzzer-%: $(B)/tests/fuzz/fuzz_%.o $(LIB)
	$(CC) $(LDFLAGS) -fsanitize=fuzzer,address,undefined -o $@ $^ $(LDLIBS)
fuzz:
	$(if $(wildcard tests/fuzz/fuzz_$(T).c),,$(error T names a target: \
	  $(FUZZ_SRC:tests/fuzz/fuzz_%.c=%)))
	@+$(MAKE) --no-print-directory -s V=fuzz B=build/fuzz build/fuzz/fuzzer-$(T)
	@mkdir -p build/fuzz/corpus/$(T)
	build/fuzz/fuzzer-$(T) -max_total_time=$(SECONDS) -close_fd_mask=1 \
	  -artifact_prefix=build/fuzz/$(T)- build/fuzz/corpus/$(T) tests/fuzz/corpus/$(T)

# -------------------------------------------------------------- install
MANDIR  := $(PREFIX)/share/man
COMPDIR := $(PREFIX)/share/bash-completion/completions
.PHONY: install man
man: $(PERSO)
	@$(PERSO) help --man-dir build/man >/dev/null
	@$(PERSO) help --completion > build/perso.bash
install: $(PERSO) $(LIB) man
	install -D -m 755 $(PERSO) $(DESTDIR)$(PREFIX)/bin/perso
	install -D -m 644 $(LIB) $(DESTDIR)$(PREFIX)/lib/libperso.a
	mkdir -p $(DESTDIR)$(PREFIX)/include/perso $(DESTDIR)$(PREFIX)/share/perso
	install -m 644 include/perso/*.h $(DESTDIR)$(PREFIX)/include/perso
	cp -r profiles $(DESTDIR)$(PREFIX)/share/perso/
	install -D -m 644 certs/dev.conf $(DESTDIR)$(PREFIX)/share/perso/certs/dev.conf
	mkdir -p $(DESTDIR)$(MANDIR)/man1
	install -m 644 build/man/*.1 $(DESTDIR)$(MANDIR)/man1
	install -D -m 644 build/perso.bash $(DESTDIR)$(COMPDIR)/perso
	mkdir -p $(DESTDIR)$(PREFIX)/lib/pkgconfig
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' \
	  -e 's|@PKGS@|$(PKGS)|' tools/perso.pc.in \
	  > $(DESTDIR)$(PREFIX)/lib/pkgconfig/perso.pc

.PHONY: clean
clean:
	rm -rf build

-include $(shell find $(B) -name '*.d' 2>/dev/null)
