import { generateKeyPairSync, randomBytes, scryptSync } from "node:crypto";
import { writeFileSync } from "node:fs";

/** A key pair in files. */
export interface KeyPair {
  readonly private: string;
  readonly public: string;
}

/**
 * The weakest derivation of a key from a password that Cosign accepts. Cosign's own pairs have twice the strength,
 * which would take most of Cosign's time in hundreds of tests.
 */
const SCRYPT = { N: 2 ** 15, r: 8, p: 1 } as const;

/** Writes `<prefix>.key` and `<prefix>.pub`, as `cosign generate-key-pair` does, but with half the strength. */
export function writeKeyPair(prefix: string, password: string): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const [salt, nonce] = [randomBytes(32), randomBytes(24)];
  const key = scryptSync(password, salt, 32, { ...SCRYPT, maxmem: 2 ** 26 });
  const locked = {
    kdf: { name: "scrypt", params: SCRYPT, salt: salt.toString("base64") },
    cipher: { name: "nacl/secretbox", nonce: nonce.toString("base64") },
    ciphertext: secretBox(privateKey.export({ type: "pkcs8", format: "der" }), nonce, key).toString("base64"),
  };
  const lines = Buffer.from(JSON.stringify(locked)).toString("base64").replaceAll(/.{64}/g, "$&\n");
  const label = "ENCRYPTED SIGSTORE PRIVATE KEY";
  const pair = { private: `${prefix}.key`, public: `${prefix}.pub` };
  writeFileSync(pair.private, `-----BEGIN ${label}-----\n${lines.trimEnd()}\n-----END ${label}-----\n`, {
    mode: 0o600,
  });
  writeFileSync(pair.public, publicKey.export({ type: "spki", format: "pem" }));
  return pair;
}

/** XSalsa20 and Poly1305, combined as in NaCl (https://nacl.cr.yp.to/secretbox.html). Node has neither. */
function secretBox(text: Buffer, nonce: Buffer, key: Buffer): Buffer {
  const words = mixed(key, nonce.subarray(0, 16));
  const inner = littleEndian([0, 5, 10, 15, 6, 7, 8, 9].map((at) => words[at] ?? 0));
  const stream = salsa20(inner, nonce.subarray(16), 32 + text.length);
  const hidden = text.map((byte, at) => byte ^ (stream[32 + at] ?? 0));
  return Buffer.concat([poly1305(hidden, stream.subarray(0, 32)), hidden]);
}

function salsa20(key: Buffer, nonce: Buffer, length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 64) }, (_, counter) => {
    const input = Buffer.concat([nonce, littleEndian([counter, 0])]);
    const before = filled(key, input);
    return littleEndian(mixed(key, input).map((word, at) => (word + (before[at] ?? 0)) >>> 0));
  });
  return Buffer.concat(blocks).subarray(0, length);
}

/** A block before it is mixed: the constant on the diagonal, between them the key's halves and 16 bytes of input. */
function filled(key: Buffer, input: Buffer): number[] {
  const word = (bytes: Buffer, at: number) => bytes.readUInt32LE(4 * at);
  const four = (bytes: Buffer, from: number) => [0, 1, 2, 3].map((at) => word(bytes, from + at));
  const [a = 0, b = 0, c = 0, d = 0] = four(Buffer.from("expand 32-byte k"), 0);
  return [a, ...four(key, 0), b, ...four(input, 0), c, ...four(key, 4), d];
}

const COLUMNS_AND_ROWS = [
  [0, 4, 8, 12],
  [5, 9, 13, 1],
  [10, 14, 2, 6],
  [15, 3, 7, 11],
  [0, 1, 2, 3],
  [5, 6, 7, 4],
  [10, 11, 8, 9],
  [15, 12, 13, 14],
] as const;

function mixed(key: Buffer, input: Buffer): number[] {
  const words = Uint32Array.from(filled(key, input));
  const turn = (to: number, one: number, two: number, by: number) => {
    const sum = ((words[one] ?? 0) + (words[two] ?? 0)) >>> 0;
    words[to] = (words[to] ?? 0) ^ ((sum << by) | (sum >>> (32 - by)));
  };
  for (let round = 0; round < 10; round++)
    for (const [a, b, c, d] of COLUMNS_AND_ROWS) {
      turn(b, a, d, 7);
      turn(c, b, a, 9);
      turn(d, c, b, 13);
      turn(a, d, c, 18);
    }
  return [...words];
}

function littleEndian(words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * words.length);
  for (const [at, word] of words.entries()) bytes.writeUInt32LE(word >>> 0, 4 * at);
  return bytes;
}

function poly1305(text: Uint8Array, key: Buffer): Buffer {
  const numberOf = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
  const factor = numberOf(key.subarray(0, 16)) & 0x0ffffffc0ffffffc0ffffffc0fffffffn;
  let sum = 0n;
  for (let at = 0; at < text.length; at += 16)
    sum = ((sum + numberOf(Uint8Array.of(...text.subarray(at, at + 16), 1))) * factor) % (2n ** 130n - 5n);
  const tag = (sum + numberOf(key.subarray(16))) % 2n ** 128n;
  return Buffer.from(tag.toString(16).padStart(32, "0"), "hex").reverse();
}
