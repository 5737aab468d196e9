/* version.h - the version, for -V, macro v and the manual. */
#ifndef VERSION_H
#define VERSION_H

#define VERSION	"1.0"

#endif
