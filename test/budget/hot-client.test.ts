import { afterEach, describe, expect, it, vi } from "vitest";
import storageCalls from "../../bench/scale/storage-calls.json";
import type { Bindings } from "../../src/config/env.ts";
import { forgetHosts } from "../../src/domain/realms/realm-directory.ts";
import { travel } from "../support/clock.ts";
import { requestIn, watchedEnv } from "../support/watched-env.ts";
import {
  basicAuth,
  cookiesOf,
  formBody,
  goodPassword,
  jsonBody,
  makeClient,
  makeRealm,
  makeUser,
  pkce,
  type TokenAnswer,
} from "../support/world.ts";

afterEach(() => void vi.useRealTimers());

/** The objects that were asked, by name, and all calls of bindings. */
function watching(): { bindings: Bindings; objects: string[]; calls: string[] } {
  const [objects, calls]: [string[], string[]] = [[], []];
  const watched = watchedEnv({ before: (call) => calls.push(call) });
  const USERS = new Proxy(watched.USERS, {
    get(inner, property) {
      const value: unknown = Reflect.get(inner, property);
      if (property !== "getByName") return value;
      return (name: string) => {
        objects.push(name);
        return inner.getByName(name);
      };
    },
  });
  return { bindings: { ...watched, USERS }, objects, calls };
}

const sorted = (calls: Readonly<Record<string, number>>) =>
  Object.entries(calls).flatMap(([name, count]) => Array.from({ length: Math.round(count) }, () => name));

describe("a client that everybody uses", () => {
  it("RE-13 wakes no object for its own tokens, and for its users' codes and refreshes their own alone; bench/scale counts the same", async () => {
    const context = await makeRealm();
    const grant_types = ["authorization_code", "refresh_token", "client_credentials"];
    const client = await makeClient(context, { grant_types });
    const users = [];
    for (let n = 0; n < 8; n++) users.push(await makeUser(context));
    const { bindings, objects, calls } = watching();
    travel(0);
    forgetHosts(context.realm.hosts);
    const send = (path: string, init: RequestInit = {}) => requestIn(bindings, `${context.realm.issuer}${path}`, init);
    const token = async (fields: Record<string, string>): Promise<TokenAnswer> => {
      const init = formBody(fields);
      const answer = await send("/token", { ...init, headers: { ...init.headers, authorization: basicAuth(client) } });
      expect(answer.status).toBe(200);
      return answer.json();
    };
    const since = (): string[] => calls.splice(0).filter((call) => !call.startsWith("AUDIT"));
    await token({ grant_type: "client_credentials" });
    since();

    for (let n = 0; n < 20; n++) await token({ grant_type: "client_credentials" });
    expect([since(), objects]).toEqual([sorted(storageCalls["client-credentials"].calls), []]);

    for (const user of users) {
      const own = `${context.realm.id}:${user.id}`;
      const login = await send("/api/auth/v1/login", jsonBody({ email: user.email, password: goodPassword }));
      const headers = { cookie: `qt-auth=${cookiesOf(login)["qt-auth"]}` };
      expect(new Set(objects.splice(0))).toEqual(new Set([own]));
      since();

      const { verifier, challenge } = await pkce();
      const query = new URLSearchParams({
        response_type: "code",
        client_id: client.clientId,
        redirect_uri: "https://partner.test/callback",
        scope: "openid offline_access",
        code_challenge: challenge,
        code_challenge_method: "S256",
      });
      const sent = await send(`/authorize?${query}`, { headers });
      const code = new URL(sent.headers.get("location") ?? "").searchParams.get("code") ?? "";
      const redirect_uri = "https://partner.test/callback";
      const tokens = await token({ grant_type: "authorization_code", code, redirect_uri, code_verifier: verifier });
      expect([since(), objects.splice(0)]).toEqual([sorted(storageCalls["code-loop"].calls), [own, own]]);

      await token({ grant_type: "refresh_token", refresh_token: tokens.refresh_token });
      expect([since(), objects.splice(0)]).toEqual([sorted(storageCalls.refresh.calls), [own]]);
    }
  });
});
