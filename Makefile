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

ALL_MODULES := base crypto mrz bio profile record store pki card lds access \
	gp order chip sim line verify cli
MODULES ?= $(ALL_MODULES)

PKGS := libcrypto libpcsclite jansson yaml-0.1 sqlite3
WARN := -Wall -Wextra -Wshadow -Wcast-qual -Wconversion -Wsign-conversion \
	-Wformat=2 -Wvla -Wundef -Wstrict-prototypes -Wmissing-prototypes
HARDEN := -fstack-protector-strong -fstack-clash-protection -fPIE
OPT_release := -O2 -g -D_FORTIFY_SOURCE=3
OPT_clang := -O2 -g -D_FORTIFY_SOURCE=2
OPT_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
LD_asan := -fsanitize=address,undefined
# gcc 12 warns of conversions that UBSan's own code makes.
ifeq ($(V),asan)
WARN := $(filter-out -Wconversion -Wsign-conversion,$(WARN))
endif
ifeq ($(V),clang)
CC := clang
endif
ifneq ($(CI)$(WERROR),)
WARN += -Werror
endif

CFLAGS ?=
CPPFLAGS += -D_GNU_SOURCE -DPERSO_VERSION='"$(VERSION)"' -Iinclude -I$(GEN) \
	$(shell $(PKG_CONFIG) --cflags $(PKGS) 2>/dev/null)
ALL_CFLAGS = -std=c17 $(WARN) $(HARDEN) $(OPT_$(V)) $(CFLAGS)
LDFLAGS += -pie -Wl,-z,relro,-z,now $(LD_$(V))
LDLIBS += $(shell $(PKG_CONFIG) --libs $(PKGS) 2>/dev/null) -lpthread

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
	$(CC) $(CPPFLAGS) $(if $(filter src/base/% src/crypto/%,$<),-DPERSO_RAW_BYTES) -include src/base/banned.h $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
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

# Unit tests: one Criterion program for each folder of tests/unit.
TEST_CFLAGS = $(filter-out -Wconversion -Wsign-conversion -Wcast-qual,$(ALL_CFLAGS)) \
	-Wno-conversion -Wno-sign-conversion
UNIT_DIRS := $(filter $(MODULES),$(notdir $(wildcard tests/unit/*)))
UNIT := $(UNIT_DIRS:%=$(B)/tests/unit-%)

define unit_rule
$(B)/tests/unit-$(1): $(patsubst %.c,$(B)/%.o,$(wildcard tests/unit/$(1)/*.c) \
    $(wildcard tests/support/*.c)) \
    $(filter-out %/main.o,$(CLI_OBJ)) $(LIB)
	@mkdir -p $$(@D)
	$(CC) $(LDFLAGS) -o $$@ $$(filter %.o,$$^) $(LIB) $(LDLIBS) -lcriterion
endef
$(foreach d,$(UNIT_DIRS),$(eval $(call unit_rule,$(d))))

$(B)/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Itests/support $(TEST_CFLAGS) -MMD -MP -c -o $@ $<

.PHONY: unit
unit: $(UNIT)
	@fail=0; for t in $(UNIT); do echo "== $$t"; \
	  ASAN_OPTIONS=abort_on_error=1 $$t --short-filename || fail=1; \
	done; exit $$fail

.PHONY: clean
clean:
	rm -rf build

-include $(shell find build -name '*.d' 2>/dev/null)
