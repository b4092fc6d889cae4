import type { ConsoleTexts } from "../../pages/texts/console/index.ts";

interface About {
  readonly issuer: string;
  readonly algorithm: string;
}

/** What a main product's server and page need to hand somebody over (docs/hand-over.md). Its key stays where it is. */
export function sourceSnippets(
  { issuer, algorithm }: About,
  realmIssuer: string,
  { sources: { connect } }: ConsoleTexts,
): { token: string; form: string } {
  return {
    token: algorithm === "HS256" ? withSecret(issuer) : withKey(issuer, algorithm),
    form: `<form method="post" action="${realmIssuer}/api/v1/auth/jwt">
  <input type="hidden" name="token" value="TOKEN" />
  <input type="hidden" name="redirect_url" value="/" />
  <button>${connect.go}</button>
</form>`,
  };
}

const withSecret = (issuer: string): string => `import { createHmac, randomUUID } from "node:crypto";

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

export function handOverToken({ id, email, name }) {
  const now = Math.floor(Date.now() / 1000);
  const input = [
    part({ alg: "HS256", typ: "JWT" }),
    part({
      iss: ${JSON.stringify(issuer)},
      user_id: id, email, name,
      iat: now, exp: now + 300, jti: randomUUID(),
    }),
  ].join(".");
  const mac = createHmac("sha256", process.env.HAND_OVER_SECRET);
  return input + "." + mac.update(input).digest("base64url");
}`;

const withKey = (issuer: string, algorithm: string): string => `import { randomUUID } from "node:crypto";
import { importPKCS8, SignJWT } from ${JSON.stringify("jose")};

const key = await importPKCS8(process.env.HAND_OVER_KEY, "${algorithm}");

export const handOverToken = ({ id, email, name }) =>
  new SignJWT({ user_id: id, email, name, jti: randomUUID() })
    .setProtectedHeader({ alg: "${algorithm}", kid: "KEY_ID", typ: "JWT" })
    .setIssuer(${JSON.stringify(issuer)})
    .setIssuedAt()
    .setExpirationTime("5 minutes")
    .sign(key);`;
