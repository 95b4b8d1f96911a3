#include <criterion/criterion.h>

#include "../../../src/sim/sim_int.h"
#include "host.h"

static const struct {
	const char *name, *apdu;
	bool ok, ext;
	size_t n;
	long le;
} table[] = {
	{ "case 1", "00A40000", true, false, 0, -1 },
	{ "case 2", "00B0000010", true, false, 0, 16 },
	{ "case 2, all", "00B0000000", true, false, 0, 256 },
	{ "case 3", "00D6000002AABB", true, false, 2, -1 },
	{ "case 4", "00D6000002AABB00", true, false, 2, 256 },
	{ "case 2E", "00B00000000100", true, true, 0, 256 },
	{ "case 2E, all", "00B00000000000", true, true, 0, 65536 },
	{ "case 3E", "00D60000000002AABB", true, true, 2, -1 },
	{ "case 4E", "00D60000000002AABB0123", true, true, 2, 0x123 },
	{ "no header", "00A400", false, false, 0, 0 },
	{ "empty", "", false, false, 0, 0 },
	{ "Lc too large", "00D6000003AABB", false, false, 0, 0 },
	{ "two bytes after data", "00D6000001AABBCC", false, false, 0, 0 },
	{ "Lc 0 extended", "00D600000000000000", false, false, 0, 0 },
	{ "Lc cut", "00D600000000", false, false, 0, 0 },
	{ "extended data cut", "00D60000000003AABB", false, false, 0, 0 },
	{ "short Le after extended", "00D60000000001AA00", false, false, 0, 0 },
};

Test(sim_apdu, parses_every_case_and_refuses_the_rest)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct sim_cmd c = { .le = 77 };
		uint16_t sw =
		    sim_apdu_parse(&test_config, hex(table[i].apdu), &c);

		cr_assert_eq(
		    sw, table[i].ok ? 0x9000 : 0x6700, "%s", table[i].name);
		if (!table[i].ok) {
			cr_assert_eq(c.le, 77, "%s", table[i].name);
			continue;
		}
		cr_assert_eq(c.extended, table[i].ext, "%s", table[i].name);
		cr_assert_eq(c.data.n, table[i].n, "%s", table[i].name);
		cr_assert_eq(c.has_le ? (long)c.le : -1, table[i].le, "%s",
		    table[i].name);
	}
}

Test(sim_apdu, a_chip_without_extended_length_refuses_it)
{
	struct perso_sim_config cfg = test_config;
	struct sim_cmd c;

	cfg.extended = false;
	cr_assert_eq(sim_apdu_parse(&cfg, hex("00B00000000100"), &c), 0x6700);
	cr_assert_eq(sim_apdu_parse(&cfg, hex("00B0000000"), &c), 0x9000);
	cfg.max_command = 4;
	cr_assert_eq(
	    sim_apdu_parse(&cfg, hex("00D600000401020304"), &c), 0x9000);
	cr_assert_eq(
	    sim_apdu_parse(&cfg, hex("00D60000050102030405"), &c), 0x6700);
}

Test(sim_apdu, a_broken_chain_is_forgotten)
{
	struct host h;

	host_new(&h, NULL);
	SHOULD_BE(&h, host_hex(&h, "10A4040C04A0000002"), 0x9000);
	SHOULD_BE(&h, host_hex(&h, "00A4040C03471001"), 0x9000);
	SHOULD_BE(&h, host_hex(&h, "10A4040C04A0000002"), 0x9000);
	SHOULD_BE(&h, host_hex(&h, "00A4000C023F00"), 0x6883);
	SHOULD_BE(&h, host_hex(&h, "00A4040C03471001"), 0x6A82);
	SHOULD_BE(&h, host_hex(&h, "10A4040C04A0000002"), 0x9000);
	host_reset(&h);
	SHOULD_BE(&h, host_hex(&h, "00A4040C03471001"), 0x6A82);
	SHOULD_BE(&h, host_hex(&h, "10A4040C04A0000002"), 0x9000);
	SHOULD_BE(&h, host_hex(&h, "00A4040C0501"), 0x6700);
	SHOULD_BE(&h, host_hex(&h, "00A4040C03471001"), 0x6A82);
	host_done(&h);
}

Test(sim_apdu, an_endless_chain_is_refused)
{
	static uint8_t apdu[260] = { 0x10, 0xD6, 0, 0, 255 };
	struct host h;

	host_new(&h, NULL);
	for (size_t i = 0; i < 257; i++)
		SHOULD_BE(&h, host_raw(&h, perso_span_of(apdu)), 0x9000);
	SHOULD_BE(&h, host_raw(&h, perso_span_of(apdu)), 0x6700);
	host_done(&h);
}
