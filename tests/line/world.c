/* See world.h. */
#include "world.h"

#include <ftw.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checker.h"
#include "cli/link_sim.h"
#include "perso/devpki.h"
#include "perso/file.h"
#include "perso/hex.h"
#include "perso/hooks.h"
#include "perso/link_trace.h"

time_t world_clock = 1795348800; /* 2026-11-22 */

static time_t
stand_still(void *ctx)
{
	(void)ctx;
	return world_clock;
}

static void
in_dir(const struct world *w, const char *name, char ret[128])
{
	snprintf(ret, 128, "%s/%s", w->dir, name);
}

static void
open_signer(struct world *w, int i, const char *state)
{
	char name[32], path[128];
	PERSO_CERT(c);

	snprintf(name, sizeof(name), "pki/%s/ds.key", state);
	in_dir(w, name, path);
	OK(perso_keyref_open(path, &w->ds_key[i]));
	snprintf(name, sizeof(name), "pki/%s/ds.cer", state);
	in_dir(w, name, path);
	OK(perso_cert_load(path, &c));
	OK(perso_signer_new(w->ds_key[i], perso_buf_span(&c.der), &w->ds[i]));
}

static void
open_pki(struct world *w)
{
	struct perso_devpki_conf *conf = calloc(1, sizeof(*conf));
	char dir[128], path[128];

	OK(perso_devpki_conf_load("certs/dev.conf", conf));
	in_dir(w, "pki", dir);
	OK(perso_devpki_init(dir, conf, world_clock - 3600));
	free(conf);
	in_dir(w, "pki/chip-keys.txt", path);
	OK(perso_scp03_keys_load(path, &w->keys));
	in_dir(w, "pki/trust", path);
	OK(perso_trust_open(path, &w->trust));
	in_dir(w, "pki/approver", path);
	OK(perso_approvers_open(path, &w->approvers));
	in_dir(w, "pki/approver/approver.key", path);
	OK(perso_keyref_open(path, &w->approver));
	w->approver_cert.max = PERSO_CERT_MAX;
	in_dir(w, "pki/approver/approver.cer", path);
	OK(perso_file_read(path, &w->approver_cert));
	open_signer(w, 0, "lva");
	open_signer(w, 1, "uto");
}

/* Role i: authority, DV, inspection system. */
static void
issue_cv(struct world *w, size_t i)
{
	static const char *const names[] = { "UTCVCADEV00001", "UTDVDEV00001",
		"UTISDEV00001" };
	static const enum perso_cvc_role roles[] = { PERSO_CVC_CVCA,
		PERSO_CVC_DV_DOMESTIC, PERSO_CVC_TERMINAL };
	struct perso_key_spec spec = { .kind = PERSO_KEY_EC,
		.curve = PERSO_BP256 };
	size_t by = i == 0 ? 0 : i - 1;
	struct perso_cvc_values v = { .chr = names[i],
		.alg = { PERSO_SIG_ECDSA_PLAIN, PERSO_SHA256, 0 },
		.chat = perso_cvc_auth(PERSO_CVC_IS, roles[i]),
		.effective = { perso_date_of(world_clock).year, 1, 1 },
		.expires = { perso_date_of(world_clock).year, 12, 31 } };
	PERSO_BUF(der, PERSO_CVC_MAX);

	perso_cvc_set_right(&v.chat, PERSO_CVC_DG3);
	perso_cvc_set_right(&v.chat, PERSO_CVC_DG4);
	OK(perso_keyref_generate(spec, &w->cv_key[i]));
	v.key = perso_keyref_pubkey(w->cv_key[i]);
	OK(perso_cvc_issue(
	    &v, i == 0 ? NULL : &w->cv[by], w->cv_key[by], &der));
	w->cv[i].der.max = PERSO_CVC_MAX;
	OK(perso_cvc_parse(perso_buf_span(&der), &w->cv[i]));
}

static perso_rc
find_trust(void *ctx, const struct perso_doc_profile *p, struct perso_buf *ret)
{
	struct world *w = ctx;

	cr_assert_str_eq(p->ta.trust_point, "cvca.cvcert");
	return perso_buf_append(ret, perso_buf_span(&w->cv[0].der));
}

static void
copy_file(const char *from, const char *to)
{
	PERSO_BUF(b, 1 << 22);

	OK(perso_file_read(from, &b));
	FILE *f = fopen(to, "wb");
	cr_assert_not_null(f);
	cr_assert_eq(fwrite(b.p, 1, b.n, f), b.n);
	fclose(f);
}

static void
copy_images(const struct world *w)
{
	static const char *const names[] = { "portrait.jp2", "portrait.jpg",
		"signature.jpg", "fingers.dg3", "booth-a.jpg", "booth-b.jpg",
		"booth-c.jpg" };
	char from[128], to[128];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(from, sizeof(from), "tests/data/orders/%s", names[i]);
		in_dir(w, names[i], to);
		copy_file(from, to);
	}
}

static void
count_report(void *ctx, const struct perso_inspection *what,
    const struct perso_report *r)
{
	struct world *w = ctx;

	(void)what;
	w->reports++;
	if (getenv("PERSO_TEST_REPORTS") != NULL)
		for (size_t i = 0; i < r->count; i++)
			fprintf(stderr, "%d %s: %s\n", (int)r->checks[i].state,
			    r->checks[i].id, r->checks[i].text);
}

/* The profiles, with a simulated chip that knows short length only. */
static void
short_profiles(const struct world *w, char ret[128])
{
	static const char *const docs[] = { "lv-passport", "lv-eid",
		"lv-residence-permit", "uto-passport" };
	static const char from[] = "extended: true", to[] = "extended: false";
	PERSO_BUF(b, 1 << 16);
	char path[128], src[128], name[80];
	char *at, *end;

	for (size_t i = 0; i < 4; i++) {
		snprintf(
		    src, sizeof(src), "profiles/documents/%s.yaml", docs[i]);
		snprintf(
		    name, sizeof(name), "profiles/documents/%s.yaml", docs[i]);
		in_dir(w, "profiles/documents", path);
		OK(perso_dir_make(path, 0700));
		in_dir(w, name, path);
		copy_file(src, path);
	}
	in_dir(w, "profiles/chips", path);
	OK(perso_dir_make(path, 0700));
	in_dir(w, "profiles/chips/perso-sim.yaml", path);
	OK(perso_file_read("profiles/chips/perso-sim.yaml", &b));
	OK(perso_buf_append_u8(&b, 0));
	at = strstr((char *)b.p, from);
	end = strstr((char *)b.p, "memory:");
	cr_assert(at != NULL && end != NULL);
	FILE *f = fopen(path, "w");
	cr_assert_not_null(f);
	fprintf(f, "%.*s%s\n  max-command: 255\n  max-response: 256\n\n%s",
	    (int)(at - (char *)b.p), (char *)b.p, to, end);
	fclose(f);
	in_dir(w, "profiles", ret);
}

void
world_use_short(struct world *w)
{
	char path[128];

	w->extended = false;
	short_profiles(w, path);
	perso_profiles_free(&w->profiles);
	OK(perso_profile_load_dir(path, &w->profiles));
}

/* The folder lies in memory where that can be: processes are killed here,
 * not the machine, and a disk takes longer for each rename than the line for
 * the step around it. */
void
world_open(struct world *w)
{
	struct perso_store *s = NULL;
	char path[128];

	memset(w, 0, sizeof(*w));
	w->extended = true;
	perso_clock_set(stand_still, NULL);
	snprintf(w->dir, sizeof(w->dir), "%s/perso-line-XXXXXX",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	cr_assert_not_null(mkdtemp(w->dir));
	in_dir(w, "store.db", path);
	memcpy(w->db, path, sizeof(path));
	OK(perso_profile_load_dir("profiles", &w->profiles));
	open_pki(w);
	for (size_t i = 0; i < 3; i++)
		issue_cv(w, i);
	w->verify.trust = w->trust;
	w->verify.reported = count_report;
	w->verify.ctx = w;
	copy_images(w);
	struct perso_store_config cfg = {
		.path = w->db, .create = true, .unsafe_no_sync = true
	};
	OK(perso_store_open(&cfg, &s));
	perso_store_close(&s);
}

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *f)
{
	(void)st;
	(void)flag;
	(void)f;
	return remove(path);
}

void
world_close(struct world *w)
{
	for (int i = 0; i < 2; i++) {
		perso_signer_free(&w->ds[i]);
		perso_keyref_free(&w->ds_key[i]);
	}
	for (size_t i = 0; i < 3; i++) {
		perso_keyref_free(&w->cv_key[i]);
		perso_cvc_done(&w->cv[i]);
	}
	perso_keyref_free(&w->approver);
	perso_buf_done(&w->approver_cert);
	perso_approvers_free(&w->approvers);
	perso_trust_free(&w->trust);
	perso_scp03_keys_free(&w->keys);
	perso_profiles_free(&w->profiles);
	nftw(w->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

struct perso_store *
world_store(struct world *w)
{
	struct perso_store_config cfg = { .path = w->db,
		.unsafe_no_sync = true };
	struct perso_store *s = NULL;

	OK(perso_store_open(&cfg, &s));
	return s;
}

static void
import(struct world *w, const char *path)
{
	PERSO_ORDER(o);
	PERSO_BUF(json, PERSO_ORDER_MAX);
	PERSO_BUF(cms, PERSO_ORDER_CMS_MAX);
	struct perso_order_input in = { .profiles = w->profiles,
		.approvers = w->approvers,
		.now = world_clock };
	struct perso_store_order *so = calloc(1, sizeof(*so));
	struct perso_store *s = world_store(w);
	struct perso_md md;
	bool is_new = false;
	perso_rc rc;

	rc = perso_order_check_file(path, in, o);
	cr_assert_eq(rc, PERSO_OK, "%s: %s %s %s", path, o->findings.v[0].code,
	    o->findings.v[0].path, o->findings.v[0].text);
	OK(perso_order_read(path, &json, &cms));
	snprintf(so->id, sizeof(so->id), "%s", o->record.order_id);
	snprintf(so->path, sizeof(so->path), "%s", path);
	snprintf(so->profile, sizeof(so->profile), "%s", o->record.profile->id);
	snprintf(so->approver, sizeof(so->approver), "%s", o->approver_serial);
	memcpy(so->json_hash, o->sha256.p, 32);
	OK(perso_digest(PERSO_SHA256, perso_buf_span(&cms), &md));
	memcpy(so->cms_hash, md.p, 32);
	OK(perso_store_order_import(s, so, &is_new));
	cr_assert(is_new);
	free(so);
	perso_store_close(&s);
}

void
world_order(struct world *w, const char *template, const char *id)
{
	PERSO_BUF(text, 1 << 20);
	PERSO_BUF(json, 1 << 20);
	PERSO_BUF(cms, 1 << 16);
	char path[128], name[64];

	snprintf(path, sizeof(path), "tests/data/orders/%s.json", template);
	OK(perso_file_read(path, &text));
	OK(perso_order_fill(perso_buf_span(&text), id, &json));
	OK(perso_order_sign(perso_buf_span(&json), w->approver,
	    perso_buf_span(&w->approver_cert), world_clock - 60, &cms));
	snprintf(name, sizeof(name), "%s.p7s", id);
	in_dir(w, name, path);
	OK(perso_file_write(path, perso_buf_span(&cms), 0600));
	snprintf(name, sizeof(name), "%s.json", id);
	in_dir(w, name, path);
	OK(perso_file_write(path, perso_buf_span(&json), 0600));
	import(w, path);
}

static void
chip_keys(const struct world *w, struct perso_sim_keys *ret)
{
	char path[128], line[128], name[8], hex[65];
	uint8_t *dst[3] = { ret->enc, ret->mac, ret->dek };
	static const char *const names[3] = { "enc", "mac", "dek" };
	FILE *f;

	in_dir(w, "pki/chip-keys.txt", path);
	f = fopen(path, "r");
	cr_assert_not_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		PERSO_BUF(b, 64);

		if (sscanf(line, "%7[a-z] = %64s", name, hex) != 2)
			continue;
		if (strcmp(name, "kvn") == 0)
			ret->kvn = (uint8_t)strtoul(hex, NULL, 10);
		else
			OK(perso_hex_decode(perso_span_str(hex), &b));
		for (int i = 0; i < 3; i++)
			if (strcmp(name, names[i]) == 0)
				memcpy(dst[i], b.p, 16);
	}
	fclose(f);
}

size_t
world_chip(struct world *w)
{
	static const int id[10] = { 0, 1, 2, 3, 12, 13, 14, 15, 16, 17 };
	const struct perso_chip_profile *p =
	    perso_profiles_chip(w->profiles, "perso-sim");
	struct perso_sim_config cfg = { .extended = w->extended };
	size_t i = w->chips++;
	char name[16], path[128];

	cr_assert_lt(i, WORLD_CHIPS);
	chip_keys(w, &cfg.keys);
	cfg.max_command = w->extended ? p->max_command : 0;
	memcpy(cfg.cplc, p->ic_fabricator, 2);
	memcpy(cfg.cplc + 2, p->ic_type, 2);
	memcpy(cfg.product, p->ic_type, 2);
	cfg.cplc[15] = (uint8_t)(i + 1);
	cfg.cplc[17] = 0x42;
	for (int k = 0; k < 10; k++)
		sprintf(w->serial[i] + 2 * k, "%02X", cfg.cplc[id[k]]);
	snprintf(name, sizeof(name), "chip%zu", i);
	in_dir(w, name, path);
	memcpy(w->chip[i], path, sizeof(path));
	OK(perso_sim_create(w->chip[i], &cfg));
	return i;
}

size_t
world_blank(struct world *w, const char *number)
{
	struct perso_store *s = world_store(w);
	size_t i = world_chip(w);

	OK(perso_store_blank_receive(s, w->serial[i], "perso-sim", number));
	perso_store_close(&s);
	return i;
}

static void
copy_all(const struct world *w, const char *from, const char *to)
{
	char a[160], b[160];

	snprintf(a, sizeof(a), "%s%s", w->db, from);
	snprintf(b, sizeof(b), "%s%s", w->db, to);
	copy_file(a, b);
	for (size_t i = 0; i < w->chips; i++) {
		snprintf(a, sizeof(a), "%s%s", w->chip[i], from);
		snprintf(b, sizeof(b), "%s%s", w->chip[i], to);
		copy_file(a, b);
	}
}

void
world_save(const struct world *w)
{
	copy_all(w, "", ".saved");
}

void
world_load(const struct world *w)
{
	char path[160];

	snprintf(path, sizeof(path), "%s-wal", w->db);
	unlink(path);
	snprintf(path, sizeof(path), "%s-shm", w->db);
	unlink(path);
	copy_all(w, ".saved", "");
}

static perso_rc
find_signer(
    void *ctx, const struct perso_doc_profile *p, struct perso_signer **ret)
{
	struct world *w = ctx;

	*ret = w->ds[strcmp(p->issuer, "UTO") == 0];
	return PERSO_OK;
}

struct perso_line_config
world_config(struct world *w, struct perso_store *store)
{
	static const uint8_t wrap[PERSO_WRAP_KEY] = { 0x5A, 1, 2, 3 };

	return (struct perso_line_config){ .store = store,
		.profiles = w->profiles,
		.keys = w->keys,
		.inspector = w->reader ? world_reader(w)
				       : perso_verify_inspector(&w->verify),
		.trust_point = find_trust,
		.wrap_key = perso_span_of(wrap),
		.printer = w->printer,
		.signer = find_signer,
		.signer_ctx = w };
}

/* For a person who looks for a mistake. */
static void
say(void *ctx, const char *text)
{
	(void)ctx;
	fprintf(stderr, "%s\n", text);
}

void
world_start(struct world *w, size_t chip, struct station *ret)
{
	struct perso_line_config cfg;

	memset(ret, 0, sizeof(*ret));
	ret->store = world_store(w);
	cfg = world_config(w, ret->store);
	OK(perso_line_new(&cfg, &ret->line));
	if (chip == SIZE_MAX)
		return;
	OK(perso_sim_open(w->chip[chip], &ret->sim));
	perso_sim_no_sync(ret->sim, true);
	OK(perso_link_sim(ret->sim, &ret->link));
	if (getenv("PERSO_TEST_TRACE") != NULL)
		OK(perso_link_trace_open(ret->link, say, NULL, &ret->link));
}

void
world_stop(struct station *st)
{
	perso_link_free(&st->link);
	perso_sim_free(&st->sim);
	perso_line_free(&st->line);
	perso_store_close(&st->store);
}

static void
die_at(void *ctx, const char *kind, bool committed)
{
	if (committed && strcmp(kind, ctx) == 0)
		kill(getpid(), SIGKILL);
}

void
world_run_until(
    struct world *w, size_t chip, const char *order, const char *kind)
{
	struct perso_line_result r;
	struct station st;
	char copy[24];
	int status = 0;
	pid_t pid = fork();

	cr_assert_geq(pid, 0);
	if (pid == 0) {
		snprintf(copy, sizeof(copy), "%s", kind);
		world_start(w, chip, &st);
		perso_store_hook(st.store, die_at, copy);
		LET(perso_line_run_order(st.line, order, st.link, &r));
		_exit(1);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL,
	    "%s never came", kind);
}

void
world_check(const struct world *w, bool between, const char *what)
{
	const char *chips[WORLD_CHIPS];
	char why[256];

	for (size_t i = 0; i < w->chips; i++)
		chips[i] = w->chip[i];
	cr_assert(checker_run(w->db, chips, w->chips, between, why), "%s: %s",
	    what, why);
}
