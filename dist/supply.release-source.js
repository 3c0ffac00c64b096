// src/supply/release-source.ts
function releaseSource({ mirror, mirrorToken, timeoutMs }, { tool, repository }, log) {
	const time = {
		timeoutMs,
		endsAt: performance.now() + timeoutMs
	};
	if (mirror === void 0) return {
		base: `https://github.com/${repository}/releases/download`,
		isMirror: false,
		...time
	};
	if (mirrorToken === void 0) return {
		base: mirror,
		isMirror: true,
		...time
	};
	if (mirror.startsWith("http:")) log.warning(`\`${tool}-mirror-token\` is sent unencrypted, as \`${tool}-mirror\` is ${mirror}: anyone on the network path can read it. Serve the mirror by https.`);
	return {
		base: mirror,
		isMirror: true,
		authorization: authorizationOf(mirrorToken, log),
		...time
	};
}
function authorizationOf(login, log) {
	log.mask(login);
	const colon = login.indexOf(":");
	if (colon < 0) return `Bearer ${login}`;
	const password = login.slice(colon + 1);
	if (password !== "") log.mask(password);
	const basic = Buffer.from(login, "utf8").toString("base64");
	log.mask(basic);
	return `Basic ${basic}`;
}
function addressOf({ base }, version, file) {
	return `${base}/v${version}/${file}`;
}
function loginRemedy({ isMirror, authorization }, tool) {
	if (!isMirror) return "It is asked for without a login.";
	return authorization === void 0 ? `If it needs a login, give it with \`${tool}-mirror-token\`.` : `The login of \`${tool}-mirror-token\` was sent and not accepted: it may be wrong, have expired, or lack the right to read.`;
}

export { addressOf, authorizationOf, loginRemedy, releaseSource };