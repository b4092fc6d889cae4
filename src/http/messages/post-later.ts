import type { Notice, Post } from "../../domain/mail/notice.ts";
import { textsFor } from "../../pages/texts/index.ts";
import type { AppContext } from "../env.ts";
import { enqueue, type Job } from "../jobs.ts";
import { chosenLanguage } from "../language.ts";
import { logBug } from "../log.ts";
import { deliver } from "./deliver.ts";
import { writeMessage } from "./message.ts";

/**
 * Writes messages in the language that their reader has chosen, else in that of whoever asks, and sends them by the queue after the answer. On a laptop they lie in the mailbox
 * by the time the answer is there.
 */
export const postLater =
  (c: AppContext): Post =>
  async (notice: Notice): Promise<void> => {
    const { realm } = c.get("realm");
    const config = c.get("config");
    const texts = textsFor(
      notice.to.locale ?? chosenLanguage(c),
      c.req.header("accept-language"),
      realm.settings.languages,
    );
    const write = () => writeMessage(realm, texts, notice, Date.now());
    if (config.development) return regardless(c, () => deliver(write(), c.env, config));
    c.executionCtx.waitUntil(
      regardless(c, async () => {
        // Written after the answer: whether there was anything to write must not show in how long it took.
        await pause(0);
        await enqueuePatiently(c, { type: "send-message", realmId: realm.id, kind: notice.type, message: write() });
      }),
    );
  };

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const mostTries = 3;

async function enqueuePatiently(c: AppContext, job: Job): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      return await enqueue(c, job);
    } catch (error) {
      if (tried === mostTries) throw error;
      await pause(200 * 2 ** tried);
    }
  }
}

/** What was asked for has been done, or not, before any message: a message that cannot be sent changes nothing about that. */
async function regardless(c: AppContext, send: () => Promise<unknown>): Promise<void> {
  try {
    await send();
  } catch (error) {
    logBug(c, error);
  }
}
