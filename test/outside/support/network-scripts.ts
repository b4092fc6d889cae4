import type { BrowserContext } from "playwright-core";

/** Each network's own script, which pages load from it: as much as the front ends call, for a person who agrees. */
const scripts = {
  facebook: (token: string) => `
    globalThis.FB = {
      init: () => undefined,
      login: (tell) => tell({ status: "connected", authResponse: { accessToken: ${JSON.stringify(token)} } }),
      api: (path, about, tell) => tell({ email: "known@example.com" }),
    };
    globalThis.fbAsyncInit();`,
  google: (token: string) => `
    const signedIn = {
      getBasicProfile: () => ({ getEmail: () => "known@example.com" }),
      getAuthResponse: () => ({ access_token: ${JSON.stringify(token)} }),
    };
    globalThis.gapi = {
      load: (parts, ready) => ready(),
      client: { init: () => undefined },
      auth2: { getAuthInstance: () => ({ signIn: async () => signedIn }) },
    };`,
  linkedin: (token: string) => `
    globalThis.IN = {
      User: { authorize: (ready) => ready(), isAuthorized: () => true },
      ENV: { auth: { oauth_token: ${JSON.stringify(token)} } },
    };`,
} as const;

const addresses = {
  facebook: "https://connect.facebook.net/en_US/sdk.js",
  google: "https://apis.google.com/js/api.js",
  linkedin: "**://platform.linkedin.com/in.js",
} as const satisfies Record<keyof typeof scripts, string>;

export type ScriptedNetwork = keyof typeof scripts;

/** Serves the networks' scripts to this browser. Their sign-in gives these tokens; a network without one stays unreachable. */
export async function serveScripts(
  context: BrowserContext,
  tokens: Partial<Record<ScriptedNetwork, string>>,
): Promise<void> {
  for (const [network, address] of Object.entries(addresses) as [ScriptedNetwork, string][]) {
    const token = tokens[network];
    await context.route(address, (route) =>
      token === undefined
        ? route.abort()
        : route.fulfill({ contentType: "text/javascript", body: scripts[network](token) }),
    );
  }
}
