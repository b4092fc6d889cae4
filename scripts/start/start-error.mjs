// @ts-check

/** Something the person at the keyboard can act on: printed as it is, without a stack. */
export class StartError extends Error {
  /**
   * @param {string} message
   * @param {{ exitCode?: number }} [options]
   */
  constructor(message, { exitCode = 1 } = {}) {
    super(message);
    this.name = "StartError";
    this.exitCode = exitCode;
  }
}
