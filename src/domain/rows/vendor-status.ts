const STATUS: Readonly<Record<string, string>> = {
  affected: "no fix yet",
  will_not_fix: "vendor will not fix it",
  fix_deferred: "vendor deferred the fix",
  end_of_life: "end of life: no fix will come",
  under_investigation: "vendor is looking into it",
  not_affected: "vendor says not affected",
  unknown: "no fix known",
  fixed: "fixed in a version not named",
};

/** The vendor's status in plain words. A status that we do not know is returned as it is (untrusted). */
export function statusWords(status: string): string {
  return Object.hasOwn(STATUS, status) ? (STATUS[status] as string) : status;
}
