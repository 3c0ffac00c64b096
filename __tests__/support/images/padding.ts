/** 1 MiB of random words, always the same. gzip, which looks back 32 KiB, finds few repetitions. */
function words(): Buffer {
  const text = Buffer.alloc(1 << 20);
  const next = generator(1);
  for (let at = 0; at < text.length; ) {
    const length = 2 + (next() % 9);
    for (let letter = 0; letter < length && at < text.length; letter++) text[at++] = 97 + (next() % 26);
    if (at < text.length) text[at++] = 32;
  }
  return text;
}

/** A sequence of numbers from 0 to 2³² - 1 that depends only on the seed (xorshift32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Fields that are alike in most records. */
const SHARED = JSON.stringify({
  Severity: "MEDIUM",
  VendorSeverity: { nvd: 2, redhat: 2, ubuntu: 2 },
  CVSS: { nvd: { V3Score: 5.5, V3Vector: "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:H" } },
  CweIDs: ["CWE-400"],
  References: ["access", "bugzilla", "lists", "nvd", "security", "ubuntu"].map(
    (host) => `https://${host}.example.test/security/advisories/this-part-is-alike-in-all-of-them`,
  ),
  PublishedDate: "2095-01-02T00:00:00Z",
  LastModifiedDate: "2095-01-02T00:00:00Z",
}).slice(1);

/** Half of a record's bytes can hardly be compressed, as in a real database: about a quarter of them is left. */
const DESCRIPTION = 330;

/**
 * Records of vulnerabilities that no package has, of about so many bytes together; each looks like a real one. They
 * make a database as big as Trivy's own without changing what a scan finds.
 */
export function paddingRecords(bytes: number): Map<string, Buffer> {
  if (bytes === 0) return new Map();
  const pool = words();
  const next = generator(2);
  const records = new Map<string, Buffer>();
  for (let made = 0; made < bytes; ) {
    const id = `CVE-2095-${100_000 + records.size}`;
    const from = next() % (pool.length - 2 * DESCRIPTION);
    const text = pool.subarray(from, from + DESCRIPTION + (next() % DESCRIPTION));
    const record = Buffer.concat([
      Buffer.from(`{"Title":"padding ${id}","Description":"`),
      text,
      Buffer.from(`",${SHARED}`),
    ]);
    records.set(id, record);
    made += record.length + id.length;
  }
  return records;
}
