// Codes and refresh tokens.
import { codeIn, verifierFor } from "../house.mjs";

/** GET /authorize with a session. */
export const authorize = {
  name: "authorize",
  says: "a code that was answered can be redeemed, once; a retry brings another",
  async prepare(house) {
    return { session: await house.sessionOf(await house.person()), verifier: verifierFor() };
  },
  attempt: (house, { session, verifier }) => house.authorize(session, verifier),
  async check(house, { session, verifier }, first, violate) {
    const codes = first.isDone ? [codeIn(first.answer)] : [];
    const again = await house.patiently(() => house.authorize(session, verifier));
    if (codeIn(again) === null) violate(`a retry was answered with ${again.status}`);
    codes.push(codeIn(again));
    if (new Set(codes).size !== codes.length) violate("one code was given twice");
    for (const code of codes) {
      const { status } = await house.redeem(code, verifier);
      if (status !== 200) violate(`a code that was answered is refused with ${status}`);
      const replay = await house.redeem(code, verifier);
      if (replay.status !== 400) violate(`a code was redeemed twice: ${replay.status}`);
    }
  },
};

/** POST /token with a code. */
export const code = {
  name: "code",
  says: "tokens that were answered are good; the code works once; a retry is given tokens, or told to start again",
  async prepare(house) {
    const session = await house.sessionOf(await house.person());
    return { session, ...(await house.code(session)) };
  },
  attempt: (house, { code: value, verifier }) => house.redeem(value, verifier),
  async check(house, { session, code: value, verifier }, first, violate) {
    const redemptions = first.isDone ? [first.answer.json()] : [];
    for (const tokens of redemptions)
      if (!(await house.isActive(tokens.access_token)) || !(await house.isActive(tokens.refresh_token)))
        violate("tokens that were answered are not active");
    const again = await house.patiently(() => house.redeem(value, verifier));
    if (again.status === 200) redemptions.push(again.json());
    else if (again.status !== 400 || again.json().error !== "invalid_grant")
      violate(`a retry was answered with ${again.status} ${again.body.slice(0, 80)}`);
    if (redemptions.length > 1) violate("the code was redeemed twice");
    const replay = await house.redeem(value, verifier);
    if (replay.status !== 400) violate(`a replay was answered with ${replay.status}`);
    for (const tokens of redemptions)
      if (await house.isActive(tokens.refresh_token)) violate("a replay left the tokens of its code alive");
    const anew = await house.tokens(session);
    if (!(await house.isActive(anew.access_token))) violate("starting again does not help");
  },
};

/** POST /token with a refresh token that is replaced. */
export const refresh = {
  name: "refresh",
  says: "a retry with the same token is no theft and brings the one next generation; a token of long ago ends the line",
  async prepare(house) {
    return { tokens: await house.tokens(await house.sessionOf(await house.person())) };
  },
  attempt: (house, { tokens }) => house.refresh(tokens.refresh_token),
  async check(house, { tokens }, first, violate) {
    const next = first.isDone ? [first.answer.json().refresh_token] : [];
    if (first.isDone && !(await house.isActive(next[0]))) violate("the refresh token that was answered is not active");
    const again = await house.patiently(() => house.refresh(tokens.refresh_token));
    if (again.status !== 200) return violate(`a retry looked like theft: ${again.status} ${again.body.slice(0, 80)}`);
    next.push(again.json().refresh_token);
    if (new Set(next).size !== 1) violate("a retry made a second line of refresh tokens");
    const third = await house.refresh(next[0]);
    if (third.status !== 200) return violate(`the next refresh was answered with ${third.status}`);
    const stolen = await house.refresh(tokens.refresh_token);
    if (stolen.status !== 400) violate(`a token of two generations ago was answered with ${stolen.status}`);
    if (await house.isActive(third.json().refresh_token)) violate("a stolen token left the line alive");
  },
};
