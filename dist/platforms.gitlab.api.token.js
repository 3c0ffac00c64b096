// src/platforms/gitlab/api/token.ts
function tokenOf(given, env) {
	const { CI_JOB_TOKEN: ofJob = "", GITLAB_TOKEN: ofVariable = "" } = env;
	for (const value of [
		given,
		ofVariable,
		ofJob
	].map((each) => each.trim())) if (value !== "") return {
		value,
		isJobToken: value === ofJob || value.startsWith("glcbt-")
	};
}
function ownToken(given, env) {
	const token = tokenOf(given, env);
	return token?.isJobToken === false ? token : void 0;
}

export { ownToken, tokenOf };