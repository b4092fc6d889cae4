// Secrets that are planted, and that no answer and no line of the log may ever show.

export class Canaries {
  #planted = new Map();

  /** @param {string} name what it is, for the report; another secret of that name takes its place */
  plant(name, secret) {
    if (typeof secret !== "string" || secret.length < 8) throw new Error(`${name} is no secret`);
    this.#planted.set(name, secret);
  }

  /** The name of a secret that the text shows; null for none. */
  shownIn(text) {
    for (const [name, secret] of this.#planted) if (text.includes(secret)) return name;
    return null;
  }

  get names() {
    return [...this.#planted.keys()];
  }
}
