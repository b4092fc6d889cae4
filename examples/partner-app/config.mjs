// @ts-check

/**
 * @typedef {object} Config
 * @property {URL} issuer
 * @property {string} clientId
 * @property {string} clientSecret
 * @property {URL} baseUrl where browsers find this application
 * @property {number} port
 * @property {string} listenAddress
 * @property {string} scope
 */

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Config}
 */
export function readConfig(env) {
  const port = Number(env.PORT ?? "8788");
  return {
    issuer: new URL(required(env, "ISSUER")),
    clientId: required(env, "CLIENT_ID"),
    clientSecret: required(env, "CLIENT_SECRET"),
    baseUrl: new URL(env.BASE_URL ?? `http://localhost:${port}`),
    port,
    listenAddress: env.LISTEN_ADDRESS ?? "127.0.0.1",
    scope: env.SCOPE ?? "openid profile email offline_access",
  };
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} name
 */
function required(env, name) {
  const value = env[name];
  if (value !== undefined && value !== "") return value;
  console.error(`The environment variable ${name} is missing; README.md lists what this application needs.`);
  process.exit(2);
}
