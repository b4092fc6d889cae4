// Sign-in, and the end of other sessions.
import { sessionIn } from "../house.mjs";

const ALLOWED = 2;
/** Without offline access tokens end with their session. */
const BOUND = "openid profile";

/** A sign-in where two devices are allowed. */
export const signIn = {
  name: "sign-in",
  says: "a session that was answered lives; a retry opens one; never more than allowed; a wrong password opens none",
  prepare: (house) => house.person(),
  attempt: (house, person) => house.signIn(person),
  async check(house, person, first, violate) {
    const opened = [];
    if (first.isDone) opened.push(sessionIn(first.answer));
    const before = await house.sessions(person);
    if (before.length > 1) violate(`one attempt opened ${before.length} sessions`);
    if (first.isDone && before.length !== 1) violate("the session that was answered is not there");
    const again = await house.patiently(() => house.signIn(person));
    if (again.status !== 200) violate(`a retry was answered with ${again.status}`);
    else opened.push(sessionIn(again));
    for (const session of opened)
      if (!(await house.isAlive(session))) violate("a session that was answered is not alive");
    for (let more = 0; more < ALLOWED; more += 1) await house.signIn(person);
    const count = (await house.sessions(person)).length;
    if (count !== ALLOWED) violate(`${count} sessions where ${ALLOWED} are allowed`);
    const wrong = await house.signIn({ ...person, password: "not-this-one-1" });
    if (wrong.status !== 401 || sessionIn(wrong) !== null)
      violate(`a wrong password was answered with ${wrong.status}`);
  },
};

/** One device ends the session of another. */
export const kick = {
  name: "kick",
  says: "once answered, the other session and its tokens are over, for good; a retry ends it otherwise; one's own stays",
  async prepare(house) {
    const person = await house.person();
    const [own, other] = [await house.sessionOf(person), await house.sessionOf(person)];
    return { person, own, other, tokens: await house.tokens(other, BOUND) };
  },
  attempt: (house, { own }) => kickBy(house, own),
  async check(house, { person, own, other, tokens }, first, violate) {
    if (first.isDone && (await house.isAlive(other))) violate("the session lives on though its end was answered");
    const again = await house.patiently(() => kickBy(house, own));
    if (again.status !== 200) violate(`a retry was answered with ${again.status}`);
    if (await house.isAlive(other)) violate("the session is alive after its end");
    if ((await house.authorize(other, "v".repeat(43))).header("location")?.includes("code=")) violate("it gets codes");
    if (await house.isActive(tokens.access_token)) violate("its access token is active");
    if (!(await house.isAlive(own))) violate("the session that asked has ended");
    if ((await house.sessions(person)).length !== 1) violate("there is not one session left");
  },
};

const kickBy = (house, session) => house.withSession(session, "/api/auth/v1/kick", { method: "POST", json: {} });
