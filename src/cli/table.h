/*
 * The options of the commands: lists that end with NULL.
 */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include "cli_int.h"

extern const struct cli_option cli_init_options[];
extern const struct cli_option cli_doctor_options[];
extern const struct cli_option cli_no_options[];
extern const struct cli_option cli_sign_options[];
extern const struct cli_option cli_new_options[];
extern const struct cli_option cli_state_options[];
extern const struct cli_option cli_blank_options[];
extern const struct cli_option cli_run_options[];
extern const struct cli_option cli_job_options[];
extern const struct cli_option cli_job_print_options[];
extern const struct cli_option cli_job_sheet_options[];
extern const struct cli_option cli_letter_list_options[];
extern const struct cli_option cli_letter_print_options[];
extern const struct cli_option cli_letter_void_options[];
extern const struct cli_option cli_receive_options[];
extern const struct cli_option cli_mark_options[];
extern const struct cli_option cli_read_options[];
extern const struct cli_option cli_verify_options[];
extern const struct cli_option cli_lds_build_options[];
extern const struct cli_option cli_order_mrz_options[];
extern const struct cli_option cli_profile_show_options[];
extern const struct cli_option cli_profile_diff_options[];
extern const struct cli_option cli_bio_options[];
extern const struct cli_option cli_render_options[];
extern const struct cli_option cli_mrz_options[];
extern const struct cli_option cli_portrait_prepare_options[];
extern const struct cli_option cli_dev_options[];
extern const struct cli_option cli_cvca_options[];
extern const struct cli_option cli_dv_options[];
extern const struct cli_option cli_is_options[];
extern const struct cli_option cli_cvc_options[];
extern const struct cli_option cli_sim_make_options[];
extern const struct cli_option cli_sim_serve_options[];
extern const struct cli_option cli_portrait_options[];
extern const struct cli_option cli_seal_make_options[];
extern const struct cli_option cli_seal_show_options[];
extern const struct cli_option cli_seal_check_options[];
extern const struct cli_option cli_help_options[];

#endif
