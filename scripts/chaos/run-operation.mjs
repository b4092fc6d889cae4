// One operation: every step of it, in every mode.
import { MODES } from "./control.mjs";
import { Unanswered } from "./deployment.mjs";

const MOST_STEPS = 60;

/**
 * @param house a furnished House
 * @param operation one of `operations/`
 * @param {{ modes: string[], steps: number[] | undefined, say: (text: string) => void }} settings
 * @returns what happened: steps by name, and for each mode how it ended
 */
export async function runOperation(house, operation, { modes, steps, say }) {
  const { deployment } = house;
  const all = await namesOfSteps(house, operation);
  const outcomes = [];
  for (const mode of modes) {
    for (let n = 1; n <= MOST_STEPS; n += 1) {
      if (steps !== undefined && !steps.includes(n)) {
        if (n > Math.max(...steps)) break;
        continue;
      }
      if (mode === "overloaded" && all[n - 1] !== undefined && !all[n - 1].startsWith("USERS.")) continue;
      const outcome = await runOnce(house, operation, mode, n);
      if (outcome === null) break;
      outcomes.push(outcome);
      for (const violation of outcome.violations)
        say(`! ${operation.name}, ${mode} ${n} (${outcome.step}): ${violation}`);
    }
    const done = outcomes.filter((outcome) => outcome.mode === mode);
    say(`${operation.name}: ${mode}, ${done.length} steps, ${done.filter(isBad).length} violations`);
  }
  if (deployment.isDead) await deployment.restart();
  return { operation, steps: all, outcomes };
}

export const isBad = ({ violations }) => violations.length > 0;

async function namesOfSteps(house, operation) {
  const { deployment } = house;
  const state = await operation.prepare(house);
  await deployment.settled();
  deployment.control.arm(undefined, 0);
  const first = await attempt(house, operation, state);
  if (!first.isDone) throw new Error(`${operation.name} does not work at all: ${first.answer?.body ?? "no answer"}`);
  const { names } = deployment.control.disarm();
  return names.map(({ name }) => name);
}

async function runOnce(house, operation, mode, n) {
  const { deployment } = house;
  const { control } = deployment;
  const state = await operation.prepare(house);
  await deployment.settled();
  control.arm(MODES[mode], n);
  const first = await attempt(house, operation, state);
  const { hit } = control.disarm();
  if (hit === null) return null;
  const outcome = { mode, n, step: hit, ended: endOf(first, deployment.isDead), violations: [] };
  const violate = (what) => {
    outcome.violations.push(what);
  };
  if (first.hangs) violate("no answer came");
  if (first.answer !== undefined && !first.isDone) checkRefusal(operation, first.answer, violate);
  if (deployment.isDead || first.answer === undefined) {
    if (!MODES[mode].kill) violate("the process died, or broke the connection");
    await deployment.restart();
  }
  try {
    await deployment.settled();
    await operation.check(house, state, first, violate);
    await deployment.settled();
  } catch (error) {
    violate(`the check could not be made: ${error.message}`);
    if (error instanceof Unanswered) await deployment.restart();
  }
  return outcome;
}

/** One request, and what goes on behind it. */
async function attempt(house, operation, state) {
  const isDone = operation.isDone ?? (({ status }) => status < 400);
  let answer;
  try {
    answer = await operation.attempt(house, state);
    await (operation.takesQueue ? house.deployment.settled() : house.deployment.quiet());
    return { answer, isDone: isDone(answer), hangs: false };
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    return { answer, isDone: answer !== undefined && isDone(answer), hangs: error.hangs };
  }
}

const endOf = ({ answer, isDone }, isDead) => {
  if (answer === undefined) return "unanswered";
  if (!isDone) return "refused";
  return isDead ? "answered, then died" : "answered";
};

/** Whoever is refused is told when to come back, and not why. */
function checkRefusal(operation, answer, violate) {
  const isUnavailable = operation.isUnavailable ?? (({ status }) => status === 503);
  if (!isUnavailable(answer)) violate(`refused with ${answer.status} ${answer.body.slice(0, 100)}`);
  if (answer.status === 503 && !(Number(answer.header("retry-after")) > 0)) violate("503 without Retry-After");
  if (/out of order|connection was lost|SQLITE|D1_|\.js:\d/.test(answer.body)) violate("the refusal says too much");
  if (answer.cookie("qt-auth") !== undefined) violate("a refusal set the session's cookie");
}
