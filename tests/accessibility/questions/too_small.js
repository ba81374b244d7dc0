// Targets under so many pixels (WCAG 2.2, 2.5.8). Excepted are links in a sentence, and those with
// room around: a circle of that size around the middle meets no other target, and no other circle.
(least) => {
  const union = (one, other) => {
    const [left, top] = [Math.min(one.left, other.left), Math.min(one.top, other.top)];
    const [right, bottom] = [Math.max(one.right, other.right), Math.max(one.bottom, other.bottom)];
    return new DOMRect(left, top, right - left, bottom - top);
  };
  // A label belongs to the target that it names.
  const boxOf = (one) =>
    [one, ...(one.labels ?? [])].map((part) => part.getBoundingClientRect()).reduce(union);
  const targets = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((one) => one.checkVisibility() && !one.disabled && one.type !== "hidden")
    .filter((one) => !one.closest(".aside-trap, .skip"))
    .map((one) => ({ one, box: boxOf(one) }));
  const isSmall = (box) => Math.min(box.width, box.height) < least - 0.5;
  const isInSentence = (one) =>
    one.tagName === "A" &&
    getComputedStyle(one).display === "inline" &&
    one.parentElement.innerText.trim() !== one.innerText.trim();
  const middle = (box) => [box.x + box.width / 2, box.y + box.height / 2];
  const within = (value, from, to) => Math.max(from, Math.min(to, value));
  const meets = (box, other) => {
    const [x, y] = middle(box);
    const [itsX, itsY] = middle(other);
    const nearestX = within(x, other.left, other.right);
    const nearestY = within(y, other.top, other.bottom);
    return (
      Math.hypot(x - nearestX, y - nearestY) < least / 2 ||
      (isSmall(other) && Math.hypot(x - itsX, y - itsY) < least)
    );
  };
  return targets
    .filter(({ one, box }) => isSmall(box) && !isInSentence(one))
    .filter(({ one, box }) => targets.some((other) => other.one !== one && meets(box, other.box)))
    .map(({ one, box }) => `${one.outerHTML.slice(0, 90)} ${box.width} x ${box.height}`);
};
