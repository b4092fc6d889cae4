// @ts-check
// A main product in twenty lines: who is signed in here goes on to a site of a Gatehouse realm, and is signed in there.
import { randomUUID } from "node:crypto";
import express from "express";
import { importJWK, SignJWT } from "jose";

const { ORIGIN = "", GATEHOUSE = "", REDIRECT_URL = "", PRIVATE_JWK = "", PEOPLE = "{}", PORT = "3000" } = process.env;
const { d, ...publicJwk } = JSON.parse(PRIVATE_JWK);
const key = await importJWK({ ...publicJwk, d }, "ES256");
// Stands for your own sign-in: users by what their browsers send as HTTP Basic authentication.
const people = new Map(Object.entries(JSON.parse(PEOPLE)));

const app = express();
app.get("/jwks.json", (_request, response) => void response.json({ keys: [publicJwk] }));
app.get("/continue", async (request, response) => {
  const user = people.get(Buffer.from(request.headers.authorization?.slice(6) ?? "", "base64").toString());
  if (!user) return void response.status(401).set("www-authenticate", 'Basic realm="Main product"').end();
  const token = await new SignJWT({ user_id: user.id, email: user.email, name: user.name, jti: randomUUID() })
    .setProtectedHeader({ alg: "ES256", kid: publicJwk.kid })
    .setIssuer(ORIGIN)
    .setAudience(GATEHOUSE)
    .setIssuedAt()
    .setExpirationTime("5m")
    .sign(key);
  response.set("cache-control", "no-store").send(`<!doctype html><html lang="en"><title>One moment</title>
    <form method="post" action="${GATEHOUSE}/api/v1/auth/jwt"><input type="hidden" name="token" value="${token}">
    <input type="hidden" name="redirect_url" value="${REDIRECT_URL}"><button>Continue</button></form>
    <script>document.forms[0].submit()</script></html>`);
});
app.listen(Number(PORT), "127.0.0.1");
