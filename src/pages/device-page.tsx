import type { PageFrame } from "./frame.ts";
import { Layout } from "./layout.tsx";
import { PostForm, TextField } from "./parts/form.tsx";
import { Notice } from "./parts/notice.tsx";
import { tooManyAttempts } from "./parts/too-many-attempts.ts";

export type DeviceProblem = "missing" | "wrong-code" | "too-many-attempts";

export interface DevicePageProps {
  frame: PageFrame;
  action: string;
  csrf: string;
  /** As it was typed, or came with the link. */
  userCode?: string | undefined;
  problem?: DeviceProblem | undefined;
  retryAfterSeconds?: number | undefined;
}

const problemId = "device-problem";

/** Asks for the code that a device shows, and posts it as `user-code`. */
export function DevicePage(props: DevicePageProps) {
  const { frame, problem } = props;
  const texts = frame.texts.device;
  const describedBy = problem ? problemId : undefined;
  return (
    <Layout frame={frame} title={texts.title} failed={problem !== undefined}>
      <div class="stack">
        <div class="head">
          <h1>{texts.title}</h1>
          <p class="quiet">{texts.lead}</p>
        </div>
        {problem ? (
          <Notice id={problemId} tone="danger">
            <p>{problemText(props, problem)}</p>
          </Notice>
        ) : null}
        <PostForm id="device-form" action={props.action} fields={{ csrf: props.csrf }} describedBy={describedBy}>
          <TextField
            name="user-code"
            label={texts.code}
            hint={texts.codeHint}
            type="text"
            autocomplete="off"
            value={props.userCode}
            describedBy={describedBy}
            focused={!props.userCode}
          />
          <button id="device-button" type="submit" class="button primary">
            {texts.submit}
          </button>
        </PostForm>
      </div>
    </Layout>
  );
}

function problemText({ frame, retryAfterSeconds }: DevicePageProps, problem: DeviceProblem): string {
  if (problem !== "too-many-attempts") return frame.texts.device.problems[problem];
  return tooManyAttempts(frame.texts, retryAfterSeconds);
}
