/** What index.ts reads when the first of it is asked for. */
export { login } from "./login.ts";
export { forgot, reset } from "./password.ts";
export { register } from "./register.ts";
export { reminder } from "./reminder.ts";
