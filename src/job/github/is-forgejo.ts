/** Their API is below `/api/v1`, that of a GitHub Enterprise Server below `/api/v3`. */
export function isForgejo({ apiUrl }: { readonly apiUrl: string }): boolean {
  return apiUrl.endsWith("/api/v1");
}
