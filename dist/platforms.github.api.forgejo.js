// src/platforms/github/api/forgejo.ts
function isForgejo({ apiUrl }) {
	return apiUrl.endsWith("/api/v1");
}

export { isForgejo };