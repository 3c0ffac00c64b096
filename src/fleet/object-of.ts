import { type Check, Malformed } from "../state/check.ts";

/** A check for each key of a type: a key that is added to the type must be added to its check. */
export type Keys<T> = { readonly [Key in keyof T]-?: Check };

type OptionalKey<T> = { [Key in keyof T]-?: undefined extends T[Key] ? Key : never }[keyof T] & string;

/** A mapping with the keys of a type. Others mean nothing to anybody, since the type does not have them. */
export function objectOf<T extends object>(keys: Keys<T>, optional: readonly OptionalKey<T>[] = []): Check {
  const checks = Object.entries<Check>(keys).map(([key, check]) => ({
    key,
    check,
    isNeeded: !optional.some((each) => each === key),
  }));
  return (value, at) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new Malformed(`${at} is not a mapping`);
    const object = value as Readonly<Record<string, unknown>>;
    for (const { key, check, isNeeded } of checks) {
      const own = object[key];
      if (own !== undefined) check(own, key);
      else if (isNeeded) throw new Malformed(`${at} lacks the key ${key}`);
    }
  };
}
