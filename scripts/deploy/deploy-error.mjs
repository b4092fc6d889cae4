// @ts-check

/** What went wrong, and what to do about it. */
export class DeployError extends Error {
  /**
   * @param {string} message
   * @param {string} remedy
   * @param {number} [exitCode]
   */
  constructor(message, remedy, exitCode = 1) {
    super(message);
    this.name = "DeployError";
    this.remedy = remedy;
    this.exitCode = exitCode;
  }
}
