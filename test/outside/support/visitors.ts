import { Secret, TOTP } from "otpauth";
import type { BrowserContext } from "playwright-core";
import { localFetch } from "../../../scripts/local-fetch.mjs";
import { password } from "./admin.ts";
import { anna, type MorningPost, olga, omar, totpSecret } from "./morning-post.ts";
import type { Visitor } from "./places.ts";

type Cookies = Parameters<BrowserContext["addCookies"]>[0];

/** What the browsers of the walk bring along. Made once; a second factor's code is good for one sign-in. */
export async function cookiesOfVisitors(post: MorningPost): Promise<Readonly<Record<Visitor, Cookies>>> {
  const [annas, olgas, omars, handedOver] = [
    await signIn(post.origin, anna.email),
    await signIn(post.consoleOrigin, olga.email),
    await signIn(post.origin, omar.email),
    await handOver(post),
  ];
  const full = await proveSecondFactor(post.consoleOrigin, olgas);
  return { nobody: [], reader: [...annas, ...full], between: [...omars, ...handedOver] };
}

async function signIn(origin: string, email: string): Promise<Cookies> {
  const answer = await localFetch(`${origin}/api/auth/v1/login`, {
    method: "POST",
    headers: { "content-type": "application/json", "user-agent": firefox },
    body: JSON.stringify({ email, password }),
  });
  return cookiesOf(origin, answer);
}

/** So that the list of devices has a name for it. */
const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

async function proveSecondFactor(origin: string, half: Cookies): Promise<Cookies> {
  const answer = await localFetch(`${origin}/api/auth/v1/tfa/validate`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      cookie: half.map(({ name, value }) => `${name}=${value}`).join("; "),
    },
    body: JSON.stringify({ token: new TOTP({ secret: Secret.fromBase32(totpSecret) }).generate() }),
  });
  return cookiesOf(origin, answer);
}

async function handOver({ origin, names }: MorningPost): Promise<Cookies> {
  const answer = await localFetch(`${origin}/api/v1/auth/jwt`, {
    method: "POST",
    headers: { origin: names.productOrigin ?? "", "sec-fetch-mode": "navigate", accept: "text/html" },
    body: new URLSearchParams({ token: names.linkToken ?? "", redirect_url: `${origin}/` }),
  });
  return cookiesOf(origin, answer);
}

function cookiesOf(url: string, answer: Response): Cookies {
  const cookies = answer.headers.getSetCookie().map((line) => /^([^=]+)=([^;]*)/.exec(line) ?? []);
  if (cookies.length === 0) throw new Error(`${url} gave no cookie: ${answer.status}`);
  return cookies.map(([, name = "", value = ""]) => ({ name, value, url }));
}
