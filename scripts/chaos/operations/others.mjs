// What other parties take part in: main products, providers of the vault, listeners.
import { randomUUID } from "node:crypto";
import { sessionIn } from "../house.mjs";

/** A main product's token, at first sight of its user. */
export const handOver = {
  name: "hand-over",
  says: "one account and one link; the token works once; after a refusal a new token does",
  prepare: () => ({ userId: randomUUID() }),
  async attempt(house, state) {
    state.token = house.handOverToken(state.userId);
    return house.handOver(state.token);
  },
  async check(house, { userId, token }, first, violate) {
    const arrivals = first.isDone ? [first.answer] : [];
    for (const arrival of arrivals) if (!(await house.isAlive(sessionIn(arrival)))) violate("the session is not alive");
    const again = await house.patiently(() => house.handOver(token));
    if (again.status === 200) arrivals.push(again);
    else if (again.status !== 403 || again.json().code !== "token-consumed")
      violate(`a retry was answered with ${again.status} ${again.body.slice(0, 120)}`);
    if (arrivals.length > 1) violate("the token worked twice");
    const anew = await house.patiently(() => house.handOver(house.handOverToken(userId)));
    if (anew.status !== 200) return violate(`a new token was answered with ${anew.status} ${anew.body.slice(0, 120)}`);
    const ids = [...arrivals, anew].map((answer) => answer.json().user.quickpass_user_id);
    if (new Set(ids).size !== 1) violate("one person has two accounts");
    const id = ids[0].replace("qp_", "");
    const links = await house.linkedAccounts(id);
    if (links.filter((link) => link.source_id === userId).length !== 1) violate(`${links.length} links`);
    if ((await house.sessions({ id })).length > 2) violate("more sessions than arrivals");
  },
};

const vaultRefresh = (kind, name, says) => ({
  name,
  says,
  async prepare(house) {
    const person = await house.person();
    await house.connect(person, await house.sessionOf(person), kind);
    const first = await house.callDrive(person);
    if (!isAnswered(first)) throw new Error(`the drive does not answer: ${first.body}`);
    house.neighbours.expire();
    return { person, kind };
  },
  attempt: (house, { person }) => house.callDrive(person),
  isDone: isAnswered,
  /** What came of a call stands in its row, whatever the status. */
  isUnavailable: (answer) => answer.status === 503 || answer.json().rows?.[0]?.pincStatus === "error",
  async check(house, { person }, first, violate) {
    const again = await house.patiently(() => house.callDrive(person));
    if (isAnswered(again)) return;
    const { reason, ...row } = again.json().rows?.[0] ?? {};
    const isToldToReconnect = again.status === 401 && (reason ?? row.code) !== undefined;
    if (kind === "forgiving" || first.isDone || !isToldToReconnect)
      return violate(`a retry was answered with ${again.status} ${again.body.slice(0, 160)}`);
    await house.connect(person, await house.sessionOf(person), kind);
    if (!isAnswered(await house.callDrive(person))) violate("connecting again does not help");
  },
});

function isAnswered(answer) {
  return answer.status === 200 && answer.json().rows?.[0]?.pincStatus === "success";
}

/** A call of the vault whose token the provider does not take any more. */
export const vaultRefreshForgiving = vaultRefresh(
  "forgiving",
  "vault refresh",
  "a retry succeeds, with a provider that takes the token before once more while nobody has used its successor",
);

export const vaultRefreshStrict = vaultRefresh(
  "strict",
  "vault refresh, strict provider",
  "a retry succeeds, or is told that the person has to connect again, which helps",
);

/** A sign-in that a webhook hears of: object, outbox, queue, delivery. */
export const webhook = {
  name: "webhook",
  takesQueue: true,
  says: "each session that there is was told at least once, always by one id, and no session that there is not",
  prepare: (house) => house.person(),
  attempt: (house, person) => house.signIn(person),
  async check(house, person, first, violate) {
    await house.patiently(() => house.signIn(person));
    // What was left lying wakes with the alarm, and a delivery that failed is tried again.
    for (const seconds of [61, 10, 310]) await house.deployment.pass(seconds * 1000, [person.object]);
    const told = house.neighbours.heard.filter(({ data }) => String(data?.user_id) === String(person.id));
    const created = told.filter(({ type }) => type === "session.created");
    const ids = new Map();
    for (const { id, data } of created) ids.set(data.session_id, (ids.get(data.session_id) ?? new Set()).add(id));
    const sessions = await house.sessions(person);
    for (const session of sessions) {
      const count = ids.get(session)?.size ?? 0;
      if (count !== 1) violate(`a session was told under ${count} ids`);
    }
    if ([...ids.keys()].some((session) => !sessions.includes(session))) violate("a session was told that is not there");
    if (first.isDone && sessions.length !== 2) violate(`${sessions.length} sessions after two sign-ins`);
  },
};
