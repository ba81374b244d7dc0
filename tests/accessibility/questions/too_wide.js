// What makes the page scroll sideways: nothing, or the widths and whatever sticks out.
() => {
  const { clientWidth, scrollWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const sticksOut = [...document.body.querySelectorAll("*")].filter(
    (one) =>
      one.checkVisibility() &&
      !one.closest("svg, .aside-trap, .skip") &&
      one.getBoundingClientRect().right > clientWidth + 1,
  );
  const told = sticksOut.map((one) => one.outerHTML.slice(0, 90));
  return [`${scrollWidth} on ${clientWidth}`, ...told];
};
