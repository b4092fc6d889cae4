// A few words of the Chrome DevTools protocol: enough to take a CPU profile of one isolate in workerd, and to see what it holds.
// https://chromedevtools.github.io/devtools-protocol/v8/

const SAMPLING_INTERVAL_MICROSECONDS = 250;

export class Inspector {
  #socket;
  #asked = new Map();

  /** @param {URL} at where workerd's inspector listens @param {string} isolate id of the target */
  static async open(at, isolate) {
    const inspector = new Inspector();
    const socket = new WebSocket(new URL(`/${isolate}`, at));
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve, { once: true });
      socket.addEventListener("error", () => reject(new Error(`no inspector for ${isolate}`)), { once: true });
    });
    socket.addEventListener("message", ({ data }) => inspector.#hear(JSON.parse(data)));
    inspector.#socket = socket;
    return inspector;
  }

  async startProfile() {
    await this.#ask("Profiler.enable");
    await this.#ask("Profiler.setSamplingInterval", { interval: SAMPLING_INTERVAL_MICROSECONDS });
    await this.#ask("Profiler.start");
  }

  async stopProfile() {
    const { profile } = await this.#ask("Profiler.stop");
    this.#socket.close();
    return profile;
  }

  /** Bytes in JavaScript, of the runtime behind it, and of buffers: what the isolate uses, and what it has taken from the system. */
  async heapBytes() {
    const usage = await this.#ask("Runtime.getHeapUsage");
    const { usedSize, totalSize, embedderHeapUsedSize = 0, backingStorageSize = 0 } = usage;
    const beside = embedderHeapUsedSize + backingStorageSize;
    return { used: usedSize + beside, taken: totalSize + beside };
  }

  /** Answered when the isolate next has something to do. */
  async collectGarbage() {
    await this.#ask("HeapProfiler.collectGarbage");
  }

  close() {
    this.#socket.close();
  }

  #ask(method, params = {}) {
    const id = this.#asked.size + 1;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  #hear({ id, result, error }) {
    const waiting = this.#asked.get(id);
    if (error) waiting?.reject(new Error(error.message));
    else waiting?.resolve(result);
  }
}
