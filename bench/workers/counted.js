// Stands before the built Worker and counts what it asks of its bindings. GET /storage-calls tells and starts anew.
import worker, { UserObject } from "./index.js";

const calls = new Map();
const count = (name) => calls.set(name, (calls.get(name) ?? 0) + 1);

/** Replaces methods of a binding's class, so that it makes no difference how the Worker came by the binding. */
function countMethods(prototype, binding, methods) {
  for (const method of methods) {
    const original = prototype[method];
    prototype[method] = function (...args) {
      count(`${binding}.${method}`);
      return original.apply(this, args);
    };
  }
}

function countCalls(env) {
  const statement = Object.getPrototypeOf(env.DB.prepare("SELECT 1"));
  countMethods(statement, "DB", ["all", "first", "raw", "run"]);
  countMethods(Object.getPrototypeOf(env.DB), "DB", ["batch"]);
  countMethods(Object.getPrototypeOf(env.GRANTS), "GRANTS", ["get", "put", "delete", "list"]);
  countMethods(Object.getPrototypeOf(env.ADDRESS_LIMITER), "ADDRESS_LIMITER", ["limit"]);
  countMethods(Object.getPrototypeOf(env.JOBS), "JOBS", ["send", "sendBatch"]);
  const objects = Object.getPrototypeOf(env.USERS);
  const { getByName } = objects;
  objects.getByName = function (name) {
    const stub = getByName.call(this, name);
    const called =
      (_, method) =>
      (...args) => {
        count(`USERS.${method}`);
        return stub[method](...args);
      };
    return new Proxy(stub, { get: called });
  };
}

let counting = false;

/** Rows that objects read and write, as they are billed: a cursor knows when it has been read. */
const cursors = [];
let countingRows = false;
class CountedObject extends UserObject {
  constructor(state, env) {
    super(state, env);
    if (countingRows) return;
    countingRows = true;
    const prototype = Object.getPrototypeOf(state.storage.sql);
    const { exec } = prototype;
    prototype.exec = function (...args) {
      const cursor = exec.apply(this, args);
      cursors.push(cursor);
      return cursor;
    };
  }
}

function takeRows() {
  const taken = cursors.splice(0);
  const sum = (member) => taken.reduce((all, cursor) => all + cursor[member], 0);
  return { objectRowsRead: sum("rowsRead"), objectRowsWritten: sum("rowsWritten") };
}

export { CountedObject as UserObject };
export default {
  ...worker,
  fetch(request, env, ctx) {
    if (!counting) countCalls(env);
    counting = true;
    if (new URL(request.url).pathname !== "/storage-calls") return worker.fetch(request, env, ctx);
    const answer = Response.json({ calls: Object.fromEntries(calls), ...takeRows() });
    calls.clear();
    return answer;
  },
};
