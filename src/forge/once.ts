/** A function that does the work once, and again only after a failure. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let begun: Promise<T> | undefined;
  return () => {
    begun ??= work().catch((thrown: unknown) => {
      begun = undefined;
      throw thrown;
    });
    return begun;
  };
}
