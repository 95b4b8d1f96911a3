/*
 * What a development PKI needs beside perso/devpki.h for documents with
 * access protocols, made after it:
 *
 *	<dir>/<state>/cvca.key .cvcert	whom the state's chips trust
 *	<dir>/<state>/dv.key .cvcert	under it
 *	<dir>/<state>/is.key .cvcert	the inspection system that reads
 *					documents back; all with rights to DG3
 *					and DG4, valid for three years
 *	<dir>/wrap.key			seals what the line keeps, see line.h
 */
#ifndef PERSO_CLI_DEV_ACCESS_H
#define PERSO_CLI_DEV_ACCESS_H

#include "perso/devpki.h"

PERSO_MUST perso_rc cli_dev_access(
    const char *pki, const struct perso_devpki_conf *conf, time_t now);

#endif
