// @ts-check

const barWidth = 28;
const plainEveryMs = 5_000;

/**
 * Says on standard error how far a long piece of work has come: a bar where somebody looks on, else a line now and then.
 * @param {{ total: number, wanted: boolean, stream?: NodeJS.WriteStream }} about `total` in whatever unit `show` counts
 */
export function progressOf({ total, wanted, stream = process.stderr }) {
  const begunAt = Date.now();
  const isBar = wanted && stream.isTTY === true && process.env.CI === undefined;
  let shownAt = begunAt;
  /** @param {number} done */
  const eta = (done) => {
    const elapsed = Date.now() - begunAt;
    return done <= 0 || done >= total ? "" : `, ${seconds((elapsed / done) * (total - done))} left`;
  };
  return {
    /**
     * @param {number} done
     * @param {string} text
     */
    show(done, text) {
      const share = total === 0 ? 1 : Math.min(1, done / total);
      const percent = `${Math.floor(share * 100)}`.padStart(3);
      if (isBar) {
        const full = Math.round(share * barWidth);
        stream.write(`\r\u001b[K${"█".repeat(full)}${"░".repeat(barWidth - full)} ${percent} %  ${text}${eta(done)}`);
      } else if (Date.now() - shownAt >= plainEveryMs) {
        shownAt = Date.now();
        stream.write(`${percent} %  ${text}${eta(done)}\n`);
      }
    },
    end() {
      if (isBar) stream.write("\r\u001b[K");
    },
  };
}

/** @param {number} ms */
function seconds(ms) {
  const whole = Math.ceil(ms / 1000);
  return whole < 90 ? `${whole} s` : `${Math.ceil(whole / 60)} min`;
}
