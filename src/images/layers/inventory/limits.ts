/** Longest file that is read for its packages. The largest lists of honest images have about 20 MB. */
export const LONGEST_LIST = 256 << 20;
/** Longest file of one package. */
export const LONGEST_PACKAGE = 4 << 20;
/** Longest file of which the content is looked at although its name says nothing: another name can be linked to it. */
export const LONGEST_UNNAMED = 64 << 10;
/** Longest program of which sections are looked at. */
export const LONGEST_PROGRAM = 192 << 20;
/** Most packages of one list. */
export const MOST_PACKAGES = 200_000;
