// What runs in the page: these functions may use nothing from outside themselves.

/** Makes every word that a language would have another for longer by two fifths. */
export function stretch(): void {
  // Names, addresses and code are the same in every language; the sample on the page of a realm's look is one of a page.
  const sameEverywhere = "script, style, noscript, textarea, code, pre, bdi, time, select, svg, [inert]";
  const longer = (text: string): string =>
    text.replaceAll(/\p{L}{2,}/gu, (word) => word + word.slice(0, Math.ceil(word.length * 0.4)).toLowerCase());
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text !== null; text = texts.nextNode())
    if (!text.parentElement?.closest(sameEverywhere)) text.nodeValue = longer(text.nodeValue ?? "");
  for (const cell of document.querySelectorAll("[data-label]"))
    cell.setAttribute("data-label", longer(cell.getAttribute("data-label") ?? ""));
}

/** What lies badly on the page as it is now, in words: what sticks out, is cut off, or lies on something else. */
export function layoutFaults(): string[] {
  const faults: string[] = [];
  const across = document.documentElement.clientWidth;
  const tooWide = document.documentElement.scrollWidth - window.innerWidth;
  if (tooWide > 0) faults.push(`scrolls sideways by ${tooWide} px`);

  const isSeen = (element: Element): boolean => {
    if (!element.checkVisibility({ visibilityProperty: true })) return false;
    for (let one: Element | null = element; one !== null; one = one.parentElement) {
      const { clipPath, position, insetInlineStart } = getComputedStyle(one);
      if (clipPath !== "none") return false;
      if (position === "absolute" && insetInlineStart.startsWith("-")) return false;
    }
    return true;
  };
  const nameOf = (element: Element): string =>
    `<${element.localName}${element.id ? `#${element.id}` : ""}${element.className ? `.${element.className}` : ""}>`;
  const boxOf = (element: Element): Element => {
    let box = element;
    while (/^(?:inline|contents)$/.test(getComputedStyle(box).display) && box.parentElement) box = box.parentElement;
    return box;
  };

  interface Piece {
    node: Node;
    text: string;
    rect: DOMRect;
  }
  const pieces: Piece[] = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    const element = node.parentElement;
    const text = (node.nodeValue ?? "").trim();
    if (text === "" || element === null || element.closest("script, style, noscript, option, svg") || !isSeen(element))
      continue;
    const range = document.createRange();
    // A line feed at the end has a place of its own, below the box.
    const whole = node.nodeValue ?? "";
    range.setStart(node, whole.length - whole.trimStart().length);
    range.setEnd(node, whole.trimEnd().length);
    const box = boxOf(element).getBoundingClientRect();
    // A space at the end of a line hangs over unseen.
    const most = getComputedStyle(element).whiteSpaceCollapse === "preserve" ? 12 : 1;
    for (const rect of range.getClientRects()) {
      if (rect.width < 1) continue;
      pieces.push({ node, text, rect });
      const said = `"${text.slice(0, 40)}" in ${nameOf(element)}`;
      if (rect.left < -1 || rect.right > across + 1) faults.push(`${said} is beyond the edge`);
      else if (rect.left < box.left - most || rect.right > box.right + most || rect.bottom > box.bottom + 4)
        faults.push(`${said} sticks out of its box`);
    }
  }

  // Lines of a text may touch; letters of two texts may not.
  const shrunk = pieces
    .map((piece) => ({
      ...piece,
      top: piece.rect.top + piece.rect.height / 4,
      bottom: piece.rect.bottom - piece.rect.height / 4,
    }))
    .toSorted((one, other) => one.top - other.top);
  shrunk.forEach((one, index) => {
    for (const other of shrunk.slice(index + 1)) {
      if (other.top >= one.bottom) break;
      const shared = Math.min(one.rect.right, other.rect.right) - Math.max(one.rect.left, other.rect.left);
      if (shared > 2 && one.node !== other.node)
        faults.push(`"${one.text.slice(0, 40)}" and "${other.text.slice(0, 40)}" lie on each other`);
    }
  });

  for (const element of document.body.querySelectorAll("*")) {
    const { overflowX, overflowY } = getComputedStyle(element);
    if ((overflowX === "visible" && overflowY === "visible") || element.matches("input, select, textarea, svg, svg *"))
      continue;
    if (!isSeen(element)) continue;
    if (overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1)
      faults.push(`${nameOf(element)} is cut off`);
    // A long table of contents scrolls by itself beside the page, by keyboard too; sideways nothing should have to.
    if (/hidden|clip/.test(overflowY) && element.scrollHeight > element.clientHeight + 1)
      faults.push(`${nameOf(element)} is cut off below`);
  }
  // Controls that stand in one line must leave each other room.
  const controls = [...document.body.querySelectorAll("button, input, select, textarea, a.button")].filter(isSeen);
  controls.forEach((one, index) => {
    const here = one.getBoundingClientRect();
    if (here.left < -1 || here.right > across + 1) faults.push(`${nameOf(one)} is beyond the edge`);
    for (const other of controls.slice(index + 1)) {
      const there = other.getBoundingClientRect();
      const wide = Math.min(here.right, there.right) - Math.max(here.left, there.left);
      const high = Math.min(here.bottom, there.bottom) - Math.max(here.top, there.top);
      if (wide > 1 && high > 1) faults.push(`${nameOf(one)} and ${nameOf(other)} lie on each other`);
    }
  });
  return [...new Set(faults)].slice(0, 8);
}
