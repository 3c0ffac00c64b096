/**
 * Last days of the standard support of Ubuntu's long-term releases. Scanners stop to call a release ended if the image
 * says that it has extended support (ESM). From https://ubuntu.com/about/release-cycle, and as scanners have them,
 * since they decide by which advisories it matches.
 */
const UBUNTU: Readonly<Record<string, string>> = {
  "12.04": "2019-04-26",
  "14.04": "2022-04-25",
  "16.04": "2021-04-21",
  "18.04": "2023-05-31",
  "20.04": "2025-05-31",
  "22.04": "2027-04-23",
  "24.04": "2034-03-31",
  "26.04": "2031-05-31",
};

/**
 * Whether the standard support of a release had ended.
 * @param at ISO 8601 date and time
 * @returns undefined if it is unknown
 */
export function isPastSupport(
  { family, name }: { readonly family: string; readonly name: string },
  at: string | undefined,
): boolean | undefined {
  const release = /^\d+\.\d+/.exec(name)?.[0];
  const end =
    family === "ubuntu" && release !== undefined && Object.hasOwn(UBUNTU, release) ? UBUNTU[release] : undefined;
  const day = /^\d{4}-\d{2}-\d{2}/.exec(at ?? "")?.[0];
  return end === undefined || day === undefined ? undefined : day > end;
}
