import type { PageFrame } from "../frame.ts";
import { PostForm } from "./form.tsx";

/** The languages a page can be read in, each by its own name; nothing where there is no choice. */
export function LanguageSwitch({ frame }: { frame: PageFrame }) {
  const { languages } = frame;
  if (languages === undefined || languages.offered.length < 2) return null;
  return (
    <nav class="languages" aria-label={frame.texts.accountPages.profile.language}>
      <PostForm id="languages" action={languages.action} fields={{ "return-to": languages.returnTo }} class="row">
        {languages.offered.map(({ tag, name }) => (
          <button
            type="submit"
            name="language"
            value={tag}
            lang={tag}
            aria-current={tag === frame.language ? "true" : undefined}
          >
            {name}
          </button>
        ))}
      </PostForm>
    </nav>
  );
}
