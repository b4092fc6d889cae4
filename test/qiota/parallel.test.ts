import { describe, expect, it } from "vitest";
import { answerAt, once } from "../authorization/requests.ts";
import { goodPassword, makeRealm, makeUser, tokenRequest } from "../support/world.ts";
import { sessionCount } from "../surfaces/session-api.ts";
import { callback, errorUri, formOf, fromPage, makePartner, partner, postForm } from "./support.ts";

const fifty = <Value>(make: (index: number) => Promise<Value>): Promise<Value[]> =>
  Promise.all(Array.from({ length: 50 }, (_, index) => make(index)));

describe("many posts at once to /v1/login", () => {
  it("PW-13 fifty with the right password: each gets a code of its own, good for one exchange", async () => {
    const context = await makeRealm();
    const [client, user] = [await makePartner(context), await makeUser(context)];
    const fields = formOf(client, { email: user.email ?? "", password: goodPassword });
    const responses = await fifty(() => postForm(context, "/v1/login", fields, fromPage(partner)));
    const codes = responses.map((response) => once(answerAt(response, callback)).code ?? "");
    expect(new Set(codes).size).toBe(50);
    expect(await sessionCount(context, user.id)).toBe(50);
    const redeem = (code: string) =>
      tokenRequest(context, client, { grant_type: "authorization_code", code, redirect_uri: callback });
    expect((await Promise.all(codes.slice(0, 5).map(redeem))).map(({ status }) => status)).toEqual(Array(5).fill(200));
    expect((await redeem(codes[0] ?? "")).status).toBe(400);
  });

  it("PW-13 fifty with wrong passwords: as few are judged as one after another, and the right one has to wait", async () => {
    const context = await makeRealm();
    const [client, user] = [await makePartner(context), await makeUser(context)];
    const fields = formOf(client, { email: user.email ?? "" });
    const responses = await fifty((index) =>
      postForm(context, "/v1/login", { ...fields, password: `wrong-${index}` }, fromPage(partner)),
    );
    const errors = responses.map((response) => once(answerAt(response, errorUri)).error);
    expect(errors.filter((error) => error === "bad_credential")).toHaveLength(8);
    expect(errors.filter((error) => error === "too_many_attempts")).toHaveLength(42);
    const right = await postForm(context, "/v1/login", { ...fields, password: goodPassword }, fromPage(partner));
    expect(once(answerAt(right, errorUri)).error).toBe("too_many_attempts");
    expect(await sessionCount(context, user.id)).toBe(0);
  });

  it("a realm's limit of sessions holds, and the partner's form is told", async () => {
    const context = await makeRealm({ max_sessions: 3 });
    const [client, user] = [await makePartner(context), await makeUser(context)];
    const fields = formOf(client, { email: user.email ?? "", password: goodPassword });
    const responses = await Promise.all(
      Array.from({ length: 7 }, () => postForm(context, "/v1/login", fields, fromPage(partner))),
    );
    const entered = responses.filter((response) => response.headers.get("location")?.startsWith(`${callback}?`));
    expect(entered).toHaveLength(3);
    for (const response of responses.filter((candidate) => !entered.includes(candidate)))
      expect(once(answerAt(response, errorUri)).error).toBe("session-limit-reached");
    expect(await sessionCount(context, user.id)).toBe(3);
  });
});
