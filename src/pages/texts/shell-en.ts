/** Wording of the frame around pages that people work on. */
export const shellEn = {
  skip: "Skip to the content",
};
