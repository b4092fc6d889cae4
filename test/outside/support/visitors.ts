import { Secret, TOTP } from "otpauth";
import type { BrowserContext } from "playwright-core";
import { localFetch } from "../../../scripts/local-fetch.mjs";
import { password } from "./admin.ts";
import { anna, type MorningPost, omar, totpSecret } from "./morning-post.ts";
import type { Visitor } from "./places.ts";

type Cookies = Parameters<BrowserContext["addCookies"]>[0];

/** What the browsers of the walk bring along. Made once; a second factor's code is good for one sign-in. */
export async function cookiesOfVisitors(post: MorningPost): Promise<Readonly<Record<Visitor, Cookies>>> {
  for (const device of otherDevices) await signIn(post.origin, anna.email, device);
  const [annas, olgas, omars, handedOver] = [
    await signIn(post.origin, anna.email),
    await signIn(post.consoleOrigin, post.operatorEmail),
    await signIn(post.origin, omar.email),
    await handOver(post),
  ];
  const full = await proveSecondFactor(post.consoleOrigin, olgas);
  return { nobody: [], reader: [...annas, ...full], between: [...omars, ...handedOver] };
}

async function signIn(origin: string, email: string, device = firefox): Promise<Cookies> {
  const answer = await localFetch(`${origin}/api/auth/v1/login`, {
    method: "POST",
    headers: { "content-type": "application/json", ...device },
    body: JSON.stringify({ email, password }),
  });
  if (answer.status !== 503) return cookiesOf(origin, answer);
  // Others are signing in as well, and the machine has no more room for hashing.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return signIn(origin, email, device);
}

/** So that the list of devices has a name for it. */
const firefox = {
  "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  "cf-connecting-ip": "203.0.113.7",
};
const otherDevices = [
  {
    "user-agent":
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
    "cf-connecting-ip": "198.51.100.23",
  },
  {
    "user-agent":
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "cf-connecting-ip": "2001:db8:17::2",
  },
];

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
